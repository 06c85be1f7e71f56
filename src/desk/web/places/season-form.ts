import type { OpeningHours } from '../../../requests/working-time.js'
import { todayInChina } from '../knowledge/lines.js'
import { spanBreak, spanDash, weekdays } from '../words/places.js'

type Weekday = (typeof weekdays)[number][0]

/** A season as it is written: the spans of a day in one line. */
export interface SeasonForm { readonly from: string; readonly until: string; readonly days: Readonly<Record<Weekday, string>> }

const office = '08:30-12:00 14:00-17:30'
/** What a form begins with where nothing was entered yet. */
export const usualSeason: SeasonForm = { from: '', until: '', days: { monday: office, tuesday: office, wednesday: office, thursday: office, friday: office, saturday: '', sunday: '' } }

export function seasonsOf(hours: OpeningHours): SeasonForm[] {
  return hours.seasons.map((season) => ({
    from: season.from ?? '', until: season.until ?? '',
    days: Object.fromEntries(weekdays.map(([day]) => [day, season[day].join(' ')])) as SeasonForm['days'],
  }))
}

/** A line for each stretch of closed days, as `writtenHours` takes them. */
export function closedLines(hours: OpeningHours | null): string {
  return (hours?.closed ?? []).map(({ name, from, until }) => `${name} ${from} ${until}`).join('\n')
}

/** Any dash, any comma, Chinese or not, hours of one digit. */
const spansOf = (text: string): string[] => text.normalize('NFKC').replace(spanDash, '-').split(spanBreak).filter((span) => span !== '').map((span) => span.replace(/\b(\d):/g, '0$1:'))

/** `closed`: a line for each stretch of days: its name, the first day and the last. */
export function writtenHours(seasons: readonly SeasonForm[], closed: string, source: string): OpeningHours {
  return {
    seasons: seasons.map(({ from, until, days }) => ({
      ...(from === '' ? {} : { from }), ...(until === '' ? {} : { until }),
      ...(Object.fromEntries(weekdays.map(([day]) => [day, spansOf(days[day])])) as Record<Weekday, string[]>),
    })),
    closed: closed.split('\n').map((line) => line.trim().split(/\s+/)).filter(([name]) => name !== '').map(([name = '', from = '', until = from]) => ({ name, from, until })),
    source, date: todayInChina(),
  }
}
