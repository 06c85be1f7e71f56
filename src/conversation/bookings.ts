import type { Bookable } from '../booking/bookable.js'
import { reminderDue } from '../booking/reminder.js'
import { bookableOf, endOf, givePlace, isClosed, isFree, slotsAhead, type BookableSlot, type ClosedDay, type Offer } from '../booking/slot.js'
import type { Cluster } from '../cluster/cluster.js'
import { placesToTell } from '../booking/waiting.js'
import type { Community, CommunityId } from '../knowledge/community.js'
import { isOpen, type Appointment, type ServiceRequest } from '../requests/service-request.js'
import type { WorkingTime } from '../requests/working-time.js'
import { unlessQuicker } from '../store/quicker.js'
import type { Store } from '../store/store.js'
import { everySoOften, inEachCommunity, type ClockWork } from './clock-work.js'
import { bookingWords, timeOf } from './dialogs/booking-words.js'
import { nightEnds } from './notices.js'
import type { Teller } from './teller.js'

/** How often bookings are looked at, ms. */
const lookEveryMs = 60_000
/** Free times named to somebody whose own fell out. */
const offeredInstead = 3

export interface BookingParts {
  /** Absent: this process has the store to itself. */
  readonly cluster?: Cluster | undefined
  readonly store: Store
  readonly teller: Teller
  readonly community: (id: CommunityId) => Community
  readonly workingTime: (communityId: CommunityId) => WorkingTime
  readonly now: () => number
  readonly newId: () => string
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void
}

/** What one look has done. */
export interface Looked {
  readonly reminded: number
  /** Places given back that ended requests had held. */
  readonly freed: number
}

/** What looks after bookings: the clock's part, and the words that go to those whose booking changes. */
export interface Bookings extends Teller, ClockWork {
  run(): Promise<Looked>
  /** What the community's times are made of, as it stands now. */
  offerOf(communityId: CommunityId): Promise<Offer>
  /** What is said to who has booked a day that closes. */
  closedNotice(communityId: CommunityId, request: ServiceRequest, closed: ClosedDay): Promise<string>
}

export function createBookings(parts: BookingParts): Bookings {
  const { store } = parts
  const { commitAndTell } = parts.teller

  async function offerOf(communityId: CommunityId): Promise<Offer> {
    const [stored, closed] = await Promise.all([store.find(communityId, 'slots', { limit: 10_000 }), store.find(communityId, 'closedDays', { limit: 10_000 })])
    return { bookables: parts.community(communityId).bookables ?? [], workingTime: parts.workingTime(communityId), closed, stored }
  }

  async function lookAt(communityId: CommunityId, slot: BookableSlot, bookables: readonly Bookable[], closed: readonly ClosedDay[]): Promise<Looked> {
    const bookable = bookableOf(slot, bookables)
    // Who had booked a day that closed was told so, and comes on another.
    const isOff = isClosed(slot.at.slice(0, 10), bookable?.id ?? null, closed)
    let [reminded, freed] = [0, 0]
    let current = slot
    for (const id of slot.heldBy ?? []) {
      const request = await store.get(communityId, 'requests', id)
      const holds = request !== null && isOpen(request) && request.appointment?.slotId === slot.id
      if (!holds) {
        const given = givePlace(current, id)
        if (!(await unlessQuicker(store.commit(communityId, [{ op: 'put', table: 'slots', row: given }])))) return { reminded, freed }
        current = { ...given, rev: given.rev + 1 }
        freed += 1
        continue
      }
      const appointment: Appointment | null = request.appointment
      const due = appointment === null || isOff ? null : reminderDue(appointment, appointment.bookedAt ?? request.filedAt, parts.now())
      if (appointment === null || due === null) continue
      const after: ServiceRequest = { ...request, appointment: { ...appointment, reminded: [...(appointment.reminded ?? []), due] } }
      if (await unlessQuicker(commitAndTell(communityId, [{ op: 'put', table: 'requests', row: after }], [{ request, text: bookingWords.reminder(request, due, bookable?.kind ?? null) }]))) reminded += 1
    }
    return { reminded, freed }
  }

  /** Tells who waits for a time that has fallen free: in order, once, in private. */
  async function tellWaiting(communityId: CommunityId): Promise<void> {
    const waits = await store.find(communityId, 'bookingWaits', { limit: 10_000 })
    if (waits.every(({ told }) => told !== null)) return
    const now = parts.now()
    const offer = await offerOf(communityId)
    for (const { wait, slot } of placesToTell(waits, (serviceCode) => slotsAhead(offer, serviceCode, now).filter(isFree), now)) {
      const kind = offer.bookables.find((one) => one.name === slot.what)?.kind ?? null
      const text = bookingWords.fellFree(slot, timeOf({ at: slot.at, until: endOf(slot) ?? undefined }, kind))
      await unlessQuicker(commitAndTell(communityId, [{ op: 'put', table: 'bookingWaits', row: { ...wait, told: { at: now, slotId: slot.id } } }], [{ to: wait.to, text, about: null }]))
    }
  }

  async function run(): Promise<Looked> {
    const now = parts.now()
    let [reminded, freed] = [0, 0]
    if (nightEnds(now) !== null) return { reminded, freed }
    await inEachCommunity('bookings', parts, async (communityId) => {
      const looked = await lookAfter(communityId, now)
      reminded += looked.reminded
      freed += looked.freed
    })
    return { reminded, freed }
  }

  async function lookAfter(communityId: CommunityId, now: number): Promise<Looked> {
    let [reminded, freed] = [0, 0]
    const held = (await store.find(communityId, 'slots', { limit: 10_000 })).filter((slot) => (slot.heldBy?.length ?? 0) > 0 && Date.parse(slot.at) > now)
    // What belongs to no community (accounts, versions of the knowledge) has no times.
    const bookables = held.length === 0 ? [] : (parts.community(communityId).bookables ?? [])
    const closed = await store.find(communityId, 'closedDays', { limit: 10_000 })
    for (const slot of held) {
      const looked = await lookAt(communityId, slot, bookables, closed)
      reminded += looked.reminded
      freed += looked.freed
    }
    await tellWaiting(communityId)
    return { reminded, freed }
  }

  return {
    run,
    ...everySoOften('bookings', lookEveryMs, run, parts.log),
    offerOf,
    commitAndTell,
    async closedNotice(communityId, request, closed) {
      const offer = await offerOf(communityId)
      const what = request.appointment?.what
      const others = slotsAhead({ ...offer, closed: [...offer.closed, closed] }, request.serviceCode, parts.now()).filter((slot) => isFree(slot) && slot.what === what).slice(0, offeredInstead)
      const kind = offer.bookables.find((one) => one.name === what)?.kind ?? null
      return bookingWords.closed(request, closed.reason, others.map((slot) => timeOf({ at: slot.at, until: endOf(slot) ?? undefined }, kind)))
    },
  }
}
