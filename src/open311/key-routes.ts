import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { keyRights, type ApiKey } from './api-key.js'
import { staffOf } from '../desk/caller.js'
import { idParams, mayHandle, notFound, wideScope } from '../desk/scope.js'
import { InputError } from '../errors.js'
import type { ApiKeyMade, ApiKeyShown } from '../exchange/exchange-types.js'
import { readInput } from '../http/input.js'
import { hashToken, newToken } from '../http/tokens.js'
import { PLATFORM } from '../knowledge/community.js'
import type { Store } from '../store/store.js'

const keyBody = z.object({
  name: z.string().trim().min(2, '请写明给谁用').max(40, '名字最多 40 个字'),
  scope: wideScope,
  rights: z.array(z.enum(keyRights)).min(1, '请至少选一项权限'),
  /** Reports in a minute. */
  perMinute: z.int().min(1).max(600).default(60),
})

/** Keys of other systems; an admin handles those of the own communities. */
export function keyRoutes(app: FastifyInstance, parts: { readonly store: Store; readonly now: () => number }): void {
  const { store, now } = parts

  async function list(request: FastifyRequest): Promise<readonly ApiKeyShown[]> {
    const rows = await store.find(PLATFORM, 'apiKeys', { limit: 1_000 })
    return rows.filter(({ scope }) => mayHandle(staffOf(request).account, scope)).sort((one, other) => other.createdAt - one.createdAt)
      .map(({ id, name, scope, rights, perMinute, tail, createdAt, createdBy, lastUsedAt, revokedAt }) => ({ id, name, scope, rights, perMinute, tail, createdAt, createdBy, lastUsedAt, revokedAt }))
  }

  app.get('/api/desk/api-keys', { config: { access: ['admin'], does: '接口钥匙' } }, (request) => list(request))

  app.post('/api/desk/api-keys', { config: { access: ['admin'], does: '发一把接口钥匙', body: keyBody } }, async (request, reply) => {
    const { name, scope, rights, perMinute } = readInput(keyBody, request.body)
    const { account } = staffOf(request)
    if (!mayHandle(account, scope)) throw new InputError('forbidden', '只能给自己管的社区发钥匙')
    const key = newToken()
    const row: ApiKey = { id: hashToken(key), rev: 0, name, scope, rights, perMinute, tail: key.slice(-4), createdAt: now(), createdBy: account.name, lastUsedAt: null, revokedAt: null }
    await store.commit(PLATFORM, [{ op: 'put', table: 'apiKeys', row }])
    const made: ApiKeyMade = { key, keys: await list(request) }
    return reply.code(201).send(made)
  })

  app.post('/api/desk/api-keys/:id/revoke', { config: { access: ['admin'], does: '停用一把接口钥匙' } }, async (request) => {
    const row = await store.get(PLATFORM, 'apiKeys', readInput(idParams, request.params).id)
    if (row === null || !mayHandle(staffOf(request).account, row.scope)) throw notFound()
    if (row.revokedAt === null) await store.commit(PLATFORM, [{ op: 'put', table: 'apiKeys', row: { ...row, revokedAt: now() } }])
    return list(request)
  })
}
