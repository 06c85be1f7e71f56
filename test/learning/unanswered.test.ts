import { describe, expect, it } from 'vitest'
import type { CommunityId } from '../../src/knowledge/community.js'
import { groupUnanswered, unansweredIn, type AskedRow } from '../../src/learning/unanswered.js'
import { aNeighbourhood } from '../conversation/neighbourhood.js'

const [east, west] = ['east-demo', 'west-demo'] as [CommunityId, CommunityId]
const asked = (communityId: CommunityId, at: number, text: string): AskedRow => ({ communityId, row: { text, at } })

describe('what residents asked and nothing answered', () => {
  it('stands together where it means the same, the most asked first, counted by community', () => {
    const gaps = groupUnanswered([
      asked(east, 9, '游泳馆几点开门'), asked(west, 8, '请问游泳馆什么时候开门'), asked(east, 7, '游泳馆开门时间'),
      asked(east, 6, '养鸽子要不要办证'), asked(east, 5, '在楼顶养鸽子需要办证吗'), asked(west, 4, '旧衣服回收箱在哪里'),
    ])
    expect(gaps.map(({ count, communities }) => [count, communities.map(({ communityId, count: n }) => `${communityId} ${n}`)])).toEqual([[3, ['east-demo 2', 'west-demo 1']], [2, ['east-demo 2']], [1, ['west-demo 1']]])
    expect(gaps[0]).toMatchObject({ question: expect.stringContaining('游泳馆') as string, lastAt: 9, others: [expect.any(String), expect.any(String)] })
  })

  it('is kept from real talk without personal data, and nobody is asked to label it', async () => {
    const here = await aNeighbourhood()
    await here.says('赵姐', '我叫王小明 电话13800000044 公租房一个月租金多少钱')
    const rows = await unansweredIn(here.store, [here.communityId])
    expect(rows.map(({ row }) => row.text.includes('公租房'))).toEqual([true])
    expect(JSON.stringify(rows)).not.toMatch(/13800000044|王小明/)
    expect(await here.store.find(here.communityId, 'learning', { by: 'label', equals: null })).toEqual([])
  })
})
