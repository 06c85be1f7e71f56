import { crc32 } from 'node:zlib'

/** A segment of a JPEG file: marker, length, content. */
export function segment(marker: number, content: string | Buffer): Buffer {
  const body = Buffer.isBuffer(content) ? content : Buffer.from(content, 'latin1')
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([head, body])
}

/** A JPEG file in all its parts, a progressive one with two scans, stuffed bytes and a restart marker in the coded data. */
export function aJpeg({ width = 64, height = 48, besides = [] as readonly Buffer[] } = {}): Buffer {
  const frame = Buffer.from([8, 0, 0, 0, 0, 1, 1, 0x11, 0])
  frame.writeUInt16BE(height, 1)
  frame.writeUInt16BE(width, 3)
  const scan = [segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])), Buffer.from([0x12, 0xff, 0x00, 0x34, 0xff, 0xd0, 0x56])]
  return Buffer.concat([
    Buffer.from([0xff, 0xd8]), segment(0xe0, 'JFIF\0\x01\x01\0\0\x01\0\x01\0\0'), ...besides, segment(0xdb, Buffer.alloc(65, 1)), segment(0xc2, frame),
    segment(0xc4, Buffer.alloc(20)), ...scan, ...scan, Buffer.from([0xff, 0xd9]),
  ])
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const whole = Buffer.alloc(body.length + 8)
  whole.writeUInt32BE(content.length, 0)
  body.copy(whole, 4)
  whole.writeUInt32BE(crc32(body), body.length + 4)
  return whole
}

/** A PNG file, as large as asked for. */
export function aPng({ width = 64, height = 48, bytes = 0, text = '' } = {}): Buffer {
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 2, 0, 0, 0], 8)
  const parts = [Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), chunk('IHDR', header)]
  if (text !== '') parts.push(chunk('tEXt', Buffer.from(`Comment\0${text}`)), chunk('eXIf', Buffer.from(text)), chunk('tIME', Buffer.alloc(7)))
  const fixed = parts.reduce((sum, part) => sum + part.length, 0) + 12 + 12
  parts.push(chunk('IDAT', Buffer.alloc(Math.max(16, bytes - fixed), 0x5a)), chunk('IEND', Buffer.alloc(0)))
  return Buffer.concat(parts)
}

/** An extended WebP file. */
export function aWebp({ width = 64, height = 48, exif = '' } = {}): Buffer {
  const part = (type: string, content: Buffer): Buffer => {
    const head = Buffer.from(`${type}\0\0\0\0`, 'latin1')
    head.writeUInt32LE(content.length, 4)
    return Buffer.concat([head, content, Buffer.alloc(content.length % 2)])
  }
  const canvas = Buffer.alloc(10)
  canvas[0] = exif === '' ? 0 : 0x0c
  canvas.writeUIntLE(width - 1, 4, 3)
  canvas.writeUIntLE(height - 1, 7, 3)
  const body = Buffer.concat([part('VP8X', canvas), part('VP8 ', Buffer.alloc(20)), ...(exif === '' ? [] : [part('EXIF', Buffer.from(exif)), part('XMP ', Buffer.from(exif))])])
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
  head.writeUInt32LE(body.length + 4, 4)
  return Buffer.concat([head, body])
}
