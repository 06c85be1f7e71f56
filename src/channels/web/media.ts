import { InputError } from '../../errors.js'
import { cleanJpeg, jpegSize } from './jpeg.js'
import type { Attachment } from '../channel.js'

/** Largest file that is taken, bytes. */
export const maxFileBytes = 10 * 1024 * 1024

/** Largest picture, pixels: what unpacks to more is a bomb or a poster. Synapse's limit for thumbnails. */
export const maxPixels = 32_000_000

/** A file as it is kept: what it is according to its bytes, without where and when it was taken. */
export interface CheckedFile {
  readonly kind: Attachment['kind']
  readonly mediaType: string
  readonly bytes: Uint8Array
}

/** Recognises a file by its bytes (never by its name) and takes place and device out of pictures. Throws InputError with a sentence for people. */
export function checkFile(bytes: Buffer): CheckedFile {
  if (bytes.length === 0) throw new InputError('bad-input', '这个文件是空的，请重新选择')
  const mediaType = mediaTypeOf(bytes)
  if (mediaType === null) {
    throw new InputError('unsupported-media', '这个文件不是能看的照片、语音或 PDF，请发 JPG、PNG 照片，或用文字说一说')
  }
  if (mediaType === 'application/pdf') return { kind: 'file', mediaType, bytes }
  if (mediaType.startsWith('audio/')) return { kind: 'voice', mediaType, bytes }
  const size = pictureSize(mediaType, bytes)
  if (!size || size.width === 0 || size.height === 0) throw new InputError('unsupported-media', '这张照片打不开，可能没有传完整，请重新拍一张')
  if (size.width * size.height > maxPixels) throw new InputError('too-large', '这张照片尺寸太大，请缩小后再发')
  return { kind: 'image', mediaType, bytes: withoutTraces(mediaType, bytes) }
}

function mediaTypeOf(bytes: Buffer): string | null {
  const text = (start: number, end: number): string => bytes.toString('latin1', start, end)
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return 'image/jpeg'
  if (text(0, 8) === '\x89PNG\r\n\x1a\n') return 'image/png'
  if (text(0, 4) === 'RIFF' && text(8, 12) === 'WEBP') return 'image/webp'
  if (text(0, 6) === 'GIF87a' || text(0, 6) === 'GIF89a') return 'image/gif'
  if (text(0, 5) === '%PDF-') return 'application/pdf'
  if (text(0, 6) === '#!AMR\n' || text(0, 9) === '#!AMR-WB\n') return 'audio/amr'
  if (text(0, 4) === 'OggS') return 'audio/ogg'
  if (text(4, 8) === 'ftyp' && ['M4A ', 'M4B ', 'mp42', 'isom', 'iso5'].includes(text(8, 12))) return 'audio/mp4'
  // MPEG-1/2 audio layer III: eleven bits of sync, a version and a bit rate that exist.
  const isMp3Frame = bytes[0] === 0xff && [0xfb, 0xfa, 0xf3, 0xf2].includes(bytes[1] ?? 0) && ((bytes[2] ?? 0xff) & 0xf0) !== 0xf0
  if (text(0, 3) === 'ID3' || isMp3Frame) return 'audio/mpeg'
  return null
}

interface Size {
  readonly width: number
  readonly height: number
}

/** From the header alone; `null` when there is none. Nothing is unpacked. */
function pictureSize(mediaType: string, bytes: Buffer): Size | null {
  try {
    switch (mediaType) {
      case 'image/jpeg': return jpegSize(bytes)
      case 'image/png': return bytes.toString('latin1', 12, 16) === 'IHDR' ? { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) } : null
      case 'image/gif': return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) }
      case 'image/webp': return webpSize(bytes)
      default: return null
    }
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}

/** WebP container specification: VP8 (lossy), VP8L (lossless), VP8X (extended). */
function webpSize(bytes: Buffer): Size | null {
  switch (bytes.toString('latin1', 12, 16)) {
    case 'VP8 ': return { width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }
    case 'VP8L': {
      const bits = bytes.readUInt32LE(21)
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
    }
    case 'VP8X': return { width: bytes.readUIntLE(24, 3) + 1, height: bytes.readUIntLE(27, 3) + 1 }
    default: return null
  }
}

/** The picture without Exif, XMP, comments and what hangs on after its end. */
function withoutTraces(mediaType: string, bytes: Buffer): Uint8Array {
  switch (mediaType) {
    case 'image/jpeg': return cleanJpeg(bytes)
    case 'image/png': return cleanPng(bytes)
    case 'image/webp': return cleanWebp(bytes)
    default: return bytes
  }
}

const pngTraces = ['eXIf', 'tEXt', 'zTXt', 'iTXt', 'tIME']

function cleanPng(bytes: Buffer): Uint8Array {
  const kept = [bytes.subarray(0, 8)]
  for (let at = 8; at + 12 <= bytes.length;) {
    const end = at + 12 + bytes.readUInt32BE(at)
    if (end > bytes.length) break
    const type = bytes.toString('latin1', at + 4, at + 8)
    if (!pngTraces.includes(type)) kept.push(bytes.subarray(at, end))
    if (type === 'IEND') return Buffer.concat(kept)
    at = end
  }
  throw new InputError('unsupported-media', '这张照片打不开，可能没有传完整，请重新拍一张')
}

function cleanWebp(bytes: Buffer): Uint8Array {
  const kept: Buffer[] = []
  const whole = Math.min(bytes.length, bytes.readUInt32LE(4) + 8)
  for (let at = 12; at + 8 <= whole;) {
    const length = bytes.readUInt32LE(at + 4)
    const end = Math.min(at + 8 + length + (length % 2), whole)
    const type = bytes.toString('latin1', at, at + 4)
    if (type === 'VP8X') {
      const chunk = Buffer.from(bytes.subarray(at, end))
      // Flags: 0x08 Exif, 0x04 XMP; neither is there any more.
      chunk[8] = (chunk[8] ?? 0) & ~0x0c
      kept.push(chunk)
    } else if (type !== 'EXIF' && type !== 'XMP ') {
      kept.push(bytes.subarray(at, end))
    }
    at = end
  }
  const body = Buffer.concat(kept)
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  head.writeUInt32LE(body.length + 4, 4)
  return Buffer.concat([head, body])
}
