import { createDepartures, nextFree } from '../departures.js'

/** Numbers a person would keep to. Accounts that write like machines are restricted (reports of others; WeChat publishes no limits). */
export interface PaceNumbers {
  /** Least and most wait between two messages in one conversation, ms; the wait in between is left to chance. */
  readonly conversationGapMs: readonly [number, number]
  /** The same for the whole account. */
  readonly accountGapMs: readonly [number, number]
  readonly perMinuteInConversation: number
  readonly perMinute: number
}

export const personsPace: PaceNumbers = { conversationGapMs: [1_500, 4_000], accountGapMs: [600, 1_600], perMinuteInConversation: 20, perMinute: 40 }

/** Who wrote so lately is awake and waits for an answer, ms. */
const awakeMs = 10 * 60_000
const minuteMs = 60_000

export interface Pace {
  /** How long this message waits, ms; its place is taken with the call. */
  place(conversationId: string, isDanger: boolean): number
  /** Whether somebody there spoke to us so lately that the night is no hindrance. */
  isAwake(conversationId: string): boolean
  /** Somebody there speaks to us. */
  heard(conversationId: string, isDanger: boolean): void
}

export function createPace(parts: { readonly now: () => number; /** 0–1. */ readonly chance: () => number; readonly numbers?: PaceNumbers }): Pace {
  const { now, chance } = parts
  const numbers = parts.numbers ?? personsPace
  const departures = createDepartures(now, minuteMs)
  const heardAt = new Map<string, number>()
  const dangerAt = new Map<string, number>()

  const between = ([least, most]: readonly [number, number]): number => least + chance() * (most - least)
  const after = (times: readonly number[], gapMs: number): number => {
    const last = times.at(-1)
    return last === undefined ? 0 : last + gapMs
  }
  function isWithin(times: ReadonlyMap<string, number>, conversationId: string, ms: number): boolean {
    const at = times.get(conversationId)
    return at !== undefined && now() - at < ms
  }

  return {
    place(conversationId, isDanger) {
      const at = now()
      const [mine, all] = [departures.of(conversationId), departures.all()]
      // What stands before a danger text in the same conversation must not keep it waiting either.
      const leaves = isDanger || isWithin(dangerAt, conversationId, minuteMs) ? at : Math.max(
        at,
        after(mine, between(numbers.conversationGapMs)), after(all, between(numbers.accountGapMs)),
        nextFree(mine, numbers.perMinuteInConversation, minuteMs), nextFree(all, numbers.perMinute, minuteMs),
      )
      departures.add(conversationId, leaves)
      return leaves - at
    },

    isAwake: (conversationId) => isWithin(heardAt, conversationId, awakeMs),

    heard(conversationId, isDanger) {
      heardAt.set(conversationId, now())
      if (isDanger) dangerAt.set(conversationId, now())
      for (const times of [heardAt, dangerAt]) if (times.size > 5_000) for (const [key, at] of times) if (now() - at > awakeMs) times.delete(key)
    },
  }
}
