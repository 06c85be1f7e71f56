import { describe, expect, it } from 'vitest'
import type { Write } from '../../../src/store/store.js'
import { tableNames } from '../../../src/store/tables.js'
import { aDialog, aMessage, anIntake, anOutboxRow, aRequest, aStaffAccount, HUZHOU, oneOfEach, PUYANG } from '../../store/rows.js'
import { put, remove } from '../../store/writes.js'
import { idsOf, type HeldStore } from './held.js'

/** Rows, revisions, transactions and unique values. */
export function writingContract(held: HeldStore): void {
  describe('rows', () => {
    it.each(tableNames)('a row of %s comes back as it was given, at revision 1', async (table) => {
      await held.commit(put(table, oneOfEach[table]))
      expect(await held.store.get(HUZHOU, table, oneOfEach[table].id)).toEqual({ ...oneOfEach[table], rev: 1 })
    })
    it.each(tableNames)('a row of %s is still there after the store was closed and opened', async (table) => {
      await held.commit(put(table, oneOfEach[table]))
      await held.reopen()
      expect(await held.store.get(HUZHOU, table, oneOfEach[table].id)).toEqual({ ...oneOfEach[table], rev: 1 })
    })
    it('a row that was never put is null', async () => {
      expect(await held.store.get(HUZHOU, 'messages', 'nothing')).toBeNull()
    })
    it('a row put again at its revision is replaced and raised by one', async () => {
      await held.commit(put('messages', aMessage()))
      await held.commit(put('messages', aMessage({ rev: 1, text: '修好了' })))
      expect(await held.store.get(HUZHOU, 'messages', 'message-1')).toMatchObject({ text: '修好了', rev: 2 })
    })
    it('a hundred changes of a row leave the last at revision 100', async () => {
      for (let rev = 0; rev < 100; rev++) await held.commit(put('messages', aMessage({ rev, text: `${rev}` })))
      expect(await held.store.get(HUZHOU, 'messages', 'message-1')).toMatchObject({ rev: 100, text: '99' })
    })
    it('a removed row is gone, also after the store was opened again', async () => {
      await held.commit(put('messages', aMessage()))
      await held.commit(remove('messages', 'message-1', 1))
      expect(await held.store.get(HUZHOU, 'messages', 'message-1')).toBeNull()
      await held.reopen()
      expect(await held.store.get(HUZHOU, 'messages', 'message-1')).toBeNull()
    })
    it('a removed row can be made anew, from revision 0', async () => {
      await held.commit(put('messages', aMessage()))
      await held.commit(remove('messages', 'message-1', 1))
      await held.commit(put('messages', aMessage({ text: '又坏了' })))
      expect(await held.store.get(HUZHOU, 'messages', 'message-1')).toMatchObject({ rev: 1, text: '又坏了' })
    })
    it('ids of different tables do not meet', async () => {
      await held.commit(put('messages', aMessage({ id: 'same' })), put('outbox', anOutboxRow({ id: 'same' })))
      expect(await held.store.get(HUZHOU, 'messages', 'same')).toMatchObject({ text: '楼下的灯不亮了' })
      expect(await held.store.get(HUZHOU, 'outbox', 'same')).toMatchObject({ state: 'due' })
    })
    it('changing an object after it was committed changes nothing in the store', async () => {
      const memory = { asked: ['几号楼'] }
      await held.commit(put('dialogs', aDialog({ memory })))
      memory.asked.push('几单元')
      expect((await held.store.get(HUZHOU, 'dialogs', 'web:room|r1'))?.memory).toEqual({ asked: ['几号楼'] })
    })
    it('changing an object while it is being committed changes nothing in the store', async () => {
      const memory = { asked: '几号楼' }
      const committing = held.commit(put('dialogs', aDialog({ memory })))
      memory.asked = '别的'
      await committing
      await held.reopen()
      expect((await held.store.get(HUZHOU, 'dialogs', 'web:room|r1'))?.memory).toEqual({ asked: '几号楼' })
    })
    it('rows handed out can not be changed', async () => {
      await held.commit(put('requests', aRequest()))
      const row = (await held.store.get(HUZHOU, 'requests', 'request-1')) as unknown as { status: string; history: { note: string }[] }
      expect(() => (row.status = 'resolved')).toThrow(TypeError)
      expect(() => ((row.history[0] as { note: string }).note = 'x')).toThrow(TypeError)
    })
    it('rows read after opening can not be changed either', async () => {
      await held.commit(put('requests', aRequest()))
      await held.reopen()
      const row = (await held.store.get(HUZHOU, 'requests', 'request-1')) as unknown as { history: unknown[] }
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
      await held.commit(put('messages', aMessage({ text, authorId: text || 'r1' })))
      await held.reopen()
      expect(await held.store.get(HUZHOU, 'messages', 'message-1')).toMatchObject({ text, authorId: text || 'r1' })
    })
    it('a key named __proto__ is kept as a key and touches nothing', async () => {
      const memory = JSON.parse('{"__proto__":{"role":"admin"},"a":1}') as unknown
      await held.commit(put('dialogs', aDialog({ memory })))
      await held.reopen()
      const kept = (await held.store.get(HUZHOU, 'dialogs', 'web:room|r1'))?.memory
      expect(JSON.stringify(kept)).toBe('{"__proto__":{"role":"admin"},"a":1}')
      expect(({} as { role?: string }).role).toBeUndefined()
    })
    it('ids hold slashes, dots, bars, colons and Chinese as any other character', async () => {
      const ids = ['../../etc/passwd', 'a/b', 'a|b', 'lark:om_1', '三栋', '.', '..', 'constructor', '__proto__']
      for (const id of ids) await held.commit(put('messages', aMessage({ id, text: id })))
      await held.reopen()
      for (const id of ids) expect(await held.store.get(HUZHOU, 'messages', id)).toMatchObject({ text: id })
    })
    it('a field left undefined is as if it was not given', async () => {
      await held.commit(put('dialogs', aDialog({ memory: { a: undefined, b: 1 } })))
      expect((await held.store.get(HUZHOU, 'dialogs', 'web:room|r1'))?.memory).toEqual({ b: 1 })
    })
    it('the same row is read the same before and after the store was opened again', async () => {
      await held.commit(put('dialogs', aDialog({ memory: { when: new Date(0), n: Number.NaN, list: [undefined, 1] } })))
      const before = await held.store.get(HUZHOU, 'dialogs', 'web:room|r1')
      await held.reopen()
      expect(await held.store.get(HUZHOU, 'dialogs', 'web:room|r1')).toEqual(before)
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
      await held.commit(put('messages', aMessage()))
      await held.commit(put('messages', aMessage({ rev: 1, text: '第二次' })))
      await expect(held.commit(write)).rejects.toMatchObject({ name: 'StoreError', code: 'conflict' })
      expect(await held.store.find(HUZHOU, 'messages', {})).toEqual([aMessage({ rev: 2, text: '第二次' })])
    })
    it('of many who change one row at once exactly one succeeds', async () => {
      await held.commit(put('slots', oneOfEach.slots))
      const tries = await Promise.allSettled(Array.from({ length: 50 }, () => held.commit(put('slots', { ...oneOfEach.slots, rev: 1, taken: 1 }))))
      expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(tries.filter((result) => result.status === 'rejected' && (result.reason as { code: string }).code === 'conflict')).toHaveLength(49)
      expect(await held.store.get(HUZHOU, 'slots', 'slot-1')).toMatchObject({ rev: 2, taken: 1 })
    })
    it('a slot read and taken again after each conflict is never taken more often than counted', async () => {
      await held.commit(put('slots', { ...oneOfEach.slots, capacity: 7 }))
      const takeOne = async (): Promise<boolean> => {
        for (;;) {
          const slot = await held.store.get(HUZHOU, 'slots', 'slot-1')
          if (slot === null || slot.taken >= slot.capacity) return false
          try {
            await held.commit(put('slots', { ...slot, taken: slot.taken + 1 }))
            return true
          } catch (error) {
            if ((error as { code?: string }).code !== 'conflict') throw error
          }
        }
      }
      const taken = await Promise.all(Array.from({ length: 30 }, takeOne))
      expect(taken.filter(Boolean)).toHaveLength(7)
      expect(await held.store.get(HUZHOU, 'slots', 'slot-1')).toMatchObject({ taken: 7, rev: 8 })
    })
  })

  describe('transactions', () => {
    it('all writes of a transaction are there after it', async () => {
      await held.commit(put('requests', aRequest()), put('outbox', anOutboxRow()), put('messages', aMessage()))
      await held.reopen()
      expect(await held.store.get(HUZHOU, 'requests', 'request-1')).not.toBeNull()
      expect(await held.store.get(HUZHOU, 'outbox', 'outbox-1')).not.toBeNull()
      expect(await held.store.get(HUZHOU, 'messages', 'message-1')).not.toBeNull()
    })
    it('none of them is there when the last is a conflict', async () => {
      await held.commit(put('messages', aMessage()))
      await expect(held.commit(put('requests', aRequest()), put('outbox', anOutboxRow()), put('messages', aMessage()))).rejects.toMatchObject({ code: 'conflict' })
      expect(await held.store.get(HUZHOU, 'requests', 'request-1')).toBeNull()
      expect(await held.store.get(HUZHOU, 'outbox', 'outbox-1')).toBeNull()
    })
    it('a refused transaction keeps no unique value taken', async () => {
      await held.commit(put('messages', aMessage()))
      await expect(held.commit(put('requests', aRequest()), put('messages', aMessage()))).rejects.toMatchObject({ code: 'conflict' })
      await held.commit(put('requests', aRequest({ id: 'request-2' })))
      expect(await held.store.find(HUZHOU, 'requests', { by: 'number', equals: 'HZ-2611-0001' })).toHaveLength(1)
    })
    it('a row can be made, changed and removed in one transaction, each at the revision before', async () => {
      await held.commit(put('messages', aMessage()), put('messages', aMessage({ rev: 1, text: '改' })), remove('messages', 'message-1', 2))
      expect(await held.store.get(HUZHOU, 'messages', 'message-1')).toBeNull()
    })
    it('a second write of one transaction at the revision before the first is a conflict', async () => {
      await expect(held.commit(put('messages', aMessage()), put('messages', aMessage()))).rejects.toMatchObject({ code: 'conflict' })
      expect(await held.store.get(HUZHOU, 'messages', 'message-1')).toBeNull()
    })
    it('a transaction of nothing succeeds', async () => {
      await expect(held.commit()).resolves.toBeUndefined()
    })
    it('a thousand writes in one transaction are kept', async () => {
      await held.commit(...Array.from({ length: 1_000 }, (_, n) => put('messages', aMessage({ id: `m${n}` }))))
      await held.reopen()
      expect(await held.store.find(HUZHOU, 'messages', { limit: 10_000 })).toHaveLength(1_000)
    })
    it('a thousand transactions at once are kept', async () => {
      await Promise.all(Array.from({ length: 1_000 }, (_, n) => held.commit(put('messages', aMessage({ id: `m${n}` })))))
      await held.reopen()
      expect(await held.store.find(HUZHOU, 'messages', { limit: 10_000 })).toHaveLength(1_000)
    })
    it.each([
      ['an empty id', put('messages', aMessage({ id: '' }))],
      ['a revision below zero', put('messages', aMessage({ rev: -1 }))],
      ['a revision that is no whole number', put('messages', aMessage({ rev: 0.5 }))],
      ['a table that does not exist', { op: 'put', table: 'nothing', row: aMessage() } as unknown as Write],
      ['a table named like a part of every object', { op: 'put', table: 'constructor', row: aMessage() } as unknown as Write],
    ])('%s is refused and changes nothing', async (_, write) => {
      await expect(held.commit(put('outbox', anOutboxRow()), write)).rejects.toThrow()
      expect(await held.store.find(HUZHOU, 'outbox', {})).toEqual([])
    })
  })

  describe('unique values', () => {
    it('the same event is taken in once', async () => {
      await held.commit(put('intake', anIntake()))
      await expect(held.commit(put('intake', anIntake({ id: 'intake-2' })))).rejects.toMatchObject({ code: 'conflict' })
      expect(await held.store.find(HUZHOU, 'intake', {})).toHaveLength(1)
    })
    it('of fifty copies of one event at once one is taken in', async () => {
      const tries = await Promise.allSettled(Array.from({ length: 50 }, (_, n) => held.commit(put('intake', anIntake({ id: `intake-${n}` })))))
      expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
      expect(await held.store.find(HUZHOU, 'intake', { by: 'eventKey', equals: 'web:e1' })).toHaveLength(1)
    })
    it('the same event is known after the store was opened again', async () => {
      await held.commit(put('intake', anIntake()))
      await held.reopen()
      await expect(held.commit(put('intake', anIntake({ id: 'intake-2' })))).rejects.toMatchObject({ code: 'conflict' })
    })
    it('either of two unique fields refuses', async () => {
      await held.commit(put('requests', aRequest()))
      await expect(held.commit(put('requests', aRequest({ id: 'b', number: 'HZ-2611-0002' })))).rejects.toMatchObject({ code: 'conflict' })
      await expect(held.commit(put('requests', aRequest({ id: 'b', sourceKey: 'web:m2:0' })))).rejects.toMatchObject({ code: 'conflict' })
      await held.commit(put('requests', aRequest({ id: 'b', number: 'HZ-2611-0002', sourceKey: 'web:m2:0' })))
    })
    it('two rows of one transaction may not share one', async () => {
      await expect(held.commit(put('staff', aStaffAccount()), put('staff', aStaffAccount({ id: 'staff-2' })))).rejects.toMatchObject({ code: 'conflict' })
      expect(await held.store.find(HUZHOU, 'staff', {})).toEqual([])
    })
    it('is free again once its row is removed', async () => {
      await held.commit(put('staff', aStaffAccount()))
      await held.commit(remove('staff', 'staff-1', 1))
      await held.commit(put('staff', aStaffAccount({ id: 'staff-2' })))
      expect(idsOf(await held.store.find(HUZHOU, 'staff', { by: 'login', equals: 'li' }))).toEqual(['staff-2'])
    })
    it('is free again once its row has another', async () => {
      await held.commit(put('staff', aStaffAccount()))
      await held.commit(put('staff', aStaffAccount({ rev: 1, login: 'wang' })))
      await held.commit(put('staff', aStaffAccount({ id: 'staff-2' })))
      expect(idsOf(await held.store.find(HUZHOU, 'staff', { by: 'login', equals: 'wang' }))).toEqual(['staff-1'])
    })
    it('passes from one row to another within a transaction', async () => {
      await held.commit(put('staff', aStaffAccount()))
      await held.commit(remove('staff', 'staff-1', 1), put('staff', aStaffAccount({ id: 'staff-2' })))
      await held.reopen()
      expect(idsOf(await held.store.find(HUZHOU, 'staff', { by: 'login', equals: 'li' }))).toEqual(['staff-2'])
    })
    it('a row may be put again with its own', async () => {
      await held.commit(put('staff', aStaffAccount()))
      await held.commit(put('staff', aStaffAccount({ rev: 1, failures: 1 })))
      expect(await held.store.get(HUZHOU, 'staff', 'staff-1')).toMatchObject({ failures: 1 })
    })
    it('is one community\'s own', async () => {
      await held.store.commit(HUZHOU, [put('staff', aStaffAccount())])
      await held.store.commit(PUYANG, [put('staff', aStaffAccount())])
      expect(await held.store.find(PUYANG, 'staff', { by: 'login', equals: 'li' })).toHaveLength(1)
    })
  })
}
