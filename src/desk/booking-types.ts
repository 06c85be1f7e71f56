/** What the desk's server and its pages of bookings say to each other. Types only. */
import type { WaitingDraft } from './place-types.js'
import type { Bookable } from '../booking/bookable.js'
import type { DaySlot } from '../booking/slot.js'
import type { OpeningHours } from '../requests/working-time.js'
import type { Appointment, Consent } from '../requests/service-request.js'

/** GET /api/desk/bookings/:community?day=2026-11-25 */
export interface BookingDay {
  readonly day: string
  /** Today in Asia/Shanghai. */
  readonly today: string
  readonly bookables: readonly { readonly id: string; readonly kind: Bookable['kind']; readonly name: string; readonly place: string; readonly source: string; readonly date: string }[]
  readonly closed: readonly { readonly bookable: string | null; readonly reason: string; readonly by: string }[]
  readonly slots: readonly BookingSlot[]
}

export interface BookingSlot {
  readonly id: string
  readonly rev: number
  readonly what: string
  /** The bookable it is of; `null`: entered by hand under a name of its own. */
  readonly bookable: string | null
  /** ISO local time with +08:00. */
  readonly at: string
  readonly until: string | null
  readonly capacity: number
  readonly taken: number
  readonly shut: DaySlot['shut']
  readonly holders: readonly BookingHolder[]
}

/** Who holds a place; what tells who it is, is masked: the request has the rest. */
export interface BookingHolder {
  readonly requestId: string
  readonly rev: number
  readonly number: string
  readonly service: string
  readonly name: string
  readonly phone: string | null
  /** Without the door. */
  readonly address: string | null
  readonly matter: string
  /** Whom to call at home, in the resident's words; `null`: nobody was named. */
  readonly contact: string | null
  readonly consent: Pick<Consent, 'allows' | 'forWhom' | 'at'> | null
  readonly helper: string | null
  readonly came: Appointment['came'] | null
}

/** POST …/close {day, bookable, reason} · …/open {day, bookable} · …/places {day, slot, rev, by} · …/times {day, bookable, time} · …/came {request, rev, came} · …/helper {request, rev, name} → BookingDay. */
export type BookingAct = 'close' | 'open' | 'places' | 'times' | 'came' | 'helper'

/** GET /api/desk/places/:community/bookables → what can be booked there. */
export interface BookableList {
  /** The version in use; sent back with a change. */
  readonly base: number
  readonly drafts: readonly WaitingDraft[]
  readonly bookables: readonly BookableRow[]
  /** Those whose form may take a time. */
  readonly services: readonly { readonly code: string; readonly name: string }[]
  /** Whether the community's own hours are entered, which a bookable without any of its own follows. */
  readonly hasHours: boolean
}
export interface BookableRow extends Bookable {
  /** Bookings of it that are still to come. */
  readonly ahead: number
}

/** POST /api/desk/places/:community/bookables {base, reason, id, bookable} (admins) → 201: a draft. `id` `null`: one more; `bookable` `null`: it is taken out. */
export interface BookableChange {
  readonly id: string | null
  readonly bookable: (Omit<Bookable, 'id' | 'date' | 'hours'> & { /** `null`: the community's own. */ readonly hours: OpeningHours | null }) | null
}
