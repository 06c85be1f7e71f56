import type { FactEntry, FactFromAnswer, FactList, FindingList, GapList, PolicyEntry, ReadPolicy, ServiceList, Trial, VersionAct, VersionDetail, VersionList, VersionRow } from '../../knowledge-types.js'
import { call, queryOf, type Answer } from '../api/client.js'

const path = encodeURIComponent

export const listVersions = (): Promise<Answer<VersionList>> => call('GET', '/knowledge/versions')
export const readVersion = (number: number): Promise<Answer<VersionDetail>> => call('GET', `/knowledge/versions/${number}`)
export const actOnVersion = (number: number, act: VersionAct, reason: string | null = null): Promise<Answer<VersionDetail>> =>
  call('POST', `/knowledge/versions/${number}/${act}`, reason === null ? {} : { reason })

export function readPolicyFile(file: File, jurisdiction: string): Promise<Answer<ReadPolicy>> {
  const form = new FormData()
  form.append('file', file)
  return call('POST', `/knowledge/policies/read?${queryOf({ jurisdiction, name: file.name })}`, form)
}
export const savePolicy = (read: ReadPolicy, metadata: PolicyEntry, replaces: string | null, reason: string): Promise<Answer<VersionRow>> =>
  call('POST', '/knowledge/policies', { fileName: read.fileName, raw: read.raw, format: read.format, metadata, replaces, reason })

export const listFacts = (communityId: string): Promise<Answer<FactList>> => call('GET', `/knowledge/facts/${path(communityId)}`)
export const saveFact = (communityId: string, id: string | null, fact: FactEntry | null, reason: string): Promise<Answer<VersionRow>> =>
  call('POST', `/knowledge/facts/${path(communityId)}`, { id, fact, reason })
export const factFromAnswer = (communityId: string, line: string): Promise<Answer<FactFromAnswer>> => call('GET', `/knowledge/facts/${path(communityId)}/from/${path(line)}`)

type Service = ServiceList['services'][number]
export const listServices = (): Promise<Answer<ServiceList>> => call('GET', '/knowledge/services')
export const saveService = ({ code, group: _group, ...words }: Service, reason: string): Promise<Answer<VersionRow>> => call('POST', `/knowledge/services/${path(code)}`, { words, reason })

export const tryQuestion = (communityId: string, asked: { question: string; chat: 'private' | 'group'; mentioned: boolean }): Promise<Answer<Trial>> => call('POST', `/knowledge/trial/${path(communityId)}`, asked)
export const listFindings = (): Promise<Answer<FindingList>> => call('GET', '/knowledge/findings')
export const listGaps = (communityId: string | null): Promise<Answer<GapList>> => call('GET', `/knowledge/gaps?${queryOf({ community: communityId })}`)
