/** Type sizes a resident can choose; the base is 20 px at the browser's usual setting and grows with it. */
export const textSizes = ['normal', 'large', 'huge'] as const
export type TextSize = (typeof textSizes)[number]

const key = 'yichuang-text-size'

export function readTextSize(): TextSize {
  try {
    const kept = localStorage.getItem(key)
    return textSizes.find((size) => size === kept) ?? 'normal'
  } catch {
    return 'normal'
  }
}

/** Sets the size of the whole page and remembers it on this device. */
export function applyTextSize(size: TextSize): void {
  document.documentElement.dataset['textSize'] = size
  try {
    localStorage.setItem(key, size)
  } catch {
    // Private browsing: the choice holds for this page only.
  }
}
