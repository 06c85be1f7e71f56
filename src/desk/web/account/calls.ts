import type { AuditAct } from '../../../audit/entry.js'
import type { AuditChecked, AuditPage, ColleagueList, RecoveryCodes, SecondStepBegun } from '../../account-types.js'
import type { Role } from '../../accounts.js'
import type { ConversationDetail, Invited, RequestDetail } from '../../api-types.js'
import { call, type Answer } from '../api/client.js'

export type AccountChange = { readonly kind: 'role'; readonly role: Role; readonly scope: 'all' | readonly string[] } | { readonly kind: 'disable' | 'enable' | 'unlock' | 'drop-second-step' }

export const changePassword = (current: string, password: string): Promise<Answer<unknown>> => call('POST', '/me/password', { current, password })
export const beginSecondStep = (password: string): Promise<Answer<SecondStepBegun>> => call('POST', '/me/second-step', { password })
export const confirmSecondStep = (code: string): Promise<Answer<RecoveryCodes>> => call('POST', '/me/second-step/confirm', { code })
export const dropSecondStep = (password: string, code: string): Promise<Answer<unknown>> => call('POST', '/me/second-step/drop', { password, code })

export const listColleagues = (): Promise<Answer<ColleagueList>> => call('GET', '/staff')
export const changeColleague = (id: string, change: AccountChange): Promise<Answer<ColleagueList>> => call('POST', `/staff/${encodeURIComponent(id)}`, change)
export const resetColleague = (id: string): Promise<Answer<Invited>> => call('POST', `/staff/${encodeURIComponent(id)}/reset`, {})

const rowPath = (communityId: string, id: string): string => `${encodeURIComponent(communityId)}/${encodeURIComponent(id)}`
export const unmaskRequest = (communityId: string, id: string, reason: string): Promise<Answer<RequestDetail>> => call('POST', `/requests/${rowPath(communityId, id)}/unmask`, { reason })
export const unmaskConversation = (communityId: string, id: string, reason: string): Promise<Answer<ConversationDetail>> => call('POST', `/conversations/${rowPath(communityId, id)}/unmask`, { reason })

export function listAudit(act: AuditAct | null, before: string | null): Promise<Answer<AuditPage>> {
  return call('GET', `/audit?${new URLSearchParams({ ...(act === null ? {} : { act }), ...(before === null ? {} : { before }) }).toString()}`)
}
export const checkAudit = (): Promise<Answer<AuditChecked>> => call('GET', '/audit/check')
