import { describe, expect, it } from 'vitest'
import { createTeller } from '../../src/conversation/teller.js'
import { createVotes, tallyAsItStands } from '../../src/conversation/votes.js'
import { ballotId, type Ballot, type Choice, type Vote } from '../../src/programmes/ballot.js'
import { decideStanding, toldStanding } from '../../src/programmes/standing.js'
import type { Topic } from '../../src/programmes/topic.js'
import type { Store } from '../../src/store/store.js'
import { bothStoresOfFile } from '../store/both-stores.js'
import { HUZHOU } from '../store/rows.js'
import { put } from '../store/writes.js'

const now = Date.parse('2026-11-23T09:30:00+08:00')
const vote: Vote = { options: ['米黄色', '浅灰色'], opensAt: now - 2_000, closesAt: now - 1, who: 'owners', per: 'household', verifyHours: 0, quorum: null, majority: null, count: null }
const topic: Topic & { readonly vote: Vote } = { id: 't1', rev: 0, number: 1, requestId: null, title: '楼道墙面刷什么颜色', about: '', stage: 'voting', dates: [], procedure: null, taken: [], minutes: [], vote, result: null, reason: null, endedAt: null }
const chat = (who: string) => ({ channel: 'memory', conversationId: `memory:private:${who}`, chat: 'private', residentId: who }) as const

function livesAt(who: string, place: string) {
  const told = toldStanding(null, { id: who, tenure: 'owner', place, to: chat(who) }, now)
  return put('standings', decideStanding(told, { tenure: 'owner', place, state: 'confirmed' }, { id: 's', name: '小周' }, now))
}

const cast = (who: string, choice: Choice, at: number): Ballot => ({ id: ballotId('t1', who), rev: 0, topicId: 't1', residentId: who, choice, at, to: chat(who), until: vote.closesAt })

describe.each(bothStoresOfFile())('a vote on %s', (_name, open) => {
  it('has one ballot of a home, however many of it vote at one moment, and is counted once, however many count', async () => {
    const [one, other] = await open()
    await one.commit(HUZHOU, [put('topics', topic), livesAt('张姐', '3栋2单元301'), livesAt('老张', '3幢2单元301室'), livesAt('小李', '5栋1单元202')])
    await Promise.all([one.commit(HUZHOU, [put('ballots', cast('张姐', 0, now - 500))]), other.commit(HUZHOU, [put('ballots', cast('老张', 1, now - 400))]), one.commit(HUZHOU, [put('ballots', cast('小李', 0, now - 300))])])
    const tally = await tallyAsItStands(other, HUZHOU, topic)
    expect(tally.households).toEqual(['3栋2单元301室', '5栋1单元202室'])
    const votes = (store: Store) => createVotes({ store, teller: createTeller({ store, outbox: { push: () => undefined }, now: () => now, newId: () => 'row' }), now: () => now, log: () => undefined })
    const counted = await Promise.all([votes(one).run(), votes(other).run(), votes(one).run()])
    expect(counted.reduce((sum, count) => sum + count, 0)).toBe(1)
    expect((await other.get(HUZHOU, 'topics', 't1'))?.vote?.count).toEqual({ at: now, valid: 2, options: [1, 1], abstained: 0, unverified: 0 })
  })
})
