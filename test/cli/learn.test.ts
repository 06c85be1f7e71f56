import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands.js'
import { runCommand } from '../../src/cli/run.js'
import type { LearningRow } from '../../src/learning/records.js'
import { openEmbeddedStore } from '../../src/store/embedded.js'
import { fewIntents } from '../learning/few-intents.js'
import { HUZHOU, oneOfEach } from '../store/rows.js'
import { aTerminal } from './terminal.js'

let folder: string
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'yichuang-learn-')) })
afterEach(() => { rmSync(folder, { recursive: true, force: true }) })

const dataDir = () => join(folder, 'data')
const open = (create: boolean) => openEmbeddedStore({ folder: dataDir(), create, now: () => 0, onFatal: (error) => { throw error } })

async function withRows(...rows: readonly Partial<LearningRow>[]): Promise<void> {
  const store = await open(true)
  await store.commit(HUZHOU, rows.map((given, index) => ({ op: 'put', table: 'learning', row: { ...oneOfEach.learning, id: `row-${String(index).padStart(3, '0')}`, ...given } })))
  await store.close()
}

async function run(env: Record<string, string>, ...args: string[]) {
  const terminal = { ...aTerminal(), env: { YICHUANG_DATA_DIR: dataDir(), ...env } }
  return { code: await runCommand(commands, args, terminal), ...terminal }
}

describe('learn', () => {
  it('lists what waits, takes labels, and refuses one that is no intent', async () => {
    await withRows({ text: '那个本本咋弄', why: 'unclear' }, { text: '再说吧再说吧', why: 'taken-over' })
    const listed = await run({}, 'learn', 'list')
    expect(listed.output.join('\n')).toContain('那个本本咋弄')
    expect((await run({}, 'learn', 'label', 'row-000', 'party')).code).not.toBe(0)
    expect((await run({}, 'learn', 'label', 'row-000', 'ask_process')).code).toBe(0)
    expect((await run({}, 'learn', 'label', 'row-001', 'drop')).code).toBe(0)
    expect((await run({}, 'learn', 'list')).output).toEqual([])
  })

  it('compares, writes the page, and changes nothing until it is told to publish', async () => {
    const env = { YICHUANG_INTENTS_DIR: fewIntents(join(folder, 'intents')), YICHUANG_CACHE_DIR: join(folder, 'cache') }
    await withRows({ text: '俺家那个红本本丢了在恁这补不补', label: 'ask_process', labelledAt: 1 })
    const page = join(folder, 'report.html')
    const tried = await run(env, 'learn', 'retrain', '--page', page)
    expect(tried.output.join('\n')).toContain('和上一版比')
    expect(readFileSync(page, 'utf8')).toContain('<svg')
    let store = await open(false)
    expect(await store.get(HUZHOU, 'learning', 'row-000')).toMatchObject({ publishedAt: null })
    await store.close()
    expect((await run(env, 'learn', 'retrain', '--publish')).told.join()).toContain('已发布')
    store = await open(false)
    expect((await store.get(HUZHOU, 'learning', 'row-000'))?.publishedAt).toEqual(expect.any(Number))
    await store.close()
  }, 60_000)

  it('refuses to publish labels that make it worse', async () => {
    const intentsDir = fewIntents(join(folder, 'intents'))
    const noise = JSON.parse(readFileSync(join(intentsDir, 'noise.json'), 'utf8')) as { utterances: string[] }
    await withRows(...noise.utterances.flatMap((text) => ['啊', '呀', '呢'].map((end) => ({ text: `${text}${end}`, label: 'payment' as const, labelledAt: 1 }))))
    const refused = await run({ YICHUANG_INTENTS_DIR: intentsDir, YICHUANG_CACHE_DIR: join(folder, 'cache') }, 'learn', 'retrain', '--publish')
    expect(refused.code, refused.output.join('\n')).not.toBe(0)
    expect(refused.told.join()).toContain('noise')
    const store = await open(false)
    expect((await store.find(HUZHOU, 'learning', {})).every(({ publishedAt }) => publishedAt === null)).toBe(true)
    await store.close()
  }, 60_000)
})
