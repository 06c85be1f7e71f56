import type { ServiceRequest } from '../../requests/service-request.js'
import { replies } from '../replies.js'
import { say, type Say, type Turn } from '../turn.js'
import { bookingWords, timeOf } from './booking-words.js'

/** What is said when a place is taken or another one in its stead, with the calendar file; `null` where no place is held. */
export function bookedSay(turn: Turn, request: ServiceRequest): Say | null {
  const { appointment } = request
  if (appointment === null || appointment.slotId === null) return null
  const kind = turn.community.bookables?.find((one) => one.name === appointment.what)?.kind ?? null
  const when = timeOf(appointment, kind)
  const words = kind === 'visitor' ? bookingWords.visitBooked(request, when) : bookingWords.booked(request, appointment.what, when, appointment.place ?? '')
  return say(words, turn.message.chat === 'private' ? { calendar: request.id } : {})
}

/** What is said when it is given up, with the file that takes it out of the calendar. */
export function withdrawnSay(turn: Turn, request: ServiceRequest, also: string): Say {
  const isHeld = request.appointment !== null && request.appointment.slotId !== null && turn.message.chat === 'private'
  return say(replies.withdrawn(request) + also, isHeld ? { calendar: request.id } : {})
}
