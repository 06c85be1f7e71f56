import { spawnSync } from 'node:child_process'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, enterChat } from '../../src/bench/chat-client.js'
import type { ServerProcess } from '../../src/bench/server-process.js'
import type { CommunityId } from '../../src/knowledge/community.js'
import { openPostgresStore } from '../../src/store/postgres.js'
import { larkStandIn, type LarkStandIn } from '../channels/lark/stand-in.js'
import { wechatStandIn, type WechatStandIn } from '../channels/wechat/stand-in.js'
import { startOwnPostgres, type PostgresServer } from '../store/postgres-server.js'
import { aFolder, aServer, script, talkAs } from './running.js'

const communityId = 'huzhou-demo'
const key = Buffer.alloc(32, 9)
const larkRoom = 'oc_lotus'
const wechatRoom = 'lotus@chatroom'

/** Everything a city has at once: both platforms, each in the shape of its own server, a database, and one process of ours. */
describe('on Lark, on WeChat and on the web at once, on PostgreSQL', () => {
  let postgres: PostgresServer & { readonly url: string }
  let url: string
  let lark: LarkStandIn
  let wechat: WechatStandIn
  let server: ServerProcess
  const dataDir = aFolder()
  const env = () => ({
    DATABASE_URL: url, YICHUANG_KEY: key.toString('base64'), YICHUANG_DATA_DIR: dataDir, YICHUANG_LOG_LEVEL: 'debug',
    LARK_APP_ID: lark.appId, LARK_APP_SECRET: lark.appSecret, LARK_DOMAIN: lark.domain,
    WECHAT_PUPPET: 'service', WECHAT_TOKEN: wechat.token, WECHAT_ENDPOINT: wechat.endpoint, WECHAT_TLS: 'no', WECHAT_IDS: 'for-good',
  })
  beforeAll(async () => {
    postgres = await startOwnPostgres()
    url = await postgres.newDatabase()
    lark = await larkStandIn()
    wechat = await wechatStandIn()
    for (const [id, name] of [['bot', '小助手'], ['wang', '欧阳翠花'], ['li', '李四']]) await wechat.do('contact', { id, name })
    await wechat.do('room', { id: wechatRoom, topic: '紫藤小区', members: ['bot', 'wang', 'li'] })
    await wechat.do('login', { id: 'bot' })
    server = await aServer(dataDir, { env: env() })
    await bothOnline()
    await lark.event('im.message.receive_v1', lark.message('ou_zhang', `配对 ${roomCode()}`, { chat: larkRoom, mentionsBot: true }))
    await wechat.says('wang', wechatRoom, `@小助手\u2005配对 ${roomCode()}`)
    await until(() => saidOnLark(larkRoom).some((text) => text.includes('成功')) && saidOnWechat().some((text) => text.includes('成功')))
  }, 120_000)
  afterAll(async () => {
    if (server.isAlive()) await server.end('SIGKILL')
    await wechat.close()
    await lark.close()
    await postgres.stop()
  })

  const roomCode = (): string => {
    const { stdout, status } = spawnSync(process.execPath, [script, 'pair', 'room', communityId], { encoding: 'utf8', env: { ...process.env, ...env() } })
    expect(status).toBe(0)
    return stdout.trim()
  }
  const saidOnLark = (to: string): readonly string[] => lark.shown.filter((one) => one.to === to).map(({ content }) => content)
  const saidOnWechat = (): readonly string[] => wechat.written.map(({ text }) => text)
  const bothOnline = () => until(async () => {
    const { body } = await call(server.url, '/metrics')
    return ['lark', 'wechat'].every((channel) => body.includes(`yichuang_channel_up{channel="${channel}"} 1`))
  })
  const onLark = (from: string, text: string, how: Parameters<LarkStandIn['message']>[2] & { readonly eventId?: string } = {}) =>
    lark.event('im.message.receive_v1', lark.message(from, text, how), how.eventId === undefined ? {} : { eventId: how.eventId })

  it('names no person in its log, whatever fails: a platform, a message that is none, the database', { timeout: 120_000 }, async () => {
    const canaries = ['欧阳', '翠花', '13800000077', '11010119900307771', '紫藤']
    const words = '我叫欧阳翠花，电话13800000077，身份证11010119900307771X，住紫藤路九号3栋2单元502，家里漏水'
    const sayAll = async (): Promise<void> => {
      await onLark('ou_wang', words)
      await onLark('ou_wang', '13800000077 欧阳翠花')
      await onLark('ou_zhang', ` ${words}`, { chat: larkRoom, mentionsBot: true })
      await onLark('ou_wang', '', { type: 'interactive', content: { text: words } })
      await onLark('ou_wang', '', { type: 'image', content: { image_key: '欧阳翠花' } })
      await lark.event('card.action.trigger', { operator: { open_id: 'ou_wang' }, action: { tag: 'button', value: { 欧阳翠花: '13800000077' }, form_value: { name: '欧阳翠花' } }, context: { open_message_id: 'om_欧阳翠花', open_chat_id: 'oc_p2p_ou_wang' } })
      await lark.event('im.message.recalled_v1', { message_id: 'om_13800000077', chat_id: '欧阳翠花', recall_time: 'x', recall_type: 'message_owner' })
      // No JSON, where JSON is agreed on.
      const broken = lark.message('ou_wang', '') as { message: { content: string } }
      broken.message.content = '{"text":欧阳翠花13800000077'
      await lark.event('im.message.receive_v1', broken)
      await wechat.says('wang', wechatRoom, `@小助手\u2005${words}`)
      await wechat.says('wang', 'bot', words)
      await wechat.do('friendship', { friendship: { id: 'f1', contactId: 'stranger', hello: words, type: 2, timestamp: Date.now() } })
      await call(server.url, '/api/desk/login', { method: 'POST', headers: { 'content-type': 'application/json', 'x-yichuang': 'desk' }, body: JSON.stringify({ login: '13800000077', password: '欧阳翠花' }) })
      await call(server.url, '/open311/v2/requests.json', { method: 'POST', headers: { 'content-type': 'application/x-www-form-urlencoded' }, body: new URLSearchParams({ api_key: '13800000077', jurisdiction_id: communityId, description: words }).toString() })
    }
    const resident = await enterChat(server.url, communityId, '127.9.0.1')
    const talk = await talkAs(resident)
    await talk.ask(words)
    talk.close()
    lark.failNext({ status: 400, code: 230_001 }, { status: 500, code: 1 }, { status: 200, code: 99_991_663 }, 'hang')
    await sayAll()
    await until(() => saidOnLark('ou_wang').length > 0)

    // The database takes nothing any more, as while it is copied or full; then it is well again.
    const readOnly = (isOn: boolean) => asOwner(postgres.url, `alter system set default_transaction_read_only = ${isOn ? 'on' : 'off'}`, 'select pg_reload_conf()')
    await readOnly(true)
    await until(async () => (await call(server.url, '/readyz')).status === 503)
    expect((await call(server.url, '/readyz')).body).toContain('"store"')
    expect((await resident.send(words)).status).toBeGreaterThanOrEqual(500)
    await sayAll()
    await readOnly(false)
    await until(async () => (await call(server.url, '/readyz')).status === 200)
    // Its connections are cut in the middle of it.
    await Promise.all([sayAll(), ...Array.from({ length: 5 }, () => asOwner(postgres.url, 'select pg_terminate_backend(pid) from pg_stat_activity where datname <> current_database()'))])
    await until(async () => (await resident.send('3栋楼下的灯不亮了')).status === 202)

    const lines = server.output().split('\n')
    expect(lines.filter((line) => line.includes('"part":"lark"')).length).toBeGreaterThan(0)
    for (const canary of [...canaries, ...canaries.map((word) => encodeURIComponent(word)).filter((word) => word.includes('%'))]) expect(lines.filter((line) => line.includes(canary)), canary).toEqual([])
    expect((await call(server.url, '/metrics')).body).not.toMatch(new RegExp(canaries.join('|')))
  })

  it('told to stop with words in hand ends by itself within ten seconds; what it had taken is done once by the next, and what it had not the platform brings again', { timeout: 120_000 }, async () => {
    const told = Array.from({ length: 24 }, (_, n) => ({ from: `ou_${n}`, text: ` ${n + 20}栋电梯坏了`, chat: larkRoom, mentionsBot: true, id: `om_stop_${n}`, eventId: `stop-${n}` }))
    const taken = new Set<string>()
    let ending: Promise<number | null> | null = null
    const tell = async (one: (typeof told)[number]): Promise<void> => {
      if ((await onLark(one.from, one.text, one)).how === 'acknowledged') taken.add(one.id)
    }
    const telling: Promise<void>[] = []
    // Somebody who has not been answered three times this minute.
    await wechat.says('li', wechatRoom, '@小助手\u20059栋电梯坏了')
    for (const one of told) {
      telling.push(tell(one))
      if (taken.size >= 8) ending ??= server.end('SIGTERM')
      await new Promise((resolve) => setTimeout(resolve, 15))
    }
    // After ten seconds it would end with 1.
    expect(await (ending ?? server.end('SIGTERM'))).toBe(0)
    await Promise.all(telling)
    expect(taken.size).toBeGreaterThanOrEqual(8)

    server = await aServer(dataDir, { env: env() })
    await bothOnline()
    // As Lark does after a quarter of a minute; what was taken it may bring again, too.
    for (const one of told) await tell(one)
    expect(taken.size).toBe(told.length)
    const answersTo = (n: number): number => saidOnLark(larkRoom).filter((text) => text.includes(`已受理：${n + 20}栋电梯`)).length
    await until(() => told.every((_, n) => answersTo(n) > 0) && saidOnWechat().some((text) => text.includes('已受理：9栋电梯')))
    expect(await server.end()).toBe(0)
    for (const [n, { text }] of told.entries()) expect([text, answersTo(n)]).toEqual([text, 1])
    expect(saidOnWechat().filter((text) => text.includes('已受理：9栋电梯'))).toHaveLength(1)
    const store = await openPostgresStore({ url, key })
    const filed = (await store.find(communityId as CommunityId, 'requests', { limit: 1_000 })).map(({ description }) => description.trim()).filter((words) => words.includes('电梯'))
    expect(filed.sort()).toEqual([...told.map(({ text }) => text.trim()), '9栋电梯坏了'].sort())
    expect(await store.find(communityId as CommunityId, 'intake', { by: 'state', equals: 'pending' })).toEqual([])
    await store.close()
  })
})

/** Asks until it holds; what it waits for are other processes. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 40_000
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error(`it did not come to pass: ${holds.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function asOwner(url: string, ...statements: string[]): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const statement of statements) await client.query(statement)
  } finally {
    await client.end()
  }
}
