import type { FastifyInstance, FastifyRequest } from 'fastify'
import { copyOwnData } from '../../conversation/own-copy.js'
import { InputError } from '../../errors.js'
import type { Store } from '../../store/store.js'

/** Copies for each resident; each reads everything of theirs. */
const copyLimit = { max: 10, timeWindow: '1 hour', hook: 'preHandler', keyGenerator: (request: FastifyRequest) => request.resident?.id ?? request.ip } as const

/** A resident's own data as a file to keep (Personal Information Protection Law, article 45), of this browser's own session. */
export function ownDataRoutes(app: FastifyInstance, { store, now }: { readonly store: Store; readonly now: () => number }): void {
  app.get('/api/chat/my-data.json', { config: { access: 'resident', rateLimit: copyLimit, does: '居民自己的数据，一份副本' } }, async (request, reply) => {
    const { resident } = request
    if (!resident) throw new InputError('unauthenticated', '请先选择您的社区')
    const copy = await copyOwnData(store, resident.community, resident.id, now())
    return reply
      .type('application/json; charset=utf-8')
      .header('content-disposition', 'attachment; filename="my-data.json"')
      .header('cache-control', 'private, no-store')
      .send(JSON.stringify(copy, null, 2))
  })
}
