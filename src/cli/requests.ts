import { readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import { InputError } from '../errors.js'
import type { ImportResult } from '../exchange/exchange-types.js'
import { exportFormats } from '../exchange/write-file.js'
import { callControl } from '../store/control.js'
import { command, UsageError, type Terminal } from './command.js'
import { settingsOf } from './settings.js'

const community = { kind: 'text', value: '社区', help: '哪个社区，写代码，如 huzhou-demo', required: true } as const

/** Requests are taken in by the process that talks with residents: receipts, routing and news are its work. */
async function askHouse(name: string, args: unknown, terminal: Terminal): Promise<unknown> {
  const answer = await callControl(settingsOf(terminal).dataDir, name, args)
  if (!answer.live) throw new InputError('not-running', '一窗没有在运行。请先用 yichuang start 启动，再导入或导出工单。')
  return answer.result
}

const outcomeWords = { new: '新登记', joined: '并入同一件事', replied: '转达答复', known: '早已有', wrong: '不对' } as const

const requestsImport = command({
  name: 'requests import',
  summary: '从文件导入上级平台（12345 等）的工单和答复',
  usage: '文件 --community 社区 [--dry-run] [--skip-wrong] [--json]',
  options: {
    community,
    'dry-run': { kind: 'flag', help: '只看会怎样，什么都不改' },
    'skip-wrong': { kind: 'flag', help: '不对的行跳过，其余照常导入；不写就是一行不对，整份不导入' },
    json: { kind: 'flag', help: '以 JSON 输出' },
  },
  words: [1, 1],
  more: '文件可以是 .xlsx、CSV（UTF-8、GBK 都行）或 JSON lines，按内容认。列名和写法见 docs/exchange.md。同一个编号再导入一次不会重复登记。有不对的行时退出码是 1。',
  async run(given, [file = ''], terminal) {
    const bytes = await readFile(file)
    const result = (await askHouse('requests import', { community: given.community, file: bytes.toString('base64'), dry: given['dry-run'], refuse: given['skip-wrong'] ? 'line' : 'file' }, terminal)) as ImportResult
    if (given.json) await terminal.out(JSON.stringify(result))
    else {
      for (const { line, outcome, reference, number, service, says } of result.lines) {
        await terminal.out([`第 ${line} 行`, outcomeWords[outcome], reference, number, service, says].filter((part) => part !== null).join('  '))
      }
    }
    const { counts, isDry, isRefused } = result
    terminal.tell(`${isRefused ? '有不对的行，整份没有导入。' : isDry ? '只是试看，什么都没改。' : ''}${Object.entries(outcomeWords).map(([outcome, words]) => `${words} ${counts[outcome as keyof typeof counts]}`).join('，')}`)
    return counts.wrong > 0 ? 1 : 0
  },
})

const requestsExport = command({
  name: 'requests export',
  summary: '把一个社区的工单导出成文件，没有居民的姓名、号码和门牌',
  usage: '文件 --community 社区 --reason 用途 [--by 姓名] [--gbk]',
  options: {
    community,
    reason: { kind: 'text', value: '用途', help: '导出做什么用，写在文件头尾和操作记录里', required: true },
    by: { kind: 'text', value: '姓名', help: '谁导出的，默认「命令行」' },
    gbk: { kind: 'flag', help: 'CSV 用 GBK 编码，给只认 GBK 的软件' },
  },
  words: [1, 1],
  more: '按文件名的结尾选格式：.csv、.xlsx 或 .jsonl。已有的文件不会被盖掉。',
  async run(given, [file = ''], terminal) {
    const format = exportFormats.find((ending) => file.toLowerCase().endsWith(`.${ending}`))
    if (format === undefined) throw new UsageError('usage', '文件名要以 .csv、.xlsx 或 .jsonl 结尾。')
    if ([...given.reason.trim()].length < 4) throw new UsageError('usage', '--reason 请写明导出做什么用，至少 4 个字。')
    const bytes = z.base64().parse(await askHouse('requests export', { community: given.community, format, encoding: given.gbk ? 'gbk' : 'utf-8', reason: given.reason.trim(), by: given.by ?? '命令行' }, terminal))
    await writeFile(file, Buffer.from(bytes, 'base64'), { flag: 'wx', mode: 0o600 })
    terminal.tell(`已写入 ${file}`)
    return 0
  },
})

export const requestCommands = [requestsImport, requestsExport]
