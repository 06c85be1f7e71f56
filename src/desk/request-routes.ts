import { randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import { inboxViews, type InboxChoices, type Receivers, type RequestConflict, type RequestContext, type RequestDetail, type Uploaded } from './api-types.js'
import { archivedRequest } from './archived-requests.js'
import { acting, actorOf, staffOf } from './caller.js'
import { showConversation } from './conversations.js'
import { choicesOf, listRequests, type Viewer } from './inbox.js'
import { filterFields, givenFilters, searchWords } from './inbox-query.js'
import { unmaskRoute, type Masking } from './masking.js'
import { movePost } from './move-body.js'
import { contextOf } from './request-context.js'
import type { RequestIndex } from './request-index.js'
import { communitiesFor, communityId, notFound, opaqueId, readPath } from './scope.js'
import type { Attachment } from '../channels/channel.js'
import { keepFile } from '../channels/kept-files.js'
import type { Engine } from '../conversation/engine.js'
import { colleaguesOf } from '../conversation/first-owner.js'
import { InputError } from '../errors.js'
import { readInput } from '../http/input.js'
import { readUpload } from '../http/upload.js'
import type { Community, CommunityId, Grid } from '../knowledge/community.js'
import { levelReached, pendingExtension, pendingOffer } from '../requests/apply-move.js'
import { asStaffSee } from '../requests/discretion.js'
import { gridOf, maySee, postsOf, unitOf, type ResponsibleUnit } from '../requests/routing.js'
import { firstOwnerOf, type ServiceRequest } from '../requests/service-request.js'
import type { ServiceCatalogue } from '../requests/services.js'
import type { Citation } from '../retrieval/citation.js'
import { isConflict } from '../store/quicker.js'
import type { Store } from '../store/store.js'

const listQuery = z.object({ view: z.enum(inboxViews).default('open'), community: communityId.optional(), after: opaqueId.optional(), search: searchWords.default(''), ...filterFields })
const choiceQuery = z.object({ community: communityId.optional() })
const communityParams = z.object({ community: communityId })

export interface RequestRouteParts {
  readonly store: Store
  readonly engine: Engine
  readonly index: RequestIndex
  readonly masking: Masking
  readonly communities: () => readonly Community[]
  readonly responsibleFor: (communityId: CommunityId, serviceCode: string) => ResponsibleUnit | null
  readonly services: () => Pick<ServiceCatalogue, 'services'>
  /** What the knowledge says on a matter, the likeliest first. */
  readonly grounds: (communityId: CommunityId, words: string) => readonly Citation[]
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
  const gridsOf = (id: CommunityId): readonly Grid[] => parts.communities().find((one) => one.id === id)?.grids ?? []

  async function find(request: FastifyRequest, community: CommunityId, id: string): Promise<ServiceRequest> {
    const row = (await store.get(community, 'requests', id)) ?? (await archivedRequest(store, community, id, now()))
    // Whom it is about does not learn that there is one.
    if (!row || row.status === 'draft' || !maySee(row, viewerOf(request))) throw notFound()
    return row
  }

  async function show(request: FastifyRequest, community: CommunityId, id: string): Promise<RequestDetail> {
    const row = await find(request, community, id)
    const home = parts.communities().find((one) => one.id === community)
    const unit = parts.responsibleFor(community, row.serviceCode)
    const undoUntil = await engine.undoableUntil(community, id, staffOf(request).account.id)
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
      ...(undoUntil === null ? {} : { undoUntil }),
    })
  }

  /** Files by their ids: only what was sent for this request, by a resident or from the desk. */
  async function filesOf(community: CommunityId, row: ServiceRequest, ids: readonly string[]): Promise<readonly Attachment[]> {
    const files = await Promise.all(ids.map((id) => store.get(community, 'attachments', id)))
    return files.map((file) => {
      if (file === null || (file.conversationId !== row.conversationId && !row.attachmentIds.includes(file.id))) throw new InputError('bad-target', '有一份照片没有传上来，请再传一次')
      const { id, kind, mediaType, bytes } = file
      return { id, kind, mediaType, bytes }
    })
  }

  app.get('/api/desk/requests', { config: { access: everyRole, does: '工单列表', query: listQuery } }, async (request) => {
    const { view, community, after, search, ...filters } = readInput(listQuery, request.query)
    return listRequests(index, communitiesFor(request, parts.communities(), community), { view, after: after ?? null, search, filters: givenFilters(filters) }, viewerOf(request), gridsOf)
  })

  app.get('/api/desk/inbox-choices', { config: { access: everyRole, does: '工单可以按什么筛选', query: choiceQuery } }, async (request): Promise<InboxChoices> => {
    const { community } = readInput(choiceQuery, request.query)
    const communities = communitiesFor(request, parts.communities(), community)
    const catalogue = parts.services().services.map(({ code, name }) => ({ id: code, name }))
    return { ...(await choicesOf(index, communities, viewerOf(request))), grids: communities.flatMap((id) => gridsOf(id).map(({ name }) => name)), catalogue }
  })

  app.get('/api/desk/requests/:community/:id', { config: { access: everyRole, does: '一张工单' } }, async (request) => {
    const { community, id } = readPath(request)
    return show(request, community, id)
  })

  unmaskRoute(app, masking, '/api/desk/requests/:community/:id/unmask', '看一张工单里的完整号码', show)

  app.post('/api/desk/requests/:community/:id/moves', { config: { access: acting, does: '办理一张工单的一步', body: movePost } }, async (request, reply) => {
    const { community, id } = readPath(request)
    const { rev, move, files } = readInput(movePost, request.body)
    const row = await find(request, community, id)
    if (move.brings?.kind === 'evidence') await filesOf(community, row, move.brings.attachmentIds)
    const attachments = await filesOf(community, row, files)
    try {
      await engine.actOnRequest(community, id, rev, move, actorOf(request), { canUndo: true, attachments })
    } catch (error) {
      if (!isConflict(error)) throw error
      const conflict: RequestConflict = { code: 'conflict', message: '刚刚有人改过这张工单，请看一下新的情况再决定', newest: await show(request, community, id) }
      return reply.code(409).send(conflict)
    }
    return show(request, community, id)
  })

  app.post('/api/desk/requests/:community/:id/undo', { config: { access: acting, does: '撤销刚才的一步' } }, async (request) => {
    const { community, id } = readPath(request)
    await find(request, community, id)
    await engine.undoMove(community, id, actorOf(request))
    return show(request, community, id)
  })

  app.get('/api/desk/requests/:community/:id/context', { config: { access: everyRole, does: '一张工单的来龙去脉：居民以前的、相近的、别处说的、依据' } }, async (request): Promise<RequestContext> => {
    const { community, id } = readPath(request)
    const row = await find(request, community, id)
    const context = await contextOf({ store, index, grounds: parts.grounds, now }, community, row, viewerOf(request))
    return { ...context, talks: context.talks.map((talk) => masking.conversation(request, community, talk)) }
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
