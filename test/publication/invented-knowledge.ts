import { mkdtempSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { KnowledgeFiles } from '../../src/knowledge/files.js'

const policy = (days: string) => `---
title: 示例市关于加强社区议事工作的意见
issuingBody: 示例市民政局
number: 示民发〔2024〕3号
signed: 2024-03-05
issued:
published:
status: in-force
jurisdiction: 990100
jurisdictionName: 示例市
sourceFile: 意见.txt
---

一、总体要求

坚持居民的事情居民商量着办，把议事协商办在居民家门口。

二、主要任务

（一）建立议事会。每个社区建立居民议事会，成员不少于九人，由居民推选产生。

（二）办理结果公开。议定事项应当在${days}个工作日内公开办理情况，接受居民监督。
`

const community = (until: string | null) => JSON.stringify({
  id: 'lotus-demo', name: '荷塘社区(示例)', numberPrefix: 'LT',
  chain: [{ code: '990100001001', name: '荷塘社区(示例)', level: 'community' }, { code: '990100', name: '示例市', level: 'city' }],
  grids: [], places: [], policies: [],
  facts: [{ id: 'hours', topic: '办公时间', item: '办事大厅', text: '示例:周一至周五 8:30—17:00。', source: '示例数据', date: '2026-11-01', from: null, until }],
}, null, 1)

/** A small invented city with one text, one community and questions of its own. */
export const invented: KnowledgeFiles = new Map([
  ['policies/opinion.md', policy('十')],
  ['communities/lotus-demo.json', community(null)],
  ['services/community.json', '[]'],
  ['questions.jsonl', [
    { question: '居民议事会成员不少于几个人', community: 'lotus-demo', expect: { policy: 'opinion', section: '二/（一）' } },
    { question: '办事大厅几点上班', community: 'lotus-demo', expect: { fact: '办公时间' } },
    { question: '低保每月发多少钱', community: 'lotus-demo', expect: 'refusal' },
  ].map((line) => JSON.stringify(line)).join('\n')],
])

/** The text with another promise. */
export const withDays = (days: string) => new Map([['policies/opinion.md', policy(days)]])
export const withoutCouncil = new Map([['policies/opinion.md', policy('十').replace(/（一）建立议事会.*\n\n/, '').replace('（二）', '（一）')]])
export const withFactUntil = (until: string) => new Map([['communities/lotus-demo.json', community(until)]])

/** The files in a folder of their own, for what reads folders. */
export function writeFolder(files: KnowledgeFiles): string {
  const folder = mkdtempSync(join(tmpdir(), 'yichuang-knowledge-'))
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  return folder
}
