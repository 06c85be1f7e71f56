import { describe, expect, it } from 'vitest'
import { createCoordinations } from '../../src/conversation/coordinations.js'
import { createTeller } from '../../src/conversation/teller.js'
import type { Store } from '../../src/store/store.js'
import { bothStoresOfFile } from '../store/both-stores.js'
import { HUZHOU, requestNamed } from '../store/rows.js'
import { put } from '../store/writes.js'

const now = Date.parse('2026-11-23T09:30:00+08:00')
describe.each(bothStoresOfFile())('like complaints on %s', (_name, open) => {
  it('raise one proposal, however many look at once, and later ones join it', async () => {
    const [one, other] = await open()
    let serial = 0
    const look = (store: Store): Promise<number> => createCoordinations({
      store, teller: createTeller({ store, outbox: { push: () => undefined }, now: () => now, newId: () => 'row' }), now: () => now, newId: () => `coordination-${(serial += 1)}`, log: () => undefined,
    }).look(HUZHOU)
    const complaint = (id: string) => put('requests', requestNamed(id, {
      serviceCode: 'property-complaint', description: `${id}栋物业保洁不干活`, status: 'assigned', filedAt: now - 1_000,
      reporters: [{ residentId: `r${id}`, conversationId: `c${id}`, chat: 'private', at: now, words: '' }],
    }))
    await one.commit(HUZHOU, ['1', '2', '3'].map(complaint))
    const raised = await Promise.all([look(one), look(other), look(one), look(other)])
    expect(raised.reduce((sum, count) => sum + count, 0)).toBe(1)
    await one.commit(HUZHOU, [complaint('4')])
    await look(other)
    expect(await one.find(HUZHOU, 'coordinations', {})).toMatchObject([{ subject: '保洁', requestIds: ['3', '2', '1', '4'], state: 'proposed' }])
  })
})
