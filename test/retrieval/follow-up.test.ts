import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import type { CommunityId } from '../../src/knowledge/community.js'
import { loadKnowledge, type Knowledge } from '../../src/knowledge/knowledge.js'
import { splitFollowUp, wholeQuestion } from '../../src/retrieval/follow-up.js'
import { createRetriever, type Retriever } from '../../src/retrieval/retriever.js'

let knowledge: Knowledge
let retriever: Retriever
beforeAll(async () => {
  knowledge = await loadKnowledge(fileURLToPath(new URL('../../knowledge', import.meta.url)))
  retriever = createRetriever(knowledge)
})
const ask = (id: string, question: string, previous: string | null = null) =>
  retriever.answer({ question, previous, community: knowledge.communities.get(id as CommunityId)!, now: Date.parse('2026-11-22T10:00:00+08:00'), includeFacts: false })
const first = (answer: ReturnType<typeof ask>) => (answer.kind === 'no-passage' ? undefined : answer.citations[0])

describe('a question that leans on the one before', () => {
  it.each([
    ['那农村呢', '城市社区服务用房要多大', '农村社区服务用房要多大'],
    ['山区呢？', '平原地区服务中心多大', '山区地区服务中心多大'],
    ['那湖州呢', '一个社区配几个工作人员', '湖州市一个社区配几个工作人员'],
    ['那廊坊呢', '湖州一个社区配几个工作人员', '廊坊市一个社区配几个工作人员'],
    ['那工资呢', '社区工作者怎么配', '社区工作者怎么配 工资'],
    ['呢？', '社区工作者怎么配', '社区工作者怎么配'],
  ])('%s after %s', (question, previous, whole) => {
    expect(wholeQuestion(question, previous)).toBe(whole)
  })

  it.each([['窗口周六上班吗'], ['那我家楼下的路灯坏了一个星期了谁来修'], ['']])('%j stands alone', (question) => {
    expect(wholeQuestion(question, '城市社区服务用房要多大')).toBe(question)
  })

  it('nothing before it: it is asked as it is', () => {
    expect(wholeQuestion('那农村呢', null)).toBe('那农村呢')
  })

  it('is told apart from its question where both come in one line', () => {
    expect(splitFollowUp('城市社区服务用房要多大 那农村呢')).toEqual({ previous: '城市社区服务用房要多大', question: '那农村呢' })
    expect(splitFollowUp('路灯坏了,怎么办')).toEqual({ previous: null, question: '路灯坏了,怎么办' })
  })

  it('is answered for the other side, never with the first side’s figure', () => {
    const before = '新建的城市社区服务用房最少多少平方米'
    expect(first(ask('huzhou-demo', before))?.quote).toContain('65平方米')
    const answer = ask('huzhou-demo', '那农村呢', before)
    expect(answer.kind).toBe('answered')
    expect(first(answer)?.quote).toMatch(/新建农村社区服务中心.*1000平方米/)
    expect(first(answer)?.quote).not.toContain('65平方米')
  })

  it('another place is answered for that place and said to be', () => {
    const answer = ask('puyang-demo', '那湖州呢', '一个社区配几个工作人员')
    expect(answer).toMatchObject({ kind: 'answered', scope: { asked: true, jurisdiction: { code: '330500' } } })
    expect(first(answer)?.quote).toContain('6至12人')
  })

  it('who supports, after who leads', () => {
    expect(first(ask('qinghai-demo', '那配合的呢', '物业归谁牵头'))).toMatchObject({ section: '三/(四)/18', quote: expect.stringContaining('配合单位:省民政厅') as string })
  })

  it('three places in one question are all answered for', () => {
    const answer = ask('qinghai-demo', '湖州、廊坊和濮阳一个社区各配几个工作人员')
    expect(answer.scopes.map(({ jurisdiction }) => jurisdiction.name)).toEqual(['湖州市', '廊坊市', '濮阳市'])
  })
})

describe('near misses', () => {
  const near: readonly (readonly [string, string])[] = [['langfang-demo', '彩票公益金里有没有一块是往社区这边使的'], ['puyang-demo', '物业太差怎么换'], ['qinghai-demo', '村里网格照什么来分']]

  it('come as questions to choose from, at most three, and each is answered when it is chosen', () => {
    for (const [id, question] of near) {
      const answer = ask(id, question)
      expect(answer.kind, question).toBe('related')
      const choices = answer.kind === 'related' ? (answer.choices ?? []) : []
      expect(choices.length, question).toBeGreaterThan(0)
      expect(choices.length, question).toBeLessThanOrEqual(3)
      for (const choice of choices) expect(ask(id, choice).kind, choice).toBe('answered')
    }
  })
})
