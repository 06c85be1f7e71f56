import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bookableSchema, bookablesSchema, type Bookable } from '../../src/booking/bookable.js'
import { closedDayId, endOf, givePlace, isFree, offersTimes, slotsAhead, slotsOn, takePlace, type BookableSlot, type Offer } from '../../src/booking/slot.js'
import { loadCalendar } from '../../src/knowledge/calendar.js'
import { openingHoursSchema } from '../../src/requests/working-time.js'

const years = await loadCalendar('knowledge')
const week = { monday: ['09:00-11:00', '14:00-16:00'], tuesday: ['09:00-11:00', '14:00-16:00'], wednesday: ['09:00-11:00', '14:00-16:00'], thursday: ['09:00-11:00'], friday: ['09:00-11:00'], saturday: [], sunday: [] }
const hours = openingHoursSchema.parse({ seasons: [week], closed: [{ name: '盘点', from: '2026-11-26', until: '2026-11-26' }], source: '测试', date: '2026-11-01' })

function aBookable(given: Partial<Bookable> = {}): Bookable {
  return bookableSchema.parse({ id: 'window', kind: 'window', name: '办事窗口', minutes: 30, capacity: 2, source: '测试', date: '2026-11-01', hours, ...given })
}

function anOffer(given: Partial<Offer> = {}): Offer {
  return { bookables: [aBookable()], workingTime: { years, hours: null }, closed: [], stored: [], ...given }
}

/** A Monday morning. */
const now = Date.parse('2026-11-23T09:10:00+08:00')
const times = (offer: Offer, day: string): string[] => slotsOn(day, offer).filter(({ shut }) => shut === null).map(({ slot }) => slot.at.slice(11, 16))

describe('the times of a day', () => {
  it('are cut from the opening hours, with lunch left out', () => {
    expect(times(anOffer(), '2026-11-25')).toEqual(['09:00', '09:30', '10:00', '10:30', '14:00', '14:30', '15:00', '15:30'])
  })

  it('leave out what is too short for a whole time', () => {
    expect(times(anOffer({ bookables: [aBookable({ minutes: 50 })] }), '2026-11-27')).toEqual(['09:00', '09:50'])
  })

  it.each([
    ['a weekend', '2026-11-28'],
    ['a public holiday', '2026-10-01'],
    ['a day on which its own hours are closed', '2026-11-26'],
    ['a day of a year whose holidays nobody knows', '2031-01-08'],
  ])('are none on %s', (_why, day) => {
    expect(times(anOffer(), day)).toEqual([])
  })

  it('are those of a Monday on a weekend day on which people work', () => {
    expect(times(anOffer(), '2026-10-10')).toHaveLength(8)
  })

  it('follow the hours of the community where the bookable has none of its own', () => {
    const { hours: _own, ...rest } = aBookable()
    expect(times(anOffer({ bookables: [rest], workingTime: { years, hours } }), '2026-11-25')).toHaveLength(8)
    expect(times(anOffer({ bookables: [rest] }), '2026-11-25')).toEqual([])
  })

  it('are none when the community itself is closed', () => {
    const closed = { ...hours, closed: [{ name: '搬家', from: '2026-11-25', until: '2026-11-25' }] }
    expect(times(anOffer({ workingTime: { years, hours: closed } }), '2026-11-25')).toEqual([])
  })

  it('are none on a day that staff have closed, for all or for one of them', () => {
    const by = { id: 's', name: '小周' }
    const room = aBookable({ id: 'room', kind: 'room', name: '活动室', minutes: 120 })
    const whole = { id: closedDayId('2026-11-25', null), rev: 1, day: '2026-11-25', bookable: null, reason: '停电', by, at: 0 }
    const one = { ...whole, id: closedDayId('2026-11-25', 'window'), bookable: 'window' }
    expect(times(anOffer({ bookables: [aBookable(), room], closed: [whole] }), '2026-11-25')).toEqual([])
    expect(times(anOffer({ bookables: [aBookable(), room], closed: [one] }), '2026-11-25')).toEqual(['09:00', '14:00'])
  })

  it('keep what somebody holds although the hours have changed, but offer it to nobody', () => {
    const held: BookableSlot = { id: 'window@2026-11-25T17:00', rev: 1, what: '办事窗口', at: '2026-11-25T17:00:00+08:00', capacity: 2, taken: 1, bookable: 'window', minutes: 30, heldBy: ['r1'] }
    const offer = anOffer({ stored: [held] })
    expect(slotsOn('2026-11-25', offer).at(-1)).toMatchObject({ slot: { heldBy: ['r1'] }, shut: 'not-in-hours' })
    expect(slotsAhead(offer, 'window-booking', now).some((slot) => slot.id === held.id)).toBe(false)
  })

  it('have as many places as the bookable says, and those that staff have added', () => {
    const touched: BookableSlot = { id: 'window@2026-11-25T09:00', rev: 3, what: '办事窗口', at: '2026-11-25T09:00:00+08:00', capacity: 1, taken: 2, bookable: 'window', minutes: 30, added: 1 }
    expect(slotsOn('2026-11-25', anOffer({ stored: [touched] }))[0]?.slot).toMatchObject({ rev: 3, capacity: 3, taken: 2 })
  })
})

describe('the times ahead', () => {
  it('begin after the notice that is asked for, and end with the days that can be booked', () => {
    const ahead = slotsAhead(anOffer({ bookables: [aBookable({ noticeMinutes: 60, daysAhead: 2 })] }), 'window-booking', now)
    expect(ahead[0]?.at).toBe('2026-11-23T10:30:00+08:00')
    expect(ahead.at(-1)?.at).toBe('2026-11-25T15:30:00+08:00')
  })

  it('are only those of what the service can take', () => {
    const visitor = aBookable({ id: 'visit', kind: 'visitor', name: '上门', services: ['home-agent'] })
    const offer = anOffer({ bookables: [aBookable(), visitor] })
    expect(new Set(slotsAhead(offer, 'home-agent', now).map((slot) => slot.what))).toEqual(new Set(['上门']))
    expect(new Set(slotsAhead(offer, 'window-booking', now).map((slot) => slot.what))).toEqual(new Set(['办事窗口']))
    expect(offersTimes(offer, 'home-agent')).toBe(true)
    expect(offersTimes(offer, 'noise')).toBe(false)
  })

  it('hold what staff entered by hand, however far ahead', () => {
    const extra: BookableSlot = { id: '1', rev: 1, what: '法律咨询', at: '2027-03-01T09:00:00+08:00', capacity: 1, taken: 0 }
    expect(slotsAhead(anOffer({ stored: [extra] }), 'window-booking', now).at(-1)).toEqual(extra)
  })

  it('come in the order of time, each once, all in the opening hours', () => {
    fc.assert(fc.property(fc.integer({ min: 5, max: 240 }), fc.integer({ min: 1, max: 60 }), fc.integer({ min: 0, max: 400 }), (minutes, daysAhead, days) => {
      const at = now + days * 86_400_000
      const slots = slotsAhead(anOffer({ bookables: [aBookable({ minutes, daysAhead })] }), 'window-booking', at)
      const begins = slots.map((slot) => Date.parse(slot.at))
      expect(begins).toEqual([...new Set(begins)].sort((a, b) => a - b))
      for (const slot of slots) {
        const [from, until] = [slot.at.slice(11, 16), (endOf(slot) ?? '').slice(11, 16)]
        expect((from >= '09:00' && until <= '11:00') || (from >= '14:00' && until <= '16:00')).toBe(true)
      }
    }), { numRuns: 200 })
  })
})

describe('a place', () => {
  it('is taken and given back, whatever the order, and never counts below nothing', () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 0, max: 5 }))), (acts) => {
      let slot: BookableSlot = { id: '1', rev: 0, what: '窗口', at: '2026-11-25T09:00:00+08:00', capacity: 3, taken: 0 }
      const holders = new Set<string>()
      for (const [isTake, n] of acts) {
        const who = `r${n}`
        if (isTake && !holders.has(who) && isFree(slot)) {
          slot = takePlace(slot, who)
          holders.add(who)
        } else if (!isTake && holders.delete(who)) slot = givePlace(slot, who)
        expect(slot.taken).toBe(holders.size)
        expect(new Set(slot.heldBy ?? [])).toEqual(holders)
        expect(slot.taken).toBeLessThanOrEqual(slot.capacity)
      }
    }))
  })
})

describe('the bookables of a community', () => {
  it('share no id and no name', () => {
    expect(bookablesSchema.safeParse([aBookable(), aBookable({ name: '二号窗口' })]).success).toBe(false)
    expect(bookablesSchema.safeParse([aBookable(), aBookable({ id: 'second' })]).success).toBe(false)
    expect(bookablesSchema.safeParse([aBookable(), aBookable({ id: 'second', name: '二号窗口' })]).success).toBe(true)
  })
})
