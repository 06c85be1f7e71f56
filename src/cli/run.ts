import { YichuangError } from '../errors.js'
import { findCommand, helpOf, helpOfAll, readArguments, UsageError, type Command, type Terminal } from './command.js'

/** Runs what `args` ask for. Resolves to the exit code: 0 done, 1 failed, 2 called wrongly. */
export async function runCommand(commands: readonly Command[], args: readonly string[], terminal: Terminal): Promise<number> {
  const asksHelp = (list: readonly string[]) => list.some((arg) => arg === '--help' || arg === '-h')
  const found = findCommand(commands, args)
  const [first = ''] = args
  if (!found) {
    const group = first !== '' && commands.some((each) => each.name.startsWith(`${first} `)) ? `${first} ` : ''
    if (args.length === 0 || first === 'help' || asksHelp(args)) {
      await terminal.out(helpOfAll(commands, group))
      return args.length === 0 ? 2 : 0
    }
    terminal.tell(group ? `请说明是哪一种：\n${helpOfAll(commands, group)}` : `没有「${first}」这个命令。运行 yichuang --help 看全部命令。`)
    return 2
  }
  const { spec, rest } = found
  const beforeWords = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest
  if (asksHelp(beforeWords)) {
    await terminal.out(helpOf(spec))
    return 0
  }
  try {
    const { given, words } = readArguments(spec, rest)
    return await spec.run(given, words, terminal)
  } catch (error) {
    if (error instanceof UsageError) {
      terminal.tell(`${error.message}\n运行 yichuang ${spec.name} --help 看用法。`)
      return 2
    }
    terminal.tell(sentenceOf(error))
    return 1
  }
}

/** One error for the person at the terminal: our own sentence, or everything where we did not expect it. */
function sentenceOf(error: unknown): string {
  if (error instanceof YichuangError) return error.message
  if (error instanceof Error && 'path' in error && 'code' in error) {
    if (error.code === 'ENOENT') return `找不到 ${String(error.path)}。请检查路径。`
    if (error.code === 'EACCES') return `没有权限读写 ${String(error.path)}。`
    if (error.code === 'EISDIR') return `${String(error.path)} 是文件夹，这里要的是文件。`
  }
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
