import type { CommunityId } from '../knowledge/community.js'
import { isOpen, type ServiceRequest } from '../requests/service-request.js'
import { identitiesOf } from '../residents/identities.js'
import { pages } from '../store/pages.js'
import type { Reads } from '../store/read-once.js'
import type { Row, TableName } from '../store/tables.js'
import type { Kept } from './records.js'

/** What is kept of a resident, everywhere but in the archive. */
export async function keptOf(store: Reads, communityId: CommunityId, residentId: string): Promise<Kept> {
  const found = await Promise.all((await identitiesOf(store, communityId, residentId)).map(async (id) => ({
    id, resident: await store.get(communityId, 'residents', id), requests: await ownRequests(store, communityId, id), lines: await linesOf(store, communityId, id), files: await filesOf(store, communityId, id),
    claims: await everything(store, communityId, 'wishClaims', { by: 'residentId', equals: id }), supports: await everything(store, communityId, 'supports', { by: 'residentId', equals: id }), praises: await everything(store, communityId, 'praises', { by: 'residentId', equals: id }), member: await store.get(communityId, 'partyMembers', id),
    ballots: await everything(store, communityId, 'ballots', { by: 'residentId', equals: id }), waits: await everything(store, communityId, 'bookingWaits', { by: 'residentId', equals: id }),
    standing: await store.get(communityId, 'standings', id), subscription: await store.get(communityId, 'subscriptions', id),
    signUps: await everything(store, communityId, 'signUps', { by: 'residentId', equals: id }), volunteer: await store.get(communityId, 'volunteers', id),
  })))
  const requests = found.flatMap((one) => one.requests)
  const claims = found.reduce((sum, one) => sum + one.claims.length, 0)
  const supports = found.reduce((sum, one) => sum + one.supports.length, 0)
  const praises = found.reduce((sum, one) => sum + one.praises.length, 0)
  const lines = found.flatMap((one) => one.lines.filter((line) => line.authorId === one.id))
  const times = [...requests.map((one) => one.filedAt), ...lines.map((one) => one.at), ...found.flatMap(({ resident }) => (resident === null ? [] : [resident.createdAt]))]
  const signUps = found.reduce((sum, one) => sum + one.signUps.length, 0)
  const ballots = found.reduce((sum, one) => sum + one.ballots.length, 0)
  const waits = found.reduce((sum, one) => sum + one.waits.length, 0)
  return {
    requests: requests.length, joined: found.reduce((sum, { resident }) => sum + (resident?.joined ?? []).length, 0), bookings: requests.filter((one) => one.appointment !== null && isOpen(one)).length,
    ...(signUps === 0 ? {} : { activities: signUps }), ...(found.some(({ volunteer }) => volunteer !== null) ? { isVolunteer: true } : {}),
    ...(claims === 0 ? {} : { claims }), ...(praises === 0 ? {} : { praises }), ...(supports === 0 ? {} : { supports }), ...(found.some(({ member }) => member !== null) ? { isMember: true } : {}),
    ...(ballots === 0 ? {} : { ballots }), ...(waits === 0 ? {} : { waits }), ...(found.some(({ standing }) => standing !== null) ? { hasStanding: true } : {}), ...(found.some(({ subscription }) => subscription !== null) ? { isSubscribed: true } : {}),
    lines: lines.length, files: found.reduce((sum, one) => sum + one.files.filter((file) => file.residentId === one.id).length, 0), since: times.length === 0 ? null : Math.min(...times),
  }
}

export async function ownRequests(store: Reads, communityId: CommunityId, residentId: string): Promise<readonly ServiceRequest[]> {
  return everything(store, communityId, 'requests', { by: 'residentId', equals: residentId })
}

export async function chatsOf(store: Reads, communityId: CommunityId, residentId: string): Promise<readonly Row<'conversations'>[]> {
  return (await everything(store, communityId, 'conversations', { by: 'residentId', equals: residentId })).filter((one) => one.chat === 'private')
}

export async function roomsOf(store: Reads, communityId: CommunityId): Promise<readonly string[]> {
  return (await everything(store, communityId, 'conversations', { by: 'residentId', equals: null })).filter((one) => one.chat === 'group').map(({ id }) => id)
}

/** All lines of the private chats, whoever wrote them; in rooms the resident's own, and ours about their requests. */
export async function linesOf(store: Reads, communityId: CommunityId, residentId: string): Promise<readonly Row<'messages'>[]> {
  const [chats, rooms, requests] = await Promise.all([chatsOf(store, communityId, residentId), roomsOf(store, communityId), ownRequests(store, communityId, residentId)])
  const own = new Set(requests.map(({ id }) => id))
  const found: Row<'messages'>[] = []
  for (const { id } of chats) found.push(...(await everything(store, communityId, 'messages', { by: 'conversationId', equals: id })))
  for (const id of rooms) {
    const lines = await everything(store, communityId, 'messages', { by: 'conversationId', equals: id })
    found.push(...lines.filter((line) => line.authorId === residentId || (line.from === 'bot' && line.requestId !== null && own.has(line.requestId))))
  }
  return found
}

/** All files of the private chats, whoever sent them; of rooms the resident's own. */
export async function filesOf(store: Reads, communityId: CommunityId, residentId: string): Promise<readonly Row<'attachments'>[]> {
  const of = async (chats: readonly string[]): Promise<readonly Row<'attachments'>[]> =>
    (await Promise.all(chats.map((id) => everything(store, communityId, 'attachments', { by: 'conversationId', equals: id })))).flat()
  const own = await of((await chatsOf(store, communityId, residentId)).map(({ id }) => id))
  return [...own, ...(await of(await roomsOf(store, communityId))).filter((file) => file.residentId === residentId)]
}

export async function everything<T extends TableName>(store: Reads, communityId: CommunityId, table: T, query: Parameters<typeof pages<T>>[3]): Promise<readonly Row<T>[]> {
  const found: Row<T>[] = []
  for await (const page of pages(store, communityId, table, query)) found.push(...page)
  return found
}
