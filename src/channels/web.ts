import { randomUUID } from 'node:crypto'
import type { Attachment, Channel, InboundEvent, InboundMessage } from './channel.js'
import type { ChangeableMs, ChatEdit, ChatHistory, ChatSend } from './web-types.js'
import { asSeenBy, encodeKept, encodeReply, messageIdOf, type SpokenLine } from './web/lines.js'
import { listeners } from './web/listeners.js'
import { decodeMentions } from './web/mentions.js'
import { roomLines } from './web/room.js'
import { readConversationId, type ChatResident } from './web/sessions.js'
import { ChannelError, InputError, StoreError } from '../errors.js'
import { alone, type Cluster } from '../cluster/cluster.js'
import type { EventStream } from '../http/event-stream.js'
import type { CommunityId } from '../knowledge/community.js'
import { findPersonalData } from '../privacy.js'
import { isConflict } from '../store/quicker.js'
import type { Store } from '../store/store.js'

/** Longest text that is taken, UTF-16 units; what is longer is cut and the cut announced. */
export const maxTextLength = 20_000

/** An own message may be taken back or changed this long after it was sent, ms. */
const changeableMs: ChangeableMs = 600_000

/** Lines of a page of history. */
const historyPage = 50

/** Ids of messages and replies remembered, so that one that comes again is not shown again. */
const remembered = 10_000

/** The web chat: every browser a resident, one private chat for each and one room for each community. */
export interface WebChannel extends Channel {
  readonly name: 'web'
  /** Whether `start` was called and `stop` was not. */
  isStarted(): boolean
  /** Takes what a page sent; resolves once it is durable. The same clientId again resolves and does nothing. */
  receive(resident: ChatResident, sent: ChatSend, attachments: readonly Attachment[]): Promise<{ readonly cut: boolean }>
  /** The resident takes an own message back; resolves once that is durable. Throws InputError when it is not theirs or too old. */
  recall(resident: ChatResident, conversationId: string, clientId: string): Promise<void>
  /** The resident changes an own message; the same changeId again resolves and does nothing. */
  edit(resident: ChatResident, clientId: string, edit: ChatEdit): Promise<void>
  /** Whether this message was taken before. */
  hasReceived(resident: ChatResident, clientId: string): boolean
  /** Hears whose message another process took. Returns how to stop listening. */
  onTakenElsewhere(listener: (residentId: string) => void): () => void
  /** The newest 50 lines before `before` (a line's id; `null` = the end), oldest first. */
  history(resident: ChatResident, conversationId: string, before: string | null): Promise<ChatHistory>
  /** Sends the page what it missed since `cursor` (an event's id; `null` = it has just opened), then everything new. */
  listen(resident: ChatResident, stream: EventStream, cursor: string | null): Promise<void>
  /** Ends the pages' streams; the pages come back by themselves. */
  hangUp(): void
}

/** What processes tell each other of a room: its lines are kept nowhere. */
const roomTopic = 'web-room'

type RoomNews =
  | { readonly kind: 'spoken'; readonly conversationId: string; readonly spoken: SpokenLine }
  | { readonly kind: 'changed'; readonly conversationId: string; readonly messageId: string; readonly to: Partial<SpokenLine['line']> }

/** `cluster`: absent, this process has the store to itself; else pages of one chat may listen to several. */
export function webChannel(parts: { readonly store: Store; readonly now: () => number; readonly newId: () => string; readonly cluster?: Cluster }): WebChannel {
  const { store, now, newId } = parts
  const pages = listeners(randomUUID())
  const rooms = roomLines()
  const received = new Map<string, Promise<unknown>>()
  const sentKeys = new Map<string, true>()
  const cluster = parts.cluster ?? alone
  let deliver: ((event: InboundEvent) => Promise<void>) | null = null

  // A resident's private line shows on all their pages once it is kept (new rows come with revision 1); a room's line is shown when it comes in.
  // A kept line that changes (taken back, edited, no longer quoting what was) takes its own place on every page.
  const stopListening = store.onCommit(({ communityId, writes, elsewhere }) => {
    for (const write of writes) {
      if (write.op !== 'put' || write.table !== 'messages') continue
      const { row } = write
      const to = readConversationId(row.conversationId)
      if (to === null) continue
      // What another process is to send, whoever wrote it, is shown to the pages that listen here.
      const isSentElsewhere = elsewhere === true || (row.rev === 1 && !cluster.isMine(communityId, row.conversationId))
      if (isSentElsewhere && row.from !== 'resident' && !sentKeys.has(row.id)) {
        remember(sentKeys, row.id, true)
        show(row.conversationId, encodeKept(row), to.residentId === null)
      } else if (row.rev > 1) showAgain(row.conversationId, encodeKept(row), to.residentId === null)
      else if (row.from === 'resident' && to.residentId === row.authorId) pages.push(row.conversationId, encodeKept(row))
    }
  })

  const stopHearing = cluster.hear(roomTopic, (words) => {
    // Sealed by a process like this one.
    const news = words as RoomNews
    if (news.kind === 'spoken') {
      show(news.conversationId, news.spoken, true)
      takenElsewhere(news.spoken.residentId)
    } else changeInRoom(news.conversationId, news.messageId, news.to)
  })
  const takers = new Set<(residentId: string) => void>()
  // In a room it is told with the line whose it is.
  const stopArrivals = cluster.onArrival((conversationId) => { takenElsewhere(readConversationId(conversationId)?.residentId ?? null) })

  function takenElsewhere(residentId: string | null): void {
    if (residentId !== null) for (const taker of takers) taker(residentId)
  }

  function show(conversationId: string, spoken: SpokenLine, isRoom: boolean): void {
    const ids = identities(spoken)
    // Sent again, to another process than before.
    if (isRoom && rooms.of(conversationId).some((one) => identities(one).some((id) => ids.includes(id)))) return
    if (isRoom) rooms.add(conversationId, spoken)
    pages.push(conversationId, spoken)
  }

  function changeInRoom(conversationId: string, messageId: string, to: Partial<SpokenLine['line']>): void {
    const shown = rooms.change(conversationId, (one) => identities(one).includes(messageId), to)
    if (shown !== null) pages.push(conversationId, shown)
  }

  /** Here and with the other processes. */
  function tellRoom(news: RoomNews): void {
    cluster.say(roomTopic, news)
    if (news.kind === 'spoken') show(news.conversationId, news.spoken, true)
    else changeInRoom(news.conversationId, news.messageId, news.to)
  }

  function showAgain(conversationId: string, spoken: SpokenLine, isRoom: boolean): void {
    const known = identities(spoken)
    const { text, attachments, changed } = spoken.line
    const shown = isRoom ? rooms.change(conversationId, (one) => identities(one).some((id) => known.includes(id)), { text, attachments, ...(changed === undefined ? {} : { changed }) }) : { ...spoken, isAgain: true }
    if (shown !== null) pages.push(conversationId, shown)
  }

  /** Whose message it is and that it is young enough; throws InputError otherwise. */
  async function checkChangeable(resident: ChatResident, conversationId: string, messageId: string): Promise<void> {
    if (conversationId !== resident.roomId && conversationId !== resident.privateId) throw new InputError('not-found', '没有找到这个对话')
    const spoken = rooms.of(conversationId).find((one) => identities(one).includes(messageId))
    const kept = spoken ? null : (await store.find(resident.community.id, 'messages', { by: 'conversationId', equals: conversationId, order: 'desc', limit: historyPage })).find((row) => row.platformMessageId === messageId)
    const sentAt = spoken?.line.at ?? kept?.at ?? (received.has(messageId) ? now() : null)
    if (sentAt === null) throw new InputError('not-found', '没有找到这条消息')
    if (now() - sentAt > changeableMs) throw new InputError('too-late', '发出超过10分钟，不能再撤回或修改了；要更正请直接说')
  }

  function started(): (event: InboundEvent) => Promise<void> {
    if (!deliver) throw new StoreError('closed', 'web: a message came before start or after stop')
    return deliver
  }

  async function newest(resident: ChatResident, conversationId: string, before: string | null): Promise<{ lines: SpokenLine[]; more: boolean }> {
    const kept = await store.find(resident.community.id, 'messages', {
      by: 'conversationId', equals: conversationId, order: 'desc', limit: historyPage + 1, ...(before === null ? {} : { after: before }),
    })
    const spoken = rooms.of(conversationId).filter(({ line }) => before === null || line.id < before)
    const shown = new Set(spoken.flatMap((one) => identities(one)))
    const all = [...spoken, ...kept.map(encodeKept).filter((one) => !identities(one).some((id) => shown.has(id)))]
    all.sort((a, b) => (a.line.id < b.line.id ? -1 : 1))
    return { lines: all.slice(-historyPage), more: all.length > historyPage }
  }

  async function take(message: InboundMessage, resident: ChatResident, clientId: string, cut: boolean): Promise<void> {
    const deliverNow = started()
    // Before it is delivered, so that it stands before its answer.
    const lineId = newId()
    await deliverNow(message)
    if (message.chat === 'group') tellRoom({ kind: 'spoken', conversationId: message.conversationId, spoken: encodeOwn(lineId, message, clientId) })
    if (cut) pages.push(message.conversationId, cutNotice(newId(), message), resident.id)
  }

  return {
    name: 'web',
    isStarted: () => deliver !== null,

    async start(take) {
      deliver = take
    },

    async send(to, reply, key) {
      if (!deliver) throw new ChannelError('unavailable', 'web: the channel is not started')
      if (sentKeys.has(key)) return { messageId: key }
      const conversation = readConversationId(to.conversationId)
      const isKnown = conversation !== null &&
        (conversation.residentId === null || (await store.get(conversation.communityId as CommunityId, 'residents', conversation.residentId)) !== null)
      if (!isKnown) throw new ChannelError('gone', `web: there is no conversation ${to.conversationId}`)
      // Twice at once: whoever is first after the look into the store shows it.
      if (sentKeys.has(key)) return { messageId: key }
      remember(sentKeys, key, true)
      const spoken = encodeReply(key, to.conversationId, now(), reply)
      show(to.conversationId, spoken, conversation.residentId === null)
      return { messageId: key }
    },

    async stop() {
      deliver = null
      stopListening()
      stopHearing()
      stopArrivals()
      pages.endAll()
    },

    hangUp: () => { pages.endAll() },

    async receive(resident, sent, attachments) {
      const message = decodeSent(resident, sent, attachments, now())
      const cut = message.text.length < sent.text.length
      const before = received.get(message.messageId)
      if (before) {
        await before
        return { cut }
      }
      const taking = take(message, resident, sent.clientId, cut).catch((error: unknown) => {
        received.delete(message.messageId)
        // A delivery is kept or it is not; who was quicker means nothing to the resident.
        throw isConflict(error) ? new StoreError('closed', 'web: not taken', { cause: error }) : error
      })
      remember(received, message.messageId, taking)
      await taking
      return { cut }
    },

    async recall(resident, conversationId, clientId) {
      const messageId = messageIdOf(resident.id, clientId)
      await checkChangeable(resident, conversationId, messageId)
      await started()({ kind: 'recalled', channel: 'web', communityId: resident.community.id, messageId, conversationId, sentAt: now() })
      tellRoom({ kind: 'changed', conversationId, messageId, to: { text: recalledText, attachments: [], changed: 'recalled' } })
    },

    async edit(resident, clientId, edit) {
      const messageId = messageIdOf(resident.id, clientId)
      await checkChangeable(resident, edit.conversationId, messageId)
      const message = decodeSent(resident, { conversationId: edit.conversationId, clientId, text: edit.text, attachmentIds: [] }, [], now())
      await started()({ ...message, kind: 'edited', eventId: `${messageId}:${edit.changeId}` })
      tellRoom({ kind: 'changed', conversationId: edit.conversationId, messageId, to: { text: maskIdNumbers(message.text), changed: 'edited' } })
    },

    onTakenElsewhere(listener) {
      takers.add(listener)
      return () => takers.delete(listener)
    },

    hasReceived: (resident, clientId) => received.has(messageIdOf(resident.id, clientId)),

    async history(resident, conversationId, before) {
      const { lines, more } = await newest(resident, conversationId, before)
      return { lines: lines.map((spoken) => asSeenBy(spoken, resident.id)), more }
    },

    async listen(resident, stream, cursor) {
      if (cursor !== null && pages.missedSince(cursor, resident) === null) {
        const again = [await newest(resident, resident.privateId, null), await newest(resident, resident.roomId, null)]
        pages.add(resident, stream, again.flatMap(({ lines }) => lines))
        return
      }
      pages.add(resident, stream, cursor === null ? [] : (pages.missedSince(cursor, resident) ?? []))
    },
  }
}

/** What a page sent, as a message. Throws InputError when there is nothing in it or the conversation is not the resident's. */
export function decodeSent(resident: ChatResident, sent: ChatSend, attachments: readonly Attachment[], now: number): InboundMessage {
  const isRoom = sent.conversationId === resident.roomId
  if (!isRoom && sent.conversationId !== resident.privateId) throw new InputError('not-found', '没有找到这个对话')
  if (sent.text.trim() === '' && attachments.length === 0) throw new InputError('bad-input', '请写点什么再发送')
  const messageId = messageIdOf(resident.id, sent.clientId)
  const text = cutText(sent.text)
  return {
    channel: 'web',
    communityId: resident.community.id,
    eventId: messageId,
    messageId,
    conversationId: sent.conversationId,
    chat: isRoom ? 'group' : 'private',
    author: { id: resident.id, name: resident.name, kind: 'resident' },
    text,
    attachments,
    mentions: decodeMentions(text),
    quoted: null,
    sentAt: now,
  }
}

/** Stands in a room where a neighbour's words stood. */
const recalledText = '（居民撤回了这条消息）'

/** The first 20,000 characters, no character cut in half. */
function cutText(text: string): string {
  if (text.length <= maxTextLength) return text
  const last = text.charCodeAt(maxTextLength - 1)
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? maxTextLength - 1 : maxTextLength)
}

/** A resident's own line in the room. An ID number in the open is masked for everybody, its owner too. */
function encodeOwn(id: string, message: InboundMessage, clientId: string): SpokenLine {
  return {
    residentId: message.author.id,
    line: {
      id, conversationId: message.conversationId, at: message.sentAt, from: 'me', name: message.author.name, text: maskIdNumbers(message.text),
      choices: [], citations: [], attachments: message.attachments.map(({ id: file, kind, mediaType }) => ({ id: file, kind, mediaType })),
      urgent: false, clientId,
    },
  }
}

function maskIdNumbers(text: string): string {
  let masked = text
  // From the end, so that the places before it stay right.
  for (const { kind, start, end } of findPersonalData(text).sort((a, b) => b.start - a.start)) {
    if (kind === 'id-number') masked = `${masked.slice(0, start)}[身份证号]${masked.slice(end)}`
  }
  return masked
}

function cutNotice(id: string, message: InboundMessage): SpokenLine {
  return encodeReply(id, message.conversationId, message.sentAt, {
    text: `您发的内容太长，只收下了前 ${maxTextLength} 个字，后面的请另发一条。`,
    choices: [], citations: [], urgency: 'normal', from: { kind: 'bot' },
  })
}

/** By what two records of one line are known to be one: their id, or whose message it is under which of the page's ids. */
function identities({ line, residentId }: SpokenLine): readonly string[] {
  return residentId === null || line.clientId === null ? [line.id] : [line.id, messageIdOf(residentId, line.clientId)]
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.set(key, value)
  if (map.size > remembered) for (const oldest of map.keys()) { map.delete(oldest); break }
}
