/** How the event loop and the clock have been of late. */
export interface LoopWatch {
  /** The longest the loop was held up in the last 15 seconds, ms, and now. */
  worstMs(): number
  /** When the wall clock was last seen to jump and by how much; `null`: not since the start. */
  jump(): { readonly at: number; readonly byMs: number } | null
  stop(): void
}

export interface LoopWatchParts {
  /** The wall clock, ms since 1970, which may be set. */
  readonly now: () => number
  /** A clock that only grows, ms. */
  readonly steady: () => number
  /** Calls again and again until what it returns is called. */
  readonly every: (ms: number, work: () => void) => () => void
  /** Hears of a jump, ms. */
  readonly onJump: (byMs: number) => void
}

/** How often it looks, ms. */
const beatMs = 500
/** How far back the worst counts, ms: a probe every ten seconds sees each. */
const rememberedMs = 15_000
/** A wall clock that moved this far from the steady one was set, ms: time services correct smaller errors little by little. */
const jumpMs = 5_000

export function watchLoop({ now, steady, every, onJump }: LoopWatchParts): LoopWatch {
  let before = steady()
  let offset = now() - before
  let held: readonly { readonly at: number; readonly ms: number }[] = []
  let jumped: { readonly at: number; readonly byMs: number } | null = null
  const stop = every(beatMs, () => {
    const at = steady()
    const ms = Math.max(0, at - before - beatMs)
    before = at
    held = [...held.filter((one) => at - one.at < rememberedMs && one.ms > ms), { at, ms }]
    const byMs = now() - at - offset
    offset += byMs
    if (Math.abs(byMs) < jumpMs) return
    jumped = { at: now(), byMs }
    onJump(byMs)
  })
  return {
    worstMs: () => Math.max(0, steady() - before - beatMs, ...held.filter((one) => steady() - one.at < rememberedMs).map(({ ms }) => ms)),
    jump: () => jumped,
    stop,
  }
}
