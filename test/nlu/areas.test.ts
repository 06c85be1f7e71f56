import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkAreas } from '../../src/nlu/areas.js'
import { evaluateClassifier } from '../../src/nlu/evaluate.js'

const folder = mkdtempSync(join(tmpdir(), 'areas-'))
afterAll(() => rmSync(folder, { recursive: true }))

function aFile(name: string, text: string): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  return path
}
const jsonl = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).join('\n')

describe('the catalogue of areas', () => {
  it('names each area once and each thing under one area only', () => {
    const areas = checkAreas(readFileSync('knowledge/areas.json', 'utf8'), 'knowledge/areas.json')
    const names = areas.map(({ name }) => name)
    const covered = areas.flatMap(({ covers }) => covers)
    expect(new Set(names).size).toBe(names.length)
    expect(covered.filter((words, at) => covered.indexOf(words) !== at)).toEqual([])
  })
  it('is refused with the entry that is wrong', () => {
    expect(() => checkAreas('{"areas":[{"name":"交通运输","covers":["公交"]},{"name":"民政","covers":"低保"}]}', 'a.json')).toThrow(/a\.json: 民政 needs a list/)
    expect(() => checkAreas('{}', 'b.json')).toThrow(/needs a list "areas"/)
  })
})

describe('letters sorted by area', () => {
  const letters = (label: string, titles: readonly string[]) => titles.map((title) => ({ title, detail: '您好，情况如题，请予答复。', label }))
  const train = aFile('train.jsonl', jsonl([...letters('交通运输', ['公交车太少', '司机不打表']), ...letters('环境保护', ['河水发黑', '工厂冒黑烟'])]))
  const test = aFile('test.jsonl', jsonl([...letters('交通运输', ['快递被弄丢了', '驾校不给安排考试']), ...letters('环境保护', ['养猪场臭', '饭店油烟熏人'])]))

  it('are told apart by what the catalogue says of an area, also where no example speaks of it', async () => {
    expect((await evaluateClassifier({ train, test, areas: 'knowledge/areas.json' })).accuracy).toBe(1)
    expect((await evaluateClassifier({ train, test })).accuracy).toBeLessThan(1)
  })
})
