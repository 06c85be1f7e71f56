import type { CommunityId } from '../knowledge/community.js'
import { freeze } from './frozen.js'
import { isSealed, type Sealer } from './seal.js'
import { SortedIds } from './sorted-ids.js'
import { tables, type TableName } from './tables.js'

/** A row of any table as the store handles it; indexed and unique fields are never sealed. */
export interface StoredRow {
  readonly id: string
  readonly rev: number
  readonly [field: string]: unknown
}

/** A row as it stands on disk, and opened once somebody has asked for it. */
export interface Cell {
  readonly sealed: StoredRow
  opened: StoredRow | null
}

export type Change =
  | { readonly op: 'put'; readonly table: TableName; readonly cell: Cell }
  | { readonly op: 'remove'; readonly table: TableName; readonly id: string }
  /** The row leaves for an archive document; its unique values stay taken. */
  | { readonly op: 'archive'; readonly table: TableName; readonly id: string }

/** A document of rows that were archived together. */
export interface ArchiveDocument {
  /** Path below the data folder. */
  readonly path: string
  /** SHA-256 of the file. */
  readonly hash: string
}

export type Scalar = string | number | boolean | null

/** The rules of a table without its row type. */
export interface AnyRule {
  readonly indexes: readonly string[]
  readonly unique: readonly string[]
  readonly sealed: readonly string[]
  readonly settledAt: (row: StoredRow) => number | null
  readonly retire: { readonly afterDays: number; readonly to: 'archive' | 'drop' } | null
  readonly unheard?: true | ((row: StoredRow) => boolean)
}

export function ruleOf(table: TableName): AnyRule {
  return tables[table] as unknown as AnyRule
}

/** The rows of one table of one community, with what finds them. */
export class TableState {
  readonly cells = new Map<string, Cell>()
  readonly ids = new SortedIds()
  readonly #indexes = new Map<string, Map<Scalar, SortedIds>>()
  readonly #uniques = new Map<string, Map<Scalar, string>>()
  /** Unique values of rows in the archive → their ids. */
  readonly archived = new Map<string, Map<Scalar, string>>()

  /** `total`: counts the rows of all tables. */
  constructor(readonly rule: AnyRule, readonly total: { rows: number }) {
    for (const field of rule.indexes) this.#indexes.set(field, new Map())
    for (const field of rule.unique) {
      this.#uniques.set(field, new Map())
      this.archived.set(field, new Map())
    }
  }

  put(cell: Cell): void {
    const row = cell.sealed
    const before = this.cells.get(row.id)
    if (before === undefined) {
      this.ids.add(row.id)
      this.total.rows += 1
    }
    this.cells.set(row.id, cell)
    for (const [field, index] of this.#indexes) {
      // A field that a row from before its index does not have counts as null.
      const value = (row[field] ?? null) as Scalar
      if (before !== undefined) {
        const old = (before.sealed[field] ?? null) as Scalar
        if (old === value) continue
        unindex(index, old, row.id)
      }
      let ids = index.get(value)
      if (ids === undefined) index.set(value, (ids = new SortedIds()))
      ids.add(row.id)
    }
    for (const [field, owners] of this.#uniques) {
      if (before !== undefined) disown(owners, before.sealed[field] as Scalar, row.id)
      const value = row[field] as Scalar
      if (value !== null && value !== undefined) owners.set(value, row.id)
    }
  }

  remove(id: string): void {
    const cell = this.cells.get(id)
    if (cell === undefined) return
    this.cells.delete(id)
    this.ids.delete(id)
    this.total.rows -= 1
    for (const [field, index] of this.#indexes) unindex(index, (cell.sealed[field] ?? null) as Scalar, id)
    for (const [field, owners] of this.#uniques) disown(owners, cell.sealed[field] as Scalar, id)
  }

  archive(id: string): void {
    const cell = this.cells.get(id)
    if (cell === undefined) return
    this.remove(id)
    for (const field of this.rule.unique) this.keepArchived(field, cell.sealed[field] as Scalar, id)
  }

  keepArchived(field: string, value: Scalar, id: string): void {
    if (value !== null && value !== undefined) this.archived.get(field)?.set(value, id)
  }

  /** The row, live or archived, that has a unique value. */
  ownerOf(field: string, value: Scalar): string | null {
    return this.#uniques.get(field)?.get(value) ?? this.archived.get(field)?.get(value) ?? null
  }

  /** Ids of the rows whose indexed field has a value; `null` when the field is no index. */
  idsBy(field: string, value: Scalar): SortedIds | null {
    const index = this.#indexes.get(field)
    if (index !== undefined) return index.get(value) ?? new SortedIds()
    const owners = this.#uniques.get(field)
    if (owners === undefined) return null
    const ids = new SortedIds()
    const id = owners.get(value)
    if (id !== undefined) ids.add(id)
    else if (value === null) for (const other of this.ids) if ((this.cells.get(other)?.sealed[field] ?? null) === null) ids.add(other)
    return ids
  }
}

/** A value that another row has taken over stays that one's. */
function disown(owners: Map<Scalar, string>, value: Scalar, id: string): void {
  if (owners.get(value) === id) owners.delete(value)
}

function unindex(index: Map<Scalar, SortedIds>, value: Scalar, id: string): void {
  const ids = index.get(value)
  if (ids === undefined) return
  ids.delete(id)
  if (ids.size === 0) index.delete(value)
}

/** Everything that is durable, in memory. */
export class State {
  /** The last transaction that is in it. */
  seq = 0
  readonly numbers = new Map<CommunityId, Map<string, number>>()
  readonly archiveDocuments: ArchiveDocument[] = []
  /** Rows that live, of all communities. */
  readonly total = { rows: 0 }
  readonly #tables = new Map<CommunityId, Map<TableName, TableState>>()

  find(communityId: CommunityId, table: TableName): TableState | null {
    return this.#tables.get(communityId)?.get(table) ?? null
  }

  table(communityId: CommunityId, table: TableName): TableState {
    let ofCommunity = this.#tables.get(communityId)
    if (ofCommunity === undefined) this.#tables.set(communityId, (ofCommunity = new Map<TableName, TableState>()))
    let state = ofCommunity.get(table)
    if (state === undefined) ofCommunity.set(table, (state = new TableState(ruleOf(table), this.total)))
    return state
  }

  *all(): Generator<readonly [CommunityId, TableName, TableState]> {
    for (const [communityId, ofCommunity] of this.#tables) {
      for (const [name, table] of ofCommunity) yield [communityId, name, table]
    }
  }

  apply(communityId: CommunityId, changes: readonly Change[]): void {
    for (const change of changes) {
      const table = this.table(communityId, change.table)
      if (change.op === 'put') table.put(change.cell)
      else if (change.op === 'remove') table.remove(change.id)
      else table.archive(change.id)
    }
  }

  /** Counts a document of the archive; `replaces`: the path of the one that it stands for from now on. */
  addArchive(document: ArchiveDocument, replaces?: string): void {
    const at = this.archiveDocuments.findIndex(({ path }) => path === replaces)
    if (at === -1) this.archiveDocuments.push(document)
    else this.archiveDocuments[at] = document
  }

  setNumber(communityId: CommunityId, series: string, value: number): void {
    let ofCommunity = this.numbers.get(communityId)
    if (ofCommunity === undefined) this.numbers.set(communityId, (ofCommunity = new Map<string, number>()))
    ofCommunity.set(series, value)
  }
}

/** Seals the fields of a (frozen) row that the table's rule names; empty ones stay `null`. */
export function sealRow(sealer: Sealer, communityId: CommunityId, table: TableName, row: StoredRow): Cell {
  const fields = ruleOf(table).sealed
  if (fields.length === 0) return { sealed: row, opened: row }
  const sealed: Record<string, unknown> = { ...row }
  for (const field of fields) {
    const value = row[field]
    if (value !== null && value !== undefined) sealed[field] = sealer.seal(value, placeOf(communityId, table, row.id, field))
  }
  return { sealed: sealed as unknown as StoredRow, opened: row }
}

/** The row in the clear, frozen. */
export function openCell(sealer: Sealer, communityId: CommunityId, table: TableName, cell: Cell): StoredRow {
  if (cell.opened !== null) return cell.opened
  let opened: Record<string, unknown> | null = null
  for (const [field, value] of Object.entries(cell.sealed)) {
    if (!isSealed(value)) continue
    opened ??= { ...cell.sealed }
    opened[field] = sealer.open(value, placeOf(communityId, table, cell.sealed.id, field))
  }
  cell.opened = freeze((opened ?? cell.sealed) as StoredRow)
  return cell.opened
}

function placeOf(communityId: CommunityId, table: TableName, id: string, field: string): string {
  return `${communityId}/${table}/${id}/${field}`
}
