import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import type { AbsenceList } from './api-types.js'
import { actorOf } from './caller.js'
import { communityId, notFound, opaqueId, readPath } from './scope.js'
import type { Engine } from '../conversation/engine.js'
import { colleaguesOf, spareOf } from '../conversation/first-owner.js'
import { InputError } from '../errors.js'
import { readInput } from '../http/input.js'
import type { Community, CommunityId } from '../knowledge/community.js'
import { awayAt, type Absence } from '../requests/absence.js'
import { openStatuses } from '../requests/moves.js'
import { postsOf } from '../requests/routing.js'
import type { Owner } from '../requests/service-request.js'
import { isConflict } from '../store/quicker.js'
import type { Store } from '../store/store.js'

/** Longest absence that is entered at once, days; a longer one is a change of staff. */
const longestDays = 180

const owner = z.object({ kind: z.enum(['post', 'staff']), id: opaqueId })
const absenceBody = z.object({ away: owner, until: z.int().positive(), standIn: owner.nullable() })
const communityParams = z.object({ community: communityId })

/** Who is away and who stands in (AB岗): entered by a lead, or by each for themselves. What lies open with them goes over at once. */
export function absenceRoutes(app: FastifyInstance, parts: { readonly store: Store; readonly engine: Engine; readonly communities: () => readonly Community[]; readonly now: () => number }): void {
  const { store, engine, now } = parts

  async function list(community: CommunityId): Promise<AbsenceList> {
    return { absences: [...awayAt(await store.find(community, 'absences', { limit: 10_000 }), now()).values()] }
  }

  async function ownerOf(community: CommunityId, given: z.infer<typeof owner>): Promise<Owner> {
    const home = parts.communities().find(({ id }) => id === community)
    const posts = home === undefined ? [] : postsOf(home)
    const found = given.kind === 'post' ? posts.find(({ id }) => id === given.id) : (await colleaguesOf(store, community, now())).find(({ id }) => id === given.id)
    if (found === undefined) throw new InputError('bad-target', '没有找到这位同事或这个岗位。')
    return { kind: given.kind, id: found.id, name: found.name }
  }

  /** Hands over what is open with whom is away; what somebody has just changed is left to them. */
  async function handOver(community: CommunityId, absence: Absence, standIn: Owner, by: ReturnType<typeof actorOf>): Promise<void> {
    const open = (await Promise.all(openStatuses.map((status) => store.find(community, 'requests', { by: 'status', equals: status })))).flat()
    for (const request of open.filter(({ owner: has }) => has.kind === absence.kind && has.id === absence.id)) {
      try {
        await engine.actOnRequest(community, request.id, request.rev, { name: 'stand-in', reason: `A岗${absence.name}不在，B岗${standIn.name}顶上`, brings: { kind: 'owner', owner: standIn } }, { ...by, isLead: true })
      } catch (error) {
        if (!(error instanceof InputError) && !isConflict(error)) throw error
      }
    }
  }

  app.get('/api/desk/absences/:community', { config: { access: everyRole, does: '现在谁不在' } }, async (request) => list(readInput(communityParams, request.params).community))

  app.post('/api/desk/absences/:community', { config: { access: ['staff', 'lead', 'admin'], does: '登记一位同事不在', body: absenceBody } }, async (request) => {
    const { community } = readInput(communityParams, request.params)
    const body = readInput(absenceBody, request.body)
    const by = actorOf(request)
    if (!by.isLead && !(body.away.kind === 'staff' && body.away.id === by.id)) throw new InputError('forbidden', '只能登记自己不在；别人的由负责人登记。')
    if (body.until <= now() || body.until > now() + longestDays * 86_400_000) throw new InputError('bad-input', `回来的日子要在今天以后、${longestDays}天以内。`)
    if (body.standIn !== null && body.standIn.kind === body.away.kind && body.standIn.id === body.away.id) throw new InputError('bad-input', 'B岗要是另一个人。')
    const away = await ownerOf(community, body.away)
    const standIn = body.standIn === null ? null : await ownerOf(community, body.standIn)
    const known = await store.get(community, 'absences', away.id)
    const row: Absence = { id: away.id, rev: known?.rev ?? 0, kind: away.kind, name: away.name, until: body.until, standIn, setBy: { id: by.id, name: by.name }, at: now() }
    await store.commit(community, [{ op: 'put', table: 'absences', row }])
    const takes = standIn ?? spareOf((await colleaguesOf(store, community, now())).filter(({ id }) => id !== away.id), '')
    if (takes !== null) await handOver(community, row, takes, by)
    return list(community)
  })

  app.post('/api/desk/absences/:community/:id/end', { config: { access: ['staff', 'lead', 'admin'], does: '一位同事回来了' } }, async (request) => {
    const { community, id } = readPath(request)
    const by = actorOf(request)
    const known = await store.get(community, 'absences', id)
    if (known === null) throw notFound()
    if (!by.isLead && id !== by.id) throw new InputError('forbidden', '只能改自己的；别人的由负责人改。')
    await store.commit(community, [{ op: 'remove', table: 'absences', id, rev: known.rev }])
    return list(community)
  })
}
