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
  readonly communities: readonly { readonly id: string; readonly name: string }[]
  /** A code from the phone is asked for after the password. */
  readonly hasSecondStep: boolean
  /** It has to be set up before anything else. */
  readonly owesSecondStep: boolean
}

/** Which requests a list shows. */
export const inboxViews = ['open', 'mine', 'unclaimed', 'mentioned', 'overdue', 'awaiting', 'confirming', 'closed', 'all'] as const
export type InboxView = (typeof inboxViews)[number]

/** GET /api/desk/requests?view=&community=&after=&search= (newest first, 50 a page) */
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
  /** Numbers in it are shortened; absent: nothing is. POST …/unmask {reason} opens it to this login for half an hour. */
  readonly isMasked?: true
}
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
