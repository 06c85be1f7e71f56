import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { loadCalendar } from '../../src/knowledge/calendar.js'
import { addWorkdays, addWorkingTime, isOpenAt, kindOfDay, openingHoursSchema, workingTimeBetween, yearCalendarSchema, type WorkingTime } from '../../src/requests/working-time.js'

const years = await loadCalendar('knowledge')
const allWeek = { monday: ['08:30-12:00', '14:00-17:30'], tuesday: ['08:30-12:00', '14:00-17:30'], wednesday: ['08:30-12:00', '14:00-17:30'], thursday: ['08:30-12:00', '14:00-20:00'], friday: ['08:30-12:00', '14:00-17:30'], saturday: ['09:00-11:30'], sunday: [] }
const hours = openingHoursSchema.parse({
  seasons: [{ from: '10-01', until: '05-31', ...allWeek, tuesday: ['08:30-12:00', '14:30-17:00'] }, allWeek],
  closed: [{ name: '社区搬家', from: '2026-03-10', until: '2026-03-11' }], source: '测试', date: '2026-01-01',
})
const time: WorkingTime = { years, hours }

const at = (local: string): number => Date.parse(`${local}:00+08:00`)
const local = (moment: number): string => new Date(moment + 8 * 3_600_000).toISOString().slice(0, 16)
const minute = 60_000

/** Written out by hand from the notices, day by day, apart from the product's tables. */
const off = new Set(
  `2025-01-01 2025-01-28 2025-01-29 2025-01-30 2025-01-31 2025-02-01 2025-02-02 2025-02-03 2025-02-04 2025-04-04 2025-04-05 2025-04-06 2025-05-01 2025-05-02 2025-05-03 2025-05-04 2025-05-05
2025-05-31 2025-06-01 2025-06-02 2025-10-01 2025-10-02 2025-10-03 2025-10-04 2025-10-05 2025-10-06 2025-10-07 2025-10-08
2026-01-01 2026-01-02 2026-01-03 2026-02-15 2026-02-16 2026-02-17 2026-02-18 2026-02-19 2026-02-20 2026-02-21 2026-02-22 2026-02-23 2026-04-04 2026-04-05 2026-04-06 2026-05-01 2026-05-02 2026-05-03 2026-05-04 2026-05-05
2026-06-19 2026-06-20 2026-06-21 2026-09-25 2026-09-26 2026-09-27 2026-10-01 2026-10-02 2026-10-03 2026-10-04 2026-10-05 2026-10-06 2026-10-07`.split(/\s+/),
)
const makeUp = new Set('2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11 2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10'.split(' '))

/** Another way to know what time it is in Shanghai: the platform's own time zones. */
const shanghai = new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Shanghai', year: 'numeric', month: '2-digit', day: '2-digit', weekday: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })
function clock(moment: number): { day: string; weekday: string; time: string } {
  const parts = Object.fromEntries(shanghai.formatToParts(moment).map(({ type, value }) => [type, value])) as Record<string, string>
  return { day: `${parts['year']}-${parts['month']}-${parts['day']}`, weekday: parts['weekday'] ?? '', time: `${parts['hour']}:${parts['minute']}` }
}
const isLegalWorkday = ({ day, weekday }: { day: string; weekday: string }) => makeUp.has(day) || (!off.has(day) && weekday !== 'Sat' && weekday !== 'Sun')
/** Open in this very minute, by asking one question after another. */
function isManned(moment: number): boolean {
  const now = clock(moment)
  if (off.has(now.day) || now.day === '2026-03-10' || now.day === '2026-03-11') return false
  const weekday = makeUp.has(now.day) ? 'Mon' : now.weekday
  if (weekday === 'Sun') return false
  if (weekday === 'Sat') return now.time >= '09:00' && now.time < '11:30'
  if (now.time >= '08:30' && now.time < '12:00') return true
  const isWinter = now.day.slice(5) >= '10-01' || now.day.slice(5) <= '05-31'
  if (weekday === 'Tue' && isWinter) return now.time >= '14:30' && now.time < '17:00'
  return now.time >= '14:00' && now.time < (weekday === 'Thu' ? '20:00' : '17:30')
}

const zone = process.env['TZ']
afterAll(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

describe('the calendar', () => {
  it('names the notice for each year', () => {
    expect([...years.values()].map(({ year, notice }) => [year, notice])).toEqual([[2025, '国办发明电〔2024〕12号'], [2026, '国办发明电〔2025〕7号']])
  })

  it('has every day of both years as the notices have it', () => {
    for (let moment = at('2025-01-01T12:00'); moment < at('2027-01-01T00:00'); moment += 86_400_000) {
      const { day, weekday } = clock(moment)
      const kind = kindOfDay(day, years)
      const expected = makeUp.has(day) ? 'make-up' : off.has(day) ? 'holiday' : weekday === 'Sat' || weekday === 'Sun' ? 'weekend' : 'workday'
      expect(kind, day).toEqual({ kind: 'known', value: expected })
    }
  })

  it('refuses a make-up day that is no weekend, and a day of another year', () => {
    const good = { year: 2026, notice: '号', title: '通知', issued: '2025-11-04', holidays: [{ name: '元旦', from: '2026-01-01', until: '2026-01-03' }], workdays: ['2026-01-04'] }
    expect(yearCalendarSchema.safeParse(good).success).toBe(true)
    expect(yearCalendarSchema.safeParse({ ...good, workdays: ['2026-01-05'] }).success).toBe(false)
    expect(yearCalendarSchema.safeParse({ ...good, workdays: ['2025-01-04'] }).success).toBe(false)
    expect(yearCalendarSchema.safeParse({ ...good, workdays: ['2026-01-03'] }).success).toBe(false)
  })

  it('raises an alarm for a year nobody has entered, instead of taking it for Monday to Friday', () => {
    expect(kindOfDay('2027-03-01', years)).toEqual({ kind: 'unknown', why: 'no-calendar', year: 2027 })
    expect(addWorkdays(at('2026-12-30T10:00'), 1, time)).toEqual({ kind: 'known', value: at('2026-12-31T20:00') })
    expect(addWorkdays(at('2026-12-30T10:00'), 2, time)).toEqual({ kind: 'unknown', why: 'no-calendar', year: 2027 })
    expect(addWorkingTime(at('2026-12-31T19:00'), 61 * minute, time)).toEqual({ kind: 'unknown', why: 'no-calendar', year: 2027 })
    expect(workingTimeBetween(at('2026-12-31T19:00'), at('2027-01-04T10:00'), time).kind).toBe('unknown')
    expect(isOpenAt(at('2027-01-04T10:00'), time).kind).toBe('unknown')
  })

  it('promises nothing where nobody entered the hours', () => {
    expect(addWorkdays(at('2026-11-23T10:00'), 5, { years, hours: null })).toEqual({ kind: 'unknown', why: 'no-hours' })
  })
})

describe('hours', () => {
  it.each([
    ['2026-02-14T10:00', true, 'a Saturday on which people work for the Spring Festival'],
    ['2026-02-14T15:00', true, 'the same day after lunch, as on a Monday'],
    ['2026-10-10T15:00', true, 'a Saturday on which people work for the National Day'],
    ['2026-10-17T15:00', false, 'an ordinary Saturday afternoon'],
    ['2026-10-17T10:00', true, 'an ordinary Saturday morning (错时)'],
    ['2026-11-26T19:30', true, 'the late Thursday (错时)'],
    ['2026-11-23T12:30', false, 'lunch'],
    ['2026-11-24T14:15', false, 'a Tuesday in winter, when lunch is longer'],
    ['2026-06-02T14:15', true, 'the same in summer'],
    ['2026-10-01T10:00', false, 'the National Day'],
    ['2026-03-10T10:00', false, 'a day of its own on which this window is shut'],
  ])('%s: open %s (%s)', (moment, open) => {
    expect(isOpenAt(at(moment), time)).toEqual({ kind: 'known', value: open })
  })

  it('refuse spans that overlap or run backwards', () => {
    const season = { ...allWeek }
    const with_ = (monday: string[]) => openingHoursSchema.safeParse({ seasons: [{ ...season, monday }], source: '测试', date: '2026-01-01' }).success
    expect([with_(['08:00-12:00']), with_(['12:00-08:00']), with_(['08:00-12:00', '11:00-13:00']), with_(['8:00-12:00'])]).toEqual([true, false, false, false])
  })
})

describe('a promise in working days', () => {
  it.each([
    ['2026-02-13T10:00', 1, '2026-02-14T17:30', 'a make-up Saturday counts'],
    ['2026-02-13T10:00', 2, '2026-02-24T17:00', 'the Spring Festival does not'],
    ['2026-09-30T16:00', 1, '2026-10-08T20:00', 'the National Day does not'],
    ['2026-10-09T23:30', 1, '2026-10-10T17:30', 'a make-up Saturday counts'],
    ['2026-11-20T10:00', 1, '2026-11-23T17:30', 'an open Saturday morning is no working day'],
    ['2026-11-22T23:59', 1, '2026-11-23T17:30', 'the day itself does not count'],
    ['2026-03-09T10:00', 1, '2026-03-12T20:00', 'days on which the window is shut do not count'],
  ])('from %s, %i days: %s (%s)', (from, count, until) => {
    const due = addWorkdays(at(from), count, time)
    expect(due.kind === 'known' ? local(due.value) : due).toBe(until)
  })

  it.each(['UTC', 'Asia/Shanghai', 'America/New_York'])('is right for 1,000 promises counted day by day, on a machine in %s', (zoneName) => {
    process.env['TZ'] = zoneName
    let checked = 0
    fc.assert(
      fc.property(fc.integer({ min: at('2025-01-01T00:00') / minute, max: at('2026-11-20T23:59') / minute }), fc.integer({ min: 1, max: 20 }), (start, count) => {
        let left = count
        let noon = Date.parse(`${clock(start * minute).day}T12:00:00+08:00`)
        while (left > 0) {
          noon += 86_400_000
          const today = clock(noon)
          if (isLegalWorkday(today) && isManned(Date.parse(`${today.day}T09:00:00+08:00`))) left -= 1
        }
        let shuts = Date.parse(`${clock(noon).day}T23:59:00+08:00`)
        while (!isManned(shuts)) shuts -= minute
        expect(addWorkdays(start * minute, count, time)).toEqual({ kind: 'known', value: shuts + minute })
        checked += 1
      }),
      { numRuns: 1_000, seed: 7 },
    )
    expect(checked).toBe(1_000)
  }, 60_000)
})

describe('working time', () => {
  it.each(['UTC', 'Asia/Shanghai', 'America/New_York'])('agrees with a count minute by minute, both ways, on a machine in %s', (zoneName) => {
    process.env['TZ'] = zoneName
    // Starts around every stretch where the rules meet: festivals, make-up days, seasons, the shut days.
    const starts = ['2025-01-24T16:00', '2025-09-27T09:00', '2026-02-12T17:00', '2026-03-09T11:00', '2026-05-30T08:00', '2026-09-18T19:30', '2026-10-09T12:30', '2026-11-27T03:00']
    for (const from of starts) {
      let open = 0
      for (let passed = 0; passed < 6 * 24 * 60; passed += 1) {
        const moment = at(from) + passed * minute
        if (passed % 97 === 0) expect(workingTimeBetween(at(from), moment, time)).toEqual({ kind: 'known', value: open * minute })
        if (!isManned(moment)) continue
        open += 1
        if (open % 53 === 0) expect(addWorkingTime(at(from), open * minute, time), local(moment)).toEqual({ kind: 'known', value: moment + minute })
      }
    }
  }, 60_000)

  it('that is added comes out again', () => {
    fc.assert(
      fc.property(fc.integer({ min: at('2025-01-01T00:00'), max: at('2026-11-01T00:00') }), fc.integer({ min: 1, max: 5 * 8 * 3_600_000 }), (from, ms) => {
        const until = addWorkingTime(from, ms, time)
        expect(until.kind === 'known' ? workingTimeBetween(from, until.value, time) : until).toEqual({ kind: 'known', value: ms })
      }),
    )
  })

  it('is none backwards, and none is passed at once', () => {
    expect(workingTimeBetween(at('2026-11-23T10:00'), at('2026-11-23T09:00'), time)).toEqual({ kind: 'known', value: 0 })
    expect(addWorkingTime(at('2026-11-22T10:00'), 0, time)).toEqual({ kind: 'known', value: at('2026-11-22T10:00') })
  })
})
