import { matchesIn, type Found } from './found.js'
import { nextLunar, nextTerm, readLunar, termPattern } from './lunar.js'
import { parseNumber } from './numbers.js'

const n = '(?:\\d{1,4}|[零〇一二三四五六七八九十两半]{1,4})'
const dayWord = '(?:大前[天日儿]|前[天日儿](?!台)|昨[个儿]?儿|昨[天日晚]|昨个|今[个儿]?儿|今[天日早晚朝]|今个|本日|当天|明[个儿]?儿|明[天日早晚朝]|明个|赶明儿|大后[天日儿]|后[个儿]?儿|后[天日](?!勤)|后个)'
const weekWord = `(?:(?:这|本|上上?|下下?|每|那)(?:一)?个?(?:周|星期|礼拜)(?:[一二三四五六日天末1-7](?![\\d个月次年、.户]))?|(?:周|星期|礼拜)(?:[一二三四五六日天末]|[1-7](?![\\d个]))(?!年|期|岁|围|到))(?:内|之内|以内)?`
const monthWord = `(?:(?:这|本|上上?|下下?|每)(?:一)?个?月(?:\\s*${n}[号日]|底|初|中旬|末)?|(?:${n}年)?${n}月(?:份)?(?:\\s*${n}[号日]?|底|初|中旬|上旬|下旬|末)?(?![嫂子])|月(?:底|初|末)|${n}[号日](?!楼|院|线|公寓|车|店|店|门|桌|窗口|心愿|文|令|单|那单|常|子))`
const yearWord = '(?:去年|前年|今年|明年|后年|年底|年初|年前|年后|\\d{4}年(?:以[前后])?)'
const lunarDayWord = '(?:初[一二三四五六七八九十]|(?:廿|二十|十)[一二三四五六七八九]?|三十)'
const lunar = `(?:(?:农历|阴历|旧历|老历)(?:的)?(?:闰)?(?:[正冬腊]|十[一二]?|[一二三四五六七八九]|\\d{1,2})月(?:份)?(?:${lunarDayWord}|\\d{1,2})?|闰[一二三四五六七八九十]{1,2}月(?:${lunarDayWord})?|[正冬腊]月(?:里)?(?:${lunarDayWord})?|[一二三四五六七八九十]{1,2}月(?:初[一二三四五六七八九十]|廿[一二三四五六七八九])|八月十五(?!号|日))`
const festival = `(?:${lunar}|初[一二三四五六七八九十](?=早|上午|中午|下午|晚|那天|之?前|之?后)|元旦|春节|过年|除夕|大年夜|(?:大)?年三十|(?:大年|年)初[一二三四五六七八九十]|元宵|${termPattern}|五一|劳动节|端午|中秋|国庆|十一(?:假期|长假)|重阳|七夕|中元|二月二(?!十)|腊八|小年|妇女节|三八节|儿童节|六一|八一|教师节)(?:节)?(?:假期|放假|长假|期间|那天|当天)?(?:以?前|以?后|之前|之后)?`
const partWord = '(?:凌晨|清早|清晨|一大早|一早(?!就)|大清早|早起|早晨|早上|上午|晌午头?|中午|午后|下午|后半?晌|傍晚|晚上|夜里厢?|半夜|深夜|夜间|大半夜|白天)'
const clockWord = `(?:\\d{1,2}[:点时]\\d{2}(?:分)?|${n}\\s*[点](?:钟|半|整|一刻|三刻|${n}分?|多)?(?![子击滴名评赞])|\\d{1,2}\\.\\d{2}(?=到|开|上))`
/** From now on by a measure: 半小时后, 过两天, 三天内, 一个星期以后. */
const measure = '(?:[\\d.]{1,4}|半|[一二两三四五六七八九十]{1,3})(?:个)?(?:半)?(?:小时|钟头|分钟|天|周|星期|礼拜|月)'
const ahead = `(?:再?过${measure}(?!了)|${measure}(?:以后|之后|后|以内|之内|内)(?![^,。!?\\s]{0,2}[坏停修]))`
const around = '(?:左右|前后|以前|之前|以后|之后|前|后)?'
const joint = '(?:\\s|的|,)?'
const one = `(?:${dayWord}|${weekWord}|${monthWord}|${yearWord}|${festival})`
const until = '(?:[-~到至]|—+|–+)'
/** As we write it ourselves, and people copy it: 11月25日(周三)14:00—16:00. */
const written = `(?:\\d{4}年)?\\d{1,2}月\\d{1,2}[日号]\\s*\\((?:周|星期|礼拜)[一二三四五六日天]\\)\\s*(?:${partWord})?(?:${clockWord}(?:\\s*${until}\\s*${clockWord})?)?`
const when = new RegExp(
  `${written}|(?:每天|天天)?(?:${one}${joint}){1,3}(?:${partWord}${joint})?(?:${clockWord}(?:${until}(?:${partWord})?${clockWord})?${around})?(?:以后|之后|以前|之前|前)?|(?:每天|天天)?${partWord}(?:${joint}${clockWord}(?:${until}${clockWord}|多)?${around})?|(?:每天|天天)${joint}${clockWord}|${clockWord}(?:${until}${clockWord})?${around}|${ahead}|(?:这几|前几|最近几|这两|前两|过两|过几)天|第${n}天|${n}(?:天|小时|个钟头)(?=[,。!?\\s了还]|$)`,
  'gu',
)

const dayMs = 86_400_000
/** Asia/Shanghai has had no summer time since 1991: always eight hours ahead of UTC. */
const zoneMs = 8 * 3_600_000

const dayOffset: readonly (readonly [RegExp, number])[] = [
  [/大前[天日儿]/, -3], [/前[天日儿]/, -2], [/昨/, -1], [/今|本日|当天/, 0], [/大后[天日儿]/, 3], [/后[天日儿个]/, 2], [/明|赶明儿/, 1],
]
/** Parts of a day as hours from and to, and whether a bare small hour in it means the afternoon. */
const dayParts: readonly (readonly [RegExp, number, number, boolean])[] = [
  [/凌晨/, 0, 6, false], [/半夜|深夜|夜里|夜间/, 22, 24, true], [/清早|清晨|大早|早起|早晨|早上|[今明]早|朝/, 6, 9, false], [/上午/, 8, 12, false],
  [/晌午|中午/, 11, 14, true], [/下午|午后|后晌/, 13, 18, true], [/傍晚/, 17, 19, true], [/晚上|[今明昨]晚/, 18, 22, true], [/白天/, 8, 18, false],
]
/** Festivals of the solar calendar: month, day. */
const solarFestivals: readonly (readonly [RegExp, number, number])[] = [
  [/元旦/, 1, 1], [/妇女节|三八节/, 3, 8], [/教师节/, 9, 10], [/五一|劳动节/, 5, 1], [/六一|儿童节/, 6, 1], [/八一/, 8, 1], [/国庆|十一(?:假期|长假)/, 10, 1],
]

/**
 * Times in `text` (normalised), resolved against `now` (ms since 1970) in Asia/Shanghai. The normal form is one of
 * - a day `2026-11-25`, or a time of day `2026-11-25T15:00+08:00`;
 * - a span `from/to` of two days or two times, both included: 下周, 月底前 (from today on), 上午, 九点到十一点;
 * - an open span `from/..`: 元旦后.
 * Lunar dates and festivals are the next ones from today.
 */
export function findTimes(text: string, now: number): Found[] {
  const found: Found[] = []
  for (const match of matchesIn(text, when)) {
    const words = match[0].replace(/[\s的,]+$/u, '')
    const start = match.index
    const day = /^(\d{1,4})[号日]/.exec(words)
    if (day && (Number(day[1]) > 31 || /^(?:单|那单|方案|愿望|心愿|选项|桌|柜|机|床)/u.test(text.slice(start + day[0].length).trimStart()))) continue
    // The year that it is anyway says no time.
    if (words === '今年') continue
    if (words.length < 2 || /^\s*课堂/u.test(text.slice(start + words.length))) continue
    if (/^\d{1,2}[号日]$/.test(words) && /^\s*(?:楼|院|窗口|线|心愿|桌|商铺|铺|店|摊|车位|电梯|机)/u.test(text.slice(start + words.length))) continue
    if (/^[一两几]点$/.test(words) && !/[在于到约]$/u.test(text.slice(0, start))) continue
    const normal = resolveTime(words, now)
    found.push({ name: 'time', start, end: start + words.length, ...(normal === null ? {} : { normal }) })
  }
  return found
}

/** What a time in words comes to; `null` when it names no definite time (每天, 上次). */
export function resolveTime(said: string, now: number): string | null {
  // The weekday beside a date only repeats it.
  const words = said.replace(/[(（](?:周|星期|礼拜)[一二三四五六日天][)）]/gu, '')
  if (/每|天天|^那天/.test(words)) return null
  const soon = resolveAhead(words, now)
  if (soon !== null) return soon
  const today = Math.floor((now + zoneMs) / dayMs)
  const day = resolveDay(words, today)
  const part = dayParts.find(([pattern]) => pattern.test(words))
  const clocks = [...words.matchAll(new RegExp(clockWord, 'gu'))].map((m) => readClock(m[0], part?.[3] ?? false, part !== undefined))
  if (day === null && clocks.length === 0 && part === undefined) return null
  if (day !== null && typeof day !== 'number') return day.month
  const base = day ?? today
  const from = clocks[0]
  if (from !== undefined && from !== null) {
    const to = clocks[1]
    const begin = isoTime(base, from)
    if (to !== undefined && to !== null) return `${begin}/${isoTime(base, to < from && to + 720 > from ? to + 720 : to)}`
    return begin
  }
  if (part) return `${isoTime(base, part[1] * 60)}/${isoTime(base, part[2] * 60)}`
  return day === null ? null : isoDay(base)
}

/** The day as a number of days since 1970, or a whole month, week or year as a span. */
function resolveDay(words: string, today: number): number | { month: string } | null {
  const date = new Date(today * dayMs)
  const year = date.getUTCFullYear()
  const month = date.getUTCMonth()
  const few = /(这|前|最近|过)(两|几)天/.exec(words)
  if (few) {
    const count = few[2] === '两' ? 2 : 3
    if (few[1] === '前') return { month: `${isoDay(today - count)}/${isoDay(today - 1)}` }
    return few[1] === '过' ? { month: `${isoDay(today + count)}/${isoDay(today + 2 * count - 1)}` } : { month: `${isoDay(today)}/${isoDay(today + count - 1)}` }
  }
  for (const [pattern, offset] of dayOffset) {
    const hit = new RegExp(`^(?:${pattern.source})`).exec(words) ?? (new RegExp(dayWord).test(words) && pattern.test(words) ? words : null)
    if (hit && new RegExp(dayWord).test(words)) return today + offset
  }
  const week = /(这|本|上上|下下|上|下)?(?:一)?个?(?:周|星期|礼拜)([一二三四五六日天末1-7])?/.exec(words)
  if (week && (week[1] || week[2])) {
    const weekday = (date.getUTCDay() + 6) % 7
    const monday = today - weekday
    const shift = { 这: 0, 本: 0, 上: -1, 上上: -2, 下: 1, 下下: 2 }[week[1] ?? ''] ?? null
    const target = week[2] === undefined ? null : week[2] === '末' ? 5 : '日天'.includes(week[2]) ? 6 : /\d/.test(week[2]) ? Number(week[2]) - 1 : '一二三四五六'.indexOf(week[2])
    if (week[2] === '末') {
      const saturday = monday + 7 * (shift ?? 0) + 5
      return { month: `${isoDay(saturday)}/${isoDay(saturday + 1)}` }
    }
    if (target === null && (shift === 0) && /内|以前|之前|前$/.test(words)) return { month: `${isoDay(today)}/${isoDay(monday + 6)}` }
    if (target === null) return { month: `${isoDay(monday + 7 * (shift ?? 0))}/${isoDay(monday + 7 * (shift ?? 0) + 6)}` }
    if (shift !== null) return monday + 7 * shift + target
    return monday + target < today ? monday + target + 7 : monday + target
  }
  const feast = feastDay(words, today, year)
  if (feast !== null) {
    if (/前$/.test(words)) return { month: `${isoDay(today)}/${isoDay(feast.first - 1)}` }
    if (/后$/.test(words)) return { month: `${isoDay(feast.last + 1)}/..` }
    return feast.first === feast.last ? feast.first : { month: `${isoDay(feast.first)}/${isoDay(feast.last)}` }
  }
  const monthly = new RegExp(`(?:(\\d{4})年)?(?:(上|下|这|本)(?:一)?个?月|(${n})月)\\s*(?:份)?(?:(${n})[号日]?)?(底|初|末|上旬|中旬|下旬)?(?:以|之)?(前|内)?`).exec(words)
  if (monthly) {
    const named = monthly[3] === undefined ? null : parseNumber(monthly[3])
    const y = monthly[1] ? Number(monthly[1]) : year
    const m = named !== null ? named - 1 : month + ({ 上: -1, 下: 1, 这: 0, 本: 0 }[monthly[2]!] ?? 0)
    const d = monthly[4] === undefined ? null : parseNumber(monthly[4])
    if (d !== null && d >= 1 && d <= 31) {
      const day = Date.UTC(y, m, d) / dayMs
      return named !== null && !monthly[1] && day < today - 180 ? Date.UTC(y + 1, m, d) / dayMs : day
    }
    const first = Date.UTC(y, m, 1) / dayMs
    const last = Date.UTC(y, m + 1, 0) / dayMs
    if (monthly[6] !== undefined) return { month: `${isoDay(Math.max(today, first))}/${isoDay(monthly[5] === undefined && monthly[6] === '前' ? first - 1 : last)}` }
    if (monthly[5] === '上旬') return { month: `${isoDay(first)}/${isoDay(first + 9)}` }
    if (monthly[5] === '中旬') return { month: `${isoDay(first + 10)}/${isoDay(first + 19)}` }
    if (monthly[5] === '下旬') return { month: `${isoDay(first + 20)}/${isoDay(last)}` }
    if (monthly[5] === '底' || monthly[5] === '末') return { month: `${isoDay(last - 4)}/${isoDay(last)}` }
    if (monthly[5] === '初') return { month: `${isoDay(first)}/${isoDay(first + 4)}` }
    return { month: `${isoDay(first)}/${isoDay(last)}` }
  }
  if (/^月[底末]/.test(words)) {
    const last = Date.UTC(year, month + 1, 0) / dayMs
    return { month: `${isoDay(/前$|内$/.test(words) ? today : Math.max(today, last - 4))}/${isoDay(last)}` }
  }
  if (/^月初/.test(words)) {
    // The days at the beginning of this month, while they last.
    const first = Date.UTC(year, date.getUTCDate() > 5 ? month + 1 : month, 1) / dayMs
    return { month: `${isoDay(first)}/${isoDay(first + 4)}` }
  }
  const wholeYear = /(去|前|今|明|后)年|^(?:(\d{4})年)?(?:年)(底|初)|^(\d{4})年$/.exec(words)
  if (wholeYear) {
    const y = wholeYear[4] !== undefined ? Number(wholeYear[4]) : wholeYear[1] === undefined ? year : year + { 去: -1, 前: -2, 今: 0, 明: 1, 后: 2 }[wholeYear[1]]!
    if (wholeYear[3] === '底') return { month: `${y}-12-01/${y}-12-31` }
    if (wholeYear[3] === '初') return { month: `${year + (month > 1 ? 1 : 0)}-01-01/${year + (month > 1 ? 1 : 0)}-01-31` }
    return { month: `${y}-01-01/${y}-12-31` }
  }
  const numbered = new RegExp(`^(${n})[号日]`).exec(words)
  if (numbered) {
    const d = parseNumber(numbered[1]!)
    if (d === null || d < 1 || d > 31) return null
    const day = Date.UTC(year, month, d) / dayMs
    return day < today ? Date.UTC(year, month + 1, d) / dayMs : day
  }
  return null
}

/** The next day, or days, that a festival, a lunar date or a solar term names. 年前 and 年后 are before and after the Spring Festival. */
function feastDay(words: string, today: number, year: number): { readonly first: number; readonly last: number } | null {
  for (const [pattern, m, d] of solarFestivals) {
    if (!pattern.test(words)) continue
    const thisYear = Date.UTC(year, m - 1, d) / dayMs
    const day = thisYear < today ? Date.UTC(year + 1, m - 1, d) / dayMs : thisYear
    return { first: day, last: day }
  }
  const term = nextTerm(words, today)
  if (term !== null) return { first: term, last: term }
  const date = readLunar(/^年(?:前|后)/.test(words) ? '春节' : words)
  return date === null ? null : nextLunar(date, today)
}

/** 半小时后 is a time, 三天后 a day, 三天内 a span from now on; `null` for other words. */
function resolveAhead(words: string, now: number): string | null {
  const match = /^(?:再?过)?([\d.]{1,4}|半|[一二两三四五六七八九十]{1,3})(?:个)?(半)?(小时|钟头|分钟|天|周|星期|礼拜|月)(?:(以内|之内|内)|(?:以后|之后|后))?$/.exec(words.trim())
  if (!match || /过[两几]天$/.test(words) || !/过|后|内/.test(words)) return null
  const count = parseNumber(match[1]!)
  if (count === null) return null
  const whole = count + (match[2] === undefined ? 0 : 0.5)
  const minutes = whole * ({ 小时: 60, 钟头: 60, 分钟: 1, 天: 1440, 周: 10_080, 星期: 10_080, 礼拜: 10_080, 月: 43_200 }[match[3]!] ?? 0)
  const today = Math.floor((now + zoneMs) / dayMs)
  if (minutes < 1440) {
    const minute = Math.round((now + zoneMs) / 60_000)
    const at = (m: number): string => isoTime(Math.floor(m / 1440), m % 1440)
    return match[4] === undefined ? at(minute + Math.round(minutes)) : `${at(minute)}/${at(minute + Math.round(minutes))}`
  }
  const day = today + Math.round(minutes / 1440)
  return match[4] === undefined ? isoDay(day) : `${isoDay(today)}/${isoDay(day)}`
}

/** Minutes since midnight; `null` when it is no time of day. */
function readClock(words: string, afternoon: boolean, hasPart: boolean): number | null {
  const colon = /^(\d{1,2})[:点时.](\d{2})/.exec(words)
  const spelt = new RegExp(`^(${n})\\s*点(?:(半)|(一刻)|(三刻)|(${n})分?)?`).exec(words)
  const hour = colon ? Number(colon[1]) : spelt ? parseNumber(spelt[1]!) : null
  if (hour === null || hour > 24 || hour % 1 !== 0) return null
  const minute = colon ? Number(colon[2]) : spelt![2] ? 30 : spelt![3] ? 15 : spelt![4] ? 45 : spelt![5] ? (parseNumber(spelt![5]) ?? 0) : 0
  const late = hour < 12 && (afternoon ? !(hour < 6 && /半夜|夜里/.test(words)) : !hasPart && hour >= 1 && hour <= 6)
  return (late ? hour + 12 : hour) * 60 + minute
}

function isoDay(day: number): string {
  return new Date(day * dayMs).toISOString().slice(0, 10)
}

function isoTime(day: number, minutes: number): string {
  return `${new Date(day * dayMs + minutes * 60_000).toISOString().slice(0, 16)}+08:00`
}
