import type { Community, Grid, Jurisdiction } from '../knowledge/community.js'
import { clauseText, policyDate, sourceOf, type Policy } from '../knowledge/policy.js'
import { responsibilities } from '../knowledge/responsibility.js'
import type { Citation } from '../retrieval/citation.js'
import type { Absence } from './absence.js'
import type { Level, Receiver } from './moves.js'
import type { Owner, ServiceRequest } from './service-request.js'
import type { Service } from './services.js'

/** The post that owns what no grid covers. */
export const dutyPost: Owner = { kind: 'post', id: 'duty', name: '社区值班人员' }

/** The post for what must not go to those whom it may be about. */
export const leadPost: Owner = { kind: 'post', id: 'lead', name: '社区负责人' }

/** The post for disputes, where no text gives them to the grid's own person. */
export const mediatorPost: Owner = { kind: 'post', id: 'mediator', name: '人民调解员' }

const buildingNumber = /(\d{1,4})(?:栋|幢|号楼|座|#)/

/** The grid of a building, a shop, a street, a gate; `null` where none covers it. */
export function gridOf(grids: readonly Grid[], address: string | null, normal: string | null = null): Grid | null {
  if (address === null) return null
  const building = (buildingNumber.exec(normal ?? '') ?? buildingNumber.exec(address))?.[1] ?? null
  const byBuilding = building === null ? undefined : grids.find((grid) => grid.buildings.some((known) => known.replace(/\D+/g, '') === building))
  return byBuilding ?? grids.find((one) => one.areas.some((area) => address.includes(area))) ?? null
}

/** The first owner of a request: the grid of its building or area, else the duty post. No request is ever without one. */
export function firstOwner(grids: readonly Grid[], address: string | null, normal: string | null = null): Owner {
  const grid = gridOf(grids, address, normal)
  return grid ? postOf(grid) : dutyPost
}

function postOf(grid: Grid, person: Grid['person'] = grid.person): Owner {
  return { kind: 'post', id: grid.name, name: `${person.role} ${person.name}` }
}

/** What is known when a request is given its first owner. */
export interface RoutedMatter {
  readonly service: Pick<Service, 'owner' | 'forwardTo' | 'gridCase'>
  /** The resident's words: whoever is named in them does not get it. */
  readonly words: string
  readonly address: string | null
  readonly normal: string | null
}

/** Who gets it, and why. */
export interface Route {
  readonly owner: Owner
  readonly why: 'grid' | 'stand-in' | 'five-in-one' | 'no-grid' | 'mediation' | 'lead-only' | 'about-its-person' | 'not-ours'
  /** The post that would have had it; set where another stands in. */
  readonly insteadOf?: Owner
}

const whyWords: Readonly<Record<Route['why'], string | null>> = {
  grid: null, 'no-grid': null, 'stand-in': null, 'five-in-one': '五员合一', mediation: '纠纷由调解员接', 'lead-only': '只由负责人看', 'about-its-person': '诉求涉及网格人员，不交给本人', 'not-ours': '不是社区的职责，不往下派',
}

/** Why it went to whom it went, for those who look at the request later. */
export function sayRoute({ owner, why, insteadOf }: Route): string {
  const reason = insteadOf === undefined ? whyWords[why] : `A岗${insteadOf.name}不在，B岗顶上`
  return `首问负责：${owner.name}${reason === null ? '' : `（${reason}）`}`
}

/**
 * The first owner of a matter. `fiveInOne`: the text of this place gives a grid's mediation, safety and security cases to
 * its one person (see `ordersFiveInOne`). `away`: posts whose person is absent, by id, with who stands in; `spare`: the colleague with the least in hand, for a post that names no B.
 */
export function route(
  matter: RoutedMatter, community: Pick<Community, 'grids'>,
  given: { readonly fiveInOne: boolean; readonly away: ReadonlyMap<string, Pick<Absence, 'standIn'>>; readonly spare?: Owner | null },
): Route {
  const { service } = matter
  if (service.owner === 'lead') return { owner: leadPost, why: 'lead-only' }
  if (community.grids.some(({ person, standIn }) => complainsOf(matter.words, person.name) || complainsOf(matter.words, standIn?.name ?? ''))) return { owner: leadPost, why: 'about-its-person' }
  // A duty that is not the community's is passed on by the window, never down to a grid (不推下去).
  if (service.forwardTo !== null) return { owner: dutyPost, why: 'not-ours' }
  const isOrdinary = service.gridCase === null || service.gridCase === 'grid'
  if (!isOrdinary && !given.fiveInOne) return service.gridCase === 'mediation' ? { owner: mediatorPost, why: 'mediation' } : { owner: dutyPost, why: 'no-grid' }
  const grid = gridOf(community.grids, matter.address, matter.normal)
  if (grid === null) return { owner: dutyPost, why: 'no-grid' }
  const own = postOf(grid)
  const absence = given.away.get(grid.name)
  if (absence === undefined) return { owner: own, why: isOrdinary ? 'grid' : 'five-in-one' }
  // A B post who is away too is passed over.
  const named = absence.standIn !== null && given.away.has(absence.standIn.id) ? null : absence.standIn
  const standIn = named ?? (grid.standIn === undefined ? (given.spare ?? dutyPost) : postOf(grid, grid.standIn))
  return { owner: standIn, why: 'stand-in', insteadOf: own }
}

/** Whether its owner has it for where it is, so that another place is another's: a person keeps it, and so does a post that did not get it for its place. */
export function isOwnedByPlace({ owner, status }: Pick<ServiceRequest, 'owner' | 'status'>): boolean {
  return owner.kind === 'post' && owner.id !== leadPost.id && owner.id !== mediatorPost.id && status !== 'forwarded'
}

/** Whether words name this person: 「李师傅」, also with the role before it. */
function names(words: string, name: string): boolean {
  return name.length > 1 && words.includes(name)
}

/** Whether words are a complaint about this person. */
export function complainsOf(words: string, name: string): boolean {
  return names(words, name) && /投诉|举报|态度|不作为|推诿|骂|凶|敷衍|不管事/.test(words)
}

/**
 * Whether this person may see and work on a request: never one that is a complaint about them. A complaint that names
 * nobody is the lead's alone, so that it does not lie before the one it is about. What is to stay between few (不公开) is for
 * who works on it: whoever may take it while nobody has, then who has it, had it or is asked to.
 */
export function maySee(request: Pick<ServiceRequest, 'intent' | 'description' | 'reporters' | 'owner' | 'discretion' | 'history'>, person: { readonly id: string; readonly name: string; readonly isLead: boolean }): boolean {
  if (request.discretion === 'private' && !person.isLead && !worksOn(request, person.id)) return false
  const isComplaint = request.intent === 'rate_complain' || (request.owner.kind === 'post' && request.owner.id === leadPost.id)
  if (!isComplaint) return true
  return person.isLead && ![request.description, ...request.reporters.map(({ words }) => words)].some((said) => names(said, person.name))
}

function worksOn({ owner, history }: Pick<ServiceRequest, 'owner' | 'history'>, id: string): boolean {
  if (owner.kind === 'post' || owner.id === id) return true
  return history.some(({ actor, brought }) => (actor.kind === 'staff' && actor.id === id) || (brought?.kind === 'offer' && brought.to.kind === 'staff' && brought.to.id === id))
}

/** The one with the fewest open requests; among equals the first. `null` only of nobody. */
export function leastLoaded<T extends { readonly id: string }>(people: readonly T[], load: ReadonlyMap<string, number>): T | null {
  return people.reduce<T | null>((best, one) => (best === null || (load.get(one.id) ?? 0) < (load.get(best.id) ?? 0) ? one : best), null)
}

/** The post of a level that a request climbs to; `null` where the community's chain does not have it. */
export function postOfLevel(level: Level, chain: readonly Jurisdiction[]): Owner | null {
  if (level === 'grid') return null
  if (level === 'community') return leadPost
  const link = chain.find((one) => one.level === level)
  return link === undefined ? null : { kind: 'post', id: level, name: link.name }
}

/** Texts that hold where a community lies and are in force, the narrowest first. A draft or an essay orders nothing. */
function ordersOf(community: Pick<Community, 'chain'>, policies: readonly Policy[]): Policy[] {
  return community.chain.flatMap(({ code }) => policies.filter((policy) => policy.jurisdiction === code && policy.status === 'in-force'))
}

/** Where the community's own text orders 五员合一; `null` where none does, and nothing is applied that another place ordered. */
export function ordersFiveInOne(community: Pick<Community, 'chain'>, policies: readonly Policy[]): Citation | null {
  for (const policy of ordersOf(community, policies)) {
    for (const clause of policy.clauses) {
      for (const paragraph of clause.paragraphs) {
        if (!paragraph.text.includes('五员合一')) continue
        const found = /[^。；\n]*五员合一[^。；\n]*[。；]?/u.exec(paragraph.text)
        if (found) return cite(policy, clause, paragraph, found.index, found.index + found[0].length)
      }
    }
  }
  return null
}

/** Every post that a request may be given to here: the grids' own, and those of the community. */
export function postsOf(community: Pick<Community, 'grids'>): readonly Owner[] {
  return [...community.grids.map((grid) => postOf(grid)), dutyPost, leadPost, mediatorPost]
}

/** A unit outside as a receiver: who leads where the text says so, else the first it lists. */
export function unitOf({ lead, units, citation }: ResponsibleUnit): Extract<Receiver, { kind: 'unit' }> {
  return { kind: 'unit', name: lead?.[0] ?? units[0] ?? '', citation }
}

/** Who answers for a matter outside the community, as a text's routing table says. */
export interface ResponsibleUnit {
  readonly item: string
  /** `null` where the document lists units without saying who leads. */
  readonly lead: readonly string[] | null
  readonly units: readonly string[]
  readonly citation: Citation
}

/**
 * The item of the narrowest text whose heading holds most of the service's words. A matter that is passed on and that no table
 * names has the unit it is passed on to, with the sentence that says that the community does not answer for it; `null` where neither stands anywhere.
 */
export function responsibleUnit(service: Pick<Service, 'responsibility' | 'forwardTo'>, community: Pick<Community, 'chain'>, policies: readonly Policy[]): ResponsibleUnit | null {
  for (const policy of ordersOf(community, policies)) {
    let best: { readonly row: ReturnType<typeof responsibilities>[number]; readonly held: number } | null = null
    for (const row of responsibilities(policy)) {
      const held = service.responsibility.filter((word) => row.item.includes(word)).length
      if (held > (best?.held ?? 0)) best = { row, held }
    }
    const clause = policy.clauses.find(({ path }) => path === best?.row.path)
    const paragraph = clause?.paragraphs.findLast(({ text }) => text.includes(best?.row.units[0] ?? '\n'))
    if (best === null || clause === undefined || paragraph === undefined) continue
    const { item, lead, units } = best.row
    const start = paragraph.text.lastIndexOf(units[0] ?? '')
    const last = units.at(-1) ?? ''
    return { item, lead, units, citation: cite(policy, clause, paragraph, start, paragraph.text.indexOf(last, start) + last.length) }
  }
  const citation = service.forwardTo === null ? null : saysNotOurs(service.responsibility, community, policies)
  return service.forwardTo === null || citation === null ? null : { item: service.forwardTo, lead: null, units: [service.forwardTo], citation }
}

/** Where a text says that a residents' committee must not be made to answer for such matters: 不得将…作为…等事项的责任主体. */
function saysNotOurs(words: readonly string[], community: Pick<Community, 'chain'>, policies: readonly Policy[]): Citation | null {
  for (const policy of ordersOf(community, policies)) {
    for (const clause of policy.clauses) {
      for (const paragraph of clause.paragraphs) {
        const found = /不得将[^。；;]{0,20}(?:委员?会|自治组织)作为([^。；;]*)事项的责任主体/u.exec(paragraph.text)
        if (found && words.some((word) => found[1]?.includes(word))) return cite(policy, clause, paragraph, found.index, found.index + found[0].length)
      }
    }
  }
  return null
}

function cite(policy: Policy, clause: Policy['clauses'][number], paragraph: Policy['clauses'][number]['paragraphs'][number], start: number, end: number): Citation {
  return {
    kind: 'policy', document: policy.title, number: policy.number, section: clause.path, quote: paragraph.text.slice(start, end), source: sourceOf(policy.raw, paragraph, start, end),
    status: policy.status, jurisdiction: policy.jurisdiction, date: policyDate(policy), clause: clauseText(clause),
  }
}
