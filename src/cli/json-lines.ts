import type { z } from 'zod'
import { InputError } from '../errors.js'

/** A line of input that was read, or why it could not be. */
export type ReadLine<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly id: string | null; readonly error: string }

/** Longest line taken, characters; a longer one is refused. */
const longestLine = 1_000_000

/** Lines of a stream of UTF-8, ended by line feed only: U+2028, which a JSON string may hold, ends none. */
export async function* linesOf(stream: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder()
  let parts: string[] = []
  for await (const chunk of stream) {
    const [first = '', ...rest] = decoder.decode(chunk, { stream: true }).split('\n')
    parts.push(first)
    for (const next of rest) {
      yield parts.join('').replace(/\r$/, '')
      parts = [next]
    }
  }
  const last = parts.join('') + decoder.decode()
  if (last !== '') yield last.replace(/\r$/, '')
}

/** Reads one JSON line; what is wrong becomes a sentence, never an exception. */
export function readJsonLine<T>(line: string, schema: z.ZodType<T>): ReadLine<T> {
  if (line.length > longestLine) return { ok: false, id: null, error: `这一行有 ${line.length} 个字符，最多 ${longestLine} 个` }
  let value: unknown
  try {
    value = JSON.parse(line.replace(/^\uFEFF/, ''))
  } catch {
    return { ok: false, id: null, error: '这一行不是 JSON' }
  }
  const parsed = schema.safeParse(value)
  if (parsed.success) return { ok: true, value: parsed.data }
  const id = typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' ? value.id : null
  return { ok: false, id, error: parsed.error.issues.map((issue) => `${issue.path.join('.') || '这一行'}：${issue.message}`).join('；') }
}

/** Every line of a file of JSON lines; the first one that is wrong ends it with an InputError that names its number. */
export function readJsonLines<T>(text: string, schema: z.ZodType<T>, file: string): T[] {
  const rows: T[] = []
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const read = readJsonLine(line, schema)
    if (!read.ok) throw new InputError('bad-line', `${file} 第 ${index + 1} 行：${read.error}`)
    rows.push(read.value)
  }
  return rows
}
