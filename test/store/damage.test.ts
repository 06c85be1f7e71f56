import { beforeAll, describe, expect, it } from 'vitest'
import { StoreError } from '../../src/errors.js'
import { openEmbeddedStore, type EmbeddedStore } from '../../src/store/embedded.js'
import { encodeDocument } from '../../src/store/document-file.js'
import { isFresh } from '../../src/store/load.js'
import { put } from './writes.js'
import { MemoryDisk } from './memory-disk.js'
import { aMessage, HUZHOU, requestNamed } from './rows.js'

const FOLDER = '/data'
const DAY_MS = 86_400_000

function open(disk: MemoryDisk, create = false, notices: string[] = []): Promise<EmbeddedStore> {
  const self = { pid: 1, started: 'test' }
  return openEmbeddedStore({
    folder: FOLDER, create, now: () => 0, files: disk, processes: { self, isAlive: () => false }, snapshotAfter: { lines: 1_000, bytes: 1_000_000 },
    onFatal: () => {}, onNotice: (message) => notices.push(message),
  })
}

/** Everything that can be read, as one text; what can't be read is named by its error. */
async function contentOf(store: EmbeddedStore): Promise<string> {
  const parts = [
    () => store.find(HUZHOU, 'messages', {}),
    () => store.find(HUZHOU, 'requests', {}),
    () => store.archived(HUZHOU, 'messages', '1970-01'),
    // Its row in `attachments` says that it should be there.
    () => store.loadBlob(HUZHOU, 'a1').then((bytes) => (bytes === null ? 'damaged' : Buffer.from(bytes).toString('hex'))),
  ]
  const read: string[] = []
  for (const part of parts) {
    read.push(
      await part().then(
        (value) => (typeof value === 'string' ? value : JSON.stringify(value)),
        (error: StoreError) => {
          if (error.code !== 'damaged') throw error
          return 'damaged'
        },
      ),
    )
  }
  return read.join('\n')
}

/** A store that was closed: two snapshots, journals before, between and after them, an archive document, an attachment. */
async function aClosedStore(): Promise<{ readonly disk: MemoryDisk; readonly content: string }> {
  const disk = new MemoryDisk()
  const store = await open(disk, true)
  const some = async (from: number): Promise<void> => {
    for (let n = from; n < from + 4; n++) await store.commit(HUZHOU, [put('messages', aMessage({ id: `m${n}`, at: 40 * DAY_MS, text: `第 ${n} 条` })), put('requests', requestNamed(`r${n}`))])
  }
  await store.commit(HUZHOU, [put('messages', aMessage({ id: 'old', at: 0 }))])
  await some(0)
  await store.retire(40 * DAY_MS)
  await store.compact()
  await some(10)
  await store.compact()
  await some(20)
  await store.saveBlob(HUZHOU, 'a1', Buffer.from('照片'))
  const content = await contentOf(store)
  await store.close()
  return { disk, content }
}

describe('damage of a closed store', () => {
  let disk: MemoryDisk
  let content: string
  beforeAll(async () => {
    ;({ disk, content } = await aClosedStore())
  })

  /** What opening makes of a damaged copy: `whole` if every row reads as before, a code if it is refused, else what is wrong. */
  async function outcomeOf(damage: (copy: MemoryDisk) => void): Promise<string> {
    const copy = disk.clone()
    damage(copy)
    let store: EmbeddedStore
    try {
      store = await open(copy)
    } catch (error) {
      if (!(error instanceof StoreError)) return `not an error of ours: ${String(error)}`
      if (error.code === 'damaged' && !error.message.includes('yichuang restore')) return `names no remedy: ${error.message}`
      return error.code
    }
    const found = await contentOf(store)
    await store.close()
    const wrong = content.split('\n').filter((part, at) => ![part, 'damaged'].includes(found.split('\n')[at] as string))
    return wrong.length === 0 ? 'whole' : 'wrong rows'
  }
  const isRight = (outcome: string): boolean => ['whole', 'damaged', 'wrong-key', 'newer-format'].includes(outcome)

  it('none: it opens whole', async () => {
    expect(await outcomeOf(() => {})).toBe('whole')
    expect(content).not.toContain('damaged')
  })
  it('any one file missing or empty: it opens whole or refuses, never empty or with rows missing', async () => {
    const outcomes: string[] = []
    for (const path of disk.paths()) {
      for (const bytes of [null, Buffer.alloc(0)]) outcomes.push(`${path} ${bytes === null ? 'missing' : 'empty'}: ${await outcomeOf((copy) => copy.damage(path, bytes))}`)
    }
    expect(outcomes.filter((outcome) => !isRight(outcome.split(': ')[1] as string))).toEqual([])
    for (const name of ['format.json', 'mark.json']) expect(outcomes).toContain(`/data/${name} missing: damaged`)
    expect(outcomes).toContain('/data/key missing: wrong-key')
  })
  it('any folder of it gone: it opens whole or refuses', async () => {
    const outcomes: string[] = []
    for (const part of ['journal', 'snapshots', 'archive']) {
      outcomes.push(await outcomeOf((copy) => copy.paths().filter((path) => path.startsWith(`/data/${part}/`)).forEach((path) => copy.damage(path, null))))
    }
    expect(outcomes).toEqual(['damaged', 'damaged', 'damaged'])
  })
  it('every file but the key gone: it is refused, as long as its folders tell of it', async () => {
    expect(await outcomeOf((copy) => copy.paths().filter((path) => !path.endsWith('/key')).forEach((path) => copy.damage(path, null)))).toBe('damaged')
  })
  it('the format document gone, other parts there: not even being told to make a store makes one', async () => {
    const copy = disk.clone()
    copy.damage('/data/format.json', null)
    await expect(open(copy, true)).rejects.toMatchObject({ code: 'damaged' })
  })

  /** `count` places spread evenly over the bytes of all files. */
  function placesIn(count: number): { readonly path: string; readonly offset: number }[] {
    const sizes = disk.paths().map((path) => ({ path, size: disk.content(path).length }))
    const total = sizes.reduce((sum, { size }) => sum + size, 0)
    return Array.from({ length: count }, (_, n) => {
      let offset = Math.floor((n * total) / count)
      for (const { path, size } of sizes) {
        if (offset < size) return { path, offset }
        offset -= size
      }
      throw new Error('beyond the last file')
    })
  }
  it('cut short at 1,000 places: always noticed or made good', { timeout: 120_000 }, async () => {
    const counts: Record<string, number> = {}
    const faults: string[] = []
    for (const { path, offset } of placesIn(1_000)) {
      const outcome = await outcomeOf((copy) => copy.damage(path, copy.content(path).subarray(0, offset)))
      counts[outcome] = (counts[outcome] ?? 0) + 1
      if (!isRight(outcome)) faults.push(`${path} cut at ${offset}: ${outcome}`)
    }
    expect(faults).toEqual([])
    expect(counts).toMatchObject({ damaged: expect.any(Number), whole: expect.any(Number) })
  })
  it('one bit turned at 1,000 places: always noticed or made good', { timeout: 120_000 }, async () => {
    const counts: Record<string, number> = {}
    const faults: string[] = []
    for (const [n, { path, offset }] of placesIn(1_000).entries()) {
      const outcome = await outcomeOf((copy) => {
        const bytes = Buffer.from(copy.content(path))
        bytes[offset] = (bytes[offset] as number) ^ (1 << n % 8)
        copy.damage(path, bytes)
      })
      counts[outcome] = (counts[outcome] ?? 0) + 1
      if (!isRight(outcome)) faults.push(`${path} bit ${n % 8} of byte ${offset}: ${outcome}`)
    }
    expect(faults).toEqual([])
    expect(counts).toMatchObject({ damaged: expect.any(Number), whole: expect.any(Number) })
  })
  it('of the newest snapshot: the one before and the journal make it good, and the log hears of it', async () => {
    const copy = disk.clone()
    const newest = copy.paths().filter((path) => path.includes('/snapshots/') && !path.endsWith('manifest.json')).sort().at(-1) as string
    copy.damage(newest, copy.content(newest).subarray(0, 100))
    const notices: string[] = []
    const store = await open(copy, false, notices)
    expect(await contentOf(store)).toBe(content)
    expect(notices.join()).toContain('made good')
    await store.compact()
    await store.close()
    const again = await open(copy, false, notices)
    expect(await contentOf(again)).toBe(content)
    expect(notices).toHaveLength(1)
    await again.close()
  })
  it('a refused opening changes nothing: put right, the store opens whole', async () => {
    const copy = disk.clone()
    const mark = copy.content('/data/mark.json')
    copy.damage('/data/mark.json', Buffer.from('{}'))
    await expect(open(copy)).rejects.toMatchObject({ code: 'damaged' })
    copy.damage('/data/mark.json', mark)
    const store = await open(copy)
    expect(await contentOf(store)).toBe(content)
    await store.close()
  })
  it('a store of a newer version is refused and left as it is', async () => {
    const copy = disk.clone()
    copy.damage('/data/format.json', encodeDocument({ format: 2, keyId: 'x', madeAt: 0 }))
    await expect(open(copy)).rejects.toMatchObject({ code: 'newer-format' })
    await expect(open(copy, true)).rejects.toMatchObject({ code: 'newer-format' })
  })
})

describe('making a store', () => {
  it('goes by itself in a folder that is absent, empty or holds a key only, not where one was deleted', async () => {
    const disk = new MemoryDisk()
    expect(await isFresh(FOLDER, disk)).toBe(true)
    await (await open(disk, true)).close()
    expect(await isFresh(FOLDER, disk)).toBe(false)
    for (const path of disk.paths()) if (!path.endsWith('/key')) disk.damage(path, null)
    expect(await isFresh(FOLDER, disk)).toBe(false)
    const other = new MemoryDisk()
    await other.makeFolder(FOLDER)
    expect(await isFresh(FOLDER, other)).toBe(true)
    await (await other.open(`${FOLDER}/key`, 'create')).close()
    expect(await isFresh(FOLDER, other)).toBe(true)
  })
  it('is asked for outright: a missing or empty folder is an error that says what to do', async () => {
    const disk = new MemoryDisk()
    await expect(open(disk)).rejects.toMatchObject({ code: 'missing', message: expect.stringContaining('YICHUANG_DATA_DIR') })
    await disk.makeFolder('/data')
    await expect(open(disk)).rejects.toMatchObject({ code: 'missing' })
    expect(disk.paths()).toEqual([])
  })
  it('where there is one opens that one', async () => {
    const disk = new MemoryDisk()
    const store = await open(disk, true)
    await store.commit(HUZHOU, [put('messages', aMessage())])
    await store.close()
    const again = await open(disk, true)
    expect(await again.find(HUZHOU, 'messages', {})).toHaveLength(1)
    await again.close()
  })
})
