/** Messages a resident may send at once before the pace below holds. */
export const burst = 10

/** Messages a second after that. */
export const perSecond = 1

/** Residents whose pace is remembered; the one quiet longest is forgotten first. */
const remembered = 10_000

interface Bucket {
  readonly left: number
  readonly at: number
}

/** Tells whether a resident may send now, and after how many ms otherwise. Kept in memory: a restart forgives. */
export function messagePace(now: () => number): (residentId: string) => { readonly allowed: boolean; readonly waitMs: number } {
  const buckets = new Map<string, Bucket>()
  return (residentId) => {
    const at = now()
    const before = buckets.get(residentId) ?? { left: burst, at }
    const left = Math.min(burst, before.left + ((at - before.at) / 1_000) * perSecond)
    const allowed = left >= 1
    buckets.delete(residentId)
    buckets.set(residentId, { left: allowed ? left - 1 : left, at })
    if (buckets.size > remembered) for (const oldest of buckets.keys()) { buckets.delete(oldest); break }
    return { allowed, waitMs: allowed ? 0 : Math.ceil(((1 - left) / perSecond) * 1_000) }
  }
}
