import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { restoreEmbedded } from '../../src/store/backup.js'
import { backUpIfDue, dayDue, newestBackup } from '../../src/store/backup-schedule.js'
import { diskFiles, type Files } from '../../src/store/files.js'
import { HUZHOU, requestNamed } from './rows.js'
import { openTempStore, tempFolder, type TempStore } from './temp-store.js'
import { put } from './writes.js'

const key = Buffer.alloc(32, 5)
const at = (time: string): number => Date.parse(`${time}+08:00`)
const hourMs = 3_600_000

describe('the daily backup', () => {
  let temp: TempStore
  let place: string
  let folder: string
  let now: number
  let done: [string, string | null][]
  beforeEach(async () => {
    temp = await openTempStore({ key })
    place = await tempFolder()
    folder = join(place, 'backups')
    now = at('2026-11-23T03:05')
    done = []
  })
  afterEach(async () => {
    await temp.close()
    await rm(place, { recursive: true, force: true })
  })
  const look = (more: { keep?: number; files?: Files; backup?: (to: string) => Promise<void> } = {}): Promise<void> => backUpIfDue({
    backup: more.backup ?? ((to) => temp.store.backup(to)), settings: { folder, hour: 3, keep: more.keep ?? 14 }, now: () => now, ...(more.files === undefined ? {} : { files: more.files }),
    onDone: (name, error) => { done.push([name.slice(folder.length + 1), error === null ? null : ((error as { code?: string }).code ?? 'failed')]) },
  })

  it('is due from its hour in China on, whatever the clock of the machine says', () => {
    expect(dayDue(at('2026-11-23T02:59'), 3)).toBe('2026-11-22')
    expect(dayDue(at('2026-11-23T03:00'), 3)).toBe('2026-11-23')
    expect(dayDue(at('2026-11-23T23:59'), 3)).toBe('2026-11-23')
    expect(dayDue(at('2026-11-23T00:00'), 0)).toBe('2026-11-23')
  })
  it('is made once a day, and the oldest are let go', async () => {
    for (let day = 0; day < 5; day++) {
      for (let hour = 0; hour < 24; hour += 6) {
        await look({ keep: 3 })
        now += 6 * hourMs
      }
    }
    expect(done).toEqual(['2026-11-23', '2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27'].map((day) => [day, null]))
    expect(await readdir(folder)).toEqual(['2026-11-25', '2026-11-26', '2026-11-27'])
  })
  it('is made when the machine is up again, if it was off at its hour', async () => {
    now = at('2026-11-23T17:40')
    await look()
    expect(done).toEqual([['2026-11-23', null]])
  })
  it('restores from the newest whole one', async () => {
    await look()
    await temp.store.commit(HUZHOU, [put('requests', requestNamed('r1'))])
    now += 24 * hourMs
    await look()
    now += 24 * hourMs
    await look({ backup: () => Promise.reject(new Error('no')) })
    const newest = await newestBackup(folder)
    expect(newest).toBe(join(folder, '2026-11-24'))
    expect(await restoreEmbedded({ from: newest ?? '', to: join(place, 'data'), key, now: () => 0 })).toMatchObject({ rows: 1 })
    expect(await newestBackup(join(place, 'nothing'))).toBeNull()
  })
  it('leaves nothing half when it fails, says so, and is tried again', async () => {
    await look({ backup: async (to) => {
      await mkdir(to)
      throw Object.assign(new Error('full'), { code: 'write-refused' })
    } })
    expect([done, await readdir(folder)]).toEqual([[['2026-11-23', 'write-refused']], []])
    now += hourMs / 12
    await look()
    expect(done.at(-1)).toEqual(['2026-11-23', null])
  })
  it('counts for none when what was written reads back otherwise', async () => {
    let isSpoilt = false
    const spoiling: Files = { ...diskFiles, read: async (path) => {
      const bytes = await diskFiles.read(path)
      if (isSpoilt && path.endsWith('mark.json')) bytes[0]! ^= 1
      return bytes
    } }
    await look({ files: spoiling, backup: async (to) => {
      await temp.store.backup(to)
      isSpoilt = true
    } })
    expect([done, await readdir(folder)]).toEqual([[['2026-11-23', 'damaged']], []])
  })
  it('is left to the process that began, for two hours; what one that is gone has left is cleared away', async () => {
    await mkdir(join(folder, `2026-11-23.begun-${now}`), { recursive: true })
    now += 1.9 * hourMs
    await look()
    expect(done).toEqual([])
    now += 0.2 * hourMs
    await look()
    expect([done, await readdir(folder)]).toEqual([[['2026-11-23', null]], ['2026-11-23']])
  })
})
