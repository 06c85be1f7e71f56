import { describe, expect, it } from 'vitest'
import type { LocalFact } from '../../src/knowledge/community.js'
import { loadKnowledge } from '../../src/knowledge/knowledge.js'
import { aNeighbourhood, type Neighbourhood } from './neighbourhood.js'

const { communities } = await loadKnowledge('knowledge')

/** The example community with these facts beside its own. */
function withFacts(...facts: readonly Partial<LocalFact>[]): Promise<Neighbourhood> {
  const home = [...communities.values()].find(({ id }) => id === 'huzhou-demo')!
  const entered = facts.map((given, index): LocalFact => ({ id: `fact-${index}`, topic: '开放资源', item: '', text: '', source: '共建协议', date: '2026-11-01', from: null, until: null, ...given }))
  return aNeighbourhood('huzhou-demo', { community: () => ({ ...home, facts: [...home.facts, ...entered] }) })
}

const playground = { item: '示例小学操场', text: '周六、周日 8:00—18:00 对居民开放，从东门进。' }
const hall = { item: '示例银行会议室', text: '周一到周五 18:00—20:00，提前一天说。' }
const closed = { item: '示例中学游泳馆', text: '暑假 9:00—17:00 开放。', from: '2026-07-01', until: '2026-08-31' }

describe('what units of the neighbourhood open to residents', () => {
  it.each(['附近哪些单位的场地能用', '周边单位有啥设施对外开放', '驻区单位的资源有哪些开放'])('is listed with its hours and source, and what is closed is not: %s', async (words) => {
    const here = await withFacts(playground, hall, closed)
    const told = await here.says('wang', words)
    expect(told).toContain('示例小学操场：周六、周日 8:00—18:00')
    expect(told).toContain('示例银行会议室：周一到周五 18:00—20:00')
    expect(told).toContain('共建协议，2026-11-01登记')
    expect(told).not.toContain('游泳')
    expect(here.outcomes.at(-1)).toEqual({ kind: 'answered' })
  })

  it('is told of the one asked for', async () => {
    const here = await withFacts(playground, hall)
    const told = await here.says('wang', '附近小学的操场开放吗')
    expect(told).toContain('8:00—18:00')
    expect(told).not.toContain('会议室')
  })

  it('is not invented: what has closed is said to be none, in at most three lines in a room', async () => {
    const here = await withFacts(closed)
    expect(await here.says('wang', '附近哪些单位的场地能用')).toContain('没有登记着')
    expect(here.outcomes.at(-1)).toEqual({ kind: 'unanswerable', reason: 'not-set' })
    const many = await withFacts(playground, hall, { item: '示例公司停车场', text: '夜里 19:00—次日 7:00。' }, { item: '示例机关食堂', text: '11:30—13:00。' })
    expect((await many.saysInRoom('wang', '@小助手 附近哪些单位的场地能用')).split('\n')).toHaveLength(3)
  })
})

describe('the days on which deputies receive residents', () => {
  const day = { topic: '接待日', item: '人大代表', text: '11月28日（周六）9:00—11:00，社区一楼接待室。', until: '2026-11-28', source: '街道人大工委' }

  it('are told from the calendar that staff entered, with its source', async () => {
    const here = await withFacts(day)
    expect(await here.says('wang', '人大代表哪天来接待')).toContain('11月28日（周六）9:00—11:00')
    expect(here.outcomes.at(-1)).toEqual({ kind: 'answered' })
  })

  it.each([['nothing was entered', '人大代表哪天来接待', []], ['the day has passed', '人大代表接待日是哪天', [{ ...day, until: '2026-11-20' }]]] as const)('are unknown where %s', async (_why, words, facts) => {
    const here = await withFacts(...facts)
    expect(await here.says('wang', words)).not.toContain('9:00')
    expect(here.outcomes.at(-1)?.kind).not.toBe('answered')
  })
})
