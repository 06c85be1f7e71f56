import type { BookingDay, BookingSlot } from '../../booking-types.js'

/** The day so many days later, e.g. `2026-11-26`. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10)
}

/** 09:00–09:30 */
export function sayTime({ at, until }: Pick<BookingSlot, 'at' | 'until'>): string {
  return until === null ? at.slice(11, 16) : `${at.slice(11, 16)}–${until.slice(11, 16)}`
}

/** What a section of the day is headed with: each bookable with its times, then what was entered under a name of its own. */
export function sectionsOf(day: BookingDay): readonly { readonly bookable: BookingDay['bookables'][number] | null; readonly name: string; readonly slots: readonly BookingSlot[] }[] {
  const of = day.bookables.map((bookable) => ({ bookable, name: bookable.name, slots: day.slots.filter((slot) => slot.bookable === bookable.id) }))
  const others = [...new Set(day.slots.filter((slot) => slot.bookable === null).map((slot) => slot.what))]
  return [...of, ...others.map((name) => ({ bookable: null, name, slots: day.slots.filter((slot) => slot.bookable === null && slot.what === name) }))]
}
