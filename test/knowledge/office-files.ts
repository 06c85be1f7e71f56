import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { buffer } from 'node:stream/consumers'
import { ZipFile } from 'yazl'
import type { Browser } from 'playwright-core'

const require = createRequire(import.meta.url)

/** A zip archive of the given files. */
export async function aZip(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name)
  zip.end()
  return buffer(zip.outputStream)
}

const contentTypes = `<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`
const relations = `<?xml version="1.0" encoding="UTF-8"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`

/** A Word file whose body is the given WordprocessingML. */
export async function aDocx(bodyXml: string, more: Readonly<Record<string, string | Buffer>> = {}): Promise<Buffer> {
  return aZip({
    '[Content_Types].xml': contentTypes,
    '_rels/.rels': relations,
    'word/document.xml': `<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${bodyXml}</w:body></w:document>`,
    ...more,
  })
}

/** Paragraphs of WordprocessingML, a line each. */
export function paragraphsXml(text: string): string {
  return text.split('\n').map((line) => `<w:p><w:r><w:t xml:space="preserve">${escape(line)}</w:t></w:r></w:p>`).join('')
}

export function tableXml(rows: readonly (readonly string[])[]): string {
  return `<w:tbl>${rows.map((cells) => `<w:tr>${cells.map((cell) => `<w:tc>${paragraphsXml(cell)}</w:tc>`).join('')}</w:tr>`).join('')}</w:tbl>`
}

/** A PDF as a browser prints it, with real Chinese glyphs and two characters of indent, as official texts have. */
export async function aPdf(browser: Browser, bodyHtml: string): Promise<Buffer> {
  const font = readFileSync(require.resolve('@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff2')).toString('base64')
  const page = await browser.newPage()
  try {
    await page.setContent(`<!doctype html><html lang="zh"><style>@font-face{font-family:T;src:url(data:font/woff2;base64,${font})} body{font:16pt/28pt T} p{text-indent:2em;margin:0;text-align:justify} h1{text-align:center;font-size:20pt}</style><body>${bodyHtml}</body></html>`)
    await page.evaluate('document.fonts.ready')
    return await page.pdf({ format: 'A4', margin: { top: '30mm', bottom: '30mm', left: '28mm', right: '26mm' }, displayHeaderFooter: true, headerTemplate: '<span></span>', footerTemplate: '<div style="width:100%;text-align:center;font-size:10px">— <span class="pageNumber"></span> —</div>' })
  } finally {
    await page.close()
  }
}

export const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;')
