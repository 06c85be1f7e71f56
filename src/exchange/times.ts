/** Times of the platforms above are local: UTC+8, without daylight saving since 1991. */
const zoneMs = 8 * 3_600_000

const dayMs = 86_400_000

/** Days of a spreadsheet count from this day on (1900 system, with its leap day that never was). */
const sheetEpoch = Date.UTC(1899, 11, 30)

/** Serials of the years 2000 to 2099: anything else that is a bare number is no date. */
const serials = { first: 36_526, last: 73_050 } as const

/** A time as the platforms write it (2026-11-23 08:05, 2026/11/23, 2026年11月23日 8时5分, 20261123080500, ISO 8601, or a spreadsheet's serial), ms since 1970; `null`: it is none. */
export function readTime(words: string): number | null {
  const text = words.normalize('NFKC').trim()
  if (/^\d{5}(\.\d+)?$/.test(text)) {
    const serial = Number(text)
    // To the second: a fraction of a day has no exact binary form.
    return serial < serials.first || serial > serials.last ? null : Math.round((sheetEpoch + serial * dayMs) / 1_000) * 1_000 - zoneMs
  }
  const zoned = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:\d{2})$/.exec(text)
  if (zoned) {
    const at = Date.parse(text)
    return Number.isNaN(at) || !isRealDay(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10))) ? null : at
  }
  const parts = /^(\d{4})(\d{2})(\d{2})(?:(\d{2})(\d{2})(\d{2})?)?$/.exec(text)
    ?? /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]*(\d{1,2})[:时点](?:(\d{1,2})(?:[:分](?:(\d{1,2})(?:\.\d+)?秒?)?)?)?)?$/.exec(text)
  if (!parts) return null
  const [year, month, day, hour, minute, second] = parts.slice(1).map((part) => Number(part ?? 0)) as [number, number, number, number, number, number]
  if (!isRealDay(year, month, day) || hour > 23 || minute > 59 || second > 59) return null
  return Date.UTC(year, month - 1, day, hour, minute, second) - zoneMs
}

function isRealDay(year: number, month: number, day: number): boolean {
  const made = new Date(Date.UTC(year, month - 1, day))
  return year >= 1990 && year <= 2099 && made.getUTCMonth() === month - 1 && made.getUTCDate() === day
}

/** `2026-11-23 08:05` in Asia/Shanghai. */
export function writeTime(at: number): string {
  return new Date(at + zoneMs).toISOString().slice(0, 16).replace('T', ' ')
}
