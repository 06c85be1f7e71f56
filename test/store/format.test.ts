import { cp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openEmbeddedStore, type EmbeddedStore } from '../../src/store/embedded.js'
import { encodeEntry } from '../../src/store/journal.js'
import { FORMAT } from '../../src/store/load.js'
import type { TableName } from '../../src/store/tables.js'
import { put } from './writes.js'
import { aMessage, HUZHOU, oneOfEach, PUYANG, requestNamed } from './rows.js'
import { openTempStore, tempFolder } from './temp-store.js'

/** Key of the stores kept as fixtures. */
const FIXTURE_KEY = Buffer.from('the key of the fixtures, no more')
const DAY_MS = 86_400_000

/** What every fixture holds; `STORE_FIXTURE=1 npx vitest run test/store/format` writes that of the format of now. */
async function fillFixture(store: EmbeddedStore): Promise<void> {
  await store.commit(HUZHOU, [put('messages', aMessage({ id: 'old', at: 0 })), put('requests', requestNamed('old', { settledAt: 0 }))])
  await store.nextNumber(HUZHOU, 'HZ-2611')
  await store.commit(HUZHOU, [put('requests', requestNamed('r1')), put('residents', oneOfEach.residents)])
  await store.saveBlob(HUZHOU, 'a1', Buffer.from('照片'))
  await store.retire(31 * DAY_MS)
  await store.compact()
  await store.commit(HUZHOU, [put('requests', requestNamed('r1', { rev: 1, status: 'assigned' }))])
  await store.compact()
  await store.commit(PUYANG, [put('staff', oneOfEach.staff)])
}

async function expectFixture(store: EmbeddedStore): Promise<void> {
  expect(await store.find(HUZHOU, 'requests', {})).toMatchObject([{ id: 'r1', rev: 2, status: 'assigned', description: '3栋楼下的灯不亮了' }])
  expect(await store.find(HUZHOU, 'residents', {})).toMatchObject([{ name: '王阿姨', phone: '13800000001' }])
  expect(await store.find(PUYANG, 'staff', { by: 'login', equals: 'li' })).toHaveLength(1)
  expect(await store.archived(HUZHOU, 'messages', '1970-01')).toMatchObject([{ id: 'old', text: '楼下的灯不亮了' }])
  expect(Buffer.from((await store.loadBlob(HUZHOU, 'a1')) ?? []).toString()).toBe('照片')
  expect(await store.nextNumber(HUZHOU, 'HZ-2611')).toBe(2)
  await expect(store.commit(HUZHOU, [put('requests', requestNamed('again', { sourceKey: 'web:old:0' }))])).rejects.toMatchObject({ code: 'conflict' })
}

describe('the form on disk', () => {
  const fixtures = resolve(import.meta.dirname, '../fixtures/store')
  let folder: string
  beforeEach(async () => void (folder = await tempFolder()))
  afterEach(() => rm(folder, { recursive: true, force: true }))
  const open = (): Promise<EmbeddedStore> => openEmbeddedStore({ folder, create: false, key: FIXTURE_KEY, now: () => 0, onFatal: () => {} })

  it.runIf(process.env['STORE_FIXTURE'])('is written down', async () => {
    const store = await openEmbeddedStore({ folder: join(fixtures, `format-${FORMAT}`), create: true, key: FIXTURE_KEY, now: () => 0, onFatal: () => {} })
    await fillFixture(store)
    await store.close()
  })
  it.each([...new Set([FORMAT - 1, FORMAT])].filter((format) => format >= 1))('of format %i is read by this version, written on, and read again', async (format) => {
    await cp(join(fixtures, `format-${format}`), folder, { recursive: true })
    const store = await open()
    await expectFixture(store)
    await store.commit(HUZHOU, [put('messages', aMessage())])
    await store.compact()
    await store.close()
    const again = await open()
    expect(await again.get(HUZHOU, 'messages', 'message-1')).not.toBeNull()
    await again.close()
  })
})

describe('what a newer program has written', () => {
  it('is refused where it speaks of a table that this one does not know, and stays as it is', async () => {
    const temp = await openTempStore()
    try {
      await temp.store.commit(HUZHOU, [put('messages', aMessage())])
      await temp.store.close()
      const journal = join(temp.folder, 'journal', (await readdir(join(temp.folder, 'journal'))).sort().at(-1) ?? '')
      const before = await readFile(journal)
      const newer = encodeEntry({ seq: 2, after: 1, community: HUZHOU, changes: [['put', 'ofTomorrow' as TableName, { id: 'x', rev: 1 }]] })
      await writeFile(journal, Buffer.concat([before, newer]))
      await expect(openEmbeddedStore({ folder: temp.folder, create: false, now: () => 0, onFatal: () => {} })).rejects.toMatchObject({ code: 'newer-format', message: expect.stringContaining('ofTomorrow') as string })
      expect(await readFile(journal)).toEqual(Buffer.concat([before, newer]))
    } finally {
      await rm(temp.folder, { recursive: true, force: true })
    }
  })
})

describe('snapshots', () => {
  it('are kept in two generations with the journals they need, however long the store runs', async () => {
    const temp = await openTempStore({ snapshotAfter: { lines: 10, bytes: 1_000_000 } })
    try {
      for (let n = 0; n < 300; n++) await temp.store.commit(HUZHOU, [put('messages', aMessage({ id: `m${n}` }))])
      await temp.store.compact()
      expect(await readdir(join(temp.folder, 'snapshots'))).toHaveLength(2)
      expect((await readdir(join(temp.folder, 'journal'))).length).toBeLessThanOrEqual(3)
      expect(await (await temp.reopen()).find(HUZHOU, 'messages', {})).toHaveLength(300)
    } finally {
      await temp.close()
    }
  })
  it('are written while commits go on, and hold none of them by half', async () => {
    const temp = await openTempStore()
    try {
      const commit = (n: number): Promise<void> => temp.store.commit(HUZHOU, [put('messages', aMessage({ id: `m${n}` })), put('requests', requestNamed(`m${n}`))])
      for (let from = 0; from < 3_000; from += 500) await Promise.all([temp.store.compact(), ...Array.from({ length: 500 }, (_, n) => commit(from + n))])
      const store = await temp.reopen()
      const messages = await store.find(HUZHOU, 'messages', { limit: 10_000 })
      expect(messages).toHaveLength(3_000)
      expect((await store.find(HUZHOU, 'requests', { limit: 10_000 })).map(({ id }) => id)).toEqual(messages.map(({ id }) => id))
    } finally {
      await temp.close()
    }
  })
})
