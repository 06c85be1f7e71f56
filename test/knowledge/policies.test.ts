import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, it } from 'vitest'
import { importText } from '../../src/knowledge/import.js'
import { loadKnowledge, type Knowledge } from '../../src/knowledge/knowledge.js'
import { sourceOf, type Policy } from '../../src/knowledge/policy.js'
import { indexPolicies } from '../../src/retrieval/policy-index.js'
import { toSimplified } from '../../src/text.js'
import { readFixture } from '../fixtures/knowledge/read-fixture.js'

const folder = fileURLToPath(new URL('../../knowledge', import.meta.url))
let knowledge: Knowledge
const policy = (id: string): Policy => knowledge.policies.find((each) => each.id === id)!

beforeAll(async () => {
  knowledge = await loadKnowledge(folder)
})

describe('the five texts', () => {
  it.each([
    ['huzhou-2018', '湖委发〔2018〕20', '2018-07-02', '2018-07-03', '2018-08-28', 'in-force'],
    ['langfang-2017-draft', null, '2017-06', null, '2017-06-08', 'draft'],
    ['qinghai-2017', null, null, null, '2017-10-24', 'in-force'],
    ['puyang-2020', '濮社区领〔2020〕2号', null, '2020', null, 'in-force'],
    ['guangdong-template', null, null, null, null, 'template'],
  ])('%s has its own number, its dates told apart, and its standing', (id, number, signed, issued, published, status) => {
    expect(policy(id)).toMatchObject({ number, signed, issued, published, status })
  })

  it.each(readFixture<{ policy: string; section: string; opens: string }>('sections.jsonl'))('$policy $section opens with $opens', (row) => {
    const clause = policy(row.policy).clauses.find((each) => each.path === row.section)
    expect(clause?.paragraphs[0]?.text.startsWith(row.opens)).toBe(true)
  })

  it.each([
    ['huzhou-2018', 30, '附件/'],
    ['qinghai-2017', 28, /^[三四]\/(?:\(.\)\/)?\d+$/],
    ['puyang-2020', 26, /^二\/（.）\/\d+$/],
  ])('%s has all its %i items with the units responsible', (id, count, form) => {
    const items = policy(id).clauses.filter(({ path }) => (typeof form === 'string' ? path.startsWith(form) : form.test(path)))
    expect(items).toHaveLength(count)
    expect(items.filter((clause) => clause.responsibility === null).map(({ path }) => path)).toEqual([])
  })

  it('no path stands twice in a text', () => {
    for (const each of knowledge.policies) {
      const paths = each.clauses.map(({ path }) => path)
      expect(new Set(paths).size, each.id).toBe(paths.length)
    }
  })

  it('湖州 names no lead, 青海 and 濮阳 do, an item may have two', () => {
    const of = (id: string, path: string) => policy(id).clauses.find((clause) => clause.path === path)!.responsibility
    expect(of('huzhou-2018', '附件/7')).toEqual({ kind: 'listed', units: ['市建设局', '市司法局'] })
    expect(of('qinghai-2017', '三/(四)/15')).toMatchObject({ kind: 'lead', lead: ['省委统战部', '省民宗委'] })
    expect(of('puyang-2020', '二/（一）/1')).toEqual({ kind: 'lead', lead: ['市委组织部'], support: ['市纪委监委', '市民政局'] })
    expect(of('puyang-2020', '二/（四）/16')).toEqual({ kind: 'lead', lead: ['市应急管理局'], support: [] })
  })

  it.each([
    ['langfang-2017-draft', 'damaged-figure', '二/(三)', '20003000户'],
    ['langfang-2017-draft', 'annex-missing', '附件', '附件:部门重点任务分工'],
    ['huzhou-2018', 'number-incomplete', '', '湖委发〔2018〕20'],
    ['guangdong-template', 'masked', '四/(4)', '1000至*户'],
    ['guangdong-template', 'masked', '篇首', '中办发〔*〕'],
    ['guangdong-template', 'misread', '二', '杜区'],
    ['guangdong-template', 'garbled', '一', '□'],
  ])('%s is warned of: %s in %s', (id, kind, section, words) => {
    expect(policy(id).warnings).toContainEqual(expect.objectContaining({ kind, section, words }))
  })

  it('keep no site furniture, no annotation, no lost name', () => {
    for (const each of knowledge.policies) {
      const text = each.clauses.flatMap(({ paragraphs }) => paragraphs.map((paragraph) => paragraph.text)).join('\n')
      expect(text, each.id).not.toMatch(/首页|浏览次数|打印|相关文章|友情链接|bookmark|客服|All Rights|公网安备|[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜ]|\u00a0/u)
      expect(each.raw, each.id).not.toMatch(/(?:联系人|签发人)\s*[:：]\s*(?!\[姓名已隐去\])\S/)
      expect(each.raw, each.id).not.toMatch(/(?:[^_\n]+_){4}/)
    }
  })
})

describe('the way back to the page', () => {
  it('every sentence that may be quoted stands in the page, word for word', () => {
    const { sentences } = indexPolicies(knowledge.policies)
    expect(sentences.length).toBeGreaterThan(500)
    for (const { policy: owner, clause, paragraph, span } of sentences) {
      const quote = paragraph.text.slice(span.start, span.end)
      const source = sourceOf(owner.raw, paragraph, span.start, span.end)
      expect(owner.raw.includes(source), `${owner.id} ${clause.path} ${source}`).toBe(true)
      // Cleaning took out annotations and white space and nothing else; a lost character stands for the broken part.
      const plain = toSimplified(source.replace(/\([a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜ]+\)/gu, '')).replace(/\?shù\)亟\?jīng\)/u, '□')
      expect(plain.replace(/\s/g, '')).toBe(quote.replace(/\s/g, ''))
      expect(quote.length).toBeLessThanOrEqual(200)
    }
  })

  it('importing the page again gives the file as it is published', () => {
    for (const each of knowledge.policies) {
      const imported = importText(each.raw, { jurisdiction: each.jurisdiction, fileName: each.sourceFile })
      const published = readFileSync(`${folder}/policies/${each.id}.md`, 'utf8')
      expect(imported.policy.text.split('---\n').slice(2).join('---\n'), each.id).toBe(published.split('---\n').slice(2).join('---\n'))
      expect(imported.policy.raw).toBe(each.raw)
      expect(imported.tree.map(({ path }) => path)).toEqual(each.clauses.map(({ path }) => path))
    }
  })
})
