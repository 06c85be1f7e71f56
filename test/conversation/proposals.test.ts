import { describe, expect, it } from 'vitest'
import type { Proposal } from '../../src/programmes/proposal.js'
import { aNeighbourhood } from './neighbourhood.js'

const rail: Proposal = { id: 'r1', rev: 0, number: 3, words: '6栋门口装一排扶手', state: 'open', result: '', publishedAt: 0, endedAt: null }

describe('a small project', () => {
  it('counts a person once, who supported it from two phones before they were known as one', async () => {
    const home = await aNeighbourhood()
    await home.store.commit(home.communityId, [{ op: 'put', table: 'proposals', row: rail }])
    expect(await home.says('老赵', '支持3号微项目')).toContain('1人支持')
    expect(await home.says('老赵的平板', '支持3号微项目')).toContain('2人支持')
    await home.store.commit(home.communityId, ['老赵', '老赵的平板'].map((who) => ({ op: 'put', table: 'identities', row: { id: `memory:${who}`, rev: 0, personId: 'person-1', linkedAt: home.now() } }) as const))
    expect(await home.says('小孙', '有哪些微项目')).toContain('1人支持')
    expect(await home.says('小孙', '支持3号微项目')).toContain('2人支持')
    expect(await home.says('老赵', '不支持3号微项目了')).not.toContain('没有')
    expect(await home.says('小孙', '有哪些微项目')).toContain('1人支持')
  })
})
