import { z } from 'zod'

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, '要写成 2026-11-01').refine((value) => !Number.isNaN(Date.parse(value)), '没有这一天')
const clock = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, '要写成 08:30')

/** One line of a duty roster (值班表). Lines that hold at a moment are called in their order, and each line's people in theirs. */
const dutyLineSchema = z.strictObject({
  name: z.string().trim().min(1, '请写个名字，比如「夜班」').max(40),
  /** 1 Monday … 7 Sunday (ISO 8601), on which it begins. */
  weekdays: z.array(z.int().min(1).max(7)).min(1, '请至少选一天'),
  /** First and last day on which it begins; `null`: always. */
  dates: z.strictObject({ from: day, until: day }).refine(({ from, until }) => from <= until, '结束不能早于开始').nullable(),
  /** In Asia/Shanghai. An end that is not after the beginning is on the next day. */
  from: clock,
  until: clock,
  /** Accounts, first called first. */
  staffIds: z.array(z.string().min(1).max(100)).min(1, '请至少选一个人').max(20),
})
export const dutyLinesSchema = z.array(dutyLineSchema).max(40)
export type DutyLine = z.infer<typeof dutyLineSchema>

/** Who is on duty in a community, as entered at the desk; one row, `roster`. Without it nobody is on duty. */
export interface DutyRoster {
  readonly id: string
  readonly rev: number
  readonly lines: readonly DutyLine[]
  readonly changedAt: number
  readonly changedBy: string
}

export const rosterId = 'roster'

const minuteMs = 60_000
const dayMs = 86_400_000
/** Asia/Shanghai: UTC+8, no summer time. */
const zoneMs = 8 * 3_600_000
/** A duty that begins later than this is not looked for, days. */
const farthestDays = 15

/** When a line's duty that begins on a day lasts, ms since 1970; `null`: it does not begin on that day. */
function spanOn(line: DutyLine, number: number): readonly [from: number, until: number] | null {
  const date = new Date(number * dayMs).toISOString().slice(0, 10)
  // 1970-01-01 was a Thursday, the fourth day of the week.
  if (!line.weekdays.includes(((number + 3) % 7) + 1) || (line.dates !== null && (date < line.dates.from || date > line.dates.until))) return null
  const [from, until] = [minuteOf(line.from), minuteOf(line.until)]
  const begins = number * dayMs - zoneMs
  return [begins + from * minuteMs, begins + (until > from ? until : until + 1_440) * minuteMs]
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3))
}

/** Accounts on duty at a moment in the order in which they are called, each once. */
export function onDuty(lines: readonly DutyLine[], now: number): readonly string[] {
  const today = Math.floor((now + zoneMs) / dayMs)
  const holds = (line: DutyLine): boolean => [today - 1, today].some((number) => {
    const span = spanOn(line, number)
    return span !== null && now >= span[0] && now < span[1]
  })
  return [...new Set(lines.filter(holds).flatMap(({ staffIds }) => staffIds))]
}

/** When the next duty begins after a moment, within two weeks; `null`: none does. */
export function nextDuty(lines: readonly DutyLine[], now: number): number | null {
  const today = Math.floor((now + zoneMs) / dayMs)
  for (let number = today; number <= today + farthestDays; number += 1) {
    const begins = lines.flatMap((line) => spanOn(line, number)?.[0] ?? []).filter((at) => at > now)
    if (begins.length > 0) return Math.min(...begins)
  }
  return null
}
