import type { Channel, ChannelName, InboundMessage, Reply } from '../channels/channel.js'
import { StoreError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import type { Query, Store } from '../store/store.js'
import type { Row, TableName } from '../store/tables.js'
import type { Outcome } from './outcome.js'
import type { Outbox } from './outbox.js'
import type { Intake, OutboxRow } from './records.js'
import { replies } from './replies.js'
import { ourLine } from './conclude.js'
import { takeTurn, type RoomTalk, type TurnParts, type TurnResult } from './take-turn.js'

/** The most automatic messages (not asked for by a mention) to one room in a minute (product rule 3). */
const volunteersPerMinute = 3
/** Lines of a room that the next message is understood with. */
const linesBefore = 5
/** What was said longer ago is no part of the talk now, ms. */
const linesLastMs = 5 * 60_000
/** How often a turn is taken again when a row moved under it. */
const mostTries = 40
/** Turns that met a conflict wait for each other in this lane: in a storm, fifty residents join one request. */
const contendedLane = '#contended'
/** Wait before a turn whose result could not be stored is taken again, ms. */
const storeAgainMs = [2_000, 10_000, 60_000] as const

export interface Delivery {
  deliver(message: InboundMessage): Promise<void>
  /** Takes up what was accepted before a restart and never finished. Resolves with how many there were. */
  recover(): Promise<number>
  /** Runs `work` alone in this conversation: no turn of it runs at the same time. */
  alone<T>(communityId: CommunityId, conversationId: string, work: () => Promise<T>): Promise<T>
  /** Resolves when no turn is running or waiting. */
  idle(): Promise<void>
  stop(): Promise<void>
}

export interface DeliveryParts extends TurnParts {
  readonly outbox: Outbox
  readonly channel: (name: ChannelName) => Channel | null
  readonly turnDeadlineMs: number
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void
  /** Each finished turn, for metrics and dry-run logs. */
  readonly onTurn?: (outcome: Outcome, message: InboundMessage, tookMs: number) => void
}

/** Once for each message: intake record, then its turn, one at a time per conversation, then everything in one commit. */
export function createDelivery(parts: DeliveryParts): Delivery {
  const tails = new Map<string, Promise<unknown>>()
  const timers = new Set<NodeJS.Timeout>()
  const talk = createRoomTalk()
  let stopped = false

  function alone<T>(communityId: CommunityId, conversationId: string, work: () => Promise<T>): Promise<T> {
    const key = `${communityId}|${conversationId}`
    const before = tails.get(key) ?? Promise.resolve()
    const mine = before.then(work, work)
    const tail = mine.catch(() => undefined).then(() => {
      if (tails.get(key) === tail) tails.delete(key)
    })
    tails.set(key, tail)
    return mine
  }

  function enqueue(intake: Intake, message: InboundMessage): void {
    void alone(message.communityId, message.conversationId, () => process(intake, message, 0)).catch((error: unknown) => {
      parts.log('turn.lost', { intake: intake.id, error: String(error) })
    })
  }

  async function process(first: Intake, message: InboundMessage, failures: number): Promise<void> {
    if (stopped) return
    const startedAt = performance.now()
    let intake: Intake = first
    for (let attempt = 1; ; attempt += 1) {
      try {
        const current = intake
        const decide = async (): Promise<TurnResult> => {
          const decided = await withDeadline(takeTurn(parts, current, message, talk), parts.turnDeadlineMs)
          await parts.store.commit(message.communityId, decided.writes)
          return decided
        }
        const result = attempt === 1 ? await decide() : await alone(message.communityId, contendedLane, decide)
        parts.outbox.push(message.communityId, result.outgoing)
        talk.heard(message, result.outcome, result.understanding?.gate.reason ?? null, parts.now())
        parts.onTurn?.(result.outcome, message, performance.now() - startedAt)
        return
      } catch (error) {
        if (error instanceof StoreError && error.code === 'conflict' && attempt < mostTries) {
          const current = await parts.store.get(message.communityId, 'intake', intake.id)
          if (current === null || current.state === 'done') return
          intake = current
          continue
        }
        if (error instanceof StoreError && error.code !== 'conflict') {
          await storeRefused(error, intake, message, failures)
          return
        }
        await failTurn(error, intake, message)
        return
      }
    }
  }

  /** The result could not be stored: the resident hears so at once, and the turn is taken again later. */
  async function storeRefused(error: StoreError, intake: Intake, message: InboundMessage, failures: number): Promise<void> {
    parts.log('turn.not-stored', { intake: intake.id, code: error.code })
    if (failures === 0 && message.chat === 'private') await sayDirectly(message, replies.notStored)
    if (error.code !== 'write-refused' || stopped) return
    const waitMs = storeAgainMs[Math.min(failures, storeAgainMs.length - 1)] ?? 60_000
    const timer = setTimeout(() => {
      timers.delete(timer)
      void alone(message.communityId, message.conversationId, () => process(intake, message, failures + 1)).catch(() => undefined)
    }, waitMs)
    timers.add(timer)
  }

  async function sayDirectly(message: InboundMessage, text: string): Promise<void> {
    const channel = parts.channel(message.channel)
    await channel?.send(
      { channel: message.channel, conversationId: message.conversationId, chat: message.chat, residentId: message.chat === 'private' ? message.author.id : null },
      plainReply(text),
      parts.newId(),
    ).catch(() => undefined)
  }

  /** A turn that threw or took too long: an apology and a person; never silence. */
  async function failTurn(error: unknown, intake: Intake, message: InboundMessage): Promise<void> {
    const code = error instanceof DeadlineError ? 'deadline' : 'turn-failed'
    parts.log('turn.failed', { intake: intake.id, conversation: message.conversationId, code, error: error instanceof Error ? (error.stack ?? error.message) : String(error) })
    const now = parts.now()
    const outcome: Outcome = { kind: 'failed', code }
    const { communityId } = message
    const conversation = await parts.store.get(communityId, 'conversations', message.conversationId)
    const row: OutboxRow = {
      id: parts.newId(), rev: 0, conversationId: message.conversationId,
      to: { channel: message.channel, conversationId: message.conversationId, chat: message.chat, residentId: message.chat === 'private' ? message.author.id : null },
      reply: plainReply(replies.apology), state: 'due', attempts: 0, dueAt: now, error: null, endedAt: null,
    }
    await parts.store.commit(communityId, [
      { op: 'put', table: 'intake', row: { ...intake, state: 'done', message: null, outcome, doneAt: now } },
      {
        op: 'put', table: 'messages',
        row: {
          id: parts.newId(), rev: 0, conversationId: message.conversationId, at: now, from: 'resident', authorId: message.author.id, authorName: message.author.name,
          text: message.text, attachments: message.attachments, reply: null, requestId: null, platformMessageId: message.messageId,
        },
      },
      {
        op: 'put', table: 'conversations',
        row: {
          ...(conversation ?? { id: message.conversationId, rev: 0, channel: message.channel, chat: message.chat, residentId: message.chat === 'private' ? message.author.id : null, title: message.author.name ?? '居民', takenBy: null }),
          mode: conversation?.mode === 'staff' ? 'staff' : 'waiting', handover: { reason: '小助手出错，请人工查看', at: now, urgent: false }, lastAt: now,
        },
      },
      ...(message.chat === 'private' || message.mentions.bot ? ([{ op: 'put', table: 'outbox', row }, { op: 'put', table: 'messages', row: ourLine(row, now, null) }] as const) : []),
    ])
    if (message.chat === 'private' || message.mentions.bot) parts.outbox.push(communityId, [row])
    parts.onTurn?.(outcome, message, 0)
  }

  return {
    alone,
    async deliver(message) {
      if (message.author.kind === 'bot') return
      const intake: Intake = {
        id: parts.newId(), rev: 0, eventKey: `${message.channel}:${message.eventId}`, conversationId: message.conversationId,
        state: 'pending', message, outcome: null, receivedAt: parts.now(), doneAt: null,
      }
      try {
        await parts.store.commit(message.communityId, [{ op: 'put', table: 'intake', row: intake }])
      } catch (error) {
        // Known already: the first delivery has it, this one is acknowledged and nothing more happens.
        if (error instanceof StoreError && error.code === 'conflict') return
        throw error
      }
      enqueue({ ...intake, rev: 1 }, message)
    },
    async recover() {
      let count = 0
      for (const communityId of await parts.store.communities()) {
        for await (const intakes of pages(parts.store, communityId, 'intake', { by: 'state', equals: 'pending' })) {
          for (const intake of intakes) {
            if (intake.message === null) continue
            enqueue(intake, intake.message)
            count += 1
          }
        }
        for await (const due of pages(parts.store, communityId, 'outbox', { by: 'state', equals: 'due' })) parts.outbox.push(communityId, due)
      }
      return count
    },
    async idle() {
      while (tails.size > 0) await Promise.all(tails.values())
    },
    async stop() {
      stopped = true
      for (const timer of timers) clearTimeout(timer)
      while (tails.size > 0) await Promise.all(tails.values())
    },
  }
}

/** Everything a query finds, page by page, oldest first. */
async function* pages<T extends TableName>(store: Store, communityId: CommunityId, table: T, query: Pick<Query<T>, 'by' | 'equals'>): AsyncGenerator<readonly Row<T>[]> {
  const limit = 1_000
  let after: string | undefined
  for (;;) {
    const rows = await store.find(communityId, table, { ...query, limit, ...(after === undefined ? {} : { after }) })
    if (rows.length > 0) yield rows
    if (rows.length < limit) return
    after = rows.at(-1)?.id
  }
}

export function plainReply(text: string): Reply {
  return { text, choices: [], citations: [], urgency: 'normal', from: { kind: 'bot' } }
}

class DeadlineError extends Error {}

function withDeadline<T>(work: Promise<T>, limitMs: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => { reject(new DeadlineError(`the turn took longer than ${limitMs} ms`)) }, limitMs)
    work.then(
      (value) => { clearTimeout(timer); resolve(value) },
      (error: unknown) => { clearTimeout(timer); reject(error instanceof Error ? error : new Error(String(error))) },
    )
  })
}

interface RoomMemory extends RoomTalk {
  heard(message: InboundMessage, outcome: Outcome, reason: string | null, now: number): void
}

/** The last lines of each room and the bot's own starts, in memory only: rooms' talk is never stored. */
function createRoomTalk(): RoomMemory {
  type Line = ReturnType<RoomTalk['before']>[number] & { readonly at: number }
  const rooms = new Map<string, { lines: Line[]; starts: number[] }>()
  const room = (id: string): { lines: Line[]; starts: number[] } => {
    const known = rooms.get(id) ?? { lines: [], starts: [] }
    rooms.set(id, known)
    return known
  }
  return {
    before: (id, now) => (rooms.get(id)?.lines ?? []).filter((line) => now - line.at < linesLastMs),
    mayVolunteer: (id, now) => (rooms.get(id)?.starts ?? []).filter((at) => now - at < 60_000).length < volunteersPerMinute,
    heard(message, outcome, reason, now) {
      if (message.chat !== 'group') return
      const here = room(message.conversationId)
      here.lines.push({ authorId: message.author.id, text: message.text.slice(0, 200), byBot: false, byStaff: message.author.kind === 'staff', at: now })
      if (outcome.kind !== 'silent') {
        here.lines.push({ authorId: 'bot', text: '', byBot: true, at: now })
        if (reason !== 'mentioned') here.starts = [...here.starts.filter((at) => now - at < 60_000), now]
      }
      here.lines.splice(0, Math.max(0, here.lines.length - linesBefore))
    },
  }
}
