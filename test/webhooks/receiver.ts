import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A system that is told of things, on a real port: it checks the signature as Standard Webhooks asks for. */
export interface Receiver {
  readonly url: string
  readonly got: readonly { readonly id: string; readonly body: { readonly type: string; readonly data: Readonly<Record<string, unknown>> }; readonly isSigned: boolean; readonly text: string }[]
  /** Answers like this from now on. */
  answer(status: number): void
  secret: string
  close(): Promise<void>
}

export async function aReceiver(): Promise<Receiver> {
  const got: Receiver['got'][number][] = []
  let status = 204
  const receiver = { secret: '' }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk)).on('end', () => {
      const text = Buffer.concat(chunks).toString()
      const header = (name: string): string => String(request.headers[name] ?? '')
      const expected = createHmac('sha256', Buffer.from(receiver.secret.slice(6), 'base64')).update(`${header('webhook-id')}.${header('webhook-timestamp')}.${text}`).digest()
      const isSigned = header('webhook-signature').split(' ').some((one) => { const given = Buffer.from(one.replace(/^v1,/, ''), 'base64'); return given.length === expected.length && timingSafeEqual(given, expected) })
      got.push({ id: header('webhook-id'), body: JSON.parse(text) as Receiver['got'][number]['body'], isSigned, text })
      response.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:1/elsewhere' } : {}).end('ok')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks`, got,
    answer: (now: number) => { status = now },
    close: () => new Promise<void>((resolve) => { server.closeAllConnections(); server.close(() => { resolve() }) }),
  })
}
