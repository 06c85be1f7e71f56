import * as sdk from '@larksuiteoapi/node-sdk'
import type { Channel, InboundEvent } from './channel.js'
import type { ChatPlatformParts } from './chat-platform.js'
import type { ChannelState } from './health.js'
import { createApi, type LarkApi } from './lark/api.js'
import { isEventType, readEvent, type EventType, type MessageReceived } from './lark/events.js'
import { createIntake, type Intake } from './lark/intake.js'
import type { LarkLog } from './lark/log.js'
import { catchUp } from './lark/missed.js'
import { createLongConnection, type LongConnection } from './lark/long-connection.js'
import { createOwnLines } from './lark/own-lines.js'
import { createPace } from './lark/pace.js'
import { createSending } from './lark/sending.js'
import { createStaffRoom, type StaffRoom, type StaffRoomParts } from './lark/staff-room.js'
import { createWhereabouts } from './whereabouts.js'
import { ChannelError } from '../errors.js'

export interface LarkSettings {
  readonly appId: string
  readonly appSecret: string
  /** `https://open.feishu.cn`, or `https://open.larksuite.com` for tenants outside China. */
  readonly domain: string
  readonly by: { readonly kind: 'connection' } | { readonly kind: 'webhook'; readonly encryptKey: string; readonly verificationToken: string | null }
}

export interface LarkParts extends ChatPlatformParts {
  readonly settings: LarkSettings
  readonly log: LarkLog
  /** What staff may do from their group; absent, a staff group is not served. */
  readonly work?: Pick<StaffRoomParts, 'engine' | 'isForAll' | 'cluster'>
  /** Other limits of time than those a real Lark asks for, ms. */
  readonly limits?: { readonly probeEveryMs?: number; readonly budgetMs?: number; readonly callMs?: number }
}

export interface LarkChannel extends Channel {
  readonly name: 'lark'
  /** Takes an event that came by webhook, already verified and decrypted; fulfilled with what goes back. Rejects when it is to come again. */
  take(payload: unknown): Promise<unknown>
  /** Tells every staff group something about the installation itself; one message for one key. */
  tellStaff(text: string, key: string): Promise<void>
  /** Words and a picture to one conversation, about the installation itself; once for one key. Never rejects. */
  showPicture(conversationId: string, text: string, picture: Uint8Array, key: string): Promise<void>
}

/** Lark (飞书): groups, private chats and cards, over Lark's own SDK. */
export function larkChannel(parts: LarkParts): LarkChannel {
  const { settings, store, pairing, communities, onState, now, log, limits = {} } = parts
  const pace = createPace(now, () => (parts.work?.cluster?.others().length ?? 0) + 1)
  const own = createOwnLines()
  const waits = new Set<() => void>()
  const api: LarkApi = createApi({ sdk, ...settings, pace, wait, log, ...limits })
  const whereabouts = createWhereabouts({ channel: 'lark', store, pairing, communities, now })
  const sending = createSending({ api, store, communities, own, log })
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
    catchUp({ api, pairing, heard, say: sending.say, log }, since, now()).catch((error: unknown) => { log('error', 'lark.catch-up', { error: error instanceof Error ? error.message : 'unknown' }) })
  }

  return {
    name: 'lark',

    async start(deliver: (event: InboundEvent) => Promise<void>) {
      intake = createIntake({ api, store, pairing, whereabouts, communities, own, deliver, say: sending.say, now, log, ...limits, ...(staff === null ? {} : { staff }) })
      // Asked for now, so that the first message need not wait for it; refused, it is asked again with the message.
      api.botOpenId().catch(() => undefined)
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
      return sending.send(to, reply, key)
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
      for (const { id } of rooms) await sending.say(id, text, `${key}-${id.slice(-16)}`.slice(0, 50))
    },

    showPicture: (conversationId, text, picture, key) => sending.show(conversationId, text, picture, key),

    async take(payload) {
      const { header, event } = payload as { readonly header?: { readonly event_type?: unknown }; readonly event?: object }
      const type = header?.event_type
      return isEventType(type) ? takeEvent(type, { ...header, ...event }) : undefined
    },
  }
}
