import type { InboundMessage } from '../channels/channel.js'
import type { Outcome } from './outcome.js'
import type { RoomTalk } from './take-turn.js'

/** The most automatic messages (not asked for by a mention) to one room in a minute (product rule 3). */
const volunteersPerMinute = 3
/** Lines of a room that the next message is understood with. */
const linesBefore = 5
/** What was said longer ago is no part of the talk now, ms. */
const linesLastMs = 5 * 60_000

export interface RoomMemory extends RoomTalk {
  /** What was taken back or changed is no part of the talk any more. */
  forget(conversationId: string, messageId: string): void
  heard(message: InboundMessage, outcome: Outcome, reason: string | null, now: number): void
}

/** The last lines of each room and the bot's own starts, in memory only: rooms' talk is never stored. */
export function createRoomTalk(): RoomMemory {
  type Line = ReturnType<RoomTalk['before']>[number] & { readonly at: number; readonly messageId: string | null }
  interface Known { lines: Line[]; starts: number[]; answered: { readonly authorId: string; readonly at: number }[] }
  const rooms = new Map<string, Known>()
  const room = (id: string): Known => {
    const known = rooms.get(id) ?? { lines: [], starts: [], answered: [] }
    rooms.set(id, known)
    return known
  }
  return {
    before: (id, now) => (rooms.get(id)?.lines ?? []).filter((line) => now - line.at < linesLastMs),
    said: (id, messageId) => rooms.get(id)?.lines.find((line) => line.messageId === messageId)?.text ?? null,
    forget(id, messageId) {
      const here = rooms.get(id)
      if (here) here.lines = here.lines.filter((line) => line.messageId !== messageId)
    },
    mayVolunteer: (id, now) => (rooms.get(id)?.starts ?? []).filter((at) => now - at < 60_000).length < volunteersPerMinute,
    answers: (id, authorId, now) => (rooms.get(id)?.answered ?? []).filter((one) => one.authorId === authorId && now - one.at < 60_000).length,
    heard(message, outcome, reason, now) {
      if (message.chat !== 'group') return
      const here = room(message.conversationId)
      here.lines.push({ authorId: message.author.id, text: message.text.slice(0, 200), byBot: false, byStaff: message.author.kind === 'staff', at: now, messageId: message.messageId })
      if (outcome.kind !== 'silent') {
        here.answered = [...here.answered.filter(({ at }) => now - at < 60_000), { authorId: message.author.id, at: now }]
        here.lines.push({ authorId: 'bot', text: '', byBot: true, at: now, messageId: null })
        if (reason !== 'mentioned') here.starts = [...here.starts.filter((at) => now - at < 60_000), now]
      }
      here.lines.splice(0, Math.max(0, here.lines.length - linesBefore))
    },
  }
}
