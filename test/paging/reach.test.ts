import { afterAll, describe, expect, it } from 'vitest'
import { createHealthBoard } from '../../src/channels/health.js'
import { createPairing } from '../../src/channels/pairing.js'
import { PLATFORM, type CommunityId } from '../../src/knowledge/community.js'
import { createReach } from '../../src/paging/reach.js'
import { rosterId } from '../../src/paging/roster.js'
import { aStaffAccount, HUZHOU, PUYANG } from '../store/rows.js'
import { openTempStore } from '../store/temp-store.js'

const now = Date.parse('2026-11-23T10:00:00+08:00')
const { store, close } = await openTempStore()
afterAll(close)
const health = createHealthBoard(() => now)
const present = new Set<string>()
const pairing = createPairing({ store, now: () => now })
const reach = createReach({ store, pairing, health, present: () => Promise.resolve(present), now: () => now })

const staff = [['wang', 'staff', [HUZHOU]], ['zhao', 'staff', [HUZHOU]], ['li', 'lead', [HUZHOU]], ['far', 'lead', [PUYANG]], ['boss', 'admin', 'all'], ['ear', 'auditor', 'all']] as const
await store.commit(PLATFORM, staff.map(([id, role, scope]) => ({ op: 'put', table: 'staff', row: aStaffAccount({ id, login: id, name: id, role, scope }) })))
await store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: aStaffAccount({ id: 'gone', login: 'gone', scope: [HUZHOU], disabled: true }) }])
await store.commit(HUZHOU, [{ op: 'put', table: 'rosters', row: { id: rosterId, rev: 0, lines: [{ name: '白班', weekdays: [1], dates: null, from: '08:00', until: '18:00', staffIds: ['gone', 'wang', 'zhao'] }], changedAt: 0, changedBy: 'li' } }])
const order = async (kind: 'danger' | 'person', community: CommunityId = HUZHOU): Promise<readonly string[]> => (await reach.candidates(community, { kind, what: '' })).map(({ staffId, by }) => `${staffId}:${by.join('+')}`)

describe('who is called', () => {
  it('in danger: those on duty, then leads and administrators of the community, never an auditor or a closed account', async () => {
    expect(await order('danger')).toEqual(['wang:', 'zhao:', 'li:', 'boss:'])
    expect(await order('danger', PUYANG)).toEqual(['far:', 'boss:'])
  })

  it('for a person: those on duty, and whoever is at the desk', async () => {
    expect(await order('person')).toEqual(['wang:', 'zhao:'])
    present.add('li')
    expect(await order('person')).toEqual(['wang:', 'zhao:', 'li:desk'])
    present.clear()
  })

  it('is reached on Lark as long as Lark is up', async () => {
    await pairing.remember('lark:ou_w', 'lark', { staffId: 'wang' })
    expect((await order('person'))[0]).toBe('wang:')
    health.report('lark', { kind: 'online' })
    expect((await order('person'))[0]).toBe('wang:lark')
    expect(await reach.chats('wang')).toEqual([{ channel: 'lark', conversationId: 'lark:p2p:ou_w' }])
    health.report('lark', { kind: 'offline', reason: '断了' })
    expect((await order('person'))[0]).toBe('wang:')
  })

  it('is whoever stands in for one who is away, unless that one is at the desk', async () => {
    await store.commit(HUZHOU, [{ op: 'put', table: 'absences', row: { id: 'wang', rev: 0, kind: 'staff', name: 'wang', until: now + 1_000, standIn: { kind: 'staff', id: 'li', name: 'li' }, setBy: { id: 'li', name: 'li' }, at: now } }])
    expect(await order('danger')).toEqual(['li:', 'zhao:', 'boss:'])
    present.add('wang')
    expect(await order('danger')).toEqual(['wang:desk', 'zhao:', 'li:', 'boss:'])
    present.clear()
  })
})
