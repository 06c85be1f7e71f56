import iconv from 'iconv-lite'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { extractText } from '../../src/knowledge/extract.js'
import { importPolicy } from '../../src/knowledge/import.js'
import { openBrowser } from '../pages/browser.js'
import { aDocx, aPdf, aZip, escape, paragraphsXml, tableXml } from './office-files.js'

/** An invented policy, in plain lines. */
const lines = [
  '某某市关于加强社区议事工作的实施意见',
  '某政发〔2024〕8号',
  '(2024年3月5日)',
  `为加强社区议事工作,结合我市实际,提出如下意见。`,
  '一、总体要求',
  `坚持居民的事情居民商量着办,${'把议事协商办在居民家门口,让居民看得见、听得懂、说得上话,'.repeat(5)}不断改进社区服务。`,
  '二、主要任务',
  `(一)建立议事会。每个社区建立居民议事会,成员不少于9人,由居民推选产生。${'会议记录向居民公开,未办结的要说明原因和期限。'.repeat(4)}`,
  `(二)定期议事。居民议事会每季度至少召开一次,遇有涉及多数居民利益的事项随时召开。${'街道办事处提供场所和必要经费,年底前报告情况。'.repeat(30)}`,
  '三、工作保障',
  '各街道要落实责任,把社区议事工作纳入年度计划,接受居民监督。',
]
const text = lines.join('\n')
const rows = [['序号', '工作任务', '责任单位'], ['1', '建立居民议事会。', '市民政局、市财政局'], ['2', '开展培训。', '市民政局']]
const options = { jurisdiction: '330500', fileName: '议事意见.bin' }
const wordsOf = async (bytes: Uint8Array) => (await importPolicy(bytes, options)).tree.flatMap(({ paragraphs }) => paragraphs.map((paragraph) => paragraph.text))

let plain: string[]
let annexed: string[]
let browser: Browser
beforeAll(async () => {
  plain = await wordsOf(Buffer.from(text))
  annexed = await wordsOf(Buffer.from(`${text}\n附件\n任务分工表格\n${rows.flat().join('\n')}`))
  browser = await openBrowser()
})
afterAll(() => browser.close())

describe('one text in every form it may come in, told by its bytes and never by its name', () => {
  it.each(['gbk', 'gb18030', 'utf-16le', 'utf-16be'])('text in %s', async (encoding) => {
    expect(await wordsOf(iconv.encode(text, encoding, { addBOM: false }))).toEqual(plain)
  })

  it.each(['utf-8', 'utf-16le', 'utf-16be'])('text in %s with its mark', async (encoding) => {
    expect(await wordsOf(iconv.encode(text, encoding, { addBOM: true }))).toEqual(plain)
  })

  it('characters that only GB18030 has', async () => {
    const imported = await extractText(iconv.encode(`${text}\n𠮷祥社区㐀`, 'gb18030'), 'a.txt')
    expect(imported.text.endsWith('𠮷祥社区㐀')).toBe(true)
  })

  it('traditional text in Big5', async () => {
    const big5 = '社區居民委員會組織居民開展議事協商,公開辦理結果,接受居民監督。'.repeat(5)
    expect((await extractText(iconv.encode(big5, 'big5'), 'a.txt')).text).toBe(big5)
  })

  it('HTML with scripts, hidden words, navigation and a table; its own encoding', async () => {
    const html = `<!DOCTYPE html><html><head><meta charset="gbk"><title>站名</title><style>p{color:red}</style></head><body><nav><a href="/">首页</a> 政策</nav><script>var a = "<p>不是正文</p>"</script>
      <div style="display:none">免费看片</div><div>${lines.map((line) => `<p>&nbsp;&nbsp;${escape(line)}</p>`).join('\n')}<p>附件</p><p>任务分工表格</p>
      <table>${rows.map((cells) => `<tr>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('')}</table></div><footer>版权所有</footer></body></html>`
    expect(await wordsOf(iconv.encode(html, 'gbk'))).toEqual(annexed)
  })

  it('Markdown with headings, bold, links and a table', async () => {
    const md = [
      `# ${lines[0]}`, ...lines.slice(1, 4), `## ${lines[4]}`, `**坚持**${lines[5]!.slice(2)}`, `## ${lines[6]}`,
      lines[7]!.replace('议事会。', '[议事会](https://example.org)。'), ...lines.slice(8, 9), `## ${lines[9]}`, lines[10]!, '附件', '任务分工表格',
      ...rows.map((cells, i) => `| ${cells.join(' | ')} |${i === 0 ? '\n| --- | --- | --- |' : ''}`),
    ].join('\n\n').replaceAll('|\n\n|', '|\n|')
    expect(await wordsOf(Buffer.from(md))).toEqual(annexed)
  })

  it('DOCX with a table', async () => {
    expect(await wordsOf(await aDocx(`${paragraphsXml(`${text}\n附件\n任务分工表格`)}${tableXml(rows)}`))).toEqual(annexed)
  })

  it('PDF of several pages, its lines joined to paragraphs again, without page numbers', async () => {
    const pdf = await aPdf(browser, `<h1>${lines[0]}</h1>${lines.slice(1).map((line) => `<p>${escape(line)}</p>`).join('')}`)
    const imported = await importPolicy(pdf, options)
    expect(imported.format).toBe('pdf')
    expect(imported.tree.flatMap(({ paragraphs }) => paragraphs.map((paragraph) => paragraph.text))).toEqual(plain)
  })
})

describe('what a file cannot give is said', () => {
  it('numbers that Word draws are written out and warned of', async () => {
    const numbering = `<?xml version="1.0"?><w:numbering xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>`
    const item = (words: string) => `<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>${words}</w:t></w:r></w:p>`
    const docx = await aDocx(`${paragraphsXml(text)}${item('推行一窗受理。')}${item('开展上门服务。')}`, {
      'word/_rels/document.xml.rels': `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/numbering" Target="numbering.xml"/></Relationships>`,
      'word/numbering.xml': numbering,
    })
    const { tree, warnings } = await importPolicy(docx, options)
    expect(tree.at(-1)!.path).toBe('三/2')
    expect(warnings.map(({ kind }) => kind)).toContain('numbers-drawn')
  })

  it('a page of a PDF without words is named', async () => {
    const pdf = await aPdf(browser, `${lines.map((line) => `<p>${escape(line)}</p>`).join('')}<svg style="display:block;break-before:page" width="300" height="300"><rect width="300" height="300" fill="green"/></svg>`)
    const found = (await importPolicy(pdf, options)).warnings.find(({ kind }) => kind === 'pages-bare')
    expect(found?.message).toMatch(/第 \d 页没有文字/)
  })
})

describe('strange files', () => {
  it.each([['a hundred thousand headings of annexes', `${text}\n${'附件\n'.repeat(100_000)}`], ['half links without end', `${text}\n${'[a]('.repeat(100_000)}`], ['one line of a million characters', `${text}\n${'社区'.repeat(500_000)}`]])('%s: read like any other', async (_, content) => {
    expect((await importPolicy(Buffer.from(content), options)).metadata.title).toBe(lines[0])
  })
})

describe('what cannot be taken is refused with a sentence that says what to do', () => {
  const docx = () => aDocx(paragraphsXml(text))
  it.each<[string, () => Promise<Uint8Array> | Uint8Array, RegExp]>([
    ['an empty file', () => Buffer.alloc(0), /空文件,请换成有内容的文件/],
    ['a file of spaces', () => Buffer.from(' \n\n '), /没有文字,请换成/],
    ['half a page', () => Buffer.from('关于加强社区服务的'), /请导入全文/],
    ['a file cut off in the middle of a character', () => Buffer.from(text).subarray(0, -1), /文件不完整;请重新下载/],
    ['a GBK file cut off in the middle of a character', () => iconv.encode(text, 'gbk').subarray(0, -3), /文件不完整;请重新下载/],
    ['a page cut off', () => Buffer.from(`<html><body>${lines.map((line) => `<p>${line}</p>`).join('')}`), /没有结尾[\s\S]*请/],
    ['a page of 20,000 elements within each other', () => Buffer.from(`<html><body>${'<div>'.repeat(20_000)}${text}</body></html>`), /结构太乱[\s\S]*请/],
    ['half a Word file', async () => (await docx()).subarray(0, -200), /不完整或已损坏[\s\S]*请重新下载/],
    ['a Word file with a damaged middle', async () => damaged(await docx()), /不完整或已损坏[\s\S]*请/],
    ['an archive that is no Word file', () => aZip({ 'a.txt': text }), /压缩包[\s\S]*请把正文存为/],
    ['an Excel file', () => aZip({ 'xl/workbook.xml': '<a/>' }), /Excel[\s\S]*请把正文存为/],
    ['an archive that unpacks to more than 50 MB', () => aZip({ 'word/document.xml': Buffer.alloc(51 * 1024 * 1024, 'a') }), /解开后太大[\s\S]*请/],
    ['an archive packed more than 100 to 1', () => aZip({ 'word/document.xml': Buffer.alloc(5 * 1024 * 1024) }), /解开后太大[\s\S]*请/],
    ['an archive of more than 1,000 files', () => aZip(Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`f${i}`, 'a']))), /解开后太大[\s\S]*请/],
    ['an archive that says less than it holds', async () => lyingZip(), /不完整或已损坏|解开后太大/],
    ['half a PDF', async () => (await aPdf(browser, `<p>${text}</p>`)).subarray(0, 20_000), /不完整或已损坏[\s\S]*请重新下载/],
    ['a scanned PDF', () => aPdf(browser, '<svg width="500" height="600"><rect width="500" height="600" fill="gray"/></svg>'), /扫描件[\s\S]*请先用文字识别/],
    ['an old Word file', () => Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), /另存为 \.docx/],
    ['a picture', () => Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]), /图片;请先用文字识别/],
    ['noise', () => Buffer.from(Array.from({ length: 600 }, (_, i) => (i * 37) % 256)), /不是文本文件;请/],
    ['a file over 20 MB', () => Buffer.alloc(20 * 1024 * 1024 + 1, 'a'), /超过 20 MB;请/],
  ])('%s', async (_, make, sentence) => {
    await expect(importPolicy(await make(), options)).rejects.toMatchObject({ name: 'InputError', message: expect.stringMatching(sentence) as string })
  })
})

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes)
  const at = copy.indexOf('word/document.xml') + 60
  copy.fill(0x55, at, at + 80)
  return copy
}

/** An archive whose directory says that its one file is 10 bytes long. */
async function lyingZip(): Promise<Buffer> {
  const bytes = Buffer.from(await aZip({ 'word/document.xml': 'a'.repeat(100_000) }))
  bytes.writeUInt32LE(10, bytes.indexOf(Buffer.from('PK\x01\x02', 'latin1')) + 24)
  return bytes
}
