import { shallowRef, type ShallowRef } from 'vue'
import type { ChatSend, ChatUploaded } from '../web-types.js'
import type { Answer } from './api.js'

/** A line of the resident that the server has not taken yet, or has taken and not yet shown back. */
export interface UnsentLine {
  readonly clientId: string
  readonly communityId: string
  readonly chat: 'private' | 'group'
  readonly text: string
  /** A file still to be uploaded, as a data URL. */
  readonly file: string | null
  readonly attachmentIds: readonly string[]
  readonly at: number
  /** `waiting`: goes out by itself when the line is up. `refused`: only when the resident asks again. */
  readonly state: 'waiting' | 'sending' | 'delivered' | 'refused'
  /** What the server said when it refused. */
  readonly reason: string | null
}

/** What the queue needs of the world; in the page the server, in a test whatever is to be tried. */
export interface UnsentWorld {
  readonly post: (message: ChatSend) => Promise<Answer<unknown>>
  readonly upload: (dataUrl: string) => Promise<Answer<ChatUploaded>>
  /** The conversation this line goes to now; `null` while there is no session for its community. */
  readonly conversationOf: (line: UnsentLine) => string | null
  readonly sessionLost: () => void
  readonly storage: { getItem(key: string): string | null; setItem(key: string, value: string): void }
  /** Runs `work` after so many ms. */
  readonly later: (work: () => void, ms: number) => void
}

export interface UnsentQueue {
  readonly lines: Readonly<ShallowRef<readonly UnsentLine[]>>
  add(line: Pick<UnsentLine, 'clientId' | 'communityId' | 'chat' | 'text' | 'file' | 'at'>): void
  /** The resident asks once more for a line that was refused. */
  again(clientId: string): void
  discard(clientId: string): void
  /** The server has shown these lines back: they are no longer ours to keep. */
  seen(clientIds: readonly string[]): void
  /** Tries what waits, oldest first; called when the network is back. */
  flush(): Promise<void>
}

const key = 'yichuang-unsent'
/** Pause before trying again, ms: doubles from the first to the last. */
const firstPauseMs = 1_000
const lastPauseMs = 30_000

/**
 * Keeps what a resident has said until the server has it: one line at a time and in order, under one id for ever, so
 * that a line sent twice counts once. Survives a reload of the page.
 */
export function createUnsentQueue(world: UnsentWorld): UnsentQueue {
  const lines = shallowRef<readonly UnsentLine[]>(readKept(world.storage))
  let running = false
  let pauseMs = firstPauseMs

  function set(next: readonly UnsentLine[]): void {
    lines.value = next
    keep(world.storage, next.filter((line) => line.state !== 'delivered'))
  }
  function change(clientId: string, to: Partial<UnsentLine>): void {
    set(lines.value.map((line) => (line.clientId === clientId ? { ...line, ...to } : line)))
  }
  function pause(ms: number): void {
    world.later(() => void flush(), ms)
  }

  async function deliver(line: UnsentLine, conversationId: string): Promise<Answer<unknown>> {
    let attachmentIds = line.attachmentIds
    if (line.file !== null) {
      const uploaded = await world.upload(line.file)
      if (!uploaded.ok) return uploaded
      attachmentIds = [uploaded.value.id]
      change(line.clientId, { attachmentIds, file: null })
    }
    return world.post({ conversationId, clientId: line.clientId, text: line.text, attachmentIds })
  }

  async function flush(): Promise<void> {
    if (running) return
    running = true
    try {
      for (;;) {
        const next = lines.value.find((line) => line.state === 'waiting' && world.conversationOf(line) !== null)
        const conversationId = next === undefined ? null : world.conversationOf(next)
        if (next === undefined || conversationId === null) return
        change(next.clientId, { state: 'sending', reason: null })
        const answer = await deliver(next, conversationId)
        if (answer.ok) {
          pauseMs = firstPauseMs
          change(next.clientId, { state: 'delivered' })
        } else if (answer.status === 0 || answer.status === 429) {
          change(next.clientId, { state: 'waiting' })
          pause(answer.retryAfterMs ?? pauseMs)
          pauseMs = Math.min(pauseMs * 2, lastPauseMs)
          return
        } else if (answer.status === 401) {
          change(next.clientId, { state: 'waiting' })
          world.sessionLost()
          return
        } else {
          change(next.clientId, { state: 'refused', reason: answer.message })
        }
      }
    } finally {
      running = false
    }
  }

  return {
    lines,
    flush,
    add(line) {
      set([...lines.value, { ...line, attachmentIds: [], state: 'waiting', reason: null }])
      void flush()
    },
    again(clientId) {
      change(clientId, { state: 'waiting', reason: null })
      void flush()
    },
    discard(clientId) {
      set(lines.value.filter((line) => line.clientId !== clientId))
    },
    seen(clientIds) {
      const known = new Set(clientIds)
      if (lines.value.some((line) => known.has(line.clientId))) set(lines.value.filter((line) => !known.has(line.clientId)))
    },
  }
}

function readKept(storage: UnsentWorld['storage']): readonly UnsentLine[] {
  try {
    const kept = JSON.parse(storage.getItem(key) ?? '[]') as readonly UnsentLine[]
    return kept.map((line) => (line.state === 'sending' ? { ...line, state: 'waiting' } : line))
  } catch {
    return []
  }
}

function keep(storage: UnsentWorld['storage'], lines: readonly UnsentLine[]): void {
  try {
    storage.setItem(key, JSON.stringify(lines))
  } catch {
    // Over the browser's limit, or private browsing: the words at least are kept.
    try {
      storage.setItem(key, JSON.stringify(lines.map((line) => ({ ...line, file: null })).filter((line) => line.text !== '' || line.attachmentIds.length > 0)))
    } catch {
      // Kept in this page only.
    }
  }
}
