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

/** How fast each resident may write. Kept in memory: a restart forgives. */
export interface MessagePace {
  /** Whether a resident may send now, and after how many ms otherwise; one that may has sent. */
  mayNow(residentId: string): { readonly allowed: boolean; readonly waitMs: number }
  /** Another process took a message of theirs. */
  tookElsewhere(residentId: string): void
}

export function messagePace(now: () => number): MessagePace {
  const buckets = new Map<string, Bucket>()

  function leftOf(residentId: string, at: number): number {
    const before = buckets.get(residentId) ?? { left: burst, at }
    return Math.min(burst, before.left + ((at - before.at) / 1_000) * perSecond)
  }

  function keep(residentId: string, bucket: Bucket): void {
    buckets.delete(residentId)
    buckets.set(residentId, bucket)
    if (buckets.size > remembered) for (const oldest of buckets.keys()) { buckets.delete(oldest); break }
  }

  return {
    mayNow(residentId) {
      const at = now()
      const left = leftOf(residentId, at)
      const allowed = left >= 1
      keep(residentId, { left: allowed ? left - 1 : left, at })
      return { allowed, waitMs: allowed ? 0 : Math.ceil(((1 - left) / perSecond) * 1_000) }
    },
    tookElsewhere(residentId) {
      const at = now()
      keep(residentId, { left: Math.max(0, leftOf(residentId, at) - 1), at })
    },
  }
}
