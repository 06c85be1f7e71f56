import { describe, expect, it } from 'vitest'
import { importPolicy } from '../../src/knowledge/import.js'

const page = `某市民政网 政务服务网 省民政厅 中国某市
关于加强社区服务的实施意见
某政发〔2024〕8号
(2024年3月5日)
为做好社区服务工作,结合我市实际,提出如下意见。
一、总体要求
坚持以人民为中心,把社区服务办好办实,让居民少跑腿。${'完善社区服务设施,健全服务制度。'.repeat(12)}
二、重点任务
1.推行一窗受理。社区服务大厅设综合窗口,当场能办的当场办结。(牵头单位:市民政局;配合单位:市财政局)
2.开展上门服务。对行动不便的居民上门办理。(牵头单位:市残联;配合单位:市民政局)
`
const options = { jurisdiction: '330500', fileName: 'fuwu.txt' }

describe('importPolicy', () => {
  it('finds title, number, date, standing and clauses', () => {
    const { metadata, tree, warnings } = importPolicy(Buffer.from(page), options)
    expect(metadata).toMatchObject({ title: '关于加强社区服务的实施意见', number: '某政发〔2024〕8号', signed: '2024-03-05', status: 'in-force', jurisdictionName: '湖州市' })
    expect(tree.map(({ path }) => path)).toEqual(['篇首', '一', '二', '二/1', '二/2'])
    expect(warnings).toEqual([])
  })

  it('reads GB18030 and UTF-16 as well', () => {
    const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(page, 'utf16le')])
    expect(importPolicy(utf16, options).metadata.title).toBe('关于加强社区服务的实施意见')
    // 关于 in GB18030 is B9 D8 D3 DA; the page's Han characters come from a table of two bytes each.
    const gb = encodeGb18030(page)
    expect(importPolicy(gb, options).tree).toHaveLength(5)
  })

  it.each([
    ['an empty file', Buffer.alloc(0), /空文件/],
    ['a file of spaces', Buffer.from(' \n\n '), /没有文字/],
    ['half a page', Buffer.from('关于加强社区服务的'), /不完整|全文/],
    ['a zip', Buffer.from('PK\x03\x04xxxxxxxx'), /另存为/],
    ['a PDF', Buffer.from('%PDF-1.7 xxxx'), /另存为/],
    ['a picture', Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]), /另存为/],
    ['noise', Buffer.from(Array.from({ length: 600 }, (_, i) => (i * 37) % 256)), /不是文本文件/],
  ])('refuses %s with a sentence that says what to do', (_, bytes, message) => {
    expect(() => importPolicy(bytes, options)).toThrow(message)
  })

  it('refuses a code that is none', () => {
    expect(() => importPolicy(Buffer.from(page), { ...options, jurisdiction: '湖州' })).toThrow(/行政区划代码/)
  })
})

/** Node writes no GB18030; its decoder gives the table. */
function encodeGb18030(text: string): Buffer {
  const decoder = new TextDecoder('gb18030')
  const table = new Map<string, [number, number]>()
  for (let a = 0x81; a <= 0xfe; a += 1)
    for (let b = 0x40; b <= 0xfe; b += 1) {
      if (b === 0x7f) continue
      const char = decoder.decode(Buffer.from([a, b]))
      if (char.length === 1 && char !== '\ufffd') table.set(char, [a, b])
    }
  return Buffer.from([...text].flatMap((char) => (char < '\x80' ? [char.charCodeAt(0)] : [...table.get(char)!])))
}
