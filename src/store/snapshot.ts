import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { StoreError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import { readDocument, writeDocument } from './document-file.js'
import { listFolder, makeFolders, type Files } from './files.js'
import { State, type ArchiveDocument, type Cell, type Scalar, type StoredRow } from './state.js'
import { tables, type TableName } from './tables.js'

/** Rows of one table of one community inside a piece. */
export interface Section {
  readonly community: CommunityId
  readonly table: TableName
  readonly rows: readonly StoredRow[]
  /** Unique values of rows in the archive: field, value, id. */
  readonly archived: readonly (readonly [string, Scalar, string])[]
}

/** One document of a snapshot. */
export interface Piece {
  readonly generation: number
  readonly number: number
  readonly sections: readonly Section[]
}

/** The last document of a snapshot; with it the snapshot is whole. */
export interface Manifest {
  readonly generation: number
  /** The last transaction that is in it. */
  readonly seq: number
  readonly pieces: readonly { readonly file: string; readonly hash: string }[]
  readonly numbers: readonly (readonly [CommunityId, string, number])[]
  readonly archiveDocuments: readonly ArchiveDocument[]
}

/** Most rows of a piece, and about how many bytes: writing one must not hold up the loop. */
const PIECE_ROWS = 500
const PIECE_BYTES = 256 * 1024

export const SNAPSHOT_FOLDER = 'snapshots'
const MANIFEST = 'manifest.json'

export function generationFolder(generation: number): string {
  return join(SNAPSHOT_FOLDER, String(generation).padStart(6, '0'))
}

/** Generations that lie in the data folder, newest first, whole or not. */
export async function listGenerations(files: Files, folder: string): Promise<number[]> {
  const names = (await listFolder(files, join(folder, SNAPSHOT_FOLDER))) ?? []
  return names.filter((name) => /^\d{6,}$/.test(name)).map(Number).sort((a, b) => b - a)
}

export async function hasManifest(files: Files, folder: string, generation: number): Promise<boolean> {
  return ((await listFolder(files, join(folder, generationFolder(generation)))) ?? []).includes(MANIFEST)
}

/** The state at one moment: rows are never changed in place, so holding them is enough. */
export interface Picture {
  readonly seq: number
  readonly tables: readonly {
    readonly community: CommunityId
    readonly table: TableName
    readonly cells: readonly Cell[]
    readonly archived: readonly (readonly [string, Scalar, string])[]
  }[]
  readonly numbers: readonly (readonly [CommunityId, string, number])[]
  readonly archiveDocuments: readonly ArchiveDocument[]
}

export function takePicture(state: State): Picture {
  return {
    seq: state.seq,
    tables: [...state.all()].map(([community, table, { cells, archived }]) => ({
      community,
      table,
      cells: [...cells.values()],
      archived: [...archived].flatMap(([field, owners]) => [...owners].map(([value, id]) => [field, value, id] as const)),
    })),
    numbers: [...state.numbers].flatMap(([community, series]) => [...series].map(([name, value]) => [community, name, value] as const)),
    archiveDocuments: [...state.archiveDocuments],
  }
}

/** Writes a picture as a generation below `folder`, piece by piece; it counts once its manifest stands.
 *  `false` when it was stopped before. */
export function writeSnapshot(files: Files, folder: string, generation: number, picture: Picture, isStopped: () => boolean): Promise<boolean> {
  return writePieces(files, folder, generation, cutPieces(picture), () => picture, isStopped)
}

/** Writes what comes, a piece each, as a generation below `folder`; `rest` is asked once all has come. `false` when it was stopped before. */
export async function writePieces(files: Files, folder: string, generation: number, all: Iterable<readonly Section[]> | AsyncIterable<readonly Section[]>, rest: () => Omit<Picture, 'tables'>, isStopped: () => boolean): Promise<boolean> {
  const target = join(folder, generationFolder(generation))
  await makeFolders(files, target)
  const pieces: { file: string; hash: string }[] = []
  for await (const sections of all) {
    await setImmediate()
    if (isStopped()) return false
    const file = `${String(pieces.length + 1).padStart(6, '0')}.json`
    const piece: Piece = { generation, number: pieces.length + 1, sections }
    pieces.push({ file, hash: await writeDocument(files, join(target, file), piece) })
  }
  const { seq, numbers, archiveDocuments } = rest()
  const manifest: Manifest = { generation, seq, pieces, numbers, archiveDocuments }
  await writeDocument(files, join(target, MANIFEST), manifest)
  return true
}

function* cutPieces(picture: Picture): Generator<Section[]> {
  let sections: Section[] = []
  let rows = 0
  let bytes = 0
  for (const { community, table, cells, archived } of picture.tables) {
    let from = 0
    for (let at = 0; at < cells.length; at++) {
      rows++
      bytes += aboutBytes((cells[at] as Cell).sealed)
      if (rows < PIECE_ROWS && bytes < PIECE_BYTES) continue
      yield [...sections, { community, table, rows: cells.slice(from, at + 1).map((cell) => cell.sealed), archived: [] }]
      sections = []
      from = at + 1
      rows = 0
      bytes = 0
    }
    if (from < cells.length) sections.push({ community, table, rows: cells.slice(from).map((cell) => cell.sealed), archived: [] })
    for (let at = 0; at < archived.length; at += PIECE_ROWS * 4) {
      yield [...sections, { community, table, rows: [], archived: archived.slice(at, at + PIECE_ROWS * 4) }]
      sections = []
      rows = 0
      bytes = 0
    }
  }
  if (sections.length > 0) yield sections
}

/** What a row weighs as JSON, roughly: its strings, sealed ones included. */
function aboutBytes(row: StoredRow): number {
  let bytes = 100
  for (const value of Object.values(row)) {
    if (typeof value === 'string') bytes += value.length
    else if (typeof value === 'object' && value !== null) bytes += '~' in value ? String(value['~']).length : 100
    else bytes += 10
  }
  return bytes
}

/** Reads a generation; rejects with `damaged` unless every document of it stands as written. */
export async function readSnapshot(files: Files, folder: string, generation: number): Promise<State> {
  const source = join(folder, generationFolder(generation))
  const { data: manifest } = await readDocument<Manifest>(files, join(source, MANIFEST))
  if (manifest.generation !== generation) throw new StoreError('damaged', `store: ${source} holds the manifest of generation ${manifest.generation}`)
  const state = new State()
  state.seq = manifest.seq
  for (const { file, hash } of manifest.pieces) {
    const piece = await readDocument<Piece>(files, join(source, file))
    if (piece.hash !== hash) throw new StoreError('damaged', `store: ${join(source, file)} is not the document its manifest names`)
    for (const { community, table, rows, archived } of piece.data.sections) {
      if (!(table in tables)) throw new StoreError('newer-format', `store: ${join(source, file)} holds the table "${table}", which this version does not know`)
      const target = state.table(community, table)
      for (const sealed of rows) target.put({ sealed, opened: null })
      for (const [field, value, id] of archived) target.keepArchived(field, value, id)
    }
  }
  for (const [community, series, value] of manifest.numbers) state.setNumber(community, series, value)
  state.archiveDocuments.push(...manifest.archiveDocuments)
  return state
}
