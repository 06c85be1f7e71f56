import { endOf, isForEverybody } from '../requests/board.js'
import type { FiguresGiven } from '../requests/figures.js'
import { isOpen, type ServiceRequest } from '../requests/service-request.js'
import { Open311Error } from './answer-format.js'

/** Widest span of a search, ms: 90 days (GeoReport v2, GET Service Requests). */
export const widestSpanMs = 90 * 86_400_000

/** Most requests of one answer (GeoReport v2, Response Volume). */
export const mostRequests = 1_000

/** `requested`: by when it was filed; `updated`: by when it last changed (GeoReport v2.1 draft, updated_after and updated_before). */
export type Search =
  | { readonly kind: 'ids'; readonly ids: readonly string[] }
  | {
      readonly kind: 'span'; readonly by: 'requested' | 'updated'; readonly from: number; readonly to: number
      readonly codes: readonly string[]; readonly statuses: readonly ('open' | 'closed')[]
      /** From 1. */
      readonly page: number
      readonly pageSize: number
    }

/** Parameters as they came; an empty one counts as not given, one given often is a list. */
export type Parameters = ReadonlyMap<string, readonly string[]>

export function readParameters(query: unknown): Parameters {
  const found = new Map<string, readonly string[]>()
  for (const [name, given] of Object.entries(typeof query === 'object' && query !== null ? query : {})) {
    const values = (Array.isArray(given) ? given : [given]).filter((one): one is string => typeof one === 'string' && one.trim() !== '').map((one) => one.trim())
    if (values.length > 0) found.set(name, values)
  }
  return found
}

/** The one value of a parameter; `null` where it is not given. */
export function valueOf(given: Parameters, name: string): string | null {
  return given.get(name)?.[0] ?? null
}

function listOf(given: Parameters, name: string): readonly string[] {
  return [...new Set((given.get(name) ?? []).flatMap((one) => one.split(',')).map((one) => one.trim()).filter((one) => one !== ''))]
}

/** What is searched for. Throws Open311Error 400 that names the parameter. */
export function readSearch(given: Parameters, now: number): Search {
  const ids = listOf(given, 'service_request_id')
  if (ids.length > 0) {
    if (ids.length > mostRequests) throw new Open311Error(400, `service_request_id names more than ${mostRequests} requests`)
    return { kind: 'ids', ids }
  }
  const requested = spanOf(given, 'start_date', 'end_date', now)
  const updated = spanOf(given, 'updated_after', 'updated_before', now)
  const [by, span] = requested === null && updated !== null ? (['updated', updated] as const) : (['requested', requested ?? { from: now - widestSpanMs, to: now }] as const)
  const statuses = listOf(given, 'status').map((status) => {
    if (status !== 'open' && status !== 'closed') throw new Open311Error(400, 'status is open or closed')
    return status
  })
  return { kind: 'span', by, ...span, codes: listOf(given, 'service_code'), statuses, page: countOf(given, 'page', 1, Number.MAX_SAFE_INTEGER), pageSize: countOf(given, 'page_size', mostRequests, mostRequests) }
}

/** One end left out is 90 days from the other, or now. */
function spanOf(given: Parameters, first: string, last: string, now: number): { readonly from: number; readonly to: number } | null {
  const [start, end] = [momentOf(given, first), momentOf(given, last)]
  if (start === null && end === null) return null
  const to = end ?? Math.min((start ?? now) + widestSpanMs, Math.max(now, start ?? now))
  const from = start ?? to - widestSpanMs
  if (from > to) throw new Open311Error(400, `${first} is later than ${last}`)
  if (to - from > widestSpanMs) throw new Open311Error(400, `${first} and ${last} are more than 90 days apart`)
  return { from, to }
}

/** W3C date and time with its zone (w3.org/TR/NOTE-datetime): `2026-11-23T08:05:00+08:00`. A plus sign that came as a blank is one. */
function momentOf(given: Parameters, name: string): number | null {
  const value = valueOf(given, name)?.replace(/ (?=\d{2}:\d{2}$)/, '+') ?? null
  if (value === null) return null
  const at = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(value) ? Date.parse(value) : Number.NaN
  if (Number.isNaN(at)) throw new Open311Error(400, `${name} has to be in W3C format with its zone, as 2026-11-23T08:05:00Z`)
  return at
}

function countOf(given: Parameters, name: string, usual: number, most: number): number {
  const value = valueOf(given, name)
  if (value === null) return usual
  if (!/^\d{1,9}$/.test(value) || Number(value) < 1 || Number(value) > most) throw new Open311Error(400, `${name} is a number from 1${most === mostRequests ? ` to ${mostRequests}` : ''}`)
  return Number(value)
}

/** When it last changed: of a closed one, when it was closed. */
export function changedAt(request: ServiceRequest): number {
  return isOpen(request) ? request.updatedAt : (endOf(request) ?? request.settledAt ?? request.updatedAt)
}

/** What everybody may see of `requests` (newest first) that the search means. */
export function find(requests: readonly ServiceRequest[], search: Search, services: FiguresGiven['services']): readonly ServiceRequest[] {
  const shown = requests.filter((request) => isForEverybody(request, services))
  if (search.kind === 'ids') {
    const wanted = new Set(search.ids.map((id) => id.toUpperCase()))
    return shown.filter(({ number }) => wanted.has(number.toUpperCase()))
  }
  const { from, to, codes, statuses, page, pageSize } = search
  return shown.filter((request) => {
    const at = search.by === 'requested' ? request.filedAt : changedAt(request)
    return at >= from && at <= to && (codes.length === 0 || codes.includes(request.serviceCode)) && (statuses.length === 0 || statuses.includes(isOpen(request) ? 'open' : 'closed'))
  }).slice((page - 1) * pageSize, page * pageSize)
}
