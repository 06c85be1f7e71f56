import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import type { ConversationDetail } from './api-types.js'
import { acting, actorOf, staffOf } from './caller.js'
import { listConversations, showConversation } from './conversations.js'
import { unmaskRoute, type Masking } from './masking.js'
import { maxTextLength } from './move-body.js'
import type { LiveUpdates } from './live.js'
import { viewerOf } from './request-routes.js'
import { communitiesFor, communityId, notFound, readPath } from './scope.js'
import { mayHear } from '../conversation/confidence.js'
import type { Engine } from '../conversation/engine.js'
import { sendAttachment } from '../http/attachments.js'
import { openEventStream } from '../http/event-stream.js'
import { readInput } from '../http/input.js'
import type { Community, CommunityId } from '../knowledge/community.js'
import type { Store } from '../store/store.js'

const conversationQuery = z.object({ community: communityId.optional() })
const staffText = z.string().trim().min(1, '请写点什么再发送').max(maxTextLength, `最多 ${maxTextLength} 个字`)
const sayBody = z.object({ text: staffText })

/** Conversations at the desk. A path with `:community` is refused outside the caller's scope before it gets here. */
export function workRoutes(app: FastifyInstance, parts: {
  readonly store: Store
  readonly engine: Engine
  readonly live: LiveUpdates
  readonly masking: Masking
  readonly communities: () => readonly Community[]
}): void {
  const { store, engine, live, masking } = parts

  async function showTalk(request: FastifyRequest, community: CommunityId, id: string): Promise<ConversationDetail> {
    const shown = await showConversation(store, community, id, viewerOf(request))
    if (!shown) throw notFound()
    return masking.conversation(request, community, shown)
  }

  app.get('/api/desk/conversations', { config: { access: everyRole, does: '对话列表', query: conversationQuery } }, async (request) => {
    const { community } = readInput(conversationQuery, request.query)
    return listConversations(store, communitiesFor(request, parts.communities(), community), viewerOf(request))
  })

  app.get('/api/desk/conversations/:community/:id', { config: { access: everyRole, does: '一段对话' } }, async (request) => {
    const { community, id } = readPath(request)
    return showTalk(request, community, id)
  })

  unmaskRoute(app, masking, '/api/desk/conversations/:community/:id/unmask', '看一段对话里的完整号码', showTalk)

  app.post('/api/desk/conversations/:community/:id/take', { config: { access: acting, does: '接手一段对话' } }, async (request) => {
    const { community, id } = readPath(request)
    await showTalk(request, community, id)
    await engine.takeConversation(community, id, actorOf(request))
    return showTalk(request, community, id)
  })

  app.post('/api/desk/conversations/:community/:id/say', { config: { access: acting, does: '在对话里回居民', body: sayBody } }, async (request) => {
    const { community, id } = readPath(request)
    const { text } = readInput(sayBody, request.body)
    await showTalk(request, community, id)
    await engine.say(community, id, text, actorOf(request))
    return showTalk(request, community, id)
  })

  app.post('/api/desk/conversations/:community/:id/release', { config: { access: acting, does: '把对话交还给一窗' } }, async (request) => {
    const { community, id } = readPath(request)
    await showTalk(request, community, id)
    await engine.releaseConversation(community, id, actorOf(request))
    return showTalk(request, community, id)
  })

  app.get('/api/desk/attachments/:community/:id', { config: { access: everyRole, does: '居民的一个附件' } }, async (request, reply) => {
    const { community, id } = readPath(request)
    const row = await store.get(community, 'attachments', id)
    const talk = row === null ? null : await store.get(community, 'conversations', row.conversationId)
    if (!row || (talk !== null && !mayHear(talk, row.at, viewerOf(request)))) throw notFound()
    await masking.seeFile(request, community, row)
    return sendAttachment(reply, row, await store.loadBlob(community, id))
  })

  app.get('/api/desk/stream', { config: { access: everyRole, does: '有变化的工单、对话和呼叫（服务器推送）' } }, async (request, reply) => {
    live.add(staffOf(request).sessionId, openEventStream(reply))
    return reply
  })
}
