import { createHash } from 'node:crypto'
import { z } from 'zod'
import { alone, type Cluster } from '../../cluster/cluster.js'
import type { Engine, StaffActor } from '../../conversation/engine.js'
import type { Conversation, Message } from '../../conversation/records.js'
import { isSpokenOf } from '../../conversation/staff-talk.js'
import { ChannelError, InputError, StoreError } from '../../errors.js'
import { PLATFORM, type CommunityId } from '../../knowledge/community.js'
import { readPageAnswer } from '../../paging/lines.js'
import { pendingOffer } from '../../requests/apply-move.js'
import { moveNames, type MoveName } from '../../requests/moves.js'
import { isOpen, type ServiceRequest } from '../../requests/service-request.js'
import { decideAgain } from '../../store/quicker.js'
import type { Store } from '../../store/store.js'
import type { Attachment } from '../channel.js'
import type { Pairing, Room } from '../pairing.js'
import { createStaffInChat, isForRoom, type Order } from '../staff-in-chat.js'
import { LarkRefused, type LarkApi } from './api.js'
import { placeholderOf } from './content.js'
import type { ReadMessage } from './decode.js'
import { ownWords } from './encode.js'
import type { CardAction, MessageReceived } from './events.js'
import { failureKind } from './failures.js'
import { fetchFiles } from './files.js'
import { receiverOf, residentIdOf, type Receiver } from './ids.js'
import { lines } from './lines.js'
import type { LarkLog } from './log.js'
import { bodyOfFile } from './sending.js'
import { drawRequest, drawWaiting, forStaff, readStaffLine, type Card } from './staff-card.js'

/** A request, or a resident who waits for a person, as a card in a staff group; what is written under it goes to the resident. */
export interface StaffThread {
  /** Room and subject. */
  readonly id: string
  readonly rev: number
  readonly roomId: string
  readonly subject: { readonly kind: 'request' | 'conversation'; readonly id: string }
  /** Lark's id of the card. */
  readonly rootId: string
  /** The resident's chat while somebody speaks there from this thread: what the resident says comes back here. In a room nobody else's words do. */
  readonly speakingIn: string | null
  /** Hash of the card as it was last sent. */
  readonly drawn: string
  /** Lark's ids of lines of staff that were carried out, the newest last. */
  readonly done: readonly string[]
}

/** Lines remembered of a thread, so that one that comes again does nothing. */
const remembered = 100
/** What could not be shown is tried again after this, ms. */
const againMs = 30_000
/** Cards of requests that changed so lately are looked at again at a start, ms; Lark changes none after 14 days. */
const redrawnWithinMs = 14 * 86_400_000

export interface StaffRoomParts {
  readonly api: LarkApi
  readonly store: Store
  readonly pairing: Pairing
  readonly engine: Pick<Engine, 'movesFor' | 'actOnRequest' | 'takeConversation' | 'say' | 'releaseConversation' | 'answerPage'>
  /** Absent: this process has the store to itself; of several, one writes into the groups of a community. */
  readonly cluster?: Cluster
  /** Whether what a service is about may be read by all who work there. */
  readonly isForAll: (serviceCode: string) => boolean
  readonly now: () => number
  readonly log: LarkLog
}

export interface StaffRoom {
  /** Shows what is open and not shown yet, then everything new. */
  start(): Promise<void>
  heard(room: Room, read: ReadMessage, event: MessageReceived): Promise<void>
  pressed(room: Room, press: CardAction): Promise<unknown>
  /** Whether this person works for the community. */
  isStaff(personId: string, communityId: CommunityId): Promise<boolean>
  stop(): void
}

const staffValue = z.object({ yichuang: z.literal('staff'), request: z.string().min(1), move: z.enum(moveNames) })
const formWords = z.object({ words: z.string().max(2_000).nullish(), to: z.string().max(200).nullish() })

export function createStaffRoom(parts: StaffRoomParts): StaffRoom {
  const { api, store, pairing, engine, isForAll, now, log } = parts
  const staff = createStaffInChat({ channel: 'lark', store, pairing, engine, now })
  const tails = new Map<string, Promise<unknown>>()
  const timers = new Set<NodeJS.Timeout>()
  const { isMine, onChange } = parts.cluster ?? alone
  let stopListening = (): void => undefined
  let isStopped = false

  /** One after the other for each thread; what fails for now is tried again. */
  function inLane(id: string, work: () => Promise<void>): void {
    const mine = (tails.get(id) ?? Promise.resolve()).then(work).catch((error: unknown) => {
      const isForNow = error instanceof ChannelError ? error.code !== 'gone' && error.code !== 'rejected' : error instanceof StoreError
      log('warn', 'lark.staff', { again: isForNow, error: error instanceof Error ? error.message : 'unknown' })
      if (!isForNow || isStopped) return
      const timer = setTimeout(() => { timers.delete(timer); inLane(id, work) }, againMs)
      timers.add(timer)
    }).finally(() => { if (tails.get(id) === mine) tails.delete(id) })
    tails.set(id, mine)
  }

  function chatOf(room: Room): Receiver {
    const to = receiverOf(room.id)
    if (to === null) throw new ChannelError('gone', `lark: there is no conversation ${room.id}`)
    return to
  }

  /** Puts the card into the group, or another in its place. */
  async function show(room: Room, subject: StaffThread['subject'], draw: () => Promise<{ readonly card: Card; readonly isNew: boolean; readonly isUrgent: boolean } | null>): Promise<void> {
    const id = `${room.id}|${subject.kind}|${subject.id}`
    const thread = await store.get(room.communityId, 'staffThreads', id)
    const drawn = await draw()
    if (drawn === null || (thread === null && !drawn.isNew) || thread?.drawn === drawn.card.hash) return
    /** Where it is written under: the new card; where Lark draws none, its words, which go under the one before. */
    const place = async (key: string, before: string | null): Promise<string> => {
      try {
        return (await api.create(chatOf(room), { type: 'interactive', content: drawn.card.content }, keyOf(key), drawn.isUrgent)).messageId
      } catch (error) {
        if (!(error instanceof LarkRefused) || failureKind(error.refusal) !== 'undrawable') throw error
        log('warn', 'lark.undrawable', { code: error.refusal.code })
        if (before === null) return (await api.create(chatOf(room), ownWords(drawn.card.inWords), keyOf(`${key}|words`), drawn.isUrgent)).messageId
        await sayIn(room, before, drawn.card.inWords, `${key}|words`)
        return before
      }
    }
    if (thread === null) {
      const rootId = await place(id, null)
      await store.commit(room.communityId, [{ op: 'put', table: 'staffThreads', row: { id, rev: 0, roomId: room.id, subject, rootId, speakingIn: null, drawn: drawn.card.hash, done: [] } }])
      return
    }
    let { rootId } = thread
    try {
      await api.patchCard(rootId, drawn.card.content)
    } catch (error) {
      if (!(error instanceof ChannelError) || error.code !== 'rejected') throw error
      // Taken away, or older than the 14 days in which Lark changes a card: the talk goes on under a new one.
      rootId = await place(`${id}|${drawn.card.hash}`, rootId)
    }
    await change(room.communityId, id, (row) => ({ ...row, rootId, drawn: drawn.card.hash }))
  }

  function change(communityId: CommunityId, id: string, to: (row: StaffThread) => StaffThread): Promise<void> {
    return decideAgain(async () => {
      const row = await store.get(communityId, 'staffThreads', id)
      if (row !== null) await store.commit(communityId, [{ op: 'put', table: 'staffThreads', row: to(row) }])
    })
  }

  function showRequest(room: Room, requestId: string): void {
    inLane(`${room.id}|request|${requestId}`, () => show(room, { kind: 'request', id: requestId }, async () => {
      const request = await store.get(room.communityId, 'requests', requestId)
      if (request === null) return null
      const isAll = isForRoom(request, isForAll)
      const colleagues = isAll && isOpen(request) ? await staff.colleagues(room.communityId) : []
      return { card: drawRequest(request, isAll, offered(request), colleagues), isNew: isOpen(request), isUrgent: false }
    }))
  }

  /** What somebody there may do with it now: its owner, or anybody while nobody took it; to whom it is offered; the head. Each press is weighed by who makes it. */
  function offered(request: ServiceRequest): readonly MoveName[] {
    const { owner } = request
    const to = pendingOffer(request)?.to
    const hands: StaffActor[] = [
      owner.kind === 'staff' ? { ...owner, isLead: false } : { kind: 'staff', id: '', name: '', isLead: false },
      ...(to?.kind === 'staff' ? [{ ...to, isLead: false }] : to?.kind === 'post' ? [{ kind: 'staff', id: '', name: '', isLead: false } as const] : []),
      { kind: 'staff', id: '', name: '', isLead: true },
    ]
    const byHead: readonly MoveName[] = ['supervise', 'assign', 'reassign']
    return [...new Set(hands.flatMap((by) => engine.movesFor(request, by).filter((move) => !by.isLead || byHead.includes(move))))]
  }

  function showWaiting(room: Room, conversationId: string): void {
    inLane(`${room.id}|conversation|${conversationId}`, () => show(room, { kind: 'conversation', id: conversationId }, async () => {
      const conversation = await store.get(room.communityId, 'conversations', conversationId)
      return conversation === null ? null : { card: drawWaiting(conversation), isNew: conversation.mode === 'waiting', isUrgent: conversation.handover?.urgent === true }
    }))
  }

  /** What the resident says to a person comes into the thread in which that person speaks. */
  function mirror(communityId: CommunityId, line: Message): void {
    inLane(`mirror|${line.conversationId}`, async () => {
      for (const thread of await store.find(communityId, 'staffThreads', { by: 'speakingIn', equals: line.conversationId, limit: 20 })) {
        const room = await pairing.room(thread.roomId)
        if (room !== null && (await isOfThread(communityId, thread, line))) await mirrorInto(room, thread, line)
      }
    })
  }

  /** A private chat has one person in it; in a room only the words of who filed the request, or asked for a person, belong to it. */
  async function isOfThread(communityId: CommunityId, { subject }: StaffThread, line: Message): Promise<boolean> {
    const conversation = await store.get(communityId, 'conversations', line.conversationId)
    if (conversation?.chat !== 'group') return true
    if (subject.kind === 'conversation') return conversation.handover?.askers?.includes(line.authorId) === true
    const request = await store.get(communityId, 'requests', subject.id)
    return request?.residentId === line.authorId && isSpokenOf(request, line.at)
  }

  async function mirrorInto(room: Room, thread: StaffThread, line: Message): Promise<void> {
    const conversation = await store.get(room.communityId, 'conversations', line.conversationId)
    if (conversation?.confided?.at(-1)?.until === null) return sayIn(room, thread.rootId, lines.confided, `line-${thread.id}-${line.id}`)
    const pictures = line.attachments.some(({ kind }) => kind === 'image') ? '[图片]' : ''
    const others = line.attachments.some(({ kind }) => kind !== 'image') ? '[文件]' : ''
    await sayIn(room, thread.rootId, `居民：${forStaff(line.text.replace(/@小助手[\s\u2005]*/g, ''))}${pictures}${others}`, `line-${thread.id}-${line.id}`)
    for (const attachment of line.attachments) {
      const bytes = await store.loadBlob(room.communityId, attachment.id)
      if (bytes === null) continue
      await api.reply(chatOf(room), thread.rootId, await bodyOfFile(api, attachment, bytes), keyOf(`file-${thread.id}-${attachment.id}`), { isUrgent: false, inThread: true })
    }
  }

  async function sayIn(room: Room, rootId: string, text: string, key: string): Promise<void> {
    await api.reply(chatOf(room), rootId, ownWords(text), keyOf(key), { isUrgent: false, inThread: true })
  }

  /** What a line of staff is about: the request, and the conversation in which its words are said. */
  async function subjectOf(thread: StaffThread, communityId: CommunityId): Promise<{ readonly request: ServiceRequest | null; readonly conversation: Conversation | null }> {
    const request = thread.subject.kind === 'request' ? await store.get(communityId, 'requests', thread.subject.id) : null
    const conversationId = thread.subject.kind === 'conversation' ? thread.subject.id : (request?.conversationId ?? null)
    return { request, conversation: conversationId === null ? null : await store.get(communityId, 'conversations', conversationId) }
  }

  /** Words for the resident: in a private chat the person takes it over, in a room they are news of the request. */
  async function speak(thread: StaffThread, communityId: CommunityId, said: string, attachments: readonly Attachment[], by: StaffActor): Promise<string | null> {
    if (said === '') throw new InputError('no-text', lines.nothingSaid)
    const { request, conversation } = await subjectOf(thread, communityId)
    if (request !== null && conversation?.chat !== 'private') {
      await change(communityId, thread.id, (row) => ({ ...row, speakingIn: request.conversationId }))
      await staff.act(communityId, request.id, { move: 'reply', words: said, attachments }, by)
      return attachments.length > 0 && conversation?.chat === 'group' ? lines.shownToAll : null
    }
    if (conversation === null) throw new InputError('not-found', lines.notFound)
    if (conversation.mode !== 'staff' || conversation.takenBy?.id !== by.id) await engine.takeConversation(communityId, conversation.id, by)
    await change(communityId, thread.id, (row) => ({ ...row, speakingIn: conversation.id }))
    await engine.say(communityId, conversation.id, said, by, attachments)
    return attachments.length > 0 && conversation.chat === 'group' ? lines.shownToAll : null
  }

  /** Gives the conversation back to the bot; what staff are told of it. */
  async function release(thread: StaffThread, communityId: CommunityId, by: StaffActor): Promise<string> {
    const conversationId = conversationOf(thread)
    const conversation = conversationId === null ? null : await store.get(communityId, 'conversations', conversationId)
    // In a room nothing was taken: what is said to the last words of staff is theirs for a while, and comes here.
    if (thread.subject.kind === 'request' && conversation?.chat === 'group') return lines.endsByItself
    await endTalk(thread, communityId, by)
    return conversation?.mode === 'staff' ? lines.releasedByStaff : lines.nothingToRelease
  }

  async function endTalk(thread: StaffThread, communityId: CommunityId, by: StaffActor): Promise<void> {
    const conversationId = conversationOf(thread)
    await change(communityId, thread.id, (row) => ({ ...row, speakingIn: null }))
    const conversation = conversationId === null ? null : await store.get(communityId, 'conversations', conversationId)
    if (conversation?.mode === 'staff') await engine.releaseConversation(communityId, conversation.id, by)
  }

  /** What the thread is told of it; `null`: nothing, the card shows it. */
  async function carryOut(thread: StaffThread, room: Room, read: ReadMessage, by: StaffActor): Promise<string | null> {
    const { communityId } = room
    const line = readStaffLine(read.text)
    if (line.kind === 'release') return release(thread, communityId, by)
    const { attachments, refused } = await filesIn(thread, communityId, read)
    if (refused !== null && attachments.length === 0 && line.words === '') return refused
    if (line.kind === 'say' || thread.subject.kind !== 'request') {
      const said = line.kind === 'say' ? line.words : read.text
      return (await speak(thread, communityId, said === '' && attachments.length > 0 ? placeholderOf(read.type) : said, attachments, by)) ?? refused
    }
    await staff.act(communityId, thread.subject.id, { ...line, attachments }, by)
    // What ends the request ends the talk about it.
    if ((line.move === 'close' || line.move === 'decline') && thread.speakingIn !== null) await endTalk(thread, communityId, by)
    return refused
  }

  /** Files of staff are kept with what is the resident's: it may be seen, and goes when the resident's data go. */
  async function filesIn(thread: StaffThread, communityId: CommunityId, read: ReadMessage): Promise<{ readonly attachments: readonly Attachment[]; readonly refused: string | null }> {
    if (read.resources.length === 0) return { attachments: [], refused: null }
    const { request, conversation } = await subjectOf(thread, communityId)
    const residentId = request?.residentId ?? conversation?.residentId ?? null
    if (residentId === null) return { attachments: [], refused: lines.nobodyToKeepFor }
    return fetchFiles({ api, store, now }, read, { communityId, residentId, conversationId: conversation?.id ?? request?.conversationId ?? '' })
  }

  /** 「应 12」, wherever in the group it stands; one that comes again is answered under the same key, which Lark shows once. */
  async function answerPage(room: Room, read: ReadMessage, page: number): Promise<void> {
    const by = await staff.actorOf(residentIdOf(read.openId), room.communityId)
    if (typeof by !== 'string') await sayIn(room, read.larkId, await engine.answerPage(room.communityId, page, by), `${read.larkId}|page`)
    else if (staff.mayTell(read.openId)) await sayIn(room, read.larkId, by, `${read.larkId}|who`)
  }

  /** Looks for a thread; again where somebody answers a card that Lark shows already and we have not noted yet. */
  async function noted(find: () => Promise<StaffThread | null>): Promise<StaffThread | null> {
    const found = await find()
    if (found !== null || tails.size === 0) return found
    await Promise.all(tails.values())
    return find()
  }

  function every(communityId: CommunityId, what: (room: Room) => void): void {
    staff.rooms(communityId).then((rooms) => { rooms.forEach(what) }).catch((error: unknown) => { log('warn', 'lark.staff', { error: String(error) }) })
  }

  async function showOpen(): Promise<void> {
    for (const room of await staff.rooms()) {
      if (!isMine(room.communityId)) continue
      // What ended just before the process did may still stand as open.
      for (const request of await store.find(room.communityId, 'requests', { limit: 10_000 })) if (isOpen(request) || now() - request.updatedAt < redrawnWithinMs) showRequest(room, request.id)
      for (const { id } of await store.find(room.communityId, 'conversations', { by: 'mode', equals: 'waiting', limit: 10_000 })) showWaiting(room, id)
    }
  }

  return {
    async start() {
      isStopped = false
      const stopWatching = onChange(() => { showOpen().catch((error: unknown) => { log('warn', 'lark.staff', { error: String(error) }) }) })
      const stopHearing = store.onCommit(({ communityId, writes }) => {
        if (communityId === PLATFORM || !isMine(communityId)) return
        for (const write of writes) {
          if (write.op !== 'put') continue
          if (write.table === 'requests') every(communityId, (room) => { showRequest(room, write.row.id) })
          if (write.table === 'conversations' && (write.row.handover !== null || write.row.rev > 1)) every(communityId, (room) => { showWaiting(room, write.row.id) })
          if (write.table === 'messages' && write.row.rev === 1 && write.row.from === 'resident') mirror(communityId, write.row)
        }
      })
      stopListening = () => {
        stopWatching()
        stopHearing()
      }
      await showOpen()
    },

    async heard(room, read, { message }) {
      const page = readPageAnswer(read.text)
      if (page !== null) return answerPage(room, read, page)
      const rootId = message.root_id ?? message.parent_id ?? ''
      if (rootId === '') return
      const thread = await noted(async () => (await store.find(room.communityId, 'staffThreads', { by: 'rootId', equals: rootId, limit: 1 }))[0] ?? null)
      // What staff say to one another is not ours.
      if (thread === null || thread.done.includes(read.larkId)) return
      const by = await staff.actorOf(residentIdOf(read.openId), room.communityId)
      if (typeof by === 'string') {
        if (staff.mayTell(read.openId)) await sayIn(room, rootId, by, `${read.larkId}|who`)
        return
      }
      let answer: string | null
      try {
        answer = await carryOut(thread, room, read, by)
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        answer = error.message
      }
      await change(room.communityId, thread.id, (row) => ({ ...row, done: [...row.done, read.larkId].slice(-remembered) }))
      if (answer !== null) await sayIn(room, rootId, answer, `${read.larkId}|answer`)
    },

    async pressed(room, press) {
      const value = staffValue.safeParse(press.action.value)
      const by = await staff.actorOf(residentIdOf(press.operator.open_id), room.communityId)
      if (!value.success || typeof by === 'string') return toast('warning', typeof by === 'string' ? by : lines.tooOld)
      const said = formWords.safeParse(press.action.form_value ?? {})
      const words = said.success ? (said.data.words?.trim() ?? '') : ''
      const to = said.success ? (said.data.to ?? '') : ''
      const order: Order = { move: value.data.move, words, ...(to === '' ? {} : { toStaffId: to }) }
      try {
        const { request } = value.data
        const thread = await noted(() => store.get(room.communityId, 'staffThreads', `${room.id}|request|${request}`))
        if (thread === null) return toast('warning', lines.tooOld)
        await staff.act(room.communityId, request, order, by)
        return toast('success', lines.done('办好'))
      } catch (error) {
        if (!(error instanceof InputError)) throw error
        return toast('warning', error.message)
      }
    },

    isStaff: async (personId, communityId) => typeof (await staff.actorOf(personId, communityId)) !== 'string',

    stop() {
      isStopped = true
      stopListening()
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}

/** Where somebody speaks from it. */
function conversationOf({ speakingIn, subject }: StaffThread): string | null {
  return speakingIn ?? (subject.kind === 'conversation' ? subject.id : null)
}

function toast(type: 'success' | 'warning', content: string): unknown {
  return { toast: { type, content } }
}

/** A key of Lark's, at most 50 characters, that follows from what it is for. */
function keyOf(id: string): string {
  return `staff-${createHash('sha256').update(id).digest('hex').slice(0, 40)}`
}
