import { createHash } from 'node:crypto'
import { ChannelError } from '../../errors.js'
import { fileNameOf } from '../../http/attachments.js'
import type { Community } from '../../knowledge/community.js'
import type { Store } from '../../store/store.js'
import type { Address, Attachment, Reply, Sent } from '../channel.js'
import { loadFile } from '../kept-files.js'
import { LarkRefused, type Body, type LarkApi, type Placed } from './api.js'
import { encodePlain, encodeReply, ownWords } from './encode.js'
import { failureKind } from './failures.js'
import { larkMessageId, messageIdOf, receiverOf, residentIdOf, type Receiver } from './ids.js'
import { lines } from './lines.js'
import type { LarkLog } from './log.js'
import type { OwnLines } from './own-lines.js'

/** Keys of messages remembered; beyond them Lark itself knows a key for an hour. */
const remembered = 10_000

export interface Sending {
  send(to: Address, reply: Reply, key: string): Promise<Sent>
  /** A line of the channel's own; one for one key. Never rejects. */
  say(conversationId: string, text: string, key: string): Promise<void>
  /** The same with a picture under it. */
  show(conversationId: string, text: string, picture: Uint8Array, key: string): Promise<void>
}

/** Brings replies to Lark: under the message they answer where that stands, as a card where there is something to press, else as text. */
export function createSending(parts: { readonly api: LarkApi; readonly store: Store; readonly communities: () => readonly Community[]; readonly own: OwnLines; readonly log: LarkLog }): Sending {
  const { api, store, communities, own, log } = parts
  const placing = new Map<string, Promise<Sent>>()

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

  async function sendOnce(to: Address, reply: Reply, key: string): Promise<Sent> {
    const receiver = receiverOf(to.conversationId)
    if (receiver === null) throw new ChannelError('gone', `lark: there is no conversation ${to.conversationId}`)
    const answers = to.inReplyTo === undefined ? null : larkMessageId(to.inReplyTo)
    const author = answers === null ? null : own.authorOf(answers)
    const isUrgent = reply.urgency === 'danger'
    let placed: Placed
    try {
      placed = await place(receiver, answers, encodeReply(reply, { conversationId: to.conversationId, line: key, asked: receiver.by === 'chat_id' && author !== null ? residentIdOf(author) : null }), key, isUrgent)
    } catch (error) {
      if (error instanceof LarkRefused && error.code === 'gone' && receiver.by === 'open_id') await askToWrite(receiver.id)
      if (!(error instanceof LarkRefused) || failureKind(error.refusal) !== 'undrawable') throw error
      log('warn', 'lark.undrawable', { code: error.refusal.code })
      placed = await place(receiver, answers, encodePlain(reply), `${key}-plain`, isUrgent)
    }
    own.sent(placed.messageId, reply.text)
    for (const attachment of reply.attachments ?? []) await sendFile(receiver, attachment, fileKeyOf(key, attachment.id))
    return { messageId: messageIdOf(placed.messageId) }
  }

  /** What is no longer kept is not sent. */
  async function sendFile(to: Receiver, attachment: Attachment, key: string): Promise<void> {
    const bytes = await loadFile(store, communities(), attachment.id)
    if (bytes !== null) await api.create(to, await bodyOfFile(api, attachment, bytes), key, false)
  }

  /** Somebody in a group whom we may not write to: they are asked, under their own words and without ours, to begin. */
  async function askToWrite(openId: string): Promise<void> {
    const last = own.lastBy(openId)
    if (last === null) return
    await api.reply({ by: 'chat_id', id: last.chatId }, last.larkId, ownWords(lines.writeFirst), `first-${last.larkId}`.slice(0, 50), { isUrgent: false, inThread: false }).catch(() => undefined)
  }

  async function say(conversationId: string, text: string, key: string): Promise<void> {
    const to = receiverOf(conversationId)
    if (to !== null) await api.create(to, ownWords(text), key, false).catch(notSaid)
  }

  const notSaid = (error: unknown): void => { log('warn', 'lark.not-said', { error: error instanceof Error ? error.message : 'unknown' }) }

  return {
    send(to, reply, key) {
      const known = placing.get(key)
      if (known !== undefined) return known
      const mine = sendOnce(to, reply, key)
      placing.set(key, mine)
      if (placing.size > remembered) for (const oldest of placing.keys()) { placing.delete(oldest); break }
      mine.catch(() => { placing.delete(key) })
      return mine
    },
    say,
    async show(conversationId, text, picture, key) {
      const to = receiverOf(conversationId)
      if (to === null) return
      await say(conversationId, text, fileKeyOf(key, 'words'))
      await api.uploadImage(picture).then((imageKey) => api.create(to, pictureBody(imageKey), fileKeyOf(key, 'picture'), false)).catch(notSaid)
    },
  }
}

/** A kept file in Lark's form; it is brought to Lark with the call. */
export async function bodyOfFile(api: Pick<LarkApi, 'uploadImage' | 'uploadFile'>, attachment: Attachment, bytes: Uint8Array): Promise<Body> {
  return attachment.kind === 'image'
    ? pictureBody(await api.uploadImage(bytes))
    : { type: 'file', content: JSON.stringify({ file_key: await api.uploadFile(bytes, fileNameOf(attachment)) }) }
}

function pictureBody(imageKey: string): Body {
  return { type: 'image', content: JSON.stringify({ image_key: imageKey }) }
}

/** Lark takes keys of at most 50 characters. */
function fileKeyOf(key: string, attachmentId: string): string {
  return `file-${createHash('sha256').update(`${key}|${attachmentId}`).digest('hex').slice(0, 40)}`
}
