import { figuresOf, formulas, rateNames, type FiguresGiven, type RateName } from './figures.js'
import { maySee } from './routing.js'
import { isOpen, type ServiceRequest } from './service-request.js'

const zoneMs = 8 * 3_600_000

/** Requests listed one by one. */
const listed = 50

/** Fewest requests a rate is shown of: of one or two it would tell what one household said. */
const leastForRate = 5

/** How far a matter is, as everybody may know it. */
export type BoardState = 'taken' | 'in-hand' | 'finished' | 'declined'

/** The public board (公开栏) of one community in one month: what was asked for and how far it is. Nobody's words, names, places or data. */
export interface Board {
  /** `2026-11`, in Asia/Shanghai. */
  readonly month: string
  readonly filed: number
  readonly finished: number
  /** Still open, of whatever month. */
  readonly open: number
  readonly kinds: readonly { readonly name: string; readonly filed: number; readonly finished: number }[]
  /** Rates with enough requests behind them. */
  readonly rates: readonly { readonly name: RateName; readonly title: string; readonly formula: string; readonly counted: number; readonly of: number }[]
  /** The newest first. */
  readonly requests: readonly { readonly number: string; readonly kind: string; readonly state: BoardState; readonly filedAt: number; readonly endedAt: number | null }[]
}

/** Whether everybody may know that there is such a request: a public matter, nobody complained of, nobody who wished to keep it between us. */
export function isForEverybody(request: ServiceRequest, services: FiguresGiven['services']): boolean {
  const service = services.byCode(request.serviceCode)
  return service?.disclosure === 'public' && service.owner !== 'lead' && request.discretion == null
    && !['draft', 'withdrawn', 'merged'].includes(request.status) && maySee(request, { id: '', name: '', isLead: false })
}

export function boardOf(requests: readonly ServiceRequest[], given: FiguresGiven): Board {
  const month = new Date(given.now + zoneMs).toISOString().slice(0, 7)
  const shown = requests.filter((request) => isForEverybody(request, given.services)).sort((one, other) => other.filedAt - one.filedAt)
  const ofMonth = shown.filter(({ filedAt }) => new Date(filedAt + zoneMs).toISOString().startsWith(month))
  const kinds = new Map<string, { filed: number; finished: number }>()
  for (const request of ofMonth) {
    const kind = kinds.get(request.serviceName) ?? { filed: 0, finished: 0 }
    kinds.set(request.serviceName, { filed: kind.filed + 1, finished: kind.finished + (stateOf(request) === 'finished' ? 1 : 0) })
  }
  const { rates } = figuresOf(ofMonth, given)('service').total
  return {
    month,
    filed: ofMonth.length,
    finished: ofMonth.filter((request) => stateOf(request) === 'finished').length,
    open: shown.filter((request) => ['taken', 'in-hand'].includes(stateOf(request))).length,
    kinds: [...kinds].map(([name, counts]) => ({ name, ...counts })).sort((one, other) => other.filed - one.filed),
    rates: rateNames.map((name) => ({ name, ...formulas[name], counted: rates[name].counted.length, of: rates[name].of.length })).filter(({ of }) => of >= leastForRate),
    requests: shown.slice(0, listed).map((request) => ({ number: request.number, kind: request.serviceName, state: stateOf(request), filedAt: request.filedAt, endedAt: endOf(request) })),
  }
}

function stateOf(request: ServiceRequest): BoardState {
  if (request.status === 'declined') return 'declined'
  if (request.status === 'done' || request.status === 'confirming' || !isOpen(request)) return 'finished'
  return ['submitted', 'accepted', 'assigned'].includes(request.status) ? 'taken' : 'in-hand'
}

/** When the work on it ended, by whatever end. */
export function endOf(request: ServiceRequest): number | null {
  const state = stateOf(request)
  if (state !== 'finished' && state !== 'declined') return null
  return request.history.findLast(({ to, from }) => to === 'done' && from !== 'done')?.at ?? request.settledAt
}
