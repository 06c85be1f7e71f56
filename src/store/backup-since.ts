import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { StoreError } from '../errors.js'
import { blobPath } from './blobs.js'
import { blobIdOf } from './contents.js'
import { readDocument, sha256, writeDocument } from './document-file.js'
import { errnoOf, listFolder, makeFolders, putFile, type Files } from './files.js'
import { decodeJournal, endOfLine, firstSeqOf, JOURNAL_FOLDER, type JournalEntry } from './journal.js'
import type { Sealer } from './seal.js'
import { sealedFiles } from './sealed-files.js'

/** Beside a backup: what was committed after it, piece by piece, so that little is lost with a machine. */
const SINCE_FOLDER = 'since'

/** Journal of one piece, about, bytes: residents are served meanwhile. */
const pieceBytes = 1024 * 1024

/** A file that a piece brings besides, below the backup's folder. */
export interface BroughtFile {
  readonly path: string
  readonly bytes: number
  /** SHA-256 of it as it lies there. */
  readonly hash: string
}

/** Transactions that follow the backup, or the piece before. */
interface Piece {
  readonly first: number
  readonly last: number
  /** Their lines as the journal has them. */
  readonly lines: string
  /** Where the next is looked for: a journal file of the data folder, and how far it was read, bytes. */
  readonly next: { readonly journal: string; readonly at: number }
  /** Archive documents and attachments that came with them. */
  readonly files: readonly BroughtFile[]
}

interface PieceName {
  readonly first: number
  readonly last: number
  readonly path: string
}

async function listPieces(files: Files, to: string): Promise<readonly PieceName[]> {
  return ((await listFolder(files, join(to, SINCE_FOLDER))) ?? []).flatMap((name) => {
    const [, first, last] = /^(\d{12})-(\d{12})\.json$/.exec(name) ?? []
    return first === undefined ? [] : [{ first: Number(first), last: Number(last), path: join(SINCE_FOLDER, name) }]
  })
}

export interface Continuation {
  readonly files: Files
  /** The data folder. */
  readonly from: string
  /** A backup of it, and the last transaction that is in that. */
  readonly to: string
  readonly seq: number
  readonly sealer: Sealer
  /** The last transaction that is durable. */
  readonly upTo: number
}

/**
 * Writes down beside a backup what was committed after it and after the pieces that stand there. Returns how many
 * transactions; rejects with `missing` where the journal does not reach back so far.
 */
export async function continueBackup({ files, from, to, seq, sealer, upTo }: Continuation): Promise<number> {
  const inside = sealedFiles(files, sealer, to)
  const before = (await listPieces(files, to)).at(-1)
  const start = before?.last ?? seq
  if (start >= upTo) return 0
  let reading = before === undefined ? null : (await readDocument<Piece>(inside, join(to, before.path))).data.next
  for (let last = start; last < upTo;) {
    const found = await readOn(files, from, reading, last, upTo)
    const { lines, next, entries } = found
    const piece: Piece = { first: last + 1, last: last + entries.length, lines, next, files: await bring(files, inside, from, to, entries) }
    const name = `${[piece.first, piece.last].map((at) => String(at).padStart(12, '0')).join('-')}.json`
    await makeFolders(files, join(to, SINCE_FOLDER))
    await writeDocument(inside, join(to, SINCE_FOLDER, name), piece)
    last = piece.last
    reading = next
    await setImmediate()
  }
  return upTo - start
}

/** Some of the lines after transaction `last`, none beyond `upTo`. */
async function readOn(files: Files, from: string, reading: Piece['next'] | null, last: number, upTo: number): Promise<{ readonly lines: string; readonly entries: readonly JournalEntry[]; readonly next: Piece['next'] }> {
  const journals = ((await listFolder(files, join(from, JOURNAL_FOLDER))) ?? []).filter((name) => firstSeqOf(name) !== null)
  // A file that begins with the next transaction follows the one that was read; without a mark, it is in the newest that began before it.
  const begun = journals.find((name) => firstSeqOf(name) === last + 1)
  const isMarked = begun === undefined && reading !== null && journals.includes(reading.journal)
  const journal = begun ?? (isMarked ? reading.journal : journals.findLast((name) => (firstSeqOf(name) as number) <= last))
  if (journal === undefined) throw gap(last)
  let at = isMarked ? reading.at : 0
  let seq = isMarked ? last + 1 : (firstSeqOf(journal) as number)
  for (let window = pieceBytes; ;) {
    const bytes = await files.readFrom(join(from, JOURNAL_FOLDER, journal), at, window)
    let start = 0
    for (let end = endOfLine(bytes, 0); end !== null && seq <= last; end = endOfLine(bytes, end)) [start, seq] = [end, seq + 1]
    let stop = start
    for (let end = endOfLine(bytes, start); end !== null && seq > last && seq <= upTo; end = endOfLine(bytes, end)) [stop, seq] = [end, seq + 1]
    if (stop > start) {
      const { entries, tail } = decodeJournal(bytes.subarray(start, stop))
      if (tail !== 'none' || entries[0]?.seq !== last + 1) throw gap(last)
      return { lines: bytes.toString('utf8', start, stop), entries, next: { journal, at: at + stop } }
    }
    if (bytes.length < window && start === 0) throw gap(last)
    // A line longer than the window, or one of which only the beginning was in it.
    if (start === 0) window *= 2
    at += start
  }
}

function gap(last: number): StoreError {
  return new StoreError('missing', `store: the journal holds nothing that follows transaction ${last}; what came after is in the next backup`)
}

/** Copies the archive documents and attachments that transactions speak of, where the backup lacks them. */
async function bring(files: Files, inside: Files, from: string, to: string, entries: readonly JournalEntry[]): Promise<readonly BroughtFile[]> {
  const paths = new Set<string>()
  for (const { community, changes, archive } of entries) {
    if (archive !== undefined) paths.add(archive.path)
    for (const change of changes) {
      const id = change[0] === 'put' ? blobIdOf(change[1], change[2]) : null
      if (id === null) continue
      const { folder, name } = blobPath(community, id)
      paths.add(join(folder, name))
    }
  }
  const brought: BroughtFile[] = []
  for (const path of paths) {
    try {
      const bytes = await files.read(join(from, path))
      await makeFolders(inside, dirname(join(to, path)))
      await putFile(inside, join(to, path), bytes)
      const written = await files.read(join(to, path))
      brought.push({ path, bytes: written.length, hash: sha256(written) })
    } catch (error) {
      // Replaced by a later document, or taken back since: the row that says so follows.
      if (errnoOf(error) !== 'ENOENT') throw error
    }
  }
  return brought
}

/** What stands beside a backup, read and checked whole. */
export interface Since {
  readonly entries: readonly JournalEntry[]
  /** The lines of all of them. */
  readonly journal: Buffer
  readonly files: readonly BroughtFile[]
}

/** Reads what came after transaction `seq` of a backup; rejects with `damaged` unless every piece of it stands and none is missing between. */
export async function readSince(files: Files, inside: Files, from: string, seq: number): Promise<Since> {
  const entries: JournalEntry[] = []
  const lines: Buffer[] = []
  const brought = new Map<string, BroughtFile>()
  for (const { first, last, path } of await listPieces(files, from)) {
    const broken = (what: string): StoreError => new StoreError('damaged', `store: ${join(from, path)} ${what}. Nothing was restored; take it and those after it out of the folder to restore what stood before them`)
    if (first !== seq + entries.length + 1) throw broken(`does not follow transaction ${seq + entries.length}`)
    const piece = await readDocument<Piece>(inside, join(from, path)).catch((error: unknown) => {
      throw broken(`is not what was written (${error instanceof Error ? error.message : String(error)})`)
    })
    const bytes = Buffer.from(piece.data.lines)
    const read = decodeJournal(bytes)
    if (read.tail !== 'none' || read.entries.length !== last - first + 1 || read.entries.some((entry, at) => entry.seq !== first + at)) throw broken('does not hold what its name says')
    entries.push(...read.entries)
    lines.push(bytes)
    for (const file of piece.data.files) brought.set(file.path, file)
  }
  return { entries, journal: Buffer.concat(lines), files: [...brought.values()] }
}
