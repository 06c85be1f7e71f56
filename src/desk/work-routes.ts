import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import { inboxViews, type ConversationDetail, type RequestConflict, type RequestDetail } from './api-types.js'
import { actorOf, staffOf } from './caller.js'
import { listConversations, showConversation } from './conversations.js'
import { listRequests } from './inbox.js'
import { maxTextLength, movePost } from './move-body.js'
import type { LiveUpdates } from './live.js'
import { canSee } from './sign-in.js'
import type { Engine } from '../conversation/engine.js'
import { InputError, StoreError } from '../errors.js'
import { sendAttachment } from '../http/attachments.js'
import { openEventStream } from '../http/event-stream.js'
import { readInput } from '../http/input.js'
import { isCommunityId, type Community, type CommunityId } from '../knowledge/community.js'
import type { Store } from '../store/store.js'

/** Who may change things; auditors only read. */
const acting = ['staff', 'lead', 'admin'] as const

const opaqueId = z.string().min(1).max(200)
const communityId = z.string().refine(isCommunityId)
const listQuery = z.object({ view: z.enum(inboxViews).default('open'), community: communityId.optional(), after: opaqueId.optional() })
const conversationQuery = z.object({ community: communityId.optional() })
const rowParams = z.object({ community: communityId, id: opaqueId })
const staffText = z.string().trim().min(1, '请写点什么再发送').max(maxTextLength, `最多 ${maxTextLength} 个字`)
const sayBody = z.object({ text: staffText })

/** Requests and conversations at the desk. A path with `:community` is refused outside the caller's scope before it gets here. */
export function workRoutes(app: FastifyInstance, parts: {
  readonly store: Store
  readonly engine: Engine
  readonly live: LiveUpdates
  readonly communities: () => readonly Community[]
}): void {
  const { store, engine, live } = parts

  function communitiesFor(request: FastifyRequest, only: CommunityId | undefined): readonly CommunityId[] {
    const { account } = staffOf(request)
    const visible = parts.communities().map(({ id }) => id).filter((id) => canSee(account, id))
    if (only === undefined) return visible
    if (!visible.includes(only)) throw notFound()
    return [only]
  }

  async function showRequest(request: FastifyRequest, community: CommunityId, id: string): Promise<RequestDetail> {
    const row = await store.get(community, 'requests', id)
    if (!row || row.status === 'draft') throw notFound()
    const mayAct = staffOf(request).account.role !== 'auditor'
    return {
      request: row,
      conversation: await showConversation(store, community, row.conversationId, row.id),
      moves: mayAct ? engine.movesFor(row, actorOf(request)) : [],
    }
  }

  async function showTalk(community: CommunityId, id: string): Promise<ConversationDetail> {
    const shown = await showConversation(store, community, id)
    if (!shown) throw notFound()
    return shown
  }

  app.get('/api/desk/requests', { config: { access: everyRole } }, async (request) => {
    const { view, community, after } = readInput(listQuery, request.query)
    return listRequests(store, communitiesFor(request, community), view, staffOf(request).account.id, after ?? null)
  })

  app.get('/api/desk/requests/:community/:id', { config: { access: everyRole } }, async (request) => {
    const { community, id } = readPath(request)
    return showRequest(request, community, id)
  })

  app.post('/api/desk/requests/:community/:id/moves', { config: { access: acting } }, async (request, reply) => {
    const { community, id } = readPath(request)
    const { rev, move } = readInput(movePost, request.body)
    await showRequest(request, community, id)
    try {
      await engine.actOnRequest(community, id, rev, move, actorOf(request))
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'conflict') throw error
      const conflict: RequestConflict = { code: 'conflict', message: '刚刚有人改过这张工单，请看一下新的情况再决定', newest: await showRequest(request, community, id) }
      return reply.code(409).send(conflict)
    }
    return showRequest(request, community, id)
  })

  app.get('/api/desk/conversations', { config: { access: everyRole } }, async (request) => {
    const { community } = readInput(conversationQuery, request.query)
    return listConversations(store, communitiesFor(request, community))
  })

  app.get('/api/desk/conversations/:community/:id', { config: { access: everyRole } }, async (request) => {
    const { community, id } = readPath(request)
    return showTalk(community, id)
  })

  app.post('/api/desk/conversations/:community/:id/take', { config: { access: acting } }, async (request) => {
    const { community, id } = readPath(request)
    await showTalk(community, id)
    await engine.takeConversation(community, id, actorOf(request))
    return showTalk(community, id)
  })

  app.post('/api/desk/conversations/:community/:id/say', { config: { access: acting } }, async (request) => {
    const { community, id } = readPath(request)
    const { text } = readInput(sayBody, request.body)
    await showTalk(community, id)
    await engine.say(community, id, text, actorOf(request))
    return showTalk(community, id)
  })

  app.post('/api/desk/conversations/:community/:id/release', { config: { access: acting } }, async (request) => {
    const { community, id } = readPath(request)
    await showTalk(community, id)
    await engine.releaseConversation(community, id, actorOf(request))
    return showTalk(community, id)
  })

  app.get('/api/desk/attachments/:community/:id', { config: { access: everyRole } }, async (request, reply) => {
    const { community, id } = readPath(request)
    const row = await store.get(community, 'attachments', id)
    if (!row) throw notFound()
    return sendAttachment(reply, row, await store.loadBlob(community, id))
  })

  app.get('/api/desk/stream', { config: { access: everyRole } }, async (request, reply) => {
    live.add(staffOf(request).sessionId, openEventStream(reply))
    return reply
  })
}

function readPath(request: FastifyRequest): { readonly community: CommunityId; readonly id: string } {
  const parsed = rowParams.safeParse(request.params)
  if (!parsed.success) throw notFound()
  return parsed.data
}

function notFound(): InputError {
  return new InputError('not-found', '没有找到')
}
