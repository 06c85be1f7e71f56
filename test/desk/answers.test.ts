import { connect } from 'node:net'
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { StoreError } from '../../src/errors.js'
import { securityHeaders } from '../../src/http/security-headers.js'
import { aClientId, aRequest, huzhou, runningServer, type RunningServer } from './running-server.js'

let server: RunningServer
let folder: string
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pages-'))
  const pages = join(folder, 'web')
  mkdirSync(join(pages, 'desk'), { recursive: true })
  mkdirSync(join(pages, 'assets'))
  writeFileSync(join(pages, 'index.html'), '<!doctype html><title>聊天</title>')
  writeFileSync(join(pages, 'desk/index.html'), '<!doctype html><title>工作台</title>')
  writeFileSync(join(pages, 'assets/app-1a2b3c4d.js'), 'export {}')
  writeFileSync(join(folder, 'secret-of-the-machine'), 'secret')
  server = await runningServer({ pages })
  await server.store.commit(huzhou, [{ op: 'put', table: 'requests', row: aRequest('r1') }])
})
afterAll(async () => {
  await server.close()
  rmSync(folder, { recursive: true })
})

/** A raw request on a socket of its own; gives the whole answer. */
function raw(address: string, text: string): Promise<string> {
  const { hostname, port } = new URL(address)
  return new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect({ host: hostname, port: Number(port) }, () => socket.write(text))
    socket.setEncoding('utf8').on('data', (chunk: string) => { answer += chunk }).on('close', () => resolve(answer)).on('error', reject)
  })
}

describe('every answer carries the security headers', () => {
  const expectAll = (headers: Record<string, unknown>): void => {
    for (const [name, value] of Object.entries(securityHeaders)) expect([name, String(headers[name]).replace('geolocation=(self)', 'geolocation=()')]).toEqual([name, value])
  }

  it('on every route, for a stranger and for an admin', async () => {
    for (const caller of [server.browser(), await server.staff('admin', 'all')]) {
      for (const { method, url } of server.app.accessTable) {
        if (url.endsWith('/stream') || url.endsWith('logout')) continue
        expectAll((await caller.call(method as 'GET', url.replace(':community', huzhou).replace(':id', 'r1'), method === 'POST' ? {} : undefined)).headers)
      }
    }
  })

  it.each([
    ['what does not exist', 'GET', '/nowhere/at/all', undefined, 404],
    ['a method nobody offers', 'DELETE', '/api/desk/me', undefined, 404],
    ['broken JSON', 'POST', '/api/chat/session', '{"communityId":', 400],
    ['an address that can not be read', 'GET', '/api/chat/%', undefined, 400],
    ['an id beyond all measure', 'GET', `/api/desk/requests/${huzhou}/${'x'.repeat(400)}`, undefined, 404],
    ['a body beyond the limit', 'POST', '/api/chat/session', `{"communityId":"${'x'.repeat(1_100_000)}"}`, 413],
    ['a format nobody reads', 'POST', '/api/chat/session', '<x/>', 415],
  ] as const)('with %s', async (_what, method, url, payload, status) => {
    const answer = await server.app.inject({
      method, url, headers: { 'x-yichuang': 'desk', 'content-type': payload?.startsWith('<') ? 'application/xml' : 'application/json' }, ...(payload === undefined ? {} : { payload }),
    })
    expectAll(answer.headers)
    expect(answer.statusCode).toBe(status)
    expect(answer.json<{ message: string }>().message).toMatch(/\p{Script=Han}/u)
    expect(answer.body).not.toMatch(/\bat .*\.(ts|js):\d|node_modules|FST_/)
  })

  it('with what is no HTTP at all', async () => {
    const broken = await runningServer()
    const address = await broken.listen()
    for (const text of ['HELO there\r\n\r\n', 'GET / HTTP/9.9\r\n\r\n', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(40_000)}\r\n\r\n`]) {
      const answer = await raw(address, text)
      expect(answer).toMatch(/^HTTP\/1\.1 (400|431) /)
      for (const [name, value] of Object.entries(securityHeaders)) expect(answer).toContain(`${name}: ${value}`)
    }
    await broken.close()
  })

  it('and allows neither inline script nor inline style', () => {
    expect(securityHeaders['content-security-policy']).not.toMatch(/unsafe-inline|unsafe-eval|\*/)
    expect(securityHeaders['content-security-policy']).toContain("object-src 'none'; base-uri 'none'; frame-ancestors 'none'")
  })
})

describe('pages', () => {
  it('may ask where one is at the desk alone, for those in the field', async () => {
    const places = async (path: string) => /geolocation=(\S+?),/.exec(String((await server.app.inject(path)).headers['permissions-policy']))?.[1]
    expect(await Promise.all(['/', '/desk', '/desk/field', '/desk/requests/a/b', '/api/desk/me', '/nowhere'].map(places))).toEqual(['()', '(self)', '(self)', '(self)', '()', '()'])
  })

  it('are the chat at /, the desk at /desk and everything below it', async () => {
    for (const [url, title] of [['/', '聊天'], ['/desk', '工作台'], ['/desk/', '工作台'], ['/desk/requests/x/1', '工作台']] as const) {
      const answer = await server.app.inject(url)
      expect([url, answer.statusCode, answer.headers['cache-control'], answer.body.includes(title)]).toEqual([url, 200, 'no-cache', true])
    }
  })

  it('let browsers keep assets whose name holds their hash for a year', async () => {
    const answer = await server.app.inject('/assets/app-1a2b3c4d.js')
    expect([answer.statusCode, answer.headers['cache-control']]).toEqual([200, 'public, max-age=31536000, immutable'])
  })

  it('show nothing that lies outside their folder', async () => {
    for (const url of ['/../secret-of-the-machine', '/..%2fsecret-of-the-machine', '/assets/..%2f..%2fsecret-of-the-machine', '/%2e%2e/secret-of-the-machine', '/..%5csecret-of-the-machine', '/assets/%00']) {
      const answer = await server.app.inject(url)
      expect([url, answer.statusCode >= 400 && answer.statusCode < 500, answer.body.includes('secret')]).toEqual([url, true, false])
    }
  })
})

describe('bad bodies', () => {
  it('1,000 made-up ones to every route that takes one: never a 5xx, never a change', async () => {
    const admin = await server.staff('admin', 'all')
    const resident = await server.resident()
    const posts = server.app.accessTable.filter(({ method, url }) => method === 'POST' && !url.endsWith('logout'))
    const before = JSON.stringify(await server.store.find(huzhou, 'requests', {}))
    let refused = 0
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...posts), fc.oneof(fc.json(), fc.string(), hostile), fc.nat(), async ({ url }, payload, n) => {
        const caller = url.startsWith('/api/chat') ? resident : admin
        const answer = await caller.call('POST', url.replace(':community', huzhou).replace(':id', 'r1'), payload,
          { headers: { 'content-type': 'application/json' }, remoteAddress: `10.${n % 250}.${(n >> 8) % 250}.${(n >> 16) % 250}` })
        expect(answer.statusCode).toBeLessThan(500)
        if (answer.statusCode >= 400) refused += 1
      }),
      { numRuns: process.env['LONG'] ? 100_000 : 1_000, seed: 20261122 },
    )
    expect(refused).toBeGreaterThan(process.env['LONG'] ? 90_000 : 900)
    expect(JSON.stringify(await server.store.find(huzhou, 'requests', {}))).toBe(before)
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  }, 1_200_000)
})

/** Bodies of the right form with what does not belong, and with prototypes. */
const hostile = fc.constantFrom(
  '{"__proto__":{"polluted":true},"communityId":"huzhou-test"}', '{"constructor":{"prototype":{"polluted":true}},"login":"x","password":"y"}',
  '{"login":{"$ne":null},"password":["x"]}', '{"name":"take","rev":-1}', '{"name":"close","rev":1e308,"reason":"x"}', '{"name":"take","rev":"1"}',
  '{"text":"\\ud800"}', '{"text":""}', '[]', 'null', '0', '""', '{"conversationId":"../..","clientId":"aaaaaaaa","text":"x"}',
  `{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}`, `{"text":"${'长'.repeat(300_000)}"}`,
)

describe('a message that can not be kept', () => {
  it.each([
    ['a full disk', new StoreError('write-refused', 'ENOSPC'), 507],
    ['a closed store', new StoreError('closed', 'closed'), 503],
    ['a failed flush', new StoreError('flush-failed', 'EIO'), 503],
  ] as const)('for %s is not acknowledged, and the resident is told', async (_why, error, status) => {
    const resident = await server.resident()
    const body = { conversationId: resident.privateId, clientId: aClientId(), text: '3栋楼道灯坏了' }
    server.engine.refuseWith(error)
    const refused = await resident.call('POST', '/api/chat/messages', body)
    expect([refused.statusCode, refused.json<{ message: string }>().message]).toEqual([status, '没有登记成功，请稍后再发'])
    server.engine.refuseWith(null)
    expect((await resident.call('POST', '/api/chat/messages', body)).statusCode).toBe(202)
    expect(server.engine.taken.filter(({ messageId }) => messageId.endsWith(body.clientId))).toHaveLength(1)
  })
})
