import { constants } from 'node:fs'
import { link, mkdir, open, readdir, readFile, rename, rm, unlink } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { StoreError } from '../errors.js'

/** A file open for writing. */
export interface OpenFile {
  /** Writes all the bytes at `position`, or rejects (some of them may be there then). */
  write(bytes: Uint8Array, position: number): Promise<void>
  truncate(length: number): Promise<void>
  /** Bytes it has now. */
  size(): Promise<number>
  datasync(): Promise<void>
  close(): Promise<void>
}

/** What the store needs of a disk; tests put a recording or a failing one in its place. */
export interface Files {
  /** `create` makes a new file (mode 0600) and rejects if there is one; `change` needs one. */
  open(path: string, how: 'create' | 'change'): Promise<OpenFile>
  read(path: string): Promise<Buffer>
  /** The bytes of a file from `position` on, `most` of them. */
  readFrom(path: string, position: number, most: number): Promise<Buffer>
  /** Names in a folder. */
  list(folder: string): Promise<string[]>
  /** Makes one folder (mode 0700); rejects with EEXIST if there is one. */
  makeFolder(path: string): Promise<void>
  rename(from: string, to: string): Promise<void>
  /** A second name for a file; rejects with EEXIST if the name is taken. */
  link(from: string, to: string): Promise<void>
  remove(path: string): Promise<void>
  /** Removes a folder with all in it. */
  removeFolder(path: string): Promise<void>
  /** Makes the names in a folder durable. */
  syncFolder(path: string): Promise<void>
}

export const diskFiles: Files = {
  async open(path, how) {
    const flags = how === 'create' ? constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY : constants.O_WRONLY
    const handle = await open(path, flags, 0o600)
    return {
      async write(bytes, position) {
        let done = 0
        while (done < bytes.length) {
          const { bytesWritten } = await handle.write(bytes, done, bytes.length - done, position + done)
          done += bytesWritten
        }
      },
      truncate: (length) => handle.truncate(length),
      size: async () => (await handle.stat()).size,
      datasync: () => handle.datasync(),
      close: () => handle.close(),
    }
  },
  read: (path) => readFile(path),
  async readFrom(path, position, most) {
    const handle = await open(path, 'r')
    try {
      const bytes = Buffer.alloc(Math.max(0, Math.min(most, (await handle.stat()).size - position)))
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, position)
      return bytes.subarray(0, bytesRead)
    } finally {
      await handle.close()
    }
  },
  list: (folder) => readdir(folder),
  async makeFolder(path) {
    await mkdir(path, { mode: 0o700 })
  },
  rename,
  link,
  remove: unlink,
  removeFolder: (path) => rm(path, { recursive: true, force: true }),
  async syncFolder(path) {
    const handle = await open(path, 'r')
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  },
}

export function errnoOf(error: unknown): string | null {
  const code = (error as NodeJS.ErrnoException | null)?.code
  return typeof code === 'string' ? code : null
}

/** Any failure of the system as a StoreError: one that is not our own yet becomes `write-refused`. */
export function refused(error: unknown, what: string): StoreError {
  if (error instanceof StoreError) return error
  return new StoreError('write-refused', `store: the system refused to ${what} (${errnoOf(error) ?? String(error)}); nothing was changed. Free disk space or check that the data folder can be written`, { cause: error })
}

/** Runs a flush; its failure is `flush-failed`, never tried again: after it the system may have dropped the data. */
export async function flush(act: () => Promise<void>, path: string): Promise<void> {
  try {
    await act()
  } catch (error) {
    throw new StoreError('flush-failed', `store: ${path} could not be flushed to disk (${errnoOf(error) ?? String(error)}); what is on the disk is unknown, so the process must stop. Check the disk, then start again`, { cause: error })
  }
}

export const TEMPORARY = '.tmp'

/**
 * Puts a whole file in its place, durable when it resolves: temporary file, flush, rename, flush of the folder. With
 * `exclusive` the name must be free; rejects with the system's EEXIST if it is not. A failure leaves what was there.
 */
export async function putFile(files: Files, path: string, bytes: Uint8Array, options?: { exclusive?: boolean }): Promise<void> {
  const temporary = path + TEMPORARY
  const file = await openNew(files, temporary)
  try {
    try {
      await file.write(bytes, 0)
      await flush(() => file.datasync(), temporary)
    } finally {
      await file.close()
    }
    if (options?.exclusive) {
      await files.link(temporary, path)
      await files.remove(temporary)
    } else {
      await files.rename(temporary, path)
    }
  } catch (error) {
    await files.remove(temporary).catch(() => {})
    throw error
  }
  await flush(() => files.syncFolder(dirname(path)), dirname(path))
}

/** A temporary file may have been left by a process that was killed. */
async function openNew(files: Files, path: string): Promise<OpenFile> {
  try {
    return await files.open(path, 'create')
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
    await files.remove(path)
    return files.open(path, 'create')
  }
}

/** Makes a folder and the folders above it that are missing, durably. */
export async function makeFolders(files: Files, path: string): Promise<void> {
  try {
    await files.makeFolder(path)
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return
    if (errnoOf(error) !== 'ENOENT' || dirname(path) === path) throw error
    await makeFolders(files, dirname(path))
    await files.makeFolder(path)
  }
  await flush(() => files.syncFolder(dirname(path)), dirname(path))
}

/** Names in a folder, sorted; `null` when there is no such folder. */
export async function listFolder(files: Files, path: string): Promise<string[] | null> {
  try {
    return (await files.list(path)).sort()
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    throw error
  }
}

/** The bytes of a file; `null` when there is none. */
export async function readIfThere(files: Files, path: string): Promise<Buffer | null> {
  try {
    return await files.read(path)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null
    throw error
  }
}

/** Removes what killed processes left half written in a folder. */
export async function removeTemporary(files: Files, folder: string): Promise<void> {
  for (const name of (await listFolder(files, folder)) ?? []) {
    if (basename(name).endsWith(TEMPORARY)) await files.remove(join(folder, name))
  }
}
