import { dirname } from 'node:path'
import type { Files, OpenFile } from '../../src/store/files.js'

type Node = number | 'folder'

/** What was asked of the disk, in order. */
export type DiskOp =
  | { readonly op: 'write'; readonly file: number; readonly position: number; readonly bytes: Buffer }
  | { readonly op: 'truncate'; readonly file: number; readonly length: number }
  | { readonly op: 'sync'; readonly file: number }
  /** Names of one folder change together; `null` = gone. */
  | { readonly op: 'names'; readonly folder: string; readonly changes: readonly (readonly [string, Node | null])[] }
  | { readonly op: 'sync-folder'; readonly folder: string }

function failure(code: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${path}`), { code })
}

/** A disk in memory that remembers every operation, so that a power failure after any of them can be played. */
export class MemoryDisk implements Files {
  readonly log: DiskOp[] = []
  readonly #names: Map<string, Node>
  readonly #contents: Map<number, Buffer>
  #nextFile: number

  constructor(names: ReadonlyMap<string, Node> = new Map([['/', 'folder']]), contents: ReadonlyMap<number, Buffer> = new Map()) {
    this.#names = new Map(names)
    this.#contents = new Map(contents)
    this.#nextFile = Math.max(0, ...contents.keys()) + 1
  }

  clone(): MemoryDisk {
    return new MemoryDisk(this.#names, this.#contents)
  }

  /** Paths of all files. */
  paths(): string[] {
    return [...this.#names].filter(([, node]) => node !== 'folder').map(([path]) => path)
  }

  content(path: string): Buffer {
    return this.#contents.get(this.#fileAt(path)) as Buffer
  }

  /** Damages a file behind the store's back; `null` takes it away. */
  damage(path: string, bytes: Buffer | null): void {
    const file = this.#fileAt(path)
    if (bytes === null) this.#names.delete(path)
    else this.#contents.set(file, bytes)
  }

  async open(path: string, how: 'create' | 'change'): Promise<OpenFile> {
    if (how === 'create') {
      this.#refuseIfTaken(path)
      const file = this.#nextFile++
      this.#contents.set(file, Buffer.alloc(0))
      this.#do({ op: 'names', folder: dirname(path), changes: [[path, file]] })
      return this.#openFile(file)
    }
    return this.#openFile(this.#fileAt(path))
  }

  #openFile(file: number): OpenFile {
    return {
      write: async (bytes, position) => this.#do({ op: 'write', file, position, bytes: Buffer.from(bytes) }),
      truncate: async (length) => this.#do({ op: 'truncate', file, length }),
      size: async () => (this.#contents.get(file) as Buffer).length,
      datasync: async () => this.#do({ op: 'sync', file }),
      close: async () => {},
    }
  }

  async read(path: string): Promise<Buffer> {
    return Buffer.from(this.content(path))
  }

  async readFrom(path: string, position: number, most: number): Promise<Buffer> {
    return (await this.read(path)).subarray(position, position + most)
  }

  async list(folder: string): Promise<string[]> {
    const node = this.#names.get(folder)
    if (node === undefined) throw failure('ENOENT', folder)
    if (node !== 'folder') throw failure('ENOTDIR', folder)
    return [...this.#names.keys()].filter((path) => path !== '/' && dirname(path) === folder).map((path) => path.slice(folder.length + 1))
  }

  async makeFolder(path: string): Promise<void> {
    this.#refuseIfTaken(path)
    this.#do({ op: 'names', folder: dirname(path), changes: [[path, 'folder']] })
  }

  async rename(from: string, to: string): Promise<void> {
    const file = this.#fileAt(from)
    if (dirname(from) !== dirname(to)) throw failure('EXDEV', to)
    this.#do({ op: 'names', folder: dirname(to), changes: [[from, null], [to, file]] })
  }

  async link(from: string, to: string): Promise<void> {
    const file = this.#fileAt(from)
    this.#refuseIfTaken(to)
    this.#do({ op: 'names', folder: dirname(to), changes: [[to, file]] })
  }

  async remove(path: string): Promise<void> {
    this.#fileAt(path)
    this.#do({ op: 'names', folder: dirname(path), changes: [[path, null]] })
  }

  async removeFolder(path: string): Promise<void> {
    if (this.#names.get(path) !== 'folder') return
    for (const name of await this.list(path)) await this.remove(`${path}/${name}`)
    this.#do({ op: 'names', folder: dirname(path), changes: [[path, null]] })
  }

  async syncFolder(path: string): Promise<void> {
    if (this.#names.get(path) !== 'folder') throw failure('ENOENT', path)
    this.#do({ op: 'sync-folder', folder: path })
  }

  #do(op: DiskOp): void {
    this.log.push(op)
    if (op.op === 'names') applyNames(this.#names, op.changes)
    else if (op.op === 'write' || op.op === 'truncate') this.#contents.set(op.file, applyData(this.#contents.get(op.file) as Buffer, op))
  }

  #fileAt(path: string): number {
    const node = this.#names.get(path)
    if (node === undefined) throw failure('ENOENT', path)
    if (node === 'folder') throw failure('EISDIR', path)
    return node
  }

  #refuseIfTaken(path: string): void {
    if (this.#names.has(path)) throw failure('EEXIST', path)
    if (this.#names.get(dirname(path)) !== 'folder') throw failure('ENOENT', path)
  }
}

function applyNames(names: Map<string, Node>, changes: readonly (readonly [string, Node | null])[]): void {
  for (const [path, node] of changes) {
    if (node === null) names.delete(path)
    else names.set(path, node)
  }
}

type DataOp = Extract<DiskOp, { op: 'write' | 'truncate' }>

function applyData(before: Buffer, op: DataOp): Buffer {
  if (op.op === 'truncate') return Buffer.concat([before.subarray(0, op.length), Buffer.alloc(Math.max(0, op.length - before.length))])
  const after = Buffer.alloc(Math.max(before.length, op.position + op.bytes.length))
  before.copy(after)
  op.bytes.copy(after, op.position)
  return after
}

/** A disk as it may be found after a power failure. */
export interface Crash {
  /** Operations that had been asked for. */
  readonly after: number
  readonly what: string
  readonly disk: MemoryDisk
}

/**
 * Every disk that a power failure may leave, after each operation: names and bytes that were not flushed are kept, lost,
 * or kept in part (names in the order they were changed; the last write cut at any byte, or its end never written).
 */
export function* crashesOf(log: readonly DiskOp[], tornStep: (write: DataOp & { op: 'write' }, at: number) => number): Generator<Crash> {
  const durableNames = new Map<string, Node>([['/', 'folder']])
  const durable = new Map<number, Buffer>()
  let names: Extract<DiskOp, { op: 'names' }>[] = []
  const data = new Map<number, DataOp[]>()

  const build = (after: number, what: string, namesKept: number, contentOf: (file: number) => Buffer): Crash => {
    const found = new Map(durableNames)
    for (const op of names.slice(0, namesKept)) applyNames(found, op.changes)
    const reachable = new Map([...found].filter(([path]) => isReachable(found, path)))
    const contents = new Map([...reachable.values()].filter((node) => node !== 'folder').map((file) => [file, contentOf(file)] as const))
    return { after, what, disk: new MemoryDisk(reachable, contents) }
  }
  const lost = (file: number): Buffer => durable.get(file) ?? Buffer.alloc(0)
  const kept = (file: number): Buffer => (data.get(file) ?? []).reduce(applyData, lost(file))

  for (const [at, op] of log.entries()) {
    if (op.op === 'sync') {
      durable.set(op.file, kept(op.file))
      data.delete(op.file)
    } else if (op.op === 'sync-folder') {
      for (const change of names) if (change.folder === op.folder) applyNames(durableNames, change.changes)
      names = names.filter((change) => change.folder !== op.folder)
    } else if (op.op === 'names') {
      names.push(op)
    } else {
      data.set(op.file, [...(data.get(op.file) ?? []), op])
    }
    const after = at + 1
    yield build(after, 'everything reached the disk', names.length, kept)
    if (data.size > 0) yield build(after, 'names reached the disk, bytes did not', names.length, lost)
    if (names.length > 0) yield build(after, 'bytes reached the disk, names did not', 0, kept)
    if (data.size > 0 && names.length > 0) yield build(after, 'nothing reached the disk', 0, lost)
    for (let some = 1; some < names.length; some++) yield build(after, `${some} of ${names.length} names reached the disk`, some, kept)
    if (op.op !== 'write') continue
    const before = (data.get(op.file) ?? []).slice(0, -1).reduce(applyData, lost(op.file))
    const step = tornStep(op, at)
    for (let cut = step; cut < op.bytes.length; cut += step) {
      const short = applyData(before, { ...op, bytes: op.bytes.subarray(0, cut) })
      yield build(after, `the last write was cut at byte ${cut}`, names.length, (file) => (file === op.file ? short : kept(file)))
      if (cut % (step * 8) !== 0) continue
      const blank = applyData(before, { ...op, bytes: Buffer.concat([op.bytes.subarray(0, cut), Buffer.alloc(op.bytes.length - cut)]) })
      yield build(after, `the last write has no bytes from ${cut} on`, names.length, (file) => (file === op.file ? blank : kept(file)))
      const hole = applyData(before, { ...op, bytes: Buffer.concat([Buffer.alloc(cut), op.bytes.subarray(cut)]) })
      yield build(after, `the last write has no bytes up to ${cut}`, names.length, (file) => (file === op.file ? hole : kept(file)))
    }
  }
}

function isReachable(names: ReadonlyMap<string, Node>, path: string): boolean {
  for (let above = path; above !== '/'; above = dirname(above)) if (!names.has(above)) return false
  return true
}
