import type { Cluster } from '../cluster/cluster.js'
import type { CommunityId } from '../knowledge/community.js'
import { countOf, countsAt, tallyOf, type Tally, type VoterOf } from '../programmes/ballot.js'
import type { Standing } from '../programmes/standing.js'
import type { Topic } from '../programmes/topic.js'
import { personsOf } from '../residents/identities.js'
import type { Reads } from '../store/read-once.js'
import { unlessQuicker } from '../store/quicker.js'
import type { Store } from '../store/store.js'
import { everySoOften, inEachCommunity, type ClockWork } from './clock-work.js'
import { everything } from './kept.js'
import { voteWords } from './dialogs/topic-words.js'
import type { Teller } from './teller.js'

/** How often closed votes are looked for, ms: nothing is taken after the close, whenever it is counted. */
const lookEveryMs = 5 * 60_000

export interface VoteParts {
  /** Absent: this process has the store to itself. */
  readonly cluster?: Cluster | undefined
  readonly store: Store
  readonly teller: Teller
  readonly now: () => number
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void
}

/** The clock of votes: what has closed is counted once, and stays as it was counted. */
export interface Votes extends ClockWork {
  /** Counts what is due everywhere; how many votes that were. */
  run(): Promise<number>
  /** Counts the votes of one community that are due. */
  settle(communityId: CommunityId): Promise<number>
}

/** The ballots of a topic as they stand: which count, and whose do not yet. */
export async function tallyAsItStands(store: Reads, communityId: CommunityId, topic: Pick<Topic, 'id'> & { readonly vote: NonNullable<Topic['vote']> }): Promise<Tally> {
  const [ballots, personOf, standings] = await Promise.all([
    everything(store, communityId, 'ballots', { by: 'topicId', equals: topic.id }), personsOf(store, communityId),
    topic.vote.who === 'everyone' && topic.vote.per === 'person' ? [] : everything(store, communityId, 'standings', {}),
  ])
  const known = new Map<string, Standing[]>()
  for (const standing of standings) known.set(personOf(standing.id), [...(known.get(personOf(standing.id)) ?? []), standing])
  const voterOf: VoterOf = (residentId) => ({ person: personOf(residentId), standings: known.get(personOf(residentId)) ?? [] })
  return tallyOf(topic.vote, ballots, voterOf)
}

export function createVotes(parts: VoteParts): Votes {
  const { store, teller } = parts

  /** Whether it was counted now. */
  async function count(communityId: CommunityId, topic: Topic): Promise<boolean> {
    const { vote } = topic
    const now = parts.now()
    if (vote === null || vote.count !== null || now < vote.closesAt) return false
    const tally = await tallyAsItStands(store, communityId, { ...topic, vote })
    if (tally.unverified.length > 0 && now < countsAt(vote)) return false
    const counted: Topic = { ...topic, vote: { ...vote, count: countOf(vote, tally, now) } }
    return unlessQuicker(teller.commitAndTell(communityId, [{ op: 'put', table: 'topics', row: counted }], [...tally.unverified, ...tally.refused].map(({ to }) => ({ to, text: voteWords.unverifiedNews(topic), about: null }))))
  }

  async function settle(communityId: CommunityId): Promise<number> {
    let counted = 0
    for (const topic of await store.find(communityId, 'topics', { by: 'stage', equals: 'voting' })) if (await count(communityId, topic)) counted += 1
    return counted
  }

  async function run(): Promise<number> {
    let counted = 0
    await inEachCommunity('votes', parts, async (communityId) => { counted += await settle(communityId) })
    return counted
  }

  return {
    run,
    settle,
    ...everySoOften('votes', lookEveryMs, run, parts.log),
  }
}
