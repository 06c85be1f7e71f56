import type { SlotName } from './understanding.js'

/** Something found in a text, by offsets in that text (UTF-16 units). */
export interface Found {
  readonly name: SlotName
  readonly start: number
  readonly end: number
  readonly normal?: string
}

/** Leaves out what overlaps something earlier in the list; the list is in order of trust. */
export function keepDisjoint(found: readonly Found[]): Found[] {
  const kept: Found[] = []
  for (const item of found) {
    if (!kept.some((other) => item.start < other.end && other.start < item.end)) kept.push(item)
  }
  return kept.sort((a, b) => a.start - b.start)
}
