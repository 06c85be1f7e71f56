import { describe, expect, it } from 'vitest'
import { command, readArguments, type Command } from '../../src/cli/command.js'
import { runCommand } from '../../src/cli/run.js'
import { InputError, StoreError } from '../../src/errors.js'
import { aTerminal } from './terminal.js'

const greet = command({
  name: 'greet',
  summary: '打招呼',
  usage: '[选项] 名字',
  options: {
    times: { kind: 'number', value: '次数', help: '说几遍' },
    loud: { kind: 'flag', help: '大声' },
    tone: { kind: 'text', value: '口气', help: '什么口气' },
  },
  words: [1, 1],
  async run(given, [name = ''], terminal) {
    for (let i = 0; i < (given.times ?? 1); i += 1) await terminal.out(`你好 ${name}${given.loud ? '！' : ''}${given.tone ?? ''}`)
    return 0
  },
})
const failing = (error: unknown): Command =>
  command({ name: 'fail now', summary: '失败', usage: '', options: {}, words: [0, 0], run: () => Promise.reject(error as Error) })

describe('calling a command', () => {
  it('gives options and words, wherever they stand', async () => {
    const terminal = aTerminal()
    expect(await runCommand([greet], ['greet', '--times', '2', '王阿姨', '--loud'], terminal)).toBe(0)
    expect(terminal.output).toEqual(['你好 王阿姨！', '你好 王阿姨！'])
    expect(terminal.told).toEqual([])
  })

  it.each([
    ['an unknown option', ['greet', '--quiet', 'x'], '没有 --quiet 这个选项'],
    ['an unknown short option', ['greet', '-x', 'y'], '没有 -x 这个选项'],
    ['an inherited name as an option', ['greet', '--__proto__', 'y'], '没有 --__proto__ 这个选项'],
    ['a beginning of an option, naming the whole one', ['greet', '--time', '2', 'y'], '是不是 --times'],
    ['an option without its value', ['greet', 'x', '--times'], '--times 后面要写次数'],
    ['an option whose value is another option', ['greet', 'x', '--tone', '--loud'], '--tone 后面要写口气'],
    ['a number that is none', ['greet', 'x', '--times', '两'], '写的是「两」'],
    ['a value for a flag', ['greet', 'x', '--loud=no'], '--loud 不带值'],
    ['an option given twice', ['greet', 'x', '--times', '1', '--times', '2'], '只能写一次'],
    ['a word too many', ['greet', '王', '阿姨'], '多了「阿姨」'],
    ['a missing word', ['greet'], '还缺内容'],
    ['an unknown command', ['grete'], '没有「grete」这个命令'],
  ])('refuses %s with a sentence and exit code 2', async (_, args, sentence) => {
    const terminal = aTerminal()
    expect(await runCommand([greet], args, terminal)).toBe(2)
    expect(terminal.told.join('\n')).toContain(sentence)
    expect(terminal.output).toEqual([])
  })

  it('takes words that look like options after --', () => {
    expect(readArguments(greet, ['--', '--loud']).words).toEqual(['--loud'])
  })

  it('shows help in Chinese on stdout, for all commands and for one', async () => {
    const all = aTerminal()
    expect(await runCommand([greet, failing(null)], ['--help'], all)).toBe(0)
    expect(all.output.join('\n')).toMatch(/greet +打招呼/)
    const one = aTerminal()
    expect(await runCommand([greet], ['greet', '--help'], one)).toBe(0)
    expect(one.output.join('\n')).toMatch(/用法：yichuang greet .*名字[\s\S]*--times 次数 +说几遍/)
  })

  it('shows the members of a group when only the group is named', async () => {
    const terminal = aTerminal()
    expect(await runCommand([greet, failing(null)], ['fail'], terminal)).toBe(2)
    expect(terminal.told.join('\n')).toContain('fail now')
    expect(terminal.told.join('\n')).not.toContain('greet')
  })

  it('says our own errors in their sentence, with exit code 1 and without a stack', async () => {
    for (const error of [new StoreError('missing', '数据还没有建立'), new InputError('bad', '文件不对')]) {
      const terminal = aTerminal()
      expect(await runCommand([failing(error)], ['fail', 'now'], terminal)).toBe(1)
      expect(terminal.told).toEqual([error.message])
    }
  })

  it('names a file that is not there', async () => {
    const terminal = aTerminal()
    const error = Object.assign(new Error('ENOENT: no such file'), { code: 'ENOENT', path: '/nowhere/x.jsonl' })
    expect(await runCommand([failing(error)], ['fail', 'now'], terminal)).toBe(1)
    expect(terminal.told).toEqual(['找不到 /nowhere/x.jsonl。请检查路径。'])
  })
})
