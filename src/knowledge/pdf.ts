import { createRequire } from 'node:module'
import { dirname, join, sep } from 'node:path'
import { InputError } from '../errors.js'

export interface ReadPdf {
  readonly text: string
  /** Pages (from 1) without a word on them although others have some: probably pictures. */
  readonly bare: readonly number[]
}

/** Most pages read; a longer file is a book. */
const mostPages = 600
/** Fewer letters than this a page, on average, and the file is a picture of a text. */
const leastLetters = 20
/** Share of characters without a meaning (private use, replacement) above which a file's fonts are unreadable. */
const unreadableShare = 0.05

/** The words of a PDF, its lines joined to paragraphs again; page numbers and running heads are left out. */
export async function readPdf(bytes: Uint8Array, fileName: string): Promise<ReadPdf> {
  const tail = Buffer.from(bytes.subarray(Math.max(0, bytes.length - 2048))).toString('latin1')
  if (!tail.includes('%%EOF')) throw halfFile(fileName)
  const pages = await readPages(bytes, fileName)
  const body = dropRunning(pages)
  const text = body.flatMap((lines, page) => joinLines(lines).map((words) => ({ words, page })))
  const whole = joinPages(body, text)
  const letters = whole.match(/[\p{L}\p{N}]/gu)?.length ?? 0
  if (letters < leastLetters * pages.length)
    throw new InputError('scanned', `「${fileName}」像是扫描件,里面只有图片没有文字;请先用文字识别(OCR)软件转成 Word 或文本,核对无误后再导入`)
  const lost = whole.match(/[\ue000-\uf8ff\ufffd\0-\x08]/gu)?.length ?? 0
  if (lost > whole.length * unreadableShare)
    throw new InputError('unreadable', `「${fileName}」的字体没有文字编码,读出来是乱码;请用原来的 Word 文件,或另存为文本后再导入`)
  return { text: whole, bare: body.flatMap((lines, i) => (lines.length === 0 ? [i + 1] : [])) }
}

interface Line {
  readonly text: string
  readonly left: number
  readonly right: number
  /** Height of its characters and its distance from the foot of the page, points. */
  readonly size: number
  readonly y: number
}

async function readPages(bytes: Uint8Array, fileName: string): Promise<Line[][]> {
  const { getDocument, VerbosityLevel } = await import('pdfjs-dist/legacy/build/pdf.mjs')
  const home = dirname(createRequire(import.meta.url).resolve('pdfjs-dist/package.json'))
  const task = getDocument({
    data: Uint8Array.from(bytes),
    cMapUrl: join(home, 'cmaps') + sep,
    cMapPacked: true,
    standardFontDataUrl: join(home, 'standard_fonts') + sep,
    isEvalSupported: false,
    useSystemFonts: false,
    disableFontFace: true,
    verbosity: VerbosityLevel.ERRORS,
  })
  try {
    const file = await task.promise
    if (file.numPages > mostPages) throw new InputError('too-large', `「${fileName}」有 ${file.numPages} 页,超过 ${mostPages} 页;请只留下政策正文再导入`)
    const pages: Line[][] = []
    for (let n = 1; n <= file.numPages; n += 1) {
      const page = await file.getPage(n)
      const { items } = await page.getTextContent()
      pages.push(linesOf(items.flatMap((item) => ('str' in item ? [{ text: item.str, x: Number(item.transform[4]), y: Number(item.transform[5]), width: item.width, size: Math.abs(Number(item.transform[3])) || item.height }] : []))))
      page.cleanup()
    }
    return pages
  } catch (error) {
    if (error instanceof InputError) throw error
    if (error instanceof Error && error.name === 'PasswordException') throw new InputError('password', `「${fileName}」设了密码,请取消密码后另存一份再导入`, { cause: error })
    throw halfFile(fileName, error)
  } finally {
    await task.destroy()
  }
}

interface Piece {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly size: number
}

/** Pieces on one height make a line; a wide gap between two becomes a space. */
function linesOf(pieces: readonly Piece[]): Line[] {
  const rows: Piece[][] = []
  for (const piece of pieces) {
    if (piece.text.trim() === '') continue
    const row = rows.find((each) => Math.abs(each[0]!.y - piece.y) < Math.max(each[0]!.size, piece.size) * 0.4)
    if (row) row.push(piece)
    else rows.push([piece])
  }
  return rows
    .sort((one, other) => other[0]!.y - one[0]!.y)
    .map((row) => {
      row.sort((one, other) => one.x - other.x)
      let text = ''
      let right = row[0]!.x
      for (const piece of row) {
        if (text !== '' && piece.x - right > piece.size * 0.3) text += ' '
        text += piece.text
        right = piece.x + piece.width
      }
      return { text: text.trim(), left: row[0]!.x, right, size: Math.max(...row.map((piece) => piece.size)), y: row[0]!.y }
    })
}

const pageNumber = /^[-—–―·\s]*(?:第\s*)?\d{1,4}\s*(?:页)?(?:\s*[/／,，]?\s*(?:共\s*)?\d{1,4}\s*页?)?[-—–―·\s]*$/

/** Without page numbers and without what stands at the head or the foot of most pages. */
function dropRunning(pages: readonly (readonly Line[])[]): Line[][] {
  const form = (line: Line) => line.text.replace(/\d+/g, '0')
  const counts = new Map<string, number>()
  for (const lines of pages)
    for (const text of new Set([lines[0], lines.at(-1)].flatMap((line) => (line ? [form(line)] : [])))) counts.set(text, (counts.get(text) ?? 0) + 1)
  const running = (line: Line) => pages.length >= 3 && (counts.get(form(line)) ?? 0) > pages.length / 2
  return pages.map((lines) => {
    const kept = [...lines]
    for (const edge of ['first', 'last'] as const)
      for (let n = 0; n < 2; n += 1) {
        const line = edge === 'first' ? kept[0] : kept.at(-1)
        if (line && (pageNumber.test(line.text) || running(line))) kept.splice(edge === 'first' ? 0 : kept.length - 1, 1)
      }
    return kept
  })
}

const startsAnew = /^(?:第[一二三四五六七八九十百零〇\d]+[编章条]|[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十\d]{1,3}[)）]|\d{1,3}[.．、](?!\d)|附\s*件)/

/** Where text begins and ends on the page, and how far its lines are apart. */
function measure(lines: readonly Line[]): { left: number; right: number; pitch: number } {
  const sorted = (values: number[]) => values.sort((a, b) => a - b)
  const gaps = sorted(lines.slice(1).map((line, i) => lines[i]!.y - line.y).filter((gap) => gap > 0))
  return { left: Math.min(...lines.map((line) => line.left)), right: Math.max(...lines.map((line) => line.right)), pitch: gaps[Math.floor(gaps.length * 0.4)] ?? 0 }
}

/** Whether the paragraph of `line` goes on in `next`: it fills its line, and the next is neither indented nor begins with a mark. */
function goesOn(line: Line, next: Line, page: { left: number; right: number }): boolean {
  return line.right >= page.right - line.size * 2.2 && next.left < page.left + next.size * 0.9 && !startsAnew.test(next.text) && Math.abs(line.size - next.size) < 1
}

function joinLines(lines: readonly Line[]): string[] {
  if (lines.length === 0) return []
  const page = measure(lines)
  const paragraphs = [lines[0]!.text]
  for (let i = 1; i < lines.length; i += 1) {
    const [line, next] = [lines[i - 1]!, lines[i]!]
    const near = line.y - next.y < page.pitch * 1.4
    if (near && goesOn(line, next, page)) paragraphs.push(glue(paragraphs.pop()!, next.text))
    else paragraphs.push(next.text)
  }
  return paragraphs
}

function joinPages(pages: readonly (readonly Line[])[], paragraphs: readonly { readonly words: string; readonly page: number }[]): string {
  const joined: string[] = []
  for (const [i, { words, page }] of paragraphs.entries()) {
    const before = paragraphs[i - 1]
    const last = before && before.page !== page ? pages[before.page]!.at(-1) : undefined
    const first = pages[page]![0]
    if (last && first && goesOn(last, first, measure([...pages[before!.page]!, ...pages[page]!]))) joined.push(glue(joined.pop()!, words))
    else joined.push(words)
  }
  return joined.join('\n')
}

/** Two halves of a line: Latin words keep a space between them, Chinese has none. */
function glue(one: string, other: string): string {
  return /[a-z,]$/i.test(one) && /^[a-z]/i.test(other) ? `${one} ${other}` : one + other
}

function halfFile(fileName: string, cause?: unknown): InputError {
  return new InputError('half-file', `「${fileName}」不完整或已损坏,打不开;请重新下载一份,确认能打开后再导入`, { cause })
}
