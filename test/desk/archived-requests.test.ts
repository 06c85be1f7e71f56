import { afterEach, expect, it } from 'vitest'
import { idMaker, madeAt } from '../../src/conversation/new-id.js'
import { archivedRequest } from '../../src/desk/archived-requests.js'
import { HUZHOU, requestNamed } from '../store/rows.js'
import { openTempStore, type TempStore } from '../store/temp-store.js'
import { put } from '../store/writes.js'

const dayMs = 86_400_000
const filedAt = Date.parse('2026-03-28T09:00:00+08:00')
const now = filedAt + 240 * dayMs

let temp: TempStore | null = null
afterEach(() => temp?.close())

it('a request filed in spring and ended in summer is found in the archive by its id alone, and no other is', async () => {
  temp = await openTempStore()
  const id = idMaker(() => filedAt)()
  expect(madeAt(id)).toBe(filedAt)
  await temp.store.commit(HUZHOU, [put('requests', { ...requestNamed('r1'), id, filedAt, status: 'archived', settledAt: filedAt + 90 * dayMs })])
  expect(await temp.store.retire(now)).toBe(1)
  expect(await temp.store.get(HUZHOU, 'requests', id)).toBeNull()
  expect(await archivedRequest(temp.store, HUZHOU, id, now)).toMatchObject({ id, filedAt, status: 'archived' })
  expect(await archivedRequest(temp.store, HUZHOU, idMaker(() => filedAt)(), now)).toBeNull()
  expect(await archivedRequest(temp.store, HUZHOU, 'r1', now)).toBeNull()
})
