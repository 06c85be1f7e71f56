import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { StoreError } from '../../errors.js'
import type { CommunityId } from '../../knowledge/community.js'
import type { Contents, Item, Shelf } from '../contents.js'
import type { Sealer } from '../seal.js'
import { ruleOf, type StoredRow } from '../state.js'
import { tableNames, type TableName } from '../tables.js'
import { bringUpToDate, keepKeyId } from './schema.js'

/**
 * `each`: every write is a transaction of its own. `one`: all of the work is one transaction, which holds only if the work
 * ends well. `picture`: nothing is written, everything is read as it stood at one moment.
 */
type Transactions = 'each' | 'one' | 'picture'

export interface PostgresPlace {
  /** The user must own the schema. */
  readonly url: string
  readonly sealer: Sealer
}

/** Names that one statement lists. */
const pageRows = 10_000

/** Brings the schema up to date and checks the key, then lends all that the database holds to `work`, past row-level security. */
export async function withPostgresContents<T>({ url, sealer }: PostgresPlace, transactions: Transactions, work: (contents: Contents, client: pg.Client) => Promise<T>): Promise<T> {
  await prepare(url, sealer)
  const client = await connected(url)
  try {
    if (transactions === 'one') await client.query('begin')
    if (transactions === 'picture') await client.query('begin isolation level repeatable read read only')
    const result = await work(postgresContents(client, sealer, transactions === 'each'), client)
    if (transactions !== 'each') await client.query('commit')
    return result
  } catch (error) {
    throw error instanceof pg.DatabaseError ? new StoreError('write-refused', `store: PostgreSQL refused it (${error.message}); nothing of the last step was kept`, { cause: error }) : error
  } finally {
    // What was not committed is taken back.
    await client.end().catch(() => {})
  }
}

/** Whoever waits longer for what others hold gives up and says so, ms. */
const lockWithinMs = 10_000

/** One connection as the user that the address names. */
export async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000, lock_timeout: lockWithinMs, application_name: 'yichuang-copy' })
  client.on('error', () => {})
  try {
    await client.connect()
    return client
  } catch (error) {
    throw new StoreError('missing', `store: the database can't be reached: ${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
}

async function prepare(url: string, sealer: Sealer): Promise<void> {
  await (await connected(url)).end()
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool: new pg.Pool({ connectionString: url, max: 1 }) }) })
  try {
    await bringUpToDate(db)
    const keyId = await keepKeyId(db, sealer.keyId)
    if (keyId !== sealer.keyId) throw new StoreError('wrong-key', `store: the database is sealed with key ${keyId}, the key given is ${sealer.keyId}; use the key it was made with`)
  } finally {
    await db.destroy()
  }
}

function postgresContents(client: pg.Client, sealer: Sealer, isEach: boolean): Contents {
  async function ask<R>(text: string, values: readonly unknown[] = []): Promise<readonly R[]> {
    return (await client.query(text, [...values])).rows as R[]
  }

  async function inOne(work: () => Promise<void>): Promise<void> {
    if (!isEach) return work()
    await client.query('begin')
    try {
      await work()
      await client.query('commit')
    } catch (error) {
      await client.query('rollback').catch(() => {})
      throw error
    }
  }

  return {
    sealer,
    async shelves() {
      const found: Shelf[] = []
      for (const table of tableNames) {
        for (const { community } of await ask<{ community: CommunityId }>(`select distinct community_id as community from yichuang."${table}"`)) found.push({ kind: 'rows', community, table })
        for (const field of ruleOf(table).unique) {
          for (const { community } of await ask<{ community: CommunityId }>(`select distinct community_id as community from yichuang.unique_values u where table_name = $1 and field = $2 and ${notLiving(table)}`, [table, field])) found.push({ kind: 'taken', community, table, field })
        }
      }
      for (const one of await ask<{ community: CommunityId; table: TableName; month: string }>('select distinct community_id as community, table_name as table, month from yichuang.archived')) found.push({ kind: 'archive', ...one })
      for (const { community } of await ask<{ community: CommunityId }>('select distinct community_id as community from yichuang.series')) found.push({ kind: 'numbers', community })
      for (const { community } of await ask<{ community: CommunityId }>('select distinct community_id as community from yichuang.blobs')) found.push({ kind: 'blobs', community })
      return found
    },
    async list(shelf) {
      const { from, values, name, bytes } = standing(shelf)
      const hashes = new Map<string, string>()
      for (let after: string | null = null; ;) {
        const page: readonly { name: string; hash: string }[] = await ask(`select ${name} as name, encode(sha256(${bytes}), 'hex') as hash from ${from} and ($${values.length + 1}::text is null or ${name} > $${values.length + 1}) order by ${name} limit ${pageRows}`, [...values, after])
        for (const one of page) hashes.set(nameOf(shelf, one.name), one.hash)
        if (page.length < pageRows) return hashes
        after = page.at(-1)?.name ?? null
      }
    },
    async read(shelf, names) {
      const { from, values, name, bytes } = standing(shelf)
      const found = await ask<{ name: string; bytes: Buffer }>(`select ${name} as name, ${bytes} as bytes from ${from} and ${name} = any($${values.length + 1})`, [...values, names.map((one) => keyOf(shelf, one))])
      return found.map((one) => ({ name: nameOf(shelf, one.name), bytes: one.bytes }))
    },
    write: (shelf, items, gone) => inOne(() => put(ask, shelf, items, gone)),
  }
}

/** Where a shelf stands in the database; texts are compared as their bytes are, as everywhere in the schema. */
function standing(shelf: Shelf): { readonly from: string; readonly values: readonly unknown[]; readonly name: string; readonly bytes: string } {
  switch (shelf.kind) {
    case 'rows': return { from: `yichuang."${shelf.table}" where community_id = $1`, values: [shelf.community], name: 'id', bytes: `convert_to(row, 'UTF8')` }
    case 'archive': return { from: 'yichuang.archived where community_id = $1 and table_name = $2 and month = $3', values: [shelf.community, shelf.table, shelf.month], name: 'id', bytes: `convert_to(row, 'UTF8')` }
    case 'taken': return { from: `yichuang.unique_values u where community_id = $1 and table_name = $2 and field = $3 and ${notLiving(shelf.table)}`, values: [shelf.community, shelf.table, shelf.field], name: 'value', bytes: `convert_to(id, 'UTF8')` }
    case 'numbers': return { from: 'yichuang.series where community_id = $1', values: [shelf.community], name: 'name', bytes: `convert_to(value::text, 'UTF8')` }
    case 'blobs': return { from: 'yichuang.blobs where community_id = $1', values: [shelf.community], name: 'id', bytes: 'bytes' }
  }
}

function notLiving(table: TableName): string {
  return `not exists (select 1 from yichuang."${table}" living where living.community_id = u.community_id and living.id = u.id)`
}

/** The id of a blob stands as JSON: PostgreSQL keeps no NUL in a text. */
function keyOf({ kind }: Shelf, name: string): string {
  return kind === 'blobs' ? JSON.stringify(name) : name
}

function nameOf({ kind }: Shelf, key: string): string {
  return kind === 'blobs' ? (JSON.parse(key) as string) : key
}

type Ask = (text: string, values: readonly unknown[]) => Promise<unknown>

async function put(ask: Ask, shelf: Shelf, items: readonly Item[], gone: readonly string[]): Promise<void> {
  const { community } = shelf
  const names = items.map(({ name }) => keyOf(shelf, name))
  const leaving = [...gone.map((name) => keyOf(shelf, name)), ...names]
  const texts = shelf.kind === 'blobs' ? [] : items.map(({ bytes }) => bytes.toString())
  switch (shelf.kind) {
    case 'rows': {
      // All leave before any comes: two rows may have changed a unique value between them.
      await ask(`delete from yichuang."${shelf.table}" where community_id = $1 and id = any($2)`, [community, leaving])
      if (ruleOf(shelf.table).unique.length > 0) await ask('delete from yichuang.unique_values where community_id = $1 and table_name = $2 and id = any($3)', [community, shelf.table, leaving])
      const rows = texts.map((text) => JSON.parse(text) as StoredRow)
      const { indexes, unique, settledAt } = ruleOf(shelf.table)
      const keys = rows.map((row) => JSON.stringify(Object.fromEntries([...indexes, ...unique].map((field) => [field, JSON.stringify(row[field] ?? null)]))))
      await ask(`insert into yichuang."${shelf.table}" (community_id, id, rev, row, keys, settled_at) select $1, given.* from unnest($2::text[], $3::integer[], $4::text[], $5::jsonb[], $6::bigint[]) as given`,
        [community, names, rows.map(({ rev }) => rev), texts, keys, rows.map(settledAt)])
      for (const field of unique) {
        const having = rows.filter((row) => (row[field] ?? null) !== null)
        await takeValues(ask, shelf, field, having.map((row) => JSON.stringify(row[field])), having.map(({ id }) => id))
      }
      return
    }
    case 'archive':
      await ask('delete from yichuang.archived where community_id = $1 and table_name = $2 and month = $3 and id = any($4)', [community, shelf.table, shelf.month, leaving])
      await ask('insert into yichuang.archived (community_id, table_name, month, id, row) select $1, $2, $3, given.* from unnest($4::text[], $5::text[]) as given', [community, shelf.table, shelf.month, names, texts])
      return
    case 'taken':
      await ask('delete from yichuang.unique_values where community_id = $1 and table_name = $2 and field = $3 and value = any($4)', [community, shelf.table, shelf.field, gone])
      await takeValues(ask, shelf, shelf.field, names, texts)
      return
    case 'numbers':
      await ask('delete from yichuang.series where community_id = $1 and name = any($2)', [community, leaving])
      await ask('insert into yichuang.series (community_id, name, value) select $1, given.* from unnest($2::text[], $3::bigint[]) as given', [community, names, texts])
      return
    case 'blobs':
      await ask('delete from yichuang.blobs where community_id = $1 and id = any($2)', [community, leaving])
      for (const { name, bytes } of items) await ask('insert into yichuang.blobs (community_id, id, bytes) values ($1, $2, $3)', [community, keyOf(shelf, name), bytes])
  }
}

/** A value that another row had goes to the one that has it now. */
async function takeValues(ask: Ask, { community, table }: Shelf & { table: TableName }, field: string, values: readonly string[], ids: readonly string[]): Promise<void> {
  await ask('insert into yichuang.unique_values (community_id, table_name, field, value, id) select $1, $2, $3, given.* from unnest($4::text[], $5::text[]) as given on conflict (community_id, table_name, field, value) do update set id = excluded.id', [community, table, field, values, ids])
}
