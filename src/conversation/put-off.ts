/** Turns that wait for a later try, by conversation, in their order: what comes after one of them waits behind it. */
export interface PutOff {
  has(key: string): boolean
  /** Puts a turn behind those of its conversation that wait; the first decides for how long, ms. */
  add(key: string, waitMs: number, again: () => void): void
  /** Takes those of the conversation again now, in their order. */
  release(key: string): void
  releaseAll(): void
  /** Forgets them; they stay on record. */
  stop(): void
}

export function createPutOff(): PutOff {
  const waiting = new Map<string, { readonly turns: (() => void)[]; readonly timer: NodeJS.Timeout }>()

  function release(key: string): void {
    const held = waiting.get(key)
    if (held === undefined) return
    clearTimeout(held.timer)
    waiting.delete(key)
    for (const again of held.turns) again()
  }

  return {
    has: (key) => waiting.has(key),
    add(key, waitMs, again) {
      const held = waiting.get(key)
      if (held === undefined) waiting.set(key, { turns: [again], timer: setTimeout(() => { release(key) }, waitMs) })
      else held.turns.push(again)
    },
    release,
    releaseAll() {
      for (const key of [...waiting.keys()]) release(key)
    },
    stop() {
      for (const { timer } of waiting.values()) clearTimeout(timer)
      waiting.clear()
    },
  }
}
