import { writeFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { aCommunity } from '../desk/running-server.js'
import { aStaffedHouse, staffRoom, type StaffedHouse } from './lark/house.js'
import { buttonsOf, wordsOf } from './lark/stand-in.js'
import { aJpeg } from './pictures.js'
import { bot, compileGateway, pairRoom, room, until, wang, wechatApp, zhang, type WechatApp } from './wechat/app.js'
import { messageTypes } from './wechat/stand-in.js'

/** TRANSCRIPT=file keeps the talk as text. */
const keptIn = process.env['TRANSCRIPT']

let compiled: Awaited<ReturnType<typeof compileGateway>>
let house: StaffedHouse
let app: WechatApp
const talk: string[] = []

beforeAll(async () => {
  compiled = await compileGateway()
  let opened: WechatApp | null = null
  house = await aStaffedHouse(() => (opened === null ? [] : [opened.channel]))
  const { hood } = house
  app = opened = await wechatApp({ script: compiled.script, store: hood.store, isUnpaired: true, communities: () => [aCommunity(hood.communityId, '新荷社区')], start: (event) => hood.engine.deliver(event) })
  await pairRoom(app.wechat, app.pairing, room, { communityId: hood.communityId })
})
afterAll(async () => {
  if (keptIn !== undefined) writeFileSync(keptIn, `${talk.join('\n')}\n`)
  await app.close()
  await app.wechat.close()
  await house.close()
  await compiled.remove()
})

const here = '微信 莲花小区群'
const there = '飞书 工作群'
const inRoom = () => app.textsIn(room).slice(1)
const atWork = () => house.lark.shown.filter(({ to }) => to === staffRoom)
let [roomSeen, workSeen, cardSeen] = [0, 0, '']

function note(where: string, who: string, text: string): void {
  const [first = '', ...more] = text.split('\n')
  talk.push(`${where}  ${who}：${first}`, ...more.map((line) => `${' '.repeat(6)}${line}`))
}

/** Waits until it holds, then writes down what came to be seen. */
async function seen(holds: () => boolean): Promise<void> {
  await house.hood.engine.idle()
  await until(holds)
  for (const text of inRoom().slice(roomSeen)) note(here, '一窗', text.replace(/^\[att-.*\]$/, '[照片]'))
  roomSeen = inRoom().length
  for (const shown of atWork().slice(workSeen)) if (shown.type !== 'interactive') note(`${there}（卡片下）`, '一窗', shown.type === 'image' ? '[照片]' : wordsOf(shown))
  workSeen = atWork().length
  const card = house.card()
  const buttons = buttonsOf(card).map(({ text }) => `[${text}]`).join(' ')
  const known = new Set(buttonsOf(card).map(({ text }) => text))
  const words = wordsOf(card).split('\n').filter((line) => !known.has(line) && !/^(在这条下面|写一句说明|转给谁|小周$)/.test(line)).join('；')
  if (words !== cardSeen) note(there, '一窗（卡片）', `${words}${buttons === '' ? '' : `\n${buttons}`}`)
  cardSeen = words
}

async function residentSays(text: string): Promise<void> {
  note(here, '王阿姨', text)
  await app.wechat.says(wang, room, text.replace('@小助手 ', '@小助手\u2005'))
}

async function staffWrites(text: string): Promise<void> {
  note(`${there}（卡片下）`, '小周', text)
  await house.write(text)
}

describe('a resident in a WeChat room and staff in a Lark group', () => {
  it('speak with each other through the window, from the report to the mark', { timeout: 60_000 }, async () => {
    await residentSays('@小助手 3栋楼下的灯又坏了，黑灯瞎火的老人摔了怎么办')
    await seen(() => inRoom().length === 1 && house.card().id !== '')
    expect(inRoom()[0]).toMatch(/已受理.*HZ-/)
    expect(wordsOf(house.card())).toContain('来自微信')

    note(there, '小周', '（点）[接单]')
    expect(await house.press('接单')).toContain('已办好')
    await seen(() => inRoom().length === 2 && wordsOf(house.card()).includes('小周负责'))
    expect(inRoom()[1]).toMatch(/^工单 HZ-\d{4}-\d{4}：办理中。$/)

    await staffWrites('灯管领到了，下午两点去换')
    await seen(() => inRoom().length === 3)
    expect(inRoom()[2]).toBe('【社区工作人员 小周】灯管领到了，下午两点去换')

    house.lark.files.set('om_photo/img_1', aJpeg())
    note(`${there}（卡片下）`, '小周', '[照片] 是这个灯座吗')
    await house.write('', { id: 'om_photo', type: 'post', content: { content: [[{ tag: 'text', text: '是这个灯座吗' }], [{ tag: 'img', image_key: 'img_1' }]] } })
    await seen(() => inRoom().length === 5 && house.inThread().some((line) => line.includes('邻居都看得到')))
    expect(inRoom().slice(3)).toEqual(['【社区工作人员 小周】是这个灯座吗', expect.stringMatching(/^\[att-.*\.jpg，\d+字节\]$/)])

    await residentSays('@小助手 好的，楼下有人，记得带梯子')
    await seen(() => house.inThread().includes('居民：好的，楼下有人，记得带梯子'))
    // While they speak with each other, the window keeps out of it.
    expect(inRoom()).toHaveLength(5)
    note(here, '王阿姨', '[照片]')
    await app.wechat.says(wang, room, '', { type: messageTypes.image, file: { base64: aJpeg().toString('base64'), name: 'p.jpg' } })
    await seen(() => house.lark.shown.some(({ replyTo, type }) => replyTo === house.card().id && type === 'image'))

    await house.write('交还')
    await until(() => house.inThread().some((line) => line.includes('不用交还')))
    workSeen = atWork().length
    await staffWrites('办结 换了灯管，试过了')
    await seen(() => inRoom().at(-1)?.includes('解决了吗') === true && wordsOf(house.card()).includes('待'))

    // What is said to the window again is no longer the staff's.
    const inTalk = house.inThread().length
    await residentSays('@小助手 1')
    await seen(() => inRoom().at(-1)?.includes('评一评') === true)
    await residentSays('@小助手 5分，来得真快')
    await seen(() => inRoom().at(-1)?.includes('评价已记录') === true)

    expect(house.inThread()).toHaveLength(inTalk)
    const [request] = await house.hood.requests()
    expect(request).toMatchObject({ status: 'resolved', owner: { name: '小周' }, ratings: [{ stars: 5 }] })
  })
})

describe('a resident who asks for a person in a WeChat room', () => {
  it('speaks with staff through their thread, while the bot goes on serving the neighbours and keeps nothing of their talk', { timeout: 60_000 }, async () => {
    // Who was answered three times within a minute would not be answered again.
    house.hood.pass(120_000)
    const before = inRoom().length
    const said = () => inRoom().slice(before)
    await app.wechat.says(wang, room, '@小助手\u2005人工')
    await until(() => said().length === 1 && wordsOf(house.card()).includes('在等人工'))
    const asked = house.card()
    const thread = () => house.inThread(asked)
    await house.write('您好，我是小周，什么事')
    await until(() => said().length === 2)
    expect(said()[1]).toBe('【社区工作人员 小周】您好，我是小周，什么事')
    await app.wechat.says(wang, room, '我家水表走得快')
    await until(() => thread().some((line) => line.includes('水表走得快')))
    await app.wechat.says(zhang, room, '今晚吃火锅去不去')
    await app.wechat.says(zhang, room, '@小助手\u20058栋楼下的灯坏了')
    await until(() => said().length === 3)
    expect(said()[2]).toContain('已受理')
    expect(thread().join()).not.toMatch(/火锅|8栋/)
    expect(JSON.stringify(await house.hood.store.find(house.hood.communityId, 'messages', {}))).not.toContain('火锅')
    await house.write('交还', { parent: asked.id })
    await until(() => thread().some((line) => line.includes('已交还')))
    await app.wechat.says(wang, room, '@小助手\u2005有人吗')
    await until(() => said().length === 4)
  })
})

describe('a resident who is on WeChat and on Lark', () => {
  it('is one person once a code shown on one is typed on the other: the same requests, the news where they last wrote', { timeout: 60_000 }, async () => {
    const onWechat = () => app.textsIn(zhang)
    const onLark = () => house.shownIn('ou_zhang')
    const asksOnWechat = async (text: string): Promise<string> => {
      const before = onWechat().length
      await app.wechat.says(zhang, bot, text)
      await until(() => onWechat().length > before)
      await house.hood.engine.idle()
      return onWechat().slice(before).join('\n')
    }
    const asksOnLark = async (text: string): Promise<string> => {
      house.hood.pass(1_000)
      const before = onLark().length
      await house.say('ou_zhang', text)
      await house.hood.engine.idle()
      return onLark().slice(before).join('\n')
    }
    const number = /HZ-\d{4}-\d{4}/.exec(await asksOnWechat('7栋2单元楼道灯坏了'))?.[0] ?? ''
    expect(await asksOnLark('我的工单')).not.toContain(number)
    const code = /\d{6}/.exec(await asksOnWechat('绑定'))?.[0] ?? ''
    expect(code).toMatch(/^\d{6}$/)
    await asksOnLark(`绑定 ${code}`)
    expect(await asksOnLark('我的工单')).toContain(number)
    const request = (await house.hood.requests()).find((one) => one.number === number)
    if (request === undefined) throw new Error('not filed')
    const [before, there] = [onLark().length, onWechat().length]
    await house.hood.engine.actOnRequest(house.hood.communityId, request.id, request.rev, { name: 'take', reason: null, brings: null }, { kind: 'staff', id: 'staff-zhou', name: '小周', isLead: false })
    await house.hood.engine.idle()
    await until(() => onLark().length > before)
    expect(onLark().at(-1)).toContain(number)
    expect(onWechat()).toHaveLength(there)
    // The code is spent.
    expect(await asksOnLark(`绑定 ${code}`)).not.toContain('成功')
  })
})
