import type { StandingList, TopicAct, TopicList } from '../../topic-types.js'
import { call, type Answer } from '../api/client.js'

const at = (communityId: string): string => encodeURIComponent(communityId)

export const readTopics = (communityId: string): Promise<Answer<TopicList>> => call('GET', `/topics/${at(communityId)}`)
export const changeTopics = (communityId: string, act: TopicAct, given: Readonly<Record<string, unknown>>): Promise<Answer<TopicList>> => call('POST', `/topics/${at(communityId)}/${act}`, given)
export const readStandings = (communityId: string): Promise<Answer<StandingList>> => call('GET', `/standings/${at(communityId)}`)
export const changeStandings = (communityId: string, act: 'decide' | 'enter', given: Readonly<Record<string, unknown>>): Promise<Answer<StandingList>> => call('POST', `/standings/${at(communityId)}/${act}`, given)
