/** Places as residents say them: a building, a unit in it, a floor, a door. Pure words; nothing is looked up. */

const figure = '(?:\\d{1,4}|[一二三四五六七八九十]{1,3})'
const building = new RegExp(`${figure}(?:栋|幢|号楼|座|#楼?)`, 'u')
const unit = new RegExp(`${figure}(?:单元|门洞)`, 'u')
const floor = new RegExp(`${figure}(?:层|楼(?!下|上|道|梯|顶))`, 'u')
const door = /(?<=栋|幢|号楼|座|#|单元|门洞|层|楼|-|^)\d{3,4}(?:室|户)?(?!\d)/u
const ends = /(?:门口|楼下|楼上|拐角|楼梯口|电梯口|门里|门外)/u

/** A finer piece of a place that is the whole message: 「2单元的」「是三楼拐角」「502室」; `null` when it is anything else. */
export function placePiece(words: string): string | null {
  const plain = words.replace(/[\s，。,.!！]/g, '').replace(/^(?:就?是|就?在|嗯|哦|对|不对|不是|错了|应该)+/u, '').replace(/(?:的|那儿|那边|这边|吧|哈|啊|呢|哦|才对)+$/u, '')
  const whole = new RegExp(`^(?:${unit.source})?(?:${floor.source})?(?:\\d{3,4}(?:室|户)?)?(?:${ends.source})?$`, 'u')
  if (plain === '' || !whole.test(plain)) return null
  return unit.test(plain) || floor.test(plain) || /(?:室|户)$/u.test(plain) || new RegExp(`^${ends.source}$`, 'u').test(plain) ? plain : null
}

/** What is said now over what was said before: 「2栋」 over 「3栋2单元」 keeps the unit, 「1单元」 keeps the building; a whole new place replaces it. */
export function mergePlace(old: string | null, said: string): string {
  if (old === null) return said
  const newBuilding = building.exec(said)
  if (newBuilding) return building.test(old) && newBuilding[0] === said ? old.replace(building, said) : said
  const isDoor = /^\d{3,4}(?:室|户)?$/.test(said)
  if (!isDoor && placePiece(said) === null) return said
  let merged = old
  for (const level of [unit, floor, door, ends]) {
    const piece = level.exec(said)?.[0]
    if (piece === undefined) continue
    merged = level.test(merged) ? merged.replace(level, piece) : merged + piece
  }
  return merged
}

/** The number of the building a place names, in Arabic figures as written; `null` where it names none. */
export function buildingNumber(place: string): string | null {
  return /(\d{1,4})(?:栋|幢|号楼|座|#)/.exec(place)?.[1] ?? null
}

/** The resident's words with the corrected place in them, wherever the old one stood. */
export function replacePlace(words: string, old: string, now: string): string {
  // A building given for a place that had none stands before the words, not in them.
  if (!building.test(old) && building.test(now)) return words
  const whole = words.replaceAll(old, now)
  const [before, after] = [building.exec(old)?.[0], building.exec(now)?.[0]]
  if (before === undefined || after === undefined || before === after || whole !== words) return whole
  // A number that only ends like the old one (13栋 for 3栋) is another building.
  return words.replace(new RegExp(`(?<![\\d一二三四五六七八九十])${before}`, 'gu'), after)
}

/** `3栋2单元` of every spelling of it; a place without a building stays as it was said. */
export function placeWithoutDoor(place: string): string {
  const plain = place.replace(/\s+/g, '').replace(/(幢|号楼|座|#)/g, '栋')
  const found = /^(.*?)(\d{1,4})栋(?:(\d{1,2})单元)?/.exec(plain)
  return found ? `${found[1] ?? ''}${found[2] ?? ''}栋${found[3] === undefined ? '' : `${found[3]}单元`}` : plain
}

/** The same words without exact doors: building and unit stay, for a room where neighbours read. */
export function withoutDoors(text: string): string {
  return text.replace(/((?:栋|幢|号楼|座|#|单元|门洞)\s*)(?:\d{3,4}|[零〇一二三四五六七八九]{3,4})(?:室|户|号)?(?!\d)/gu, '$1').replace(/(?<![\d-])(\d{1,2}(?:-\d{1,2})?)-\d{3,4}(?![\d-])/gu, '$1栋')
}

/** Places that touch in the words are one place: 东院 + 3号楼101. */
export function joinTouching<T extends { readonly name: string; readonly value: string; readonly start: number; readonly end: number; readonly normal?: string }>(slots: readonly T[]): T[] {
  const joined: T[] = []
  for (const slot of slots) {
    const at = joined.findIndex((before) => before.name === 'addr' && slot.name === 'addr' && before.end === slot.start && before.end > before.start)
    const before = joined[at]
    if (before === undefined) joined.push(slot)
    else joined[at] = { ...before, value: before.value + slot.value, end: slot.end, normal: (before.normal ?? before.value) + (slot.normal ?? slot.value) }
  }
  return joined
}
