import { randomBytes } from 'node:crypto'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPostgresStore } from '../../src/store/postgres.js'
import { bringUpToDate, fingerprint, SCHEMA_LEVEL } from '../../src/store/postgres/schema.js'
import { startOwnPostgres, startPostgres, type PostgresServer } from './postgres-server.js'
import { HUZHOU, oneOfEach, requestNamed } from './rows.js'
import { put } from './writes.js'

const key = randomBytes(32)
const kills = process.env['LONG'] === undefined ? 12 : 100

let server: PostgresServer
beforeAll(async () => void (server = await startPostgres()), 120_000)
afterAll(() => server.stop())

/** Brings the schema up to date over a connection that is cut, by the server, before the given statement. Returns how many were sent. */
async function bringUpCutAt(url: string, cutAt: number): Promise<number> {
  let sent = 0
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  pool.on('error', () => {})
  pool.on('connect', (client) => {
    client.on('error', () => {})
    const query = client.query.bind(client) as (...given: unknown[]) => unknown
    client.query = (async (...given: unknown[]) => {
      sent += 1
      if (sent === cutAt) await run(url, `select pg_terminate_backend(${(client as unknown as { processID: number }).processID})`)
      return query(...given)
    }) as unknown as typeof client.query
  })
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  try {
    await bringUpToDate(db)
  } finally {
    await db.destroy().catch(() => {})
  }
  return sent
}

async function run(url: string, ...statements: string[]): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    let rows: Record<string, unknown>[] = []
    for (const statement of statements) rows = (await client.query<Record<string, unknown>>(statement)).rows
    return rows
  } finally {
    await client.end()
  }
}

/** A database as an older program leaves it: with rows, without what came later. */
async function olderDatabase(): Promise<string> {
  const url = await server.newDatabase()
  const store = await openPostgresStore({ url, key })
  await store.commit(HUZHOU, [put('requests', requestNamed('r1')), put('residents', oneOfEach.residents)])
  expect(await store.nextNumber(HUZHOU, 'HZ')).toBe(1)
  await store.close()
  await run(url, 'drop table yichuang."clockWarnings" cascade', 'drop table yichuang.leases cascade', 'alter table yichuang.requests drop column key_number', `create index requests_number on yichuang.requests (community_id, (keys ->> 'number'), id)`, 'drop function yichuang.retire_rows', `update yichuang.meta set value = 'older' where name = 'schema'`, `delete from yichuang.meta where name = 'format'`)
  return url
}

describe('the schema of the database', () => {
  it(`cut off at ${kills} of its steps stands as it did, and the next start finishes it with nothing lost`, { timeout: 300_000 }, async () => {
    const older = await olderDatabase()
    const steps = await bringUpCutAt(await server.newDatabase(older), 0)
    expect(steps).toBeGreaterThan(kills)
    for (let kill = 1; kill <= kills; kill++) {
      const url = await server.newDatabase(older)
      await expect(bringUpCutAt(url, Math.max(1, Math.round((kill * steps) / kills)))).rejects.toThrow()
      expect(await run(url, `select value from yichuang.meta where name = 'schema'`)).toEqual([{ value: 'older' }])
      const store = await openPostgresStore({ url, key })
      expect((await store.get(HUZHOU, 'requests', 'r1'))?.description).toBe('3栋楼下的灯不亮了')
      expect((await store.get(HUZHOU, 'residents', 'r1'))?.phone).toBe('13800000001')
      expect(await store.nextNumber(HUZHOU, 'HZ')).toBe(2)
      await store.commit(HUZHOU, [put('clockWarnings', oneOfEach.clockWarnings)])
      await store.close()
    }
  })
  it('has a level of its own for each form it had: raise SCHEMA_LEVEL with whatever changes the form, and write it down here', () => {
    expect([SCHEMA_LEVEL, fingerprint.slice(0, 16)]).toEqual([4, 'fc24d122e8fc0992'])
  })
  it('is left by an older program, started again beside a newer one, as that one made it', async () => {
    const url = await server.newDatabase()
    await (await openPostgresStore({ url, key })).close()
    await run(url, `update yichuang.meta set value = '999' where name = 'level'`, `update yichuang.meta set value = 'of tomorrow' where name = 'schema'`, `comment on function yichuang.retire_rows is 'of tomorrow'`, 'alter table yichuang.requests add column later text')
    const older = await openPostgresStore({ url, key })
    await older.commit(HUZHOU, [put('requests', requestNamed('r1'))])
    expect(await older.get(HUZHOU, 'requests', 'r1')).toMatchObject({ id: 'r1' })
    await older.close()
    expect(await run(url, `select value from yichuang.meta where name = 'schema'`)).toEqual([{ value: 'of tomorrow' }])
  })
  it('is read by the program of the release before, which goes on beside: nothing it knows is taken away', async () => {
    const url = await olderDatabase()
    const newer = await openPostgresStore({ url, key })
    await newer.commit(HUZHOU, [put('requests', requestNamed('r2'))])
    await newer.close()
    // Back to the program before: it finds a schema that is not its own, and brings its own up to date.
    await run(url, `update yichuang.meta set value = 'older' where name = 'schema'`)
    const older = await openPostgresStore({ url, key })
    expect((await older.find(HUZHOU, 'requests', {})).map(({ id }) => id)).toEqual(['r1', 'r2'])
    await older.close()
    const again = await openPostgresStore({ url, key })
    expect(await again.nextNumber(HUZHOU, 'HZ')).toBe(2)
    await again.close()
  })
  it('of a newer form is refused, and left as it is', async () => {
    const url = await olderDatabase()
    await run(url, `insert into yichuang.meta values ('format', '2')`)
    await expect(openPostgresStore({ url, key })).rejects.toMatchObject({ code: 'newer-format' })
    expect(await run(url, `select value from yichuang.meta where name = 'schema'`)).toEqual([{ value: 'older' }])
  })
})

describe('a server that has the databases of several cities', () => {
  let own: Awaited<ReturnType<typeof startOwnPostgres>>
  beforeAll(async () => void (own = await startOwnPostgres()), 120_000)
  afterAll(() => own.stop())

  it('has all of them begun at one moment', async () => {
    const urls = await Promise.all(Array.from({ length: 6 }, () => own.newDatabase()))
    const stores = await Promise.all(urls.map((url) => openPostgresStore({ url, key })))
    for (const store of stores) await store.commit(HUZHOU, [put('requests', requestNamed('r1'))])
    await Promise.all(stores.map((store) => store.close()))
  })
  it('lets each city in as a user of its own, who may make no roles once the operator has given it the one', { timeout: 60_000 }, async () => {
    const cities = await Promise.all(['north', 'south', 'unprepared'].map(async (name) => {
      const url = new URL(await own.newDatabase())
      await run(own.url, `create role ${name} login password 'of ${name}'`, `alter database ${url.pathname.slice(1)} owner to ${name}`)
      Object.assign(url, { username: name, password: `of ${name}` })
      return url.href
    }))
    await run(own.url, 'grant yichuang_app to north, south')
    for (const url of cities.slice(0, 2)) {
      const store = await openPostgresStore({ url, key })
      await store.commit(HUZHOU, [put('requests', requestNamed('r1'))])
      expect((await store.find(HUZHOU, 'requests', {})).map(({ id }) => id)).toEqual(['r1'])
      await store.close()
    }
    await expect(openPostgresStore({ url: cities[2] ?? '', key })).rejects.toThrow(/was given the role yichuang_app or may create it/)
  })
})
