import { crc32 } from 'node:zlib'
import { join } from 'node:path'
import { StoreError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import { errnoOf, flush, refused, type Files, type OpenFile } from './files.js'
import type { ArchiveDocument, Change, State, StoredRow } from './state.js'
import { tables, type TableName } from './tables.js'

/**
 * One transaction, a line of JSON. A line stands in the file as `length crc head-crc json`: eight hex digits each for the
 * bytes of the JSON, their CRC-32, and the CRC-32 of the first sixteen digits, so that a line cut short (never
 * acknowledged) is told from a line that was changed (damage).
 */
export interface JournalEntry {
  /** Grows by one from line to line, over all journal files. */
  readonly seq: number
  /** The last durable transaction when this one was made: everything up to it was acknowledged. */
  readonly after: number
  readonly community: CommunityId
  readonly changes: readonly JournalChange[]
  /** Highest numbers given so far, of the series that moved. */
  readonly numbers?: readonly (readonly [CommunityId, string, number])[]
  readonly archive?: ArchiveDocument
  /** Path of the archive document in whose place `archive` comes; absent: in none. */
  readonly replaces?: string
}
export type JournalChange =
  | readonly ['put', TableName, StoredRow]
  | readonly ['remove', TableName, string]
  | readonly ['archive', TableName, string]

const HEAD_BYTES = 25

export function encodeEntry(entry: JournalEntry): Buffer {
  const json = Buffer.from(JSON.stringify(entry))
  const head = hex(json.length) + hex(crc32(json))
  return Buffer.concat([Buffer.from(`${head}${hex(crc32(head))} `), json, Buffer.from('\n')])
}

function hex(value: number): string {
  return value.toString(16).padStart(8, '0')
}

/** Takes a transaction into the state. Rejects (`newer-format`) one of a table that this version does not know; `path` says where it stood. */
export function applyEntry(state: State, entry: JournalEntry, path: string): void {
  for (const [, table] of entry.changes) if (!Object.hasOwn(tables, table)) throw new StoreError('newer-format', `store: ${path} holds the table "${table}", which this version does not know; install the version that wrote it again`)
  state.apply(entry.community, entry.changes.map((change): Change => {
    if (change[0] === 'put') return { op: 'put', table: change[1], cell: { sealed: change[2], opened: null } }
    return { op: change[0], table: change[1], id: change[2] }
  }))
  for (const [community, series, value] of entry.numbers ?? []) state.setNumber(community, series, value)
  if (entry.archive !== undefined) state.addArchive(entry.archive, entry.replaces)
  state.seq = entry.seq
}

export function journalChangeOf(change: Change): JournalChange {
  return change.op === 'put' ? ['put', change.table, change.cell.sealed] : [change.op, change.table, change.id]
}

type Line = { readonly kind: 'whole'; readonly entry: JournalEntry; readonly end: number } | { readonly kind: 'short' } | { readonly kind: 'changed' }

function readLine(bytes: Buffer, at: number): Line {
  if (bytes.length - at < HEAD_BYTES) return { kind: 'short' }
  const head = bytes.toString('latin1', at, at + 16)
  if (`${hex(crc32(head))} ` !== bytes.toString('latin1', at + 16, at + HEAD_BYTES)) return { kind: 'changed' }
  const start = at + HEAD_BYTES
  const end = start + parseInt(head.slice(0, 8), 16)
  if (end + 1 > bytes.length) return { kind: 'short' }
  const json = bytes.subarray(start, end)
  if (bytes[end] !== 0x0a || hex(crc32(json)) !== head.slice(8)) return { kind: 'changed' }
  return { kind: 'whole', entry: JSON.parse(json.toString()) as JournalEntry, end: end + 1 }
}

/** Where the line that begins at `at` ends, as its head says; `null`: not all of it is there. Nothing of it is checked. */
export function endOfLine(bytes: Buffer, at: number): number | null {
  const end = at + HEAD_BYTES + parseInt(bytes.toString('latin1', at, at + 8), 16) + 1
  return end <= bytes.length ? end : null
}

/** What a journal file holds: its whole lines, and what follows the last of them. */
export interface JournalRead {
  readonly entries: readonly JournalEntry[]
  /** Bytes of the whole lines. */
  readonly length: number
  /**
   * `torn`: bytes that were being written when the power or the process went (a line cut short, or blocks of NUL that
   * the disk never got), and that nothing acknowledges. `changed`: anything else.
   */
  readonly tail: 'none' | 'torn' | 'changed'
}

export function decodeJournal(bytes: Buffer): JournalRead {
  const entries: JournalEntry[] = []
  let at = 0
  while (at < bytes.length) {
    const line = readLine(bytes, at)
    if (line.kind !== 'whole') {
      const torn = line.kind === 'short' || (bytes.includes(0, at) && !isAcknowledged(bytes, at, (entries.at(-1)?.seq ?? 0) + 1))
      return { entries, length: at, tail: torn ? 'torn' : 'changed' }
    }
    entries.push(line.entry)
    at = line.end
  }
  return { entries, length: at, tail: 'none' }
}

/** Whether a whole line beyond `at` says that transaction `seq` was durable when it was made. */
function isAcknowledged(bytes: Buffer, at: number, seq: number): boolean {
  for (let next = bytes.indexOf(0x0a, at); next !== -1; next = bytes.indexOf(0x0a, next + 1)) {
    const line = readLine(bytes, next + 1)
    if (line.kind === 'whole' && line.entry.after >= seq) return true
  }
  return false
}

export const JOURNAL_FOLDER = 'journal'

export function journalName(firstSeq: number): string {
  return `${String(firstSeq).padStart(12, '0')}.journal`
}

/** The first transaction a journal file may hold, from its name; `null` for other files. */
export function firstSeqOf(name: string): number | null {
  const match = /^(\d{12})\.journal$/.exec(name)
  return match?.[1] === undefined ? null : Number(match[1])
}

/** The journal file that is written now. */
export class Journal {
  #file: OpenFile
  /** Bytes that are durable. */
  length: number
  lines: number

  private constructor(
    readonly path: string,
    file: OpenFile,
    length: number,
    lines: number,
  ) {
    this.#file = file
    this.length = length
    this.lines = lines
  }

  /** Makes the file in which transactions from `firstSeq` will stand, durably. An empty one of that name is used again. */
  static async create(files: Files, folder: string, firstSeq: number): Promise<Journal> {
    const path = join(folder, JOURNAL_FOLDER, journalName(firstSeq))
    let file: OpenFile
    try {
      file = await files.open(path, 'create')
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error
      file = await files.open(path, 'change')
    }
    try {
      await flush(() => files.syncFolder(join(folder, JOURNAL_FOLDER)), path)
    } catch (error) {
      await file.close().catch(() => {})
      throw error
    }
    return new Journal(path, file, 0, 0)
  }

  /** Opens a file that is there, `length` whole bytes long; what stands beyond them is cut off, durably. */
  static async resume(files: Files, path: string, length: number, lines: number, isTorn: boolean): Promise<Journal> {
    const file = await files.open(path, 'change')
    try {
      if (isTorn) {
        await file.truncate(length)
        await flush(() => file.datasync(), path)
      }
    } catch (error) {
      await file.close().catch(() => {})
      throw error
    }
    return new Journal(path, file, length, lines)
  }

  /**
   * Appends lines, durable when it resolves. Rejects with `write-refused` when none of them is in the file, with
   * `flush-failed` when that is not known.
   */
  async append(bytes: Uint8Array, lines: number): Promise<void> {
    try {
      await this.#file.write(bytes, this.length)
    } catch (error) {
      await this.#cutBack(error)
      throw refused(error, `write to ${this.path}`)
    }
    await flush(() => this.#file.datasync(), this.path)
    this.length += bytes.length
    this.lines += lines
  }

  close(): Promise<void> {
    return this.#file.close()
  }

  /** A refused batch must not come back at the next start. */
  async #cutBack(cause: unknown): Promise<void> {
    try {
      if ((await this.#file.size()) === this.length) return
      await this.#file.truncate(this.length)
    } catch (error) {
      throw new StoreError('flush-failed', `store: ${this.path} refused a write and could not be cut back (${errnoOf(error) ?? String(error)}); what is on the disk is unknown, so the process must stop. Check the disk, then start again`, { cause })
    }
    await flush(() => this.#file.datasync(), this.path)
  }
}
