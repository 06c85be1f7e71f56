import type { CommunityId } from '../knowledge/community.js'
import type { Row, TableName, Tables } from './tables.js'

/**
 * One change of one row. `put` with `row.rev` 0 makes a row that must not exist; with `rev` n it replaces the row that
 * must still stand at n. The store raises `rev` by one. `remove` takes a row away if it still stands at `rev`.
 */
export type Write =
  | { [T in TableName]: { readonly op: 'put'; readonly table: T; readonly row: Tables[T] } }[TableName]
  | { readonly op: 'remove'; readonly table: TableName; readonly id: string; readonly rev: number }

/** A page of rows in the order of their ids (ids of one table grow with time). */
export interface Query<T extends TableName> {
  /** An index or unique field of the table; left out, all rows are found. */
  readonly by?: keyof Row<T> & string
  readonly equals?: string | number | null
  /** Default `asc` (oldest first). */
  readonly order?: 'asc' | 'desc'
  /** Default 1,000; at most 10,000 (more rejects). */
  readonly limit?: number
  /** Rows beyond this id, in the query's order. */
  readonly after?: string
}

export interface Committed {
  readonly communityId: CommunityId
  /** As given, the rows as they are stored now: `rev` raised. */
  readonly writes: readonly Write[]
  /** Another process on the same database did it; the rows are as they stand by now, a row taken away has no revision (0). */
  readonly elsewhere?: true
}

/**
 * Where everything is kept. Two implementations: embedded (lowdb and a journal) and PostgreSQL. Every call names a
 * community; rows of another are never seen. All methods reject with StoreError (a call that can't be meant, as a search by
 * a field that is no index, rejects with TypeError or RangeError). What is read is durable; rows handed out are frozen, and
 * hold what JSON keeps of the rows given.
 */
export interface Store {
  get<T extends TableName>(communityId: CommunityId, table: T, id: string): Promise<Row<T> | null>
  find<T extends TableName>(communityId: CommunityId, table: T, query: Query<T>): Promise<readonly Row<T>[]>
  /**
   * All writes or none, and durable (flushed to disk) when it resolves. Rejects with `conflict` when a row moved on or
   * a unique value exists, `write-refused` when the disk would not take it; nothing is changed then.
   */
  commit(communityId: CommunityId, writes: readonly Write[]): Promise<void>
  /** The next number of a series, from 1, never given twice; a number whose row was never committed may be given again after a restart. */
  nextNumber(communityId: CommunityId, series: string): Promise<number>
  /** Communities that hold any row. */
  communities(): Promise<readonly CommunityId[]>
  /** Keeps the bytes of an attachment, sealed; durable when it resolves. Writing the same id again is refused (`conflict`). */
  saveBlob(communityId: CommunityId, id: string, bytes: Uint8Array): Promise<void>
  loadBlob(communityId: CommunityId, id: string): Promise<Uint8Array | null>
  /** Takes the bytes of an attachment away for good; durable when it resolves. What is not there is taken away already. Backups made before keep it. */
  removeBlob(communityId: CommunityId, id: string): Promise<void>
  /** Called after each durable commit, in order (not for what `retire` moves); of other processes' commits, too, where the store is shared. Returns how to stop listening. */
  onCommit(listener: (committed: Committed) => void): () => void
  /** Moves settled rows to the archive or drops them, by the tables' rules. Returns how many left. */
  retire(now: number): Promise<number>
  /** What was archived of a table in a month of Asia/Shanghai (`2026-11`: when it was settled), by id. */
  archived<T extends TableName>(communityId: CommunityId, table: T, month: string): Promise<readonly Row<T>[]>
  /**
   * Changes rows in the archive for good: `change` gives the row as it is to stand (the same object: as it is), `null` takes it
   * away; it may be asked again of a row that it changed. Durable when it resolves; returns how many changed. Unique values
   * stay taken; backups made before keep what was.
   */
  changeArchived<T extends TableName>(communityId: CommunityId, table: T, change: (row: Row<T>) => Row<T> | null): Promise<number>
  /** Writes everything to an empty folder, with hashes. */
  backup(folder: string): Promise<void>
  close(): Promise<void>
}
