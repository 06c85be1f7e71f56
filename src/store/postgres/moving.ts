import type pg from 'pg'
import { StoreError } from '../../errors.js'
import type { MoveMark } from '../moved.js'
import { connected } from './contents.js'
import { schemaLock } from './schema.js'

/** What the connections of a running process are called. */
export const processName = 'yichuang'

/** How many processes' connections work with the database now. */
export async function countWorking(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ count: number }>('select count(*)::int as count from pg_stat_activity where datname = current_database() and application_name = $1', [processName])
  return rows[0]?.count ?? 0
}

export async function readMark(client: pg.Client): Promise<MoveMark | null> {
  const { rows } = await client.query<{ value: string }>(`select value from yichuang.meta where name = 'move'`)
  return rows[0] === undefined ? null : (JSON.parse(rows[0].value) as MoveMark)
}

/** Rejects with `locked` while a process works with the database; one that starts later finds the mark. */
export async function writeMark(client: pg.Client, mark: MoveMark | null): Promise<void> {
  await client.query('begin')
  try {
    await client.query('select pg_advisory_xact_lock($1)', [schemaLock])
    const working = await countWorking(client)
    if (working > 0) throw new StoreError('locked', `store: ${working} connections of running processes use the database; stop them first`)
    if (mark === null) await client.query(`delete from yichuang.meta where name = 'move'`)
    else await client.query(`insert into yichuang.meta values ('move', $1) on conflict (name) do update set value = excluded.value`, [JSON.stringify(mark)])
    await client.query('commit')
  } catch (error) {
    await client.query('rollback').catch(() => {})
    throw error
  }
}

/** Puts what stands in the database aside, as the schema `yichuang_before_…`, if `may` allows it. Returns whether anything stood there. */
export async function setAside(url: string, now: number, may: (client: pg.Client) => Promise<boolean>): Promise<boolean> {
  const client = await connected(url)
  try {
    const { rows } = await client.query<{ there: boolean }>(`select to_regclass('yichuang.meta') is not null as there`)
    if (rows[0]?.there !== true || !(await may(client))) return false
    if ((await countWorking(client)) > 0) throw new StoreError('locked', 'store: running processes use the database; stop them first')
    await client.query(`alter schema yichuang rename to "yichuang_before_${new Date(now).toISOString().slice(0, 19).replaceAll(/\D/g, '')}"`)
    return true
  } catch (error) {
    // 55P03: lock_not_available.
    throw (error as { code?: unknown } | null)?.code === '55P03' ? new StoreError('locked', 'store: somebody else works in the database (another copy, or a client that has not ended its transaction); end that first', { cause: error }) : error
  } finally {
    await client.end()
  }
}
