import { StoreError } from '../errors.js'
import { PLATFORM, type CommunityId } from '../knowledge/community.js'
import type { Touched } from '../store/postgres/changes.js'
import type { Beat, Sharing, SharingOptions } from '../store/postgres/hearing.js'
import type { TableName } from '../store/tables.js'
import type { Cluster, Member, Standing } from './cluster.js'
import { homeOf } from './homes.js'

/** A sign of life goes out this often, ms. */
const beatEveryMs = 1_500
/** Who gave none for so long is taken for dead, and what was theirs is taken up, ms. */
const deadAfterMs = 6_000
/** Who could give none for so long does nothing more, ms: less than the others wait, so that nobody does what another has taken up. */
const fencedAfterMs = 4_000
/** What can't have been missed any more is dropped this often, ms. */
const forgetEveryMs = 60_000

export interface MembershipParts {
  readonly processId: string
  /** Begins to hear the other processes (PostgresStore.share). */
  readonly share: (options: SharingOptions) => Promise<Sharing>
  /** What is told of this process; asked at each sign of life. */
  readonly standing: () => Standing | Promise<Standing>
  /** Channels that only one process may have at a time, this one among those that could. */
  readonly single: readonly string[]
  /** Time that only goes on, also while the process is stopped, ms (performance.now). */
  readonly clock: () => number
  readonly log: (event: string, details: Readonly<Record<string, unknown>>) => void
  /** What this process remembers can't be relied on any more: it must end. */
  readonly onFatal: (error: StoreError) => void
}

export interface Membership extends Cluster {
  /** Channels of `single` that this process has now. */
  holds(): readonly string[]
  /** Takes part from now on; resolves when the others know of it, and it of them. */
  start(): Promise<void>
  /** Gives up what is its own; the others take it up at once. */
  stop(): Promise<void>
}

/** This process among those that share a database. */
export function createMembership(parts: MembershipParts): Membership {
  const { processId, clock, log } = parts
  let sharing: Sharing | null = null
  let members: readonly Member[] = []
  let held: readonly string[] = []
  /** When the last sign of life that arrived was sent. */
  let aliveAt = -Infinity
  let wasFenced = true
  let isStopped = false
  let timer: NodeJS.Timeout | null = null
  let forgotAt = clock()
  /** Who may serve a channel, by the channel; made anew with the members. */
  let servers = new Map<string, readonly string[]>()
  const listeners = new Set<() => void>()
  const arrivalListeners = new Set<(conversationId: string) => void>()
  const topics = new Map<string, Set<(words: unknown) => void>>()

  const isFenced = (): boolean => clock() - aliveAt > fencedAfterMs

  function serversOf(channel: string): readonly string[] {
    let ids = servers.get(channel)
    if (ids === undefined) {
      const able = members.filter(({ standing }) => standing.serves.includes(channel))
      ids = (able.length > 0 ? able : members).map(({ id }) => id)
      servers.set(channel, ids)
    }
    return ids
  }

  function isMine(communityId: CommunityId, conversationId?: string): boolean {
    if (isStopped || isFenced()) return false
    const channel = conversationId === undefined ? '' : conversationId.slice(0, Math.max(0, conversationId.indexOf(':')))
    return homeOf(serversOf(channel), `${communityId}|${conversationId ?? ''}`) === processId
  }

  const isWanted = (communityId: CommunityId, table: TableName, conversationId: string | undefined): boolean =>
    conversationId === undefined || (table !== 'intake' && table !== 'outbox') || isMine(communityId, conversationId)

  function heard(payload: string): void {
    const { topic, words } = JSON.parse(payload) as { readonly topic: string; readonly words: unknown }
    for (const listener of topics.get(topic) ?? []) listener(words)
  }

  /** An intake record is made with the message, and changes only when that has had its turn. */
  function arrived(touched: readonly Touched[]): void {
    for (const [table, , rev, conversationId] of touched) {
      if (table === 'intake' && rev === 1 && conversationId !== undefined) for (const listener of arrivalListeners) listener(conversationId)
    }
  }

  async function beat(): Promise<void> {
    if (sharing === null) return
    const standing = await parts.standing()
    const sentAt = clock()
    const beats = await sharing.beat(JSON.stringify({ ...standing, serves: [...standing.serves, ...held] }), parts.single, deadAfterMs)
    const isBack = wasFenced || sentAt - aliveAt > fencedAfterMs
    aliveAt = sentAt
    const before = JSON.stringify([members.map(serving), held])
    held = beats.find(({ id }) => id === processId)?.holds.filter((name) => parts.single.includes(name)) ?? []
    members = beats.filter(({ id, ageMs }) => id === processId || ageMs < deadAfterMs).map((one) => memberOf(one))
    servers = new Map()
    wasFenced = false
    if (JSON.stringify([members.map(serving), held]) !== before || isBack) {
      log('cluster.members', { members: members.length, held })
      for (const listener of listeners) listener()
    }
  }

  async function live(): Promise<void> {
    try {
      await beat()
      await sharing?.catchUp()
      if (clock() - forgotAt > forgetEveryMs && isMine(PLATFORM)) {
        forgotAt = clock()
        await sharing?.forget()
      }
    } catch (error) {
      if (!wasFenced && isFenced()) {
        wasFenced = true
        log('cluster.fenced', { error: String(error) })
        for (const listener of listeners) listener()
      }
    }
    if (isFenced()) wasFenced = true
    if (!isStopped) timer = setTimeout(() => { void live() }, beatEveryMs)
  }

  return {
    isMine,
    others: () => members.filter(({ id }) => id !== processId),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onArrival(listener) {
      arrivalListeners.add(listener)
      return () => arrivalListeners.delete(listener)
    },
    say(topic, words) { sharing?.say(JSON.stringify({ topic, words })) },
    hear(topic, listener) {
      const known = topics.get(topic) ?? new Set()
      topics.set(topic, known.add(listener))
      return () => known.delete(listener)
    },
    holds: () => (isFenced() ? [] : held),
    async start() {
      sharing = await parts.share({
        isWanted, onSaid: heard, onTouched: arrived,
        onCut: () => { parts.onFatal(new StoreError('closed', 'store: this process was away for longer than the others wait; it must be started anew')) },
      })
      // First what is free is taken, then it is told.
      await beat()
      if (parts.single.length > 0) await beat()
      timer = setTimeout(() => { void live() }, beatEveryMs)
    },
    async stop() {
      isStopped = true
      if (timer !== null) clearTimeout(timer)
      await sharing?.leave()
    },
  }
}

/** What decides whose something is. */
function serving({ id, standing }: Member): unknown {
  return [id, standing.serves]
}

/** What another version beside us tells may lack what we know of. */
function memberOf({ id, told }: Beat): Member {
  const standing = JSON.parse(told) as Partial<Standing>
  return { id, standing: { version: standing.version ?? '', serves: standing.serves ?? [], channels: standing.channels ?? [], present: standing.present ?? [] } }
}
