import { join } from 'node:path'
import { StoreError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import { checkArchive, isOf, monthOf, readArchive, writeArchive } from './archive.js'
import { addToBackup, backUpFolder, readBackupHead, type BackupHead } from './backup.js'
import { checkQuery, checkWrites } from './checks.js'
import { readBlob, removeBlob, writeBlob } from './blobs.js'
import type { Contents } from './contents.js'
import { embeddedContents } from './embedded-contents.js'
import { diskFiles, refused, type Files } from './files.js'
import { frozenCopy } from './frozen.js'
import { firstSeqOf, JOURNAL_FOLDER } from './journal.js'
import { loadStore, writeMark, type Loaded } from './load.js'
import { systemProcesses, type Lock, type Processes } from './lock.js'
import type { Sealer } from './seal.js'
import { generationFolder, listGenerations, takePicture, writeSnapshot } from './snapshot.js'
import { rowKey, stage, viewOf } from './stage.js'
import { openCell, ruleOf, sealRow, type ArchiveDocument, type Cell, type Change, type Scalar, type State, type StoredRow } from './state.js'
import type { Committed, Query, Store, Write } from './store.js'
import type { Row, TableName } from './tables.js'
import { Writer } from './writer.js'

export interface EmbeddedOptions {
  /** The data folder; one process at a time may use it. */
  readonly folder: string
  /** Whether to make a store where there is none; without it that is the error `missing`. */
  readonly create: boolean
  /** 32 bytes; left out, the file `key` (mode 0600) in the folder is used, made with the store. */
  readonly key?: Buffer
  /** Whether one that is being moved elsewhere, or here, opens too (to go on with the move). Default: it is refused with `moved`. */
  readonly evenMoved?: boolean
  readonly now: () => number
  /** Called once when a flush failed: what is on disk is unknown, the process must stop. */
  readonly onFatal: (error: StoreError) => void
  /** Hears what is worth a line in the log: damage made good, a snapshot put off. */
  readonly onNotice?: (message: string, error?: unknown) => void
  readonly files?: Files
  readonly processes?: Processes
  /** When the journal is worth a snapshot; default 20,000 lines or 8 MB, and never less than the rows there are. */
  readonly snapshotAfter?: { readonly lines: number; readonly bytes: number }
}

export interface EmbeddedStore extends Store {
  /** As of the port; `withKey` puts the key file beside the rows (without it the backup opens only with the key given). */
  backup(folder: string, options?: { readonly withKey?: boolean }): Promise<void>
  /** Adds to a backup what was committed since. Returns how many transactions; `null`: it is not of this store, or too old to go on. */
  addToBackup(folder: string): Promise<number | null>
  /** Writes a snapshot now, so that the next start is quick. */
  compact(): Promise<void>
  /** All it holds, for a copy of the whole; written to only while nobody uses the store. */
  contents(): Contents
}

const SNAPSHOT_AFTER = { lines: 20_000, bytes: 8 * 1024 * 1024 }
/** About what a row weighs in a snapshot; a journal smaller than the snapshot it saves is not worth one. */
const ROW_BYTES = 1024
/** Rows that leave in one transaction. */
const RETIRE_ROWS = 500
const DAY_MS = 86_400_000

/** Opens the store of a data folder; see StoreError for why it may not. */
export async function openEmbeddedStore(options: EmbeddedOptions): Promise<EmbeddedStore> {
  const files = options.files ?? diskFiles
  const processes = options.processes ?? systemProcesses
  const loaded = await loadStore({ files, folder: options.folder, key: options.key ?? null, processes, now: options.now, evenMoved: options.evenMoved ?? false }, options.create)
  const store = new Embedded(options, files, loaded)
  if (loaded.repaired !== null) {
    options.onNotice?.(loaded.repaired)
    store.snapshotSoon()
  }
  return store
}

/** A whole snapshot, and the last transaction in it. */
interface Snapshot {
  readonly generation: number
  readonly seq: number
}

class Embedded implements EmbeddedStore {
  readonly #options: EmbeddedOptions
  readonly #files: Files
  readonly #folder: string
  readonly #sealer: Sealer
  readonly #lock: Lock
  readonly #state: State
  readonly #writer: Writer
  #phase: 'open' | 'closing' | 'closed' = 'open'
  #closing: Promise<void> | null = null
  readonly #listeners = new Set<(committed: Committed) => void>()
  /** Snapshots, retirements and backups, one at a time. */
  #lane: Promise<unknown> = Promise.resolve()
  #generation: number
  #snapshotBefore: Snapshot
  #isSnapshotDue = false
  /** Lines of the journal when a snapshot last failed: it is tried again after as many as always. */
  #linesPutOff = 0
  /** The backup that was added to last: it is a long document. */
  #addedTo: { readonly folder: string; readonly head: BackupHead } | null = null

  constructor(options: EmbeddedOptions, files: Files, loaded: Loaded) {
    this.#options = options
    this.#files = files
    this.#folder = options.folder
    this.#sealer = loaded.sealer
    this.#lock = loaded.lock
    this.#state = loaded.state
    this.#generation = loaded.generation
    this.#snapshotBefore = loaded.snapshot
    this.#writer = new Writer({
      files,
      folder: options.folder,
      state: loaded.state,
      journal: loaded.journal,
      onBroken: options.onFatal,
      onBatch: () => {
        if (this.#phase === 'open' && this.#isSnapshotWorth()) this.snapshotSoon()
      },
    })
  }

  async get<T extends TableName>(communityId: CommunityId, table: T, id: string): Promise<Row<T> | null> {
    this.#refuseUnlessReadable()
    const cell = this.#state.find(communityId, table)?.cells.get(id)
    return cell === undefined ? null : this.#open(communityId, table, cell)
  }

  async find<T extends TableName>(communityId: CommunityId, table: T, query: Query<T>): Promise<readonly Row<T>[]> {
    this.#refuseUnlessReadable()
    const limit = checkQuery(table, query)
    const state = this.#state.find(communityId, table)
    if (state === null) return []
    const ids = query.by === undefined ? state.ids : state.idsBy(query.by, query.equals as Scalar)
    const page = ids?.page(query.order ?? 'asc', query.after ?? null, limit) ?? []
    return page.map((id) => this.#open(communityId, table, state.cells.get(id) as Cell))
  }

  async commit(communityId: CommunityId, writes: readonly Write[]): Promise<void> {
    this.#refuseUnlessOpen()
    checkWrites(communityId, writes)
    if (writes.length === 0) return
    const own = writes.map((write): Write => (write.op === 'put' ? ({ ...write, row: frozenCopy(write.row) } as Write) : { ...write }))
    for (;;) {
      const staged = stage(this.#writer.pending, communityId, own)
      if (staged.kind === 'staged') {
        const told = staged.changes.map((change, at) => (change.op === 'put' ? { op: 'put', table: change.table, row: change.row } : own[at]) as Write)
        const changes = staged.changes.map((change): Change => (change.op === 'put' ? { op: 'put', table: change.table, cell: sealRow(this.#sealer, communityId, change.table, change.row) } : change))
        return this.#writer.submit({ communityId, changes, rows: staged.rows, owners: staged.owners, onDurable: () => this.#tell({ communityId, writes: told }) })
      }
      // Only what is durable may refuse for good: what waits for the disk may still be refused itself.
      if (this.#writer.pending.isEmpty || stage(viewOf(this.#state), communityId, own).kind === 'conflict') {
        throw new StoreError('conflict', staged.message)
      }
      await this.#writer.someSettled()
      this.#refuseUnlessOpen()
    }
  }

  async nextNumber(communityId: CommunityId, series: string): Promise<number> {
    this.#refuseUnlessOpen()
    checkWrites(communityId, [])
    return this.#writer.nextNumber(communityId, series)
  }

  async communities(): Promise<readonly CommunityId[]> {
    this.#refuseUnlessReadable()
    const found = new Set<CommunityId>()
    for (const [communityId, , table] of this.#state.all()) if (table.cells.size > 0) found.add(communityId)
    return [...found].sort()
  }

  async saveBlob(communityId: CommunityId, id: string, bytes: Uint8Array): Promise<void> {
    this.#refuseUnlessOpen()
    checkWrites(communityId, [])
    await this.#guard(writeBlob(this.#files, this.#folder, this.#sealer, communityId, id, bytes))
  }

  async loadBlob(communityId: CommunityId, id: string): Promise<Uint8Array | null> {
    this.#refuseUnlessReadable()
    return readBlob(this.#files, this.#folder, this.#sealer, communityId, id)
  }

  async removeBlob(communityId: CommunityId, id: string): Promise<void> {
    this.#refuseUnlessOpen()
    checkWrites(communityId, [])
    await this.#guard(removeBlob(this.#files, this.#folder, communityId, id))
  }

  onCommit(listener: (committed: Committed) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async retire(now: number): Promise<number> {
    this.#refuseUnlessOpen()
    return this.#inLane(async () => {
      let left = 0
      for (const [communityId, table, { rule, cells }] of [...this.#state.all()]) {
        const { retire } = rule
        if (retire === null) continue
        const due = [...cells.values()].filter(({ sealed }) => {
          const at = rule.settledAt(sealed)
          return at !== null && at <= now - retire.afterDays * DAY_MS
        })
        const groups = retire.to === 'drop' ? [due] : [...groupBy(due, ({ sealed }) => monthOf(rule.settledAt(sealed) as number)).values()]
        for (const group of groups) {
          for (let at = 0; at < group.length; at += RETIRE_ROWS) {
            left += await this.#retireSome(communityId, table, group.slice(at, at + RETIRE_ROWS), retire.to)
          }
        }
      }
      return left
    })
  }

  async archived<T extends TableName>(communityId: CommunityId, table: T, month: string): Promise<readonly Row<T>[]> {
    this.#refuseUnlessReadable()
    const found = new Map<string, Row<T>>()
    for (const document of this.#state.archiveDocuments) {
      if (!isOf(document, communityId, table, month)) continue
      for (const sealed of (await readArchive(this.#files, this.#folder, document)).rows) {
        found.set(sealed.id, this.#open(communityId, table, { sealed, opened: null }))
      }
    }
    const live = this.#state.find(communityId, table)?.cells
    return [...found.values()].filter(({ id }) => !live?.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  async changeArchived<T extends TableName>(communityId: CommunityId, table: T, change: (row: Row<T>) => Row<T> | null): Promise<number> {
    this.#refuseUnlessOpen()
    checkWrites(communityId, [])
    return this.#inLane(async () => {
      let changed = 0
      for (const document of this.#state.archiveDocuments.filter((one) => isOf(one, communityId, table))) changed += await this.#changeDocument(communityId, table, document, change)
      // What was replaced goes from the disk, also what a kill or a full disk left there the last time.
      await checkArchive(this.#files, this.#folder, this.#state.archiveDocuments)
      return changed
    })
  }

  async backup(folder: string, options?: { readonly withKey?: boolean }): Promise<void> {
    this.#refuseUnlessOpen()
    await this.#inLane(() =>
      backUpFolder({ files: this.#files, from: this.#folder, to: folder, sealer: this.#sealer, withKey: options?.withKey ?? false, now: this.#options.now }, () => takePicture(this.#state)),
    )
  }

  async addToBackup(folder: string): Promise<number | null> {
    this.#refuseUnlessOpen()
    return this.#inLane(async () => {
      if (this.#addedTo?.folder !== folder) this.#addedTo = { folder, head: await readBackupHead(this.#files, folder) }
      return addToBackup({ files: this.#files, from: this.#folder, to: folder, sealer: this.#sealer, upTo: this.#state.seq, head: this.#addedTo.head })
    })
  }

  async compact(): Promise<void> {
    this.#refuseUnlessOpen()
    await this.#inLane(() => this.#snapshot())
  }

  contents(): Contents {
    this.#refuseUnlessReadable()
    return embeddedContents({ files: this.#files, folder: this.#folder, state: this.#state, sealer: this.#sealer, writer: this.#writer })
  }

  snapshotSoon(): void {
    if (this.#isSnapshotDue) return
    this.#isSnapshotDue = true
    this.#inLane(() => this.#snapshot())
      .catch((error: unknown) => {
        if (this.#isOpen()) this.#options.onNotice?.('store: a snapshot could not be written; the journal goes on', error)
        this.#linesPutOff = this.#writer.journal.lines
      })
      .finally(() => (this.#isSnapshotDue = false))
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#phase = 'closing'
    await this.#writer.idle()
    await this.#lane.catch(() => {})
    let isWhole = this.#writer.broken === null
    const orNotice = async (what: string, work: Promise<void>): Promise<void> => {
      try {
        await this.#guard(work)
      } catch (error) {
        isWhole = false
        this.#options.onNotice?.(`store: ${what}; the next start looks at the folder as after a crash`, error)
      }
    }
    await this.#writer.journal.close().catch(() => {})
    if (isWhole) await orNotice('it could not be marked as closed', writeMark(this.#files, this.#folder, this.#state.seq))
    await orNotice('the lock could not be given back', this.#lock.release(isWhole))
    this.#phase = 'closed'
  }

  #tell(committed: Committed): void {
    for (const listener of this.#listeners) {
      try {
        listener(committed)
      } catch (error) {
        this.#options.onNotice?.('store: a listener to commits failed', error)
      }
    }
  }

  // Snapshots and the archive

  #isSnapshotWorth(): boolean {
    const after = this.#options.snapshotAfter ?? SNAPSHOT_AFTER
    const { journal } = this.#writer
    const lines = journal.lines - this.#linesPutOff
    if (lines < after.lines && journal.length < after.bytes) return false
    if (this.#options.snapshotAfter !== undefined) return lines >= after.lines || this.#linesPutOff === 0
    const { rows } = this.#state.total
    return lines >= Math.max(after.lines, rows) || (this.#linesPutOff === 0 && journal.length >= Math.max(after.bytes, rows * ROW_BYTES))
  }

  async #snapshot(): Promise<void> {
    const picture = await this.#writer.rotate()
    const generation = ++this.#generation
    let isWhole = false
    try {
      isWhole = await writeSnapshot(this.#files, this.#folder, generation, picture, () => !this.#isOpen())
    } finally {
      if (!isWhole && this.#writer.broken === null) await this.#files.removeFolder(join(this.#folder, generationFolder(generation))).catch(() => {})
    }
    if (!isWhole) return
    await writeMark(this.#files, this.#folder, picture.seq)
    this.#linesPutOff = 0
    await this.#removeOld({ generation, seq: picture.seq })
  }

  /** Keeps the new snapshot, the one it stands on, and the journals that either needs. */
  async #removeOld(newest: Snapshot): Promise<void> {
    const before = this.#snapshotBefore
    this.#snapshotBefore = newest
    for (const generation of await listGenerations(this.#files, this.#folder)) {
      if (generation !== newest.generation && generation !== before.generation) {
        await this.#files.removeFolder(join(this.#folder, generationFolder(generation)))
      }
    }
    const journals = (await this.#files.list(join(this.#folder, JOURNAL_FOLDER))).filter((name) => firstSeqOf(name) !== null).sort()
    for (const [at, name] of journals.entries()) {
      const next = journals[at + 1]
      if (next !== undefined && (firstSeqOf(next) as number) <= before.seq + 1) await this.#files.remove(join(this.#folder, JOURNAL_FOLDER, name))
    }
  }

  /** Takes rows away, those that nobody has changed meanwhile. Returns how many. */
  async #retireSome(communityId: CommunityId, table: TableName, due: readonly Cell[], to: 'archive' | 'drop'): Promise<number> {
    const stillDue = (): Cell[] => due.filter((cell) => this.#state.find(communityId, table)?.cells.get(cell.sealed.id) === cell && this.#writer.pending.row(communityId, table, cell.sealed.id) === cell.sealed)
    let document: ArchiveDocument | undefined
    if (to === 'archive') {
      const rows = stillDue().map(({ sealed }) => sealed)
      if (rows.length === 0) return 0
      const settledAt = ruleOf(table).settledAt as unknown as (row: StoredRow) => number
      const month = monthOf(settledAt(rows[0] as StoredRow))
      document = await writeArchive(this.#files, this.#folder, this.#state.archiveDocuments, { community: communityId, table, month, rows })
    }
    this.#refuseUnlessOpen()
    const cells = stillDue()
    if (cells.length === 0) return 0
    const changes = cells.map(({ sealed }): Change => ({ op: to === 'archive' ? 'archive' : 'remove', table, id: sealed.id }))
    const gone = new Map(cells.map(({ sealed }) => [rowKey(communityId, table, sealed.id), null]))
    await this.#writer.submit({ communityId, changes, rows: gone, owners: new Map(), ...(document === undefined ? {} : { archive: document }) })
    return cells.length
  }

  /** Puts a new document in the place of one; the old one counts until the journal says so. Returns how many rows differ. */
  async #changeDocument<T extends TableName>(communityId: CommunityId, table: T, document: ArchiveDocument, change: (row: Row<T>) => Row<T> | null): Promise<number> {
    const content = await readArchive(this.#files, this.#folder, document)
    let changed = 0
    const rows = content.rows.flatMap((sealed): readonly StoredRow[] => {
      const row = this.#open(communityId, table, { sealed, opened: null })
      const after = change(row)
      if (after === row) return [sealed]
      changed += 1
      return after === null ? [] : [sealRow(this.#sealer, communityId, table, frozenCopy(after) as unknown as StoredRow).sealed]
    })
    if (changed === 0) return 0
    const archive = await writeArchive(this.#files, this.#folder, this.#state.archiveDocuments, { ...content, rows })
    this.#refuseUnlessOpen()
    await this.#writer.submit({ communityId, changes: [], rows: new Map(), owners: new Map(), archive, replaces: document.path })
    return changed
  }

  #inLane<T>(act: () => Promise<T>): Promise<T> {
    const done = this.#lane.then(
      () => this.#guard(act()),
      () => this.#guard(act()),
    )
    this.#lane = done.catch(() => {})
    return done
  }

  /** Foreign errors become ours; a flush that failed stops the store. */
  async #guard<T>(work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      const own = refused(error, `write to ${this.#folder}`)
      if (own.code === 'flush-failed') this.#writer.break(own)
      throw own
    }
  }

  #open<T extends TableName>(communityId: CommunityId, table: T, cell: Cell): Row<T> {
    return openCell(this.#sealer, communityId, table, cell) as unknown as Row<T>
  }

  #isOpen(): boolean {
    return this.#phase === 'open' && this.#writer.broken === null
  }

  #refuseUnlessReadable(): void {
    if (this.#phase !== 'open') throw new StoreError('closed', 'store: it is closed')
  }

  #refuseUnlessOpen(): void {
    this.#refuseUnlessReadable()
    const { broken } = this.#writer
    if (broken !== null) throw new StoreError('flush-failed', 'store: a flush has failed before; the process must stop. Check the disk, then start again', { cause: broken })
  }
}

function groupBy<T>(items: readonly T[], keyOf: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
