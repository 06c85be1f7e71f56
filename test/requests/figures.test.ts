import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { figuresOf, formulas, rateNames, type FiguresGiven } from '../../src/requests/figures.js'
import type { ServiceRequest } from '../../src/requests/service-request.js'
import { createCatalogue } from '../../src/requests/services.js'
import { at, doneAt, filedAt, moved, officeTime } from './neighbours.js'

const services = createCatalogue([
  { code: 'public-fault', name: '公共设施报修', words: [], intents: ['repair_env'], disclosure: 'public', filing: 'at-once', fields: [], forwardTo: null, books: false, purpose: '修', term: { workdays: 2, source: '测试', date: '2026-11-01' } },
])
const given: FiguresGiven = { services, time: officeTime, now: at('2026-11-25T10:00'), responseHours: 4 }
const rated = (request: ServiceRequest, stars: number): ServiceRequest => ({ ...request, ratings: [...request.ratings, { at: at('2026-11-20T10:00'), residentId: request.residentId, stars, words: '' }] })

const quick = doneAt(filedAt('2026-11-16T09:00', '1'), '2026-11-16T10:00', '2026-11-17T10:00')
const solvedWell = rated(moved(quick, '2026-11-17T11:00', 'confirm', '甲'), 5)
const slow = doneAt(filedAt('2026-11-16T09:00', '2', { address: '5栋' }), '2026-11-18T10:00', '2026-11-20T10:00')
const notSolved = rated(moved(slow, '2026-11-20T11:00', 'reopen', '甲'), 1)
const silent = moved(doneAt(filedAt('2026-11-16T09:00', '3'), '2026-11-16T10:00', '2026-11-17T10:00'), '2026-11-25T09:00', 'lapse', 'bot')
const untouched = filedAt('2026-11-16T09:00', '4', { serviceCode: 'praise', serviceName: '表扬', address: null })
const withdrawn = moved(filedAt('2026-11-16T09:00', '5'), '2026-11-16T09:10', 'withdraw', '甲')
const all = [solvedWell, notSolved, silent, untouched, withdrawn]

describe('figures', () => {
  const { total, rows } = figuresOf(all, given)('service')

  it('show the list behind each number', () => {
    expect(total.rates.response).toMatchObject({ of: ['1', '2', '3', '4'], counted: ['1', '3'], share: 0.5 })
    expect(total.rates.solved).toMatchObject({ of: ['1', '2'], counted: ['1'], share: 0.5 })
    expect(total.rates.satisfied).toMatchObject({ of: ['1', '2'], counted: ['1'], share: 0.5 })
  })

  it('count as in time only what was promised a time', () => {
    // The second was done late and then reopened: its new time is over too.
    expect(total.rates['in-time']).toMatchObject({ of: ['1', '2', '3'], counted: ['1', '3'] })
  })

  it('leave a share open where there is nothing to divide by', () => {
    expect(rows.find(({ key }) => key === 'praise')?.rates.solved).toEqual({ of: [], counted: [], share: null })
  })

  it('do not take silence for solved, nor what was withdrawn at once for a missing answer', () => {
    expect(total.rates.solved.of).not.toContain('3')
    expect(total.rates.response.of).not.toContain('5')
  })

  it('are told by service, building and staff', () => {
    const keys = (by: 'service' | 'building' | 'staff') => figuresOf(all, given)(by).rows.map(({ key }) => key).sort()
    expect([keys('service'), keys('building'), keys('staff')]).toEqual([['praise', 'public-fault'], ['', '3', '5'], ['post:duty', 'staff:li']])
  })

  it('have a formula each', () => {
    expect(rateNames.map((name) => formulas[name].formula).every((formula) => formula.includes('÷'))).toBe(true)
  })

  it('add up: the lists of the rows are those of the whole, and no share leaves 0 to 1', () => {
    fc.assert(
      fc.property(fc.subarray(all), fc.constantFrom('service' as const, 'building' as const, 'staff' as const), (some, by) => {
        const figures = figuresOf(some, given)(by)
        for (const name of rateNames) {
          expect(figures.rows.flatMap((row) => row.rates[name].of).sort()).toEqual([...figures.total.rates[name].of].sort())
          const { of, counted, share } = figures.total.rates[name]
          expect(counted.every((id) => of.includes(id))).toBe(true)
          if (share !== null) expect(share).toBe(counted.length / of.length)
        }
      }),
    )
  })
})
