import { dueOf, type Due } from './clock.js'
import { badMark } from './bad-mark.js'
import type { ServiceRequest } from './service-request.js'
import type { ServiceCatalogue } from './services.js'
import { buildingNumber } from './place.js'
import { addWorkingTime, type WorkingTime } from './working-time.js'

/** The four rates a 12345 centre is measured by, in its words. */
export const rateNames = ['response', 'solved', 'satisfied', 'in-time'] as const
export type RateName = (typeof rateNames)[number]

/** What each counts; shown beside the number. */
export const formulas: Readonly<Record<RateName, { readonly title: string; readonly formula: string }>> = {
  response: { title: '响应率', formula: '在受理后规定时间内有工作人员接单或答复的件数 ÷ 已到该时间的件数' },
  solved: { title: '解决率', formula: '居民确认解决的件数 ÷ 居民说了解决或没解决的件数（没有回应的不算在内）' },
  satisfied: { title: '满意率', formula: `最后一次评价高于 ${badMark} 分的件数 ÷ 有评价的件数` },
  'in-time': { title: '按时办结率', formula: '在承诺时限内办结的件数 ÷ 有承诺时限、已办结或已超时的件数' },
}

/** A rate with the list behind it: ids of the requests counted, and of those that count for it. */
export interface Rate {
  readonly of: readonly string[]
  readonly counted: readonly string[]
  /** 0–1; `null` where there is nothing to divide by. */
  readonly share: number | null
}

export type GroupBy = 'service' | 'building' | 'staff'

export interface FigureRow {
  /** Service code, building or staff id. */
  readonly key: string
  readonly title: string
  readonly rates: Readonly<Record<RateName, Rate>>
}

export interface FiguresGiven {
  readonly services: Pick<ServiceCatalogue, 'byCode'>
  readonly time: WorkingTime
  readonly now: number
  /** Working hours within which somebody has to have answered. */
  readonly responseHours: number
  /** Where the promise of a request stands, where that is known already; absent: it is reckoned. */
  readonly dueOf?: (request: ServiceRequest) => Due
}

/** What counts for each rate; `null`: it is not asked about. */
type Verdicts = Readonly<Record<RateName, boolean | null>>

/** The rates of these requests, judged once and grouped as often as asked. */
export function figuresOf(requests: readonly ServiceRequest[], given: FiguresGiven): (by: GroupBy) => { readonly total: FigureRow; readonly rows: readonly FigureRow[] } {
  const filed = requests.filter(({ status }) => status !== 'draft')
  const verdicts = new Map(filed.map((request): [string, Verdicts] => [request.id, { response: responded(request, given), solved: solved(request), satisfied: satisfied(request), 'in-time': inTime(request, given) }]))
  const total: FigureRow = { key: '', title: '全部', rates: ratesOf(filed, verdicts) }
  return (by) => ({ total, rows: rowsOf(filed, by, verdicts) })
}

/** By service, building or staff; the order is that of the titles. */
function rowsOf(filed: readonly ServiceRequest[], by: GroupBy, verdicts: ReadonlyMap<string, Verdicts>): readonly FigureRow[] {
  const groups = new Map<string, { readonly title: string; readonly requests: ServiceRequest[] }>()
  for (const request of filed) {
    const { key, title } = groupOf(request, by)
    const group = groups.get(key) ?? { title, requests: [] }
    group.requests.push(request)
    groups.set(key, group)
  }
  return [...groups].map(([key, group]): FigureRow => ({ key, title: group.title, rates: ratesOf(group.requests, verdicts) })).sort((one, other) => one.title.localeCompare(other.title, 'zh'))
}

function groupOf(request: ServiceRequest, by: GroupBy): { readonly key: string; readonly title: string } {
  switch (by) {
    case 'service':
      return { key: request.serviceCode, title: request.serviceName }
    case 'building': {
      const building = request.address === null ? null : buildingNumber(request.address)
      return building === null ? { key: '', title: '没有楼栋' } : { key: building, title: `${building}栋` }
    }
    case 'staff':
      return { key: `${request.owner.kind}:${request.owner.id}`, title: request.owner.name }
  }
}

function ratesOf(requests: readonly ServiceRequest[], verdicts: ReadonlyMap<string, Verdicts>): Readonly<Record<RateName, Rate>> {
  const rate = (name: RateName): Rate => {
    const judged = requests.flatMap(({ id }) => {
      const verdict = verdicts.get(id)?.[name] ?? null
      return verdict === null ? [] : [{ id, verdict }]
    })
    const counted = judged.filter(({ verdict }) => verdict).map(({ id }) => id)
    return { of: judged.map(({ id }) => id), counted, share: judged.length === 0 ? null : counted.length / judged.length }
  }
  return { response: rate('response'), solved: rate('solved'), satisfied: rate('satisfied'), 'in-time': rate('in-time') }
}

function responded(request: ServiceRequest, { time, now, responseHours }: FiguresGiven): boolean | null {
  const accepted = request.history.find(({ to }) => to === 'accepted')?.at ?? request.filedAt
  const answered = request.history.find(({ actor, at, move }) => actor.kind === 'staff' && move !== 'note' && at >= accepted)?.at ?? null
  const due = addWorkingTime(accepted, responseHours * 3_600_000, time)
  if (due.kind === 'unknown') return null
  if (answered !== null) return answered <= due.value
  // What the resident took back before anybody had to answer says nothing about the staff.
  const ended = request.settledAt ?? now
  return ended < due.value ? null : false
}

function solved(request: ServiceRequest): boolean | null {
  const word = request.history.findLast(({ actor, from, to }) => from !== to && (to === 'resolved' || to === 'reopened') && actor.kind === 'resident')
  return word === undefined ? null : word.to === 'resolved'
}

function satisfied(request: ServiceRequest): boolean | null {
  const last = request.ratings.findLast(({ residentId }) => residentId === request.residentId)
  return last === undefined ? null : last.stars > badMark
}

function inTime(request: ServiceRequest, { services, time, now, dueOf: known }: FiguresGiven): boolean | null {
  const due = known?.(request) ?? dueOf(request, services.byCode(request.serviceCode)?.term ?? null, time, now)
  if (due.kind === 'closed') return due.inTime
  return due.kind === 'running' && due.stage === 'overdue' ? false : null
}
