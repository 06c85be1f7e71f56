import { createCipheriv, createHash, randomBytes, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import protobuf from 'protobufjs'
import { WebSocketServer, type WebSocket } from 'ws'

/** Lark's frames as its SDK speaks them. */
const { root } = protobuf.parse(`syntax="proto2"; package pbbp2;
  message Header { required string key = 1; required string value = 2; }
  message Frame { required uint64 SeqID = 1; required uint64 LogID = 2; required int32 service = 3; required int32 method = 4; repeated Header headers = 5;
    optional string payload_encoding = 6; optional string payload_type = 7; optional bytes payload = 8; optional string LogIDNew = 9; }`)
const Frame = root.lookupType('pbbp2.Frame')
const headersOf = (pairs: Readonly<Record<string, string | number>>): unknown[] => Object.entries(pairs).map(([key, value]) => ({ key, value: String(value) }))

/** A message of the bot's as it lies with Lark. */
export interface Shown {
  readonly id: string
  /** The group's id, or the person's in a private chat. */
  readonly to: string
  readonly type: string
  content: string
  readonly replyTo: string | null
  readonly at: number
}

/** What the next calls meet: an answer of Lark's, or none. */
export type Fault = { readonly status: number; readonly code: number; readonly resetSeconds?: number; /** The message arrives all the same. */ readonly butDone?: boolean } | 'hang'

export interface Delivered {
  readonly how: 'acknowledged' | 'refused'
  /** What went back to the client: a toast, a card. */
  readonly answer: unknown
}

export interface LarkStandIn {
  readonly domain: string
  readonly appId: string
  readonly appSecret: string
  readonly botOpenId: string
  /** The bot's messages, oldest first. */
  readonly shown: readonly Shown[]
  /** Calls of the sending interface, with their times, whether they succeeded or not. */
  readonly calls: readonly { readonly to: string; readonly at: number; readonly code: number }[]
  readonly tokensGiven: number
  /** Method and path of every call, ids as `:message_id` and `:file_key`. */
  readonly asked: ReadonlySet<string>
  /** Requests that the SDK made with a token, for what must never be logged. */
  readonly tokens: readonly string[]
  connections(): number
  /** Sends one event to one of the connected clients, by chance as Lark does; `refused` when nobody is there or it was not acknowledged in time. */
  event(type: string, event: object, how?: { readonly eventId?: string; readonly at?: number; readonly fragments?: number; readonly withinMs?: number }): Promise<Delivered>
  /** A message as its event. */
  message(from: string, text: string, how?: { readonly chat?: string; readonly id?: string; readonly at?: number; readonly mentionsBot?: boolean; readonly type?: string; readonly content?: object; readonly mentions?: readonly object[]; readonly parent?: string; readonly senderType?: string }): object
  /** The next calls of the sending interface fail so, one each. */
  failNext(...faults: readonly Fault[]): void
  /** Keeps Lark's limits: 5 a second to one receiver, 50 a second and 1,000 a minute in all. */
  keepLimits(): void
  /** Chats and persons that cannot be reached, with Lark's code. */
  readonly gone: Map<string, number>
  /** Files by message and key. */
  readonly files: Map<string, Buffer>
  /** Pictures and files that the bot brought, by key. */
  readonly uploads: ReadonlyMap<string, Buffer>
  /** Messages that lie with Lark, by chat: what the history tells. */
  readonly history: Map<string, object[]>
  /** The app has no right to read what was written. */
  hideHistory(): void
  revokeTokens(): void
  /** Messages that can no longer be replied to. */
  readonly takenBack: Set<string>
  /** Cuts every connection; with `isDown` no new one is taken until `up`. */
  drop(isDown?: boolean): void
  up(): void
  /** The connections stay open and say nothing any more, as behind a router that forgot them. */
  freeze(): void
  refuseApp(isRefused: boolean): void
  /** The webhook's headers and body for an event, signed as Lark does. */
  sign(payload: object, encryptKey: string, at: number, nonce?: string): { readonly headers: Record<string, string>; readonly body: string }
  close(): Promise<void>
}

export async function larkStandIn(given: { readonly pingSeconds?: number; readonly chance?: () => number } = {}): Promise<LarkStandIn> {
  const appId = `cli_${randomBytes(8).toString('hex')}`
  const appSecret = 'stand-in-secret'
  const botOpenId = 'ou_bot'
  const chance = given.chance ?? (() => 0)
  const shown: Shown[] = []
  const byUuid = new Map<string, Shown>()
  const calls: { to: string; at: number; code: number }[] = []
  const faults: Fault[] = []
  const tokens: string[] = []
  const asked = new Set<string>()
  const valid = new Set<string>()
  const gone = new Map<string, number>()
  const files = new Map<string, Buffer>()
  const uploads = new Map<string, Buffer>()
  const history = new Map<string, object[]>()
  const takenBack = new Set<string>()
  const clients = new Set<WebSocket>()
  const sockets = new Set<Socket>()
  const waiting = new Map<string, (delivered: Delivered) => void>()
  let isLimited = false
  let isDown = false
  let isFrozen = false
  let isRefused = false
  let isHidden = false
  let serial = 0

  const config = () => ({ ReconnectCount: -1, ReconnectInterval: 1, ReconnectNonce: 0, PingInterval: given.pingSeconds ?? 120 })

  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy())
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  const webSockets = new WebSocketServer({ noServer: true, autoPong: false })
  server.on('upgrade', (request, socket, head) => {
    if (isDown) return void socket.destroy()
    webSockets.handleUpgrade(request, socket, head, (client) => {
      clients.add(client)
      client.setMaxListeners(0)
      client.on('close', () => clients.delete(client))
      client.on('error', () => undefined)
      const frozen = (): boolean => isFrozen && frozenClients.has(client)
      client.on('ping', () => { if (!frozen()) client.pong() })
      client.on('message', (data: Buffer) => {
        if (frozen()) return
        const frame = Frame.decode(data) as unknown as { method: number; headers: { key: string; value: string }[]; payload?: Uint8Array }
        const header = (name: string): string | undefined => frame.headers.find(({ key }) => key === name)?.value
        if (frame.method === 0 && header('type') === 'ping') {
          client.send(Frame.encode(Frame.create({ SeqID: 0, LogID: 0, service: 33, method: 0, headers: headersOf({ type: 'pong' }), payload: Buffer.from(JSON.stringify(config())) })).finish())
        } else if (frame.method === 1) {
          const done = waiting.get(header('message_id') ?? '')
          const { code, data: back } = JSON.parse(Buffer.from(frame.payload ?? new Uint8Array()).toString()) as { code: number; data?: string }
          done?.({ how: code === 200 ? 'acknowledged' : 'refused', answer: back === undefined ? null : JSON.parse(Buffer.from(back, 'base64').toString()) })
        }
      })
    })
  })
  const frozenClients = new Set<WebSocket>()

  function say(response: ServerResponse, status: number, body: object, headers: Record<string, string> = {}): void {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers }).end(JSON.stringify(body))
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://lark')
    asked.add(`${request.method ?? ''} ${url.pathname.replace(/(\/messages\/)[^/]+/, '$1:message_id').replace(/(\/resources\/)[^/]+/, '$1:file_key')}`)
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const kept = /^\/open-apis\/im\/v1\/(image|file)s$/.exec(url.pathname)?.[1]
    if (kept !== undefined) {
      const whole = Buffer.concat(chunks)
      const form = await new Response(whole, { headers: { 'content-type': request.headers['content-type'] ?? '' } }).formData()
      const part = form.get(kept)
      const key = `${kept === 'image' ? 'img' : 'file'}_${uploads.size + 1}`
      uploads.set(key, part instanceof Blob ? Buffer.from(await part.arrayBuffer()) : Buffer.alloc(0))
      return say(response, 200, { code: 0, data: { [`${kept}_key`]: key } })
    }
    const text = Buffer.concat(chunks).toString()
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, string>
    if (isDown) return void response.destroy()
    if (url.pathname === '/callback/ws/endpoint') {
      if (isRefused || body['AppSecret'] !== appSecret) return say(response, 200, { code: 10014, msg: 'app secret invalid', data: {} })
      const { port } = server.address() as AddressInfo
      return say(response, 200, { code: 0, msg: 'ok', data: { URL: `ws://127.0.0.1:${port}/ws/v2?device_id=d&service_id=33`, ClientConfig: config() } })
    }
    if (url.pathname === '/open-apis/auth/v3/tenant_access_token/internal') {
      if (body['app_secret'] !== appSecret) return say(response, 400, { code: 10014, msg: 'app secret invalid' })
      const token = `t-${randomUUID()}`
      tokens.push(token)
      valid.add(token)
      return say(response, 200, { code: 0, msg: 'ok', tenant_access_token: token, expire: 7_200 })
    }
    if (!valid.has((request.headers.authorization ?? '').replace('Bearer ', ''))) return say(response, 400, { code: 99991663, msg: 'Invalid access token' })
    if (url.pathname === '/open-apis/bot/v3/info') return say(response, 200, { code: 0, msg: 'ok', bot: { open_id: botOpenId, app_name: '新荷小助手', activate_status: 2 } })
    return im(request.method ?? 'GET', url, body, response)
  }

  async function im(method: string, url: URL, body: Record<string, string>, response: ServerResponse): Promise<void> {
    const [, id, verb, key] = /^\/open-apis\/im\/v1\/messages(?:\/([^/]+))?(?:\/([^/]+))?(?:\/([^/]+))?$/.exec(url.pathname) ?? []
    if (method === 'GET' && id === undefined) {
      if (isHidden) return say(response, 400, { code: 230027, msg: 'Lack of necessary permissions' })
      const since = Number(url.searchParams.get('start_time')) * 1_000
      return say(response, 200, { code: 0, data: { has_more: false, items: (history.get(url.searchParams.get('container_id') ?? '') ?? []).filter((one) => Number((one as { create_time: string }).create_time) >= since) } })
    }
    if (method === 'GET' && verb === 'resources') {
      const file = files.get(`${id}/${key}`)
      if (file === undefined) return say(response, 400, { code: 234003, msg: 'File not in message' })
      response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(file)
      return
    }
    if (method === 'GET') {
      const ours = shown.find((one) => one.id === id)
      const theirs = [...history.values()].flat().find((one) => (one as { message_id: string }).message_id === id)
      if (ours !== undefined) return say(response, 200, { code: 0, data: { items: [{ message_id: ours.id, msg_type: ours.type, sender: { id: appId, id_type: 'app_id', sender_type: 'app' }, body: { content: ours.content } }] } })
      return theirs === undefined ? say(response, 400, { code: 230011, msg: 'message recalled' }) : say(response, 200, { code: 0, data: { items: [theirs] } })
    }
    if (method === 'PATCH') {
      const known = shown.find((one) => one.id === id)
      if (known === undefined) return say(response, 400, { code: 230011, msg: 'message recalled' })
      if (takenBack.has(known.id)) return say(response, 400, { code: 230031, msg: 'card too old' })
      if (known.type !== 'interactive') return say(response, 400, { code: 230001, msg: 'This message is NOT a card.' })
      known.content = body['content'] ?? ''
      return say(response, 200, { code: 0, data: {} })
    }
    place(verb === 'reply' ? (id ?? null) : null, url, body, response)
  }

  function place(replyTo: string | null, _url: URL, body: Record<string, string>, response: ServerResponse): void {
    const to = replyTo === null ? (body['receive_id'] ?? '') : (shown.find((one) => one.id === replyTo)?.to ?? chatOf.get(replyTo) ?? '')
    const at = Date.now()
    const end = (status: number, code: number, data: object | null, headers: Record<string, string> = {}): void => {
      calls.push({ to, at, code })
      say(response, status, data === null ? { code, msg: 'refused' } : { code, msg: 'ok', data }, headers)
    }
    const put = (): Shown => {
      const known = byUuid.get(body['uuid'] ?? '')
      if (known !== undefined) return known
      const one: Shown = { id: `om_bot${(serial += 1)}`, to, type: body['msg_type'] ?? '', content: body['content'] ?? '', replyTo, at }
      shown.push(one)
      if (body['uuid'] !== undefined) byUuid.set(body['uuid'], one)
      return one
    }
    const fault = faults.shift()
    if (fault === 'hang') return void calls.push({ to, at, code: -1 })
    if (fault !== undefined) {
      if (fault.butDone === true) put()
      return end(fault.status, fault.code, null, fault.resetSeconds === undefined ? {} : { 'x-ogw-ratelimit-reset': String(fault.resetSeconds) })
    }
    if (isLimited) {
      const within = (ms: number, mine: boolean): number => calls.filter((call) => call.code === 0 && at - call.at < ms && (!mine || call.to === to)).length
      if (within(1_000, true) >= 5) return end(400, 230020, null)
      if (within(1_000, false) >= 50 || within(60_000, false) >= 1_000) return end(429, 99991400, null, { 'x-ogw-ratelimit-reset': '1' })
    }
    const unreachable = gone.get(to)
    if (unreachable !== undefined) return end(400, unreachable, null)
    if (replyTo !== null && takenBack.has(replyTo)) return end(400, 230011, null)
    const one = put()
    end(200, 0, { message_id: one.id, chat_id: to.startsWith('oc_') ? to : `oc_p2p_${to}` })
  }

  /** Which chat or person a message came from, to know where a reply goes. */
  const chatOf = new Map<string, string>()

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo

  return {
    domain: `http://127.0.0.1:${port}`, appId, appSecret, botOpenId, shown, calls, tokens, asked, gone, files, uploads, history, takenBack,
    get tokensGiven() { return tokens.length },
    connections: () => clients.size,
    failNext: (...next) => { faults.push(...next) },
    keepLimits: () => { isLimited = true },
    hideHistory: () => { isHidden = true },
    revokeTokens: () => { valid.clear() },

    message(from, text, how = {}) {
      const id = how.id ?? `om_${randomUUID().replaceAll('-', '')}`
      const isGroup = how.chat !== undefined
      chatOf.set(id, how.chat ?? from)
      const mentions = [...(how.mentionsBot === true ? [{ key: '@_user_1', id: { open_id: botOpenId }, name: '新荷小助手' }] : []), ...(how.mentions ?? [])]
      return {
        sender: { sender_id: { open_id: from, union_id: `on_${from}`, user_id: from }, sender_type: how.senderType ?? 'user', tenant_key: 'tenant' },
        message: {
          message_id: id, create_time: String(how.at ?? Date.now()), update_time: String(how.at ?? Date.now()), chat_id: how.chat ?? `oc_p2p_${from}`, chat_type: isGroup ? 'group' : 'p2p',
          message_type: how.type ?? 'text', content: JSON.stringify(how.content ?? { text: how.mentionsBot === true ? `@_user_1 ${text}` : text }),
          ...(mentions.length === 0 ? {} : { mentions }), ...(how.parent === undefined ? {} : { parent_id: how.parent, root_id: how.parent }),
        },
      }
    },

    event(type, event, how = {}) {
      const all = [...clients]
      const client = all[Math.floor(chance() * all.length)]
      if (client === undefined) return Promise.resolve({ how: 'refused', answer: null })
      const key = randomUUID()
      const payload = Buffer.from(JSON.stringify(envelope(type, event, how.eventId ?? randomUUID(), how.at ?? Date.now(), appId)))
      const sum = how.fragments ?? 1
      return new Promise((resolve) => {
        const end = (delivered: Delivered): void => {
          clearTimeout(timer)
          waiting.delete(key)
          client.off('close', lost)
          resolve(delivered)
        }
        const lost = (): void => { end({ how: 'refused', answer: null }) }
        const timer = setTimeout(lost, how.withinMs ?? 3_000)
        client.on('close', lost)
        waiting.set(key, end)
        for (let seq = 0; seq < sum; seq += 1) {
          const part = payload.subarray(Math.floor((payload.length * seq) / sum), Math.floor((payload.length * (seq + 1)) / sum))
          client.send(Frame.encode(Frame.create({ SeqID: seq + 1, LogID: 1, service: 33, method: 1, headers: headersOf({ type: 'event', message_id: key, trace_id: 't', sum, seq }), payload: part })).finish())
        }
      })
    },

    drop(down = false) {
      isDown = down
      for (const client of clients) client.terminate()
    },
    up() {
      isDown = false
    },
    freeze() {
      isFrozen = true
      for (const client of clients) frozenClients.add(client)
    },
    refuseApp: (refuse) => { isRefused = refuse },

    sign(payload, encryptKey, at, nonce = randomUUID()) {
      const iv = randomBytes(16)
      const cipher = createCipheriv('aes-256-cbc', createHash('sha256').update(encryptKey).digest(), iv)
      const encrypt = Buffer.concat([iv, cipher.update(JSON.stringify(payload)), cipher.final()]).toString('base64')
      const body = JSON.stringify({ encrypt })
      const time = String(Math.floor(at / 1_000))
      return {
        body,
        headers: {
          'content-type': 'application/json', 'x-lark-request-timestamp': time, 'x-lark-request-nonce': nonce,
          'x-lark-signature': createHash('sha256').update(time + nonce + encryptKey + body).digest('hex'),
        },
      }
    },

    async close() {
      for (const client of clients) client.terminate()
      webSockets.close()
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** An event of schema 2.0. */
export function envelope(type: string, event: object, eventId: string, at: number, appId: string): object {
  return { schema: '2.0', header: { event_id: eventId, event_type: type, create_time: String(at), token: 'verification-token', app_id: appId, tenant_key: 'tenant' }, event }
}

/** What a message of ours says to who looks at it, the parts behind 详情 included. */
export function wordsOf({ type, content }: Pick<Shown, 'type' | 'content'>): string {
  const parsed: unknown = JSON.parse(content)
  if (type === 'text') return (parsed as { text: string }).text
  const found: string[] = []
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(walk)
    else if (node !== null && typeof node === 'object') {
      const { tag, content: words } = node as { tag?: string; content?: string }
      if (tag === 'plain_text' && typeof words === 'string') found.push(words)
      for (const [key, value] of Object.entries(node)) if (key !== 'value') walk(value)
    }
  }
  walk((parsed as { body?: unknown; header?: unknown }).header)
  walk((parsed as { body?: unknown }).body)
  return found.join('\n')
}

type Node = Readonly<Record<string, unknown>>

/** Every element of a card of ours, the outer before the inner. */
function elementsOf({ type, content }: Pick<Shown, 'type' | 'content'>): readonly Node[] {
  const found: Node[] = []
  const walk = (node: unknown): void => {
    if (Array.isArray(node)) node.forEach(walk)
    else if (node !== null && typeof node === 'object') {
      found.push(node as Node)
      Object.values(node).forEach(walk)
    }
  }
  if (type === 'interactive') walk(JSON.parse(content))
  return found
}

/** What can be pressed on it, with what comes back. */
export function buttonsOf(shown: Pick<Shown, 'type' | 'content'>): readonly { readonly text: string; readonly value: unknown; readonly name: string | null }[] {
  return elementsOf(shown).filter(({ tag }) => tag === 'button').map((button) => {
    const { text, behaviors, name } = button as unknown as { text: { content: string }; behaviors: { value: unknown }[]; name?: string }
    return { text: text.content, value: behaviors[0]?.value, name: name ?? null }
  })
}

/** What can be filled in or picked from on it. */
export function fieldsOf(shown: Pick<Shown, 'type' | 'content'>): readonly { readonly name: string; readonly words: string; readonly options: readonly { readonly text: string; readonly value: string }[] }[] {
  return elementsOf(shown).filter(({ tag }) => tag === 'input' || tag === 'select_static').map((field) => {
    const { name, label, placeholder, options } = field as unknown as { name: string; label?: { content: string }; placeholder?: { content: string }; options?: { text: { content: string }; value: string }[] }
    return { name, words: `${label?.content ?? ''} ${placeholder?.content ?? ''}`.trim(), options: (options ?? []).map((one) => ({ text: one.text.content, value: one.value })) }
  })
}
