import type { SlotName } from './understanding.js'

/** Something found in a text, by offsets in that text (UTF-16 units). */
export interface Found {
  readonly name: SlotName
  readonly start: number
  readonly end: number
  readonly normal?: string
}

/** Every match of a global pattern. `matchAll` gives the same and copies the pattern first: a message is looked through with some hundred of them, and holds few. */
export function matchesIn(text: string, pattern: RegExp): RegExpExecArray[] {
  const found: RegExpExecArray[] = []
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    found.push(match)
    if (match[0] === '') pattern.lastIndex += 1
  }
  return found
}

/** Leaves out what overlaps something earlier in the list; the list is in order of trust. */
export function keepDisjoint(found: readonly Found[]): Found[] {
  const kept: Found[] = []
  for (const item of found) {
    if (!kept.some((other) => item.start < other.end && other.start < item.end)) kept.push(item)
  }
  return kept.sort((a, b) => a.start - b.start)
}
