import type { FastifyInstance } from 'fastify'
import type { LinkCodeShown } from './api-types.js'
import { acting, actorOf } from './caller.js'
import { notFound, readPath } from './scope.js'
import { InputError, StoreError } from '../errors.js'
import { hashLinkCode, issueWrites, linkCodeHoldsMs, sixDigits } from '../residents/codes.js'
import { decideAgain } from '../store/quicker.js'
import type { Store } from '../store/store.js'


/** A code by which the resident of a private chat becomes one person with who types it elsewhere; staff hand it over by voice. */
export function linkCodeRoutes(app: FastifyInstance, parts: { readonly store: Store; readonly now: () => number }): void {
  const { store, now } = parts

  app.post('/api/desk/conversations/:community/:id/link-code', { config: { access: acting, does: '给居民一个关联码' } }, async (request, reply) => {
    const { community, id } = readPath(request)
    const conversation = await store.get(community, 'conversations', id)
    if (conversation === null) throw notFound()
    const { residentId } = conversation
    if (conversation.chat !== 'private' || residentId === null) throw new InputError('bad-input', '群里没有哪一位居民可以绑定，请到居民的私聊里发码')
    const code = await decideAgain(async () => {
      const code = sixDigits()
      const hash = hashLinkCode(community, code)
      const [before, known] = await Promise.all([store.find(community, 'linkCodes', { by: 'residentId', equals: residentId }), store.get(community, 'linkCodes', hash)])
      const writes = issueWrites({ id: hash, residentId, conversationId: id, staffId: actorOf(request).id }, before, known, now())
      if (writes === null) throw new StoreError('conflict', 'link code: this one is in use')
      await store.commit(community, writes)
      return code
    })
    const shown: LinkCodeShown = { code, minutes: linkCodeHoldsMs / 60_000 }
    return reply.code(201).send(shown)
  })
}
