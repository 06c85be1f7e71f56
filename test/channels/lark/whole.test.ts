import { afterEach, describe, expect, it } from 'vitest'
import { PLATFORM } from '../../../src/knowledge/community.js'
import { moveInWords } from '../../../src/requests/apply-move.js'
import { aJpeg } from '../pictures.js'
import { aStaffAccount, PUYANG } from '../../store/rows.js'
import { group, until, wang, zhang } from './app.js'
import { aHouse, type House } from './house.js'
import { wordsOf, type LarkStandIn } from './stand-in.js'

let house: House
afterEach(() => house.close())

const shownIn = (to: string): string[] => house.lark.shown.filter((one) => one.to === to).map(wordsOf)
const say = (from: string, text: string, how: Parameters<LarkStandIn['message']>[2] = {}) => house.lark.event('im.message.receive_v1', house.lark.message(from, text, how))

describe('the whole house on Lark', () => {
  it('files a fault told in the group once, however often Lark brings it, and answers under the message', async () => {
    house = await aHouse()
    const how = { chat: group, mentionsBot: true, id: 'om_lamp' }
    await Promise.all(Array.from({ length: 50 }, () => say(wang, ' 3栋楼下的灯坏了', how)))
    for (let i = 0; i < 4; i += 1) expect((await say(wang, ' 3栋楼下的灯坏了', how)).how).toBe('acknowledged')
    await house.hood.engine.idle()
    expect(await house.hood.requests()).toHaveLength(1)
    expect(house.lark.shown.filter(({ to }) => to === group)).toMatchObject([{ replyTo: 'om_lamp' }])
    expect(shownIn(group)[0]).toMatch(/已受理.*HZ-/)
  })

  it('answers a policy question in private with the source behind 详情, as a card', async () => {
    house = await aHouse()
    await say(wang, '一个社区要配几个工作人员')
    await house.hood.engine.idle()
    const [first] = house.lark.shown
    expect(first?.type).toBe('interactive')
    expect(shownIn(wang).join('\n')).toMatch(/《.+》/)
  })

  it('stays silent on neighbours’ talk, and keeps none of its words', async () => {
    house = await aHouse()
    await say(zhang, '今晚吃火锅去不去呀', { chat: group })
    await house.hood.engine.idle()
    expect(house.lark.shown).toEqual([])
    expect(JSON.stringify(await house.hood.store.find(house.hood.communityId, 'messages', {}))).not.toContain('火锅')
  })

  it('moves what is private to the private chat by itself, and the group sees a number and a state only', async () => {
    house = await aHouse()
    await say(wang, ' 3栋楼下的灯坏了', { chat: group, mentionsBot: true })
    await house.hood.engine.idle()
    const [request] = await house.hood.requests()
    await say(wang, ` 进度 ${request?.number ?? ''}`, { chat: group, mentionsBot: true })
    await house.hood.engine.idle()
    await until(() => shownIn(wang).length > 0)
    expect(shownIn(group).at(-1)).toContain(request?.number)
    expect(shownIn(wang).at(-1)).toContain('3栋')
  })

  it('takes back a message whose recall comes, in the group and in private', async () => {
    house = await aHouse()
    await say(wang, '我的事先不说了，3栋2单元502漏水，电话13800000001', { id: 'om_private' })
    await house.hood.engine.idle()
    expect((await house.lark.event('im.message.recalled_v1', { message_id: 'om_private', chat_id: `oc_p2p_${wang}`, recall_time: String(Date.now()), recall_type: 'message_owner' })).how).toBe('acknowledged')
    await house.hood.engine.idle()
    expect(JSON.stringify(await house.hood.store.find(house.hood.communityId, 'messages', {}))).not.toContain('13800000001')
  })

  it('hears a pressed button as the answer', async () => {
    house = await aHouse()
    await say(wang, ' 3栋楼下的灯坏了', { chat: group, mentionsBot: true })
    await house.hood.engine.idle()
    const [filed] = await house.hood.requests()
    const clerk = { kind: 'staff', id: 'staff-1', name: '小周', isLead: false } as const
    const taken = await house.hood.engine.actOnRequest(house.hood.communityId, filed?.id ?? '', filed?.rev ?? 0, moveInWords('take', ''), clerk)
    await house.hood.engine.actOnRequest(house.hood.communityId, taken.id, taken.rev, moveInWords('close', '换了灯管'), clerk)
    await house.hood.engine.idle()
    const asked = house.lark.shown.findLast(({ content }) => content.includes('解决了'))
    const button = JSON.parse(asked?.content ?? '{}').body.elements.find((one: { tag: string; text?: { content: string } }) => one.tag === 'button' && one.text?.content.includes('没解决'))
    const { how } = await house.lark.event('card.action.trigger', { operator: { open_id: wang }, action: { tag: 'button', value: button.behaviors[0].value }, context: { open_message_id: asked?.id, open_chat_id: asked?.to === wang ? `oc_p2p_${wang}` : asked?.to } })
    expect(how).toBe('acknowledged')
    await house.hood.engine.idle()
    expect((await house.hood.requests())[0]?.status).toBe('reopened')
  })
})

describe('a staff group on Lark', () => {
  const room = 'oc_staff'
  const zhou = 'ou_zhou'
  const inThread = (to: string | undefined) => house.lark.shown.filter(({ replyTo }) => replyTo === to).map(wordsOf)
  const card = () => house.lark.shown.find((one) => one.to === room && one.type === 'interactive')
  const write = (text: string, how: { from?: string; id?: string; root?: string } = {}) => say(how.from ?? zhou, text, { chat: room, parent: how.root ?? card()?.id ?? '', ...(how.id === undefined ? {} : { id: how.id }) })

  async function aStaffed(): Promise<void> {
    house = await aHouse()
    await house.pairing.pair({ id: `lark:chat:${room}`, channel: 'lark', communityId: house.hood.communityId, use: 'staff' })
    await house.hood.store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: aStaffAccount({ id: 'staff-zhou', login: 'zhou', name: '小周', scope: [house.hood.communityId] }) }])
    const code = await house.pairing.issue({ kind: 'staff', staffId: 'staff-zhou' })
    await say(zhou, `关联 ${code}`)
    expect(shownIn(zhou)).toEqual([expect.stringContaining('关联成功')])
  }
  async function aFault(text = '3栋楼下的灯坏了，我电话13800000001'): Promise<void> {
    await say(wang, text)
    await house.hood.engine.idle()
    if ((await house.hood.requests()).length === 0) {
      await say(wang, '对')
      await house.hood.engine.idle()
    }
    await until(() => card() !== undefined)
  }

  it('gets each request as one card with its state, without phone numbers, and the card follows the state', async () => {
    await aStaffed()
    await aFault()
    const [request] = await house.hood.requests()
    const words = wordsOf(card() ?? { type: 'text', content: '{"text":""}' })
    expect(words).toContain(request?.number)
    expect(words).not.toContain('13800000001')
    const { answer } = await house.lark.event('card.action.trigger', { operator: { open_id: zhou }, action: { tag: 'button', value: { yichuang: 'staff', request: request?.id, move: 'take' } }, context: { open_message_id: card()?.id, open_chat_id: room } })
    expect(answer).toMatchObject({ toast: { type: 'success' } })
    await until(() => wordsOf(card() ?? { type: 'text', content: '{"text":""}' }).includes('小周负责'))
    expect((await house.hood.requests())[0]?.owner).toMatchObject({ id: 'staff-zhou' })
    expect(house.lark.shown.filter((one) => one.to === room && one.type === 'interactive')).toHaveLength(1)
  })

  it('speaks with the resident from the thread: each line once, under the name of who wrote it, the resident’s words come back and the bot is silent', async () => {
    await aStaffed()
    await aFault()
    for (let i = 0; i < 3; i += 1) expect((await write('我十分钟后到', { id: 'om_z1' })).how).toBe('acknowledged')
    await house.hood.engine.idle()
    expect(shownIn(wang).filter((line) => line.includes('我十分钟后到'))).toEqual(['【社区工作人员 小周】我十分钟后到'])
    const before = shownIn(wang).length
    await say(wang, '好的，在单元门口，电话13800000001')
    await house.hood.engine.idle()
    await until(() => inThread(card()?.id).some((line) => line.includes('单元门口')))
    expect(inThread(card()?.id).join('\n')).not.toContain('13800000001')
    expect(shownIn(wang)).toHaveLength(before)
    await write('接单')
    await write('办结 换了灯管')
    await house.hood.engine.idle()
    expect((await house.hood.requests())[0]?.status).toBe('confirming')
    await say(wang, '1')
    await house.hood.engine.idle()
    expect((await house.hood.requests())[0]?.status).toBe('resolved')
  })

  it('sees a picture that the resident sends while somebody speaks from the thread', async () => {
    await aStaffed()
    await aFault()
    await write('发张照片看看')
    await house.hood.engine.idle()
    const picture = aJpeg()
    house.lark.files.set('om_p/img_1', picture)
    await say(wang, '', { id: 'om_p', type: 'image', content: { image_key: 'img_1' } })
    await house.hood.engine.idle()
    await until(() => house.lark.shown.some(({ type }) => type === 'image'))
    const shown = house.lark.shown.find(({ type }) => type === 'image')
    expect(shown?.replyTo).toBe(card()?.id)
    expect(house.lark.uploads.get(JSON.parse(shown?.content ?? '{}').image_key)?.subarray(0, 3)).toEqual(picture.subarray(0, 3))
  })

  it('gets a new card where Lark no longer changes the old one, and is heard under it', async () => {
    await aStaffed()
    await aFault()
    const old = card()?.id ?? ''
    house.lark.takenBack.add(old)
    await write('接单')
    const cards = () => house.lark.shown.filter((one) => one.to === room && one.type === 'interactive')
    await until(() => cards().length === 2)
    expect(wordsOf(cards()[1] ?? { type: 'text', content: '{"text":""}' })).toContain('小周负责')
    await write('我马上到', { root: cards()[1]?.id ?? '' })
    await house.hood.engine.idle()
    expect(shownIn(wang)).toContain('【社区工作人员 小周】我马上到')
  })

  it('hears nobody who is not linked, and says so once', async () => {
    await aStaffed()
    await aFault()
    for (const text of ['我来', '我真的来', '办结 好了']) await write(text, { from: zhang })
    await house.hood.engine.idle()
    expect(inThread(card()?.id)).toEqual([expect.stringContaining('关联')])
    expect(shownIn(wang).join('\n')).not.toContain('我来')
    const { answer } = await house.lark.event('card.action.trigger', { operator: { open_id: zhang }, action: { tag: 'button', value: { yichuang: 'staff', request: (await house.hood.requests())[0]?.id, move: 'take' } }, context: { open_message_id: card()?.id, open_chat_id: room } })
    expect(answer).toMatchObject({ toast: { type: 'warning' } })
    expect((await house.hood.requests())[0]?.owner.id).not.toBe('staff-zhou')
  })

  it('of another community, or with a closed account, no longer works there', async () => {
    await aStaffed()
    await aFault()
    await house.hood.store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: aStaffAccount({ id: 'staff-zhou', rev: 1, login: 'zhou', name: '小周', scope: [PUYANG] }) }])
    await write('我来')
    expect(inThread(card()?.id)).toEqual([expect.stringContaining('不负责')])
  })

  it('hears of a resident who waits for a person, answers there, and hands back', async () => {
    await aStaffed()
    await say(wang, '人工')
    await house.hood.engine.idle()
    await until(() => card() !== undefined)
    await write('您好，我是小周')
    await house.hood.engine.idle()
    expect(shownIn(wang)).toContain('【社区工作人员 小周】您好，我是小周')
    await write('交还')
    await house.hood.engine.idle()
    expect((await house.hood.store.get(house.hood.communityId, 'conversations', `lark:p2p:${wang}`))?.mode).toBe('bot')
    await until(() => wordsOf(card() ?? { type: 'text', content: '{"text":""}' }).includes('已交还'))
  })

  it('does not see what may be about one of them', async () => {
    await aStaffed()
    await say(wang, '我要投诉网格员李师傅，态度太差了')
    await house.hood.engine.idle()
    const filed = await house.hood.requests()
    for (const shown of house.lark.shown.filter(({ to }) => to === room)) expect(wordsOf(shown)).not.toContain('态度')
    if (filed.length > 0) await until(() => card() !== undefined)
  })
})
