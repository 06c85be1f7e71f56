import { randomBytes } from 'node:crypto'

const digits = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/**
 * Makes ids that grow with time: 48 bits of milliseconds, 16 bits that count within one, 64 random bits, in Crockford's
 * base 32 (26 characters, as ULID). Two ids of one maker never compare the wrong way, even when the clock steps back.
 */
export function idMaker(now: () => number): () => string {
  let last = 0
  let count = 0
  return () => {
    const at = Math.max(now(), last)
    count = at === last ? count + 1 : 0
    last = at
    let bits = (BigInt(at) << 80n) | (BigInt(count & 0xffff) << 64n) | randomBytes(8).readBigUInt64BE()
    let id = ''
    for (let index = 0; index < 26; index += 1) {
      id = (digits[Number(bits & 31n)] ?? '0') + id
      bits >>= 5n
    }
    return id
  }
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
