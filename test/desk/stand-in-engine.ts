import type { Channel, InboundEvent, InboundMessage, Reply } from '../../src/channels/channel.js'
import type { Engine } from '../../src/conversation/engine.js'
import type { Conversation, Message } from '../../src/conversation/records.js'
import { InputError, StoreError } from '../../src/errors.js'
import { apply, isRefusal, movesFor } from '../../src/requests/apply-move.js'
import type { CommunityId } from '../../src/knowledge/community.js'
import type { Store } from '../../src/store/store.js'

export function aReply(text: string, change: Partial<Reply> = {}): Reply {
  return { text, choices: [], citations: [], urgency: 'normal', from: { kind: 'bot' }, ...change }
}

/** As little of the conversations as the server and the channel need: keeps a message once, echoes it in private, moves requests. */
export interface StandInEngine extends Engine {
  /** Messages taken, each once. */
  readonly taken: readonly InboundMessage[]
  /** Messages taken back or changed, as often as they came. */
  readonly changes: readonly InboundEvent[]
  /** Files that went to residents with a move, by their ids. */
  readonly sent: string[]
  /** From now on deliveries are refused with this; `null` = taken again. */
  refuseWith(error: Error | null): void
}

export function standInEngine(parts: { readonly store: Store; readonly now: () => number; readonly newId: () => string; readonly channel: Channel }): StandInEngine {
  const { store, now, newId, channel } = parts
  const taken: InboundMessage[] = []
  const changes: InboundEvent[] = []
  const sent: string[] = []
  let refusal: Error | null = null

  async function keep(communityId: CommunityId, message: Omit<Message, 'rev'>): Promise<void> {
    await store.commit(communityId, [{ op: 'put', table: 'messages', row: { ...message, rev: 0 } }])
  }

  async function conversationOf(communityId: CommunityId, id: string): Promise<Conversation> {
    const conversation = await store.get(communityId, 'conversations', id)
    if (!conversation) throw new InputError('not-found', '没有找到')
    return conversation
  }

  async function change(communityId: CommunityId, id: string, to: Partial<Conversation>): Promise<Conversation> {
    const conversation = await conversationOf(communityId, id)
    await store.commit(communityId, [{ op: 'put', table: 'conversations', row: { ...conversation, ...to } }])
    return conversationOf(communityId, id)
  }

  async function answer(message: InboundMessage, text: string, from: Reply['from'] = { kind: 'bot' }): Promise<void> {
    const id = newId()
    const reply = aReply(text, { from })
    await keep(message.communityId, {
      id, conversationId: message.conversationId, at: now(), from: from.kind, authorId: from.kind, authorName: from.kind === 'staff' ? from.name : null,
      text, attachments: [], reply, requestId: null,
    })
    await channel.send({ channel: 'web', conversationId: message.conversationId, chat: message.chat, residentId: message.author.id }, reply, id)
  }

  return {
    taken,
    changes,
    sent,
    refuseWith(error) {
      refusal = error
    },

    async deliver(message) {
      if (refusal) throw refusal
      if (message.kind === 'recalled' || message.kind === 'edited') {
        changes.push(message)
        return
      }
      const conversation = await store.get(message.communityId, 'conversations', message.conversationId)
      try {
        await store.commit(message.communityId, [
          { op: 'put', table: 'intake', row: { id: newId(), rev: 0, eventKey: `${message.channel}:${message.eventId}`, conversationId: message.conversationId, state: 'done', message: null, outcome: null, receivedAt: now(), doneAt: now() } },
        ])
      } catch (error) {
        if (error instanceof StoreError && error.code === 'conflict') return
        throw error
      }
      taken.push(message)
      if (message.chat === 'group' && !message.mentions.bot) return
      if (!conversation) {
        await store.commit(message.communityId, [{
          op: 'put', table: 'conversations',
          row: { id: message.conversationId, rev: 0, channel: 'web', chat: message.chat, residentId: message.chat === 'private' ? message.author.id : null, title: message.author.name ?? '', mode: 'bot', handover: null, takenBy: null, lastAt: now() },
        }]).catch(() => undefined)
      }
      await keep(message.communityId, {
        id: newId(), conversationId: message.conversationId, at: now(), from: 'resident', authorId: message.author.id, authorName: message.author.name,
        text: message.text, attachments: message.attachments, reply: null, requestId: null, platformMessageId: message.messageId,
      })
      await answer(message, `收到:${message.text.slice(0, 20)}`)
    },

    movesFor: (request, { isLead, ...actor }) => movesFor(request, { actor, isLead, now: now() }),

    async actOnRequest(communityId, id, rev, move, { isLead, ...actor }, { attachments = [] } = {}) {
      const request = await store.get(communityId, 'requests', id)
      if (!request) throw new InputError('not-found', '没有找到')
      if (request.rev !== rev) throw new StoreError('conflict', 'old rev')
      const row = apply(request, move, { actor, isLead, now: now() })
      if (isRefusal(row)) throw new InputError('not-allowed', row.says)
      await store.commit(communityId, [{ op: 'put', table: 'requests', row }])
      sent.push(...attachments.map((one) => one.id))
      return (await store.get(communityId, 'requests', id))!
    },

    undoMove: () => Promise.reject(new InputError('too-late', '已经过了能撤销的时间')),
    undoableUntil: () => Promise.resolve(null),

    takeConversation: (communityId, id, by) => change(communityId, id, { mode: 'staff', takenBy: { id: by.id, name: by.name } }),
    answerPage: () => Promise.resolve('没有找到呼叫。'),
    releaseConversation: (communityId, id) => change(communityId, id, { mode: 'bot', takenBy: null, handover: null }),
    async say(communityId, id, text, by) {
      const conversation = await conversationOf(communityId, id)
      const last = taken.find((message) => message.conversationId === conversation.id)
      if (last) await answer(last, text, { kind: 'staff', name: by.name })
    },
  }
}
