import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { restoreEmbedded, type RestoreOptions } from '../../src/store/backup.js'
import { decodeDocument, encodeDocument } from '../../src/store/document-file.js'
import { openEmbeddedStore, type EmbeddedStore } from '../../src/store/embedded.js'
import { put } from './writes.js'
import { aMessage, anIntake, HUZHOU, oneOfEach, PUYANG, requestNamed } from './rows.js'
import { openTempStore, tempFolder, type TempStore } from './temp-store.js'

const KEY = Buffer.alloc(32, 3)
const DAY_MS = 86_400_000

describe('a backup', () => {
  let temp: TempStore
  let place: string
  let backup: string
  let to: string
  beforeEach(async () => {
    temp = await openTempStore({ key: KEY })
    place = await tempFolder()
    backup = join(place, 'backup')
    to = join(place, 'data')
  })
  afterEach(async () => {
    await temp.close()
    await rm(place, { recursive: true, force: true })
  })

  const restore = (options: Partial<RestoreOptions> = {}): ReturnType<typeof restoreEmbedded> => restoreEmbedded({ from: backup, to, key: KEY, now: () => 0, ...options })
  async function withRestored<T>(use: (store: EmbeddedStore) => Promise<T>, key: Buffer | null = KEY): Promise<T> {
    const store = await openEmbeddedStore({ folder: to, create: false, now: () => 0, onFatal: () => {}, ...(key === null ? {} : { key }) })
    try {
      return await use(store)
    } finally {
      await store.close()
    }
  }
  async function fill(store: EmbeddedStore): Promise<void> {
    for (let n = 0; n < 30; n++) {
      const number = await store.nextNumber(HUZHOU, 'HZ')
      await store.commit(HUZHOU, [put('requests', requestNamed(`r${n}`, { number: `HZ-${number}`, settledAt: n < 10 ? 0 : null }))])
    }
    await store.commit(PUYANG, [put('residents', oneOfEach.residents)])
    await store.saveBlob(HUZHOU, 'a1', Buffer.from('照片'))
    expect(await store.retire(101 * DAY_MS)).toBe(10)
    await store.commit(HUZHOU, [put('intake', anIntake())])
  }

  it('restores to the same rows, numbers, archive and attachments', async () => {
    await fill(temp.store)
    await temp.store.backup(backup)
    expect(await restore()).toMatchObject({ rows: 22 })
    await withRestored(async (restored) => {
      for (const table of ['requests', 'intake', 'residents'] as const) {
        for (const community of [HUZHOU, PUYANG]) expect(await restored.find(community, table, {})).toEqual(await temp.store.find(community, table, {}))
      }
      expect(await restored.archived(HUZHOU, 'requests', '1970-01')).toEqual(await temp.store.archived(HUZHOU, 'requests', '1970-01'))
      expect(await restored.archived(HUZHOU, 'requests', '1970-01')).toHaveLength(10)
      expect(Buffer.from((await restored.loadBlob(HUZHOU, 'a1')) ?? []).toString()).toBe('照片')
      expect(await restored.nextNumber(HUZHOU, 'HZ')).toBe(31)
      // What an archived request had taken stays taken.
      await expect(restored.commit(HUZHOU, [put('requests', requestNamed('again', { sourceKey: 'web:r0:0' }))])).rejects.toMatchObject({ code: 'conflict' })
    })
  })
  it('is of one moment while commits go on: each pair of rows written together is there whole', async () => {
    let isDone = false
    let n = 0
    const writing = (async () => {
      for (; !isDone || n < 400; n++) await temp.store.commit(HUZHOU, [put('messages', aMessage({ id: `m${n}` })), put('requests', requestNamed(`m${n}`))])
    })()
    while (n < 200) await new Promise((resolve) => setImmediate(resolve))
    const before = n
    await temp.store.backup(backup)
    isDone = true
    await writing
    await restore()
    await withRestored(async (restored) => {
      const messages = await restored.find(HUZHOU, 'messages', { limit: 10_000 })
      expect((await restored.find(HUZHOU, 'requests', { limit: 10_000 })).map(({ id }) => id)).toEqual(messages.map(({ id }) => id))
      expect(messages.length).toBeGreaterThanOrEqual(before)
    })
    expect(n).toBeGreaterThan(before)
  })
  it('can be written on, and backed up again', async () => {
    await fill(temp.store)
    await temp.store.backup(backup)
    await restore()
    await withRestored(async (restored) => {
      await restored.commit(HUZHOU, [put('messages', aMessage())])
      await restored.backup(join(place, 'second'))
    })
    await withRestored(async (restored) => expect(await restored.get(HUZHOU, 'messages', 'message-1')).not.toBeNull())
  })
  it('wants an empty folder', async () => {
    await mkdir(backup)
    await writeFile(join(backup, 'mine'), 'x')
    await expect(temp.store.backup(backup)).rejects.toMatchObject({ code: 'conflict' })
    expect(await readdir(backup)).toEqual(['mine'])
  })

  describe('is refused before anything is touched', () => {
    const untouched = async (): Promise<void> => expect(await readdir(place)).toEqual(['backup'])
    beforeEach(async () => {
      await fill(temp.store)
      await temp.store.backup(backup)
    })
    it('when any of its files is cut short, changed in one bit, or gone', async () => {
      const files = (await readdir(backup, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
      expect(files.length).toBeGreaterThan(6)
      for (const path of files) {
        const bytes = await readFile(path)
        const changed = Buffer.from(bytes)
        const middle = bytes.length >> 1
        if (bytes.length > 0) changed[middle] = (changed[middle] as number) ^ 4
        const damages = bytes.length === 0 ? [Buffer.from('x')] : [bytes.subarray(0, middle), bytes.subarray(0, -1), changed, Buffer.alloc(0)]
        for (const damage of damages) {
          await writeFile(path, damage)
          await expect(restore(), path).rejects.toMatchObject({ code: 'damaged' })
        }
        await rm(path)
        await expect(restore(), path).rejects.toMatchObject({ code: 'damaged' })
        await writeFile(path, bytes)
      }
      await untouched()
      await expect(restore()).resolves.toMatchObject({ rows: 22 })
    })
    it('with another key, and with none', async () => {
      await expect(restore({ key: Buffer.alloc(32, 4) })).rejects.toMatchObject({ code: 'wrong-key' })
      await expect(restoreEmbedded({ from: backup, to, now: () => 0 })).rejects.toMatchObject({ code: 'wrong-key' })
      await untouched()
    })
    it('when a newer version wrote it', async () => {
      const path = join(backup, 'backup.json')
      await writeFile(path, encodeDocument({ ...decodeDocument<object>(await readFile(path), path), format: 3 }))
      await expect(restore()).rejects.toMatchObject({ code: 'newer-format' })
      await untouched()
    })
    it('when there is none', async () => {
      await expect(restore({ from: join(place, 'nothing') })).rejects.toMatchObject({ code: 'damaged' })
      await untouched()
    })
    it('when the folder is in use, and when a store stands there that was not told to give way', async () => {
      await expect(restore({ to: temp.folder })).rejects.toMatchObject({ code: 'locked' })
      await expect(restore({ to: temp.folder, replace: true })).rejects.toMatchObject({ code: 'locked' })
      await temp.store.close()
      await expect(restore({ to: temp.folder })).rejects.toMatchObject({ code: 'conflict' })
      await temp.reopen()
      expect(await temp.store.find(HUZHOU, 'requests', {})).toHaveLength(20)
    })
  })

  it('takes the place of a damaged store when told to, and keeps that one aside', async () => {
    await fill(temp.store)
    await temp.store.backup(backup)
    await temp.store.close()
    await cp(temp.folder, to, { recursive: true })
    await writeFile(join(to, 'mark.json'), '')
    await expect(withRestored(async () => {})).rejects.toMatchObject({ code: 'damaged' })
    await restore({ replace: true })
    await withRestored(async (restored) => expect(await restored.find(HUZHOU, 'requests', {})).toHaveLength(20))
    expect(await readdir(join(to, 'before-1970-01-01T00-00-00-000Z'))).toContain('snapshots')
    await temp.reopen()
  })
  it('of a store with a key of its own opens with that key file, or holds it when asked', async () => {
    const own = await openTempStore()
    try {
      await own.store.commit(HUZHOU, [put('intake', anIntake())])
      await own.store.backup(backup)
      expect(await readdir(backup)).not.toContain('key')
      await expect(restoreEmbedded({ from: backup, to, now: () => 0 })).rejects.toMatchObject({ code: 'wrong-key' })
      await mkdir(to)
      await cp(join(own.folder, 'key'), join(to, 'key'))
      await restoreEmbedded({ from: backup, to, now: () => 0 })
      await withRestored(async (restored) => expect(await restored.find(HUZHOU, 'intake', {})).toHaveLength(1), null)

      const withKey = join(place, 'with-key')
      await own.store.backup(withKey, { withKey: true })
      await rm(to, { recursive: true })
      await restoreEmbedded({ from: withKey, to, now: () => 0 })
      await withRestored(async (restored) => expect(await restored.find(HUZHOU, 'intake', {})).toHaveLength(1), null)
    } finally {
      await own.close()
    }
  })
})
