import { createHash } from 'node:crypto'
import type { Attachment, FilledForm, InboundMessage, RecalledMessage } from '../channel.js'
import type { CommunityId } from '../../knowledge/community.js'
import { nameMentions, readContent, type Resource } from './content.js'
import type { MessageReceived } from './events.js'
import { groupIdOf, messageIdOf, privateIdOf, residentIdOf } from './ids.js'

/** A message as Lark tells it, read; not yet known: the community, what it quotes, the files' bytes. */
export interface ReadMessage {
  /** Lark's own ids. */
  readonly larkId: string
  readonly chatId: string
  readonly openId: string
  readonly parentId: string | null
  readonly type: string
  readonly chat: 'private' | 'group'
  readonly conversationId: string
  readonly text: string
  readonly resources: readonly Resource[]
  readonly mentions: InboundMessage['mentions']
  readonly sentAt: number
}

/** `null` for what a bot says, ourselves among them: loops end here. */
export function readMessage({ sender, message }: MessageReceived, botOpenId: string): ReadMessage | null {
  const openId = sender.sender_id?.open_id
  if (sender.sender_type !== 'user' || openId === undefined || openId === botOpenId) return null
  const content = readContent(message.message_type, message.content)
  const { text, mentions } = nameMentions(content.text, message.mentions ?? [], botOpenId)
  const chat = message.chat_type === 'p2p' ? 'private' : 'group'
  return {
    larkId: message.message_id,
    chatId: message.chat_id,
    openId,
    parentId: message.parent_id !== undefined && message.parent_id !== '' ? message.parent_id : null,
    type: message.message_type,
    chat,
    conversationId: chat === 'private' ? privateIdOf(openId) : groupIdOf(message.chat_id),
    text,
    resources: content.resources,
    mentions,
    sentAt: message.create_time,
  }
}

/** The message for the conversations. Its event is named by the message: a delivery and what is read from the history later are one. */
export function decodeMessage(read: ReadMessage, communityId: CommunityId, besides: { readonly text?: string; readonly quoted: InboundMessage['quoted']; readonly attachments: readonly Attachment[]; readonly isStaff: boolean }): InboundMessage {
  return {
    kind: 'message',
    channel: 'lark',
    communityId,
    eventId: read.larkId,
    messageId: messageIdOf(read.larkId),
    conversationId: read.conversationId,
    chat: read.chat,
    author: authorOf(read.openId, besides.isStaff ? 'staff' : 'resident'),
    text: besides.text ?? read.text,
    attachments: besides.attachments,
    mentions: read.mentions,
    quoted: besides.quoted,
    sentAt: read.sentAt,
  }
}

export function decodeRecall(larkId: string, conversationId: string, communityId: CommunityId, at: number): RecalledMessage {
  return { kind: 'recalled', channel: 'lark', communityId, messageId: messageIdOf(larkId), conversationId, sentAt: at }
}

/** What a button of ours brings back. */
interface Press {
  /** The choice's words, as if typed; of a form what was filled in. */
  readonly text: string
  readonly filled?: FilledForm
  /** Where the card stands. */
  readonly conversationId: string
  readonly openId: string
  readonly cardId: string
  readonly at: number
}

/** A card asks once: whatever a person presses on it, the first press that is kept counts, and all have one id. */
export function pressIdOf(cardId: string, openId: string): string {
  return `press_${createHash('sha256').update(`${cardId}|${openId}`).digest('hex').slice(0, 32)}`
}

/** A pressed button as the answer it stands for. */
export function decodePress(press: Press, communityId: CommunityId): InboundMessage {
  const id = pressIdOf(press.cardId, press.openId)
  const isGroup = press.conversationId.startsWith('lark:chat:')
  return {
    kind: 'message',
    channel: 'lark',
    communityId,
    eventId: id,
    messageId: messageIdOf(id),
    conversationId: press.conversationId,
    chat: isGroup ? 'group' : 'private',
    author: authorOf(press.openId, 'resident'),
    text: press.text,
    attachments: [],
    mentions: { bot: isGroup, others: [], everyone: false },
    quoted: null,
    ...(press.filled === undefined ? {} : { filled: press.filled }),
    sentAt: press.at,
  }
}

/** Lark gives no name with a message. A private chat with anybody within the app's reach can be begun by us. */
function authorOf(openId: string, kind: 'resident' | 'staff'): InboundMessage['author'] {
  return { id: residentIdOf(openId), name: null, kind, privateConversationId: privateIdOf(openId) }
}
