import { join } from 'node:path'
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
  readonly settings: BackupSettings
  readonly now: () => number
  /** Hears how one went; `error` `null`: well. */
  readonly onDone: (folder: string, error: unknown) => void
  readonly files?: Files
}

const hourMs = 3_600_000
/** China has one time zone and no summer time. */
const beijingMs = 8 * hourMs
/** After this long, what was begun was left by a process that is gone. */
const givenUpMs = 2 * hourMs
const dayName = /^\d{4}-\d{2}-\d{2}$/
const begunName = /^\d{4}-\d{2}-\d{2}\.begun-(\d+)$/

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
 * Makes the day's backup if it is due, looks it over, and lets the oldest go. Several processes may share the folder: one
 * begins, the others see it. Never rejects.
 */
export async function backUpIfDue({ backup, settings, now, onDone, files = diskFiles }: BackupScheduleParts): Promise<void> {
  const { folder, hour, keep } = settings
  const day = dayDue(now(), hour)
  const whole = join(folder, day)
  const begun = join(folder, `${day}.begun-${now()}`)
  try {
    await makeFolders(files, folder)
    const names = (await listFolder(files, folder)) ?? []
    if (names.includes(day)) return
    for (const name of names) {
      const at = Number(begunName.exec(name)?.[1] ?? Number.NaN)
      if (now() - at < givenUpMs) return
      if (!Number.isNaN(at)) await files.removeFolder(join(folder, name))
    }
    await backup(begun)
    await checkBackup(files, begun)
    await files.rename(begun, whole)
    await files.syncFolder(folder)
    const days = [...new Set([...names, day])].filter((name) => dayName.test(name)).sort()
    for (const old of days.slice(0, -keep)) await files.removeFolder(join(folder, old))
    onDone(whole, null)
  } catch (error) {
    await files.removeFolder(begun).catch(() => {})
    // Another process was quicker.
    if (errnoOf(error) !== 'ENOTEMPTY' && errnoOf(error) !== 'EEXIST') onDone(whole, error)
  }
}
