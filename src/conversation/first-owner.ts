import { PLATFORM, type CommunityId } from '../knowledge/community.js'
import { awayAt, type Absence } from '../requests/absence.js'
import { openStatuses, type Receiver } from '../requests/moves.js'
import { isOwnedByPlace, leastLoaded, route, sayRoute, unitOf, type RoutedMatter } from '../requests/routing.js'
import type { Owner, ServiceRequest } from '../requests/service-request.js'
import type { Service } from '../requests/services.js'
import type { Reads } from '../store/read-once.js'
import type { Turn } from './turn.js'

/** Somebody of the staff who may be given a request here. */
export interface Colleague {
  readonly id: string
  readonly name: string
  /** `lead`: heads the community, or an admin. */
  readonly role: 'staff' | 'lead'
  /** Requests in hand now. */
  readonly load: number
  readonly absence: Absence | null
}

/** The staff of a community with what they have in hand and whether they are away, by name. */
export async function colleaguesOf(store: Reads, communityId: CommunityId, now: number): Promise<readonly Colleague[]> {
  const [accounts, absences, open] = await Promise.all([
    store.find(PLATFORM, 'staff', { limit: 10_000 }),
    store.find(communityId, 'absences', { limit: 10_000 }),
    Promise.all(openStatuses.map((status) => store.find(communityId, 'requests', { by: 'status', equals: status }))),
  ])
  const load = new Map<string, number>()
  for (const { owner } of open.flat()) if (owner.kind === 'staff') load.set(owner.id, (load.get(owner.id) ?? 0) + 1)
  const away = awayAt(absences, now)
  return accounts
    .filter(({ disabled, role, scope }) => !disabled && role !== 'auditor' && (scope === 'all' || scope.includes(communityId)))
    .map(({ id, name, role }): Colleague => ({ id, name, role: role === 'staff' ? 'staff' : 'lead', load: load.get(id) ?? 0, absence: away.get(id) ?? null }))
    .sort((one, other) => one.name.localeCompare(other.name, 'zh'))
}

/** Who of them takes what nobody is named for: present, not spoken of in the matter, the least in hand. */
export function spareOf(colleagues: readonly Colleague[], words: string): Owner | null {
  const present = colleagues.filter(({ role, absence, name }) => role === 'staff' && absence === null && !words.includes(name))
  const spare = leastLoaded(present, new Map(present.map(({ id, load }) => [id, load])))
  return spare === null ? null : { kind: 'staff', id: spare.id, name: spare.name }
}

/** The owner when the place turns out to be another: who has that place now, or stands in for them. */
export async function ownerAtPlace(turn: Turn, request: ServiceRequest, place: { readonly address: string | null; readonly normal: string | null }): Promise<Owner> {
  const service = turn.services.byCode(request.serviceCode)
  return service === null || !isOwnedByPlace(request) ? request.owner : (await chooseOwner(turn, service, { words: request.description, ...place })).owner
}

/** To whom a matter goes when it is filed, with the line for its history; `unit`: who outside has to act, as the text in force names it. */
export async function chooseOwner(
  turn: Pick<Turn, 'records' | 'community' | 'fiveInOne' | 'responsibleFor' | 'now'>, service: Service, matter: Omit<RoutedMatter, 'service'>,
): Promise<Pick<ServiceRequest, 'owner'> & { readonly note: string; readonly unit: Extract<Receiver, { kind: 'unit' }> | null }> {
  const away = awayAt(await turn.records.absences(), turn.now)
  const spare = away.size === 0 ? null : spareOf(await turn.records.colleagues(), matter.words)
  const found = route({ service, ...matter }, turn.community, { fiveInOne: turn.fiveInOne, away, spare })
  const named = service.forwardTo === null ? null : turn.responsibleFor(service.code)
  const unit = service.forwardTo === null ? null : named === null ? ({ kind: 'unit', name: service.forwardTo, citation: null } as const) : unitOf(named)
  return { owner: found.owner, note: sayRoute(found), unit }
}
