import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands.js'
import { runCommand } from '../../src/cli/run.js'
import { aTerminal } from './terminal.js'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yichuang-evaluate-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function rows(name: string, lines: readonly object[]): string {
  const path = join(folder, name)
  writeFileSync(path, lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return path
}
const read = (path: string) => readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>)

async function evaluate(...args: string[]) {
  const terminal = { ...aTerminal(), env: { YICHUANG_CACHE_DIR: join(folder, 'cache') } }
  const code = await runCommand(commands, ['evaluate', ...args], terminal)
  return { code, told: terminal.told, figures: code === 0 ? (JSON.parse(terminal.output.at(-1) ?? '') as Record<string, number>) : {} }
}

const places = ['东门', '西门', '南门', '北门', '一号楼', '二号楼', '三号楼', '四号楼', '五号楼', '六号楼', '广场', '车库']
const labelled = (from: number, to: number) =>
  places.slice(from, to).flatMap((place) => [
    { text: `${place}的路灯不亮了`, label: 'lamp' },
    { text: `${place}下水道堵住往外冒水`, label: 'drain' },
    { text: `${place}的电梯停在半路不动`, label: 'lift' },
  ])

describe('evaluate classifier', () => {
  it('trains on one file, tests on another, and writes what it predicted', async () => {
    const out = join(folder, 'out.jsonl')
    const { code, figures } = await evaluate('classifier', '--train', rows('train', labelled(0, 8)), '--test', rows('test', labelled(8, 12)), '--out', out)
    expect(code).toBe(0)
    expect(figures).toMatchObject({ accuracy: 1, macroF1: 1, n: 12 })
    expect(read(out)[0]).toMatchObject({ text: expect.any(String) as string, label: 'lamp', predicted: 'lamp', confidence: expect.any(Number) as number })
  })

  it('cross-validates when asked for folds', async () => {
    const { figures } = await evaluate('classifier', '--train', rows('train', labelled(0, 12)), '--folds', '3', '--seed', '7')
    expect(figures['n']).toBe(36)
    expect(figures['accuracy']).toBeGreaterThan(0.9)
  })

  it('wants either a test file or folds', async () => {
    const train = rows('train', labelled(0, 4))
    for (const args of [[], ['--test', train, '--folds', '3']]) {
      expect((await evaluate('classifier', '--train', train, ...args)).code).toBe(2)
    }
    expect((await evaluate('classifier', '--train', train, '--folds', '1')).told.join('')).toContain('--folds')
  })
})

describe('evaluate retrieval', () => {
  it('ranks the texts of a corpus for each question', async () => {
    const corpus = rows('corpus', [
      { id: 'a', title: '路灯', text: '小区路灯由物业每月检查一次，不亮的三日内更换。' },
      { id: 'b', title: '电梯', text: '电梯每半月维护一次，困人时立即救援。' },
      { id: 'c', title: '垃圾', text: '生活垃圾每日清运，装修垃圾堆放在指定地点。' },
    ])
    const queries = rows('queries', [{ id: '1', question: '电梯多久维护', relevant: ['b'] }, { query_id: '2', question: '装修的垃圾放哪里', relevant: ['c'] }])
    const out = join(folder, 'out.jsonl')
    const { figures } = await evaluate('retrieval', '--corpus', corpus, '--queries', queries, '--out', out)
    expect(figures).toMatchObject({ hit1: 1, mrr10: 1, n: 2 })
    expect((read(out)[0]?.['ranked'] as string[])[0]).toBe('b')
  })
})

describe('evaluate passages', () => {
  it('finds the passage of the document that holds the answer', async () => {
    const documents = rows('documents', [
      { docid: 'a', text: '关于路灯的规定\n一、小区路灯由物业负责。\n二、路灯不亮的，应当在三日内更换。' },
      { docid: 'b', text: '关于电梯的规定\n一、电梯每半月维护一次。\n二、困人时应当在三十分钟内到场救援。' },
    ])
    const questions = rows('questions', [{ id: '1', docid: 'b', question: '电梯困人多久要到场救援', answer: '三十分钟内到场救援' }])
    const { figures } = await evaluate('passages', '--documents', documents, '--questions', questions)
    expect(figures).toMatchObject({ hit1: 1, n: 1 })
  })
})

it('a file that is not there is named', async () => {
  const { code, told } = await evaluate('retrieval', '--corpus', join(folder, 'none.jsonl'), '--queries', join(folder, 'none.jsonl'))
  expect(code).toBe(1)
  expect(told.join('')).toContain('none.jsonl')
})
