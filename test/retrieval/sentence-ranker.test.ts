import { describe, expect, it } from 'vitest'
import { loadKnowledge } from '../../src/knowledge/knowledge.js'
import { indexPolicies } from '../../src/retrieval/policy-index.js'
import { readQuery } from '../../src/retrieval/query.js'
import { askIndex } from '../../src/retrieval/sentence-ranker.js'

const { policies, lexicon } = await loadKnowledge('knowledge')
const index = indexPolicies(policies)

describe('one question put to several places', () => {
  it.each(['一个社区配几个工作人员', '社区用房面积有什么要求', '居民议事多久一次'])('「%s」 is answered by each as if it were asked there alone', (question) => {
    const query = readQuery(question, lexicon)
    const asking = askIndex(index, query)
    asking.everywhere()
    for (const policy of policies) {
      const isOwn = (document: number): boolean => index.clauses[document]?.policy === policy
      expect(asking.rank(isOwn)).toEqual(askIndex(index, query).rank(isOwn))
    }
  })

  it('shows what it saw in the order in which it ranks', () => {
    const asking = askIndex(index, readQuery('社区工作者的工资由谁发', lexicon))
    const ranked = asking.rank(() => true)
    const seen = asking.explain(() => true)
    expect(seen.map(({ passage }) => passage)).toEqual(ranked.map(({ passage }) => passage))
    expect(seen[0]?.score).toBe(1)
    expect(seen.every(({ features }) => features.words >= 0 && features.words <= 1)).toBe(true)
  })
})
