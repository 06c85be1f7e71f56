import { describe, expect, it } from 'vitest'
import type { LocalFact } from '../../src/knowledge/community.js'
import type { Disclosure } from '../../src/programmes/disclosure.js'
import { loadKnowledge } from '../../src/knowledge/knowledge.js'
import { aNeighbourhood, type Neighbourhood } from './neighbourhood.js'

const { communities } = await loadKnowledge('knowledge')

function withFacts(): Promise<Neighbourhood> {
  const home = [...communities.values()].find(({ id }) => id === 'huzhou-demo')!
  return aNeighbourhood('huzhou-demo', { community: () => ({ ...home, facts: [...home.facts, ...facts] }) })
}

const entered = (item: string, text: string, from: string): LocalFact => ({ id: item, topic: '村务公开', item, text, source: '社区登记', date: '2026-11-01', from, until: null })
const facts = [entered('2026年第二季度村务收支', '收入 4 万元，支出 3 万元。', '2026-07-09'), entered('南门水沟改造工程款', '合同价 6 万元。', '2026-09-01'), { ...entered('联系电话', '0572-0000000', '2026-01-01'), topic: '电话' }]

async function publish(here: Neighbourhood, ...items: readonly Partial<Disclosure>[]): Promise<void> {
  await here.store.commit(here.communityId, items.map((given, index) => ({
    op: 'put', table: 'disclosures', row: {
      id: `affair-${index}`, rev: 0, kind: '财务收支', title: '第三季度财务收支', period: { year: 2026, from: 7, until: 9 }, text: '收入 12 万元，支出 9 万元，结余 3 万元。', file: null,
      source: '居务监督委员会', publishedOn: '2026-10-12', until: null, by: { id: 'staff-1', name: '李师傅' }, at: 0, ...given,
    },
  })))
}

const thirdQuarter: Partial<Disclosure> = {}
const secondQuarter: Partial<Disclosure> = { title: '第二季度财务收支', period: { year: 2026, from: 4, until: 6 }, publishedOn: '2026-07-10', text: '收入 8 万元，支出 7 万元。' }
const shared: Partial<Disclosure> = { kind: '物业收支', title: '公共收益收支表', period: { year: 2026, from: 1, until: 6 }, publishedOn: '2026-08-05', text: '停车和广告收入 5 万元，修门禁支出 2 万元。' }
const last = (here: Neighbourhood): unknown => here.outcomes.at(-1)

describe('who asks for the community\'s accounts', () => {
  it('gets the published item with its publish date and source, word for word', async () => {
    const here = await aNeighbourhood()
    await publish(here, thirdQuarter, secondQuarter, shared)
    const told = await here.says('wang', '三季度的账公布了没')
    expect(told).toContain('收入 12 万元，支出 9 万元，结余 3 万元。')
    expect(told).toContain('10月12日公布，来源：居务监督委员会')
    expect(told).not.toContain('第二季度')
    expect(last(here)).toEqual({ kind: 'answered' })
    expect(here.channel.shown.at(-1)?.reply.citations[0]).toMatchObject({ kind: 'fact', date: '2026-10-12', source: '收入 12 万元，支出 9 万元，结余 3 万元。' })
    expect(await here.says('li', '物业费收支给看看')).toContain('修门禁支出 2 万元')
    expect(await here.requests()).toEqual([])
  })

  it.each([
    '社区第三季度财务公布了吗', '俺想看看三季度滴账', '那个 七八九月的账公布没有 三季度的', '三季度开支明细在哪看', '3季度社区收支公示出来没', '上季度的账贴出来没有', '请问第三季度社区的账在哪儿能看', '三季度居委会的钱都花哪了 账给看看', '三季度财务收支', '三季度经费用到哪去了',
  ])('however it is said: %s', async (words) => {
    const here = await aNeighbourhood()
    await publish(here, thirdQuarter)
    expect(await here.says('wang', words), words).toContain('结余 3 万元')
  })

  it('is told plainly that it is not published, what was last, and that it is asked for: once', async () => {
    const here = await aNeighbourhood()
    await publish(here, secondQuarter)
    const told = await here.says('wang', '三季度的账公布了没')
    expect(told).toContain('2026年第三季度的财务收支，社区还没有在这里公布')
    expect(told).toContain('最近公布的是《第二季度财务收支》')
    expect(told).toContain('HZ-2611-0001')
    expect(last(here)).toMatchObject({ kind: 'filed' })
    expect(await here.requests()).toMatchObject([{ serviceCode: 'disclosure-request', description: '要求公开：2026年第三季度的财务收支' }])
    expect(await here.says('wang', '那个 三季度的账到底公布没')).toContain('已经登记着了：HZ-2611-0001')
    expect(await here.says('wang', '要求公开')).not.toContain('HZ-2611-0002')
    expect(await here.requests()).toHaveLength(1)
  })

  it('owes nothing yet of what is not over: it is offered, and 「要求公开」 files it', async () => {
    const here = await aNeighbourhood()
    const told = await here.says('wang', '四季度的账公布了没')
    expect(told).toMatch(/2026年第四季度的财务收支，社区还没有在这里公布[\s\S]*还没过完/)
    expect(last(here)).toEqual({ kind: 'unanswerable', reason: 'not-set' })
    expect(await here.requests()).toEqual([])
    expect(await here.says('wang', '要求公开')).toContain('HZ-2611-0001')
    expect(await here.requests()).toMatchObject([{ serviceCode: 'disclosure-request', description: '要求公开：2026年第四季度的财务收支' }])
  })

  it('files nothing in a room: it says there how to ask', async () => {
    const here = await aNeighbourhood()
    expect(await here.saysInRoom('wang', '@小助手 三季度的账公布了没')).toContain('要求公开')
    expect(await here.requests()).toEqual([])
  })

  it.each([
    '二季度的账公布了没', '俺想看看二季度村里滴账', '村里二季度的钱咋花的 公开了没', '第二季度村务收支', '二季度财务公开了吗', '2季度经费都用哪去了', '上半年的账给看看',
  ])('is answered from what the community entered as published where the board has nothing: %s', async (words) => {
    const here = await withFacts()
    expect(await here.says('wang', words), words).toMatch(/支出 3 万元[\s\S]*7月9日公布，来源：社区登记/)
    expect(last(here)).toEqual({ kind: 'answered' })
    expect(here.channel.shown.at(-1)?.reply.citations[0]).toMatchObject({ kind: 'fact', source: '收入 4 万元，支出 3 万元。' })
    expect(await here.requests()).toEqual([])
  })

  it('hears what the board says first, what a project cost by its name, and a list of both', async () => {
    const here = await withFacts()
    await publish(here, { ...secondQuarter, text: '收入 8 万元，支出 7 万元。' })
    expect(await here.says('wang', '二季度的账公布了没')).toMatch(/^(?!.*支出 3 万元)[\s\S]*支出 7 万元/)
    expect(await here.says('wang', '南门水沟改造花了多少钱')).toContain('合同价 6 万元')
    expect(await here.says('wang', '最近公开了啥')).toMatch(/第二季度财务收支[\s\S]*南门水沟改造工程款/)
  })

  it.each([
    ['去年二季度的呢', '2025年第二季度'], ['那三季度呢', '2026年第三季度'], ['一季度的公布了没', '2026年第一季度'], ['去年的呢', '2025年第二季度'], ['那 前年的呢', '2024年第二季度'],
    ['去年全年的呢', '2025年'], ['第三季度的有没有', '2026年第三季度'], ['上个季度的呢', '2026年第三季度'], ['六月份的呢？', null], ['2024年的嘞', '2024年第二季度'],
  ])('goes on from the question before, of another period: %s', async (words, period) => {
    const here = await withFacts()
    await here.says('wang', '二季度的账公布了没')
    const told = await here.says('wang', words)
    if (period === null) return expect(told).toContain('支出 3 万元')
    expect(told).toContain(`${period}的财务收支，社区还没有在这里公布`)
    expect(told).not.toContain('3 万元')
    expect(await here.requests()).toMatchObject([{ serviceCode: 'disclosure-request', description: `要求公开：${period}的财务收支` }])
  })

  it('is not meant by a period in another matter, or once something else came between', async () => {
    const here = await withFacts()
    await here.says('wang', '二季度的账公布了没')
    expect(await here.says('wang', '去年报的路灯修好了没')).not.toContain('还没有在这里公布')
    here.pass(60_000)
    await here.says('wang', '3栋2单元楼道灯坏了')
    expect(await here.says('wang', '去年的呢')).not.toContain('还没有在这里公布')
    expect(await here.says('li', '去年四季度的呢')).not.toContain('还没有在这里公布')
  })

  it('files at once where it is demanded, and is answered where it is published already', async () => {
    const here = await aNeighbourhood()
    await publish(here, thirdQuarter)
    expect(await here.says('wang', '怎么还不公布公共收益，要求公开')).toContain('HZ-2611-0001')
    expect(await here.says('wang', '请把三季度的账公开一下')).toMatch(/已经公布了[\s\S]*结余 3 万元/)
    expect(await here.requests()).toHaveLength(1)
  })

  it('is heard as a complaint where a company never publishes, and is answered where it has', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '3栋物业公共收益从来不公布，业主能不能查账')
    expect((await here.requests()).map(({ serviceCode }) => serviceCode)).not.toContain('disclosure-request')
    await publish(here, shared)
    expect(await here.says('li', '物业公共收益从来不公布，业主能不能查账')).toContain('修门禁支出 2 万元')
  })

  it('sees nothing before its day, after its last day, or once it was taken down', async () => {
    const here = await aNeighbourhood()
    await publish(here, { publishedOn: '2026-12-01' }, { publishedOn: '2026-10-01', until: '2026-10-31' }, { takenDown: { at: 0, why: '数字有误', by: { id: 's', name: '李师傅' } } })
    const told = await here.says('wang', '三季度的账公布了没')
    expect(told).toContain('还没有在这里公布')
    expect(told).not.toMatch(/12 万|最近公布/)
  })

  it('may ask what there is, and gets a list by period', async () => {
    const here = await aNeighbourhood()
    await publish(here, secondQuarter, thirdQuarter, shared)
    expect(await here.says('wang', '最近公开了啥')).toMatch(/1 《第三季度财务收支》[\s\S]*2 《公共收益收支表》[\s\S]*3 《第二季度财务收支》/)
    const empty = await aNeighbourhood()
    expect(await empty.says('wang', '公开栏在哪看')).toContain('还没有在这里公布过')
    expect(last(empty)).toEqual({ kind: 'unanswerable', reason: 'not-set' })
  })

  it('gets at most three lines in a room', async () => {
    const here = await aNeighbourhood()
    await publish(here, { ...thirdQuarter, text: '一二三四五六七八九十'.repeat(30) }, secondQuarter, shared)
    for (const words of ['@小助手 三季度的账公布了没', '@小助手 最近公开了些什么']) {
      const told = await here.saysInRoom('wang', words)
      expect(told.split('\n').length, told).toBeLessThanOrEqual(3)
      expect(told).toContain('10月12日公布')
    }
  })

  it('is not taken for who asks about their own money, about the rules, or complains', async () => {
    const here = await aNeighbourhood()
    await publish(here, thirdQuarter, { ...shared, kind: '救助公示', title: '低保公示' })
    for (const words of ['我家水费账单在哪看', '村务公开有什么规定', '低保公示多久', '物业费怎么交', '维修资金怎么申请', '我的公积金账户余额', '投诉物业不公开收支']) {
      expect(await here.says(`of-${words}`, words), words).not.toMatch(/结余 3 万元|公布，来源/)
    }
  })
})
