import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { PLATFORM } from '../../../src/knowledge/community.js'
import { readStaffOrder, requestsCalled } from '../../../src/channels/wechat/staff-orders.js'
import { aNeighbourhood, type Neighbourhood } from '../../conversation/neighbourhood.js'
import { aCommunity } from '../../desk/running-server.js'
import { aRequest, aStaffAccount, PUYANG } from '../../store/rows.js'
import { bot, compileGateway, pairRoom, room, until, wang, wechatApp, zhang, type WechatApp } from './app.js'
import { messageTypes, wechatStandIn, type WechatStandIn } from './stand-in.js'

describe('an order of staff', () => {
  it.each([
    ['接 0042', { move: 'take', number: '0042', words: '' }],
    ['接0042', { move: 'take', number: '0042', words: '' }],
    ['回 0042 明天上午到', { move: 'reply', number: '0042', words: '明天上午到' }],
    ['结 hz-2611-0042：换了灯管', { move: 'close', number: 'HZ-2611-0042', words: '换了灯管' }],
    ['办结　0042，换了灯管', { move: 'close', number: '0042', words: '换了灯管' }],
    ['退 0042 不归社区管', { move: 'return', number: '0042', words: '不归社区管' }],
    ['问 0042 几单元', { move: 'ask-resident', number: '0042', words: '几单元' }],
  ])('%s', (text, order) => { expect(readStaffOrder(text)).toEqual(order) })

  it.each(['接着说', '回头再说', '结了', '接 13800000001', '0042 谁去', '接 3号楼', '回 0042号楼的人'])('is not: %s', (text) => { expect(readStaffOrder(text)).toBeNull() })

  it('means the request that is still going, where an older one of another month has the same serial', () => {
    const old = aRequest({ id: 'a', number: 'HZ-2610-0042', settledAt: 5 })
    const going = aRequest({ id: 'b', number: 'HZ-2611-0042', settledAt: null })
    expect(requestsCalled('0042', [old, going])).toEqual([going])
    expect(requestsCalled('HZ-2610-0042', [old, going])).toEqual([old])
    expect(requestsCalled('0042', [{ ...old, settledAt: null }, going])).toHaveLength(2)
  })
})

describe('a room of staff on WeChat', () => {
  const staffRoom = 'staff@chatroom'
  const zhou = 'zhou'
  let compiled: Awaited<ReturnType<typeof compileGateway>>
  let wechat: WechatStandIn
  let hood: Neighbourhood
  let app: WechatApp
  beforeAll(async () => {
    compiled = await compileGateway()
    wechat = await wechatStandIn()
  })
  afterAll(async () => {
    await wechat.close()
    await compiled.remove()
  })
  beforeEach(async () => {
    let opened: WechatApp | null = null
    hood = await aNeighbourhood('huzhou-demo', { channels: () => (opened === null ? [] : [opened.channel]) })
    app = opened = await wechatApp({
      script: compiled.script, wechat, store: hood.store, isUnpaired: true, communities: () => [aCommunity(hood.communityId, '新荷社区')], start: (event) => hood.engine.deliver(event),
      work: { engine: hood.engine, isForAll: (code) => code !== 'staff-complaint' && code !== 'mediation' },
    })
    await wechat.do('contact', { id: zhou, name: '小周' })
    await wechat.do('room', { id: staffRoom, topic: '工作群', members: [bot, zhou, zhang] })
    await pairRoom(wechat, app.pairing, staffRoom, { admin: zhou, use: 'staff', communityId: hood.communityId })
    await hood.store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: aStaffAccount({ id: 'staff-zhou', login: 'zhou', name: '小周', scope: [hood.communityId] }) }])
    await wechat.says(zhou, bot, `关联 ${await app.pairing.issue({ kind: 'staff', staffId: 'staff-zhou' })}`)
    await until(() => app.textsIn(zhou).length > 0)
  })
  afterEach(() => app.close())

  /** What the room heard after it was paired. */
  const heard = () => app.textsIn(staffRoom).slice(1)
  /** Says it in the room of staff and waits for the answer to it. */
  async function orders(text: string, who = zhou): Promise<string> {
    const before = heard().length
    await wechat.says(who, staffRoom, text)
    await until(() => heard().length > before)
    return heard()[before] ?? ''
  }
  /** A resident reports a fault in private; the number of what was filed, and the last four of it. */
  async function aFault(text = '3栋2单元502楼道灯坏了，我叫王小明，电话13800000001'): Promise<{ readonly number: string; readonly short: string }> {
    await wechat.says(wang, bot, text)
    await until(() => app.textsIn(wang).length > 0)
    await hood.engine.idle()
    if ((await hood.requests()).length === 0) await wechat.says(wang, bot, '对')
    await until(() => heard().length > 0)
    const number = (await hood.requests())[0]?.number
    if (number === undefined) throw new Error('nothing was filed')
    return { number, short: number.slice(-4) }
  }

  it('hears of each new request once, in one line without anything about a person', async () => {
    const { number, short } = await aFault()
    await wechat.says(wang, bot, '催一下')
    await hood.engine.idle()
    expect(heard()).toEqual([expect.stringContaining(number)])
    expect(heard()[0]).toContain(`接 ${short}`)
    expect(heard()[0]).not.toMatch(/\n|13800000001|502|王/)
  })

  it('takes, answers and closes a request; the resident hears each once, under the name of who wrote it', async () => {
    const { number, short } = await aFault()
    expect(await orders(`结 ${short} 换了灯管`)).toContain(`先发「接 ${short}」`)
    expect(await orders(`接 ${short}`)).toBe(`${number} 现在办理中，小周负责。`)
    expect((await hood.requests())[0]?.owner).toMatchObject({ kind: 'staff', id: 'staff-zhou' })
    expect(await orders(`回 ${short} 我十分钟后到`)).toContain('会收到')
    expect(await orders(`结 ${number} 换了灯管`)).toBe(`${number} 现在待居民确认，小周负责。`)
    await hood.engine.idle()
    expect((await hood.requests())[0]?.status).toBe('confirming')
    await until(() => app.textsIn(wang).some((text) => text.includes('换了灯管')))
    expect(app.textsIn(wang).filter((text) => text.includes('我十分钟后到'))).toEqual(['【社区工作人员 小周】我十分钟后到'])
    expect(app.textsIn(wang).filter((text) => text.includes('换了灯管'))).toHaveLength(1)
    await wechat.says(wang, bot, '1')
    await until(async () => (await hood.requests())[0]?.status === 'resolved')
  })

  const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='
  const photo = () => wechat.says(zhou, staffRoom, '', { type: messageTypes.image, file: { base64: png, name: 'p.png' } })
  const photosAt = (to: string) => app.textsIn(to).filter((text) => /^\[att-.*字节\]$/.test(text))

  it('takes photos for a request that was named for them, and gives them to its resident with the next words', async () => {
    const { short } = await aFault()
    await orders(`接 ${short}`)
    expect(await orders(`图 ${short}`)).toContain('请发')
    await photo()
    expect(await orders(`回 ${short} 灯管领到了`)).toContain('和 1 张照片')
    await until(() => photosAt(wang).length === 1)
    await orders(`图 ${short}`)
    await photo()
    await photo()
    expect(await orders(`结 ${short} 换了灯管`)).toContain('待居民确认')
    await until(() => photosAt(wang).length === 3)
    expect((await hood.requests())[0]?.attachmentIds).toHaveLength(2)
  })

  it('sends on no photo that staff post among themselves, nor one for another request', async () => {
    const { short } = await aFault()
    await orders(`接 ${short}`)
    await photo()
    expect(await orders(`回 ${short} 我十分钟后到`)).not.toContain('照片')
    expect(await orders('图 9999')).toContain('没有找到')
    await photo()
    expect(await orders(`结 ${short} 换了灯管`)).toContain('待居民确认')
    await until(() => app.textsIn(wang).some((text) => text.includes('换了灯管')))
    expect(photosAt(wang)).toEqual([])
  })

  it('brings photos into the residents’ room where the request was filed there', async () => {
    await wechat.do('room', { id: room, topic: '莲花小区', members: [bot, wang, zhang] })
    await pairRoom(wechat, app.pairing, room, { communityId: hood.communityId })
    await wechat.says(wang, room, '@小助手 3栋楼下的灯坏了')
    await until(() => heard().length > 0)
    const short = (await hood.requests())[0]?.number.slice(-4) ?? ''
    await orders(`图 ${short}`)
    await photo()
    await orders(`回 ${short} 灯管领到了`)
    await until(() => photosAt(room).length === 1)
    expect(app.textsIn(room)).toContain('【社区工作人员 小周】灯管领到了')
  })

  it('carries an order out once, however often WeChat brings it', async () => {
    const { short } = await aFault()
    for (let i = 0; i < 3; i += 1) await wechat.says(zhou, staffRoom, `回 ${short} 我十分钟后到`, { id: 'order-1' })
    await wechat.says(zhou, staffRoom, `接 ${short}`)
    await until(() => heard().some((text) => text.includes('小周负责')))
    await hood.engine.idle()
    expect(app.textsIn(wang).filter((text) => text.includes('我十分钟后到'))).toHaveLength(1)
    expect(heard()).toHaveLength(3)
  })

  it('leaves alone what staff say to one another, and says what is missing', async () => {
    const { short } = await aFault()
    await wechat.says(zhou, staffRoom, '接着说昨天的事')
    expect(await orders('接 9999')).toContain('没有找到 9999')
    expect(await orders(`回 ${short}`)).toContain('写一句')
    expect(heard()).toHaveLength(3)
  })

  it('hears nobody who is not linked, nor an account of another community, and says so once', async () => {
    const { short } = await aFault()
    expect(await orders(`接 ${short}`, zhang)).toContain('关联')
    await wechat.says(zhang, staffRoom, `接 ${short}`)
    await hood.store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: aStaffAccount({ id: 'staff-zhou', rev: 1, login: 'zhou', name: '小周', scope: [PUYANG] }) }])
    expect(await orders(`接 ${short}`)).toContain('不负责这个社区')
    expect(heard()).toHaveLength(3)
    expect((await hood.requests())[0]?.owner.id).not.toBe('staff-zhou')
  })

  it('hears only the number of a complaint about somebody who works there, and can do nothing with it', async () => {
    const { number, short } = await aFault('我要投诉网格员态度恶劣，骂人')
    expect((await hood.requests())[0]?.serviceCode).toBe('staff-complaint')
    expect(heard()).toEqual([`新工单 ${number}，请负责的人到工作台处理。`])
    expect(await orders(`接 ${short}`)).toContain('请到工作台')
  })

  it('hears once that somebody waits for a person, not who', async () => {
    await wechat.says(wang, bot, '人工')
    await until(() => heard().length > 0)
    await wechat.says(wang, bot, '有人吗，我电话13800000001')
    await hood.engine.idle()
    expect(heard()).toEqual(['有居民在等人工，请到工作台接待。'])
  })

  it('hears after a start of what was filed while nobody looked, and of nothing twice', async () => {
    const { number } = await aFault()
    await app.channel.stop()
    const request = (await hood.requests())[0]
    if (request === undefined) throw new Error('no request')
    await hood.store.commit(hood.communityId, [{ op: 'put', table: 'requests', row: { ...request, id: 'while-away', rev: 0, number: 'HZ-2611-0900', sourceKey: 'while-away', placeKey: null, filedAt: app.clock.now + 1 } }])
    const again = app.again()
    await again.start(async () => undefined)
    await until(() => heard().some((text) => text.includes('HZ-2611-0900')))
    expect(heard().filter((text) => text.includes(number))).toHaveLength(1)
    await again.stop()
  })
})
