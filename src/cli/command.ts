import { parseArgs } from 'node:util'
import { InputError } from '../errors.js'

/** What a command writes to and reads from; stdout carries results only, everything said to a person at work goes to stderr. */
export interface Terminal {
  /** Writes one line of the result; resolves when the reader can take more. */
  out(line: string): Promise<void>
  /** Says something to the person who runs the command. */
  tell(line: string): void
  /** Standard input as lines, without their ends. */
  lines(): AsyncIterable<string>
  readonly env: Readonly<Record<string, string | undefined>>
}

export interface OptionSpec {
  readonly kind: 'text' | 'number' | 'flag'
  /** What the value is, for the help: 文件, 文件夹, 代码 … */
  readonly value?: string
  readonly help: string
  readonly required?: boolean
}
type OptionSpecs = Readonly<Record<string, OptionSpec>>

/** Options as a command sees them; one that was not given is `null` (`false` for a flag). */
export type Given<O extends OptionSpecs> = {
  readonly [K in keyof O]: O[K]['kind'] extends 'flag'
    ? boolean
    : O[K] extends { readonly required: true }
      ? O[K]['kind'] extends 'number' ? number : string
      : (O[K]['kind'] extends 'number' ? number : string) | null
}

export interface Command<O extends OptionSpecs = OptionSpecs> {
  /** As typed: `ask`, `evaluate classifier`. */
  readonly name: string
  readonly summary: string
  /** Words after the name, as shown in the help: `[选项] "一句话"`. */
  readonly usage: string
  /** Longer help below the options: what comes out, examples. */
  readonly more?: string
  readonly options: O
  /** Least and most words beside the options. */
  readonly words: readonly [least: number, most: number]
  /** Resolves to the exit code: 0 done, 1 failed. */
  run(given: Given<O>, words: readonly string[], terminal: Terminal): Promise<number>
}

/** Keeps the options' types for `run`; forgotten afterwards, so that all commands fit one list. */
export function command<const O extends OptionSpecs>(spec: Command<O>): Command {
  return spec
}

/** How a command was called wrongly; exit code 2. */
export class UsageError extends InputError {}

/** Options and words of a call; refuses what the command does not know, with a sentence. */
export function readArguments(spec: Command, args: readonly string[]): { given: Given<OptionSpecs>; words: readonly string[] } {
  const options = Object.fromEntries(
    Object.entries(spec.options).map(([name, option]) => [name, { type: option.kind === 'flag' ? ('boolean' as const) : ('string' as const) }]),
  )
  const { tokens } = parseArgs({ args: [...args], options, allowPositionals: true, strict: false, tokens: true })
  const given: Record<string, string | number | boolean | null> = {}
  for (const [name, option] of Object.entries(spec.options)) given[name] = option.kind === 'flag' ? false : null
  const words: string[] = []
  const seen = new Set<string>()
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value)
    if (token.kind !== 'option') continue
    const option = Object.hasOwn(spec.options, token.name) ? spec.options[token.name] : undefined
    if (!option) throw new UsageError('usage', `没有 ${token.rawName} 这个选项${nearest(token.name, spec)}。`)
    if (seen.has(token.name)) throw new UsageError('usage', `--${token.name} 只能写一次。`)
    seen.add(token.name)
    given[token.name] = readValue(token.name, option, token.value)
  }
  for (const [name, option] of Object.entries(spec.options)) {
    if (option.required && given[name] === null) throw new UsageError('usage', `缺少 --${name}（${option.help}）。`)
  }
  const [least, most] = spec.words
  if (words.length < least) throw new UsageError('usage', `还缺内容，用法：yichuang ${spec.name} ${spec.usage}`)
  if (words.length > most) throw new UsageError('usage', `多了「${words.slice(most).join(' ')}」。若是一句话，请用引号括起来。`)
  return { given: given as Given<OptionSpecs>, words }
}

function readValue(name: string, option: OptionSpec, value: string | undefined): string | number | boolean {
  if (option.kind === 'flag') {
    if (value !== undefined) throw new UsageError('usage', `--${name} 不带值。`)
    return true
  }
  // `--train --test F` is a forgotten value, not a file of that name; a real one is written `--train=--test`.
  if (value === undefined || value === '' || /^--[a-z]/.test(value)) {
    throw new UsageError('usage', `--${name} 后面要写${option.value ?? '值'}。`)
  }
  if (option.kind === 'text') return value
  const number = Number(value)
  if (!Number.isFinite(number)) throw new UsageError('usage', `--${name} 要写数字，写的是「${value}」。`)
  return number
}

function nearest(name: string, spec: Command): string {
  const near = Object.keys(spec.options).find((known) => known.startsWith(name) || name.startsWith(known))
  return near === undefined ? '' : `，是不是 --${near}`
}

/** The command that `args` name and the rest of them; the longest name wins (`evaluate retrieval`). */
export function findCommand(commands: readonly Command[], args: readonly string[]): { spec: Command; rest: readonly string[] } | null {
  for (const length of [2, 1]) {
    const name = args.slice(0, length).join(' ')
    const spec = commands.find((each) => each.name === name)
    if (spec && args.length >= length) return { spec, rest: args.slice(length) }
  }
  return null
}

/** Help of one command. */
export function helpOf(spec: Command): string {
  const rows = Object.entries(spec.options).map(([name, option]) => [
    `--${name}${option.kind === 'flag' ? '' : ` ${option.value ?? '值'}`}`,
    `${option.help}${option.required ? '（必填）' : ''}`,
  ] as const)
  return [
    spec.summary,
    '',
    `用法：yichuang ${spec.name} ${spec.usage}`.trimEnd(),
    ...(rows.length > 0 ? ['', '选项：', ...table(rows)] : []),
    ...(spec.more === undefined ? [] : ['', spec.more]),
  ].join('\n')
}

/** The list of commands, or of those that begin with `prefix`. */
export function helpOfAll(commands: readonly Command[], prefix = ''): string {
  const shown = commands.filter((each) => each.name.startsWith(prefix))
  return [
    '一窗：社区的一个窗口。',
    '',
    '用法：yichuang 命令 [选项]',
    '',
    '命令：',
    ...table(shown.map((each) => [each.name, each.summary] as const)),
    '',
    '每个命令加 --help 看详细说明；设置写在环境变量或 .env 里，见 .env.example。',
  ].join('\n')
}

/** Columns of a terminal that a text takes: a Han character or full-width mark takes two. */
function columns(text: string): number {
  let sum = 0
  for (const char of text) sum += /[\u1100-\u115f\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(char) ? 2 : 1
  return sum
}

function table(rows: readonly (readonly [string, string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => columns(left)))
  return rows.map(([left, right]) => `  ${left}${' '.repeat(width - columns(left) + 2)}${right}`)
}
