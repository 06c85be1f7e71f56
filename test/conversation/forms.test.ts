import { describe, expect, it } from 'vitest'
import { aNeighbourhood } from './neighbourhood.js'

describe('a form put by for another', () => {
  it('is taken up again, also after a restart in the middle', async () => {
    const here = await aNeighbourhood()
    await here.says('甲', '水龙头漏水了')
    expect(await here.says('甲', '我想给我妈订助餐，5幢2单元301')).toContain('电话')
    await here.restart()
    expect(await here.says('甲', '13800000012')).toMatch(/对吗/)
    await here.restart()
    expect(await here.says('甲', '对')).toMatch(/已受理[^]*在哪儿/)
    expect(await here.says('甲', '中心花园边上')).toContain('漏水')
    expect((await here.requests()).map((request) => request.serviceCode).sort()).toEqual(['meal-help', 'public-fault'])
  })

  it('begun in a room waits in private beside the one open there', async () => {
    const here = await aNeighbourhood()
    await here.says('甲', '水龙头漏水了')
    expect(await here.saysInRoom('甲', '@小助手 我爸想订助餐，在哪登记')).toContain('私聊')
    expect(await here.says('甲', '中心花园边上')).toMatch(/已受理[^]*助餐/)
    expect(await here.says('甲', '继续')).toMatch(/地址/)
  })
})

describe('a reminder', () => {
  it.each([
    ['继续', /在哪儿/, 0],
    ['取消', /没有登记/, 0],
    ['5栋东边', /已受理/, 1],
  ])('answered with %s', async (answer, expected, filed) => {
    const here = await aNeighbourhood()
    await here.says('甲', '路灯坏了')
    here.pass(31 * 60_000)
    expect(await here.engine.remind()).toBe(1)
    expect(await here.says('甲', answer)).toMatch(expected)
    expect(await here.requests()).toHaveLength(filed)
  })
})

describe('a time that went to somebody else between reading back and 「对」', () => {
  it('is not promised; what is left is offered', async () => {
    const here = await aNeighbourhood()
    const slot = (id: string, at: string) => ({ op: 'put', table: 'slots', row: { id, rev: 0, what: '窗口', at, capacity: 1, taken: 0 } }) as const
    await here.store.commit(here.communityId, [slot('1', '2026-11-24T10:00:00+08:00'), slot('2', '2026-11-25T10:00:00+08:00')])
    await here.says('甲', '明天上午约个窗口')
    await here.says('乙', '明天上午约个窗口')
    await here.says('甲', '对')
    expect(await here.says('乙', '对')).toMatch(/没有号[^]*11月25日/)
    expect(await here.requests()).toHaveLength(1)
    expect(await here.says('乙', '就那个')).toMatch(/11月25日[^]*对吗/)
  })
})

describe('a person is awaited', () => {
  it('and what the resident adds meanwhile stands beside the first reason', async () => {
    const here = await aNeighbourhood()
    await here.says('甲', '转人工')
    await here.says('甲', '我叫李秀英，5栋2单元的')
    const conversation = await here.store.get(here.communityId, 'conversations', 'memory:private:甲')
    expect(conversation?.handover?.reason).toMatch(/人工.*李秀英/)
    expect(await here.requests()).toHaveLength(0)
  })
})
