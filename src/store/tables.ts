import type {
  ChatSession, Conversation, DialogState, Erasure, Intake, Message, OutboxRow, Resident, StoredAttachment,
} from '../conversation/records.js'
import type { AuditEntry, AuditHead } from '../audit/entry.js'
import type { BookableSlot, ClosedDay } from '../booking/slot.js'
import type { BookingWait } from '../booking/waiting.js'
import type { StaffThread } from '../channels/lark/staff-room.js'
import type { ChatPerson, PairingCode, Room } from '../channels/pairing.js'
import type { WechatSend } from '../channels/wechat/sending.js'
import type { WechatLogin, WechatRoom } from '../channels/wechat/sessions.js'
import type { KeptTraining, LearningRow, UnsaidRow } from '../learning/records.js'
import type { ClockWarning } from '../paging/clock-warning.js'
import type { Page } from '../paging/page.js'
import type { DutyRoster } from '../paging/roster.js'
import type { KeptQuestion } from '../publication/questions.js'
import type { KnowledgeVersion } from '../publication/version.js'
import type { Announcement, Subscription } from '../programmes/announcement.js'
import type { Coordination } from '../programmes/coordination.js'
import type { Disclosure } from '../programmes/disclosure.js'
import type { EvaluationRules } from '../programmes/evaluation-rules.js'
import type { PartyMember } from '../programmes/party-member.js'
import type { Praise } from '../programmes/praise.js'
import type { Project } from '../programmes/project.js'
import type { PropertyEvaluation } from '../programmes/property-evaluation.js'
import type { UnitMark } from '../programmes/unit-mark.js'
import type { WorkerMark } from '../programmes/worker-score.js'
import type { Ballot } from '../programmes/ballot.js'
import type { Standing } from '../programmes/standing.js'
import type { Topic, TopicProcedure } from '../programmes/topic.js'
import type { Activity, SignUp } from '../programmes/activity.js'
import type { Volunteer, VolunteerRules } from '../programmes/volunteer.js'
import type { Proposal, Support } from '../programmes/proposal.js'
import type { Wish, WishClaim, WishKinds } from '../programmes/wish.js'
import type { ApiKey } from '../open311/api-key.js'
import type { Invitation, StaffAccount, StaffSession } from '../desk/accounts.js'
import type { KeptTemplate } from '../desk/kept-template.js'
import type { StaffViews } from '../desk/staff-views.js'
import type { Absence } from '../requests/absence.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { Undoable } from '../conversation/undo.js'
import type { WebLink } from '../conversation/dialogs/web-link.js'
import type { ClaimCode, LinkCode, WrongCodes } from '../residents/codes.js'
import type { Webhook, WebhookDelivery } from '../webhooks/webhook.js'
import type { LinkedIdentity } from '../residents/identities.js'
import type { VisitStep } from '../visits/step.js'

/** Everything that is stored, by table. Rows carry `id` (unique in its community and table) and `rev`. */
export interface Tables {
  intake: Intake
  conversations: Conversation
  dialogs: DialogState
  messages: Message
  requests: ServiceRequest
  outbox: OutboxRow
  residents: Resident
  identities: LinkedIdentity
  linkCodes: LinkCode
  claimCodes: ClaimCode
  wrongCodes: WrongCodes
  webLinks: WebLink
  slots: BookableSlot
  closedDays: ClosedDay
  bookingWaits: BookingWait
  attachments: StoredAttachment
  erasures: Erasure
  chatSessions: ChatSession
  absences: Absence
  staff: StaffAccount
  staffSessions: StaffSession
  invitations: Invitation
  apiKeys: ApiKey
  webhooks: Webhook
  webhookDeliveries: WebhookDelivery
  audit: AuditEntry
  auditHeads: AuditHead
  learning: LearningRow
  unsaid: UnsaidRow
  trainings: KeptTraining
  knowledgeVersions: KnowledgeVersion
  knowledgeQuestions: KeptQuestion
  rooms: Room
  chatPersons: ChatPerson
  pairingCodes: PairingCode
  staffThreads: StaffThread
  wechatLogins: WechatLogin
  wechatRooms: WechatRoom
  wechatSends: WechatSend
  rosters: DutyRoster
  pages: Page
  clockWarnings: ClockWarning
  templates: KeptTemplate
  staffViews: StaffViews
  visitSteps: VisitStep
  undoables: Undoable
  activities: Activity
  signUps: SignUp
  volunteers: Volunteer
  volunteerRules: VolunteerRules
  wishes: Wish
  wishClaims: WishClaim
  wishKinds: WishKinds
  topics: Topic
  topicProcedures: TopicProcedure
  ballots: Ballot
  standings: Standing
  partyMembers: PartyMember
  praises: Praise
  proposals: Proposal
  supports: Support
  disclosures: Disclosure
  subscriptions: Subscription
  announcements: Announcement
  coordinations: Coordination
  evaluationRules: EvaluationRules
  propertyEvaluations: PropertyEvaluation
  unitMarks: UnitMark
  workerMarks: WorkerMark
  projects: Project
}
export type TableName = keyof Tables
export type Row<T extends TableName> = Tables[T]

interface TableRule<R> {
  /** Fields by which rows are found; values are strings, numbers or null. */
  readonly indexes: readonly (keyof R & string)[]
  /** Fields of which no two rows of a community may share a value; also found by. */
  readonly unique: readonly (keyof R & string)[]
  /** Fields with residents' words or personal data: encrypted wherever they lie on disk. */
  readonly sealed: readonly (keyof R & string)[]
  /** When the row was finished (ms), so that it may leave for the archive of that month; `null` while it lives. */
  readonly settledAt: (row: R) => number | null
  /** Days after which a settled row goes: `archive` keeps it and its unique keys, `drop` forgets it. */
  readonly retire: { readonly afterDays: number; readonly to: 'archive' | 'drop' } | null
  /** Of what other processes on the same database need not hear when it is written (nobody listens for it); absent: they hear of all. */
  readonly unheard?: true | ((row: R) => boolean)
}

const forever = { settledAt: () => null, retire: null } as const

/** The rules of each table; a second store reads them too. */
export const tables: { readonly [T in TableName]: TableRule<Tables[T]> } = {
  // Lark redelivers for 7.1 h; 7 days is 23 times that.
  intake: { indexes: ['state'], unique: ['eventKey'], sealed: ['message', 'outcome'], settledAt: (r) => r.doneAt, retire: { afterDays: 7, to: 'drop' }, unheard: (r) => r.state === 'done' },
  conversations: { indexes: ['mode', 'residentId'], unique: [], sealed: ['title', 'handover', 'takenBy', 'confided'], ...forever },
  dialogs: { indexes: ['conversationId', 'waiting'], unique: [], sealed: ['botkit', 'memory'], settledAt: (r) => r.updatedAt, retire: { afterDays: 7, to: 'drop' }, unheard: true },
  messages: { indexes: ['conversationId', 'requestId'], unique: [], sealed: ['authorName', 'text', 'reply'], settledAt: (r) => r.at, retire: { afterDays: 30, to: 'archive' } },
  requests: {
    indexes: ['residentId', 'status', 'conversationId'],
    // A fault has one open request: of two who report it at one moment, the second joins.
    unique: ['number', 'sourceKey', 'placeKey'],
    sealed: ['description', 'address', 'fields', 'reporters', 'ratings', 'history', 'owner', 'appointment', 'consent', 'visit'],
    settledAt: (r) => r.settledAt,
    // A quarter's rates, a reopening and a home told last month are read from what lives.
    retire: { afterDays: 100, to: 'archive' },
  },
  outbox: { indexes: ['state', 'conversationId'], unique: [], sealed: ['reply'], settledAt: (r) => r.endedAt, retire: { afterDays: 30, to: 'drop' } },
  residents: { indexes: [], unique: [], sealed: ['name', 'phone'], ...forever, unheard: true },
  identities: { indexes: ['personId'], unique: [], sealed: [], ...forever, unheard: true },
  linkCodes: { indexes: ['residentId'], unique: [], sealed: [], settledAt: (r) => r.expiresAt, retire: { afterDays: 1, to: 'drop' }, unheard: true },
  claimCodes: { indexes: [], unique: [], sealed: [], ...forever, unheard: true },
  webLinks: { indexes: [], unique: [], sealed: ['form'], settledAt: (r) => r.expiresAt, retire: { afterDays: 1, to: 'drop' }, unheard: true },
  wrongCodes: { indexes: [], unique: [], sealed: [], settledAt: (r) => r.at.at(-1) ?? 0, retire: { afterDays: 1, to: 'drop' }, unheard: true },
  // What is booked stands in its request; the time itself is of no use once it has passed.
  slots: { indexes: [], unique: [], sealed: [], settledAt: (r) => Date.parse(r.at), retire: { afterDays: 30, to: 'drop' } },
  bookingWaits: { indexes: ['residentId'], unique: [], sealed: ['what'], settledAt: (r) => r.endsAt, retire: { afterDays: 1, to: 'drop' } },
  closedDays: { indexes: [], unique: [], sealed: [], settledAt: (r) => Date.parse(r.day), retire: { afterDays: 365, to: 'drop' } },
  attachments: { indexes: ['conversationId'], unique: [], sealed: [], ...forever, unheard: true },
  // The proof that a wish was met, and when: it holds counts, no words.
  erasures: { indexes: ['state'], unique: [], sealed: [], settledAt: (r) => r.doneAt, retire: { afterDays: 180, to: 'drop' } },
  chatSessions: { indexes: ['residentId'], unique: [], sealed: [], settledAt: (r) => r.lastAt, retire: { afterDays: 365, to: 'drop' }, unheard: true },
  absences: { indexes: [], unique: [], sealed: ['name', 'standIn', 'setBy'], settledAt: (r) => r.until, retire: { afterDays: 365, to: 'drop' } },
  staff: { indexes: [], unique: ['login'], sealed: ['name', 'totp'], ...forever },
  staffSessions: { indexes: ['staffId'], unique: [], sealed: [], settledAt: (r) => r.lastAt, retire: { afterDays: 7, to: 'drop' } },
  invitations: { indexes: [], unique: [], sealed: [], settledAt: (r) => r.expiresAt, retire: { afterDays: 30, to: 'drop' }, unheard: true },
  // What came in by a key is traced to it as long as the requests are.
  apiKeys: { indexes: [], unique: [], sealed: [], ...forever, unheard: true },
  webhooks: { indexes: [], unique: [], sealed: ['secret', 'previous'], ...forever },
  webhookDeliveries: { indexes: ['state', 'webhookId'], unique: ['key'], sealed: ['body'], settledAt: (r) => r.endedAt, retire: { afterDays: 30, to: 'drop' } },
  // At least 180 days are asked for (GB/T 22239-2019, 8.1.4.3); a chain is checked from its first line, so it stays.
  audit: { indexes: [], unique: [], sealed: ['who', 'words'], ...forever, unheard: true },
  auditHeads: { indexes: [], unique: [], sealed: [], ...forever, unheard: true },
  // What nobody labelled, or nobody wants learned, leaves; what was labelled stays as long as the classifier stands on it.
  learning: { indexes: ['label', 'why'], unique: [], sealed: ['text'], settledAt: (r) => (r.label === null || r.label === 'drop' ? r.at : null), retire: { afterDays: 180, to: 'drop' } },
  unsaid: { indexes: ['conversationId'], unique: [], sealed: ['text', 'reply'], settledAt: (r) => r.at, retire: { afterDays: 30, to: 'drop' }, unheard: true },
  trainings: { indexes: [], unique: [], sealed: [], ...forever },
  // Kept for ever, of the whole installation: what was said last year can be shown with the words of then.
  knowledgeVersions: { indexes: ['state'], unique: ['number'], sealed: [], ...forever },
  knowledgeQuestions: { indexes: ['community'], unique: [], sealed: [], ...forever },
  rooms: { indexes: ['channel'], unique: [], sealed: [], ...forever },
  chatPersons: { indexes: ['channel', 'privateChat'], unique: [], sealed: ['held'], ...forever },
  pairingCodes: { indexes: [], unique: [], sealed: [], settledAt: (r) => r.expiresAt, retire: { afterDays: 30, to: 'drop' } },
  staffThreads: { indexes: ['rootId', 'speakingIn'], unique: [], sealed: [], ...forever },
  wechatLogins: { indexes: [], unique: [], sealed: [], ...forever },
  wechatRooms: { indexes: ['platformId'], unique: [], sealed: [], ...forever },
  wechatSends: { indexes: [], unique: [], sealed: [], settledAt: (r) => r.at, retire: { afterDays: 7, to: 'drop' }, unheard: true },
  rosters: { indexes: [], unique: [], sealed: [], ...forever },
  // Who was called and who answered is kept as long as a year's review may ask for it.
  pages: { indexes: ['state', 'conversationId'], unique: ['number'], sealed: ['cause', 'steps', 'answeredBy'], settledAt: (r) => r.endedAt, retire: { afterDays: 365, to: 'drop' } },
  templates: { indexes: [], unique: [], sealed: ['by'], ...forever },
  // A kept search may hold a name or the end of a phone.
  staffViews: { indexes: [], unique: [], sealed: ['views'], ...forever },
  clockWarnings: { indexes: ['requestId'], unique: [], sealed: [], settledAt: (r) => r.at, retire: { afterDays: 90, to: 'drop' } },
  // Where somebody stood is of use until nobody asks about the visit any more.
  visitSteps: { indexes: ['requestId'], unique: [], sealed: ['position'], settledAt: (r) => r.receivedAt, retire: { afterDays: 180, to: 'drop' } },
  // Good for ten seconds; a copy of the request stands in it.
  undoables: { indexes: [], unique: [], sealed: ['before', 'withdrawn'], settledAt: (r) => r.until, retire: { afterDays: 0, to: 'drop' }, unheard: true },
  // What a unit hears of its members is told by the year: wish and claim live that long after their end. The number stays taken.
  wishes: { indexes: ['state'], unique: ['number'], sealed: [], settledAt: (r) => r.endedAt, retire: { afterDays: 400, to: 'archive' } },
  wishClaims: { indexes: ['residentId', 'wishId'], unique: [], sealed: ['contact'], settledAt: (r) => r.endedAt, retire: { afterDays: 400, to: 'drop' } },
  wishKinds: { indexes: [], unique: [], sealed: [], ...forever },
  // All of it is public; a result is asked after for a year.
  topics: { indexes: ['stage'], unique: ['number'], sealed: [], settledAt: (r) => r.endedAt, retire: { afterDays: 365, to: 'archive' } },
  topicProcedures: { indexes: [], unique: [], sealed: [], ...forever },
  // Half a year in which a count can be made again from its ballots; then nobody can find out any more who chose what.
  ballots: { indexes: ['topicId', 'residentId'], unique: [], sealed: ['choice', 'to'], settledAt: (r) => r.until, retire: { afterDays: 180, to: 'drop' }, unheard: true },
  // Until the person has it deleted: the next vote asks for the same.
  standings: { indexes: ['state', 'householdKey'], unique: [], sealed: ['tenure', 'household', 'to', 'decided'], ...forever },
  // Who belongs to the party is known to nobody but the community and the member, until the member deletes it.
  partyMembers: { indexes: [], unique: [], sealed: ['name', 'unit'], ...forever },
  // What came of it stays to be read; its number is never given again. Who supported it is forgotten with it.
  proposals: { indexes: ['state'], unique: ['number'], sealed: [], settledAt: (r) => r.endedAt, retire: { afterDays: 400, to: 'archive' } },
  supports: { indexes: ['proposalId', 'residentId'], unique: [], sealed: [], settledAt: (r) => r.at, retire: { afterDays: 800, to: 'drop' } },
  // The year's good deeds are chosen from what was said in it.
  praises: { indexes: ['residentId'], unique: [], sealed: ['about', 'words'], settledAt: (r) => r.at, retire: { afterDays: 400, to: 'drop' } },
  // What was published stays at the desk for good; the board shows it until its own day.
  disclosures: { indexes: [], unique: [], sealed: ['letOut', 'by', 'takenDown'], ...forever },
  subscriptions: { indexes: [], unique: [], sealed: ['building'], ...forever },
  announcements: { indexes: [], unique: [], sealed: ['by'], settledAt: (r) => r.at, retire: { afterDays: 400, to: 'archive' } },
  // Like complaints raise one: of two who raise it at one moment the second meets a conflict.
  coordinations: { indexes: [], unique: ['openKey'], sealed: ['meeting', 'result', 'steps'], settledAt: (r) => r.endedAt, retire: { afterDays: 400, to: 'archive' } },
  evaluationRules: { indexes: [], unique: [], sealed: [], ...forever },
  propertyEvaluations: { indexes: [], unique: [], sealed: ['marks', 'verdict'], ...forever },
  unitMarks: { indexes: ['requestId'], unique: [], sealed: ['words', 'by'], settledAt: (r) => r.at, retire: { afterDays: 400, to: 'archive' } },
  workerMarks: { indexes: ['staffId'], unique: [], sealed: ['stars', 'words', 'by'], settledAt: (r) => r.at, retire: { afterDays: 800, to: 'archive' } },
  projects: { indexes: [], unique: [], sealed: ['need', 'organisation', 'socialWorker', 'volunteers', 'steps'], ...forever },
  // Who asks what there was last winter finds it; a year's plan is made from the year before.
  activities: { indexes: [], unique: [], sealed: ['by'], settledAt: (r) => Date.parse(r.until), retire: { afterDays: 400, to: 'drop' } },
  // Once it is over, who came is of use until hours are confirmed and questions asked; confirmed hours are the volunteer's record and stay.
  signUps: { indexes: ['activityId', 'residentId'], unique: [], sealed: ['person', 'hours'], settledAt: (r) => (r.hours === null ? r.endsAt : null), retire: { afterDays: 90, to: 'drop' } },
  volunteers: { indexes: [], unique: [], sealed: ['skills', 'also', 'times', 'grids', 'consent'], ...forever },
  volunteerRules: { indexes: [], unique: [], sealed: ['by'], ...forever },
}

export const tableNames = Object.keys(tables) as TableName[]
