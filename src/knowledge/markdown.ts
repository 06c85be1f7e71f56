/** Marks that plain texts do not have; two kinds of them, or a table's rule, make a text Markdown. */
const signs: readonly RegExp[] = [
  /^#{1,6}\s+\S/m,
  /^\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)+\|?\s*$/m,
  /\*\*[^*\n]{1,200}\*\*/,
  /!?\[[^[\]\n]{1,200}\]\([^()\n]{1,500}\)/,
  /^(?:---|\*\*\*)\s*$/m,
  /^```/m,
  /^>\s/m,
]

const tableRule = /^\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)*\|?\s*$/

export function isMarkdown(text: string): boolean {
  return signs[1]!.test(text) || signs.filter((sign) => sign.test(text)).length >= 2 || (signs[0]!.test(text) && /^#{1,6}\s+\S.*\n\s*\n/m.test(text))
}

/** The words without the marks: headings, bold, links by their words, table cells a line each. Paragraphs stay lines. */
export function readMarkdown(text: string): string {
  const lines: string[] = []
  let paragraph = ''
  const end = () => {
    if (paragraph !== '') lines.push(paragraph)
    paragraph = ''
  }
  let inCode = false
  const body = text.replace(/^---\n(?:[\w-]+:.*\n)+---\n/, '')
  for (const raw of body.split('\n')) {
    if (/^\s*```/.test(raw)) {
      end()
      inCode = !inCode
      continue
    }
    const line = inCode ? raw : unmark(raw)
    if (line.trim() === '' || (!inCode && (tableRule.test(raw.trim()) || /^\s*(?:\*\s*){3,}$/.test(raw)))) {
      end()
      continue
    }
    if (!inCode && raw.trim().startsWith('|') && raw.trim().endsWith('|')) {
      end()
      lines.push(...line.trim().slice(1, -1).split(/(?<!\\)\|/).map((cell) => cell.replace(/\\\|/g, '|').trim()).filter((cell) => cell !== ''))
      continue
    }
    // A line goes on in the next one only where the writer broke it in the middle of a sentence.
    if (paragraph !== '' && /[\p{Script=Han}，、,]$/u.test(paragraph) && !startsAnew(raw)) paragraph += line.trim()
    else {
      end()
      paragraph = line.trim()
    }
    if (/^\s*#{1,6}\s/.test(raw) || / {2}$/.test(raw)) end()
  }
  end()
  return lines.join('\n')
}

const startsAnew = (line: string) => /^\s*(?:#{1,6}\s|>|[-*+]\s|\d{1,3}[.、．]|[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,3}、|第[一二三四五六七八九十百\d]+[编章条]|附件)/.test(line)

function unmark(line: string): string {
  return line
    .replace(/^\s{0,3}#{1,6}\s+/, '')
    .replace(/\s+#+\s*$/, '')
    .replace(/^\s{0,3}(?:>\s?)+/, '')
    .replace(/^\s*[-*+]\s+/, '')
    .replace(/!\[[^[\]]{0,200}\]\([^()]{0,500}\)/g, '')
    .replace(/\[([^[\]]{1,200})\]\([^()]{0,500}\)/g, '$1')
    .replace(/(\*\*|__)(?=\S)(.{1,300}?)\1/g, '$2')
    .replace(/(?<![*\w])\*(?=[^\s*])([^*]{1,300})\*(?!\*)/g, '$1')
    .replace(/`([^`]{1,300})`/g, '$1')
    .replace(/\\([\\`*_{}[\]()#+\-.!>~])/g, '$1')
}
