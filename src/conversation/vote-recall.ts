import type { Write } from '../store/store.js'
import { voteWords } from './dialogs/topic-words.js'
import { noticeRow, noticeWrites } from './notices.js'
import type { Message } from './records.js'
import type { TurnParts } from './take-turn.js'
import type { Turn } from './turn.js'

/** A ballot whose message is taken back is taken back while the vote is open, and its voter hears it; who somebody is, told in it and not looked at by staff, goes. */
export async function withoutBallot(parts: Pick<TurnParts, 'store' | 'newId'>, { message: { communityId }, now }: Turn, { authorId, at }: Pick<Message, 'authorId' | 'at'>): Promise<readonly Write[]> {
  const [ballots, standing] = await Promise.all([parts.store.find(communityId, 'ballots', { by: 'residentId', equals: authorId }), parts.store.get(communityId, 'standings', authorId)])
  const taken = ballots.filter((one) => one.at === at && one.choice !== 'withdrawn' && now < one.until)
  return [
    ...taken.flatMap((row): Write[] => [
      { op: 'put', table: 'ballots', row: { ...row, choice: 'withdrawn', at: now } },
      ...noticeWrites([noticeRow({ to: row.to, text: voteWords.recalled, about: null, when: 'now' }, null, { id: parts.newId(), now })], now, null),
    ]),
    ...(standing !== null && standing.state === 'told' && standing.toldAt === at ? [{ op: 'remove', table: 'standings', id: standing.id, rev: standing.rev } as const] : []),
  ]
}
