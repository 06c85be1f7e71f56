import { describe, expect, it } from 'vitest'
import { loadCalendar } from '../../src/knowledge/calendar.js'
import { apply, isRefusal, type Hand, type Move } from '../../src/requests/apply-move.js'
import { climbOf, dueOf, mayUrge, urgesPerDay } from '../../src/requests/clock.js'
import { dutyPost } from '../../src/requests/routing.js'
import { fileRequest, type RequestDraft, type ServiceRequest } from '../../src/requests/service-request.js'
import type { Term } from '../../src/requests/services.js'
import { openingHoursSchema, type WorkingTime } from '../../src/requests/working-time.js'

const weekday = ['08:30-12:00', '14:00-17:30']
const time: WorkingTime = {
  years: await loadCalendar('knowledge'),
  hours: openingHoursSchema.parse({ seasons: [{ monday: weekday, tuesday: weekday, wednesday: weekday, thursday: weekday, friday: weekday, saturday: [], sunday: [] }], source: '测试', date: '2026-01-01' }),
}
const term: Term = { workdays: 5, source: '测试', date: '2026-01-01' }
const at = (local: string): number => Date.parse(`${local}:00+08:00`)
const local = (moment: number): string => new Date(moment + 8 * 3_600_000).toISOString().slice(0, 16)

const draft: RequestDraft = {
  serviceCode: 'public-fault', serviceName: '公共设施报修', intent: 'repair_env', description: '楼道灯坏了', address: '3栋2单元', fields: [], attachmentIds: [],
  appointment: null, sourceKey: 'memory:m1:0', residentId: 'memory:甲', channel: 'memory', conversationId: 'memory:private:甲', chat: 'private', forwardTo: null,
}
/** Filed on a Monday morning. */
const filed = fileRequest(draft, { id: '1', number: 'HZ-2611-0001', now: at('2026-11-16T09:30'), owner: dutyPost, placeKey: 'key' })
const hand = (moment: string, id = 'li'): Hand => ({ actor: id === 'bot' ? { kind: 'bot' } : { kind: 'staff', id, name: id }, isLead: id === 'lead', now: at(moment) })
function make(request: ServiceRequest, moment: string, move: Partial<Move> & Pick<Move, 'name'>, id = 'li'): ServiceRequest {
  const after = apply(request, { reason: '有原因', brings: null, ...move }, hand(moment, id))
  if (isRefusal(after)) throw new Error(after.refused)
  return after
}
const taken = make(filed, '2026-11-16T10:00', { name: 'take' })
const dueAt = (request: ServiceRequest, moment: string): string => {
  const due = dueOf(request, term, time, at(moment))
  return due.kind === 'running' || due.kind === 'closed' ? local(due.dueAt) : due.kind
}

describe('a promise of five working days', () => {
  it('ends with the hours of the fifth working day after', () => {
    expect(dueAt(taken, '2026-11-16T10:00')).toBe('2026-11-23T17:30')
  })

  it.each([['2026-11-16T10:00', 'early'], ['2026-11-19T10:00', 'half'], ['2026-11-22T10:00', 'near'], ['2026-11-23T17:30', 'near'], ['2026-11-23T17:31', 'overdue']])('is reminded of at half and at four fifths of the working time: at %s it is %s', (moment, stage) => {
    expect(dueOf(taken, term, time, at(moment))).toMatchObject({ kind: 'running', stage })
  })

  it('stands still while the resident has to say something, and goes on after for as long', () => {
    const asked = make(taken, '2026-11-18T17:00', { name: 'ask-resident' })
    expect(dueOf(asked, term, time, at('2026-11-19T10:00'))).toEqual({ kind: 'paused', since: at('2026-11-18T17:00') })
    const answered = make(asked, '2026-11-19T09:30', { name: 'supplement' })
    // Half an hour before the evening and an hour of the morning were the resident's.
    expect(dueAt(answered, '2026-11-19T10:00')).toBe('2026-11-24T10:00')
  })

  it('is longer by what the lead approved, not by what was asked', () => {
    const asked = make(taken, '2026-11-18T10:00', { name: 'ask-extension', brings: { kind: 'extension', workdays: 2 } })
    expect(dueAt(asked, '2026-11-18T11:00')).toBe('2026-11-23T17:30')
    expect(dueAt(make(asked, '2026-11-18T12:00', { name: 'approve-extension' }, 'lead'), '2026-11-18T13:00')).toBe('2026-11-25T17:30')
  })

  it('says in the end whether it was kept, and begins anew when it is done again', () => {
    const closed = (moment: string) => make(taken, moment, { name: 'close', brings: { kind: 'evidence', attachmentIds: [], statement: '换了灯泡' } })
    expect(dueOf(closed('2026-11-23T17:30'), term, time, at('2026-12-01T10:00'))).toMatchObject({ kind: 'closed', inTime: true })
    expect(dueOf(closed('2026-11-24T08:30'), term, time, at('2026-12-01T10:00'))).toMatchObject({ kind: 'closed', inTime: false })
    const again = make(make(closed('2026-11-20T10:00'), '2026-11-20T10:00', { name: 'ask-confirm' }, 'bot'), '2026-11-24T10:00', { name: 'reopen' })
    expect(dueAt(again, '2026-11-24T11:00')).toBe('2026-12-01T17:30')
  })

  it('is not shown where none was promised, and raises an alarm where it can’t be reckoned', () => {
    expect(dueOf(taken, null, time, at('2026-11-16T10:00'))).toEqual({ kind: 'unpromised' })
    expect(dueOf(taken, term, { ...time, hours: null }, at('2026-11-16T10:00'))).toEqual({ kind: 'unknown', why: 'no-hours' })
    const late = fileRequest(draft, { id: '2', number: 'HZ-2612-0001', now: at('2026-12-29T10:00'), owner: dutyPost, placeKey: null })
    expect(dueOf(late, term, time, at('2026-12-29T11:00'))).toEqual({ kind: 'unknown', why: 'no-calendar', year: 2027 })
  })

  it('in hours counts working time only', () => {
    expect(dueOf(taken, { hours: 8, source: '测试', date: '2026-01-01' }, time, at('2026-11-16T10:00'))).toMatchObject({ dueAt: at('2026-11-17T10:30') })
  })
})

describe('what climbs', () => {
  const service = { term, claimHours: null }

  it('is work nobody has taken for half a day, one level and then the next', () => {
    expect(climbOf(filed, service, time, at('2026-11-16T15:29'))).toBeNull()
    expect(climbOf(filed, service, time, at('2026-11-16T15:30'))).toEqual({ kind: 'climb', level: 'community', why: 'unclaimed' })
    const up = make(filed, '2026-11-16T15:30', { name: 'escalate', brings: { kind: 'level', level: 'community' } }, 'bot')
    expect(climbOf(up, service, time, at('2026-11-17T16:29'))).toBeNull()
    expect(climbOf(up, service, time, at('2026-11-17T16:30'))).toEqual({ kind: 'climb', level: 'street', why: 'unclaimed' })
    expect(climbOf(taken, service, time, at('2026-11-17T16:30'))).toBeNull()
  })

  it('sooner where its service says so', () => {
    expect(climbOf(filed, { term, claimHours: 1 }, time, at('2026-11-16T10:30'))).toMatchObject({ why: 'unclaimed' })
  })

  it('is no booking before its time has come', () => {
    const booked: ServiceRequest = { ...filed, appointment: { slotId: 'window@2026-11-20T09:00', at: '2026-11-20T09:00:00+08:00', until: '2026-11-20T09:30:00+08:00', what: '窗口' } }
    expect(climbOf(booked, service, time, at('2026-11-19T15:30'))).toBeNull()
    expect(climbOf(booked, service, time, at('2026-11-20T15:30'))).toMatchObject({ why: 'unclaimed' })
  })

  it('is what is overdue, even after it had climbed for being unclaimed', () => {
    expect(climbOf(taken, service, time, at('2026-11-23T17:30'))).toBeNull()
    expect(climbOf(taken, service, time, at('2026-11-24T08:30'))).toEqual({ kind: 'climb', level: 'community', why: 'overdue' })
    const up = make(filed, '2026-11-16T15:30', { name: 'escalate', brings: { kind: 'level', level: 'community' } }, 'bot')
    expect(climbOf(make(up, '2026-11-16T16:00', { name: 'take' }), service, time, at('2026-11-24T08:30'))).toEqual({ kind: 'climb', level: 'street', why: 'overdue' })
  })

  it('is what was handed back and not dispatched anew in its time', () => {
    const returned = make(taken, '2026-11-17T10:00', { name: 'return', brings: { kind: 'deadline', dueAt: at('2026-11-19T17:30') } })
    expect(climbOf(returned, service, time, at('2026-11-19T17:30'))).toBeNull()
    expect(climbOf(returned, service, time, at('2026-11-20T09:00'))).toMatchObject({ why: 'not-redispatched' })
  })

  it('ends at the top, and with the request', () => {
    let request = filed
    for (const level of ['community', 'street', 'county', 'city'] as const) request = make(request, '2026-11-16T15:00', { name: 'escalate', brings: { kind: 'level', level } }, 'bot')
    expect(climbOf(request, service, time, at('2026-12-20T10:00'))).toBeNull()
    const closed = make(taken, '2026-11-17T10:00', { name: 'close', brings: { kind: 'evidence', attachmentIds: [], statement: '好了' } })
    expect(climbOf(closed, service, time, at('2026-12-20T10:00'))).toBeNull()
  })
})

describe('urging', () => {
  it('is limited for each person in a day', () => {
    const urged = { urges: Array.from({ length: urgesPerDay }, (_, i) => ({ at: at(`2026-11-16T1${i}:00`), residentId: 'memory:甲' })) }
    expect([mayUrge(urged, 'memory:甲', at('2026-11-16T18:00')), mayUrge(urged, 'memory:乙', at('2026-11-16T18:00')), mayUrge(urged, 'memory:甲', at('2026-11-17T10:01'))]).toEqual([false, true, true])
  })
})
