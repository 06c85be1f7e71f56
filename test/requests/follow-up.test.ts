import { describe, expect, it } from 'vitest'
import { apply, isRefusal, levelReached } from '../../src/requests/apply-move.js'
import { badMark, handlersOf } from '../../src/requests/bad-mark.js'
import { followUpOf, reopenFor, silenceEnds } from '../../src/requests/follow-up.js'
import { at, doneAt, filedAt, local, moved, officeTime } from './neighbours.js'

const asked = doneAt(filedAt('2026-11-16T09:30'), '2026-11-16T10:00', '2026-11-17T10:00')
const marked = (stars: number, moment = '2026-11-18T10:00') => ({ ...asked, ratings: [...asked.ratings, { at: at(moment), residentId: 'memory:甲', stars, words: '' }] })

describe('silence', () => {
  it('files a request away only after the working days that were told beforehand', () => {
    const until = silenceEnds(officeTime, at('2026-11-17T10:00'))
    expect(until === null ? null : local(until)).toBe('2026-11-24T17:30')
    expect(followUpOf(asked, officeTime, at('2026-11-24T17:30'))).toEqual({ kind: 'waiting', until })
    expect(followUpOf(asked, officeTime, at('2026-11-24T17:31'))).toEqual({ kind: 'lapsed' })
  })

  it('does not run over a festival', () => {
    const before = doneAt(filedAt('2026-09-29T09:30'), '2026-09-29T10:00', '2026-09-30T10:00')
    expect(followUpOf(before, officeTime, at('2026-10-12T09:00'))).toMatchObject({ kind: 'waiting', until: at('2026-10-13T17:30') })
  })

  it('closes nothing where the days can’t be counted, and no day is told', () => {
    const closed = { ...officeTime, hours: null }
    const untold = doneAt(filedAt('2026-11-16T09:30'), '2026-11-16T10:00', '2026-11-17T10:00', closed)
    // Not even when the hours are entered later: nobody was told beforehand.
    expect(followUpOf(untold, officeTime, at('2027-05-01T09:00'))).toEqual({ kind: 'waiting', until: null })
    expect(silenceEnds(closed, at('2026-11-17T10:00'))).toBeNull()
  })
})

describe('a bad mark', () => {
  it.each([[1, 'call-back'], [badMark, 'call-back'], [3, 'waiting'], [5, 'waiting']])('%i of 5: %s', (stars, kind) => {
    expect(followUpOf(marked(stars), officeTime, at('2026-11-18T11:00')).kind).toBe(kind)
  })

  it('is called back by another than who handled it', () => {
    const bad = marked(1)
    expect(followUpOf(bad, officeTime, at('2026-11-18T11:00'))).toMatchObject({ notBy: ['li'] })
    expect(apply(bad, { name: 'call-back', reason: '已道歉', brings: null }, { actor: { kind: 'staff', id: 'li', name: 'li' }, isLead: true, now: at('2026-11-18T14:30') })).toMatchObject({ refused: 'not-yours' })
    const answered = moved(bad, '2026-11-18T14:30', 'reply', 'zhou', null, '马上来看')
    expect(followUpOf(answered, officeTime, at('2026-11-18T15:00')).kind).toBe('call-back')
    const byOther = moved(bad, '2026-11-18T14:30', 'call-back', 'zhou', null, '居民说灯又灭了')
    expect(followUpOf(byOther, officeTime, at('2026-11-18T15:00')).kind).toBe('waiting')
  })

  it('is over when the resident marks it well afterwards', () => {
    const better = { ...marked(1), ratings: [...marked(1).ratings, { at: at('2026-11-19T10:00'), residentId: 'memory:甲', stars: 5, words: '' }] }
    expect(followUpOf(better, officeTime, at('2026-11-19T11:00')).kind).toBe('waiting')
  })
})

describe('a request reopened by its resident', () => {
  it('stays with its owner and is shown to the lead, once', () => {
    const again = reopenFor(asked, { residentId: 'memory:甲', reason: '没解决', now: at('2026-11-18T10:00') })
    if (isRefusal(again)) throw new Error(again.refused)
    expect([again.status, again.owner.id, levelReached(again)]).toEqual(['reopened', 'li', 'community'])
    const twice = reopenFor({ ...again, status: 'confirming' }, { residentId: 'memory:甲', reason: '还是没解决', now: at('2026-11-19T10:00') })
    expect(isRefusal(twice) ? twice.refused : levelReached(twice)).toBe('community')
  })

  it('is not reopened by a neighbour', () => {
    expect(reopenFor(asked, { residentId: 'memory:乙', reason: '没解决', now: at('2026-11-18T10:00') })).toMatchObject({ refused: 'not-yours' })
  })
})

describe('after it was done', () => {
  it('its resident is asked, and what is settled or open is left alone', () => {
    const open = moved(filedAt('2026-11-16T09:30'), '2026-11-16T10:00', 'take', 'li')
    const done = moved(open, '2026-11-17T10:00', 'close', 'li', { kind: 'evidence', attachmentIds: ['p1'], statement: '' })
    expect([open, done, moved(asked, '2026-11-17T11:00', 'confirm', '甲')].map((one) => followUpOf(one, officeTime, at('2026-11-17T12:00')).kind)).toEqual(['none', 'ask', 'none'])
  })

  it('knows who had it in hand, not who only looked after it', () => {
    const supervised = moved(moved(filedAt('2026-11-16T09:30'), '2026-11-16T10:00', 'take', 'li'), '2026-11-16T11:00', 'supervise', 'lead')
    expect(handlersOf(supervised)).toEqual(['li'])
  })
})
