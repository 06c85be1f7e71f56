import type { FastifyInstance } from 'fastify'
import type { LinkCodeShown } from './api-types.js'
import { acting, actorOf } from './caller.js'
import { notFound, readPath } from './scope.js'
import { InputError, StoreError } from '../errors.js'
import { hashLinkCode, issueWrites, linkCodeHoldsMs, sixDigits } from '../residents/codes.js'
import type { Store } from '../store/store.js'

/** Digits taken by somebody else just now, or a row that moved, are tried again at most so often. */
const mostTries = 20

/** A code by which the resident of a private chat becomes one person with who types it elsewhere; staff hand it over by voice. */
export function linkCodeRoutes(app: FastifyInstance, parts: { readonly store: Store; readonly now: () => number }): void {
  const { store, now } = parts

  app.post('/api/desk/conversations/:community/:id/link-code', { config: { access: acting, does: '给居民一个关联码' } }, async (request, reply) => {
    const { community, id } = readPath(request)
    const conversation = await store.get(community, 'conversations', id)
    if (conversation === null) throw notFound()
    const { residentId } = conversation
    if (conversation.chat !== 'private' || residentId === null) throw new InputError('bad-input', '群里没有哪一位居民可以绑定，请到居民的私聊里发码')
    for (let attempt = 1; ; attempt += 1) {
      const code = sixDigits()
      const hash = hashLinkCode(community, code)
      const [before, known] = await Promise.all([store.find(community, 'linkCodes', { by: 'residentId', equals: residentId }), store.get(community, 'linkCodes', hash)])
      const writes = issueWrites({ id: hash, residentId, conversationId: id, staffId: actorOf(request).id }, before, known, now())
      if (writes === null && attempt < mostTries) continue
      try {
        await store.commit(community, writes ?? [])
        const shown: LinkCodeShown = { code, minutes: linkCodeHoldsMs / 60_000 }
        return await reply.code(201).send(shown)
      } catch (error) {
        if (!(error instanceof StoreError) || error.code !== 'conflict' || attempt >= mostTries) throw error
      }
    }
  })
}
