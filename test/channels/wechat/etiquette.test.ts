import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PLATFORM } from '../../../src/knowledge/community.js'
import { aNeighbourhood, type Neighbourhood } from '../../conversation/neighbourhood.js'
import { aCommunity } from '../../desk/running-server.js'
import { aStaffAccount } from '../../store/rows.js'
import { bot, compileGateway, pairRoom, until, wang, wechatApp, zhang, type WechatApp } from './app.js'
import { messageTypes, wechatStandIn, type WechatStandIn } from './stand-in.js'

/** A residents' room on WeChat, the real conversations behind it. */
const zhou = 'zhou'
let compiled: Awaited<ReturnType<typeof compileGateway>>
let wechat: WechatStandIn
let hood: Neighbourhood
let app: WechatApp
let count = 0
/** Each test has a room and a building of its own, in one house. */
let here = ''
let roomId = ''
let place = ''
beforeAll(async () => {
  compiled = await compileGateway()
  wechat = await wechatStandIn()
  let opened: WechatApp | null = null
  hood = await aNeighbourhood('huzhou-demo', { channels: () => (opened === null ? [] : [opened.channel]) })
  app = opened = await wechatApp({
    script: compiled.script, wechat, store: hood.store, isUnpaired: true, communities: () => [aCommunity(hood.communityId, '新荷社区')], start: (event) => hood.engine.deliver(event),
    work: { engine: hood.engine, isForAll: () => true },
  })
  await wechat.do('contact', { id: zhou, name: '小周' })
  await wechat.do('contact', { id: 'neighbour', name: '邻居' })
  await hood.store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: aStaffAccount({ id: 'staff-zhou', login: 'zhou', name: '小周', scope: [hood.communityId] }) }])
  await wechat.says(zhou, bot, `关联 ${await app.pairing.issue({ kind: 'staff', staffId: 'staff-zhou' })}`)
  await until(() => app.textsIn(zhou).length > 0)
})
afterAll(async () => {
  await app.close()
  await wechat.close()
  await compiled.remove()
})
beforeEach(async () => {
  count += 1
  here = `lotus-${count}@chatroom`
  place = `${count + 2}栋2单元`
  await wechat.do('room', { id: here, topic: '莲花小区', members: [bot, wang, zhang, zhou] })
  roomId = await pairRoom(wechat, app.pairing, here, { communityId: hood.communityId })
})

const filedHere = async () => (await hood.requests()).filter(({ address }) => address?.includes(place) === true)

/** Both clocks go on: the channel's and the conversations'. */
function pass(ms: number): void {
  hood.pass(ms)
  app.clock.now += ms
}

/** What the room heard after it was paired. */
const heard = (): readonly string[] => app.textsIn(here).slice(1)
/** Says it in the room and waits for the answer to it. */
async function asks(who: string, text: string): Promise<string> {
  const before = heard().length
  await wechat.says(who, here, text)
  await until(() => heard().length > before)
  await hood.engine.idle()
  return heard()[before] ?? ''
}
/** Says what nobody answers, then something that is: what came before that is silence. */
async function saysUnanswered(who: string, text: string): Promise<void> {
  const before = heard().length
  await wechat.says(who, here, text)
  expect(await asks('neighbour', '@小助手 有人吗')).toBe(heard()[before])
}

describe('in a residents’ room the bot', () => {
  it('answers in three lines at most, however long the clause', async () => {
    const said = await asks(wang, '@小助手 社区工作者要配几个人')
    expect(said.split('\n').length).toBeLessThanOrEqual(3)
    for (const line of said.split('\n')) expect([...line].length).toBeLessThanOrEqual(120)
  })

  it('is silent on neighbours’ talk', async () => {
    await saysUnanswered(wang, '今晚吃火锅去不去')
    await saysUnanswered(zhang, '哈哈哈')
  })

  it('joins a second report of the same fault instead of repeating it', async () => {
    await asks(wang, `@小助手 ${place}楼道灯坏了`)
    expect(await asks(zhang, `@小助手 ${place}的楼道灯不亮`)).toContain('已并入')
    expect(await filedHere()).toHaveLength(1)
  })

  it('moves what is private to private and repeats nothing of it', async () => {
    const said = await asks(wang, `@小助手 想给我妈订助餐，${place}502，电话13800000021`)
    expect(said).not.toMatch(/13800000021|502/)
    expect(said).toMatch(/私聊|撤回/)
  })

  it('asks at once to take back an ID number, without being called, and keeps none of it', async () => {
    expect(await asks(wang, '登记 330502190003170037')).toContain('撤回')
    const rows = await Promise.all((['messages', 'intake', 'dialogs', 'outbox'] as const).map((table) => hood.store.find(hood.communityId, table, {})))
    expect(JSON.stringify(rows)).not.toContain('330502190003170037')
  })

  it('welcomes those who join once, with who it is and what becomes of what they say', async () => {
    await wechat.do('join', { roomId: here, ids: ['new-1'] })
    await until(() => heard().length > 0)
    await wechat.do('join', { roomId: here, ids: ['new-2'] })
    await saysUnanswered(wang, '欢迎欢迎')
    const welcomes = heard().filter((text) => text.includes('欢迎新邻居'))
    expect(welcomes).toHaveLength(1)
    expect(welcomes[0]).toContain('是程序，不是真人')
    expect(welcomes[0]).toContain('只用来答复和办理')
  })

  it('answers another program three times in a minute and then no more, which is noted for staff', async () => {
    for (let round = 1; round <= 3; round += 1) await asks('neighbour', `@小助手 有人吗${round}`)
    await wechat.says('neighbour', here, '@小助手 有人吗4')
    expect(await asks(wang, '@小助手 有人吗')).not.toBe('')
    expect(heard()).toHaveLength(4)
    expect(hood.log).toContain('room.looped')
    pass(60_000)
    expect(await asks('neighbour', '@小助手 有人吗5')).not.toBe('')
  })

  it('is cut off from no one in danger, however often they wrote', async () => {
    for (let round = 1; round <= 3; round += 1) await asks(wang, `@小助手 有人吗${round}`)
    expect(await asks(wang, '救命啊 3栋着火了')).toContain('119')
  })

  it('never answers its own words, nor an account of WeChat’s', async () => {
    await wechat.says(bot, here, `@小助手 ${place}楼道灯坏了`)
    await saysUnanswered(wang, '知道了')
    expect(await filedHere()).toHaveLength(0)
  })

  it('speaks when called only, where the room is set so', async () => {
    await asks(wang, '@小助手 有人吗')
    const row = await hood.store.get(hood.communityId, 'conversations', roomId)
    if (row === null) throw new Error('no conversation')
    await hood.store.commit(hood.communityId, [{ op: 'put', table: 'conversations', row: { ...row, gateMode: 'only-when-addressed' } }])
    await saysUnanswered(wang, '请问3栋楼道灯坏了找谁报修')
  })
})

describe('a pause word', () => {
  it('of staff makes it quiet in that room until they call it back; danger is answered all the same', async () => {
    expect(await asks(zhou, '小助手先停一下')).toContain('先不说话')
    await wechat.says(wang, here, `@小助手 ${place}楼道灯坏了`)
    expect(await asks(zhang, '3栋着火了 快跑')).toContain('119')
    expect(heard()).toHaveLength(2)
    expect(await asks(zhou, '小助手继续')).toContain('回来了')
    expect(await asks(wang, `@小助手 ${place}楼道灯坏了`)).toContain('已受理')
  })

  it('keeps nothing of what neighbours say meanwhile', async () => {
    await asks(zhou, '@小助手 休息')
    await wechat.says(wang, here, '@小助手 物业费要涨到五块八了')
    await asks(zhou, '小助手继续')
    expect(JSON.stringify(await hood.store.find(hood.communityId, 'messages', {}))).not.toContain('五块八')
  })

  it('of a neighbour pauses nothing', async () => {
    await wechat.says(wang, here, '小助手先停一下')
    expect(await asks(zhang, `@小助手 ${place}楼道灯坏了`)).toContain('已受理')
  })

  it('that nobody ends is over after twelve hours', async () => {
    await asks(zhou, '小助手休息一下')
    pass(12 * 3_600_000)
    expect(await asks(wang, `@小助手 ${place}楼道灯坏了`)).toContain('已受理')
  })
})

describe('what people send on WeChat', () => {
  it.each([
    ['a location', messageTypes.location, '', '3号楼|HZ-|什么'], ['a contact card', messageTypes.contact, '张师傅', '名片我打不开'], ['an emoticon', messageTypes.emoticon, '', '^在的'], ['a red packet', messageTypes.redPacket, '', '不能收红包'],
    ['a link', messageTypes.link, '', '打不开'], ['a video', messageTypes.video, '', '打字说一下'],
  ])('in private, %s, is answered in words and ends nothing', async (_, type, text, words) => {
    const before = app.textsIn(wang).length
    await wechat.says(wang, bot, text, { type })
    await until(() => app.textsIn(wang).length > before)
    await hood.engine.idle()
    expect(app.textsIn(wang)[before]).toMatch(new RegExp(words))
    expect(hood.log).not.toContain('turn.failed')
  })

  it('a voice that the platform wrote down is as good as typed, in private and in the room', async () => {
    expect(await asks(wang, `@小助手 ${place}楼道灯坏了`)).toContain('已受理')
    const before = app.textsIn(wang).length
    await wechat.says(wang, bot, `${place}楼道灯修好没有`, { type: messageTypes.voice })
    await until(() => app.textsIn(wang).length > before)
    expect(app.textsIn(wang)[before]).toMatch(/HZ-|工单/)
  })

  it('a voice without words among neighbours is answered by nobody', async () => {
    await wechat.says(wang, here, '', { type: messageTypes.voice })
    expect(await asks(zhang, '@小助手 有人吗')).toBe(heard()[0])
  })

  it('a picture that is taken back is gone with its bytes', async () => {
    await asks(wang, `@小助手 ${place}楼道灯坏了`)
    const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
    const id = await wechat.says(wang, bot, '', { type: messageTypes.image, file: { base64: png, name: 'p.png' } })
    const kept = async () => (await hood.store.find(hood.communityId, 'attachments', {})).filter(({ conversationId }) => conversationId.startsWith('wechat:p2p:'))
    await until(async () => (await kept()).length === 1)
    await hood.engine.idle()
    await wechat.says(wang, bot, id, { type: messageTypes.recalled })
    await until(async () => (await kept()).length === 0)
  })

  it('the bot taken out of a room hears nothing there and is sent nothing; put back, it goes on', async () => {
    await wechat.do('leave', { roomId: here, ids: [bot] })
    await until(async () => (await app.pairing.room(roomId))?.leftAt !== null)
    await expect(app.channel.send({ channel: 'wechat', conversationId: roomId, chat: 'group', residentId: null }, { text: '已修好', choices: [], citations: [], urgency: 'normal', from: { kind: 'bot' } }, `gone-${count}`)).rejects.toMatchObject({ code: 'gone' })
    await wechat.do('join', { roomId: here, ids: [bot] })
    await until(async () => (await app.pairing.room(roomId))?.leftAt === null)
    expect(await asks(wang, `@小助手 ${place}楼道灯坏了`)).toContain('已受理')
  })

  it('a new friend is greeted once, with who it is and what becomes of what they say', async () => {
    await wechat.do('contact', { id: `friend-${count}`, name: '新邻居' })
    for (let times = 0; times < 2; times += 1) await wechat.do('friendship', { friendship: { id: `f-${count}`, contactId: `friend-${count}`, type: 1, hello: '', timestamp: 1, ticket: 't' } })
    await until(() => app.textsIn(`friend-${count}`).length > 0)
    await hood.engine.idle()
    expect(app.textsIn(`friend-${count}`)).toEqual([expect.stringContaining('是程序，不是真人')])
  })

  it('is theirs, whatever the room is called now: a new topic moves no room to another community', async () => {
    await wechat.do('topic', { roomId: here, topic: '另一个社区 业主群' })
    await asks(wang, `@小助手 ${place}楼道灯坏了`)
    expect(await app.pairing.room(roomId)).toMatchObject({ communityId: hood.communityId })
    expect((await filedHere())[0]?.number).toMatch(/^HZ-/)
  })

  it('quoting us is said to us; the quoted words are not taken for theirs', async () => {
    const said = await asks(wang, `@小助手 ${place}楼道灯坏了`)
    expect(await asks(wang, `「小助手：${said}」\n- - - - - - - - - - - - - - -\n到哪一步了`)).toContain('工单')
    expect(await filedHere()).toHaveLength(1)
  })

  it('taken back before it was answered is as if unsaid', async () => {
    const id = await wechat.says(wang, here, `@小助手 ${place}楼道灯坏了`)
    await until(() => heard().length > 0)
    await hood.engine.idle()
    await wechat.says(wang, here, id, { type: messageTypes.recalled })
    await until(async () => (await hood.store.find(hood.communityId, 'messages', { by: 'conversationId', equals: roomId })).some(({ changed }) => changed === 'recalled'))
    expect(JSON.stringify(await hood.store.find(hood.communityId, 'messages', { by: 'conversationId', equals: roomId }))).not.toContain('楼道灯坏了')
  })
})

describe('a file in a reply', () => {
  it('follows its words on WeChat, once, under a name of ours', async () => {
    const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
    await hood.store.saveBlob(hood.communityId, 'att-1', png)
    await hood.store.commit(hood.communityId, [{ op: 'put', table: 'attachments', row: { id: 'att-1', rev: 0, residentId: 'staff', conversationId: 'c', kind: 'image', mediaType: 'image/png', bytes: png.length, sha256: 'ab', at: 1 } }])
    const to = { channel: 'wechat', conversationId: roomId, chat: 'group', residentId: null } as const
    const reply = { text: '已修好', choices: [], citations: [], urgency: 'normal', attachments: [{ id: 'att-1', kind: 'image', mediaType: 'image/png', bytes: png.length }], from: { kind: 'bot' } } as const
    await app.channel.send(to, reply, `k-${count}`)
    await app.channel.send(to, reply, `k-${count}`)
    expect(heard()).toEqual(['已修好', `[att-1.png，${png.length}字节]`])
  })

  it('no longer kept leaves the words alone', async () => {
    const to = { channel: 'wechat', conversationId: roomId, chat: 'group', residentId: null } as const
    await app.channel.send(to, { text: '已修好', choices: [], citations: [], urgency: 'normal', attachments: [{ id: 'att-gone', kind: 'image', mediaType: 'image/png', bytes: 3 }], from: { kind: 'bot' } }, `k-${count}`)
    expect(heard()).toEqual(['已修好'])
  })
})
