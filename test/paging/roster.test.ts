import { describe, expect, it } from 'vitest'
import { nextDuty, onDuty, type DutyLine } from '../../src/paging/roster.js'

const line = (given: Partial<DutyLine>): DutyLine => ({ name: '白班', weekdays: [1, 2, 3, 4, 5], dates: null, from: '08:00', until: '17:30', staffIds: ['王芳'], ...given })
/** 2026-11-23 is a Monday. */
const at = (time: string): number => Date.parse(`${time}+08:00`)

describe('a duty roster', () => {
  const roster = [line({}), line({ name: '夜班', weekdays: [1, 2, 3, 4, 5, 6, 7], from: '22:00', until: '07:00', staffIds: ['赵强', '王芳'] })]

  it('names who is on duty in the order of calling', () => {
    expect(onDuty(roster, at('2026-11-23T08:00:00'))).toEqual(['王芳'])
    expect(onDuty(roster, at('2026-11-23T17:30:00'))).toEqual([])
    expect(onDuty(roster, at('2026-11-23T23:00:00'))).toEqual(['赵强', '王芳'])
  })

  it('holds a night’s duty until the morning after, also from Sunday to Monday', () => {
    expect(onDuty(roster, at('2026-11-23T06:59:59'))).toEqual(['赵强', '王芳'])
    expect(onDuty([line({ name: '夜班', weekdays: [1], from: '22:00', until: '07:00' })], at('2026-11-23T06:00:00'))).toEqual([])
  })

  it('calls each person once though they stand in two lines, the first line first', () => {
    expect(onDuty([line({ staffIds: ['甲', '乙'] }), line({ staffIds: ['乙', '丙'] })], at('2026-11-23T10:00:00'))).toEqual(['甲', '乙', '丙'])
  })

  it('keeps to the days of a line that is entered for a holiday only', () => {
    const holiday = line({ weekdays: [1, 2, 3, 4, 5, 6, 7], dates: { from: '2026-10-01', until: '2026-10-07' }, from: '00:00', until: '00:00' })
    expect(onDuty([holiday], at('2026-10-07T23:59:59'))).toEqual(['王芳'])
    expect(onDuty([holiday], at('2026-10-08T00:00:00'))).toEqual([])
  })

  it('tells when the next duty begins', () => {
    expect(nextDuty([line({})], at('2026-11-27T18:00:00'))).toBe(at('2026-11-30T08:00:00'))
    expect(nextDuty([], at('2026-11-27T18:00:00'))).toBeNull()
    expect(nextDuty([line({ dates: { from: '2026-01-01', until: '2026-01-02' } })], at('2026-11-27T18:00:00'))).toBeNull()
  })
})
