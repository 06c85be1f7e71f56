import { describe, expect, it } from 'vitest'
import { isFree, slotsAhead, takePlace, type BookableSlot } from '../../src/booking/slot.js'
import { loadCalendar } from '../../src/knowledge/calendar.js'
import { PLATFORM, type CommunityId } from '../../src/knowledge/community.js'
import { loadKnowledge } from '../../src/knowledge/knowledge.js'
import { aNeighbourhood, type Neighbourhood } from '../conversation/neighbourhood.js'
import { aStaffAccount } from '../store/rows.js'

const [years, knowledge] = await Promise.all([loadCalendar('knowledge'), loadKnowledge('knowledge')])
/** Monday, 2026-11-23, 9:30; windows, a room and visits as the example community has them. */
const aTown = (community = 'huzhou-demo'): Promise<Neighbourhood> => aNeighbourhood(community, { years })
const hourMs = 3_600_000

const slotOf = (home: Neighbourhood, id: string): Promise<BookableSlot | null> => home.store.get(home.communityId, 'slots', id)

async function talk(home: Neighbourhood, who: string, lines: readonly string[]): Promise<string> {
  let last = ''
  for (const line of lines) last = await home.says(who, line)
  return last
}

describe('a time that follows from the opening hours', () => {
  it('is booked, moved and given up in chat', async () => {
    const home = await aTown()
    expect(await home.says('甲', '明天上午九点约个窗口')).toMatch(/11月24日（周二）09:00[^]*对吗/)
    expect(await home.says('甲', '对')).toMatch(/约好了：办事窗口 11月24日（周二）09:00，在社区一楼办事大厅/)
    expect(await slotOf(home, 'window@2026-11-24T09:00')).toMatchObject({ taken: 1, heldBy: [(await home.requests())[0]?.id] })
    expect(await talk(home, '甲', ['改到下午三点', '对'])).toMatch(/约好了：办事窗口 11月24日（周二）15:00/)
    expect(await slotOf(home, 'window@2026-11-24T09:00')).toMatchObject({ taken: 0, heldBy: [] })
    expect(await slotOf(home, 'window@2026-11-24T15:00')).toMatchObject({ taken: 1 })
    expect((await home.requests())[0]?.appointment).toMatchObject({ sequence: 1, until: '2026-11-24T15:30:00+08:00' })
    expect(await home.says('甲', '不去了，退掉')).toMatch(/已取消预约.*号已退回/)
    expect(await slotOf(home, 'window@2026-11-24T15:00')).toMatchObject({ taken: 0, heldBy: [] })
  })

  it('moved to where it is already, holds one place and not two', async () => {
    const home = await aTown()
    await talk(home, '甲', ['明天上午九点约个窗口', '对', '改到明天上午九点', '对'])
    expect(await slotOf(home, 'window@2026-11-24T09:00')).toMatchObject({ taken: 1 })
  })

  it('is not booked twice by the same person', async () => {
    const home = await aTown()
    expect(await talk(home, '甲', ['明天上午九点约个窗口', '对', '明天上午九点约个窗口'])).toMatch(/已经约过了/)
    expect(await home.requests()).toHaveLength(1)
  })

  it.each([
    ['周六约窗口', /不开放.*11月27日（周五）/],
    ['12月20号约窗口', /只能约到12月7日（周一）/],
    ['约个窗口，下周一早上8点', /11月30日（周一）09:00/],
  ])('%s: what is open nearest to it is named, and can be taken by its place in the list', async (words, offered) => {
    const home = await aTown()
    expect(await home.says('甲', words)).toMatch(offered)
    expect(await talk(home, '甲', ['第一个', '对'])).toMatch(/约好了：办事窗口/)
  })

  it('is only asked after', async () => {
    const home = await aTown()
    expect(await home.says('甲', '后天还有律师的号吗')).toMatch(/法律咨询还有号：11月25日（周三）09:00/)
    expect(await talk(home, '甲', ['第一个', '对'])).toMatch(/约好了：法律咨询 11月25日（周三）09:00/)
  })

  it('is offered again once it was given up', async () => {
    const home = await aTown()
    await talk(home, '甲', ['活动室明天下午两点', '对'])
    expect(await home.says('乙', '活动室明天下午两点')).toMatch(/没有号/)
    await home.says('甲', '来不了，退了')
    expect(await talk(home, '乙', ['活动室明天下午两点', '对'])).toMatch(/约好了：活动室 11月24日（周二）14:00—16:00/)
  })

  it('is not booked on a day that staff have closed', async () => {
    const home = await aTown()
    await home.store.commit(home.communityId, [{ op: 'put', table: 'closedDays', row: { id: '2026-11-24', rev: 0, day: '2026-11-24', bookable: null, reason: '停电', by: { id: 's', name: '小周' }, at: 0 } }])
    expect(await home.says('甲', '明天上午九点约个窗口')).toMatch(/不开放/)
  })

  it('of a request that staff ended is free again at the next look', async () => {
    const home = await aTown()
    await talk(home, '甲', ['明天上午九点约个窗口', '对'])
    const [request] = await home.requests()
    if (!request) throw new Error('not filed')
    await home.store.commit(home.communityId, [{ op: 'put', table: 'requests', row: { ...request, status: 'declined', settledAt: home.now() } }])
    expect(await home.engine.bookings.run()).toEqual({ reminded: 0, freed: 1 })
    expect(await slotOf(home, 'window@2026-11-24T09:00')).toMatchObject({ taken: 0, heldBy: [] })
  })

  it('outlives a restart between reading back and 「对」, and 「对」 that comes five times', async () => {
    const home = await aTown()
    await home.says('甲', '明天上午九点约个窗口')
    await home.restart()
    const yes = home.message('甲', '对')
    for (let i = 0; i < 5; i += 1) await home.channel.deliver(yes)
    await home.engine.idle()
    expect(await home.requests()).toHaveLength(1)
    expect(await slotOf(home, 'window@2026-11-24T09:00')).toMatchObject({ taken: 1 })
  })

  it('that closes between reading back and 「对」 is not promised', async () => {
    const home = await aTown()
    await home.says('甲', '明天上午九点约个窗口')
    await home.store.commit(home.communityId, [{ op: 'put', table: 'closedDays', row: { id: '2026-11-24', rev: 0, day: '2026-11-24', bookable: null, reason: '停电', by: { id: 's', name: '小周' }, at: 0 } }])
    expect(await home.says('甲', '对')).toMatch(/不开放.*还有/)
    expect(await home.requests()).toHaveLength(0)
  })

  it('is left to staff in a year whose holidays nobody knows', async () => {
    const home = await aNeighbourhood('huzhou-demo', { years: new Map() })
    expect(await talk(home, '甲', ['明天上午九点约个窗口', '对'])).toMatch(/已记下您想约/)
    expect(await talk(home, '乙', ['想请人上门代办老年证', '4栋2单元201', '后天上午', '对'])).toMatch(/4栋2单元201/)
  })

  it('is left to staff where nobody entered any', async () => {
    const home = await aTown('guangdong-demo')
    expect(await talk(home, '甲', ['明天上午九点约个窗口', '对'])).toMatch(/已记下您想约/)
  })
})

describe('a word about one\'s own booking', () => {
  const booked = ['明天上午九点约个窗口', '对']

  it.each([
    ['我约的那个改成后天行不', '2026-11-25T09:00'],
    ['帮我把明天的号往后推一天', '2026-11-25T09:00'],
    ['推迟半个小时', '2026-11-24T09:30'],
    ['提前到今天下午', '2026-11-23T14:00'],
    ['改到下午三点', '2026-11-24T15:00'],
  ])('%s: it is moved to %s once that is confirmed', async (words, at) => {
    const home = await aTown()
    expect(await talk(home, '甲', [...booked, words])).toMatch(/对吗/)
    expect((await home.requests())[0]?.appointment?.at.slice(0, 16)).toBe('2026-11-24T09:00')
    expect(await home.says('甲', '行')).toMatch(/约好了/)
    expect((await home.requests()).map((request) => request.appointment?.at.slice(0, 16))).toEqual([at])
  })

  it.each(['换个时间', '改时间', '想换一天'])('%s: free times are named, and what is booked stays until another is taken', async (words) => {
    const home = await aTown()
    expect(await talk(home, '甲', [...booked, words])).toMatch(/还有号：.*原来约的不变/)
    expect(await talk(home, '甲', ['大后天上午', '对'])).toMatch(/约好了：办事窗口 11月26日（周四）09:00/)
  })

  it.each(['明天我去不了了', '明天有事，来不了', '取消预约', '那个号退了吧'])('%s: it is given up, and its place is free', async (words) => {
    const home = await aTown()
    expect(await talk(home, '甲', [...booked, words])).toMatch(/已取消预约：办事窗口.*号已退回/)
    expect(await slotOf(home, 'window@2026-11-24T09:00')).toMatchObject({ taken: 0 })
  })

  it.each(['几点去来着', '在哪儿办', '我的预约', '我约了什么'])('%s: when and where it is', async (words) => {
    const home = await aTown()
    expect(await talk(home, '甲', [...booked, words])).toMatch(/您约的是：办事窗口 11月24日（周二）09:00，在社区一楼办事大厅/)
  })

  it('means the one that is named, or its day; both where both are said; else it is asked which', async () => {
    const home = await aTown()
    await talk(home, '甲', [...booked, '法律咨询周三上午约一个', '对'])
    expect(await home.says('甲', '律师那个不去了，窗口照旧')).toMatch(/已取消预约：法律咨询/)
    await talk(home, '甲', ['活动室后天下午两点', '对'])
    expect(await home.says('甲', '后天我去不了了')).toMatch(/已取消预约：活动室/)
    await talk(home, '甲', ['活动室后天下午两点', '对'])
    expect(await home.says('甲', '都取消了吧')).toMatch(/已取消预约：办事窗口[^]*已取消预约：活动室/)
    expect((await home.requests()).every((request) => request.status === 'withdrawn')).toBe(true)
    expect((await home.store.find(home.communityId, 'slots', {})).every((slot) => slot.taken === 0)).toBe(true)
  })

  it('tells a room nothing but the number', async () => {
    const home = await aTown()
    await talk(home, '甲', booked)
    const said = await home.saysInRoom('甲', '@小助手 我的预约')
    expect(said).toMatch(/HZ-2611-0001/)
    expect(said).not.toMatch(/09:00|窗口/)
  })

  it('is none where nothing is booked', async () => {
    const home = await aTown()
    expect(await home.says('甲', '明天我去不了了')).not.toMatch(/取消预约/)
  })
})

describe('a visit at home', () => {
  const asked = ['我阿妈82，腿走不成，老年卡认证得去窗口吗', '那就上门来一趟', '新荷小区4号楼201，后天上午在家']

  it('asks in plain words whether the person concerned agrees, and keeps what was agreed to', async () => {
    const home = await aTown()
    expect(await talk(home, '甲', asked)).toMatch(/11月25日（周三）09:00—11:30[^]*回「对」，就是您阿妈知道这件事，也同意社区派人上门，并替本人办上面这一件事[^]*不愿意回「不同意」/)
    expect(await home.says('甲', '对的')).toMatch(/约好了：上门代办，11月25日（周三）09:00—11:30有人上门到新荷小区4号楼201/)
    const [request] = await home.requests()
    expect(request?.consent).toMatchObject({ by: 'memory:甲', forWhom: '我阿妈', allows: 'agent', answered: '对的' })
    expect(request?.consent?.matter).toContain('老年卡')
    expect(await slotOf(home, 'visit@2026-11-25T09:00')).toMatchObject({ taken: 1 })
  })

  it.each(['不同意', '她不愿意', '我妈不知道这事，她不同意'])('is not booked when the answer is %s', async (words) => {
    const home = await aTown()
    expect(await talk(home, '甲', [...asked, words])).toMatch(/不会有人上门，也没有登记/)
    expect(await home.requests()).toHaveLength(0)
    expect(await slotOf(home, 'visit@2026-11-25T09:00')).toBeNull()
  })

  it('takes a relative as whom to call, not as whose matter it is', async () => {
    const home = await aTown()
    expect(await talk(home, '甲', ['想请人上门代办老年证', '4栋2单元201', '后天上午', '好，我女儿电话13800000012'])).toMatch(/家里联系人：我女儿[^]*联系电话：13800000012[^]*就是您同意/)
    expect(await home.says('甲', '对')).toMatch(/约好了/)
    expect((await home.requests())[0]?.consent?.forWhom).toBeNull()
  })

  it('can take any time that is free', async () => {
    const home = await aTown()
    expect(await talk(home, '甲', ['想请人上门代办老年证', '4栋2单元201', '随便什么时候'])).toMatch(/还有号：11月23日（周一）14:00—16:30、11月24日/)
    expect(await talk(home, '甲', ['2', '对'])).toMatch(/约好了：上门代办，11月24日（周二）09:00—11:30/)
  })

  it('is asked for in private only', async () => {
    const home = await aTown()
    const said = await home.saysInRoom('甲', '@小助手 想请人上门给我妈代办老年证，4栋2单元201，后天上午')
    expect(said).toMatch(/私聊/)
    expect(said).not.toMatch(/201/)
  })
})

describe('a reminder of a booking', () => {
  it('comes in every community, also where the store holds accounts that belong to none', async () => {
    const community = knowledge.communities.get('qinghai-demo' as CommunityId)
    const home = await aNeighbourhood('qinghai-demo', { years, community: (id) => { if (community?.id !== id) throw new Error(`no community ${id}`); return community } })
    await home.store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: aStaffAccount() }])
    await talk(home, '甲', ['后天上午十点约个窗口', '对'])
    home.pass(31.5 * hourMs)
    expect((await home.engine.bookings.run()).reminded).toBe(1)
  })

  it('comes although another community is no longer in the knowledge', async () => {
    const [community, gone] = [knowledge.communities.get('qinghai-demo' as CommunityId), 'gone-demo' as CommunityId]
    const home = await aNeighbourhood('qinghai-demo', { years, community: (id) => { if (community?.id !== id) throw new Error(`no community ${id}`); return community } })
    // Its booking stands in the store, before the other's.
    await home.store.commit(gone, [{ op: 'put', table: 'slots', row: { id: 'window@2026-11-25T10:00', rev: 0, what: '办事窗口', at: '2026-11-25T10:00:00+08:00', capacity: 1, taken: 1, heldBy: ['r1'] } }])
    await talk(home, '甲', ['后天上午十点约个窗口', '对'])
    home.pass(31.5 * hourMs)
    expect((await home.engine.bookings.run()).reminded).toBe(1)
    expect(home.logLines.some((line) => line.includes('bookings.failed') && line.includes('gone-demo'))).toBe(true)
  })

  it('comes on the evening before and two hours before, each once, also after a restart', async () => {
    const home = await aTown()
    await talk(home, '甲', ['后天上午十点约个窗口', '对'])
    const shown = (): string[] => home.channel.shown.map(({ reply }) => reply.text).filter((text) => text.startsWith('提醒您'))
    home.pass(31.5 * hourMs)
    expect(await home.engine.bookings.run()).toEqual({ reminded: 1, freed: 0 })
    await home.engine.idle()
    expect(shown()).toEqual([expect.stringMatching(/^提醒您：明天10:00您约了办事窗口，在社区一楼办事大厅.*取消.*HZ-/)])
    await home.restart()
    expect(await home.engine.bookings.run()).toEqual({ reminded: 0, freed: 0 })
    home.pass(12 * hourMs)
    expect((await home.engine.bookings.run()).reminded).toBe(0)
    home.pass(3.5 * hourMs)
    expect(await home.engine.bookings.run()).toEqual({ reminded: 1, freed: 0 })
    await home.engine.idle()
    expect(shown()).toEqual([expect.stringMatching(/^提醒您：今天10:00/)])
    expect((await home.engine.bookings.run()).reminded).toBe(0)
  })

  it('stays away for a day that staff have closed', async () => {
    const home = await aTown()
    await talk(home, '甲', ['后天上午十点约个窗口', '对'])
    await home.store.commit(home.communityId, [{ op: 'put', table: 'closedDays', row: { id: '2026-11-25 window', rev: 0, day: '2026-11-25', bookable: 'window', reason: '停电', by: { id: 's', name: '小周' }, at: 0 } }])
    home.pass(31.5 * hourMs)
    expect((await home.engine.bookings.run()).reminded).toBe(0)
  })

  it('follows the booking to its new time, and stays away when it was given up', async () => {
    const home = await aTown()
    await talk(home, '甲', ['后天上午十点约个窗口', '对', '改到大后天上午十点', '对'])
    await talk(home, '乙', ['后天上午十点约个窗口', '对', '不去了，退掉'])
    home.pass(31.5 * hourMs)
    expect((await home.engine.bookings.run()).reminded).toBe(0)
    home.pass(24 * hourMs)
    expect((await home.engine.bookings.run()).reminded).toBe(1)
  })
})

describe('the last places', () => {
  it('are never sold twice: a thousand attempts on ten places through the store', async () => {
    const home = await aTown()
    const attempt = async (who: string): Promise<boolean> => {
      for (;;) {
        const offer = await home.engine.bookings.offerOf(home.communityId)
        const [slot] = slotsAhead({ ...offer, bookables: offer.bookables.filter((one) => one.id === 'window').map((one) => ({ ...one, capacity: 10 })) }, 'window-booking', home.now())
        if (!slot || !isFree(slot)) return false
        try {
          await home.store.commit(home.communityId, [{ op: 'put', table: 'slots', row: takePlace(slot, who) }])
          return true
        } catch (error) {
          if ((error as { code?: string }).code !== 'conflict') throw error
        }
      }
    }
    const got = await Promise.all(Array.from({ length: 1_000 }, (_, i) => attempt(`r${i}`)))
    expect(got.filter(Boolean)).toHaveLength(10)
    const [row] = await home.store.find(home.communityId, 'slots', {})
    expect(row).toMatchObject({ taken: 10 })
    expect(new Set(row?.heldBy).size).toBe(10)
  })

  it('are never sold twice in talk: many people confirm one room at the same moment', { timeout: 600_000 }, async () => {
    const home = await aTown()
    const people = Array.from({ length: process.env['LONG'] ? 1_000 : 60 }, (_, i) => `居民${i}`)
    for (const who of people) await home.says(who, '活动室明天下午两点')
    await Promise.all(people.map((who) => home.channel.deliver(home.message(who, '对'))))
    await home.engine.idle()
    const held = (await home.requests()).filter((request) => request.appointment?.slotId === 'activity-room@2026-11-24T14:00')
    expect(held).toHaveLength(1)
    expect(await slotOf(home, 'activity-room@2026-11-24T14:00')).toMatchObject({ taken: 1, heldBy: [held[0]?.id] })
  })
})
