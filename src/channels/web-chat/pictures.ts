/** A picture above this is made smaller before it is sent: a phone's photo is 5–12 MB, the line of a village is slow. */
const shrinkAboveBytes = 1_000_000
/** Longest side of a picture made smaller, px: a meter reading or a notice stays readable. */
const longestSidePx = 2000
/** What the server takes at most (10 MB). */
export const greatestFileBytes = 10 * 1024 * 1024

/** The picture, small enough to travel; what can't be drawn here goes as it is, for the server to judge. */
export async function shrinkPicture(file: Blob): Promise<Blob> {
  if (!/^image\/(jpeg|png|webp|heic|heif)$/.test(file.type) || file.size <= shrinkAboveBytes) return file
  const url = URL.createObjectURL(file)
  try {
    const image = await loadImage(url)
    const scale = Math.min(1, longestSidePx / Math.max(image.naturalWidth, image.naturalHeight))
    const canvas = document.createElement('canvas')
    canvas.width = Math.max(1, Math.round(image.naturalWidth * scale))
    canvas.height = Math.max(1, Math.round(image.naturalHeight * scale))
    const brush = canvas.getContext('2d')
    if (brush === null) return file
    brush.drawImage(image, 0, 0, canvas.width, canvas.height)
    const smaller = await new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, 'image/jpeg', 0.85))
    return smaller !== null && smaller.size < file.size ? smaller : file
  } catch {
    return file
  } finally {
    URL.revokeObjectURL(url)
  }
}

function loadImage(url: string): Promise<HTMLImageElement> {
  return new Promise((resolve, reject) => {
    const image = new Image()
    image.onload = () => resolve(image)
    image.onerror = () => reject(new Error('pictures: this browser cannot draw the file'))
    image.src = url
  })
}

/** As text, so that a picture waiting for the network survives a reload. */
export function toDataUrl(blob: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => resolve(reader.result as string)
    reader.onerror = () => reject(new Error('pictures: the file cannot be read'))
    reader.readAsDataURL(blob)
  })
}

/** Back from `toDataUrl`. (Not by fetch: the page's policy lets it connect to its own server only.) */
export function fromDataUrl(dataUrl: string): Blob {
  const comma = dataUrl.indexOf(',')
  const bytes = Uint8Array.from(atob(dataUrl.slice(comma + 1)), (char) => char.charCodeAt(0))
  return new Blob([bytes], { type: /^data:([^;,]*)/.exec(dataUrl)?.[1] ?? '' })
}
