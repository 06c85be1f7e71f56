import { mkdtemp, mkdir, rm, writeFile, cp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import { readCommunityFile } from '../../src/knowledge/communities.js'
import { loadKnowledge } from '../../src/knowledge/knowledge.js'

const folder = fileURLToPath(new URL('../../knowledge', import.meta.url))
const made: string[] = []
afterEach(async () => {
  for (const path of made.splice(0)) await rm(path, { recursive: true })
})

describe('the example communities', () => {
  it('are five, each under its own city or province, each fact marked 示例 with source and date', async () => {
    const { communities } = await loadKnowledge(folder)
    expect([...communities.keys()].sort()).toEqual(['guangdong-demo', 'huzhou-demo', 'langfang-demo', 'puyang-demo', 'qinghai-demo'])
    for (const community of communities.values()) {
      expect(community.name).toContain('示例')
      for (const fact of community.facts) {
        expect(fact.text, fact.id).toMatch(/^示例/)
        expect(fact.source, fact.id).toContain('示例')
      }
    }
  })

  it('湖州 has no office hours, so that they are honestly unknown', async () => {
    const { communities } = await loadKnowledge(folder)
    const huzhou = [...communities.values()].find(({ numberPrefix }) => numberPrefix === 'HZ')!
    expect(huzhou.facts.filter((fact) => /时间|值班/.test(fact.topic))).toEqual([])
  })
})

const good = {
  id: 'test-demo', name: '测试社区', numberPrefix: 'TS', chain: [{ code: '330500', name: '湖州市', level: 'city' }],
  grids: [], places: [], policies: [], facts: [],
}
const write = (value: unknown) => JSON.stringify(value, null, 2)

describe('a community file that is wrong', () => {
  it('is told by file and line when it is no JSON', () => {
    expect(readCommunityFile('communities/a.json', '{\n  "id": "a-b",\n  "name": \n}')).toMatchObject({ problems: [expect.stringMatching(/^communities\/a\.json(:4)? /)] })
  })

  it('is told every fault at once, with line and key', () => {
    const read = readCommunityFile('communities/a.json', write({ ...good, numberPrefix: 'ts', facts: [{ id: 'x', topic: '电话', item: '', text: '1', source: '', date: '11月', from: null, until: null }] }))
    expect(read).toEqual({
      problems: [
        expect.stringMatching(/^communities\/a\.json:4 numberPrefix: /),
        expect.stringMatching(/^communities\/a\.json:\d+ facts\.0\.source: 每条事实都要写来源/),
        expect.stringMatching(/^communities\/a\.json:\d+ facts\.0\.date: /),
      ],
    })
  })

  it('may not put one building into two grids', () => {
    const grid = (name: string) => ({ name, person: { name: '李师傅', role: '网格员' }, buildings: ['1栋'], areas: [] })
    expect(readCommunityFile('a.json', write({ ...good, grids: [grid('一'), grid('二')] }))).toEqual({ problems: [expect.stringContaining('「1栋」同时属于一和二')] })
  })
})

describe('loadKnowledge', () => {
  it('checks all files before it complains, and names each', async () => {
    const dir = await mkdtemp(join(tmpdir(), 'knowledge-'))
    made.push(dir)
    await mkdir(join(dir, 'policies'))
    await cp(join(folder, 'communities', 'huzhou-demo.json'), join(dir, 'communities', 'huzhou-demo.json'), { recursive: true })
    await writeFile(join(dir, 'policies', 'p.md'), '---\ntitle: 某意见\nstatus: valid\n---\n正文')
    await writeFile(join(dir, 'communities', 'bad.json'), write({ ...good, id: 'huzhou-demo', policies: ['missing'] }))
    await expect(loadKnowledge(dir)).rejects.toThrow(/policies\/p\.md:3 status[\s\S]*communities\/(?:bad|huzhou-demo)\.json/)
  })

  it('says which folder is missing', async () => {
    await expect(loadKnowledge(join(tmpdir(), 'no-such-knowledge'))).rejects.toThrow(/no-such-knowledge/)
  })
})
