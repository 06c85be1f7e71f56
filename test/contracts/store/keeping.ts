import { describe, expect, it } from 'vitest'
import type { Committed } from '../../../src/store/store.js'
import { tableNames, tables, type Row, type TableName } from '../../../src/store/tables.js'
import { aMessage, anIntake, anOutboxRow, aRequest, aStaffAccount, HUZHOU, oneOfEach, PUYANG } from '../../store/rows.js'
import { put, remove } from '../../store/writes.js'
import type { HeldStore } from './held.js'

const DAY_MS = 86_400_000

/** Listeners, retirement, closing. */
export function keepingContract(held: HeldStore): void {
  describe('listeners', () => {
    it('hear each commit once it is durable, in order, with the rows as stored', async () => {
      const heard: Committed[] = []
      held.store.onCommit((committed) => heard.push(committed))
      await Promise.all(Array.from({ length: 20 }, (_, n) => held.commit(put('messages', aMessage({ id: `m${n}` })))))
      expect(heard.map(({ writes }) => (writes[0]?.op === 'put' ? writes[0].row.id : ''))).toEqual(Array.from({ length: 20 }, (_, n) => `m${n}`))
      expect(heard[0]).toEqual({ communityId: HUZHOU, writes: [put('messages', aMessage({ id: 'm0', rev: 1 }))] })
    })
    it('have heard of a commit when it resolves, and can read it', async () => {
      const read: Promise<unknown>[] = []
      held.store.onCommit(() => read.push(held.store.get(HUZHOU, 'messages', 'message-1')))
      await held.commit(put('messages', aMessage()))
      expect(await Promise.all(read)).toEqual([aMessage({ rev: 1 })])
    })
    it('hear of removals', async () => {
      await held.commit(put('messages', aMessage()))
      const heard: Committed[] = []
      held.store.onCommit((committed) => heard.push(committed))
      await held.commit(remove('messages', 'message-1', 1))
      expect(heard).toEqual([{ communityId: HUZHOU, writes: [remove('messages', 'message-1', 1)] }])
    })
    it('hear nothing of what was refused, and nothing once they stopped', async () => {
      await held.commit(put('messages', aMessage()))
      let heard = 0
      const stop = held.store.onCommit(() => heard++)
      await expect(held.commit(put('messages', aMessage()))).rejects.toMatchObject({ code: 'conflict' })
      expect(heard).toBe(0)
      stop()
      await held.commit(put('outbox', anOutboxRow()))
      expect(heard).toBe(0)
    })
    it('one that fails keeps neither the commit nor the others from going on', async () => {
      let heard = 0
      held.store.onCommit(() => {
        throw new Error('a page went away')
      })
      held.store.onCommit(() => heard++)
      await held.commit(put('messages', aMessage()))
      expect(heard).toBe(1)
    })
  })

  describe('retirement', () => {
    const at = Date.UTC(2026, 10, 1)
    it.each(tableNames.filter((table) => tables[table].retire !== null))('a settled row of %s leaves when its days are over, not before', async (table) => {
      const days = tables[table].retire?.afterDays ?? 0
      const settled = Object.entries({ doneAt: at, updatedAt: at, at, settledAt: at, endedAt: at, lastAt: at, expiresAt: at })
      const own = oneOfEach[table] as unknown as Readonly<Record<string, unknown>>
      // A day, or a list of moments, says by itself when it is over.
      const row = { ...own, ...Object.fromEntries(settled.filter(([field]) => own[field] === null || typeof own[field] === 'number')) } as unknown as Row<TableName>
      const from = (tables[table].settledAt as (row: Row<TableName>) => number | null)(row) ?? NaN
      await held.commit(put(table, row))
      expect(await held.store.retire(from + days * DAY_MS - 1)).toBe(0)
      expect(await held.store.get(HUZHOU, table, oneOfEach[table].id)).not.toBeNull()
      expect(await held.store.retire(from + days * DAY_MS)).toBe(1)
      expect(await held.store.get(HUZHOU, table, oneOfEach[table].id)).toBeNull()
      await held.reopen()
      expect(await held.store.get(HUZHOU, table, oneOfEach[table].id)).toBeNull()
    })
    it('what is open, pending or due never leaves', async () => {
      await held.commit(put('requests', aRequest()), put('intake', anIntake()), put('outbox', anOutboxRow()), put('residents', oneOfEach.residents), put('staff', aStaffAccount()))
      expect(await held.store.retire(at + 10_000 * DAY_MS)).toBe(0)
    })
    it('the numbers and sources of archived requests stay taken for ever', async () => {
      await held.commit(put('requests', aRequest({ settledAt: at })))
      expect(await held.store.retire(at + 101 * DAY_MS)).toBe(1)
      for (let round = 0; round < 2; round++) {
        await expect(held.commit(put('requests', aRequest({ id: 'again', number: 'HZ-2611-0002' })))).rejects.toMatchObject({ code: 'conflict' })
        await expect(held.commit(put('requests', aRequest({ id: 'again', sourceKey: 'web:m2:0' })))).rejects.toMatchObject({ code: 'conflict' })
        await held.reopen()
      }
    })
    it('what was archived is changed and taken away for good, and what is left alone stays as it is', async () => {
      const month = 31 * DAY_MS
      await held.commit(put('messages', aMessage({ id: 'a' })), put('messages', aMessage({ id: 'b' })), put('messages', aMessage({ id: 'later', at: at + month })), put('messages', aMessage({ id: 'live', at: at + 3 * month })))
      expect(await held.store.retire(at + 3 * month)).toBe(3)
      const read = async (): Promise<string[]> => {
        const found: string[] = []
        await held.store.changeArchived(HUZHOU, 'messages', (row) => { found.push(`${row.id} ${row.text}`); return row })
        return found.sort()
      }
      const before = await read()
      const text = aMessage().text
      expect(before).toEqual([`a ${text}`, `b ${text}`, `later ${text}`])
      expect(await held.store.changeArchived(HUZHOU, 'messages', (row) => (row.id === 'a' ? null : row.id === 'later' ? { ...row, text: '已删' } : row))).toBe(2)
      for (let round = 0; round < 2; round++) {
        expect(await read()).toEqual([`b ${text}`, 'later 已删'])
        await held.reopen()
      }
      expect(await held.store.changeArchived(HUZHOU, 'requests', () => null)).toBe(0)
      await held.commit(put('messages', aMessage({ id: 'next', at: at + month })))
      expect(await held.store.retire(at + 3 * month)).toBe(1)
      expect(await read()).toEqual([`b ${text}`, 'later 已删', `next ${text}`])
    })
    it('what was archived is found by its month in Shanghai, in order, as it was, and nowhere else', async () => {
      const inNovember = [aMessage({ id: 'b', at: Date.UTC(2026, 9, 31, 16) }), aMessage({ id: 'a', at: at + DAY_MS })]
      const inOctober = aMessage({ id: 'c', at: Date.UTC(2026, 9, 31, 16) - 1 })
      await held.commit(...[...inNovember, inOctober, aMessage({ id: 'live', at: at + 90 * DAY_MS })].map((row) => put('messages', row)))
      expect(await held.store.retire(at + 60 * DAY_MS)).toBe(3)
      for (let round = 0; round < 2; round++) {
        expect(await held.store.archived(HUZHOU, 'messages', '2026-11')).toEqual([...inNovember].reverse().map((row) => ({ ...row, rev: 1 })))
        expect(await held.store.archived(HUZHOU, 'messages', '2026-10')).toEqual([{ ...inOctober, rev: 1 }])
        for (const [community, table, month] of [[HUZHOU, 'messages', '2026-12'], [HUZHOU, 'messages', '2025-11'], [PUYANG, 'messages', '2026-11'], [HUZHOU, 'requests', '2026-11']] as const) expect(await held.store.archived(community, table, month)).toEqual([])
        await held.reopen()
      }
      await held.commit(put('messages', aMessage({ id: 'a', at: at + 90 * DAY_MS })))
      expect((await held.store.archived(HUZHOU, 'messages', '2026-11')).map(({ id }) => id)).toEqual(['b'])
    })
    it('the key of an event that was dropped may come again', async () => {
      await held.commit(put('intake', anIntake({ state: 'done', message: null, doneAt: at })))
      expect(await held.store.retire(at + 8 * DAY_MS)).toBe(1)
      await held.commit(put('intake', anIntake({ id: 'intake-2' })))
    })
    it('many leave, the others stay', async () => {
      await held.commit(...Array.from({ length: 1_200 }, (_, n) => put('messages', aMessage({ id: `m${String(n).padStart(4, '0')}`, at: n < 1_100 ? at : at + 40 * DAY_MS }))))
      expect(await held.store.retire(at + 40 * DAY_MS)).toBe(1_100)
      expect(await held.store.find(HUZHOU, 'messages', {})).toHaveLength(100)
    })
  })

  describe('closing', () => {
    it('a closed store refuses to read and to write', async () => {
      await held.store.close()
      await expect(held.store.get(HUZHOU, 'messages', 'message-1')).rejects.toMatchObject({ code: 'closed' })
      await expect(held.commit(put('messages', aMessage()))).rejects.toMatchObject({ code: 'closed' })
      await expect(held.store.nextNumber(HUZHOU, 'x')).rejects.toMatchObject({ code: 'closed' })
    })
    it('what was committed before is on disk when it is closed', async () => {
      const commits = Array.from({ length: 100 }, (_, n) => held.commit(put('messages', aMessage({ id: `m${n}` }))))
      await held.store.close()
      await Promise.all(commits)
      await held.reopen()
      expect(await held.store.find(HUZHOU, 'messages', {})).toHaveLength(100)
    })
    it('closing twice is closing once', async () => {
      await held.store.close()
      await expect(held.store.close()).resolves.toBeUndefined()
    })
  })
}
