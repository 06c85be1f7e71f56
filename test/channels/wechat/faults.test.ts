import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { Address } from '../../../src/channels/channel.js'
import { huzhou } from '../../desk/running-server.js'
import { aReply } from '../../contracts/channel.js'
import { bot, compileGateway, pairRoom, room, until, wang, wechatApp, zhang, type WechatApp } from './app.js'
import { messageTypes, wechatStandIn, type WechatStandIn } from './stand-in.js'

let compiled: Awaited<ReturnType<typeof compileGateway>>
/** One for all but those who kill or freeze theirs. */
let wechat: WechatStandIn
let app: WechatApp
beforeAll(async () => {
  compiled = await compileGateway()
  wechat = await wechatStandIn()
})
afterAll(async () => {
  await wechat.close()
  await compiled.remove()
})
afterEach(() => app.close())

const stateOf = () => app.health.all()[0]?.state
const inRoom = async (): Promise<Address> => ({ channel: 'wechat', conversationId: (await app.pairing.rooms('wechat'))[0]?.id ?? '', chat: 'group', residentId: null })
const privately = (who: string, session = 's1'): Address => ({ channel: 'wechat', conversationId: `wechat:p2p:${session}:${who}`, chat: 'private', residentId: `wechat:${session}:${who}` })
const awayLines = (to: string) => app.textsIn(to).filter((text) => text.includes('期间消息请重发'))

/** The stand-in's people and rooms, after it was begun anew. */
async function peopleComeBack(self = bot, rooms: readonly string[] = [room], people: readonly (readonly [string, string])[] = [[wang, '王阿姨'], [zhang, '老张']]): Promise<void> {
  await app.wechat.do('contact', { id: self, name: '小助手' })
  for (const [id, name] of people) await app.wechat.do('contact', { id, name })
  for (const id of rooms) await app.wechat.do('room', { id, topic: '莲花小区', members: [self, ...people.map(([one]) => one)] })
}

describe('a connection that is lost', () => {
  it.each([
    ['killed', async () => { await app.wechat.kill() }, async () => {
      await app.wechat.begin()
      await peopleComeBack()
      await app.wechat.do('login', { id: bot })
    }],
    ['frozen', async () => { app.wechat.signal('SIGSTOP') }, async () => { app.wechat.signal('SIGCONT') }],
  ] as const)('when the gateway is %s: is seen, keeps what is to be sent, sends it once on return and tells the room once', async (_, breakIt, mendIt) => {
    app = await wechatApp({ script: compiled.script })
    const to = await inRoom()
    await app.channel.send(to, aReply('之前的话'), 'k-before')
    await breakIt()
    await until(() => stateOf()?.kind === 'offline')
    const queued = Promise.all(Array.from({ length: 10 }, (__, n) => app.channel.send(to, aReply(`进度 ${n}`), `k-${n}`)))
    app.clock.now += 12 * 60_000
    await mendIt()
    await queued
    await until(() => stateOf()?.kind === 'online' && awayLines(room).length > 0)
    await app.wechat.says(wang, room, '@小助手 在吗')
    await until(() => app.taken.length > 0)
    expect(app.textsIn(room).filter((text) => text.startsWith('进度'))).toEqual(Array.from({ length: 10 }, (__, n) => `进度 ${n}`))
    expect(app.textsIn(room).filter((text) => text === '之前的话')).toHaveLength(1)
    expect(awayLines(room)).toEqual(['我离线了 12 分钟，期间消息请重发。'])
  })

  it('when the account is thrown out: staff see WeChat’s words, then the code to scan', async () => {
    app = await wechatApp({ script: compiled.script, wechat })
    await app.wechat.do('logout', { reason: '当前帐号被限制登录' })
    await until(() => stateOf()?.kind === 'needs-login')
    expect(stateOf()).toMatchObject({ kind: 'needs-login', reason: expect.stringContaining('当前帐号被限制登录') as string })
    await app.wechat.do('scan', { qr: 'https://login.example.org/l/1' })
    await until(() => { const state = stateOf(); return state?.kind === 'needs-login' && state.qr !== null })
    expect(stateOf()).toMatchObject({ qr: 'https://login.example.org/l/1' })
  })

  it('is seen when our own process was away, and the rooms are told', async () => {
    app = await wechatApp({ script: compiled.script, wechat })
    await app.channel.stop()
    app.clock.now += 3 * 3_600_000
    const again = app.again()
    await again.start(async () => undefined)
    await until(() => awayLines(room).length > 0)
    expect(awayLines(room)).toEqual(['我离线了 180 分钟，期间消息请重发。'])
    await again.stop()
  })

  it('that never takes our process along: the gateway’s process is begun anew when it ends', async () => {
    app = await wechatApp({ script: compiled.script, wechat })
    const states: string[] = []
    app.health.onChange(({ state }) => { states.push(state.kind) })
    const child = app.childPid()
    if (child === null) throw new Error('no process')
    process.kill(child, 'SIGKILL')
    await until(() => states.includes('offline') && stateOf()?.kind === 'online')
    await app.channel.send(await inRoom(), aReply('还在'), 'k-1')
    expect(app.textsIn(room)).toContain('还在')
  })
})

describe('a new login that changes every id', () => {
  const room2 = 'lotus-2@chatroom'
  const relogin = async (): Promise<void> => {
    await app.wechat.do('logout', { reason: '' })
    await until(() => stateOf()?.kind === 'needs-login')
    await app.wechat.do('forget')
    await peopleComeBack('bot-2', [room2], [['wang-2', '王阿姨'], ['zhang-2', '老张']])
    app.clock.now += 20 * 60_000
    await app.wechat.do('login', { id: 'bot-2' })
    await until(() => stateOf()?.kind === 'online')
  }

  it('makes a room ours again only by an admin’s code: the same name, the same people and an invitation do not', async () => {
    app = await wechatApp({ script: compiled.script, wechat })
    const before = await inRoom()
    await relogin()
    const shown = app.wechat.written.length
    const waiting = app.channel.send(before, aReply('工单 0042 已修好'), 'k-1')
    await app.wechat.do('join', { roomId: room2, ids: ['bot-2'] })
    await app.wechat.says('wang-2', room2, '@小助手 0042 怎么样了')
    await until(() => app.wechat.written.length > shown)
    expect(app.taken).toEqual([])
    expect(app.textsIn(room2)).toEqual([expect.stringContaining('配对码')])
    expect(await pairRoom(app.wechat, app.pairing, room2, { again: before.conversationId, admin: 'zhang-2' })).toBe(before.conversationId)
    await waiting
    await until(() => awayLines(room2).length > 0)
    expect(app.textsIn(room2).filter((text) => text.includes('0042'))).toHaveLength(1)
    expect(awayLines(room2)).toEqual(['我离线了 20 分钟，期间消息请重发。'])
    await app.wechat.says('wang-2', room2, '@小助手 0042 怎么样了')
    await until(() => app.taken.length > 0)
    expect(app.taken[0]).toMatchObject({ conversationId: before.conversationId, communityId: huzhou })
  })

  it('is answered when a room is paired by night: who typed the code is awake', async () => {
    app = await wechatApp({ script: compiled.script, wechat, isUnpaired: true })
    app.clock.now = Date.parse('2026-11-20T23:30:00+08:00')
    await pairRoom(app.wechat, app.pairing, room)
    expect(app.textsIn(room)).toEqual([expect.stringContaining('配对成功')])
  })

  it('gives a used code to nobody a second time', async () => {
    app = await wechatApp({ script: compiled.script, wechat })
    const code = await app.pairing.issue({ kind: 'room', communityId: huzhou, use: 'residents' })
    await app.wechat.says(zhang, room, `配对 ${code}`)
    await until(() => app.textsIn(room).filter((text) => text.includes('配对成功')).length === 2)
    await app.wechat.do('room', { id: 'strangers@chatroom', topic: '莲花小区', members: [bot, wang] })
    await app.wechat.says(wang, 'strangers@chatroom', `配对 ${code}`)
    await until(() => app.textsIn('strangers@chatroom').length > 0)
    expect(app.textsIn('strangers@chatroom')).toEqual([expect.stringContaining('不对、用过或者过期')])
    expect(await app.pairing.rooms('wechat')).toHaveLength(1)
  })

  it('shows nobody what was meant for an id of before: who copies a name is a new person', async () => {
    app = await wechatApp({ script: compiled.script, wechat })
    await app.pairing.remember(`wechat:s1:${wang}`, 'wechat', { communityId: huzhou, staffId: 'staff-1' })
    await relogin()
    // Another person, under the very id that 王阿姨 had before.
    await app.wechat.do('contact', { id: wang, name: '王阿姨' })
    await expect(app.channel.send(privately(wang), aReply('您的低保申请批下来了'), 'k-1')).rejects.toMatchObject({ code: 'gone' })
    await app.wechat.says(wang, 'bot-2', '我的申请怎么样了')
    await until(() => app.taken.length > 0 || app.textsIn(wang).length > 0)
    expect(app.textsIn(wang).join()).not.toContain('低保')
    for (const event of app.taken) if (event.kind === 'message') expect(event.author.id).toBe(`wechat:s2:${wang}`)
    expect((await app.pairing.person(`wechat:s2:${wang}`))?.staffId ?? null).toBeNull()
  })

  it('three times within a second leaves us heard and with our name, whatever overtakes what', async () => {
    app = await wechatApp({ script: compiled.script, wechat })
    for (let times = 1; times <= 3; times += 1) await app.wechat.do('out-and-in', { id: bot })
    await until(() => stateOf()?.kind === 'online' && app.logged.some((line) => line.includes('"s4"')))
    await pairRoom(app.wechat, app.pairing, room)
    await app.wechat.says(wang, room, '@小助手 三号楼灯坏了')
    await until(() => app.taken.some((event) => event.kind === 'message' && event.chat === 'group'))
    expect(app.taken.findLast((event) => event.kind === 'message' && event.chat === 'group')).toMatchObject({ mentions: { bot: true } })
  })

  it('changes nothing where the puppet keeps its ids', async () => {
    app = await wechatApp({ script: compiled.script, wechat, idsLast: 'for-good' })
    const to = await inRoom()
    await app.wechat.do('logout', { reason: '' })
    await until(() => stateOf()?.kind === 'needs-login')
    await app.wechat.do('login', { id: bot })
    await until(() => stateOf()?.kind === 'online')
    await app.channel.send(to, aReply('还在'), 'k-1')
    expect(app.textsIn(room)).toContain('还在')
  })
})

describe('what cannot be known', () => {
  it('a message on its way when we were killed is not sent twice; a warning is', async () => {
    app = await wechatApp({ script: compiled.script, wechat })
    const to = await inRoom()
    for (const id of ['k-1', 'k-2']) await app.store.commit('platform' as never, [{ op: 'put', table: 'wechatSends', row: { id, rev: 0, state: 'sending', messageId: null, at: app.clock.now } }])
    await expect(app.channel.send(to, aReply('已修好'), 'k-1')).rejects.toMatchObject({ code: 'unknown-delivery' })
    await app.channel.send(to, aReply('请马上离开', { urgency: 'danger' }), 'k-2')
    expect(app.textsIn(room).filter((text) => text === '已修好' || text === '请马上离开')).toEqual(['请马上离开'])
  })

  it('a message that could not be kept is answered so', async () => {
    app = await wechatApp({ script: compiled.script, wechat, start: async () => { throw new Error('disk full') } })
    await app.wechat.says(wang, bot, '三号楼灯坏了')
    await until(() => app.textsIn(wang).length > 0)
    expect(app.textsIn(wang)).toEqual(['没有登记成功，请稍后再发。'])
  })
})

describe('what residents bring', () => {
  it('a picture in private is fetched, checked by its bytes and kept; a neighbour’s in the room is not looked at', async () => {
    app = await wechatApp({ script: compiled.script, wechat })
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    await app.wechat.says(wang, bot, '', { type: messageTypes.image, file: { base64: png, name: 'p.png' } })
    await app.wechat.says(zhang, room, '', { type: messageTypes.image, file: { base64: png, name: 'p.png' } })
    await until(() => app.taken.length === 2)
    expect(app.taken.find((event) => event.kind === 'message' && event.chat === 'private')).toMatchObject({ attachments: [{ kind: 'image', mediaType: 'image/png' }] })
    expect(app.taken.find((event) => event.kind === 'message' && event.chat === 'group')).toMatchObject({ attachments: [], text: '[图片]' })
  })

  it('a voice without words is asked for in writing', async () => {
    app = await wechatApp({ script: compiled.script, wechat })
    await app.wechat.says(wang, bot, '', { type: messageTypes.voice })
    await until(() => app.textsIn(wang).length > 0)
    expect(app.textsIn(wang)).toEqual([expect.stringContaining('打字')])
  })

  it('a friend request with a code is accepted and tells where the person lives; a stranger’s waits for a person', async () => {
    app = await wechatApp({ script: compiled.script, wechat })
    const code = await app.pairing.issue({ kind: 'resident', communityId: huzhou })
    await app.wechat.do('friendship', { friendship: { id: 'f-stranger', contactId: zhang, type: 2, hello: '你好', timestamp: 1, ticket: 't' } })
    await app.wechat.do('friendship', { friendship: { id: 'f-wang', contactId: wang, type: 2, hello: `绑定 ${code}`, timestamp: 1, ticket: 't' } })
    await until(() => app.wechat.accepted.length > 0)
    expect(app.wechat.accepted).toEqual(['f-wang'])
    expect(await app.pairing.person(`wechat:s1:${wang}`)).toMatchObject({ communityId: huzhou })
  })
})
