import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { chmod, chown, mkdir, mkdtemp, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import pg from 'pg'
import { describe, expect, it } from 'vitest'
import { openPostgresStore } from '../../src/store/postgres.js'
import { startOwnPostgres } from './postgres-server.js'
import { aMessage, HUZHOU } from './rows.js'
import { put } from './writes.js'

const scripts = resolve(import.meta.dirname, '../../deploy/postgres')
const key = randomBytes(32)

/** As pg_basebackup does it, which the server that tests bring does not have: the data folder is copied between two marks in the log. */
async function copyServer(url: string, data: string, base: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`select pg_backup_start('base', true)`)
    execFileSync('cp', ['-a', data, base])
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(true)')
    execFileSync('sh', ['-c', 'printf %s "$1" > "$2/backup_label" && chown --reference="$2" "$2/backup_label" && rm -rf "$2"/pg_wal/0* "$2/postmaster.pid"', 'sh', rows[0]?.labelfile ?? '', base])
  } finally {
    await client.end()
  }
}

describe.runIf(process.env['LONG'] !== undefined)('a database whose log is archived', () => {
  it('is brought back to the moment before a mistake, with all that stood then and nothing that came after', { timeout: 180_000 }, async () => {
    const place = await mkdtemp(join(tmpdir(), 'yichuang-moment-'))
    const log = join(place, 'log')
    const server = await startOwnPostgres(['wal_level=replica', 'archive_mode=on', 'fsync=on', `archive_command=${scripts}/archive-wal.sh %p %f ${log}`])
    // As root the server runs as another user.
    const { uid, gid } = await stat(join(server.folder, 'data'))
    await chmod(place, 0o755)
    await mkdir(log)
    await chown(log, uid, gid)
    const url = await server.newDatabase()
    const store = await openPostgresStore({ url, key })
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const ask = async (text: string): Promise<string> => String(((await client.query<{ x: unknown }>(`select (${text})::text as x`)).rows[0])?.x)
    let isOver = false
    try {
      await store.commit(HUZHOU, [put('messages', aMessage({ id: 'before the copy' }))])
      await copyServer(url, join(server.folder, 'data'), join(place, 'base'))
      await store.commit(HUZHOU, [put('messages', aMessage({ id: 'after the copy' }))])
      const moment = await ask('clock_timestamp()')
      await store.commit(HUZHOU, [put('messages', aMessage({ id: 'the mistake' })), { op: 'remove', table: 'messages', id: 'before the copy', rev: 1 }])
      await store.close()
      const last = await ask('pg_walfile_name(pg_switch_wal())')
      while ((await ask(`coalesce((select last_archived_wal from pg_stat_archiver), '')`)) < last) await new Promise((resolve) => setTimeout(resolve, 50))
      await client.end()
      await server.stop()
      isOver = true

      const folder = join(place, 'restored')
      await mkdir(folder)
      await chown(folder, uid, gid)
      execFileSync(join(scripts, 'restore-to.sh'), [join(place, 'base'), log, join(folder, 'data'), moment])
      expect(() => execFileSync(join(scripts, 'restore-to.sh'), [join(place, 'base'), log, join(folder, 'data')], { stdio: 'pipe' })).toThrow(/is not empty/)
      const again = await startOwnPostgres([], { folder, password: server.password })
      try {
        const there = new URL(await again.newDatabase())
        there.pathname = new URL(url).pathname
        const restored = await openPostgresStore({ url: there.href, key })
        expect((await restored.find(HUZHOU, 'messages', {})).map(({ id }) => id)).toEqual(['after the copy', 'before the copy'])
        await restored.commit(HUZHOU, [put('messages', aMessage({ id: 'life goes on' }))])
        await restored.close()
      } finally {
        await again.stop()
      }
    } finally {
      if (!isOver) await server.stop()
      await rm(place, { recursive: true, force: true })
    }
  })
})
