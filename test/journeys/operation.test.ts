import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, enterChat, type ChatClient } from '../../src/bench/chat-client.js'
import { EndedEarly, type ServerProcess } from '../../src/bench/server-process.js'
import type { RequestDetail, RequestList } from '../../src/desk/api-types.js'
import type { ApiKeyMade } from '../../src/exchange/exchange-types.js'
import { openEmbeddedStore } from '../../src/store/embedded.js'
import { firstInvitation } from '../pages/desk-page.js'
import { joinDesk } from '../pages/populated.js'
import { startPostgres, type PostgresServer } from '../store/postgres-server.js'
import { aFolder, aServer, allLines, atTheEnd, script, talkAs } from './running.js'
import { storedIn } from './stored.js'

const communityId = 'huzhou-demo'
const key = Buffer.alloc(32, 8).toString('base64')

async function standing(server: ServerProcess): Promise<{ readonly status: number; readonly faults: readonly string[] }> {
  const { status, body } = await call(server.url, '/readyz')
  return { status, faults: (JSON.parse(body) as { faults: { what: string }[] }).faults.map(({ what }) => what) }
}

/** Asks until it stands so, as a proxy's probe does. */
async function until(server: ServerProcess, passes: (now: { status: number; faults: readonly string[] }) => boolean): Promise<void> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const now = await standing(server)
    if (passes(now)) return
    if (Date.now() > deadline) throw new Error(`it stands at ${JSON.stringify(now)}; it wrote:\n${server.output().slice(-2_000)}`)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

function yichuang(args: readonly string[], env: Record<string, string>): { readonly status: number | null; readonly stdout: string; readonly stderr: string } {
  return spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', env: { ...process.env, ...env }, timeout: 60_000 })
}

describe('told to stop under load', () => {
  it('says at once that it is not ready, finishes what it took, and ends by itself within ten seconds with nothing lost or doubled', { timeout: 120_000 }, async () => {
    const dataDir = aFolder()
    const server = await aServer(dataDir, { env: { YICHUANG_DRAIN_SECONDS: '2' } })
    const residents: ChatClient[] = []
    for (let n = 0; n < 10; n++) residents.push(await enterChat(server.url, communityId, `127.4.0.${n + 1}`))
    expect(await standing(server)).toEqual({ status: 200, faults: [] })
    const acknowledged: string[] = []
    let isOver = false
    const sending = residents.map(async (resident, r) => {
      for (let n = 0; !isOver && n < 9; n++) {
        const text = `${r + 1}栋${n + 1}单元楼道灯坏了`
        const answer = await resident.send(text, { clientId: `stop-${r}-${n}` }).catch(() => null)
        if (answer?.status === 202) acknowledged.push(text)
        await new Promise((resolve) => setTimeout(resolve, 150))
      }
    })
    while (acknowledged.length < 15) await new Promise((resolve) => setTimeout(resolve, 5))
    const ended = server.end('SIGTERM')
    await until(server, ({ status, faults }) => status === 503 && faults[0] === 'draining')
    // After ten seconds it would end with 1.
    expect(await ended).toBe(0)
    isOver = true
    await Promise.all(sending)
    const stored = await storedIn(dataDir, communityId)
    expect(stored.pendingIntakes).toEqual([])
    const filed = stored.requests.map(({ description }) => description)
    for (const text of acknowledged) expect(filed.filter((words) => words === text), text).toHaveLength(1)
    process.stdout.write(`stopped after ${acknowledged.length} messages were taken: lost 0, doubled 0\n`)
  })
})

describe('does not start, and says why', () => {
  it('without the key of its data', async () => {
    const dataDir = aFolder()
    await (await openEmbeddedStore({ folder: dataDir, create: true, now: Date.now, onFatal: (error) => { throw error } })).close()
    rmSync(join(dataDir, 'key'))
    const failed = await aServer(dataDir).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(EndedEarly)
    expect((failed as Error).message).toMatch(/ended with 1[\s\S]*key is gone[\s\S]*YICHUANG_KEY/)
    expect(existsSync(join(dataDir, 'key'))).toBe(false)
  })
  it('with a damaged file among its knowledge', async () => {
    const knowledge = join(aFolder(), 'knowledge')
    cpSync('knowledge', knowledge, { recursive: true })
    writeFileSync(join(knowledge, 'units.json'), '{"half')
    const failed = await aServer(aFolder(), { env: { YICHUANG_KNOWLEDGE_DIR: knowledge } }).catch((error: unknown) => error)
    expect(failed).toBeInstanceOf(EndedEarly)
    expect((failed as Error).message).toMatch(/ended with 1[\s\S]*units\.json/)
  })
})

describe('what it writes down', () => {
  it('names no person: no name, phone, identity number or word of a resident in any line, at any level', { timeout: 120_000 }, async () => {
    const canaries = ['欧阳翠花', '13800000077', '11010119900307771X', '11010119900307771x', '紫藤路九号']
    const dataDir = aFolder()
    const server = await aServer(dataDir, { env: { YICHUANG_LOG_LEVEL: 'debug' } })
    const client = await enterChat(server.url, communityId, '127.5.0.1')
    const talk = await talkAs(client)
    for (const text of [
      '我叫欧阳翠花，电话13800000077，身份证11010119900307771X', '紫藤路九号3栋2单元楼道灯坏了，我是欧阳翠花，13800000077', '1', '13800000077', '是', '人工', '欧阳翠花要投诉紫藤路九号的噪音', '13800000077', '我的工单', '删除我的资料',
    ]) await talk.ask(text)
    talk.close()
    // What is no proper request is not repeated either.
    await call(server.url, '/api/chat/messages?conversation=欧阳翠花13800000077'.replace(/[^\x00-\x7f]/g, encodeURIComponent), { cookie: client.cookie })
    await call(server.url, '/13800000077/11010119900307771X')
    await call(server.url, '/api/chat/messages', { method: 'POST', cookie: client.cookie, headers: { 'content-type': 'application/json' }, body: '{"text":"欧阳翠花13800000077' })
    await call(server.url, '/api/desk/login', { method: 'POST', headers: { 'content-type': 'application/json', 'x-yichuang': 'desk' }, body: JSON.stringify({ login: '13800000077', password: '欧阳翠花' }) })
    await atTheDeskAndFromOutside(server)
    const { body: figures } = await call(server.url, '/metrics')
    expect(figures).toContain('yichuang_turns_total')
    expect(await server.end()).toBe(0)
    const lines = server.output().split('\n')
    expect(lines.filter((line) => line.startsWith('{')).length).toBeGreaterThan(20)
    for (const canary of [...canaries, ...canaries.map((word) => encodeURIComponent(word))]) {
      expect(lines.filter((line) => line.includes(canary)), canary).toEqual([])
      expect(figures, canary).not.toContain(canary)
    }
    // Nor does any file say it, to whoever finds the disk.
    const telling = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
      .flatMap(({ parentPath, name }) => { const bytes = readFileSync(join(parentPath, name)); return canaries.filter((canary) => bytes.includes(canary)).map((canary) => `${name}: ${canary}`) })
    expect(telling).toEqual([])
  })
})

/** What a member of staff and other systems bring of the same person: words, a file, a report, a search, and news to a place that is not there. */
async function atTheDeskAndFromOutside(server: ServerProcess): Promise<void> {
  const admin = await joinDesk(server.url, firstInvitation(server), 'lin', '林工')
  const at = encodeURIComponent(communityId)
  await admin.post('/webhooks', { name: '城管平台', url: 'https://hooks.invalid/requests', scope: 'all', events: ['request.filed'], withWords: true })
  const { requests } = await admin.get<RequestList>(`/requests?view=open&community=${at}`)
  const { request } = await admin.get<RequestDetail>(`/requests/${at}/${requests[0]?.id ?? ''}`)
  await admin.post(`/requests/${at}/${request.id}/moves`, { name: 'reply', rev: request.rev, reason: '欧阳翠花女士，13800000077，今天上门。' })
  await admin.get(`/requests?view=all&community=${at}&q=${encodeURIComponent('欧阳翠花')}`)
  const { key: apiKey } = await admin.post<ApiKeyMade>('/api-keys', { name: '掌上城管', scope: 'all', rights: ['file', 'details'] })
  const form = new URLSearchParams({ api_key: apiKey, jurisdiction_id: communityId, service_code: 'public-fault', address_string: '紫藤路九号5栋', description: '欧阳翠花说电梯坏了', phone: '13800000077', last_name: '欧阳', first_name: '翠花' })
  for (const body of [form, new URLSearchParams({ ...Object.fromEntries(form), lat: '13800000077' })]) await fetch(`${server.url}/open311/v2/requests.json`, { method: 'POST', body })
  await fetch(`${server.url}/open311/v2/requests/${encodeURIComponent('欧阳翠花')}.json?api_key=13800000077&jurisdiction_id=${at}`)
  const file = new FormData()
  file.append('file', new Blob([['{"reference":"GD-1","description":"紫藤路九号下水道堵了","address":"紫藤路九号","name":"欧阳翠花","phone":"13800000077"}', '{"reference":"13800000077 欧阳翠花","description":""}'].join('\n')]), '欧阳翠花.jsonl')
  const imported = await fetch(`${server.url}/api/desk/imports/${at}?dry=no&refuse=line`, { method: 'POST', headers: { cookie: admin.cookie, 'x-yichuang': 'desk' }, body: file })
  expect([imported.status, await imported.text()]).toEqual([200, expect.stringContaining('"new":1')])
}

describe('on PostgreSQL', () => {
  let postgres: PostgresServer
  beforeAll(async () => {
    postgres = await startPostgres()
  }, 120_000)
  afterAll(() => postgres.stop())

  it('is not ready while the database is away, says so, and is again when it is back', { timeout: 120_000 }, async () => {
    const line = await aLineTo(await postgres.newDatabase())
    const server = await aServer(aFolder(), { env: { DATABASE_URL: line.url, YICHUANG_KEY: key } })
    await until(server, ({ status }) => status === 200)
    line.cut()
    await until(server, ({ status, faults }) => status === 503 && faults.includes('store'))
    expect((await call(server.url, '/healthz')).status).toBe(200)
    line.mend()
    await until(server, ({ status }) => status === 200)
    expect(await server.end()).toBe(0)
  })

  it('takes over a data folder while residents talk: two commands, a stop between them, and the talk goes on', { timeout: 180_000 }, async () => {
    const dataDir = aFolder()
    const url = await postgres.newDatabase()
    const env = { YICHUANG_DATA_DIR: dataDir, YICHUANG_KEY: key, YICHUANG_PORT: '0' }
    let server = await aServer(dataDir, { env })
    const client = await enterChat(server.url, communityId, '127.6.0.1')
    let talk = await talkAs(client)
    await talk.ask('5栋2单元楼道灯坏了')
    const ahead = yichuang(['migrate', '--to', url], env)
    expect([ahead.status, JSON.parse(ahead.stdout)]).toEqual([0, expect.objectContaining({ state: 'copied-ahead' })])
    await talk.ask('6栋2单元楼道灯坏了')
    talk.close()
    expect(await server.end()).toBe(0)
    const moved = yichuang(['migrate', '--to', url], env)
    expect([moved.status, JSON.parse(moved.stdout)]).toEqual([0, expect.objectContaining({ state: 'moved' })])
    // The old house is closed.
    const late = await aServer(dataDir, { env }).catch((error: unknown) => error)
    expect((late as Error).message).toContain('was moved to postgres://')

    server = await aServer(aFolder(), { env: { DATABASE_URL: url, YICHUANG_KEY: key } })
    const here = client.at(server.url)
    const lines = await allLines(here, (path) => call(server.url, path, { cookie: here.cookie }))
    expect(lines.filter(({ from }) => from === 'me').map(({ text }) => text)).toEqual(['5栋2单元楼道灯坏了', '6栋2单元楼道灯坏了'])
    talk = await talkAs(here)
    await talk.ask('7栋2单元楼道灯坏了')
    talk.close()
    expect(await server.end()).toBe(0)

    // Backed up and restored on an empty machine, by one command each.
    const backup = join(aFolder(), 'backup')
    const empty = await postgres.newDatabase()
    expect(yichuang(['backup', backup], { DATABASE_URL: url, YICHUANG_KEY: key, YICHUANG_DATA_DIR: aFolder() }).status).toBe(0)
    expect(readFileSync(join(backup, 'backup.json'), 'utf8')).not.toContain('楼道')
    expect(yichuang(['restore', backup], { DATABASE_URL: empty, YICHUANG_KEY: key, YICHUANG_DATA_DIR: aFolder() })).toMatchObject({ status: 0 })
    server = await aServer(aFolder(), { env: { DATABASE_URL: empty, YICHUANG_KEY: key } })
    const again = client.at(server.url)
    expect((await allLines(again, (path) => call(server.url, path, { cookie: again.cookie }))).filter(({ from }) => from === 'me')).toHaveLength(3)
    expect(await server.end()).toBe(0)
  })
})

/** A line to a database that can be cut, as when its server or the net is away. */
async function aLineTo(target: string): Promise<{ readonly url: string; cut(): void; mend(): void }> {
  const there = new URL(target)
  const [host, port] = [there.hostname, Number(there.port)]
  let isCut = false
  const sockets = new Set<Socket>()
  const relay = createServer((near) => {
    if (isCut) {
      near.destroy()
      return
    }
    const far = createConnection(port, host)
    for (const [one, other] of [[near, far], [far, near]] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  atTheEnd(() => {
    for (const socket of sockets) socket.destroy()
    relay.close()
  })
  there.port = String((relay.address() as AddressInfo).port)
  return {
    url: there.href,
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    mend() {
      isCut = false
    },
  }
}
