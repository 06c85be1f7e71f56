import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands.js'
import { runCommand } from '../../src/cli/run.js'
import { readKnowledgeFolder } from '../../src/knowledge/files.js'
import { readMirror } from '../../src/publication/mirror.js'
import { invented, withFactUntil, withoutCouncil, writeFolder } from '../publication/invented-knowledge.js'
import { aTerminal } from './terminal.js'

let folder: string
beforeEach(() => {
  folder = writeFolder(invented)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const data = () => join(folder, '.data')
async function run(args: readonly string[], input: readonly string[] = []) {
  const terminal = { ...aTerminal(input), env: { YICHUANG_KNOWLEDGE_DIR: folder, YICHUANG_DATA_DIR: data() } }
  const code = await runCommand(commands, args, terminal)
  return { code, output: terminal.output.join('\n'), told: terminal.told.join('\n') }
}

const items = (days: string) => `${JSON.stringify({ name: '某卡新办申请', department: '示例市某局', type: '公共服务', themes: [], accept_standard: '', materials: ['申请表'], location: '示例路1号', time_limit: days, url: null, service_object: [] })}\n`
const importItems = (...more: string[]) => run(['import', '--services', join(folder, '.list.jsonl'), '--jurisdiction', '990100', ...more])

describe('importing without a dry run', () => {
  it('is a version with author and reason, checked, approved and in use at once', async () => {
    writeFileSync(join(folder, '.list.jsonl'), items('7个工作日'))
    const { code, told } = await importItems('--author', '小周', '--reason', '新清单')
    expect([code, told]).toEqual([0, expect.stringContaining('第 2 版')])
    expect((await run(['knowledge', 'list'])).output).toMatch(/第 1 版 {2}已换下[\s\S]*第 2 版 {2}在用.*小周 {2}新清单.*一人办理/)
    expect((await run(['knowledge', 'show', '2'])).output).toMatch(/核对问题 3 个：改坏 0[\s\S]*增加 {2}事项清单 {2}990100 示例市某局 某卡新办申请/)
  })

  it('can be read by commands that never open the store, until it is rolled back', async () => {
    writeFileSync(join(folder, '.list.jsonl'), items('7个工作日'))
    await importItems()
    const knowledge = await readKnowledgeFolder(folder)
    expect((await readMirror(data(), knowledge))?.files.get('items/990100.jsonl')).toContain('7个工作日')
    const asked = join(folder, '.asked.jsonl')
    writeFileSync(asked, `${JSON.stringify({ id: '1', jurisdiction: '示例', question: '某某', section: null, gold_quote: null, unanswerable: true })}\n`)
    const measure = (...more: string[]) => run(['evaluate', 'policy', '--questions', asked, ...more])
    expect((await measure('--live')).told).toContain('第 2 版')
    expect((await measure()).told).toBe('')
    expect((await run(['rollback', '1'])).told).toContain('退回第 1 版，记作第 3 版')
    expect(await readMirror(data(), knowledge)).toBeNull()
    expect((await measure('--live')).told).toContain('就是知识库文件夹里的内容')
  })

  it('tells what changed between two versions, old and new words', async () => {
    writeFileSync(join(folder, '.list.jsonl'), items('7个工作日'))
    await importItems()
    writeFileSync(join(folder, '.list.jsonl'), items('5个工作日'))
    await importItems()
    expect((await run(['knowledge', 'diff', '2', '3'])).output).toMatch(/改动 {2}事项清单[\s\S]*原：.*7个工作日[\s\S]*新：.*5个工作日/)
  })

  it('answers a question as it was answered at a time', async () => {
    await run(['knowledge', 'list'])
    const { output } = await run(['knowledge', 'replay', '--question', '居民议事会成员不少于几个人', '--community', 'lotus-demo', '--at', '2099-01-01'])
    expect(output).toMatch(/第 1 版[\s\S]*不少于九人/)
    expect((await run(['knowledge', 'replay', '--question', '居民议事会成员不少于几个人', '--community', 'lotus-demo', '--at', '2001-01-01'])).told).toContain('还没有上线')
  })
})

describe('the knowledge folder after a publication', () => {
  it('is a draft, checked by command, and not published where it breaks a question', async () => {
    writeFileSync(join(folder, '.list.jsonl'), items('7个工作日'))
    await importItems()
    for (const [path, text] of withoutCouncil) writeFileSync(join(folder, path), text)
    expect((await run(['knowledge', 'list'])).told).toContain('第 3 版草稿')
    const { code, output } = await run(['knowledge', 'check', '3'])
    expect([code, output]).toEqual([1, expect.stringMatching(/改坏：lotus-demo「居民议事会成员不少于几个人」[\s\S]*原来：.*不少于九人[\s\S]*现在：/) as string])
    expect((await run(['knowledge', 'approve', '3', '--by', '老李'])).code).toBe(1)
    expect((await run(['knowledge', 'drop', '3'])).code).toBe(0)
  })

  it('goes live when another person has approved it, by the questions that admins have added too', async () => {
    writeFileSync(join(folder, '.list.jsonl'), items('7个工作日'))
    await importItems()
    await run(['knowledge', 'questions', '--add', '--author', '老李'], [JSON.stringify({ question: '议定的事多少天内公开办理情况', community: 'lotus-demo', expect: { policy: 'opinion', section: '二/（二）' } })])
    for (const [path, text] of withFactUntil('2099-12-01')) writeFileSync(join(folder, path), text)
    await run(['knowledge', 'list'])
    expect((await run(['knowledge', 'publish', '3'])).told).toContain('草稿')
    expect((await run(['knowledge', 'check', '3'])).output).toContain('核对问题 4 个：改坏 0')
    expect((await run(['knowledge', 'approve', '3', '--by', '老李'])).code).toBe(0)
    expect((await run(['knowledge', 'publish', '3'])).told).toContain('第 3 版已上线')
    expect((await run(['knowledge', 'questions'])).output).toContain('老李')
    expect((await run(['knowledge', 'conflicts'])).told).toContain('没有发现')
  })
})
