import { isOpen, type ServiceRequest } from '../requests/service-request.js'
import type { EvaluationRules } from './evaluation-rules.js'
import type { Recorder } from './recorder.js'

/** What residents complain of about a property company. The first whose words stand in a complaint is its subject. */
const subjects: readonly (readonly [string, RegExp])[] = [
  ['收费', /收费|物业费|乱收|涨价|停车费|账单|多收|费用/],
  ['电梯', /电梯|困人|梯控/],
  ['停车', /停车|车位|占道|挪车|充电桩/],
  ['保安门禁', /保安|门禁|门卫|大门|陌生人|监控|值班/],
  ['保洁', /保洁|卫生|垃圾|打扫|脏|臭|蟑螂|老鼠/],
  ['绿化', /绿化|草坪|树|花坛|杂草/],
  ['供水排水', /漏水|水管|下水|水压|积水|化粪池|反水|水箱/],
  ['消防', /消防|灭火器|消火栓|安全通道/],
  ['照明', /路灯|楼道灯|照明|灯/],
  ['维修', /维修|修|报修|坏/],
  ['服务态度', /态度|不管|不接|推诿|敷衍|骂|凶|不理|拖/],
]
const otherSubject = '其他物业服务'

/** Said of the company beside a fault that is on record as one. */
const ofCompany = /物业(?!费?(?:电话|在哪|办公室))/
const complains = /投诉|不管|没人(?:管|修|来|理)|不修|不处理|不来|不理|推诿|推来推去|拖着?|敷衍|不作为|天天坏|老是?坏|反复坏/

export function subjectOf(words: string): string {
  return subjects.find(([, pattern]) => pattern.test(words))?.[0] ?? otherSubject
}

/** A complaint about the property company, also where a lift or a lamp was reported by it. */
export function isPropertyComplaint({ serviceCode, description }: Pick<ServiceRequest, 'serviceCode' | 'description'>): boolean {
  return serviceCode === 'property-complaint' || (ofCompany.test(description) && complains.test(description))
}

/** A matter for 三方联动: the community, the owners' committee and the property company at one table. */
export interface Coordination {
  readonly id: string
  readonly rev: number
  readonly subject: string
  /** The subject while it is not over, so that like complaints raise one; `null` after. */
  readonly openKey: string | null
  readonly requestIds: readonly string[]
  readonly raisedAt: number
  /** The rule by which it was raised, as it stood then. */
  readonly rule: EvaluationRules['coordination']
  readonly state: 'proposed' | 'convened' | 'concluded' | 'dropped'
  /** Day and hour in words of staff, place and parties; `null`: not convened yet. */
  readonly meeting: { readonly at: string; readonly place: string; readonly parties: readonly string[] } | null
  /** What was agreed, or why there is no meeting; `null` until then. */
  readonly result: string | null
  readonly steps: readonly { readonly at: number; readonly by: Recorder | null; readonly to: Coordination['state'] }[]
  readonly endedAt: number | null
}

/** Who sits at the table (三方联动, and residents where they are asked). */
export const coordinationParties = ['社区党组织', '居委会', '业委会', '物业公司', '居民代表'] as const

/**
 * The proposals that follow from the complaints: a new one where enough people complain of like things within the days of the rule and none
 * is open, and the open ones with what has come since. Complaints that are to stay between us count for none. Nothing where nothing changes.
 */
export function raiseCoordinations(complaints: readonly ServiceRequest[], stored: readonly Coordination[], { rule, now, newId, personOf }: {
  readonly rule: EvaluationRules['coordination']
  readonly now: number
  readonly newId: () => string
  readonly personOf: (residentId: string) => string
}): readonly Coordination[] {
  const since = now - rule.withinDays * 86_400_000
  const dealtWith = new Set(stored.filter(({ openKey }) => openKey === null).flatMap(({ requestIds }) => requestIds))
  const bySubject = new Map<string, ServiceRequest[]>()
  for (const request of complaints) {
    if (!isPropertyComplaint(request) || request.discretion === 'private' || request.filedAt < since || dealtWith.has(request.id) || ['draft', 'withdrawn', 'declined', 'merged'].includes(request.status)) continue
    const subject = subjectOf(request.description)
    bySubject.set(subject, [...(bySubject.get(subject) ?? []), request])
  }
  return [...bySubject].flatMap(([subject, found]): Coordination[] => {
    const ids = found.map(({ id }) => id)
    const open = stored.find(({ openKey }) => openKey === subject)
    if (open !== undefined) {
      const fresh = ids.filter((id) => !open.requestIds.includes(id))
      return fresh.length === 0 ? [] : [{ ...open, requestIds: [...open.requestIds, ...fresh] }]
    }
    // What is all solved needs no meeting.
    const persons = new Set(found.flatMap(({ reporters }) => reporters.map(({ residentId }) => personOf(residentId))))
    if (subject === otherSubject || persons.size < rule.least || !found.some(isOpen)) return []
    return [{ id: newId(), rev: 0, subject, openKey: subject, requestIds: ids, raisedAt: now, rule, state: 'proposed', meeting: null, result: null, steps: [{ at: now, by: null, to: 'proposed' }], endedAt: null }]
  })
}

/** What staff may do with it next. */
export type CoordinationStep =
  | { readonly to: 'convened'; readonly meeting: NonNullable<Coordination['meeting']> }
  | { readonly to: 'concluded'; readonly result: string }
  | { readonly to: 'dropped'; readonly result: string }

/** The matter after the step; `null` where it may not follow: a result needs a meeting, and what is over stays so. */
export function takeStep(row: Coordination, step: CoordinationStep, by: Recorder, now: number): Coordination | null {
  if (row.openKey === null || (step.to === 'concluded' && row.meeting === null)) return null
  const steps = [...row.steps, { at: now, by, to: step.to }]
  if (step.to === 'convened') return { ...row, state: 'convened', meeting: step.meeting, steps }
  return { ...row, state: step.to, result: step.result, openKey: null, steps, endedAt: now }
}
