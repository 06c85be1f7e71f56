import type { InboundMessage } from '../channels/channel.js'
import { plainReply } from '../channels/plain-reply.js'
import type { PersonalKind } from '../nlu/understanding.js'
import { redact } from '../privacy.js'
import type { Write } from '../store/store.js'
import { ourLine } from './conclude.js'
import type { Conversation, Intake, OutboxRow } from './records.js'
import { replies } from './replies.js'

/** What staff read above a conversation whose turn failed. */
export const whatFailed = '小助手出错，请人工查看'

interface Failed {
  readonly code: 'deadline' | 'turn-failed'
  /** As it stands; `null`: these were its first words. */
  readonly row: Conversation | null
  readonly now: number
  readonly newId: () => string
}

/** A turn that threw or took too long, as it is kept: the words stay, a person is asked for, and whoever spoke to the bot gets an apology. */
export function failedTurn(intake: Intake, message: InboundMessage, { code, row, now, newId }: Failed): { readonly writes: readonly Write[]; readonly outgoing: readonly OutboxRow[] } {
  const residentId = message.chat === 'private' ? message.author.id : null
  const apology: OutboxRow = {
    id: newId(), rev: 0, conversationId: message.conversationId,
    to: { channel: message.channel, conversationId: message.conversationId, chat: message.chat, residentId },
    reply: plainReply(replies.apology), state: 'due', attempts: 0, dueAt: now, error: null, endedAt: null,
  }
  const outgoing = message.chat === 'private' || message.mentions.bot ? [apology] : []
  return {
    outgoing,
    writes: [
      { op: 'put', table: 'intake', row: { ...intake, state: 'done', message: null, outcome: { kind: 'failed', code }, doneAt: now } },
      {
        op: 'put', table: 'messages',
        row: {
          id: newId(), rev: 0, conversationId: message.conversationId, at: now, from: 'resident', authorId: message.author.id, authorName: message.author.name,
          text: keptOf(message), attachments: message.attachments, reply: null, requestId: null, platformMessageId: message.messageId,
        },
      },
      {
        op: 'put', table: 'conversations',
        row: {
          ...(row ?? { id: message.conversationId, rev: 0, channel: message.channel, chat: message.chat, residentId, title: message.author.name ?? '居民', takenBy: null }),
          mode: row?.mode === 'staff' ? 'staff' : 'waiting', handover: { reason: whatFailed, at: now, urgent: false }, lastAt: now,
        },
      },
      ...outgoing.flatMap((sent): Write[] => [{ op: 'put', table: 'outbox', row: sent }, { op: 'put', table: 'messages', row: ourLine(sent, now, null) }]),
    ],
  }
}

const allButIdentityNumbers: readonly PersonalKind[] = ['mobile', 'landline', 'bank-card', 'plate', 'door', 'name']

/** The words as staff find them: of a room's never an identity number, and of what neighbours said to each other nothing that can be found to belong to a person. */
function keptOf({ chat, mentions, text }: InboundMessage): string {
  return chat === 'private' ? text : redact(text, mentions.bot ? allButIdentityNumbers : [])
}
