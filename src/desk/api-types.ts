/** What the desk's server and pages say to each other. Types only; every change needs the `X-Yichuang: desk` header (CSRF). */
import type { ApiError } from '../channels/web-types.js'
import type { Due } from '../requests/clock.js'
import type { Level, MoveName, Receiver } from '../requests/moves.js'
import type { Owner, RequestStatus, ServiceRequest } from '../requests/service-request.js'
import type { ClockWarning } from '../paging/clock-warning.js'
import type { Page, PageCause } from '../paging/page.js'
import type { Citation } from '../retrieval/citation.js'
import type { Absence } from '../requests/absence.js'
import type { Role } from './accounts.js'

/** GET /api/desk/setup → whether the first admin is still to be made; GET /api/desk/invitations/:token; POST the same {login,name,password}. */
export interface SetupInfo { readonly needed: boolean }
export interface InvitationInfo { readonly role: Role; readonly expiresAt: number; readonly resets: string | null }

/** POST /api/desk/login {login,password,code?} (401 `code-needed`: the password is right and a code is asked for) · POST /api/desk/logout · GET /api/desk/me */
export interface Me {
  readonly id: string
  readonly login: string
  readonly name: string
  readonly role: Role
  readonly communities: readonly { readonly id: string; readonly name: string; /** Its window is closed by now. */ readonly isShut: boolean }[]
  /** A code from the phone is asked for after the password. */
  readonly hasSecondStep: boolean
  /** It has to be set up before anything else. */
  readonly owesSecondStep: boolean
}

/** Which requests a list shows. */
export const inboxViews = ['open', 'mine', 'unclaimed', 'mentioned', 'overdue', 'awaiting', 'confirming', 'closed', 'all'] as const
export type InboxView = (typeof inboxViews)[number]

/** What a list is narrowed to; absent: everything. */
export interface InboxFilters {
  /** Service code. */
  readonly service?: string
  readonly status?: RequestStatus
  /** The number of a building, `3`. */
  readonly building?: string
  /** `staff:id` or `post:id`. */
  readonly owner?: string
  /** A grid's name; `-`: in none. */
  readonly grid?: string
  /** Days of filing in Asia/Shanghai, both included, `2026-11-16`. */
  readonly from?: string
  readonly until?: string
}
export const filterNames = ['service', 'status', 'building', 'owner', 'grid', 'from', 'until'] as const satisfies readonly (keyof InboxFilters)[]

/** GET /api/desk/inbox-choices?community= → what there is to filter by, each list in its own order. */
export interface InboxChoices {
  readonly services: readonly { readonly id: string; readonly name: string }[]
  readonly owners: readonly { readonly id: string; readonly name: string }[]
  readonly grids: readonly string[]
  readonly buildings: readonly string[]
  /** All services of the house, for a matter that is split off. */
  readonly catalogue: readonly { readonly id: string; readonly name: string }[]
}

/** A list that a person comes back to. GET /api/desk/views → SavedViews; POST the same {rev, views} (409 `conflict`: changed in another window). */
export interface SavedView {
  readonly name: string
  readonly view: InboxView
  readonly search: string
  readonly filters: InboxFilters
}
export interface SavedViews { readonly rev: number; readonly views: readonly SavedView[] }

/** GET /api/desk/requests?view=&community=&after=&search=&service=… (newest first, 50 a page) */
export interface RequestList {
  readonly requests: readonly RequestRow[]
  readonly more: boolean
  readonly counts: Readonly<Record<InboxView, number>>
}
export interface RequestRow {
  readonly id: string
  readonly communityId: string
  readonly number: string
  readonly serviceName: string
  readonly status: RequestStatus
  /** Redacted: phones, ID numbers and doors masked. */
  readonly summary: string
  readonly owner: { readonly kind: 'post' | 'staff'; readonly id: string; readonly name: string }
  readonly filedAt: number
  readonly updatedAt: number
  readonly reporters: number
  readonly urges: number
  /** Where a time is promised and runs. */
  readonly dueAt?: number
  readonly stage?: 'early' | 'half' | 'near' | 'overdue'
}

/** GET /api/desk/requests/:community/:id */
export interface RequestDetail {
  readonly request: ServiceRequest
  readonly conversation: ConversationDetail | null
  /** The moves this person may make with it now. */
  readonly moves: readonly MoveName[]
  readonly clock: Due
  /** How far up it has climbed. */
  readonly level: Level
  /** Who answered for it first; `null` where nobody is noted. */
  readonly firstOwner: Owner | null
  /** The grid its place lies in; `null`: in none. */
  readonly grid: string | null
  /** To whom it is offered, until somebody takes it up. */
  readonly offer: Receiver | null
  /** Working days asked for and not decided on. */
  readonly extension: number | null
  /** Who answers for such matters outside, as a text in force here says. */
  readonly unit: Extract<Receiver, { kind: 'unit' }> | null
  /** Until when this person can take their last step back (POST …/undo), ms since 1970; absent: there is none. */
  readonly undoUntil?: number
  /** Numbers in it are shortened; absent: nothing is. POST …/unmask {reason} opens it to this login for half an hour. */
  readonly isMasked?: true
}

/** GET /api/desk/requests/:community/:id/context → what to know beside it. */
export interface RequestContext {
  /** Other requests of the same person on whichever channel, newest first; none where the person is not to be known. */
  readonly earlier: readonly RequestRow[]
  /** Perhaps the same matter: same service and building, not long ago. */
  readonly similar: readonly RequestRow[]
  /** Of the same message, split off, merged with it. */
  readonly linked: readonly RequestRow[]
  /** What was said about it elsewhere by the same person: other channels, and the room it was put in. */
  readonly talks: readonly ConversationDetail[]
  /** What a text in force or a local fact says on it, the likeliest first. */
  readonly grounds: readonly Citation[]
}

/** Words that are often needed. `serviceCode` `null`: for any service. In `text`, `{编号}` and the like stand for what the page knows. */
export interface ReplyTemplate {
  readonly id: string
  readonly serviceCode: string | null
  readonly title: string
  readonly text: string
  /** Comes with the program and can't be changed. */
  readonly isFirst: boolean
}
/** GET /api/desk/templates/:community; POST (leads) {id: string | null, serviceCode, title, text}; POST …/:id/remove. */
export interface TemplateList { readonly templates: readonly ReplyTemplate[] }

/** What a 409 `conflict` says: someone was quicker, this is the newest. */
export interface RequestConflict extends ApiError { readonly newest: RequestDetail }

/** POST /api/desk/invitations {role, scope} (admins) → 201: a one-time path for a colleague. */
export interface Invited { readonly path: string; readonly expiresAt: number }

/** POST /api/desk/requests/:community/:id/moves {name, rev, reason?, brings?} (a `Move` of the table) → RequestDetail, or 409 with RequestConflict. */

/** GET /api/desk/receivers/:community → to whom a request can be given; the least busy first. */
export interface Receivers {
  readonly posts: readonly Owner[]
  readonly staff: readonly { readonly id: string; readonly name: string; readonly isLead: boolean; readonly load: number; readonly awayUntil: number | null }[]
}
/** POST /api/desk/attachments/:community/:request (multipart, one file) → 201. */
export interface Uploaded { readonly id: string; readonly kind: 'image' | 'voice' | 'file'; readonly mediaType: string }

/** GET /api/desk/absences/:community → those away now; POST the same {kind, id, until, standIn} (leads); POST …/:id/end. */
export interface AbsenceList { readonly absences: readonly Absence[] }

/** GET /api/desk/conversations?community= → those waiting for a person first, then taken, then recent. */
export interface ConversationList { readonly conversations: readonly ConversationRow[]; readonly waiting: number }
export interface ConversationRow {
  readonly id: string
  readonly communityId: string
  readonly channel: string
  readonly chat: 'private' | 'group'
  readonly title: string
  readonly mode: 'bot' | 'waiting' | 'staff'
  readonly reason: string | null
  readonly urgent: boolean
  readonly takenBy: string | null
  readonly lastAt: number
  /** What is being said there is for the heads of the community and for who takes it in hand; name and reason are not shown to others. */
  readonly isConfided?: true
}
/** GET /api/desk/conversations/:community/:id ; POST …/take · …/say {text} · …/release → ConversationDetail. GET /api/desk/attachments/:community/:id → the file. */
export interface ConversationDetail extends ConversationRow {
  readonly lines: readonly DeskLine[]
  /** Numbers in it are shortened; absent: nothing is. POST …/unmask {reason} opens it to this login for half an hour. */
  readonly isMasked?: true
}
/** POST /api/desk/conversations/:community/:id/link-code → 201: a code to hand to the resident of a private chat, shown once. */
export interface LinkCodeShown { readonly code: string; readonly minutes: number }
export interface DeskLine {
  readonly id: string
  readonly at: number
  readonly from: 'resident' | 'bot' | 'staff'
  readonly name: string | null
  readonly text: string
  readonly citations: readonly Citation[]
  readonly attachments: readonly { readonly id: string; readonly kind: 'image' | 'voice' | 'file'; readonly mediaType: string }[]
  readonly requestId: string | null
  /** What its author did to it since; absent means as it was sent. */
  readonly changed?: 'recalled' | 'edited'
  /** A line of ours that will never arrive, or of which nobody knows; absent: it arrived, or is on its way. */
  readonly undelivered?: 'failed' | 'unsure'
}

/** GET /api/desk/stream (server-sent events): something the person may see has changed; the page asks again for what it shows. */
export type DeskEvent =
  | { readonly type: 'request'; readonly communityId: string; readonly id: string; readonly number: string; readonly isNew: boolean }
  | { readonly type: 'conversation'; readonly communityId: string; readonly id: string; readonly waiting: boolean; readonly urgent: boolean }
  /** A call for people; `calls`: who is called now. */
  | { readonly type: 'page'; readonly communityId: string; readonly id: string; readonly number: number; readonly state: Page['state']; readonly kind: PageCause['kind']; readonly what: string; readonly calls: string | null; readonly conversationId: string | null }
  /** A promised time runs out, or has. */
  | { readonly type: 'clock'; readonly communityId: string; readonly id: string; readonly number: string; readonly stage: ClockWarning['stage']; readonly staffId: string | null }
  /** Somebody is called by name in a note of a colleague. */
  | { readonly type: 'mention'; readonly communityId: string; readonly id: string; readonly number: string; readonly staffIds: readonly string[]; readonly by: string }
  /** Times, closed days or bookings of a day have changed. */
  | { readonly type: 'booking'; readonly communityId: string; readonly day: string }
  /** Something of the programmes (wishes, activities, topics …) has changed. */
  | { readonly type: 'programme'; readonly communityId: string }
  /** A version of the knowledge was drafted, approved, published or taken back. */
  | { readonly type: 'version'; readonly number: number; readonly state: string }
