import { createHash } from 'node:crypto'
import { StoreError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import type { Sealer } from './seal.js'
import { openCell, type StoredRow } from './state.js'
import type { TableName } from './tables.js'

/** One kind of thing of one community. Together the shelves hold all that a store holds. */
export type Shelf =
  | { readonly kind: 'rows'; readonly community: CommunityId; readonly table: TableName }
  /** Rows that were settled in a month (`2026-11`) and left. */
  | { readonly kind: 'archive'; readonly community: CommunityId; readonly table: TableName; readonly month: string }
  /** Unique values that rows keep which are not there any more: the value as JSON → the row's id. */
  | { readonly kind: 'taken'; readonly community: CommunityId; readonly table: TableName; readonly field: string }
  /** The last number given of each series. */
  | { readonly kind: 'numbers'; readonly community: CommunityId }
  | { readonly kind: 'blobs'; readonly community: CommunityId }

/** What stands on a shelf under a name: a row as sealed JSON, an id, a number, the sealed bytes of a blob. */
export interface Item {
  readonly name: string
  readonly bytes: Buffer
}

/**
 * All that a store holds, as it lies there: what is sealed stays sealed, revisions stay as they are. For copies of the whole
 * only (moving house, backups); whoever works with a community uses the Store.
 */
export interface Contents {
  /** Opens what is sealed; a copy holds the same bytes, so both sides need the same key. */
  readonly sealer: Sealer
  /** Shelves with anything on them. */
  shelves(): Promise<readonly Shelf[]>
  /** Each name on a shelf and the SHA-256 (hex) of what stands under it. */
  list(shelf: Shelf): Promise<ReadonlyMap<string, string>>
  /** What stands under these names; one that went meanwhile is left out. */
  read(shelf: Shelf, names: readonly string[]): Promise<readonly Item[]>
  /** Puts items in the place of what stood under their names, and takes `gone` away; durable when it resolves. */
  write(shelf: Shelf, items: readonly Item[], gone: readonly string[]): Promise<void>
}

/** Names read at a time: blobs may weigh 20 MB each. */
const batchOf = { rows: 500, archive: 500, taken: 2_000, numbers: 2_000, blobs: 2 } as const

/** The blobs that a row speaks of, by table: a blob's own file tells no id, and none opens without. */
const blobOf: { readonly [T in TableName]?: (row: StoredRow) => string } = {
  attachments: ({ id }) => id,
  knowledgeVersions: ({ hash }) => `knowledge-${String(hash)}`,
}

/** The id of the blob that a row speaks of; `null`: of none. */
export function blobIdOf(table: TableName, row: StoredRow): string | null {
  return blobOf[table]?.(row) ?? null
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

export function shelfKey(shelf: Shelf): string {
  return [shelf.kind, shelf.community, 'table' in shelf ? shelf.table : '', 'month' in shelf ? shelf.month : '', 'field' in shelf ? shelf.field : ''].join('\n')
}

/** How much one pass of `bringOver` changed. */
export interface Passed {
  readonly copied: number
  readonly removed: number
}

/**
 * Makes `to` hold what `from` holds; what is there already is left alone, so that a pass which was cut off is simply begun
 * again. `from` may change meanwhile: then another pass brings the rest.
 */
export async function bringOver(from: Contents, to: Contents, onBatch: (passed: Passed) => void = () => {}): Promise<Passed> {
  if (from.sealer.keyId !== to.sealer.keyId) throw new StoreError('wrong-key', `store: what is copied is sealed with key ${from.sealer.keyId}, the other side with ${to.sealer.keyId}; both need the same YICHUANG_KEY`)
  let copied = 0
  let removed = 0
  for (const shelf of await bothShelves(from, to)) {
    const wanted = await from.list(shelf)
    const there = await to.list(shelf)
    const gone = [...there.keys()].filter((name) => !wanted.has(name))
    for (let at = 0; at < gone.length; at += batchOf[shelf.kind]) {
      const names = gone.slice(at, at + batchOf[shelf.kind])
      await to.write(shelf, [], names)
      removed += names.length
      onBatch({ copied, removed })
    }
    const missing = [...wanted].filter(([name, hash]) => there.get(name) !== hash).map(([name]) => name)
    for (let at = 0; at < missing.length; at += batchOf[shelf.kind]) {
      const items = await from.read(shelf, missing.slice(at, at + batchOf[shelf.kind]))
      if (items.length > 0) await to.write(shelf, items, [])
      copied += items.length
      onBatch({ copied, removed })
    }
  }
  return { copied, removed }
}

/** Rows first: what an archived row has taken is free for nobody, what a living one has is that one's. */
async function bothShelves(one: Contents, other: Contents): Promise<readonly Shelf[]> {
  const order = ['rows', 'archive', 'taken', 'numbers', 'blobs']
  const all = new Map([...(await one.shelves()), ...(await other.shelves())].map((shelf) => [shelfKey(shelf), shelf]))
  return [...all.values()].sort((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind))
}

/** What was found equal on both sides. */
export interface Verified {
  readonly rows: number
  readonly archived: number
  readonly blobs: number
  /** SHA-256 over every shelf, name and opened item, in order: the same wherever the same is held. */
  readonly hash: string
}

/**
 * Compares every item of both sides by name and SHA-256, each side counting its own, and opens each of one side (of both, where
 * the sealed bytes differ). Rejects with `damaged` at the first that differs. Nothing may change meanwhile.
 */
export async function verifyEqual(one: Contents, other: Contents): Promise<Verified> {
  const whole = createHash('sha256')
  const counts = { rows: 0, archive: 0, taken: 0, numbers: 0, blobs: 0 }
  for await (const { shelf, names, resealed, differ } of compared(one, other)) {
    const left = openAll(one, shelf, await one.read(shelf, names))
    const right = openAll(other, shelf, resealed.length === 0 ? [] : await other.read(shelf, resealed))
    for (const name of resealed) if (left.get(name) !== right.get(name)) differ(`${name} is not the same`)
    for (const name of names) {
      const hash = left.get(name) ?? differ(`${name} is gone`)
      whole.update([shelfKey(shelf), name, hash, ''].join('\n'))
      counts[shelf.kind] += 1
    }
  }
  return { rows: counts.rows, archived: counts.archive, blobs: counts.blobs, hash: whole.digest('hex') }
}

/** As `verifyEqual`, of a copy whose source was opened and checked before: by names and sealed bytes alone. */
export async function verifyCopied(from: Contents, to: Contents): Promise<void> {
  for await (const { resealed, differ } of compared(from, to)) if (resealed[0] !== undefined) differ(`${resealed[0]} is not the same`)
}

/** Some names that stand on a shelf of both sides, those among them whose sealed bytes differ, and how to say what is wrong. */
interface Compared {
  readonly shelf: Shelf
  readonly names: readonly string[]
  readonly resealed: readonly string[]
  readonly differ: (what: string) => never
}

/** Rejects where the sides hold different names. */
async function* compared(one: Contents, other: Contents): AsyncGenerator<Compared> {
  const shelves = [...(await bothShelves(one, other))].sort((a, b) => (shelfKey(a) < shelfKey(b) ? -1 : 1))
  for (const shelf of shelves) {
    const differ = (what: string): never => {
      throw new StoreError('damaged', `store: the copy differs in ${shelfKey(shelf).replaceAll('\n', ' ').trim()}: ${what}; run the same command again`)
    }
    const standing = await one.list(shelf)
    const copied = await other.list(shelf)
    const all = [...standing.keys()].sort()
    if (all.length !== copied.size) differ(`${all.length} items on one side, ${copied.size} on the other`)
    for (let at = 0; at < all.length; at += batchOf[shelf.kind]) {
      const names = all.slice(at, at + batchOf[shelf.kind])
      for (const name of names) if (!copied.has(name)) differ(`${name} is on one side only`)
      // Sealed bytes that are the same open to the same.
      yield { shelf, names, resealed: names.filter((name) => standing.get(name) !== copied.get(name)), differ }
    }
  }
}

/** SHA-256 of each item in the clear, by name. */
function openAll({ sealer }: Contents, shelf: Shelf, items: readonly Item[]): ReadonlyMap<string, string> {
  return new Map(items.map(({ name, bytes }) => [name, hashOf(opened(sealer, shelf, name, bytes))]))
}

function opened(sealer: Sealer, shelf: Shelf, name: string, bytes: Buffer): Buffer {
  if (shelf.kind === 'blobs') return sealer.openBytes(bytes, blobPlace(shelf.community, name))
  if (shelf.kind !== 'rows' && shelf.kind !== 'archive') return bytes
  return Buffer.from(JSON.stringify(openCell(sealer, shelf.community, shelf.table, { sealed: JSON.parse(bytes.toString()) as StoredRow, opened: null })))
}

/** What a blob's bytes are bound to when they are sealed. */
function blobPlace(community: CommunityId, id: string): string {
  return `${community}/blob/${id}`
}
