import type { Appointment, ReminderKind } from '../requests/service-request.js'
import { dayOf } from './slot.js'

const hourMs = 3_600_000

/** On the day before, people are reminded when they are home from work and not yet at rest: from 17:00 until 20:00. */
const eveningFromHour = 17
const eveningToHour = 20
/** On the day itself so long before, ms; after an early morning at 7:00 instead. */
const longBeforeMs = 2 * hourMs
/** Nobody who has so little time left is helped by a reminder any more, ms. */
const tooLateMs = 0.5 * hourMs
/** Nobody is reminded before this hour, nor after the other. */
const morningHour = 7
const nightHour = 22

/** The reminder that is due now for what was booked, or moved, at `bookedAt`; `null`: none. Each comes once, and none soon after the booking itself. */
export function reminderDue(appointment: Pick<Appointment, 'at' | 'reminded'>, bookedAt: number, now: number): ReminderKind | null {
  const begins = Date.parse(appointment.at)
  const sent = appointment.reminded ?? []
  const hour = new Date(now + 8 * hourMs).getUTCHours()
  if (Number.isNaN(begins) || begins - now < tooLateMs || hour < morningHour || hour >= nightHour) return null
  if (begins - now <= longBeforeMs) return sent.includes('hours-before') || begins - bookedAt < 2 * longBeforeMs ? null : 'hours-before'
  const isEvening = hour >= eveningFromHour && hour < eveningToHour
  const isDayBefore = dayOf(now + 24 * hourMs) === dayOf(begins)
  const isNews = dayOf(bookedAt) < dayOf(now) || hour - new Date(bookedAt + 8 * hourMs).getUTCHours() >= 4
  return isEvening && isDayBefore && isNews && !sent.includes('day-before') ? 'day-before' : null
}
