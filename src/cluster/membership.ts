import { setTimeout as wait } from 'node:timers/promises'
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
/** While the processes don't all go by the same members, a sign of life goes out this often, ms. */
const beatSoonMs = 400
/** What is being sent when a conversation changes hands has so long to be noted as sent, ms: less than the others wait for a sign of life. */
const letGoWithinMs = 3_000
/** What can't have been missed any more is dropped this often, ms. */
const forgetEveryMs = 60_000

/** Topic on which a process that has just come asks the others for a sign of life. */
const comeTopic = 'cluster.come'

/** The members that a process goes by, each with the channels that it serves. */
type View = readonly (readonly [id: string, serves: readonly string[]])[]

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
  /** What this process goes by, and what others told that they go by where that is something else. What is not this process's by every one of them is not its own: whoever had it may not have let go of it. */
  let views: readonly View[] = []
  /** Who may serve a channel, by the channel, in each of the views; made anew with them. */
  let servers = new Map<string, readonly (readonly string[])[]>()
  /** What the last sign of life told that this process goes by; nothing, while it has nothing. */
  let told: View = []
  /** What the next one is to tell: what it goes by, as soon as nothing that is no longer its own is in its hands. */
  let toTell: View = []
  /** It has told what it goes by, and then read what the others do. */
  let isIn = false
  /** Since when it has been coming: for the first time, or back from where it gave no sign of life. */
  let comingSince = clock()
  let isLettingGo = false
  let isBeating = false
  let isBeatWanted = false
  const listeners = new Set<() => void>()
  const lossListeners = new Set<() => Promise<void>>()
  const arrivalListeners = new Set<(conversationId: string) => void>()
  const topics = new Map<string, Set<(words: unknown) => void>>()

  const isFenced = (): boolean => clock() - aliveAt > fencedAfterMs

  function serversOf(channel: string): readonly (readonly string[])[] {
    let ids = servers.get(channel)
    if (ids === undefined) {
      ids = views.map((view) => {
        const able = view.filter(([, serves]) => serves.includes(channel))
        return (able.length > 0 ? able : view).map(([id]) => id)
      })
      servers.set(channel, ids)
    }
    return ids
  }

  function isMine(communityId: CommunityId, conversationId?: string): boolean {
    if (!isIn || isStopped || isFenced()) return false
    const channel = conversationId === undefined ? '' : conversationId.slice(0, Math.max(0, conversationId.indexOf(':')))
    return serversOf(channel).every((ids) => homeOf(ids, `${communityId}|${conversationId ?? ''}`) === processId)
  }

  const isWanted = (communityId: CommunityId, table: TableName, conversationId: string | undefined): boolean =>
    conversationId === undefined || (table !== 'intake' && table !== 'outbox') || isMine(communityId, conversationId)

  function heard(payload: string): void {
    const { topic, words } = JSON.parse(payload) as { readonly topic: string; readonly words: unknown }
    if (topic === comeTopic) return beatNow()
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
    // Who comes back has nothing: the others may have taken it all up.
    if (isFenced()) comeAnew()
    const sentAt = clock()
    const telling = toTell
    const beats = await sharing.beat(JSON.stringify({ ...standing, serves: [...standing.serves, ...held], goesBy: telling } satisfies Told), parts.single, deadAfterMs)
    const before = JSON.stringify([members.map(viewed), views, held, isIn])
    aliveAt = sentAt
    wasFenced = false
    told = telling
    held = beats.find(({ id }) => id === processId)?.holds.filter((name) => parts.single.includes(name)) ?? []
    const living = beats.filter(({ id, ageMs }) => id === processId || ageMs < deadAfterMs)
    members = living.map((one) => memberOf(one))
    const own = members.map(viewed)
    views = viewsOf(own, living.filter(({ id }) => id !== processId).flatMap((one) => goesByOf(one) ?? []))
    servers = new Map()
    // What the others have is theirs until they have told that they know better; who tells nothing is dead soon.
    if (!isIn) isIn = isSame(told, own) && (views.length === 1 || clock() - comingSince > deadAfterMs)
    if (JSON.stringify([members.map(viewed), views, held, isIn]) !== before) {
      log('cluster.members', { members: members.length, held })
      for (const listener of listeners) listener()
    }
    goByMembers()
  }

  function comeAnew(): void {
    isIn = false
    comingSince = clock()
    toTell = []
  }

  /** The next sign of life tells of the members as they are, once what is no longer this process's own is out of its hands. */
  function goByMembers(): void {
    const own = members.map(viewed)
    if (isLettingGo || isSame(toTell, own)) return
    if (!isIn) {
      toTell = own
      return
    }
    isLettingGo = true
    const finished = Promise.all([...lossListeners].map((finish) => finish()))
    void Promise.race([finished, wait(letGoWithinMs, undefined, { ref: false })]).catch(() => undefined).then(() => {
      isLettingGo = false
      if (!isIn) return
      if (!isSame(members.map(viewed), own)) return goByMembers()
      toTell = own
      beatNow()
    })
  }

  function beatNow(): void {
    if (isBeating) {
      isBeatWanted = true
      return
    }
    if (timer === null || isStopped) return
    clearTimeout(timer)
    void live()
  }

  async function live(): Promise<void> {
    isBeating = true
    isBeatWanted = false
    try {
      await beat()
      // What it brings need not be read before the next sign of life.
      void sharing?.catchUp().catch(() => undefined)
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
    isBeating = false
    const isSettled = isIn && views.length === 1 && isSame(told, members.map(viewed))
    if (!isStopped) timer = setTimeout(() => { void live() }, isBeatWanted ? 0 : isSettled ? beatEveryMs : beatSoonMs)
  }

  return {
    isMine,
    others: () => members.filter(({ id }) => id !== processId),
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    onLoss(finish) {
      lossListeners.add(finish)
      return () => lossListeners.delete(finish)
    },
    catchUp: () => sharing?.catchUp() ?? Promise.resolve(),
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
      // First what is free is taken, and who is there is read; then both are told, and what the others tell is read.
      await beat()
      if (members.length > 1) sharing.say(JSON.stringify({ topic: comeTopic, words: null }))
      await beat()
      while (!isIn) {
        await wait(beatSoonMs / 2)
        await beat()
      }
      timer = setTimeout(() => { void live() }, beatSoonMs)
    },
    async stop() {
      isStopped = true
      if (timer !== null) clearTimeout(timer)
      await sharing?.leave()
    },
  }
}

/** What a process tells with a sign of life. An earlier version does not tell what it goes by. */
type Told = Standing & { readonly goesBy: View }

function isSame(one: View, other: View): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}

/** What decides whose something is. */
function viewed({ id, standing }: Member): View[number] {
  return [id, standing.serves]
}

/** Of what the others go by, only who is alive counts: what a dead one had is nobody's. Who has just come and goes by nothing yet does nothing yet. */
function viewsOf(own: View, told: readonly View[]): readonly View[] {
  const living = new Set(own.map(([id]) => id))
  const all = [own, ...told.map((view) => view.filter(([id]) => living.has(id))).filter((view) => view.length > 0)]
  return [...new Map(all.map((view) => [JSON.stringify(view), view])).values()]
}

function goesByOf({ told }: Beat): readonly [View] | null {
  const { goesBy } = JSON.parse(told) as Standing & Partial<Told>
  return goesBy === undefined ? null : [goesBy]
}

/** What another version beside us tells may lack what we know of. */
function memberOf({ id, told }: Beat): Member {
  const standing = JSON.parse(told) as Partial<Standing>
  return { id, standing: { version: standing.version ?? '', serves: standing.serves ?? [], channels: standing.channels ?? [], present: standing.present ?? [] } }
}
