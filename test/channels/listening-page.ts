import type { ChatLine } from '../../src/channels/web-types.js'
import type { Browser } from '../desk/running-server.js'

export interface HeardEvent {
  readonly type: string
  readonly id: string | null
  readonly data: unknown
}

/** A page with an open event stream over a real connection. */
export interface ListeningPage {
  readonly events: readonly HeardEvent[]
  /** The lines heard, in order. */
  lines(): readonly ChatLine[]
  lastId(): string | null
  /** Resolves once the events heard satisfy this, or rejects when the stream ends before. */
  until(holds: (events: readonly HeardEvent[]) => boolean): Promise<void>
  /** Resolves when the server ends the stream. */
  readonly ended: Promise<void>
  close(): Promise<void>
}

export async function listen(address: string, path: string, browser: Pick<Browser, 'cookies'>, lastEventId?: string | null): Promise<ListeningPage> {
  const abort = new AbortController()
  const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const response = await fetch(address + path, { signal: abort.signal, headers: { cookie, ...(lastEventId ? { 'last-event-id': lastEventId } : {}) } })
  if (response.status !== 200 || !response.body) throw new Error(`stream: ${response.status} ${await response.text()}`)
  const events: HeardEvent[] = []
  let hear = (): void => undefined
  let isEnded = false
  const body = response.body
  const ended = (async () => {
    let rest = ''
    try {
      for await (const chunk of body.pipeThrough(new TextDecoderStream())) {
        const blocks = (rest + chunk).split('\n\n')
        rest = blocks.pop() ?? ''
        for (const block of blocks) {
          const fields = new Map(block.split('\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const))
          const type = fields.get('event')
          if (type !== undefined) events.push({ type, id: fields.get('id') ?? null, data: JSON.parse(fields.get('data') ?? 'null') })
        }
        hear()
      }
    } catch (error) {
      if (!abort.signal.aborted) throw error
    } finally {
      isEnded = true
      hear()
    }
  })()
  return {
    events,
    lines: () => events.filter(({ type }) => type === 'line').map(({ data }) => data as ChatLine),
    lastId: () => events.findLast(({ id }) => id !== null)?.id ?? null,
    until: (holds) => new Promise((resolve, reject) => {
      hear = () => {
        if (holds(events)) resolve()
        else if (isEnded) reject(new Error(`the stream ended after ${JSON.stringify(events)}`))
      }
      hear()
    }),
    ended,
    async close() {
      abort.abort()
      await ended
    },
  }
}
