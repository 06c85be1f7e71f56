import { Readable } from 'node:stream'
import type { FastifyReply } from 'fastify'

/** A page that listens (server-sent events). */
export interface EventStream {
  send(type: string, data: unknown, id?: string): void
  /** A comment that keeps proxies from closing a quiet line. */
  beat(): void
  /** Ends it; the page comes back by itself, after `againMs` where given. */
  end(againMs?: number): void
  onEnd(listener: () => void): void
}

/** How much may wait for a page that does not read, bytes; beyond it the page is cut off and comes back by itself. */
const backlogLimit = 1024 * 1024

/** How long a page waits before it comes back, ms. */
const retryMs = 2_000

/** Answers a request with a stream of events that stays open until one side ends it. */
export function openEventStream(reply: FastifyReply): EventStream {
  const body = new Readable({ read: () => undefined })
  const write = (text: string): void => {
    if (body.destroyed || body.readableEnded) return
    body.push(text)
    if (body.readableLength > backlogLimit) body.destroy()
  }
  write(`retry: ${retryMs}\n\n`)
  void reply
    .type('text/event-stream; charset=utf-8')
    .header('cache-control', 'no-store, no-transform')
    .header('x-accel-buffering', 'no')
    .send(body)
  return {
    // JSON.stringify leaves no line feed inside, so that one line of data is the whole event.
    send: (type, data, id) => write(`${id === undefined ? '' : `id: ${id}\n`}event: ${type}\ndata: ${JSON.stringify(data)}\n\n`),
    beat: () => write(': \n\n'),
    end: (againMs) => {
      if (againMs !== undefined) write(`retry: ${againMs}\n\n`)
      if (!body.destroyed) body.push(null)
    },
    onEnd: (listener) => body.once('close', listener),
  }
}
