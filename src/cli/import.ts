import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { InputError } from '../errors.js'
import type { ImportedPolicy } from '../knowledge/import.js'
import type { Clause, PolicyMetadata } from '../knowledge/policy.js'
import { writeFiles } from '../knowledge/write-files.js'
import { isFresh } from '../store/load.js'
import { versionSchema } from '../publication/version.js'
import { command, UsageError, type Terminal } from './command.js'
import { askKnowledge, tellCheck, unnamed } from './knowledge.js'
import { settingsOf } from './settings.js'

export const importCommand = command({
  name: 'import',
  summary: '把政策文件或事项清单放进知识库：清洗、列出条款、元数据和疑点',
  usage: '文件 --jurisdiction 行政区划代码 [--dry-run] [--json]  或  --services 事项文件 --jurisdiction 行政区划代码',
  options: {
    jurisdiction: { kind: 'text', value: '代码', help: '文件在哪里有效，六位行政区划代码，如 330500', required: true },
    services: { kind: 'text', value: '文件', help: '事项清单，一行一个 {name,department,type,themes,accept_standard,materials,location,time_limit,url,service_object}' },
    into: { kind: 'text', value: '文件夹', help: '不上线，只写进这个文件夹，用来另备一份知识库' },
    author: { kind: 'text', value: '姓名', help: `谁导入的，默认「${unnamed}」` },
    reason: { kind: 'text', value: '原因', help: '为什么导入，记在版本里' },
    'approved-by': { kind: 'text', value: '姓名', help: '谁批准上线；有两位以上管理员时不能是导入的人' },
    elsewhere: { kind: 'flag', help: '这里还没有这个地区的社区也照样导入；等加上那里的社区才用得到' },
    replace: { kind: 'flag', help: '知识库里已有同名文件时换成这一份' },
    'dry-run': { kind: 'flag', help: '只看结果，不写入知识库' },
    json: { kind: 'flag', help: '以 JSON 输出' },
  },
  words: [0, 1],
  more: '文件可以是文本（UTF-8、UTF-16、GBK、GB18030）、网页、Markdown、Word（.docx）或 PDF，按内容认，不看文件名。导入的是新的一版：先核对（把核对问题新旧各问一遍，改坏一个就不上线），有第二位管理员的要他批准，然后马上用上，不用重启；要退回用 rollback。原文有疑点的地方会在回答里照实说明，不会擅自改动。',
  async run(given, [file], terminal) {
    const target: Target = given.into === null
      ? { kind: 'publish', author: given.author ?? unnamed, reason: given.reason, approvedBy: given['approved-by'], replace: given.replace }
      : { kind: 'folder', folder: given.into }
    const place = () => placeOf(given.jurisdiction, { target, isDry: given['dry-run'], elsewhere: given.elsewhere }, terminal)
    if (given.services !== null) {
      if (file !== undefined) throw new UsageError('usage', '用了 --services，一次只导入这份事项清单，不再写别的文件。')
      return importServices(given.services, await place(), given['dry-run'] ? null : target, terminal)
    }
    if (file === undefined) throw new UsageError('usage', '请写上要导入的文件，例如：yichuang import 意见.docx --jurisdiction 330500')
    const jurisdiction = await place()
    const { importPolicy } = await import('../knowledge/import.js')
    const imported = await importPolicy(await readFile(file), { jurisdiction, fileName: basename(file) })
    await (given.json ? printJson(imported, terminal) : printText(imported, terminal))
    if (given['dry-run']) return 0
    const { policy, metadata } = imported
    const files = [{ path: `policies/raw/${policy.rawFileName}`, text: policy.raw }, { path: `policies/${policy.fileName}`, text: policy.text }]
    return put(files, target, 'refuse', `导入《${metadata.title}》`, terminal)
  },
})

/** Where what was imported goes: into the version in use, through check and approval, or into a folder as it is. */
type Target =
  | { readonly kind: 'publish'; readonly author: string; readonly reason: string | null; readonly approvedBy: string | null; readonly replace: boolean }
  | { readonly kind: 'folder'; readonly folder: string }

/** The code as the communities here have it. What no community is in would never be quoted: it is refused, unless it is meant so. */
async function placeOf(code: string, given: { readonly target: Target; readonly isDry: boolean; readonly elsewhere: boolean }, terminal: Terminal): Promise<string> {
  const [{ checkCode }, { codeAmong, shortCode }] = await Promise.all([import('../knowledge/import.js'), import('../knowledge/place-code.js')])
  checkCode(code)
  const config = settingsOf(terminal)
  // Another knowledge base has communities of its own; looking only begins nothing.
  if (given.target.kind === 'folder' || (given.isDry && (await isFresh(config.dataDir)))) return shortCode(code)
  const known = await askKnowledge('knowledge codes', {}, z.array(z.string()), config, terminal)
  const found = codeAmong(code, known)
  if (found !== null || known.length === 0) return found ?? shortCode(code)
  if (given.elsewhere) {
    terminal.tell(`提醒：这里没有一个社区在 ${shortCode(code)}，导入后暂时用不到。`)
    return shortCode(code)
  }
  throw new InputError('jurisdiction-code', `这里没有一个社区在 ${shortCode(code)}，导入了也不会用到。请核对代码（这里有：${[...known].sort((one, other) => one.length - other.length || one.localeCompare(other)).filter((one) => one.length === 6).join('、')}）；确实要先备着，请加 --elsewhere。`)
}

async function put(files: readonly { readonly path: string; readonly text: string }[], target: Target, onExisting: 'refuse' | 'replace', reason: string, terminal: Terminal): Promise<number> {
  if (target.kind === 'folder') {
    await writeFiles(files.map(({ path, text }) => ({ path: join(target.folder, path), text })), onExisting)
    terminal.tell(`已写入 ${join(target.folder, files.at(-1)!.path)}，没有上线。`)
    return 0
  }
  const config = settingsOf(terminal)
  const call = (name: string, args: unknown) => askKnowledge(name, args, versionSchema, config, terminal)
  if (onExisting === 'refuse' && !target.replace) {
    const existing = await askKnowledge('knowledge paths', {}, z.array(z.string()), config, terminal)
    const taken = files.find(({ path }) => existing.includes(path))
    if (taken) throw new InputError('exists', `${taken.path} 已经在知识库里。要换成新的，请加 --replace；要并存，请给文件换个名字。`)
  }
  const draft = await call('knowledge draft', { changes: files.map(({ path, text }) => [path, text]), author: target.author, reason: target.reason ?? reason })
  const checked = await call('knowledge check', { number: draft.number })
  if (checked.state === 'broken') {
    if (checked.check !== null) await tellCheck(checked.check, terminal)
    terminal.tell(`没有上线：核对没通过，存成第 ${checked.number} 版草稿。改好了重新导入，或用 knowledge drop ${checked.number} 作废。`)
    return 1
  }
  const by = target.approvedBy ?? target.author
  if (by === target.author && !(await askKnowledge('knowledge alone', {}, z.boolean(), config, terminal))) {
    terminal.tell(`第 ${checked.number} 版核对通过，等另一位管理员批准：knowledge approve ${checked.number} --by 姓名，再 knowledge publish ${checked.number}。`)
    return 0
  }
  const approved = await call('knowledge approve', { number: checked.number, by, alone: false })
  const live = await call('knowledge publish', { number: approved.number })
  terminal.tell(`已上线，是第 ${live.number} 版（核对问题 ${live.check?.asked ?? 0} 个，没有改坏的）。要退回：yichuang rollback ${live.base ?? 1}`)
  return 0
}

/** A list of items replaces the one of the same jurisdiction, as a whole. */
async function importServices(file: string, jurisdiction: string, target: Target | null, terminal: Terminal): Promise<number> {
  const [{ decodeText }, { readItems, writeCatalogue }] = await Promise.all([import('../knowledge/extract.js'), import('../knowledge/items.js')])
  const items = readItems(decodeText(await readFile(file), basename(file)), basename(file))
  await terminal.out(JSON.stringify({ jurisdiction, items: items.length, departments: new Set(items.map(({ department }) => department)).size, withMaterials: items.filter(({ materials }) => materials !== null).length, withTimeLimit: items.filter(({ timeLimit }) => timeLimit !== null).length, withLocation: items.filter(({ location }) => location !== null).length }))
  if (target === null) return 0
  const imported = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
  const text = writeCatalogue({ jurisdiction, sourceFile: basename(file), imported, items })
  return put([{ path: `items/${jurisdiction}.jsonl`, text }], target, 'replace', `导入 ${jurisdiction} 的事项清单 ${items.length} 项`, terminal)
}

async function printJson({ metadata, tree, warnings }: ImportedPolicy, terminal: Terminal): Promise<void> {
  const clauses = tree.map(({ path, heading, paragraphs, responsibility }) => ({
    path,
    heading,
    text: paragraphs.map((paragraph) => paragraph.text).join('\n'),
    responsibility,
  }))
  await terminal.out(JSON.stringify({ metadata, clauses, warnings }))
}

const labels: readonly (readonly [keyof PolicyMetadata, string])[] = [
  ['title', '标题'], ['issuingBody', '发文机关'], ['number', '文号'], ['signed', '成文日期'], ['issued', '印发日期'],
  ['published', '发布日期'], ['status', '状态'], ['effective', '施行日期'], ['validUntil', '有效期至'], ['supersedes', '废止'], ['jurisdictionName', '适用地区'],
]

async function printText({ metadata, tree, warnings }: ImportedPolicy, terminal: Terminal): Promise<void> {
  for (const [key, label] of labels) {
    const value = metadata[key]
    await terminal.out(`${label}：${(typeof value === 'string' ? value : value?.map((title) => `《${title}》`).join('、')) || '（文中没有）'}`)
  }
  await terminal.out('')
  for (const clause of tree) await terminal.out(`${'  '.repeat(depthOf(clause))}${clause.path}  ${openingOf(clause)}`)
  await terminal.out('')
  await terminal.out(warnings.length === 0 ? '没有发现疑点。' : `疑点 ${warnings.length} 处：`)
  for (const warning of warnings) await terminal.out(`  ${warning.section === '' ? '全文' : warning.section}：${warning.message}`)
}

const depthOf = (clause: Clause) => clause.path.split('/').length - 1

function openingOf(clause: Clause): string {
  const text = clause.heading ?? clause.paragraphs[0]?.text ?? ''
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
