import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { answered, called, ended, held, isGoing, newPage, nextMove, rowFailed } from '../../src/paging/ladder.js'
import type { Candidate, Page, PageCause } from '../../src/paging/page.js'

const noon = Date.parse('2026-11-23T12:00:00+08:00')
const night = Date.parse('2026-11-23T23:30:00+08:00')
const minute = 60_000
const danger: PageCause = { kind: 'danger', what: '火情' }
const person: PageCause = { kind: 'person', what: '居民找人工' }
const who = (staffId: string, by: Candidate['by'] = ['lark']): Candidate => ({ staffId, name: staffId, by })
const page = (cause: PageCause, at = noon): Page => newPage({ id: 'p', number: 12, cause, conversationId: 'c' }, at)

/** Calls until it ends, and who was called when. */
function callAll(start: Page, candidates: readonly Candidate[], from: number): { readonly page: Page; readonly calls: readonly (readonly [who: string, minutes: number])[] } {
  let now = from
  let standing = start
  const calls: (readonly [string, number])[] = []
  for (let i = 0; i < 3_000 && isGoing(standing); i += 1) {
    const move = nextMove(standing, candidates, now)
    if (move.kind === 'call') { standing = called(standing, move.who, [], now); calls.push([move.who.staffId, (now - from) / minute]) }
    if (move.kind === 'hold') standing = held(standing, move.until)
    if (move.kind === 'end') standing = ended(standing, 'unanswered', now)
    now = Math.max(now, standing.nextAt)
  }
  return { page: standing, calls }
}

describe('a call in danger', () => {
  it('goes from one to the next every two minutes, twice round, at any hour', () => {
    expect(callAll(page(danger, night), [who('甲'), who('乙')], night).calls).toEqual([['甲', 0], ['乙', 2], ['甲', 4], ['乙', 6]])
  })

  it('passes over whoever can’t be reached', () => {
    expect(callAll(page(danger), [who('甲', []), who('乙')], noon).calls).toEqual([['乙', 0], ['乙', 2]])
  })

  it('goes to the next at once when nothing of it arrived, but not where the desk’s page was open', () => {
    const first = called(page(danger), who('甲'), ['row'], noon)
    expect(rowFailed(first, 'row', noon + 1_000)).toMatchObject({ nextAt: noon + 1_000, steps: [{ failed: true }] })
    const atDesk = called(page(danger), who('甲', ['desk', 'lark']), ['row'], noon)
    expect(rowFailed(atDesk, 'row', noon + 1_000)).toMatchObject({ nextAt: noon + 2 * minute, steps: [{ failed: false }] })
    expect(rowFailed(first, 'other', noon)).toBeNull()
  })

  it('that nobody can be reached for is held and looked at again, for a day', () => {
    const { page: over, calls } = callAll(page(danger), [], noon)
    expect([over.state, calls, (over.endedAt ?? 0) - noon]).toEqual(['unanswered', [], 24 * 60 * minute])
  })
})

describe('a call for a person who is asked for', () => {
  it('goes on after ten minutes, once round', () => {
    expect(callAll(page(person), [who('甲'), who('乙')], noon).calls).toEqual([['甲', 0], ['乙', 10]])
  })

  it('waits for the morning at night', () => {
    expect(nextMove(page(person, night), [who('甲')], night)).toEqual({ kind: 'hold', until: Date.parse('2026-11-24T07:00:00+08:00') })
  })
})

describe('every call, whoever can be reached when', () => {
  const anyone = fc.record({ staffId: fc.constantFrom('甲', '乙', '丙', '丁'), name: fc.constant('某'), by: fc.subarray<'desk' | 'lark' | 'wechat'>(['desk', 'lark', 'wechat']) })
  const candidates = fc.uniqueArray(anyone, { selector: ({ staffId }) => staffId })
  const causes = fc.constantFrom<PageCause>(danger, person, { kind: 'channel', what: '断线', channel: 'wechat' }, { kind: 'test', what: '试', staffId: '甲' })

  it('ends, calls only who can be reached, nobody more than twice, and nobody at night who need not be woken', () => {
    fc.assert(fc.property(causes, candidates, fc.integer({ min: 0, max: 1_440 }), (cause, people, minutes) => {
      const from = noon + minutes * minute
      const { page: over, calls } = callAll(page(cause, from), people, from)
      expect(isGoing(over)).toBe(false)
      for (const { staffId, by } of people) expect(calls.filter(([called]) => called === staffId).length).toBe(by.length === 0 ? 0 : cause.kind === 'danger' || cause.kind === 'channel' ? 2 : 1)
      for (const step of over.steps) if (cause.kind === 'person') expect(new Date(step.at + 8 * 3_600_000).getUTCHours()).toSatisfy((hour: number) => hour >= 7 && hour < 22)
    }), { numRuns: 500 })
  })

  it('rests once somebody has answered', () => {
    fc.assert(fc.property(causes, candidates, fc.integer({ min: 0, max: 100 * minute }), (cause, people, later) => {
      expect(nextMove(answered(page(cause), { id: '甲', name: '甲' }, noon), people, noon + later)).toEqual({ kind: 'wait' })
    }))
  })

  it('never calls two people at once', () => {
    fc.assert(fc.property(causes, candidates, (cause, people) => {
      const { page: over } = callAll(page(cause), people, noon)
      expect(over.steps.every((step, i) => i === 0 || step.at >= (over.steps[i - 1]?.at ?? 0) + 2 * minute)).toBe(true)
    }))
  })
})
