import type { InboundMessage } from '../channels/channel.js'
import type { Community } from '../knowledge/community.js'
import { findEntities } from '../nlu/entities.js'
import type { Slot } from '../nlu/understanding.js'
import { openStatuses } from '../requests/moves.js'
import { toSimplified, normalise } from '../text.js'
import type { Store } from '../store/store.js'
import { draftLastsMs, emptyMemory, readMemory, type Memory } from './memory.js'
import type { Conversation, DialogState, Resident } from './records.js'
import type { Records } from './turn.js'

export function dialogId(conversationId: string, authorId: string): string {
  return `${conversationId}|${authorId}`
}

/** A draft begun in a room and to be finished in private lies here. */
export function carriedId(residentId: string): string {
  return `carried|${residentId}`
}

export function newConversation(message: InboundMessage, now: number): Conversation {
  return {
    id: message.conversationId,
    rev: 0,
    channel: message.channel,
    chat: message.chat,
    residentId: message.chat === 'private' ? message.author.id : null,
    title: message.chat === 'private' ? (message.author.name ?? '居民') : '小区群',
    mode: 'bot',
    handover: null,
    takenBy: null,
    lastAt: now,
  }
}

export function knownResident(stored: Resident | null, message: InboundMessage, now: number): Resident {
  const known = stored ?? {
    id: message.author.id, rev: 0, channel: message.channel, name: message.author.name, phone: null, privateConversationId: message.author.privateConversationId ?? null, noticedAt: null, createdAt: now,
  }
  return message.chat === 'private' && known.privateConversationId !== message.conversationId ? { ...known, privateConversationId: message.conversationId } : known
}

export function remembered(stored: DialogState | null, carried: DialogState | null, message: InboundMessage, now: number): Memory {
  const own = stored ? readMemory(stored.memory) : emptyMemory
  const form = own.form !== null && now - own.form.updatedAt > draftLastsMs ? null : own.form
  if (message.chat === 'group' || carried === null) return { ...own, form }
  const begun = readMemory(carried.memory).form
  const brought = begun !== null && now - begun.updatedAt <= draftLastsMs ? begun : null
  return form === null ? { ...own, form: brought } : { ...own, form, shelved: own.shelved ?? brought }
}

export function recordsOf(store: Store, communityId: Community['id']): Records {
  return {
    request: (id) => store.get(communityId, 'requests', id),
    requestByNumber: async (number) => (await store.find(communityId, 'requests', { by: 'number', equals: number }))[0] ?? null,
    requestBySource: async (sourceKey) => (await store.find(communityId, 'requests', { by: 'sourceKey', equals: sourceKey }))[0] ?? null,
    requestsOf: (residentId) => store.find(communityId, 'requests', { by: 'residentId', equals: residentId, limit: 200 }),
    joinedBy: async (resident) => {
      const found = await Promise.all((resident.joined ?? []).map((id) => store.get(communityId, 'requests', id)))
      return found.flatMap((request) => (request?.reporters.some((one) => one.residentId === resident.id) === true ? [request] : []))
    },
    openAt: async (placeKey) => (await store.find(communityId, 'requests', { by: 'placeKey', equals: placeKey })).find((request) => openStatuses.includes(request.status)) ?? null,
    slots: () => store.find(communityId, 'slots', {}),
  }
}

export function readSlots(words: string, now: number): readonly Slot[] {
  const text = toSimplified(normalise(words))
  return findEntities(text, { now, gazetteer: null }).map((found) => ({
    name: found.name, value: text.slice(found.start, found.end), start: found.start, end: found.end, ...(found.normal === undefined ? {} : { normal: found.normal }),
  }))
}
