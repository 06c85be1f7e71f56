import { describe, expect, it } from 'vitest'
import type { Audience } from '../../src/programmes/announcement.js'
import { aNeighbourhood, type Neighbourhood } from './neighbourhood.js'

const by = { id: 'staff-1', name: '小周' }
const everybody: Audience = { rooms: [], subscribers: { kind: 'all' } }
const hourMs = 3_600_000

/** What somebody was told since the announcement. */
async function announce(here: Neighbourhood, text: string, audience: Audience = everybody): Promise<readonly { readonly to: string; readonly text: string }[]> {
  const before = here.channel.shown.length
  await here.engine.announcer.announce(here.communityId, { kind: 'outage', text, audience, by })
  await here.engine.idle()
  return here.channel.shown.slice(before).map(({ to, reply }) => ({ to: to.conversationId, text: reply.text }))
}

describe('who wants to hear of something unasked', () => {
  it.each(['订阅 停水', '订阅停水停电', '以后停水提前告诉我一声', '停电了通知我', '我想订阅停电通知', '有停水的消息告诉俺', '如果停电了也提前跟我说一声'])('subscribes in private: %s', async (words) => {
    const here = await aNeighbourhood()
    expect(await here.says('wang', words)).toContain('给您订上了：停水停电')
    const heard = await announce(here, '明天上午检修停水')
    expect(heard).toEqual([{ to: 'memory:private:wang', text: '【停水停电】明天上午检修停水\n（您订阅了这类通知，不想收了回「退订」）' }])
  })

  it('is asked which, told what is on, and told to do it in private when in a room', async () => {
    const here = await aNeighbourhood()
    expect(await here.says('wang', '订阅')).toContain('停水停电、活动、议题、政策、居务公开')
    await here.says('wang', '订阅 活动')
    await here.says('wang', '订阅 停水停电 3栋')
    expect(await here.says('wang', '我订阅了什么')).toContain('停水停电、活动（3栋）')
    expect(await here.saysInRoom('li', '@小助手 订阅 停水')).toContain('私聊')
    expect(await here.store.find(here.communityId, 'subscriptions', {})).toMatchObject([{ kinds: ['outage', 'activity'], building: '3' }])
  })

  it.each(['退订', '取消订阅', '别再发了', '不要再给我发通知了', '不想收到这些通知', '以后别发了', '不用通知我了'])('leaves at once: %s', async (words) => {
    const here = await aNeighbourhood()
    await here.says('wang', '订阅 停水')
    expect(await here.says('wang', words)).toContain('不再发给您')
    expect(await here.store.find(here.communityId, 'subscriptions', {})).toEqual([])
    await expect(announce(here, '明天停水')).rejects.toThrow('没有人会收到')
  })

  it('leaves one kind and keeps the others; who has none is told so', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '订阅 停水和活动')
    expect(await here.says('wang', '退订 活动')).toMatch(/活动的通知不再发给您[\s\S]*还订着：停水停电/)
    expect(await here.says('li', '退订')).toContain('您没有订阅任何通知')
    expect(await here.says('li', '别再发了')).toContain('您没有订阅任何通知')
  })

  it('still hears of their own requests after leaving', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '3栋2单元楼道灯坏了')
    await here.says('wang', '订阅 停水')
    await here.says('wang', '退订')
    const [request] = await here.requests()
    const before = here.channel.shown.length
    await here.engine.actOnRequest(here.communityId, request!.id, request!.rev, { name: 'take', reason: null, brings: null }, { kind: 'staff', id: 'staff-1', name: '小周', isLead: false })
    await here.engine.idle()
    expect(here.channel.shown.length).toBeGreaterThan(before)
  })

  it('sees it among their data, and has it deleted with them', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '订阅 停水 3栋')
    expect(await here.says('wang', '我的数据')).toContain('订阅的通知：停水停电（3栋）')
    await here.says('wang', '删除我的数据')
    await here.says('wang', '确认删除')
    await here.engine.erase()
    expect(await here.store.find(here.communityId, 'subscriptions', {})).toEqual([])
  })
})

describe('an announcement', () => {
  it('goes to nobody outside its audience: a grid hears what is for the grid, a room only where it was chosen', async () => {
    const here = await aNeighbourhood()
    await here.saysInRoom('zhao', '@小助手 几点下班')
    const grid = (await import('../../src/knowledge/knowledge.js')).loadKnowledge('knowledge')
    const [first, second] = (await grid).communities.get(here.communityId)!.grids
    const [inFirst, inSecond] = [first, second].map((one) => /\d+/.exec(one!.buildings[0]!)![0])
    await here.says('wang', `订阅 停水 ${inFirst}栋`)
    await here.says('li', `订阅 停水 ${inSecond}栋`)
    await here.says('sun', '订阅 停水')
    await here.says('qian', '订阅 活动')
    expect((await announce(here, '检修停水', { rooms: [], subscribers: { kind: 'grid', name: first!.name } })).map(({ to }) => to)).toEqual(['memory:private:wang'])
    expect((await announce(here, '检修停水，电话13800000012', { rooms: ['memory:room'], subscribers: { kind: 'none' } }))).toEqual([{ to: 'memory:room', text: '【停水停电】检修停水，电话[手机号]' }])
    await expect(announce(here, '检修停水', { rooms: ['memory:room-of-others'], subscribers: { kind: 'all' } })).rejects.toThrow('不在这个社区')
    expect((await announce(here, '检修停水')).map(({ to }) => to).sort()).toEqual(['memory:private:li', 'memory:private:sun', 'memory:private:wang'])
  })

  it('reaches a person once, however many identities they are linked by, and leaving by one ends all', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '订阅 停水')
    await here.says('wang-at-home', '订阅 停水')
    await here.store.commit(here.communityId, ['memory:wang', 'memory:wang-at-home'].map((id) => ({ op: 'put', table: 'identities', row: { id, rev: 0, personId: 'p1', linkedAt: 1 } }) as const))
    expect(await announce(here, '明天停水')).toHaveLength(1)
    await here.says('wang', '退订')
    await expect(announce(here, '明天停水')).rejects.toThrow('没有人会收到')
  })

  it('written at night waits for the morning, also for who is awake; who leaves meanwhile does not get it', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '订阅 停水')
    await here.says('li', '订阅 停水')
    here.pass(14 * hourMs)
    await here.says('wang', '你好')
    expect(await announce(here, '早上停水')).toEqual([])
    await here.says('li', '退订')
    const before = here.channel.shown.length
    here.pass(8 * hourMs)
    here.engine.release()
    await here.engine.idle()
    expect(here.channel.shown.slice(before).map(({ to }) => to.conversationId)).toEqual(['memory:private:wang'])
    expect(await here.store.find(here.communityId, 'announcements', {})).toMatchObject([{ persons: 2, withdrawn: 1, dueAt: Date.parse('2026-11-24T07:00:00+08:00') }])
  })
})

describe('complaints of several about their property company', () => {
  it('raise one proposal by themselves; the meeting is told to who complained, each once, and to nobody else', async () => {
    const here = await aNeighbourhood()
    for (const [who, words] of [['wang', '投诉3栋物业保洁不干活'], ['li', '5栋的物业保洁一个月没打扫，我要投诉'], ['zhao', '我投诉9栋物业，保洁态度差还不打扫']] as const) await here.says(who, words)
    await here.says('sun', '几点下班')
    const [raised, ...others] = await here.store.find(here.communityId, 'coordinations', {})
    expect(others).toEqual([])
    expect(raised).toMatchObject({ subject: '保洁', state: 'proposed' })
    expect(raised!.requestIds).toHaveLength(3)
    const before = here.channel.shown.length
    await here.engine.coordinations.step(here.communityId, raised!, { to: 'convened', meeting: { at: '11月28日下午2点', place: '社区议事厅', parties: ['居委会', '业委会', '物业公司'] } }, by)
    await here.engine.idle()
    const told = here.channel.shown.slice(before)
    expect(told.map(({ to }) => to.conversationId).sort()).toEqual(['memory:private:li', 'memory:private:wang', 'memory:private:zhao'])
    expect(told[0]?.reply.text).toMatch(/保洁问题（HZ-2611-\d{4}）[\s\S]*11月28日下午2点/)
  })
})
