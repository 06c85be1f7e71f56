import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { delimiter, join, resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { tempFolder } from './temp-store.js'

const script = resolve(import.meta.dirname, '../../deploy/postgres/base-backup.sh')
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
