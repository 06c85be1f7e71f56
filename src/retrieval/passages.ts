/** Longest passage and longest quotation, characters. */
export const passageLength = 200

/** A stretch of a text: `text.slice(start, end)` without white space at its ends. */
export interface Span {
  readonly start: number
  readonly end: number
}

const closers = '”’"』」）)》〉'

/** Sentences: ended by 。！？； and a line feed, closing quotes and brackets included. Longer ones than `limit` are cut at commas. */
export function splitSentences(text: string, limit = passageLength): Span[] {
  const spans: Span[] = []
  let start = 0
  const push = (end: number) => {
    const span = trim(text, start, end)
    if (span.end > span.start) spans.push(...cutLong(text, span, limit))
    start = end
  }
  for (let i = 0; i < text.length; i += 1) {
    const char = text[i]!
    if (char === '\n') push(i + 1)
    else if ('。！？；;!?'.includes(char)) {
      while (i + 1 < text.length && closers.includes(text[i + 1]!)) i += 1
      push(i + 1)
    }
  }
  push(text.length)
  return spans
}

/** Passages of at most `limit` characters for indexing: neighbouring sentences packed together. */
export function splitPassages(text: string, limit = passageLength): string[] {
  const passages: string[] = []
  let start = -1
  let end = -1
  for (const span of splitSentences(text, limit)) {
    if (start >= 0 && span.end - start > limit) {
      passages.push(text.slice(start, end))
      start = -1
    }
    if (start < 0) start = span.start
    end = span.end
  }
  if (start >= 0) passages.push(text.slice(start, end))
  return passages
}

/** A sentence too long for a quotation, cut at the last comma (or space) that fits, so that the pieces join to it again. */
function cutLong(text: string, span: Span, limit: number): Span[] {
  const pieces: Span[] = []
  let { start } = span
  while (span.end - start > limit) {
    let cut = start + limit
    // Not before a third of the length: a stump says nothing.
    for (let i = start + limit; i > start + limit / 3; i -= 1)
      if ('，,：:、 　'.includes(text[i - 1]!)) {
        cut = i
        break
      }
    // Never through the middle of a surrogate pair.
    if (/[\udc00-\udfff]/.test(text[cut] ?? '')) cut -= 1
    pieces.push(trim(text, start, cut))
    start = cut
  }
  pieces.push(trim(text, start, span.end))
  return pieces.filter((piece) => piece.end > piece.start)
}

function trim(text: string, start: number, end: number): Span {
  while (start < end && /\s/.test(text[start]!)) start += 1
  while (end > start && /\s/.test(text[end - 1]!)) end -= 1
  return { start, end }
}
