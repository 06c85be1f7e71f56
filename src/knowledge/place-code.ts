/** Zeros that stand for nothing below: of the twelve digits of a place (统计用区划代码) the first six are a county or above, nine a street. */
const padding = /^(\d{6}|\d{9})(?:0{3}){1,2}$/

/** The code as communities write it: `440000000000` is `440000`, `330502001000` is `330502001`. */
export function shortCode(code: string): string {
  const shorter = padding.exec(code)?.[1]
  return shorter === undefined || shorter === code ? code : shortCode(shorter)
}

/** The one of `known` that this code means, however it is padded; `null`: none does. */
export function codeAmong(code: string, known: readonly string[]): string | null {
  return known.find((one) => shortCode(one) === shortCode(code)) ?? null
}

/** Whether the place of `code` lies within that of `outer`: `330502001001` within `330502`, `330500` and `330000`. */
export function within(code: string, outer: string): boolean {
  const short = shortCode(outer)
  return code.startsWith(short.length === 6 ? short.replace(/(?:00){1,2}$/, '') : short)
}
