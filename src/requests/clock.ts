import { extendedBy, levelAbove, levelReached } from './apply-move.js'
import type { Level } from './moves.js'
import { usualClaimHours, type Service, type Term } from './services.js'
import { isOpen, type RequestStatus, type ServiceRequest } from './service-request.js'
import { addWorkdays, addWorkingTime, workingTimeBetween, type Reckoned, type Unknown, type WorkingTime } from './working-time.js'

const hourMs = 3_600_000

/** Shares of the promised time after which its people are reminded. */
const halfWay = 0.5
const nearlyOver = 0.8

/** Where a promise stands. */
export type Due =
  /** No time is promised for this service: none is shown. */
  | { readonly kind: 'unpromised' }
  /** The calendar or the hours are missing: 待确认 is shown and the alarm goes to the admin. */
  | Unknown
  /** The resident has to say something first; the time stands still. */
  | { readonly kind: 'paused'; readonly since: number }
  | { readonly kind: 'running'; readonly dueAt: number; readonly halfAt: number; readonly nearAt: number; readonly stage: 'early' | 'half' | 'near' | 'overdue' }
  | { readonly kind: 'closed'; readonly dueAt: number; readonly closedAt: number; readonly inTime: boolean }
  /** It ended without being done (撤回, 不予受理, 并单). */
  | { readonly kind: 'ended' }

/** The state of a request's promise at `now`. A reopened request has its time anew; waiting for the resident takes none of it. */
export function dueOf(request: ServiceRequest, term: Term | null, time: WorkingTime, now: number): Due {
  if (term === null) return { kind: 'unpromised' }
  const since = startOf(request)
  const closedAt = request.history.findLast(({ at, to, from }) => to === 'done' && from !== 'done' && at >= since)?.at ?? null
  if (closedAt === null && !isOpen(request)) return { kind: 'ended' }
  const waiting = waitsOf(request, since)
  const openWait = waiting.find(({ until }) => until === null)
  if (closedAt === null && openWait !== undefined) return { kind: 'paused', since: openWait.from }
  const due = dueAfter(request, term, time, since, waiting.map(({ from, until }) => [from, until ?? closedAt ?? now] as const))
  if (due.kind === 'unknown') return due
  if (closedAt !== null) return { kind: 'closed', dueAt: due.value, closedAt, inTime: closedAt <= due.value }
  const whole = workingTimeBetween(since, due.value, time)
  if (whole.kind === 'unknown') return whole
  const [halfAt, nearAt] = [addWorkingTime(since, whole.value * halfWay, time), addWorkingTime(since, whole.value * nearlyOver, time)]
  if (halfAt.kind === 'unknown') return halfAt
  if (nearAt.kind === 'unknown') return nearAt
  const stage = now > due.value ? 'overdue' : now >= nearAt.value ? 'near' : now >= halfAt.value ? 'half' : 'early'
  return { kind: 'running', dueAt: due.value, halfAt: halfAt.value, nearAt: nearAt.value, stage }
}

/** Until when there is nothing to take up: a place is held, and its time has not come. 0 where none is. */
function bookedUntil({ appointment }: ServiceRequest): number {
  return appointment === null || appointment.slotId === null ? 0 : Date.parse(appointment.until ?? appointment.at)
}

/** From when its time runs: when it was accepted, or last reopened. */
function startOf(request: ServiceRequest): number {
  return request.history.findLast(({ to, from }) => to === 'reopened' && from !== 'reopened')?.at ?? request.history.find(({ to }) => to === 'accepted')?.at ?? request.filedAt
}

function waitsOf(request: ServiceRequest, since: number): { readonly from: number; readonly until: number | null }[] {
  const waits: { from: number; until: number | null }[] = []
  const waiting: RequestStatus = 'awaiting-resident'
  for (const { at, from, to } of request.history) {
    if (at < since || from === to) continue
    if (to === waiting) waits.push({ from: at, until: null })
    const last = waits.at(-1)
    if (from === waiting && last?.until === null) last.until = at
  }
  return waits
}

function dueAfter(request: ServiceRequest, term: Term, time: WorkingTime, since: number, waits: readonly (readonly [from: number, until: number])[]): Reckoned<number> {
  const longer = extendedBy(request)
  const first = 'workdays' in term ? addWorkdays(since, term.workdays + longer, time) : addWorkingTime(since, term.hours * hourMs, time)
  if (first.kind === 'unknown') return first
  const extended = 'hours' in term && longer > 0 ? addWorkdays(first.value, longer, time) : first
  if (extended.kind === 'unknown') return extended
  let paused = 0
  for (const [from, until] of waits) {
    const waited = workingTimeBetween(from, until, time)
    if (waited.kind === 'unknown') return waited
    paused += waited.value
  }
  return addWorkingTime(extended.value, paused, time)
}

/** Working hours after which what was escalated and still rests climbs on. */
const climbHours = 8

/** Why a request climbs a level now; `null`: it does not. `unknown`: no working time can be counted, which is an alarm of its own. */
export type Climb = { readonly kind: 'climb'; readonly level: Level; readonly why: 'unclaimed' | 'overdue' | 'not-redispatched' } | Unknown | null

/** What climbs, one level at a time: work nobody has taken, what is late, and what was handed back and not dispatched anew in time. */
export function climbOf(request: ServiceRequest, service: Pick<Service, 'term' | 'claimHours'>, time: WorkingTime, now: number): Climb {
  if (!isOpen(request)) return null
  const level = levelAbove(levelReached(request))
  if (level === null) return null
  const since = lateSince(request, service, time, now)
  if (since === null || 'kind' in since) return since
  const hop = request.history.findLast(({ move }) => move === 'escalate')?.at ?? null
  if (hop !== null && hop >= since.at) {
    const next = addWorkingTime(hop, climbHours * hourMs, time)
    if (next.kind === 'unknown') return next
    if (now < next.value) return null
  }
  return { kind: 'climb', level, why: since.why }
}

function lateSince(request: ServiceRequest, service: Pick<Service, 'term' | 'claimHours'>, time: WorkingTime, now: number): { readonly at: number; readonly why: 'unclaimed' | 'overdue' | 'not-redispatched' } | Unknown | null {
  if (request.status === 'returned') {
    const brought = request.history.findLast(({ move }) => move === 'return')?.brought
    if (brought?.kind === 'deadline' && now > brought.dueAt) return { at: brought.dueAt, why: 'not-redispatched' }
  }
  const due = dueOf(request, service.term, time, now)
  if (due.kind === 'unknown') return due
  if (due.kind === 'running' && due.stage === 'overdue') return { at: due.dueAt, why: 'overdue' }
  if (request.owner.kind !== 'post' || request.status === 'awaiting-resident') return null
  const claimed = addWorkingTime(Math.max(startOf(request), bookedUntil(request)), (service.claimHours ?? usualClaimHours) * hourMs, time)
  if (claimed.kind === 'unknown') return claimed
  return now >= claimed.value ? { at: claimed.value, why: 'unclaimed' } : null
}

/** Urges a resident may record on one request in 24 h; more are told that it has been urged. */
export const urgesPerDay = 3

/** Whether this resident may urge it once more (催办 is limited per person and day). */
export function mayUrge(request: Pick<ServiceRequest, 'urges'>, residentId: string, now: number): boolean {
  return request.urges.filter((one) => one.residentId === residentId && now - one.at < 24 * hourMs).length < urgesPerDay
}
