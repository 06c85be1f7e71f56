import { Transform } from 'node:stream'
import { finished } from 'node:stream/promises'
import type { Entry, ZipFile } from 'yauzl'
import { InputError } from '../errors.js'

/** What an archive may unpack to; a Word file of 500 pages with pictures stays far below. */
export const zipLimits = { entries: 1_000, bytes: 50 * 1024 * 1024, ratio: 100 } as const

/**
 * Names of an archive's entries after every one was unpacked once and counted, so that what comes after may trust it.
 * Throws InputError for a damaged archive, for a bomb, and for one under a password.
 */
export async function measureZip(bytes: Uint8Array, fileName: string): Promise<readonly string[]> {
  const { fromBuffer } = await import('yauzl')
  const zip = await new Promise<ZipFile>((resolve, reject) => {
    fromBuffer(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), { lazyEntries: true, autoClose: false }, (error, file) => (error ? reject(halfFile(fileName, error)) : resolve(file)))
  })
  if (zip.entryCount > zipLimits.entries) throw tooBig(fileName)
  const names: string[] = []
  let total = 0
  for (;;) {
    const entry = await nextEntry(zip, fileName)
    if (entry === null) return names
    if ((entry.generalPurposeBitFlag & 1) === 1) throw new InputError('password', `「${fileName}」设了密码,请取消密码后另存一份再导入`)
    names.push(entry.fileName)
    if (names.length > zipLimits.entries) throw tooBig(fileName)
    // Small entries pack well by nature; the ratio counts from 1 MB on.
    const most = Math.min(zipLimits.bytes - total, Math.max(1024 * 1024, entry.compressedSize * zipLimits.ratio))
    if (entry.uncompressedSize > most) throw tooBig(fileName)
    total += await sizeOf(zip, entry, most, fileName)
  }
}

function nextEntry(zip: ZipFile, fileName: string): Promise<Entry | null> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      zip.removeAllListeners('entry').removeAllListeners('end').removeAllListeners('error')
      act()
    }
    zip.once('entry', (entry: Entry) => settle(() => resolve(entry)))
    zip.once('end', () => settle(() => resolve(null)))
    zip.once('error', (error: Error) => settle(() => reject(halfFile(fileName, error))))
    zip.readEntry()
  })
}

async function sizeOf(zip: ZipFile, entry: Entry, most: number, fileName: string): Promise<number> {
  let size = 0
  const count = new Transform({
    transform(chunk: Buffer, _, done) {
      size += chunk.length
      done(size > most ? tooBig(fileName) : null)
    },
  })
  try {
    const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => zip.openReadStream(entry, (error, read) => (error ? reject(error) : resolve(read))))
    stream.on('error', (error: Error) => count.destroy(error))
    stream.pipe(count).resume()
    await finished(count)
    return size
  } catch (error) {
    throw error instanceof InputError ? error : halfFile(fileName, error)
  }
}

function tooBig(fileName: string): InputError {
  return new InputError('zip-bomb', `「${fileName}」解开后太大(超过 50 MB、1000 个文件或压缩 100 倍),不像是一份文件;请用 Word 打开正文另存为 .docx 再导入`)
}

function halfFile(fileName: string, cause: unknown): InputError {
  return new InputError('half-file', `「${fileName}」不完整或已损坏,打不开;请重新下载或另存一份,确认能用 Word 打开后再导入`, { cause })
}
