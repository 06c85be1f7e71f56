import iconv from 'iconv-lite'
import { readSheet } from 'read-excel-file/node'
import { describe, expect, it } from 'vitest'
import writeXlsx from 'write-excel-file/node'
import { readExchangeFile } from '../../src/exchange/read-file.js'
import { recordFields, type ExchangeRecord } from '../../src/exchange/record.js'
import { readTime, writeTime } from '../../src/exchange/times.js'
import { writeExchangeFile } from '../../src/exchange/write-file.js'

const bytes = (text: string) => Buffer.from(text)
const table = '工单编号,诉求人,联系电话,诉求地址,诉求内容,受理时间\nGD-1,王女士,13800000021,"3栋,2单元","楼道灯坏了\n晚上看不见",2026-11-23 08:05\nGD-2,,,5栋,电梯坏了,2026/11/23\n'

describe('a file from a platform above', () => {
  it('is read alike in UTF-8, with and without its mark, GBK, UTF-16 and with tabs', async () => {
    const read = await readExchangeFile(bytes(table))
    expect(read.map(({ line, record }) => [line, record.reference, record.address, record.description, record.filed_at])).toEqual([
      [2, 'GD-1', '3栋,2单元', '楼道灯坏了\n晚上看不见', '2026-11-23 08:05'], [4, 'GD-2', '5栋', '电梯坏了', '2026/11/23'],
    ])
    const tabs = table.replace('"3栋,2单元"', '3栋\uff0c2单元').replace(/,/g, '\t')
    for (const other of [bytes(`\ufeff${table}`), iconv.encode(table, 'gbk'), iconv.encode(table, 'utf-16le', { addBOM: true })]) expect(await readExchangeFile(other)).toEqual(read)
    expect((await readExchangeFile(bytes(tabs))).map(({ record }) => record.reference)).toEqual(['GD-1', 'GD-2'])
  })

  it('may have a title above its head, and the line of who took it out', async () => {
    const lines = await readExchangeFile(bytes(`十一月交办工单,,\n上级编号,诉求内容,答复\nGD-1,灯坏了,已修\n陈主任（chen）于 2026-11-23 08:00 从一窗导出示例社区的工单 1 张，用途：试,,\n`))
    expect(lines).toEqual([{ line: 3, record: { reference: 'GD-1', description: '灯坏了', reply: '已修' } }])
  })

  it('is read as a workbook: text, numbers and dates as the sheet shows them', async () => {
    const text = (value: string) => ({ value, type: String })
    const book = await writeXlsx([
      ['工单号', '诉求内容', '联系电话', '受理时间'].map(text),
      [text('GD-1'), text('灯坏了'), { value: 13_800_000_022, type: Number }, { value: new Date(Date.UTC(2026, 10, 23, 8, 5)), type: Date, format: 'yyyy/mm/dd hh:mm' }],
      [text('GD-2'), text('水管漏了'), text('13800000023'), { value: 46_349, type: Number }],
    ], {}).toBuffer()
    expect((await readExchangeFile(book)).map(({ line, record }) => [line, record])).toEqual([
      [2, { reference: 'GD-1', description: '灯坏了', phone: '13800000022', filed_at: '2026-11-23 08:05' }],
      [3, { reference: 'GD-2', description: '水管漏了', phone: '13800000023', filed_at: '46349' }],
    ])
  })

  it('is read as JSON lines; what is wrong with a line stands at the line', async () => {
    const lines = await readExchangeFile(bytes('{"watermark":"x"}\n{"reference":1001,"description":"灯坏了","other":1}\n\nnot json\n{"reference":"a","reply":{}}\n'))
    expect(lines).toEqual([{ line: 2, record: { reference: '1001', description: '灯坏了' } }, { line: 4, record: {}, fault: '这一行不是 JSON' }, { line: 5, record: {}, fault: 'reply 要写成文字' }])
  })

  it.each([
    ['nothing', ''], ['no head', 'a,b\n1,2\n'], ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2])], ['half a workbook', Buffer.from('PK\u0003\u0004half')], ['an open quote', '工单编号,诉求内容\n1,"灯\n'],
  ])('is refused as a whole with a sentence: %s', async (_, given) => {
    await expect(readExchangeFile(Buffer.from(given))).rejects.toThrow(/\p{Script=Han}/u)
  })
})

describe('a time', () => {
  it.each([
    ['2026-11-23 08:05', '2026-11-23 08:05'], ['2026/11/23', '2026-11-23 00:00'], ['2026-11-23 8:05:09', '2026-11-23 08:05'], ['2026年11月3日 8时5分', '2026-11-03 08:05'], ['2026年11月3日', '2026-11-03 00:00'],
    ['2026.1.2 3:04', '2026-01-02 03:04'], ['20261123080500', '2026-11-23 08:05'], ['20261123', '2026-11-23 00:00'], ['2026-11-23T00:05:00Z', '2026-11-23 08:05'], ['2026-11-23T08:05+08:00', '2026-11-23 08:05'],
    ['46349', '2026-11-23 00:00'], ['46349.336805556', '2026-11-23 08:05'], ['２０２６－１１－２３　０８：０５', '2026-11-23 08:05'],
  ])('is understood as they write it: %s', (words, shown) => {
    expect(writeTime(readTime(words) ?? 0)).toBe(shown)
  })

  it.each(['2026-02-30', '2026-13-01', '2026-11-23 25:00', '昨天', '1', '13800000021', '', '2026-11-23 08:61', '2026-02-30T00:00:00Z'])('is not guessed: %s', (words) => {
    expect(readTime(words)).toBeNull()
  })
})

/** What a spreadsheet may take for a formula (OWASP): each begins a cell. */
const begins = ['=', '+', '-', '@', '\t', '\r', '\n', '\0', ' =', '\u3000=', '＝', '＋', '－', '＠', '\u200b=', '\ufeff=', "'=", '\n=', '"=', '= ', ',=', ';=']
const hostile = begins.map((begin) => `${begin}HYPERLINK("http://evil.example","x")`)

describe('a file that leaves the house', () => {
  const records = hostile.map((description, index): ExchangeRecord => ({ number: `HZ-2611-${index}`, description, address: description, reply: description }))

  it('holds no cell that a spreadsheet could run, in CSV or workbook', async () => {
    const csv = (await writeExchangeFile(records, '用途', 'csv')).toString('utf8')
    const { parse } = await import('csv-parse/sync')
    for (const cell of (parse(csv, { bom: true, columns: false })).flat()) expect(cell).not.toMatch(/^[\s\0\u200b\ufeff]*[=+\-@＝＋－＠]|^[\t\r\n\0]/u)
    const { fromBuffer } = await import('yauzl')
    const book = await writeExchangeFile(records, '用途', 'xlsx')
    const sheets = await new Promise<string>((resolve, reject) => {
      fromBuffer(book, { lazyEntries: true }, (error, zip) => {
        if (error) return reject(error)
        let text = ''
        zip.on('entry', (entry: { fileName: string }) => zip.openReadStream(entry as never, (_, stream) => { stream?.on('data', (chunk: Buffer) => { text += chunk.toString() }).on('end', () => zip.readEntry()) }))
        zip.on('end', () => resolve(text))
        zip.readEntry()
      })
    })
    expect(sheets).toContain('HYPERLINK')
    expect(sheets).not.toMatch(/<f[ >]/)
  })

  it('is whole when it comes back: CSV, GBK and workbook alike', async () => {
    const plain: readonly ExchangeRecord[] = [{ number: 'HZ-2611-0001', service: '公共设施报修', filed_at: '2026-11-23 08:05', description: '灯坏了，"很暗"\n要修', households: '2', reference: 'GD-1', reply: '𠮷已修' }]
    for (const [format, encoding] of [['csv', 'utf-8'], ['csv', 'gbk'], ['xlsx', 'utf-8'], ['jsonl', 'utf-8']] as const) {
      const read = await readExchangeFile(await writeExchangeFile(plain, '陈主任于 2026-11-23 08:00 从一窗导出示例社区的工单', format, encoding))
      expect([format, encoding, read.map(({ record }) => record)]).toEqual([format, encoding, plain])
    }
  })

  it('has the one head in every format, and nobody’s name or phone among its columns', async () => {
    const [, head] = await readSheet(await writeExchangeFile([], '用途', 'xlsx'))
    expect(head?.length).toBe(recordFields.length - 2)
    expect(head).not.toContain('诉求人')
    expect(head).not.toContain('联系电话')
  })
})
