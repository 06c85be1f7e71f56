import { createHash } from 'node:crypto'
import { sql, type Kysely } from 'kysely'
import { StoreError } from '../../errors.js'
import type { MoveMark } from '../moved.js'
import { tableNames, tables } from '../tables.js'
import { functions } from './functions.js'
import { sharingFunctions, sharingNames, sharingTables } from './sharing.js'

/** The role that the program works as: it owns nothing, so that row-level security holds for it. */
export const appRole = 'yichuang_app'
/** One at a time brings the schema up to date, whichever process comes first; any number of our own. */
export const schemaLock = 0x5943_0001

/** The form of what lies in the database. A program refuses newer ones; what an older program can go on beside does not raise it. */
const SCHEMA_FORMAT = 1

/** Rows of a community are seen only by who says which community it is. */
const ownCommunity = sql.raw(`community_id = current_setting('yichuang.community', true)`)

/** Raised with every change of what the schema is made of: a program leaves the schema of a later one as it stands, so that one started again beside its successor takes nothing back. */
export const SCHEMA_LEVEL = 4

/** The schema this program needs, told apart from any other by what it is made of. */
export const fingerprint = createHash('sha256').update(JSON.stringify([3, tables, tableNames, functions, sharingTables, sharingFunctions])).digest('hex')

/**
 * Brings the schema up to what this program needs; one that is, is left alone. Each step may be taken twice, and all of it
 * is one transaction: a kill leaves the schema as it was. Nothing is ever narrowed: the program of the release before goes
 * on beside it.
 */
export async function bringUpToDate(db: Kysely<unknown>): Promise<void> {
  await db.transaction().execute(async (step) => {
    await sql`select pg_advisory_xact_lock(${sql.lit(schemaLock)})`.execute(step)
    const stands = Number((await readMeta(step, 'format')) ?? SCHEMA_FORMAT)
    if (stands > SCHEMA_FORMAT) throw new StoreError('newer-format', `store: the database was written by a newer version (format ${stands}, this version reads up to ${SCHEMA_FORMAT}); install that version again`)
    if ((await readMeta(step, 'schema')) === fingerprint || Number((await readMeta(step, 'level')) ?? 0) > SCHEMA_LEVEL) return
    await sql`create schema if not exists yichuang`.execute(step)
    await sql.raw(makeRole).execute(step)
    await sql`grant usage on schema yichuang to ${sql.id(appRole)}`.execute(step)
    await sql`create table if not exists yichuang.meta (name text primary key, value text not null)`.execute(step)
    await sql`grant select, insert on yichuang.meta to ${sql.id(appRole)}`.execute(step)
    for (const name of tableNames) await makeTable(step, name)
    await makeShared(step)
    for (const text of [...functions, ...sharingFunctions]) await sql.raw(text).execute(step)
    await makeCommunities(step)
    await sql`insert into yichuang.meta values ('format', ${String(SCHEMA_FORMAT)}), ('schema', ${fingerprint}), ('level', ${String(SCHEMA_LEVEL)}) on conflict (name) do update set value = excluded.value`.execute(step)
  })
}

/**
 * The role is one for all databases of a server: another may be making it at this moment. Who was given it before needs no right to
 * make roles. From PostgreSQL 16 on, making a role does not give it.
 */
const makeRole = `do $$
  declare
    needed constant text := case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end;
  begin
    if not exists (select from pg_roles where rolname = '${appRole}') then
      begin
        create role ${appRole} nologin;
      exception when duplicate_object or unique_violation then null;
      end;
    end if;
    if not pg_has_role(current_user, '${appRole}', needed) then
      begin
        grant ${appRole} to current_user;
      exception when unique_violation or internal_error then
        if not pg_has_role(current_user, '${appRole}', needed) then raise; end if;
      end;
    end if;
  end $$`

/** The id of the key that this database was first used with. */
export async function keepKeyId(db: Kysely<unknown>, id: string): Promise<string> {
  await sql`insert into yichuang.meta values ('key', ${id}) on conflict do nothing`.execute(db)
  return (await readMeta(db, 'key')) ?? id
}

/** The mark of a move that stands in the database. */
export async function readMoveMark(db: Kysely<unknown>): Promise<MoveMark | null> {
  const text = await readMeta(db, 'move')
  return text === null ? null : (JSON.parse(text) as MoveMark)
}

/** `null` also where nothing was ever made. */
async function readMeta(db: Kysely<unknown>, name: string): Promise<string | null> {
  const { rows } = await sql<{ there: boolean }>`select to_regclass('yichuang.meta') is not null as there`.execute(db)
  if (rows[0]?.there !== true) return null
  return (await sql<{ value: string }>`select value from yichuang.meta where name = ${name}`.execute(db)).rows[0]?.value ?? null
}

/**
 * One table of rows for each of the store's; what is found by stands in `keys`, as JSON writes it, and in a column of its own:
 * under row-level security an index serves only comparisons that can't tell of rows hidden (leakproof), as `=` of two texts
 * is and `->>` is not.
 */
async function makeTable(db: Kysely<unknown>, name: keyof typeof tables): Promise<void> {
  const table = sql.id('yichuang', name)
  await sql`create table if not exists ${table} (
    community_id text collate "C" not null,
    id text collate "C" not null,
    rev integer not null,
    row text not null,
    keys jsonb not null,
    settled_at bigint,
    primary key (community_id, id)
  )`.execute(db)
  for (const field of [...tables[name].indexes, ...tables[name].unique]) {
    const column = sql.id(`key_${field}`)
    await sql`alter table ${table} add column if not exists ${column} text collate "C" generated always as (keys ->> ${sql.lit(field)}) stored`.execute(db)
    await sql`create index if not exists ${sql.id(`${name}_key_${field}`)} on ${table} (community_id, ${column}, id)`.execute(db)
    await sql`drop index if exists ${sql.id('yichuang', `${name}_${field}`)}`.execute(db)
  }
  if (tables[name].retire !== null) await sql`create index if not exists ${sql.id(`${name}_settled`)} on ${table} (community_id, settled_at) where settled_at is not null`.execute(db)
  await protect(db, name)
}

async function makeShared(db: Kysely<unknown>): Promise<void> {
  await sql`create table if not exists yichuang.unique_values (
    community_id text collate "C" not null, table_name text collate "C" not null, field text collate "C" not null, value text collate "C" not null, id text collate "C" not null,
    primary key (community_id, table_name, field, value)
  )`.execute(db)
  await sql`create index if not exists unique_values_id on yichuang.unique_values (community_id, table_name, id)`.execute(db)
  await sql`create table if not exists yichuang.series (
    community_id text collate "C" not null, name text collate "C" not null, value bigint not null, primary key (community_id, name)
  )`.execute(db)
  await sql`create table if not exists yichuang.blobs (
    community_id text collate "C" not null, id text collate "C" not null, bytes bytea not null, primary key (community_id, id)
  )`.execute(db)
  await sql`create table if not exists yichuang.archived (
    community_id text collate "C" not null, table_name text collate "C" not null, month text collate "C" not null, id text collate "C" not null, row text not null,
    primary key (community_id, table_name, month, id)
  )`.execute(db)
  for (const text of sharingTables) await sql.raw(text).execute(db)
  for (const name of ['unique_values', 'series', 'blobs', 'archived', ...sharingNames]) await protect(db, name)
}

async function protect(db: Kysely<unknown>, name: string): Promise<void> {
  const table = sql.id('yichuang', name)
  const { rows } = await sql`select 1 from pg_policies where schemaname = 'yichuang' and tablename = ${name}`.execute(db)
  // Both take a lock that waits for everybody: only for a table that is new.
  if (rows.length > 0) return
  await sql`alter table ${table} enable row level security`.execute(db)
  await sql`create policy own_community on ${table} using (${ownCommunity}) with check (${ownCommunity})`.execute(db)
  await sql`grant select, insert, update, delete on ${table} to ${sql.id(appRole)}`.execute(db)
}

/** Which communities hold a row, seen by the owner of the tables: a jump through each primary key, not a walk over all rows. */
async function makeCommunities(db: Kysely<unknown>): Promise<void> {
  const each = tableNames.map((name) => `select c from (with recursive jump as (
      (select community_id from yichuang."${name}" order by community_id limit 1)
      union all
      select (select community_id from yichuang."${name}" where community_id > jump.community_id order by community_id limit 1) from jump where jump.community_id is not null
    ) select community_id as c from jump where community_id is not null) as of_${name.toLowerCase()}`)
  await sql.raw(`create or replace function yichuang.communities() returns setof text language sql security definer set search_path = yichuang as $$ ${each.join(' union ')} $$`).execute(db)
  await sql`revoke all on function yichuang.communities() from public`.execute(db)
  await sql`grant execute on function yichuang.communities() to ${sql.id(appRole)}`.execute(db)
}
