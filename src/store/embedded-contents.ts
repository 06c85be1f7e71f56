import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { StoreError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import { isOf, readArchive, writeArchive } from './archive.js'
import { blobPath, listBlobs, removeBlob } from './blobs.js'
import { blobIdOf, hashOf, shelfKey, type Contents, type Item, type Shelf } from './contents.js'
import { makeFolders, putFile, readIfThere, type Files } from './files.js'
import type { Sealer } from './seal.js'
import { rowKey } from './stage.js'
import type { ArchiveDocument, Change, Scalar, State, StoredRow } from './state.js'
import type { TableName } from './tables.js'
import type { Writer } from './writer.js'

export interface EmbeddedParts {
  readonly files: Files
  /** The data folder, or a backup of one. */
  readonly folder: string
  readonly state: State
  readonly sealer: Sealer
  /** `null`: a backup, which nobody writes to. */
  readonly writer: Writer | null
}

/** Rows of one archive document. */
const documentRows = 500
/** Rows hashed before others have their turn. */
const namesAtOnce = 200

/** All that a data folder holds. While it is written to, nobody else may write. */
export function embeddedContents({ files, folder, state, sealer, writer }: EmbeddedParts): Contents {
  /** Hashes of the shelf that is copied now: reading and comparing it takes several calls. */
  let known: { readonly key: string; readonly seq: number; readonly archived: ReadonlyMap<string, StoredRow> } | null = null

  async function archivedOn(shelf: Shelf & { kind: 'archive' }): Promise<ReadonlyMap<string, StoredRow>> {
    if (known !== null && known.key === shelfKey(shelf) && known.seq === state.seq) return known.archived
    const { seq } = state
    const archived = new Map<string, StoredRow>()
    for (const document of state.archiveDocuments.filter((one) => isOf(one, shelf.community, shelf.table, shelf.month))) {
      for (const row of (await readArchive(files, folder, document)).rows) archived.set(row.id, row)
    }
    known = { key: shelfKey(shelf), seq, archived }
    return archived
  }

  function takenOn({ community, table, field }: Shelf & { kind: 'taken' }): ReadonlyMap<string, string> {
    const of = state.find(community, table)
    return new Map([...(of?.archived.get(field) ?? [])].filter(([, id]) => of?.cells.has(id) !== true).map(([value, id]) => [JSON.stringify(value), id]))
  }

  /** Ids of the blobs that a community's rows speak of, whether or not their bytes are there. */
  function blobIdsOf(community: CommunityId): readonly string[] {
    const ids = new Set<string>()
    for (const [of, table, { cells }] of state.all()) {
      if (of === community) for (const { sealed } of cells.values()) ids.add(blobIdOf(table, sealed) ?? '')
    }
    ids.delete('')
    return [...ids]
  }

  /** The names on a shelf as it stands now, and what lies under each. */
  async function look(shelf: Shelf): Promise<{ readonly names: () => Promise<readonly string[]>; readonly at: (name: string) => Buffer | null | Promise<Buffer | null> }> {
    switch (shelf.kind) {
      case 'rows': {
        const cells = state.find(shelf.community, shelf.table)?.cells
        return { names: async () => [...(cells?.keys() ?? [])], at: (name) => asJson(cells?.get(name)?.sealed) }
      }
      case 'archive': {
        const archived = await archivedOn(shelf)
        return { names: async () => [...archived.keys()], at: (name) => asJson(archived.get(name)) }
      }
      case 'taken': {
        const taken = takenOn(shelf)
        return { names: async () => [...taken.keys()], at: (name) => asText(taken.get(name)) }
      }
      case 'numbers': {
        const numbers = state.numbers.get(shelf.community)
        return { names: async () => [...(numbers?.keys() ?? [])], at: (name) => asText(numbers?.get(name)) }
      }
      case 'blobs':
        return { names: async () => blobIdsOf(shelf.community), at: (name) => readIfThere(files, join(folder, fileOf(shelf.community, name))) }
    }
  }

  async function writeWith(to: Writer, shelf: Shelf, items: readonly Item[], gone: readonly string[]): Promise<void> {
    const submit = (changes: readonly Change[], more: { readonly archive?: ArchiveDocument; readonly replaces?: string } = {}): Promise<void> =>
      to.submit({ communityId: shelf.community, changes, rows: new Map(changes.map((change) => [rowKey(shelf.community, change.table, change.op === 'put' ? change.cell.sealed.id : change.id), null])), owners: new Map(), ...more })
    switch (shelf.kind) {
      case 'rows': {
        const puts = items.map(({ bytes }): Change => ({ op: 'put', table: shelf.table, cell: { sealed: JSON.parse(bytes.toString()) as StoredRow, opened: null } }))
        // All leave before any comes: two rows may have changed a unique value between them.
        const there = items.filter(({ name }) => state.find(shelf.community, shelf.table)?.cells.has(name) === true).map(({ name }) => name)
        return submit([...[...gone, ...there].map((id): Change => ({ op: 'remove', table: shelf.table, id })), ...puts])
      }
      case 'archive':
        return writeArchived(submit, shelf, items, new Set(gone))
      case 'taken':
        // Rows that live but for this moment leave what they had.
        return submit(items.flatMap(({ name, bytes }): Change[] => {
          const id = bytes.toString()
          const row: StoredRow = { id, rev: 1, [shelf.field]: JSON.parse(name) as Scalar }
          return [{ op: 'put', table: shelf.table, cell: { sealed: row, opened: null } }, { op: 'archive', table: shelf.table, id }]
        }))
      case 'numbers':
        for (const { name, bytes } of items) to.raiseNumber(shelf.community, name, Number(bytes.toString()))
        return submit([])
      case 'blobs':
        for (const id of gone) await removeBlob(files, folder, shelf.community, id)
        for (const { name, bytes } of items) {
          const path = blobPath(shelf.community, name)
          await makeFolders(files, join(folder, path.folder))
          await putFile(files, join(folder, path.folder, path.name), bytes)
        }
    }
  }

  async function writeArchived(submit: (changes: readonly Change[], more?: { readonly archive?: ArchiveDocument; readonly replaces?: string }) => Promise<void>, shelf: Shelf & { kind: 'archive' }, items: readonly Item[], gone: ReadonlySet<string>): Promise<void> {
    const { community, table, month } = shelf
    const left = new Map(items.map(({ name, bytes }) => [name, JSON.parse(bytes.toString()) as StoredRow]))
    // A document of the same rows is replaced; what no document has yet goes into a new one.
    for (const document of state.archiveDocuments.filter((one) => isOf(one, community, table, month))) {
      const before = (await readArchive(files, folder, document)).rows
      if (!before.some(({ id }) => left.has(id) || gone.has(id))) continue
      const rows = before.filter(({ id }) => !gone.has(id)).map((row) => left.get(row.id) ?? row)
      for (const { id } of before) left.delete(id)
      const archive = await writeArchive(files, folder, state.archiveDocuments, { community, table, month, rows })
      await submit([], { archive, replaces: document.path })
    }
    const rest = [...left.values()]
    for (let at = 0; at < rest.length; at += documentRows) {
      const archive = await writeArchive(files, folder, state.archiveDocuments, { community, table, month, rows: rest.slice(at, at + documentRows) })
      await submit([], { archive })
    }
  }

  return {
    sealer,
    async shelves() {
      const found = new Map<string, Shelf>()
      const add = (shelf: Shelf): void => void found.set(shelfKey(shelf), shelf)
      const communities = new Set<CommunityId>(state.numbers.keys())
      for (const [community, table, { cells, archived }] of state.all()) {
        communities.add(community)
        if (cells.size > 0) add({ kind: 'rows', community, table })
        for (const [field, owners] of archived) if (owners.size > 0) add({ kind: 'taken', community, table, field })
      }
      for (const document of state.archiveDocuments) {
        const [, month = '', community = '', table = ''] = /([^/\\]+)[/\\]([^/\\.]+)\.([^/\\.]+)\.\d+\.json$/.exec(document.path) ?? []
        add({ kind: 'archive', community: community as CommunityId, table: table as TableName, month })
      }
      const blobsThere = new Set(await listBlobs(files, folder))
      for (const community of communities) {
        if ((state.numbers.get(community)?.size ?? 0) > 0) add({ kind: 'numbers', community })
        if (blobIdsOf(community).some((id) => blobsThere.has(fileOf(community, id)))) add({ kind: 'blobs', community })
      }
      return [...found.values()]
    },
    async list(shelf) {
      const hashes = new Map<string, string>()
      const { names, at } = await look(shelf)
      for (const [n, name] of (await names()).entries()) {
        // Residents are served meanwhile.
        if (n % namesAtOnce === 0) await setImmediate()
        const bytes = await at(name)
        if (bytes !== null) hashes.set(name, hashOf(bytes))
      }
      return hashes
    },
    async read(shelf, names) {
      const items: Item[] = []
      const { at } = await look(shelf)
      await setImmediate()
      for (const name of names) {
        const bytes = await at(name)
        if (bytes !== null) items.push({ name, bytes })
      }
      return items
    },
    async write(shelf, items, gone) {
      if (writer === null) throw new StoreError('write-refused', 'store: a backup is not written to')
      await writeWith(writer, shelf, items, gone)
    },
  }
}

function asJson(row: StoredRow | undefined): Buffer | null {
  return row === undefined ? null : Buffer.from(JSON.stringify(row))
}

function asText(value: string | number | undefined): Buffer | null {
  return value === undefined ? null : Buffer.from(String(value))
}

function fileOf(community: CommunityId, id: string): string {
  const { folder, name } = blobPath(community, id)
  return join(folder, name)
}
