import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evaluateUtterances, type UtteranceReport } from '../../src/nlu/evaluate.js'
import { createNlu, type Nlu } from '../../src/nlu/load-nlu.js'
import type { UtteranceView } from '../../src/nlu/understanding.js'

const now = Date.parse('2026-11-25T09:00:00+08:00')
const cacheDir = mkdtempSync(join(tmpdir(), 'nlu-'))
let nlu: Nlu

beforeAll(async () => {
  nlu = await createNlu({ intentsDir: 'intents', cacheDir })
}, 60_000)
afterAll(() => rmSync(cacheDir, { recursive: true }))

function aView(text: string, more: Partial<UtteranceView> = {}): UtteranceView {
  return { text, chat: 'private', mentions: { bot: false, others: [], everyone: false }, quoted: null, authorKind: 'resident', before: [], now, ...more }
}
const inGroup = (text: string, more: Partial<UtteranceView> = {}) => nlu.understand(aView(text, { chat: 'group', ...more }))

describe('a message', () => {
  it('keeps slots in the words of the resident, with where they stand', async () => {
    const text = '３栋２单元 楼道灯坏了，明天上午能来人吗'
    const { matters } = await nlu.understand(aView(text))
    expect(matters[0]!.intent).toBe('repair_env')
    for (const slot of matters[0]!.slots) expect(text.slice(slot.start, slot.end)).toBe(slot.value)
    expect(matters[0]!.slots).toContainEqual(expect.objectContaining({ name: 'addr', value: '３栋２单元', normal: '3栋2单元' }))
  })
  it('may carry two matters, each with its own slots', async () => {
    const { matters } = await nlu.understand(aView('5栋门口的路灯不亮了，顺便问下居住证要带什么材料'))
    expect(matters.map(({ intent }) => intent)).toEqual(['repair_env', 'ask_materials'])
    expect(matters[0]!.slots.map(({ value }) => value)).toEqual(['5栋门口', '路灯'])
    expect(matters[1]!.slots.map(({ value }) => value)).toContain('居住证')
  })
  it.each([
    ['我妈的高龄津贴找谁领，还有6幢门口垃圾没人收', ['social_assistance', 'repair_env']],
    ['楼道灯不亮了，另外你们周六几点开门', ['repair_env', 'ask_hours_place']],
    ['明天的号取消，改约后天下午三点', ['cancel_change', 'book']],
    ['物业费在哪交？还有我低保批了没', ['payment', 'track']],
  ])('joined from two by 还有, 另外 or a comma is taken apart: %s', async (text, intents) => {
    expect((await nlu.understand(aView(text))).matters.map(({ intent }) => intent)).toEqual(intents)
  })
  it.each(['楼道灯坏了，3栋2单元，13800000011', '电梯停了，我住8栋1单元302', '下水道堵了 13800000012 5栋'])('with an address and a phone set apart is one matter: %s', async (text) => {
    const { matters } = await nlu.understand(aView(text))
    expect(matters.map(({ intent }) => intent)).toEqual(['repair_env'])
    expect(matters[0]!.slots.map(({ name }) => name)).toContain('addr')
  })
  it('of two matters, however they are joined, has both found in four of five', async () => {
    const report = await evaluateUtterances(nlu, 'test/fixtures/nlu/matters.jsonl', now)
    expect(report.alsoRecall, JSON.stringify(report.faults.filter(({ what }) => what === 'also'), null, 1)).toBeGreaterThanOrEqual(0.8)
  })
  it.each([
    ['老年食堂几点开饭？饭卡没钱了在哪充', 'payment'],
    ['公租房轮到哪一批了？续签要交哪些材料', 'ask_materials'],
  ])('asks twice of one field, each question another act: %s', async (text, second) => {
    expect((await nlu.understand(aView(text))).matters.map(({ intent }) => intent)).toContain(second)
  })
  it('that gives up one room and takes another cancels and books', async () => {
    const { matters } = await nlu.understand(aView('周五的棋牌室不要了，换成周日的书画室'))
    expect(matters.map(({ intent }) => intent).sort()).toEqual(['book', 'cancel_change'])
  })
  it('that ends in 我要投诉 complains of what it told, once', async () => {
    expect((await nlu.understand(aView('物业半夜关电梯，我要投诉'))).matters.map(({ intent }) => intent)).toEqual(['property_complaint'])
  })
  it.each([
    ['查一下', 'track'], ['办好没', 'track'], ['几件了', 'track'], ['那个咋样了', 'track'], ['我现在挂着几件', 'track'],
    ['夸你一句', 'praise'], ['谢谢', 'chitchat'], ['居委会有几个人', 'policy_standard'], ['我也报2幢电梯', 'repair_env'],
    ['不用来了', 'cancel_change'], ['5分', 'rate_complain'], ['快点呗', 'urge'], ['人工', 'human'],
  ])('of few words is heard: %s', async (text, intent) => {
    expect((await nlu.understand(aView(text))).matters[0]!.intent).toBe(intent)
  })
  it('is no emergency by its wording alone where no rule finds a danger', async () => {
    for (const text of ['我现在挂着几件', '快来人修门', '墙皮掉下来了', '电梯又停了 老人爬不动楼']) {
      expect((await nlu.understand(aView(text))).matters.map(({ intent }) => intent), text).not.toContain('emergency')
    }
  })
  it('in traditional characters means the same', async () => {
    expect((await nlu.understand(aView('樓道燈壞了'))).matters[0]!.intent).toBe('repair_env')
  })
  it('without the bot’s mention is what is understood', async () => {
    const seen = await inGroup('@小助手\u2005路灯坏了')
    expect(seen).toMatchObject({ text: '路灯坏了', gate: { speak: true, reason: 'mentioned' } })
  })
  it('about danger leads with the danger, whatever else it says', async () => {
    const seen = await nlu.understand(aView('5栋着火了,快来人'))
    expect(seen.danger?.kind).toBe('fire')
    expect(seen.matters[0]).toMatchObject({ intent: 'emergency', slots: expect.arrayContaining([expect.objectContaining({ name: 'addr', value: '5栋' })]) as unknown })
  })
  it('that is nothing a community does is said to be out of scope', async () => {
    expect((await nlu.understand(aView('帮我写一段网页代码'))).matters[0]!.certainty).toBe('out-of-scope')
  })
  it.each(['', ' ', '\u200b', '\ud800', '🙂'.repeat(300), '__proto__', '<b>1</b>', '灯'.repeat(20_000), '\u202eabc'])('of strange characters has an answer', async (text) => {
    expect((await nlu.understand(aView(text))).matters.length).toBeGreaterThan(0)
  })
})

describe('in a group the bot speaks', () => {
  it.each([
    ['社区的同志,南门外的井盖没了,谁来看看', 'public-request'],
    ['请问居委会老年餐怎么订?', 'public-request'],
    ['11栋楼下污水冒出来了', 'public-fault'],
    ['9栋地下车库又进水了', 'public-fault'],
    ['4号楼二单元电梯停了', 'public-fault'],
    ['8栋有人晕倒了快来人', 'danger'],
    ['我的号110101190001010010帮查下', 'exposed-id'],
  ])('at %s', async (text, reason) => {
    expect((await inGroup(text)).gate).toEqual({ speak: true, reason })
  })
})

describe('in a group the bot is silent', () => {
  it.each([
    '晚上谁家包饺子了', '@陈姐 你家水龙头修好没', '【停水通知】明天检修,8点到12点停水', '专业修锁,电话13800000095', '收到,马上到', '[图片]', '😄😄',
    '我们小区的电梯啊,唉,别提了', '热得要着火了', '周日消防演习,大家别慌', '社区三楼办,我昨天刚去过', '我女儿就是我的小助手',
  ])('at %s', async (text) => {
    expect((await inGroup(text)).gate.speak).toBe(false)
  })
  it('to another bot, and to staff at work', async () => {
    expect((await inGroup('@小助手 你好', { authorKind: 'bot' })).gate).toEqual({ speak: false, reason: 'from-bot' })
    expect((await inGroup('3栋路灯坏了,师傅已出发', { authorKind: 'staff' })).gate.speak).toBe(false)
  })
})

describe('a trained model', () => {
  it('is kept by content and answers the same when read again; a damaged one is trained anew', async () => {
    const [file] = readdirSync(cacheDir)
    const before = await nlu.understand(aView('水管爆了怎么办'))
    const again = await createNlu({ intentsDir: 'intents', cacheDir })
    expect(await again.understand(aView('水管爆了怎么办'))).toEqual(before)
    writeFileSync(join(cacheDir, file!), 'damaged')
    const anew = await createNlu({ intentsDir: 'intents', cacheDir })
    expect(await anew.understand(aView('水管爆了怎么办'))).toEqual(before)
  }, 60_000)
})

describe('on labelled messages of our own', () => {
  let report: UtteranceReport
  beforeAll(async () => {
    report = await evaluateUtterances(nlu, 'test/fixtures/nlu/utterances.jsonl', now)
  })
  it('finds the intent of at least nine in ten', () => {
    expect(report.intentAccuracy, JSON.stringify(report.faults.filter(({ what }) => what === 'intent'), null, 1)).toBeGreaterThanOrEqual(0.9)
  })
  it('finds every danger and no false one, and speaks only where it should', () => {
    expect(report.danger).toEqual({ precision: 1, recall: 1 })
    expect(report.speak.falseSpeak).toBe(0)
    expect(report.speak.missed).toBe(0)
  })
  it('finds most slots', () => {
    expect(report.slotF1, JSON.stringify(report.faults.filter(({ what }) => what === 'slot'), null, 1)).toBeGreaterThanOrEqual(0.8)
  })
})
