import type { Attachment, ChatKind, InboundEvent } from '../channel.js'
import { readCode, type Pairing } from '../pairing.js'
import { pickCommunity, type Whereabouts } from '../whereabouts.js'
import type { Community, CommunityId } from '../../knowledge/community.js'
import { findDanger } from '../../nlu/emergency.js'
import type { Store } from '../../store/store.js'
import { normalise, toSimplified } from '../../text.js'
import { decodeMessage, decodeRecall, readMessage, type ReadMessage } from './decode.js'
import { fetchFile } from './files.js'
import type { Gateway, GatewayNews } from './gateway.js'
import { messageIdOf, privateIdOf, residentIdOf, roomIdOf } from './ids.js'
import { lines } from './lines.js'
import type { Self } from './mentions.js'
import type { OwnLines } from './own-lines.js'
import type { Pace } from './pace.js'
import type { Sessions } from './sessions.js'
import type { StaffRoom } from './staff-room.js'
import { platformMessage, type PlatformMessage } from './wire.js'

/** In a room, a picture belongs to what somebody said to the bot this long before, ms; others' pictures are not looked at. */
const addressedForMs = 5 * 60_000
/** A room is told how to pair, or welcomes newcomers, at most this often, ms. */
const sayAgainMs = 10 * 60_000

export interface IntakeParts {
  readonly gateway: Pick<Gateway, 'fetch' | 'acceptFriend'>
  readonly store: Store
  readonly pairing: Pairing
  readonly sessions: Sessions
  readonly whereabouts: Whereabouts
  readonly communities: () => readonly Community[]
  readonly own: OwnLines
  readonly pace: Pace
  readonly deliver: (event: InboundEvent) => Promise<void>
  /** `null`: rooms of staff are not served. */
  readonly staff: Pick<StaffRoom, 'heard' | 'isStaff'> | null
  /** A line of the channel's own to a conversation; one for one key. */
  readonly say: (to: { readonly conversationId: string; readonly chat: ChatKind }, text: string, key: string, when?: 'now' | 'by-day') => void
  /** The same to a room that is none of ours yet. */
  readonly sayTo: (platformRoomId: string, text: string) => void
  /** Somebody is awake, or a room is ours now. */
  readonly wake: () => void
  /** A room is ours again after a new login. */
  readonly onRoomBack: (roomId: string) => Promise<void>
  /** A new id for a room. */
  readonly newId: () => string
  readonly now: () => number
}

export type IntakeNews = Extract<GatewayNews, { readonly news: 'message' | 'joined' | 'left' | 'friend-request' | 'friend' }>

export interface Intake {
  /** Fulfilled once everything that follows is durable. Rejects when it could not be kept; the author was told, where there is one. */
  take(said: IntakeNews, self: Self): Promise<void>
}

/** Decides what the platform's news are to us and hands them on, in order for each conversation. */
export function createIntake(parts: IntakeParts): Intake {
  const { gateway, store, pairing, sessions, whereabouts, communities, own, pace, deliver, say, sayTo, now } = parts
  const tails = new Map<string, Promise<unknown>>()
  const saidAt = new Map<string, number>()
  const addressed = new Map<string, number>()
  const friends = new Set<string>()

  function inOrder(key: string, work: () => Promise<void>): Promise<void> {
    const mine = (tails.get(key) ?? Promise.resolve()).then(work, work)
    const tail = mine.catch(() => undefined).then(() => { if (tails.get(key) === tail) tails.delete(key) })
    tails.set(key, tail)
    return mine
  }

  function maySay(key: string): boolean {
    const last = saidAt.get(key)
    if (last !== undefined && now() - last < sayAgainMs) return false
    saidAt.set(key, now())
    return true
  }

  async function heard(message: PlatformMessage, self: Self, session: string): Promise<void> {
    const decoded = readMessage(message, { ...self, alias: message.selfAlias ?? self.alias })
    if (decoded.kind === 'nothing') return
    const authorId = residentIdOf(session, message.talker.id)
    const roomId = message.roomId === null ? null : await sessions.roomOf(message.roomId)
    const room = roomId === null ? null : await pairing.room(roomId)
    if (decoded.kind === 'recalled') {
      const communityId = message.roomId === null ? await whereabouts.of(authorId) : room?.use === 'residents' ? room.communityId : null
      const conversationId = message.roomId === null ? privateIdOf(session, message.talker.id) : roomId
      if (communityId !== null && conversationId !== null) await deliver(decodeRecall(decoded.platformId, conversationId, communityId, decoded.sentAt))
      return
    }
    const { read } = decoded
    if (message.roomId === null) return heardInPrivate(read, message, session)
    const code = readCode(read.text)
    if (code !== null) return pairRoom(read, message.roomId, authorId, code)
    if (room === null) {
      // Of a room that nobody paired in this session nothing is kept, and only who calls us hears how it is done.
      if (read.mentions.bot && maySay(`pair|${message.roomId}`)) sayTo(message.roomId, lines.howToPair)
      return
    }
    if (room.leftAt !== null) await pairing.left(room.id, false)
    if (room.use === 'staff') return parts.staff?.heard(room, read, authorId)
    whereabouts.seen(authorId, room.communityId)
    own.wrote(messageIdOf(read.platformId), authorId)
    await hand(read, { session, conversationId: room.id, communityId: room.communityId }, authorId)
  }

  /** Only a code makes a room ours: neither its id nor its name nor who invited us does. */
  async function pairRoom(read: ReadMessage, platformRoomId: string, authorId: string, code: string): Promise<void> {
    const use = await pairing.redeem(code, authorId)
    const community = use?.kind === 'room' ? communityOf(use.communityId) : null
    if (use?.kind !== 'room' || community === null) {
      sayTo(platformRoomId, use === null || use.kind === 'room' ? lines.codeWrong : lines.codeElsewhere)
      return
    }
    const again = use.again === undefined ? null : await pairing.room(use.again)
    const id = again?.channel === 'wechat' ? again.id : ((await sessions.roomOf(platformRoomId)) ?? roomIdOf(parts.newId()))
    await pairing.pair({ id, channel: 'wechat', communityId: use.communityId, use: use.use })
    await sessions.bind(id, platformRoomId)
    // Who typed the code is awake.
    pace.heard(id, false)
    say({ conversationId: id, chat: 'group' }, use.use === 'staff' ? lines.staffPaired(community) : lines.paired(community), `paired|${read.platformId}`)
    parts.wake()
    await parts.onRoomBack(id)
  }

  async function heardInPrivate(read: ReadMessage, message: PlatformMessage, session: string): Promise<void> {
    const id = residentIdOf(session, read.talker.id)
    const here = { conversationId: privateIdOf(session, read.talker.id), chat: 'private' as const }
    friends.add(id)
    pace.heard(here.conversationId, isDanger(read.text))
    parts.wake()
    const code = readCode(read.text)
    if (code !== null) {
      const use = await pairing.redeem(code, id)
      // What a code gave holds for this login only: the id carries the session.
      if (use?.kind === 'staff') await pairing.remember(id, 'wechat', { staffId: use.staffId })
      const moved = use?.kind === 'resident' ? communityOf(use.communityId) : null
      if (moved !== null) await pairing.remember(id, 'wechat', { communityId: moved.id })
      say(here, use?.kind === 'staff' ? lines.linked : moved !== null ? lines.moved(moved) : use?.kind === 'room' ? lines.codeElsewhere : lines.codeWrong, `code|${read.platformId}`)
      return
    }
    const place = (communityId: CommunityId) => ({ session, conversationId: here.conversationId, communityId })
    const communityId = await whereabouts.of(id)
    if (communityId !== null && !/^换(个)?社区$/.test(read.text.trim())) return hand(read, place(communityId), id)
    const choices = await whereabouts.choices()
    const picked = communityId === null ? pickCommunity(read.text, choices) : null
    const held = platformMessage.safeParse((await pairing.person(id))?.held ?? null)
    if (picked !== null) {
      // What was said first is answered now; kept until it is handed on.
      const before = held.success ? readMessage(held.data, { id: '', name: '', alias: null }) : null
      if (before?.kind === 'message') await hand(before.read, place(picked.id), id)
      else say(here, lines.moved(picked), `moved|${read.platformId}`)
      await pairing.remember(id, 'wechat', { communityId: picked.id, held: null })
      return
    }
    const [first] = choices
    // Who is in danger is not asked first where they live.
    if (communityId === null && first !== undefined && isDanger(read.text)) return hand(read, place(first.id), id)
    await pairing.remember(id, 'wechat', communityId === null ? { held: held.success ? held.data : message } : { communityId: null, held: null })
    say(here, lines.whereDoYouLive(choices), `where|${read.platformId}`)
  }

  /** Fetches what belongs to the message and hands it to the conversations. */
  async function hand(read: ReadMessage, place: { readonly session: string; readonly conversationId: string; readonly communityId: CommunityId }, authorId: string): Promise<void> {
    const here = { conversationId: place.conversationId, chat: read.chat }
    const talks = `${place.conversationId}|${authorId}`
    const calls = read.mentions.bot || read.quoted?.byBot === true
    const isForUs = read.chat === 'private' || calls || now() - (addressed.get(talks) ?? -Infinity) < addressedForMs
    if (read.chat === 'group' && calls) addressed.set(talks, now())
    if (read.chat === 'group' && (calls || isDanger(read.text))) {
      pace.heard(place.conversationId, isDanger(read.text))
      parts.wake()
    }
    let { text } = read
    const attachments: Attachment[] = []
    if (read.carries === 'voice') {
      if (read.chat === 'private' && maySay(`voice|${talks}`)) say(here, lines.typeInstead, `voice|${read.platformId}`)
      if (read.chat === 'private') return
      text = '[语音]'
    } else if (read.carries !== null && isForUs) {
      const fetched = await fetchFile({ gateway, store, now }, { platformId: read.platformId, isImage: read.carries === 'image', residentId: authorId, conversationId: place.conversationId, communityId: place.communityId })
      if (fetched.refused !== null && read.chat === 'private') say(here, fetched.refused, `refused|${read.platformId}`)
      if (fetched.attachment === null) return
      attachments.push(fetched.attachment)
    } else if (read.carries !== null) {
      text = read.carries === 'image' ? '[图片]' : '[文件]'
    }
    const chosen = own.chosen(place.conversationId, authorId, text)
    await deliver(decodeMessage(read, place, {
      text: chosen ?? text, attachments, isFriend: friends.has(authorId),
      isStaff: read.chat === 'group' && (await parts.staff?.isStaff(authorId, place.communityId)) === true,
      quotedId: (read.quoted === null ? null : own.quoted(place.conversationId, read.quoted.text)) ?? `wechat:quoted-${read.platformId}`,
    }))
  }

  async function befriend(requestId: string, contactId: string, hello: string, session: string): Promise<void> {
    const id = residentIdOf(session, contactId)
    const code = readCode(hello) ?? readCode(`绑定 ${hello}`)
    const use = code === null ? null : await pairing.redeem(code, id)
    const community = use?.kind === 'resident' ? communityOf(use.communityId) : null
    // Strangers without a code are for a person to look at.
    if (community === null && !whereabouts.isKnown(id)) return
    if (community !== null) await pairing.remember(id, 'wechat', { communityId: community.id })
    await gateway.acceptFriend(requestId)
  }

  function communityOf(id: CommunityId): Community | null {
    return communities().find((one) => one.id === id) ?? null
  }

  async function takeNow(said: IntakeNews, self: Self, session: string): Promise<void> {
    switch (said.news) {
      case 'message':
        return heard(said.message, self, session)
      case 'joined': {
        const id = await sessions.roomOf(said.roomId)
        const room = id === null ? null : await pairing.room(id)
        if (room === null) { if (said.isBot && maySay(`pair|${said.roomId}`)) sayTo(said.roomId, lines.howToPair) }
        else if (said.isBot) await pairing.left(room.id, false)
        // Those who come together, or one after the other, are welcomed once.
        else if (room.use === 'residents' && maySay(`welcome|${room.id}`)) say({ conversationId: room.id, chat: 'group' }, lines.welcome, `welcome|${room.id}|${now()}`, 'by-day')
        return
      }
      case 'left': {
        const id = await sessions.roomOf(said.roomId)
        if (id !== null) await pairing.left(id, true)
        return
      }
      case 'friend-request':
        return befriend(said.id, said.contactId, said.hello, session)
      case 'friend': {
        const id = residentIdOf(session, said.contactId)
        friends.add(id)
        const known = await whereabouts.of(id)
        say({ conversationId: privateIdOf(session, said.contactId), chat: 'private' }, lines.befriended(known === null ? null : communityOf(known)), `friend|${id}`)
      }
    }
  }

  return {
    take(said, self) {
      const session = sessions.current
      if (session === null) return Promise.resolve()
      const lane = said.news === 'message' ? `${said.message.roomId ?? ''}|${said.message.talker.id}` : said.news
      // Danger waits for nobody's pictures.
      if (said.news === 'message' && said.message.kind === 'text' && isDanger(said.message.text)) return takeNow(said, self, session)
      return inOrder(lane, () => takeNow(said, self, session))
    },
  }
}

function isDanger(text: string): boolean {
  return findDanger(toSimplified(normalise(text))) !== null
}
