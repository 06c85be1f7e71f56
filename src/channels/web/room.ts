import type { SpokenLine } from './lines.js'

/** Lines of a room that are remembered. */
const roomSize = 200

/**
 * The newest lines of each community's room, in memory only: what neighbours say to one another is shown to those who are
 * there, and kept nowhere. What the bot took up is among the kept messages besides.
 */
export interface RoomLines {
  add(conversationId: string, spoken: SpokenLine): void
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
    of: (conversationId) => rooms.get(conversationId) ?? [],
  }
}
