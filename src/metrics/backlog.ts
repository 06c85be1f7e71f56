import type { CommunityId } from '../knowledge/community.js'
import type { Store, Write } from '../store/store.js'

/** What waits: messages for their turn, replies for their way out. */
export interface Backlog {
  /** Messages received whose turn is not over: how many this process knows of, and since when the oldest waits (ms since 1970; `null`: none). */
  turns(): Promise<Waiting>
  /** Replies that are due and not yet out. */
  replies(): Promise<Waiting>
  stop(): void
}

export interface Waiting {
  readonly count: number
  readonly since: number | null
}

/** What has waited so long is looked up before it is believed: another process may have seen to it, ms. */
const doubtedAfterMs = 10_000
/** Looked up at once, at most. */
const mostDoubted = 50
/** Read of each community at the start. */
const pageRows = 1_000

/** Follows the commits from now on; what waited before is read by `readEarlier`, which may take its time. */
export function watchBacklog(store: Store, now: () => number): Backlog & { readEarlier(): Promise<void> } {
  const turns = new Map<string, Mark>()
  const replies = new Map<string, Mark>()
  const stop = store.onCommit(({ communityId, writes }) => {
    for (const write of writes) {
      if (write.table === 'intake') follow(turns, communityId, idOf(write), write.op === 'put' && write.row.state === 'pending' ? write.row.receivedAt : null)
      // One that has to wait for its hour waits from then on.
      if (write.table === 'outbox') follow(replies, communityId, idOf(write), write.op === 'put' && write.row.state === 'due' ? write.row.dueAt : null)
    }
  })

  async function look(marks: Map<string, Mark>, table: 'intake' | 'outbox'): Promise<Waiting> {
    const old = [...marks].filter(([, { since }]) => now() - since > doubtedAfterMs).sort((a, b) => a[1].since - b[1].since)
    for (const [key, { communityId, id }] of old.slice(0, mostDoubted)) {
      const row = await store.get(communityId, table, id)
      if (row !== null && (row.state === 'pending' || row.state === 'due')) break
      marks.delete(key)
    }
    let count = 0
    let since: number | null = null
    for (const mark of marks.values()) {
      if (mark.since > now()) continue
      count += 1
      since = Math.min(since ?? mark.since, mark.since)
    }
    return { count, since }
  }

  return {
    turns: () => look(turns, 'intake'),
    replies: () => look(replies, 'outbox'),
    async readEarlier() {
      for (const communityId of await store.communities()) {
        for (const row of await store.find(communityId, 'intake', { by: 'state', equals: 'pending', limit: pageRows })) keep(turns, communityId, row.id, row.receivedAt)
        for (const row of await store.find(communityId, 'outbox', { by: 'state', equals: 'due', limit: pageRows })) keep(replies, communityId, row.id, row.dueAt)
      }
    },
    stop,
  }
}

interface Mark {
  readonly communityId: CommunityId
  readonly id: string
  readonly since: number
}

function keep(marks: Map<string, Mark>, communityId: CommunityId, id: string, since: number): void {
  const key = `${communityId}\n${id}`
  // A reply that is tried again has waited since it was first due.
  if (!marks.has(key)) marks.set(key, { communityId, id, since })
}

function follow(marks: Map<string, Mark>, communityId: CommunityId, id: string, since: number | null): void {
  if (since === null) marks.delete(`${communityId}\n${id}`)
  else keep(marks, communityId, id, since)
}

function idOf(write: Write): string {
  return write.op === 'put' ? write.row.id : write.id
}
