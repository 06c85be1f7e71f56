import type { Address } from '../channels/channel.js'
import type { CommunityId } from '../knowledge/community.js'
import type { ServiceRequest } from '../requests/service-request.js'
import { chatLastUsed } from '../residents/identities.js'
import type { Reads } from '../store/read-once.js'
import type { Conversation } from './records.js'

/** Where the filer of a request is written to now: the private chat that was used last; `null` where it was filed in a room, which never hears of what is only theirs. */
export async function filerChat(store: Reads, communityId: CommunityId, request: ServiceRequest): Promise<{ readonly to: Address; readonly conversation: Conversation | null } | null> {
  const first = await store.get(communityId, 'conversations', request.conversationId)
  if (first?.chat !== 'private') return null
  const to = await chatLastUsed(store, communityId, { channel: first.channel, conversationId: first.id, chat: 'private', residentId: first.residentId })
  return { to, conversation: to.conversationId === first.id ? first : await store.get(communityId, 'conversations', to.conversationId) }
}
