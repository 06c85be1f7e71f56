import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands.js'
import { runCommand } from '../../src/cli/run.js'
import { aTerminal } from './terminal.js'

const cache = mkdtempSync(join(tmpdir(), 'yichuang-cache-'))
afterAll(() => rmSync(cache, { recursive: true, force: true }))

async function ask(args: readonly string[], input: readonly string[] = []) {
  const terminal = { ...aTerminal(input), env: { YICHUANG_CACHE_DIR: cache } }
  return { code: await runCommand(commands, ['ask', ...args], terminal), ...terminal }
}
const line = (id: string, text: string, more: object = {}) => JSON.stringify({ id, text, community: 'huzhou-demo', chat: 'private', ...more })

interface Answer {
  readonly id: string
  readonly speaks: boolean
  readonly outcome: string
  readonly intents: readonly { readonly name: string; readonly confidence: number }[]
  readonly reply: readonly string[]
  readonly citations: readonly { readonly document: string; readonly jurisdiction: string; readonly kind: string; readonly quote: string }[]
  readonly ms: number
  readonly error?: string
}

describe('asking once', () => {
  it('shows what was understood, how it ends and the answer with its source', async () => {
    const { code, output } = await ask(['一个社区配几个工作人员'])
    expect(code).toBe(0)
    expect(output.join('\n')).toMatch(/听懂：policy_standard[\s\S]*结果：answered[\s\S]*一窗：[\s\S]*《.+》[\s\S]*答在：「/)
  })

  it('keeps silent in a group when neighbours talk, and says that it does', async () => {
    const { output } = await ask(['--group', '晚上一起去跳广场舞呀'])
    expect(output.join('\n')).toContain('（不说话）')
  })

  it.each([
    [[], '请写上要问的话'],
    [['--jsonl', '一句话'], '从标准输入读'],
    [['--jsonl', '--community', 'huzhou-demo'], '写在每一行里'],
    [['--community', 'nowhere', '你好'], '没有「nowhere」这个社区'],
  ])('refuses %j with a sentence', async (args, sentence) => {
    const { code, told } = await ask(args)
    expect(code).not.toBe(0)
    expect(told.join('\n')).toContain(sentence)
  })
})

describe('asking line by line', () => {
  it('answers every line in order; a bad one becomes an error on its line and the rest go on', async () => {
    const { code, output, told } = await ask(['--jsonl'], [
      line('a', '一个社区配几个工作人员'),
      'this is no JSON',
      '',
      line('b', '你好', { community: 'nowhere' }),
      '{"id":"c","community":"huzhou-demo"}',
      line('d', '着火了，快来人', { chat: 'group' }),
      line('e', '一个社区配几个工作人员', { community: 'puyang-demo' }),
    ])
    const answers = output.map((each) => JSON.parse(each) as Answer)
    expect(code).toBe(0)
    expect(answers.map((each) => [each.id, each.error === undefined])).toEqual([
      ['a', true], [null, false], [null, false], ['b', false], ['c', false], ['d', true], ['e', true],
    ])
    expect(answers[0]).toMatchObject({ speaks: true, outcome: 'answered' })
    expect(answers[0]?.citations[0]).toMatchObject({ kind: 'policy', jurisdiction: '330500' })
    expect(answers[5]).toMatchObject({ speaks: true, outcome: 'handed-over' })
    expect(answers[6]?.citations.map((each) => each.jurisdiction)).not.toContain('330500')
    expect(told.join('\n')).toContain('4 行没有读懂')
  })

  it('has a fixed form on every line', async () => {
    const { output } = await ask(['--jsonl'], [line('a', '3栋2单元楼道灯坏了')])
    const answer = JSON.parse(output[0] ?? '') as Record<string, unknown>
    expect(Object.keys(answer).filter((key) => key !== 'reason')).toEqual(['id', 'speaks', 'outcome', 'intents', 'slots', 'reply', 'citations', 'ms'])
    expect(answer['slots']).toContainEqual({ name: 'addr', value: expect.stringContaining('3栋2单元') as string, normal: expect.any(String) as string })
  })

  it('treats every line as a new resident without a history', async () => {
    const { output } = await ask(['--jsonl'], [line('a', '3栋2单元楼道灯坏了'), line('b', '进度'), line('c', '3栋2单元楼道灯坏了')])
    const [first, second, third] = output.map((each) => JSON.parse(each) as Answer)
    expect(third?.outcome).toBe(first?.outcome)
    expect(second?.reply.join('')).not.toMatch(/HZ-\d{4}-\d{4}/)
  })

  it('counts @小助手 in the words as a mention', async () => {
    const { output } = await ask(['--jsonl'], [line('a', '@小助手 一个社区配几个工作人员', { chat: 'group' }), line('b', '一个社区配几个工作人员', { chat: 'group', mentioned: true })])
    expect(output.map((each) => (JSON.parse(each) as Answer).speaks)).toEqual([true, true])
  })

  it('cites policy texts only, unless local facts are asked for', async () => {
    const question = [line('a', '办事大厅几点上班', { community: 'langfang-demo' })]
    const kinds = async (args: readonly string[]) => (JSON.parse((await ask(args, question)).output[0] ?? '') as Answer).citations.map((each) => each.kind)
    expect(await kinds(['--jsonl'])).not.toContain('fact')
    expect(await kinds(['--jsonl', '--facts'])).toContain('fact')
  })

  it('goes through 2,000 lines in order', async () => {
    const { output } = await ask(['--jsonl'], Array.from({ length: 2_000 }, (_, n) => line(String(n), ['你好', '进度', '一个社区配几个工作人员'][n % 3] ?? '')))
    expect(output.map((each) => (JSON.parse(each) as Answer).id)).toEqual(Array.from({ length: 2_000 }, (_, n) => String(n)))
  })
})
