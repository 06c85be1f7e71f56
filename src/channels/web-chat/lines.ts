import type { Citation } from '../../retrieval/citation.js'
import type { ChangeableMs, ChatLine } from '../web-types.js'
import { dayWords } from './words.js'

/** Adds lines to those known: each once (the newer copy wins), in the order of their ids. */
export function mergeLines(known: readonly ChatLine[], arrived: readonly ChatLine[]): readonly ChatLine[] {
  if (arrived.length === 0) return known
  const byId = new Map(known.map((line) => [line.id, line]))
  for (const line of arrived) byId.set(line.id, line)
  return [...byId.values()].sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0))
}

/** Short answers on offer: those of the bot's last line, until the resident has said something after it. */
export function offeredChoices(lines: readonly ChatLine[]): readonly string[] {
  for (let i = lines.length - 1; i >= 0; i -= 1) {
    const line = lines[i]
    if (line === undefined || line.from === 'me') return []
    if (line.from === 'bot' || line.from === 'staff') return line.choices
  }
  return []
}

/** An own line may be taken back or changed this long, ms; the server holds the same. */
const changeableMs: ChangeableMs = 600_000

/** Whether the resident may still take this line back or change it. */
export function isChangeable(line: ChatLine, now: number): boolean {
  return line.from === 'me' && line.clientId !== null && line.changed !== 'recalled' && now - line.at < changeableMs
}

/** Emergency and public service numbers in a danger reply, in the order said, to be called with one tap. */
export function numbersToCall(text: string): readonly string[] {
  const known = new Set(['110', '119', '120', '122', '12345', '12355', '12356', '12338', '96110'])
  return [...new Set(text.match(/\d+/g) ?? [])].filter((number) => known.has(number))
}

/** A piece of a line: a request number (DH-2611-0042) never breaks, the words that answer stand out in their sentence. */
export interface LinePart {
  readonly words: string
  readonly kind: 'plain' | 'number' | 'answer'
}

/** The line in pieces that make it up again when they are put together. */
export function partLine(text: string, citations: readonly Citation[]): readonly LinePart[] {
  const answers = citations.flatMap((citation) => answerIn(text, citation)).sort((a, b) => a.start - b.start)
  const parts: LinePart[] = []
  let at = 0
  for (const { start, end } of answers) {
    if (start < at) continue
    parts.push(...partNumbers(text.slice(at, start)), { words: text.slice(start, end), kind: 'answer' })
    at = end
  }
  return [...parts, ...partNumbers(text.slice(at))]
}

function partNumbers(text: string): readonly LinePart[] {
  return text.split(/([A-Z]{2,6}-\d{4}-\d{4,})/).flatMap((words, index) => (words === '' ? [] : [{ words, kind: index % 2 === 1 ? 'number' : 'plain' } as const]))
}

/** Where the words that answer stand in the line: in the whole quotation, else in a shortened one. */
function answerIn(text: string, { quote, answer }: Citation): readonly { readonly start: number; readonly end: number }[] {
  if (answer === undefined || answer.end <= answer.start) return []
  const words = quote.slice(answer.start, answer.end)
  const whole = text.indexOf(quote)
  const inside = whole >= 0 ? whole + answer.start : [...text.matchAll(/\u300c[^\u300d]*\u300d/g)].map((quoted) => ({ at: quoted.index, found: quoted[0].indexOf(words) })).filter(({ found }) => found >= 0).map(({ at, found }) => at + found)[0]
  return inside === undefined ? [] : [{ start: inside, end: inside + words.length }]
}

const dayOf = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', year: 'numeric', month: 'long', day: 'numeric' })
const timeOf = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hour12: false })

/** 今天, 昨天 or the date, in Beijing time. */
export function sayDay(at: number, now: number): string {
  const day = dayOf.format(at)
  if (day === dayOf.format(now)) return dayWords.today
  return day === dayOf.format(now - 86_400_000) ? dayWords.yesterday : day
}

export const sayTime = (at: number): string => timeOf.format(at)
