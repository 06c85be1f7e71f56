import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, readdirSync } from 'node:fs'
import { chmod, chown, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { freePort } from '../../src/bench/own-postgres.js'
import { openPostgresStore } from '../../src/store/postgres.js'
import { aMessage, HUZHOU } from './rows.js'
import { tempFolder } from './temp-store.js'
import { put } from './writes.js'

const scripts = resolve(import.meta.dirname, '../../deploy/postgres')
const script = join(scripts, 'base-backup.sh')
/** Stands for PostgreSQL's own program, of which only the label is read: where in the log the copy begins. */
const copier = `#!/bin/sh
for one; do case $one in --pgdata=*) to=\${one#--pgdata=} ;; esac; done
mkdir -p "$to" && printf 'START WAL LOCATION: 0/9000028 (file %s)\\nCHECKPOINT LOCATION: 0/9000080\\n' "$BEGINS" > "$to/backup_label"
`
const piece = (timeline: number, number: number): string => `${String(timeline).padStart(8, '0')}00000000${number.toString(16).toUpperCase().padStart(8, '0')}`

describe('the daily copy of a database server', () => {
  let place: string
  beforeEach(async () => {
    place = await tempFolder()
    await mkdir(join(place, 'log'))
    await mkdir(join(place, 'base'))
    await writeFile(join(place, 'pg_basebackup'), copier)
    await chmod(join(place, 'pg_basebackup'), 0o755)
  })
  afterEach(() => rm(place, { recursive: true, force: true }))

  const copy = (begins: string, keep: number): string => execFileSync('sh', [script, 'postgres://nobody', join(place, 'base'), String(keep), join(place, 'log')], { encoding: 'utf8', env: { ...process.env, BEGINS: begins, PATH: `${place}${delimiter}${process.env['PATH'] ?? ''}` } }).trim()
  const earlier = async (day: string, begins: string): Promise<void> => {
    await mkdir(join(place, 'base', `base-${day}T190000Z`))
    await writeFile(join(place, 'base', `base-${day}T190000Z`, 'backup_label'), `START WAL LOCATION: 0/1 (file ${begins})\n`)
  }
  const log = async (names: readonly string[]): Promise<void> => {
    for (const name of names) await writeFile(join(place, 'log', name), '')
  }

  it('keeps as many as it is told, and of the log what the oldest of them needs, over a restore too', async () => {
    await earlier('20251120', piece(1, 7))
    await earlier('20251121', piece(1, 9))
    await log([piece(1, 7), piece(1, 8), piece(1, 9), piece(1, 10), '00000002.history', piece(2, 11), `${piece(1, 8)}.00000028.backup`])
    const made = copy(piece(2, 11), 2)
    expect(await readdir(join(place, 'base'))).toEqual(['base-20251121T190000Z', made.split('/').at(-1)])
    expect((await readdir(join(place, 'log'))).sort()).toEqual([`${piece(1, 8)}.00000028.backup`, piece(1, 9), piece(1, 10), '00000002.history', piece(2, 11)].sort())
  })

  it('takes nothing from the log where the oldest copy does not say what it needs', async () => {
    await earlier('20251121', '')
    await log([piece(1, 7)])
    expect(() => copy(piece(1, 9), 3)).toThrow(/does not say where it begins/)
    expect(await readdir(join(place, 'log'))).toEqual([piece(1, 7)])
  })
})

/** Where Debian's PostgreSQL keeps its programs, the newest; `null` where the machine has no server with all of them. */
const programs = ['/usr/lib/postgresql'].flatMap((folder) => (existsSync(folder) ? readdirSync(folder).sort((a, b) => Number(b) - Number(a)).map((version) => join(folder, version, 'bin')) : []))
  .find((folder) => ['initdb', 'pg_ctl', 'psql', 'pg_basebackup', 'pg_verifybackup'].every((name) => existsSync(join(folder, name)))) ?? null

describe.runIf(programs !== null)('with the PostgreSQL that the machine has', () => {
  it('is whole by PostgreSQL’s own check, and with the log brings back the moment before a mistake', { timeout: 120_000 }, async () => {
    const place = await tempFolder()
    // A server does not run as root; as root it runs as the user that came with it.
    const [uid, gid] = process.getuid?.() === 0 ? ['-u', '-g'].map((which) => Number(execFileSync('id', [which, 'postgres'], { encoding: 'utf8' }))) : []
    const run = (program: string, ...args: readonly string[]): string => execFileSync(program, args, {
      encoding: 'utf8', cwd: place, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, PATH: `${programs}${delimiter}${process.env['PATH'] ?? ''}` }, ...(uid === undefined ? {} : { uid, gid }),
    }).trim()
    const started = new Set<string>()
    const start = (data: string, port: number, ...settings: readonly string[]): void => {
      const options = [`-p ${port}`, `-k ${place}`, ...['listen_addresses=127.0.0.1', ...settings].map((setting) => `-c ${setting}`)].join(' ')
      run('pg_ctl', '-D', data, '-w', '-l', `${data}.log`, '-o', options, 'start')
      started.add(data)
    }
    const stop = (data: string): void => {
      run('pg_ctl', '-D', data, '-m', 'fast', '-w', 'stop')
      started.delete(data)
    }
    await chmod(place, 0o755)
    const [data, base, log, restored] = ['data', 'base', 'log', 'restored'].map((name) => join(place, name)) as [string, string, string, string]
    for (const folder of [base, log]) await mkdir(folder)
    if (uid !== undefined) for (const folder of [place, base, log]) await chown(folder, uid, gid ?? uid)
    const key = randomBytes(32)
    const url = (port: number): string => `postgres://postgres@127.0.0.1:${port}/postgres`
    try {
      run('initdb', '-D', data, '-U', 'postgres', '-A', 'trust', '--encoding=UTF8', '--locale=C')
      const port = await freePort()
      start(data, port, 'archive_mode=on', `'archive_command=${scripts}/archive-wal.sh %p %f ${log}'`)
      const store = await openPostgresStore({ url: url(port), key })
      for (let n = 0; n < 20; n++) await store.commit(HUZHOU, [put('messages', aMessage({ id: `before-${n}` }))])
      const made = run('sh', script, url(port), base, '7', log)
      run('pg_verifybackup', made)
      await store.commit(HUZHOU, [put('messages', aMessage({ id: 'after the copy' }))])
      const client = new pg.Client({ connectionString: url(port) })
      await client.connect()
      const { rows: [moment] } = await client.query<{ at: string }>('select clock_timestamp()::text as at')
      await store.commit(HUZHOU, [{ op: 'remove', table: 'messages', id: 'after the copy', rev: 1 }])
      await store.close()
      await client.query('select pg_switch_wal()')
      await client.end()
      // It waits for the log to be archived.
      stop(data)

      run('sh', join(scripts, 'restore-to.sh'), made, log, restored, moment?.at ?? '')
      const other = await freePort()
      start(restored, other)
      // It can be read as soon as it is whole, and written to once it has come to the moment.
      while (run('psql', '-tA', '-c', 'select pg_is_in_recovery()', url(other)) === 't') await new Promise((done) => setTimeout(done, 50))
      const again = await openPostgresStore({ url: url(other), key })
      expect((await again.find(HUZHOU, 'messages', {})).map(({ id }) => id).sort()).toEqual(['after the copy', ...Array.from({ length: 20 }, (_, n) => `before-${n}`)].sort())
      await again.close()
    } finally {
      for (const one of [...started]) stop(one)
      await rm(place, { recursive: true, force: true })
    }
  })
})
