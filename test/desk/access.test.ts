import fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { guardAccess, type AccessRow } from '../../src/http/access.js'
import type { Write } from '../../src/store/store.js'
import { oneOfEach } from '../store/rows.js'
import { aClientId, aRequest, huzhou, puyang, runningServer, type Browser, type RunningServer } from './running-server.js'

let server: RunningServer
let routes: readonly AccessRow[]

beforeAll(async () => {
  server = await runningServer()
  routes = server.app.accessTable
  await server.store.commit(huzhou, [{ op: 'put', table: 'requests', row: aRequest('own') }])
  await server.store.commit(puyang, [{ op: 'put', table: 'requests', row: aRequest('other') }])
})
afterAll(() => server.close())

/** A path to call: every parameter filled, in the caller's own community or in another. */
function pathOf(url: string, community: string, id: string): string {
  return url.replace(':community', community).replace(':id', id).replace(':token', 'x'.repeat(43)).replace('*', 'nothing-here')
}

describe('every route names who may call it', () => {
  it('lists all routes of both APIs', () => {
    const urls = new Set(routes.map(({ url }) => url))
    for (const url of ['/api/chat/messages', '/api/chat/stream', '/api/desk/login', '/api/desk/requests/:community/:id/moves', '/api/desk/attachments/:community/:id', '/healthz']) {
      expect([...urls]).toContain(url)
    }
  })

  it('cannot be built with a route that does not', async () => {
    const app = fastify()
    guardAccess(app, { resident: async () => null, staff: async () => null }, null)
    expect(() => app.get('/forgotten', async () => 'x')).toThrow(/names no access/)
    await app.close()
  })

  it('refuses whoever is not named, and lets in whoever is', async () => {
    const callers: Record<string, Browser> = {
      anonymous: server.browser(),
      resident: await server.resident(),
      staff: await server.staff('staff'),
      lead: await server.staff('lead'),
      admin: await server.staff('admin'),
      auditor: await server.staff('auditor'),
    }
    const cells: string[] = []
    for (const { method, url, access } of routes) {
      // A stream never ends by itself; its refusals are checked, its opening is elsewhere.
      const streams = url.endsWith('/stream')
      for (const [who, caller] of Object.entries(callers)) {
        const allowed = access === 'public' || (access === 'resident' ? who === 'resident' : (access as readonly string[]).includes(who))
        if (url === '/api/desk/logout' && allowed) continue
        if (streams && allowed) continue
        const answer = await caller.call(method as 'GET', pathOf(url, huzhou, 'own'), method === 'POST' ? {} : undefined, { remoteAddress: `10.0.0.${cells.length % 250}` })
        const expected = allowed ? 'not refused' : access === 'key' ? 403 : who === 'anonymous' || who === 'resident' || access === 'resident' ? 401 : 403
        const got = answer.statusCode === 401 || answer.statusCode === 403 ? answer.statusCode : 'not refused'
        // A wrong login is a 401 of its own.
        if (!(url === '/api/desk/login')) expect(`${method} ${url} ${who}: ${got}`).toBe(`${method} ${url} ${who}: ${expected}`)
        expect(answer.statusCode, `${method} ${url} ${who}`).toBeLessThan(500)
        cells.push(`${method} ${url} ${who}`)
      }
    }
    expect(cells.length).toBeGreaterThan(100)
  })

  it('shows nothing of another community on any route that names one: the same 404 as for what does not exist', async () => {
    for (const role of ['staff', 'lead', 'admin', 'auditor'] as const) {
      const caller = await server.staff(role)
      for (const { method, url } of routes.filter((route) => route.url.includes(':community') && route.access.includes(role))) {
        const body = method === 'POST' ? { name: 'take', rev: 1, text: '看看', reason: '看看', signUp: 'no-such-row', came: true, hours: 1 } : undefined
        const foreign = await caller.call(method as 'GET', pathOf(url, puyang, 'other'), body)
        expect([role, method, url, foreign.statusCode, foreign.body]).toEqual([role, method, url, 404, method === 'HEAD' ? '' : '{"code":"not-found","message":"没有找到"}'])
        if (!url.includes(':id')) continue
        const missing = await caller.call(method as 'GET', pathOf(url, huzhou, 'no-such-row'), body)
        expect([role, method, url, missing.body]).toEqual([role, method, url, foreign.body])
      }
      for (const list of ['requests', 'conversations']) {
        expect((await caller.call('GET', `/api/desk/${list}?community=${puyang}`)).statusCode).toBe(404)
        expect((await caller.call('GET', `/api/desk/${list}?view=all`)).body).not.toContain('other')
      }
    }
  })

  it('takes no id of another community in what is sent either: the same 404, and nothing is changed there', async () => {
    const of = (id: string, serviceCode: string) => ({ op: 'put', table: 'requests', row: aRequest(id, { serviceCode, number: `PY-${id}`, sourceKey: id }) }) as const
    const there = ['wishes', 'topics', 'proposals', 'standings', 'partyMembers', 'praises', 'topicProcedures', 'slots', 'coordinations', 'propertyEvaluations', 'projects'] as const
    await server.store.commit(puyang, [of('wish', 'micro-wish'), of('topic', 'deliberation'), of('project', 'micro-project'), ...there.map((table) => ({ op: 'put', table, row: { ...oneOfEach[table], id: 'theirs' } }) as Write)])
    const before = JSON.stringify(await Promise.all(there.map((table) => server.store.find(puyang, table, {}))))
    const rest = { rev: 1, reason: '看看而已', words: '看看而已' }
    const wish = { ...rest, kind: '生活用品', yuan: null }
    const sent: Readonly<Record<string, object>> = {
      'wishes/publish': { ...wish, request: 'wish' }, 'wishes/decline': { ...rest, request: 'wish' }, 'wishes/change': { ...wish, wish: 'theirs' }, 'wishes/give-back': { ...rest, wish: 'theirs' }, 'wishes/delivered': { ...rest, wish: 'theirs' }, 'wishes/take-down': { ...rest, wish: 'theirs' },
      'topics/accept': { ...rest, request: 'topic', title: '墙面刷什么颜色', about: '', procedure: null }, 'topics/decline': { ...rest, request: 'topic' }, 'topics/deliberate': { ...rest, topic: 'theirs' }, 'topics/call-off': { ...rest, topic: 'theirs' },
      'topics/minutes': { ...rest, topic: 'theirs', day: '2026-11-19' }, 'topics/step': { ...rest, topic: 'theirs' }, 'topics/publish': { ...rest, topic: 'theirs', rooms: [] }, 'topics/open': { title: '墙面刷什么颜色', about: '', procedure: 'theirs' },
      'topics/procedure': { id: 'theirs', rev: 1, name: '一步一议', steps: ['张榜'], required: false },
      'topics/vote': { ...rest, topic: 'theirs', options: ['甲', '乙'], opensAt: 0, closesAt: server.clock.now + 600_000, who: 'everyone', per: 'person', verifyHours: 0, quorum: null, majority: null },
      'proposals/publish': { ...rest, request: 'project' }, 'proposals/decline': { ...rest, request: 'project' }, 'proposals/end': { ...rest, proposal: 'theirs', state: 'closed', result: '没有地方' },
      'standings/decide': { ...rest, standing: 'theirs', tenure: 'owner', place: '3栋301室', state: 'confirmed' }, 'members/decide': { ...rest, member: 'theirs', unit: '市图书馆', state: 'confirmed' }, 'members/remove': { ...rest, member: 'theirs' }, 'praises/sort': { ...rest, praise: 'theirs', state: 'kept' },
      'bookings/places': { ...rest, day: '2026-11-23', slot: 'theirs', by: 1 }, 'bookings/came': { ...rest, request: 'other', came: true }, 'bookings/helper': { ...rest, request: 'other', name: '李师傅' },
    }
    const caller = await server.staff('admin')
    for (const [path, body] of Object.entries(sent)) {
      const [page = '', act = ''] = path.split('/')
      const answer = await caller.call('POST', `/api/desk/${page}/${huzhou}/${act}`, body)
      expect([path, answer.statusCode, answer.body]).toEqual([path, 404, '{"code":"not-found","message":"没有找到"}'])
    }
    expect(JSON.stringify(await Promise.all(there.map((table) => server.store.find(puyang, table, {}))))).toBe(before)
  })

  it('answers 1,000 (10,000 in the long run) made-up ids of either community with 404 and not a byte of the other', async () => {
    const caller = await server.staff('admin')
    for (let i = 0; i < (process.env['LONG'] ? 10_000 : 1_000); i += 1) {
      const answer = await caller.call('GET', `/api/desk/requests/${i % 2 === 0 ? puyang : huzhou}/${aClientId()}`)
      expect(answer.statusCode).toBe(404)
      expect(answer.json()).toEqual({ code: 'not-found', message: '没有找到' })
    }
  })
})

describe('changes from another site', () => {
  it('are refused on every route that changes something', async () => {
    const admin = await server.staff('admin')
    const resident = await server.resident()
    for (const { url } of routes.filter((route) => route.method === 'POST')) {
      const caller = url.startsWith('/api/chat') ? resident : admin
      const path = pathOf(url, huzhou, 'own')
      for (const headers of [{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }, { 'sec-fetch-site': 'same-site' }, { origin: 'null' }]) {
        expect([url, headers, (await caller.call('POST', path, {}, { headers })).statusCode]).toEqual([url, headers, 403])
      }
      if (url.startsWith('/api/desk')) expect([url, (await caller.call('POST', path, {}, { headers: { 'x-yichuang': 'x' } })).statusCode]).toEqual([url, 403])
    }
  })

  it('are taken from our own pages', async () => {
    const admin = await server.staff('admin')
    const headers = { host: 'shequ.example', origin: 'https://shequ.example', 'sec-fetch-site': 'same-origin' }
    expect((await admin.call('POST', '/api/desk/invitations', { role: 'staff', scope: [huzhou] }, { headers })).statusCode).toBe(201)
  })

  it('cannot come as a form: only JSON is read', async () => {
    const admin = await server.staff('admin')
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
      const answer = await admin.call('POST', '/api/desk/invitations', '{"role":"admin","scope":"all"}', { headers: { 'content-type': type } })
      expect([type, answer.statusCode]).toEqual([type, 415])
    }
  })
})
