import type { AnnouncementList, AnnouncementReach, AnnouncementWish } from '../../announcement-types.js'
import type { ProjectList, PropertyView } from '../../coordination-types.js'
import type { DisclosureList } from '../../disclosure-types.js'
import type { EvaluationView, WorkerView } from '../../evaluation-types.js'
import { call, queryOf, type Answer } from '../api/client.js'

type Given = Readonly<Record<string, unknown>>
const at = encodeURIComponent

export const readDisclosures = (communityId: string): Promise<Answer<DisclosureList>> => call('GET', `/disclosures/${at(communityId)}`)
export const changeDisclosures = (communityId: string, act: 'publish' | 'change' | 'take-down', given: Given): Promise<Answer<DisclosureList>> => call('POST', `/disclosures/${at(communityId)}/${act}`, given)
export const disclosureFileUrl = (communityId: string, id: string): string => `/api/desk/disclosures/${at(communityId)}/files/${at(id)}`
export function sendDisclosureFile(communityId: string, id: string, file: File): Promise<Answer<DisclosureList>> {
  const form = new FormData()
  form.append('file', file)
  return call('POST', `/disclosures/${at(communityId)}/files/${at(id)}`, form)
}

export const readAnnouncements = (communityId: string): Promise<Answer<AnnouncementList>> => call('GET', `/announcements/${at(communityId)}`)
export const countAnnouncement = (communityId: string, wish: Omit<AnnouncementWish, 'text'>): Promise<Answer<AnnouncementReach>> => call('POST', `/announcements/${at(communityId)}/count`, wish)
export const sendAnnouncement = (communityId: string, wish: AnnouncementWish): Promise<Answer<AnnouncementList>> => call('POST', `/announcements/${at(communityId)}/send`, wish)

export const readProperty = (communityId: string): Promise<Answer<PropertyView>> => call('GET', `/property/${at(communityId)}`)
export const changeProperty = (communityId: string, act: 'step' | 'evaluate' | 'mark' | 'conclude', given: Given): Promise<Answer<PropertyView>> => call('POST', `/property/${at(communityId)}/${act}`, given)

export const readProjects = (communityId: string): Promise<Answer<ProjectList>> => call('GET', `/projects/${at(communityId)}`)
export const changeProjects = (communityId: string, act: 'begin' | 'change', given: Given): Promise<Answer<ProjectList>> => call('POST', `/projects/${at(communityId)}/${act}`, given)

export const readEvaluations = (communityId: string): Promise<Answer<EvaluationView>> => call('GET', `/evaluations/${at(communityId)}`)
export const changeEvaluations = (communityId: string, act: 'mark' | 'rules', given: Given): Promise<Answer<EvaluationView>> => call('POST', `/evaluations/${at(communityId)}/${act}`, given)
export const readWorker = (communityId: string, id: string): Promise<Answer<WorkerView>> => call('GET', `/evaluations/${at(communityId)}/workers/${at(id)}?${queryOf({ period: null })}`)
export const markWorker = (communityId: string, id: string, given: Given): Promise<Answer<WorkerView>> => call('POST', `/evaluations/${at(communityId)}/workers/${at(id)}`, given)
