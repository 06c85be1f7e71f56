import type { ConversationDetail, ConversationList, ConversationRow, DeskLine } from './api-types.js'
import type { Conversation, Message, OutboxRow } from '../conversation/records.js'
import type { CommunityId } from '../knowledge/community.js'
import { redact } from '../privacy.js'
import type { Store } from '../store/store.js'

/** Conversations of a list that nobody waits in. */
const recentShown = 50

/** Lines shown of a conversation, the newest. */
const linesShown = 200

/** Rows read from the store at once. */
const batch = 10_000

/** Those waiting for a person first (urgent ones before the rest, longest waiting first), then taken ones, then the latest. */
export async function listConversations(store: Store, communities: readonly CommunityId[]): Promise<ConversationList> {
  const waiting: Placed[] = []
  const taken: Placed[] = []
  const recent: Placed[] = []
  for (const communityId of communities) {
    for await (const conversation of all(store, communityId)) {
      const list = conversation.mode === 'waiting' ? waiting : conversation.mode === 'staff' ? taken : recent
      list.push({ communityId, conversation })
      if (list === recent && recent.length > 4 * recentShown) keepLatest(recent)
    }
  }
  const urgent = ({ conversation }: Placed): number => Number(conversation.handover?.urgent ?? false)
  const since = ({ conversation }: Placed): number => conversation.handover?.at ?? conversation.lastAt
  waiting.sort((a, b) => urgent(b) - urgent(a) || since(a) - since(b))
  taken.sort(latestFirst)
  keepLatest(recent)
  return {
    conversations: [...waiting, ...taken, ...recent].map(({ communityId, conversation }) => describeConversation(communityId, conversation)),
    waiting: waiting.length,
  }
}

interface Placed {
  readonly communityId: CommunityId
  readonly conversation: Conversation
}

function latestFirst(a: Placed, b: Placed): number {
  return b.conversation.lastAt - a.conversation.lastAt
}

function keepLatest(rows: Placed[]): void {
  rows.sort(latestFirst)
  rows.length = Math.min(rows.length, recentShown)
}

async function* all(store: Store, communityId: CommunityId): AsyncGenerator<Conversation> {
  for (let after: string | undefined; ;) {
    const rows = await store.find(communityId, 'conversations', { limit: batch, ...(after === undefined ? {} : { after }) })
    yield* rows
    if (rows.length < batch) return
    after = rows.at(-1)?.id
  }
}

/** A conversation as a list shows it. */
export function describeConversation(communityId: CommunityId, conversation: Conversation): ConversationRow {
  return {
    id: conversation.id,
    communityId,
    channel: conversation.channel,
    chat: conversation.chat,
    title: redact(conversation.title),
    mode: conversation.mode,
    reason: conversation.handover?.reason ?? null,
    urgent: conversation.handover?.urgent ?? false,
    takenBy: conversation.takenBy?.name ?? null,
    lastAt: conversation.lastAt,
  }
}

/**
 * A conversation with its newest lines; `null` when there is none. Seen from a request filed in a room, only the lines about
 * that request: what neighbours say besides is not the desk's.
 */
export async function showConversation(store: Store, communityId: CommunityId, id: string, requestId: string | null = null): Promise<ConversationDetail | null> {
  const conversation = await store.get(communityId, 'conversations', id)
  if (!conversation) return null
  const by = requestId !== null && conversation.chat === 'group' ? { by: 'requestId', equals: requestId } as const : { by: 'conversationId', equals: id } as const
  const messages = await store.find(communityId, 'messages', { ...by, order: 'desc', limit: linesShown })
  const unsent = await store.find(communityId, 'outbox', { by: 'conversationId', equals: id, order: 'desc', limit: linesShown })
  return {
    ...describeConversation(communityId, conversation),
    title: conversation.title,
    lines: messages.filter(({ conversationId }) => conversationId === id).map((message) => describeLine(message, unsent.find((row) => row.id === message.id))).reverse(),
  }
}

function describeLine(message: Message, unsent: OutboxRow | undefined): DeskLine {
  return {
    id: message.id,
    at: message.at,
    from: message.from,
    name: message.authorName,
    text: message.text,
    citations: message.reply?.citations ?? [],
    attachments: message.attachments.map(({ id, kind, mediaType }) => ({ id, kind, mediaType })),
    requestId: message.requestId,
    ...(message.changed === undefined ? {} : { changed: message.changed }),
    ...(unsent === undefined || unsent.state === 'due' ? {} : { undelivered: unsent.state }),
  }
}
