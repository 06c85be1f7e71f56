import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Attachment, FilledForm, InboundEvent, InboundMessage } from '../channel.js'
import { readCode, type Pairing } from '../pairing.js'
import { pickCommunity, type Whereabouts } from '../whereabouts.js'
import type { Community, CommunityId } from '../../knowledge/community.js'
import { findDanger } from '../../nlu/emergency.js'
import type { Store } from '../../store/store.js'
import { normalise, toSimplified } from '../../text.js'
import type { LarkApi } from './api.js'
import { nameMentions, placeholderOf, readContent } from './content.js'
import { decodeMessage, decodePress, decodeRecall, pressIdOf, readMessage, type ReadMessage } from './decode.js'
import { answeredCard } from './encode.js'
import { readEvent, type CardAction, type LarkEvent, type MessageReceived } from './events.js'
import { fetchFiles } from './files.js'
import { groupIdOf, messageIdOf, openIdOf, privateIdOf, residentIdOf } from './ids.js'
import { lines } from './lines.js'
import type { LarkLog } from './log.js'
import type { OwnLines } from './own-lines.js'
import type { StaffRoom } from './staff-room.js'

/** Lark takes an event for lost after 3 s; what is not durable by then is refused and comes again, while the work goes on. */
const budgetMs = 2_500
/** What a message quotes is looked up at most this long, ms: the words of the message itself matter more. */
const quotedWithinMs = 1_200
/** In a group, a picture belongs to what somebody said to the bot this long before, ms; others' pictures are not looked at. */
const addressedForMs = 5 * 60_000
/** Lines of a group looked through for that. */
const lookedBackLines = 50
/** A group is told how to pair, or welcomes newcomers, at most this often, ms. */
const sayAgainMs = 10 * 60_000
/** A press on a card older than this is an answer to a question long forgotten, ms; Lark changes cards for 14 days. */
const pressableMs = 14 * 86_400_000

/** Messages carried out here that are remembered. */
const mostConsumed = 5_000

export interface IntakeParts {
  readonly api: LarkApi
  readonly store: Store
  readonly pairing: Pairing
  readonly whereabouts: Whereabouts
  readonly communities: () => readonly Community[]
  readonly own: OwnLines
  readonly deliver: (event: InboundEvent) => Promise<void>
  /** A line of the channel's own; one for one key. Never rejects. */
  readonly say: (conversationId: string, text: string, key: string) => Promise<void>
  /** Words and presses of staff in their group. Absent: a staff group is only written to. */
  readonly staff?: Omit<StaffRoom, 'start' | 'stop'>
  readonly now: () => number
  readonly log: LarkLog
  readonly budgetMs?: number
}

export interface Intake {
  /** Fulfilled once everything that follows from the event is durable; rejected, Lark sends it again. */
  take(event: LarkEvent): Promise<unknown>
}

const choiceValue = z.object({ yichuang: z.literal('choice'), text: z.string().min(1).max(200), in: z.string().min(1), line: z.string().default(''), for: z.string().nullable() })
const formValue = z.object({ yichuang: z.literal('form'), service: z.string().min(1), labels: z.record(z.string(), z.string()), in: z.string().min(1), line: z.string().default('') })
/** A field left empty is absent, `null` or an empty text. */
const filledValue = z.record(z.string(), z.string().max(1_000).nullish())

interface Pressed {
  readonly text: string
  readonly filled?: FilledForm
  readonly in: string
  /** Our line that the card shows; empty on cards of an earlier version. */
  readonly line: string
  readonly for: string | null
}

/** What a press on a card of ours says; `null` when it is none of ours. `text` is empty where nothing was filled in. */
function readPress({ action }: CardAction): Pressed | null {
  const choice = choiceValue.safeParse(action.value)
  if (choice.success) return choice.data
  const form = formValue.safeParse(action.value)
  const fields = filledValue.safeParse(action.form_value ?? {})
  if (!form.success || !fields.success) return null
  const { service: serviceCode, labels, in: conversationId, line } = form.data
  const answers = Object.keys(labels).flatMap((name) => {
    const value = fields.data[name]?.trim() ?? ''
    return value === '' ? [] : [{ name, value }]
  })
  return { text: answers.map(({ name, value }) => `${labels[name] ?? name}：${value}`).join('\n'), filled: { serviceCode, answers }, in: conversationId, line, for: null }
}

/** Decides what an event of Lark is to us and hands it on, each once at a time and in order for each person in each chat. */
export function createIntake(parts: IntakeParts): Intake {
  const { api, store, pairing, whereabouts, communities, own, deliver, say, now, log } = parts
  const inHand = new Map<string, Promise<unknown>>()
  const tails = new Map<string, Promise<unknown>>()
  const saidAt = new Map<string, number>()
  const addressed = new Map<string, number>()
  const privateChats = new Set<string>()
  /** Codes and choices of a community that were carried out here: the conversations don't know them, and they may come again. */
  const consumed = new Set<string>()
  /** Cards that a person answered, with the answer. */
  const answered = new Map<string, string>()

  /** One after the other for each key. */
  function inOrder<T>(key: string, work: () => Promise<T>): Promise<T> {
    const mine = (tails.get(key) ?? Promise.resolve()).then(work, work)
    const tail = mine.catch(() => undefined).then(() => { if (tails.get(key) === tail) tails.delete(key) })
    tails.set(key, tail)
    return mine
  }

  function consume(larkId: string): void {
    consumed.add(larkId)
    if (consumed.size > mostConsumed) for (const oldest of consumed) { consumed.delete(oldest); break }
  }

  function maySay(key: string): boolean {
    const last = saidAt.get(key)
    if (last !== undefined && now() - last < sayAgainMs) return false
    saidAt.set(key, now())
    return true
  }

  async function handle(event: LarkEvent): Promise<unknown> {
    switch (event.type) {
      case 'im.message.receive_v1':
        await heard(event.event)
        return undefined
      case 'im.message.recalled_v1': {
        const { message_id: larkId, chat_id: chatId, recall_time: at } = event.event
        const room = await pairing.room(groupIdOf(chatId))
        const openId = room === null ? openIdOf((await pairing.personByChat(chatId))?.id ?? '') : null
        const communityId = openId === null ? (room?.use === 'residents' ? room.communityId : null) : await whereabouts.of(residentIdOf(openId))
        if (communityId !== null) await deliver(decodeRecall(larkId, openId === null ? groupIdOf(chatId) : privateIdOf(openId), communityId, at ?? event.at))
        return undefined
      }
      case 'im.chat.member.user.added_v1': {
        const room = await pairing.room(groupIdOf(event.event.chat_id))
        // Those who come together, or one after the other, are welcomed once; also where several processes hear of them, for Lark shows a key once.
        if (room?.use === 'residents' && event.event.users.length > 0 && maySay(`welcome|${room.id}`)) await say(room.id, lines.welcome, keyOf(`welcome|${room.id}|${Math.floor(now() / sayAgainMs)}`))
        return undefined
      }
      case 'im.chat.member.bot.added_v1': {
        const id = groupIdOf(event.event.chat_id)
        if ((await pairing.room(id)) === null) await say(id, lines.howToPair, keyOf(event.id))
        else await pairing.left(id, false)
        return undefined
      }
      case 'im.chat.member.bot.deleted_v1':
      case 'im.chat.disbanded_v1':
        await pairing.left(groupIdOf(event.event.chat_id), true)
        log('warn', 'lark.left-group', { conversation: groupIdOf(event.event.chat_id) })
        return undefined
      case 'card.action.trigger':
        return pressed(event.event, event.at)
    }
  }

  async function heard(event: MessageReceived): Promise<void> {
    const read = readMessage(event, await api.botOpenId())
    if (read === null || consumed.has(read.larkId)) return
    if (read.chat === 'private') return heardInPrivate(read, event)
    const room = await pairing.room(read.conversationId)
    const code = readCode(read.text)
    if (code !== null) return pairGroup(read, code)
    if (room === null) {
      // Of a group that nobody paired nothing is kept, and only who calls us hears how it is done.
      if (read.mentions.bot && maySay(`pair|${read.conversationId}`)) await say(read.conversationId, lines.howToPair, keyOf(read.larkId))
      return
    }
    if (room.leftAt !== null) await pairing.left(room.id, false)
    if (room.use === 'staff') return parts.staff?.heard(room, read, event)
    whereabouts.seen(residentIdOf(read.openId), room.communityId)
    own.wrote(read.larkId, read.openId, read.chatId)
    await hand(read, room.communityId)
  }

  async function pairGroup(read: ReadMessage, code: string): Promise<void> {
    const use = await pairing.redeem(code, residentIdOf(read.openId))
    const community = use?.kind === 'room' ? communityOf(use.communityId) : null
    if (use?.kind !== 'room' || community === null) {
      await say(read.conversationId, use === null || use.kind === 'room' ? lines.codeWrong : lines.codeElsewhere, keyOf(read.larkId))
      return
    }
    consume(read.larkId)
    await pairing.pair({ id: read.conversationId, channel: 'lark', communityId: use.communityId, use: use.use })
    await say(read.conversationId, use.use === 'staff' ? lines.staffPaired(community) : lines.paired(community), keyOf(read.larkId))
  }

  async function heardInPrivate(read: ReadMessage, event: MessageReceived): Promise<void> {
    const id = residentIdOf(read.openId)
    if (!privateChats.has(read.chatId)) {
      await pairing.remember(id, 'lark', { privateChat: read.chatId })
      privateChats.add(read.chatId)
    }
    const code = readCode(read.text)
    if (code !== null) {
      const use = await pairing.redeem(code, id)
      if (use !== null) consume(read.larkId)
      if (use?.kind === 'staff') await pairing.remember(id, 'lark', { staffId: use.staffId })
      const moved = use?.kind === 'resident' ? communityOf(use.communityId) : null
      if (moved !== null) await pairing.remember(id, 'lark', { communityId: moved.id })
      await say(read.conversationId, use?.kind === 'staff' ? lines.linked : moved !== null ? lines.moved(moved) : use?.kind === 'room' ? lines.codeElsewhere : lines.codeWrong, keyOf(read.larkId))
      return
    }
    const communityId = await whereabouts.of(residentIdOf(read.openId))
    if (communityId !== null && !/^换(个)?社区$/.test(read.text.trim())) return hand(read, communityId)
    const choices = await whereabouts.choices()
    const picked = pickCommunity(read.text, choices)
    const held = (await pairing.person(id))?.held ?? null
    if (picked !== null && communityId === null) {
      // What was said first is answered now; kept until it is handed on.
      const first = readEvent('im.message.receive_v1', held)
      const before = first?.type === 'im.message.receive_v1' ? readMessage(first.event, await api.botOpenId()) : null
      if (before !== null) await hand(before, picked.id)
      else await say(read.conversationId, lines.moved(picked), keyOf(read.larkId))
      await pairing.remember(id, 'lark', { communityId: picked.id, held: null })
      consume(read.larkId)
      return
    }
    const [first] = choices
    // Who is in danger is not asked first where they live.
    if (communityId === null && first !== undefined && isDanger(read.text)) return hand(read, first.id)
    await pairing.remember(id, 'lark', communityId === null ? { held: held ?? { event_id: read.larkId, create_time: String(read.sentAt), ...event, message: { ...event.message, create_time: String(read.sentAt) } } } : { communityId: null, held: null })
    await say(read.conversationId, lines.whereDoYouLive(choices), keyOf(read.larkId))
  }

  /** Fetches what belongs to the message and hands it to the conversations. */
  async function hand(read: ReadMessage, communityId: CommunityId): Promise<void> {
    const quoted = await quotedBy(read)
    const talks = `${read.conversationId}|${read.openId}`
    const isForUs = read.chat === 'private' || read.mentions.bot || quoted?.byBot === true || now() - (addressed.get(talks) ?? 0) < addressedForMs ||
      (read.resources.length > 0 && await hasTalkedWithUs(read, communityId))
    if (read.chat === 'group' && (read.mentions.bot || quoted?.byBot === true)) addressed.set(talks, now())
    if (addressed.size > mostConsumed) for (const [key, at] of addressed) if (now() - at >= addressedForMs) addressed.delete(key)
    let attachments: readonly Attachment[] = []
    let text = read.text
    if (read.resources.length > 0 && isForUs) {
      const fetched = await fetchFiles({ api, store, now }, read, { communityId, residentId: residentIdOf(read.openId), conversationId: read.conversationId })
      attachments = fetched.attachments
      if (fetched.refused !== null && read.chat === 'private') await say(read.conversationId, fetched.refused, keyOf(`${read.larkId}|refused`))
      // Nothing is left of it but what we just said to it.
      if (attachments.length === 0 && text === '') return
    } else if (read.resources.length > 0 && text === '') {
      text = placeholderOf(read.type)
    }
    // What somebody who works there says in a residents' group is staff's.
    const isStaff = read.chat === 'group' && (await parts.staff?.isStaff(residentIdOf(read.openId), communityId)) === true
    await deliver(decodeMessage(read, communityId, { text, quoted, attachments, isStaff }))
  }

  /** Whether lately we took up what this person said in the group: another process may have heard it. */
  async function hasTalkedWithUs(read: ReadMessage, communityId: CommunityId): Promise<boolean> {
    const said = await store.find(communityId, 'messages', { by: 'conversationId', equals: read.conversationId, order: 'desc', limit: lookedBackLines })
    return said.some(({ from, authorId, at }) => from === 'resident' && authorId === residentIdOf(read.openId) && now() - at < addressedForMs)
  }

  async function quotedBy(read: ReadMessage): Promise<InboundMessage['quoted']> {
    if (read.parentId === null) return null
    const messageId = messageIdOf(read.parentId)
    const known = own.said(read.parentId)
    if (known !== null) return { messageId, text: known, byBot: true }
    const found = await within(api.message(read.parentId), quotedWithinMs).catch(() => null)
    if (found === null) return { messageId, text: '', byBot: false }
    return { messageId, text: nameMentions(readContent(found.type, found.content).text, [], '').text, byBot: found.byOurApp }
  }

  /** A button of ours: as good as the typed answer. What goes back is a word on the screen, and the card without its buttons. */
  async function pressed(press: CardAction, at: number): Promise<unknown> {
    const { open_chat_id: chatId, open_message_id: cardId } = press.context
    const room = await pairing.room(groupIdOf(chatId))
    if (room?.use === 'staff') return parts.staff?.pressed(room, press)
    const said = readPress(press)
    if (said === null) return toast('warning', lines.tooOld)
    if (said.text === '') return toast('warning', lines.nothingFilled)
    const { text, in: conversationId, line, for: residentId } = said
    const openId = press.operator.open_id
    // A card passed on to another chat, or a value made up, is no answer here.
    const isHere = room === null ? conversationId === privateIdOf(openId) : conversationId === room.id
    if (!isHere || now() - at > pressableMs) return toast('warning', lines.tooOld)
    if (residentId !== null && residentId !== residentIdOf(openId)) return toast('info', lines.notYours)
    const communityId = room?.communityId ?? (await whereabouts.of(residentIdOf(openId)))
    if (communityId === null) return toast('warning', lines.tooOld)
    const pressId = pressIdOf(cardId, openId)
    const before = answered.get(pressId) ?? (await answeredWith(communityId, conversationId, pressId))
    if (before !== null && before !== text) return toast('info', lines.answeredBefore(before))
    await deliver(decodePress({ text, conversationId, openId, cardId, at, ...(said.filled === undefined ? {} : { filled: said.filled }) }, communityId))
    answered.set(pressId, text)
    if (answered.size > mostConsumed) for (const oldest of answered.keys()) { answered.delete(oldest); break }
    const shown = own.said(cardId) ?? (await store.get(communityId, 'messages', line))?.text ?? null
    return { ...toast('success', lines.pressed(said.filled === undefined ? text : '填好的内容')), ...(shown === null ? {} : { card: { type: 'raw', data: answeredCard(shown, text) } }) }
  }

  /** What was pressed on a card before this process began; `null`: nothing that is known. */
  async function answeredWith(communityId: CommunityId, conversationId: string, pressId: string): Promise<string | null> {
    const said = await store.find(communityId, 'messages', { by: 'conversationId', equals: conversationId })
    return said.findLast(({ platformMessageId }) => platformMessageId === messageIdOf(pressId))?.text ?? null
  }

  function communityOf(id: CommunityId): Community | null {
    return communities().find((one) => one.id === id) ?? null
  }

  return {
    take(event) {
      const key = event.type === 'im.message.receive_v1' ? event.event.message.message_id : event.id
      let work = inHand.get(key)
      if (work === undefined) {
        const lane = laneOf(event)
        work = (lane === null ? handle(event) : inOrder(lane, () => handle(event))).finally(() => inHand.delete(key))
        inHand.set(key, work)
      }
      return within(work, parts.budgetMs ?? budgetMs)
    },
  }
}

/** Whose turn an event waits for; `null` for what waits for nobody: danger, and what is no message. */
function laneOf(event: LarkEvent): string | null {
  if (event.type !== 'im.message.receive_v1') return null
  const { sender, message } = event.event
  if (message.message_type === 'text' && isDanger(message.content)) return null
  return `${message.chat_id}|${sender.sender_id?.open_id ?? ''}`
}

function isDanger(text: string): boolean {
  return findDanger(toSimplified(normalise(text))) !== null
}

function toast(type: 'success' | 'info' | 'warning', content: string): { readonly toast: { readonly type: string; readonly content: string } } {
  return { toast: { type, content } }
}

/** A key of a line of ours that follows from an event of Lark's. Lark takes at most 50 characters. */
function keyOf(id: string): string {
  return `own-${createHash('sha256').update(id).digest('hex').slice(0, 40)}`
}

class LateError extends Error {}

/** Rejects when the work is not done in time; the work itself goes on. */
function within<T>(work: Promise<T>, ms: number): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => { reject(new LateError(`not done within ${ms} ms`)) }, ms)
    work.then(
      (value) => { clearTimeout(timer); resolve(value) },
      (error: unknown) => { clearTimeout(timer); reject(error instanceof Error ? error : new Error(String(error))) },
    )
  })
}
