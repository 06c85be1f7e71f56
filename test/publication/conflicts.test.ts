import { describe, expect, it } from 'vitest'
import { readKnowledge } from '../../src/knowledge/knowledge.js'
import { findConflicts } from '../../src/publication/conflicts.js'
import { applyChanges } from '../../src/publication/version.js'
import { invented, withFactUntil } from './invented-knowledge.js'

const now = Date.parse('2026-11-23T09:00:00+08:00')
const found = (changes: ReadonlyMap<string, string | null>) => findConflicts(readKnowledge(applyChanges(invented, changes)), now)

const province = invented.get('policies/opinion.md')!.replace('title: 示例市', 'title: 示例省').replace('jurisdiction: 990100', 'jurisdiction: 990000').replace('不少于九人', '不少于7人')
const city = invented.get('policies/opinion.md')!.replace('不少于九人', '不少于9人')
const chained = invented.get('communities/lotus-demo.json')!.replace(/("level": "city"\s*\})/, '$1, { "code": "990000", "name": "示例省", "level": "province" }')

describe('what a person should look at', () => {
  it('is nothing in a text that agrees with itself', () => {
    expect(found(new Map())).toEqual([])
  })

  it('are two texts of one chain that set the same thing differently', () => {
    const conflicts = found(new Map([['policies/opinion.md', city], ['policies/province.md', province], ['communities/lotus-demo.json', chained]]))
    expect(conflicts).toEqual([expect.objectContaining({ kind: 'figures', message: expect.stringMatching(/不少于9人[\s\S]*不少于7人/) as string })])
  })

  it('are not two texts of places that have nothing to do with each other', () => {
    expect(found(new Map([['policies/opinion.md', city], ['policies/province.md', province]]))).toEqual([])
  })

  it('are facts that have expired, and those about to', () => {
    expect(found(withFactUntil('2026-11-01'))).toEqual([expect.objectContaining({ kind: 'expired', message: expect.stringContaining('办公时间') as string })])
    expect(found(withFactUntil('2026-12-01'))).toEqual([expect.objectContaining({ kind: 'expiring' })])
    expect(found(withFactUntil('2027-12-01'))).toEqual([])
  })

  it('are targets whose year has passed, and texts out of force', () => {
    const past = city.replace('接受居民监督', '到2020年全面接受居民监督').replace('status: in-force', 'status: expired')
    expect(found(new Map([['policies/opinion.md', past]])).map(({ kind }) => kind)).toEqual(['expired', 'target-past'])
  })

  it('are one matter of one office promised in two times', () => {
    const item = { name: '某卡申领', department: '示例市民政局', type: '公共服务', themes: [], accept_standard: '', materials: ['申请表'], location: '示例路1号', url: null, service_object: [] }
    const list = [{ jurisdiction: '990100', sourceFile: 'a.jsonl', imported: '2026-11-01' }, { ...item, time_limit: '7个工作日' }, { ...item, time_limit: '3个工作日' }].map((row) => `${JSON.stringify(row)}\n`).join('')
    expect(found(new Map([['items/990100.jsonl', list]]))).toEqual([expect.objectContaining({ kind: 'items', message: expect.stringMatching(/7个工作日.*3个工作日/) as string })])
  })
})
