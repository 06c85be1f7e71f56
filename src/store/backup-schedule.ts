import { join } from 'node:path'
import { StoreError } from '../errors.js'
import { checkBackup } from './backup.js'
import { diskFiles, errnoOf, listFolder, makeFolders, type Files } from './files.js'

export interface BackupSettings {
  /** Where the backups stand, a folder for each day; best on another disk. */
  readonly folder: string
  /** Hour of the day in China at which one is made, 0–23. */
  readonly hour: number
  /** How many are kept. */
  readonly keep: number
}

export interface BackupScheduleParts {
  readonly backup: (folder: string) => Promise<void>
  /** Adds to a backup what was committed since; `null` where it is of another store, or too old. Left out: backups stay as they were made. */
  readonly addTo?: (folder: string) => Promise<number | null>
  readonly settings: BackupSettings
  readonly now: () => number
  /** Hears how making one or adding to one went; `error` `null`: well. */
  readonly onDone: (folder: string, error: unknown, what: 'made' | 'added') => void
  readonly files?: Files
}

const hourMs = 3_600_000
/** China has one time zone and no summer time. */
const beijingMs = 8 * hourMs
/** After this long, what was begun was left by a process that is gone. */
const givenUpMs = 2 * hourMs
/** A day, and which of its backups: a second one is made where the first can't be added to. */
const dayName = /^\d{4}-\d{2}-\d{2}(-\d)?$/
const begunName = /^\d{4}-\d{2}-\d{2}(?:-\d)?\.begun-(\d+)$/
/** Most backups of one day: something is wrong that backups do not mend. */
const mostOfDay = 9

/** The day (`2026-11-23`) whose backup should stand at a moment: from its hour on it is today's, before it yesterday's. */
export function dayDue(now: number, hour: number): string {
  return new Date(now + beijingMs - hour * hourMs).toISOString().slice(0, 10)
}

/** The newest backup in a folder of daily ones; `null` when there is none. */
export async function newestBackup(folder: string, files: Files = diskFiles): Promise<string | null> {
  const day = ((await listFolder(files, folder)) ?? []).filter((name) => dayName.test(name)).at(-1)
  return day === undefined ? null : join(folder, day)
}

/**
 * Makes the day's backup if it is due, looks it over, and lets the oldest go; where it stands, adds what was committed since.
 * Several processes may share the folder: one begins, the others see it. Never rejects.
 */
export async function backUpIfDue(parts: BackupScheduleParts): Promise<void> {
  const { settings: { folder, hour }, now, addTo, onDone, files = diskFiles } = parts
  const day = dayDue(now(), hour)
  let made = join(folder, day)
  try {
    await makeFolders(files, folder)
    const names = (await listFolder(files, folder)) ?? []
    const ofDay = names.filter((name) => dayName.test(name) && name.startsWith(day))
    const newest = ofDay.at(-1)
    if (newest === undefined) return await makeBackup(parts, names, day)
    if (addTo === undefined) return
    made = join(folder, newest)
    if ((await addTo(made)) !== null) return onDone(made, null, 'added')
    if (ofDay.length >= mostOfDay) throw new StoreError('conflict', `store: ${folder} holds ${ofDay.length} backups of ${day} that can't be added to; is another program writing there?`)
    await makeBackup(parts, names, `${day}-${ofDay.length + 1}`)
  } catch (error) {
    onDone(made, error, 'added')
  }
}

async function makeBackup({ backup, settings: { folder, keep }, now, onDone, files = diskFiles }: BackupScheduleParts, names: readonly string[], name: string): Promise<void> {
  const whole = join(folder, name)
  const begun = join(folder, `${name}.begun-${now()}`)
  try {
    for (const one of names) {
      const at = Number(begunName.exec(one)?.[1] ?? Number.NaN)
      if (now() - at < givenUpMs) return
      if (!Number.isNaN(at)) await files.removeFolder(join(folder, one))
    }
    await backup(begun)
    await checkBackup(files, begun)
    await files.rename(begun, whole)
    await files.syncFolder(folder)
    const kept = [...new Set([...names, name])].filter((one) => dayName.test(one)).sort()
    for (const old of kept.slice(0, -keep)) await files.removeFolder(join(folder, old))
    onDone(whole, null, 'made')
  } catch (error) {
    await files.removeFolder(begun).catch(() => {})
    // Another process was quicker.
    if (errnoOf(error) !== 'ENOTEMPTY' && errnoOf(error) !== 'EEXIST') onDone(whole, error, 'made')
  }
}
