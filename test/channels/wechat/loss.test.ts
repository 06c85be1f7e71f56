import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { createPairing } from '../../../src/channels/pairing.js'
import { tellLosses } from '../../../src/channels/loss-news.js'
import type { WechatParts } from '../../../src/channels/wechat.js'
import { channelRows } from '../../../src/desk/duty-routes.js'
import { watchChannels } from '../../../src/paging/channel-watch.js'
import { createReach } from '../../../src/paging/reach.js'
import { createHealthBoard } from '../../../src/channels/health.js'
import { aReply } from '../../contracts/channel.js'
import { aCommunity } from '../../desk/running-server.js'
import { aStaffedHouse, staffRoom, type StaffedHouse } from '../lark/house.js'
import { bot, compileGateway, pairRoom, room, until, wang, wechatApp, zhang, type WechatApp } from './app.js'

/** With LONG=1 the probes and waits of a real run, by the clock on the wall; else quick probes, and the wait for a hiccup is skipped. */
const isLong = process.env['LONG'] === '1'
const admin = 'ou_admin'

let compiled: Awaited<ReturnType<typeof compileGateway>>
let house: StaffedHouse
let app: WechatApp
beforeAll(async () => { compiled = await compileGateway() })
afterAll(() => compiled.remove())
afterEach(async () => {
  await app.close()
  await app.wechat.close()
  await house.close()
})

/** 一窗 on Lark and WeChat; an admin and a staff group are on Lark. */
async function begin(): Promise<{ readonly skipped: readonly number[] }> {
  const skipped: number[] = []
  let opened: WechatApp | null = null
  const health = createHealthBoard(Date.now)
  health.report('lark', { kind: 'online' })
  house = await aStaffedHouse(() => (opened === null ? [] : [opened.channel]), (store, now) => ({
    reach: createReach({ store, pairing: createPairing({ store, now }), health, present: () => Promise.resolve(new Set()), now }), deskUrl: () => 'https://desk.example/desk',
  }))
  await house.link(admin, '管理员', 'admin')
  const { hood, lark } = house
  const pager = hood.engine.pager
  if (pager === null) throw new Error('nobody is called')
  watchChannels({ health, pager, log: () => undefined, ...(isLong ? {} : { after: (ms, work) => { skipped.push(ms); const timer = setTimeout(work, 0); return () => { clearTimeout(timer) } } }) })
  tellLosses({ health, lark: house.channel, now: Date.now, log: () => undefined, adminChats: async () => [`lark:p2p:${admin}`], drawCode: async (code) => Buffer.from(`picture of ${code}`) })
  const real: Partial<WechatParts> = isLong ? { timings: { probeEveryMs: 10_000, deafAfterMs: 30_000, againAfterMs: 500 } } : {}
  app = opened = await wechatApp({
    script: compiled.script, store: hood.store, isUnpaired: true, communities: () => [aCommunity(hood.communityId, '新荷社区')], start: (event) => hood.engine.deliver(event),
    onState: (state) => { health.report('wechat', state) }, health, ...real,
  })
  await pairRoom(app.wechat, app.pairing, room, { communityId: hood.communityId })
  expect(lark.connections()).toBe(1)
  return { skipped }
}

async function peopleComeBack(): Promise<void> {
  await app.wechat.do('contact', { id: bot, name: '小助手' })
  for (const [id, name] of [[wang, '王阿姨'], [zhang, '老张']]) await app.wechat.do('contact', { id, name })
  await app.wechat.do('room', { id: room, topic: '莲花小区', members: [bot, wang, zhang] })
}

/** Back with a new login, under which the room has to be paired again. */
async function loginAgain(roomId: string): Promise<void> {
  await app.wechat.do('login', { id: bot })
  await until(() => app.health.all().some(({ channel, state }) => channel === 'wechat' && state.kind === 'online'))
  await pairRoom(app.wechat, app.pairing, room, { again: roomId, communityId: house.hood.communityId })
}

const faults = [
  ['its gateway is killed', async () => { await app.wechat.kill() }, async () => {
    await app.wechat.begin()
    await peopleComeBack()
    await app.wechat.do('login', { id: bot })
  }],
  ['its gateway freezes', async () => { app.wechat.signal('SIGSTOP') }, async () => { app.wechat.signal('SIGCONT') }],
  ['the account is logged out', async () => {
    await app.wechat.do('logout', { reason: '' })
    await app.wechat.do('scan', { qr: 'https://login.example.org/l/1' })
  }, loginAgain],
  ['the account is restricted', async () => {
    await app.wechat.do('logout', { reason: '当前帐号被限制登录' })
    await app.wechat.do('scan', { qr: 'https://login.example.org/l/1' })
  }, loginAgain],
] as const

describe('when WeChat is lost because', () => {
  it.each(faults)('%s: it is seen within a minute, an admin knows within two on Lark, nothing that waits is lost, and the room is told once', { timeout: 300_000 }, async (name, breakIt, mendIt) => {
    const { skipped } = await begin()
    const [{ id: roomId } = { id: '' }] = await app.pairing.rooms('wechat')
    const to = { channel: 'wechat', conversationId: roomId, chat: 'group', residentId: null } as const
    await app.channel.send(to, aReply('之前的话'), 'k-before')
    const lostAt = Date.now()
    await breakIt()
    await until(() => app.health.all().some(({ channel, state }) => channel === 'wechat' && state.kind !== 'online'))
    const seenMs = Date.now() - lostAt
    const told = (where: string, words: RegExp): boolean => house.shownIn(where).some((text) => words.test(text))
    await until(() => told(admin, /微信(断线了|要人处理)/))
    const toldMs = Date.now() - lostAt + skipped.reduce((sum, ms) => sum + ms, 0)
    await until(() => told(staffRoom, /微信断线了/))
    const queued = Promise.all(Array.from({ length: 10 }, (_, n) => app.channel.send(to, aReply(`进度 ${n}`), `k-${n}`)))
    const needsCode = name.startsWith('the account')
    if (needsCode) {
      // The code is at the desk, and as a picture with the admin.
      expect(channelRows(app.health).find(({ channel }) => channel === 'wechat')).toMatchObject({ kind: 'needs-login', qr: expect.any(String) })
      await until(() => house.lark.shown.some((one) => one.to === admin && one.type === 'image'))
      expect([...house.lark.uploads.values()].map(String)).toEqual(['picture of https://login.example.org/l/1'])
    }
    app.clock.now += 12 * 60_000
    await mendIt(roomId)
    await queued
    await until(() => app.textsIn(room).some((text) => text.includes('期间消息请重发')) && told(staffRoom, /微信恢复了/))
    console.log(`${name}: seen after ${seenMs} ms, told after ${toldMs} ms${isLong ? '' : ' (the 30 s for a hiccup counted, not waited)'}; 10 of 10 that waited arrived once`)
    expect(app.textsIn(room).filter((text) => text.startsWith('进度'))).toEqual(Array.from({ length: 10 }, (_, n) => `进度 ${n}`))
    expect(app.textsIn(room).filter((text) => text === '之前的话')).toHaveLength(1)
    expect(app.textsIn(room).filter((text) => text.includes('期间消息请重发'))).toHaveLength(1)
    expect([seenMs <= 60_000, toldMs <= 120_000]).toEqual([true, true])
  })
})
