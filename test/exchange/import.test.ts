import { describe, expect, it } from 'vitest'
import { fetchedChannel } from '../../src/channels/fetched.js'
import { createFiler } from '../../src/conversation/filing.js'
import { recordOf } from '../../src/exchange/export-requests.js'
import { importRequests, type ImportWishes } from '../../src/exchange/import-requests.js'
import { readExchangeFile } from '../../src/exchange/read-file.js'
import { serviceMeant } from '../../src/exchange/service-meant.js'
import { writeExchangeFile } from '../../src/exchange/write-file.js'
import { loadServices } from '../../src/knowledge/services.js'
import { aNeighbourhood, nlu, type Neighbourhood } from '../conversation/neighbourhood.js'

const services = await loadServices('knowledge')
const really: ImportWishes = { refuse: 'line', isDry: false }

async function aHome(): Promise<{ readonly home: Neighbourhood; readonly take: (file: string | Uint8Array, wishes?: ImportWishes) => ReturnType<typeof importRequests> }> {
  const home = await aNeighbourhood('huzhou-demo', { besides: [fetchedChannel('exchange')] })
  let serial = 0
  // A restart opens the store anew.
  const parts = () => ({
    store: home.store, engine: home.engine, filer: createFiler({ store: home.store, engine: home.engine }), services: () => services,
    serviceFor: (words: string) => serviceMeant(nlu, services, words, home.now()), now: home.now, newId: () => `run-${(serial += 1)}`,
  })
  return { home, take: async (file, wishes = really) => importRequests(parts(), home.communityId, await readExchangeFile(Buffer.from(file)), wishes) }
}

const head = '工单编号,诉求分类,诉求人,联系电话,诉求地址,诉求内容,受理时间,办理时限'
const table = [
  head,
  'GD20261123001,公共设施报修,王女士,13800000021,3栋2单元,楼道灯坏了,2026-11-23 08:05,2026-11-25 17:30',
  'GD20261123002,,赵女士,13800000023,5栋,半夜装修太吵，睡不着觉,2026/11/23,2026-11-25 17:30',
  'GD20261123003,,李先生,13800000022,3栋2单元,楼道里的灯坏了好几天,2026-11-23 08:20,',
].join('\n')

describe('requests of a platform above', () => {
  it('are filed like a resident’s own, each with its number there; the same fault joins; a second import brings nothing new', async () => {
    const { home, take } = await aHome()
    const first = await take(table)
    expect(first.counts).toEqual({ new: 2, joined: 1, replied: 0, known: 0, wrong: 0 })
    expect(first.lines.map(({ line, outcome, service, reference }) => [line, outcome, service, reference])).toEqual([
      [2, 'new', '公共设施报修', 'GD20261123001'], [3, 'new', '噪音扰民', 'GD20261123002'], [4, 'joined', '公共设施报修', 'GD20261123003'],
    ])
    const requests = await home.requests()
    expect(requests).toHaveLength(2)
    // Lines are taken in side by side: either of the two may come first.
    const lamp = requests.find(({ serviceCode }) => serviceCode === 'public-fault')
    expect(lamp).toMatchObject({ channel: 'exchange', status: 'assigned', address: '3栋2单元' })
    expect(lamp?.reporters).toHaveLength(2)
    const noise = requests.find(({ serviceCode }) => serviceCode === 'noise')
    expect(noise?.history[0]?.note).toBe('上级平台交办，编号 GD20261123002，2026-11-23 00:00 登记，要求 2026-11-25 17:30 前办结')
    expect(noise?.fields).toContainEqual(expect.objectContaining({ name: 'phone', value: '13800000023' }))
    for (let i = 0; i < 2; i += 1) expect((await take(table)).counts).toEqual({ new: 0, joined: 0, replied: 0, known: 3, wrong: 0 })
    expect(await home.requests()).toEqual(requests)
  })

  it('are known again although the process was killed in between and the file came in another form', async () => {
    const { home, take } = await aHome()
    await take(table)
    await home.restart()
    const json = '{"reference":"GD20261123001","description":"楼道灯坏了"}\n{"reference":"GD20261123009","description":"井盖没了","address":"南门"}\n'
    expect((await take(json)).counts).toMatchObject({ known: 1, new: 1 })
  })

  it('are only looked at on a dry run', async () => {
    const { home, take } = await aHome()
    expect((await take(table, { refuse: 'line', isDry: true })).counts).toEqual({ new: 3, joined: 0, replied: 0, known: 0, wrong: 0 })
    expect(await home.requests()).toEqual([])
  })

  const faulty = [head, 'GD1,公共设施报修,,,3栋,灯坏了,2026-11-23,', ',,,,5栋,没有编号,,', 'GD3,,,,3栋,灯坏了,昨天,', 'GD1,,,,4栋,又一次,,', 'GD5,,,,4栋,,,', 'GD 6!,,,,4栋,水管漏了,,', 'GD7,预约,,,,想约个时间,,'].join('\n')

  it('that are wrong are named by line; the others go in, or the whole file stays out, by choice', async () => {
    const { home, take } = await aHome()
    const whole = await take(faulty, { refuse: 'file', isDry: false })
    expect([whole.isRefused, await home.requests()]).toEqual([true, []])
    const { lines, counts } = await take(faulty)
    expect(counts).toMatchObject({ new: 1, wrong: 6 })
    expect(lines.filter(({ outcome }) => outcome === 'wrong').map(({ line, says }) => [line, says])).toEqual([
      [3, '没有工单编号'], [4, '登记时间「昨天」不是时间，要写成 2026-11-23 08:05'], [5, '和第 2 行是同一个编号'], [6, '没有诉求内容'], [7, '工单编号「GD 6!」的写法不对'], [8, '「预约」要约时间，请居民自己约'],
    ])
  })

  it('call people where the words are of danger', async () => {
    const { home, take } = await aHome()
    await take(`${head}\nGD1,,,,6栋1单元,楼道里煤气泄漏了，味道很重,,`)
    expect((await home.store.find(home.communityId, 'conversations', { by: 'mode', equals: 'waiting' })).map(({ handover }) => handover?.urgent)).toEqual([true])
  })
})

describe('what a platform above answers', () => {
  it('reaches the resident of the request it was passed on from, once', async () => {
    const { home, take } = await aHome()
    const said = await home.says('王阿姨', '5号楼后面有人私搭乱建彩钢棚')
    const number = /HZ-2611-\d{4}/.exec(said)?.[0] ?? ''
    expect((await home.requests())[0]?.status).toBe('forwarded')
    const answer = `编号,工单编号,承办单位,办理结果,答复时间\n${number},CG-77,城管执法局,已上门责令三日内拆除,2026-11-24 10:00\n`
    const before = home.channel.shown.length
    expect((await take(answer)).counts).toMatchObject({ replied: 1 })
    await home.engine.idle()
    expect(home.channel.shown.slice(before).map(({ reply }) => reply.text).join()).toContain('城管执法局答复（2026-11-24 10:00）：已上门责令三日内拆除')
    expect((await take(answer)).counts).toMatchObject({ replied: 0, known: 1 })
    expect((await take(answer.replace('三日内', '五日内'))).counts).toMatchObject({ replied: 1 })
  })

  it('to a number that is not ours is a wrong line', async () => {
    const { take } = await aHome()
    expect((await take('编号,办理结果\nHZ-2611-9999,已办\n')).lines).toEqual([expect.objectContaining({ outcome: 'wrong', says: '本社区没有编号 HZ-2611-9999' })])
  })
})

it('what was exported and comes back changes nothing', async () => {
  const { home, take } = await aHome()
  await take(table)
  await home.says('王阿姨', '8栋电梯坏了')
  const records = (await home.requests()).map((one) => recordOf(one, { kind: 'unpromised' }))
  expect(records.map(({ reference }) => reference)).toContain('GD20261123002')
  expect(records[0]).toMatchObject({ status: '在办', filed_at: '2026-11-23 09:30' })
  expect(JSON.stringify(records)).not.toMatch(/1380000002|王女士|赵女士/)
  for (const format of ['csv', 'xlsx', 'jsonl'] as const) {
    const back = await take(await writeExchangeFile(records, '陈主任 从一窗导出', format))
    expect(back.counts).toEqual({ new: 0, joined: 0, replied: 0, known: 3, wrong: 0 })
  }
})
