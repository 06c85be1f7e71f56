import type { ApiError } from '../../../channels/web-types.js'
import type {
  AbsenceList, ConversationDetail, ConversationList, LinkCodeShown, InboxFilters, InboxView, InvitationInfo, Invited, Me, Receivers, RequestConflict, RequestDetail, RequestList, SetupInfo, Uploaded,
} from '../../api-types.js'
import type { Move } from '../../../requests/apply-move.js'
import type { RateName } from '../../../requests/figures.js'
import type { Behind, FigureGroup, Supervision } from '../../supervision-types.js'
import type { Role } from '../../accounts.js'
import type { ChannelList, DutyView, PageList, PageRow } from '../../duty-types.js'
import type { BookingAct, BookingDay } from '../../booking-types.js'
import { callWords } from '../words/desk.js'

/** An answer of the server, or why there is none. `status` 0: it could not be reached. `body` is what it said besides. */
export type Answer<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly status: number; readonly message: string; readonly body: unknown }

/** A call that takes longer counts as not reached, ms; a picture over a slow line may take longer. */
const callTimeoutMs = 20_000
const uploadTimeoutMs = 120_000

let whenLoggedOut = (): void => {}
/** What to do when the server no longer knows this login. */
export function onLoggedOut(work: () => void): void {
  whenLoggedOut = work
}

export const readSetup = (): Promise<Answer<SetupInfo>> => call('GET', '/setup')
export const readMe = (): Promise<Answer<Me>> => call('GET', '/me')
export const logIn = (login: string, password: string, code: string): Promise<Answer<Me>> => call('POST', '/login', { login, password, code })
export const logOut = (): Promise<Answer<unknown>> => call('POST', '/logout', {})
export const readInvitation = (token: string): Promise<Answer<InvitationInfo>> => call('GET', `/invitations/${encodeURIComponent(token)}`)
export const acceptInvitation = (token: string, account: { login: string; name: string; password: string }): Promise<Answer<unknown>> =>
  call('POST', `/invitations/${encodeURIComponent(token)}`, account)
export const inviteColleague = (role: Role, scope: 'all' | readonly string[]): Promise<Answer<Invited>> => call('POST', '/invitations', { role, scope })

export function listRequests(view: InboxView, communityId: string | null, after: string | null, search = '', filters: InboxFilters = {}): Promise<Answer<RequestList>> {
  return call('GET', `/requests?${queryOf({ view, community: communityId, after, search: search === '' ? null : search, ...filters })}`)
}
export const readRequest = (communityId: string, id: string): Promise<Answer<RequestDetail>> => call('GET', `/requests/${pathOf(communityId, id)}`)
/** `files`: what goes to the resident with an answer, by the ids of what was sent up. */
export const moveRequest = (communityId: string, id: string, rev: number, move: Move, files: readonly string[] = []): Promise<Answer<RequestDetail>> =>
  call('POST', `/requests/${pathOf(communityId, id)}/moves`, { rev, ...move, ...(files.length === 0 ? {} : { files }) })

export const readReceivers = (communityId: string): Promise<Answer<Receivers>> => call('GET', `/receivers/${encodeURIComponent(communityId)}`)
export function uploadEvidence(communityId: string, id: string, file: File): Promise<Answer<Uploaded>> {
  const form = new FormData()
  form.append('file', file)
  return call('POST', `/requests/${pathOf(communityId, id)}/attachments`, form)
}

/** The newest state, when an action came too late. */
export function conflictOf(answer: Answer<unknown>): RequestDetail | null {
  if (answer.ok || answer.status !== 409) return null
  return (answer.body as Partial<RequestConflict> | null)?.newest ?? null
}

/** `communityId`: `null` for all that this person looks after. */
export const readSupervision = (communityId: string | null, month: string | null): Promise<Answer<Supervision>> => call('GET', `/supervision?${queryOf({ month, community: communityId })}`)
export const readBehind = (communityId: string | null, asked: { month: string; by: FigureGroup; key: string | null; rate: RateName }): Promise<Answer<Behind>> =>
  call('GET', `/supervision/behind?${queryOf({ ...asked, community: communityId })}`)
export const monthSheetUrl = (communityId: string | null, month: string): string => `/api/desk/supervision/month.csv?${queryOf({ month, community: communityId })}`
export const listAbsences = (communityId: string): Promise<Answer<AbsenceList>> => call('GET', `/absences/${encodeURIComponent(communityId)}`)
export const saveAbsence = (communityId: string, absence: { away: { kind: 'post' | 'staff'; id: string }; until: number; standIn: { kind: 'post' | 'staff'; id: string } | null }): Promise<Answer<AbsenceList>> =>
  call('POST', `/absences/${encodeURIComponent(communityId)}`, absence)
export const endAbsence = (communityId: string, id: string): Promise<Answer<AbsenceList>> => call('POST', `/absences/${pathOf(communityId, id)}/end`, {})

export const listConversations = (communityId: string | null): Promise<Answer<ConversationList>> =>
  call('GET', `/conversations?${queryOf({ community: communityId })}`)
export const readConversation = (communityId: string, id: string): Promise<Answer<ConversationDetail>> => call('GET', `/conversations/${pathOf(communityId, id)}`)
export const takeConversation = (communityId: string, id: string): Promise<Answer<ConversationDetail>> => call('POST', `/conversations/${pathOf(communityId, id)}/take`, {})
export const releaseConversation = (communityId: string, id: string): Promise<Answer<ConversationDetail>> => call('POST', `/conversations/${pathOf(communityId, id)}/release`, {})
export const issueLinkCode = (communityId: string, id: string): Promise<Answer<LinkCodeShown>> => call('POST', `/conversations/${pathOf(communityId, id)}/link-code`, {})
export const sayIn = (communityId: string, id: string, text: string): Promise<Answer<ConversationDetail>> =>
  call('POST', `/conversations/${pathOf(communityId, id)}/say`, { text })

export const readBookings = (communityId: string, day: string | null): Promise<Answer<BookingDay>> => call('GET', `/bookings/${encodeURIComponent(communityId)}?${queryOf({ day })}`)
export const changeBookings = (communityId: string, act: BookingAct, given: Readonly<Record<string, unknown>>): Promise<Answer<BookingDay>> => call('POST', `/bookings/${encodeURIComponent(communityId)}/${act}`, given)

export const readDuty = (communityId: string): Promise<Answer<DutyView>> => call('GET', `/duty/${encodeURIComponent(communityId)}`)
export const saveDuty = (communityId: string, rev: number, lines: DutyView['lines']): Promise<Answer<DutyView>> => call('POST', `/duty/${encodeURIComponent(communityId)}`, { rev, lines })
export const tryPage = (communityId: string, staffId: string): Promise<Answer<PageRow>> => call('POST', `/duty/${encodeURIComponent(communityId)}/try`, { staffId })
export const listPages = (communityId: string | null): Promise<Answer<PageList>> => call('GET', `/pages?${queryOf({ community: communityId })}`)
export const answerPage = (communityId: string, id: string): Promise<Answer<PageRow>> => call('POST', `/pages/${pathOf(communityId, id)}/answer`, {})
export const listChannels = (): Promise<Answer<ChannelList>> => call('GET', '/channels')
/** `mark` changes with the code, so that the browser asks for the new picture. */
export const channelCodeUrl = (channel: string, mark: string): string => `/api/desk/channels/${encodeURIComponent(channel)}/qr?${queryOf({ mark })}`

export const attachmentUrl = (communityId: string, id: string): string => `/api/desk/attachments/${pathOf(communityId, id)}`

export const pathOf = (communityId: string, id: string): string => `${encodeURIComponent(communityId)}/${encodeURIComponent(id)}`

export function queryOf(fields: Readonly<Record<string, string | null>>): string {
  return new URLSearchParams(Object.entries(fields).filter((field): field is [string, string] => field[1] !== null)).toString()
}

/** Asks the desk's API; what each part of the desk asks for stands in its own folder or above. */
export async function call<T>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer<T>> {
  const deadline = new AbortController()
  const timer = setTimeout(() => deadline.abort(), body instanceof FormData ? uploadTimeoutMs : callTimeoutMs)
  try {
    const response = await fetch(`/api/desk${path}`, {
      method,
      credentials: 'same-origin',
      signal: deadline.signal,
      headers: { 'x-yichuang': 'desk', ...(body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: body instanceof FormData ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    const answered = response.headers.get('content-type')?.startsWith('text/csv') === true ? text : parse(text)
    if (response.ok) return { ok: true, value: answered as T }
    if (response.status === 401) whenLoggedOut()
    const { message } = (answered ?? {}) as Partial<ApiError>
    return { ok: false, status: response.status, message: message ?? callWords.failed, body: answered }
  } catch {
    return { ok: false, status: 0, message: callWords.unreachable, body: null }
  } finally {
    clearTimeout(timer)
  }
}

function parse(text: string): unknown {
  try {
    return text === '' ? null : (JSON.parse(text) as unknown)
  } catch {
    return null
  }
}
