import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import type { CommunityId } from '../../src/knowledge/community.js'
import { readCatalogue, readItems, writeCatalogue, type ItemCatalogue } from '../../src/knowledge/items.js'
import { loadKnowledge, type Knowledge } from '../../src/knowledge/knowledge.js'
import { createRetriever, type Retriever } from '../../src/retrieval/retriever.js'

/** Invented items, as a platform's export gives them: strings for lists here, lists there. */
const rows = [
  { name: '某卡新办申请', department: '某省某联合会', type: '公共服务', themes: ['民生'], accept_standard: '本省户籍居民。', materials: ['某卡申请表', '居民身份证', '照片两张'], location: '办理地点：示例市示例路1号1楼', time_limit: '7(工作日)', url: 'https://example.org/ka', service_object: ['自然人'] },
  { name: '某卡挂失补办', department: '某省某联合会', type: '公共服务', themes: ['民生'], accept_standard: '持卡人。', materials: '无', location: '示例市示例路2号', time_limit: '无', url: '', service_object: ['自然人'] },
  { name: '某卡办理进度查询', department: '某省某厅', type: '公共服务', themes: [], accept_standard: '', materials: '无', location: '无线下办理窗口', time_limit: '1(工作日)', url: null, service_object: ['自然人'] },
  { name: '往来香港示例通行签注', department: '某省某厅', type: '行政许可', themes: [], accept_standard: '', materials: ['申请表'], location: '示例市示例路3号', time_limit: '10(工作日)', url: null, service_object: ['自然人'] },
  { name: '示例摊位备案', department: '某省某厅', type: '其他', themes: [], accept_standard: '', materials: ['备案表'], location: '示例市示例路4号', time_limit: '3(工作日)', url: null, service_object: ['自然人'] },
  { name: '示例摊位备案', department: '某市某局', type: '其他', themes: [], accept_standard: '', materials: ['备案表', '照片'], location: '示例市示例路5号', time_limit: '3(工作日)', url: null, service_object: ['自然人'] },
]
const file = rows.map((row) => JSON.stringify(row)).join('\n')
const catalogue: ItemCatalogue = { jurisdiction: '440000', sourceFile: 'items.jsonl', imported: '2026-11-20', items: readItems(file, 'items.jsonl') }

let knowledge: Knowledge
let retriever: Retriever
beforeAll(async () => {
  knowledge = await loadKnowledge(fileURLToPath(new URL('../../knowledge', import.meta.url)))
  retriever = createRetriever({ ...knowledge, items: [catalogue] })
})
const ask = (question: string, id = 'guangdong-demo') =>
  retriever.answer({ question, community: knowledge.communities.get(id as CommunityId)!, now: Date.parse('2026-11-22T10:00:00+08:00'), includeFacts: true })
const first = (question: string) => {
  const answer = ask(question)
  return answer.kind === 'answered' ? answer.citations[0] : undefined
}

describe('an imported list of items', () => {
  it.each([
    ['某卡新办申请要什么材料', '办理材料:1. 某卡申请表;2. 居民身份证;3. 照片两张'],
    ['某卡新办要准备哪些材料？', '办理材料:1. 某卡申请表;2. 居民身份证;3. 照片两张'],
    ['某卡新办申请几天办好', '办理时限:7(工作日)'],
    ['某卡新办在哪办', '办理地点：示例市示例路1号1楼'],
    ['某卡新办申请网上怎么办', '网上办理:https://example.org/ka'],
    ['某卡挂失补办要带什么', '办理材料:清单上写的是「无」'],
  ])('%s', (question, words) => {
    const answer = ask(question)
    expect(answer).toMatchObject({ kind: 'answered', scope: { jurisdiction: { code: '440000' } } })
    const [citation] = answer.kind === 'answered' ? answer.citations : []
    expect(citation).toMatchObject({ kind: 'fact', date: '2026-11-20', jurisdiction: '440000', origin: { issuer: '某省某联合会' } })
    expect(citation!.quote.endsWith(words)).toBe(true)
  })

  it('says nothing of what the list does not say', () => {
    expect(ask('某卡挂失补办几天办好')).toMatchObject({ kind: 'no-passage', reason: 'not-set-here' })
  })

  it('is never seen outside its jurisdiction, not even when the place is named', () => {
    for (const id of ['huzhou-demo', 'langfang-demo', 'qinghai-demo', 'puyang-demo'])
      for (const question of ['某卡新办申请要什么材料', '广东某卡新办申请要什么材料', '某卡新办申请在哪办']) {
        const answer = ask(question, id)
        expect(answer.kind === 'no-passage' ? [] : answer.citations.filter(({ origin }) => origin !== undefined), `${id} ${question}`).toEqual([])
      }
  })

  it('offers the near ones where the question fits several, and each answers when it is chosen', () => {
    const answer = ask('某卡要什么材料')
    expect(answer).toMatchObject({ kind: 'related' })
    const choices = answer.kind === 'related' ? (answer.choices ?? []) : []
    expect(choices.length).toBeGreaterThanOrEqual(2)
    for (const choice of choices) expect(first(choice)?.quote).toContain(choice.replace('要什么材料', ''))
  })

  it('an item about an item is not taken for it', () => {
    expect(ask('办某卡要几天').kind).not.toBe('answered')
    expect(first('某卡办理进度在哪查')?.quote).toContain('进度查询')
  })

  it('a place in the name of an item is no other place', () => {
    expect(first('往来香港示例通行签注几天办好')?.quote).toContain('10(工作日)')
  })

  it('items of one name that say it differently are said to be several', () => {
    const answer = ask('示例摊位备案要什么材料')
    expect(answer.kind === 'answered' && answer.citations).toHaveLength(2)
    expect(answer.warnings.join()).toContain('请按您的情况核对')
  })

  it('does not answer what is no item', () => {
    expect(ask('窗口在哪办').kind).toBe('no-passage')
    expect(first('居委会选举怎么投票')?.kind).toBe('policy')
  })
})

describe('the file of a list', () => {
  it('is kept and read back as it was', () => {
    expect(readCatalogue(writeCatalogue(catalogue), 'items/440000.jsonl')).toEqual(catalogue)
  })

  it('is taken whole or not at all, and every fault is named by line', () => {
    expect(() => readItems(`${file}\n{"name":"少了部门"}\n不是JSON\n`, 'items.jsonl')).toThrow(/2 处要改,一条也没有导入[\s\S]*第 7 行 department[\s\S]*第 8 行 不是完整的 JSON/)
  })

  it('that links elsewhere than to a web page is refused', () => {
    expect(() => readItems(JSON.stringify({ ...rows[0], url: 'javascript:alert(1)' }), 'items.jsonl')).toThrow(/url: 要以 http/)
  })
})
