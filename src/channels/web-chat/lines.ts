import type { ChangeableMs, ChatLine } from '../web-types.js'

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

/** The text in pieces, request numbers (DH-2611-0042) apart, so that a line never breaks inside one. */
export function partNumbers(text: string): readonly { readonly words: string; readonly isNumber: boolean }[] {
  return text.split(/([A-Z]{2,6}-\d{4}-\d{4,})/).flatMap((words, index) => (words === '' ? [] : [{ words, isNumber: index % 2 === 1 }]))
}

const dayOf = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', year: 'numeric', month: 'long', day: 'numeric' })
const timeOf = new Intl.DateTimeFormat('zh-CN', { timeZone: 'Asia/Shanghai', hour: '2-digit', minute: '2-digit', hour12: false })

/** 今天, 昨天 or the date, in Beijing time. */
export function sayDay(at: number, now: number): string {
  const day = dayOf.format(at)
  if (day === dayOf.format(now)) return '今天'
  return day === dayOf.format(now - 86_400_000) ? '昨天' : day
}

export const sayTime = (at: number): string => timeOf.format(at)
