import iconv from 'iconv-lite'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gridSheet, readGrids } from '../../src/desk/grid-sheet.js'
import { readSheet, writeSheet } from '../../src/desk/sheet.js'
import type { Grid } from '../../src/knowledge/community.js'

const grids: readonly Grid[] = [
  { name: '第一网格', person: { name: '李师傅', role: '网格员' }, standIn: { name: '周大姐', role: '网格员' }, buildings: ['1栋', '2栋'], areas: ['东门'] },
  { name: '第二网格', person: { name: '沈师傅', role: '网格员' }, buildings: [], areas: [] },
]
const head = '网格,负责人,职务,替岗人,替岗职务,类别,名称'
const bytes = (text: string): Buffer => Buffer.from(text)

describe('a table of grids', () => {
  it('comes back as it went out', async () => {
    expect(readGrids(await readSheet(bytes(await writeSheet(gridSheet(grids)))))).toEqual({ kind: 'grids', grids })
  })

  it.each(['utf-8', 'gbk', 'gb18030', 'utf-16'])('is read as %s, with commas or tabs, whatever ends the lines', async (encoding) => {
    for (const [separator, end] of [[',', '\r\n'], ['\t', '\n']] as const) {
      const text = gridSheet(grids).map((row) => row.join(separator)).join(end)
      expect(readGrids(await readSheet(iconv.encode(text, encoding, { addBOM: encoding.startsWith('utf') })))).toEqual({ kind: 'grids', grids })
    }
  })

  it('tells all its faults at once, each with its line as an editor counts', async () => {
    const read = readGrids(await readSheet(bytes([
      head, '第一网格,李师傅,网格员,,,楼栋,1栋', '', '第一网格,王芳,网格员,,,楼栋,2栋', '第二网格,沈师傅,网格员,,,楼栋,１栋', ',沈师傅,网格员,,,楼栋,5栋',
      '第二网格,沈师傅,网格员,,,房子,6栋', '第二网格,沈师傅,网格员,陈工,,地点,', '第二网格,沈师傅,网格员,,,地点,"东\n门"',
    ].join('\n'))))
    expect(read.kind === 'faults' ? read.faults.map(({ line, says }) => `${line} ${says}`) : read).toEqual([
      '4 第一网格的负责人或替岗人和第 2 行写的不一样',
      '5 「１栋」第 2 行已经写在第一网格了',
      '6 没写网格',
      '7 类别要写「楼栋」或「地点」，写的是「房子」',
      '8 替岗人和替岗职务要么都写，要么都不写',
      '8 第二网格的负责人或替岗人和第 5 行写的不一样',
      '8 没写名称',
      '9 「东 门…」太长，或者有换行',
    ])
  })

  it('needs its column names', async () => {
    expect(readGrids(await readSheet(bytes('楼,人\n1栋,李师傅')))).toEqual({ kind: 'faults', faults: [{ line: 1, says: '第一行要写列名，缺 网格、负责人、职务、类别、名称' }] })
  })

  it('is refused when it is no table at all, or a quotation mark is left open', async () => {
    await expect(readSheet(Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 1, 2]))).rejects.toThrow('不是 CSV 表格')
    await expect(readSheet(bytes(`${head}\n第一网格,"李师傅,网格员`))).rejects.toThrow(/第 \d+ 行读不出来/)
  })
})

describe('a cell that a spreadsheet would run', () => {
  it.each(['=1+1', '+86', '-1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '\0=1', '  =1', '\u3000＝1', '＋1', '－1', '＠x', '\ufeff=1'])('%j is text', async (cell) => {
    expect(await writeSheet([['头', cell]])).toContain(`'${cell}`)
  })

  it('is as it was when it is read again, and nothing else is touched', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.string({ minLength: 1, unit: fc.constantFrom('=', '+', '-', '@', "'", '＝', '1', '栋', '"', ',') }), { minLength: 2, maxLength: 5 }), async (cells) => {
      expect((await readSheet(bytes(await writeSheet([cells]))))[0]?.cells).toEqual(cells)
    }))
  })
})
