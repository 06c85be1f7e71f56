import type { Address, Attachment, Reply } from '../channels/channel.js'
import type { Write } from '../store/store.js'
import { ourLine } from './conclude.js'
import type { Conversation, OutboxRow } from './records.js'
import { forRoom } from './room-words.js'

/** Nobody is written to unasked from 22:00 to 7:00 (Asia/Shanghai: UTC+8, no summer time). */
const quietFromHour = 22
const quietToHour = 7
/** Who was in the conversation so lately is awake, ms. */
const awakeMs = 10 * 60_000
const hourMs = 3_600_000
const dayMs = 24 * hourMs
const zoneMs = 8 * hourMs

/** Until when the night lasts in which nobody is written to unasked, ms since 1970; `null` by day. */
export function nightEnds(now: number): number | null {
  const sinceMidnight = (now + zoneMs) % dayMs
  if (sinceMidnight >= quietToHour * hourMs && sinceMidnight < quietFromHour * hourMs) return null
  return now - sinceMidnight + (sinceMidnight < quietToHour * hourMs ? 0 : dayMs) + quietToHour * hourMs
}

/** Words that are not the answer to a message just taken: news of a request, a reminder, what a member of staff says. */
export interface Notice {
  readonly to: Address
  readonly text: string
  /** Default none. */
  readonly choices?: readonly string[]
  /** Files that go with the words; default none. */
  readonly attachments?: readonly Attachment[]
  /** Default the bot. */
  readonly from?: Reply['from']
  /** The request it is about, by which it is withdrawn while it waits; `null`: none. */
  readonly about: string | null
  /**
   * `now`: somebody waits for it (a person's own words, danger). `by-day`: held over the night, unless the conversation is awake; what is held
   * for one conversation arrives as one message. A moment (ms since 1970): not before it, nor in a night.
   */
  readonly when: 'now' | 'by-day' | number
}

/** The one way such words get into the outbox. `conversation`: where they go, as it stands; `null` where it is not known. */
export function noticeRow(notice: Notice, conversation: Pick<Conversation, 'lastAt'> | null, made: { readonly id: string; readonly now: number }): OutboxRow {
  const { to, when, about } = notice
  const text = to.chat === 'group' ? forRoom(notice.text) : notice.text
  const dueAt = dueOf(when, conversation, made.now)
  return {
    id: made.id, rev: 0, conversationId: to.conversationId, to,
    reply: { text, choices: notice.choices ?? [], citations: [], urgency: 'normal', from: notice.from ?? { kind: 'bot' }, ...withFiles(notice.attachments ?? []) },
    ...(dueAt > made.now ? { held: { about } } : {}),
    state: 'due', attempts: 0, dueAt, error: null, endedAt: null,
  }
}

function withFiles(attachments: readonly Attachment[]): Pick<Reply, 'attachments'> {
  return attachments.length === 0 ? {} : { attachments }
}

function dueOf(when: Notice['when'], conversation: Pick<Conversation, 'lastAt'> | null, now: number): number {
  if (when === 'now') return now
  const from = when === 'by-day' ? now : Math.max(when, now)
  if (from === now && conversation !== null && now - conversation.lastAt < awakeMs) return now
  return nightEnds(from) ?? from
}

/** The rows and their lines, for the commit of what they tell. What is held gets its line when it has arrived. */
export function noticeWrites(rows: readonly OutboxRow[], now: number, requestId: string | null): readonly Write[] {
  return rows.flatMap((row): Write[] => [
    { op: 'put', table: 'outbox', row },
    ...(row.held === undefined ? [{ op: 'put', table: 'messages', row: ourLine(row, now, requestId) } as const] : []),
  ])
}

/** Takes held notices back, in the commit of what makes them untrue; those that are out already stay said. */
export function withdrawals(rows: readonly OutboxRow[], isMeant: (about: string) => boolean): readonly Write[] {
  return rows.flatMap((row): Write[] => (row.state === 'due' && row.held !== undefined && row.held.about !== null && isMeant(row.held.about) ? [{ op: 'remove', table: 'outbox', id: row.id, rev: row.rev }] : []))
}

/** How many of the rows, all due, go out as one message: what was held for one moment, up to the first that asks something. */
export function batchSize(rows: readonly OutboxRow[]): number {
  const [first] = rows
  if (first === undefined) return 0
  let size = 1
  for (const row of rows.slice(1)) {
    const before = rows[size - 1]
    const belongs = first.held !== undefined && row.held !== undefined && row.dueAt === first.dueAt && row.reply.from.kind === 'bot' && first.reply.from.kind === 'bot'
    if (!belongs || before === undefined || before.reply.choices.length > 0) return size
    size += 1
  }
  return size
}

/** Several notices as one, under the first one's id. */
export function asOne(rows: readonly [OutboxRow, ...OutboxRow[]]): OutboxRow {
  const [first, ...others] = rows
  const last = rows.at(-1) ?? first
  if (others.length === 0) return first
  const abouts = new Set(rows.map((row) => row.held?.about ?? null))
  return {
    ...first,
    reply: { ...last.reply, text: rows.map(({ reply }) => reply.text).join('\n'), citations: rows.flatMap(({ reply }) => reply.citations), ...withFiles(rows.flatMap(({ reply }) => reply.attachments ?? [])) },
    held: { about: abouts.size === 1 ? (first.held?.about ?? null) : null },
  }
}
