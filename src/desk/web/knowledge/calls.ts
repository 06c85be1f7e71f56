import type { Choice } from '../../../publication/merge.js'
import type { FactEntry, FactFromAnswer, FactList, FindingList, GapList, PolicyEntry, PolicyList, PolicyShown, QuestionExpectation, QuestionList, QuestionRow, ReadPolicy, ServiceList, Trial, VersionAct, VersionDetail, VersionList, VersionRow } from '../../knowledge-types.js'
import { call, queryOf, type Answer } from '../api/client.js'

const path = encodeURIComponent

export const listVersions = (): Promise<Answer<VersionList>> => call('GET', '/knowledge/versions')
export const readVersion = (number: number): Promise<Answer<VersionDetail>> => call('GET', `/knowledge/versions/${number}`)
export const actOnVersion = (number: number, act: VersionAct, reason: string | null = null): Promise<Answer<VersionDetail>> =>
  call('POST', `/knowledge/versions/${number}/${act}`, reason === null ? {} : { reason })

export const mergeVersion = (number: number, choices: readonly { readonly key: string; readonly take: Choice }[]): Promise<Answer<VersionDetail>> => call('POST', `/knowledge/versions/${number}/merge`, { choices })

export function readPolicyFile(file: File, jurisdiction: string): Promise<Answer<ReadPolicy>> {
  const form = new FormData()
  form.append('file', file)
  return call('POST', `/knowledge/policies/read?${queryOf({ jurisdiction, name: file.name })}`, form)
}
export const savePolicy = (read: ReadPolicy, metadata: PolicyEntry, replaces: string | null, reason: string): Promise<Answer<VersionRow>> =>
  call('POST', '/knowledge/policies', { fileName: read.fileName, raw: read.raw, format: read.format, metadata, replaces, reason })

export const listPolicies = (): Promise<Answer<PolicyList>> => call('GET', '/knowledge/policies')
export const readPolicy = (id: string): Promise<Answer<PolicyShown>> => call('GET', `/knowledge/policies/${path(id)}`)
export const changePolicy = (id: string, metadata: PolicyEntry | null, reason: string): Promise<Answer<VersionRow>> => call('POST', `/knowledge/policies/${path(id)}`, { metadata, reason })

export const listFacts = (communityId: string): Promise<Answer<FactList>> => call('GET', `/knowledge/facts/${path(communityId)}`)
export const saveFact = (communityId: string, id: string | null, fact: FactEntry | null, reason: string): Promise<Answer<VersionRow>> =>
  call('POST', `/knowledge/facts/${path(communityId)}`, { id, fact, reason })
export const factFromAnswer = (communityId: string, line: string): Promise<Answer<FactFromAnswer>> => call('GET', `/knowledge/facts/${path(communityId)}/from/${path(line)}`)

export type Service = ServiceList['services'][number]
export type Checklist = ServiceList['checklists'][number]
/** The code of a service, or the id of a list, that is to be entered. */
export const newEntry = 'new'
export const listServices = (): Promise<Answer<ServiceList>> => call('GET', '/knowledge/services')
export const saveService = (service: Service, reason: string): Promise<Answer<VersionRow>> => call('POST', `/knowledge/services/${path(service.code)}`, { service, reason })
export const saveChecklist = (checklist: Checklist, reason: string): Promise<Answer<VersionRow>> => call('POST', `/knowledge/checklists/${path(checklist.checklist)}`, { checklist, reason })

export const listQuestions = (): Promise<Answer<QuestionList>> => call('GET', '/knowledge/questions')
export const keepQuestion = (question: string, community: string, expect: QuestionExpectation): Promise<Answer<QuestionRow>> => call('POST', '/knowledge/questions', { question, community, expect })
export const dropQuestion = (id: string): Promise<Answer<QuestionList>> => call('POST', `/knowledge/questions/${path(id)}/drop`, {})

export const tryQuestion = (communityId: string, asked: { question: string; chat: 'private' | 'group'; mentioned: boolean }): Promise<Answer<Trial>> => call('POST', `/knowledge/trial/${path(communityId)}`, asked)
export const listFindings = (): Promise<Answer<FindingList>> => call('GET', '/knowledge/findings')
export const listGaps = (communityId: string | null): Promise<Answer<GapList>> => call('GET', `/knowledge/gaps?${queryOf({ community: communityId })}`)
