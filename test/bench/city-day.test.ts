import { describe, expect, it } from 'vitest'
import { dayOf, type DayPlan } from '../../src/bench/city/day.js'

const plan: DayPlan = { communities: 100, householdsEach: 300, messages: 20_000, seed: 7, storm: { from: 18, until: 19, communities: 10, times: 50 } }
const hourOf = (at: number): number => Math.floor(at / 3_600_000)

describe('a day of the simulated city', () => {
  const day = dayOf(plan)
  const calm = day.filter(({ kind }) => kind !== 'outage')

  it('holds as many messages as it is told to, in order, in its communities and households', () => {
    expect(Math.abs(calm.length - plan.messages)).toBeLessThanOrEqual(24)
    expect(day.every((errand, n) => n === 0 || errand.at >= (day[n - 1]?.at ?? 0))).toBe(true)
    expect(day.every(({ community, household, at }) => community < 100 && household < 300 && at < 24 * 3_600_000)).toBe(true)
  })

  it('peaks in the morning and sleeps at night', () => {
    const perHour = Array.from({ length: 24 }, (_, hour) => calm.filter(({ at }) => hourOf(at) === hour).length)
    expect(perHour.indexOf(Math.max(...perHour))).toBe(9)
    expect(Math.max(...perHour.slice(0, 5)) * 20).toBeLessThan(perHour[9] ?? 0)
  })

  it('brings the district, while its storm lasts, fifty times the reports of faults', () => {
    const outages = day.filter(({ kind }) => kind === 'outage')
    expect(outages.every(({ at, community }) => hourOf(at) === 18 && community < 10)).toBe(true)
    const usual = calm.filter(({ kind, at }) => kind === 'fault' && hourOf(at) === 18).length / 10
    expect(outages.length / usual).toBeGreaterThan(40)
    expect(outages.length / usual).toBeLessThan(60)
  })

  it('is the same day for the same seed, and another for another', () => {
    expect(dayOf(plan)).toEqual(day)
    expect(dayOf({ ...plan, seed: 8 })).not.toEqual(day)
  })
})
