import type { Address, Attachment, Reply, Sent } from '../channel.js'
import { loadFile } from '../kept-files.js'
import type { Pairing } from '../pairing.js'
import { ChannelError } from '../../errors.js'
import { nightEnds } from '../../conversation/notices.js'
import { fileNameOf } from '../../http/attachments.js'
import { PLATFORM, type Community } from '../../knowledge/community.js'
import type { Store } from '../../store/store.js'
import { encodeReply } from './encode.js'
import type { Gateway } from './gateway.js'
import { contactOf, messageIdOf } from './ids.js'
import type { OwnLines } from './own-lines.js'
import type { Pace } from './pace.js'
import type { Sessions } from './sessions.js'

/**
 * A message of ours on its way. WeChat has no key by which it would know one again: what stands at `sending` when a process begins may
 * have arrived, and is not sent a second time.
 */
export interface WechatSend {
  /** The outbox row's id, or the key of a line of the channel's own. */
  readonly id: string
  readonly rev: number
  readonly state: 'sending' | 'sent'
  readonly messageId: string | null
  readonly at: number
}

export interface SendingParts {
  readonly store: Store
  readonly pairing: Pairing
  readonly sessions: Sessions
  readonly communities: () => readonly Community[]
  readonly gateway: Pick<Gateway, 'send' | 'sendFile'>
  readonly pace: Pace
  readonly own: OwnLines
  readonly now: () => number
  /** Whether WeChat is heard now. */
  readonly isOnline: () => boolean
  /** A line that was not worth keeping did not arrive. */
  readonly onLost: (error: ChannelError) => void
}

export interface Sending {
  /** Fulfilled once it is sent, however long the connection is away; rejects with ChannelError. `by-day`: nobody asked for it, and in the night it waits, but for who is awake. */
  send(to: Address, reply: Reply, key: string, when?: 'now' | 'by-day'): Promise<Sent>
  /** Says something in a room that is none of ours, or to somebody when nothing can be stored. Never rejects. */
  sendTo(platformId: string, text: string): Promise<void>
  /** Whatever a message waits for may have changed: the connection, a room's pairing, somebody is awake. */
  wake(): void
  /** What waits is given up, and stays in the outbox. */
  stop(): void
}

export function createSending(parts: SendingParts): Sending {
  const { store, pairing, sessions, gateway, pace, own, now } = parts
  const placing = new Map<string, Promise<Sent>>()
  const sleepers = new Set<{ readonly wake: () => void; readonly stop: () => void; readonly isForChange: boolean }>()
  let account: Promise<void> = Promise.resolve()
  let isStopped = false

  /** Resolves after so many ms (`null`: never of itself), for a `change` also when something changes. */
  function wait(ms: number | null, until: 'change' | 'time'): Promise<void> {
    return new Promise((resolve, reject) => {
      const stopped = (): ChannelError => new ChannelError('unavailable', 'wechat: the channel was stopped')
      if (isStopped) { reject(stopped()); return }
      const end = (): void => { if (timer !== null) clearTimeout(timer); sleepers.delete(sleeper) }
      const sleeper = { wake: () => { end(); resolve() }, stop: () => { end(); reject(stopped()) }, isForChange: until === 'change' }
      const timer = ms === null ? null : setTimeout(sleeper.wake, ms)
      sleepers.add(sleeper)
    })
  }

  /** Where it goes; `null` while it can't go there. */
  async function placeOf(to: Address): Promise<string | null> {
    const contact = contactOf(to.conversationId)
    if (contact === null) {
      const room = await pairing.room(to.conversationId)
      if (room?.channel !== 'wechat' || room.leftAt !== null) throw new ChannelError('gone', 'wechat: there is no such room')
      const platformId = await sessions.platformRoom(room.id)
      return parts.isOnline() ? platformId : null
    }
    // Before the login it is not known which session holds.
    if (!parts.isOnline()) return null
    if (contact.session !== sessions.current) throw new ChannelError('gone', 'wechat: after a new login this person has to write first')
    return contact.contactId
  }

  async function sendOnce(to: Address, reply: Reply, key: string, when: 'now' | 'by-day'): Promise<Sent> {
    const text = encodeReply(reply, to.chat)
    const sent = await sendPart(to, key, { isDanger: reply.urgency === 'danger', when }, async (place) => {
      const platformId = await gateway.send(place, text)
      const messageId = platformId === null || platformId === '' ? null : messageIdOf(platformId)
      own.sent(to, reply, text, messageId)
      return messageId
    })
    for (const attachment of reply.attachments ?? []) await sendFile(to, attachment, `${key}|${attachment.id}`)
    return sent
  }

  /** What is no longer kept is not sent. */
  async function sendFile(to: Address, attachment: Attachment, key: string): Promise<void> {
    const bytes = await loadFile(store, parts.communities(), attachment.id)
    if (bytes === null) return
    await sendPart(to, key, { isDanger: false, when: 'now' }, async (place) => {
      const platformId = await gateway.sendFile(place, fileNameOf(attachment), bytes)
      return platformId === null || platformId === '' ? null : messageIdOf(platformId)
    })
  }

  /** One message of WeChat's, once for one key. */
  async function sendPart(to: Address, key: string, { isDanger, when }: { readonly isDanger: boolean; readonly when: 'now' | 'by-day' }, carry: (place: string) => Promise<string | null>): Promise<Sent> {
    const before = await store.get(PLATFORM, 'wechatSends', key)
    if (before?.state === 'sent') return { messageId: before.messageId }
    // Killed in between: it may have arrived. A warning heard twice does less harm than one not heard.
    if (before !== null && !isDanger) throw new ChannelError('unknown-delivery', 'wechat: it was being sent when the process ended')
    while ((await placeOf(to)) === null) await wait(null, 'change')
    if (when === 'by-day') for (let ends = nightEnds(now()); ends !== null && !pace.isAwake(to.conversationId); ends = nightEnds(now())) await wait(ends - now(), 'change')
    const ms = pace.place(to.conversationId, isDanger)
    if (ms > 0) await wait(ms, 'time')
    return inTurn(async () => {
      // It may have taken a while: what held then need not hold now.
      const place = await placeOf(to)
      if (place === null) throw new ChannelError('unavailable', 'wechat: not connected')
      const rev = before?.rev ?? 0
      await store.commit(PLATFORM, [{ op: 'put', table: 'wechatSends', row: { id: key, rev, state: 'sending', messageId: null, at: now() } }])
      let messageId: string | null
      try {
        messageId = await carry(place)
      } catch (error) {
        // What surely did not arrive may be sent again; what is not sure stays marked.
        if (error instanceof ChannelError && error.code !== 'unknown-delivery') await store.commit(PLATFORM, [{ op: 'remove', table: 'wechatSends', id: key, rev: rev + 1 }])
        throw error
      }
      await store.commit(PLATFORM, [{ op: 'put', table: 'wechatSends', row: { id: key, rev: rev + 1, state: 'sent', messageId, at: now() } }])
      return { messageId }
    })
  }

  /** One message of the account at a time: when the connection breaks, at most one is in doubt. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = account.then(work)
    account = mine.then(() => undefined, () => undefined)
    return mine
  }

  async function sendUntilSent(to: Address, reply: Reply, key: string, when: 'now' | 'by-day'): Promise<Sent> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await sendOnce(to, reply, key, when)
      } catch (error) {
        if (!(error instanceof ChannelError) || error.code !== 'unavailable' || isStopped) throw error
        // The connection is lost, or about to be known as lost.
        await wait(Math.min(10_000, 200 * 2 ** attempt), 'time')
      }
    }
  }

  return {
    send(to, reply, key, when = 'now') {
      if (isStopped) return Promise.reject(new ChannelError('unavailable', 'wechat: the channel was stopped'))
      const known = placing.get(key)
      if (known !== undefined) return known
      const mine = sendUntilSent(to, reply, key, when).finally(() => { placing.delete(key) })
      placing.set(key, mine)
      return mine
    },
    async sendTo(platformId, text) {
      try {
        await wait(pace.place(platformId, false), 'time')
        await inTurn(() => gateway.send(platformId, text))
      } catch (error) {
        if (!(error instanceof ChannelError)) throw error
        parts.onLost(error)
      }
    },
    wake() {
      for (const sleeper of [...sleepers]) if (sleeper.isForChange) sleeper.wake()
    },
    stop() {
      isStopped = true
      for (const sleeper of [...sleepers]) sleeper.stop()
    },
  }
}
