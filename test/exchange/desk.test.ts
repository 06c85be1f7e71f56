import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ApiKeyMade, ApiKeyShown, WebhookMade, WebhookShown } from '../../src/exchange/exchange-types.js'
import { hashToken } from '../../src/http/tokens.js'
import { PLATFORM } from '../../src/knowledge/community.js'
import { aRequest, huzhou, puyang, runningServer, type RunningServer } from '../desk/running-server.js'

let server: RunningServer
beforeAll(async () => { server = await runningServer() })
afterAll(() => server.close())

const hook = { name: '区平台', url: 'https://hooks.example.org/in', scope: [huzhou], events: ['request.filed'] }
const key = { name: '掌上城管', scope: [huzhou], rights: ['file'] }

describe('keys of other systems', () => {
  it('are kept as a hash, shown once and never again, and written down', async () => {
    const admin = await server.staff('admin')
    const made = (await admin.call('POST', '/api/desk/api-keys', key)).json<ApiKeyMade>()
    expect(made.key).toMatch(/^[\w-]{43}$/)
    expect(await server.store.get(PLATFORM, 'apiKeys', hashToken(made.key))).toMatchObject({ name: '掌上城管', revokedAt: null })
    expect((await admin.call('GET', '/api/desk/api-keys')).body).not.toContain(made.key)
    expect(JSON.stringify(await server.store.find(PLATFORM, 'audit', {}))).not.toContain(made.key)
    expect((await server.store.find(PLATFORM, 'audit', {})).map(({ words }) => words)).toContain('发一把接口钥匙')
    const after = (await admin.call('POST', `/api/desk/api-keys/${made.keys[0]!.id}/revoke`)).json<readonly ApiKeyShown[]>()
    expect(after[0]?.revokedAt).toBe(server.clock.now)
  })

  it('are handled by whoever looks after all that they reach', async () => {
    const [mine, all] = [await server.staff('admin'), await server.staff('admin', 'all')]
    expect((await mine.call('POST', '/api/desk/api-keys', { ...key, scope: 'all' })).statusCode).toBe(403)
    expect((await mine.call('POST', '/api/desk/api-keys', { ...key, scope: [puyang] })).statusCode).toBe(403)
    const { keys } = (await all.call('POST', '/api/desk/api-keys', { ...key, name: '全市的', scope: 'all' })).json<ApiKeyMade>()
    const id = keys.find(({ name }) => name === '全市的')!.id
    expect((await mine.call('GET', '/api/desk/api-keys')).json<readonly ApiKeyShown[]>().map(({ name }) => name)).not.toContain('全市的')
    expect((await mine.call('POST', `/api/desk/api-keys/${id}/revoke`)).statusCode).toBe(404)
  })

  it('need a name, a right and a community', async () => {
    const admin = await server.staff('admin')
    for (const wrong of [{ name: '' }, { rights: [] }, { scope: [] }, { rights: ['everything'] }, { perMinute: 0 }]) expect((await admin.call('POST', '/api/desk/api-keys', { ...key, ...wrong })).statusCode).toBe(400)
  })
})

describe('webhooks', () => {
  it('have a secret that is shown once, and an address on the open net', async () => {
    const admin = await server.staff('admin')
    for (const url of ['http://hooks.example.org/', 'https://10.0.0.8/', 'https://localhost/', 'nothing']) {
      const refused = await admin.call('POST', '/api/desk/webhooks', { ...hook, url })
      expect([url, refused.statusCode, /\p{Script=Han}/u.test(refused.json<{ message: string }>().message)]).toEqual([url, 400, true])
    }
    const made = (await admin.call('POST', '/api/desk/webhooks', hook)).json<WebhookMade>()
    expect(made.secret).toMatch(/^whsec_/)
    expect((await admin.call('GET', '/api/desk/webhooks')).body).not.toContain(made.secret)
    const { id } = made.webhooks[0]!
    expect((await admin.call('POST', `/api/desk/webhooks/${id}/state`, { on: false })).json<readonly WebhookShown[]>()[0]?.off?.by).toBe('staff')
    expect((await admin.call('POST', `/api/desk/webhooks/${id}/state`, { on: true })).json<readonly WebhookShown[]>()[0]?.off).toBeNull()
    expect((await admin.call('POST', `/api/desk/webhooks/${id}/remove`)).json<readonly WebhookShown[]>()).toEqual([])
  })

  it('of other communities, and their log, do not exist for an admin of some', async () => {
    const [mine, all] = [await server.staff('admin'), await server.staff('admin', 'all')]
    const { webhooks } = (await all.call('POST', '/api/desk/webhooks', { ...hook, scope: [puyang] })).json<WebhookMade>()
    const { id } = webhooks[0]!
    for (const [method, path] of [['GET', 'log'], ['POST', 'test'], ['POST', 'remove'], ['POST', 'resend']] as const) expect((await mine.call(method, `/api/desk/webhooks/${id}/${path}`, method === 'POST' ? { communityId: puyang, deliveryId: 'x' } : undefined)).statusCode).toBe(404)
  })
})

describe('an export', () => {
  it('comes in three formats and by days, each with who took it out, and stands in the log', async () => {
    const admin = await server.staff('admin')
    const at = Date.parse('2026-11-20T08:00:00+08:00')
    await server.store.commit(huzhou, [{ op: 'put', table: 'requests', row: aRequest('e1', { filedAt: at, updatedAt: at, description: '电话13800000041，灯坏了' }) }])
    const take = (more: object) => admin.call('POST', `/api/desk/exports/${huzhou}`, { reason: '月度分析', ...more })
    const lines = (await take({ format: 'jsonl' })).body.trim().split('\n').map((line) => JSON.parse(line) as Record<string, string>)
    expect([lines[0]?.['watermark'], lines.at(-1)?.['watermark'], lines[1]?.['number']]).toEqual([expect.stringContaining('月度分析'), expect.stringContaining('李师傅'), 'HZ-2611-e1'])
    expect(JSON.stringify(lines)).not.toContain('13800000041')
    expect((await take({ format: 'xlsx' })).rawPayload.subarray(0, 2).toString()).toBe('PK')
    expect((await take({ encoding: 'gbk' })).headers['content-type']).toBe('text/csv; charset=gbk')
    expect((await take({ format: 'jsonl', until: '2026-11-19' })).body.trim().split('\n')).toHaveLength(2)
    expect((await take({ from: '2026-02-30' })).statusCode).toBe(400)
    expect((await server.store.find(PLATFORM, 'audit', {})).filter(({ act }) => act === 'export')).toHaveLength(4)
  })
})
