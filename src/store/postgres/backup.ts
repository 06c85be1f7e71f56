import { dirname, join } from 'node:path'
import { StoreError } from '../../errors.js'
import type { CommunityId } from '../../knowledge/community.js'
import { writeArchive } from '../archive.js'
import { openBackup, writeBackup } from '../backup.js'
import { blobPath } from '../blobs.js'
import { bringOver, shelfKey, verifyCopied, type Contents, type Shelf } from '../contents.js'
import { embeddedContents } from '../embedded-contents.js'
import { diskFiles, makeFolders, putFile, type Files } from '../files.js'
import type { Sealer } from '../seal.js'
import { writePieces, type Section } from '../snapshot.js'
import type { ArchiveDocument, Scalar, StoredRow } from '../state.js'
import { withPostgresContents } from './contents.js'
import { setAside } from './moving.js'

/** Rows of one piece or document. */
const pieceRows = 500

export interface DatabaseBackup {
  readonly url: string
  readonly sealer: Sealer
  /** An empty folder. */
  readonly to: string
  /** The key's bytes, if the key goes along. */
  readonly key: Buffer | null
}

/**
 * Writes what the database holds at one moment as a backup of the same form that a data folder's has: either store is
 * restored from it. Commits go on meanwhile.
 */
export async function backUpDatabase({ url, sealer, to, key }: DatabaseBackup): Promise<void> {
  await withPostgresContents({ url, sealer }, 'picture', async (contents, client) => {
    const { rows } = await client.query<{ at: string }>(`select (extract(epoch from now()) * 1000)::bigint as at`)
    const madeAt = Number(rows[0]?.at ?? 0)
    await writeBackup({ files: diskFiles, to, sealer, key: key === null ? null : Buffer.from(`${key.toString('base64')}\n`), now: () => madeAt }, async (inside) => {
      const shelves = await contents.shelves()
      const numbers = await allNumbers(contents, shelves)
      const archiveDocuments = await writeArchived(contents, shelves, inside, to)
      await writeBlobs(contents, shelves, inside, to)
      await writePieces(inside, to, 1, sectionsOf(contents, shelves), () => ({ seq: 1, numbers, archiveDocuments }), () => false)
      return 1
    })
  })
}

async function* sectionsOf(contents: Contents, shelves: readonly Shelf[]): AsyncGenerator<readonly Section[]> {
  for (const shelf of shelves) {
    if (shelf.kind !== 'rows' && shelf.kind !== 'taken') continue
    const { community, table } = shelf
    for await (const items of itemsOf(contents, shelf, pieceRows)) {
      if (shelf.kind === 'rows') yield [{ community, table, rows: items.map(({ bytes }) => JSON.parse(bytes.toString()) as StoredRow), archived: [] }]
      else yield [{ community, table, rows: [], archived: items.map(({ name, bytes }) => [shelf.field, JSON.parse(name) as Scalar, bytes.toString()] as const) }]
    }
  }
}

async function allNumbers(contents: Contents, shelves: readonly Shelf[]): Promise<readonly (readonly [CommunityId, string, number])[]> {
  const found: (readonly [CommunityId, string, number])[] = []
  for (const shelf of shelves) {
    if (shelf.kind !== 'numbers') continue
    for await (const items of itemsOf(contents, shelf, pieceRows)) found.push(...items.map(({ name, bytes }) => [shelf.community, name, Number(bytes.toString())] as const))
  }
  return found
}

async function writeArchived(contents: Contents, shelves: readonly Shelf[], inside: Files, to: string): Promise<readonly ArchiveDocument[]> {
  const documents: ArchiveDocument[] = []
  for (const shelf of shelves) {
    if (shelf.kind !== 'archive') continue
    const { community, table, month } = shelf
    for await (const items of itemsOf(contents, shelf, pieceRows)) {
      documents.push(await writeArchive(inside, to, documents, { community, table, month, rows: items.map(({ bytes }) => JSON.parse(bytes.toString()) as StoredRow) }))
    }
  }
  return documents
}

async function writeBlobs(contents: Contents, shelves: readonly Shelf[], inside: Files, to: string): Promise<void> {
  for (const shelf of shelves) {
    if (shelf.kind !== 'blobs') continue
    for await (const items of itemsOf(contents, shelf, 1)) {
      for (const { name, bytes } of items) {
        const path = blobPath(shelf.community, name)
        await makeFolders(inside, dirname(join(to, path.folder, path.name)))
        await putFile(inside, join(to, path.folder, path.name), bytes)
      }
    }
  }
}

async function* itemsOf(contents: Contents, shelf: Shelf, atOnce: number): AsyncGenerator<Awaited<ReturnType<Contents['read']>>> {
  const names = [...(await contents.list(shelf)).keys()]
  for (let at = 0; at < names.length; at += atOnce) yield contents.read(shelf, names.slice(at, at + atOnce))
}

export interface DatabaseRestore {
  /** The folder that a backup was written to, of a database or of a data folder. */
  readonly from: string
  readonly url: string
  /** 32 bytes; left out, the key file of the backup is used. */
  readonly key: Buffer | null
  /** Whether what stands in the database may give way; it is kept there, as the schema `yichuang_before_…`. */
  readonly replace: boolean
  readonly now: () => number
}

/**
 * Puts a backup into a database. All of it is checked first; then it comes in one transaction, compared item by item before it
 * counts: killed or refused at any moment, the database stands as it did (with `replace`: empty, the old beside it).
 */
export async function restoreDatabase({ from, url, key, replace, now }: DatabaseRestore): Promise<{ readonly rows: number; readonly madeAt: number }> {
  const { rows, madeAt, files, sealer, state } = await openBackup(diskFiles, from, key)
  if (replace) await setAside(url, now(), () => Promise.resolve(true))
  const backup = embeddedContents({ files, folder: from, state, sealer, writer: null })
  await withPostgresContents({ url, sealer }, 'one', async (contents) => {
    const [shelf] = await contents.shelves()
    if (shelf !== undefined) throw new StoreError('conflict', `store: the database is not empty (${shelfKey(shelf).replaceAll('\n', ' ').trim()}); restore to an empty one, or say outright that what is there gives way (it is kept as the schema yichuang_before_…)`)
    await bringOver(backup, contents)
    await verifyCopied(backup, contents)
  })
  return { rows, madeAt }
}
