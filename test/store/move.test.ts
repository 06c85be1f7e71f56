import { randomBytes } from 'node:crypto'
import { cp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { verifyEqual, type Contents } from '../../src/store/contents.js'
import { openEmbeddedStore, type EmbeddedStore } from '../../src/store/embedded.js'
import { copyAhead, finishMove, houseOf, isAtWork, withNewHouse, withOldHouse, type House, type Side } from '../../src/store/move.js'
import { openPostgresStore, type PostgresStore } from '../../src/store/postgres.js'
import { withPostgresContents } from '../../src/store/postgres/contents.js'
import { pages } from '../../src/store/pages.js'
import { Sealer } from '../../src/store/seal.js'
import type { Store } from '../../src/store/store.js'
import { tableNames } from '../../src/store/tables.js'
import { compileStore, runWithStore } from './child-process.js'
import { startPostgresMade, type PostgresServer } from './postgres-server.js'
import { aMessage, HUZHOU, oneOfEach, PUYANG, requestNamed } from './rows.js'
import { tempFolder } from './temp-store.js'
import { put, remove } from './writes.js'

const key = randomBytes(32)
const sealer = new Sealer(key)
const dayMs = 86_400_000
const long = process.env['LONG'] !== undefined
const kills = long ? 60 : 20

let server: PostgresServer
let place: string
let folder: string
let url: string
/** A database whose schema is made: the others are copies of it. */
let made: string
/** A folder and a database that hold what `fill` brings: the tests begin with copies of them. */
let full: { readonly place: string; readonly url: string }
beforeAll(async () => {
  ({ server, made } = await startPostgresMade(key))
  full = { place: await tempFolder(), url: await server.newDatabase(made) }
  for (const store of [await openFolder(join(full.place, 'data'), true), await openDatabase(full.url)]) {
    await fill(store)
    await store.close()
  }
}, 120_000)
afterAll(async () => {
  await server.stop()
  await rm(full.place, { recursive: true, force: true })
})
beforeEach(async () => {
  place = await tempFolder()
  folder = join(place, 'data')
  url = await server.newDatabase(made)
})
afterEach(() => rm(place, { recursive: true, force: true }))

const openFolder = (at = folder, create = false): Promise<EmbeddedStore> => openEmbeddedStore({ folder: at, create, key, now: Date.now, onFatal: (error) => { throw error } })
const openDatabase = (at = url): Promise<PostgresStore> => openPostgresStore({ url: at, key })
const lowdb = (at = folder): House => ({ kind: 'lowdb', folder: at })
const postgres = (at = url): House => ({ kind: 'postgres', url: at })
const move = <T>(from: House, to: House, how: (from: Side, to: Side, parts: { now: () => number }) => Promise<T>): Promise<T> =>
  withOldHouse(from, key, Date.now, (old) => withNewHouse(to, old.contents, key, Date.now, (house) => how(old, house, { now: Date.now })))

/** A row of each table in two communities, an archive with a row erased from it, attachments, number series. */
async function fill(store: Store): Promise<void> {
  for (const community of [HUZHOU, PUYANG]) {
    for (const table of tableNames) await store.commit(community, [put(table, { ...oneOfEach[table], ...(table === 'requests' ? { settledAt: null } : {}) })])
    await store.saveBlob(community, 'a1', randomBytes(50_000))
    for (let n = 0; n < 40; n++) {
      const number = await store.nextNumber(community, 'HZ')
      await store.commit(community, [put('requests', requestNamed(`r${n}`, { number: `HZ-${number}`, settledAt: n < 15 ? n * 20 * dayMs : null, description: `第${n}件：楼道灯不亮，联系13800000001` }))])
    }
  }
  expect(await store.retire(450 * dayMs)).toBeGreaterThan(30)
  // A row erased from the archive leaves its number taken.
  expect(await store.changeArchived(HUZHOU, 'requests', (row) => (row.id === 'r3' ? null : row))).toBe(1)
  await store.commit(HUZHOU, [put('requests', requestNamed('r20', { rev: 1, number: 'HZ-renamed' })), remove('requests', 'r21', 1)])
}

/** What people would notice: every row of every table, the archive, numbers, attachments. */
async function expectAll(store: Store): Promise<void> {
  for (const community of [HUZHOU, PUYANG]) {
    const requests = await store.find(community, 'requests', { limit: 10_000 })
    expect(requests.filter(({ id }) => id.startsWith('r') && id !== 'request-1')).toHaveLength(community === HUZHOU ? 24 : 25)
    expect(requests.find(({ id }) => id === 'r30')?.description).toBe('第30件：楼道灯不亮，联系13800000001')
    expect(await store.find(community, 'staff', { by: 'login', equals: 'li' })).toHaveLength(1)
    expect((await store.loadBlob(community, 'a1'))?.length).toBe(50_000)
    expect(await store.nextNumber(community, 'HZ')).toBe(41)
  }
  const archived = await Promise.all(['1970-01', '1970-02', '1970-03', '1970-04', '1970-05', '1970-06', '1970-07', '1970-08', '1970-09', '1970-10'].map((month) => store.archived(HUZHOU, 'requests', month)))
  expect(archived.flat().map(({ id }) => id).sort()).toEqual(['r0', 'r1', 'r10', 'r11', 'r12', 'r13', 'r14', 'r2', 'r4', 'r5', 'r6', 'r7', 'r8', 'r9'])
  await expect(store.commit(HUZHOU, [put('requests', requestNamed('new', { sourceKey: 'web:r3:0' }))])).rejects.toMatchObject({ code: 'conflict' })
  await store.commit(HUZHOU, [put('requests', requestNamed('r21')), put('requests', requestNamed('r20', { rev: 2 }))])
}

const filledFolder = (): Promise<void> => cp(join(full.place, 'data'), folder, { recursive: true })
async function filledDatabase(): Promise<void> {
  url = await server.newDatabase(full.url)
}
const inDatabase = <T>(work: (contents: Contents) => Promise<T>, at = url): Promise<T> => withPostgresContents({ url: at, sealer }, 'picture', work)
async function inFolder<T>(work: (contents: Contents) => Promise<T>, at = folder): Promise<T> {
  const store = await openEmbeddedStore({ folder: at, create: false, key, evenMoved: true, now: Date.now, onFatal: () => {} })
  try {
    return await work(store.contents())
  } finally {
    await store.close()
  }
}

describe('moving house', () => {
  it('takes everything from a data folder to PostgreSQL and back, equal in every row, attachment, number and archived request', async () => {
    await filledFolder()
    const there = await move(lowdb(), postgres(), finishMove)
    expect(there).toMatchObject({ archived: 35, blobs: 2 })
    const back = join(place, 'back')
    const home = await move(postgres(), lowdb(back), finishMove)
    expect(home).toEqual(there)
    // The first folder, the last one: the same in the clear, down to the hash.
    expect(await inFolder((first) => inFolder((last) => verifyEqual(first, last), back))).toEqual(there)
    const store = await openFolder(back)
    await expectAll(store)
    await store.close()
  })
  it('leaves a working store in PostgreSQL', async () => {
    await filledFolder()
    await move(lowdb(), postgres(), finishMove)
    const store = await openDatabase()
    await expectAll(store)
    await store.close()
  })
  it('opens the old house for nobody afterwards, and names the new one', async () => {
    await filledFolder()
    await move(lowdb(), postgres(), finishMove)
    await expect(openFolder()).rejects.toMatchObject({ code: 'moved', message: expect.stringContaining('postgres://127.0.0.1:') as string })
    await move(postgres(), lowdb(join(place, 'back')), finishMove)
    await expect(openDatabase()).rejects.toMatchObject({ code: 'moved', message: expect.stringContaining('lowdb:') as string })
  })
  it('tells no password in the mark it leaves', async () => {
    await filledFolder()
    await move(lowdb(), postgres(), finishMove)
    const error = (await openFolder().catch((caught: unknown) => caught)) as Error
    expect(error.message).not.toContain(new URL(url).password)
  })
  it('opens the new house for nobody before all is there', async () => {
    await filledFolder()
    await move(lowdb(), postgres(), copyAhead)
    await expect(openDatabase()).rejects.toMatchObject({ code: 'moved' })
    // The old one works on.
    await (await openFolder()).close()
  })
  it('goes back into the folder it once left, and keeps what lay there aside', async () => {
    await filledFolder()
    await move(lowdb(), postgres(), finishMove)
    const working = await openDatabase()
    await working.commit(HUZHOU, [put('messages', aMessage({ id: 'later' }))])
    await working.close()
    await move(postgres(), lowdb(), finishMove)
    const store = await openFolder()
    expect(await store.get(HUZHOU, 'messages', 'later')).not.toBeNull()
    await expectAll(store)
    await store.close()
    expect((await readdir(folder)).filter((name) => name.startsWith('before-'))).toHaveLength(1)
    // And out again: what had left PostgreSQL is kept beside, under a name of its own.
    expect(await move(lowdb(), postgres(), finishMove)).not.toBeNull()
  })
  it('is done once: a second call changes nothing and says so', async () => {
    await filledFolder()
    await move(lowdb(), postgres(), finishMove)
    expect(await move(lowdb(), postgres(), finishMove)).toBeNull()
  })
  it('does not move into a place where others live', async () => {
    await filledFolder()
    await filledDatabase()
    await expect(move(lowdb(), postgres(), finishMove)).rejects.toMatchObject({ code: 'conflict' })
    await expect(move(postgres(), lowdb(), finishMove)).rejects.toMatchObject({ code: 'conflict' })
    await (await openFolder()).close()
    await (await openDatabase()).close()
  })
  it('does not move with another key', async () => {
    await filledFolder()
    const other = await server.newDatabase()
    await (await openPostgresStore({ url: other, key: randomBytes(32) })).close()
    await expect(move(lowdb(), postgres(other), finishMove)).rejects.toMatchObject({ code: 'wrong-key' })
    await (await openFolder()).close()
  })
  it('does not switch while a process works with the database', async () => {
    await filledDatabase()
    const working = await openDatabase()
    await working.communities()
    expect(await isAtWork(url)).toBe(true)
    await expect(move(postgres(), lowdb(), finishMove)).rejects.toMatchObject({ code: 'locked' })
    expect(await working.find(HUZHOU, 'staff', {})).toHaveLength(1)
    await working.close()
  })
  it('opens the old house again when the copy is found to differ', async () => {
    await filledFolder()
    const spoilt = move(lowdb(), postgres(), (old, house, parts) => finishMove(old, { ...house, contents: { ...house.contents, list: async (shelf) => {
      const list = new Map(await house.contents.list(shelf))
      if (shelf.kind === 'rows' && shelf.table === 'staff') list.set('nobody', '')
      return list
    } } }, parts))
    await expect(spoilt).rejects.toMatchObject({ code: 'damaged' })
    await (await openFolder()).close()
    await expect(openDatabase()).rejects.toMatchObject({ code: 'moved' })
    expect(await move(lowdb(), postgres(), finishMove)).not.toBeNull()
  })
  it('understands only places it can move to', () => {
    expect(houseOf('postgres://u:p@db/yichuang')).toEqual({ kind: 'postgres', url: 'postgres://u:p@db/yichuang' })
    expect(houseOf('lowdb:/srv/data')).toEqual({ kind: 'lowdb', folder: '/srv/data' })
    for (const text of ['mysql://db/x', '/srv/data', 'lowdb:']) expect(() => houseOf(text)).toThrow()
  })
})

/** Commits messages, moves requests on, archives, until told to stop; returns what was acknowledged. */
function traffic(store: Store, lanes = 3): { readonly acknowledged: Set<string>; stop(): Promise<void> } {
  const acknowledged = new Set<string>()
  let isOver = false
  const work = async (lane: number): Promise<void> => {
    for (let n = 0; !isOver; n++) {
      const id = `${lane}-${n}`
      await store.commit(PUYANG, [put('messages', aMessage({ id, text: `第${id}句` })), put('requests', requestNamed(id, { number: `PY-${await store.nextNumber(PUYANG, 'PY')}` }))])
      if (n % 3 === 0) await store.commit(PUYANG, [put('requests', requestNamed(id, { rev: 1, settledAt: 0 }))])
      if (n % 20 === 0) await store.retire(500 * dayMs)
      acknowledged.add(id)
      await new Promise((resolve) => setImmediate(resolve))
    }
  }
  const working = Promise.all(Array.from({ length: lanes }, (_, lane) => work(lane)))
  return {
    acknowledged,
    async stop() {
      isOver = true
      await working
    },
  }
}
async function expectAcknowledged(store: Store, ids: ReadonlySet<string>): Promise<void> {
  const archived = await store.archived(PUYANG, 'requests', '1970-01')
  const there = new Set([...archived, ...(await store.find(PUYANG, 'requests', { limit: 10_000 }))].map(({ id }) => id))
  expect([...ids].filter((id) => !there.has(id))).toEqual([])
  expect(archived.length).toBeGreaterThan(0)
}

describe('under traffic', () => {
  it('a data folder is copied ahead, and the switch brings what came after', async () => {
    await filledFolder()
    const store = await openFolder()
    const { acknowledged, stop } = traffic(store)
    while (acknowledged.size < 100) await new Promise((resolve) => setImmediate(resolve))
    const old: Side = { name: `lowdb:${folder}`, contents: store.contents(), readMark: () => Promise.resolve(null), writeMark: () => Promise.reject(new Error('not while it works')) }
    await withNewHouse(postgres(), old.contents, key, Date.now, (house) => copyAhead(old, house, { now: Date.now }))
    const atCopy = acknowledged.size
    while (acknowledged.size < atCopy + 100) await new Promise((resolve) => setImmediate(resolve))
    await stop()
    await store.close()
    expect(await move(lowdb(), postgres(), finishMove)).not.toBeNull()
    const there = await openDatabase()
    await expectAcknowledged(there, acknowledged)
    await there.close()
  })
  it('a database is copied ahead by a command beside its processes, and the switch brings what came after', async () => {
    await filledDatabase()
    const store = await openDatabase()
    const { acknowledged, stop } = traffic(store, 1)
    while (acknowledged.size < 50) await new Promise((resolve) => setTimeout(resolve, 5))
    await move(postgres(), lowdb(), copyAhead)
    await stop()
    await store.close()
    expect(await move(postgres(), lowdb(), finishMove)).not.toBeNull()
    const there = await openFolder()
    await expectAcknowledged(there, acknowledged)
    await there.close()
  })
})

describe(`killed at ${kills} points`, () => {
  let compiled: Awaited<ReturnType<typeof compileStore>>
  beforeAll(async () => void (compiled = await compileStore('src/store/move.ts')))
  afterAll(() => compiled.remove())
  /** Of these the copying ahead, while people write. */
  const killsAhead = kills * 0.3

  /** What a process that copies ahead begins with: it dies before or after the given one of the steps that change the new house. */
  const mortalCopier = (dieAt: number): string => `
    const { copyAhead, folderMarks, withOldHouse, withNewHouse } = await import(${JSON.stringify(join(compiled.folder, 'src/store/move.js'))})
    const key = Buffer.from('${key.toString('base64')}', 'base64')
    let steps = 0
    const mortal = (act) => async (...given) => {
      if (++steps === ${dieAt}) process.kill(process.pid, 'SIGKILL')
      const result = await act(...given)
      if (++steps === ${dieAt}) process.kill(process.pid, 'SIGKILL')
      return result
    }
    const copy = (old, to) => withNewHouse(to, old.contents, key, Date.now, (house) => copyAhead(old, { ...house, writeMark: mortal(house.writeMark), contents: { ...house.contents, write: mortal(house.contents.write) } }, { now: Date.now }))`

  it('under traffic, a database: the copying goes on where it was, and nothing that was acknowledged is missing', { timeout: 60_000 + kills * 5_000 }, async () => {
    await filledDatabase()
    const store = await openDatabase()
    const { acknowledged, stop } = traffic(store, 1)
    for (let kill = 0; kill < killsAhead; kill++) {
      const before = acknowledged.size
      while (acknowledged.size < before + 20) await new Promise((resolve) => setImmediate(resolve))
      const killed = runWithStore(compiled.folder, '', `${mortalCopier(2 + ((kill * 3) % 5))}
        await withOldHouse(${JSON.stringify(postgres())}, key, Date.now, (old) => copy(old, ${JSON.stringify(lowdb())}))`)
      expect(await killed.ended, `kill ${kill}`).toBeNull()
      await expect(openFolder(), `kill ${kill}`).rejects.toMatchObject({ code: expect.stringMatching(/moved|missing/) as string })
    }
    await stop()
    await store.close()
    expect(await move(postgres(), lowdb(), finishMove)).not.toBeNull()
    const there = await openFolder()
    await expectAcknowledged(there, acknowledged)
    await there.close()
  })

  it('under traffic, a data folder whose process dies with the copying: it goes on where it was, and nothing that was acknowledged is missing', { timeout: 60_000 + kills * 5_000 }, async () => {
    await filledFolder()
    const acknowledged: string[] = []
    for (let kill = 0; kill < killsAhead; kill++) {
      const serving = runWithStore(compiled.folder, folder, `${mortalCopier(2 + ((kill * 3) % 5))}
        const store = await open({ folder, create: false, key, now: Date.now, onFatal: (error) => { throw error } })
        const serve = async (lane) => {
          for (let n = 0; ; n++) {
            const row = { ...${JSON.stringify(aMessage())}, id: 'kill-${kill}-' + lane + '-' + n }
            await store.commit(${JSON.stringify(PUYANG)}, [{ op: 'put', table: 'messages', row }])
            print(row.id)
          }
        }
        for (const lane of [0, 1]) void serve(lane)
        await copy({ ...folderMarks(folder), name: 'lowdb:' + folder, contents: store.contents() }, ${JSON.stringify(postgres())})`)
      expect(await serving.ended, `kill ${kill}`).toBeNull()
      acknowledged.push(...serving.lines)
      await expect(openDatabase(), `kill ${kill}`).rejects.toMatchObject({ code: 'moved' })
    }
    expect(acknowledged.length).toBeGreaterThan(killsAhead)
    expect(await move(lowdb(), postgres(), finishMove)).not.toBeNull()
    const there = await openDatabase()
    const ids = new Set<string>()
    for await (const page of pages(there, PUYANG, 'messages', {})) for (const { id } of page) ids.add(id)
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([])
    await there.close()
  })

  /** Moves, and dies before or after the given one of the steps that change anything. */
  const mover = (from: House, to: House, dieAt: number): string => `
    const { withOldHouse, withNewHouse, finishMove } = await import(${JSON.stringify(join(compiled.folder, 'src/store/move.js'))})
    const key = Buffer.from('${key.toString('base64')}', 'base64')
    let steps = 0
    const mortal = (act) => async (...given) => {
      if (++steps === ${dieAt}) process.kill(process.pid, 'SIGKILL')
      const result = await act(...given)
      if (++steps === ${dieAt}) process.kill(process.pid, 'SIGKILL')
      return result
    }
    const watched = (side) => ({ ...side, writeMark: mortal(side.writeMark), contents: { ...side.contents, write: mortal(side.contents.write) } })
    const moved = await withOldHouse(${JSON.stringify(from)}, key, Date.now, (old) => withNewHouse(${JSON.stringify(to)}, old.contents, key, Date.now, (house) => finishMove(watched(old), watched(house), { now: Date.now })))
    print(JSON.stringify({ steps, moved }))`

  it.each([['from a data folder to PostgreSQL', 'there'], ['from PostgreSQL to a data folder', 'back']] as const)('%s it goes on where it was, and ends equal', { timeout: 60_000 + kills * 10_000 }, async (_, direction) => {
    // Each run begins alike, with a copy of the full house and an empty one.
    if (direction === 'there') await filledFolder()
    else await filledDatabase()
    const run = async (n: number): Promise<{ from: House; to: House }> => {
      if (direction === 'back') return { from: postgres(await server.newDatabase(url)), to: lowdb(join(place, `to-${n}`)) }
      await cp(folder, join(place, `from-${n}`), { recursive: true })
      return { from: lowdb(join(place, `from-${n}`)), to: postgres(await server.newDatabase(made)) }
    }
    const whole = await run(0)
    const unharmed = runWithStore(compiled.folder, '', mover(whole.from, whole.to, 0))
    expect(await unharmed.ended).toBe(0)
    const { steps, moved } = JSON.parse(unharmed.lines[0] ?? '') as { steps: number; moved: { hash: string; rows: number } }
    expect(steps).toBeGreaterThan(kills)
    const dieOnce = async (kill: number): Promise<void> => {
      const { from, to } = await run(kill)
      const dieAt = kill === kills ? steps : Math.max(1, Math.round((kill * steps) / kills))
      const killed = runWithStore(compiled.folder, '', mover(from, to, dieAt))
      expect(await killed.ended, `at step ${dieAt}`).toBeNull()
      // Never are both open.
      const opens = await Promise.all([from, to].map(async (house) => {
        const store = await (house.kind === 'lowdb' ? openFolder(house.folder) : openDatabase(house.url)).catch(() => null)
        await store?.close()
        return store !== null
      }))
      expect(opens.filter(Boolean).length, `at step ${dieAt}`).toBeLessThanOrEqual(1)
      const again = await move(from, to, finishMove)
      if (again !== null) expect(again).toEqual(moved)
      else {
        // Killed after the last step of all, it was done.
        expect(dieAt).toBe(steps)
        const [data = '', base = ''] = direction === 'there' ? [(from as { folder: string }).folder, (to as { url: string }).url] : [(to as { folder: string }).folder, (from as { url: string }).url]
        expect(await inFolder((left) => inDatabase((right) => verifyEqual(left, right), base), data)).toEqual(moved)
      }
    }
    const left = Array.from({ length: kills }, (_, at) => at + 1)
    // A few at a time, each with houses of its own.
    await Promise.all([1, 2, 3].map(async () => {
      for (let kill = left.shift(); kill !== undefined; kill = left.shift()) await dieOnce(kill)
    }))
  })
})
