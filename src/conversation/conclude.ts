import type { Address, ChannelName, Reply } from '../channels/channel.js'
import { learningWrites } from '../learning/queue.js'
import type { Write } from '../store/store.js'
import type { BotkitState } from './botkit.js'
import { confidedAfter } from './confidence.js'
import { answersKept, emptyMemory, type Memory } from './memory.js'
import type { Outcome } from './outcome.js'
import type { Conversation, DialogState, Intake, Message, OutboxRow, Resident } from './records.js'
import { ownPart } from './pieces.js'
import { replies } from './replies.js'
import { aboutInRoom } from './room-words.js'
import type { Begun, TurnParts, TurnResult } from './take-turn.js'
import { carriedId, dialogId } from './turn-state.js'
import { say, type Say, type Step, type Turn } from './turn.js'

/** A silent turn keeps id, room, time and reason; its text is dropped, unless a person has taken over and needs it. */
export function keepQuiet(parts: TurnParts, intake: Intake, turn: Turn, stored: Conversation | null, reason: string, more: readonly Write[] = []): TurnResult {
  const outcome: Outcome = { kind: 'silent', reason }
  const writes: Write[] = [{ op: 'put', table: 'intake', row: { ...intake, state: 'done', message: null, outcome, doneAt: turn.now } }]
  writes.push(...more)
  if (reason === 'takeover') {
    writes.push(...learningWrites(turn, null))
    writes.push({ op: 'put', table: 'messages', row: residentLine(parts, turn, null) })
    writes.push({ op: 'put', table: 'conversations', row: { ...(stored ?? turn.conversation), lastAt: turn.now } })
  }
  return { outcome, understanding: turn.understanding, writes, outgoing: [] }
}

function residentLine(parts: Pick<TurnParts, 'newId'>, turn: Turn, requestId: string | null, unkept?: string): Message {
  const { message } = turn
  const own = ownPart(message)
  return {
    id: parts.newId(),
    rev: 0,
    conversationId: message.conversationId,
    at: turn.now,
    from: message.author.kind === 'staff' ? 'staff' : 'resident',
    authorId: message.author.id,
    authorName: message.author.name,
    // An ID number in the open is never kept.
    text: unkept ?? (message.chat === 'group' && turn.understanding.personal.some((datum) => datum.kind === 'id-number') ? '（含证件号码，未保存）' : own.text),
    attachments: own.attachments,
    reply: null,
    requestId,
    platformMessageId: message.messageId,
  }
}

/** Channels whose own page tells what this is before the first word, or behind which a program speaks; on the others the first private reply does. */
const welcoming: readonly ChannelName[] = ['web', 'memory', 'open311', 'exchange']

/** The step with a word on who answers and what for, where nobody told this resident yet; in danger that waits. */
function introduced(turn: Turn, done: Step): Step {
  const known = turn.resident.noticedAt !== null || welcoming.includes(turn.message.channel)
  const here = done.say.some((one) => one.to === 'here') && !done.say.some((one) => one.urgency === 'danger')
  return known || turn.message.chat === 'group' || !here ? done : { ...done, say: [say(replies.privacyNotice), ...done.say] }
}

export function conclude(parts: TurnParts, intake: Intake, before: Begun, done: Step, state: BotkitState): TurnResult {
  const { turn } = before
  const { message, now } = turn
  const requestId = 'requestId' in done.outcome ? done.outcome.requestId : null
  const writes: Write[] = [
    { op: 'put', table: 'intake', row: { ...intake, state: 'done', message: null, outcome: done.outcome, doneAt: now } },
    { op: 'put', table: 'messages', row: residentLine(parts, turn, requestId, done.unkept?.said) },
    { op: 'put', table: 'conversations', row: conversationAfter(turn, done) },
    ...done.writes,
  ]
  const said = introduced(turn, done)
  const noticedAt = turn.resident.noticedAt ?? (said !== done || welcoming.includes(message.channel) ? now : null)
  const stored = before.storedResident
  const joined = joinedSince(turn, done)
  if (stored === null || stored.noticedAt !== noticedAt || stored.privateConversationId !== turn.resident.privateConversationId || joined !== stored.joined) {
    writes.push({ op: 'put', table: 'residents', row: { ...turn.resident, noticedAt, ...(joined === undefined ? {} : { joined }) } })
  }
  writes.push(...memoryWrites(before, done, state), ...(done.unkept === undefined ? learningWrites(turn, done) : []))
  const outgoing = replyRows(parts, turn, said)
  // Notices to other conversations are on record already, with what they tell.
  const notices = done.writes.flatMap((write) => (write.op === 'put' && write.table === 'outbox' ? [write.row] : []))
  for (const row of outgoing) {
    writes.push({ op: 'put', table: 'outbox', row })
    const line = ourLine(row, now, requestId)
    writes.push({ op: 'put', table: 'messages', row: done.unkept === undefined ? line : withoutHidden(line, done.unkept.hides) })
  }
  return { outcome: done.outcome, understanding: turn.understanding, writes, outgoing: [...outgoing, ...notices] }
}

/** Our line as it is kept: who reads it later learns nothing of what is hidden. */
function withoutHidden(line: Message, hides: readonly string[]): Message {
  const text = hides.reduce((words, hidden) => words.replaceAll(hidden, '「（不保存）」'), line.text)
  return { ...line, text, reply: line.reply === null ? null : { ...line.reply, text } }
}

/** How many joined requests are remembered of a resident. */
const joinedKept = 50

function joinedSince(turn: Turn, done: Step): Resident['joined'] {
  const known = turn.resident.joined
  const ids = done.writes.flatMap((write) => (write.op === 'put' && write.table === 'requests' && write.row.residentId !== turn.message.author.id && write.row.reporters.some((one) => one.residentId === turn.message.author.id) ? [write.row.id] : [])).filter((id) => known?.includes(id) !== true)
  return ids.length === 0 ? known : [...(known ?? []), ...ids].slice(-joinedKept)
}

function conversationAfter(turn: Turn, done: Step): Conversation {
  const { now } = turn
  const confided = confidedAfter(turn, done)
  const spoken = turn.message.chat === 'group' ? (done.memory.activities ?? null) : null
  const conversation = { ...turn.conversation, ...(confided === undefined ? {} : { confided }), ...(spoken === null ? {} : { activities: spoken }) }
  if (done.handover === null) return { ...conversation, lastAt: now }
  const urgent = done.handover.urgent || (conversation.handover?.urgent ?? false)
  return {
    ...conversation,
    lastAt: now,
    mode: conversation.mode === 'staff' ? 'staff' : 'waiting',
    handover: { reason: reasonsOf(conversation, done.handover), at: conversation.handover?.at ?? now, urgent, ...askersOf(turn) },
  }
}

/** Who asked for a person in a room, the one who asks now among them. */
function askersOf({ message, conversation }: Turn): { readonly askers?: readonly string[] } {
  return message.chat === 'private' ? {} : { askers: [...new Set([...(conversation.handover?.askers ?? []), message.author.id])] }
}

/** What a person is awaited for: what is said while waiting is added, danger takes its place. */
function reasonsOf(conversation: Conversation, now: { readonly reason: string; readonly urgent: boolean }): string {
  const before = conversation.mode === 'waiting' && !now.urgent ? (conversation.handover?.reason ?? '') : ''
  return before === '' || before.includes(now.reason) ? before || now.reason : `${before}；${now.reason}`.slice(0, longestReason)
}

/** Most characters of a reason that the desk shows in a line. */
const longestReason = 120

function memoryWrites(before: Begun, done: Step, state: BotkitState): Write[] {
  const { turn, storedDialog, carried } = before
  const { message, now } = turn
  const memory: Memory = { ...turn.memory, ...done.memory }
  const writes: Write[] = []
  const service = memory.form === null ? null : turn.services.byCode(memory.form.serviceCode)
  const travels = memory.form !== null && service?.disclosure === 'personal' && message.chat === 'group'
  if (travels) {
    const row: DialogState = { id: carriedId(message.author.id), rev: carried?.rev ?? 0, conversationId: message.conversationId, botkit: {}, memory: { ...emptyMemory, form: memory.form }, waiting: null, updatedAt: now }
    writes.push({ op: 'put', table: 'dialogs', row })
  } else if (carried !== null && message.chat === 'private') {
    writes.push({ op: 'remove', table: 'dialogs', id: carried.id, rev: carried.rev })
  }
  const open: Memory = travels ? { ...memory, form: memory.shelved, shelved: null } : memory
  const kept: Memory = { ...open, answers: answersSoFar(turn, open) }
  writes.push({
    op: 'put',
    table: 'dialogs',
    row: {
      id: dialogId(message.conversationId, message.author.id),
      rev: storedDialog?.rev ?? 0,
      conversationId: message.conversationId,
      botkit: state,
      memory: kept,
      waiting: kept.form !== null && kept.form.asking !== 'offer' && !kept.form.reminded ? 'reminder' : null,
      updatedAt: now,
    },
  })
  return writes
}

/** The way back through the open form's answers, this message's among them. */
function answersSoFar(turn: Turn, now: Memory): Memory['answers'] {
  const { form: before, answers } = turn.memory
  if (now.form === null) return []
  const known = before?.sourceKey === now.form.sourceKey ? answers : []
  const isSame = before !== null && JSON.stringify(before.fields) === JSON.stringify(now.form.fields) && before.description === now.form.description
  return isSame ? known : [...known, { messageId: turn.message.messageId, before: before?.sourceKey === now.form.sourceKey ? before : null }].slice(-answersKept)
}

/** All that is said here is one message; what is for the resident alone goes to the private chat. */
function replyRows(parts: Pick<TurnParts, 'newId'>, turn: Turn, done: Step): OutboxRow[] {
  const { message, now } = turn
  const here: Address = { channel: message.channel, conversationId: message.conversationId, chat: message.chat, residentId: message.chat === 'private' ? message.author.id : null, ...(message.chat === 'group' ? { inReplyTo: message.messageId } : {}) }
  const rows: OutboxRow[] = []
  const add = (to: Address, reply: Reply): void => {
    rows.push({ id: parts.newId(), rev: 0, conversationId: to.conversationId, to, reply, answers: `${message.channel}:${message.messageId}`, state: 'due', attempts: 0, dueAt: now, error: null, endedAt: null })
  }
  const public_ = done.say.filter((one) => one.to === 'here')
  if (public_.length > 0) add(here, message.chat === 'group' ? inRoomWords(joinSays(public_), done) : joinSays(public_))
  const own = done.say.filter((one) => one.to === 'private')
  const chat = turn.resident.privateConversationId
  if (own.length > 0 && chat !== null) add({ channel: message.channel, conversationId: chat, chat: 'private', residentId: message.author.id }, joinSays(own))
  return rows
}


/** Whatever a journey says, no phone, number or exact door goes into a room, nor what somebody said of a neighbour; the names of staff on duty may. */
function inRoomWords(reply: Reply, done: Step): Reply {
  const requests = done.writes.flatMap((write) => (write.op === 'put' && write.table === 'requests' ? [write.row] : []))
  return { ...reply, text: aboutInRoom(reply.text, requests) }
}

function joinSays(said: readonly Say[]): Reply {
  const form = said.at(-1)?.form
  return {
    text: said.map((one) => one.text).join('\n'),
    choices: said.at(-1)?.choices ?? [],
    citations: said.flatMap((one) => one.citations),
    urgency: said.some((one) => one.urgency === 'danger') ? 'danger' : 'normal',
    ...calendarOf(said),
    ...(said.some((one) => one.ownData === true) ? { ownData: true } : {}),
    from: { kind: 'bot' },
    ...(form === undefined ? {} : { form }),
  }
}

function calendarOf(said: readonly Say[]): Pick<Reply, 'calendar'> {
  const calendar = said.findLast((one) => one.calendar !== undefined)?.calendar
  return calendar === undefined ? {} : { calendar }
}

/** Our line as the desk and the resident's history show it; its id is the outbox row's. */
export function ourLine(row: OutboxRow, at: number, requestId: string | null): Message {
  return {
    id: row.id,
    rev: 0,
    conversationId: row.conversationId,
    at,
    from: row.reply.from.kind === 'staff' ? 'staff' : 'bot',
    authorId: row.reply.from.kind === 'staff' ? `staff:${row.reply.from.name}` : 'bot',
    authorName: row.reply.from.kind === 'staff' ? row.reply.from.name : null,
    text: row.reply.text,
    attachments: row.reply.attachments ?? [],
    reply: row.reply,
    requestId,
  }
}
