import type { CommunityId } from '../knowledge/community.js'
import type { Store, Write } from '../store/store.js'
import type { Message } from './records.js'

/** A member's unit and name are told this long before they are confirmed at most, ms. */
const toldBeforeMs = 24 * 3_600_000

/** What the programmes keep of a message that is taken back, without it: praise said in it, a phone left for a claim, what a member told and staff have not confirmed. A claim itself stands. `others`: what the same commit writes, which goes before. */
export async function withoutTold(store: Pick<Store, 'find' | 'get'>, communityId: CommunityId, { authorId, at, text }: Pick<Message, 'authorId' | 'at' | 'text'>, others: readonly Write[] = []): Promise<Write[]> {
  const [praises, claims, member] = await Promise.all([
    store.find(communityId, 'praises', { by: 'residentId', equals: authorId }), store.find(communityId, 'wishClaims', { by: 'residentId', equals: authorId }), store.get(communityId, 'partyMembers', authorId),
  ])
  const isTold = member?.state === 'waiting' && member.registeredAt >= at && member.registeredAt - at < toldBeforeMs && (text.includes(member.unit) || text.includes(member.name))
  const known = new Set(others.map(rowOf))
  const writes: Write[] = [
    ...praises.filter((one) => one.at === at).map(({ id, rev }): Write => ({ op: 'remove', table: 'praises', id, rev })),
    ...claims.filter(({ contact }) => contact?.at === at).map((row): Write => ({ op: 'put', table: 'wishClaims', row: { ...row, contact: null } })),
    ...(member !== null && isTold ? [{ op: 'remove', table: 'partyMembers', id: member.id, rev: member.rev } as const] : []),
  ]
  return writes.filter((one) => !known.has(rowOf(one)))
}

const rowOf = (write: Write): string => `${write.table}|${write.op === 'put' ? write.row.id : write.id}`
