import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands.js'
import { runCommand } from '../../src/cli/run.js'
import { aTerminal } from './terminal.js'

/** An invented notice, long enough to be taken for a policy text. */
const notice = `示例市民政局关于加强社区议事工作的通知
示民发〔2024〕3号
各社区居民委员会：
为加强社区议事工作，现将有关事项通知如下。
一、总体要求
坚持居民的事情居民商量着办，把议事协商办在居民家门口，让居民看得见、听得懂、说得上话。
二、主要任务
（一）建立议事会。每个社区建立居民议事会，成员不少于九人，由居民推选产生，任期与居民委员会相同。
（二）定期议事。居民议事会每季度至少召开一次，遇有涉及多数居民利益的事项随时召开，会议记录向居民公开。
（三）办理结果公开。议定事项应当在十个工作日内公开办理情况，接受居民监督和评议，未办结的要说明原因和期限。
三、工作保障
街道办事处应当为社区议事提供场所和必要经费，社区工作者要做好会议记录、归档和公开，年底前向街道报告全年议事情况。
示例市民政局
2024年3月5日
`

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yichuang-import-'))
  mkdirSync(join(folder, 'knowledge', 'policies'), { recursive: true })
  file = join(folder, '议事通知.txt')
  writeFileSync(file, notice)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

async function run(...args: string[]) {
  const terminal = { ...aTerminal(), env: { YICHUANG_KNOWLEDGE_DIR: join(folder, 'knowledge'), YICHUANG_DATA_DIR: join(folder, 'data') } }
  return { code: await runCommand(commands, ['import', ...args, '--into', join(folder, 'knowledge')], terminal), ...terminal }
}
const policies = () => readdirSync(join(folder, 'knowledge', 'policies')).filter((name) => name.endsWith('.md'))

describe('importing a policy text', () => {
  it('shows what it is, its clauses and what is doubtful, and writes nothing on a dry run', async () => {
    const { code, output } = await run(file, '--jurisdiction', '330500', '--dry-run')
    expect(code).toBe(0)
    expect(output.join('\n')).toMatch(/标题：.*通知[\s\S]*文号：示民发〔2024〕3号[\s\S]*二\/（二）/)
    expect(policies()).toEqual([])
  })

  it('gives the same as one line of JSON', async () => {
    const { output } = await run(file, '--jurisdiction', '330500', '--dry-run', '--json')
    expect(output).toHaveLength(1)
    expect(JSON.parse(output[0] ?? '')).toMatchObject({ metadata: { jurisdiction: '330500' }, clauses: expect.any(Array) as unknown[], warnings: expect.any(Array) as unknown[] })
  })

  it('writes the cleaned text and never over another one', async () => {
    expect((await run(file, '--jurisdiction', '330500')).code).toBe(0)
    expect(policies()).toHaveLength(1)
    const again = await run(file, '--jurisdiction', '330500')
    expect([again.code, again.told.join('')]).toEqual([1, expect.stringContaining('已经在知识库里')])
  })

  it('writes the page beside it, and neither where one of the two cannot be written', async () => {
    const raw = join(folder, 'knowledge', 'policies', 'raw')
    mkdirSync(raw)
    writeFileSync(join(raw, '议事通知.txt'), 'an older page')
    expect((await run(file, '--jurisdiction', '330500')).code).toBe(1)
    expect([policies(), readdirSync(raw)]).toEqual([[], ['议事通知.txt']])
    rmSync(join(raw, '议事通知.txt'))
    writeFileSync(join(folder, 'knowledge', 'policies', '议事通知.md'), 'an older text')
    expect((await run(file, '--jurisdiction', '330500')).code).toBe(1)
    expect([policies(), readdirSync(raw), readFileSync(join(folder, 'knowledge', 'policies', '议事通知.md'), 'utf8')]).toEqual([['议事通知.md'], [], 'an older text'])
  })

  it.each([
    ['an empty file', ''],
    ['a short note', '今天停水'],
    ['a binary', '\0\u0001\u0002PK'],
  ])('refuses %s with a sentence that says what to do', async (_, content) => {
    writeFileSync(file, content)
    const { code, told } = await run(file, '--jurisdiction', '330500')
    expect(code).toBe(1)
    expect(told.join('')).toMatch(/请/)
    expect(policies()).toEqual([])
  })

  it('refuses to guess where a text holds', async () => {
    expect((await run(file)).code).toBe(2)
    expect((await run(file, '--jurisdiction', '湖州')).code).toBe(1)
  })
})

describe('the place where a text holds', () => {
  const elsewhere = { YICHUANG_KNOWLEDGE_DIR: 'knowledge' }
  async function publish(...args: string[]) {
    const terminal = { ...aTerminal(), env: { ...elsewhere, YICHUANG_DATA_DIR: join(folder, 'data') } }
    return { code: await runCommand(commands, ['import', file, ...args], terminal), ...terminal }
  }

  it('is the same with and without the zeros that stand for nothing', async () => {
    for (const code of ['330500', '330500000', '330500000000']) {
      const { output } = await run(file, '--jurisdiction', code, '--dry-run', '--json')
      expect(JSON.parse(output[0] ?? '')).toMatchObject({ metadata: { jurisdiction: '330500' } })
    }
  })

  it('where no community is, is not taken silently: it is refused with the codes there are, or taken with a word', async () => {
    const refused = await publish('--jurisdiction', '110000000000')
    expect([refused.code, refused.told.join()]).toEqual([1, expect.stringMatching(/没有一个社区在 110000.*330500.*--elsewhere/s)])
    const taken = await publish('--jurisdiction', '110000', '--elsewhere', '--dry-run')
    expect([taken.code, taken.told.join()]).toEqual([0, expect.stringContaining('提醒：这里没有一个社区在 110000')])
  })
})

describe('importing a list of service items', () => {
  const item = { name: '某卡新办申请', department: '某省某联合会', type: '公共服务', themes: [], accept_standard: '', materials: ['申请表'], location: '示例市示例路1号', time_limit: '7(工作日)', url: null, service_object: ['自然人'] }
  const list = () => join(folder, 'items.jsonl')
  const kept = () => join(folder, 'knowledge', 'items')

  it('puts it under its jurisdiction, and a newer list takes its place', async () => {
    writeFileSync(list(), `${JSON.stringify(item)}\n`)
    const { code, output } = await run('--services', list(), '--jurisdiction', '440000')
    expect([code, JSON.parse(output[0] ?? '')]).toEqual([0, expect.objectContaining({ items: 1, jurisdiction: '440000' })])
    writeFileSync(list(), `${JSON.stringify({ ...item, time_limit: '5(工作日)' })}\n`)
    expect((await run('--services', list(), '--jurisdiction', '440000')).code).toBe(0)
    expect(readdirSync(kept())).toEqual(['440000.jsonl'])
    expect(readFileSync(join(kept(), '440000.jsonl'), 'utf8')).toContain('5(工作日)')
  })

  it('changes nothing when one line is wrong', async () => {
    writeFileSync(list(), `${JSON.stringify(item)}\n`)
    await run('--services', list(), '--jurisdiction', '440000')
    const before = readFileSync(join(kept(), '440000.jsonl'), 'utf8')
    writeFileSync(list(), `${JSON.stringify(item)}\n{"name":1}\n`)
    const { code, told } = await run('--services', list(), '--jurisdiction', '440000')
    expect([code, told.join('')]).toEqual([1, expect.stringContaining('第 2 行')])
    expect(readFileSync(join(kept(), '440000.jsonl'), 'utf8')).toBe(before)
  })

  it('needs a code, and is no policy text besides', async () => {
    writeFileSync(list(), JSON.stringify(item))
    expect((await run('--services', list(), '--jurisdiction', '广东')).code).toBe(1)
    expect((await run(file, '--services', list(), '--jurisdiction', '440000')).code).toBe(2)
  })
})
