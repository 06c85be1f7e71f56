import { afterAll, describe, expect, it } from 'vitest'
import { dueOf } from '../../src/requests/clock.js'
import type { Term } from '../../src/requests/services.js'
import { at, filedAt, local, moved, officeTime } from './neighbours.js'
import { seededRandom } from '../../src/random.js'

/** Days without work and make-up days of the end of 2025 and of 2026, written out from the notices, apart from the product's tables. */
const off = new Set(
  `2025-10-01 2025-10-02 2025-10-03 2025-10-04 2025-10-05 2025-10-06 2025-10-07 2025-10-08 2026-01-01 2026-01-02 2026-01-03 2026-02-15 2026-02-16 2026-02-17 2026-02-18 2026-02-19 2026-02-20 2026-02-21 2026-02-22 2026-02-23
2026-04-04 2026-04-05 2026-04-06 2026-05-01 2026-05-02 2026-05-03 2026-05-04 2026-05-05 2026-06-19 2026-06-20 2026-06-21 2026-09-25 2026-09-26 2026-09-27 2026-10-01 2026-10-02 2026-10-03 2026-10-04 2026-10-05 2026-10-06 2026-10-07`.split(/\s+/),
)
const makeUp = new Set('2025-09-28 2025-10-11 2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10'.split(' '))
const [minute, hour] = [60_000, 3_600_000]

function isWorkday(day: string): boolean {
  const weekday = new Date(`${day}T12:00:00+08:00`).toLocaleDateString('en-US', { timeZone: 'Asia/Shanghai', weekday: 'short' })
  return makeUp.has(day) || (!off.has(day) && weekday !== 'Sat' && weekday !== 'Sun')
}
const workdays = new Map(Array.from({ length: 500 }, (_, n) => local(at('2025-09-01T12:00') + n * 24 * hour).slice(0, 10)).map((day) => [day, isWorkday(day)]))

/** Half past eight to noon and two to half past five, in this very minute. */
function isManned(moment: number): boolean {
  const [day, time] = local(moment).split('T')
  if (workdays.get(day ?? '') !== true || time === undefined) return false
  return (time >= '08:30' && time < '12:00') || (time >= '14:00' && time < '17:30')
}

/** Counted day by day: the end of the `count`-th working day after; then, minute by minute, on for as long as the resident was waited for. */
function countedBy(since: number, count: number, waited: readonly (readonly [from: number, until: number])[]): number {
  let noon = at(`${local(since).slice(0, 10)}T12:00`)
  for (let left = count; left > 0;) {
    noon += 24 * hour
    if (workdays.get(local(noon).slice(0, 10)) === true) left -= 1
  }
  let due = at(`${local(noon).slice(0, 10)}T17:30`)
  let owed = 0
  for (const [from, until] of waited) for (let moment = from; moment < until; moment += minute) if (isManned(moment)) owed += 1
  while (owed > 0) {
    if (isManned(due)) owed -= 1
    due += minute
  }
  return due
}

const zone = process.env['TZ']
afterAll(() => {
  if (zone === undefined) delete process.env['TZ']
  else process.env['TZ'] = zone
})

describe('the deadline of a request', () => {
  it.each(['UTC', 'Asia/Shanghai', 'America/New_York'])('is right for 1,000 requests, waits and a clock that is set an hour on or back among them, on a machine in %s', (zoneName) => {
    process.env['TZ'] = zoneName
    const chance = seededRandom(20_261_123)
    const upTo = (most: number): number => Math.floor(chance() * most)
    const wrong: string[] = []
    for (let n = 0; n < 1_000; n += 1) {
      // Every fifth begins around a make-up day.
      const start = n % 5 === 0 ? at(n % 2 === 0 ? '2026-02-12T08:00' : '2026-10-08T08:00') + upTo(4 * 24 * 60) * minute : at('2025-09-01T00:00') + upTo(420 * 24 * 60) * minute
      const clockSet = [-hour, 0, hour][n % 3] ?? 0
      const term = { workdays: 1 + upTo(10), source: '测试', date: '2026-01-01' } satisfies Term
      let request = moved(filedAt(local(start)), local(start), 'take', 'li')
      const waits: [number, number][] = []
      if (n % 4 === 0) {
        // From here on the machine's clock is what it was set to.
        const asked = start + 10 * minute + clockSet
        const answered = asked + upTo(3 * 24 * 60) * minute + minute
        request = moved(moved(request, local(asked), 'ask-resident', 'li'), local(answered), 'supplement', 'bot')
        // Nothing is written down as earlier than what came before it.
        waits.push([Math.max(start, asked), Math.max(start, answered)])
      }
      const due = dueOf(request, term, officeTime, start + 24 * hour + clockSet)
      const counted = countedBy(start, term.workdays, waits)
      if (due.kind !== 'running' || due.dueAt !== counted) wrong.push(`${local(start)} ${JSON.stringify(term)} ${waits.map((each) => each.map(local).join('–')).join()}: ${due.kind === 'running' ? local(due.dueAt) : due.kind}, counted ${local(counted)}`)
    }
    expect(wrong).toEqual([])
  }, 60_000)

  it('that runs into a year nobody has entered is 待确认 and never a day', () => {
    const year = (count: number, from: string) => dueOf(filedAt(from), { workdays: count, source: '测试', date: '2026-01-01' }, officeTime, at(from))
    for (let count = 1; count <= 10; count += 1) expect(year(count, '2026-12-31T10:00')).toEqual({ kind: 'unknown', why: 'no-calendar', year: 2027 })
    expect(year(1, '2026-12-30T10:00')).toMatchObject({ kind: 'running', dueAt: at('2026-12-31T17:30') })
  })
})
