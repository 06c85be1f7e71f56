import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PLATFORM, type CommunityId } from '../../src/knowledge/community.js'
import type { Committed, Store, Write } from '../../src/store/store.js'
import { tableNames, tables, type Row, type TableName } from '../../src/store/tables.js'
import { aDialog, aMessage, anIntake, anOutboxRow, aRequest, aStaffAccount, HUZHOU, oneOfEach, PUYANG, requestNamed } from '../store/rows.js'

/** A store that is open, how to open the same one again, and how to be rid of it. */
export interface OpenStore {
  readonly store: Store
  reopen(): Promise<Store>
  close(): Promise<void>
}

export function put<T extends TableName>(table: T, row: Row<T>): Write {
  return { op: 'put', table, row } as Write
}

export function remove(table: TableName, id: string, rev: number): Write {
  return { op: 'remove', table, id, rev }
}

const DAY_MS = 86_400_000

/** What any store must do; a new one has only to be named. */
export function storeContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`${name} keeps the store's contract`, () => {
    let opened: OpenStore
    let store: Store
    const reopen = async (): Promise<void> => void (store = await opened.reopen())
    const commit = (...writes: Write[]): Promise<void> => store.commit(HUZHOU, writes)
    const idsOf = (rows: readonly { readonly id: string }[]): string[] => rows.map(({ id }) => id)
    beforeEach(async () => {
      opened = await open()
      store = opened.store
    })
    afterEach(() => opened.close())

    describe('rows', () => {
      it.each(tableNames)('a row of %s comes back as it was given, at revision 1', async (table) => {
        await commit(put(table, oneOfEach[table]))
        expect(await store.get(HUZHOU, table, oneOfEach[table].id)).toEqual({ ...oneOfEach[table], rev: 1 })
      })
      it.each(tableNames)('a row of %s is still there after the store was closed and opened', async (table) => {
        await commit(put(table, oneOfEach[table]))
        await reopen()
        expect(await store.get(HUZHOU, table, oneOfEach[table].id)).toEqual({ ...oneOfEach[table], rev: 1 })
      })
      it('a row that was never put is null', async () => {
        expect(await store.get(HUZHOU, 'messages', 'nothing')).toBeNull()
      })
      it('a row put again at its revision is replaced and raised by one', async () => {
        await commit(put('messages', aMessage()))
        await commit(put('messages', aMessage({ rev: 1, text: '修好了' })))
        expect(await store.get(HUZHOU, 'messages', 'message-1')).toMatchObject({ text: '修好了', rev: 2 })
      })
      it('a hundred changes of a row leave the last at revision 100', async () => {
        for (let rev = 0; rev < 100; rev++) await commit(put('messages', aMessage({ rev, text: `${rev}` })))
        expect(await store.get(HUZHOU, 'messages', 'message-1')).toMatchObject({ rev: 100, text: '99' })
      })
      it('a removed row is gone, also after the store was opened again', async () => {
        await commit(put('messages', aMessage()))
        await commit(remove('messages', 'message-1', 1))
        expect(await store.get(HUZHOU, 'messages', 'message-1')).toBeNull()
        await reopen()
        expect(await store.get(HUZHOU, 'messages', 'message-1')).toBeNull()
      })
      it('a removed row can be made anew, from revision 0', async () => {
        await commit(put('messages', aMessage()))
        await commit(remove('messages', 'message-1', 1))
        await commit(put('messages', aMessage({ text: '又坏了' })))
        expect(await store.get(HUZHOU, 'messages', 'message-1')).toMatchObject({ rev: 1, text: '又坏了' })
      })
      it('ids of different tables do not meet', async () => {
        await commit(put('messages', aMessage({ id: 'same' })), put('outbox', anOutboxRow({ id: 'same' })))
        expect(await store.get(HUZHOU, 'messages', 'same')).toMatchObject({ text: '楼下的灯不亮了' })
        expect(await store.get(HUZHOU, 'outbox', 'same')).toMatchObject({ state: 'due' })
      })
      it('changing an object after it was committed changes nothing in the store', async () => {
        const memory = { asked: ['几号楼'] }
        await commit(put('dialogs', aDialog({ memory })))
        memory.asked.push('几单元')
        expect((await store.get(HUZHOU, 'dialogs', 'web:room|r1'))?.memory).toEqual({ asked: ['几号楼'] })
      })
      it('changing an object while it is being committed changes nothing in the store', async () => {
        const memory = { asked: '几号楼' }
        const committing = commit(put('dialogs', aDialog({ memory })))
        memory.asked = '别的'
        await committing
        await reopen()
        expect((await store.get(HUZHOU, 'dialogs', 'web:room|r1'))?.memory).toEqual({ asked: '几号楼' })
      })
      it('rows handed out can not be changed', async () => {
        await commit(put('requests', aRequest()))
        const row = (await store.get(HUZHOU, 'requests', 'request-1')) as unknown as { status: string; history: { note: string }[] }
        expect(() => (row.status = 'resolved')).toThrow(TypeError)
        expect(() => ((row.history[0] as { note: string }).note = 'x')).toThrow(TypeError)
      })
      it('rows read after opening can not be changed either', async () => {
        await commit(put('requests', aRequest()))
        await reopen()
        const row = (await store.get(HUZHOU, 'requests', 'request-1')) as unknown as { history: unknown[] }
        expect(() => row.history.push(1)).toThrow(TypeError)
      })
      it.each([
        ['Chinese beyond the common characters', '𠮷野家的㐂字,䶮'],
        ['emoji made of many', '👨‍👩‍👧‍👦🏳️‍🌈'],
        ['marks that turn the direction', '\u202Eabc\u202C\u200B'],
        ['quotes, tabs, line ends and backslashes', '"\'\t\r\n\\u0041\\'],
        ['20,000 characters', '灯'.repeat(20_000)],
        ['HTML', '<script>alert(1)</script>'],
        ['nothing', ''],
      ])('text of %s comes back character by character', async (_, text) => {
        await commit(put('messages', aMessage({ text, authorId: text || 'r1' })))
        await reopen()
        expect(await store.get(HUZHOU, 'messages', 'message-1')).toMatchObject({ text, authorId: text || 'r1' })
      })
      it('a key named __proto__ is kept as a key and touches nothing', async () => {
        const memory = JSON.parse('{"__proto__":{"role":"admin"},"a":1}') as unknown
        await commit(put('dialogs', aDialog({ memory })))
        await reopen()
        const kept = (await store.get(HUZHOU, 'dialogs', 'web:room|r1'))?.memory
        expect(JSON.stringify(kept)).toBe('{"__proto__":{"role":"admin"},"a":1}')
        expect(({} as { role?: string }).role).toBeUndefined()
      })
      it('ids hold slashes, dots, bars, colons and Chinese as any other character', async () => {
        const ids = ['../../etc/passwd', 'a/b', 'a|b', 'lark:om_1', '三栋', '.', '..', 'constructor', '__proto__']
        for (const id of ids) await commit(put('messages', aMessage({ id, text: id })))
        await reopen()
        for (const id of ids) expect(await store.get(HUZHOU, 'messages', id)).toMatchObject({ text: id })
      })
      it('a field left undefined is as if it was not given', async () => {
        await commit(put('dialogs', aDialog({ memory: { a: undefined, b: 1 } })))
        expect((await store.get(HUZHOU, 'dialogs', 'web:room|r1'))?.memory).toEqual({ b: 1 })
      })
      it('the same row is read the same before and after the store was opened again', async () => {
        await commit(put('dialogs', aDialog({ memory: { when: new Date(0), n: Number.NaN, list: [undefined, 1] } })))
        const before = await store.get(HUZHOU, 'dialogs', 'web:room|r1')
        await reopen()
        expect(await store.get(HUZHOU, 'dialogs', 'web:room|r1')).toEqual(before)
      })
    })

    describe('revisions', () => {
      const refusals: readonly (readonly [string, Write])[] = [
        ['making a row that is there', put('messages', aMessage())],
        ['changing a row at an older revision', put('messages', aMessage({ rev: 1 }))],
        ['changing a row at a revision it has not reached', put('messages', aMessage({ rev: 3 }))],
        ['changing a row that is not there', put('messages', aMessage({ id: 'other', rev: 1 }))],
        ['removing a row at an older revision', remove('messages', 'message-1', 1)],
        ['removing a row that is not there', remove('messages', 'other', 0)],
        ['removing a row that is not there at a revision', remove('messages', 'other', 1)],
      ]
      it.each(refusals)('%s is a conflict and changes nothing', async (_, write) => {
        await commit(put('messages', aMessage()))
        await commit(put('messages', aMessage({ rev: 1, text: '第二次' })))
        await expect(commit(write)).rejects.toMatchObject({ name: 'StoreError', code: 'conflict' })
        expect(await store.find(HUZHOU, 'messages', {})).toEqual([aMessage({ rev: 2, text: '第二次' })])
      })
      it('of many who change one row at once exactly one succeeds', async () => {
        await commit(put('slots', oneOfEach.slots))
        const tries = await Promise.allSettled(Array.from({ length: 50 }, () => commit(put('slots', { ...oneOfEach.slots, rev: 1, taken: 1 }))))
        expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
        expect(tries.filter((result) => result.status === 'rejected' && (result.reason as { code: string }).code === 'conflict')).toHaveLength(49)
        expect(await store.get(HUZHOU, 'slots', 'slot-1')).toMatchObject({ rev: 2, taken: 1 })
      })
      it('a slot read and taken again after each conflict is never taken more often than counted', async () => {
        await commit(put('slots', { ...oneOfEach.slots, capacity: 7 }))
        const takeOne = async (): Promise<boolean> => {
          for (;;) {
            const slot = await store.get(HUZHOU, 'slots', 'slot-1')
            if (slot === null || slot.taken >= slot.capacity) return false
            try {
              await commit(put('slots', { ...slot, taken: slot.taken + 1 }))
              return true
            } catch (error) {
              if ((error as { code?: string }).code !== 'conflict') throw error
            }
          }
        }
        const taken = await Promise.all(Array.from({ length: 30 }, takeOne))
        expect(taken.filter(Boolean)).toHaveLength(7)
        expect(await store.get(HUZHOU, 'slots', 'slot-1')).toMatchObject({ taken: 7, rev: 8 })
      })
    })

    describe('transactions', () => {
      it('all writes of a transaction are there after it', async () => {
        await commit(put('requests', aRequest()), put('outbox', anOutboxRow()), put('messages', aMessage()))
        await reopen()
        expect(await store.get(HUZHOU, 'requests', 'request-1')).not.toBeNull()
        expect(await store.get(HUZHOU, 'outbox', 'outbox-1')).not.toBeNull()
        expect(await store.get(HUZHOU, 'messages', 'message-1')).not.toBeNull()
      })
      it('none of them is there when the last is a conflict', async () => {
        await commit(put('messages', aMessage()))
        await expect(commit(put('requests', aRequest()), put('outbox', anOutboxRow()), put('messages', aMessage()))).rejects.toMatchObject({ code: 'conflict' })
        expect(await store.get(HUZHOU, 'requests', 'request-1')).toBeNull()
        expect(await store.get(HUZHOU, 'outbox', 'outbox-1')).toBeNull()
      })
      it('a refused transaction keeps no unique value taken', async () => {
        await commit(put('messages', aMessage()))
        await expect(commit(put('requests', aRequest()), put('messages', aMessage()))).rejects.toMatchObject({ code: 'conflict' })
        await commit(put('requests', aRequest({ id: 'request-2' })))
        expect(await store.find(HUZHOU, 'requests', { by: 'number', equals: 'HZ-2611-0001' })).toHaveLength(1)
      })
      it('a row can be made, changed and removed in one transaction, each at the revision before', async () => {
        await commit(put('messages', aMessage()), put('messages', aMessage({ rev: 1, text: '改' })), remove('messages', 'message-1', 2))
        expect(await store.get(HUZHOU, 'messages', 'message-1')).toBeNull()
      })
      it('a second write of one transaction at the revision before the first is a conflict', async () => {
        await expect(commit(put('messages', aMessage()), put('messages', aMessage()))).rejects.toMatchObject({ code: 'conflict' })
        expect(await store.get(HUZHOU, 'messages', 'message-1')).toBeNull()
      })
      it('a transaction of nothing succeeds', async () => {
        await expect(commit()).resolves.toBeUndefined()
      })
      it('a thousand writes in one transaction are kept', async () => {
        await commit(...Array.from({ length: 1_000 }, (_, n) => put('messages', aMessage({ id: `m${n}` }))))
        await reopen()
        expect(await store.find(HUZHOU, 'messages', { limit: 10_000 })).toHaveLength(1_000)
      })
      it('a thousand transactions at once are kept', async () => {
        await Promise.all(Array.from({ length: 1_000 }, (_, n) => commit(put('messages', aMessage({ id: `m${n}` })))))
        await reopen()
        expect(await store.find(HUZHOU, 'messages', { limit: 10_000 })).toHaveLength(1_000)
      })
      it.each([
        ['an empty id', put('messages', aMessage({ id: '' }))],
        ['a revision below zero', put('messages', aMessage({ rev: -1 }))],
        ['a revision that is no whole number', put('messages', aMessage({ rev: 0.5 }))],
        ['a table that does not exist', { op: 'put', table: 'nothing', row: aMessage() } as unknown as Write],
        ['a table named like a part of every object', { op: 'put', table: 'constructor', row: aMessage() } as unknown as Write],
      ])('%s is refused and changes nothing', async (_, write) => {
        await expect(commit(put('outbox', anOutboxRow()), write)).rejects.toThrow()
        expect(await store.find(HUZHOU, 'outbox', {})).toEqual([])
      })
    })

    describe('unique values', () => {
      it('the same event is taken in once', async () => {
        await commit(put('intake', anIntake()))
        await expect(commit(put('intake', anIntake({ id: 'intake-2' })))).rejects.toMatchObject({ code: 'conflict' })
        expect(await store.find(HUZHOU, 'intake', {})).toHaveLength(1)
      })
      it('of fifty copies of one event at once one is taken in', async () => {
        const tries = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => commit(put('intake', anIntake({ id: `intake-${n}` })))))
        expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
        expect(await store.find(HUZHOU, 'intake', { by: 'eventKey', equals: 'web:e1' })).toHaveLength(1)
      })
      it('the same event is known after the store was opened again', async () => {
        await commit(put('intake', anIntake()))
        await reopen()
        await expect(commit(put('intake', anIntake({ id: 'intake-2' })))).rejects.toMatchObject({ code: 'conflict' })
      })
      it('either of two unique fields refuses', async () => {
        await commit(put('requests', aRequest()))
        await expect(commit(put('requests', aRequest({ id: 'b', number: 'HZ-2611-0002' })))).rejects.toMatchObject({ code: 'conflict' })
        await expect(commit(put('requests', aRequest({ id: 'b', sourceKey: 'web:m2:0' })))).rejects.toMatchObject({ code: 'conflict' })
        await commit(put('requests', aRequest({ id: 'b', number: 'HZ-2611-0002', sourceKey: 'web:m2:0' })))
      })
      it('two rows of one transaction may not share one', async () => {
        await expect(commit(put('staff', aStaffAccount()), put('staff', aStaffAccount({ id: 'staff-2' })))).rejects.toMatchObject({ code: 'conflict' })
        expect(await store.find(HUZHOU, 'staff', {})).toEqual([])
      })
      it('is free again once its row is removed', async () => {
        await commit(put('staff', aStaffAccount()))
        await commit(remove('staff', 'staff-1', 1))
        await commit(put('staff', aStaffAccount({ id: 'staff-2' })))
        expect(idsOf(await store.find(HUZHOU, 'staff', { by: 'login', equals: 'li' }))).toEqual(['staff-2'])
      })
      it('is free again once its row has another', async () => {
        await commit(put('staff', aStaffAccount()))
        await commit(put('staff', aStaffAccount({ rev: 1, login: 'wang' })))
        await commit(put('staff', aStaffAccount({ id: 'staff-2' })))
        expect(idsOf(await store.find(HUZHOU, 'staff', { by: 'login', equals: 'wang' }))).toEqual(['staff-1'])
      })
      it('passes from one row to another within a transaction', async () => {
        await commit(put('staff', aStaffAccount()))
        await commit(remove('staff', 'staff-1', 1), put('staff', aStaffAccount({ id: 'staff-2' })))
        await reopen()
        expect(idsOf(await store.find(HUZHOU, 'staff', { by: 'login', equals: 'li' }))).toEqual(['staff-2'])
      })
      it('a row may be put again with its own', async () => {
        await commit(put('staff', aStaffAccount()))
        await commit(put('staff', aStaffAccount({ rev: 1, failures: 1 })))
        expect(await store.get(HUZHOU, 'staff', 'staff-1')).toMatchObject({ failures: 1 })
      })
      it('is one community\'s own', async () => {
        await store.commit(HUZHOU, [put('staff', aStaffAccount())])
        await store.commit(PUYANG, [put('staff', aStaffAccount())])
        expect(await store.find(PUYANG, 'staff', { by: 'login', equals: 'li' })).toHaveLength(1)
      })
    })

    describe('finding', () => {
      const ids = ['a', 'b', 'c', 'd', 'e']
      const fill = (): Promise<void> => commit(...['c', 'a', 'e', 'b', 'd'].map((id) => put('messages', aMessage({ id, conversationId: id < 'c' ? 'room' : 'private', requestId: id === 'e' ? 'request-1' : null }))))
      it('finds all rows by their ids in order, however they came', async () => {
        await fill()
        expect(idsOf(await store.find(HUZHOU, 'messages', {}))).toEqual(ids)
      })
      it('finds them backwards', async () => {
        await fill()
        expect(idsOf(await store.find(HUZHOU, 'messages', { order: 'desc' }))).toEqual([...ids].reverse())
      })
      it('finds those of an index', async () => {
        await fill()
        expect(idsOf(await store.find(HUZHOU, 'messages', { by: 'conversationId', equals: 'private' }))).toEqual(['c', 'd', 'e'])
      })
      it('finds those whose index is null', async () => {
        await fill()
        expect(idsOf(await store.find(HUZHOU, 'messages', { by: 'requestId', equals: null }))).toEqual(['a', 'b', 'c', 'd'])
      })
      it('finds the one of a unique field', async () => {
        await commit(put('requests', requestNamed('x')), put('requests', requestNamed('y')))
        expect(idsOf(await store.find(HUZHOU, 'requests', { by: 'number', equals: 'HZ-y' }))).toEqual(['y'])
      })
      it('finds nothing where there is nothing', async () => {
        await fill()
        expect(await store.find(HUZHOU, 'messages', { by: 'conversationId', equals: 'other' })).toEqual([])
        expect(await store.find(HUZHOU, 'outbox', {})).toEqual([])
        expect(await store.find(HUZHOU, 'requests', { by: 'number', equals: 'HZ-1' })).toEqual([])
      })
      it('gives as many as asked for', async () => {
        await fill()
        expect(idsOf(await store.find(HUZHOU, 'messages', { limit: 2 }))).toEqual(['a', 'b'])
        expect(idsOf(await store.find(HUZHOU, 'messages', { limit: 2, order: 'desc' }))).toEqual(['e', 'd'])
        expect(await store.find(HUZHOU, 'messages', { limit: 0 })).toEqual([])
      })
      it('goes on after an id, forwards and backwards', async () => {
        await fill()
        expect(idsOf(await store.find(HUZHOU, 'messages', { after: 'b' }))).toEqual(['c', 'd', 'e'])
        expect(idsOf(await store.find(HUZHOU, 'messages', { after: 'd', order: 'desc' }))).toEqual(['c', 'b', 'a'])
      })
      it('goes on after an id that is not there', async () => {
        await fill()
        expect(idsOf(await store.find(HUZHOU, 'messages', { after: 'bb' }))).toEqual(['c', 'd', 'e'])
        expect(idsOf(await store.find(HUZHOU, 'messages', { after: 'bb', order: 'desc' }))).toEqual(['b', 'a'])
        expect(await store.find(HUZHOU, 'messages', { after: 'z' })).toEqual([])
        expect(await store.find(HUZHOU, 'messages', { after: 'A', order: 'desc' })).toEqual([])
      })
      it('pages through an index without losing or repeating a row', async () => {
        await commit(...Array.from({ length: 2_500 }, (_, n) => put('messages', aMessage({ id: `m${String((n * 7919) % 2_500).padStart(5, '0')}`, conversationId: n % 2 === 0 ? 'even' : 'odd' }))))
        for (const order of ['asc', 'desc'] as const) {
          const seen: string[] = []
          for (let after: string | undefined; ; after = seen.at(-1)) {
            const page = await store.find(HUZHOU, 'messages', { by: 'conversationId', equals: 'even', order, limit: 300, ...(after === undefined ? {} : { after }) })
            seen.push(...idsOf(page))
            if (page.length < 300) break
          }
          expect(seen).toHaveLength(1_250)
          expect(seen).toEqual([...new Set(seen)].sort((a, b) => (a < b ? -1 : 1) * (order === 'asc' ? 1 : -1)))
        }
      })
      it('gives 1,000 rows unless told otherwise', async () => {
        await commit(...Array.from({ length: 1_200 }, (_, n) => put('messages', aMessage({ id: `m${n}` }))))
        expect(await store.find(HUZHOU, 'messages', {})).toHaveLength(1_000)
      })
      it('a row that changed its indexed value is found by the new one only, also after opening again', async () => {
        await commit(put('intake', anIntake()))
        await commit(put('intake', anIntake({ rev: 1, state: 'done', message: null, doneAt: 2_000 })))
        for (let round = 0; round < 2; round++) {
          expect(await store.find(HUZHOU, 'intake', { by: 'state', equals: 'pending' })).toEqual([])
          expect(await store.find(HUZHOU, 'intake', { by: 'state', equals: 'done' })).toHaveLength(1)
          await reopen()
        }
      })
      it('a removed row is found no more', async () => {
        await fill()
        await commit(remove('messages', 'd', 1))
        expect(idsOf(await store.find(HUZHOU, 'messages', { by: 'conversationId', equals: 'private' }))).toEqual(['c', 'e'])
      })
      it.each([
        ['a field that is no index', { by: 'text', equals: 'x' }],
        ['an index without a value', { by: 'conversationId' }],
        ['more than 10,000 rows', { limit: 10_001 }],
        ['less than no row', { limit: -1 }],
      ])('%s can not be asked for', async (_, query) => {
        await expect(store.find(HUZHOU, 'messages', query as never)).rejects.toThrow()
      })
    })

    describe('communities', () => {
      it('a row of one is not seen from another, by id, by index or by paging', async () => {
        await store.commit(HUZHOU, [put('requests', aRequest())])
        expect(await store.get(PUYANG, 'requests', 'request-1')).toBeNull()
        expect(await store.find(PUYANG, 'requests', {})).toEqual([])
        expect(await store.find(PUYANG, 'requests', { by: 'number', equals: 'HZ-2611-0001' })).toEqual([])
      })
      it('the same id may stand in two, each with its own row', async () => {
        await store.commit(HUZHOU, [put('messages', aMessage({ text: '湖州' }))])
        await store.commit(PUYANG, [put('messages', aMessage({ text: '濮阳' }))])
        await reopen()
        expect(await store.get(HUZHOU, 'messages', 'message-1')).toMatchObject({ text: '湖州' })
        expect(await store.get(PUYANG, 'messages', 'message-1')).toMatchObject({ text: '濮阳' })
      })
      it('removing a row of another is a conflict', async () => {
        await store.commit(HUZHOU, [put('messages', aMessage())])
        await expect(store.commit(PUYANG, [remove('messages', 'message-1', 1)])).rejects.toMatchObject({ code: 'conflict' })
      })
      it('those that hold a row are listed, the platform among them', async () => {
        expect(await store.communities()).toEqual([])
        await store.commit(PUYANG, [put('messages', aMessage())])
        await store.commit(HUZHOU, [put('messages', aMessage())])
        await store.commit(PLATFORM, [put('staff', aStaffAccount())])
        expect(await store.communities()).toEqual([HUZHOU, PLATFORM, PUYANG])
        await store.commit(PUYANG, [remove('messages', 'message-1', 1)])
        await reopen()
        expect(await store.communities()).toEqual([HUZHOU, PLATFORM])
      })
      it('what is no community id is refused', async () => {
        await expect(store.commit('../x' as CommunityId, [put('messages', aMessage())])).rejects.toThrow()
        await expect(store.commit(undefined as unknown as CommunityId, [put('messages', aMessage())])).rejects.toThrow()
      })
    })

    describe('numbers', () => {
      it('a series begins at 1 and goes on by one', async () => {
        expect([await store.nextNumber(HUZHOU, 'HZ-2611'), await store.nextNumber(HUZHOU, 'HZ-2611'), await store.nextNumber(HUZHOU, 'HZ-2611')]).toEqual([1, 2, 3])
      })
      it('each series of each community counts for itself', async () => {
        await store.nextNumber(HUZHOU, 'HZ-2611')
        expect(await store.nextNumber(HUZHOU, 'HZ-2612')).toBe(1)
        expect(await store.nextNumber(PUYANG, 'HZ-2611')).toBe(1)
      })
      it('a thousand asked for at once are a thousand different ones', async () => {
        const numbers = await Promise.all(Array.from({ length: 1_000 }, () => store.nextNumber(HUZHOU, 'HZ-2611')))
        expect(new Set(numbers).size).toBe(1_000)
        expect(Math.max(...numbers)).toBe(1_000)
      })
      it('a number whose row is kept is never given again, not after opening again either', async () => {
        const number = await store.nextNumber(HUZHOU, 'HZ-2611')
        await commit(put('requests', aRequest({ number: `HZ-2611-${number}` })))
        await reopen()
        expect(await store.nextNumber(HUZHOU, 'HZ-2611')).toBeGreaterThan(number)
      })
      it('a thousand requests filed at once bear a thousand numbers', async () => {
        await Promise.all(Array.from({ length: 1_000 }, async (_, n) => commit(put('requests', requestNamed(`r${n}`, { number: `HZ-2611-${await store.nextNumber(HUZHOU, 'HZ-2611')}` })))))
        await reopen()
        const numbers = (await store.find(HUZHOU, 'requests', { limit: 10_000 })).map(({ number }) => number)
        expect(new Set(numbers).size).toBe(1_000)
        expect(await store.nextNumber(HUZHOU, 'HZ-2611')).toBe(1_001)
      })
    })

    describe('attachments', () => {
      const bytes = Uint8Array.from({ length: 70_000 }, (_, n) => (n * 31) % 256)
      it('come back byte by byte, also after opening again', async () => {
        await store.saveBlob(HUZHOU, 'a1', bytes)
        expect(Buffer.from((await store.loadBlob(HUZHOU, 'a1')) ?? [])).toEqual(Buffer.from(bytes))
        await reopen()
        expect(Buffer.from((await store.loadBlob(HUZHOU, 'a1')) ?? [])).toEqual(Buffer.from(bytes))
      })
      it('an empty one is kept as empty', async () => {
        await store.saveBlob(HUZHOU, 'a1', new Uint8Array())
        expect((await store.loadBlob(HUZHOU, 'a1'))?.length).toBe(0)
      })
      it('one that was never kept is null', async () => {
        expect(await store.loadBlob(HUZHOU, 'nothing')).toBeNull()
      })
      it('one is kept once: writing it again is a conflict and changes nothing', async () => {
        await store.saveBlob(HUZHOU, 'a1', bytes)
        await expect(store.saveBlob(HUZHOU, 'a1', new Uint8Array(3))).rejects.toMatchObject({ code: 'conflict' })
        expect((await store.loadBlob(HUZHOU, 'a1'))?.length).toBe(bytes.length)
      })
      it('one of a community is not read from another', async () => {
        await store.saveBlob(HUZHOU, 'a1', bytes)
        expect(await store.loadBlob(PUYANG, 'a1')).toBeNull()
        await store.saveBlob(PUYANG, 'a1', new Uint8Array(3))
        expect((await store.loadBlob(HUZHOU, 'a1'))?.length).toBe(bytes.length)
      })
      it('one that was taken away is gone for good, alone, and its id is free again', async () => {
        await store.saveBlob(HUZHOU, 'a1', bytes)
        await store.saveBlob(HUZHOU, 'a2', bytes)
        await store.saveBlob(PUYANG, 'a1', bytes)
        await store.removeBlob(HUZHOU, 'a1')
        await reopen()
        expect(await store.loadBlob(HUZHOU, 'a1')).toBeNull()
        expect((await store.loadBlob(HUZHOU, 'a2'))?.length).toBe(bytes.length)
        expect((await store.loadBlob(PUYANG, 'a1'))?.length).toBe(bytes.length)
        await store.saveBlob(HUZHOU, 'a1', new Uint8Array(3))
        expect((await store.loadBlob(HUZHOU, 'a1'))?.length).toBe(3)
      })
      it('taking one away that is not there, or twice, does nothing', async () => {
        await store.removeBlob(HUZHOU, 'nothing')
        await store.saveBlob(HUZHOU, 'a1', bytes)
        await store.removeBlob(HUZHOU, 'a1')
        await store.removeBlob(HUZHOU, 'a1')
        expect(await store.loadBlob(HUZHOU, 'a1')).toBeNull()
      })
      it('an id that looks like a path leads nowhere else', async () => {
        for (const id of ['../../key', '/etc/passwd', 'a\u0000b', '..']) {
          await store.saveBlob(HUZHOU, id, bytes)
          expect((await store.loadBlob(HUZHOU, id))?.length).toBe(bytes.length)
        }
      })
    })

    describe('listeners', () => {
      it('hear each commit once it is durable, in order, with the rows as stored', async () => {
        const heard: Committed[] = []
        store.onCommit((committed) => heard.push(committed))
        await Promise.all(Array.from({ length: 20 }, (_, n) => commit(put('messages', aMessage({ id: `m${n}` })))))
        expect(heard.map(({ writes }) => (writes[0]?.op === 'put' ? writes[0].row.id : ''))).toEqual(Array.from({ length: 20 }, (_, n) => `m${n}`))
        expect(heard[0]).toEqual({ communityId: HUZHOU, writes: [put('messages', aMessage({ id: 'm0', rev: 1 }))] })
      })
      it('have heard of a commit when it resolves, and can read it', async () => {
        const read: Promise<unknown>[] = []
        store.onCommit(() => read.push(store.get(HUZHOU, 'messages', 'message-1')))
        await commit(put('messages', aMessage()))
        expect(await Promise.all(read)).toEqual([aMessage({ rev: 1 })])
      })
      it('hear of removals', async () => {
        await commit(put('messages', aMessage()))
        const heard: Committed[] = []
        store.onCommit((committed) => heard.push(committed))
        await commit(remove('messages', 'message-1', 1))
        expect(heard).toEqual([{ communityId: HUZHOU, writes: [remove('messages', 'message-1', 1)] }])
      })
      it('hear nothing of what was refused, and nothing once they stopped', async () => {
        await commit(put('messages', aMessage()))
        let heard = 0
        const stop = store.onCommit(() => heard++)
        await expect(commit(put('messages', aMessage()))).rejects.toMatchObject({ code: 'conflict' })
        expect(heard).toBe(0)
        stop()
        await commit(put('outbox', anOutboxRow()))
        expect(heard).toBe(0)
      })
      it('one that fails keeps neither the commit nor the others from going on', async () => {
        let heard = 0
        store.onCommit(() => {
          throw new Error('a page went away')
        })
        store.onCommit(() => heard++)
        await commit(put('messages', aMessage()))
        expect(heard).toBe(1)
      })
    })

    describe('retirement', () => {
      const at = Date.UTC(2026, 10, 1)
      it.each(tableNames.filter((table) => tables[table].retire !== null))('a settled row of %s leaves when its days are over, not before', async (table) => {
        const days = tables[table].retire?.afterDays ?? 0
        const settled = { doneAt: at, updatedAt: at, at, settledAt: at, endedAt: at, lastAt: at, expiresAt: at }
        await commit(put(table, { ...oneOfEach[table], ...settled } as Row<TableName>))
        expect(await store.retire(at + days * DAY_MS - 1)).toBe(0)
        expect(await store.get(HUZHOU, table, oneOfEach[table].id)).not.toBeNull()
        expect(await store.retire(at + days * DAY_MS)).toBe(1)
        expect(await store.get(HUZHOU, table, oneOfEach[table].id)).toBeNull()
        await reopen()
        expect(await store.get(HUZHOU, table, oneOfEach[table].id)).toBeNull()
      })
      it('what is open, pending or due never leaves', async () => {
        await commit(put('requests', aRequest()), put('intake', anIntake()), put('outbox', anOutboxRow()), put('residents', oneOfEach.residents), put('staff', aStaffAccount()))
        expect(await store.retire(at + 10_000 * DAY_MS)).toBe(0)
      })
      it('the numbers and sources of archived requests stay taken for ever', async () => {
        await commit(put('requests', aRequest({ settledAt: at })))
        expect(await store.retire(at + 31 * DAY_MS)).toBe(1)
        for (let round = 0; round < 2; round++) {
          await expect(commit(put('requests', aRequest({ id: 'again', number: 'HZ-2611-0002' })))).rejects.toMatchObject({ code: 'conflict' })
          await expect(commit(put('requests', aRequest({ id: 'again', sourceKey: 'web:m2:0' })))).rejects.toMatchObject({ code: 'conflict' })
          await reopen()
        }
      })
      it('the key of an event that was dropped may come again', async () => {
        await commit(put('intake', anIntake({ state: 'done', message: null, doneAt: at })))
        expect(await store.retire(at + 8 * DAY_MS)).toBe(1)
        await commit(put('intake', anIntake({ id: 'intake-2' })))
      })
      it('many leave, the others stay', async () => {
        await commit(...Array.from({ length: 1_200 }, (_, n) => put('messages', aMessage({ id: `m${String(n).padStart(4, '0')}`, at: n < 1_100 ? at : at + 40 * DAY_MS }))))
        expect(await store.retire(at + 40 * DAY_MS)).toBe(1_100)
        expect(await store.find(HUZHOU, 'messages', {})).toHaveLength(100)
      })
    })

    describe('closing', () => {
      it('a closed store refuses to read and to write', async () => {
        await store.close()
        await expect(store.get(HUZHOU, 'messages', 'message-1')).rejects.toMatchObject({ code: 'closed' })
        await expect(commit(put('messages', aMessage()))).rejects.toMatchObject({ code: 'closed' })
        await expect(store.nextNumber(HUZHOU, 'x')).rejects.toMatchObject({ code: 'closed' })
      })
      it('what was committed before is on disk when it is closed', async () => {
        const commits = Array.from({ length: 100 }, (_, n) => commit(put('messages', aMessage({ id: `m${n}` }))))
        await store.close()
        await Promise.all(commits)
        await reopen()
        expect(await store.find(HUZHOU, 'messages', {})).toHaveLength(100)
      })
      it('closing twice is closing once', async () => {
        await store.close()
        await expect(store.close()).resolves.toBeUndefined()
      })
    })
  })
}
