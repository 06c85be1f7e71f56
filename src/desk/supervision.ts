import type { RequestRow } from './api-types.js'
import type { Behind, CallBack, FigureCounts, FigureGroup, HotSpot, HotSpots, Supervision } from './supervision-types.js'
import { describeRequest, isOverdue } from './inbox.js'
import type { CommunityId, Grid } from '../knowledge/community.js'
import { redact } from '../privacy.js'
import { levelReached } from '../requests/apply-move.js'
import type { Due } from '../requests/clock.js'
import { figuresOf, formulas, type FigureRow, type FiguresGiven, type RateName } from '../requests/figures.js'
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

/** One community's requests, and what they are judged by. */
export interface Supervised extends FiguresGiven {
  readonly communityId: CommunityId
  /** The community's name. */
  readonly name: string
  readonly requests: readonly ServiceRequest[]
  readonly dueOf: (request: ServiceRequest) => Due
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

/** What a lead has to look after in these communities together: what is late, undecided, unhappy, and how the month (`2026-11`, in Asia/Shanghai) went. */
export function superviseOf(all: readonly Supervised[], month: string, now: number): Supervision {
  const each = all.map((one) => {
    const open = one.requests.filter(isOpen)
    const late = open.filter((request) => isOverdue(one.dueOf(request)))
    const rowOf = (request: ServiceRequest): RequestRow => describeRequest(one.communityId, request, one.dueOf(request))
    return { one, open, late, lateIds: new Set(late.map(({ id }) => id)), rowOf }
  })
  const groups = groupsOf(all, month)
  const figures = (by: FigureGroup) => {
    const { total, rows } = groups(by)
    return { total: countsOf(total), rows: rows.map(countsOf) }
  }
  return {
    month,
    overdue: each
      .flatMap(({ one, late, rowOf }) => late.map((request) => ({ request, rowOf, level: levelReached(request), due: one.dueOf(request) })))
      .sort((one, other) => levels.indexOf(other.level) - levels.indexOf(one.level) || momentOf(one.due) - momentOf(other.due))
      .slice(0, overdueShown)
      .map(({ request, rowOf, level }) => ({ ...rowOf(request), level })),
    overdueCount: each.reduce((sum, { late }) => sum + late.length, 0),
    undecided: each.flatMap(({ open, rowOf }) => open.filter(({ status }) => status === 'extended' || status === 'returned').map(rowOf)),
    unreached: each.flatMap(({ open, rowOf }) => open.filter(({ history }) => history.some(({ actor, to, note }) => actor.kind === 'resident' && to === 'reopened' && unreached.test(note ?? ''))).map(rowOf)),
    callBacks: each.flatMap(({ one, rowOf }) => one.requests.flatMap((request): CallBack[] => callBackOf(request, one, rowOf))).sort((one, other) => one.at - other.at),
    load: loadOf(each),
    grids: each.flatMap(({ one, open, lateIds }) => gridLoad(one, open, lateIds)),
    rates: formulas,
    figures: { service: figures('service'), building: figures('building'), staff: figures('staff'), community: figures('community') },
    hotSpots: hotSpotsOf(all, now),
  }
}

/** The requests behind one number: those asked about, and which of them count. */
export function behind(all: readonly Supervised[], month: string, asked: { readonly by: FigureGroup; readonly key: string | null; readonly rate: RateName }): Behind['requests'] {
  const { total, rows } = groupsOf(all, month)(asked.by)
  const group = asked.key === null ? total : rows.find(({ key }) => key === asked.key)
  return (group?.parts ?? []).flatMap(({ one, rates }) => {
    const { of, counted } = rates[asked.rate]
    const [asking, counting] = [new Set(of), new Set(counted)]
    return one.requests.filter(({ id }) => asking.has(id)).map((request) => ({ ...describeRequest(one.communityId, request, one.dueOf(request)), counted: counting.has(request.id) }))
  })
}

/** A row of the rates with the communities that its numbers come from. */
interface Group {
  readonly key: string
  readonly title: string
  readonly parts: readonly { readonly one: Supervised; readonly rates: FigureRow['rates'] }[]
}

/** The month's rates, judged once and grouped as often as asked. A building, or a post, of one community is none of another that is called the same. */
function groupsOf(all: readonly Supervised[], month: string): (by: FigureGroup) => { readonly total: Group; readonly rows: readonly Group[] } {
  const judged = all.map((one) => ({ one, rows: figuresOf(inMonth(one.requests, month), one) }))
  const total: Group = { key: '', title: '全部', parts: judged.map(({ one, rows }) => ({ one, rates: rows('service').total.rates })) }
  return (by) => {
    if (by === 'community') return { total, rows: all.length < 2 ? [] : total.parts.map((part) => ({ key: part.one.communityId, title: part.one.name, parts: [part] })) }
    const groups = new Map<string, Group>()
    for (const { one, rows } of judged) {
      for (const row of rows(by).rows) {
        const isOwn = all.length > 1 && (by === 'building' || row.key.startsWith('post:'))
        const key = isOwn ? `${one.communityId}/${row.key}` : row.key
        const known = groups.get(key)
        groups.set(key, { key, title: isOwn ? `${one.name} ${row.title}` : row.title, parts: [...(known?.parts ?? []), { one, rates: row.rates }] })
      }
    }
    return { total, rows: [...groups.values()].sort((one, other) => one.title.localeCompare(other.title, 'zh')) }
  }
}

function momentOf(due: Due): number {
  return due.kind === 'running' ? due.dueAt : 0
}

function countsOf({ key, title, parts }: Group): FigureCounts {
  const counts = (name: RateName) => {
    const [of, counted] = [parts.reduce((sum, { rates }) => sum + rates[name].of.length, 0), parts.reduce((sum, { rates }) => sum + rates[name].counted.length, 0)]
    return { of, counted, share: of === 0 ? null : counted / of }
  }
  return { key, title, rates: { response: counts('response'), solved: counts('solved'), satisfied: counts('satisfied'), 'in-time': counts('in-time') } }
}

function callBackOf(request: ServiceRequest, given: Supervised, rowOf: (request: ServiceRequest) => CallBack['row']): CallBack[] {
  if (request.ratings.length === 0) return []
  const step = followUpOf(request, given.time, given.now)
  const bad = step.kind === 'call-back' ? step.rating : step.kind === 'unknown' ? request.ratings.at(-1) : undefined
  if (bad === undefined) return []
  const names = new Map(request.history.flatMap(({ actor }) => (actor.kind === 'staff' ? [[actor.id, actor.name] as const] : [])))
  const notBy = step.kind === 'call-back' ? step.notBy.map((id) => names.get(id) ?? id) : []
  return [{ row: rowOf(request), stars: bad.stars, words: redact(bad.words), at: bad.at, until: step.kind === 'call-back' ? step.until : null, notBy }]
}

/** A person's load is of all communities together, a post's of its own. */
function loadOf(each: readonly { readonly one: Supervised; readonly open: readonly ServiceRequest[]; readonly lateIds: ReadonlySet<string> }[]): Supervision['load'] {
  const load = new Map<string, Supervision['load'][number]>()
  for (const { one: { communityId }, open, lateIds } of each) {
    for (const { id, owner } of open) {
      const isPost = owner.kind === 'post'
      const key = `${owner.kind}:${owner.id}`
      const place = isPost ? `${communityId}/${key}` : key
      const known = load.get(place) ?? { id: key, communityId: isPost ? communityId : null, name: owner.name, isPost, open: 0, overdue: 0 }
      load.set(place, { ...known, open: known.open + 1, overdue: known.overdue + (lateIds.has(id) ? 1 : 0) })
    }
  }
  return [...load.values()].sort((one, other) => other.open - one.open)
}

function gridLoad({ communityId, grids }: Supervised, open: readonly ServiceRequest[], late: ReadonlySet<string>): Supervision['grids'] {
  const of = (name: string | null) => {
    const here = open.filter(({ address }) => (gridOf(grids, address)?.name ?? null) === name)
    return { communityId, name, open: here.length, overdue: here.filter(({ id }) => late.has(id)).length }
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

function hotSpotsOf(all: readonly Supervised[], now: number): HotSpots {
  const first = mondayOf(now) - (weeksShown - 1) * weekMs
  const sum = (row: readonly number[]): number => row.reduce((total, one) => total + one, 0)
  return {
    weeks: Array.from({ length: weeksShown }, (_, week) => new Date(first + week * weekMs + zoneMs).toISOString().slice(0, 10)),
    rows: all.flatMap((one) => spotsOf(one, first)).sort((one, other) => Number(other.isRising) - Number(one.isRising) || sum(other.counts) - sum(one.counts)).slice(0, buildingsShown),
  }
}

/** The buildings of one community; `first`: the Monday of the first week shown. */
function spotsOf({ communityId, requests }: Supervised, first: number): readonly HotSpot[] {
  const found = new Map<string, { readonly counts: number[]; readonly services: Map<string, { name: string; count: number }> }>()
  for (const { filedAt, address, serviceCode, serviceName } of requests) {
    const week = Math.floor((filedAt - first) / weekMs)
    const building = address === null || week < 0 || week >= weeksShown ? null : buildingNumber(address)
    if (building === null) continue
    const row = found.get(building) ?? { counts: Array.from({ length: weeksShown }, () => 0), services: new Map<string, { name: string; count: number }>() }
    row.counts[week] = (row.counts[week] ?? 0) + 1
    row.services.set(serviceCode, { name: serviceName, count: (row.services.get(serviceCode)?.count ?? 0) + 1 })
    found.set(building, row)
  }
  return [...found].map(([building, { counts, services }]): HotSpot => {
    const [serviceCode, most] = [...services].sort(([, one], [, other]) => other.count - one.count)[0] ?? ['', { name: '', count: 0 }]
    return { communityId, building, counts, most: { serviceCode, ...most }, isRising: isRisingIn(counts) }
  })
}

function isRisingIn(counts: readonly number[]): boolean {
  const [last = 0, before] = [counts.at(-1), counts.slice(0, -1)]
  const usual = before.reduce((all, one) => all + one, 0) / Math.max(1, before.length)
  return last >= rising.fewest && last >= rising.times * usual
}

/** The month's figures as rows for a spreadsheet, the formulas in the last ones. */
export function sheetOf({ month, figures, rates }: Supervision, place: string): readonly (readonly string[])[] {
  const names: readonly RateName[] = ['response', 'solved', 'satisfied', 'in-time']
  const groups: readonly (readonly [FigureGroup, string])[] = [['community', '社区'], ['service', '事项'], ['building', '楼栋'], ['staff', '负责人']]
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
