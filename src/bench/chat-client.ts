import { randomUUID } from 'node:crypto'
import { Agent, request, type IncomingMessage } from 'node:http'
import type { ChatHistory, ChatLine, ChatSend, ChatSessionInfo } from '../channels/web-types.js'

/** An answer of the server: its status and body, whatever they are. */
export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** Keeps connections open; one for all clients of a process. */
const agent = new Agent({ keepAlive: true, maxSockets: 200 })

export interface Call {
  readonly method?: string
  readonly cookie?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Address of this machine to call from (127.x.x.x), so that limits by address see many homes. */
  readonly from?: string
  /** Longest wait for the whole answer, ms. Default 15,000. */
  readonly timeoutMs?: number
}

/** One HTTP call; rejects only when no answer came. */
export function call(base: string, path: string, { method = 'GET', cookie, headers, body, from, timeoutMs = 15_000 }: Call = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, base), {
      method,
      agent,
      ...(from === undefined ? {} : { localAddress: from }),
      headers: { ...(cookie === undefined ? {} : { cookie }), ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }), ...headers },
    })
    const timer = setTimeout(() => sent.destroy(new Error(`no answer from ${path} within ${timeoutMs} ms`)), timeoutMs)
    sent.on('error', (error) => {
      clearTimeout(timer)
      reject(error)
    })
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        clearTimeout(timer)
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString('utf8') })
      })
    })
    sent.end(body)
  })
}

const json = { 'content-type': 'application/json' } as const

/** A resident at a browser: one session of the web chat. */
export interface ChatClient {
  readonly session: ChatSessionInfo
  readonly cookie: string
  readonly privateId: string
  readonly roomId: string
  /** Goes on with the same session at another address of the server (after a restart). */
  at(base: string): ChatClient
  /** Sends a line; resolves to the server's answer (202 = durable). The same `clientId` is the same message. */
  send(text: string, more?: Partial<ChatSend>): Promise<Answer & { readonly clientId: string }>
  history(conversationId?: string): Promise<ChatHistory>
  /** Opens the live stream; resolves once the server has answered. */
  listen(onLine: (line: ChatLine) => void): Promise<{ close(): void }>
}

/** Enters a community as a new resident, from an address of this machine. */
export async function enterChat(base: string, communityId: string, from?: string): Promise<ChatClient> {
  const entered = await call(base, '/api/chat/session', { ...(from === undefined ? {} : { from }), method: 'POST', headers: json, body: JSON.stringify({ communityId }) })
  if (entered.status >= 300) throw new Error(`the chat did not let us in: ${entered.status} ${entered.body.slice(0, 300)}`)
  const cookie = (entered.headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ')
  return clientOf(base, cookie, JSON.parse(entered.body) as ChatSessionInfo)
}

function clientOf(base: string, cookie: string, session: ChatSessionInfo): ChatClient {
  const idOf = (chat: 'private' | 'group') => session.conversations.find((each) => each.chat === chat)?.id ?? ''
  const privateId = idOf('private')
  return {
    session,
    cookie,
    privateId,
    roomId: idOf('group'),
    at: (other) => clientOf(other, cookie, session),
    async send(text, more = {}) {
      const line: ChatSend = { conversationId: privateId, clientId: randomUUID(), text, attachmentIds: [], ...more }
      const answer = await call(base, '/api/chat/messages', { method: 'POST', cookie, headers: json, body: JSON.stringify(line) })
      return { ...answer, clientId: line.clientId }
    },
    async history(conversationId = privateId) {
      const answer = await call(base, `/api/chat/messages?conversation=${encodeURIComponent(conversationId)}`, { cookie })
      return JSON.parse(answer.body) as ChatHistory
    },
    listen: (onLine) => listen(base, cookie, onLine),
  }
}

/** Server-sent events: `line` carries a ChatLine, everything else is let pass. */
function listen(base: string, cookie: string, onLine: (line: ChatLine) => void): Promise<{ close(): void }> {
  return new Promise((resolve, reject) => {
    const stream = request(new URL('/api/chat/stream', base), { headers: { cookie, accept: 'text/event-stream' }, agent: false })
    stream.on('error', reject)
    stream.on('response', (response) => {
      if (response.statusCode !== 200) {
        stream.destroy()
        reject(new Error(`the stream was refused: ${response.statusCode ?? 0}`))
        return
      }
      let rest = ''
      response.setEncoding('utf8')
      response.on('error', () => undefined)
      response.on('data', (chunk: string) => {
        const events = (rest + chunk).split('\n\n')
        rest = events.pop() ?? ''
        for (const event of events) {
          const line = readLineEvent(event)
          if (line) onLine(line)
        }
      })
      resolve({ close: () => stream.destroy() })
    })
    stream.end()
  })
}

function readLineEvent(event: string): ChatLine | null {
  const fields = event.split('\n').map((field) => /^(\w+): ?(.*)$/s.exec(field))
  const valueOf = (name: string) => fields.filter((field) => field?.[1] === name).map((field) => field?.[2] ?? '').join('\n')
  if (valueOf('event') !== 'line') return null
  return JSON.parse(valueOf('data')) as ChatLine
}
