/** Conversations whose times are kept at most; those with nothing lately are let go beyond. */
const mostConversations = 5_000

/** When messages leave or left, newest last: what a platform's limits, or a person's pace, are counted by. */
export interface Departures {
  of(conversationId: string): readonly number[]
  all(): readonly number[]
  add(conversationId: string, at: number): void
}

/** Times older than `keptMs` are forgotten: the widest window that is counted. */
export function createDepartures(now: () => number, keptMs: number): Departures {
  const byConversation = new Map<string, number[]>()
  let all: number[] = []
  const recent = (times: readonly number[]): number[] => times.filter((time) => time > now() - keptMs)
  return {
    of: (conversationId) => recent(byConversation.get(conversationId) ?? []),
    all() {
      all = recent(all)
      return all
    },
    add(conversationId, at) {
      const mine = [...recent(byConversation.get(conversationId) ?? []), at].sort((a, b) => a - b)
      byConversation.set(conversationId, mine)
      all.push(at)
      all.sort((a, b) => a - b)
      if (byConversation.size > mostConversations) for (const [key, times] of byConversation) if ((times.at(-1) ?? 0) < now() - keptMs) byConversation.delete(key)
    },
  }
}

/** When one more may leave so that of `times` no window of `widthMs` holds more than `most`. */
export function nextFree(times: readonly number[], most: number, widthMs: number): number {
  const nth = times[times.length - most]
  return nth === undefined ? 0 : nth + widthMs
}
