import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import { acting, signatureOf, staffOf } from './caller.js'
import { opaqueId, readCommunity, rowAt } from './scope.js'
import type { StandingList } from './topic-types.js'
import { standingNews } from '../conversation/dialogs/topic-words.js'
import type { Teller } from '../conversation/teller.js'
import { InputError } from '../errors.js'
import { readInput } from '../http/input.js'
import type { CommunityId } from '../knowledge/community.js'
import { maskNumbers } from '../privacy.js'
import { decideStanding, namesHome, tenures, toldStanding, type Standing } from '../programmes/standing.js'
import { withoutDoors } from '../requests/place.js'
import type { Store } from '../store/store.js'

const place = z.string().trim().min(3, '请写几栋几单元几室').max(30, '最多 30 个字').refine(namesHome, '请写到哪一户，比如 3栋2单元301')
const decideBody = z.object({ standing: opaqueId, rev: z.int().min(0), tenure: z.enum(tenures), place, state: z.enum(['confirmed', 'refused']) })
const enterBody = z.object({ number: z.string().trim().min(1, '请写工单号').max(30), tenure: z.enum(tenures), place })

/** Who somebody is to the community: told in private, checked by staff against their own records. */
export function standingRoutes(app: FastifyInstance, parts: { readonly store: Store; readonly teller: Teller; readonly now: () => number }): void {
  const { store, teller, now } = parts

  /** What waits first, then what was decided, the newest first. */
  async function show(community: CommunityId, caller: FastifyRequest): Promise<StandingList> {
    const all = await store.find(community, 'standings', { limit: 10_000 })
    const waiting = all.filter(({ state }) => state === 'told').sort((a, b) => a.toldAt - b.toldAt)
    const decided = all.filter(({ state }) => state !== 'told').sort((a, b) => (b.decided?.at ?? 0) - (a.decided?.at ?? 0)).slice(0, 200)
    return { standings: await Promise.all([...waiting, ...decided].map(async ({ id, rev, tenure, household, state, toldAt, decided: by }) => ({ id, rev, tenure, household: shownHome(household, caller), state, toldAt, name: maskNumbers((await store.get(community, 'residents', id))?.name ?? '居民'), decided: by === null ? null : { at: by.at, by: by.by.name } }))) }
  }

  async function decide(community: CommunityId, standing: Standing, found: Parameters<typeof decideStanding>[1], by: Parameters<typeof decideStanding>[2]): Promise<void> {
    const row = decideStanding(standing, found, by, now())
    await teller.commitAndTell(community, [{ op: 'put', table: 'standings', row }], [{ to: row.to, about: null, text: row.state === 'confirmed' ? standingNews.confirmed(row) : standingNews.refused(row) }])
  }

  app.get('/api/desk/standings/:community', { config: { access: everyRole, does: '居住身份' } }, async (request) => show(readCommunity(request), request))

  app.post('/api/desk/standings/:community/decide', { config: { access: acting, does: '居住身份：核实', body: decideBody } }, async (request) => {
    const community = readCommunity(request)
    const given = readInput(decideBody, request.body)
    const row = await rowAt(store, community, 'standings', given.standing, given.rev)
    await decide(community, row, given, signatureOf(request))
    return show(community, request)
  })

  app.post('/api/desk/standings/:community/enter', { config: { access: acting, does: '居住身份：录入', body: enterBody } }, async (request) => {
    const community = readCommunity(request)
    const given = readInput(enterBody, request.body)
    const [filed] = await store.find(community, 'requests', { by: 'number', equals: given.number })
    const resident = filed === undefined ? null : await store.get(community, 'residents', filed.residentId)
    const chat = resident?.privateConversationId ?? null
    if (filed === undefined || filed.discretion !== undefined) throw new InputError('not-found', '没有这个号的工单，或者它不公开、匿名')
    if (resident === null || chat === null) throw new InputError('not-allowed', '这位居民还没有私聊过，核实结果没法告诉本人，请居民先私聊说一下')
    const known = await store.get(community, 'standings', resident.id)
    const told = toldStanding(known, { id: resident.id, tenure: given.tenure, place: given.place, to: { channel: resident.channel, conversationId: chat, chat: 'private', residentId: resident.id } }, now())
    await decide(community, told, { ...given, state: 'confirmed' }, signatureOf(request))
    return show(community, request)
  })
}

/** Who only looks has no need of the door. */
export function shownHome(household: string, caller: FastifyRequest): string {
  return staffOf(caller).account.role === 'auditor' ? withoutDoors(household) : household
}
