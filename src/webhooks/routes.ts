import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { faultOfUrl, type AddressGuard } from './address-guard.js'
import type { WebhookSender } from './sender.js'
import { graceMs, newSecret } from './signature.js'
import { eventTypes, type Webhook, type WebhookDelivery } from './webhook.js'
import { staffOf } from '../desk/caller.js'
import { communityId, idParams, mayHandle, notFound, opaqueId, wideScope } from '../desk/scope.js'
import { canSee } from '../desk/sign-in.js'
import { InputError } from '../errors.js'
import type { DeliveryShown, WebhookMade, WebhookShown } from '../exchange/exchange-types.js'
import { readInput } from '../http/input.js'
import { PLATFORM, type Community, type CommunityId } from '../knowledge/community.js'
import type { Store } from '../store/store.js'

const hookBody = z.object({
  name: z.string().trim().min(2, '请写明推给谁').max(40, '名字最多 40 个字'),
  url: z.string().trim(),
  scope: wideScope,
  events: z.array(z.enum(eventTypes)).min(1, '请至少选一种事件'),
  withWords: z.boolean().default(false),
})
const stateBody = z.object({ on: z.boolean() })
const resendBody = z.object({ communityId, deliveryId: opaqueId })

/** Webhooks of one installation; more would be a mistake. */
const mostHooks = 50

/** Lines of a log that are shown. */
const shownLines = 100

/** A test is not sent by the clock as well, ms. */
const testHeldMs = 600_000

export interface WebhookRouteParts {
  readonly store: Store
  readonly sender: Pick<WebhookSender, 'sendNow'>
  readonly guard: AddressGuard
  readonly communities: () => readonly Community[]
  readonly now: () => number
  readonly newId: () => string
}

/** Systems that are told of requests as they move, with the log of what they were told. */
export function webhookRoutes(app: FastifyInstance, parts: WebhookRouteParts): void {
  const { store, sender, guard, now, newId } = parts

  async function list(request: FastifyRequest): Promise<readonly WebhookShown[]> {
    const rows = await store.find(PLATFORM, 'webhooks', { limit: 1_000 })
    return rows.filter(({ scope }) => mayHandle(staffOf(request).account, scope))
      .map(({ id, name, url, scope, events, withWords, off, failingSince, createdAt, createdBy, previous }) => ({ id, name, url, scope, events, withWords, off, failingSince, createdAt, createdBy, previousUntil: previous != null && now() < previous.until ? previous.until : null }))
  }

  async function find(request: FastifyRequest): Promise<Webhook> {
    const row = await store.get(PLATFORM, 'webhooks', readInput(idParams, request.params).id)
    if (row === null || !mayHandle(staffOf(request).account, row.scope)) throw notFound()
    return row
  }

  async function logOf(request: FastifyRequest, hook: Webhook): Promise<readonly DeliveryShown[]> {
    const { account } = staffOf(request)
    const places = [PLATFORM, ...parts.communities().map(({ id }) => id).filter((id) => canSee(account, id))]
    const found = await Promise.all(places.map(async (id) => (await store.find(id, 'webhookDeliveries', { by: 'webhookId', equals: hook.id, order: 'desc', limit: shownLines })).map((row) => shown(id, row))))
    return found.flat().sort((one, other) => other.createdAt - one.createdAt).slice(0, shownLines)
  }

  app.get('/api/desk/webhooks', { config: { access: ['admin'], does: '推送到哪些系统' } }, (request) => list(request))

  /** What somebody wishes, where they may wish it. */
  function wished(request: FastifyRequest): z.infer<typeof hookBody> {
    const given = readInput(hookBody, request.body)
    if (!mayHandle(staffOf(request).account, given.scope)) throw new InputError('forbidden', '只能推送自己管的社区')
    const fault = faultOfUrl(given.url, guard)
    if (fault !== null) throw new InputError('bad-input', fault)
    return given
  }

  app.post('/api/desk/webhooks', { config: { access: ['admin'], does: '加一个推送', body: hookBody } }, async (request, reply) => {
    const { name, url, scope, events, withWords } = wished(request)
    if ((await store.find(PLATFORM, 'webhooks', { limit: mostHooks })).length >= mostHooks) throw new InputError('conflict', `推送最多 ${mostHooks} 个，请先删掉不用的`)
    const secret = newSecret()
    const row: Webhook = { id: newId(), rev: 0, name, url, scope, events, withWords, secret, off: null, failingSince: null, createdAt: now(), createdBy: staffOf(request).account.name }
    await store.commit(PLATFORM, [{ op: 'put', table: 'webhooks', row }])
    const made: WebhookMade = { secret, webhooks: await list(request) }
    return reply.code(201).send(made)
  })

  app.post('/api/desk/webhooks/:id', { config: { access: ['admin'], does: '改一个推送', body: hookBody } }, async (request) => {
    const row = await find(request)
    const { name, url, scope, events, withWords } = wished(request)
    await store.commit(PLATFORM, [{ op: 'put', table: 'webhooks', row: { ...row, name, url, scope, events, withWords, ...(url === row.url ? {} : { failingSince: null }) } }])
    return list(request)
  })

  app.post('/api/desk/webhooks/:id/secret', { config: { access: ['admin'], does: '给一个推送换密钥' } }, async (request, reply) => {
    const row = await find(request)
    const secret = newSecret()
    await store.commit(PLATFORM, [{ op: 'put', table: 'webhooks', row: { ...row, secret, previous: { secret: row.secret, until: now() + graceMs } } }])
    const made: WebhookMade = { secret, webhooks: await list(request) }
    return reply.code(201).send(made)
  })

  app.post('/api/desk/webhooks/:id/state', { config: { access: ['admin'], does: '停用或重新启用一个推送', body: stateBody } }, async (request) => {
    const row = await find(request)
    const { on } = readInput(stateBody, request.body)
    await store.commit(PLATFORM, [{ op: 'put', table: 'webhooks', row: { ...row, off: on ? null : (row.off ?? { by: 'staff', at: now() }), failingSince: null } }])
    return list(request)
  })

  app.post('/api/desk/webhooks/:id/remove', { config: { access: ['admin'], does: '删掉一个推送' } }, async (request) => {
    const row = await find(request)
    await store.commit(PLATFORM, [{ op: 'remove', table: 'webhooks', id: row.id, rev: row.rev }])
    return list(request)
  })

  app.post('/api/desk/webhooks/:id/test', { config: { access: ['admin'], does: '发一条试推送' } }, async (request) => {
    const hook = await find(request)
    const id = newId()
    const row: WebhookDelivery = {
      id, rev: 0, webhookId: hook.id, key: `${hook.id}|test-${id}`, eventId: `test-${id}`, type: 'test', number: null, body: JSON.stringify({ type: 'test', timestamp: new Date(now()).toISOString(), data: {} }),
      state: 'due', attempts: 0, dueAt: now() + testHeldMs, tries: [], createdAt: now(), endedAt: null,
    }
    await store.commit(PLATFORM, [{ op: 'put', table: 'webhookDeliveries', row }])
    return sentNow(PLATFORM, { ...row, rev: 1 })
  })

  app.get('/api/desk/webhooks/:id/log', { config: { access: ['admin'], does: '一个推送最近送了什么' } }, async (request) => logOf(request, await find(request)))

  app.post('/api/desk/webhooks/:id/resend', { config: { access: ['admin'], does: '把一条推送再送一次', body: resendBody } }, async (request) => {
    const hook = await find(request)
    const { communityId: place, deliveryId } = readInput(resendBody, request.body)
    if (place !== PLATFORM && !canSee(staffOf(request).account, place)) throw notFound()
    const row = await store.get(place, 'webhookDeliveries', deliveryId)
    if (row === null || row.webhookId !== hook.id) throw notFound()
    if (hook.off !== null) throw new InputError('conflict', '这个推送已停用，请先启用')
    return sentNow(place, row)
  })

  async function sentNow(place: CommunityId, row: WebhookDelivery): Promise<DeliveryShown> {
    const sent = await sender.sendNow(place, row)
    if (sent === null) throw new InputError('conflict', '正在推送，请稍后看结果')
    return shown(place, sent)
  }
}

function shown(place: CommunityId, { id, type, number, state, attempts, dueAt, tries, createdAt, endedAt }: WebhookDelivery): DeliveryShown {
  return { communityId: place, id, type, number, state, attempts, dueAt, tries, createdAt, endedAt }
}
