import { describe, expect, it } from 'vitest'
import { PLATFORM, type CommunityId } from '../../../src/knowledge/community.js'
import { aMessage, anIntake, aRequest, aStaffAccount, HUZHOU, PUYANG, requestNamed } from '../../store/rows.js'
import { put, remove } from '../../store/writes.js'
import { idsOf, type HeldStore } from './held.js'

/** Finding, communities, numbers and files. */
export function readingContract(held: HeldStore): void {
  describe('finding', () => {
    const ids = ['a', 'b', 'c', 'd', 'e']
    const fill = (): Promise<void> => held.commit(...['c', 'a', 'e', 'b', 'd'].map((id) => put('messages', aMessage({ id, conversationId: id < 'c' ? 'room' : 'private', requestId: id === 'e' ? 'request-1' : null }))))
    it('finds all rows by their ids in order, however they came', async () => {
      await fill()
      expect(idsOf(await held.store.find(HUZHOU, 'messages', {}))).toEqual(ids)
    })
    it('finds them backwards', async () => {
      await fill()
      expect(idsOf(await held.store.find(HUZHOU, 'messages', { order: 'desc' }))).toEqual([...ids].reverse())
    })
    it('finds those of an index', async () => {
      await fill()
      expect(idsOf(await held.store.find(HUZHOU, 'messages', { by: 'conversationId', equals: 'private' }))).toEqual(['c', 'd', 'e'])
    })
    it('finds those whose index is null', async () => {
      await fill()
      expect(idsOf(await held.store.find(HUZHOU, 'messages', { by: 'requestId', equals: null }))).toEqual(['a', 'b', 'c', 'd'])
    })
    it('finds the one of a unique field', async () => {
      await held.commit(put('requests', requestNamed('x')), put('requests', requestNamed('y')))
      expect(idsOf(await held.store.find(HUZHOU, 'requests', { by: 'number', equals: 'HZ-y' }))).toEqual(['y'])
    })
    it('finds nothing where there is nothing', async () => {
      await fill()
      expect(await held.store.find(HUZHOU, 'messages', { by: 'conversationId', equals: 'other' })).toEqual([])
      expect(await held.store.find(HUZHOU, 'outbox', {})).toEqual([])
      expect(await held.store.find(HUZHOU, 'requests', { by: 'number', equals: 'HZ-1' })).toEqual([])
    })
    it('gives as many as asked for', async () => {
      await fill()
      expect(idsOf(await held.store.find(HUZHOU, 'messages', { limit: 2 }))).toEqual(['a', 'b'])
      expect(idsOf(await held.store.find(HUZHOU, 'messages', { limit: 2, order: 'desc' }))).toEqual(['e', 'd'])
      expect(await held.store.find(HUZHOU, 'messages', { limit: 0 })).toEqual([])
    })
    it('goes on after an id, forwards and backwards', async () => {
      await fill()
      expect(idsOf(await held.store.find(HUZHOU, 'messages', { after: 'b' }))).toEqual(['c', 'd', 'e'])
      expect(idsOf(await held.store.find(HUZHOU, 'messages', { after: 'd', order: 'desc' }))).toEqual(['c', 'b', 'a'])
    })
    it('goes on after an id that is not there', async () => {
      await fill()
      expect(idsOf(await held.store.find(HUZHOU, 'messages', { after: 'bb' }))).toEqual(['c', 'd', 'e'])
      expect(idsOf(await held.store.find(HUZHOU, 'messages', { after: 'bb', order: 'desc' }))).toEqual(['b', 'a'])
      expect(await held.store.find(HUZHOU, 'messages', { after: 'z' })).toEqual([])
      expect(await held.store.find(HUZHOU, 'messages', { after: 'A', order: 'desc' })).toEqual([])
    })
    it('pages through an index without losing or repeating a row', async () => {
      await held.commit(...Array.from({ length: 2_500 }, (_, n) => put('messages', aMessage({ id: `m${String((n * 7919) % 2_500).padStart(5, '0')}`, conversationId: n % 2 === 0 ? 'even' : 'odd' }))))
      for (const order of ['asc', 'desc'] as const) {
        const seen: string[] = []
        for (let after: string | undefined; ; after = seen.at(-1)) {
          const page = await held.store.find(HUZHOU, 'messages', { by: 'conversationId', equals: 'even', order, limit: 300, ...(after === undefined ? {} : { after }) })
          seen.push(...idsOf(page))
          if (page.length < 300) break
        }
        expect(seen).toHaveLength(1_250)
        expect(seen).toEqual([...new Set(seen)].sort((a, b) => (a < b ? -1 : 1) * (order === 'asc' ? 1 : -1)))
      }
    })
    it('gives 1,000 rows unless told otherwise', async () => {
      await held.commit(...Array.from({ length: 1_200 }, (_, n) => put('messages', aMessage({ id: `m${n}` }))))
      expect(await held.store.find(HUZHOU, 'messages', {})).toHaveLength(1_000)
    })
    it('a row that changed its indexed value is found by the new one only, also after opening again', async () => {
      await held.commit(put('intake', anIntake()))
      await held.commit(put('intake', anIntake({ rev: 1, state: 'done', message: null, doneAt: 2_000 })))
      for (let round = 0; round < 2; round++) {
        expect(await held.store.find(HUZHOU, 'intake', { by: 'state', equals: 'pending' })).toEqual([])
        expect(await held.store.find(HUZHOU, 'intake', { by: 'state', equals: 'done' })).toHaveLength(1)
        await held.reopen()
      }
    })
    it('a removed row is found no more', async () => {
      await fill()
      await held.commit(remove('messages', 'd', 1))
      expect(idsOf(await held.store.find(HUZHOU, 'messages', { by: 'conversationId', equals: 'private' }))).toEqual(['c', 'e'])
    })
    it.each([
      ['a field that is no index', { by: 'text', equals: 'x' }],
      ['an index without a value', { by: 'conversationId' }],
      ['more than 10,000 rows', { limit: 10_001 }],
      ['less than no row', { limit: -1 }],
    ])('%s can not be asked for', async (_, query) => {
      await expect(held.store.find(HUZHOU, 'messages', query as never)).rejects.toThrow()
    })
  })

  describe('communities', () => {
    it('a row of one is not seen from another, by id, by index or by paging', async () => {
      await held.store.commit(HUZHOU, [put('requests', aRequest())])
      expect(await held.store.get(PUYANG, 'requests', 'request-1')).toBeNull()
      expect(await held.store.find(PUYANG, 'requests', {})).toEqual([])
      expect(await held.store.find(PUYANG, 'requests', { by: 'number', equals: 'HZ-2611-0001' })).toEqual([])
    })
    it('the same id may stand in two, each with its own row', async () => {
      await held.store.commit(HUZHOU, [put('messages', aMessage({ text: '湖州' }))])
      await held.store.commit(PUYANG, [put('messages', aMessage({ text: '濮阳' }))])
      await held.reopen()
      expect(await held.store.get(HUZHOU, 'messages', 'message-1')).toMatchObject({ text: '湖州' })
      expect(await held.store.get(PUYANG, 'messages', 'message-1')).toMatchObject({ text: '濮阳' })
    })
    it('removing a row of another is a conflict', async () => {
      await held.store.commit(HUZHOU, [put('messages', aMessage())])
      await expect(held.store.commit(PUYANG, [remove('messages', 'message-1', 1)])).rejects.toMatchObject({ code: 'conflict' })
    })
    it('those that hold a row are listed, the platform among them', async () => {
      expect(await held.store.communities()).toEqual([])
      await held.store.commit(PUYANG, [put('messages', aMessage())])
      await held.store.commit(HUZHOU, [put('messages', aMessage())])
      await held.store.commit(PLATFORM, [put('staff', aStaffAccount())])
      expect(await held.store.communities()).toEqual([HUZHOU, PLATFORM, PUYANG])
      await held.store.commit(PUYANG, [remove('messages', 'message-1', 1)])
      await held.reopen()
      expect(await held.store.communities()).toEqual([HUZHOU, PLATFORM])
    })
    it('what is no community id is refused', async () => {
      await expect(held.store.commit('../x' as CommunityId, [put('messages', aMessage())])).rejects.toThrow()
      await expect(held.store.commit(undefined as unknown as CommunityId, [put('messages', aMessage())])).rejects.toThrow()
    })
  })

  describe('numbers', () => {
    it('a series begins at 1 and goes on by one', async () => {
      expect([await held.store.nextNumber(HUZHOU, 'HZ-2611'), await held.store.nextNumber(HUZHOU, 'HZ-2611'), await held.store.nextNumber(HUZHOU, 'HZ-2611')]).toEqual([1, 2, 3])
    })
    it('each series of each community counts for itself', async () => {
      await held.store.nextNumber(HUZHOU, 'HZ-2611')
      expect(await held.store.nextNumber(HUZHOU, 'HZ-2612')).toBe(1)
      expect(await held.store.nextNumber(PUYANG, 'HZ-2611')).toBe(1)
    })
    it('a thousand asked for at once are a thousand different ones', async () => {
      const numbers = await Promise.all(Array.from({ length: 1_000 }, () => held.store.nextNumber(HUZHOU, 'HZ-2611')))
      expect(new Set(numbers).size).toBe(1_000)
      expect(Math.max(...numbers)).toBe(1_000)
    })
    it('a number whose row is kept is never given again, not after opening again either', async () => {
      const number = await held.store.nextNumber(HUZHOU, 'HZ-2611')
      await held.commit(put('requests', aRequest({ number: `HZ-2611-${number}` })))
      await held.reopen()
      expect(await held.store.nextNumber(HUZHOU, 'HZ-2611')).toBeGreaterThan(number)
    })
    it('a thousand requests filed at once bear a thousand numbers', async () => {
      await Promise.all(Array.from({ length: 1_000 }, async (_, n) => held.commit(put('requests', requestNamed(`r${n}`, { number: `HZ-2611-${await held.store.nextNumber(HUZHOU, 'HZ-2611')}` })))))
      await held.reopen()
      const numbers = (await held.store.find(HUZHOU, 'requests', { limit: 10_000 })).map(({ number }) => number)
      expect(new Set(numbers).size).toBe(1_000)
      expect(await held.store.nextNumber(HUZHOU, 'HZ-2611')).toBe(1_001)
    })
  })

  describe('attachments', () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, n) => (n * 31) % 256)
    it('come back byte by byte, also after opening again', async () => {
      await held.store.saveBlob(HUZHOU, 'a1', bytes)
      expect(Buffer.from((await held.store.loadBlob(HUZHOU, 'a1')) ?? [])).toEqual(Buffer.from(bytes))
      await held.reopen()
      expect(Buffer.from((await held.store.loadBlob(HUZHOU, 'a1')) ?? [])).toEqual(Buffer.from(bytes))
    })
    it('an empty one is kept as empty', async () => {
      await held.store.saveBlob(HUZHOU, 'a1', new Uint8Array())
      expect((await held.store.loadBlob(HUZHOU, 'a1'))?.length).toBe(0)
    })
    it('one that was never kept is null', async () => {
      expect(await held.store.loadBlob(HUZHOU, 'nothing')).toBeNull()
    })
    it('one is kept once: writing it again is a conflict and changes nothing', async () => {
      await held.store.saveBlob(HUZHOU, 'a1', bytes)
      await expect(held.store.saveBlob(HUZHOU, 'a1', new Uint8Array(3))).rejects.toMatchObject({ code: 'conflict' })
      expect((await held.store.loadBlob(HUZHOU, 'a1'))?.length).toBe(bytes.length)
    })
    it('one of a community is not read from another', async () => {
      await held.store.saveBlob(HUZHOU, 'a1', bytes)
      expect(await held.store.loadBlob(PUYANG, 'a1')).toBeNull()
      await held.store.saveBlob(PUYANG, 'a1', new Uint8Array(3))
      expect((await held.store.loadBlob(HUZHOU, 'a1'))?.length).toBe(bytes.length)
    })
    it('one that was taken away is gone for good, alone, and its id is free again', async () => {
      await held.store.saveBlob(HUZHOU, 'a1', bytes)
      await held.store.saveBlob(HUZHOU, 'a2', bytes)
      await held.store.saveBlob(PUYANG, 'a1', bytes)
      await held.store.removeBlob(HUZHOU, 'a1')
      await held.reopen()
      expect(await held.store.loadBlob(HUZHOU, 'a1')).toBeNull()
      expect((await held.store.loadBlob(HUZHOU, 'a2'))?.length).toBe(bytes.length)
      expect((await held.store.loadBlob(PUYANG, 'a1'))?.length).toBe(bytes.length)
      await held.store.saveBlob(HUZHOU, 'a1', new Uint8Array(3))
      expect((await held.store.loadBlob(HUZHOU, 'a1'))?.length).toBe(3)
    })
    it('taking one away that is not there, or twice, does nothing', async () => {
      await held.store.removeBlob(HUZHOU, 'nothing')
      await held.store.saveBlob(HUZHOU, 'a1', bytes)
      await held.store.removeBlob(HUZHOU, 'a1')
      await held.store.removeBlob(HUZHOU, 'a1')
      expect(await held.store.loadBlob(HUZHOU, 'a1')).toBeNull()
    })
    it('an id that looks like a path leads nowhere else', async () => {
      for (const id of ['../../key', '/etc/passwd', 'a\u0000b', '..']) {
        await held.store.saveBlob(HUZHOU, id, bytes)
        expect((await held.store.loadBlob(HUZHOU, id))?.length).toBe(bytes.length)
      }
    })
  })
}
