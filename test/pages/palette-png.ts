import { crc32, deflateSync, inflateSync } from 'node:zlib'

/** Most colours of a picture with a palette. */
const mostColours = 256

/** The same picture with a palette of at most 256 colours: of a page a third of the bytes, and hardly a difference. Takes what a browser draws (8 bits, RGB or RGBA, not interlaced). */
export function withPalette(png: Buffer): Buffer {
  const { width, height, pixels, channels } = readPng(png)
  const counts = new Map<number, number>()
  for (let at = 0; at < pixels.length; at += channels) {
    const colour = colourAt(pixels, at)
    counts.set(colour, (counts.get(colour) ?? 0) + 1)
  }
  const common = [...counts].sort((one, other) => other[1] - one[1]).slice(0, mostColours).map(([colour]) => colour)
  const nearest = new Map(common.map((colour, index) => [colour, index]))
  for (const colour of counts.keys()) if (!nearest.has(colour)) nearest.set(colour, nearestOf(colour, common))
  const rows = Buffer.alloc(height * (width + 1))
  for (let y = 0; y < height; y += 1) for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = nearest.get(colourAt(pixels, (y * width + x) * channels)) ?? 0
  const head = Buffer.alloc(13)
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  head.set([8, 3, 0, 0, 0], 8)
  return Buffer.concat([png.subarray(0, 8), chunk('IHDR', head), chunk('PLTE', Buffer.from(common.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]))), chunk('IDAT', deflateSync(rows, { level: 9 })), chunk('IEND', Buffer.alloc(0))])
}

const colourAt = (pixels: Buffer, at: number): number => pixels.readUIntBE(at, 3)

function nearestOf(colour: number, among: readonly number[]): number {
  let [best, least] = [0, Number.POSITIVE_INFINITY]
  among.forEach((one, index) => {
    const far = ((one >> 16) - (colour >> 16)) ** 2 + (((one >> 8) & 255) - ((colour >> 8) & 255)) ** 2 + ((one & 255) - (colour & 255)) ** 2
    if (far < least) [best, least] = [index, far]
  })
  return best
}

function readPng(png: Buffer): { readonly width: number; readonly height: number; readonly pixels: Buffer; readonly channels: number } {
  const [width, height, channels] = [png.readUInt32BE(16), png.readUInt32BE(20), png[25] === 6 ? 4 : 3]
  const parts: Buffer[] = []
  for (let at = 8; at < png.length; at += 12 + png.readUInt32BE(at)) if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + png.readUInt32BE(at)))
  const raw = inflateSync(Buffer.concat(parts))
  const stride = width * channels
  const pixels = Buffer.alloc(height * stride)
  for (let y = 0; y < height; y += 1) {
    const filter = raw[y * (stride + 1)] ?? 0
    for (let x = 0; x < stride; x += 1) {
      const at = y * stride + x
      const left = x >= channels ? pixels[at - channels] ?? 0 : 0
      const above = y > 0 ? pixels[at - stride] ?? 0 : 0
      const corner = y > 0 && x >= channels ? pixels[at - stride - channels] ?? 0 : 0
      pixels[at] = ((raw[y * (stride + 1) + 1 + x] ?? 0) + predicted(filter, left, above, corner)) & 255
    }
  }
  return { width, height, pixels, channels }
}

/** Portable Network Graphics (third edition), 9.2: filter types. */
function predicted(filter: number, left: number, above: number, corner: number): number {
  switch (filter) {
    case 1: return left
    case 2: return above
    case 3: return (left + above) >> 1
    case 4: {
      const guess = left + above - corner
      const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)]
      return a <= b && a <= c ? left : b <= c ? above : corner
    }
    default: return 0
  }
}

function chunk(type: string, content: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(content.length)
  sum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, sum])
}
