import type { SpokenLine } from './lines.js'

/** Lines of a room that are remembered. */
const roomSize = 200

/**
 * The newest lines of each community's room, in memory only: what neighbours say to one another is shown to those who are
 * there, and kept nowhere. What the bot took up is among the kept messages besides.
 */
export interface RoomLines {
  add(conversationId: string, spoken: SpokenLine): void
  /** Puts another text in a line's place; gives the line as it is now, `null` when it is not remembered. */
  change(conversationId: string, isMeant: (spoken: SpokenLine) => boolean, to: Partial<SpokenLine['line']>): SpokenLine | null
  of(conversationId: string): readonly SpokenLine[]
}

export function roomLines(): RoomLines {
  const rooms = new Map<string, SpokenLine[]>()
  return {
    add(conversationId, spoken) {
      const lines = rooms.get(conversationId) ?? []
      lines.push(spoken)
      if (lines.length > roomSize) lines.shift()
      rooms.set(conversationId, lines)
    },
    change(conversationId, isMeant, to) {
      const lines = rooms.get(conversationId) ?? []
      const at = lines.findIndex(isMeant)
      const known = lines[at]
      if (known === undefined) return null
      const changed = { ...known, line: { ...known.line, ...to }, isAgain: true }
      lines[at] = changed
      return changed
    },
    of: (conversationId) => rooms.get(conversationId) ?? [],
  }
}
