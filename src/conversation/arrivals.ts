import type { InboundEvent } from '../channels/channel.js'
import type { CommunityId } from '../knowledge/community.js'
import type { After } from './pieces.js'
import type { Intake } from './records.js'

/** Where several processes take what a platform delivers, a later message may be heard of before an earlier one: so long it is waited for, ms. */
const settleMs = 25
/** Until it is asked again what came before, where that could not be found out, ms. */
const againMs = 250

export interface Kept {
  readonly intake: Intake
  readonly event: InboundEvent
}

/** What several processes kept of a conversation, put in the order in which it was said. */
export interface Arrivals {
  take(kept: Kept): void
  /** Whether something of this conversation waits here. */
  has(communityId: CommunityId, conversationId: string): boolean
  /** Forgets what waits; it stays on record. */
  stop(): void
}

export interface ArrivalsParts {
  /** Absent: nothing waits. */
  readonly after?: After | undefined
  /** Resolves when everything of the community that was kept before has been taken; rejects when that can't be found out now. */
  readonly before: (communityId: CommunityId) => Promise<void>
  readonly admit: (kept: readonly Kept[]) => void
}

export function createArrivals(parts: ArrivalsParts): Arrivals {
  const waiting = new Map<string, Kept[]>()
  const timers = new Set<() => void>()
  let stopped = false
  const keyOf = (communityId: CommunityId, conversationId: string): string => `${communityId}|${conversationId}`

  function wait(after: After, ms: number): Promise<void> {
    return new Promise((resolve) => {
      const cancel = after(ms, () => {
        timers.delete(cancel)
        resolve()
      })
      timers.add(cancel)
    })
  }

  /** Admits what waits, and what comes to it meanwhile, until nothing does. */
  async function flush(after: After, key: string, communityId: CommunityId, kept: Kept[]): Promise<void> {
    for (let ms: number = settleMs; ;) {
      await wait(after, ms)
      const sure = new Set(kept)
      const isFound = await parts.before(communityId).then(() => true, () => false)
      if (stopped) return
      ms = isFound ? settleMs : againMs
      if (!isFound) continue
      kept.sort(bySaid)
      // What came since then may still be missing one that was said before it.
      const upTo = kept.findLastIndex((one) => sure.has(one))
      parts.admit(kept.splice(0, upTo + 1))
      if (kept.length > 0) continue
      waiting.delete(key)
      return
    }
  }

  return {
    take(one) {
      const { communityId, conversationId } = one.event
      const key = keyOf(communityId, conversationId)
      const others = waiting.get(key)
      if (others !== undefined) {
        others.push(one)
        return
      }
      if (parts.after === undefined) return parts.admit([one])
      const kept = [one]
      waiting.set(key, kept)
      void flush(parts.after, key, communityId, kept)
    },
    has: (communityId, conversationId) => waiting.has(keyOf(communityId, conversationId)),
    stop() {
      stopped = true
      for (const cancel of timers) cancel()
      waiting.clear()
    },
  }
}

/** By the platform's clock; at the same moment, as they came to us. */
export function bySaid(a: Kept, b: Kept): number {
  return a.event.sentAt - b.event.sentAt || (a.intake.id < b.intake.id ? -1 : 1)
}
