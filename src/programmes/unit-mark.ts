import type { ServiceRequest } from '../requests/service-request.js'
import { leastMarks, meanOf } from './evaluation-rules.js'
import type { Recorder } from './recorder.js'

/** A mark between the community and a unit that a task was forwarded to (双向评价). Each direction is a row of its own. */
export interface UnitMark {
  /** `of-unit|request|unit` or `of-community|request|unit`: one of each. */
  readonly id: string
  readonly rev: number
  readonly requestId: string
  readonly unit: string
  readonly direction: 'of-unit' | 'of-community'
  /** 1–5 */
  readonly stars: number
  readonly words: string
  readonly by: Recorder
  readonly at: number
}

export function unitMarkId(direction: UnitMark['direction'], { requestId, unit }: Pick<UnitMark, 'requestId' | 'unit'>): string {
  return `${direction}|${requestId}|${unit}`
}

/** A task that was forwarded to a unit outside. */
export interface ForwardedTask {
  readonly requestId: string
  readonly number: string
  readonly unit: string
  readonly forwardedAt: number
  /** Who of the staff forwarded it; `null`: the program did, as its service says. */
  readonly by: string | null
  /** When it was done, taken back or refused; `null`: it lies there. */
  readonly endedAt: number | null
}

/** Every time a request was forwarded to a unit, the last of each unit. */
export function forwardedTasks(request: Pick<ServiceRequest, 'id' | 'number' | 'history'>): readonly ForwardedTask[] {
  const tasks = new Map<string, ForwardedTask>()
  request.history.forEach((change, at) => {
    if (change.move !== 'forward' || change.brought?.kind !== 'offer' || change.brought.to.kind !== 'unit') return
    const unit = change.brought.to.name
    const end = request.history.slice(at + 1).find(({ from, to }) => from === 'forwarded' && to !== 'forwarded')
    tasks.set(unit, { requestId: request.id, number: request.number, unit, forwardedAt: change.at, by: change.actor.kind === 'staff' ? change.actor.id : null, endedAt: end?.at ?? null })
  })
  return [...tasks.values()]
}

/** One unit: its tasks with both marks of each, and the means. */
export interface UnitReport {
  readonly unit: string
  readonly tasks: readonly (ForwardedTask & { readonly ofUnit: UnitMark | null; readonly ofCommunity: UnitMark | null })[]
  readonly meanOfUnit: number | null
  readonly meanOfCommunity: number | null
}

/** By the units' names: an order that says nothing of how good they are. */
export function unitReports(requests: readonly Pick<ServiceRequest, 'id' | 'number' | 'history'>[], marks: readonly UnitMark[]): readonly UnitReport[] {
  const byId = new Map(marks.map((mark) => [mark.id, mark]))
  const units = new Map<string, UnitReport['tasks'][number][]>()
  for (const task of requests.flatMap(forwardedTasks)) {
    const mark = (direction: UnitMark['direction']): UnitMark | null => byId.get(unitMarkId(direction, task)) ?? null
    units.set(task.unit, [...(units.get(task.unit) ?? []), { ...task, ofUnit: mark('of-unit'), ofCommunity: mark('of-community') }])
  }
  return [...units].map(([unit, tasks]) => ({
    unit, tasks: [...tasks].sort((one, other) => other.forwardedAt - one.forwardedAt),
    meanOfUnit: meanOf(tasks.flatMap(({ ofUnit }) => ofUnit?.stars ?? [])), meanOfCommunity: meanOf(tasks.flatMap(({ ofCommunity }) => ofCommunity?.stars ?? [])),
  })).sort((one, other) => one.unit.localeCompare(other.unit, 'zh'))
}

/** Services that are bought from providers (购买服务) and rated by those they were done for. */
const boughtIntents: readonly ServiceRequest['intent'][] = ['elderly_service', 'home_agent']

/** One provider by the ratings of its services; `mean` is `null` while there are too few to be shown. */
export interface ProviderReport { readonly provider: string; readonly rated: number; readonly mean: number | null }

/** Who did it: the unit it was forwarded to, else who was sent to the home; the last mark of whom it was done for. */
export function providerReports(requests: readonly ServiceRequest[]): readonly ProviderReport[] {
  const found = new Map<string, number[]>()
  for (const request of requests) {
    const provider = forwardedTasks(request).at(-1)?.unit ?? request.appointment?.helper ?? request.visit?.helper ?? null
    const stars = request.ratings.findLast(({ residentId }) => residentId === request.residentId)?.stars
    if (!boughtIntents.includes(request.intent) || provider === null || stars === undefined) continue
    found.set(provider, [...(found.get(provider) ?? []), stars])
  }
  return [...found].map(([provider, stars]) => ({ provider, rated: stars.length, mean: stars.length < leastMarks ? null : meanOf(stars) })).sort((one, other) => one.provider.localeCompare(other.provider, 'zh'))
}
