import type { Channel, ChannelName } from '../channels/channel.js'
import { alone, type Cluster } from '../cluster/cluster.js'
import { ChannelError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import { isConflict } from '../store/quicker.js'
import type { Store, Write } from '../store/store.js'
import { ourLine } from './conclude.js'
import { asOne, batchSize } from './notices.js'
import type { OutboxRow } from './records.js'

/** Waits between tries, ms; the last repeats (FixMyStreet's way: a report that can't be sent is retried for ever). */
const waitsMs = [1_000, 5_000, 30_000, 300_000, 1_800_000] as const
/** Rows that arrived are taken out together: at most this long after sending, ms. A kill in between sends again under the same key. */
const markAfterMs = 20
/** Marks that the store did not take are tried again after this, ms. */
const markAgainMs = 2_000
/** So many of the rows that were last taken out are known, at least: one read just before is not sent again. */
const mostGone = 5_000
/** What is held is looked at this often at least, ms: the clock may jump while the machine sleeps. */
const lookAtHeldMs = 60_000

/**
 * Sends what lies in the outbox, in order for each conversation. What is not due yet keeps nothing else waiting. A row that a commit takes out of
 * the store is not sent any more.
 */
export interface Outbox {
  /** Takes rows just committed, and at start all that were left; what it has already, or another process is to send, it leaves. */
  push(communityId: CommunityId, rows: readonly OutboxRow[]): void
  /** Sends what has become due; called by the clock, and by tests. */
  release(): void
  /** Takes rows out that wait to be sent; answers their ids. One that is being sent just now goes. They stay in the store for the caller to remove. */
  withhold(communityId: CommunityId, isMeant: (row: OutboxRow) => boolean): readonly string[]
  /** Resolves when nothing is being sent or waiting to be marked (rows that wait for a later try don't count). */
  idle(): Promise<void>
  stop(): Promise<void>
}

export interface OutboxParts {
  readonly store: Store
  readonly channel: (name: ChannelName) => Channel | null
  /** Absent: this process has the store to itself. */
  readonly cluster?: Cluster | undefined
  readonly now: () => number
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void
}

interface Lane {
  readonly rows: OutboxRow[]
  running: boolean
  /** How many of the first rows are being sent just now. */
  inHand: number
  /** Resolves when what is being sent has been, and whatever follows it. */
  work: Promise<void>
}

export function createOutbox(parts: OutboxParts): Outbox {
  const { isMine } = parts.cluster ?? alone
  const lanes = new Map<string, Lane>()
  /** Rows it has, until the store has them no more as due. */
  const known = new Set<string>()
  /** Rows taken out of the store, the last and those before them. */
  let gone = new Set<string>()
  let goneBefore = new Set<string>()
  const timers = new Set<NodeJS.Timeout>()
  const marks = new Map<CommunityId, Write[]>()
  /** Rows that are not due yet. */
  let held: { readonly communityId: CommunityId; readonly row: OutboxRow }[] = []
  let clock: NodeJS.Timeout | null = null
  /** Rows that were taken out of the store while they were being sent. */
  const withdrawn = new Set<string>()
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
        // One of them was taken out meanwhile: the others stand.
        if (isConflict(error) && writes.length > 1) for (const write of writes) await parts.store.commit(communityId, [write]).catch(() => undefined)
        else {
          // A kill before they are marked sends them again, under the same key.
          parts.log('outbox.unmarked', { count: writes.length, error: String(error) })
          if (!stopped && !isConflict(error)) markLater(communityId, writes)
        }
      }
    }
    marking = marks.size > 0 ? writeMarks() : null
    settle()
  }

  function markLater(communityId: CommunityId, writes: readonly Write[]): void {
    const timer = setTimeout(() => {
      timers.delete(timer)
      for (const write of writes) mark(communityId, write)
    }, markAgainMs)
    timers.add(timer)
  }

  function run(key: string, communityId: CommunityId, lane: Lane): void {
    lane.work = sendAll(key, communityId, lane)
  }

  async function sendAll(key: string, communityId: CommunityId, lane: Lane): Promise<void> {
    lane.running = true
    active += 1
    try {
      while (!stopped) {
        const [first, ...others] = lane.rows.slice(0, batchSize(lane.rows))
        if (first === undefined) break
        const together = [first, ...others] as const
        if (!isMine(communityId, first.conversationId)) {
          // Another process has taken it up, or will.
          forget(lane.rows.splice(0))
          break
        }
        const row = asOne(together)
        lane.inHand = together.length
        const channel = parts.channel(row.to.channel)
        if (!channel) {
          parts.log('outbox.no-channel', { channel: row.to.channel, row: row.id })
          forget(lane.rows.splice(0, together.length))
          continue
        }
        try {
          await channel.send(row.to, row.reply, row.id)
          lane.rows.splice(0, together.length)
          end(communityId, together, row, (one) => ({ op: 'remove', table: 'outbox', id: one.id, rev: one.rev }))
        } catch (error) {
          const failure = error instanceof ChannelError ? error : new ChannelError('unavailable', String(error), { cause: error })
          parts.log('outbox.failed', { row: row.id, code: failure.code, attempts: row.attempts + 1 })
          if (failure.code === 'gone' || failure.code === 'rejected' || failure.code === 'unknown-delivery') {
            lane.rows.splice(0, together.length)
            const state = failure.code === 'unknown-delivery' ? 'unsure' : 'failed'
            end(communityId, together, row, (one) => ({ op: 'put', table: 'outbox', row: { ...one, state, attempts: one.attempts + 1, error: failure.code, endedAt: parts.now() } }))
            continue
          }
          const waitMs = Math.max(failure.retryAfterMs ?? 0, waitsMs[Math.min(row.attempts, waitsMs.length - 1)] ?? 1_000)
          lane.rows.splice(0, together.length, ...together.filter((one) => !withdrawn.delete(one.id)).map((one) => ({ ...one, attempts: one.attempts + 1, error: failure.code })))
          const timer = setTimeout(() => {
            timers.delete(timer)
            if (!lane.running && !stopped) run(key, communityId, lane)
          }, waitMs)
          timers.add(timer)
          return
        }
      }
      if (lane.rows.length === 0 && lanes.get(key) === lane) lanes.delete(key)
    } finally {
      lane.running = false
      lane.inHand = 0
      active -= 1
      settle()
    }
  }

  /** What is sent, or never will be: out of the way in the store, and what was held has its line now. */
  function end(communityId: CommunityId, together: readonly OutboxRow[], sent: OutboxRow, write: (row: OutboxRow) => Write): void {
    for (const row of together) if (!withdrawn.delete(row.id)) mark(communityId, write(row))
    if (sent.held !== undefined) mark(communityId, { op: 'put', table: 'messages', row: ourLine(sent, parts.now(), sent.held.about) })
  }

  function forget(rows: readonly OutboxRow[]): void {
    for (const { id } of rows) known.delete(id)
  }

  function queue(communityId: CommunityId, row: OutboxRow): { readonly key: string; readonly lane: Lane } {
    const key = `${communityId}|${row.conversationId}`
    const lane = lanes.get(key) ?? { rows: [], running: false, inHand: 0, work: Promise.resolve() }
    lanes.set(key, lane)
    lane.rows.push(row)
    return { key, lane }
  }

  function release(): void {
    const now = parts.now()
    const others = held.filter(({ communityId, row }) => !isMine(communityId, row.conversationId))
    if (others.length > 0) {
      forget(others.map(({ row }) => row))
      held = held.filter((one) => !others.includes(one))
    }
    const due = held.filter(({ row }) => row.dueAt <= now).sort((a, b) => a.row.dueAt - b.row.dueAt)
    held = held.filter(({ row }) => row.dueAt > now)
    const idle = new Map<string, { readonly communityId: CommunityId; readonly lane: Lane }>()
    for (const { communityId, row } of due) {
      const { key, lane } = queue(communityId, row)
      // A lane with more than it waits for its next try.
      if (!lane.running && (lane.rows.length === 1 || idle.has(key))) idle.set(key, { communityId, lane })
    }
    for (const [key, { communityId, lane }] of idle) run(key, communityId, lane)
    waitForHeld()
  }

  function waitForHeld(): void {
    if (clock !== null) clearTimeout(clock)
    clock = null
    if (stopped || held.length === 0) return
    const next = held.reduce((earliest, { row }) => Math.min(earliest, row.dueAt), Infinity)
    clock = setTimeout(release, Math.min(lookAtHeldMs, Math.max(0, next - parts.now())))
    clock.unref()
  }

  /** Resolves when what another process is to send is not being sent here any more, and what was is marked. */
  async function letGo(): Promise<void> {
    const losing = [...lanes].filter(([key, lane]) => lane.running && lane.rows.some(({ conversationId }) => !isMine(key.slice(0, key.indexOf('|')) as CommunityId, conversationId)))
    await Promise.all(losing.map(([, lane]) => lane.work))
    while (marking !== null) await marking
  }

  const stopLetting = (parts.cluster ?? alone).onLoss(letGo)
  const stopListening = parts.store.onCommit(({ communityId, writes, elsewhere }) => {
    if (elsewhere) push(communityId, writes.flatMap((write) => (write.op === 'put' && write.table === 'outbox' && write.row.state === 'due' ? [write.row] : [])))
    for (const write of writes) if (write.op === 'put' && write.table === 'outbox' && write.row.state !== 'due') known.delete(write.row.id)
    const removed = new Set(writes.flatMap((write) => (write.op === 'remove' && write.table === 'outbox' ? [write.id] : [])))
    if (removed.size === 0) return
    for (const id of removed) {
      known.delete(id)
      gone.add(id)
    }
    if (gone.size > mostGone) [gone, goneBefore] = [new Set(), gone]
    held = held.filter((one) => one.communityId !== communityId || !removed.has(one.row.id))
    for (const [key, lane] of lanes) {
      if (!key.startsWith(`${communityId}|`)) continue
      lane.rows.slice(0, lane.inHand).forEach(({ id }) => { if (removed.has(id)) withdrawn.add(id) })
      const kept = lane.rows.filter(({ id }, index) => index < lane.inHand || !removed.has(id))
      if (kept.length < lane.rows.length) lane.rows.splice(0, lane.rows.length, ...kept)
      if (kept.length === 0) lanes.delete(key)
    }
  })

  function push(communityId: CommunityId, rows: readonly OutboxRow[]): void {
    for (const given of rows) {
      if (stopped || known.has(given.id) || gone.has(given.id) || goneBefore.has(given.id) || !isMine(communityId, given.conversationId)) continue
      known.add(given.id)
      // A row just committed stands at 1 in the store.
      const row = given.rev === 0 ? { ...given, rev: 1 } : given
      if (row.dueAt > parts.now()) {
        held.push({ communityId, row })
        continue
      }
      const { key, lane } = queue(communityId, row)
      // What waits for its next try keeps other words waiting, but no warning.
      const isUrgent = row.reply.urgency === 'danger' && lane.inHand === 0
      if (isUrgent) lane.rows.unshift(...lane.rows.splice(-1))
      if (!lane.running && (isUrgent || lane.rows.length === 1)) run(key, communityId, lane)
    }
    waitForHeld()
  }

  return {
    push,
    release,
    withhold(communityId, isMeant) {
      const taken = held.filter((one) => one.communityId === communityId && isMeant(one.row)).map(({ row }) => row.id)
      held = held.filter(({ row }) => !taken.includes(row.id))
      for (const [key, lane] of lanes) {
        if (!key.startsWith(`${communityId}|`)) continue
        const kept = lane.rows.filter((row, index) => index < lane.inHand || !isMeant(row))
        taken.push(...lane.rows.filter((row) => !kept.includes(row)).map((row) => row.id))
        lane.rows.splice(0, lane.rows.length, ...kept)
        if (kept.length === 0) lanes.delete(key)
      }
      // Whose commit then fails gives them back.
      for (const id of taken) known.delete(id)
      return taken
    },
    idle: () => (active === 0 && marking === null ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
    async stop() {
      stopped = true
      stopListening()
      stopLetting()
      if (clock !== null) clearTimeout(clock)
      for (const timer of timers) clearTimeout(timer)
      if (marking !== null) await marking
    },
  }
}
