import type { Grid } from '../../../knowledge/community.js'
import type { OpeningHours, YearCalendar } from '../../../requests/working-time.js'
import type { BookableChange, BookableList } from '../../booking-types.js'
import type { CommunityClosing, CommunityList, CommunityNames, CommunityProfile, NewCommunity } from '../../community-types.js'
import type { CalendarView, Drafted, GridCheck, GroupList, HealthView, PairingCodeShown, PlaceView } from '../../place-types.js'
import { call, queryOf, type Answer } from '../api/client.js'

/** What a change needs besides itself: the version it was made from, and why. */
export interface Change { readonly base: number; readonly reason: string }

const at = (communityId: string): string => `/places/${encodeURIComponent(communityId)}`

export const readPlace = (communityId: string): Promise<Answer<PlaceView>> => call('GET', at(communityId))
export const gridTableUrl = (communityId: string): string => `/api/desk${at(communityId)}/grids.csv`
export function checkGrids(communityId: string, file: File): Promise<Answer<GridCheck>> {
  const form = new FormData()
  form.append('file', file)
  return call('POST', `${at(communityId)}/grids/check`, form)
}
export const draftGrids = (communityId: string, change: Change, grids: readonly Grid[]): Promise<Answer<Drafted>> => call('POST', `${at(communityId)}/grids`, { ...change, grids })
export const draftHours = (communityId: string, change: Change, hours: OpeningHours): Promise<Answer<Drafted>> => call('POST', `${at(communityId)}/hours`, { ...change, hours })
export const readCalendar = (): Promise<Answer<CalendarView>> => call('GET', '/calendar')
export const draftYear = (change: Change, year: YearCalendar): Promise<Answer<Drafted>> => call('POST', '/calendar', { ...change, year })
export const listGroups = (communityId: string): Promise<Answer<GroupList>> => call('GET', `/groups/${encodeURIComponent(communityId)}`)
export const issueCode = (communityId: string, use: { kind: 'room'; use: 'residents' | 'staff'; again?: string } | { kind: 'resident' } | { kind: 'staff'; staffId: string }): Promise<Answer<PairingCodeShown>> =>
  call('POST', `/groups/${encodeURIComponent(communityId)}/codes`, use)
export const readHealth = (): Promise<Answer<HealthView>> => call('GET', '/health')
export const listCommunities = (): Promise<Answer<CommunityList>> => call('GET', '/communities')
export const suggestNames = (name: string): Promise<Answer<CommunityNames>> => call('GET', `/communities/names?${queryOf({ name })}`)
export const draftCommunity = (change: Change, given: NewCommunity): Promise<Answer<Drafted>> => call('POST', '/communities', { ...change, ...given })
export const draftProfile = (communityId: string, change: Change, profile: CommunityProfile): Promise<Answer<Drafted>> => call('POST', `${at(communityId)}/profile`, { ...change, ...profile })
export const draftClosing = (communityId: string, change: Change, closing: CommunityClosing): Promise<Answer<Drafted>> => call('POST', `${at(communityId)}/closing`, { ...change, ...closing })
export const listBookables = (communityId: string): Promise<Answer<BookableList>> => call('GET', `${at(communityId)}/bookables`)
export const draftBookable = (communityId: string, change: Change, given: BookableChange): Promise<Answer<Drafted>> => call('POST', `${at(communityId)}/bookables`, { ...change, ...given })
