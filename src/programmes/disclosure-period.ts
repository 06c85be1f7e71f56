/** The months of one year that published affairs are about, from first to last (1–12), both included. */
export interface Period {
  readonly year: number
  readonly from: number
  readonly until: number
}

// UTC+8 without summer time since 1991.
const zoneMs = 8 * 3_600_000
const figures = '一二三四五六七八九十'

/** The period that words name, read against `now`; without a year the last one that has begun. `null`: they name none. */
export function readPeriod(words: string, now: number): Period | null {
  const local = new Date(now + zoneMs)
  const [thisYear, thisMonth] = [local.getUTCFullYear(), local.getUTCMonth() + 1]
  const year = yearOf(words, thisYear)
  const inYear = (from: number, until: number): Period => ({ year: year ?? (from > thisMonth ? thisYear - 1 : thisYear), from, until })
  const quarterNow = Math.ceil(thisMonth / 3)
  const quarter = /第?([一二三四1-4])(?:个)?季度?(?!人)/.exec(words)?.[1]
  if (quarter !== undefined) return inYear(numberOf(quarter) * 3 - 2, numberOf(quarter) * 3)
  if (/上个?季/.test(words)) return quarterNow === 1 ? { year: thisYear - 1, from: 10, until: 12 } : { year: thisYear, from: quarterNow * 3 - 5, until: quarterNow * 3 - 3 }
  if (/(?:本|这个?)季/.test(words)) return { year: thisYear, from: quarterNow * 3 - 2, until: quarterNow * 3 }
  if (/上半年/.test(words)) return inYear(1, 6)
  if (/下半年/.test(words)) return inYear(7, 12)
  const month = /(?<![\d一二三四五六七八九十])(1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月(?:份)?(?!\d|[一二三四五六七八九十]+[号日])/.exec(words)?.[1]
  if (month !== undefined) return inYear(numberOf(month), numberOf(month))
  if (/上个?月/.test(words)) return thisMonth === 1 ? { year: thisYear - 1, from: 12, until: 12 } : { year: thisYear, from: thisMonth - 1, until: thisMonth - 1 }
  if (/(?:本|这个?)月/.test(words)) return { year: thisYear, from: thisMonth, until: thisMonth }
  return year === null ? null : { year, from: 1, until: 12 }
}

/** Words of a period: 去年四季度, 上个月, 2026年上半年. */
const periodWords = /(?:20\d{2}年?|[今去前本]年|上一?年(?!来))|第?[一二三四1-4](?:个)?季度?|[上本这]个?(?:季度?|月)|[上下]半年|(?:1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月份?|全年|年度/g

/** The words without the period that they name. */
export function withoutPeriod(words: string): string {
  return words.replace(periodWords, '')
}

/** The period that a follow-up names (「二季度呢」 after last year's third, 「去年的呢」 after this year's first): what it leaves out is as `before`. `null`: it names none. */
export function goOnPeriod(words: string, before: Period | null, now: number): Period | null {
  const named = readPeriod(words, now)
  if (named === null || before === null) return named
  const thisYear = new Date(now + zoneMs).getUTCFullYear()
  const hasYear = yearOf(words, thisYear) !== null
  if (hasYear) return named.from === 1 && named.until === 12 && !/全年|年度|整年/.test(words) ? { ...before, year: named.year } : named
  // Of the year before, unless that has yet to begin.
  return /[上本这]个?[季月]/.test(words) || (before.year === thisYear && named.year < thisYear) ? named : { ...named, year: before.year }
}

/** Whether all of it lies behind: of what is still going on no account is owed yet. */
export function isPast({ year, until }: Period, now: number): boolean {
  const local = new Date(now + zoneMs)
  return year * 12 + until < local.getUTCFullYear() * 12 + local.getUTCMonth() + 1
}

function yearOf(words: string, thisYear: number): number | null {
  const named = /(20\d{2})年?(?!\d)/.exec(words)?.[1]
  if (named !== undefined) return Number(named)
  if (/去年|上一?年(?!来)/.test(words)) return thisYear - 1
  if (/前年/.test(words)) return thisYear - 2
  return /今年|本年/.test(words) ? thisYear : null
}

/** Of 1–12 in Arabic or Chinese figures. */
function numberOf(figure: string): number {
  if (/^\d+$/.test(figure)) return Number(figure)
  return figure.length === 1 ? figures.indexOf(figure) + 1 : 10 + figures.indexOf(figure[1] ?? '') + 1
}

/** 2026年第三季度 */
export function sayPeriod({ year, from, until }: Period): string {
  if (from === 1 && until === 12) return `${year}年`
  if (from === 1 && until === 6) return `${year}年上半年`
  if (from === 7 && until === 12) return `${year}年下半年`
  if (until === from + 2 && from % 3 === 1) return `${year}年第${figures[(from - 1) / 3] ?? ''}季度`
  return from === until ? `${year}年${from}月` : `${year}年${from}至${until}月`
}

/** Whether one of the two holds the other: the accounts of July answer for the third quarter, and the other way round. */
export function meets(one: Period, other: Period): boolean {
  const holds = (outer: Period, inner: Period): boolean => outer.from <= inner.from && inner.until <= outer.until
  return one.year === other.year && (holds(one, other) || holds(other, one))
}
