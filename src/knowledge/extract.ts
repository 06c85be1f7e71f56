import { InputError } from '../errors.js'
import { decodeBytes } from './encodings.js'
import { isHtml, readHtml } from './html.js'
import { isMarkdown, readMarkdown } from './markdown.js'
import type { PolicyWarning } from './policy.js'

/**
 * From a file's bytes to the text in it. The format is told by the bytes, never by the name. What comes out is the raw
 * text of a policy: quotations point into it, and what a Word or PDF file draws around it is gone from here on.
 */
export interface ExtractedText {
  readonly format: 'text' | 'markdown' | 'html' | 'docx' | 'pdf'
  readonly text: string
  /** What the file could not give: drawn numbers, pages without words. */
  readonly warnings: readonly PolicyWarning[]
}

/** Largest file taken, bytes. */
export const mostBytes = 20 * 1024 * 1024

/** Throws InputError with a sentence that says what to do. Word and PDF readers are loaded when one comes. */
export async function extractText(bytes: Uint8Array, fileName: string): Promise<ExtractedText> {
  if (bytes.length === 0) throw new InputError('empty', `「${fileName}」是空文件,请换成有内容的文件再导入`)
  if (bytes.length > mostBytes) throw new InputError('too-large', `「${fileName}」超过 20 MB;请去掉图片,或把正文另存为文本再导入`)
  const start = String.fromCharCode(...bytes.subarray(0, 1024))
  if (start.startsWith('PK\x03\x04') || start.startsWith('PK\x05\x06')) {
    const { readDocx } = await import('./docx.js')
    const { text, numbered } = await readDocx(bytes, fileName)
    return { format: 'docx', text, warnings: numbered ? [numberedWarning('Word')] : [] }
  }
  if (start.includes('%PDF-')) {
    const { readPdf } = await import('./pdf.js')
    const { text, bare } = await readPdf(bytes, fileName)
    return { format: 'pdf', text, warnings: bare.length === 0 ? [] : [bareWarning(bare)] }
  }
  const foreign = foreignFormat(start)
  if (foreign !== null) throw new InputError('binary', `「${fileName}」${foreign}`)
  return readText(bytes, fileName)
}

/** A text file's words as they stand, whatever marks they hold. Throws InputError. */
export function decodeText(bytes: Uint8Array, fileName: string): string {
  if (bytes.length > mostBytes) throw new InputError('too-large', `「${fileName}」超过 20 MB;请分成几份再导入`)
  const decoded = decodeBytes(bytes)
  if (decoded.kind === 'cut-off') throw new InputError('half-file', `「${fileName}」在一个字中间断了,文件不完整;请重新下载或另存一份再导入`)
  if (decoded.kind === 'unknown')
    throw new InputError('binary', `「${fileName}」里有认不出的内容,不是文本文件;请把正文另存为 .txt(UTF-8)再导入`)
  return decoded.text.replace(/\r\n?/g, '\n')
}

function readText(bytes: Uint8Array, fileName: string): ExtractedText {
  const text = decodeText(bytes, fileName)
  if (isHtml(text)) {
    if (/<(?:html|body)[\s>]/i.test(text) && !/<\/(?:html|body)\s*>/i.test(text))
      throw new InputError('half-file', `「${fileName}」这个网页没有结尾,文件不完整;请在浏览器里打开原网页重新保存再导入`)
    const page = readHtml(text)
    return { format: 'html', text: page.text, warnings: page.numbered ? [numberedWarning('网页')] : [] }
  }
  if (isMarkdown(text)) return { format: 'markdown', text: readMarkdown(text), warnings: [] }
  return { format: 'text', text, warnings: [] }
}

/** What to do about a file of another kind, by its first bytes. */
function foreignFormat(start: string): string | null {
  if (start.startsWith('\xd0\xcf\x11\xe0')) return '是旧版 Office 文件(.doc/.xls)或加了密;请用 Word 打开,另存为 .docx 再导入'
  if (start.startsWith('{\\rtf')) return '是 RTF 文件;请用 Word 打开,另存为 .docx 再导入'
  if (/^(?:\x89PNG|\xff\xd8\xff|GIF8|BM.{4}\0\0|II\*\0|MM\0\*|RIFF....WEBP)/s.test(start)) return '是图片;请先用文字识别(OCR)软件转成文字,核对无误后另存为 .docx 或 .txt 再导入'
  if (/^(?:Rar!|7z\xbc\xaf|\x1f\x8b|BZh|\xfd7zXZ)/.test(start)) return '是压缩包;请先解压,一次导入一份正文'
  return null
}

function numberedWarning(where: string): PolicyWarning {
  return { kind: 'numbers-drawn', section: '', words: '', message: `${where}里有自动编号,原来的编号样式没有存在文件里,导入后写成 1. 2. 3.,请对照原件核对` }
}

function bareWarning(pages: readonly number[]): PolicyWarning {
  return { kind: 'pages-bare', section: '', words: '', message: `第 ${pages.join('、')} 页没有文字,可能是图片,内容没有导入,请对照原件补上` }
}
