import { hashToken, looksLikeToken } from '../../http/tokens.js'
import { emptyMemory, readMemory } from '../../conversation/memory.js'
import { carriedId } from '../../conversation/turn-state.js'
import type { Community } from '../../knowledge/community.js'
import { unlessQuicker } from '../../store/quicker.js'
import type { Store } from '../../store/store.js'
import type { ChatResident } from './sessions.js'

/** Uses up a link from a room of a chat platform: what was begun there waits in this browser's private chat. `null`: unknown, used or too old. */
export async function continueByLink(parts: { readonly store: Store; readonly communities: () => readonly Community[]; readonly now: () => number }, token: unknown, enter: (community: Community) => Promise<ChatResident>): Promise<ChatResident | null> {
  if (!looksLikeToken(token)) return null
  const { store, now } = parts
  for (const community of parts.communities()) {
    const link = await store.get(community.id, 'webLinks', hashToken(token))
    if (link === null) continue
    if (link.usedAt !== null || link.expiresAt <= now()) return null
    const resident = await enter(community)
    const id = carriedId(resident.id)
    const before = await store.get(community.id, 'dialogs', id)
    const { form } = readMemory({ ...emptyMemory, form: link.form })
    // Opened twice at once: one of them has it.
    const isMine = await unlessQuicker(store.commit(community.id, [
      { op: 'put', table: 'webLinks', row: { ...link, usedAt: now() } },
      { op: 'put', table: 'dialogs', row: { id, rev: before?.rev ?? 0, conversationId: resident.privateId, botkit: {}, memory: { ...emptyMemory, form: form === null ? null : { ...form, updatedAt: now() } }, waiting: null, updatedAt: now() } },
    ]))
    return isMine ? resident : null
  }
  return null
}
