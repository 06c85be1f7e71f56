import type { Supervision, CallBack, FigureCounts, HotSpot, HotSpots } from './supervision-types.js'
import { describeRequest, isOverdue } from './inbox.js'
import type { CommunityId, Grid } from '../knowledge/community.js'
import { redact } from '../privacy.js'
import { levelReached } from '../requests/apply-move.js'
import type { Due } from '../requests/clock.js'
import { figuresOf, formulas, type FigureRow, type FiguresGiven, type GroupBy, type RateName } from '../requests/figures.js'
import { followUpOf } from '../requests/follow-up.js'
import { levels } from '../requests/moves.js'
import { buildingNumber } from '../requests/place.js'
import { gridOf } from '../requests/routing.js'
import { isOpen, type ServiceRequest } from '../requests/service-request.js'

const weekMs = 7 * 86_400_000
const zoneMs = 8 * 3_600_000

/** Weeks of the hot spots, and buildings shown. */
const weeksShown = 6
const buildingsShown = 12

/** Late requests listed; more than these nobody reads. */
const overdueShown = 200

/** What a resident who was not called says at 「解决了吗」; how it stands in the history. */
const unreached = /没人联系/

export interface SupervisionGiven extends FiguresGiven {
  readonly communityId: CommunityId
  /** `2026-11`, in Asia/Shanghai. */
  readonly month: string
  readonly dueOf: (request: ServiceRequest) => Due
  /** The community's grids. */
  readonly grids: readonly Grid[]
}

/** `2026-11` of a moment in Asia/Shanghai (UTC+8, no summer time). */
export function monthOf(moment: number): string {
  return new Date(moment + zoneMs).toISOString().slice(0, 7)
}

/** Those filed in a month of Asia/Shanghai. */
function inMonth(requests: readonly ServiceRequest[], month: string): readonly ServiceRequest[] {
  const [year = 0, number = 0] = month.split('-').map(Number)
  const [from, until] = [Date.UTC(year, number - 1, 1) - zoneMs, Date.UTC(year, number, 1) - zoneMs]
  return requests.filter(({ filedAt }) => filedAt >= from && filedAt < until)
}

/** What a lead has to look after in one community: what is late, undecided, unhappy, and how the month went. */
export function superviseOf(requests: readonly ServiceRequest[], given: SupervisionGiven): Supervision {
  const { communityId, month, dueOf } = given
  const rowOf = (request: ServiceRequest) => describeRequest(communityId, request, dueOf(request))
  const open = requests.filter(isOpen)
  const late = open.filter((request) => isOverdue(dueOf(request)))
  const lateIds = new Set(late.map(({ id }) => id))
  const ofMonth = inMonth(requests, month)
  const judged = figuresOf(ofMonth, given)
  const figures = (by: GroupBy) => {
    const { total, rows } = judged(by)
    return { total: countsOf(total), rows: rows.map(countsOf) }
  }
  return {
    month,
    overdue: late
      .map((request) => ({ request, level: levelReached(request), due: dueOf(request) }))
      .sort((one, other) => levels.indexOf(other.level) - levels.indexOf(one.level) || momentOf(one.due) - momentOf(other.due))
      .slice(0, overdueShown)
      .map(({ request, level }) => ({ ...rowOf(request), level })),
    overdueCount: late.length,
    undecided: open.filter(({ status }) => status === 'extended' || status === 'returned').map(rowOf),
    unreached: open.filter(({ history }) => history.some(({ actor, to, note }) => actor.kind === 'resident' && to === 'reopened' && unreached.test(note ?? ''))).map(rowOf),
    callBacks: requests.flatMap((request): CallBack[] => callBackOf(request, given, rowOf)).sort((one, other) => one.at - other.at),
    load: loadOf(open, lateIds),
    grids: gridLoad(open, lateIds, given.grids),
    rates: formulas,
    figures: { service: figures('service'), building: figures('building'), staff: figures('staff') },
    hotSpots: hotSpotsOf(requests, given.now),
  }
}

/** The requests behind one number: those asked about, and which of them count. */
export function behind(requests: readonly ServiceRequest[], asked: { readonly by: GroupBy; readonly key: string | null; readonly rate: RateName }, given: SupervisionGiven) {
  const { total, rows } = figuresOf(inMonth(requests, given.month), given)(asked.by)
  const row = asked.key === null ? total : rows.find(({ key }) => key === asked.key)
  const { of, counted } = row?.rates[asked.rate] ?? { of: [], counted: [] }
  const [asking, counting] = [new Set(of), new Set(counted)]
  return requests.filter(({ id }) => asking.has(id)).map((request) => ({ ...describeRequest(given.communityId, request, given.dueOf(request)), counted: counting.has(request.id) }))
}

function momentOf(due: Due): number {
  return due.kind === 'running' ? due.dueAt : 0
}

function countsOf({ key, title, rates }: FigureRow): FigureCounts {
  const counts = ({ of, counted, share }: FigureRow['rates'][RateName]) => ({ of: of.length, counted: counted.length, share })
  return { key, title, rates: { response: counts(rates.response), solved: counts(rates.solved), satisfied: counts(rates.satisfied), 'in-time': counts(rates['in-time']) } }
}

function callBackOf(request: ServiceRequest, given: SupervisionGiven, rowOf: (request: ServiceRequest) => CallBack['row']): CallBack[] {
  if (request.ratings.length === 0) return []
  const step = followUpOf(request, given.time, given.now)
  const bad = step.kind === 'call-back' ? step.rating : step.kind === 'unknown' ? request.ratings.at(-1) : undefined
  if (bad === undefined) return []
  const names = new Map(request.history.flatMap(({ actor }) => (actor.kind === 'staff' ? [[actor.id, actor.name] as const] : [])))
  const notBy = step.kind === 'call-back' ? step.notBy.map((id) => names.get(id) ?? id) : []
  return [{ row: rowOf(request), stars: bad.stars, words: redact(bad.words), at: bad.at, until: step.kind === 'call-back' ? step.until : null, notBy }]
}

function loadOf(open: readonly ServiceRequest[], late: ReadonlySet<string>): Supervision['load'] {
  const load = new Map<string, { id: string; name: string; isPost: boolean; open: number; overdue: number }>()
  for (const { id, owner } of open) {
    const key = `${owner.kind}:${owner.id}`
    const one = load.get(key) ?? { id: key, name: owner.name, isPost: owner.kind === 'post', open: 0, overdue: 0 }
    load.set(key, { ...one, open: one.open + 1, overdue: one.overdue + (late.has(id) ? 1 : 0) })
  }
  return [...load.values()].sort((one, other) => other.open - one.open)
}

function gridLoad(open: readonly ServiceRequest[], late: ReadonlySet<string>, grids: readonly Grid[]): Supervision['grids'] {
  const of = (name: string | null) => {
    const here = open.filter(({ address }) => (gridOf(grids, address)?.name ?? null) === name)
    return { name, open: here.length, overdue: here.filter(({ id }) => late.has(id)).length }
  }
  const outside = of(null)
  return [...grids.map(({ name }) => of(name)), ...(outside.open > 0 ? [outside] : [])]
}

/** The Monday of a moment's week, midnight in Asia/Shanghai, ms. 1 January 1970 was a Thursday. */
function mondayOf(moment: number): number {
  const sinceMonday = (moment + zoneMs + 3 * 86_400_000) % weekMs
  return moment - sinceMonday
}

/** Fewest requests of a week that are worth a word, and how many times the weeks before they have to be. Ours; no text gives any. */
const rising = { fewest: 3, times: 2 } as const

function hotSpotsOf(requests: readonly ServiceRequest[], now: number): HotSpots {
  const thisWeek = mondayOf(now)
  const first = thisWeek - (weeksShown - 1) * weekMs
  const found = new Map<string, { readonly counts: number[]; readonly services: Map<string, { name: string; count: number }> }>()
  for (const { filedAt, address, serviceCode, serviceName } of requests) {
    const building = address === null ? null : buildingNumber(address)
    const week = Math.floor((filedAt - first) / weekMs)
    if (building === null || week < 0 || week >= weeksShown) continue
    const row = found.get(building) ?? { counts: Array.from({ length: weeksShown }, () => 0), services: new Map<string, { name: string; count: number }>() }
    row.counts[week] = (row.counts[week] ?? 0) + 1
    row.services.set(serviceCode, { name: serviceName, count: (row.services.get(serviceCode)?.count ?? 0) + 1 })
    found.set(building, row)
  }
  const sum = (row: readonly number[]): number => row.reduce((all, one) => all + one, 0)
  const rows = [...found].map(([building, { counts, services }]): HotSpot => {
    const [serviceCode, most] = [...services].sort(([, one], [, other]) => other.count - one.count)[0] ?? ['', { name: '', count: 0 }]
    return { building, counts, most: { serviceCode, ...most }, isRising: isRisingIn(counts) }
  })
  return {
    weeks: Array.from({ length: weeksShown }, (_, week) => new Date(first + week * weekMs + zoneMs).toISOString().slice(0, 10)),
    rows: rows.sort((one, other) => Number(other.isRising) - Number(one.isRising) || sum(other.counts) - sum(one.counts)).slice(0, buildingsShown),
  }
}

function isRisingIn(counts: readonly number[]): boolean {
  const [last = 0, before] = [counts.at(-1), counts.slice(0, -1)]
  const usual = before.reduce((all, one) => all + one, 0) / Math.max(1, before.length)
  return last >= rising.fewest && last >= rising.times * usual
}

/** The month's figures as rows for a spreadsheet, the formulas in the last ones. */
export function sheetOf({ month, figures, rates }: Supervision, place: string): readonly (readonly string[])[] {
  const names: readonly RateName[] = ['response', 'solved', 'satisfied', 'in-time']
  const groups: readonly (readonly [GroupBy, string])[] = [['service', '事项'], ['building', '楼栋'], ['staff', '负责人']]
  const cells = (row: FigureCounts): string[] => names.flatMap((name) => {
    const { of, counted, share } = row.rates[name]
    return [String(counted), String(of), share === null ? '' : `${(share * 100).toFixed(1)}%`]
  })
  return [
    ['社区', '月份', '分组', '名称', ...names.flatMap((name) => [`${rates[name].title}（计入）`, `${rates[name].title}（件数）`, rates[name].title])],
    [place, month, '全部', '全部', ...cells(figures.service.total)],
    ...groups.flatMap(([by, title]) => figures[by].rows.map((row) => [place, month, title, row.title, ...cells(row)])),
    ...names.map((name) => ['算法', '', '', rates[name].title, rates[name].formula]),
  ]
}
