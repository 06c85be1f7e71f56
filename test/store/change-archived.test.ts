import { describe, expect, it } from 'vitest'
import type { EmbeddedStore } from '../../src/store/embedded.js'
import { crashesOf, MemoryDisk } from './memory-disk.js'
import { aMessage, HUZHOU } from './rows.js'
import { openOn } from './workload.js'
import { put } from './writes.js'

const DAY_MS = 86_400_000
const now = 100 * DAY_MS

async function textsOf(store: EmbeddedStore): Promise<string[]> {
  return [...(await store.archived(HUZHOU, 'messages', '1970-01')), ...(await store.archived(HUZHOU, 'messages', '1970-02'))].map(({ id, text }) => `${id} ${text}`)
}

/** Two months of two residents in the archive. */
async function anArchive(disk: MemoryDisk): Promise<EmbeddedStore> {
  const store = await openOn(disk, true)
  for (const [id, at] of [['a1', DAY_MS], ['b1', DAY_MS], ['a2', 40 * DAY_MS], ['b2', 40 * DAY_MS]] as const) await store.commit(HUZHOU, [put('messages', aMessage({ id, at, authorId: id[0] ?? '', text: `正文${id}` }))])
  await store.retire(now)
  return store
}

const withoutA = (store: EmbeddedStore): Promise<number> => store.changeArchived(HUZHOU, 'messages', (row) => (row.authorId === 'a' ? null : row))
const before = ['a1 正文a1', 'b1 正文b1', 'a2 正文a2', 'b2 正文b2']
const after = ['b1 正文b1', 'b2 正文b2']

describe('what is deleted from the archive', () => {
  it('is gone from every file, and was sealed before', async () => {
    const disk = new MemoryDisk()
    const store = await anArchive(disk)
    const documents = disk.paths().filter((path) => path.includes('/archive/'))
    expect(await textsOf(store)).toEqual(before)
    expect(await withoutA(store)).toBe(2)
    expect(await textsOf(store)).toEqual(after)
    // Each month's document stands under a new name; of the old ones nothing is left.
    const left = disk.paths().filter((path) => path.includes('/archive/'))
    expect(left).toHaveLength(documents.length)
    expect(left.filter((path) => documents.includes(path))).toEqual([])
    for (const path of left) expect(disk.content(path).toString('latin1')).not.toContain('"a1"')
    await store.close()
  })

  it('killed after any operation, a month stands whole as it was or as it is to be, and the next time finishes it', { timeout: 120_000 }, async () => {
    const disk = new MemoryDisk()
    const store = await anArchive(disk)
    const from = disk.log.length
    await withoutA(store)
    await store.close()
    const faults: string[] = []
    const seen = new Set<string>()
    for (const crash of crashesOf(disk.log, (write) => Math.max(7, Math.ceil(write.bytes.length / 4)))) {
      if (crash.after < from) continue
      const where = `after operation ${crash.after} (${crash.what})`
      try {
        const found = await openOn(crash.disk, false)
        const texts = await textsOf(found)
        seen.add(texts.join())
        if (![before, ['b1 正文b1', 'a2 正文a2', 'b2 正文b2'], after].some((whole) => whole.join() === texts.join())) faults.push(`${where}: ${texts.join()}`)
        await withoutA(found)
        if ((await textsOf(found)).join() !== after.join()) faults.push(`${where}: not finished`)
        await found.close()
        const again = await openOn(crash.disk, false)
        if ((await textsOf(again)).join() !== after.join()) faults.push(`${where}: came back`)
        if (crash.disk.paths().filter((path) => path.includes('/archive/')).length !== 2) faults.push(`${where}: a document is left over`)
        await again.close()
      } catch (error) {
        faults.push(`${where}: ${String(error)}`)
      }
    }
    expect(faults).toEqual([])
    expect(seen.size).toBe(3)
  })
})
