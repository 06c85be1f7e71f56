import type { CommunityId } from '../knowledge/community.js'
import { ruleOf, type Scalar, type State, type StoredRow } from './state.js'
import type { Write } from './store.js'
import type { TableName } from './tables.js'

/** What a transaction is checked against. */
export interface View {
  row(communityId: CommunityId, table: TableName, id: string): StoredRow | null
  /** The row, live or archived, that has a unique value. */
  ownerOf(communityId: CommunityId, table: TableName, field: string, value: Scalar): string | null
}

export type StagedChange =
  | { readonly op: 'put'; readonly table: TableName; readonly row: StoredRow }
  | { readonly op: 'remove'; readonly table: TableName; readonly id: string }

/** What a transaction would change, or why it can't. */
export type Staged =
  | {
      readonly kind: 'staged'
      readonly changes: readonly StagedChange[]
      /** Rows after it, by key; `null` = gone. */
      readonly rows: ReadonlyMap<string, StoredRow | null>
      /** Owners of unique values after it, by key; `null` = free. */
      readonly owners: ReadonlyMap<string, string | null>
    }
  | { readonly kind: 'conflict'; readonly message: string }

export function rowKey(communityId: CommunityId, table: TableName, id: string): string {
  return `${communityId}\n${table}\n${id}`
}

export function ownerKey(communityId: CommunityId, table: TableName, field: string, value: Scalar): string {
  return `${communityId}\n${table}\n${field}\n${typeof value}\n${String(value)}`
}

/** Checks the writes one after the other, each on what those before it leave. The rows it returns are raised by one revision. */
export function stage(view: View, communityId: CommunityId, writes: readonly Write[]): Staged {
  const changes: StagedChange[] = []
  const rows = new Map<string, StoredRow | null>()
  const owners = new Map<string, string | null>()
  for (const write of writes) {
    const { table } = write
    const id = write.op === 'put' ? write.row.id : write.id
    const rev = write.op === 'put' ? write.row.rev : write.rev
    const key = rowKey(communityId, table, id)
    const staged = rows.get(key)
    const before = staged !== undefined ? staged : view.row(communityId, table, id)
    if ((before?.rev ?? 0) !== rev) {
      return { kind: 'conflict', message: `store: ${table} ${id} was expected at revision ${rev}, it is ${before === null ? 'not there' : `at ${before.rev}`}; read it again and decide again` }
    }
    if (write.op === 'remove' && before === null) {
      return { kind: 'conflict', message: `store: ${table} ${id} can't be removed, it is not there` }
    }
    const after = write.op === 'put' ? ({ ...(write.row as unknown as StoredRow), rev: rev + 1 } as StoredRow) : null
    for (const field of ruleOf(table).unique) {
      const old = (before?.[field] ?? null) as Scalar
      const value = (after?.[field] ?? null) as Scalar
      if (old === value) continue
      if (old !== null) owners.set(ownerKey(communityId, table, field, old), null)
      if (value === null) continue
      const wanted = ownerKey(communityId, table, field, value)
      const stagedOwner = owners.get(wanted)
      const owner = stagedOwner !== undefined ? stagedOwner : view.ownerOf(communityId, table, field, value)
      if (owner !== null) {
        return { kind: 'conflict', message: `store: ${table} with this ${field} exists already (${owner})` }
      }
      owners.set(wanted, id)
    }
    rows.set(key, after)
    changes.push(after === null ? { op: 'remove', table, id } : { op: 'put', table, row: Object.freeze(after) })
  }
  return { kind: 'staged', changes, rows, owners }
}

/** The durable state as a view. */
export function viewOf(state: State): View {
  return {
    row: (communityId, table, id) => state.find(communityId, table)?.cells.get(id)?.sealed ?? null,
    ownerOf: (communityId, table, field, value) => state.find(communityId, table)?.ownerOf(field, value) ?? null,
  }
}

/** What waits for the disk, over what is durable: the next transactions are checked against both. */
export class Pending implements View {
  readonly #base: View
  readonly #rows = new Map<string, { readonly row: StoredRow | null; readonly seq: number }>()
  readonly #owners = new Map<string, { readonly id: string | null; readonly seq: number }>()

  constructor(base: View) {
    this.#base = base
  }

  get isEmpty(): boolean {
    return this.#rows.size === 0
  }

  row(communityId: CommunityId, table: TableName, id: string): StoredRow | null {
    const pending = this.#rows.get(rowKey(communityId, table, id))
    return pending !== undefined ? pending.row : this.#base.row(communityId, table, id)
  }

  ownerOf(communityId: CommunityId, table: TableName, field: string, value: Scalar): string | null {
    const pending = this.#owners.get(ownerKey(communityId, table, field, value))
    return pending !== undefined ? pending.id : this.#base.ownerOf(communityId, table, field, value)
  }

  add(seq: number, rows: ReadonlyMap<string, StoredRow | null>, owners: ReadonlyMap<string, string | null>): void {
    for (const [key, row] of rows) this.#rows.set(key, { row, seq })
    for (const [key, id] of owners) this.#owners.set(key, { id, seq })
  }

  /** Forgets a transaction that is durable now. */
  settle(seq: number, rows: ReadonlyMap<string, StoredRow | null>, owners: ReadonlyMap<string, string | null>): void {
    for (const key of rows.keys()) if (this.#rows.get(key)?.seq === seq) this.#rows.delete(key)
    for (const key of owners.keys()) if (this.#owners.get(key)?.seq === seq) this.#owners.delete(key)
  }

  /** Forgets all: the disk refused. */
  clear(): void {
    this.#rows.clear()
    this.#owners.clear()
  }
}
