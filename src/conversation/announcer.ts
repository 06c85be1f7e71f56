import { readersOf, announcementKinds, type Announcement, type AnnouncementKind, type Audience, type Subscription } from '../programmes/announcement.js'
import { buildingNumber } from '../requests/place.js'
import { InputError } from '../errors.js'
import { PLATFORM, type Community, type CommunityId } from '../knowledge/community.js'
import { chatLastUsed, personsOf } from '../residents/identities.js'
import { decideAgain } from '../store/quicker.js'
import type { Store } from '../store/store.js'
import { everything } from './kept.js'
import { nightEnds, noticeRow, noticeWrites } from './notices.js'
import type { Outbox } from './outbox.js'
import type { Conversation, OutboxRow } from './records.js'

/** Most people of one announcement: they all go in one commit, so that none is told twice or left out. Ours. */
const mostReaders = 5_000

/** A room of residents that staff may write to. */
export interface AnnouncementRoom { readonly id: string; readonly channel: Conversation['channel']; readonly title: string }

/** What staff send to who wants to hear it, and to rooms they choose; never to anybody else, never at night. */
export interface Announcer {
  rooms(communityId: CommunityId): Promise<readonly AnnouncementRoom[]>
  /** How many people it would reach now. */
  count(communityId: CommunityId, kind: AnnouncementKind, audience: Audience): Promise<number>
  /** Writes it to the audience in one commit. Rejects with InputError where nobody would hear it, or a room or grid is not this community's. */
  announce(communityId: CommunityId, given: { readonly kind: AnnouncementKind; readonly text: string; readonly audience: Audience; readonly by: Announcement['by'] }): Promise<Announcement>
}

export function createAnnouncer(parts: {
  readonly store: Store
  readonly outbox: Pick<Outbox, 'push'>
  readonly community: (id: CommunityId) => Community
  readonly now: () => number
  readonly newId: () => string
}): Announcer {
  const { store } = parts

  async function rooms(communityId: CommunityId): Promise<readonly AnnouncementRoom[]> {
    const [chats, known] = await Promise.all([everything(store, communityId, 'conversations', { by: 'residentId', equals: null }), everything(store, PLATFORM, 'rooms', {})])
    const closed = new Set(known.filter(({ use, leftAt, communityId: of }) => use === 'staff' || leftAt !== null || of !== communityId).map(({ id }) => id))
    return chats.filter(({ id, chat }) => chat === 'group' && !closed.has(id)).map(({ id, channel, title }) => ({ id, channel, title }))
  }

  async function readers(communityId: CommunityId, kind: AnnouncementKind, audience: Audience): Promise<readonly Subscription[]> {
    if (audience.subscribers.kind === 'none') return []
    const { subscribers } = audience
    const grid = subscribers.kind === 'grid' ? parts.community(communityId).grids.find(({ name }) => name === subscribers.name) : undefined
    if (subscribers.kind === 'grid' && grid === undefined) throw new InputError('bad-input', '没有这个网格，请刷新页面再选')
    const [subscriptions, personOf] = await Promise.all([everything(store, communityId, 'subscriptions', {}), personsOf(store, communityId)])
    const buildings = (grid?.buildings ?? []).flatMap((building) => buildingNumber(building) ?? [])
    return readersOf(subscriptions, { kind, audience, buildings, personOf })
  }

  return {
    rooms,
    count: async (communityId, kind, audience) => (await readers(communityId, kind, audience)).length,
    // Who unsubscribes at this moment moves their row on.
    announce: (communityId, given) => decideAgain(() => write(communityId, given)),
  }

  async function write(communityId: CommunityId, { kind, text, audience, by }: Parameters<Announcer['announce']>[1]): Promise<Announcement> {
    const now = parts.now()
    const [open, people] = await Promise.all([rooms(communityId), readers(communityId, kind, audience)])
    const chosen = audience.rooms.map((id) => open.find((room) => room.id === id))
    if (chosen.some((room) => room === undefined)) throw new InputError('bad-input', '有的群已经不在这个社区了，请刷新页面再选')
    if (chosen.length + people.length === 0) throw new InputError('bad-input', '这样选没有人会收到，请换一个范围')
    if (people.length > mostReaders) throw new InputError('too-large', `一次最多发给 ${mostReaders} 人，请按网格分几次发`)
    const id = parts.newId()
    // By day at once, else in the morning: also to who is awake.
    const dueAt = nightEnds(now) ?? now
    const row = (to: OutboxRow['to'], says: string): OutboxRow => ({ ...noticeRow({ to, text: says, about: null, when: dueAt }, null, { id: parts.newId(), now }), announces: { id, kind } })
    const toRooms = chosen.flatMap((room) => (room === undefined ? [] : [row({ channel: room.channel, conversationId: room.id, chat: 'group', residentId: null }, `【${announcementKinds[kind].name}】${text}`)]))
    const toPeople: OutboxRow[] = []
    for (const one of people) toPeople.push(row(await chatLastUsed(store, communityId, one.to), `【${announcementKinds[kind].name}】${text}\n（您订阅了这类通知，不想收了回「退订」）`))
    const announcement: Announcement = { id, rev: 0, kind, text, audience, persons: toPeople.length, rooms: toRooms.length, withdrawn: 0, by, at: now, dueAt }
    const rows = [...toRooms, ...toPeople]
    await store.commit(communityId, [{ op: 'put', table: 'announcements', row: announcement }, ...people.map((one) => ({ op: 'put', table: 'subscriptions', row: one }) as const), ...noticeWrites(rows, now, null)])
    parts.outbox.push(communityId, rows)
    return announcement
  }
}
