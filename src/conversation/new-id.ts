import { randomFillSync } from 'node:crypto'

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * Makes ids that grow with time: 48 bits of milliseconds, 16 bits that count within one, 64 random bits, in Crockford's
 * base 32 (26 characters, as ULID). Two ids of one maker never compare the wrong way, even when the clock steps back.
 */
export function idMaker(now: () => number): () => string {
  let last = 0
  let time = digitsOf(last, 10)
  let count = 0
  // The system is asked for chance once in five hundred ids.
  const chance = Buffer.alloc(4_096)
  let used = chance.length
  return () => {
    const at = Math.max(now(), last)
    count = at === last ? count + 1 : 0
    if (at !== last) time = digitsOf(at, 10)
    last = at
    if (used === chance.length) {
      randomFillSync(chance)
      used = 0
    }
    const id = time + digitsOf((count & 0xffff) * 0x1000000 + chance.readUIntBE(used, 3), 8) + digitsOf(chance.readUIntBE(used + 3, 5), 8)
    used += 8
    return id
  }
}

/** A whole number below 2 ** 50 in base 32, the last `length` digits of it. */
function digitsOf(value: number, length: number): string {
  let text = ''
  for (let rest = value; text.length < length; rest = Math.floor(rest / 32)) text = (digits[rest % 32] ?? '0') + text
  return text
}

/** When an id was made, ms since 1970; `null` where it is no id of ours. */
export function madeAt(id: string): number | null {
  let at = 0
  for (const digit of id.slice(0, 10)) {
    const value = digits.indexOf(digit)
    if (value < 0) return null
    at = at * 32 + value
  }
  return id.length === 26 ? at : null
}
