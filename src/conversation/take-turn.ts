import type { Address, ChannelName, InboundMessage, Reply } from '../channels/channel.js'
import type { Community } from '../knowledge/community.js'
import { findEntities } from '../nlu/entities.js'
import type { Nlu } from '../nlu/load-nlu.js'
import { findDanger } from '../nlu/emergency.js'
import type { Gate, Matter, Slot, Understanding, UtteranceView } from '../nlu/understanding.js'
import { isTrial, learningWrites, unsaidRow } from '../learning/queue.js'
import { redact } from '../privacy.js'
import { withoutDoors } from '../requests/place.js'
import { openStatuses } from '../requests/service-request.js'
import type { ServiceCatalogue } from '../requests/services.js'
import { numberMonth, requestNumber } from '../requests/service-request.js'
import type { PolicyAnswer } from '../retrieval/answer.js'
import type { Retriever } from '../retrieval/retriever.js'
import { toSimplified, normalise } from '../text.js'
import type { Store, Write } from '../store/store.js'
import type { BotkitRunner, BotkitState } from './botkit.js'
import { dangerLastsMs, meetDanger } from './dialogs/danger.js'
import { asksAboutRecall } from './exposure.js'
import { draftLastsMs, emptyMemory, readMemory, type Memory } from './memory.js'
import type { Outcome } from './outcome.js'
import type { Conversation, DialogState, Intake, Message, OutboxRow, Resident } from './records.js'
import { replies } from './replies.js'
import { openForm } from './serve.js'
import { say, type Records, type Say, type Step, type Turn } from './turn.js'

/** Everything a turn is made with; the same for every turn. */
export interface TurnParts {
  readonly store: Store
  readonly nlu: Nlu
  readonly retriever: Retriever
  readonly services: ServiceCatalogue
  readonly botkit: BotkitRunner
  readonly community: (id: Community['id']) => Community
  readonly withFacts: boolean
  readonly now: () => number
  readonly newId: () => string
}

/** What was said in a room just before, kept in memory only. */
export interface RoomTalk {
  before(conversationId: string, now: number): UtteranceView['before']
  /** Whether one more message that nobody asked for may be said in this room now. */
  mayVolunteer(conversationId: string, now: number): boolean
}

/** What a turn comes to: to be committed at once, then sent. */
export interface TurnResult {
  readonly outcome: Outcome
  readonly understanding: Understanding | null
  readonly writes: readonly Write[]
  readonly outgoing: readonly OutboxRow[]
}

/** An exact message longer than this is cut, and the cut is announced. Characters. */
export const longestMessage = 20_000

/** A bare answer in a room without a mention counts for a question at most this old, ms. */
const roomAnswerMs = 10 * 60_000

/** Understands one message and decides everything that follows from it. Reads the store, writes nothing. */
export async function takeTurn(parts: TurnParts, intake: Intake, given: InboundMessage, talk: RoomTalk): Promise<TurnResult> {
  const now = parts.now()
  const { communityId } = given
  const message = cutLong(given)
  const community = parts.community(communityId)
  const [storedConversation, storedDialog, storedResident, carried] = await Promise.all([
    parts.store.get(communityId, 'conversations', message.conversationId),
    parts.store.get(communityId, 'dialogs', dialogId(message.conversationId, message.author.id)),
    parts.store.get(communityId, 'residents', message.author.id),
    parts.store.get(communityId, 'dialogs', carriedId(message.author.id)),
  ])
  const conversation = storedConversation ?? newConversation(message, now)
  const resident = knownResident(storedResident, message, now)
  const memory = remembered(storedDialog, carried, message, now)
  const understanding = await understand(parts.nlu, {
    text: message.text,
    chat: message.chat,
    mentions: message.mentions,
    quoted: message.quoted,
    authorKind: message.author.kind,
    before: talk.before(message.conversationId, now),
    ...(conversation.gateMode === undefined ? {} : { gateMode: conversation.gateMode }),
    now,
  })
  const turn: Turn = {
    message, community, conversation, resident, understanding, memory, now, part: 0,
    records: recordsOf(parts.store, communityId),
    services: parts.services,
    retriever: askedOnce(parts.retriever),
    withFacts: parts.withFacts,
    readSlots: (words) => readSlots(words, now),
    newId: parts.newId,
    nextNumber: async () => {
      const month = numberMonth(now)
      return requestNumber(community.numberPrefix, month, await parts.store.nextNumber(communityId, `request:${month}`))
    },
  }
  const cut = message !== given
  const quiet = silence(turn, talk)
  if (quiet !== null) return keepQuiet(parts, intake, turn, storedConversation, quiet)

  const danger = conversation.mode === 'staff' ? understanding.danger : null
  const state: BotkitState = storedDialog?.botkit ?? {}
  const done = danger ? { step: meetDanger(turn, danger), state } : await parts.botkit.run(turn, state)
  if (isTrial(turn)) return keepQuiet(parts, intake, turn, storedConversation, 'trial', [{ op: 'put', table: 'unsaid', row: unsaidRow(turn, done.step) }])
  const whole: Step = cut ? { ...done.step, say: [say(replies.cut), ...done.step.say] } : done.step
  return conclude(parts, intake, { turn, storedConversation, storedDialog, storedResident, carried }, whole, done.state)
}

/** One turn may look a question up more than once; the texts are searched once. */
function askedOnce(retriever: Retriever): Retriever {
  const known = new Map<string, PolicyAnswer>()
  return {
    answer(question) {
      const key = `${question.includeFacts}|${question.question}`
      const answer = known.get(key) ?? retriever.answer(question)
      known.set(key, answer)
      return answer
    },
  }
}

/** How long the classifier may take over a message in which the rules have found danger, ms. */
const dangerWaitsMs = 200

/** Danger is found first, by rules of its own: whatever the classifier does (fail, hang), the advice goes out. */
async function understand(nlu: Nlu, view: UtteranceView): Promise<Understanding> {
  const text = toSimplified(normalise(view.text))
  const danger = view.authorKind === 'bot' ? null : findDanger(text)
  if (danger === null) return nlu.understand(view)
  const matter: Matter = { intent: 'emergency', confidence: 1, text, slots: [], ranked: [{ intent: 'emergency', confidence: 1 }] }
  const alone: Understanding = { text, matters: [matter], danger, personal: [], gate: { speak: true, reason: 'danger' } }
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Understanding>((resolve) => { timer = setTimeout(() => { resolve(alone) }, dangerWaitsMs) })
  const whole = nlu.understand(view).then((understood) => ({ ...understood, danger: understood.danger ?? danger, gate: alone.gate }), () => alone)
  return Promise.race([whole, late]).finally(() => { clearTimeout(timer) })
}

function cutLong(message: InboundMessage): InboundMessage {
  const letters = message.text.length > longestMessage ? [...message.text] : []
  return letters.length > longestMessage ? { ...message, text: letters.slice(0, longestMessage).join('') } : message
}

export function dialogId(conversationId: string, authorId: string): string {
  return `${conversationId}|${authorId}`
}

/** A draft begun in a room and to be finished in private lies here. */
function carriedId(residentId: string): string {
  return `carried|${residentId}`
}

function newConversation(message: InboundMessage, now: number): Conversation {
  return {
    id: message.conversationId,
    rev: 0,
    channel: message.channel,
    chat: message.chat,
    residentId: message.chat === 'private' ? message.author.id : null,
    title: message.chat === 'private' ? (message.author.name ?? '居民') : '小区群',
    mode: 'bot',
    handover: null,
    takenBy: null,
    lastAt: now,
  }
}

function knownResident(stored: Resident | null, message: InboundMessage, now: number): Resident {
  const known = stored ?? {
    id: message.author.id, rev: 0, channel: message.channel, name: message.author.name, phone: null, privateConversationId: null, noticedAt: null, createdAt: now,
  }
  return message.chat === 'private' && known.privateConversationId !== message.conversationId ? { ...known, privateConversationId: message.conversationId } : known
}

function remembered(stored: DialogState | null, carried: DialogState | null, message: InboundMessage, now: number): Memory {
  const own = stored ? readMemory(stored.memory) : emptyMemory
  const form = own.form !== null && now - own.form.updatedAt > draftLastsMs ? null : own.form
  if (message.chat === 'group' || carried === null) return { ...own, form }
  const begun = readMemory(carried.memory).form
  const brought = begun !== null && now - begun.updatedAt <= draftLastsMs ? begun : null
  return form === null ? { ...own, form: brought } : { ...own, form, shelved: own.shelved ?? brought }
}

function recordsOf(store: Store, communityId: Community['id']): Records {
  return {
    request: (id) => store.get(communityId, 'requests', id),
    requestByNumber: async (number) => (await store.find(communityId, 'requests', { by: 'number', equals: number }))[0] ?? null,
    requestBySource: async (sourceKey) => (await store.find(communityId, 'requests', { by: 'sourceKey', equals: sourceKey }))[0] ?? null,
    requestsOf: (residentId) => store.find(communityId, 'requests', { by: 'residentId', equals: residentId, limit: 200 }),
    openAt: async (placeKey) => (await store.find(communityId, 'requests', { by: 'placeKey', equals: placeKey })).find((request) => openStatuses.includes(request.status)) ?? null,
    slots: () => store.find(communityId, 'slots', {}),
  }
}

function readSlots(words: string, now: number): readonly Slot[] {
  const text = toSimplified(normalise(words))
  return findEntities(text, { now, gazetteer: null }).map((found) => ({
    name: found.name, value: text.slice(found.start, found.end), start: found.start, end: found.end, ...(found.normal === undefined ? {} : { normal: found.normal }),
  }))
}

/** Why the bot says nothing, or `null` when it speaks. */
function silence(turn: Turn, talk: RoomTalk): Extract<Gate, { speak: false }>['reason'] | 'staff' | null {
  const { understanding, conversation, message, memory, now } = turn
  if (message.author.kind === 'bot') return 'from-bot'
  if (conversation.mode === 'staff') return understanding.danger ? null : 'takeover'
  if (message.author.kind === 'staff' && message.chat === 'group' && !message.mentions.bot && !understanding.danger) return 'staff'
  if (message.chat === 'private' || message.mentions.bot || understanding.danger) return null
  const { gate } = understanding
  if (!gate.speak) return answersOpenQuestion(turn) || addsToDanger(turn) || asksAboutRecall(turn) ? null : gate.reason
  if (gate.reason === 'public-request' || gate.reason === 'public-fault' || gate.reason === 'exposed-id') {
    return talk.mayVolunteer(message.conversationId, now) || memory.danger !== null ? null : 'limited'
  }
  return null
}

/** In a room, the person who was asked may answer without a mention: soon, and with what was asked for. */
function answersOpenQuestion(turn: Turn): boolean {
  const form = openForm(turn)
  if (form === null || turn.now - form.updatedAt > roomAnswerMs || turn.message.mentions.others.length > 0) return false
  return turn.understanding.matters.some((matter) => matter.slots.some((slot) => slot.name === form.asking))
}

/** What the person in danger adds without a mention still goes to those who were called. */
function addsToDanger(turn: Turn): boolean {
  const { danger } = turn.memory
  return danger !== null && turn.now - danger.at < dangerLastsMs / 3 && turn.message.mentions.others.length === 0
}

/** A silent turn keeps id, room, time and reason; its text is dropped, unless a person has taken over and needs it. */
function keepQuiet(parts: TurnParts, intake: Intake, turn: Turn, stored: Conversation | null, reason: string, more: readonly Write[] = []): TurnResult {
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

function residentLine(parts: Pick<TurnParts, 'newId'>, turn: Turn, requestId: string | null): Message {
  const { message } = turn
  return {
    id: parts.newId(),
    rev: 0,
    conversationId: message.conversationId,
    at: turn.now,
    from: message.author.kind === 'staff' ? 'staff' : 'resident',
    authorId: message.author.id,
    authorName: message.author.name,
    // An ID number in the open is never kept.
    text: message.chat === 'group' && turn.understanding.personal.some((datum) => datum.kind === 'id-number') ? '（含证件号码，未保存）' : message.text,
    attachments: message.attachments,
    reply: null,
    requestId,
    platformMessageId: message.messageId,
  }
}

/** Channels whose own page tells what this is before the first word; on the others the first private reply does. */
const welcoming: readonly ChannelName[] = ['web', 'memory']

/** The step with a word on who answers and what for, where nobody told this resident yet; in danger that waits. */
function introduced(turn: Turn, done: Step): Step {
  const known = turn.resident.noticedAt !== null || welcoming.includes(turn.message.channel)
  const here = done.say.some((one) => one.to === 'here') && !done.say.some((one) => one.urgency === 'danger')
  return known || turn.message.chat === 'group' || !here ? done : { ...done, say: [say(replies.privacyNotice), ...done.say] }
}

interface Before {
  readonly turn: Turn
  readonly storedConversation: Conversation | null
  readonly storedDialog: DialogState | null
  readonly storedResident: Resident | null
  readonly carried: DialogState | null
}

function conclude(parts: TurnParts, intake: Intake, before: Before, done: Step, state: BotkitState): TurnResult {
  const { turn } = before
  const { message, now } = turn
  const requestId = 'requestId' in done.outcome ? done.outcome.requestId : null
  const writes: Write[] = [
    { op: 'put', table: 'intake', row: { ...intake, state: 'done', message: null, outcome: done.outcome, doneAt: now } },
    { op: 'put', table: 'messages', row: residentLine(parts, turn, requestId) },
    { op: 'put', table: 'conversations', row: conversationAfter(turn, done) },
    ...done.writes,
  ]
  const said = introduced(turn, done)
  const noticedAt = turn.resident.noticedAt ?? (said !== done || welcoming.includes(message.channel) ? now : null)
  const stored = before.storedResident
  if (stored === null || stored.noticedAt !== noticedAt || stored.privateConversationId !== turn.resident.privateConversationId) writes.push({ op: 'put', table: 'residents', row: { ...turn.resident, noticedAt } })
  writes.push(...memoryWrites(before, done, state), ...learningWrites(turn, done))
  const outgoing = replyRows(parts, turn, said)
  for (const row of outgoing) {
    writes.push({ op: 'put', table: 'outbox', row })
    writes.push({ op: 'put', table: 'messages', row: ourLine(row, now, requestId) })
  }
  return { outcome: done.outcome, understanding: turn.understanding, writes, outgoing }
}

function conversationAfter(turn: Turn, done: Step): Conversation {
  const { conversation, now } = turn
  if (done.handover === null) return { ...conversation, lastAt: now }
  const urgent = done.handover.urgent || (conversation.handover?.urgent ?? false)
  return {
    ...conversation,
    lastAt: now,
    mode: conversation.mode === 'staff' ? 'staff' : 'waiting',
    handover: { reason: reasonsOf(conversation, done.handover), at: conversation.handover?.at ?? now, urgent },
  }
}

/** What a person is awaited for: what is said while waiting is added, danger takes its place. */
function reasonsOf(conversation: Conversation, now: { readonly reason: string; readonly urgent: boolean }): string {
  const before = conversation.mode === 'waiting' && !now.urgent ? (conversation.handover?.reason ?? '') : ''
  return before === '' || before.includes(now.reason) ? before || now.reason : `${before}；${now.reason}`.slice(0, longestReason)
}

/** Most characters of a reason that the desk shows in a line. */
const longestReason = 120

function memoryWrites(before: Before, done: Step, state: BotkitState): Write[] {
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
  const kept: Memory = travels ? { ...memory, form: memory.shelved, shelved: null } : memory
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

/** All that is said here is one message; what is for the resident alone goes to the private chat. */
function replyRows(parts: Pick<TurnParts, 'newId'>, turn: Turn, done: Step): OutboxRow[] {
  const { message, now } = turn
  const here: Address = { channel: message.channel, conversationId: message.conversationId, chat: message.chat, residentId: message.chat === 'private' ? message.author.id : null }
  const rows: OutboxRow[] = []
  const add = (to: Address, reply: Reply): void => {
    rows.push({ id: parts.newId(), rev: 0, conversationId: to.conversationId, to, reply, state: 'due', attempts: 0, dueAt: now, error: null, endedAt: null })
  }
  const public_ = done.say.filter((one) => one.to === 'here')
  if (public_.length > 0) add(here, message.chat === 'group' ? forRoom(joinSays(public_)) : joinSays(public_))
  const own = done.say.filter((one) => one.to === 'private')
  const chat = turn.resident.privateConversationId
  if (own.length > 0 && chat !== null) add({ channel: message.channel, conversationId: chat, chat: 'private', residentId: message.author.id }, joinSays(own))
  return rows
}

/** Whatever a journey says, no phone, number or exact door goes into a room; the names of staff on duty may. */
function forRoom(reply: Reply): Reply {
  return { ...reply, text: redact(withoutDoors(reply.text), ['name']) }
}

function joinSays(said: readonly Say[]): Reply {
  return {
    text: said.map((one) => one.text).join('\n'),
    choices: said.at(-1)?.choices ?? [],
    citations: said.flatMap((one) => one.citations),
    urgency: said.some((one) => one.urgency === 'danger') ? 'danger' : 'normal',
    from: { kind: 'bot' },
  }
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
    attachments: [],
    reply: row.reply,
    requestId,
  }
}
