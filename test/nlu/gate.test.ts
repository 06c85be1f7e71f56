import { describe, expect, it } from 'vitest'
import { decideGate, type GateEvidence } from '../../src/nlu/gate.js'
import { decodeModel, encodeModel } from '../../src/nlu/classifier.js'
import { gateBars, openGate, trainGate } from '../../src/nlu/gate-model.js'
import { readRooms } from '../../src/nlu/load-nlu.js'
import type { GateMode, UtteranceView } from '../../src/nlu/understanding.js'

function aView(over: Partial<UtteranceView> = {}): UtteranceView {
  return {
    text: '', chat: 'group', mentions: { bot: false, others: [], everyone: false }, quoted: null, authorKind: 'resident', before: [],
    now: Date.parse('2026-11-22T10:00:00+08:00'), ...over,
  }
}
const model = trainGate(await readRooms('intents/rooms'))
const learned = openGate(model)
const decide = (view: UtteranceView, given: GateEvidence) => decideGate(view, given, learned)

function evidence(text: string, over: Partial<GateEvidence> = {}): GateEvidence {
  return { text, danger: null, doubt: null, intent: 'ask_hours_place', offtopic: 0.1, hasPlace: false, hasHouse: false, hasObject: false, ...over }
}
const neighbour = (text: string) => ({ authorId: 'a', text, byBot: false })
const staff = (text: string) => ({ authorId: 's', text, byBot: false, byStaff: true })
const modes: readonly GateMode[] = ['only-when-addressed', 'careful', 'helpful']

describe('in every room, however quiet it is set', () => {
  it.each(modes)('danger is answered (%s)', (gateMode) => {
    expect(decide(aView({ gateMode }), evidence('楼下着火了', { danger: { kind: 'fire', words: '着火' } }))).toEqual({ speak: true, reason: 'danger' })
  })
  it.each(modes)('an ID number in the open is answered (%s)', (gateMode) => {
    expect(decide(aView({ gateMode }), evidence('我的号码11010119000101003 0'))).toEqual({ speak: true, reason: 'exposed-id' })
  })
  it.each(modes)('a mention is answered (%s)', (gateMode) => {
    expect(decide(aView({ gateMode, mentions: { bot: true, others: [], everyone: false } }), evidence('几点开门'))).toEqual({ speak: true, reason: 'mentioned' })
  })
  it.each(modes)('a question under a line of the bot is put to the bot (%s)', (gateMode) => {
    const view = aView({ gateMode, quoted: { text: '已受理', byBot: true } })
    expect(decide(view, evidence('这个什么时候来修'))).toEqual({ speak: true, reason: 'mentioned' })
    expect(decide(view, evidence('这机器人挺快')).speak).toBe(false)
  })
})

describe('set to speak only when addressed', () => {
  it('the bot leaves to people what is put to the community', () => {
    expect(decide(aView({ gateMode: 'only-when-addressed' }), evidence('请问社区几点开门?')).speak).toBe(false)
  })
})

describe('careful, as rooms are at first', () => {
  it('answers what is put to the community, not the same question put to nobody', () => {
    expect(decide(aView(), evidence('请问社区几点开门?'))).toEqual({ speak: true, reason: 'public-request' })
    expect(decide(aView(), evidence('老年食堂几点开门')).speak).toBe(false)
  })
  it('leaves a fault alone that staff have just taken up', () => {
    const lamp = evidence('西门的路灯还是不亮', { intent: 'repair_env', hasPlace: true, hasObject: true })
    expect(decide(aView(), lamp)).toEqual({ speak: true, reason: 'public-fault' })
    expect(decide(aView({ before: [neighbour('西门路灯不亮'), staff('收到,电工下午来')] }), lamp).speak).toBe(false)
    expect(decide(aView({ before: [neighbour('西门路灯不亮')] }), lamp)).toEqual({ speak: true, reason: 'public-fault' })
  })
  it('does not answer for a neighbour who is being asked', () => {
    const asked = evidence('有没有人知道社区食堂周日开不开')
    expect(decide(aView(), asked)).toEqual({ speak: true, reason: 'public-request' })
    expect(decide(aView({ before: [neighbour('社区食堂周六是开的')] }), asked).speak).toBe(false)
    expect(decide(aView({ before: [neighbour('今天真冷')] }), asked)).toEqual({ speak: true, reason: 'public-request' })
  })
  it('does not take a neighbour’s own experience, thanks or mockery for a question', () => {
    for (const text of ['我上周去居委会办的,什么都不用带', '谢谢社区帮忙找人', '社区能有什么用']) expect(decide(aView(), evidence(text)).speak).toBe(false)
  })
})

describe('what was learned from room talk', () => {
  it('is the same after it was kept in a file', () => {
    const words = evidence('社区今天几点关门')
    expect(openGate(decodeModel(encodeModel(model))!)(words, aView())).toBe(learned(words, aView()))
  })
  it('lets a helpful room be answered sooner than a careful one', () => {
    expect(gateBars.helpful).toBeLessThan(gateBars.careful)
  })
  it('is not needed for a plain call on the community', () => {
    expect(decideGate(aView(), evidence('请问社区几点开门?'), null)).toEqual({ speak: true, reason: 'public-request' })
    expect(decideGate(aView(), evidence('晚上吃什么'), null).speak).toBe(false)
  })
})

describe('a message that quotes a neighbour', () => {
  it('is left alone, unless the community is asked in it', () => {
    const quoted = { text: '3栋的灯又不亮了', byBot: false }
    expect(decide(aView({ quoted }), evidence('我家也是')).speak).toBe(false)
    expect(decide(aView({ quoted }), evidence('社区能不能派人来看看')).speak).toBe(true)
  })
})

describe('a message to everyone in the room', () => {
  it('is a notice, unless the community is asked in it', () => {
    const mentions = { bot: false, others: [], everyone: true }
    expect(decide(aView({ mentions }), evidence('明天上午停水,提前接水')).reason).toBe('notice')
    expect(decide(aView({ mentions }), evidence('请问社区的工作人员在不在,老年证怎么办'))).toEqual({ speak: true, reason: 'public-request' })
  })
})
