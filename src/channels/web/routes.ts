import { createHash, randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Attachment } from '../channel.js'
import type { WebChannel } from '../web.js'
import type { ChatCommunities, ChatCommunity, ChatHistory, ChatSent, ChatSessionInfo, ChatUploaded, OwnRequests } from '../web-types.js'
import { continueByLink } from './continue.js'
import { checkFile } from './media.js'
import { messagePace } from './pace.js'
import type { ChatResident, ChatSessions } from './sessions.js'
import type { StoredAttachment } from '../../conversation/records.js'
import { InputError } from '../../errors.js'
import { sendAttachment } from '../../http/attachments.js'
import { openEventStream } from '../../http/event-stream.js'
import { readInput } from '../../http/input.js'
import { readUpload } from '../../http/upload.js'
import { closingOf, sayClosing } from '../../knowledge/closing.js'
import type { Community } from '../../knowledge/community.js'
import { findDanger } from '../../nlu/emergency.js'
import { isOpen, statusName, type ServiceRequest } from '../../requests/service-request.js'
import { identitiesOf } from '../../residents/identities.js'
import type { Store } from '../../store/store.js'
import { onOneLine, shorten } from '../../text.js'

const opaqueId = z.string().min(1).max(200)
const sessionBody = z.object({ communityId: z.string().max(40) })
const continueBody = z.object({ token: z.string().max(100) })
const historyQuery = z.object({ conversation: opaqueId, before: opaqueId.optional() })
const streamQuery = z.object({ after: opaqueId.optional() })
const idParams = z.object({ id: opaqueId })
const sendBody = z.object({
  conversationId: opaqueId,
  clientId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/),
  // The body limit (1 MiB) bounds it; what is longer than the channel takes is cut there and the cut announced.
  text: z.string(),
  attachmentIds: z.array(opaqueId).max(9, '一次最多发 9 个文件').default([]),
})

const clientParams = z.object({ clientId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/) })
const recallBody = z.object({ conversationId: opaqueId })
const editBody = z.object({ conversationId: opaqueId, changeId: z.string().regex(/^[A-Za-z0-9_-]{8,64}$/), text: z.string() })

/** Own requests shown. */
const ownShown = 100

/** Lines of a chat, the newest, among which a picture of ours is looked for. */
const linesLookedAt = 1_000

/** New browsers from one address; a whole community may sit behind one. */
const sessionLimit = { max: 60, timeWindow: '1 minute' }

/** Chatwoot's limit of uploads, for each resident. */
const uploadLimit = { max: 60, timeWindow: '1 hour', hook: 'preHandler', keyGenerator: (request: FastifyRequest) => request.resident?.id ?? request.ip } as const

/** What a page of the web chat may ask. */
export function chatRoutes(app: FastifyInstance, parts: {
  readonly web: WebChannel
  readonly sessions: ChatSessions
  readonly store: Store
  readonly communities: () => readonly Community[]
  readonly now: () => number
  readonly newId: () => string
}): void {
  const { web, sessions, store, communities, now } = parts
  const { mayNow, tookElsewhere } = messagePace(now)
  const stopHearing = web.onTakenElsewhere(tookElsewhere)
  app.addHook('onClose', async () => { stopHearing() })

  app.get('/api/chat/communities', { config: { access: 'public', does: '可选的社区' } }, async (): Promise<ChatCommunities> =>
    ({ communities: communities().map((one) => describeCommunity(one, now())) }))

  app.get('/api/chat/session', { config: { access: 'resident', does: '这个浏览器的会话' } }, async (request) => describeSession(residentOf(request), now()))

  app.post('/api/chat/session', { config: { access: 'public', rateLimit: sessionLimit, does: '选社区，开始聊天', body: sessionBody } }, async (request, reply) => {
    const { communityId } = readInput(sessionBody, request.body)
    const community = communities().find(({ id }) => id === communityId)
    if (!community) throw new InputError('not-found', '没有找到这个社区')
    return describeSession(await sessions.enter(request, reply, community), now())
  })

  app.post('/api/chat/continue', { config: { access: 'public', rateLimit: sessionLimit, does: '从一次性链接接着填', body: continueBody } }, async (request, reply) => {
    const resident = await continueByLink({ store, communities, now }, readInput(continueBody, request.body).token, (community) => sessions.enter(request, reply, community))
    if (resident === null) throw new InputError('not-found', '这个链接用过了或者过期了，请在群里再叫我一次')
    return describeSession(resident, now())
  })

  app.get('/api/chat/messages', { config: { access: 'resident', does: '一个对话里的消息', query: historyQuery } }, async (request): Promise<ChatHistory> => {
    const resident = residentOf(request)
    const { conversation, before } = readInput(historyQuery, request.query)
    if (conversation !== resident.privateId && conversation !== resident.roomId) throw new InputError('not-found', '没有找到这个对话')
    return web.history(resident, conversation, before ?? null)
  })

  app.post('/api/chat/messages', { config: { access: 'resident', does: '发一条消息', body: sendBody } }, async (request, reply) => {
    const resident = residentOf(request)
    const sent = readInput(sendBody, request.body)
    // Neither danger nor a message that comes again is ever held up.
    if (!web.hasReceived(resident, sent.clientId) && !findDanger(sent.text)) {
      const { allowed, waitMs } = mayNow(resident.id)
      if (!allowed) {
        void reply.header('retry-after', Math.ceil(waitMs / 1_000))
        throw new InputError('too-many', '您发得太快了，请稍等几秒再发')
      }
    }
    const attachments = await Promise.all(sent.attachmentIds.map((id) => ownAttachment(resident, id)))
    const { cut } = await web.receive(resident, sent, attachments.map(asAttachment))
    const answer: ChatSent = { clientId: sent.clientId, cut }
    return reply.code(202).send(answer)
  })

  app.post('/api/chat/messages/:clientId/recall', { config: { access: 'resident', does: '撤回一条消息', body: recallBody } }, async (request, reply) => {
    const { clientId } = readInput(clientParams, request.params)
    await web.recall(residentOf(request), readInput(recallBody, request.body).conversationId, clientId)
    return reply.code(202).send({ clientId })
  })

  app.post('/api/chat/messages/:clientId/edit', { config: { access: 'resident', does: '改一条消息', body: editBody } }, async (request, reply) => {
    const resident = residentOf(request)
    const { clientId } = readInput(clientParams, request.params)
    const edit = readInput(editBody, request.body)
    const { allowed, waitMs } = mayNow(resident.id)
    if (!allowed && !findDanger(edit.text)) {
      void reply.header('retry-after', Math.ceil(waitMs / 1_000))
      throw new InputError('too-many', '您改得太快了，请稍等几秒')
    }
    await web.edit(resident, clientId, edit)
    return reply.code(202).send({ clientId })
  })

  app.get('/api/chat/requests', { config: { access: 'resident', does: '居民自己的工单' } }, async (request): Promise<OwnRequests> => {
    const own = await requestsOf(residentOf(request))
    return {
      requests: own.filter(({ status }) => status !== 'draft').sort((one, other) => other.filedAt - one.filedAt).slice(0, ownShown)
        .map((each) => ({
          number: each.number, kind: each.serviceName, status: statusName(each.status), isOpen: isOpen(each), filedAt: each.filedAt, updatedAt: each.updatedAt,
          words: shorten(onOneLine(each.description), wordsShown), end: endOf(each),
        })),
    }
  })

  /** What this resident filed here, by whatever channel they are known to have used. */
  async function requestsOf({ id, community }: ChatResident): Promise<readonly ServiceRequest[]> {
    const ids = await identitiesOf(store, community.id, id)
    return (await Promise.all(ids.map((one) => store.find(community.id, 'requests', { by: 'residentId', equals: one, order: 'desc', limit: ownShown })))).flat()
  }

  app.get('/api/chat/stream', { config: { access: 'resident', does: '新消息（服务器推送）', query: streamQuery } }, async (request, reply) => {
    const { after } = readInput(streamQuery, request.query)
    const last = request.headers['last-event-id']
    await web.listen(residentOf(request), openEventStream(reply), (typeof last === 'string' && last !== '' ? last : after) ?? null)
    return reply
  })

  app.post('/api/chat/attachments', { config: { access: 'resident', rateLimit: uploadLimit, does: '传一张照片或一段语音' } }, async (request, reply) => {
    const resident = residentOf(request)
    const { kind, mediaType, bytes } = checkFile(await readUpload(request))
    const row: StoredAttachment = {
      id: `att-${randomUUID()}`, rev: 0, residentId: resident.id, conversationId: resident.privateId, kind, mediaType,
      bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex'), at: now(),
    }
    await store.saveBlob(resident.community.id, row.id, bytes)
    await store.commit(resident.community.id, [{ op: 'put', table: 'attachments', row }])
    const answer: ChatUploaded = asAttachment(row)
    return reply.code(201).send(answer)
  })

  app.get('/api/chat/attachments/:id', { config: { access: 'resident', does: '一个附件' } }, async (request, reply) => {
    const resident = residentOf(request)
    const { id } = readInput(idParams, request.params)
    return sendAttachment(reply, await shownAttachment(resident, id), await store.loadBlob(resident.community.id, id))
  })

  /** One's own; what shows how a matter of one's own ended; what we sent this resident, in their own chat or in the room they are in. */
  async function shownAttachment(resident: ChatResident, id: string): Promise<StoredAttachment> {
    const row = await store.get(resident.community.id, 'attachments', id)
    if (row === null) throw new InputError('not-found', '没有找到这个文件')
    if (row.residentId === resident.id || (await requestsOf(resident)).some((one) => endOf(one)?.photos.includes(id) === true)) return row
    for (const conversationId of [resident.privateId, resident.roomId]) {
      // On its way: it has its line once it has arrived, and leaves the outbox with that.
      const waiting = await store.find(resident.community.id, 'outbox', { by: 'conversationId', equals: conversationId })
      if (waiting.some(({ reply }) => reply.attachments?.some((one) => one.id === id) === true)) return row
      const lines = await store.find(resident.community.id, 'messages', { by: 'conversationId', equals: conversationId, order: 'desc', limit: linesLookedAt })
      if (lines.some(({ from, attachments }) => from !== 'resident' && attachments.some((one) => one.id === id))) return row
    }
    throw new InputError('not-found', '没有找到这个文件')
  }

  async function ownAttachment(resident: ChatResident, id: string): Promise<StoredAttachment> {
    const row = await store.get(resident.community.id, 'attachments', id)
    if (!row || row.residentId !== resident.id) throw new InputError('not-found', '没有找到这个文件')
    return row
  }
}

/** Characters of one's own words in the list of one's requests. */
const wordsShown = 40

/** How it ended, in the words and with the pictures of who did it; `null` while it is open, and where nothing was said. */
function endOf(request: ServiceRequest): OwnRequests['requests'][number]['end'] {
  if (isOpen(request)) return null
  const { note, brought } = request.history.findLast(({ move }) => move === 'close' || move === 'approve') ?? { note: null }
  const photos = brought?.kind === 'evidence' ? brought.attachmentIds : []
  return note === null && photos.length === 0 ? null : { words: note ?? '', photos }
}

function residentOf(request: FastifyRequest): ChatResident {
  if (!request.resident) throw new InputError('unauthenticated', '请先选择您的社区')
  return request.resident
}

function asAttachment({ id, kind, mediaType, bytes }: StoredAttachment): Attachment {
  return { id, kind, mediaType, bytes }
}

function describeCommunity({ id, name, chain, closed }: Community, now: number): ChatCommunity {
  const above = chain.filter(({ level }) => level !== 'community')
  const closing = closingOf({ closed }, now)
  return { id, name, place: above.map((link) => link.name).reverse().join(' · '), ...(closing === null ? {} : { closed: sayClosing(closing) }) }
}

function describeSession({ id, community, privateId, roomId }: ChatResident, now: number): ChatSessionInfo {
  return {
    community: describeCommunity(community, now),
    residentId: id,
    conversations: [
      { id: privateId, chat: 'private', title: '和小助手说' },
      { id: roomId, chat: 'group', title: `${community.name}小区群` },
    ],
  }
}

