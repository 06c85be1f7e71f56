import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openBackup, restoreEmbedded } from '../../src/store/backup.js'
import { backUpIfDue, newestBackup } from '../../src/store/backup-schedule.js'
import { verifyEqual } from '../../src/store/contents.js'
import { embeddedContents } from '../../src/store/embedded-contents.js'
import { openEmbeddedStore, type EmbeddedStore } from '../../src/store/embedded.js'
import { diskFiles } from '../../src/store/files.js'
import { aMessage, HUZHOU, oneOfEach, PUYANG, requestNamed } from './rows.js'
import { openTempStore, tempFolder, type TempStore } from './temp-store.js'
import { put } from './writes.js'

const key = Buffer.alloc(32, 6)
const dayMs = 86_400_000
const words = '楼道灯坏了，电话13800000055'

describe('what is committed after a backup', () => {
  let temp: TempStore
  let place: string
  let backup: string
  let now: number
  beforeEach(async () => {
    now = Date.parse('2026-11-23T03:05+08:00')
    temp = await openTempStore({ key, now: () => now })
    place = await tempFolder()
    backup = join(place, 'backup')
    await commitSome(0, 10)
    await temp.store.backup(backup)
  })
  afterEach(async () => {
    await temp.close()
    await rm(place, { recursive: true, force: true })
  })

  async function commitSome(from: number, to: number): Promise<void> {
    for (let n = from; n < to; n++) {
      const number = await temp.store.nextNumber(HUZHOU, 'HZ')
      await temp.store.commit(HUZHOU, [put('requests', requestNamed(`r${n}`, { number: `HZ-${number}`, settledAt: n % 3 === 0 ? 0 : null, description: words })), put('messages', aMessage({ id: `m${n}` }))])
    }
  }
  const restore = (to: string, from = backup): ReturnType<typeof restoreEmbedded> => {
    now += 1_000
    return restoreEmbedded({ from, to: join(place, to), key, now: () => now })
  }
  async function opened<T>(folder: string, use: (store: EmbeddedStore) => Promise<T>): Promise<T> {
    const store = await openEmbeddedStore({ folder: join(place, folder), create: false, key, now: () => now, onFatal: (error) => { throw error } })
    try {
      return await use(store)
    } finally {
      await store.close()
    }
  }
  /** A restored copy holds what the store holds now, in every row, number, archived request and attachment. */
  const expectAsNow = (folder: string): Promise<void> => opened(folder, async (copy) => {
    const { rows } = await verifyEqual(temp.store.contents(), copy.contents())
    expect(rows).toBeGreaterThan(10)
  })

  it('is restored with it: rows, numbers, attachments, what went to the archive and what was erased there', async () => {
    await commitSome(10, 30)
    expect(await temp.store.addToBackup(backup)).toBe(20)
    await temp.store.saveBlob(HUZHOU, 'a1', Buffer.from('照片'))
    await temp.store.commit(HUZHOU, [put('attachments', { ...oneOfEach.attachments, id: 'a1' })])
    await temp.store.commit(PUYANG, [put('residents', oneOfEach.residents)])
    expect(await temp.store.retire(450 * dayMs)).toBeGreaterThanOrEqual(10)
    expect(await temp.store.changeArchived(HUZHOU, 'requests', (row) => (row.id === 'r3' ? null : row))).toBe(1)
    expect(await temp.store.addToBackup(backup)).toBeGreaterThan(0)
    expect(await temp.store.addToBackup(backup)).toBe(0)
    await restore('back')
    await expectAsNow('back')
    await opened('back', async (copy) => {
      expect(Buffer.from((await copy.loadBlob(HUZHOU, 'a1')) ?? []).toString()).toBe('照片')
      expect((await copy.archived(HUZHOU, 'requests', '1970-01')).map(({ id }) => id).sort()).not.toContain('r3')
      expect(await copy.nextNumber(HUZHOU, 'HZ')).toBe(31)
    })
  })

  it('goes on after a restart, and over snapshots that leave old journals behind', async () => {
    for (const to of [40, 70, 100]) {
      await commitSome(to - 30, to)
      await temp.store.compact()
      expect(await temp.store.addToBackup(backup)).toBe(30)
      await temp.reopen()
    }
    await restore('back')
    await expectAsNow('back')
  })

  it('that the journal has let go already asks for a backup of its own', async () => {
    for (let n = 0; n < 3; n++) {
      await commitSome(10 + n, 11 + n)
      await temp.store.compact()
    }
    expect(await temp.store.addToBackup(backup)).toBeNull()
    expect((await restore('back')).rows).toBe(20)
  })

  it('is of one moment while commits go on: rows written together are restored together', async () => {
    let isOver = false
    let n = 1_000
    const writing = (async () => {
      for (; !isOver; n++) await commitSome(n, n + 1)
    })()
    for (let look = 0; look < 12; look++) await temp.store.addToBackup(backup)
    isOver = true
    await writing
    await restore('back')
    await opened('back', async (copy) => {
      const ids = async (table: 'requests' | 'messages'): Promise<readonly string[]> => (await copy.find(HUZHOU, table, { limit: 10_000 })).map(({ id }) => id.slice(1)).sort()
      expect(await ids('requests')).toEqual(await ids('messages'))
    })
  })

  it('is sealed like the rest', async () => {
    await commitSome(10, 12)
    await temp.store.addToBackup(backup)
    const [piece = ''] = await readdir(join(backup, 'since'))
    const bytes = await readFile(join(backup, 'since', piece))
    for (const secret of [words, 'requests', HUZHOU, 'HZ-']) expect(bytes.includes(secret), secret).toBe(false)
  })

  it('is refused before anything is touched when a piece of it is cut short, changed in one bit, or gone between two', async () => {
    for (const to of [12, 14, 16]) {
      await commitSome(to - 2, to)
      await temp.store.addToBackup(backup)
    }
    const pieces = (await readdir(join(backup, 'since'))).sort()
    expect(pieces).toHaveLength(3)
    const spoil = async (name: string, how: (path: string, bytes: Buffer) => Promise<void>): Promise<string> => {
      const copy = join(place, `spoilt-${name}`)
      await cp(backup, copy, { recursive: true })
      const path = join(copy, 'since', pieces[1] ?? '')
      await how(path, await readFile(path))
      return copy
    }
    const spoilt = [
      await spoil('short', (path, bytes) => writeFile(path, bytes.subarray(0, bytes.length >> 1))),
      await spoil('bit', (path, bytes) => { bytes[bytes.length >> 1]! ^= 1; return writeFile(path, bytes) }),
      await spoil('gone', (path) => rm(path)),
    ]
    for (const from of spoilt) {
      await expect(restore('back', from), from).rejects.toMatchObject({ code: 'damaged' })
      expect(await readdir(place)).not.toContain('back')
    }
    // Without the last there is less, and that is whole.
    await rm(join(backup, 'since', pieces[2] ?? ''))
    expect((await restore('back')).rows).toBe(28)
  })

  it('is not added to a backup of another store: not of one that was restored from it and went its own way', async () => {
    await restore('back')
    await opened('back', async (copy) => {
      await copy.commit(HUZHOU, [put('messages', aMessage({ id: 'its own' }))])
      expect(await copy.addToBackup(backup)).toBeNull()
    })
    await commitSome(10, 12)
    expect(await temp.store.addToBackup(backup)).toBe(2)
  })

  it('is added each minute to the backup of the day; where that is of another store, a second is made', async () => {
    const folder = join(place, 'days')
    const done: string[] = []
    const look = (store: EmbeddedStore): Promise<void> => backUpIfDue({
      backup: (to) => store.backup(to), addTo: (to) => store.addToBackup(to), settings: { folder, hour: 3, keep: 14 }, now: () => now,
      onDone: (name, error, what) => { done.push(`${what} ${name.slice(folder.length + 1)}${error === null ? '' : ' not'}`) },
    })
    await look(temp.store)
    now += 60_000
    await commitSome(10, 12)
    await look(temp.store)
    await restore('back', (await newestBackup(folder)) ?? '')
    await opened('back', async (copy) => {
      expect(await copy.find(HUZHOU, 'messages', {})).toHaveLength(12)
      await look(copy)
      await copy.commit(HUZHOU, [put('messages', aMessage({ id: 'its own' }))])
      await look(copy)
    })
    expect(done).toEqual(['made 2026-11-23', 'added 2026-11-23', 'made 2026-11-23-2', 'added 2026-11-23-2'])
    await restore('again', (await newestBackup(folder)) ?? '')
    await opened('again', async (copy) => { expect(await copy.get(HUZHOU, 'messages', 'its own')).not.toBeNull() })
  })

  it('reads as the same contents for a database, too', async () => {
    await commitSome(10, 20)
    await temp.store.addToBackup(backup)
    const { files, state, sealer } = await openBackup(diskFiles, backup, key)
    expect((await verifyEqual(temp.store.contents(), embeddedContents({ files, folder: backup, state, sealer, writer: null }))).rows).toBe(40)
  })
})
