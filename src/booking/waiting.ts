import type { Address } from '../channels/channel.js'
import { endOf, type BookableSlot } from './slot.js'

/** Somebody who wants to hear when a taken time falls free. Told once; the time itself is kept for nobody. */
export interface BookingWait {
  /** Grows with time: who asked first is told first. */
  readonly id: string
  readonly rev: number
  readonly residentId: string
  /** The private chat. */
  readonly to: Address
  readonly serviceCode: string
  readonly what: string
  /** What was wanted, ISO local times to the minute; alike for one exact time. */
  readonly from: string
  readonly until: string
  /** After it nothing of that is left to book, ms. */
  readonly endsAt: number
  readonly told: { readonly at: number; readonly slotId: string } | null
}

/** So long a place that somebody was told of is not told to the next, ms: time to read a message and answer it. */
const headStartMs = 30 * 60_000

/** Whether a time is one of those wanted: it begins then, or an exact hour falls into it. */
export function fitsSpan(slot: BookableSlot, { from, to }: { readonly from: string; readonly to: string }): boolean {
  const begins = slot.at.slice(0, 16)
  if (begins >= from && begins <= to) return true
  const ends = endOf(slot)
  return from === to && ends !== null && begins <= from && from < ends.slice(0, 16)
}

/** Who is told now of which free time: in the order in which they asked, no more of them than there are places. */
export function placesToTell(waits: readonly BookingWait[], free: (serviceCode: string) => readonly BookableSlot[], now: number): readonly { readonly wait: BookingWait; readonly slot: BookableSlot }[] {
  const promised = new Map<string, number>()
  for (const { told } of waits) if (told !== null && now - told.at < headStartMs) promised.set(told.slotId, (promised.get(told.slotId) ?? 0) + 1)
  const found: { wait: BookingWait; slot: BookableSlot }[] = []
  for (const wait of [...waits].sort((a, b) => (a.id < b.id ? -1 : 1))) {
    if (wait.told !== null || wait.endsAt <= now) continue
    const slot = free(wait.serviceCode).find((one) => one.what === wait.what && fitsSpan(one, { from: wait.from, to: wait.until }) && one.capacity - one.taken > (promised.get(one.id) ?? 0))
    if (slot === undefined) continue
    promised.set(slot.id, (promised.get(slot.id) ?? 0) + 1)
    found.push({ wait, slot })
  }
  return found
}
