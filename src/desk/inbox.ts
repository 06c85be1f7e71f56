import { inboxViews, type InboxChoices, type InboxFilters, type InboxView, type RequestList, type RequestRow } from './api-types.js'
import { searchFor, type IndexedRequest, type RequestIndex } from './request-index.js'
import type { CommunityId, Grid } from '../knowledge/community.js'
import { redact } from '../privacy.js'
import { pendingOffer } from '../requests/apply-move.js'
import type { Due } from '../requests/clock.js'
import { buildingNumber } from '../requests/place.js'
import { gridOf, maySee } from '../requests/routing.js'
import { isOpen, type ServiceRequest, type StatusChange } from '../requests/service-request.js'
import { onOneLine, shorten } from '../text.js'

/** Requests of a page. */
const pageSize = 50

/** Characters of a request shown in a list. */
const summaryLength = 80

/** Who looks. */
export interface Viewer {
  readonly id: string
  readonly name: string
  /** Heads the community, or reads everything (auditors). */
  readonly isLead: boolean
  /** Reads what residents say in confidence: heads of the community; absent: no. An auditor checks the work, not the people. */
  readonly hearsAll?: boolean
}

const views = { ended: ['closed', 'all'], confirming: ['confirming', 'all'] } as const satisfies Record<string, readonly InboxView[]>

/** The views that show a request to this member of staff. A draft is the resident's own until it is sent. */
function viewsOf(entry: IndexedRequest, viewer: Viewer, dueOf: (entry: IndexedRequest) => Due): readonly InboxView[] {
  // Most are over, and nothing of them need be looked at.
  if (entry.glance === 'ended') return views.ended
  if (entry.glance === 'confirming') return views.confirming
  const { request } = entry
  const { status, owner } = request
  if (!isOpen(request)) {
    const over = status === 'done' || status === 'confirming' ? views.confirming : views.ended
    return entry.glance === 'noted' && concerns(request, viewer) ? [...over, 'mentioned'] : over
  }
  const found: InboxView[] = ['open', 'all']
  if (owner.kind === 'post') found.push('unclaimed')
  else if (owner.id === viewer.id) found.push('mine')
  if (status === 'awaiting-resident') found.push('awaiting')
  if (isOverdue(dueOf(entry))) found.push('overdue')
  if (concerns(request, viewer)) found.push('mentioned')
  return found
}

/** Whether somebody waits for this person's word: it is offered to them, it names them in a note, or only a lead can decide on it. */
function concerns(request: ServiceRequest, viewer: Viewer): boolean {
  const to = pendingOffer(request)?.to
  if (to?.kind === 'staff' && to.id === viewer.id) return true
  if (viewer.isLead && (request.status === 'extended' || request.status === 'returned')) return true
  // The filing names nobody of the staff in a note of theirs; most requests have no more.
  if (viewer.name.length < 2 || request.history.length <= 3) return false
  // Who has done something since has heard it.
  const heard = request.history.findLastIndex(({ actor }) => actor.kind === 'staff' && actor.id === viewer.id)
  return request.history.some((change, at) => at > heard && callsFor(change, viewer))
}

function callsFor({ note, actor, brought }: StatusChange, viewer: Viewer): boolean {
  if (actor.kind !== 'staff') return false
  return (brought?.kind === 'mentions' && brought.staff.some(({ id }) => id === viewer.id)) || note?.includes(viewer.name) === true
}

export function isOverdue(due: Due): boolean {
  return due.kind === 'running' && due.stage === 'overdue'
}

/** What a page of a list is asked for by; `search`: only those that hold its words. */
export interface InboxAsked {
  readonly view: InboxView
  readonly after: string | null
  readonly search: string
  readonly filters?: InboxFilters
}

/** A page of requests of these communities, newest first, with the number in each view. */
export async function listRequests(
  index: RequestIndex, communities: readonly CommunityId[], asked: InboxAsked, viewer: Viewer, gridsOf: (communityId: CommunityId) => readonly Grid[] = () => [],
): Promise<RequestList> {
  const counts = Object.fromEntries(inboxViews.map((each) => [each, 0])) as Record<InboxView, number>
  const found: { readonly communityId: CommunityId; readonly request: ServiceRequest }[] = []
  const isNarrowed = Object.keys(asked.filters ?? {}).length > 0
  const holds = asked.search === '' ? null : searchFor(asked.search)
  for (const communityId of communities) {
    let foundHere = 0
    const fits = isNarrowed ? filterBy(asked.filters ?? {}, gridsOf(communityId)) : null
    // A whole number is that one request: nothing else is looked through.
    const named = holds === null ? null : await index.numbered(communityId, asked.search)
    const [entries, dueOf] = [named === null ? await index.entries(communityId) : [named], index.duesNow(communityId)]
    for (let at = entries.length - 1; at >= 0; at -= 1) {
      const entry = entries[at]
      if (entry === undefined || entry.glance === 'draft' || (holds !== null && !holds(entry))) continue
      if (entry.glance === 'withheld' && !maySee(entry.request, viewer)) continue
      if (fits !== null && !fits(entry.request)) continue
      const shownIn = viewsOf(entry, viewer, dueOf)
      for (const each of shownIn) counts[each] += 1
      if (foundHere <= pageSize && shownIn.includes(asked.view) && (asked.after === null || entry.request.id < asked.after)) {
        foundHere += 1
        found.push({ communityId, request: entry.request })
      }
    }
  }
  found.sort((a, b) => (a.request.id > b.request.id ? -1 : 1))
  return {
    requests: found.slice(0, pageSize).map(({ communityId, request }) => describeRequest(communityId, request, index.dueOf(communityId, request))),
    more: found.length > pageSize,
    counts,
  }
}

/** Midnight of a day in Asia/Shanghai, ms. */
const midnight = (day: string): number => Date.parse(`${day}T00:00:00+08:00`)

function filterBy(filters: InboxFilters, grids: readonly Grid[]): (request: ServiceRequest) => boolean {
  const { service, status, building, owner, grid } = filters
  const from = filters.from === undefined ? -Infinity : midnight(filters.from)
  const until = filters.until === undefined ? Infinity : midnight(filters.until) + 86_400_000
  return (request) => request.filedAt >= from && request.filedAt < until
    && (service === undefined || request.serviceCode === service)
    && (status === undefined || request.status === status)
    && (owner === undefined || `${request.owner.kind}:${request.owner.id}` === owner)
    && (building === undefined || (request.address !== null && buildingNumber(request.address) === building))
    && (grid === undefined || (gridOf(grids, request.address)?.name ?? noGrid) === grid)
}

/** Stands for the grid of what lies in none. */
export const noGrid = '-'

/** What the requests of these communities can be filtered by. */
export async function choicesOf(index: RequestIndex, communities: readonly CommunityId[], viewer: Viewer): Promise<Pick<InboxChoices, 'services' | 'owners' | 'buildings'>> {
  const [services, owners, buildings] = [new Map<string, string>(), new Map<string, string>(), new Set<string>()]
  for (const communityId of communities) {
    for (const { request } of await index.entries(communityId)) {
      if (request.status === 'draft' || !maySee(request, viewer)) continue
      services.set(request.serviceCode, request.serviceName)
      owners.set(`${request.owner.kind}:${request.owner.id}`, request.owner.name)
      const building = request.address === null ? null : buildingNumber(request.address)
      if (building !== null) buildings.add(building)
    }
  }
  const byName = (all: ReadonlyMap<string, string>) => [...all].map(([id, name]) => ({ id, name })).sort((one, other) => one.name.localeCompare(other.name, 'zh'))
  return { services: byName(services), owners: byName(owners), buildings: [...buildings].sort((one, other) => Number(one) - Number(other)) }
}

/** A request as a list shows it: what could tell who it is about is masked. */
export function describeRequest(communityId: CommunityId, request: ServiceRequest, due: Due): RequestRow {
  return {
    id: request.id,
    communityId,
    number: request.number,
    serviceName: request.serviceName,
    status: request.status,
    summary: shorten(onOneLine(redact(request.description)), summaryLength),
    owner: request.owner,
    filedAt: request.filedAt,
    updatedAt: request.updatedAt,
    reporters: request.reporters.length,
    urges: request.urges.length,
    ...(due.kind === 'running' && isOpen(request) ? { dueAt: due.dueAt, stage: due.stage } : {}),
  }
}
