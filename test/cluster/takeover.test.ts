import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { burst, perSecond } from '../../src/channels/web/pace.js'
import type { ChatLine } from '../../src/channels/web-types.js'
import { call, enterChat, type ChatClient } from '../../src/bench/chat-client.js'
import type { ServerProcess } from '../../src/bench/server-process.js'
import type { CommunityId } from '../../src/knowledge/community.js'
import { aFolder, allLines, script, talkAs } from '../journeys/running.js'
import { aHouse, type House } from './house.js'

const communityId = 'huzhou-demo' as CommunityId
/** What a dead process had in hand is taken up within this, ms (of death, until every answer stands). */
const takenUpWithinMs = 10_000

let house: House
let processes: ServerProcess[]
beforeAll(async () => {
  house = await aHouse()
  processes = [await house.process()]
  processes.push(...(await Promise.all([house.process(), house.process()])))
}, 120_000)

const urlOf = (at: number): string => processes[at % processes.length]?.url ?? ''

describe('three processes on one database', () => {
  it('answer a resident who writes to one and reads at another', { timeout: 60_000 }, async () => {
    const client = await enterChat(urlOf(0), communityId, '127.3.1.1')
    const talk = await talkAs(client)
    const other = client.at(urlOf(1))
    await other.send('一个社区配几个工作人员')
    const answer = await talk.until((line) => line.from === 'bot')
    expect(answer.citations.length).toBeGreaterThan(0)
    await client.at(urlOf(2)).send('12栋2单元楼道灯坏了')
    await talk.until((line) => line.from === 'bot' && line.text.includes('HZ-'))
    expect(talk.lines.filter((line) => line.from === 'bot')).toHaveLength(2)
    talk.close()
  })

  it('show in a room at one what was said and answered at the others', { timeout: 60_000 }, async () => {
    const [speaker, listener] = [await enterChat(urlOf(0), communityId, '127.3.1.2'), await enterChat(urlOf(1), communityId, '127.3.1.3')]
    const heard = await talkAs(listener)
    const sent = await speaker.send('@小助手 一个社区配几个工作人员', { conversationId: speaker.roomId })
    expect(sent.status).toBe(202)
    await heard.until((line) => line.conversationId === listener.roomId && line.text.includes('@小助手'))
    await heard.until((line) => line.conversationId === listener.roomId && line.from === 'bot')
    expect(heard.lines.filter((line) => line.conversationId === listener.roomId && line.from === 'bot')).toHaveLength(1)
    heard.close()
  })

  it('show once in a room what was sent to two of them, because the answer of the first was lost', { timeout: 60_000 }, async () => {
    const [speaker, listener] = [await enterChat(urlOf(0), communityId, '127.3.1.7'), await enterChat(urlOf(2), communityId, '127.3.1.8')]
    const heard = await talkAs(listener)
    const sent = { conversationId: speaker.roomId, clientId: 'sent-to-two-of-them' }
    for (const at of [0, 1]) expect((await speaker.at(urlOf(at)).send('谁家的快递放错门口了', sent)).status).toBe(202)
    expect((await speaker.send('找到了', { conversationId: speaker.roomId })).status).toBe(202)
    await heard.until(({ text }) => text === '找到了')
    expect(heard.lines.filter(({ text }) => text.includes('快递'))).toHaveLength(1)
    heard.close()
  })

  it('answer from a text that a command has just published, all of them, without a restart', { timeout: 60_000 }, async () => {
    const list = join(aFolder(), 'items.jsonl')
    writeFileSync(list, `${JSON.stringify({ name: '示例卡新办申请', department: '示例市某局', type: '公共服务', themes: [], accept_standard: '', materials: ['申请表'], location: '示例路1号', time_limit: '7个工作日', url: null, service_object: [] })}\n`)
    const { stderr } = spawnSync(process.execPath, [script, 'import', '--services', list, '--jurisdiction', '440000'], {
      encoding: 'utf8', timeout: 30_000, env: { ...process.env, DATABASE_URL: house.url, YICHUANG_KEY: house.key.toString('base64'), YICHUANG_DATA_DIR: aFolder() },
    })
    expect(stderr).toContain('第 2 版')
    // Conversations enough that each of the three has some.
    const talks = await Promise.all(Array.from({ length: 6 }, async (_, n) => talkAs(await enterChat(urlOf(n), 'guangdong-demo', `127.3.5.${n + 1}`))))
    for (const talk of talks) await vi.waitFor(async () => { expect((await talk.ask('示例卡新办申请几天办好')).text).toContain('7个工作日') }, { timeout: 15_000, interval: 300 })
    for (const talk of talks) talk.close()
  })

  it.each(['in private', 'in the room'])('take no more from one who writes to all three in turn, %s, than one of them would', { timeout: 60_000 }, async (where) => {
    const client = await enterChat(urlOf(0), communityId, `127.3.1.${where === 'in private' ? 5 : 6}`)
    const more = where === 'in private' ? {} : { conversationId: client.roomId }
    const from = performance.now()
    let taken = 0
    for (let n = 0; n < 36; n += 1) taken += (await client.at(urlOf(n)).send(`第${n}句`, more)).status === 202 ? 1 : 0
    // One more for each that a process had not heard of yet when it took the next.
    expect(taken).toBeLessThanOrEqual(burst + Math.ceil((performance.now() - from) / 1_000) * perSecond + 2 * processes.length)
    expect(taken).toBeGreaterThanOrEqual(burst)
  })

  it('keep the order of what one resident says to all three at once', { timeout: 60_000 }, async () => {
    const client = await enterChat(urlOf(0), communityId, '127.3.1.4')
    await client.send('我要报修')
    await settled(client, 1)
    for (const [at, text] of ['8栋1单元', '楼道灯不亮'].entries()) expect((await client.at(urlOf(at + 1)).send(text)).status).toBe(202)
    const lines = await settled(client, 3)
    expect(lines.filter((line) => line.from === 'me').map((line) => line.text)).toEqual(['我要报修', '8栋1单元', '楼道灯不亮'])
  })

  it('lose and double nothing when one is killed in the middle, and have taken up its work within ten seconds', { timeout: 120_000 }, async () => {
    const residents = await Promise.all(Array.from({ length: 30 }, (_, n) => enterChat(urlOf(n), communityId, `127.3.2.${n + 1}`)))
    const words = (n: number): string => `${n + 101}栋1单元楼道灯坏了`
    const sent = residents.map((client, n) => ({ client, n, clientId: `takeover-kill-${n}` }))
    const dying = processes[1]
    const first = Promise.all(sent.map(async (one) => ({ ...one, status: await one.client.at(urlOf(one.n)).send(words(one.n), { clientId: one.clientId }).then(({ status }) => status, () => 0) })))
    await dying?.end('SIGKILL')
    const diedAt = Date.now()
    processes.splice(1, 1)
    for (const { client, n, clientId } of (await first).filter(({ status }) => status !== 202)) expect(await client.at(urlOf(n)).send(words(n), { clientId })).toMatchObject({ status: 202 })
    const talks = await Promise.all(sent.map(({ client }) => settled(client.at(urlOf(0)), 1)))
    expect(Date.now() - diedAt).toBeLessThan(takenUpWithinMs)
    for (const lines of talks) {
      expect(lines.filter((line) => line.from === 'me')).toHaveLength(1)
      expect(lines.filter((line) => line.from === 'bot' && line.text.includes('HZ-'))).toHaveLength(1)
    }
    const { requests, pending } = await house.stored(communityId)
    expect(pending).toEqual([])
    for (const { n } of sent) expect(requests.filter((request) => request.description === words(n)), words(n)).toHaveLength(1)
    processes.push(await house.process())
  })

  it('let one be stopped for a while and go on: what it missed is done by others, what it wakes up with is done once', { timeout: 120_000 }, async () => {
    const residents = await Promise.all(Array.from({ length: 24 }, (_, n) => enterChat(urlOf(0), communityId, `127.3.3.${n + 1}`)))
    const words = (n: number): string => `${n + 301}栋1单元楼道灯坏了`
    const frozen = processes.at(-1)
    if (frozen === undefined) throw new Error('no process runs')
    const taken = residents.map((client, n) => client.at(urlOf(n % 2)).send(words(n), { clientId: `takeover-stop-${n}` }))
    process.kill(frozen.pid, 'SIGSTOP')
    try {
      for (const answer of await Promise.all(taken)) expect(answer.status).toBe(202)
      await Promise.all(residents.map((client) => settled(client.at(urlOf(0)), 1)))
    } finally {
      process.kill(frozen.pid, 'SIGCONT')
    }
    // Awake again, it takes its part: what is said to it is answered.
    const late = await enterChat(frozen.url, communityId, '127.3.3.100')
    await late.send('你好')
    await settled(late, 1)
    const { requests, pending } = await house.stored(communityId)
    expect(pending).toEqual([])
    for (const [n, client] of residents.entries()) {
      expect(requests.filter((request) => request.description === words(n)), words(n)).toHaveLength(1)
      expect((await settled(client, 1)).filter((line) => line.from === 'bot' && line.text.includes('HZ-'))).toHaveLength(1)
    }
  })
})

/** Lines of the private chat once `own` of the resident's stand there and the last is the bot's; as they are after 30 s. */
async function settled(client: ChatClient, own: number): Promise<readonly ChatLine[]> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const base = processes[0]?.url ?? ''
    const lines = await allLines(client, (path) => call(base, path, { cookie: client.cookie }))
    if ((lines.filter((line) => line.from === 'me').length >= own && lines.at(-1)?.from === 'bot') || Date.now() > deadline) return lines
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}
