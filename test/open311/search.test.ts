import { describe, expect, it } from 'vitest'
import { find, mostRequests, readParameters, readSearch } from '../../src/open311/search.js'
import { loadServices } from '../../src/knowledge/services.js'
import type { ServiceRequest } from '../../src/requests/service-request.js'
import { requestNamed } from '../store/rows.js'

const dayMs = 86_400_000
const now = Date.parse('2026-11-23T10:00:00+08:00')
const services = await loadServices('knowledge')

/** Newest first, as they are searched. */
function requests(count: number, daysBetween: number): readonly ServiceRequest[] {
  return Array.from({ length: count }, (_, n) => requestNamed(`r${n}`, { number: `HZ-2611-${String(n).padStart(4, '0')}`, serviceCode: 'public-fault', filedAt: now - n * daysBetween * dayMs, updatedAt: now - n * daysBetween * dayMs }))
}
const search = (all: readonly ServiceRequest[], query: Record<string, string | readonly string[]>) => find(all, readSearch(readParameters(query), now), services)

describe('a search that names no limits', () => {
  it('finds the first 1,000', () => {
    expect(search(requests(1_050, 0.01), {})).toHaveLength(mostRequests)
    expect(search(requests(1_050, 0.01), { page: '2' })).toHaveLength(50)
  })
  it('finds those of the last 90 days', () => {
    expect(search(requests(200, 1), {})).toHaveLength(91)
  })
})

describe('a search by days', () => {
  const all = requests(300, 1)
  it('with one end reaches 90 days to the other, or to now', () => {
    expect(search(all, { start_date: '2026-11-21T10:00:00+08:00' })).toHaveLength(3)
    expect(search(all, { start_date: '2026-06-01T10:00:00+08:00' })).toHaveLength(91)
    expect(search(all, { end_date: '2026-08-01T10:00:00+08:00' })).toHaveLength(91)
  })
  it('takes the W3C’s forms of a moment, a plus sign that came as a blank too, and nothing without its zone', () => {
    for (const start of ['2026-11-22T02:00:00Z', '2026-11-22T10:00:00+08:00', '2026-11-22T10:00:00 08:00', '2026-11-22T02:00Z', '2026-11-21T21:00:00-05:00']) expect([start, search(all, { start_date: start }).length]).toEqual([start, 2])
    for (const start of ['2026-11-22', '2026-11-22T10:00:00', '2026-13-22T10:00:00Z', 'yesterday']) expect(() => search(all, { start_date: start }), start).toThrow(/start_date has to be in W3C format/)
  })
})

describe('a search by number', () => {
  const all = requests(120, 1)
  it('finds all that are named, however old, and nothing else counts', () => {
    const found = search(all, { service_request_id: 'HZ-2611-0003,hz-2611-0110', status: 'closed', start_date: 'never' })
    expect(found.map(({ number }) => number)).toEqual(['HZ-2611-0003', 'HZ-2611-0110'])
  })
  it('may name each by itself', () => {
    expect(search(all, { service_request_id: ['HZ-2611-0001', 'HZ-2611-0002'] })).toHaveLength(2)
  })
  it('that is empty counts for none', () => {
    expect(search(all, { service_request_id: ' ', service_code: '', status: '' })).toHaveLength(91)
  })
})
