import { join } from 'node:path'
import { PLATFORM } from '../knowledge/community.js'
import { diskFiles, refused, TEMPORARY, type Files } from './files.js'
import type { Store } from './store.js'

/** Resolves when a write would be kept now; rejects with the StoreError that it would meet. */
export type Probe = () => Promise<void>

/** A data folder: writes a small file and flushes it. */
export function probeFolder(store: Store, folder: string, files: Files = diskFiles): Probe {
  const path = join(folder, `probe${TEMPORARY}`)
  return async () => {
    await store.commit(PLATFORM, [])
    try {
      // Left there by one that was killed.
      await files.remove(path).catch(() => {})
      const file = await files.open(path, 'create')
      try {
        await file.write(Buffer.alloc(4_096), 0)
        await file.datasync()
      } finally {
        await file.close()
      }
      await files.remove(path)
    } catch (error) {
      await files.remove(path).catch(() => {})
      throw refused(error, `write to ${folder}`)
    }
  }
}

/** A database: takes a number of a series that nobody uses, which is a durable write. */
export function probeDatabase(store: Store): Probe {
  return async () => {
    await store.nextNumber(PLATFORM, 'probe')
  }
}
