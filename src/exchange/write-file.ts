import { writeSheet } from '../desk/sheet.js'
import { heads, recordFields, type ExchangeRecord } from './record.js'

export const exportFormats = ['csv', 'xlsx', 'jsonl'] as const
export type ExportFormat = (typeof exportFormats)[number]

export const exportTypes: Readonly<Record<ExportFormat, string>> = {
  csv: 'text/csv; charset=utf-8', xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', jsonl: 'application/x-ndjson; charset=utf-8',
}

/** What a cell of a workbook holds at most, characters. */
const longestCell = 32_767

/** Columns that an export has: nobody's name and number are among them. */
const columns = recordFields.filter((field) => field !== 'name' && field !== 'phone')

/** The records as a file, with `mark` (who took it out, and what for) first and last. `gbk`: for spreadsheets and platforms that know nothing newer; CSV only. */
export async function writeExchangeFile(records: readonly ExchangeRecord[], mark: string, format: ExportFormat, encoding: 'utf-8' | 'gbk' = 'utf-8'): Promise<Buffer> {
  if (format === 'jsonl') return Buffer.from([{ watermark: mark }, ...records, { watermark: mark }].map((one) => `${JSON.stringify(one)}\n`).join(''))
  // As wide as the rest (RFC 4180, 2.4).
  const line = (text: string): string[] => columns.map((_, index) => (index === 0 ? text : ''))
  const rows = [line(mark), columns.map((field) => heads[field][0]), ...records.map((record) => columns.map((field) => record[field] ?? '')), line(mark)]
  if (format === 'xlsx') return writeWorkbook(rows)
  const text = await writeSheet(rows)
  if (encoding === 'utf-8') return Buffer.from(text)
  const { default: iconv } = await import('iconv-lite')
  return iconv.encode(text.replace(/^\ufeff/, ''), 'gb18030')
}

/** Every cell is text: nothing in it is a formula, whatever it begins with. */
async function writeWorkbook(rows: readonly (readonly string[])[]): Promise<Buffer> {
  const { default: writeXlsx } = await import('write-excel-file/node')
  return writeXlsx(rows.map((row) => row.map((cell) => ({ value: inXml(cell), type: String }))), { sheet: '工单' }).toBuffer()
}

/** What XML 1.0 has no place for is left out. */
function inXml(text: string): string {
  return text.slice(0, longestCell).replace(/\p{Cs}/gu, '').replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
}
