import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import { inboxViews, type Receivers, type RequestConflict, type RequestDetail, type Uploaded } from './api-types.js'
import { acting, actorOf, staffOf } from './caller.js'
import { showConversation } from './conversations.js'
import { listRequests, type Viewer } from './inbox.js'
import { unmaskBody, type Masking } from './masking.js'
import { movePost } from './move-body.js'
import type { RequestIndex } from './request-index.js'
import { communitiesFor, communityId, notFound, opaqueId, readPath } from './scope.js'
import { keepFile } from '../channels/kept-files.js'
import type { Engine } from '../conversation/engine.js'
import { colleaguesOf } from '../conversation/first-owner.js'
import { InputError, StoreError } from '../errors.js'
import { readInput } from '../http/input.js'
import { readUpload } from '../http/upload.js'
import type { Community, CommunityId } from '../knowledge/community.js'
import { levelReached, pendingExtension, pendingOffer, type Move } from '../requests/apply-move.js'
import { asStaffSee } from '../requests/discretion.js'
import { gridOf, maySee, postsOf, unitOf, type ResponsibleUnit } from '../requests/routing.js'
import { firstOwnerOf, type ServiceRequest } from '../requests/service-request.js'
import type { Store } from '../store/store.js'

/** Longest search, characters. */
const maxSearch = 60

const listQuery = z.object({ view: z.enum(inboxViews).default('open'), community: communityId.optional(), after: opaqueId.optional(), search: z.string().trim().max(maxSearch).default('') })
const communityParams = z.object({ community: communityId })

export interface RequestRouteParts {
  readonly store: Store
  readonly engine: Engine
  readonly index: RequestIndex
  readonly masking: Masking
  readonly communities: () => readonly Community[]
  readonly responsibleFor: (communityId: CommunityId, serviceCode: string) => ResponsibleUnit | null
  readonly now: () => number
}

/** Who looks: an auditor reads what a lead reads. */
export function viewerOf(request: FastifyRequest): Viewer {
  const { id, name, isLead } = actorOf(request)
  return { id, name, isLead: isLead || staffOf(request).account.role === 'auditor', hearsAll: isLead }
}

/** Requests at the desk: lists, one with all that can be done with it, its moves. */
export function requestRoutes(app: FastifyInstance, parts: RequestRouteParts): void {
  const { store, engine, index, masking, now } = parts

  async function find(request: FastifyRequest, community: CommunityId, id: string): Promise<ServiceRequest> {
    const row = await store.get(community, 'requests', id)
    // Whom it is about does not learn that there is one.
    if (!row || row.status === 'draft' || !maySee(row, viewerOf(request))) throw notFound()
    return row
  }

  async function show(request: FastifyRequest, community: CommunityId, id: string): Promise<RequestDetail> {
    const row = await find(request, community, id)
    const home = parts.communities().find((one) => one.id === community)
    const unit = parts.responsibleFor(community, row.serviceCode)
    return masking.request(request, community, {
      request: asStaffSee(row),
      // Whose chat it is would tell who it is.
      conversation: row.discretion === 'anonymous' ? null : await showConversation(store, community, row.conversationId, viewerOf(request), row.id),
      moves: staffOf(request).account.role === 'auditor' ? [] : engine.movesFor(row, actorOf(request)),
      clock: index.dueOf(community, row),
      level: levelReached(row),
      firstOwner: firstOwnerOf(row),
      grid: home === undefined ? null : (gridOf(home.grids, row.address)?.name ?? null),
      offer: pendingOffer(row)?.to ?? null,
      extension: pendingExtension(row)?.workdays ?? null,
      unit: unit === null ? null : unitOf(unit),
    })
  }

  /** Evidence is what was sent for this request, by a resident or from the desk. */
  async function checkEvidence(community: CommunityId, row: ServiceRequest, { brings }: Move): Promise<void> {
    if (brings?.kind !== 'evidence') return
    for (const id of brings.attachmentIds) {
      const file = await store.get(community, 'attachments', id)
      if (file === null || (file.conversationId !== row.conversationId && !row.attachmentIds.includes(id))) throw new InputError('bad-target', '有一份照片没有传上来，请再传一次')
    }
  }

  app.get('/api/desk/requests', { config: { access: everyRole, does: '工单列表', query: listQuery } }, async (request) => {
    const { view, community, after, search } = readInput(listQuery, request.query)
    return listRequests(index, communitiesFor(request, parts.communities(), community), { view, after: after ?? null, search }, viewerOf(request))
  })

  app.get('/api/desk/requests/:community/:id', { config: { access: everyRole, does: '一张工单' } }, async (request) => {
    const { community, id } = readPath(request)
    return show(request, community, id)
  })

  app.post('/api/desk/requests/:community/:id/unmask', { config: { access: acting, audit: 'itself', does: '看一张工单里的完整号码', body: unmaskBody } }, async (request) => {
    const { community, id } = readPath(request)
    const { reason } = readInput(unmaskBody, request.body, '请写明为什么要看')
    await find(request, community, id)
    await masking.open(request, community, id, reason)
    return show(request, community, id)
  })

  app.post('/api/desk/requests/:community/:id/moves', { config: { access: acting, does: '办理一张工单的一步', body: movePost } }, async (request, reply) => {
    const { community, id } = readPath(request)
    const { rev, move } = readInput(movePost, request.body)
    await checkEvidence(community, await find(request, community, id), move)
    try {
      await engine.actOnRequest(community, id, rev, move, actorOf(request))
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'conflict') throw error
      const conflict: RequestConflict = { code: 'conflict', message: '刚刚有人改过这张工单，请看一下新的情况再决定', newest: await show(request, community, id) }
      return reply.code(409).send(conflict)
    }
    return show(request, community, id)
  })

  app.post('/api/desk/requests/:community/:id/attachments', { config: { access: acting, does: '给一张工单加一份照片或文件' } }, async (request, reply) => {
    const { community, id } = readPath(request)
    const row = await find(request, community, id)
    const of = { communityId: community, residentId: `staff:${staffOf(request).account.id}`, conversationId: row.conversationId, from: `desk:${randomUUID()}` }
    const { id: fileId, kind, mediaType } = await keepFile({ store, now }, of, () => readUpload(request))
    const uploaded: Uploaded = { id: fileId, kind, mediaType }
    return reply.code(201).send(uploaded)
  })

  app.get('/api/desk/receivers/:community', { config: { access: acting, does: '工单可以派给谁' } }, async (request): Promise<Receivers> => {
    const { community } = readInput(communityParams, request.params)
    const home = parts.communities().find((one) => one.id === community)
    if (home === undefined) throw notFound()
    const staff = (await colleaguesOf(store, community, now())).map(({ id, name, role, load, absence }) => ({ id, name, isLead: role === 'lead', load, awayUntil: absence?.until ?? null }))
    return { posts: postsOf(home), staff: staff.sort((one, other) => Number(one.awayUntil !== null) - Number(other.awayUntil !== null) || one.load - other.load) }
  })
}
