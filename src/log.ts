import { pino, type DestinationStream, type Logger } from 'pino'
import type { Config } from './config.js'

/**
 * Logs as JSON lines; standard error unless told otherwise, for standard output is for what commands print. Whoever logs names no person; what
 * an error quotes nobody chose, and it passes `withoutQuoted`.
 */
export function openLog(level: Config['logLevel'], to: DestinationStream = pino.destination({ dest: 2, sync: false })): Logger {
  return pino({ level, base: null, formatters: { log: (details) => Object.fromEntries(Object.entries(details).map(([name, value]) => [name, ofError(name, value)])) } }, to)
}

/** Fields in which an error speaks. */
const errorFields: ReadonlySet<string> = new Set(['error', 'stack'])

function ofError(name: string, value: unknown): unknown {
  if (value instanceof Error) return { name: value.name, code: (value as { readonly code?: unknown }).code, stack: withoutQuoted(value.stack ?? value.message) }
  return errorFields.has(name) && typeof value === 'string' ? withoutQuoted(value) : value
}

/** What an error says, with what it may quote of people's words left out: JSON.parse cites its text, a database the value it did not take. Our own errors are in English; numbers of seven digits and more are no line of a program. */
export function withoutQuoted(text: string): string {
  return text.replace(/[^\x00-\x7f]+/g, '…').replace(/(?<![A-Za-z0-9])\d{7,}[Xx]?(?![A-Za-z0-9])/g, '…')
}
