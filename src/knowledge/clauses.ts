import type { MappedText } from '../text.js'
import type { Clause, Paragraph, PolicyWarning } from './policy.js'
import { readResponsibility } from './responsibility.js'

/** Marks at the start of a paragraph, outermost kind first; the mark itself is the group `mark`. */
const markKinds: readonly RegExp[] = [
  /^(?<mark>第[一二三四五六七八九十百零〇\d]+[编章])[\s、]*/,
  /^(?<mark>第[一二三四五六七八九十百零〇\d]+条)[\s、]*/,
  /^(?<mark>[一二三四五六七八九十]{1,3})、/,
  /^(?<mark>[(（][一二三四五六七八九十]{1,3}[)）])[、.]?/,
  /^(?<mark>\d{1,3})[.．、](?!\d)\s*/,
  /^(?<mark>[(（]\d{1,2}[)）])[、.]?/,
]

/** Longest heading sentence, characters; longer first sentences are text. 26 covers every heading of the five texts. */
const headingLength = 26

const annexStart = /^附\s*件\s*\d*\s*(?:[:：]|$)/

interface Open {
  readonly kind: number
  readonly mark: string
  readonly heading: string | null
}

interface Draft {
  readonly path: string
  readonly trail: readonly string[]
  heading: string | null
  readonly paragraphs: Paragraph[]
  /** A routing bracket has ended it: what follows without a mark belongs to the document. */
  closed: boolean
}

/** Lines of a cleaned text to clauses, in the order of the text. */
export function readClauses(lines: readonly MappedText[]): { clauses: Clause[]; warnings: PolicyWarning[] } {
  const drafts: Draft[] = []
  const open: Open[] = []
  let current: Draft = begin(drafts, '篇首', [], null)
  let at = 0
  for (; at < lines.length; at += 1) {
    const line = lines[at]!
    if (drafts.length > 1 && annexStart.test(line.text)) break
    const found = readMark(line.text)
    if (!found) {
      if (current.closed) current = begin(drafts, '篇尾', [], null)
      current.paragraphs.push({ ...line, kind: 'text' })
      continue
    }
    while (open.length > 0 && open[open.length - 1]!.kind >= found.kind) open.pop()
    const trail = open.flatMap((above) => (above.heading === null ? [] : [above.heading]))
    const heading = headingOf(line.text, found.length)
    open.push({ kind: found.kind, mark: found.mark, heading })
    current = begin(drafts, open.map((each) => each.mark).join('/'), trail, heading)
    const bare = heading !== null && found.length + heading.length >= line.text.replace(/[。.]$/, '').length
    current.paragraphs.push({ ...line, kind: bare ? 'heading' : 'text' })
    current.closed = readResponsibility(line.text) !== null
  }
  const warnings: PolicyWarning[] = []
  if (at < lines.length) readAnnex(lines.slice(at), drafts, warnings)
  const clauses = drafts
    .filter((draft) => draft.paragraphs.length > 0)
    .map(({ path, trail, heading, paragraphs }): Clause => ({
      path,
      trail,
      heading,
      paragraphs,
      responsibility: paragraphs.map((paragraph) => readResponsibility(paragraph.text, paragraph.kind)).find((found) => found !== null) ?? null,
    }))
  return { clauses, warnings }
}

function begin(drafts: Draft[], path: string, trail: readonly string[], heading: string | null): Draft {
  const draft: Draft = { path, trail, heading, paragraphs: [], closed: false }
  drafts.push(draft)
  return draft
}

function readMark(text: string): { kind: number; mark: string; length: number } | null {
  for (const [kind, pattern] of markKinds.entries()) {
    const match = pattern.exec(text)
    if (match) return { kind, mark: match.groups!['mark']!, length: match[0].length }
  }
  return null
}

/** The heading after a mark: the whole line, or its first sentence if short and undivided. */
function headingOf(text: string, start: number): string | null {
  const rest = text.slice(start)
  const first = /^[^。;；]*/.exec(rest)![0]
  const whole = first.length === rest.length
  if (first.length === 0 || first.length > headingLength || (!whole && /[,，:：]/.test(first))) return null
  return first
}

/** 附件: a table flattened to one cell a line becomes rows `附件/n`; what is left becomes 附件 or 篇尾. */
function readAnnex(lines: readonly MappedText[], drafts: Draft[], warnings: PolicyWarning[]): void {
  const header = lines.findIndex((line) => squeeze(line.text) === '序号')
  const heads: string[] = []
  if (header >= 0) for (const line of lines.slice(header)) {
    if (/^\d+$/.test(line.text)) break
    heads.push(squeeze(line.text))
  }
  const title = lines.map((line) => squeeze(line.text)).find((text) => !annexStart.test(text) && text.length > 4) ?? null
  const annex = begin(drafts, '附件', [], title)
  const columns = heads.length
  const rows: Paragraph[][] = []
  let at = header < 0 ? lines.length : header + columns
  if (columns >= 2 && columns <= 8) {
    for (let n = 1; at + columns <= lines.length && lines[at]!.text === String(n); n += 1, at += columns) {
      rows.push(lines.slice(at + 1, at + columns).map((line) => ({ ...line, kind: 'row' })))
    }
  }
  const introduction = lines.slice(0, header < 0 ? lines.length : header)
  for (const line of introduction) annex.paragraphs.push({ ...line, kind: annexStart.test(line.text) || squeeze(line.text) === title ? 'heading' : 'text' })
  for (const [i, cells] of rows.entries()) {
    const row = begin(drafts, `附件/${i + 1}`, title === null ? ['附件'] : [title], null)
    row.paragraphs.push(joinCells(cells))
  }
  if (rows.length === 0 && annex.paragraphs.every((paragraph) => paragraph.kind === 'heading')) {
    warnings.push({
      kind: 'annex-missing',
      section: '附件',
      words: squeeze(lines[0]!.text),
      message: '这份文件只有附件标题,附件正文缺失',
    })
  }
  const rest = header < 0 ? [] : lines.slice(at)
  const tail = rest.length === 0 ? null : begin(drafts, '篇尾', [], null)
  for (const line of rest) tail?.paragraphs.push({ ...line, kind: 'text' })
}

function joinCells(cells: readonly Paragraph[]): Paragraph {
  const offsets: number[] = []
  for (const cell of cells) for (const offset of cell.offsets) offsets.push(offset)
  return { text: cells.map((cell) => cell.text).join('\n'), offsets: Int32Array.from(offsets), kind: 'row' }
}

function squeeze(text: string): string {
  return text.replace(/\s/g, '')
}
