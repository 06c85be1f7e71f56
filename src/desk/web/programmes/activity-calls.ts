import type { ActivityDetail, ActivityGiven, ActivityList, VolunteerList } from '../../activity-types.js'
import { call, pathOf, type Answer } from '../api/client.js'

const at = (communityId: string): string => encodeURIComponent(communityId)

export const listActivities = (communityId: string): Promise<Answer<ActivityList>> => call('GET', `/activities/${at(communityId)}`)
export const readActivity = (communityId: string, id: string): Promise<Answer<ActivityDetail>> => call('GET', `/activities/${pathOf(communityId, id)}`)
export const saveActivity = (communityId: string, given: { readonly id: string | null; readonly rev: number; readonly activity: ActivityGiven; readonly publish: boolean }): Promise<Answer<ActivityList>> => call('POST', `/activities/${at(communityId)}`, given)
export const callOffActivity = (communityId: string, id: string, given: { readonly rev: number; readonly reason: string }): Promise<Answer<ActivityList>> => call('POST', `/activities/${pathOf(communityId, id)}/call-off`, given)
export const removeActivity = (communityId: string, id: string, rev: number): Promise<Answer<ActivityList>> => call('POST', `/activities/${pathOf(communityId, id)}/remove`, { rev })
export const inviteVolunteers = (communityId: string, id: string, rev: number): Promise<Answer<ActivityDetail>> => call('POST', `/activities/${pathOf(communityId, id)}/invite`, { rev })
export const tickSignUp = (communityId: string, id: string, given: { readonly signUp: string; readonly rev: number; readonly came: boolean | null }): Promise<Answer<ActivityDetail>> => call('POST', `/activities/${pathOf(communityId, id)}/came`, given)
export const confirmHours = (communityId: string, id: string, given: { readonly signUp: string; readonly rev: number; readonly hours: number | null }): Promise<Answer<ActivityDetail>> => call('POST', `/activities/${pathOf(communityId, id)}/hours`, given)
export const signUpSheetUrl = (communityId: string, id: string): string => `/api/desk/activities/${pathOf(communityId, id)}/list.csv`
export const listVolunteers = (communityId: string): Promise<Answer<VolunteerList>> => call('GET', `/volunteers/${at(communityId)}`)
export const saveVolunteerRules = (communityId: string, given: { readonly rev: number; readonly skills: readonly string[]; readonly stars: readonly number[] }): Promise<Answer<VolunteerList>> => call('POST', `/volunteers/${at(communityId)}`, given)
