import { setImmediate } from 'node:timers/promises'
import type { StoreError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import { refused, type Files } from './files.js'
import { encodeEntry, Journal, journalChangeOf, type JournalEntry } from './journal.js'
import { takePicture, type Picture } from './snapshot.js'
import { Pending, viewOf } from './stage.js'
import type { ArchiveDocument, Change, State, StoredRow } from './state.js'

/** Transactions that share one flush, at most. */
const BATCH = 1_000

/** A transaction that was checked. */
export interface Transaction {
  readonly communityId: CommunityId
  readonly changes: readonly Change[]
  /** Rows and owners of unique values after it, as staged. */
  readonly rows: ReadonlyMap<string, StoredRow | null>
  readonly owners: ReadonlyMap<string, string | null>
  readonly archive?: ArchiveDocument
  readonly replaces?: string
  /** Called once it is durable and in the state, before its promise resolves. */
  readonly onDurable?: () => void
}

interface Waiting extends Transaction {
  readonly seq: number
  readonly entry: JournalEntry
  readonly line: Buffer
  readonly resolve: () => void
  readonly reject: (error: StoreError) => void
}

interface Rotation {
  readonly resolve: (picture: Picture) => void
  readonly reject: (error: StoreError) => void
}

/**
 * Puts transactions into the journal, many to a flush, and into the state once they are durable. What waits is kept
 * apart from the state (`pending`), so that a refusal by the disk has nothing to undo.
 */
export class Writer {
  readonly pending: Pending
  journal: Journal
  /** The flush that failed; nothing is written after it. */
  broken: StoreError | null = null
  readonly #files: Files
  readonly #folder: string
  readonly #state: State
  readonly #onBroken: (error: StoreError) => void
  readonly #onBatch: () => void

  #nextSeq: number
  #queue: Waiting[] = []
  #isDraining = false
  #afterBatch: (() => void)[] = []
  #rotation: Rotation | null = null
  /** Highest numbers given, durable or not, and those that moved since the last line. */
  readonly #given = new Map<string, { readonly communityId: CommunityId; readonly series: string; value: number }>()
  readonly #moved = new Set<string>()

  constructor(place: { readonly files: Files; readonly folder: string; readonly state: State; readonly journal: Journal; readonly onBroken: (error: StoreError) => void; readonly onBatch: () => void }) {
    this.#files = place.files
    this.#folder = place.folder
    this.#state = place.state
    this.#onBroken = place.onBroken
    this.#onBatch = place.onBatch
    this.journal = place.journal
    this.pending = new Pending(viewOf(place.state))
    this.#nextSeq = place.state.seq + 1
    for (const [communityId, series] of place.state.numbers) {
      for (const [name, value] of series) this.#given.set(`${communityId}\n${name}`, { communityId, series: name, value })
    }
  }

  /** Resolves once it is durable. */
  submit(transaction: Transaction): Promise<void> {
    if (this.broken !== null) return Promise.reject(this.broken)
    const seq = this.#nextSeq++
    const numbers = [...this.#moved].flatMap((key) => {
      const given = this.#given.get(key)
      return given === undefined ? [] : [[given.communityId, given.series, given.value] as const]
    })
    this.#moved.clear()
    const entry: JournalEntry = {
      seq,
      after: this.#state.seq,
      community: transaction.communityId,
      changes: transaction.changes.map(journalChangeOf),
      ...(numbers.length > 0 ? { numbers } : {}),
      ...(transaction.archive === undefined ? {} : { archive: transaction.archive }),
      ...(transaction.replaces === undefined ? {} : { replaces: transaction.replaces }),
    }
    this.pending.add(seq, transaction.rows, transaction.owners)
    return new Promise<void>((resolve, reject) => {
      this.#queue.push({ ...transaction, seq, entry, line: encodeEntry(entry), resolve, reject })
      if (!this.#isDraining) void this.#drain()
    })
  }

  /** The next number of a series; the line of the next transaction makes it durable. */
  nextNumber(communityId: CommunityId, series: string): number {
    const key = `${communityId}\n${series}`
    let given = this.#given.get(key)
    if (given === undefined) this.#given.set(key, (given = { communityId, series, value: 0 }))
    this.#moved.add(key)
    return ++given.value
  }

  /** A series goes on from at least this number; the line of the next transaction makes it durable. */
  raiseNumber(communityId: CommunityId, series: string, value: number): void {
    const key = `${communityId}\n${series}`
    const given = this.#given.get(key)
    if (given === undefined) this.#given.set(key, { communityId, series, value })
    else given.value = Math.max(given.value, value)
    this.#moved.add(key)
  }

  /** Resolves when some of what waits now is settled, one way or the other. */
  someSettled(): Promise<void> {
    return new Promise((resolve) => this.#afterBatch.push(resolve))
  }

  /** Resolves when nothing waits. */
  async idle(): Promise<void> {
    while (this.#isDraining) await this.someSettled()
  }

  /** Begins a new journal file between two transactions; the picture is of that moment. */
  rotate(): Promise<Picture> {
    if (this.broken !== null) return Promise.reject(this.broken)
    return new Promise((resolve, reject) => {
      this.#rotation = { resolve, reject }
      if (!this.#isDraining) void this.#drain()
    })
  }

  /** A flush has failed: all that waits is refused, and nothing is written any more. */
  break(error: StoreError): void {
    if (this.broken === null) {
      this.broken = error
      this.#onBroken(error)
    }
    this.#rotation?.reject(error)
    this.#rotation = null
    this.#refuse([], error)
  }

  async #drain(): Promise<void> {
    this.#isDraining = true
    for (;;) {
      // All that this turn of the loop commits goes into one flush.
      await setImmediate()
      if (this.#rotation !== null) await this.#rotate(this.#rotation)
      if (this.#queue.length === 0) break
      const batch = this.#queue.splice(0, BATCH)
      try {
        await this.journal.append(Buffer.concat(batch.map(({ line }) => line)), batch.length)
      } catch (error) {
        this.#refuse(batch, error as StoreError)
        if ((error as StoreError).code === 'flush-failed') this.break(error as StoreError)
        continue
      }
      for (const transaction of batch) this.#settle(transaction)
      this.#wake()
      this.#onBatch()
    }
    this.#isDraining = false
    this.#wake()
  }

  #settle({ seq, communityId, changes, entry, rows, owners, onDurable, resolve }: Waiting): void {
    this.#state.apply(communityId, changes)
    this.#state.seq = seq
    for (const [of, series, value] of entry.numbers ?? []) this.#state.setNumber(of, series, value)
    if (entry.archive !== undefined) this.#state.addArchive(entry.archive, entry.replaces)
    this.pending.settle(seq, rows, owners)
    onDurable?.()
    resolve()
  }

  /** With a batch goes all that waits, for it may be built on it. */
  #refuse(batch: readonly Waiting[], error: StoreError): void {
    const lost = [...batch, ...this.#queue]
    this.#queue = []
    this.pending.clear()
    this.#nextSeq = this.#state.seq + 1
    for (const { entry } of lost) for (const [of, series] of entry.numbers ?? []) this.#moved.add(`${of}\n${series}`)
    for (const { reject } of lost) reject(error)
    this.#wake()
  }

  async #rotate(rotation: Rotation): Promise<void> {
    this.#rotation = null
    try {
      if (this.journal.lines > 0) {
        const next = await Journal.create(this.#files, this.#folder, this.#state.seq + 1)
        const before = this.journal
        this.journal = next
        await before.close().catch(() => {})
      }
      rotation.resolve(takePicture(this.#state))
    } catch (error) {
      const refusal = refused(error, `make a journal in ${this.#folder}`)
      rotation.reject(refusal)
      if (refusal.code === 'flush-failed') this.break(refusal)
    }
  }

  #wake(): void {
    const waiting = this.#afterBatch
    this.#afterBatch = []
    for (const wake of waiting) wake()
  }
}
