import { InputError } from '../errors.js'

/** A line of a table that was read. */
export interface SheetRow {
  /** Where it begins in the file, from 1. */
  readonly line: number
  readonly cells: readonly string[]
}

/** What a spreadsheet takes for the begin of a formula, also behind blanks and in full width (OWASP, CSV Injection; a cell begun with NUL or a line feed is cut there and read anew). */
const looksLikeFormula = /^'*(?:[\s\0\u200b\u2060\ufeff]*[=+\-@＝＋－＠]|[\t\r\n\0])/u
const marked = /^'(?='*(?:[\s\0\u200b\u2060\ufeff]*[=+\-@＝＋－＠]|[\t\r\n\0]))/u

/** Rows as a CSV that spreadsheets open with its Chinese whole; a cell that could run as a formula is text there. */
export async function writeSheet(rows: readonly (readonly (string | number)[])[]): Promise<string> {
  const { stringify } = await import('csv-stringify/sync')
  return stringify(rows.map((row) => row.map((cell) => (typeof cell === 'string' && looksLikeFormula.test(cell) ? `'${cell}` : cell))), { bom: true, record_delimiter: 'windows', quoted_match: /[\r\n]/ })
}

/**
 * The rows of a CSV as spreadsheets write them: UTF-8, GBK (GB18030) or UTF-16 with its mark, commas or tabs; the mark
 * that `writeSheet` sets is taken off again. Empty lines are left out. Throws InputError that names the line.
 */
export async function readSheet(bytes: Uint8Array): Promise<readonly SheetRow[]> {
  const { parse } = await import('csv-parse/sync')
  const text = decode(bytes)
  if (text === null) throw new InputError('bad-input', '这个文件不是 CSV 表格。请在表格软件里另存为「CSV UTF-8」再传')
  const head = text.slice(0, (text.indexOf('\n') + 1 || text.length + 1) - 1)
  try {
    const records = parse(text, { delimiter: head.includes('\t') ? '\t' : ',', bom: true, info: true, relax_column_count: true, skip_empty_lines: true }) as unknown as { record: string[]; info: { lines: number } }[]
    return records
      .map(({ record, info }) => ({ line: info.lines - record.reduce((sum, cell) => sum + (cell.match(/\n/g)?.length ?? 0), 0), cells: record.map((cell) => cell.trim().replace(marked, '')) }))
      .filter(({ cells }) => cells.some((cell) => cell !== ''))
  } catch (error) {
    const line = (error as { lines?: number }).lines
    throw new InputError('bad-input', `第 ${line ?? '?'} 行读不出来：引号没有成对。请检查后再传`, { cause: error })
  }
}

/** Unlike running text, a table of names tells nothing by its commonest characters: what is no UTF-8 is taken for GB18030. */
function decode(bytes: Uint8Array): string | null {
  const encodings = bytes[0] === 0xff && bytes[1] === 0xfe ? ['utf-16le'] : bytes[0] === 0xfe && bytes[1] === 0xff ? ['utf-16be'] : ['utf-8', 'gb18030']
  for (const encoding of encodings) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes)
      return /[\0-\x08\x0e-\x1f]/.test(text) ? null : text
    } catch {
      continue
    }
  }
  return null
}
