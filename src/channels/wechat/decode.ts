import type { Attachment, InboundMessage, RecalledMessage } from '../channel.js'
import type { CommunityId } from '../../knowledge/community.js'
import { messageIdOf, privateIdOf, residentIdOf } from './ids.js'
import { readMentions, type Self } from './mentions.js'
import type { PlatformMessage } from './wire.js'

/** A message of WeChat, read; not yet known: which of our rooms it is, the community, the bytes of its file. */
export interface ReadMessage {
  readonly platformId: string
  readonly talker: { readonly id: string; readonly name: string }
  readonly chat: 'private' | 'group'
  readonly text: string
  /** What has to be fetched; `voice` only where the platform gave no words for it. */
  readonly carries: 'image' | 'file' | 'voice' | null
  readonly mentions: InboundMessage['mentions']
  readonly quoted: { readonly name: string; readonly text: string; readonly byBot: boolean } | null
  readonly sentAt: number
}

export type Decoded =
  | { readonly kind: 'message'; readonly read: ReadMessage }
  /** `platformId` is the message taken back. */
  | { readonly kind: 'recalled'; readonly platformId: string; readonly sentAt: number }
  /** Nothing for us: our own, a subscription account's, a grey line of WeChat's. */
  | { readonly kind: 'nothing' }

/** Words for what has none, so that nothing is dropped unanswered. */
const placeholders: Readonly<Partial<Record<PlatformMessage['kind'], string>>> = {
  video: '[视频]', contact: '[名片]', link: '[链接]', 'mini-program': '[小程序]', emoticon: '[表情]', 'red-packet': '[红包]', transfer: '[转账]',
  'chat-history': '[聊天记录]', other: '[消息]',
}

/** What a message says, from plain values alone. */
export function readMessage(message: PlatformMessage, self: Self): Decoded {
  if (message.talker.id === self.id || message.talker.isAccount || message.kind === 'system') return { kind: 'nothing' }
  if (message.kind === 'recalled') {
    const platformId = recalledId(message.text)
    return platformId === null ? { kind: 'nothing' } : { kind: 'recalled', platformId, sentAt: message.sentAt }
  }
  const chat = message.roomId === null ? 'private' : 'group'
  const quotation = message.kind === 'text' ? readQuotation(message.text) : null
  const words = quotation === null ? wordsOf(message) : quotation.reply
  const { text, mentions } = chat === 'private' ? { text: words, mentions: { bot: false, others: [], everyone: false } } : readMentions(words, message.mentionIds, self)
  return {
    kind: 'message',
    read: {
      platformId: message.id,
      talker: { id: message.talker.id, name: message.talker.name },
      chat,
      text,
      carries: message.kind === 'image' || message.kind === 'file' ? message.kind : message.kind === 'voice' && text === '' ? 'voice' : null,
      mentions,
      quoted: quotation === null ? null : { name: quotation.name, text: quotation.text, byBot: quotation.name === self.name || quotation.name === self.alias },
      sentAt: message.sentAt,
    },
  }
}

function wordsOf(message: PlatformMessage): string {
  switch (message.kind) {
    case 'text':
      return message.text
    case 'voice':
      // Some puppets give WeChat's transcription; others the message's own XML.
      return /^\s*</.test(message.text) ? '' : message.text
    case 'location':
      return message.text.trim() === '' ? '[位置]' : `我在${message.text.trim()}`
    case 'image':
    case 'file':
      return ''
    default:
      return placeholders[message.kind] ?? ''
  }
}

/** WeChat writes a quotation into the text: 「名字：原话」, a line of dashes, then what was said to it. `null` when there is none. */
export function readQuotation(text: string): { readonly name: string; readonly text: string; readonly reply: string } | null {
  const match = /^「([^：:\n]{1,64})[：:]\s?([\s\S]*?)」\r?\n-(?: ?-){4,}\s*?\r?\n([\s\S]*)$/.exec(text)
  if (match?.[1] === undefined || match[2] === undefined || match[3] === undefined) return null
  return { name: match[1].trim(), text: match[2], reply: match[3] }
}

/** Puppets give the id, or WeChat's XML with it in; a bare 撤回了一条消息 names none. */
function recalledId(text: string): string | null {
  const inXml = /<newmsgid>(\d+)<\/newmsgid>/i.exec(text)?.[1] ?? /<msgid>(\d+)<\/msgid>/i.exec(text)?.[1]
  if (inXml !== undefined) return inXml
  return /^[\w@-]{6,128}$/.test(text.trim()) ? text.trim() : null
}

/** The message for the conversations. */
export function decodeMessage(read: ReadMessage, place: { readonly session: string; readonly conversationId: string; readonly communityId: CommunityId }, besides: { readonly text: string; readonly quotedId: string; readonly attachments: readonly Attachment[]; readonly isFriend: boolean; readonly isStaff: boolean }): InboundMessage {
  return {
    kind: 'message',
    channel: 'wechat',
    communityId: place.communityId,
    eventId: read.platformId,
    messageId: messageIdOf(read.platformId),
    conversationId: place.conversationId,
    chat: read.chat,
    author: {
      id: residentIdOf(place.session, read.talker.id),
      name: read.talker.name === '' ? null : read.talker.name,
      kind: besides.isStaff ? 'staff' : 'resident',
      // WeChat lets only friends write to each other.
      ...(besides.isFriend ? { privateConversationId: privateIdOf(place.session, read.talker.id) } : {}),
    },
    text: besides.text,
    attachments: besides.attachments,
    mentions: read.mentions,
    quoted: read.quoted === null ? null : { messageId: besides.quotedId, text: read.quoted.text, byBot: read.quoted.byBot },
    sentAt: read.sentAt,
  }
}

export function decodeRecall(platformId: string, conversationId: string, communityId: CommunityId, at: number): RecalledMessage {
  return { kind: 'recalled', channel: 'wechat', communityId, messageId: messageIdOf(platformId), conversationId, sentAt: at }
}
