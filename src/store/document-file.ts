import { createHash } from 'node:crypto'
import { Low, type Adapter } from 'lowdb'
import { StoreError } from '../errors.js'
import { errnoOf, putFile, type Files } from './files.js'

const HEAD = '{"checksum":"'
const MIDDLE = '","data":'
const HASH_LENGTH = 64

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/**
 * lowdb's adapter for one document: a JSON file with the SHA-256 of its data inside, put in its place whole and flushed.
 * lowdb's own adapters never flush, and take a missing file for an empty one; this one rejects with `damaged`.
 */
class DocumentFile<T> implements Adapter<T> {
  /** SHA-256 of the whole file as last read or written. */
  hash: string | null = null

  constructor(
    private readonly files: Files,
    private readonly path: string,
  ) {}

  async read(): Promise<T> {
    let bytes: Buffer
    try {
      bytes = await this.files.read(this.path)
    } catch (error) {
      // A file that is gone or a bad block is damage; a system short of something else may be asked again later.
      const code = errnoOf(error)
      if (code !== 'ENOENT' && code !== 'EIO') throw error
      throw new StoreError('damaged', `store: ${this.path} can't be read (${code})`, { cause: error })
    }
    this.hash = sha256(bytes)
    return decodeDocument<T>(bytes, this.path)
  }

  async write(data: T): Promise<void> {
    const bytes = encodeDocument(data)
    await putFile(this.files, this.path, bytes)
    this.hash = sha256(bytes)
  }
}

export function encodeDocument(data: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(data))
  return Buffer.concat([Buffer.from(`${HEAD}${sha256(body)}${MIDDLE}`), body, Buffer.from('}\n')])
}

/** The data of a document; rejects with `damaged` unless every byte of it stands. */
export function decodeDocument<T>(bytes: Buffer, path: string): T {
  const start = HEAD.length + HASH_LENGTH + MIDDLE.length
  const body = bytes.subarray(start, bytes.length - 2)
  const hash = bytes.toString('latin1', HEAD.length, HEAD.length + HASH_LENGTH)
  const whole = `${HEAD}${hash}${MIDDLE}` === bytes.toString('latin1', 0, start) && bytes.toString('latin1', bytes.length - 2) === '}\n'
  if (!whole || sha256(body) !== hash) {
    throw new StoreError('damaged', `store: ${path} is ${bytes.length === 0 ? 'empty' : 'not what was written'} (its checksum differs)`)
  }
  return JSON.parse(body.toString()) as T
}

/** Writes a document, durable when it resolves. Returns the hash of its file. */
export async function writeDocument<T>(files: Files, path: string, data: T): Promise<string> {
  const adapter = new DocumentFile<T>(files, path)
  await new Low<T>(adapter, data).write()
  return adapter.hash as string
}

/** Reads a document and the hash of its file; rejects with `damaged` when it is missing or changed. */
export async function readDocument<T>(files: Files, path: string): Promise<{ readonly data: T; readonly hash: string }> {
  const adapter = new DocumentFile<T>(files, path)
  const low = new Low<T | null>(adapter as Adapter<T | null>, null)
  await low.read()
  return { data: low.data as T, hash: adapter.hash as string }
}
