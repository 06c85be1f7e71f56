import type { InboundMessage } from '../channels/channel.js'
import type { Community } from '../knowledge/community.js'
import { findEntities } from '../nlu/entities.js'
import type { Slot } from '../nlu/understanding.js'
import { ballotId } from '../programmes/ballot.js'
import { openStatuses } from '../requests/moves.js'
import { toSimplified, normalise } from '../text.js'
import { asOwn, identitiesOf, personsOf } from '../residents/identities.js'
import type { ServiceRequest } from '../requests/service-request.js'
import { readOnce, type Reads } from '../store/read-once.js'
import { activityRecords } from './activity-records.js'
import { filerChat } from './filer-chat.js'
import { colleaguesOf } from './first-owner.js'
import { keptOf } from './kept.js'
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

export function newConversation(message: Pick<InboundMessage, 'conversationId' | 'channel' | 'chat'> & { readonly author: Pick<InboundMessage['author'], 'id' | 'name'> }, now: number): Conversation {
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

/** What is on record in the community, as the author of a message sees it. */
export function recordsOf(all: Reads, communityId: Community['id'], authorId: string, now: number): Records {
  const store = readOnce(all)
  let known: Promise<readonly string[]> | null = null
  const identities = (): Promise<readonly string[]> => (known ??= identitiesOf(store, communityId, authorId))
  const own = async (request: ServiceRequest | null | undefined): Promise<ServiceRequest | null> => (request == null ? null : asOwn(request, await identities()))
  return {
    request: async (id) => own(await store.get(communityId, 'requests', id)),
    requestByNumber: async (number) => own((await store.find(communityId, 'requests', { by: 'number', equals: number }))[0]),
    requestBySource: async (sourceKey) => own((await store.find(communityId, 'requests', { by: 'sourceKey', equals: sourceKey }))[0]),
    async requestsOf(residentId) {
      const ids = residentId === authorId ? await identities() : [residentId]
      const found = await Promise.all(ids.map((id) => store.find(communityId, 'requests', { by: 'residentId', equals: id, limit: 200 })))
      // Ids grow with time.
      return found.length === 1 ? (found[0] ?? []) : found.flat().map((request) => asOwn(request, ids)).sort((a, b) => (a.id < b.id ? -1 : 1))
    },
    async joinedBy(resident) {
      const [, ...others] = await identities()
      const rows = await Promise.all(others.map((id) => store.get(communityId, 'residents', id)))
      const joined = new Set([resident, ...rows].flatMap((row) => row?.joined ?? []))
      const found = await Promise.all([...joined].map(async (id) => own(await store.get(communityId, 'requests', id))))
      return found.flatMap((request) => (request != null && request.residentId !== resident.id && request.reporters.some((one) => one.residentId === resident.id) ? [request] : []))
    },
    openAt: async (placeKey) => own((await store.find(communityId, 'requests', { by: 'placeKey', equals: placeKey })).find((request) => openStatuses.includes(request.status))),
    slots: () => store.find(communityId, 'slots', { limit: 10_000 }),
    closedDays: () => store.find(communityId, 'closedDays', { limit: 10_000 }),
    waits: () => store.find(communityId, 'bookingWaits', { limit: 10_000 }),
    disclosures: () => store.find(communityId, 'disclosures', { limit: 10_000 }),
    subscriptions: async () => (await Promise.all((await identities()).map((id) => store.get(communityId, 'subscriptions', id)))).flatMap((row) => (row === null ? [] : [row])),
    async announced() {
      const chats = (await Promise.all((await identities()).map((id) => store.find(communityId, 'conversations', { by: 'residentId', equals: id })))).flat().filter(({ chat }) => chat === 'private')
      return (await Promise.all(chats.map(({ id }) => store.find(communityId, 'outbox', { by: 'conversationId', equals: id })))).flat().filter(({ announces, state }) => announces !== undefined && state === 'due')
    },
    announcement: (id) => store.get(communityId, 'announcements', id),
    topics: () => store.find(communityId, 'topics', { limit: 10_000 }),
    ballots: async (topicId, ids) => (await Promise.all(ids.map((id) => store.get(communityId, 'ballots', ballotId(topicId, id))))).flatMap((row) => (row === null ? [] : [row])),
    standings: async (ids) => (await Promise.all(ids.map((id) => store.get(communityId, 'standings', id)))).flatMap((row) => (row === null ? [] : [row])),
    standingsAt: (householdKey) => store.find(communityId, 'standings', { by: 'householdKey', equals: householdKey }),
    activities: activityRecords(store, communityId, identities),
    absences: () => store.find(communityId, 'absences', { limit: 10_000 }),
    colleagues: () => colleaguesOf(store, communityId, now),
    identityIds: identities,
    kept: () => keptOf(store, communityId, authorId),
    wishes: {
      open: () => store.find(communityId, 'wishes', { by: 'state', equals: 'open' }),
      get: (id) => store.get(communityId, 'wishes', id),
      numbered: async (number) => (await store.find(communityId, 'wishes', { by: 'number', equals: number }))[0] ?? null,
      claim: (id) => store.get(communityId, 'wishClaims', id),
      claims: async () => (await Promise.all((await identities()).map((id) => store.find(communityId, 'wishClaims', { by: 'residentId', equals: id })))).flat(),
      member: async () => (await Promise.all((await identities()).map((id) => store.get(communityId, 'partyMembers', id)))).find((row) => row !== null) ?? null,
    },
    proposals: {
      open: () => store.find(communityId, 'proposals', { by: 'state', equals: 'open' }),
      numbered: async (number) => (await store.find(communityId, 'proposals', { by: 'number', equals: number }))[0] ?? null,
      supports: (proposalId) => store.find(communityId, 'supports', { by: 'proposalId', equals: proposalId, limit: 10_000 }),
    },
    chatOfFiler: (request) => filerChat(store, communityId, request),
    identities: {
      personOf: () => personsOf(store, communityId),
      async groupOf(residentId) {
        const row = await store.get(communityId, 'identities', residentId)
        return row === null ? [] : store.find(communityId, 'identities', { by: 'personId', equals: row.personId })
      },
      code: (hash) => store.get(communityId, 'linkCodes', hash),
      codesOf: (residentId) => store.find(communityId, 'linkCodes', { by: 'residentId', equals: residentId }),
      claim: (requestId) => store.get(communityId, 'claimCodes', requestId),
      wrong: (id) => store.get(communityId, 'wrongCodes', id),
      conversation: (id) => store.get(communityId, 'conversations', id),
      dialog: (conversationId, residentId) => store.get(communityId, 'dialogs', dialogId(conversationId, residentId)),
      requestOfAnybody: async (number) => (await store.find(communityId, 'requests', { by: 'number', equals: number }))[0] ?? null,
    },
  }
}

/** Reads the slots of words, the same words once: several journeys of a turn look at one message. */
export function slotReader(now: number): (words: string) => readonly Slot[] {
  const known = new Map<string, readonly Slot[]>()
  return (words) => {
    const found = known.get(words) ?? readSlots(words, now)
    known.set(words, found)
    return found
  }
}

export function readSlots(words: string, now: number): readonly Slot[] {
  const text = toSimplified(normalise(words))
  return findEntities(text, { now, gazetteer: null }).map((found) => ({
    name: found.name, value: text.slice(found.start, found.end), start: found.start, end: found.end, ...(found.normal === undefined ? {} : { normal: found.normal }),
  }))
}
