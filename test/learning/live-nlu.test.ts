import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands.js'
import { runCommand } from '../../src/cli/run.js'
import { createLiveNlu } from '../../src/learning/live-nlu.js'
import { createNlu, type LearnedLine } from '../../src/nlu/load-nlu.js'
import { aTerminal } from '../cli/terminal.js'
import { fewIntents } from './few-intents.js'

let folder: string
let intentsDir: string

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yichuang-live-'))
  intentsDir = fewIntents(join(folder, 'intents'))
})
afterAll(() => { rmSync(folder, { recursive: true, force: true }) })

const aView = (text: string) => ({ text, chat: 'private', mentions: { bot: false, others: [], everyone: false }, quoted: null, authorKind: 'resident', before: [], now: 0 }) as const

describe('while the process runs', () => {
  it('what people labelled and published is understood from then on, and not before', async () => {
    const published: LearnedLine[] = []
    const live = await createLiveNlu({ settings: { intentsDir, cacheDir: join(folder, 'cache') }, published: async () => published })
    const heard = async () => (await live.nlu.understand(aView('搞一个嘎嘎本'))).matters[0]?.intent
    const before = await heard()
    for (const text of ['搞一个嘎嘎本', '嘎嘎本', '给我搞嘎嘎本', '嘎嘎本搞一个', '我要搞一个嘎嘎本', '嘎嘎本咋搞']) published.push({ text, label: 'schooling' })
    expect(before).not.toBe('schooling')
    expect(await heard()).toBe(before)
    await live.reload()
    expect(await heard()).toBe('schooling')
  }, 60_000)
  it('what another process published is learned apart before it is taken up; what is asked for meanwhile is one more', async () => {
    const published: LearnedLine[] = []
    const learnedApart: number[] = []
    const settings = { intentsDir, cacheDir: join(folder, 'cache of its own') }
    const live = await createLiveNlu({
      settings, published: async () => [...published],
      learnApart: async (learned) => {
        learnedApart.push(learned.length)
        await createNlu({ ...settings, learned })
      },
    })
    expect(learnedApart).toEqual([])
    await live.catchUp()
    published.push({ text: '搞一个嘎嘎本', label: 'schooling' })
    const first = live.catchUp()
    published.push({ text: '嘎嘎本咋搞', label: 'schooling' })
    await Promise.all([first, live.reload(), live.reload(), live.reload()])
    expect(learnedApart.at(-1)).toBe(2)
    expect(learnedApart.length).toBeLessThanOrEqual(2)
    await live.catchUp()
    expect(learnedApart.length).toBeLessThanOrEqual(2)
  }, 60_000)
  it('a reload that fails leaves the version in use', async () => {
    let broken = false
    const live = await createLiveNlu({ settings: { intentsDir, cacheDir: join(folder, 'cache') }, published: async () => {
      if (broken) throw new Error('the store is closed')
      return []
    } })
    broken = true
    await expect(live.reload()).rejects.toThrow('closed')
    expect((await live.nlu.understand(aView('路灯坏了'))).matters[0]?.intent).toBe('repair_env')
  }, 60_000)
})

it('the command quality prints every intent, what rooms are like, and writes the page', async () => {
  const page = join(folder, 'report.html')
  const rooms = join(folder, 'rooms')
  for (const [part, text] of [['silent', '今天吃什么\n'], ['answered', '请问社区几点开门\n']] as const) {
    mkdirSync(join(rooms, part), { recursive: true })
    writeFileSync(join(rooms, part, 'a.txt'), text)
  }
  const terminal = { ...aTerminal(), env: { YICHUANG_INTENTS_DIR: intentsDir, YICHUANG_CACHE_DIR: join(folder, 'cache') } }
  expect(await runCommand(commands, ['quality', '--page', page, '--rooms', rooms], terminal)).toBe(0)
  const text = terminal.output.join('\n')
  expect(text.match(/^ {2}[a-z_]+ +\d/gm)?.length).toBe(30)
  expect(text).toContain('不该开口的 1 句')
  expect(readFileSync(page, 'utf8')).toContain('混淆矩阵')
}, 60_000)
