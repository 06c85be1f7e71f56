import type { ConversationDetail, ConversationList, ConversationRow, DeskLine } from './api-types.js'
import type { Viewer } from './inbox.js'
import { hasWithheld, withoutWithheld } from './withheld.js'
import { isInConfidence, mayHear } from '../conversation/confidence.js'
import type { Conversation, Message, OutboxRow } from '../conversation/records.js'
import type { CommunityId } from '../knowledge/community.js'
import { maskNumbers, redact } from '../privacy.js'
import { withoutCodes } from '../residents/codes.js'
import type { Store } from '../store/store.js'

/** Conversations of a list that nobody waits in. */
const recentShown = 50

/** Lines shown of a conversation, the newest. */
const linesShown = 200

/** Rows read from the store at once. */
const batch = 10_000

/** Stands for name and reason of who speaks in confidence. */
const confidedTitle = '一位居民'
const confidedReason = '要有人陪着说说话。说了什么只给负责人和接手的人看'

/** Stands for the name where a talk is nothing but an anonymous report. */
const unnamed = '匿名居民'

/** Those waiting for a person first (urgent ones before the rest, longest waiting first), then taken ones, then the latest. */
export async function listConversations(store: Store, communities: readonly CommunityId[], viewer: Viewer): Promise<ConversationList> {
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
  keepLatest(recent)
  const shown = async (rows: readonly Placed[]): Promise<Placed[]> => (await Promise.all(rows.map((row) => asShown(store, row, viewer)))).filter((row) => row !== null)
  const [shownWaiting, shownTaken, shownRecent] = await Promise.all([shown(waiting), shown(taken), shown(recent)])
  return {
    conversations: [...shownWaiting, ...shownTaken.sort(latestFirst), ...shownRecent.sort(latestFirst)].map(({ communityId, conversation }) => describeConversation(communityId, conversation, viewer)),
    waiting: shownWaiting.length,
  }
}

/** A talk as the list may show it: as if what is withheld had not been said; `null` where nothing else was. */
async function asShown(store: Store, { communityId, conversation }: Placed, viewer: Viewer): Promise<Placed | null> {
  const { chat, residentId, id, mode } = conversation
  if (chat === 'group' || residentId === null || !(await hasWithheld(store, communityId, residentId, viewer))) return { communityId, conversation }
  const messages = await store.find(communityId, 'messages', { by: 'conversationId', equals: id, order: 'desc', limit: linesShown })
  const { lines, why } = await withoutWithheld(store, communityId, messages, viewer)
  const last = lines[0]
  if (why === null) return { communityId, conversation }
  if (last !== undefined) return { communityId, conversation: { ...conversation, lastAt: Math.min(last.at, conversation.lastAt) } }
  // Somebody who waits is met, without a name.
  return why === 'anonymous' && mode !== 'bot' ? { communityId, conversation: { ...conversation, title: unnamed } } : null
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

/** A conversation as a list shows it: of what is being said in confidence, to others than it is for, only that somebody waits. */
function describeConversation(communityId: CommunityId, given: Conversation, viewer: Viewer): ConversationRow {
  const isConfided = isInConfidence(given)
  const isClosed = isConfided && !mayHear(given, Number.MAX_SAFE_INTEGER, viewer)
  const conversation = isClosed ? { ...given, title: given.chat === 'group' ? given.title : confidedTitle, handover: given.handover === null ? null : { ...given.handover, reason: confidedReason } } : given
  return {
    ...(isConfided ? { isConfided } : {}),
    id: conversation.id,
    communityId,
    channel: conversation.channel,
    chat: conversation.chat,
    title: redact(conversation.title),
    mode: conversation.mode,
    reason: conversation.handover === null ? null : maskNumbers(conversation.handover.reason),
    urgent: conversation.handover?.urgent ?? false,
    takenBy: conversation.takenBy?.name ?? null,
    lastAt: conversation.lastAt,
  }
}

/**
 * A conversation with its newest lines; `null` when there is none. Seen from a request filed in a room, only the lines about
 * that request: what neighbours say besides is not the desk's. A complaint's lines are not shown to whom it is about, an anonymous report's to nobody.
 */
export async function showConversation(store: Store, communityId: CommunityId, id: string, viewer: Viewer, requestId: string | null = null): Promise<ConversationDetail | null> {
  const conversation = await store.get(communityId, 'conversations', id)
  if (!conversation) return null
  const by = requestId !== null && conversation.chat === 'group' ? { by: 'requestId', equals: requestId } as const : { by: 'conversationId', equals: id } as const
  const messages = await store.find(communityId, 'messages', { ...by, order: 'desc', limit: linesShown })
  const { lines, why } = await withoutWithheld(store, communityId, messages, viewer)
  const described = describeConversation(communityId, conversation, viewer)
  const isNothing = why !== null && lines.length === 0
  if (isNothing && why === 'complaint') return null
  const unsent = await store.find(communityId, 'outbox', { by: 'conversationId', equals: id, order: 'desc', limit: linesShown })
  return {
    ...described,
    title: isNothing ? unnamed : described.isConfided === true ? described.title : conversation.title,
    lines: lines.filter(({ conversationId, at }) => conversationId === id && mayHear(conversation, at, viewer)).map((message) => describeLine(message, unsent.find((row) => row.id === message.id))).reverse(),
  }
}

function describeLine(message: Message, unsent: OutboxRow | undefined): DeskLine {
  return {
    id: message.id,
    at: message.at,
    from: message.from,
    name: message.authorName,
    text: withoutCodes(message.text),
    citations: message.reply?.citations ?? [],
    attachments: message.attachments.map(({ id, kind, mediaType }) => ({ id, kind, mediaType })),
    requestId: message.requestId,
    ...(message.changed === undefined ? {} : { changed: message.changed }),
    ...(unsent === undefined || unsent.state === 'due' ? {} : { undelivered: unsent.state }),
  }
}
