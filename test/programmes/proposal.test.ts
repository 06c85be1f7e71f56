import { describe, expect, it } from 'vitest'
import { bySupporters, readProposalWords } from '../../src/programmes/proposal.js'

describe('small projects', () => {
  it('stand in the order of their distinct supporters, and a person with two identities is one', () => {
    const supports = [['a', 'web:1'], ['b', 'web:1'], ['b', 'web:2'], ['a', 'lark:1'], ['c', 'web:3'], ['c', 'web:3']].map(([proposalId, residentId]) => ({ proposalId: proposalId ?? '', residentId: residentId ?? '' }))
    const proposals = [{ id: 'a', number: 1 }, { id: 'b', number: 2 }, { id: 'c', number: 3 }, { id: 'd', number: 4 }]
    const personOf = (id: string): string => (id === 'lark:1' ? 'web:1' : id)
    expect(bySupporters(proposals, supports, personOf).map(({ number, supporters }) => [number, supporters])).toEqual([[2, 2], [1, 1], [3, 1], [4, 0]])
  })
  it.each<readonly [string, boolean, ReturnType<typeof readProposalWords>]>([
    ['有哪些微项目', false, { act: 'list' }],
    ['支持3号微项目', false, { act: 'support', number: 3 }],
    ['支持3号', false, { act: 'support', number: 3 }],
    ['3号我支持', true, { act: 'support', number: 3 }],
    ['不支持3号了', false, { act: 'unsupport', number: 3 }],
    ['我提个微项目', false, { act: 'propose', subject: '' }],
    ['我提个微项目，3栋楼下装一排晾衣架', false, { act: 'propose', subject: '我提个微项目，3栋楼下装一排晾衣架' }],
    // Of votes, houses and texts.
    ['支持3号议题', false, null],
    ['我支持A方案', false, null],
    ['3号楼支持装电梯', false, null],
    ['3号我支持', false, null],
    ['微创投怎么申请', false, null],
  ])('「%s」 (listed: %s)', (words, listed, meant) => {
    expect(readProposalWords(words, listed)).toEqual(meant)
  })
})
