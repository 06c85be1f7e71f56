import { describe, expect, it } from 'vitest'
import type { BookingDay, BookingHolder, BookingSlot } from '../../src/desk/booking-types.js'
import { findBarriers } from './browser.js'
import { madeUpDesk, type DeskPage } from './desk-page.js'
import { FixtureDesk } from './fixture-desk.js'
import type { Call, Said } from './fixture-server.js'

const holder = (given: Partial<BookingHolder> & { readonly requestId: string }): BookingHolder => ({
  rev: 1, number: `DH-2611-${given.requestId.padStart(4, '0')}`, service: '预约', name: '王**', phone: null, address: null, matter: '', contact: null, consent: null, helper: null, came: null, ...given,
})
const slot = (what: string, bookable: string, from: string, until: string, given: Partial<BookingSlot> = {}): BookingSlot => ({
  id: `${bookable}@${from}`, rev: 1, what, bookable, at: `2026-11-25T${from}:00+08:00`, until: `2026-11-25T${until}:00+08:00`, capacity: 2, taken: 0, shut: null, holders: [], ...given,
})
const aDay = (): BookingDay => ({
  day: '2026-11-25', today: '2026-11-24', closed: [],
  bookables: [
    { id: 'window', kind: 'window', name: '办事窗口', place: '一楼大厅（示例）', source: '示例', date: '2026-11-01' },
    { id: 'visit', kind: 'visitor', name: '上门服务', place: '', source: '示例', date: '2026-11-01' },
  ],
  slots: [
    slot('办事窗口', 'window', '09:00', '09:30', { taken: 2, holders: [holder({ requestId: '1' }), holder({ requestId: '2', name: '邻居A3K7' })] }),
    slot('办事窗口', 'window', '09:30', '10:00'),
    slot('办事窗口', 'window', '10:00', '10:30', { capacity: 3, taken: 1, holders: [holder({ requestId: '3', name: '李**', came: { yes: true, at: 1, by: { id: 's1', name: '林工' } } })] }),
    slot('上门服务', 'visit', '09:00', '11:30', { taken: 1, holders: [holder({ requestId: '4', name: '张**', phone: '138****0001', address: '4栋2单元', matter: '老年卡认证', contact: '我女儿', consent: { allows: 'agent', forWhom: '我妈', at: 1 } })] }),
  ],
})

/** The desk with one day of bookings, kept as the pages change it. */
class BookingDesk extends FixtureDesk {
  shown = aDay()
  readonly asked: (readonly [act: string, given: Record<string, unknown>])[] = []

  override answer(call: Call): Said {
    const match = /^\/api\/desk\/bookings\/east-lake(?:\/(\w+))?$/.exec(call.path)
    if (!match) return super.answer(call)
    const act = match[1]
    if (act !== undefined) this.#change(act, JSON.parse(call.body.toString()) as Record<string, unknown>)
    const day = call.query.get('day')
    return { status: 200, json: day === null || day === this.shown.day ? this.shown : { ...this.shown, day, slots: [] } }
  }

  #change(act: string, given: Record<string, unknown>): void {
    this.asked.push([act, given])
    const each = (change: (one: BookingHolder) => BookingHolder): void => {
      this.shown = { ...this.shown, slots: this.shown.slots.map((one) => ({ ...one, holders: one.holders.map((who) => (who.requestId === given['request'] ? change(who) : who)) })) }
    }
    if (act === 'helper') each((who) => ({ ...who, helper: given['name'] as string }))
    if (act === 'came') each((who) => ({ ...who, came: given['came'] === null ? null : { yes: given['came'] === true, at: 1, by: { id: 's1', name: '林工' } } }))
    if (act === 'close') this.shown = { ...this.shown, closed: [{ bookable: null, reason: given['reason'] as string, by: '林工' }], slots: this.shown.slots.map((one) => ({ ...one, shut: 'closed-day' })) }
  }
}

const here = madeUpDesk(() => new BookingDesk())

const openBookings = (viewport?: { width: number; height: number }): Promise<DeskPage> => here.logInTo({ area: '预约', heading: '11月25日 周三' }, viewport)

describe('a day of bookings', () => {
  it('shows what is full, what is free, and who comes', async () => {
    const staff = await openBookings()
    const { page } = staff
    const windowRows = page.getByRole('region', { name: '办事窗口' }).locator('li.slot')
    expect(await windowRows.nth(0).innerText()).toMatch(/09:00–09:30\s*约满（2）/)
    expect(await windowRows.nth(1).innerText()).toMatch(/余 2 \/ 2/)
    expect(await page.getByRole('region', { name: '上门服务' }).innerText()).toMatch(/4栋2单元[^]*老年卡认证[^]*代「我妈」登记，称其同意上门、代办；联系我女儿；\s*上门的人待定/)
    await here.shot(staff, 'bookings')
  })

  it('follows what is booked and closed elsewhere, without being asked', async () => {
    const { page } = await openBookings()
    here.desk.shown = { ...here.desk.shown, slots: here.desk.shown.slots.map((one) => ({ ...one, taken: one.capacity })) }
    here.desk.tell({ type: 'booking', communityId: 'east-lake', day: '2026-11-25' })
    await expect.poll(() => page.getByRole('region', { name: '办事窗口' }).locator('li.slot').nth(1).innerText()).toMatch(/约满/)
  })

  it('is marked and planned: who came, who goes', async () => {
    const { page } = await openBookings()
    const first = page.locator('li.holder').first()
    await first.getByRole('button', { name: '未到' }).click()
    await page.getByText('DH-2611-0001 未到').waitFor()
    expect(await first.getByRole('button', { name: '未到' }).getAttribute('aria-pressed')).toBe('true')
    const visit = page.getByRole('region', { name: '上门服务' })
    await visit.getByRole('button', { name: '安排人' }).click()
    await visit.getByLabel('谁上门').fill('周大姐')
    await page.keyboard.press('Enter')
    await visit.getByText('周大姐上门').waitFor()
    expect(here.desk.asked).toEqual([['came', { request: '1', rev: 1, came: false }], ['helper', { request: '4', rev: 1, name: '周大姐' }]])
  })

  it('is closed with a reason, and not without one', async () => {
    const { page } = await openBookings()
    await page.getByRole('button', { name: '关闭这一天' }).click()
    await page.getByRole('button', { name: '关闭并通知' }).click()
    await page.getByText('请写为什么，约好的居民会看到').first().waitFor()
    await page.getByLabel(/为什么/).fill('停电检修')
    await page.getByRole('button', { name: '关闭并通知' }).click()
    await page.getByText('这一天已关闭：停电检修（林工）').waitFor()
    expect(await page.getByRole('button', { name: '加号' }).count()).toBe(0)
  })

  it.each([{ width: 1280, height: 900 }, { width: 360, height: 740 }])('has no barrier that axe knows and fits $width pixels', async (viewport) => {
    const staff = await openBookings(viewport)
    const { page } = staff
    await page.getByRole('button', { name: '关闭这一天' }).click()
    await page.getByRole('button', { name: '安排人' }).click()
    await here.shot(staff, `bookings-${viewport.width}`)
    expect(await findBarriers(page)).toEqual([])
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
  })
})
