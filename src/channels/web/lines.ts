import type { Message } from '../../conversation/records.js'
import type { Reply } from '../channel.js'
import type { ChatLine } from '../web-types.js'

/** A line of a conversation before it is known who looks at it. */
export interface SpokenLine {
  /** As its own author sees it. */
  readonly line: ChatLine
  /** The resident who wrote it, `null` for bot and staff. */
  readonly residentId: string | null
  /** Shown before, and different since. */
  readonly isAgain?: boolean
}

/** The line as this resident sees it. A neighbour's pictures are for the staff alone. */
export function asSeenBy({ line, residentId: author }: SpokenLine, residentId: string): ChatLine {
  if (author === null || author === residentId) return line
  const text = line.changed === 'recalled' ? '' : line.text === '' && line.attachments.length > 0 ? '[图片或文件]' : line.text
  return { ...line, from: 'neighbour', text, attachments: [], clientId: null }
}

/** Draws one of our replies. */
export function encodeReply(id: string, conversationId: string, at: number, reply: Reply): SpokenLine {
  return {
    residentId: null,
    line: {
      id,
      conversationId,
      at,
      from: reply.from.kind,
      name: reply.from.kind === 'staff' ? reply.from.name : null,
      text: reply.text,
      choices: reply.choices,
      citations: reply.citations,
      attachments: (reply.attachments ?? []).map(({ id: file, kind, mediaType }) => ({ id: file, kind, mediaType })),
      urgent: reply.urgency === 'danger',
      ...(reply.calendar === undefined ? {} : { calendar: reply.calendar }),
      ...(reply.ownData === undefined ? {} : { ownData: reply.ownData }),
      clientId: null,
    },
  }
}

/** Draws a kept line of a conversation. */
export function encodeKept(message: Message): SpokenLine {
  const byResident = message.from === 'resident'
  return {
    residentId: byResident ? message.authorId : null,
    line: {
      id: message.id,
      conversationId: message.conversationId,
      at: message.at,
      from: message.from === 'resident' ? 'me' : message.from,
      name: message.from === 'bot' ? null : message.authorName,
      text: message.text,
      choices: message.reply?.choices ?? [],
      citations: message.reply?.citations ?? [],
      attachments: message.attachments.map(({ id, kind, mediaType }) => ({ id, kind, mediaType })),
      urgent: message.reply?.urgency === 'danger',
      ...(message.reply?.calendar === undefined ? {} : { calendar: message.reply.calendar }),
      ...(message.reply?.ownData === undefined ? {} : { ownData: message.reply.ownData }),
      clientId: byResident ? clientIdOf(message.platformMessageId ?? null, message.authorId) : null,
      ...(message.changed === undefined ? {} : { changed: message.changed }),
    },
  }
}

/** The id of a message on this platform: the page's own id, under the resident, so that no two residents' ids meet. */
export function messageIdOf(residentId: string, clientId: string): string {
  return `${residentId}:${clientId}`
}

function clientIdOf(messageId: string | null, residentId: string): string | null {
  return messageId?.startsWith(`${residentId}:`) ? messageId.slice(residentId.length + 1) : null
}
