import { dirname, join } from 'node:path'
import { StoreError } from '../errors.js'
import { ARCHIVE_FOLDER } from './archive.js'
import { continueBackup, readSince, type BroughtFile, type Continuation } from './backup-since.js'
import { BLOB_FOLDER, listBlobs } from './blobs.js'
import { readDocument, sha256, writeDocument } from './document-file.js'
import { diskFiles, errnoOf, listFolder, makeFolders, putFile, readIfThere, refused, type Files } from './files.js'
import { applyEntry, Journal, JOURNAL_FOLDER } from './journal.js'
import { FORMAT_FILE, KEY_FILE, readFormat, writeFormat, writeMark } from './load.js'
import { holderOf, systemProcesses, type Processes } from './lock.js'
import { Sealer } from './seal.js'
import { readSnapshot, SNAPSHOT_FOLDER, writeSnapshot, type Picture } from './snapshot.js'
import { sealedFiles } from './sealed-files.js'
import { openCell, type State } from './state.js'

/** The form of a backup: 1 is a data folder as it lies on disk, 2 one whose files are sealed whole. Both are restored, 2 is written. */
const BACKUP_FORMAT = 2

/** What a backup holds; in the clear, and written last, so that a backup cut short is none. */
interface BackupDocument {
  readonly format: number
  readonly keyId: string
  readonly madeAt: number
  /** The last transaction that is in it. */
  readonly seq: number
  readonly files: readonly BroughtFile[]
  /** When the data folder was made that it is of: only that one's later transactions may follow. Absent: of a database. */
  readonly of?: number
}

const BACKUP_FILE = 'backup.json'
const RESTORING = 'restoring'

export interface BackupPlace {
  readonly files: Files
  readonly to: string
  readonly sealer: Sealer
  /** The key file's bytes, if it goes along. Without it a backup that is stolen says nothing, and opens only with the key. */
  readonly key: Buffer | null
  /** When the data folder was made; left out for a database. */
  readonly of?: number
  readonly now: () => number
}

/** Writes a backup of a data folder: the state at one moment, the archive, the attachments. Commits go on meanwhile. */
export async function backUpFolder(place: Omit<BackupPlace, 'key' | 'of'> & { readonly from: string; readonly withKey: boolean }, takePicture: () => Picture): Promise<void> {
  const { files, from } = place
  const { madeAt } = await readFormat(files, from)
  await onAnotherDisk(writeBackup({ ...place, of: madeAt, key: place.withKey ? await files.read(join(from, KEY_FILE)) : null }, async (inside, to) => {
    const picture = takePicture()
    await writeSnapshot(inside, to, 1, picture, () => false)
    const copy = async (path: string): Promise<void> => {
      await makeFolders(inside, dirname(join(to, path)))
      await putFile(inside, join(to, path), await files.read(join(from, path)))
    }
    for (const document of picture.archiveDocuments) await copy(document.path)
    // One that was taken back since it was listed is left out.
    for (const path of await listBlobs(files, from)) await copy(path).catch(unlessGone)
    return picture.seq
  }))
}

/** A flush that fails where a backup is written says nothing about what we keep ourselves. */
async function onAnotherDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw error instanceof StoreError && error.code === 'flush-failed' ? new StoreError('write-refused', `${error.message.split(';')[0] ?? ''}; the backup is not whole`, { cause: error }) : error
  }
}

/**
 * Writes a data folder of its own to an empty folder, every file sealed, and the hash of each. `fill` puts the snapshot
 * (generation 1), the archive and the attachments there and returns the last transaction that is in it.
 */
export async function writeBackup(place: BackupPlace, fill: (inside: Files, to: string) => Promise<number>): Promise<void> {
  const { files, to, sealer } = place
  if (((await listFolder(files, to)) ?? []).length > 0) {
    throw new StoreError('conflict', `store: ${to} is not empty; a backup wants an empty folder of its own`)
  }
  for (const folder of [to, ...[JOURNAL_FOLDER, SNAPSHOT_FOLDER, ARCHIVE_FOLDER, BLOB_FOLDER].map((part) => join(to, part))]) await makeFolders(files, folder)
  const inside = sealedFiles(files, sealer, to)
  const seq = await fill(inside, to)
  await (await Journal.create(inside, to, seq + 1)).close()
  await writeMark(inside, to, seq)
  if (place.key !== null) await putFile(files, join(to, KEY_FILE), place.key)
  await writeFormat(inside, to, sealer.keyId, place.now())
  const listed: { path: string; bytes: number; hash: string }[] = []
  for (const path of await listAll(files, to, '')) {
    const bytes = await files.read(join(to, path))
    listed.push({ path, bytes: bytes.length, hash: sha256(bytes) })
  }
  await writeDocument<BackupDocument>(files, join(to, BACKUP_FILE), { format: BACKUP_FORMAT, keyId: sealer.keyId, madeAt: place.now(), seq, files: listed, ...(place.of === undefined ? {} : { of: place.of }) })
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
    const backup = await openBackup(files, from, options.key ?? (await keyIn(files, from)) ?? (await keyIn(files, to)))
    await refuseUnlessFree(files, options)

    const staging = join(to, RESTORING)
    await files.removeFolder(staging)
    await makeFolders(files, staging)
    for (const part of [JOURNAL_FOLDER, SNAPSHOT_FOLDER, ARCHIVE_FOLDER, BLOB_FOLDER]) await makeFolders(files, join(staging, part))
    for (const path of backup.paths) {
      const bytes = await (path === KEY_FILE ? files : backup.files).read(join(from, path))
      await makeFolders(files, dirname(join(staging, path)))
      await putFile(files, join(staging, path), bytes)
    }
    if (backup.since.length > 0) {
      const [journal = ''] = await files.list(join(staging, JOURNAL_FOLDER))
      await putFile(files, join(staging, JOURNAL_FOLDER, journal), backup.since)
      await writeMark(files, staging, backup.state.seq)
    }
    // From here on it goes its own way: nothing of it follows what another made of the same backup.
    await writeFormat(files, staging, backup.sealer.keyId, options.now())
    await moveAside(files, to, options.now())
    // The format last: with it the store stands.
    const names = (await files.list(staging)).filter((name) => name !== FORMAT_FILE)
    for (const name of [...names, FORMAT_FILE]) await files.rename(join(staging, name), join(to, name))
    await files.syncFolder(to)
    await files.removeFolder(staging)
    return { rows: backup.rows, madeAt: backup.madeAt }
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
    if (data.format > BACKUP_FORMAT) throw new StoreError('newer-format', `store: the backup in ${from} was written by a newer version (format ${data.format}, this version reads up to ${BACKUP_FORMAT}); install that version`)
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

/** A backup of which every byte and every sealed value was checked. */
export interface OpenBackup {
  readonly rows: number
  readonly madeAt: number
  /** Paths of its files below its folder. */
  readonly paths: readonly string[]
  /** Lines of the journal that follow the snapshot; in the state already. */
  readonly since: Buffer
  /** Reads them in the clear. */
  readonly files: Files
  readonly sealer: Sealer
  readonly state: State
}

/** Reads every file of a backup and compares its hash; rejects with `damaged` at the first that is not as written. */
export async function checkBackup(files: Files, from: string): Promise<BackupDocument> {
  const backup = await readBackup(files, from)
  await checkFiles(files, from, backup.files)
  return backup
}

async function checkFiles(files: Files, from: string, listed: readonly BroughtFile[]): Promise<void> {
  for (const { path, bytes, hash } of listed) {
    const found = await readIfThere(files, join(from, path))
    if (found === null) throw damagedBackup(from, `${path} is missing`)
    if (found.length !== bytes || sha256(found) !== hash) throw damagedBackup(from, `${path} is not what was written`)
  }
}

/** What a backup is of, and the last transaction in it. */
export type BackupHead = Pick<BackupDocument, 'of' | 'seq'>

export async function readBackupHead(files: Files, from: string): Promise<BackupHead> {
  const { of, seq } = await readBackup(files, from)
  return { seq, ...(of === undefined ? {} : { of }) }
}

/** Adds to a backup of a data folder what was committed there since, up to transaction `upTo`. Returns how many; `null`: it is not of this folder, or the journal does not reach back to it. */
export async function addToBackup({ head, ...place }: Omit<Continuation, 'seq'> & { readonly head: BackupHead }): Promise<number | null> {
  if (head.of !== (await readFormat(place.files, place.from)).madeAt) return null
  try {
    return await onAnotherDisk(continueBackup({ ...place, seq: head.seq }))
  } catch (error) {
    if (error instanceof StoreError && error.code === 'missing') return null
    throw error
  }
}

/** Opens a backup after checking all of it; rejects with what is wrong with it. */
export async function openBackup(files: Files, from: string, key: Buffer | null): Promise<OpenBackup> {
  const backup = await checkBackup(files, from)
  if (key === null) throw new StoreError('wrong-key', `store: the backup in ${from} holds no key; give the key it was made with (YICHUANG_KEY, or put the key file into the data folder)`)
  const sealer = new Sealer(key)
  if (sealer.keyId !== backup.keyId) throw new StoreError('wrong-key', `store: the backup in ${from} is sealed with key ${backup.keyId}, the key given is ${sealer.keyId}`)
  const inside = backup.format === 1 ? files : sealedFiles(files, sealer, from)
  const since = backup.format === 1 ? null : await readSince(files, inside, from, backup.seq)
  await checkFiles(files, from, since?.files ?? [])
  const paths = [...new Set([...backup.files, ...(since?.files ?? [])].map(({ path }) => path))]
  for (const path of paths) if (path !== KEY_FILE) await inside.read(join(from, path))
  await readFormat(inside, from)
  const state = await readSnapshot(inside, from, 1)
  for (const entry of since?.entries ?? []) applyEntry(state, entry, from)
  let rows = 0
  for (const [communityId, table, { cells }] of state.all()) {
    for (const cell of cells.values()) openCell(sealer, communityId, table, cell)
    rows += cells.size
  }
  return { rows, madeAt: backup.madeAt, paths, since: since?.journal ?? Buffer.alloc(0), files: inside, sealer, state }
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

