import type { Channel, ChannelName } from '../channels/channel.js'
import { ChannelError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import type { Store, Write } from '../store/store.js'
import type { OutboxRow } from './records.js'

/** Waits between tries, ms; the last repeats (FixMyStreet's way: a report that can't be sent is retried for ever). */
const waitsMs = [1_000, 5_000, 30_000, 300_000, 1_800_000] as const
/** Rows that arrived are taken out together: at most this long after sending, ms. A kill in between sends again under the same key. */
const markAfterMs = 20

/** Sends what lies in the outbox, in order for each conversation. */
export interface Outbox {
  /** Takes rows just committed, and at start all that were left. */
  push(communityId: CommunityId, rows: readonly OutboxRow[]): void
  /** Takes rows out that wait to be sent; answers their ids. One that is being sent just now goes. They stay in the store for the caller to remove. */
  withhold(communityId: CommunityId, isMeant: (row: OutboxRow) => boolean): readonly string[]
  /** Resolves when nothing is being sent or waiting to be marked (rows that wait for a later try don't count). */
  idle(): Promise<void>
  stop(): Promise<void>
}

export interface OutboxParts {
  readonly store: Store
  readonly channel: (name: ChannelName) => Channel | null
  readonly now: () => number
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void
}

interface Lane {
  readonly rows: OutboxRow[]
  running: boolean
}

export function createOutbox(parts: OutboxParts): Outbox {
  const lanes = new Map<string, Lane>()
  const timers = new Set<NodeJS.Timeout>()
  const marks = new Map<CommunityId, Write[]>()
  let marking: Promise<void> | null = null
  let active = 0
  let stopped = false
  const waiters: (() => void)[] = []

  const settle = (): void => {
    if (active === 0 && marking === null) for (const wake of waiters.splice(0)) wake()
  }

  function mark(communityId: CommunityId, write: Write): void {
    const writes = marks.get(communityId)
    if (writes) writes.push(write)
    else marks.set(communityId, [write])
    marking ??= new Promise<void>((resolve) => setTimeout(resolve, markAfterMs)).then(writeMarks)
  }

  async function writeMarks(): Promise<void> {
    const batch = [...marks]
    marks.clear()
    for (const [communityId, writes] of batch) {
      try {
        await parts.store.commit(communityId, writes)
      } catch (error) {
        // Unmarked rows are sent again at the next start, under the same key.
        parts.log('outbox.unmarked', { count: writes.length, error: String(error) })
      }
    }
    marking = marks.size > 0 ? writeMarks() : null
    settle()
  }

  async function run(key: string, communityId: CommunityId, lane: Lane): Promise<void> {
    lane.running = true
    active += 1
    try {
      for (let row = lane.rows[0]; row && !stopped; row = lane.rows[0]) {
        const channel = parts.channel(row.to.channel)
        if (!channel) {
          parts.log('outbox.no-channel', { channel: row.to.channel, row: row.id })
          lane.rows.shift()
          continue
        }
        try {
          await channel.send(row.to, row.reply, row.id)
          lane.rows.shift()
          mark(communityId, { op: 'remove', table: 'outbox', id: row.id, rev: row.rev })
        } catch (error) {
          const failure = error instanceof ChannelError ? error : new ChannelError('unavailable', String(error), { cause: error })
          parts.log('outbox.failed', { row: row.id, code: failure.code, attempts: row.attempts + 1 })
          if (failure.code === 'gone' || failure.code === 'rejected' || failure.code === 'unknown-delivery') {
            lane.rows.shift()
            const state = failure.code === 'unknown-delivery' ? 'unsure' : 'failed'
            mark(communityId, { op: 'put', table: 'outbox', row: { ...row, state, attempts: row.attempts + 1, error: failure.code, endedAt: parts.now() } })
            continue
          }
          const waitMs = Math.max(failure.retryAfterMs ?? 0, waitsMs[Math.min(row.attempts, waitsMs.length - 1)] ?? 1_000)
          lane.rows[0] = { ...row, attempts: row.attempts + 1, error: failure.code }
          const timer = setTimeout(() => {
            timers.delete(timer)
            if (!lane.running && !stopped) void run(key, communityId, lane)
          }, waitMs)
          timers.add(timer)
          return
        }
      }
      if (lane.rows.length === 0 && lanes.get(key) === lane) lanes.delete(key)
    } finally {
      lane.running = false
      active -= 1
      settle()
    }
  }

  return {
    push(communityId, rows) {
      for (const given of rows) {
        // A row just committed stands at 1 in the store.
        const row = given.rev === 0 ? { ...given, rev: 1 } : given
        const key = `${communityId}|${row.conversationId}`
        const lane = lanes.get(key) ?? { rows: [], running: false }
        lanes.set(key, lane)
        lane.rows.push(row)
        if (!lane.running && lane.rows.length === 1) void run(key, communityId, lane)
      }
    },
    withhold(communityId, isMeant) {
      const held: string[] = []
      for (const [key, lane] of lanes) {
        if (!key.startsWith(`${communityId}|`)) continue
        const kept = lane.rows.filter((row, index) => (lane.running && index === 0) || !isMeant(row))
        held.push(...lane.rows.filter((row) => !kept.includes(row)).map((row) => row.id))
        lane.rows.splice(0, lane.rows.length, ...kept)
        if (kept.length === 0) lanes.delete(key)
      }
      return held
    },
    idle: () => (active === 0 && marking === null ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
    async stop() {
      stopped = true
      for (const timer of timers) clearTimeout(timer)
      if (marking !== null) await marking
    },
  }
}
