import { parseNumber } from './numbers.js'

const dayMs = 86_400_000
/** Asia/Shanghai has had no summer time since 1991: always eight hours ahead of UTC. */
const zoneMs = 8 * 3_600_000

/** Days are numbered from 1970-01-01 in Asia/Shanghai, as in times.ts. */
interface LunarMonth {
  /** 1–12; a leap month has the number of the one before it. */
  readonly month: number
  readonly isLeap: boolean
  readonly first: number
  /** 29 or 30. */
  readonly length: number
}

/** Days from one new moon to the next, on average. */
const synodicDays = 29.530588861
/** Days since 1970 of the new moon from which they are counted: that of 6 January 2000. */
const epoch = 2_451_550.09766 - 2_440_587.5
/** Earth's time behind the uniform time of the formulas, days: 70 s, within 5 s from 2015 to 2035. */
const clockLag = 70 / 86_400

/** Periodic terms of a new moon (J. Meeus, Astronomical Algorithms, 2nd ed., ch. 49): days; multiples of the sun's anomaly, the moon's, the moon's latitude. */
const moonTerms: readonly (readonly [days: number, sun: number, moon: number, latitude: number])[] = [
  [-0.4072, 0, 1, 0], [0.17241, 1, 0, 0], [0.01608, 0, 2, 0], [0.01039, 0, 0, 2], [0.00739, -1, 1, 0], [-0.00514, 1, 1, 0], [0.00208, 2, 0, 0],
  [-0.00111, 0, 1, -2], [-0.00057, 0, 1, 2], [0.00056, 1, 2, 0], [-0.00042, 0, 3, 0], [0.00042, 1, 0, 2], [0.00038, 1, 0, -2], [-0.00024, -1, 2, 0],
  [-0.00007, 2, 1, 0], [0.00004, 0, 2, -2], [0.00004, 3, 0, 0], [0.00003, 1, 1, -2], [0.00003, 0, 2, 2], [-0.00003, 1, 1, 2], [0.00003, -1, 1, 2],
]
/** Its planetary terms, same source: days; degrees at the epoch, degrees a month. */
const planetTerms: readonly (readonly [days: number, at: number, perMonth: number])[] = [
  [0.000325, 299.77, 0.107408], [0.000165, 251.88, 0.016321], [0.000164, 251.83, 26.651886], [0.000126, 349.42, 36.412478], [0.00011, 84.66, 18.206239],
  [0.000062, 141.74, 53.303771], [0.00006, 207.14, 2.453732], [0.000056, 154.84, 7.30686], [0.000047, 34.52, 27.261239],
]

const radians = Math.PI / 180

/** The day in Asia/Shanghai of the `k`th new moon after that of January 2000. */
function newMoonDay(k: number): number {
  const t = k / 1236.85
  const sun = 2.5534 + 29.1053567 * k - 0.0000014 * t * t
  const moon = 201.5643 + 385.81693528 * k + 0.0107582 * t * t
  const latitude = 160.7108 + 390.67050284 * k - 0.0016118 * t * t
  const eccentricity = 1 - 0.002516 * t - 0.0000074 * t * t
  let moment = epoch + synodicDays * k + 0.00015437 * t * t
  for (const [days, s, m, f] of moonTerms) moment += days * eccentricity ** Math.abs(s) * Math.sin((s * sun + m * moon + f * latitude) * radians)
  moment -= 0.00017 * Math.sin((124.7746 - 1.56375588 * k) * radians)
  for (const [days, at, perMonth] of planetTerms) moment += days * Math.sin((at + perMonth * k) * radians)
  return Math.floor(moment - clockLag + zoneMs / dayMs)
}

/** The number of the new moon whose month holds `day`. */
function monthHolding(day: number): number {
  let k = Math.floor((day - epoch) / synodicDays) + 1
  while (newMoonDay(k) > day) k -= 1
  return k
}

const monthsByYear = new Map<number, readonly LunarMonth[]>()

/**
 * The lunar months from the eleventh of the year before to the tenth of `year`, by the rules of GB/T 33661-2017: a month begins
 * on the day of its new moon, the eleventh holds the winter solstice, and of thirteen months the first without a principal term is the
 * leap month. Reckoned by the moon and the sun themselves: the calendar of ICU 78 has the first month of 2027 and of 2030 a day off.
 */
function monthsOf(year: number): readonly LunarMonth[] {
  const known = monthsByYear.get(year)
  if (known) return known
  const [from, to] = [monthHolding(termDay(year - 1, 23)), monthHolding(termDay(year, 23))]
  const principal = new Set<number>()
  for (const [y, index] of [[year - 1, 23], ...Array.from({ length: 12 }, (_, i) => [year, 2 * i + 1])] as [number, number][]) principal.add(termDay(y, index))
  const months: LunarMonth[] = []
  let month = 10
  let mayLeap = to - from === 13
  for (let k = from; k < to; k += 1) {
    const [first, next] = [newMoonDay(k), newMoonDay(k + 1)]
    const isLeap = mayLeap && ![...principal].some((day) => day >= first && day < next)
    if (isLeap) mayLeap = false
    else month = (month % 12) + 1
    months.push({ month, isLeap, first, length: next - first })
  }
  monthsByYear.set(year, months)
  return months
}

function yearOf(day: number): number {
  return new Date(day * dayMs).getUTCFullYear()
}

export interface LunarDate {
  /** 1–12. */
  readonly month: number
  readonly isLeap: boolean
  /** 1–30; `last`: the month's last day (除夕 is the 29th in some years). `null`: the whole month. */
  readonly day: number | 'last' | null
}

/** The next such date from `from` on (inclusive), as first and last day; `null` where no such day comes within eight years (a leap month is rare). */
export function nextLunar(date: LunarDate, from: number): { readonly first: number; readonly last: number } | null {
  const start = yearOf(from)
  for (let year = start; year <= start + 8; year += 1) {
    for (const month of monthsOf(year)) {
      if (month.month !== date.month || month.isLeap !== date.isLeap) continue
      if (typeof date.day === 'number' && date.day > month.length) continue
      const last = month.first + (date.day === 'last' || date.day === null ? month.length : date.day) - 1
      const first = date.day === null ? month.first : last
      if (last >= from) return { first, last }
    }
  }
  return null
}

const monthNames: Readonly<Record<string, number>> = { 正: 1, 冬: 11, 腊: 12 }
const dayName = '(?:初[一二三四五六七八九十]|(?:廿|二十|十)[一二三四五六七八九]?|三十|\\d{1,2})'
const monthName = '(?:[正冬腊]|十[一二]?|[一二三四五六七八九]|\\d{1,2})'
const spelt = new RegExp(`(?<calendar>农历|阴历|旧历|老历|古历)?(?:的)?(?<leap>闰)?(?<month>${monthName})月(?:份)?(?:里|的)?(?<day>${dayName})?(?<solar>[号日])?`, 'u')

/** Festivals of the lunar calendar by their names. 小年 is the 23rd of the twelfth month (in the south the 24th). */
const festivals: readonly (readonly [RegExp, LunarDate])[] = [
  [/除夕|大?年三十|大年夜|年夜饭/, { month: 12, isLeap: false, day: 'last' }],
  [/小年/, { month: 12, isLeap: false, day: 23 }],
  [/腊八/, { month: 12, isLeap: false, day: 8 }],
  [/元宵|上元节/, { month: 1, isLeap: false, day: 15 }],
  [/龙抬头|二月二(?!十)/, { month: 2, isLeap: false, day: 2 }],
  [/端午|端阳/, { month: 5, isLeap: false, day: 5 }],
  [/七夕/, { month: 7, isLeap: false, day: 7 }],
  [/中元节|七月半/, { month: 7, isLeap: false, day: 15 }],
  [/中秋|八月半/, { month: 8, isLeap: false, day: 15 }],
  [/重阳/, { month: 9, isLeap: false, day: 9 }],
  [/春节|过年|大年初一/, { month: 1, isLeap: false, day: 1 }],
]

/** The lunar date that words name; `null` when they name none. A month and day in figures are lunar only where the words say so, or say them as only that calendar does (正月, 腊月, 初八, 八月十五). */
export function readLunar(words: string): LunarDate | null {
  const newYear = /(?:大年|年|新年)初([一二三四五六七八九十])/.exec(words)
  if (newYear) return { month: 1, isLeap: false, day: parseNumber(newYear[1]!) }
  const match = spelt.exec(words)
  const g = match?.groups
  if (g?.['month'] !== undefined) {
    const day = g['day'] === undefined ? null : parseNumber(g['day'].replace('初', '').replace('廿', '二十'))
    const month = monthNames[g['month']] ?? parseNumber(g['month'])
    const isSaidSo = g['calendar'] !== undefined || g['leap'] !== undefined || monthNames[g['month']] !== undefined || (g['day'] !== undefined && /^[初廿]/.test(g['day'])) || /八月十五$/.test(match![0])
    if (isSaidSo && month !== null && month >= 1 && month <= 12 && (day === null || (day >= 1 && day <= 30))) return { month, isLeap: g['leap'] !== undefined, day }
  }
  return festivals.find(([pattern]) => pattern.test(words))?.[1] ?? null
}

/** The 24 solar terms from 小寒 (the sun at 285°) on, 15° each. */
const terms = [
  '小寒', '大寒', '立春', '雨水', '惊蛰', '春分', '清明', '谷雨', '立夏', '小满', '芒种', '夏至', '小暑', '大暑', '立秋', '处暑', '白露', '秋分', '寒露', '霜降', '立冬', '小雪', '大雪', '冬至',
] as const

/** Terms whose names are also weather or words of every day (雨水, 大雪, 小满): a day only when the words say so. */
const ambiguous = new Set<string>(['雨水', '小满', '小暑', '大暑', '小雪', '大雪', '小寒', '大寒'])

/** Finds a solar term in a sentence. */
export const termPattern = `(?:${terms.filter((term) => !ambiguous.has(term)).join('|')}|(?:${[...ambiguous].join('|')})(?=那天|节气|前后))`

/** The next day of a solar term from `from` on; `null` when the words name none. */
export function nextTerm(words: string, from: number): number | null {
  const index = terms.findIndex((term) => words.includes(term))
  if (index < 0) return null
  const year = yearOf(from)
  const day = termDay(year, index)
  return day >= from ? day : termDay(year + 1, index)
}

/**
 * The day in Asia/Shanghai on which the sun reaches the term's longitude. The sun's place by J. Meeus, Astronomical
 * Algorithms (2nd ed., ch. 25, low accuracy: 0.01°, a quarter of an hour of the sun's way).
 */
function termDay(year: number, index: number): number {
  const target = (285 + 15 * index) % 360
  // 小寒 falls on 5 or 6 January, each term 15.2 days after the one before.
  let moment = Date.UTC(year, 0, 6) / dayMs + index * 15.2184
  for (let i = 0; i < 6; i += 1) {
    const off = ((target - sunLongitude(moment) + 540) % 360) - 180
    moment += off / 0.98565
  }
  return Math.floor(moment - clockLag + zoneMs / dayMs)
}

/** Apparent longitude of the sun in degrees (0–360) at a moment in days since 1970 (UTC). */
function sunLongitude(moment: number): number {
  const t = (moment + 2_440_587.5 - 2_451_545) / 36_525
  const anomaly = (357.52911 + 35_999.05029 * t - 0.0001537 * t * t) * radians
  const centre = (1.914602 - 0.004817 * t - 0.000014 * t * t) * Math.sin(anomaly) + (0.019993 - 0.000101 * t) * Math.sin(2 * anomaly) + 0.000289 * Math.sin(3 * anomaly)
  const node = (125.04 - 1934.136 * t) * radians
  const longitude = 280.46646 + 36_000.76983 * t + 0.0003032 * t * t + centre - 0.00569 - 0.00478 * Math.sin(node)
  return ((longitude % 360) + 360) % 360
}
