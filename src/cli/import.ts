import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ImportedPolicy } from '../knowledge/import.js'
import type { Clause, PolicyMetadata } from '../knowledge/policy.js'
import { writeFiles } from '../knowledge/write-files.js'
import { command, UsageError, type Terminal } from './command.js'
import { settingsOf } from './settings.js'

export const importCommand = command({
  name: 'import',
  summary: '把政策文件或事项清单放进知识库：清洗、列出条款、元数据和疑点',
  usage: '文件 --jurisdiction 行政区划代码 [--dry-run] [--json]  或  --services 事项文件 --jurisdiction 行政区划代码',
  options: {
    jurisdiction: { kind: 'text', value: '代码', help: '文件在哪里有效，六位行政区划代码，如 330500', required: true },
    services: { kind: 'text', value: '文件', help: '事项清单，一行一个 {name,department,type,themes,accept_standard,materials,location,time_limit,url,service_object}' },
    into: { kind: 'text', value: '文件夹', help: '放进哪个知识库，默认是设置里的那个' },
    'dry-run': { kind: 'flag', help: '只看结果，不写入知识库' },
    json: { kind: 'flag', help: '以 JSON 输出' },
  },
  words: [0, 1],
  more: '文件可以是文本（UTF-8、UTF-16、GBK、GB18030）、网页、Markdown、Word（.docx）或 PDF，按内容认，不看文件名。写入后重新启动即生效；原文有疑点的地方会在回答里照实说明，不会擅自改动。',
  async run(given, [file], terminal) {
    const home = given.into ?? settingsOf(terminal).knowledgeDir
    if (given.services !== null) {
      if (file !== undefined) throw new UsageError('usage', '用了 --services，一次只导入这份事项清单，不再写别的文件。')
      return importServices(given.services, given.jurisdiction, home, given['dry-run'], terminal)
    }
    if (file === undefined) throw new UsageError('usage', '请写上要导入的文件，例如：yichuang import 意见.docx --jurisdiction 330500')
    const { importPolicy } = await import('../knowledge/import.js')
    const imported = await importPolicy(await readFile(file), { jurisdiction: given.jurisdiction, fileName: basename(file) })
    await (given.json ? printJson(imported, terminal) : printText(imported, terminal))
    if (given['dry-run']) return 0
    const folder = join(home, 'policies')
    await writeFiles(
      [
        { path: join(folder, 'raw', imported.policy.rawFileName), text: imported.policy.raw },
        { path: join(folder, imported.policy.fileName), text: imported.policy.text },
      ],
      'refuse',
    )
    terminal.tell(`已写入 ${join(folder, imported.policy.fileName)}，重新启动后生效。`)
    return 0
  },
})

/** A list of items replaces the one of the same jurisdiction, as a whole. */
async function importServices(file: string, jurisdiction: string, home: string, dryRun: boolean, terminal: Terminal): Promise<number> {
  const [{ checkCode }, { decodeText }, { readItems, writeCatalogue }] = await Promise.all([import('../knowledge/import.js'), import('../knowledge/extract.js'), import('../knowledge/items.js')])
  checkCode(jurisdiction)
  const items = readItems(decodeText(await readFile(file), basename(file)), basename(file))
  await terminal.out(JSON.stringify({ jurisdiction, items: items.length, departments: new Set(items.map(({ department }) => department)).size, withMaterials: items.filter(({ materials }) => materials !== null).length, withTimeLimit: items.filter(({ timeLimit }) => timeLimit !== null).length, withLocation: items.filter(({ location }) => location !== null).length }))
  if (dryRun) return 0
  const path = join(home, 'items', `${jurisdiction}.jsonl`)
  const imported = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10)
  await writeFiles([{ path, text: writeCatalogue({ jurisdiction, sourceFile: basename(file), imported, items }) }], 'replace')
  terminal.tell(`已写入 ${path}，只在这个地区回答，重新启动后生效。`)
  return 0
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
  ['published', '发布日期'], ['status', '状态'], ['jurisdictionName', '适用地区'],
]

async function printText({ metadata, tree, warnings }: ImportedPolicy, terminal: Terminal): Promise<void> {
  for (const [key, label] of labels) await terminal.out(`${label}：${metadata[key] ?? '（文中没有）'}`)
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
