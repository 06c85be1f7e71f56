import type { Appointment } from '../requests/service-request.js'

/** What of a booking goes into the calendar: nothing about the person. */
export interface CalendarBooking {
  /** The same for ever, however often it is moved. */
  readonly uid: string
  /** Of the request; `null`: an activity, which has none. */
  readonly number: string | null
  readonly appointment: Appointment
  readonly isCancelled: boolean
  readonly community: string
  /** When it was booked or changed last, ms since 1970. */
  readonly changedAt: number
}

/** How long a time counts in the calendar where nobody said, minutes. */
const usualMinutes = 30

/** A line is at most so many octets of UTF-8, the line break not counted (RFC 5545, 3.1). */
const longestLine = 75

/** Asia/Shanghai (RFC 5545, 3.6.5): no summer time since 1991. */
const timeZone = [
  'BEGIN:VTIMEZONE', 'TZID:Asia/Shanghai', 'BEGIN:STANDARD', 'DTSTART:19910915T000000', 'TZOFFSETFROM:+0800', 'TZOFFSETTO:+0800', 'TZNAME:CST', 'END:STANDARD', 'END:VTIMEZONE',
] as const

/** The booking as a calendar file (RFC 5545, RFC 5546): a later one with the same UID and a higher SEQUENCE takes its place, a cancelled one takes it out. */
export function calendarFile(booking: CalendarBooking): string {
  const { appointment } = booking
  const begins = Date.parse(appointment.at)
  const ends = appointment.until === undefined ? begins + usualMinutes * 60_000 : Date.parse(appointment.until)
  const lines = [
    'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Yichuang//Booking//ZH', 'CALSCALE:GREGORIAN', `METHOD:${booking.isCancelled ? 'CANCEL' : 'PUBLISH'}`,
    ...timeZone,
    'BEGIN:VEVENT',
    `UID:${escapeText(booking.uid)}`,
    `DTSTAMP:${utc(booking.changedAt)}`,
    `SEQUENCE:${(appointment.sequence ?? 0) + (booking.isCancelled ? 1 : 0)}`,
    `STATUS:${booking.isCancelled ? 'CANCELLED' : 'CONFIRMED'}`,
    `DTSTART;TZID=Asia/Shanghai:${local(begins)}`,
    `DTEND;TZID=Asia/Shanghai:${local(ends)}`,
    `SUMMARY:${escapeText(`${appointment.what}（${booking.community}）`)}`,
    ...(appointment.place === undefined || appointment.place === '' ? [] : [`LOCATION:${escapeText(appointment.place)}`]),
    `DESCRIPTION:${escapeText(booking.number === null ? '去不了，在聊天里告诉小助手「不去了」。' : `编号 ${booking.number}。要改时间或不来了，在聊天里直接告诉小助手。`)}`,
    ...(booking.isCancelled ? [] : ['BEGIN:VALARM', 'ACTION:DISPLAY', 'TRIGGER:-PT1H', `DESCRIPTION:${escapeText(appointment.what)}`, 'END:VALARM']),
    'END:VEVENT', 'END:VCALENDAR',
  ]
  return lines.map((line) => `${fold(line)}\r\n`).join('')
}

/** Backslash, semicolon, comma and line breaks mean something of their own in a text value (3.3.11). */
function escapeText(text: string): string {
  return text.replace(/[\\;,]/g, (mark) => `\\${mark}`).replace(/\r\n|\r|\n/g, '\\n')
}

/** The line in pieces of at most 75 octets, no character cut; each further piece begins with a space. */
function fold(line: string): string {
  const pieces: string[] = []
  let piece = ''
  let octets = 0
  for (const letter of line) {
    const size = Buffer.byteLength(letter)
    if (octets + size > longestLine) {
      pieces.push(piece)
      piece = ' '
      octets = 1
    }
    piece += letter
    octets += size
  }
  return [...pieces, piece].join('\r\n')
}

function utc(moment: number): string {
  return `${new Date(moment).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`
}

function local(moment: number): string {
  return new Date(moment + 8 * 3_600_000).toISOString().slice(0, 19).replace(/[-:]/g, '')
}
