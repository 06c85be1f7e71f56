import { describe, expect, it } from 'vitest'
import { isFresh } from '../../src/store/load.js'
import { crashesOf, MemoryDisk } from './memory-disk.js'
import { emptyAccount, faultsOf, FOLDER, openOn, work, type Account } from './workload.js'

describe('a power failure', () => {
  it('at any operation, with any part of what was not flushed lost or torn, loses nothing that was acknowledged', { timeout: 300_000 }, async () => {
    const disk = new MemoryDisk()
    const account = emptyAccount()
    /** What had been acknowledged once so many operations were asked for. */
    const history: { readonly after: number; readonly account: Account }[] = []
    const note = (): void =>
      void history.push({
        after: disk.log.length,
        account: { ...account, acknowledged: new Set(account.acknowledged), refused: new Set(), blobs: new Set(account.blobs), refusedBlobs: new Set(), numbers: [...account.numbers] },
      })
    let store = await openOn(disk, true)
    const madeAt = disk.log.length
    await work(store, account, 1, note)
    await store.close()
    store = await openOn(disk, false)
    await work(store, account, 100, note)
    await store.compact()
    await store.close()
    expect(account.refused).toEqual(new Set())

    const journalWrites = disk.log.flatMap((op, at) => (op.op === 'write' && /^[0-9a-f]{24} \{"seq"/.test(op.bytes.toString('latin1', 0, 32)) ? [at] : []))
    /** The last record is cut at every byte for some of the writes, more coarsely for the others. */
    const everyByte = new Set([journalWrites[2], journalWrites.at(-1)])
    let states = 0
    let next = 0
    let told: Account = emptyAccount()
    const faults: string[] = []
    for (const crash of crashesOf(disk.log, (write, at) => (everyByte.has(at) ? 1 : Math.max(7, Math.ceil(write.bytes.length / 12))))) {
      while (next < history.length && (history[next]?.after ?? 0) <= crash.after) told = history[next++]?.account ?? told
      states++
      const where = `after operation ${crash.after} (${crash.what})`
      try {
        // Until it was made for the first time nothing was promised, and making it again is right.
        const fresh = await isFresh(FOLDER, crash.disk)
        if (fresh && crash.after >= madeAt) faults.push(`${where}: the folder seems fresh`)
        const found = await openOn(crash.disk, fresh)
        const wrong = await faultsOf(found, told)
        if (states % 5 === 0) {
          await work(found, emptyAccount(), 1_000)
          await found.close()
          const again = await openOn(crash.disk, false)
          wrong.push(...(await faultsOf(again, told)))
          await again.close()
        }
        faults.push(...wrong.map((fault) => `${where}: ${fault}`))
      } catch (error) {
        faults.push(`${where}: ${String(error)}`)
      }
      if (faults.length > 20) break
    }
    expect(faults).toEqual([])
    expect(states).toBeGreaterThanOrEqual(2_000)
  })

  it.each([
    ['files', 'sync'],
    ['folders', 'sync-folder'],
  ] as const)('would be found out if %s were not flushed', async (_, skipped) => {
    const disk = new MemoryDisk()
    const store = await openOn(disk, true)
    const account = emptyAccount()
    await work(store, account, 1)
    await store.compact()
    await store.close()
    const log = disk.log.filter(({ op }) => op !== skipped)
    let hasLost = false
    for (const crash of crashesOf(log, ({ bytes }) => bytes.length)) {
      if (crash.after < log.length) continue
      hasLost ||= await openOn(crash.disk, false)
        .then((found) => faultsOf(found, account))
        .then((faults) => faults.length > 0, () => true)
    }
    expect(hasLost).toBe(true)
  })

  it('finds the bytes of a commit flushed before it is acknowledged', async () => {
    const disk = new MemoryDisk()
    const store = await openOn(disk, true, () => {}, 1_000)
    const account = emptyAccount()
    const before = disk.log.length
    let isFlushed = true
    await work(store, account, 1, () => {
      const written = disk.log.findLastIndex((op) => op.op === 'write')
      const flushed = disk.log.findLastIndex((op) => op.op === 'sync')
      isFlushed &&= written >= before && flushed > written
    })
    expect(isFlushed).toBe(true)
    await store.close()
  })
})
