import { afterEach, describe, expect, it } from 'vitest'
import { moveInWords } from '../../../src/requests/apply-move.js'
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
