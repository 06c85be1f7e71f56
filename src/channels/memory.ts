import type { Address, Channel, InboundEvent, Reply } from './channel.js'
import { ChannelError, type ChannelErrorCode } from '../errors.js'

/** One reply as it arrived. */
export interface Shown {
  readonly to: Address
  readonly reply: Reply
  readonly key: string
}

/** A channel without a platform: real in every way but that nobody reads it. For tests and dry runs. */
export interface MemoryChannel extends Channel {
  readonly name: 'memory'
  /** A resident writes, takes back or changes; resolves when it was taken, rejects when it could not be kept. */
  deliver(event: InboundEvent): Promise<void>
  /** What was shown, in order, each key once. */
  readonly shown: readonly Shown[]
  /** The next `times` sends fail with this code (default once); with `unknown-delivery` the reply arrives all the same. */
  failNext(code: ChannelErrorCode, times?: number): void
  /** Conversations that no longer exist: sends to them fail with `gone`. */
  forget(conversationId: string): void
}

export function memoryChannel(): MemoryChannel {
  let take: ((event: InboundEvent) => Promise<void>) | null = null
  const shown: Shown[] = []
  const keys = new Set<string>()
  const gone = new Set<string>()
  const failures: ChannelErrorCode[] = []

  function show(entry: Shown): void {
    if (keys.has(entry.key)) return
    keys.add(entry.key)
    shown.push(entry)
  }

  return {
    name: 'memory',
    shown,

    async start(deliver) {
      take = deliver
    },

    async send(to, reply, key) {
      if (!take) throw new ChannelError('unavailable', 'memory: the channel is not started')
      if (gone.has(to.conversationId)) throw new ChannelError('gone', `memory: there is no conversation ${to.conversationId}`)
      const failure = failures.shift()
      if (failure === undefined || failure === 'unknown-delivery') show({ to, reply, key })
      if (failure !== undefined) throw new ChannelError(failure, `memory: told to fail with ${failure}`)
      return { messageId: key }
    },

    async stop() {
      take = null
    },

    async deliver(event) {
      if (!take) throw new ChannelError('unavailable', 'memory: the channel is not started')
      await take(event)
    },

    failNext(code, times = 1) {
      for (let i = 0; i < times; i += 1) failures.push(code)
    },

    forget(conversationId) {
      gone.add(conversationId)
    },
  }
}
