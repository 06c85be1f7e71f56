import { z } from 'zod'

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, '要写成 2026-11-01').refine((value) => !Number.isNaN(Date.parse(value)), '没有这一天')
const closing = z.strictObject({ name: z.string().min(1), from: day, until: day }).refine(({ from, until }) => from <= until, '结束不能早于开始')

/** One year's public holidays and make-up workdays (调休上班日), as the State Council's notice says. */
export const yearCalendarSchema = z
  .strictObject({ year: z.number().int(), notice: z.string().min(1), title: z.string().min(1), issued: day, holidays: z.array(closing).min(1), workdays: z.array(day) })
  .superRefine(({ year, holidays, workdays }, context) => {
    for (const each of [...holidays.flatMap(({ from, until }) => [from, until]), ...workdays])
      if (!each.startsWith(`${year}-`)) context.addIssue({ code: 'custom', message: `${each} 不在 ${year} 年` })
    for (const each of workdays) {
      if (!isWeekend(dayNumber(each))) context.addIssue({ code: 'custom', path: ['workdays'], message: `${each} 不是周末，不用调休` })
      if (holidays.some(({ from, until }) => each >= from && each <= until)) context.addIssue({ code: 'custom', path: ['workdays'], message: `${each} 又放假又上班` })
    }
  })
export type YearCalendar = z.infer<typeof yearCalendarSchema>

const span = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d-(?:[01]\d|2[0-3]):[0-5]\d$/, '要写成 08:30-12:00')
const spans = z.array(span).refine((list) => list.every((each, i) => each.slice(0, 5) < each.slice(6) && (i === 0 || (list[i - 1] ?? '').slice(6) <= each.slice(0, 5))), '时段要从早到晚，不能重叠')
const monthDay = z.string().regex(/^\d{2}-\d{2}$/, '要写成 10-01')

/** When a community's window is open. Lunch is the gap between two spans; 错时 is a span on a Saturday, a Sunday or an evening. */
export const openingHoursSchema = z.strictObject({
  /** Of the year's seasons the first that holds the day counts; `from` and `until` are both included and may cross New Year. Without them: all year. */
  seasons: z
    .array(z.strictObject({ from: monthDay.optional(), until: monthDay.optional(), monday: spans, tuesday: spans, wednesday: spans, thursday: spans, friday: spans, saturday: spans, sunday: spans }))
    .min(1),
  /** Days on which this window stays shut although others work. */
  closed: z.array(closing).default([]),
  source: z.string().min(1, '要写来源'),
  date: day,
})
export type OpeningHours = z.infer<typeof openingHoursSchema>

/** What working time is counted by. */
export interface WorkingTime {
  /** By year. A year that is not there is unknown, never taken for Monday to Friday. */
  readonly years: ReadonlyMap<number, YearCalendar>
  /** `null`: nobody entered when this window is open. */
  readonly hours: OpeningHours | null
}

/** What a count of working time ends in. `unknown` is an alarm: nothing may be promised, 待确认 is shown. */
export type Reckoned<T> = { readonly kind: 'known'; readonly value: T } | Unknown
export type Unknown = { readonly kind: 'unknown'; readonly why: 'no-hours' } | { readonly kind: 'unknown'; readonly why: 'no-calendar'; readonly year: number }

const minuteMs = 60_000
const dayMs = 86_400_000
/** Asia/Shanghai has had no summer time since 1991: always eight hours ahead of UTC, whatever zone the process runs in. */
const zoneMs = 8 * 3_600_000
/** A window that opens on no day of three years never will. */
const farthestDays = 1_100

/** Days since 1970-01-01 of a day such as `2026-11-23`. */
function dayNumber(date: string): number {
  return Date.parse(`${date}T00:00:00Z`) / dayMs
}

/** The day in Asia/Shanghai on which a moment falls, in days since 1970-01-01. */
function dayOf(moment: number): number {
  return Math.floor((moment + zoneMs) / dayMs)
}

function isoDay(number: number): string {
  return new Date(number * dayMs).toISOString().slice(0, 10)
}

const weekdays = ['thursday', 'friday', 'saturday', 'sunday', 'monday', 'tuesday', 'wednesday'] as const

function weekday(number: number): (typeof weekdays)[number] {
  // 1970-01-01 was a Thursday.
  return weekdays[((number % 7) + 7) % 7] ?? 'thursday'
}

function isWeekend(number: number): boolean {
  const name = weekday(number)
  return name === 'saturday' || name === 'sunday'
}

/** Whether a day is a workday by law (法定工作日), a holiday or a weekend; `make-up`: a weekend day on which people work. */
export type DayKind = 'workday' | 'make-up' | 'weekend' | 'holiday'

/** The kind of a day such as `2026-02-14`. */
export function kindOfDay(date: string, years: WorkingTime['years']): Reckoned<DayKind> {
  const year = years.get(Number(date.slice(0, 4)))
  if (year === undefined) return { kind: 'unknown', why: 'no-calendar', year: Number(date.slice(0, 4)) }
  if (year.workdays.includes(date)) return { kind: 'known', value: 'make-up' }
  if (year.holidays.some(({ from, until }) => date >= from && date <= until)) return { kind: 'known', value: 'holiday' }
  return { kind: 'known', value: isWeekend(dayNumber(date)) ? 'weekend' : 'workday' }
}

interface OpenDay {
  readonly kind: DayKind
  /** Moments between which it is open, ms since 1970. */
  readonly spans: readonly (readonly [from: number, until: number])[]
}

/** Days worked out already, as long as the calendar and the hours they come from are held: a look at thousands of requests asks for the same few. */
const known = new WeakMap<WorkingTime['years'], WeakMap<OpeningHours, Map<number, OpenDay | Unknown>>>()

function openDay(number: number, time: WorkingTime): OpenDay | Unknown {
  const { years, hours } = time
  if (hours === null) return { kind: 'unknown', why: 'no-hours' }
  const byHours = known.get(years) ?? new WeakMap<OpeningHours, Map<number, OpenDay | Unknown>>()
  const days = byHours.get(hours) ?? new Map<number, OpenDay | Unknown>()
  if (days.size === 0) known.set(years, byHours.set(hours, days))
  const found = days.get(number) ?? workOutDay(number, years, hours)
  days.set(number, found)
  return found
}

function workOutDay(number: number, years: WorkingTime['years'], hours: OpeningHours): OpenDay | Unknown {
  const date = isoDay(number)
  const kind = kindOfDay(date, years)
  if (kind.kind === 'unknown') return kind
  const isShut = kind.value === 'holiday' || hours.closed.some(({ from, until }) => date >= from && date <= until)
  const season = hours.seasons.find(({ from, until }) => isWithin(date.slice(5), from ?? '01-01', until ?? '12-31'))
  // A weekend day on which people work keeps the hours of an ordinary Monday.
  const written = isShut || season === undefined ? [] : season[kind.value === 'make-up' ? 'monday' : weekday(number)]
  const midnight = number * dayMs - zoneMs
  return { kind: kind.value, spans: written.map((each) => [midnight + minutesOf(each.slice(0, 5)) * minuteMs, midnight + minutesOf(each.slice(6)) * minuteMs]) }
}

function isWithin(monthAndDay: string, from: string, until: string): boolean {
  return from <= until ? monthAndDay >= from && monthAndDay <= until : monthAndDay >= from || monthAndDay <= until
}

function minutesOf(clock: string): number {
  return Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
}

/** Between which moments (ms since 1970) it is open on a day such as `2026-11-25`; none where it stays shut. */
export function openSpans(date: string, time: WorkingTime): Reckoned<readonly (readonly [from: number, until: number])[]> {
  const found = openDay(dayNumber(date), time)
  return 'why' in found ? found : { kind: 'known', value: found.spans }
}

/** Whether somebody is at the window at this moment. */
export function isOpenAt(moment: number, time: WorkingTime): Reckoned<boolean> {
  const found = openDay(dayOf(moment), time)
  if ('why' in found) return found
  return { kind: 'known', value: found.spans.some(([from, until]) => moment >= from && moment < until) }
}

/** The working time between two moments in ms; 0 when `until` is not after `from`. */
export function workingTimeBetween(from: number, until: number, time: WorkingTime): Reckoned<number> {
  let sum = 0
  for (let number = dayOf(from); number <= dayOf(until); number += 1) {
    const found = openDay(number, time)
    if ('why' in found) return found
    for (const [opens, shuts] of found.spans) sum += Math.max(0, Math.min(shuts, until) - Math.max(opens, from))
  }
  return { kind: 'known', value: sum }
}

/** The moment at which `ms` of working time have passed since `from`; with 0 ms `from` itself. */
export function addWorkingTime(from: number, ms: number, time: WorkingTime): Reckoned<number> {
  if (ms <= 0) return { kind: 'known', value: from }
  let left = ms
  for (let number = dayOf(from); number < dayOf(from) + farthestDays; number += 1) {
    const found = openDay(number, time)
    if ('why' in found) return found
    for (const [opens, shuts] of found.spans) {
      const starts = Math.max(opens, from)
      if (shuts <= starts) continue
      if (shuts - starts >= left) return { kind: 'known', value: starts + left }
      left -= shuts - starts
    }
  }
  return { kind: 'unknown', why: 'no-hours' }
}

/**
 * The end of the `count`-th working day after the day of `from`: the day itself does not count (民法典第二百零一条), and a
 * term ends with the hours of business (第二百零三条). A day counts when it is a workday by law and this window opens on it.
 */
export function addWorkdays(from: number, count: number, time: WorkingTime): Reckoned<number> {
  let left = count
  for (let number = dayOf(from) + 1; number < dayOf(from) + farthestDays; number += 1) {
    const found = openDay(number, time)
    if ('why' in found) return found
    const shuts = found.spans.at(-1)?.[1]
    if (shuts === undefined || (found.kind !== 'workday' && found.kind !== 'make-up')) continue
    left -= 1
    if (left <= 0) return { kind: 'known', value: shuts }
  }
  return { kind: 'unknown', why: 'no-hours' }
}
