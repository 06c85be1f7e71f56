import { describe, expect, it } from 'vitest'
import { isElection } from '../../src/programmes/election.js'
import { acceptTopic, beginDeliberation, callOff, publishResult, putToVote, takeStep, type Topic, type TopicRefusal } from '../../src/programmes/topic.js'

const by = { id: 's', name: '小周' }
const given = { id: 't', number: 1, requestId: null, title: '水渠怎么修', about: '', procedure: null, proposedAt: 1 }
const vote = { options: ['甲', '乙'], opensAt: 10, closesAt: 20, who: 'everyone', per: 'person', verifyHours: 0, quorum: null, majority: null, count: null } as const
const must = (topic: Topic | TopicRefusal): Topic => {
  if (typeof topic === 'string') throw new Error(topic)
  return topic
}

describe('a topic', () => {
  it('goes 提出, 受理, 协商, 公示, each with its day', () => {
    const done = must(publishResult(must(beginDeliberation(must(acceptTopic(given, [], 2)), 3)), { words: '修', by, at: 4 }))
    expect(done.dates).toEqual([{ stage: 'proposed', at: 1 }, { stage: 'accepted', at: 2 }, { stage: 'deliberating', at: 3 }, { stage: 'published', at: 4 }])
  })

  it('is voted on after it was talked over, once, and published after the count', () => {
    const accepted = must(acceptTopic(given, [], 2))
    expect(putToVote(accepted, vote, 3)).toBe('wrong-stage')
    const voting = must(putToVote(must(beginDeliberation(accepted, 3)), vote, 4))
    expect(putToVote(voting, vote, 5)).toBe('wrong-stage')
    expect(publishResult(voting, { words: '修', by, at: 30 })).toBe('not-counted')
    expect(must(publishResult({ ...voting, vote: { ...vote, count: { at: 20, valid: 0, options: [0, 0], abstained: 0, unverified: 0 } } }, { words: '修', by, at: 30 })).stage).toBe('published')
  })

  it('passes over no step of its procedure', () => {
    const procedure = { id: 'p', rev: 1, name: '四议两公开', steps: ['甲', '乙'], required: true, by, at: 0 }
    expect(acceptTopic(given, [procedure], 2)).toBe('no-procedure')
    const begun = must(beginDeliberation(must(acceptTopic({ ...given, procedure }, [procedure], 2)), 3))
    const one = must(takeStep(begun, { words: '走了', by, at: 4 }))
    expect(publishResult(one, { words: '修', by, at: 5 })).toBe('steps-left')
    const two = must(takeStep(one, { words: '走了', by, at: 5 }))
    expect(takeStep(two, { words: '再走', by, at: 6 })).toBe('no-steps')
    expect(must(publishResult(two, { words: '修', by, at: 6 })).stage).toBe('published')
  })

  it('is called off with its reason, and stays so', () => {
    const off = must(callOff(must(acceptTopic(given, [], 2)), '已由街道统一安排', 3))
    expect(off).toMatchObject({ stage: 'called-off', reason: '已由街道统一安排', endedAt: 3 })
    expect(beginDeliberation(off, 4)).toBe('wrong-stage')
  })
})

describe('an election', () => {
  it.each(['选举居委会主任', '推选新的楼长', '业委会换届', '罢免村委会主任', '咱们投票选书记', '谁来当楼栋长', '重新选居民代表', '换个支书', '补选一名业委会委员'])('is 「%s」', (words) => { expect(isElection(words)).toBe(true) })
  it.each(['楼道刷什么颜色', '选哪家物业公司', '停车位怎么划', '主任的意见发下来了', '北门换个门禁', '树种什么树', '选个日子大扫除', '居委会门口装路灯'])('is not 「%s」', (words) => { expect(isElection(words)).toBe(false) })
})
