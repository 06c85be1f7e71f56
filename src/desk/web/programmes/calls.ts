import type { MemberList, PraiseList, WishAct, WishList, WishPeople } from '../../wish-types.js'
import type { ProposalAct, ProposalList } from '../../proposal-types.js'
import { call, pathOf, queryOf, type Answer } from '../api/client.js'

const at = (communityId: string): string => encodeURIComponent(communityId)

export const readWishes = (communityId: string): Promise<Answer<WishList>> => call('GET', `/wishes/${at(communityId)}`)
export const changeWishes = (communityId: string, act: WishAct, given: Readonly<Record<string, unknown>>): Promise<Answer<WishList>> => call('POST', `/wishes/${at(communityId)}/${act}`, given)
export const readWishPeople = (communityId: string, id: string): Promise<Answer<WishPeople>> => call('GET', `/wishes/${pathOf(communityId, id)}/people`)
export const readMembers = (communityId: string): Promise<Answer<MemberList>> => call('GET', `/members/${at(communityId)}`)
export const changeMembers = (communityId: string, act: 'decide' | 'remove', given: Readonly<Record<string, unknown>>): Promise<Answer<MemberList>> => call('POST', `/members/${at(communityId)}/${act}`, given)
export const unitSheetUrl = (communityId: string, unit: string): string => `/api/desk/members/${at(communityId)}/units.csv?${queryOf({ unit })}`
export const readPraises = (communityId: string): Promise<Answer<PraiseList>> => call('GET', `/praises/${at(communityId)}`)
export const readProposals = (communityId: string): Promise<Answer<ProposalList>> => call('GET', `/proposals/${at(communityId)}`)
export const changeProposals = (communityId: string, act: ProposalAct, given: Readonly<Record<string, unknown>>): Promise<Answer<ProposalList>> => call('POST', `/proposals/${at(communityId)}/${act}`, given)
export const sortPraise = (communityId: string, given: Readonly<Record<string, unknown>>): Promise<Answer<PraiseList>> => call('POST', `/praises/${at(communityId)}/sort`, given)
