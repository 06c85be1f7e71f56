import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { listRequests } from '../../src/desk/inbox.js'
import { createRequestIndex, type RequestIndex } from '../../src/desk/request-index.js'
import type { CommunityId } from '../../src/knowledge/community.js'
import type { ServiceRequest } from '../../src/requests/service-request.js'
import { openEmbeddedStore, type EmbeddedStore } from '../../src/store/embedded.js'
import { aRequest } from '../pages/fixture-desk.js'

const here = 'east-lake' as CommunityId
const today = Date.UTC(2026, 10, 23, 2, 0)
let now = today
const lead = { id: 's1', name: '林工', isLead: true }

let folder: string
let store: EmbeddedStore
let index: RequestIndex
beforeEach(async () => {
  now = today
  folder = mkdtempSync(join(tmpdir(), 'yichuang-index-'))
  store = await openEmbeddedStore({ folder, create: true, now: () => now, onFatal: (error) => { throw error } })
  index = createRequestIndex({ store, termOf: () => null, workingTime: () => ({ years: new Map(), hours: null }), now: () => now })
})
afterEach(async () => {
  index.stop()
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const file = (given: Partial<ServiceRequest> & { readonly id: string }) => store.commit(here, [{ op: 'put', table: 'requests', row: aRequest({ rev: 0, ...given }) }])
const found = async (search: string) => (await listRequests(index, [here], { view: 'all', search, after: null }, lead)).requests.map(({ id }) => id)

describe('the search at the desk', () => {
  beforeEach(async () => {
    await file({ id: '01' })
    await file({ id: '02', description: '5栋的垃圾桶三天没清了', address: '5栋', fields: [{ name: 'phone', value: '138 0000 0042', normal: '13800000042', start: 0, end: 0 }] })
  })

  it.each([
    ['DH-2611-0002', ['02']], ['2611', ['02', '01']], ['垃圾桶', ['02']], ['垃圾桶 5栋', ['02']], ['垃圾桶 3栋', []], ['0042', ['02']], ['８栋', []], ['５栋', ['02']], ['5栋垃圾没清', ['02']], ['垃圾桶5栋', ['02']], ['5栋路灯', []],
  ])('finds by 「%s」 what holds all of it: %j', async (words, ids) => {
    expect(await found(words)).toEqual(ids)
  })

  it('does not take a building for one whose number ends like it', async () => {
    await file({ id: '03', description: '15栋门口垃圾没人清', address: '15栋' })
    expect([await found('5栋'), await found('5栋垃圾'), await found('15栋垃圾')]).toEqual([['02'], ['02'], ['03']])
  })

  it('finds by a whole number that one request, though others speak of it', async () => {
    await file({ id: '03', description: '和 DH-2611-0001 是同一件事' })
    expect([await found('dh-2611-0001'), await found('DH-2611-000')]).toEqual([['01'], ['03', '02', '01']])
  })

  it('takes four digits for the end of a phone, not for its middle', async () => {
    expect(await found('8000')).toEqual([])
  })

  it('finds nobody unnamed by the end of their phone', async () => {
    await file({ id: '03', discretion: 'anonymous', fields: [{ name: 'phone', value: '13800000077', normal: '13800000077', start: 0, end: 0 }] })
    expect(await found('0077')).toEqual([])
  })

  it('finds a request by its words of now, not those of before', async () => {
    await found('楼道灯')
    await file({ id: '01', rev: 1, description: '电梯停在四楼', serviceName: '电梯', fields: [] })
    expect([await found('楼道灯'), await found('电梯')]).toEqual([[], ['01']])
  })
})

describe('the list at the desk', () => {
  it('is newest first, whenever a request came', async () => {
    await file({ id: '05' })
    expect(await found('')).toEqual(['05'])
    await file({ id: '07' })
    await file({ id: '06' })
    expect(await found('')).toEqual(['07', '06', '05'])
    expect((await index.newestFirst(here)).map(({ id }) => id)).toEqual(['07', '06', '05'])
  })

  it('loses what is taken out, and shows no draft', async () => {
    await file({ id: '05' })
    await file({ id: '06', status: 'draft' })
    await file({ id: '07' })
    await index.warm([here])
    await store.commit(here, [{ op: 'remove', table: 'requests', id: '05', rev: 1 }])
    expect(await found('')).toEqual(['07'])
  })

  it('shows nothing any more that has left for the archive, without being started again', async () => {
    await file({ id: '05', status: 'archived', settledAt: today })
    await file({ id: '06' })
    expect(await found('')).toEqual(['06', '05'])
    now += 101 * 86_400_000
    // Old enough to leave, and still there.
    expect(await found('')).toEqual(['06', '05'])
    await store.retire(now)
    now += 3_600_000
    expect([await found(''), await found('DH-2611-0005')]).toEqual([['06'], []])
  })

  it('holds what is filed while the rest is still being read', async () => {
    for (let n = 10; n < 20; n += 1) await file({ id: String(n) })
    const warming = index.warm([here])
    await file({ id: '20' })
    await warming
    expect((await found(''))[0]).toBe('20')
    expect(await found('')).toHaveLength(11)
  })
})
