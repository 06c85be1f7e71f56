import { FileBox } from 'file-box'
import { types, WechatyBuilder } from 'wechaty'
import { order, type Failure, type News, type Order, type PlatformMessage, type Timings } from './wire.js'

/**
 * The process that runs wechaty, and nothing else: its crashes, its memory and its native module stay here. It has no key, no store and
 * no settings but those of the first order. It ends when the channel to its parent ends.
 */

/** How often the parent hears that the process runs, ms. */
const aliveEveryMs = 5_000
/** A call of the gateway that takes longer is given up, ms. */
const callWithinMs = 20_000
/** A login whose name is not known by then is told without it, ms. */
const nameWithinMs = 5_000
/** Largest file handed on, bytes; the parent checks again. */
const mostFileBytes = 10 * 1024 * 1024
/** A gateway that has an account says so at once, ms. */
const loginWithinMs = 10_000

type Bot = ReturnType<typeof WechatyBuilder.build>
type Puppet = Bot['puppet']

let bot: Bot | null = null
let heardAt: number | null = null
let selfId: string | null = null
/** Logged in, or asked for a code to be scanned. */
let isUp = false
let isGivenUp = false
/** Probes since the last sign of life. */
let unanswered = 0
let tail = Promise.resolve()

function tell(said: News): void {
  if (process.connected) process.send?.(said)
}

process.on('disconnect', () => process.exit(0))
process.on('SIGINT', () => undefined)
// An error that nobody waited for must not end the connection; one that nobody caught does, and the parent begins anew.
process.on('unhandledRejection', (reason) => { tell({ news: 'fault', reason: kindOf(reason) }) })
process.on('uncaughtException', (error) => {
  tell({ news: 'fault', reason: kindOf(error) })
  process.exit(1)
})
process.on('message', (said: unknown) => {
  const parsed = order.safeParse(said)
  if (!parsed.success) return
  guard(() => obey(parsed.data))
})
const beat = (): void => { tell({ news: 'alive', heardAt, memoryBytes: process.memoryUsage().rss }) }
setInterval(beat, aliveEveryMs).unref()
beat()

/** A listener of wechaty's that throws would end the process. */
function guard(work: () => Promise<void>): void {
  work().catch((error: unknown) => { tell({ news: 'fault', reason: kindOf(error) }) })
}

/** What kind of error it was: gRPC's status or the first words, never what somebody wrote. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return `${error.name}: ${error.message.split('\n')[0] ?? ''}`.replace(/[A-Za-z0-9+/_-]{24,}={0,2}/g, '[…]').slice(0, 160)
}

async function obey(given: Order): Promise<void> {
  switch (given.order) {
    case 'begin':
      return begin(given.settings.puppet === 'wechat4u'
        ? { name: 'yichuang', puppet: 'wechaty-puppet-wechat4u' }
        : {
            name: 'yichuang', puppet: 'wechaty-puppet-service',
            puppetOptions: { token: given.settings.token, ...(given.settings.endpoint === null ? {} : { endpoint: given.settings.endpoint }), tls: { disable: !given.settings.tls } },
          }, given.timings)
    case 'send':
      return answer(given.call, async (puppet) => ({ news: 'sent', call: given.call, messageId: (await puppet.messageSendText(given.to, given.text)) ?? null }))
    case 'send-file':
      return answer(given.call, async (puppet) => ({ news: 'sent', call: given.call, messageId: (await puppet.messageSendFile(given.to, FileBox.fromBase64(given.base64, given.name))) ?? null }))
    case 'fetch':
      return answer(given.call, async (puppet) => {
        const bytes = await (given.isImage ? picture(puppet, given.messageId) : file(puppet, given.messageId))
        if (bytes.length > mostFileBytes) return { news: 'failed', call: given.call, failure: 'refused', reason: 'too large' }
        return { news: 'file', call: given.call, base64: bytes.toString('base64') }
      })
    case 'accept':
      return answer(given.call, async (puppet) => {
        await puppet.friendshipAccept(given.friendshipId)
        return { news: 'done', call: given.call }
      })
  }
}

async function answer(call: number, work: (puppet: Puppet) => Promise<News>): Promise<void> {
  if (bot === null || selfId === null || isGivenUp) {
    tell({ news: 'failed', call, failure: 'unreachable', reason: 'not connected' })
    return
  }
  try {
    tell(await within(work(bot.puppet), callWithinMs))
  } catch (error) {
    tell({ news: 'failed', call, failure: failureOf(error), reason: kindOf(error) })
    if (isLost(error)) giveUp(kindOf(error))
  }
}

/** wechaty's files, as far as we use them (their own type does not resolve through wechaty's). */
interface Box {
  toBuffer(): Promise<Buffer>
}

async function file(puppet: Puppet, messageId: string): Promise<Buffer> {
  return (await puppet.messageFile(messageId) as Box).toBuffer()
}

/** The large picture, where the puppet has it. */
async function picture(puppet: Puppet, messageId: string): Promise<Buffer> {
  try {
    return await (await puppet.messageImage(messageId, types.Image.HD) as Box).toBuffer()
  } catch {
    return file(puppet, messageId)
  }
}

/** gRPC's status codes (14 UNAVAILABLE, 5 NOT_FOUND …), else the words of the puppets. What may have arrived is `unknown`. */
function failureOf(error: unknown): Failure {
  const words = error instanceof Error ? error.message : ''
  if (/No connection established|ECONNREFUSED|not logged in|NO CLIENT|no grpc manager/i.test(words)) return 'unreachable'
  if (/no payload found|not found|no such|NOT_FOUND/i.test(words)) return 'gone'
  if (/INVALID_ARGUMENT|UNIMPLEMENTED|unsupported/i.test(words)) return 'refused'
  return 'unknown'
}

const isLost = (error: unknown): boolean => error instanceof Error && /^(14|13|1) [A-Z]/.test(error.message)

async function begin(options: Parameters<typeof WechatyBuilder.build>[0], timings: Timings): Promise<void> {
  if (bot !== null) return
  const mine = WechatyBuilder.build(options)
  const isService = options?.puppet === 'wechaty-puppet-service'
  bot = mine
  // Without a listener an 'error' event ends the process.
  mine.on('error', (error) => {
    tell({ news: 'fault', reason: kindOf(error) })
    if (isLost(error)) giveUp(kindOf(error))
  })
  mine.on('heartbeat', (data) => {
    // wechat4u beats by a timer of its own, also when it is logged out.
    if (typeof data === 'string' && data.startsWith('heartbeat@puppet-wechat4u:') && !data.endsWith(':normal')) return
    heardAt = Date.now()
    unanswered = 0
  })
  mine.on('scan', (qr) => {
    isUp = true
    if (qr === '') return
    selfId = null
    tell({ news: 'scan', qr })
  })
  // wechaty's own events load names first, and where one is missing for a moment the message itself is lost: ids are enough.
  mine.once('puppet', (puppet) => {
    if (isService) steady(puppet as unknown as ServicePuppet)
    listen(puppet)
  })
  const timer = setInterval(() => {
    // The web protocol gives no sign of life before somebody scanned.
    if (!isUp || (selfId === null && !isService)) return
    // Counted in probes, not by the clock: a busy machine, or one that slept, must not find its gateway dead.
    if (unanswered * timings.probeEveryMs >= timings.deafAfterMs) return giveUp('no sign of life')
    unanswered += 1
    try { mine.puppet.ding('probe') } catch (error) { tell({ news: 'fault', reason: kindOf(error) }) }
  }, timings.probeEveryMs)
  timer.unref()
  await mine.start()
  if (!isService) return
  // A gateway that is not there: started all the same, and nobody logged in.
  await new Promise<void>((resolve) => { setTimeout(resolve, loginWithinMs) })
  if (!isUp) giveUp('gateway not reached, or no account in it')
}

/**
 * The service puppet never connects again by itself, and its reset leaves old streams and timers behind: the process ends, and the
 * parent begins a fresh one. Answers already given go out first.
 */
function giveUp(reason: string): void {
  if (isGivenUp) return
  isGivenUp = true
  const said: News = { news: 'deaf', reason }
  if (!process.connected || process.send === undefined) process.exit(1)
  process.send(said, () => process.exit(1))
}

/** What of the service puppet is mended here; a test with an account that comes and goes within a second fails when this changes. */
interface ServicePuppet {
  readonly isLoggedIn: boolean
  login(contactId: string): void
  logout(reason?: string): Promise<void>
  _payloadStore: { readonly contact?: undefined; readonly room?: undefined; readonly roomMember?: undefined; start(): Promise<void>; stop(): Promise<void> }
}

/**
 * What the service puppet gets wrong about accounts that come and go: a login that comes before the logout in front of it is done is forgotten
 * without a word; and a logout that the gateway tells is sent back to it as an order, which throws out whoever has just come back. Here each waits
 * for the one before, and what is told is only noted. Its cache of names on disk is still locked by then, and would outlive the login: there is
 * none, names are kept in memory as it is.
 */
function steady(puppet: ServicePuppet): void {
  const { login, logout } = Object.getPrototypeOf(Object.getPrototypeOf(puppet)) as ServicePuppet
  let changes: Promise<void> = Promise.resolve()
  const inOrder = (work: () => Promise<void>): Promise<void> => {
    changes = changes.then(work).catch((error: unknown) => { tell({ news: 'fault', reason: kindOf(error) }) })
    return changes
  }
  puppet.login = (contactId) => { void inOrder(async () => { if (!puppet.isLoggedIn) login.call(puppet, contactId) }) }
  puppet.logout = (reason) => inOrder(() => logout.call(puppet, reason))
  puppet._payloadStore = { start: async () => undefined, stop: async () => undefined }
}

function listen(puppet: Puppet): void {
  puppet.on('login', ({ contactId }) => {
    selfId = contactId
    isUp = true
    heardAt = Date.now()
    guard(async () => {
      const name = await nameOf(puppet, contactId)
      // Out again before its name was known.
      if (selfId === contactId) tell({ news: 'login', self: { id: contactId, name } })
    })
  })
  puppet.on('logout', ({ data }) => {
    selfId = null
    tell({ news: 'logout', reason: (data ?? '').slice(0, 200) })
  })
  puppet.on('message', ({ messageId }) => {
    // One after the other: names are looked up on the way, and a slow look-up must not turn two messages round.
    tail = tail.then(() => within(hand(puppet, messageId), callWithinMs)).catch((error: unknown) => { tell({ news: 'fault', reason: kindOf(error) }) })
  })
  puppet.on('room-join', ({ roomId, inviteeIdList }) => { tell({ news: 'joined', roomId, isBot: selfId !== null && inviteeIdList.includes(selfId) }) })
  puppet.on('room-leave', ({ roomId, removeeIdList }) => { if (selfId !== null && removeeIdList.includes(selfId)) tell({ news: 'left', roomId }) })
  puppet.on('friendship', ({ friendshipId }) => {
    guard(async () => {
      const request = await puppet.friendshipPayload(friendshipId)
      if (request.type === types.Friendship.Receive) tell({ news: 'friend-request', id: friendshipId, contactId: request.contactId, hello: (request.hello ?? '').slice(0, 200) })
      if (request.type === types.Friendship.Confirm) tell({ news: 'friend', contactId: request.contactId })
    })
  })
}

const kinds: Readonly<Record<number, PlatformMessage['kind']>> = {
  [types.Message.Attachment]: 'file', [types.Message.Audio]: 'voice', [types.Message.Contact]: 'contact', [types.Message.ChatHistory]: 'chat-history',
  [types.Message.Emoticon]: 'emoticon', [types.Message.Image]: 'image', [types.Message.Text]: 'text', [types.Message.Location]: 'location',
  [types.Message.MiniProgram]: 'mini-program', [types.Message.GroupNote]: 'system', [types.Message.Transfer]: 'transfer', [types.Message.RedEnvelope]: 'red-packet',
  [types.Message.Recalled]: 'recalled', [types.Message.Url]: 'link', [types.Message.Video]: 'video', [types.Message.Post]: 'other',
}

/** Reads a message into plain values and hands it on; own messages never leave this process. */
async function hand(puppet: Puppet, id: string): Promise<void> {
  const payload = await puppet.messagePayload(id)
  if (payload.talkerId === selfId) return
  const kind = kinds[payload.type] ?? 'other'
  const roomId = payload.roomId === undefined || payload.roomId === '' ? null : payload.roomId
  const talker = await puppet.contactPayload(payload.talkerId).catch(() => null)
  const self = roomId === null || selfId === null ? null : await puppet.roomMemberPayload(roomId, selfId).catch(() => null)
  tell({
    news: 'message',
    message: {
      id, kind, roomId,
      talker: { id: payload.talkerId, name: talker?.name ?? '', isAccount: talker?.type === types.Contact.Official },
      text: await wordsOf(puppet, id, kind, payload.text ?? ''),
      mentionIds: 'mentionIdList' in payload ? (payload.mentionIdList ?? []) : [],
      selfAlias: self?.roomAlias !== undefined && self.roomAlias !== '' ? self.roomAlias : null,
      // Puppets give seconds or milliseconds.
      sentAt: payload.timestamp < 1e12 ? payload.timestamp * 1_000 : payload.timestamp,
    },
  })
}

async function wordsOf(puppet: Puppet, id: string, kind: PlatformMessage['kind'], text: string): Promise<string> {
  switch (kind) {
    case 'location': {
      // Message.toLocation() throws in wechaty 1.20.
      const place = await puppet.messageLocation(id).catch(() => null)
      return place === null ? '' : place.name
    }
    case 'link':
      return (await puppet.messageUrl(id).catch(() => null))?.title ?? ''
    default:
      return text
  }
}

async function nameOf(puppet: Puppet, id: string): Promise<string> {
  return (await within(puppet.contactPayload(id), nameWithinMs).catch(() => null))?.name ?? ''
}

function within<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => { reject(new Error(`no answer within ${ms} ms`)) }, ms)
    work.then(
      (value) => { clearTimeout(timer); resolve(value) },
      (error: unknown) => { clearTimeout(timer); reject(error instanceof Error ? error : new Error(String(error))) },
    )
  })
}
