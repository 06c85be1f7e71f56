import type * as Lark from '@larksuiteoapi/node-sdk'
import type { ChannelState } from '../health.js'
import { createHttp } from './api.js'
import { eventTypes, unusedEvents, type EventType } from './events.js'
import { sdkLogger, type LarkLog } from './log.js'

/** What a handler's promise means to Lark: fulfilled with what goes back to the client (a toast, a card), or rejected: it comes again. */
type TakeEvent = (type: EventType, data: unknown) => Promise<unknown>

interface ConnectionParts {
  readonly sdk: typeof Lark
  readonly appId: string
  readonly appSecret: string
  readonly domain: string
  readonly take: TakeEvent
  readonly onState: (state: ChannelState) => void
  readonly log: LarkLog
  /** How often the line is tried, ms; a line without an answer until the next try is given up. Twice this, and a lost line is known. */
  readonly probeEveryMs?: number
}

export interface LongConnection {
  /** Resolves once connected; rejects when Lark refuses the app. While Lark can't be reached it goes on trying. */
  start(): Promise<void>
  stop(): void
}

/** A half-open line is known within twice this, ms: well below the minute in which it has to be known. */
const probeEvery = 15_000
/** How long the opening of a line may take, ms. */
const handshakeMs = 10_000
/** After Lark refused the app it is asked again this often, ms: somebody may have corrected the secret in the console. */
const refusedAgainMs = 300_000

/** The socket below the SDK's client, as far as we try it. */
interface Socket {
  readonly readyState: number
  ping(): void
  terminate(): void
  on(event: 'message' | 'pong', listener: () => void): unknown
}

function createDispatcher(sdk: typeof Lark, take: TakeEvent, log: LarkLog): Lark.EventDispatcher {
  const dispatcher = new sdk.EventDispatcher({ loggerLevel: sdk.LoggerLevel.error, logger: sdkLogger(log) })
  const handlers: Record<string, (data: unknown) => Promise<unknown>> = {}
  for (const type of eventTypes) handlers[type] = (data) => take(type, data)
  for (const type of unusedEvents) handlers[type] = async () => undefined
  dispatcher.register(handlers)
  return dispatcher
}

/** Lark's own connection, opened from here: no address in the net is needed. */
export function createLongConnection(parts: ConnectionParts): LongConnection {
  const { sdk, take, onState, log } = parts
  const everyMs = parts.probeEveryMs ?? probeEvery
  let client: Lark.WSClient | null = null
  let probing: NodeJS.Timeout | null = null
  let again: NodeJS.Timeout | null = null
  let stopped = false

  function open(onReady: () => void, onRefused: (error: Error) => void): void {
    const opened = new sdk.WSClient({
      appId: parts.appId,
      appSecret: parts.appSecret,
      domain: parts.domain,
      httpInstance: createHttp(),
      loggerLevel: sdk.LoggerLevel.error,
      logger: sdkLogger(log),
      handshakeTimeoutMs: handshakeMs,
      wsConfig: { pingTimeout: Math.max(1, Math.ceil(everyMs / 1_000)) },
      onReady: () => { onState({ kind: 'online' }); onReady() },
      onReconnecting: () => { onState({ kind: 'offline', reason: '和飞书的连接断了，正在重连' }) },
      onReconnected: () => { onState({ kind: 'online' }) },
      onError: (error) => {
        onState({ kind: 'needs-login', reason: '飞书不接受这个应用：请核对 LARK_APP_ID、LARK_APP_SECRET，以及应用是否已发布并启用', qr: null })
        log('error', 'lark.refused', { error: error.name })
        onRefused(error)
      },
    })
    client = opened
    void opened.start({ eventDispatcher: createDispatcher(sdk, take, log) })
  }

  /** Lark's own pings may be minutes apart; a line that answers none of ours is cut, and the SDK opens another. */
  function probe(): void {
    let tried: Socket | null = null
    let heard = true
    probing = setInterval(() => {
      const socket = socketOf(client)
      if (socket === null || socket.readyState !== 1) {
        tried = null
        return
      }
      if (socket !== tried) {
        tried = socket
        heard = true
        for (const event of ['message', 'pong'] as const) socket.on(event, () => { if (socket === tried) heard = true })
      }
      if (!heard) {
        log('warn', 'lark.half-open', {})
        onState({ kind: 'offline', reason: '和飞书的连接没有回音，正在重连' })
        tried = null
        socket.terminate()
        return
      }
      heard = false
      socket.ping()
    }, everyMs)
  }

  return {
    start() {
      stopped = false
      onState({ kind: 'connecting' })
      probe()
      return new Promise((resolve, reject) => {
        const tryAgain = (): void => {
          client?.close({ force: true })
          if (!stopped) again = setTimeout(() => { open(() => undefined, tryAgain) }, refusedAgainMs)
        }
        open(resolve, (error) => { reject(error); tryAgain() })
      })
    },
    stop() {
      stopped = true
      if (probing !== null) clearInterval(probing)
      if (again !== null) clearTimeout(again)
      client?.close({ force: true })
      client = null
    },
  }
}

/** The SDK keeps its socket to itself; without it only Lark's own rare pings would tell a dead line. A test with a frozen line fails when this changes. */
function socketOf(client: Lark.WSClient | null): Socket | null {
  return (client as unknown as { wsConfig?: { getWSInstance?: () => Socket | null } } | null)?.wsConfig?.getWSInstance?.() ?? null
}
