import { InputError } from '../../errors.js'

/** One marker of a JPEG file (ITU T.81 B.1) with what belongs to it. */
interface Segment {
  readonly marker: number
  /** From the marker's 0xFF. */
  readonly start: number
  /** Behind its last byte; for a scan, behind the picture data that follow it. */
  readonly end: number
}

const startOfScan = 0xda
const endOfImage = 0xd9

/** The segments up to the end of the first picture, without SOI. Throws InputError where the file ends before there is a picture. */
function* segmentsOf(bytes: Buffer): Generator<Segment> {
  let at = 2
  let hasScan = false
  while (at + 2 <= bytes.length) {
    if (bytes[at] !== 0xff) break
    const marker = bytes[at + 1] ?? 0
    if (marker === 0xff) { at += 1; continue }
    if (marker === endOfImage) {
      yield { marker, start: at, end: at + 2 }
      return
    }
    if (at + 4 > bytes.length) break
    let end = at + 2 + bytes.readUInt16BE(at + 2)
    if (end > bytes.length || end < at + 4) break
    if (marker === startOfScan) {
      hasScan = true
      end = endOfScan(bytes, end)
    }
    yield { marker, start: at, end }
    at = end
  }
  // Some cameras leave out the end; the picture is there all the same.
  if (!hasScan) throw new InputError('unsupported-media', '这张照片打不开，可能没有传完整，请重新拍一张')
}

/** Behind the coded data: at the next marker that is neither a stuffed byte nor a restart. */
function endOfScan(bytes: Buffer, from: number): number {
  for (let at = bytes.indexOf(0xff, from); at !== -1; at = bytes.indexOf(0xff, at + 1)) {
    const next = bytes[at + 1]
    if (next === undefined) break
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at
  }
  return bytes.length
}

/** Frame headers: SOF0–SOF15 without DHT (C4), JPG (C8) and DAC (CC). */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc
}

export function jpegSize(bytes: Buffer): { readonly width: number; readonly height: number } | null {
  for (const { marker, start } of segmentsOf(bytes)) {
    if (isFrame(marker)) return { height: bytes.readUInt16BE(start + 5), width: bytes.readUInt16BE(start + 7) }
  }
  return null
}

/**
 * The picture alone: application segments go (APP1 Exif and XMP, APP13 IPTC, the second pictures of APP2 …) but JFIF, the
 * colour profile and Adobe's colour transform; comments and everything behind the end of the picture go too. How the picture
 * is turned is kept, in an Exif segment that says nothing else.
 */
export function cleanJpeg(bytes: Buffer): Buffer {
  const kept: Buffer[] = [bytes.subarray(0, 2)]
  let turn: number | null = null
  const rest: Buffer[] = []
  for (const { marker, start, end } of segmentsOf(bytes)) {
    const segment = bytes.subarray(start, end)
    if (marker === 0xe1) turn ??= orientationOf(segment)
    if (marker === 0xe0) kept.push(segment)
    else if (marker !== endOfImage && isKept(marker, segment)) rest.push(segment)
  }
  if (turn !== null) kept.push(orientationSegment(turn))
  return Buffer.concat([...kept, ...rest, Buffer.from([0xff, endOfImage])])
}

function isKept(marker: number, segment: Buffer): boolean {
  if (marker === 0xfe) return false
  if (marker < 0xe1 || marker > 0xef) return true
  const name = segment.toString('latin1', 4, 16)
  return (marker === 0xe2 && name.startsWith('ICC_PROFILE\0')) || (marker === 0xee && name.startsWith('Adobe'))
}

/** Exif tag 0x0112 (2–8; 1 and unknown = `null`), from the first directory. */
function orientationOf(segment: Buffer): number | null {
  if (segment.toString('latin1', 4, 10) !== 'Exif\0\0') return null
  const tiff = segment.subarray(10)
  const little = tiff.toString('latin1', 0, 2) === 'II'
  const u16 = (at: number): number => (little ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at))
  try {
    const directory = little ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4)
    for (let i = 0; i < u16(directory); i += 1) {
      const entry = directory + 2 + i * 12
      if (u16(entry) !== 0x0112) continue
      const value = u16(entry + 8)
      return value >= 2 && value <= 8 ? value : null
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
  }
  return null
}

function orientationSegment(turn: number): Buffer {
  return Buffer.concat([
    Buffer.from([0xff, 0xe1, 0, 34]),
    Buffer.from('Exif\0\0MM\0*\0\0\0\x08', 'latin1'),
    // One entry: orientation, a short, one of it, the value; no further directory.
    Buffer.from([0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, turn, 0, 0, 0, 0, 0, 0]),
  ])
}
