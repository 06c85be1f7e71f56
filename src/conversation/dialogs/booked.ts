import type { ServiceRequest } from '../../requests/service-request.js'
import { replies } from '../replies.js'
import { say, type Say, type Turn } from '../turn.js'
import { bookingWords, timeOf } from './booking-words.js'

/** What is said when a place is taken or another one in its stead, with the calendar file; `null` where no place is held. */
export function bookedSay(turn: Turn, request: ServiceRequest): Say | null {
  const { appointment } = request
  if (appointment === null || appointment.slotId === null) return null
  const bookable = turn.community.bookables?.find((one) => one.name === appointment.what)
  const isVisit = bookable?.kind === 'visitor'
  const words = isVisit ? bookingWords.visitBooked(request, timeOf(appointment, 'visitor')) : replies.receipt(request, { howToCorrect: false, term: '' })
  const where = isVisit || appointment.place === undefined ? '' : `地点：${appointment.place}。`
  return say(words + where, turn.message.chat === 'private' ? { calendar: request.id } : {})
}
