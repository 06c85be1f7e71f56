import type { BookableSlot, ClosedDay } from '../booking/slot.js'
import type { BookingWait } from '../booking/waiting.js'
import type { Address, FormQuestions, InboundMessage } from '../channels/channel.js'
import type { Community } from '../knowledge/community.js'
import type { Slot, Understanding } from '../nlu/understanding.js'
import type { Announcement, Subscription } from '../programmes/announcement.js'
import type { Disclosure } from '../programmes/disclosure.js'
import type { Ballot } from '../programmes/ballot.js'
import type { Standing } from '../programmes/standing.js'
import type { Topic } from '../programmes/topic.js'
import type { PartyMember } from '../programmes/party-member.js'
import type { Proposal, Support } from '../programmes/proposal.js'
import type { Wish, WishClaim } from '../programmes/wish.js'
import type { Absence } from '../requests/absence.js'
import type { ResponsibleUnit } from '../requests/routing.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { ServiceCatalogue } from '../requests/services.js'
import type { WorkingTime } from '../requests/working-time.js'
import type { Citation } from '../retrieval/citation.js'
import type { ClaimCode, LinkCode, WrongCodes } from '../residents/codes.js'
import type { LinkedIdentity } from '../residents/identities.js'
import type { Retriever } from '../retrieval/retriever.js'
import type { Write } from '../store/store.js'
import type { ActivityRecords } from './activity-records.js'
import type { Colleague } from './first-owner.js'
import type { Memory } from './memory.js'
import type { Outcome } from './outcome.js'
import type { Conversation, DialogState, Kept, OutboxRow, Resident } from './records.js'

/** Who a person is on which channel, and the codes that prove it. */
export interface IdentityRecords {
  /** All identities of the person this resident is linked to, this one among them; empty where it is linked to none. */
  groupOf(residentId: string): Promise<readonly LinkedIdentity[]>
  /** Who is behind each resident's id of the community. */
  personOf(): Promise<(residentId: string) => string>
  /** By the code's hash. */
  code(hash: string): Promise<LinkCode | null>
  codesOf(residentId: string): Promise<readonly LinkCode[]>
  claim(requestId: string): Promise<ClaimCode | null>
  wrong(id: string): Promise<WrongCodes | null>
  conversation(id: string): Promise<Conversation | null>
  dialog(conversationId: string, residentId: string): Promise<DialogState | null>
  /** A request as it stands, whoever's it is. */
  requestOfAnybody(number: string): Promise<ServiceRequest | null>
}

/** Small projects that residents propose. */
export interface ProposalRecords {
  open(): Promise<readonly Proposal[]>
  numbered(number: number): Promise<Proposal | null>
  supports(proposalId: string): Promise<readonly Support[]>
}

/** Micro wishes, and what the author has to do with them under all their identities. */
export interface WishRecords {
  /** Those that wait for somebody. */
  open(): Promise<readonly Wish[]>
  /** By the id of its request. */
  get(id: string): Promise<Wish | null>
  numbered(number: number): Promise<Wish | null>
  claim(id: string): Promise<WishClaim | null>
  /** The author's own, the oldest first. */
  claims(): Promise<readonly WishClaim[]>
  /** The author as a party member who reported in. */
  member(): Promise<PartyMember | null>
}

/** What the journeys may look up: always of the one community, as it stands in the store. What another identity of the author filed is the author's own. */
export interface Records {
  request(id: string): Promise<ServiceRequest | null>
  requestByNumber(words: string): Promise<ServiceRequest | null>
  requestBySource(sourceKey: string): Promise<ServiceRequest | null>
  requestsOf(residentId: string): Promise<readonly ServiceRequest[]>
  /** Neighbours' requests that this resident's reports were joined to. */
  joinedBy(resident: Resident): Promise<readonly ServiceRequest[]>
  openAt(placeKey: string): Promise<ServiceRequest | null>
  /** Times that somebody has touched or entered; the others follow from the hours (booking/slot.ts). */
  slots(): Promise<readonly BookableSlot[]>
  closedDays(): Promise<readonly ClosedDay[]>
  /** Who wants to hear when a taken time falls free. */
  waits(): Promise<readonly BookingWait[]>
  /** What the community has published, also what may not be read any more. */
  disclosures(): Promise<readonly Disclosure[]>
  /** What the author wants to hear unasked, under all their identities. */
  subscriptions(): Promise<readonly Subscription[]>
  /** What staff sent to the author's private chats and is not out yet. */
  announced(): Promise<readonly OutboxRow[]>
  announcement(id: string): Promise<Announcement | null>
  topics(): Promise<readonly Topic[]>
  /** What these residents chose in the vote of a topic. */
  ballots(topicId: string, residentIds: readonly string[]): Promise<readonly Ballot[]>
  /** Who these residents are to the community, as far as it was told. */
  standings(residentIds: readonly string[]): Promise<readonly Standing[]>
  /** All who said that they live in one home. */
  standingsAt(householdKey: string): Promise<readonly Standing[]>
  /** What is on, who comes, who volunteers. */
  readonly activities: ActivityRecords
  /** Who is away, now or before. */
  absences(): Promise<readonly Absence[]>
  colleagues(): Promise<readonly Colleague[]>
  readonly identities: IdentityRecords
  readonly wishes: WishRecords
  readonly proposals: ProposalRecords
  /** Where the filer of a request is written to now; `null` where it was filed in a room. */
  chatOfFiler(request: ServiceRequest): Promise<{ readonly to: Address; readonly conversation: Conversation | null } | null>
  /** Every id the author of the message is known by, the one of this channel first. */
  identityIds(): Promise<readonly string[]>
  /** How much is kept of the author of the message. */
  kept(): Promise<Kept>
}

/** Everything one turn stands on; nothing here changes while the turn runs. */
export interface Turn {
  readonly message: InboundMessage
  readonly community: Community
  readonly conversation: Conversation
  readonly resident: Resident
  readonly understanding: Understanding
  readonly memory: Memory
  readonly now: number
  /** Which matter of the message is served now, from 0: a part of what is filed once. */
  readonly part: number
  readonly records: Records
  readonly services: ServiceCatalogue
  readonly retriever: Retriever
  /** What this community's working time is counted by. */
  readonly workingTime: WorkingTime
  /** Whether its text gives all cases of a grid to one person (五员合一). */
  readonly fiveInOne: boolean
  /** Who answers outside the community for a service, as a text in force here says; `null` where none does. */
  readonly responsibleFor: (serviceCode: string) => ResponsibleUnit | null
  /** Whether local facts may be quoted (`ask` without `--facts` may not). */
  readonly withFacts: boolean
  /** The slots of words said earlier, times read against `now`. */
  readSlots(words: string): readonly Slot[]
  newId(): string
  /** Six digits that nobody can foresee. */
  newCode(): string
  nextNumber(): Promise<string>
}

/** One thing to say. `private` goes to this resident's private chat when the turn is in a room and there is one. */
export interface Say {
  readonly text: string
  readonly choices: readonly string[]
  readonly citations: readonly Citation[]
  readonly urgency: 'normal' | 'danger'
  readonly to: 'here' | 'private'
  /** The same questions, for a channel that can show fields to fill in. */
  readonly form?: FormQuestions
  /** The booking whose calendar file goes with the words (id of its request), or the sign-up for an activity. */
  readonly calendar?: string
  /** A copy of what is kept of the reader goes with the words. */
  readonly ownData?: true
}

/** What serving one matter comes to. */
export interface Step {
  readonly outcome: Outcome
  readonly say: readonly Say[]
  readonly writes: readonly Write[]
  /** What to remember differently from now on. */
  readonly memory: Partial<Memory>
  /** The conversation's new state, when a person is called. */
  readonly handover: { readonly reason: string; readonly urgent: boolean } | null
  /** What is nobody else's to read (a ballot): `said` stands in the author's line, and what `hides` names is left out of ours. Absent: both are kept as they are. */
  readonly unkept?: { readonly said: string; readonly hides: readonly string[] }
}

export function say(text: string, more: Partial<Omit<Say, 'text'>> = {}): Say {
  return { text, choices: [], citations: [], urgency: 'normal', to: 'here', ...more }
}

export function step(outcome: Outcome, text: string | Say | null, more: Partial<Omit<Step, 'outcome' | 'say'>> = {}): Step {
  const said = text === null ? [] : [typeof text === 'string' ? say(text) : text]
  return { outcome, say: said, writes: [], memory: {}, handover: null, ...more }
}

/** Where the author hears of what they have in hand: the private chat, or this room as long as we know none. */
export function chatOfAuthor({ message, resident }: Turn): Address {
  const chat = message.chat === 'private' ? message.conversationId : resident.privateConversationId
  return chat === null
    ? { channel: message.channel, conversationId: message.conversationId, chat: 'group', residentId: null }
    : { channel: message.channel, conversationId: chat, chat: 'private', residentId: message.author.id }
}

/** The same turn as the next matter sees it: with what the one before has changed in memory. */
export function after(turn: Turn, done: Step): Turn {
  return { ...turn, memory: { ...turn.memory, ...done.memory } }
}

/** Meets a message if it is one of its own; `null`: it is not. */
export type Journey = (turn: Turn) => Step | null | Promise<Step | null>

/** What the first of the journeys makes of it that takes it for its own. */
export async function firstOf(turn: Turn, journeys: readonly Journey[]): Promise<Step | null> {
  for (const meet of journeys) {
    const met = await meet(turn)
    if (met !== null) return met
  }
  return null
}
