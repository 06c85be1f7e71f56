import type { Address } from '../channels/channel.js'
import type { CommunityId } from '../knowledge/community.js'
import type { Actor, ServiceRequest } from '../requests/service-request.js'
import { pages } from '../store/pages.js'
import type { Reads } from '../store/read-once.js'
import type { Store, Write } from '../store/store.js'

/** A resident of one channel who proved to be the same person as one of another. Only the linked have a row; its id is the resident's. */
export interface LinkedIdentity {
  readonly id: string
  readonly rev: number
  /** Shared by all identities of the person in this community. */
  readonly personId: string
  readonly linkedAt: number
}

/** As many identities as one person can have: two phones, two computers and a parent's, twice over. */
export const mostIdentities = 8

/** Every id this person is known by in the community, the given one first. Whatever is looked for by a resident is looked for by all of these. */
export async function identitiesOf(store: Reads, communityId: CommunityId, residentId: string): Promise<readonly string[]> {
  const own = await store.get(communityId, 'identities', residentId)
  if (own === null) return [residentId]
  const all = await store.find(communityId, 'identities', { by: 'personId', equals: own.personId, limit: mostIdentities })
  return [residentId, ...all.map(({ id }) => id).filter((id) => id !== residentId)]
}

/** Who is behind a resident's id: one person behind all that are linked, else the id itself. */
export async function personsOf(store: Pick<Store, 'find'>, communityId: CommunityId): Promise<(residentId: string) => string> {
  const persons = new Map<string, string>()
  for await (const page of pages(store, communityId, 'identities', {})) for (const { id, personId } of page) persons.set(id, personId)
  return (id) => persons.get(id) ?? id
}

/** The request as this person sees it: what another of their identities filed or joined is theirs. Kept so when they change it. */
export function asOwn(request: ServiceRequest, identities: readonly string[]): ServiceRequest {
  const [self] = identities
  if (self === undefined || identities.length === 1) return request
  const mine = (id: string): string => (identities.includes(id) ? self : id)
  const actor = (one: Actor): Actor => (one.kind === 'resident' ? { ...one, id: mine(one.id) } : one)
  return {
    ...request,
    residentId: mine(request.residentId),
    reporters: request.reporters.map((one) => ({ ...one, residentId: mine(one.residentId) })),
    urges: request.urges.map((one) => ({ ...one, residentId: mine(one.residentId) })),
    ratings: request.ratings.map((one) => ({ ...one, residentId: mine(one.residentId) })),
    history: request.history.map((one) => ({ ...one, actor: actor(one.actor) })),
  }
}

/** Where own news go: to the private chat this person used last, on whichever channel. Rooms, and who is linked to nobody, stay as they are. */
export async function chatLastUsed(store: Reads, communityId: CommunityId, to: Address): Promise<Address> {
  if (to.chat !== 'private' || to.residentId === null) return to
  const identities = await identitiesOf(store, communityId, to.residentId)
  if (identities.length === 1) return to
  const chats = await Promise.all(identities.map(async (id) => {
    const chat = (await store.get(communityId, 'residents', id))?.privateConversationId ?? null
    return chat === null ? null : store.get(communityId, 'conversations', chat)
  }))
  const last = chats.filter((chat) => chat !== null).sort((a, b) => b.lastAt - a.lastAt)[0]
  return last === undefined ? to : { channel: last.channel, conversationId: last.id, chat: 'private', residentId: last.residentId }
}

/** Makes two residents one person, each with whom they are linked to already. Nothing to write where they are. `null`: too many. */
export function linkWrites(one: { readonly id: string; readonly group: readonly LinkedIdentity[] }, other: { readonly id: string; readonly group: readonly LinkedIdentity[] }, given: { readonly personId: string; readonly now: number }): readonly Write[] | null {
  const rows = new Map([...one.group, ...other.group].map((row) => [row.id, row]))
  const personId = one.group[0]?.personId ?? other.group[0]?.personId ?? given.personId
  const ids = [...new Set([one.id, other.id, ...rows.keys()])]
  if (ids.length > mostIdentities) return null
  return ids.flatMap((id): Write[] => {
    const row = rows.get(id)
    return row?.personId === personId ? [] : [{ op: 'put', table: 'identities', row: { id, rev: row?.rev ?? 0, personId, linkedAt: given.now } }]
  })
}

/** Takes one identity out; of two, none is left linked. */
export function unlinkWrites(residentId: string, group: readonly LinkedIdentity[]): readonly Write[] {
  const leaving = group.length <= 2 ? group : group.filter(({ id }) => id === residentId)
  return leaving.map(({ id, rev }): Write => ({ op: 'remove', table: 'identities', id, rev }))
}
