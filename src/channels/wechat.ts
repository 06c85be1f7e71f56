import { join } from 'node:path'
import type { Channel, ChatKind, InboundEvent } from './channel.js'
import type { ChatPlatformParts } from './chat-platform.js'
import type { ChannelState } from './health.js'
import { readMessage } from './wechat/decode.js'
import { createGateway, type GatewayNews } from './wechat/gateway.js'
import { createIntake, type Intake } from './wechat/intake.js'
import { lines } from './wechat/lines.js'
import type { Self } from './wechat/mentions.js'
import { createOwnLines } from './wechat/own-lines.js'
import { createPace, type PaceNumbers } from './wechat/pace.js'
import { createSending, type Sending } from './wechat/sending.js'
import { createSessions, type IdsLast } from './wechat/sessions.js'
import { createStaffRoom, type StaffRoom, type StaffRoomParts } from './wechat/staff-room.js'
import type { GatewaySettings, Timings } from './wechat/wire.js'
import { createWhereabouts } from './whereabouts.js'
import { ChannelError } from '../errors.js'

/** Rooms are told of an absence from this length, ms; a shorter one is taken for a hiccup. */
const awayFromMs = 30_000
/** When residents were last heard is written down this often, ms: after our own end, too, the absence is known. */
const noteEveryMs = 60_000

export interface WechatSettings {
  readonly gateway: GatewaySettings
  /** Whether the puppet's ids outlive a login. Where that is not sure: `per-login`. */
  readonly idsLast: IdsLast
  /** wechaty's login and cache go below it. */
  readonly dataDir: string
}

export type WechatLog = (level: 'error' | 'warn' | 'info', event: string, details: Readonly<Record<string, unknown>>) => void

export interface WechatParts extends ChatPlatformParts {
  readonly settings: WechatSettings
  /** Ids that grow with time. */
  readonly newId: () => string
  /** 0–1; how long a person takes to type. */
  readonly chance: () => number
  readonly log: WechatLog
  /** What staff may do from their room; absent, such a room is not served. */
  readonly work?: Pick<StaffRoomParts, 'engine' | 'isForAll'>
  /** For tests: the pace of a machine, quick probes, the gateway process's script. */
  readonly pace?: PaceNumbers
  readonly timings?: Timings
  readonly script?: string
}

export interface WechatChannel extends Channel {
  readonly name: 'wechat'
  /** The process that runs wechaty; `null` while there is none. */
  readonly gatewayPid: number | null
}

/** WeChat, through wechaty in a process of its own. Nothing of wechaty is loaded here. */
export function wechatChannel(parts: WechatParts): WechatChannel {
  const { settings, store, pairing, communities, now, log } = parts
  const sessions = createSessions({ store, idsLast: settings.idsLast })
  const own = createOwnLines(now)
  const pace = createPace({ now, chance: parts.chance, ...(parts.pace === undefined ? {} : { numbers: parts.pace }) })
  const whereabouts = createWhereabouts({ channel: 'wechat', pairing, communities, now })
  const gateway = createGateway({
    settings: settings.gateway, folder: join(settings.dataDir, 'wechat'), now, onNews: (said) => { hear(said) },
    ...(parts.timings === undefined ? {} : { timings: parts.timings }), ...(parts.script === undefined ? {} : { script: parts.script }),
  })
  let sending: Sending | null = null
  let staff: StaffRoom | null = null
  let intake: Intake | null = null
  let self: Self | null = null
  let isOnline = false
  /** Since when nobody is heard, ms since 1970; `null` while we hear, or never heard. */
  let awaySince: number | null = null
  let noting: NodeJS.Timeout | null = null
  /** Changes of state, one after the other; messages wait for those before them. */
  let states: Promise<void> = Promise.resolve()

  const say = (to: { readonly conversationId: string; readonly chat: ChatKind }, text: string, key: string, when: 'now' | 'by-day' = 'now'): void => {
    sending?.send({ channel: 'wechat', residentId: null, ...to }, { text, choices: [], citations: [], urgency: 'normal', from: { kind: 'bot' } }, `own|${key}`, when).catch((error: unknown) => {
      log('warn', 'wechat.not-said', { error: error instanceof ChannelError ? error.code : String(error) })
    })
  }

  function hear(said: GatewayNews): void {
    switch (said.news) {
      case 'message':
      case 'joined':
      case 'left':
      case 'friend-request':
      case 'friend': {
        void states.then(async () => {
          if (intake === null || self === null) return
          await intake.take(said, self)
        }).catch((error: unknown) => {
          log('error', 'wechat.not-kept', { error: error instanceof Error ? error.message : String(error) })
          if (said.news === 'message' && isAsked(said)) void sending?.sendTo(said.message.roomId ?? said.message.talker.id, lines.notKept)
        })
        return
      }
      case 'fault':
        log('warn', 'wechat.fault', { reason: said.reason })
        return
      default:
        states = states.then(() => change(said)).catch((error: unknown) => { log('error', 'wechat.state', { error: error instanceof Error ? error.message : String(error) }) })
    }
  }

  /** Whether somebody waits for our answer to it. */
  function isAsked({ message }: Extract<GatewayNews, { readonly news: 'message' }>): boolean {
    if (self === null) return false
    const decoded = readMessage(message, self)
    return decoded.kind === 'message' && (decoded.read.chat === 'private' || decoded.read.mentions.bot)
  }

  async function change(said: Extract<GatewayNews, { readonly news: 'scan' | 'login' | 'logout' | 'deaf' | 'ended' }>): Promise<void> {
    if (intake === null) return
    switch (said.news) {
      case 'login': {
        const { isNew } = await sessions.begin(said.self.id)
        self = { ...said.self, alias: null }
        if (isNew) log('warn', 'wechat.new-login', { session: sessions.current })
        return online()
      }
      case 'scan':
        offline({ kind: 'needs-login', reason: '请用微信扫码登录', qr: said.qr })
        return sessions.over()
      case 'logout':
        offline({ kind: 'needs-login', reason: said.reason === '' ? '微信账号已退出登录' : `微信账号已退出登录：${said.reason}`, qr: null })
        return sessions.over()
      case 'deaf':
        return offline({ kind: 'offline', reason: `连不上微信网关：${said.reason}` })
      case 'ended':
        // Why it gave up was said before; what it says itself is no more than a number.
        return isOnline ? offline({ kind: 'offline', reason: `微信网关进程停止（${said.reason}），正在重新启动` }) : undefined
    }
  }

  function offline(state: ChannelState): void {
    awaySince ??= isOnline ? (gateway.heardAt ?? now()) : sessions.heardAt
    isOnline = false
    parts.onState(state)
  }

  async function online(): Promise<void> {
    const since = awaySince ?? (isOnline ? null : sessions.heardAt)
    awaySince = null
    isOnline = true
    parts.onState({ kind: 'online' })
    await sessions.heard(now())
    if (since !== null && now() - since >= awayFromMs) {
      for (const room of await pairing.rooms('wechat')) {
        if (room.use !== 'residents') continue
        if ((await sessions.platformRoom(room.id)) === null) await sessions.keepAway(room.id, since)
        else sayAway(room.id, since)
      }
    }
    sending?.wake()
  }

  /** Once for each absence: the key is the absence's. */
  function sayAway(roomId: string, since: number): void {
    say({ conversationId: roomId, chat: 'group' }, lines.away(Math.max(1, Math.round((now() - since) / 60_000))), `away|${roomId}|${since}`, 'by-day')
  }

  return {
    name: 'wechat',
    get gatewayPid() { return gateway.pid },

    async start(deliver: (event: InboundEvent) => Promise<void>) {
      await sessions.open()
      const mine = createSending({
        store, pairing, sessions, communities, gateway, pace, own, now, isOnline: () => isOnline,
        onLost: (error) => { log('warn', 'wechat.not-said', { error: error.code }) },
      })
      sending = mine
      staff = parts.work === undefined ? null : createStaffRoom({
        store, pairing, gateway, now, ...parts.work,
        say: (roomId, text, key) => { say({ conversationId: roomId, chat: 'group' }, text, `staff|${key}`) },
        onFailed: (error) => { log('warn', 'wechat.staff', { error: error instanceof Error ? error.message : String(error) }) },
      })
      intake = createIntake({
        gateway, store, pairing, sessions, whereabouts, communities, own, pace, deliver, staff, say, now, newId: parts.newId,
        sayTo: (platformRoomId, text) => { void mine.sendTo(platformRoomId, text) },
        wake: () => { mine.wake() },
        async onRoomBack(roomId) {
          const since = await sessions.takeAway(roomId)
          if (since !== null) sayAway(roomId, since)
        },
      })
      parts.onState({ kind: 'connecting' })
      noting = setInterval(() => {
        if (isOnline && gateway.heardAt !== null) sessions.heard(gateway.heardAt).catch((error: unknown) => { log('error', 'wechat.state', { error: String(error) }) })
      }, noteEveryMs)
      noting.unref()
      await staff?.start()
      gateway.start()
    },

    async send(to, reply, key) {
      if (sending === null) throw new ChannelError('unavailable', 'wechat: the channel is not started')
      return sending.send(to, reply, key)
    },

    async stop() {
      staff?.stop()
      staff = null
      sending?.stop()
      sending = null
      intake = null
      if (noting !== null) clearInterval(noting)
      const heardAt = isOnline ? gateway.heardAt : null
      await gateway.stop()
      if (heardAt !== null) await sessions.heard(heardAt).catch(() => undefined)
      isOnline = false
    },
  }
}
