import * as sdk from '@larksuiteoapi/node-sdk'
import type { Channel, InboundEvent, Sent } from './channel.js'
import type { ChannelState } from './health.js'
import { createApi, LarkRefused, type Body, type LarkApi, type Placed } from './lark/api.js'
import { encodePlain, encodeReply } from './lark/encode.js'
import { isEventType, readEvent, type EventType, type MessageReceived } from './lark/events.js'
import { failureKind } from './lark/failures.js'
import { larkMessageId, messageIdOf, receiverOf, residentIdOf, type Receiver } from './lark/ids.js'
import { createIntake, type Intake } from './lark/intake.js'
import { lines } from './lark/lines.js'
import type { LarkLog } from './lark/log.js'
import { catchUp } from './lark/missed.js'
import { createLongConnection, type LongConnection } from './lark/long-connection.js'
import { createOwnLines } from './lark/own-lines.js'
import { createPace } from './lark/pace.js'
import { createStaffRoom, type StaffRoom, type StaffRoomParts } from './lark/staff-room.js'
import { createWhereabouts } from './lark/whereabouts.js'
import type { Pairing } from './pairing.js'
import { ChannelError } from '../errors.js'
import type { Community } from '../knowledge/community.js'
import type { Store } from '../store/store.js'

/** Keys of messages remembered; beyond them Lark itself knows a key for an hour. */
const remembered = 10_000

export interface LarkSettings {
  readonly appId: string
  readonly appSecret: string
  /** `https://open.feishu.cn`, or `https://open.larksuite.com` for tenants outside China. */
  readonly domain: string
  readonly by: { readonly kind: 'connection' } | { readonly kind: 'webhook'; readonly encryptKey: string; readonly verificationToken: string | null }
}

export interface LarkParts {
  readonly settings: LarkSettings
  readonly store: Store
  readonly pairing: Pairing
  readonly communities: () => readonly Community[]
  readonly onState: (state: ChannelState) => void
  readonly now: () => number
  readonly log: LarkLog
  /** What staff may do from their group; absent, a staff group is not served. */
  readonly work?: Pick<StaffRoomParts, 'engine' | 'isForAll'>
  /** Other limits of time than those a real Lark asks for, ms. */
  readonly limits?: { readonly probeEveryMs?: number; readonly budgetMs?: number; readonly callMs?: number }
}

export interface LarkChannel extends Channel {
  readonly name: 'lark'
  /** Takes an event that came by webhook, already verified and decrypted; fulfilled with what goes back. Rejects when it is to come again. */
  take(payload: unknown): Promise<unknown>
  /** Tells every staff group something about the installation itself; one message for one key. */
  tellStaff(text: string, key: string): Promise<void>
}

/** Lark (飞书): groups, private chats and cards, over Lark's own SDK. */
export function larkChannel(parts: LarkParts): LarkChannel {
  const { settings, store, pairing, communities, onState, now, log, limits = {} } = parts
  const pace = createPace(now)
  const own = createOwnLines()
  const waits = new Set<() => void>()
  const api: LarkApi = createApi({ sdk, ...settings, pace, wait, log, ...limits })
  const whereabouts = createWhereabouts({ store, pairing, communities })
  const placing = new Map<string, Promise<Sent>>()
  const staff: StaffRoom | null = parts.work === undefined ? null : createStaffRoom({ api, store, pairing, now, log, ...parts.work })
  let intake: Intake | null = null
  let connection: LongConnection | null = null
  /** Since when nothing is heard; `null` while the line is up. */
  let lostAt: number | null = null

  /** Resolves after so many ms; rejects when the channel stops before. */
  function wait(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const stop = (): void => { clearTimeout(timer); reject(new ChannelError('unavailable', 'lark: the channel was stopped')) }
      const timer = setTimeout(() => { waits.delete(stop); resolve() }, ms)
      waits.add(stop)
    })
  }

  const takeEvent = async (type: EventType, data: unknown): Promise<unknown> => {
    if (intake === null) throw new ChannelError('unavailable', 'lark: the channel is not started')
    const event = readEvent(type, data)
    if (event === null) {
      // It would come again in the same form: taken note of, and done with.
      log('error', 'lark.unreadable', { type })
      return undefined
    }
    return intake.take(event)
  }

  /** Under the message it answers where that still stands, else on its own. */
  async function place(to: Receiver, answers: string | null, body: Body, key: string, isUrgent: boolean): Promise<Placed> {
    if (answers === null) return api.create(to, body, key, isUrgent)
    try {
      return await api.reply(to, answers, body, key, { isUrgent, inThread: false })
    } catch (error) {
      if (!(error instanceof LarkRefused) || failureKind(error.refusal) !== 'unanswerable') throw error
      return api.create(to, body, key, isUrgent)
    }
  }

  async function sendOnce(to: Parameters<Channel['send']>[0], reply: Parameters<Channel['send']>[1], key: string): Promise<Sent> {
    const receiver = receiverOf(to.conversationId)
    if (receiver === null) throw new ChannelError('gone', `lark: there is no conversation ${to.conversationId}`)
    const answers = to.inReplyTo === undefined ? null : larkMessageId(to.inReplyTo)
    const author = answers === null ? null : own.authorOf(answers)
    const isUrgent = reply.urgency === 'danger'
    let placed: Placed
    try {
      placed = await place(receiver, answers, encodeReply(reply, to.conversationId, receiver.by === 'chat_id' && author !== null ? residentIdOf(author) : null), key, isUrgent)
    } catch (error) {
      if (error instanceof LarkRefused && error.code === 'gone' && receiver.by === 'open_id') await askToWrite(receiver.id)
      if (!(error instanceof LarkRefused) || failureKind(error.refusal) !== 'undrawable') throw error
      log('warn', 'lark.undrawable', { code: error.refusal.code })
      placed = await place(receiver, answers, encodePlain(reply), `${key}-plain`, isUrgent)
    }
    own.sent(placed.messageId, reply.text)
    return { messageId: messageIdOf(placed.messageId) }
  }

  /** Somebody in a group whom we may not write to: they are asked, under their own words and without ours, to begin. */
  async function askToWrite(openId: string): Promise<void> {
    const last = own.lastBy(openId)
    if (last === null) return
    const body = encodePlain({ text: lines.writeFirst, choices: [], citations: [], urgency: 'normal', from: { kind: 'bot' } })
    await api.reply({ by: 'chat_id', id: last.chatId }, last.larkId, body, `first-${last.larkId}`.slice(0, 50), { isUrgent: false, inThread: false }).catch(() => undefined)
  }

  async function say(conversationId: string, text: string, key: string): Promise<void> {
    const to = receiverOf(conversationId)
    if (to === null) return
    await api.create(to, encodePlain({ text, choices: [], citations: [], urgency: 'normal', from: { kind: 'bot' } }), key, false).catch((error: unknown) => {
      log('warn', 'lark.not-said', { error: error instanceof Error ? error.message : 'unknown' })
    })
  }

  /** What the line's state means beside being told: after a long loss, what was missed. */
  function changed(state: ChannelState): void {
    onState(state)
    if (state.kind !== 'online') {
      if (state.kind !== 'connecting') lostAt ??= now()
      return
    }
    const since = lostAt
    lostAt = null
    const current = intake
    if (since === null || current === null) return
    const heard = async (event: MessageReceived): Promise<void> => { await current.take({ type: 'im.message.receive_v1', id: event.message.message_id, at: event.message.create_time, event }) }
    catchUp({ api, pairing, heard, say, log }, since, now()).catch((error: unknown) => { log('error', 'lark.catch-up', { error: error instanceof Error ? error.message : 'unknown' }) })
  }

  return {
    name: 'lark',

    async start(deliver: (event: InboundEvent) => Promise<void>) {
      intake = createIntake({ api, store, pairing, whereabouts, communities, own, deliver, say, now, log, ...limits, ...(staff === null ? {} : { staff }) })
      await staff?.start()
      if (settings.by.kind === 'webhook') {
        onState({ kind: 'online' })
        return
      }
      connection = createLongConnection({ sdk, ...settings, take: takeEvent, onState: changed, log, ...limits })
      await connection.start()
    },

    async send(to, reply, key) {
      if (intake === null) throw new ChannelError('unavailable', 'lark: the channel is not started')
      const known = placing.get(key)
      if (known !== undefined) return known
      const mine = sendOnce(to, reply, key)
      placing.set(key, mine)
      if (placing.size > remembered) for (const oldest of placing.keys()) { placing.delete(oldest); break }
      mine.catch(() => { placing.delete(key) })
      return mine
    },

    async stop() {
      intake = null
      staff?.stop()
      connection?.stop()
      connection = null
      for (const stop of waits) stop()
      waits.clear()
    },

    async tellStaff(text, key) {
      const rooms = (await pairing.rooms('lark')).filter(({ use }) => use === 'staff')
      for (const { id } of rooms) await say(id, text, `${key}-${id.slice(-16)}`.slice(0, 50))
    },

    async take(payload) {
      const { header, event } = payload as { readonly header?: { readonly event_type?: unknown }; readonly event?: object }
      const type = header?.event_type
      return isEventType(type) ? takeEvent(type, { ...header, ...event }) : undefined
    },
  }
}
