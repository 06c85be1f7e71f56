import { describe, expect, it } from 'vitest'
import type { Role } from '../../src/desk/accounts.js'
import type { BookingDay, BookingSlot } from '../../src/desk/booking-types.js'
import { loadCalendar } from '../../src/knowledge/calendar.js'
import type { Neighbourhood } from '../conversation/neighbourhood.js'
import { aNeighbourhoodDesk } from './neighbourhood-desk.js'

const years = await loadCalendar('knowledge')

async function aDesk() {
  const desk = await aNeighbourhoodDesk({ years })
  return {
    ...desk,
    async as(role: Role) {
      const call = await desk.as(role)
      return async (method: 'GET' | 'POST', path: string, body?: object) => {
        const { status, body: day } = await call<BookingDay>(method, `bookings/${path}`, body)
        return { status, day }
      }
    },
  }
}

const slotAt = (day: BookingDay, what: string, time: string): BookingSlot => {
  const found = day.slots.find((slot) => slot.what === what && slot.at.slice(11, 16) === time)
  if (!found) throw new Error(`no ${what} at ${time}`)
  return found
}

async function book(home: Neighbourhood, who: string, words: string): Promise<void> {
  await home.says(who, words)
  expect(await home.says(who, '对')).toMatch(/约好了/)
}

const town = 'huzhou-demo'

describe('the day of bookings at the desk', () => {
  it('shows each time with its places, and who holds one without telling who it is', async () => {
    const { home, as } = await aDesk()
    await book(home, '王秀英', '明天上午九点约个窗口')
    const { status, day } = await (await as('staff'))('GET', `${town}?day=2026-11-24`)
    expect(status).toBe(200)
    expect(day.today).toBe('2026-11-23')
    expect(slotAt(day, '办事窗口', '09:00')).toMatchObject({ capacity: 2, taken: 1, shut: null, until: '2026-11-24T09:30:00+08:00', holders: [{ name: '王**', number: 'HZ-2611-0001', came: null }] })
    expect(slotAt(day, '办事窗口', '09:30')).toMatchObject({ taken: 0, holders: [] })
    expect(JSON.stringify(day)).not.toContain('秀英')
  })

  it('is the plan of visits too: where, what for, who agreed, who goes', async () => {
    const { home, as } = await aDesk()
    await book(home, '王秀英', '帮我妈上门办个老年卡，4栋2单元201，后天上午，电话13800000012')
    const call = await as('staff')
    const { day } = await call('GET', `${town}?day=2026-11-25`)
    const [holder] = slotAt(day, '上门服务', '09:00').holders
    expect(holder).toMatchObject({ phone: '138****0012', consent: { allows: 'agent', forWhom: '我妈' }, helper: null })
    expect(holder?.matter).toContain('老年卡')
    expect(holder?.address).not.toContain('201')
    const planned = await call('POST', `${town}/helper`, { request: holder?.requestId, rev: holder?.rev, name: '周大姐' })
    expect(slotAt(planned.day, '上门服务', '09:00').holders[0]?.helper).toBe('周大姐')
    expect((await home.requests())[0]?.history.at(-1)?.note).toBe('由周大姐上门')
  })

  it('is closed with a reason: nobody books it any more, and who had booked is told with other times', async () => {
    const { home, as, told } = await aDesk()
    await book(home, '甲', '明天上午九点约个窗口')
    await book(home, '乙', '活动室明天下午两点')
    const call = await as('staff')
    const closed = await call('POST', `${town}/close`, { day: '2026-11-24', bookable: 'window', reason: '停电检修' })
    await home.engine.idle()
    expect(closed.day.closed).toEqual([{ bookable: 'window', reason: '停电检修', by: '李师傅' }])
    expect(told('甲').at(-1)).toMatch(/办事窗口 11月24日（周二）09:00这次约不成了：停电检修。还有：11月23日（周一）10:30.*改到/)
    expect(told('乙').at(-1)).toMatch(/约好了/)
    expect(await home.says('丙', '明天上午十点约个窗口')).toMatch(/不开放/)
    expect(await home.says('甲', '改到周三上午九点')).toMatch(/11月25日（周三）09:00[^]*对吗/)
    expect(await home.says('甲', '对')).toMatch(/约好了/)
    const open = await call('POST', `${town}/open`, { day: '2026-11-24', bookable: 'window' })
    expect(slotAt(open.day, '办事窗口', '09:00')).toMatchObject({ shut: null, taken: 0 })
  })

  it('gets a place more, and none less than are taken', async () => {
    const { home, as } = await aDesk()
    await book(home, '甲', '活动室明天下午两点')
    expect(await home.says('乙', '活动室明天下午两点')).toMatch(/没有号/)
    const call = await as('staff')
    const before = slotAt((await call('GET', `${town}?day=2026-11-24`)).day, '活动室', '14:00')
    expect((await call('POST', `${town}/places`, { day: '2026-11-24', slot: before.id, rev: before.rev, by: -1 })).status).toBe(409)
    const more = await call('POST', `${town}/places`, { day: '2026-11-24', slot: before.id, rev: before.rev, by: 1 })
    expect(slotAt(more.day, '活动室', '14:00')).toMatchObject({ capacity: 2, taken: 1 })
    await book(home, '丙', '活动室明天下午两点')
    // On what stood before, nothing is changed.
    expect((await call('POST', `${town}/places`, { day: '2026-11-24', slot: before.id, rev: before.rev, by: 1 })).status).toBe(409)
  })

  it('gets a time of its own, once, and not in the past', async () => {
    const { home, as } = await aDesk()
    const call = await as('staff')
    const added = await call('POST', `${town}/times`, { day: '2026-11-28', bookable: 'window', time: '10:00' })
    expect(slotAt(added.day, '办事窗口', '10:00')).toMatchObject({ capacity: 1, bookable: 'window' })
    expect((await call('POST', `${town}/times`, { day: '2026-11-28', bookable: 'window', time: '10:00' })).status).toBe(409)
    expect((await call('POST', `${town}/times`, { day: '2026-11-23', bookable: 'window', time: '08:00' })).status).toBe(409)
    await book(home, '甲', '周六上午十点约个窗口')
  })

  it('keeps who came and who did not; who did not is told once, and it can be taken back', async () => {
    const { home, as, told } = await aDesk()
    await book(home, '甲', '明天上午九点约个窗口')
    home.pass(25 * 3_600_000)
    const call = await as('staff')
    const holder = async () => slotAt((await call('GET', `${town}?day=2026-11-24`)).day, '办事窗口', '09:00').holders[0]
    const mark = async (came: boolean | null) => { const one = await holder(); return call('POST', `${town}/came`, { request: one?.requestId, rev: one?.rev, came }) }
    await mark(false)
    await home.engine.idle()
    expect(told('甲').at(-1)).toMatch(/没有等到您.*重新约/)
    expect((await holder())?.came?.yes).toBe(false)
    const count = told('甲').length
    await mark(null)
    await mark(true)
    await home.engine.idle()
    expect((await holder())?.came?.yes).toBe(true)
    expect(told('甲')).toHaveLength(count)
  })

  it('is read by an auditor, who changes nothing; another community is not found', async () => {
    const { as } = await aDesk()
    const call = await as('auditor')
    expect((await call('GET', `${town}?day=2026-11-24`)).status).toBe(200)
    expect((await call('POST', `${town}/close`, { day: '2026-11-24', bookable: null, reason: '停电' })).status).toBe(403)
    expect((await (await as('staff'))('GET', 'puyang-demo?day=2026-11-24')).status).toBe(404)
  })
})
