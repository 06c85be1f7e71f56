import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calendarFile, type CalendarBooking } from '../../src/booking/calendar-file.js'

function aBooking(given: Partial<CalendarBooking> = {}): CalendarBooking {
  return {
    uid: 'huzhou-demo.r1@yichuang', number: 'HZ-2611-0042', isCancelled: false, community: '新荷社区', changedAt: Date.parse('2026-11-23T01:30:00Z'),
    appointment: { slotId: 'window@2026-11-25T09:00', at: '2026-11-25T09:00:00+08:00', until: '2026-11-25T09:30:00+08:00', what: '办事窗口', place: '一楼大厅' }, ...given,
  }
}

/** The file's content lines with their folds taken out, as a calendar reads them (RFC 5545, 3.1). */
const unfold = (file: string): string[] => file.replace(/\r\n /g, '').split('\r\n').slice(0, -1)

describe('the calendar file of a booking', () => {
  it('says what, when in Beijing time, and where', () => {
    const lines = unfold(calendarFile(aBooking()))
    expect(lines.slice(0, 5)).toEqual(['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Yichuang//Booking//ZH', 'CALSCALE:GREGORIAN', 'METHOD:PUBLISH'])
    for (const line of ['DTSTART;TZID=Asia/Shanghai:20261125T090000', 'DTEND;TZID=Asia/Shanghai:20261125T093000', 'DTSTAMP:20261123T013000Z', 'SUMMARY:办事窗口（新荷社区）', 'LOCATION:一楼大厅', 'STATUS:CONFIRMED', 'SEQUENCE:0', 'TZID:Asia/Shanghai', 'TZOFFSETTO:+0800']) expect(lines).toContain(line)
    expect(lines.at(-1)).toBe('END:VCALENDAR')
  })

  it('keeps its UID when it is moved, and counts the moves', () => {
    const first = unfold(calendarFile(aBooking()))
    const moved = unfold(calendarFile(aBooking({ appointment: { ...aBooking().appointment, at: '2026-11-26T09:00:00+08:00', sequence: 1 } })))
    const uid = (lines: string[]) => lines.find((line) => line.startsWith('UID:'))
    expect(uid(moved)).toBe(uid(first))
    expect(moved).toContain('SEQUENCE:1')
  })

  it('takes the entry out again when the booking is cancelled', () => {
    const lines = unfold(calendarFile(aBooking({ isCancelled: true, appointment: { ...aBooking().appointment, sequence: 2 } })))
    expect(lines).toContain('METHOD:CANCEL')
    expect(lines).toContain('STATUS:CANCELLED')
    expect(lines).toContain('SEQUENCE:3')
    expect(lines).not.toContain('BEGIN:VALARM')
  })

  it('breaks no line longer than 75 octets, cuts no character, and reads back as it was written, whatever stands in it', () => {
    fc.assert(fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme', maxLength: 300 }), (what, place) => {
      const file = calendarFile(aBooking({ appointment: { ...aBooking().appointment, what, place } }))
      expect(file.endsWith('\r\n')).toBe(true)
      for (const line of file.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75)
      expect(file).not.toContain('\ufffd'.repeat(2))
      const value = unfold(file).find((line) => line.startsWith('SUMMARY:'))?.slice('SUMMARY:'.length)
      const plain = value?.replace(/\\([\\;,n])/g, (_all, mark: string) => (mark === 'n' ? '\n' : mark))
      expect(plain).toBe(`${what.replace(/\r\n|\r/g, '\n')}（新荷社区）`)
    }), { numRuns: 500 })
  })

  it('lets no line of its own in through what people wrote', () => {
    const file = calendarFile(aBooking({ appointment: { ...aBooking().appointment, what: '窗口\r\nATTENDEE:mailto:x@example.org' } }))
    expect(unfold(file).some((line) => line.startsWith('ATTENDEE'))).toBe(false)
  })
})
