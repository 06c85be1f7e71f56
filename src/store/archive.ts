import { dirname, join } from 'node:path'
import { StoreError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import { readDocument, writeDocument } from './document-file.js'
import { listFolder, makeFolders, refused, type Files } from './files.js'
import type { ArchiveDocument, StoredRow } from './state.js'
import type { TableName } from './tables.js'

/** Rows that were archived together: of one table of one community, settled in one month. */
interface ArchivedRows {
  readonly community: CommunityId
  readonly table: TableName
  /** e.g. `2026-11`. */
  readonly month: string
  readonly rows: readonly StoredRow[]
}

export const ARCHIVE_FOLDER = 'archive'

/** China has one time zone and no summer time. */
const BEIJING_OFFSET_MS = 8 * 3_600_000

/** The month in which a moment lies, in China. */
export function monthOf(at: number): string {
  return new Date(at + BEIJING_OFFSET_MS).toISOString().slice(0, 7)
}

/** Whether a document holds rows of this table of this community; `month`: also of this month. */
export function isOf({ path }: ArchiveDocument, community: CommunityId, table: TableName, month = ''): boolean {
  return path.includes(`${month}/${community}.${table}.`)
}

/** Writes rows, still sealed, to a new document of their month beside `documents`. */
export async function writeArchive(files: Files, folder: string, documents: readonly ArchiveDocument[], content: ArchivedRows): Promise<ArchiveDocument> {
  const number = 1 + documents.reduce((highest, { path }) => Math.max(highest, Number(/\.(\d+)\.json$/.exec(path)?.[1] ?? 0)), 0)
  const path = join(ARCHIVE_FOLDER, content.month, `${content.community}.${content.table}.${String(number).padStart(6, '0')}.json`)
  await makeFolders(files, dirname(join(folder, path)))
  return { path, hash: await writeDocument(files, join(folder, path), content) }
}

export async function readArchive(files: Files, folder: string, document: ArchiveDocument): Promise<ArchivedRows> {
  const { data, hash } = await readDocument<ArchivedRows>(files, join(folder, document.path)).catch((error: unknown) => {
    throw refused(error, `read ${document.path}`)
  })
  if (hash !== document.hash) throw new StoreError('damaged', `store: ${document.path} is not the document that was archived`)
  return data
}

/** Rejects with `damaged` when a document is gone; removes what counts no more, and what was written by somebody killed before it counted. */
export async function checkArchive(files: Files, folder: string, documents: readonly ArchiveDocument[]): Promise<void> {
  const there = new Set<string>()
  for (const month of (await listFolder(files, join(folder, ARCHIVE_FOLDER))) ?? []) {
    for (const name of (await listFolder(files, join(folder, ARCHIVE_FOLDER, month))) ?? []) there.add(join(ARCHIVE_FOLDER, month, name))
  }
  for (const { path } of documents) {
    if (!there.delete(path)) throw new StoreError('damaged', `store: the archive document ${path} is gone`)
  }
  for (const path of there) await files.remove(join(folder, path))
}
