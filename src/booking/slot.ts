import { openSpans, type WorkingTime } from '../requests/working-time.js'
import type { Bookable } from './bookable.js'

/**
 * A time that can be booked. Times cut from a bookable's hours are stored only once somebody has touched them: until then
 * they follow from the hours alone. `taken` grows only through the store's revision check, so it never passes the capacity.
 */
export interface BookableSlot {
  /** `bookable@2026-11-25T09:00` where it is cut from hours, so that two who take it at once meet in one row. */
  readonly id: string
  readonly rev: number
  readonly what: string
  /** ISO local time with +08:00. */
  readonly at: string
  readonly capacity: number
  readonly taken: number
  /** The bookable whose hours it was cut from; absent: entered by hand. */
  readonly bookable?: string
  /** How long it lasts; absent where nobody said. */
  readonly minutes?: number
  /** Places that staff have added to what the bookable says. */
  readonly added?: number
  /** Requests that hold a place; places given away otherwise are in `taken` only. */
  readonly heldBy?: readonly string[]
}

/** A day on which nothing, or one bookable, can be booked although its hours say so. */
export interface ClosedDay {
  /** `2026-11-25` and, for one of them, `2026-11-25 window`. */
  readonly id: string
  readonly rev: number
  readonly day: string
  /** `null`: everything. */
  readonly bookable: string | null
  readonly reason: string
  readonly by: { readonly id: string; readonly name: string }
  readonly at: number
}

/** What a community's times are made of. */
export interface Offer {
  readonly bookables: readonly Bookable[]
  readonly workingTime: WorkingTime
  readonly closed: readonly ClosedDay[]
  /** What stands in the store: touched times and those entered by hand. */
  readonly stored: readonly BookableSlot[]
}

/** A slot as it stands on its day. */
export interface DaySlot {
  readonly slot: BookableSlot
  readonly bookable: Bookable | null
  /** Why nobody can book it, whatever is free; `null`: it can be booked. */
  readonly shut: 'closed-day' | 'not-in-hours' | null
}

const dayMs = 86_400_000
const minuteMs = 60_000
/** Asia/Shanghai has had no summer time since 1991. */
const zoneMs = 8 * 3_600_000

/** The day in Asia/Shanghai on which a moment falls. */
export function dayOf(moment: number): string {
  return new Date(moment + zoneMs).toISOString().slice(0, 10)
}

/** ISO local time with +08:00. */
export function localTime(moment: number): string {
  return `${new Date(moment + zoneMs).toISOString().slice(0, 19)}+08:00`
}

/** When it is over, ISO local time with +08:00; `null` where nobody said how long it lasts. */
export function endOf({ at, minutes }: Pick<BookableSlot, 'at' | 'minutes'>): string | null {
  return minutes === undefined ? null : localTime(Date.parse(at) + minutes * minuteMs)
}

export function closedDayId(day: string, bookable: string | null): string {
  return bookable === null ? day : `${day} ${bookable}`
}

/** The times that a bookable's hours make on a day. None in a year whose holidays nobody knows: no day is promised then. */
function cutDay(bookable: Bookable, day: string, community: WorkingTime): BookableSlot[] {
  const closed = [...(bookable.hours?.closed ?? []), ...(community.hours?.closed ?? [])]
  const hours = bookable.hours === undefined ? community.hours : { ...bookable.hours, closed }
  const spans = openSpans(day, { years: community.years, hours })
  if (spans.kind === 'unknown') return []
  return spans.value.flatMap(([opens, shuts]) => {
    const count = Math.floor((shuts - opens) / (bookable.minutes * minuteMs))
    return Array.from({ length: count }, (_, i): BookableSlot => {
      const at = localTime(opens + i * bookable.minutes * minuteMs)
      return { id: `${bookable.id}@${at.slice(0, 16)}`, rev: 0, what: bookable.name, at, capacity: bookable.capacity, taken: 0, bookable: bookable.id, minutes: bookable.minutes }
    })
  })
}

/** Everything of a day, in the order of time: what its hours make, what staff entered, and what somebody still holds although the hours have changed. */
export function slotsOn(day: string, offer: Offer): readonly DaySlot[] {
  const stored = new Map(offer.stored.filter((slot) => slot.at.startsWith(day)).map((slot) => [slot.id, slot]))
  const made: DaySlot[] = []
  for (const bookable of offer.bookables) {
    for (const cut of cutDay(bookable, day, offer.workingTime)) {
      const known = stored.get(cut.id)
      stored.delete(cut.id)
      const slot = known === undefined ? cut : { ...known, what: cut.what, minutes: bookable.minutes, capacity: bookable.capacity + (known.added ?? 0) }
      made.push({ slot, bookable, shut: isClosed(day, bookable.id, offer.closed) ? 'closed-day' : null })
    }
  }
  for (const slot of stored.values()) {
    const bookable = bookableOf(slot, offer.bookables)
    const shut = isClosed(day, bookable?.id ?? null, offer.closed) ? 'closed-day' : slot.bookable === undefined ? null : 'not-in-hours'
    if (shut !== 'not-in-hours' || slot.taken > 0) made.push({ slot, bookable, shut })
  }
  return made.sort((a, b) => (a.slot.at < b.slot.at ? -1 : a.slot.at > b.slot.at ? 1 : 0))
}

/** What a slot is a time of, whatever it is called by now; `null`: it was entered by hand under a name of its own, or is no longer offered. */
export function bookableOf(slot: Pick<BookableSlot, 'bookable' | 'what'>, bookables: readonly Bookable[]): Bookable | null {
  return bookables.find((one) => one.id === slot.bookable || (slot.bookable === undefined && one.name === slot.what)) ?? null
}

/** Whether staff have closed the day for this bookable; `null`: one that was entered by hand. */
export function isClosed(day: string, bookable: string | null, closed: readonly ClosedDay[]): boolean {
  return closed.some((one) => one.day === day && (one.bookable === null || one.bookable === bookable))
}

/** Whether a service's form takes a time of what this slot is of. What staff entered under a name of its own is for the service that books. */
function serves({ bookable }: DaySlot, serviceCode: string): boolean {
  return bookable === null ? serviceCode === bookingService : bookable.services.includes(serviceCode)
}

/** The service by which people book what has no service of its own. */
const bookingService = 'window-booking'

/** All times that a service's form may take from now on, full ones among them, in the order of time. */
export function slotsAhead(offer: Offer, serviceCode: string, now: number): readonly BookableSlot[] {
  const bookables = offer.bookables.filter((one) => one.services.includes(serviceCode))
  const ahead = bookables.reduce((longest, one) => Math.max(longest, one.daysAhead), 0)
  const days = new Set(Array.from({ length: ahead + 1 }, (_, i) => dayOf(now + i * dayMs)))
  for (const slot of offer.stored) if (Date.parse(slot.at) > now) days.add(slot.at.slice(0, 10))
  return [...days].sort().flatMap((day) =>
    slotsOn(day, offer)
      .filter((one) => one.shut === null && serves(one, serviceCode))
      .filter(({ slot, bookable }) => {
        const begins = Date.parse(slot.at)
        const isByHand = slot.bookable === undefined
        const last = dayOf(now + (bookable?.daysAhead ?? 0) * dayMs)
        return begins - (bookable?.noticeMinutes ?? 0) * minuteMs > now && (isByHand || day <= last)
      })
      .map(({ slot }) => slot),
  )
}

/** Whether the community has times for this service at all, free or not. */
export function offersTimes(offer: Pick<Offer, 'bookables'>, serviceCode: string): boolean {
  return offer.bookables.some((one) => one.services.includes(serviceCode))
}

export function isFree({ taken, capacity }: Pick<BookableSlot, 'taken' | 'capacity'>): boolean {
  return taken < capacity
}

/** The slot with one place more gone, to `requestId`. */
export function takePlace(slot: BookableSlot, requestId: string): BookableSlot {
  return { ...slot, taken: slot.taken + 1, heldBy: [...(slot.heldBy ?? []), requestId] }
}

/** The slot with the place of `requestId` free again. */
export function givePlace(slot: BookableSlot, requestId: string): BookableSlot {
  const heldBy = (slot.heldBy ?? []).filter((id) => id !== requestId)
  return { ...slot, taken: Math.max(heldBy.length, slot.taken - 1), heldBy }
}
