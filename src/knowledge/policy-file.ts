import { z } from 'zod'
import { KnowledgeError } from '../errors.js'
import type { MappedText } from '../text.js'
import { cleanPage } from './clean.js'
import { readClauses } from './clauses.js'
import type { Clause, Policy, PolicyMetadata } from './policy.js'
import { findWarnings } from './warnings.js'

/**
 * A policy file: front matter, then the cleaned text, one paragraph after another in the document's own marks, a table
 * row as `| 1 | … | … |`. The page it was cleaned from lies beside it in `raw/`; where a paragraph is found there, a
 * citation shows its words as they stood.
 */

const date = z.string().regex(/^\d{4}(?:-\d{2}(?:-\d{2})?)?$/, '要写成 2018-07-02、2018-07 或 2018').nullable()

const frontMatter = z.strictObject({
  title: z.string().min(2),
  issuingBody: z.string().nullable(),
  number: z.string().nullable(),
  signed: date,
  issued: date,
  published: date,
  status: z.enum(['in-force', 'draft', 'expired', 'template']),
  jurisdiction: z.string().regex(/^\d{6,12}$/, '要写六位以上的行政区划代码'),
  jurisdictionName: z.string().min(2),
  effective: date.default(null),
  validUntil: date.default(null),
  supersedes: z.string().nullable().default(null).transform((titles) => (titles === null ? [] : titles.split('；'))),
  sourceFile: z.string().regex(/^[^/\\]+$/, '只写文件名,不写路径'),
})

const rarely: ReadonlySet<string> = new Set(['effective', 'validUntil', 'supersedes'])

function writeFrontMatter(metadata: Omit<PolicyMetadata, 'id'>): string {
  return frontMatter.keyof().options.flatMap((key) => {
    const value = metadata[key]
    const words = typeof value === 'string' ? value : (value ?? []).join('；')
    // What few texts say stands only in those that say it.
    return words === '' && rarely.has(key) ? [] : [`${key}: ${words}`.trimEnd()]
  }).join('\n')
}

/** A file's text with other metadata, its words as they stand. */
export function withMetadata(file: string, metadata: Omit<PolicyMetadata, 'id'>, name: string): string {
  return `---\n${writeFrontMatter(metadata)}\n---\n${splitFrontMatter(file, name).body.join('\n')}`
}

export function writePolicyFile(metadata: Omit<PolicyMetadata, 'id'>, clauses: readonly Clause[]): string {
  const rows = clauses.filter((clause) => clause.paragraphs[0]?.kind === 'row')
  const paragraphs = clauses.flatMap((clause) =>
    clause.paragraphs.map((paragraph) =>
      paragraph.kind === 'row'
        ? `| ${[clause.path.split('/').at(-1)!, ...paragraph.text.split('\n')].join(' | ')} |`
        : paragraph.text,
    ),
  )
  const body = paragraphs.map((text, i) => {
    const next = paragraphs[i + 1]
    return text.startsWith('| ') && next?.startsWith('| ') ? `${text}\n` : `${text}\n\n`
  })
  const columns = (rows[0]?.paragraphs[0]?.text.split('\n').length ?? 0) + 1
  const table = rows.length === 0 ? null : `| ${Array.from({ length: columns }, (_, i) => ['序号', '工作任务', '责任单位'][i] ?? '').join(' | ')} |\n|${' --- |'.repeat(columns)}\n`
  const firstRow = body.findIndex((text) => text.startsWith('| '))
  if (table !== null && firstRow >= 0) body.splice(firstRow, 0, table)
  return `---\n${writeFrontMatter(metadata)}\n---\n\n${body.join('').trimEnd()}\n`
}

/** A file's text to a policy. `raw` is the page it came from, `''` where none was kept. Throws KnowledgeError. */
export function readPolicyFile(id: string, file: string, raw: string, name = `${id}.md`): Policy {
  const { data, body } = splitFrontMatter(file, name)
  const checked = frontMatter.safeParse(data.values)
  if (!checked.success) {
    const problems = checked.error.issues.map((issue) => {
      const key = String(issue.path[0] ?? '')
      return `${name}:${data.lines.get(key) ?? 1} ${key}: ${issue.message}`
    })
    throw new KnowledgeError('policy-front-matter', problems.join('\n'))
  }
  const { clauses, warnings } = readClauses(withOffsets(linesOfBody(body), raw))
  return { id, ...checked.data, clauses, warnings: [...numberWarning(checked.data.number), ...warnings, ...findWarnings(clauses, (checked.data.signed ?? checked.data.issued ?? checked.data.published) !== null)], raw }
}

/** A 文号 that has lost its 号. */
export function numberWarning(number: string | null): Policy['warnings'] {
  if (number === null || number.endsWith('号')) return []
  return [{ kind: 'number-incomplete', section: '', words: number, message: `原文的文号「${number}」缺「号」字` }]
}

function splitFrontMatter(file: string, name: string) {
  const lines = file.split(/\r?\n/)
  const end = lines.indexOf('---', 1)
  if (lines[0] !== '---' || end < 0)
    throw new KnowledgeError('policy-front-matter', `${name}:1 文件要以 --- 开头的说明部分起始(title、status、jurisdiction …)`)
  const values: Record<string, string | null> = {}
  const where = new Map<string, number>()
  for (const [i, line] of lines.slice(1, end).entries()) {
    if (line.trim() === '') continue
    const match = /^(\w+):\s*(.*)$/.exec(line)
    if (!match) throw new KnowledgeError('policy-front-matter', `${name}:${i + 2} 要写成「名称: 内容」,得到「${line}」`)
    values[match[1]!] = match[2]!.trim() === '' ? null : match[2]!.trim()
    where.set(match[1]!, i + 2)
  }
  return { data: { values, lines: where }, body: lines.slice(end + 1) }
}

/** Paragraphs, the cells of a table one by one as pages have them. */
function linesOfBody(body: readonly string[]): string[] {
  return body.flatMap((line) => {
    const text = line.trim()
    if (text === '' || /^\|(?:\s*-+\s*\|)+$/.test(text)) return []
    if (!text.startsWith('|')) return [text]
    return text.slice(1, -1).split('|').map((cell) => cell.trim())
  })
}

/** Each line with the way back into `raw`; a line that an admin has changed leads nowhere and is its own source. */
function withOffsets(lines: readonly string[], raw: string): MappedText[] {
  if (raw === '') return lines.map(detached)
  const found = new Map<string, MappedText[]>()
  for (const line of cleanPage(raw).lines) {
    const same = found.get(line.text)
    if (same) same.push(line)
    else found.set(line.text, [line])
  }
  return lines.map((text) => {
    const same = found.get(text)
    return (same && same.length > 1 ? same.shift() : same?.[0]) ?? detached(text)
  })
}

function detached(text: string): MappedText {
  return { text, offsets: new Int32Array(text.length + 1) }
}
