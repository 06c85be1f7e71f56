import { randomBytes } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { restoreEmbedded } from '../../src/store/backup.js'
import { verifyEqual } from '../../src/store/contents.js'
import { decodeDocument, encodeDocument } from '../../src/store/document-file.js'
import { openEmbeddedStore, type EmbeddedStore } from '../../src/store/embedded.js'
import { openPostgresStore, type PostgresStore } from '../../src/store/postgres.js'
import { restoreDatabase, type DatabaseRestore } from '../../src/store/postgres/backup.js'
import { withPostgresContents } from '../../src/store/postgres/contents.js'
import { Sealer } from '../../src/store/seal.js'
import type { Store } from '../../src/store/store.js'
import { postgresOfFile } from './postgres-server.js'
import { aMessage, HUZHOU, oneOfEach, PUYANG, requestNamed } from './rows.js'
import { tempFolder } from './temp-store.js'
import { put } from './writes.js'

const key = randomBytes(32)
const sealer = new Sealer(key)
const dayMs = 86_400_000
const canary = '王桂兰13800000077'

let place: string
let backup: string
const postgres = postgresOfFile(key)
beforeEach(async () => {
  place = await tempFolder()
  backup = join(place, 'backup')
})
afterEach(() => rm(place, { recursive: true, force: true }))

const openDatabase = (url: string): Promise<PostgresStore> => openPostgresStore({ url, key })
const openFolder = (folder: string, create = false): Promise<EmbeddedStore> => openEmbeddedStore({ folder, create, key, now: Date.now, onFatal: (error) => { throw error } })
const restore = (url: string, more: Partial<DatabaseRestore> = {}): ReturnType<typeof restoreDatabase> => restoreDatabase({ from: backup, url, key, replace: false, now: () => 0, ...more })

async function fill(store: Store): Promise<void> {
  for (let n = 0; n < 30; n++) await store.commit(HUZHOU, [put('requests', requestNamed(`r${n}`, { number: `HZ-${await store.nextNumber(HUZHOU, 'HZ')}`, settledAt: n < 10 ? 0 : null, description: canary }))])
  await store.commit(PUYANG, [put('residents', oneOfEach.residents), put('attachments', oneOfEach.attachments)])
  await store.saveBlob(PUYANG, 'a1', Buffer.from(canary))
  expect(await store.retire(400 * dayMs)).toBe(10)
}
async function expectAll(store: Store): Promise<void> {
  expect(await store.find(HUZHOU, 'requests', { limit: 100 })).toHaveLength(20)
  expect((await store.get(HUZHOU, 'requests', 'r20'))?.description).toBe(canary)
  expect(await store.archived(HUZHOU, 'requests', '1970-01')).toHaveLength(10)
  expect(Buffer.from((await store.loadBlob(PUYANG, 'a1')) ?? []).toString()).toBe(canary)
  expect(await store.nextNumber(HUZHOU, 'HZ')).toBe(31)
  await expect(store.commit(HUZHOU, [put('requests', requestNamed('again', { sourceKey: 'web:r0:0' }))])).rejects.toMatchObject({ code: 'conflict' })
}
async function filledDatabase(): Promise<string> {
  const url = await postgres.newMade()
  const store = await openDatabase(url)
  await fill(store)
  await store.backup(backup)
  await store.close()
  return url
}

describe('a backup of a database', () => {
  it('restores to an empty database, every row, attachment, number and archived request equal by hash', async () => {
    const url = await filledDatabase()
    const empty = await postgres.newDatabase()
    expect(await restore(empty)).toMatchObject({ rows: 22 })
    const equal = await withPostgresContents({ url, sealer }, 'picture', (one) => withPostgresContents({ url: empty, sealer }, 'picture', (other) => verifyEqual(one, other)))
    expect(equal).toMatchObject({ rows: 22, archived: 10, blobs: 1 })
    const store = await openDatabase(empty)
    await expectAll(store)
    await store.close()
  })
  it('restores to a data folder, too, and a data folder\'s backup to a database', async () => {
    await filledDatabase()
    const folder = join(place, 'data')
    await restoreEmbedded({ from: backup, to: folder, key, now: () => 0 })
    const embedded = await openFolder(folder)
    await embedded.backup(join(place, 'second'))
    await expectAll(embedded)
    await embedded.close()
    const empty = await postgres.newDatabase()
    await restore(empty, { from: join(place, 'second') })
    const store = await openDatabase(empty)
    await expectAll(store)
    await store.close()
  })
  it('is of one moment while commits go on: rows written together are there together', async () => {
    const url = await postgres.newMade()
    const store = await openDatabase(url)
    let isOver = false
    let n = 0
    const writing = (async () => {
      for (; !isOver; n++) await store.commit(HUZHOU, [put('messages', aMessage({ id: `m${n}` })), put('requests', requestNamed(`m${n}`))])
    })()
    while (n < 50) await new Promise((resolve) => setImmediate(resolve))
    await store.backup(backup)
    isOver = true
    await writing
    await store.close()
    const empty = await postgres.newDatabase()
    await restore(empty)
    const restored = await openDatabase(empty)
    const messages = await restored.find(HUZHOU, 'messages', { limit: 10_000 })
    expect(messages.length).toBeGreaterThanOrEqual(50)
    expect((await restored.find(HUZHOU, 'requests', { limit: 10_000 })).map(({ id }) => id)).toEqual(messages.map(({ id }) => id))
    await restored.close()
  })
  it('tells whoever finds it no word, no name and no table of what was in it', async () => {
    await filledDatabase()
    const files = (await readdir(backup, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile() && entry.name !== 'backup.json')
    expect(files.length).toBeGreaterThan(5)
    for (const entry of files) {
      const text = (await readFile(join(entry.parentPath, entry.name))).toString('latin1')
      for (const word of ['repair', 'residentId', 'checksum', 'HZ-', Buffer.from(canary).toString('latin1')]) expect(text.includes(word), `${entry.name}: ${word}`).toBe(false)
    }
  })
  it('holds the key only when asked to', async () => {
    const url = await filledDatabase()
    expect(await readdir(backup)).not.toContain('key')
    const store = await openDatabase(url)
    await store.backup(join(place, 'with-key'), { withKey: true })
    await store.close()
    await restoreEmbedded({ from: join(place, 'with-key'), to: join(place, 'data'), now: () => 0 })
    const embedded = await openEmbeddedStore({ folder: join(place, 'data'), create: false, now: Date.now, onFatal: () => {} })
    await expectAll(embedded)
    await embedded.close()
  })
})

describe('restoring to a database is refused before anything is touched', () => {
  let live: string
  const untouched = async (): Promise<void> => {
    const store = await openDatabase(live)
    expect(await store.find(HUZHOU, 'requests', { limit: 100 })).toHaveLength(20)
    await store.close()
    const client = new pg.Client({ connectionString: live })
    await client.connect()
    expect((await client.query(`select 1 from pg_namespace where nspname like 'yichuang_before%'`)).rows).toEqual([])
    await client.end()
  }
  beforeEach(async () => void (live = await filledDatabase()))

  it('when any file of the backup is cut short, changed in one bit, or gone', async () => {
    const files = (await readdir(backup, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
    for (const path of files) {
      const bytes = await readFile(path)
      const changed = Buffer.from(bytes)
      if (bytes.length > 0) changed[bytes.length >> 1]! ^= 4
      for (const damage of bytes.length === 0 ? [Buffer.from('x')] : [bytes.subarray(0, -1), changed, Buffer.alloc(0)]) {
        await writeFile(path, damage)
        await expect(restore(live, { replace: true }), path).rejects.toMatchObject({ code: 'damaged' })
      }
      await rm(path)
      await expect(restore(live, { replace: true }), path).rejects.toMatchObject({ code: 'damaged' })
      await writeFile(path, bytes)
    }
    await untouched()
  })
  it('with another key', async () => {
    await expect(restore(live, { replace: true, key: randomBytes(32) })).rejects.toMatchObject({ code: 'wrong-key' })
    await untouched()
  })
  it('when a newer version wrote the backup', async () => {
    const path = join(backup, 'backup.json')
    await writeFile(path, encodeDocument({ ...decodeDocument<object>(await readFile(path), path), format: 3 }))
    await expect(restore(live, { replace: true })).rejects.toMatchObject({ code: 'newer-format' })
    await untouched()
  })
  it('when something stands there that was not told to give way, and while processes use it', async () => {
    await expect(restore(live)).rejects.toMatchObject({ code: 'conflict' })
    await untouched()
    const store = await openDatabase(live)
    await store.communities()
    await expect(restore(live, { replace: true })).rejects.toMatchObject({ code: 'locked' })
    await store.close()
    await untouched()
  })
  it('what stands there gives way when told to, and is kept beside', async () => {
    const store = await openDatabase(live)
    await store.commit(HUZHOU, [put('messages', aMessage({ id: 'after the backup' }))])
    await store.close()
    await restore(live, { replace: true })
    const restored = await openDatabase(live)
    expect(await restored.get(HUZHOU, 'messages', 'after the backup')).toBeNull()
    await expectAll(restored)
    await restored.close()
    const client = new pg.Client({ connectionString: live })
    await client.connect()
    expect((await client.query(`select 1 from yichuang_before_19700101000000.messages where id = 'after the backup'`)).rows).toHaveLength(1)
    await client.end()
  })
})

describe('a backup of the form before', () => {
  const fixture = resolve(import.meta.dirname, '../fixtures/store/backup-1')
  const fixtureKey = Buffer.from('the key of the fixtures, no more')
  it.each(['data folder', 'database'] as const)('is restored to a %s', async (kind) => {
    await mkdir(place, { recursive: true })
    await cp(fixture, backup, { recursive: true })
    let store: Store
    if (kind === 'database') {
      const url = await postgres.newDatabase()
      expect(await restore(url, { key: fixtureKey })).toMatchObject({ rows: 3 })
      store = await openPostgresStore({ url, key: fixtureKey })
    } else {
      expect(await restoreEmbedded({ from: backup, to: join(place, 'data'), key: fixtureKey, now: () => 0 })).toMatchObject({ rows: 3 })
      store = await openEmbeddedStore({ folder: join(place, 'data'), create: false, key: fixtureKey, now: Date.now, onFatal: () => {} })
    }
    expect(await store.find(HUZHOU, 'residents', {})).toMatchObject([{ name: '王阿姨', phone: '13800000001' }])
    expect(await store.archived(HUZHOU, 'messages', '1970-01')).toMatchObject([{ id: 'old' }])
    expect(await store.nextNumber(HUZHOU, 'HZ-2611')).toBe(2)
    await store.close()
  })
})
