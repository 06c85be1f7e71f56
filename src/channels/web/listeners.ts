import type { EventStream } from '../../http/event-stream.js'
import type { ChatEvent } from '../web-types.js'
import { asSeenBy, type SpokenLine } from './lines.js'
import type { ChatResident } from './sessions.js'

/** Lines remembered for pages that come back, over all conversations. */
const logSize = 2_000

/** Pages of one resident that may listen at once; opening one more ends the oldest. */
const pagesPerResident = 6

/** A page ended for a newer one comes back this much later, ms, so that many tabs do not push each other out all the time. */
const evictedAgainMs = 60_000

interface Logged {
  readonly seq: number
  readonly conversationId: string
  /** Only this resident may see it; `null` = all of the conversation. */
  readonly only: string | null
  readonly spoken: SpokenLine
}

interface Listener {
  readonly resident: ChatResident
  readonly stream: EventStream
}

/** The pages that listen now. */
export interface Listeners {
  /** A line that is pushed once more (taken back, changed) stands for its earlier self, also for pages that come back. */
  push(conversationId: string, spoken: SpokenLine, only?: string): void
  /** Lines pushed after `cursor` (an event's id) to this resident; `null` when that is no longer known. */
  missedSince(cursor: string, resident: ChatResident): readonly SpokenLine[] | null
  /** From now on the stream gets what this resident may see, after `first`. */
  add(resident: ChatResident, stream: EventStream, first: readonly SpokenLine[]): void
  endAll(): void
}

/**
 * An event's id is `<boot>.<serial>`: a page that comes back to the same process gets exactly what it missed; to another
 * one (a restart), or too late, the caller sends the newest lines again, which have the ids they had.
 */
export function listeners(boot: string, beatMs = 15_000): Listeners {
  const byConversation = new Map<string, Set<Listener>>()
  const byResident = new Map<string, Listener[]>()
  let log: Logged[] = []
  let seq = 0

  setInterval(() => {
    for (const pages of byResident.values()) for (const { stream } of pages) stream.beat()
  }, beatMs).unref()

  const cursor = (): string => `${boot}.${seq}`
  const sendLine = ({ resident, stream }: Listener, spoken: SpokenLine, id?: string): void => {
    const event: ChatEvent = { type: 'line', line: asSeenBy(spoken, resident.id) }
    stream.send(event.type, event.line, id)
  }
  const sees = (resident: ChatResident, { conversationId, only }: Pick<Logged, 'conversationId' | 'only'>): boolean =>
    (conversationId === resident.privateId || conversationId === resident.roomId) && (only === null || only === resident.id)

  function remove(listener: Listener): void {
    for (const id of [listener.resident.privateId, listener.resident.roomId]) {
      const set = byConversation.get(id)
      set?.delete(listener)
      if (set?.size === 0) byConversation.delete(id)
    }
    const rest = (byResident.get(listener.resident.id) ?? []).filter((other) => other !== listener)
    if (rest.length > 0) byResident.set(listener.resident.id, rest)
    else byResident.delete(listener.resident.id)
  }

  return {
    push(conversationId, spoken, only) {
      if (spoken.isAgain === true) log = log.map((entry) => (entry.spoken.line.id === spoken.line.id ? { ...entry, spoken } : entry))
      seq += 1
      const logged: Logged = { seq, conversationId, only: only ?? null, spoken }
      log.push(logged)
      if (log.length > 2 * logSize) log = log.slice(-logSize)
      for (const listener of byConversation.get(conversationId) ?? []) {
        if (sees(listener.resident, logged)) sendLine(listener, spoken, cursor())
      }
    },

    missedSince(given, resident) {
      const [from, serial] = [given.slice(0, given.lastIndexOf('.')), Number(given.slice(given.lastIndexOf('.') + 1))]
      if (from !== boot || !Number.isSafeInteger(serial) || serial > seq) return null
      const oldest = log[0]?.seq ?? seq + 1
      if (serial < oldest - 1) return null
      return log.filter((logged) => logged.seq > serial && sees(resident, logged)).map(({ spoken }) => spoken)
    },

    add(resident, stream, first) {
      const listener: Listener = { resident, stream }
      // The cursor comes last: a page cut off in the middle asks for all of it again.
      for (const spoken of first) sendLine(listener, spoken)
      stream.send('ready', {}, cursor())
      for (const id of [resident.privateId, resident.roomId]) {
        const set = byConversation.get(id) ?? new Set()
        byConversation.set(id, set.add(listener))
      }
      const pages = [...(byResident.get(resident.id) ?? []), listener]
      byResident.set(resident.id, pages)
      stream.onEnd(() => remove(listener))
      if (pages.length > pagesPerResident) pages[0]?.stream.end(evictedAgainMs)
    },

    endAll() {
      for (const pages of [...byResident.values()]) for (const { stream } of pages) stream.end()
    },
  }
}
