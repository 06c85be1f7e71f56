/**
 * Which of the members a key belongs to: the one with the highest hash of both (rendezvous hashing). All who know the same
 * members agree without asking; when one comes or goes only what was or becomes its own moves. `null`: there is nobody.
 */
export function homeOf(members: readonly string[], key: string): string | null {
  let best: string | null = null
  let highest = -1
  for (const member of members) {
    const weight = hash(`${member}\n${key}`)
    if (weight > highest || (weight === highest && (best === null || member < best))) {
      best = member
      highest = weight
    }
  }
  return best
}

/** FNV-1a over UTF-16 units, its bits stirred afterwards (murmur3's finaliser): members' ids differ in a few places only. */
function hash(text: string): number {
  let state = 0x811c9dc5
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193)
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
  return (state ^ (state >>> 16)) >>> 0
}
