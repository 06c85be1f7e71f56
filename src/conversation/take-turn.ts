import type { InboundMessage } from '../channels/channel.js'
import type { Community, CommunityId } from '../knowledge/community.js'
import { isTrial, unsaidRow } from '../learning/queue.js'
import { findDanger } from '../nlu/emergency.js'
import type { Nlu } from '../nlu/load-nlu.js'
import type { Gate, Matter, Understanding, UtteranceView } from '../nlu/understanding.js'
import { numberMonth, requestNumber } from '../requests/service-request.js'
import type { ResponsibleUnit } from '../requests/routing.js'
import type { ServiceCatalogue } from '../requests/services.js'
import type { WorkingTime } from '../requests/working-time.js'
import { sixDigits } from '../residents/codes.js'
import type { PolicyAnswer } from '../retrieval/answer.js'
import type { Retriever } from '../retrieval/retriever.js'
import type { Store, Write } from '../store/store.js'
import { toSimplified, normalise } from '../text.js'
import type { BotkitRunner, BotkitState } from './botkit.js'
import { callPeople, type Calling } from './calling.js'
import { conclude, keepQuiet } from './conclude.js'
import { withClaimCodes } from './dialogs/claim.js'
import { withoutWish } from './dialogs/discretion.js'
import { addsToDanger, meetDanger } from './dialogs/danger.js'
import { placeInWords } from './dialogs/form.js'
import { showsCode } from './dialogs/link.js'
import { isPaused, meetPause } from './dialogs/pause.js'
import { fileWhole, understandWhole } from './dialogs/whole-report.js'
import { asksAboutRecall } from './exposure.js'
import { withWebLink, type WebChat } from './dialogs/web-link.js'
import { answersWishList } from './dialogs/wishes.js'
import type { Memory } from './memory.js'
import type { Outcome } from './outcome.js'
import type { Conversation, DialogState, Intake, OutboxRow, Resident } from './records.js'
import { replies } from './replies.js'
import { openForm } from './serve.js'
import { keptByStaff, talksWithStaff } from './staff-talk.js'
import { carriedId, dialogId, knownResident, newConversation, recordsOf, remembered, slotReader } from './turn-state.js'
import { say, type Step, type Turn } from './turn.js'

/** Everything a turn is made with; the same for every turn. */
export interface TurnParts {
  readonly store: Store
  readonly nlu: Nlu
  readonly retriever: Retriever
  readonly services: ServiceCatalogue
  readonly botkit: BotkitRunner
  readonly community: (id: Community['id']) => Community
  /** What of the above may be replaced while the process runs; a turn ends with what it began with. */
  readonly inUse?: () => Pick<TurnParts, 'retriever' | 'services' | 'community' | 'years' | 'fiveInOne' | 'responsibleFor'>
  /** Holidays and make-up days by year; absent: no year is known, and no time is promised. */
  readonly years?: WorkingTime['years']
  /** Communities whose text gives all cases of a grid to one person (五员合一). */
  readonly fiveInOne?: ReadonlySet<CommunityId>
  /** Who answers outside the community for a service, as a text in force there says; absent: no text does. */
  readonly responsibleFor?: (communityId: CommunityId, serviceCode: string) => ResponsibleUnit | null
  readonly withFacts: boolean
  /** How people are called; absent where nobody can be (a dry run). */
  readonly calling?: Calling | undefined
  readonly now: () => number
  readonly newId: () => string
  /** The web chat, where residents can reach it from elsewhere; absent: no links lead there. */
  readonly webChat?: WebChat | undefined
  /** Six digits that nobody can foresee; absent, the machine's. */
  readonly newCode?: () => string
}

/** What was said in a room just before, kept in memory only. */
export interface RoomTalk {
  before(conversationId: string, now: number): UtteranceView['before']
  /** The words of a message that was said just before, to find again what was kept of them; `null` when it is not known. */
  said(conversationId: string, messageId: string): string | null
  /** Whether one more message that nobody asked for may be said in this room now. */
  mayVolunteer(conversationId: string, now: number): boolean
  /** How often this person was answered in this room in the last minute. */
  answers(conversationId: string, authorId: string, now: number): number
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

/** In a room, one person is answered so often in a minute; more looks like another program. */
const answersPerMinute = 3

/** What stands in the store when a turn begins, and the turn made of it. */
export interface Begun {
  readonly turn: Turn
  readonly storedConversation: Conversation | null
  readonly storedDialog: DialogState | null
  readonly storedResident: Resident | null
  readonly carried: DialogState | null
}

/** Understands one message and decides everything that follows from it. Reads the store, writes nothing. */
export async function takeTurn(parts: TurnParts, intake: Intake, given: InboundMessage, talk: RoomTalk): Promise<TurnResult> {
  const message = cutLong(given)
  return serveTurn(parts, intake, await beginTurn(parts, message, talk), talk, message !== given)
}

/** Understands one message with everything it stands on. `recall` changes what is remembered before the turn sees it. */
export async function beginTurn(made: TurnParts, message: InboundMessage, talk: RoomTalk, recall: (memory: Memory) => Memory = (memory) => memory): Promise<Begun> {
  const parts: TurnParts = made.inUse === undefined ? made : { ...made, ...made.inUse() }
  const now = parts.now()
  const { communityId } = message
  const community = parts.community(communityId)
  const [storedConversation, storedDialog, storedResident, carried] = await Promise.all([
    parts.store.get(communityId, 'conversations', message.conversationId),
    parts.store.get(communityId, 'dialogs', dialogId(message.conversationId, message.author.id)),
    parts.store.get(communityId, 'residents', message.author.id),
    parts.store.get(communityId, 'dialogs', carriedId(message.author.id)),
  ])
  const conversation = storedConversation ?? newConversation(message, now)
  const resident = knownResident(storedResident, message, now)
  const memory = recall(remembered(storedDialog, carried, message, now))
  const understanding = message.report !== undefined ? understandWhole(message.report, parts.services, now) : await understand(parts.nlu, {
    text: withoutWish(message.text),
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
    records: recordsOf(parts.store, communityId, message.author.id, now),
    services: parts.services,
    retriever: askedOnce(parts.retriever),
    workingTime: { years: parts.years ?? new Map(), hours: community.hours ?? null },
    fiveInOne: parts.fiveInOne?.has(communityId) ?? false,
    responsibleFor: (code) => parts.responsibleFor?.(communityId, code) ?? null,
    withFacts: parts.withFacts,
    readSlots: slotReader(now),
    newId: parts.newId,
    newCode: parts.newCode ?? sixDigits,
    nextNumber: async () => {
      const month = numberMonth(now)
      return requestNumber(community.numberPrefix, month, await parts.store.nextNumber(communityId, `request:${month}`))
    },
  }
  return { turn, storedConversation, storedDialog, storedResident, carried }
}

/** Decides whether to speak, and what follows. `cut`: the message was too long and only its beginning is served. */
export async function serveTurn(parts: TurnParts, intake: Intake, begun: Begun, talk: RoomTalk, cut = false): Promise<TurnResult> {
  const { turn, storedConversation, storedDialog } = begun
  const { conversation, understanding } = turn
  const paused = meetPause(turn)
  if (paused !== null) return conclude(parts, intake, { ...begun, turn: { ...turn, conversation: paused.conversation } }, paused.step, storedDialog?.botkit ?? {})
  const silent = silence(turn, talk)
  // A picture can't call anybody: from who speaks with staff it is theirs.
  const isTheirs = silent === null || (silent !== 'paused' && turn.message.text === '' && turn.message.attachments.length > 0)
  const quiet = isTheirs && (await talksWithStaff(turn)) ? 'takeover' : silent
  if (quiet !== null) return keepQuiet(parts, intake, turn, storedConversation, quiet)

  const danger = keptByStaff(conversation, turn.message) === null ? null : understanding.danger
  const state: BotkitState = storedDialog?.botkit ?? {}
  const { report } = turn.message
  const done = report !== undefined ? { step: await fileWhole(turn, report), state } : danger ? { step: meetDanger(turn, danger), state } : await parts.botkit.run(turn, state)
  if (isTrial(turn)) return keepQuiet(parts, intake, turn, storedConversation, 'trial', [{ op: 'put', table: 'unsaid', row: unsaidRow(turn, done.step) }])
  const linked = withWebLink(turn, done.step, parts.webChat ?? null)
  const codes = withClaimCodes(turn, await callPeople(parts.calling, turn, linked))
  const whole: Step = cut ? { ...codes, say: [say(replies.cut), ...codes.say] } : codes
  return conclude(parts, intake, begun, whole, done.state)
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

/** Why the bot says nothing, or `null` when it speaks. */
function silence(turn: Turn, talk: RoomTalk): Extract<Gate, { speak: false }>['reason'] | 'staff' | 'paused' | 'looped' | null {
  const { understanding, conversation, message, memory, now } = turn
  if (message.author.kind === 'bot') return 'from-bot'
  const kept = keptByStaff(conversation, message)
  if (kept !== null) return understanding.danger ? null : kept
  if (isPaused(turn) && !understanding.danger) return 'paused'
  if (message.author.kind === 'staff' && message.chat === 'group' && !message.mentions.bot && !understanding.danger) return 'staff'
  if (message.chat === 'private' || understanding.danger) return null
  // Two programs that answer each other would never end.
  if (talk.answers(message.conversationId, message.author.id, now) >= answersPerMinute && openForm(turn) === null && memory.danger === null && understanding.gate.reason !== 'exposed-id') return 'looped'
  if (message.mentions.bot) return null
  const { gate } = understanding
  if (!gate.speak) return answersOpenQuestion(turn) || answersWishList(turn) || addsToDanger(turn) || asksAboutRecall(turn) || showsCode(turn) ? null : gate.reason
  if (gate.reason === 'public-request' || gate.reason === 'public-fault' || gate.reason === 'exposed-id') {
    return talk.mayVolunteer(message.conversationId, now) || memory.danger !== null ? null : 'limited'
  }
  return null
}

/** In a room, the person who was asked may answer without a mention: soon, and with what was asked for. */
function answersOpenQuestion(turn: Turn): boolean {
  const form = openForm(turn)
  if (form === null || turn.now - form.updatedAt > roomAnswerMs || turn.message.mentions.others.length > 0) return false
  const { text, matters } = turn.understanding
  if (matters.some((matter) => matter.slots.some((slot) => slot.name === form.asking))) return true
  if (form.asking !== 'addr') return false
  // 「5栋楼下」 alone sounds like talk; to 「请问在哪儿」 it is the answer, said next and with nothing else in it.
  const named = turn.readSlots(text).find((slot) => slot.name === 'addr' || slot.name === 'place')
  return isPlaceOnly(named === undefined ? text : text.replace(named.value, '')) && turn.now - form.updatedAt < placeAnswerMs && (named !== undefined || placeInWords(text) !== null)
}

/** A place that no building names counts for the question only this soon after it, ms. */
const placeAnswerMs = 3 * 60_000

/** Whether nothing is said but where: no wish, no verb, no word to a neighbour. */
function isPlaceOnly(rest: string): boolean {
  return [...rest].length <= 14 && !/[?？吗呢么谁@]|我觉得|谢|卖|买|送|带|借|吃|喝|打折|团购|捡|丢|到了|来了|下来|上来|等|走/.test(rest)
}
