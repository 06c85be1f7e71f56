import { describe, expect, it } from 'vitest'
import type { CommunityId } from '../../src/knowledge/community.js'
import { importText } from '../../src/knowledge/import.js'
import { readKnowledge } from '../../src/knowledge/knowledge.js'
import { statusAt } from '../../src/knowledge/policy.js'
import { readPolicyFile } from '../../src/knowledge/policy-file.js'
import { createRetriever } from '../../src/retrieval/retriever.js'
import { applyChanges } from '../../src/publication/version.js'
import { invented } from '../publication/invented-knowledge.js'

const notice = (last: string) => `某某市关于加强社区议事工作的实施意见
（2024年3月5日）
各社区居民委员会：
为加强社区议事工作，现将有关事项通知如下。
一、总体要求
坚持居民的事情居民商量着办，把议事协商办在居民家门口，让居民看得见、听得懂、说得上话，推动形成共建共治共享的社区治理格局。
二、主要任务
（一）建立议事会。每个社区建立居民议事会，成员不少于九人，由居民推选产生，任期与居民委员会相同，可以连选连任。
（二）定期议事。居民议事会每季度至少召开一次，遇有涉及多数居民利益的事项随时召开，会议记录向居民公开，接受监督。
三、附则
${last}
`
const metadataOf = (last: string) => importText(notice(last), { jurisdiction: '990100', fileName: 'a.txt' }).metadata
const at = (day: string) => Date.parse(`${day}T09:00:00+08:00`)

describe('how long a text holds', () => {
  it.each([
    ['本意见自2024年5月1日起施行，有效期5年。', { effective: '2024-05-01', validUntil: '2029-04-30' }],
    ['本意见自印发之日起施行，有效期两年。', { effective: '2024-03-05', validUntil: '2026-03-04' }],
    ['本意见自2024年5月1日起施行，有效期至2026年12月31日。', { effective: '2024-05-01', validUntil: '2026-12-31' }],
    ['本意见自2024年5月1日起施行，原《某某市社区议事办法》同时废止。', { supersedes: ['某某市社区议事办法'] }],
    ['本意见由某某市民政局负责解释。', { effective: null, validUntil: null, supersedes: [] }],
  ])('is read where it says so: %s', (last, expected) => {
    expect(metadataOf(last)).toMatchObject(expected)
  })

  it('stands in the file that is kept, and comes back from it', () => {
    const { policy } = importText(notice('本意见自2024年5月1日起施行，有效期5年。原《甲办法》《乙办法》同时废止。'), { jurisdiction: '990100', fileName: 'a.txt' })
    expect(readPolicyFile('a', policy.text, policy.raw)).toMatchObject({ effective: '2024-05-01', validUntil: '2029-04-30', supersedes: ['甲办法', '乙办法'] })
  })
})

describe('on the day of a question', () => {
  const file = invented.get('policies/opinion.md')!
  const withTerm = (lines: string) => file.replace('sourceFile:', `${lines}\nsourceFile:`)
  const ask = (changes: ReadonlyMap<string, string>, day: string) => {
    const knowledge = readKnowledge(applyChanges(invented, changes))
    return createRetriever(knowledge).answer({ question: '居民议事会成员不少于几个人', community: knowledge.communities.get('lotus-demo' as CommunityId)!, now: at(day), includeFacts: true })
  }

  it('a text that does not hold yet is not quoted', () => {
    const changes = new Map([['policies/opinion.md', withTerm('effective: 2026-12-01')]])
    expect(ask(changes, '2026-11-30').kind).toBe('no-passage')
    expect(ask(changes, '2026-12-01').kind).toBe('answered')
  })

  it('a text past its term is quoted as history only', () => {
    const changes = new Map([['policies/opinion.md', withTerm('validUntil: 2026-11-30')]])
    expect(ask(changes, '2026-11-30')).toMatchObject({ citations: [{ status: 'in-force' }] })
    expect(ask(changes, '2026-12-01')).toMatchObject({ citations: [{ status: 'expired' }] })
  })

  it('a text gives way to the one that replaces it, from the day on which that one holds', () => {
    const newer = withTerm('effective: 2026-12-01\nsupersedes: 示例市关于加强社区议事工作的意见').replace('title: 示例市关于加强', 'title: 示例市关于进一步加强').replace('不少于九人', '不少于十一人')
    const changes = new Map([['policies/newer.md', newer]])
    expect(ask(changes, '2026-11-30')).toMatchObject({ citations: [{ quote: expect.stringContaining('九人') as string, status: 'in-force' }] })
    expect(ask(changes, '2026-12-01')).toMatchObject({ citations: [{ quote: expect.stringContaining('十一人') as string, status: 'in-force' }] })
    const { policies } = readKnowledge(applyChanges(invented, changes))
    expect(statusAt(policies.find(({ id }) => id === 'opinion')!, policies, at('2026-12-01'))).toBe('expired')
  })
})
