import { readSheet } from '../desk/sheet.js'
import { InputError } from '../errors.js'
import { measureZip } from '../knowledge/zip.js'
import { columnsOf, readJsonRecord, tidy, type ExchangeRecord, type RecordField } from './record.js'
import { writeTime } from './times.js'

/** A line that was read, by its number in the file (from 1). */
export interface ReadLine {
  readonly line: number
  readonly record: ExchangeRecord
  /** Why it can't be used; absent: nothing is wrong so far. */
  readonly fault?: string
}

/** Most lines of one file: what is more is sent in parts. */
export const mostLines = 5_000

/** A head stands within the first so many lines; above it there may be a title and who took the table out. */
const headWithin = 10

/**
 * The requests of a file: XLSX, CSV (UTF-8, GBK, UTF-16) or JSON lines, by what is in it and not by its name. Throws
 * InputError where the file as a whole can't be read; what is wrong with a line stands at the line.
 */
export async function readExchangeFile(bytes: Uint8Array): Promise<readonly ReadLine[]> {
  const lines = isZip(bytes) ? await readWorkbook(bytes) : looksLikeJson(bytes) ? readJson(bytes) : rowsOf(await readSheet(bytes))
  if (lines.length === 0) throw new InputError('bad-input', '文件里没有工单')
  if (lines.length > mostLines) throw new InputError('too-large', `一次最多 ${mostLines} 张工单，这个文件有 ${lines.length} 张，请分几次导入`)
  return lines
}

function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b
}

function looksLikeJson(bytes: Uint8Array): boolean {
  const start = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0
  const first = bytes.subarray(start, start + 200).find((byte) => byte > 0x20)
  return first === 0x7b
}

async function readWorkbook(bytes: Uint8Array): Promise<readonly ReadLine[]> {
  await measureZip(bytes, '表格')
  const { readSheet: readXlsx } = await import('read-excel-file/node')
  let rows: readonly (readonly unknown[])[]
  try {
    rows = await readXlsx(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  } catch (error) {
    throw new InputError('bad-input', '这个表格打不开。请用表格软件另存为 .xlsx 或「CSV UTF-8」再导入', { cause: error })
  }
  return rowsOf(rows.map((row, index) => ({ line: index + 1, cells: row.map(cellText) })).filter(({ cells }) => cells.some((cell) => cell !== '')))
}

/** Dates of a sheet are wall-clock time without a zone, given as if it were UTC. */
function cellText(cell: unknown): string {
  if (cell instanceof Date) return writeTime(cell.getTime() - 8 * 3_600_000)
  return typeof cell === 'string' ? cell.trim() : typeof cell === 'number' || typeof cell === 'boolean' ? String(cell) : ''
}

function rowsOf(rows: readonly { readonly line: number; readonly cells: readonly string[] }[]): readonly ReadLine[] {
  for (const [index, { cells }] of rows.slice(0, headWithin).entries()) {
    const columns = columnsOf(cells)
    if (columns === null) continue
    return rows.slice(index + 1).filter(({ cells: row }) => !isMark(row)).map(({ line, cells: row }) => ({ line, record: recordOf(row, columns) }))
  }
  throw new InputError('bad-input', '没有找到表头。第一行要写列名，例如：工单编号、诉求内容、诉求地址')
}

/** The line by which an export tells who took it out. */
function isMark([first = '', ...rest]: readonly string[]): boolean {
  return rest.every((cell) => cell === '') && /从一窗导出/.test(first)
}

function recordOf(cells: readonly string[], columns: ReadonlyMap<number, RecordField>): ExchangeRecord {
  return tidy(Object.fromEntries([...columns].map(([column, field]) => [field, cells[column]])))
}

function readJson(bytes: Uint8Array): readonly ReadLine[] {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new InputError('bad-input', 'JSON 要用 UTF-8 编码', { cause: error })
  }
  return text.split('\n').flatMap((words, index): ReadLine[] => {
    const line = index + 1
    if (words.trim() === '') return []
    let value: unknown
    try {
      value = JSON.parse(words)
    } catch {
      return [{ line, record: {}, fault: '这一行不是 JSON' }]
    }
    if (typeof value === 'object' && value !== null && 'watermark' in value) return []
    const read = readJsonRecord(value)
    return ['fault' in read ? { line, record: {}, fault: read.fault } : { line, record: read.record }]
  })
}
