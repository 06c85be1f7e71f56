import { describe, expect, it } from 'vitest'
import { boardOf } from '../../src/requests/board.js'
import type { Service } from '../../src/requests/services.js'
import type { ServiceRequest } from '../../src/requests/service-request.js'
import { aRequest } from '../pages/fixture-desk.js'

const now = Date.UTC(2026, 10, 23, 2, 0)
const services = {
  byCode: (code: string) => ({ code, term: null, claimHours: null, owner: code === 'property-complaint' ? 'lead' : 'grid', disclosure: code === 'elderly' ? 'personal' : 'public' }) as unknown as Service,
}
const given = { services, time: { years: new Map(), hours: null }, now, responseHours: 4 }
const board = (...requests: readonly ServiceRequest[]) => boardOf(requests, given)
const numbers = (...requests: readonly ServiceRequest[]) => board(...requests).requests.map(({ number }) => number)

describe('the public board', () => {
  it('tells number, kind and how far a public matter is, and nothing of whoever said it', () => {
    const shown = board(aRequest({ id: '1', address: '3栋2单元502', description: '王大爷家门口灯坏了，电话13800000001' }))
    expect(shown.requests).toEqual([{ number: 'DH-2611-0001', kind: '公共照明', state: 'taken', filedAt: Date.UTC(2026, 10, 22, 2, 0), endedAt: null }])
    expect(JSON.stringify(shown)).not.toMatch(/王大爷|138|502|3栋|r1|一网格/)
  })

  it.each<[string, Partial<ServiceRequest>]>([
    ['a matter of a household', { serviceCode: 'elderly' }], ['a complaint', { intent: 'rate_complain' }], ['what only the lead handles', { serviceCode: 'property-complaint' }],
    ['what was asked to stay unnamed', { discretion: 'anonymous' }], ['what was asked to stay between us', { discretion: 'private' }],
    ['a draft', { status: 'draft' }], ['what was taken back', { status: 'withdrawn', settledAt: now }],
  ])('leaves out %s', (_, request) => {
    expect(numbers(aRequest({ id: '1', ...request }), aRequest({ id: '2' }))).toEqual(['DH-2611-0002'])
  })

  it('counts the month by kind, and what is open of whatever month', () => {
    const shown = board(
      aRequest({ id: '1' }), aRequest({ id: '2', status: 'resolved', settledAt: now }), aRequest({ id: '3', serviceName: '环境卫生', status: 'declined', settledAt: now }),
      aRequest({ id: '4', filedAt: Date.UTC(2026, 9, 1), status: 'in-progress' }),
    )
    expect([shown.month, shown.filed, shown.finished, shown.open]).toEqual(['2026-11', 3, 1, 2])
    expect(shown.kinds).toEqual([{ name: '公共照明', filed: 2, finished: 1 }, { name: '环境卫生', filed: 1, finished: 0 }])
  })

  it('shows no rate of fewer than five', () => {
    const rated = (id: string) => aRequest({ id, status: 'resolved', settledAt: now, ratings: [{ at: now, residentId: 'r1', stars: 5, words: '' }] })
    expect(board(...['1', '2', '3', '4'].map(rated)).rates).toEqual([])
    expect(board(...['1', '2', '3', '4', '5'].map(rated)).rates).toContainEqual(expect.objectContaining({ name: 'satisfied', counted: 5, of: 5 }))
  })
})
