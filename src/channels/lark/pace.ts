import { createDepartures, nextFree } from '../departures.js'

/**
 * Lark's limits are 5 messages a second to one person or group (shared by all bots there), 50 a second and 1,000 a minute for the app.
 * We keep below them, and the app's messages leave one by one instead of in a burst: what waits on the way arrives closer together than it left.
 */
const pacing = { perReceiver: 4, betweenMs: 25, perMinute: 950 } as const

/** Widths of the windows, ms; a little wider than Lark's for the same reason. */
const secondMs = 1_050
const minuteMs = 60_500

export interface Pace {
  /** How long this message waits, ms; its place is taken with the call. What is urgent waits for nothing but a limit that Lark has called out. */
  place(receiver: string, isUrgent: boolean): number
  /** Lark has called a limit: nothing leaves before (`receiver` null: to anybody). */
  hold(receiver: string | null, forMs: number): void
}

/** `sharers`: processes that send for the same app, this one among them; each keeps to its part of what the app may. Default 1. */
export function createPace(now: () => number, sharers: () => number = () => 1): Pace {
  const departures = createDepartures(now, minuteMs)
  const held = new Map<string, number>()
  let allHeld = 0

  return {
    place(receiver, isUrgent) {
      const at = now()
      const [mine, all] = [departures.of(receiver), departures.all()]
      const limits = Math.max(at, allHeld, held.get(receiver) ?? 0)
      const parts = sharers()
      // All that goes to one receiver one process sends.
      const leaves = isUrgent ? limits : Math.max(
        limits, nextFree(mine, pacing.perReceiver, secondMs), nextFree(all, 1, pacing.betweenMs * parts), nextFree(all, Math.max(1, Math.floor(pacing.perMinute / parts)), minuteMs),
      )
      departures.add(receiver, leaves)
      return leaves - at
    },
    hold(receiver, forMs) {
      const until = now() + forMs
      if (receiver === null) allHeld = Math.max(allHeld, until)
      else held.set(receiver, Math.max(held.get(receiver) ?? 0, until))
      if (held.size > 5_000) for (const [key, time] of held) if (time < now()) held.delete(key)
    },
  }
}
