import type { InboundEvent } from '../channels/channel.js'
import type { After } from './pieces.js'
import type { Intake } from './records.js'

/** Where several processes take what a platform delivers, a later message may be heard of before an earlier one: so long it is waited for, ms. */
const settleMs = 25

interface Kept {
  readonly intake: Intake
  readonly event: InboundEvent
}

/** What several processes kept of a conversation within a moment, put in the order in which it was said. */
export interface Arrivals {
  take(kept: Kept): void
  /** Forgets what waits; it stays on record. */
  stop(): void
}

export function createArrivals(parts: { readonly after?: After | undefined; readonly admit: (kept: readonly Kept[]) => void }): Arrivals {
  const waiting = new Map<string, { readonly kept: Kept[]; readonly cancel: () => void }>()
  return {
    take(one) {
      const key = `${one.event.communityId}|${one.event.conversationId}`
      const others = waiting.get(key)
      if (others !== undefined) {
        others.kept.push(one)
        return
      }
      if (parts.after === undefined) return parts.admit([one])
      const kept = [one]
      const cancel = parts.after(settleMs, () => {
        waiting.delete(key)
        parts.admit(kept.sort(bySaid))
      })
      waiting.set(key, { kept, cancel })
    },
    stop() {
      for (const { cancel } of waiting.values()) cancel()
      waiting.clear()
    },
  }
}

/** By the platform's clock; at the same moment, as they came to us. */
function bySaid(a: Kept, b: Kept): number {
  return a.event.sentAt - b.event.sentAt || (a.intake.id < b.intake.id ? -1 : 1)
}
