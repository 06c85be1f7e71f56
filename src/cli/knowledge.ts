import { z } from 'zod'
import type { Config } from '../config.js'
import { InputError } from '../errors.js'
import { readKnowledgeFolder } from '../knowledge/files.js'
import { publicationControl } from '../publication/control.js'
import { writeMirror } from '../publication/mirror.js'
import { createPublication } from '../publication/publication.js'
import { expectation, regressionQuestion, type RegressionQuestion } from '../publication/questions.js'
import { stateName, versionSchema, type CheckReport, type KnowledgeVersion } from '../publication/version.js'
import { isFresh } from '../store/load.js'
import { command, UsageError, type Command, type Terminal } from './command.js'
import { readJsonLine } from './json-lines.js'
import { askRunning, timeOf, withStore } from './running.js'
import { settingsOf } from './settings.js'

/** Who did it when no name is given. */
export const unnamed = '命令行'

/** Asks the running process, or opens the data folder when none runs; a folder without anything in it is begun. */
export function askKnowledge<T>(name: string, args: unknown, schema: z.ZodType<T>, config: Config, terminal: Terminal): Promise<T> {
  return askRunning({ name, args, schema }, config, async () =>
    withStore(config, terminal, async (store) => {
      const publication = createPublication(store, Date.now)
      const { notices } = await publication.begin(await readKnowledgeFolder(config.knowledgeDir))
      for (const notice of notices) if (name === 'knowledge list') terminal.tell(notice)
      const result = await publicationControl(store, publication, Date.now, async () => {})[name]?.(args)
      await writeMirror(config.dataDir, publication)
      return result
    }, await isFresh(config.dataDir)),
  )
}

const nothing = z.unknown().transform(() => null)

function lineOf(version: KnowledgeVersion): string {
  const from = version.origin.kind === 'rollback' ? `退回第 ${version.origin.of} 版：` : ''
  const approval = version.approval === null ? '' : `  批准：${version.approval.by}${version.approval.alone ? '（一人办理）' : ''}`
  return `第 ${version.number} 版  ${stateName(version)}  ${timeOf(version.liveAt ?? version.at)}  ${version.author}  ${from}${version.reason}  ${version.hash.slice(0, 12)}${approval}`
}

/** What the regression questions made of a version, a line each for what went wrong. */
export async function tellCheck(report: CheckReport, terminal: Terminal): Promise<void> {
  await terminal.out(`核对问题 ${report.asked} 个：改坏 ${report.broken.length}，改好 ${report.mended.length}，原来就不对 ${report.stillWrong.length}`)
  for (const one of report.broken) await terminal.out(`  改坏：${one.community}「${one.question}」应答 ${one.expected}\n    原来：${one.before.said}\n    现在：${one.after.said}`)
  for (const one of report.stillWrong) await terminal.out(`  原来就不对：${one.community}「${one.question}」应答 ${one.expected}，答 ${one.after.said}`)
}

function numberOf(word: string | undefined): number {
  const number = Number(word)
  if (!Number.isInteger(number) || number < 1) throw new UsageError('usage', `版本要写数字，写的是「${word ?? ''}」。用 knowledge list 看有哪些。`)
  return number
}

/** A command on one version; `what` is asked of it with what else was given, and `tell` says what became of it. */
function onVersion<Given>(what: string, tell: (version: KnowledgeVersion, given: Given, terminal: Terminal) => Promise<number> | number, argsOf: (given: Given, number: number) => object = () => ({})) {
  return async (given: Given, [word]: readonly string[], terminal: Terminal): Promise<number> => {
    const number = numberOf(word)
    return tell(await askKnowledge(what, { number, ...argsOf(given, number) }, versionSchema, settingsOf(terminal), terminal), given, terminal)
  }
}

const list = command({
  name: 'knowledge list',
  summary: '知识库的各个版本：谁、什么时候、为什么改的，哪一版在用',
  usage: '[--json]',
  options: { json: { kind: 'flag', help: '一行一条 JSON' } },
  words: [0, 0],
  async run(given, _, terminal) {
    for (const version of await askKnowledge('knowledge list', {}, z.array(versionSchema), settingsOf(terminal), terminal)) await terminal.out(given.json ? JSON.stringify(version) : lineOf(version))
    return 0
  },
})

const changeSchema = z.array(z.object({ what: z.string(), where: z.string(), before: z.string().nullable(), after: z.string().nullable() }))
const whatNames: Readonly<Record<string, string>> = { policy: '文件', clause: '条款', metadata: '文件信息', fact: '本地信息', community: '社区', service: '事项定义', item: '事项清单', file: '其他' }

async function showDiff(before: number, after: number, json: boolean, terminal: Terminal): Promise<void> {
  const changes = await askKnowledge('knowledge diff', { before, after }, changeSchema, settingsOf(terminal), terminal)
  if (json) return terminal.out(JSON.stringify(changes))
  if (changes.length === 0) await terminal.out('没有不同。')
  for (const change of changes) {
    await terminal.out(`${change.before === null ? '增加' : change.after === null ? '去掉' : '改动'}  ${whatNames[change.what] ?? change.what}  ${change.where}`)
    if (change.before !== null) await terminal.out(`  原：${change.before.replaceAll('\n', '\n      ')}`)
    if (change.after !== null) await terminal.out(`  新：${change.after.replaceAll('\n', '\n      ')}`)
  }
}

const show = command({
  name: 'knowledge show',
  summary: '一个版本：来历、核对结果，和它照着改的那一版有什么不同',
  usage: '版本 [--json]',
  options: { json: { kind: 'flag', help: '不同之处以 JSON 输出' } },
  words: [1, 1],
  run: onVersion<{ readonly json: boolean }>('knowledge version', async (version, { json }, terminal) => {
    if (!json) {
      await terminal.out(lineOf(version))
      if (version.check !== null) await tellCheck(version.check, terminal)
    }
    if (version.base !== null) await showDiff(version.base, version.number, json, terminal)
    return 0
  }),
})

const diff = command({
  name: 'knowledge diff',
  summary: '两个版本有什么不同：逐条列出增加、改动、去掉的条款和信息，新旧原话对照',
  usage: '旧版本 新版本 [--json]',
  options: { json: { kind: 'flag', help: '以 JSON 输出' } },
  words: [2, 2],
  async run(given, [before, after], terminal) {
    await showDiff(numberOf(before), numberOf(after), given.json, terminal)
    return 0
  },
})

const check = command({
  name: 'knowledge check',
  summary: '核对一份草稿：把核对问题在新旧两版上各问一遍，改坏一个就不能上线',
  usage: '版本',
  options: {},
  words: [1, 1],
  run: onVersion('knowledge check', async (version, _, terminal) => {
    if (version.check !== null) await tellCheck(version.check, terminal)
    return version.state === 'broken' ? 1 : 0
  }),
})

const approve = command({
  name: 'knowledge approve',
  summary: '批准一份核对通过的草稿；批准的人不能是改的人',
  usage: '版本 --by 姓名 [--alone]',
  options: {
    by: { kind: 'text', value: '姓名', help: '谁批准的', required: true },
    alone: { kind: 'flag', help: '没有第二个人可以批准，自己批准自己的，会记录在案' },
  },
  words: [1, 1],
  run: onVersion<{ readonly by: string; readonly alone: boolean }>(
    'knowledge approve',
    (version, { by }, terminal) => {
      terminal.tell(`第 ${version.number} 版已由${by}批准${version.approval?.alone ? '（一人办理，已记录）' : ''}，用 knowledge publish ${version.number} 上线。`)
      return 0
    },
    ({ by, alone }) => ({ by, alone }),
  ),
})

const publish = command({
  name: 'knowledge publish',
  summary: '让批准了的一版上线；正在运行的马上用上，不用重启',
  usage: '版本',
  options: {},
  words: [1, 1],
  run: onVersion('knowledge publish', (version, _, terminal) => {
    terminal.tell(`第 ${version.number} 版已上线。要退回：yichuang rollback ${version.base ?? 1}`)
    return 0
  }),
})

const drop = command({
  name: 'knowledge drop',
  summary: '作废一份草稿',
  usage: '版本',
  options: {},
  words: [1, 1],
  run: onVersion('knowledge drop', (version, _, terminal) => {
    terminal.tell(`第 ${version.number} 版已作废。`)
    return 0
  }),
})

const rollback = command({
  name: 'rollback',
  summary: '知识库退回到以前的一版，马上用上',
  usage: '版本 [--by 姓名] [--reason 原因]',
  options: { by: { kind: 'text', value: '姓名', help: `谁退的，默认「${unnamed}」` }, reason: { kind: 'text', value: '原因', help: '为什么退' } },
  words: [1, 1],
  more: '退回也是新的一版，内容和以前那版一个字不差；核对问题照样问一遍，结果记下来，但不拦着。',
  run: onVersion<{ readonly by: string | null; readonly reason: string | null }>(
    'knowledge rollback',
    async (version, _, terminal) => {
      if (version.check !== null) await tellCheck(version.check, terminal)
      terminal.tell(`已退回第 ${version.origin.kind === 'rollback' ? version.origin.of : version.number} 版，记作第 ${version.number} 版，现在在用。`)
      return 0
    },
    ({ by, reason }, number) => ({ by: by ?? unnamed, reason: reason ?? `退回第 ${number} 版` }),
  ),
})

const findings = z.array(z.object({ kind: z.string(), where: z.array(z.string()), message: z.string() }))
const kindNames: Readonly<Record<string, string>> = { figures: '数字打架', facts: '信息打架', items: '时限不一', expired: '已过期', expiring: '快过期', 'target-past': '目标已过', 'not-yet': '还没生效' }

const conflicts = command({
  name: 'knowledge conflicts',
  summary: '在用的知识库里互相矛盾、已经过期、快要过期的地方',
  usage: '[--json]',
  options: { json: { kind: 'flag', help: '一行一条 JSON' } },
  words: [0, 0],
  async run(given, _, terminal) {
    const found = await askKnowledge('knowledge conflicts', {}, findings, settingsOf(terminal), terminal)
    for (const one of found) await terminal.out(given.json ? JSON.stringify(one) : `${kindNames[one.kind] ?? one.kind}  ${one.message}`)
    terminal.tell(found.length === 0 ? '没有发现矛盾和过期。' : `共 ${found.length} 处，请人看一看。`)
    return 0
  },
})

const kept = z.array(z.object({ id: z.string(), question: z.string(), community: z.string(), expect: expectation, author: z.string(), at: z.number() }))

const questions = command({
  name: 'knowledge questions',
  summary: '核对问题：列出、增加、去掉管理员自己的（随程序带的在 questions.jsonl 里）',
  usage: '[--add] [--remove 编号] [--author 姓名]',
  options: {
    add: { kind: 'flag', help: '从标准输入读，一行一个 {"question","community","expect":{"policy","section"}|{"fact"}|"refusal"}' },
    remove: { kind: 'text', value: '编号', help: '去掉一个' },
    author: { kind: 'text', value: '姓名', help: '谁加的' },
  },
  words: [0, 0],
  async run(given, _, terminal) {
    const config = settingsOf(terminal)
    if (given.remove !== null) {
      await askKnowledge('knowledge forget', { id: given.remove }, nothing, config, terminal)
      terminal.tell(`已去掉 ${given.remove}。`)
      return 0
    }
    if (given.add) {
      const read: RegressionQuestion[] = []
      for await (const line of terminal.lines()) {
        if (line.trim() === '') continue
        const one = readJsonLine(line, regressionQuestion)
        if (!one.ok) throw new InputError('questions', `这一行读不懂，一个也没有加：${line.slice(0, 80)}\n${one.error}`)
        read.push(one.value)
      }
      for (const question of read) await askKnowledge('knowledge keep', { question, author: given.author ?? unnamed }, nothing, config, terminal)
      terminal.tell(`加了 ${read.length} 个核对问题。`)
      return 0
    }
    for (const one of await askKnowledge('knowledge questions', {}, kept, config, terminal)) await terminal.out(JSON.stringify(one))
    return 0
  },
})

const replaySchema = z.object({
  version: z.number(), liveAt: z.number().nullable(), community: z.string(), at: z.number(), question: z.string().nullable(), says: z.string().nullable(),
  then: z.object({ text: z.string(), quotations: z.array(z.object({ stands: z.boolean(), citation: z.looseObject({ document: z.string(), section: z.string(), quote: z.string() }) })) }).nullable(),
})

const replay = command({
  name: 'knowledge replay',
  summary: '按当时在用的那一版再答一遍：查以前的一条回复，或问一句看那天会怎么答',
  usage: '消息编号  或  --question 问题 --community 社区 --at 日期',
  options: {
    question: { kind: 'text', value: '问题', help: '不查消息，直接问' },
    community: { kind: 'text', value: '社区', help: '在哪个社区问' },
    at: { kind: 'text', value: '日期', help: '哪一天，如 2026-10-01 或 2026-10-01T09:00' },
  },
  words: [0, 1],
  async run(given, [message], terminal) {
    const args = message === undefined ? questionArgs(given) : { message }
    const found = await askKnowledge('knowledge replay', args, replaySchema, settingsOf(terminal), terminal)
    await terminal.out(`第 ${found.version} 版${found.liveAt === null ? '' : `（${timeOf(found.liveAt)} 上线）`}，${found.community}，${timeOf(found.at)}`)
    if (found.question !== null) await terminal.out(`问：${found.question}`)
    if (found.then !== null) {
      await terminal.out(`当时答：${found.then.text.replaceAll('\n', '\n        ')}`)
      for (const { citation, stands } of found.then.quotations) await terminal.out(`  ${stands ? '与那一版原文一致' : '那一版里没有这句话'}：《${citation.document}》${citation.section}「${citation.quote}」`)
    }
    if (found.says !== null) await terminal.out(`那一版答：${found.says}`)
    return found.then?.quotations.some(({ stands }) => !stands) ? 1 : 0
  },
})

function questionArgs({ question, community, at }: { readonly question: string | null; readonly community: string | null; readonly at: string | null }) {
  if (question === null || community === null || at === null) throw new UsageError('usage', '请写消息编号，或者写全 --question、--community、--at。')
  // A day means its end: what was live at some time of it counts.
  const time = Date.parse(`${at}${at.includes('T') ? '' : 'T23:59:59'}+08:00`)
  if (Number.isNaN(time)) throw new UsageError('usage', `--at 要写成 2026-10-01 或 2026-10-01T09:00，写的是「${at}」。`)
  return { question, community, at: time }
}

export const knowledgeCommands: readonly Command[] = [list, show, diff, check, approve, publish, drop, rollback, conflicts, questions, replay]
