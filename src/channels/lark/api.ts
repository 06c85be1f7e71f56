import type { Readable } from 'node:stream'
import axios from 'axios'
import type * as Lark from '@larksuiteoapi/node-sdk'
import { z } from 'zod'
import { ChannelError, InputError } from '../../errors.js'
import { classifyRefusal, failureKind, type Refusal } from './failures.js'
import type { Receiver } from './ids.js'
import { sdkLogger, type LarkLog } from './log.js'
import type { Pace } from './pace.js'

/** How long Lark may take to answer a call, ms (ASVS 5.0 16.5.2 wants a limit; Lark answers in well under a second). */
const callTimeoutMs = 5_000
/** The same for a file. */
const fileTimeoutMs = 30_000

/** A message of ours in Lark's form: `content` is JSON as text. */
export interface Body {
  readonly type: 'text' | 'post' | 'interactive' | 'image' | 'file'
  readonly content: string
}

export interface Placed {
  /** Lark's id of our message. */
  readonly messageId: string
  readonly chatId: string | null
}

/** A message that lies with Lark. */
interface KeptMessage {
  readonly type: string
  readonly content: string
  readonly byOurApp: boolean
}

/** The calls of Lark's interface that we use. Each rejects with ChannelError, `refusal` telling what Lark said. */
export interface LarkApi {
  /** Who we are; asked once. */
  botOpenId(): Promise<string>
  create(to: Receiver, body: Body, uuid: string, isUrgent: boolean): Promise<Placed>
  /** Answers a message, in its thread where it stands in one; `inThread` opens one. */
  reply(to: Receiver, messageId: string, body: Body, uuid: string, how: { readonly isUrgent: boolean; readonly inThread: boolean }): Promise<Placed>
  /** Puts another card in the place of ours; at most 14 days after it was sent. */
  patchCard(messageId: string, card: string): Promise<void>
  message(messageId: string): Promise<KeptMessage | null>
  /** A file of a message. Throws InputError when it is larger than `mostBytes`. */
  resource(messageId: string, key: string, type: 'image' | 'file', mostBytes: number): Promise<Buffer>
  /** Keeps a picture with Lark, to be sent; gives its key. */
  uploadImage(bytes: Uint8Array): Promise<string>
  /** Keeps a file with Lark, to be sent under this name; gives its key. */
  uploadFile(bytes: Uint8Array, name: string): Promise<string>
  /** Messages of a chat since then, oldest first, in the form of the event; needs the right to read the history. */
  history(chatId: string, since: number): Promise<readonly unknown[]>
}

/** A call that Lark refused; `refusal` is for the sender to decide whether another way is left. */
export class LarkRefused extends ChannelError {
  constructor(readonly refusal: Refusal, error: ChannelError) {
    super(error.code, error.message, error.retryAfterMs === null ? {} : { retryAfterMs: error.retryAfterMs })
  }
}

interface ApiParts {
  readonly sdk: typeof Lark
  readonly appId: string
  readonly appSecret: string
  /** `https://open.feishu.cn`, `https://open.larksuite.com`, or a stand-in's. */
  readonly domain: string
  readonly pace: Pace
  /** Resolves after so many ms, rejects when the channel stops meanwhile. */
  readonly wait: (ms: number) => Promise<void>
  readonly log: LarkLog
  /** Default 5,000. */
  readonly callMs?: number
}

const envelope = z.object({ code: z.number(), msg: z.string().optional(), data: z.unknown().optional() })
const answered = z.object({ data: z.unknown().optional(), headers: z.unknown().optional() })
const placed = z.object({ message_id: z.string().min(1), chat_id: z.string().optional() })
const botInfo = z.object({ bot: z.object({ open_id: z.string().min(1) }) })
const items = z.object({
  items: z.array(z.object({ message_id: z.string(), msg_type: z.string().optional(), deleted: z.boolean().optional(), sender: z.object({ id: z.string().optional(), sender_type: z.string().optional() }).optional(), body: z.object({ content: z.string() }).optional() }).loose()).default([]),
  has_more: z.boolean().optional(),
  page_token: z.string().optional(),
})
const imageKey = z.object({ image_key: z.string().min(1) })
const fileKey = z.object({ file_key: z.string().min(1) })

/** Pages of history that are read; what is older is told to be written again. */
const mostPages = 10

/** Our own HTTP: with a limit of time, no proxy from the environment, and the shape the SDK asks for. */
export function createHttp(timeout = callTimeoutMs): Lark.HttpInstance {
  const http = axios.create({ timeout, proxy: false, maxRedirects: 0 })
  http.interceptors.response.use((response) => {
    const { $return_headers: withHeaders } = response.config as { $return_headers?: boolean }
    return (withHeaders === true ? { data: response.data as unknown, headers: response.headers } : response.data) as typeof response
  })
  return http as unknown as Lark.HttpInstance
}

/** Tokens by the SDK's key; ours so that a token that was revoked can be forgotten. */
function tokenCache(): Lark.Cache & { forget(): void } {
  const values = new Map<string, { readonly value: unknown; readonly until: number | undefined }>()
  const nameOf = (key: Parameters<Lark.Cache['get']>[0], namespace?: string): string => `${namespace ?? ''}/${String(key)}`
  return {
    get: async (key, options) => {
      const known = values.get(nameOf(key, options?.namespace))
      return known !== undefined && (known.until === undefined || known.until > Date.now()) ? known.value : undefined
    },
    set: async (key, value, until, options) => {
      values.set(nameOf(key, options?.namespace), { value, until })
      return true
    },
    forget: () => { values.clear() },
  }
}

export function createApi({ sdk, appId, appSecret, domain, pace, wait, log, callMs }: ApiParts): LarkApi {
  const cache = tokenCache()
  const http = createHttp(callMs)
  const client = new sdk.Client({ appId, appSecret, domain, cache, httpInstance: http, loggerLevel: sdk.LoggerLevel.warn, logger: sdkLogger(log) })
  let token: Promise<string | undefined> | null = null
  let bot: Promise<string> | null = null

  /** One request for a token at a time; known, it costs nothing. */
  function ready(): Promise<string | undefined> {
    token ??= client.tokenManager.getTenantAccessToken().finally(() => { token = null })
    return token
  }

  interface Call {
    readonly method: 'GET' | 'POST' | 'PATCH'
    readonly url: string
    readonly params?: Readonly<Record<string, string | number>>
    readonly data?: unknown
    readonly responseType?: 'stream'
    readonly timeout?: number
    /** Instead of `data`; the SDK takes such a form apart, and files without a name come to nothing. */
    readonly form?: FormData
  }

  /** One call, with a token; without a call, only the token. */
  async function once(what: string, call: Call | null): Promise<unknown> {
    try {
      const bearer = await ready()
      if (call === null) return null
      const { form, ...plain } = call
      const answer: unknown = form === undefined
        ? await client.request({ ...plain, $return_headers: true } as never)
        : await http.request({ ...plain, url: `${domain}${plain.url}`, data: form, headers: { Authorization: `Bearer ${bearer ?? ''}` }, $return_headers: true } as never)
      const { data, headers } = answered.parse(answer)
      if (call.responseType === 'stream') return data
      const body = envelope.safeParse(data)
      if (body.success && body.data.code === 0) return what === 'who we are' ? data : body.data.data
      // Lark answers some limits with 200 and a code.
      throw refused(what, { status: 200, code: body.success ? body.data.code : null, resetSeconds: resetOf(headers), network: null })
    } catch (error) {
      throw error instanceof ChannelError ? error : refused(what, await refusalOf(error))
    }
  }

  async function ask(what: string, call: Call): Promise<unknown> {
    try {
      return await once(what, call)
    } catch (error) {
      if (!(error instanceof LarkRefused) || failureKind(error.refusal) !== 'bad-token') throw error
      // A token that was revoked before its time is not noticed by the SDK.
      cache.forget()
      return once(what, call)
    }
  }

  /** A message to somebody: at its pace, and what Lark says about limits holds for all that follow. */
  async function send(what: string, to: Receiver, isUrgent: boolean, call: Call): Promise<Placed> {
    // Before its place is taken: the first ones would leave together with those after them.
    await once(what, null)
    const waitMs = pace.place(to.id, isUrgent)
    if (waitMs > 0) await wait(waitMs)
    try {
      const { message_id: messageId, chat_id: chatId } = placed.parse(await ask(what, call))
      return { messageId, chatId: chatId ?? null }
    } catch (error) {
      if (error instanceof LarkRefused && error.code === 'rate-limited') pace.hold(error.refusal.code === 230020 ? to.id : null, error.retryAfterMs ?? 1_000)
      throw error
    }
  }

  return {
    botOpenId() {
      bot ??= ask('who we are', { method: 'GET', url: '/open-apis/bot/v3/info' }).then((answer) => botInfo.parse(answer).bot.open_id)
      bot.catch(() => { bot = null })
      return bot
    },

    create: (to, body, uuid, isUrgent) =>
      send('message', to, isUrgent, { method: 'POST', url: '/open-apis/im/v1/messages', params: { receive_id_type: to.by }, data: { receive_id: to.id, msg_type: body.type, content: body.content, uuid } }),

    reply: (to, messageId, body, uuid, { isUrgent, inThread }) =>
      send('reply', to, isUrgent, { method: 'POST', url: `/open-apis/im/v1/messages/${encodeURIComponent(messageId)}/reply`, data: { msg_type: body.type, content: body.content, reply_in_thread: inThread, uuid } }),

    async patchCard(messageId, card) {
      await ask('card', { method: 'PATCH', url: `/open-apis/im/v1/messages/${encodeURIComponent(messageId)}`, data: { content: card } })
    },

    async message(messageId) {
      const [found] = items.parse(await ask('look', { method: 'GET', url: `/open-apis/im/v1/messages/${encodeURIComponent(messageId)}` })).items
      if (found?.body === undefined || found.deleted === true) return null
      return { type: found.msg_type ?? 'text', content: found.body.content, byOurApp: found.sender?.sender_type === 'app' && found.sender.id === appId }
    },

    async resource(messageId, key, type, mostBytes) {
      const stream = (await ask('file', {
        method: 'GET', url: `/open-apis/im/v1/messages/${encodeURIComponent(messageId)}/resources/${encodeURIComponent(key)}`, params: { type }, responseType: 'stream', timeout: fileTimeoutMs,
      })) as Readable
      return readUpTo(stream, mostBytes)
    },

    async uploadImage(bytes) {
      const form = new FormData()
      form.set('image_type', 'message')
      form.set('image', new File([Buffer.from(bytes)], 'picture'))
      return imageKey.parse(await ask('picture', { method: 'POST', url: '/open-apis/im/v1/images', form, timeout: fileTimeoutMs })).image_key
    },

    async uploadFile(bytes, name) {
      const form = new FormData()
      // `stream` is what Lark calls a file that it offers for download and does nothing else with.
      form.set('file_type', 'stream')
      form.set('file_name', name)
      form.set('file', new File([Buffer.from(bytes)], name))
      return fileKey.parse(await ask('upload', { method: 'POST', url: '/open-apis/im/v1/files', form, timeout: fileTimeoutMs })).file_key
    },

    async history(chatId, since) {
      const found: unknown[] = []
      let page: string | undefined
      for (let count = 0; count < mostPages; count += 1) {
        const answer = items.parse(await ask('history', {
          method: 'GET', url: '/open-apis/im/v1/messages',
          params: { container_id_type: 'chat', container_id: chatId, start_time: Math.floor(since / 1_000), sort_type: 'ByCreateTimeAsc', page_size: 50, ...(page === undefined ? {} : { page_token: page }) },
        }))
        found.push(...answer.items)
        if (answer.has_more !== true || answer.page_token === undefined) break
        page = answer.page_token
      }
      return found
    },
  }
}

function refused(what: string, refusal: Refusal): LarkRefused {
  return new LarkRefused(refusal, classifyRefusal(what, refusal))
}

/** What Lark, or the network, said in an error of axios; anything else counts as no answer. */
async function refusalOf(error: unknown): Promise<Refusal> {
  if (!axios.isAxiosError(error)) return { status: null, code: null, resetSeconds: null, network: error instanceof z.ZodError ? null : 'ENOANSWER' }
  const { response } = error
  if (response === undefined) return { status: null, code: null, resetSeconds: null, network: error.code ?? 'ENOANSWER' }
  const body = envelope.safeParse(isStream(response.data) ? await readJson(response.data) : response.data)
  return { status: response.status, code: body.success ? body.data.code : null, resetSeconds: resetOf(response.headers), network: null }
}

function resetOf(headers: unknown): number | null {
  const seconds = Number((headers as Readonly<Record<string, unknown>> | null | undefined)?.['x-ogw-ratelimit-reset'])
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3_600) : null
}

function isStream(data: unknown): data is Readable {
  return typeof (data as Partial<Readable> | null)?.pipe === 'function'
}

/** A refused download brings its code in a stream. */
async function readJson(stream: Readable): Promise<unknown> {
  try {
    return JSON.parse((await readUpTo(stream, 64 * 1024)).toString('utf8'))
  } catch {
    return null
  }
}

async function readUpTo(stream: Readable, most: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length
    if (length > most) {
      stream.destroy()
      throw new InputError('too-large', `文件太大，最多 ${Math.floor(most / 1024 / 1024)} MB`)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}
