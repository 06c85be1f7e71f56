import type { InboundMessage, RecalledMessage } from '../channels/channel.js'
import { redact } from '../privacy.js'
import { isOpen, type ServiceRequest } from '../requests/service-request.js'
import type { Write } from '../store/store.js'
import { conclude } from './conclude.js'
import { advance } from './dialogs/report.js'
import { emptyMemory, readMemory, type Memory } from './memory.js'
import type { Conversation, Intake, Message, OutboxRow } from './records.js'
import { recalledWords, replies } from './replies.js'
import { beginTurn, type Begun, type RoomTalk, type TurnParts, type TurnResult } from './take-turn.js'
import { forgetMessage, withoutMessage, withoutWords } from './taken-back.js'
import { dialogId } from './turn-state.js'
import { say, step, type Say, type Step, type Turn } from './turn.js'
import { undoablesOf } from './undo.js'
import { withoutBallot } from './vote-recall.js'
import { withoutTold } from './wish-recall.js'

/** Lines of a conversation, the newest, among which a message that is taken back or changed is looked for. */
const linesLookedAt = 1_000

/** What a message that came before left behind. */
export interface Trace {
  /** Its own line. */
  readonly line: Message
  /** What was said in the conversation after it. */
  readonly later: readonly Message[]
}

/** The kept line of a message; `null` where the bot was silent on it, or it never came. */
export async function traceOf(parts: Pick<TurnParts, 'store'>, event: Pick<InboundMessage, 'communityId' | 'conversationId' | 'messageId'>): Promise<Trace | null> {
  const lines = await parts.store.find(event.communityId, 'messages', { by: 'conversationId', equals: event.conversationId, order: 'desc', limit: linesLookedAt })
  const line = lines.find((one) => one.platformMessageId === event.messageId)
  return line === undefined ? null : { line, later: lines.filter((one) => one.id > line.id) }
}

/** The beginning of every source key of a message: what was filed from it. */
export function sourcePrefix(event: Pick<InboundMessage, 'channel' | 'messageId'>): string {
  return `${event.channel}:${event.messageId}:`
}

/** Whether a reply that waits answers a message; what an alarm says goes out whatever was taken back. */
export function isAnswerTo(event: Pick<InboundMessage, 'channel' | 'messageId'>, row: OutboxRow): boolean {
  const key = `${event.channel}:${event.messageId}`
  return (row.answers === key || row.answers?.startsWith(`${key}~`) === true) && row.reply.urgency !== 'danger'
}

/** A message taken back before it was answered: no answer, nothing filed, nothing kept. */
export function dropped(intake: Intake, reason: 'recalled' | 'edited', now: number): TurnResult {
  const outcome = { kind: 'silent', reason } as const
  return { outcome, understanding: null, writes: [{ op: 'put', table: 'intake', row: { ...intake, state: 'done', message: null, outcome, doneAt: now } }], outgoing: [] }
}

/**
 * Takes a message back after its turn: its words go wherever they are kept, an answer to an open form is asked again, what
 * was filed stays and its resident is asked in private whether it goes too. An alarm stands. `unsent`: answers to it that
 * never went out, by their ids.
 */
export async function takeBack(parts: TurnParts, intake: Intake, event: RecalledMessage, talk: RoomTalk, unsent: ReadonlySet<string> = new Set()): Promise<TurnResult> {
  const trace = await traceOf(parts, event)
  const unsaid = await unsaidWrites(parts, event, talk.said(event.conversationId, event.messageId))
  if (trace === null || trace.line.changed === 'recalled') return { ...dropped(intake, 'recalled', parts.now()), writes: [...dropped(intake, 'recalled', parts.now()).writes, ...unsaid] }
  const { line } = trace
  const conversation = await parts.store.get(event.communityId, 'conversations', event.conversationId)
  const taken = line.text
  const begun = await beginTurn(parts, emptied(event, line, conversation), talk, (memory) => forgetMessage(memory, event.messageId, sourcePrefix(event), taken))
  const { turn } = begun
  const touched = await touchedRequests(turn, event, line)
  const removed: Write[] = [
    ...unsaid,
    ...lineWrites({ line, later: trace.later.filter((one) => !unsent.has(one.id)) }, taken),
    ...(await unsentRemovals(parts, event, unsent)),
    ...touched.map(({ now }): Write => ({ op: 'put', table: 'requests', row: now })),
    ...(await undoablesOf(parts.store, event.communityId, new Set(touched.map(({ now }) => now.id)))).map(({ id, rev }): Write => ({ op: 'remove', table: 'undoables', id, rev })),
    ...(await learningRemovals(parts, line, event)),
    ...(await attachmentRemovals(parts, event, line.attachments)),
    ...(await withoutTold(parts.store, event.communityId, line)),
    ...(await withoutBallot(parts, turn, line)),
    ...carriedRemovals(begun, event),
  ]
  const asks = touched.find(({ isFirst, now }) => isFirst && isOpen(now) && now.residentId === line.authorId)?.now ?? null
  const done = await stepBack(begun, event, asks, removed)
  const privately = turn.message.chat === 'group' ? await privateMemory(parts, turn, event, asks) : []
  const result = conclude(parts, intake, { ...begun, turn: { ...turn, conversation: told(turn.conversation, taken) } }, { ...done, writes: [...done.writes, ...privately] }, begun.storedDialog?.botkit ?? {})
  return {
    outcome: { kind: 'silent', reason: 'recalled' },
    understanding: null,
    // The event has no line of its own: it is the message's line that changed.
    writes: result.writes.filter((write) => !(write.op === 'put' && write.table === 'messages' && write.row.rev === 0 && write.row.from !== 'bot')),
    outgoing: result.outgoing,
  }
}

/** The message as nothing but where it stood and whose it was. */
function emptied(event: RecalledMessage, line: Message, conversation: Conversation | null): InboundMessage {
  return {
    channel: event.channel, communityId: event.communityId, eventId: `${event.messageId}:recalled`, messageId: event.messageId, conversationId: event.conversationId,
    chat: conversation?.chat ?? 'private', author: { id: line.authorId, name: line.authorName, kind: 'resident' }, text: '', attachments: [],
    mentions: { bot: false, others: [], everyone: false }, quoted: null, sentAt: event.sentAt,
  }
}

interface Touched {
  readonly now: ServiceRequest
  /** Whether the message is what it was filed from. */
  readonly isFirst: boolean
}

/** The requests that hold its words, without them. */
async function touchedRequests(turn: Turn, event: RecalledMessage, line: Message): Promise<Touched[]> {
  const own = await turn.records.requestsOf(line.authorId)
  const named = line.requestId === null || own.some((one) => one.id === line.requestId) ? null : await turn.records.request(line.requestId)
  return [...own, ...(named ? [named] : [])].flatMap((request): Touched[] => {
    const isFirst = request.sourceKey.startsWith(sourcePrefix(event))
    const now = withoutMessage(request, line.text, turn.services.byCode(request.serviceCode), isFirst, { residentId: line.authorId, now: turn.now })
    if (now === null) return []
    const gone = new Set(line.attachments.map((one) => one.id))
    return [{ now: { ...now, attachmentIds: now.attachmentIds.filter((id) => !gone.has(id)) }, isFirst }]
  })
}

function lineWrites({ line, later }: Trace, taken: string): Write[] {
  const quoting = later.filter((one) => one.from === 'bot').flatMap((one): Write[] => {
    const text = withoutWords(one.text, taken)
    if (text === one.text) return []
    return [{ op: 'put', table: 'messages', row: { ...one, text, reply: one.reply === null ? null : { ...one.reply, text: withoutWords(one.reply.text, taken) } } }]
  })
  return [{ op: 'put', table: 'messages', row: { ...line, text: recalledWords, attachments: [], changed: 'recalled' } }, ...quoting]
}

/** The rows of the queue of learning that this message left: those of its own moment. */
export async function learningRemovals(parts: Pick<TurnParts, 'store'>, line: Message, event: Pick<InboundMessage, 'communityId'>): Promise<Write[]> {
  const rows = await parts.store.find(event.communityId, 'learning', { order: 'desc', limit: linesLookedAt })
  return rows.filter((row) => row.conversationId === line.conversationId && row.at === line.at).map((row) => ({ op: 'remove', table: 'learning', id: row.id, rev: row.rev }))
}

/** In a room on trial: what would have been said to it, and its words, are not kept for staff. */
async function unsaidWrites(parts: Pick<TurnParts, 'store'>, event: RecalledMessage, said: string | null): Promise<Write[]> {
  if (said === null) return []
  const rows = await parts.store.find(event.communityId, 'unsaid', { by: 'conversationId', equals: event.conversationId, order: 'desc', limit: linesLookedAt })
  return rows.filter((row) => row.text === redact(said)).map((row) => ({ op: 'remove', table: 'unsaid', id: row.id, rev: row.rev }))
}

/** What was never sent was never said. */
async function unsentRemovals(parts: Pick<TurnParts, 'store'>, event: RecalledMessage, unsent: ReadonlySet<string>): Promise<Write[]> {
  const tables = ['outbox', 'messages'] as const
  const found = await Promise.all([...unsent].flatMap((id) => tables.map(async (table) => ({ table, row: await parts.store.get(event.communityId, table, id) }))))
  return found.flatMap(({ table, row }): Write[] => (row === null ? [] : [{ op: 'remove', table, id: row.id, rev: row.rev }]))
}

/** The rows of a message's pictures and files; whoever commits this takes their bytes away first. */
export async function attachmentRemovals(parts: Pick<TurnParts, 'store'>, event: Pick<InboundMessage, 'communityId'>, attachments: InboundMessage['attachments']): Promise<Write[]> {
  const rows = await Promise.all(attachments.map((one) => parts.store.get(event.communityId, 'attachments', one.id)))
  return rows.flatMap((row) => (row === null ? [] : [{ op: 'remove', table: 'attachments', id: row.id, rev: row.rev } as const]))
}

/** A draft that the message began in a room and that waits for the private chat. */
function carriedRemovals({ carried, turn }: Begun, event: RecalledMessage): Write[] {
  if (carried === null || turn.message.chat !== 'group') return []
  return readMemory(carried.memory).form?.sourceKey.startsWith(sourcePrefix(event)) === true ? [{ op: 'remove', table: 'dialogs', id: carried.id, rev: carried.rev }] : []
}

/** What is said: the form's question again, whether the request goes too, or nothing. */
async function stepBack(begun: Begun, event: RecalledMessage, asks: ServiceRequest | null, writes: readonly Write[]): Promise<Step> {
  const { turn, storedDialog } = begun
  const before: Memory = storedDialog === null ? emptyMemory : readMemory(storedDialog.memory)
  const silent = (said: Say | null, memory: Partial<Memory> = {}): Step => ({ ...step({ kind: 'silent', reason: 'recalled' }, said), writes, memory })
  if (turn.conversation.mode === 'staff') return silent(null)
  if (asks !== null) {
    const question = say(replies.askTakenBack(asks), { choices: ['1 撤销', '2 不用'], to: turn.message.chat === 'group' ? 'private' : 'here' })
    return silent(question, turn.message.chat === 'group' ? {} : { takenBack: asks.id })
  }
  if (turn.message.chat === 'group') return silent(null)
  const { form } = turn.memory
  if (form === null) return silent(before.form === null ? null : say(replies.formTakenBack))
  const service = turn.services.byCode(form.serviceCode)
  const isAnswer = before.answers.some((answer) => answer.messageId === event.messageId)
  if (service === null || !isAnswer) return silent(null)
  const again = await advance(turn, form, service, replies.answerTakenBack)
  // An answer given twice may complete the form all the same: then it is as if it had just been given.
  return { ...again, writes: [...again.writes, ...writes] }
}

/** The question stands in the private chat, though the message stood in the room. */
async function privateMemory(parts: Pick<TurnParts, 'store'>, turn: Turn, event: RecalledMessage, asks: ServiceRequest | null): Promise<Write[]> {
  const chat = turn.resident.privateConversationId
  if (chat === null) return []
  const id = dialogId(chat, turn.message.author.id)
  const stored = await parts.store.get(event.communityId, 'dialogs', id)
  const known = stored === null ? emptyMemory : readMemory(stored.memory)
  const form = known.form?.sourceKey.startsWith(sourcePrefix(event)) === true ? null : known.form
  if (asks === null && form === known.form) return []
  const memory: Memory = { ...known, form, takenBack: asks?.id ?? known.takenBack }
  return [{ op: 'put', table: 'dialogs', row: { id, rev: stored?.rev ?? 0, conversationId: chat, botkit: stored?.botkit ?? {}, memory, waiting: form === null ? null : (stored?.waiting ?? null), updatedAt: turn.now } }]
}

/** Who was called is still called; that the words were taken back stands beside it. */
function told(conversation: Conversation, taken: string): Conversation {
  const { handover } = conversation
  if (handover === null) return conversation
  const reason = withoutWords(handover.reason, taken)
  return { ...conversation, handover: { ...handover, reason: reason === handover.reason ? `${reason}（居民撤回了原话）` : reason } }
}
