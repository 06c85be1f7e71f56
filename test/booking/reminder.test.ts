import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { reminderDue } from '../../src/booking/reminder.js'
import type { Appointment } from '../../src/requests/service-request.js'

const at = (time: string): number => Date.parse(`${time}:00+08:00`)
const booked = (time: string, given: Partial<Appointment> = {}): Appointment => ({ slotId: '1', at: `${time}:00+08:00`, what: '窗口', ...given })

describe('a reminder', () => {
  it.each([
    ['the evening before', '2026-11-25T09:00', '2026-11-20T09:00', '2026-11-24T17:00', 'day-before'],
    ['not at noon of the day before', '2026-11-25T09:00', '2026-11-20T09:00', '2026-11-24T12:00', null],
    ['not late in the evening', '2026-11-25T09:00', '2026-11-20T09:00', '2026-11-24T20:30', null],
    ['not two days before', '2026-11-25T09:00', '2026-11-20T09:00', '2026-11-23T17:30', null],
    ['two hours before', '2026-11-25T15:00', '2026-11-20T09:00', '2026-11-25T13:00', 'hours-before'],
    ['at seven for an early time', '2026-11-25T08:00', '2026-11-20T09:00', '2026-11-25T07:00', 'hours-before'],
    ['never at night, however early the time', '2026-11-25T08:00', '2026-11-20T09:00', '2026-11-25T06:30', null],
    ['not when it is too late to help', '2026-11-25T15:00', '2026-11-20T09:00', '2026-11-25T14:40', null],
    ['not soon after it was booked', '2026-11-25T15:00', '2026-11-25T12:50', '2026-11-25T13:10', null],
    ['not in the evening for what was booked just before', '2026-11-25T09:00', '2026-11-24T16:00', '2026-11-24T17:30', null],
    ['not for what has passed', '2026-11-25T09:00', '2026-11-20T09:00', '2026-11-25T10:00', null],
  ])('%s', (_when, time, bookedAt, now, due) => {
    expect(reminderDue(booked(time), at(bookedAt), at(now))).toBe(due)
  })

  it('comes once', () => {
    expect(reminderDue(booked('2026-11-25T15:00', { reminded: ['day-before', 'hours-before'] }), at('2026-11-20T09:00'), at('2026-11-25T13:30'))).toBeNull()
    expect(reminderDue(booked('2026-11-25T15:00', { reminded: ['day-before'] }), at('2026-11-20T09:00'), at('2026-11-25T13:30'))).toBe('hours-before')
  })

  it('comes at most twice for any booking, by day only, looked at every ten minutes', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 14 * 144 }), fc.integer({ min: 48, max: 131 }), fc.integer({ min: 0, max: 10 }), (bookedStep, timeStep, day) => {
      const start = at('2026-11-01T00:00')
      const bookedAt = start + bookedStep * 600_000
      const begins = start + (day + 14) * 86_400_000 + timeStep * 600_000
      let appointment = booked(new Date(begins + 8 * 3_600_000).toISOString().slice(0, 16))
      const sent: number[] = []
      for (let now = bookedAt; now < begins; now += 600_000) {
        const due = reminderDue(appointment, bookedAt, now)
        if (due === null) continue
        appointment = { ...appointment, reminded: [...(appointment.reminded ?? []), due] }
        sent.push(new Date(now + 8 * 3_600_000).getUTCHours())
      }
      expect(sent.length).toBeLessThanOrEqual(2)
      for (const hour of sent) expect(hour >= 7 && hour < 22).toBe(true)
      // Booked more than two days ahead, nobody is left without.
      if (begins - bookedAt > 2 * 86_400_000) expect(sent.length).toBe(2)
    }), { numRuns: 100 })
  })
})
