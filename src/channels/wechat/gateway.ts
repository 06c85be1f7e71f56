import { fork, type ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { ChannelError } from '../../errors.js'
import { news, type Failure, type GatewaySettings, type News, type Order, type Timings } from './wire.js'

/** 10 s between probes and 30 s without an answer: a deaf gateway is known within 40 s, well below the minute in which it has to be. */
const defaultTimings: Timings = { probeEveryMs: 10_000, deafAfterMs: 30_000, againAfterMs: 500 }
/** The process says every 5 s that it runs; one silent for longer hangs and is ended, ms. */
const silentForMs = 30_000
/** Web puppets never let go of memory (2 GB in days were seen); the process begins anew before that, bytes. */
const mostMemoryBytes = 1_200 * 1024 * 1024
/** An order without an answer, ms; longer than the process itself waits. */
const orderWithinMs = 30_000
const longestWaitMs = 30_000
/** One that ran so long before it ended is begun anew at once, ms. */
const ranWellMs = 60_000

/** What comes from the gateway's process, its answers to orders apart. */
export type GatewayNews = Exclude<News, { readonly news: 'alive' | 'sent' | 'file' | 'done' | 'failed' }> | { readonly news: 'ended'; readonly reason: string }

type Answer = Extract<News, { readonly call: number }>

type NewOrder = Order extends infer One ? (One extends { readonly call: number } ? Omit<One, 'call'> : never) : never

export interface Gateway {
  /** Begins the process; what it finds comes as news. */
  start(): void
  /** Sends a text; fulfilled with the platform's id. Rejects with ChannelError. */
  send(to: string, text: string): Promise<string | null>
  /** Sends a file; its name tells WeChat what it is. */
  sendFile(to: string, name: string, bytes: Uint8Array): Promise<string | null>
  fetch(messageId: string, isImage: boolean): Promise<Buffer>
  acceptFriend(friendshipId: string): Promise<void>
  /** When WeChat last gave a sign of life, ms since 1970; `null` never in this process. */
  readonly heardAt: number | null
  readonly pid: number | null
  stop(): Promise<void>
}

export interface GatewayParts {
  readonly settings: GatewaySettings
  /** Where wechaty may write: its login and its cache. Also the process's HOME. */
  readonly folder: string
  readonly onNews: (said: GatewayNews) => void
  readonly now: () => number
  readonly timings?: Timings
  /** The process's script; for tests. */
  readonly script?: string
}

/** wechaty in a process of its own, begun anew whenever it ends; its end never is ours. */
export function createGateway(parts: GatewayParts): Gateway {
  const { settings, folder, onNews, now } = parts
  const script = parts.script ?? fileURLToPath(new URL('./gateway-process.js', import.meta.url))
  const waiting = new Map<number, { readonly settle: (said: Answer) => void; readonly fail: (error: Error) => void }>()
  let calls = 0
  let child: ChildProcess | null = null
  let isStopped = true
  let failures = 0
  let beginning: NodeJS.Timeout | null = null
  let watching: NodeJS.Timeout | null = null
  let aliveAt = 0
  let heardAt: number | null = null
  let reportedAt: number | null = null

  function begin(): void {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    // The machine's own clock: a corrected time of day must not end a healthy process.
    const begunAt = performance.now()
    aliveAt = begunAt
    // Nothing of our environment: the store's key has no business there.
    const { PATH, TZ, LANG } = process.env
    const env = { HOME: folder, WECHATY_LOG: 'silent', NODE_ENV: 'production', ...(PATH === undefined ? {} : { PATH }), ...(TZ === undefined ? {} : { TZ }), ...(LANG === undefined ? {} : { LANG }) }
    const mine = fork(script, [], { cwd: folder, env, execArgv: [], stdio: ['ignore', 'ignore', 'ignore', 'ipc'], serialization: 'json' })
    child = mine
    mine.on('error', () => undefined)
    mine.on('message', (said) => { if (child === mine) hear(said) })
    mine.once('exit', (code, signal) => {
      if (child !== mine) return
      child = null
      heardAt = null
      for (const { fail } of waiting.values()) fail(new ChannelError('unknown-delivery', 'wechat: the gateway process ended before it answered'))
      waiting.clear()
      if (isStopped) return
      failures = performance.now() - begunAt > ranWellMs ? 0 : failures + 1
      onNews({ news: 'ended', reason: signal ?? `code ${code ?? 0}` })
      beginning = setTimeout(begin, failures === 0 ? 0 : Math.min(longestWaitMs, (parts.timings ?? defaultTimings).againAfterMs * 2 ** (failures - 1)))
    })
    tell({ order: 'begin', settings, timings: parts.timings ?? defaultTimings })
  }

  function tell(given: Order): void {
    if (child?.connected === true) child.send(given, () => undefined)
  }

  function hear(said: unknown): void {
    const parsed = news.safeParse(said)
    if (!parsed.success) {
      onNews({ news: 'fault', reason: 'unreadable news from the gateway process' })
      return
    }
    const one = parsed.data
    switch (one.news) {
      case 'alive':
        aliveAt = performance.now()
        if (one.heardAt !== null && one.heardAt !== reportedAt) heardAt = now()
        reportedAt = one.heardAt
        if (one.memoryBytes > mostMemoryBytes) child?.kill('SIGTERM')
        return
      case 'sent':
      case 'file':
      case 'done':
      case 'failed':
        waiting.get(one.call)?.settle(one)
        waiting.delete(one.call)
        return
      default:
        if (one.news === 'message' || one.news === 'login') heardAt = now()
        onNews(one)
    }
  }

  function call(given: NewOrder): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (child?.connected !== true) {
        reject(new ChannelError('unavailable', 'wechat: the gateway process is not running'))
        return
      }
      const number = calls += 1
      const timer = setTimeout(() => {
        waiting.delete(number)
        reject(new ChannelError('unknown-delivery', `wechat: no answer to ${given.order} within ${orderWithinMs} ms`))
      }, orderWithinMs)
      waiting.set(number, {
        settle: (said) => { clearTimeout(timer); if (said.news === 'failed') reject(errorOf(said.failure, said.reason)); else resolve(said) },
        fail: (error) => { clearTimeout(timer); reject(error) },
      })
      tell({ ...given, call: number })
    })
  }

  return {
    start() {
      isStopped = false
      begin()
      watching = setInterval(() => { if (performance.now() - aliveAt > silentForMs) child?.kill('SIGKILL') }, 5_000)
      watching.unref()
    },
    async send(to, text) {
      const said = await call({ order: 'send', to, text })
      return said.news === 'sent' ? said.messageId : null
    },
    async sendFile(to, name, bytes) {
      const said = await call({ order: 'send-file', to, name, base64: Buffer.from(bytes).toString('base64') })
      return said.news === 'sent' ? said.messageId : null
    },
    async fetch(messageId, isImage) {
      const said = await call({ order: 'fetch', messageId, isImage })
      return said.news === 'file' ? Buffer.from(said.base64, 'base64') : Buffer.alloc(0)
    },
    async acceptFriend(friendshipId) {
      await call({ order: 'accept', friendshipId })
    },
    get heardAt() { return heardAt },
    get pid() { return child?.pid ?? null },
    async stop() {
      isStopped = true
      if (beginning !== null) clearTimeout(beginning)
      if (watching !== null) clearInterval(watching)
      const mine = child
      if (mine === null) return
      await new Promise<void>((resolve) => {
        mine.once('exit', () => { resolve() })
        // Frozen or not: nothing of it is needed any more, what it was told is in the store.
        mine.kill('SIGKILL')
      })
      child = null
    },
  }
}

function errorOf(failure: Failure, reason: string): ChannelError {
  switch (failure) {
    case 'unreachable': return new ChannelError('unavailable', `wechat: ${reason}`)
    case 'unknown': return new ChannelError('unknown-delivery', `wechat: ${reason}`)
    case 'gone': return new ChannelError('gone', `wechat: ${reason}`)
    case 'refused': return new ChannelError('rejected', `wechat: ${reason}`)
  }
}
