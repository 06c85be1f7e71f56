import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { StoreError } from '../errors.js'
import { ARCHIVE_FOLDER, checkArchive } from './archive.js'
import { BLOB_FOLDER, listBlobs } from './blobs.js'
import { readDocument, writeDocument } from './document-file.js'
import { diskFiles, listFolder, makeFolders, putFile, readIfThere, refused, removeTemporary, TEMPORARY, type Files } from './files.js'
import { applyEntry, decodeJournal, firstSeqOf, Journal, JOURNAL_FOLDER } from './journal.js'
import { LOCK_FILE, takeLock, type Lock, type Processes } from './lock.js'
import { KEY_BYTES, Sealer } from './seal.js'
import { generationFolder, hasManifest, listGenerations, readSnapshot, SNAPSHOT_FOLDER, takePicture, writeSnapshot } from './snapshot.js'
import { refuseMoved, type MoveMark } from './moved.js'
import { State } from './state.js'

/** The form of what lies in a data folder. A program reads its own and the one before, and refuses newer ones. */
export const FORMAT = 1
const OLDEST_FORMAT = 1

/** What an older program, which knows no marks of a move, is to refuse. */
const MARKED_FORMAT = 2

/** Written last when a store is made: where it stands, there is a store. */
interface FormatDocument {
  readonly format: number
  readonly keyId: string
  readonly madeAt: number
  /** Absent: the store is in use here. */
  readonly move?: MoveMark
}

/** A transaction that was surely reached: a journal that ends before it has lost something. */
interface MarkDocument {
  readonly seq: number
}

export const FORMAT_FILE = 'format.json'
export const KEY_FILE = 'key'
const MARK_FILE = 'mark.json'

export interface Place {
  readonly files: Files
  readonly folder: string
  /** 32 bytes; `null` = the key file in the folder, made with the store. */
  readonly key: Buffer | null
  readonly processes: Processes
  readonly now: () => number
  /** Whether a store that is being moved opens too. */
  readonly evenMoved: boolean
}

export interface Loaded {
  readonly state: State
  readonly journal: Journal
  readonly sealer: Sealer
  readonly lock: Lock
  /** The newest generation in the folder, whole or not. */
  readonly generation: number
  /** The snapshot that was read. */
  readonly snapshot: { readonly generation: number; readonly seq: number }
  /** What was found broken and could be made good from the generation before; `null` when nothing was. */
  readonly repaired: string | null
}

/** The rejection for a folder that can't be trusted; it names the remedy. */
export function damaged(folder: string, what: string, cause?: unknown): StoreError {
  return new StoreError('damaged', `store: ${folder} is damaged: ${what}. Nothing was changed; restore the latest backup with "yichuang restore DIR"`, { cause })
}

export function writeFormat(files: Files, folder: string, keyId: string, madeAt: number): Promise<string> {
  return writeDocument<FormatDocument>(files, join(folder, FORMAT_FILE), { format: FORMAT, keyId, madeAt })
}

export async function writeMark(files: Files, folder: string, seq: number): Promise<void> {
  await writeDocument<MarkDocument>(files, join(folder, MARK_FILE), { seq })
}

/** Says that the store is on its way here or has left; `null`: it is in use here again. */
export async function writeMoveMark(files: Files, folder: string, move: MoveMark | null): Promise<void> {
  const { keyId, madeAt } = await readFormat(files, folder)
  await writeDocument<FormatDocument>(files, join(folder, FORMAT_FILE), move === null ? { format: FORMAT, keyId, madeAt } : { format: MARKED_FORMAT, keyId, madeAt, move })
}

/** `null` where no store stands, and where one is in use. */
export async function readMoveMark(files: Files, folder: string): Promise<MoveMark | null> {
  return (await isStore(files, folder)) ? ((await readFormat(files, folder)).move ?? null) : null
}

/** Reads the format document; rejects with `newer-format` for what this version can't read. */
export async function readFormat(files: Files, folder: string): Promise<FormatDocument> {
  const { data } = await readDocument<FormatDocument>(files, join(folder, FORMAT_FILE))
  if (data.format > FORMAT && !(data.format === MARKED_FORMAT && data.move !== undefined)) {
    throw new StoreError('newer-format', `store: ${folder} was written by a newer version (format ${data.format}, this version reads up to ${FORMAT}); install that version again`)
  }
  if (data.format < OLDEST_FORMAT) {
    throw new StoreError('damaged', `store: ${folder} has format ${data.format}; this version reads from ${OLDEST_FORMAT} on`)
  }
  return data
}

/** Opens what lies in a data folder, after making it if told to. Holds the lock when it resolves. */
export async function loadStore(place: Place, create: boolean): Promise<Loaded> {
  const { files, folder } = place
  try {
    const isMade = await isStore(files, folder)
    if (!isMade && !create) {
      throw new StoreError('missing', `store: there is no store in ${folder}; make one explicitly, set YICHUANG_DATA_DIR to the folder that holds it, or restore a backup with "yichuang restore DIR"`)
    }
    if (!isMade) await makeFolders(files, folder)
    const lock = await takeLock(files, folder, place.processes)
    try {
      if (!(await isStore(files, folder))) await makeStore(place)
      return await loadLocked(place, lock)
    } catch (error) {
      await lock.release(lock.wasClosed && isMade).catch(() => {})
      throw error
    }
  } catch (error) {
    throw refused(error, `open ${folder}`)
  }
}

/**
 * Whether a first start may make a store here without being asked twice: the folder is absent, empty or holds a key only,
 * or a first start was killed before the store stood. A folder from which a store was deleted is not fresh.
 */
export async function isFresh(folder: string, files: Files = diskFiles): Promise<boolean> {
  const names = ((await listFolder(files, folder)) ?? []).filter((name) => name !== KEY_FILE && !name.startsWith(`${LOCK_FILE}.`))
  if (names.length === 0) return true
  // Only a process that was killed leaves its lock.
  return names.includes(LOCK_FILE) && !(await isStore(files, folder).catch(() => true))
}

/** Whether a store stands in the folder; rejects with `damaged` when parts of one do. */
async function isStore(files: Files, folder: string): Promise<boolean> {
  const names = await listFolder(files, folder)
  if (names === null) return false
  if (names.includes(FORMAT_FILE)) return true
  // Killed while it was made, a store has nothing in it yet.
  const journals = (await listFolder(files, join(folder, JOURNAL_FOLDER))) ?? []
  const generations = await listGenerations(files, folder)
  let isEmpty = generations.every((generation) => generation === 1) && (await listBlobs(files, folder)).length === 0
  for (const name of journals) isEmpty &&= firstSeqOf(name) === 1 && (await files.read(join(folder, JOURNAL_FOLDER, name))).length === 0
  if (!isEmpty) throw damaged(folder, `${FORMAT_FILE} is gone, other parts of a store are there`)
  return false
}

async function makeStore(place: Place): Promise<void> {
  const { files, folder } = place
  if (place.key === null && (await readIfThere(files, join(folder, KEY_FILE))) === null) {
    await putFile(files, join(folder, KEY_FILE), Buffer.from(randomBytes(KEY_BYTES).toString('base64') + '\n'))
  }
  const sealer = new Sealer(await keyOf(place))
  for (const part of [JOURNAL_FOLDER, SNAPSHOT_FOLDER, ARCHIVE_FOLDER, BLOB_FOLDER]) await makeFolders(files, join(folder, part))
  await writeMark(files, folder, 0)
  await writeSnapshot(files, folder, 1, takePicture(new State()), () => false)
  await (await Journal.create(files, folder, 1)).close()
  await writeFormat(files, folder, sealer.keyId, place.now())
}

async function keyOf(place: Place): Promise<Buffer> {
  if (place.key !== null) return place.key
  const text = await readIfThere(place.files, join(place.folder, KEY_FILE))
  if (text === null) throw new StoreError('wrong-key', `store: ${join(place.folder, KEY_FILE)} is gone; put it back or set YICHUANG_KEY. Without the key the personal fields can't be read`)
  return Buffer.from(text.toString().trim(), 'base64')
}

async function loadLocked(place: Place, lock: Lock): Promise<Loaded> {
  const { files, folder } = place
  const asDamage = (error: unknown): never => {
    throw error instanceof StoreError && error.code === 'damaged' ? damaged(folder, error.message.replace(/^store: /, ''), error) : error
  }
  const format = await readFormat(files, folder).catch(asDamage)
  if (!place.evenMoved) refuseMoved(folder, format.move ?? null)
  const sealer = new Sealer(await keyOf(place))
  if (sealer.keyId !== format.keyId) {
    throw new StoreError('wrong-key', `store: ${folder} is sealed with key ${format.keyId}, the key given is ${sealer.keyId}; start with the key it was made with (YICHUANG_KEY or ${join(folder, KEY_FILE)})`)
  }
  const { data: mark } = await readDocument<MarkDocument>(files, join(folder, MARK_FILE)).catch(asDamage)
  const generations = await listGenerations(files, folder)
  let firstFault: unknown = null
  for (const generation of generations) {
    if (!(await hasManifest(files, folder, generation))) continue
    try {
      const state = await readSnapshot(files, folder, generation)
      const snapshot = { generation, seq: state.seq }
      const tail = await replay(place, state, lock.wasClosed, mark.seq)
      await checkArchive(files, folder, state.archiveDocuments)
      await removeLeftovers(place, generations, generation)
      const journal = await Journal.resume(files, tail.path, tail.length, tail.lines, tail.isTorn)
      const repaired = firstFault === null ? null : `${String((firstFault as Error).message)}; made good from the generation before and the journal`
      return { state, journal, sealer, lock, generation: generations[0] ?? generation, snapshot, repaired }
    } catch (error) {
      if (!(error instanceof StoreError) || error.code !== 'damaged') throw error
      firstFault ??= error
    }
  }
  return asDamage(firstFault ?? new StoreError('damaged', `store: no snapshot in ${SNAPSHOT_FOLDER}`))
}

interface JournalTail {
  readonly path: string
  readonly length: number
  readonly lines: number
  readonly isTorn: boolean
}

/** Applies the journal to a snapshot's state. Returns where the journal goes on. */
async function replay(place: Place, state: State, wasClosed: boolean, mark: number): Promise<JournalTail> {
  const { files, folder } = place
  const names = ((await listFolder(files, join(folder, JOURNAL_FOLDER))) ?? []).filter((name) => firstSeqOf(name) !== null)
  const start = names.findLastIndex((name) => (firstSeqOf(name) as number) <= state.seq + 1)
  if (start === -1) throw new StoreError('damaged', `store: the journal after transaction ${state.seq} is gone`)
  let next = firstSeqOf(names[start] as string) as number
  let last: JournalTail = { path: '', length: 0, lines: 0, isTorn: false }
  for (const name of names.slice(start)) {
    const path = join(folder, JOURNAL_FOLDER, name)
    if (last.isTorn) throw new StoreError('damaged', `store: ${last.path} ends in a broken line`)
    if (firstSeqOf(name) !== next) throw new StoreError('damaged', `store: transactions ${next} to ${(firstSeqOf(name) as number) - 1} are gone from the journal`)
    const read = decodeJournal(await files.read(path))
    if (read.tail === 'changed' || (read.tail === 'torn' && wasClosed)) {
      throw new StoreError('damaged', `store: ${path} is not what was written from byte ${read.length} on`)
    }
    for (const entry of read.entries) {
      if (entry.seq !== next) throw new StoreError('damaged', `store: ${path} has transaction ${entry.seq} where ${next} should stand`)
      next++
      if (entry.seq <= state.seq) continue
      applyEntry(state, entry, path)
      if (entry.seq % 500 === 0) await setImmediate()
    }
    last = { path, length: read.length, lines: read.entries.length, isTorn: read.tail === 'torn' }
  }
  if (next - 1 < state.seq || state.seq < mark || (wasClosed && state.seq !== mark)) {
    throw new StoreError('damaged', `store: the journal ends at transaction ${next - 1}, it had reached ${Math.max(mark, state.seq)}`)
  }
  return last
}

/** Removes what killed processes left half done, and snapshots that never became whole. */
async function removeLeftovers(place: Place, generations: readonly number[], used: number): Promise<void> {
  const { files, folder } = place
  for (const name of (await listFolder(files, folder)) ?? []) {
    const lockOf = /^lock\.(\d+)(\.tmp)?$/.exec(name)?.[1]
    const isLeft = lockOf === undefined ? name.endsWith(TEMPORARY) && !name.startsWith('lock') : !place.processes.isAlive({ pid: Number(lockOf), started: '' })
    if (isLeft) await files.remove(join(folder, name))
  }
  for (const generation of generations) {
    const path = join(folder, generationFolder(generation))
    if (generation > used && !(await hasManifest(files, folder, generation))) await files.removeFolder(path)
    else await removeTemporary(files, path)
  }
  for (const part of (await listFolder(files, join(folder, BLOB_FOLDER))) ?? []) await removeTemporary(files, join(folder, BLOB_FOLDER, part))
}
