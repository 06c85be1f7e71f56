import { dirname, join } from 'node:path'
import { StoreError } from '../errors.js'
import { ARCHIVE_FOLDER } from './archive.js'
import { BLOB_FOLDER, listBlobs } from './blobs.js'
import { readDocument, sha256, writeDocument } from './document-file.js'
import { diskFiles, errnoOf, listFolder, makeFolders, putFile, readIfThere, refused, type Files } from './files.js'
import { Journal, JOURNAL_FOLDER } from './journal.js'
import { FORMAT, FORMAT_FILE, KEY_FILE, readFormat, writeFormat, writeMark } from './load.js'
import { holderOf, systemProcesses, type Processes } from './lock.js'
import { Sealer } from './seal.js'
import { readSnapshot, SNAPSHOT_FOLDER, writeSnapshot, type Picture } from './snapshot.js'
import { openCell } from './state.js'

/** What a backup holds; written last, so that a backup cut short is none. */
interface BackupDocument {
  readonly format: number
  readonly keyId: string
  readonly madeAt: number
  /** The last transaction that is in it. */
  readonly seq: number
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly hash: string }[]
}

const BACKUP_FILE = 'backup.json'
const RESTORING = 'restoring'

interface BackupPlace {
  readonly files: Files
  readonly from: string
  readonly to: string
  readonly sealer: Sealer
  /** Whether the key file goes along. Without it a backup that is stolen says nothing, and opens only with the key. */
  readonly withKey: boolean
  readonly now: () => number
}

/**
 * Writes a data folder of its own to an empty folder: the state at one moment, the archive, the attachments, and the
 * hash of each file. Commits go on meanwhile.
 */
export async function writeBackup(place: BackupPlace, takePicture: () => Picture): Promise<void> {
  const { files, from, to } = place
  if (((await listFolder(files, to)) ?? []).length > 0) {
    throw new StoreError('conflict', `store: ${to} is not empty; a backup wants an empty folder of its own`)
  }
  for (const folder of [to, ...[JOURNAL_FOLDER, SNAPSHOT_FOLDER, ARCHIVE_FOLDER, BLOB_FOLDER].map((part) => join(to, part))]) await makeFolders(files, folder)
  const picture = takePicture()
  await writeSnapshot(files, to, 1, picture, () => false)
  await (await Journal.create(files, to, picture.seq + 1)).close()
  await writeMark(files, to, picture.seq)
  for (const document of picture.archiveDocuments) await copy(files, from, to, document.path)
  // One that was taken back since it was listed is left out.
  for (const path of await listBlobs(files, from)) await copy(files, from, to, path).catch(unlessGone)
  if (place.withKey) await copy(files, from, to, KEY_FILE)
  await writeFormat(files, to, place.sealer.keyId, place.now())
  const listed: { path: string; bytes: number; hash: string }[] = []
  for (const path of await listAll(files, to, '')) {
    const bytes = await files.read(join(to, path))
    listed.push({ path, bytes: bytes.length, hash: sha256(bytes) })
  }
  await writeDocument<BackupDocument>(files, join(to, BACKUP_FILE), { format: FORMAT, keyId: place.sealer.keyId, madeAt: place.now(), seq: picture.seq, files: listed })
}

async function copy(files: Files, from: string, to: string, path: string): Promise<void> {
  await makeFolders(files, dirname(join(to, path)))
  await putFile(files, join(to, path), await files.read(join(from, path)))
}

function unlessGone(error: unknown): void {
  if (errnoOf(error) !== 'ENOENT') throw error
}

/** Paths of all files below a folder. A name that can't be listed is a file. */
async function listAll(files: Files, folder: string, below: string): Promise<string[]> {
  const found: string[] = []
  for (const name of (await listFolder(files, join(folder, below))) ?? []) {
    const path = join(below, name)
    const inside = await files.list(join(folder, path)).catch(() => null)
    if (inside === null) found.push(path)
    else found.push(...(await listAll(files, folder, path)))
  }
  return found
}

export interface RestoreOptions {
  /** The folder that a backup was written to. */
  readonly from: string
  /** The data folder; empty, or holding only its `key`. */
  readonly to: string
  /** 32 bytes; left out, the key file of the backup or of the data folder is used. */
  readonly key?: Buffer
  /** Whether a store that stands in `to` may give way; it is kept there, in a folder `before-…`. Default: refused. */
  readonly replace?: boolean
  readonly now: () => number
  readonly files?: Files
  readonly processes?: Processes
}

/**
 * Puts a backup in the place of a data folder. Everything is checked first (each byte by hash, each sealed value with
 * the key); until then nothing in `to` is touched. Returns how many rows it holds.
 */
export async function restoreEmbedded(options: RestoreOptions): Promise<{ readonly rows: number; readonly madeAt: number }> {
  const files = options.files ?? diskFiles
  const { from, to } = options
  try {
    const backup = await readBackup(files, from)
    const key = options.key ?? (await keyIn(files, from)) ?? (await keyIn(files, to))
    const rows = await verify(files, from, backup, key)
    await refuseUnlessFree(files, options)

    const staging = join(to, RESTORING)
    await files.removeFolder(staging)
    await makeFolders(files, staging)
    for (const part of [JOURNAL_FOLDER, SNAPSHOT_FOLDER, ARCHIVE_FOLDER, BLOB_FOLDER]) await makeFolders(files, join(staging, part))
    for (const { path, hash } of backup.files) {
      const bytes = await files.read(join(from, path))
      if (sha256(bytes) !== hash) throw damagedBackup(from, `${path} changed while it was read`)
      await makeFolders(files, dirname(join(staging, path)))
      await putFile(files, join(staging, path), bytes)
    }
    await moveAside(files, to, options.now())
    // The format last: with it the store stands.
    const names = (await files.list(staging)).filter((name) => name !== FORMAT_FILE)
    for (const name of [...names, FORMAT_FILE]) await files.rename(join(staging, name), join(to, name))
    await files.syncFolder(to)
    await files.removeFolder(staging)
    return { rows, madeAt: backup.madeAt }
  } catch (error) {
    throw refused(error, `restore to ${to}`)
  }
}

function damagedBackup(from: string, what: string, cause?: unknown): StoreError {
  return new StoreError('damaged', `store: the backup in ${from} is not whole: ${what}. Nothing was restored; take another backup`, { cause })
}

async function readBackup(files: Files, from: string): Promise<BackupDocument> {
  try {
    const { data } = await readDocument<BackupDocument>(files, join(from, BACKUP_FILE))
    if (data.format > FORMAT) throw new StoreError('newer-format', `store: the backup in ${from} was written by a newer version (format ${data.format}, this version reads up to ${FORMAT}); install that version`)
    return data
  } catch (error) {
    if (error instanceof StoreError && error.code !== 'damaged') throw error
    throw damagedBackup(from, `${BACKUP_FILE} is missing or changed`, error)
  }
}

async function keyIn(files: Files, folder: string): Promise<Buffer | null> {
  const text = await readIfThere(files, join(folder, KEY_FILE))
  return text === null ? null : Buffer.from(text.toString().trim(), 'base64')
}

/** Checks every byte and every sealed value. Returns the number of rows. */
async function verify(files: Files, from: string, backup: BackupDocument, key: Buffer | null): Promise<number> {
  for (const { path, bytes, hash } of backup.files) {
    const found = await readIfThere(files, join(from, path))
    if (found === null) throw damagedBackup(from, `${path} is missing`)
    if (found.length !== bytes || sha256(found) !== hash) throw damagedBackup(from, `${path} is not what was written`)
  }
  if (key === null) throw new StoreError('wrong-key', `store: the backup in ${from} holds no key; give the key it was made with (YICHUANG_KEY, or put the key file into the data folder)`)
  const sealer = new Sealer(key)
  if (sealer.keyId !== backup.keyId) throw new StoreError('wrong-key', `store: the backup in ${from} is sealed with key ${backup.keyId}, the key given is ${sealer.keyId}`)
  await readFormat(files, from)
  const state = await readSnapshot(files, from, 1)
  let rows = 0
  for (const [communityId, table, { cells }] of state.all()) {
    for (const cell of cells.values()) openCell(sealer, communityId, table, cell)
    rows += cells.size
  }
  return rows
}

async function refuseUnlessFree(files: Files, { to, replace, processes = systemProcesses }: RestoreOptions): Promise<void> {
  const there = ((await listFolder(files, to)) ?? []).filter((name) => name !== KEY_FILE && name !== RESTORING)
  if (there.length === 0) return
  const holder = await holderOf(files, to, processes)
  if (holder !== null) throw new StoreError('locked', `store: ${to} is in use by process ${holder.pid}; stop it before restoring`)
  if (!replace) throw taken(to)
}

function taken(to: string): StoreError {
  return new StoreError('conflict', `store: ${to} is not empty; restore to an empty folder, or say outright that what is there gives way (it is kept in a folder "before-…" there)`)
}

/** Moves what stands in the data folder into `before-…` beside the new store; the key stays. */
export async function moveAside(files: Files, to: string, now: number): Promise<void> {
  const there = (await files.list(to)).filter((name) => name !== KEY_FILE && name !== RESTORING && !name.startsWith('before-'))
  if (there.length === 0) return
  const aside = join(to, `before-${new Date(now).toISOString().replaceAll(/[:.]/g, '-')}`)
  await makeFolders(files, aside)
  // The format first: without it nobody takes the rest for a store.
  for (const name of [...there.filter((name) => name === FORMAT_FILE), ...there.filter((name) => name !== FORMAT_FILE)]) {
    await files.rename(join(to, name), join(aside, name))
  }
  await files.syncFolder(to)
}

