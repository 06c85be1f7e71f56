import { onTestFinished, vi } from 'vitest'
import pg from 'pg'
import type { Channel } from '../../src/channels/channel.js'
import { memoryChannel, type Shown } from '../../src/channels/memory.js'
import { createMembership, type Membership } from '../../src/cluster/membership.js'
import type { EngineParts, RunningEngine } from '../../src/conversation/create-engine.js'
import { StoreError } from '../../src/errors.js'
import { openPostgresStore, type PostgresStore } from '../../src/store/postgres.js'
import type { Store } from '../../src/store/store.js'
import { aNeighbourhood, overStore, type Neighbourhood } from '../conversation/neighbourhood.js'

/** What has arrived with people, whichever process sent it: each key once, as a platform shows it. */
export interface Arrived {
  readonly shown: Shown[]
  /** Every sending, also of a key that came before. */
  readonly sent: Shown[]
}

/** A process of the product on a shared database, which may die between any two of its commits. */
export interface MortalProcess {
  readonly url: string
  readonly place: Neighbourhood
  readonly engine: RunningEngine
  readonly store: PostgresStore
  readonly membership: Membership
  /** Dies at its n-th commit from now, before or just after the database has it. */
  dieAt(n: number, how: 'before' | 'after'): void
  readonly isDead: boolean
  /** Ends it in peace; at the end of the test by itself. */
  end(): Promise<void>
}

export interface MortalOptions {
  readonly url: string
  readonly key: Buffer
  readonly community: string
  /** One time for all of them. */
  readonly now: () => number
  readonly arrived: Arrived
  /** Its channels; default one for residents (`memory`) and one for staff (`lark`), both of which show what they send in `arrived`. */
  readonly channels?: (store: Store) => readonly Channel[]
  readonly parts?: Partial<EngineParts>
  readonly dutyOn?: (store: Store, now: () => number) => NonNullable<EngineParts['duty']>
}

/** From its death on nothing of it reaches the database, a platform or the others any more. */
export async function aMortalProcess({ url, key, community, now, arrived, channels: given, parts, dutyOn }: MortalOptions): Promise<MortalProcess> {
  const store = await openPostgresStore({ url, key, connections: 4 })
  let isDead = false
  let commits = 0
  let dies: { readonly at: number; readonly how: 'before' | 'after' } | null = null
  const gone = (): StoreError => new StoreError('closed', 'the process is dead')
  async function alive<R>(call: () => Promise<R>): Promise<R> {
    if (isDead) throw gone()
    const result = await call()
    if (isDead) throw gone()
    return result
  }
  const mortal = overStore(store, {
    get: (...of) => alive(() => store.get(...of)), find: (...of) => alive(() => store.find(...of)), nextNumber: (...of) => alive(() => store.nextNumber(...of)), communities: () => alive(() => store.communities()),
    async commit(communityId, writes) {
      if (isDead) throw gone()
      const isLast = dies !== null && ++commits === dies.at
      if (isLast && dies?.how === 'before') { isDead = true; throw gone() }
      const committing = store.commit(communityId, writes)
      if (isLast) isDead = true
      await committing
      if (isLast) throw gone()
    },
  })
  const channelNamed = (name: Channel['name']): Channel => {
    const memory = memoryChannel()
    void memory.start(() => Promise.resolve())
    return {
      ...memory, name,
      async send(to, reply, id) {
        if (isDead) throw gone()
        arrived.sent.push({ to, reply, key: id })
        if (!arrived.shown.some((one) => one.key === id)) arrived.shown.push({ to, reply, key: id })
        return { messageId: id }
      },
    }
  }
  const membership = createMembership({
    processId: store.processId, single: [], clock: () => performance.now(), log: () => undefined, onFatal: (error) => { throw error },
    share: async (options) => {
      const sharing = await store.share({ ...options, onSaid: (payload) => { if (!isDead) options.onSaid(payload) } })
      return { ...sharing, beat: (...told) => alive(() => sharing.beat(...told)), catchUp: () => alive(() => sharing.catchUp()) }
    },
    standing: () => ({ version: '1', serves: ['memory', 'lark'], channels: [], present: [] }),
  })
  await membership.start()
  const channels = given?.(mortal) ?? [channelNamed('memory'), channelNamed('lark')]
  const place = await aNeighbourhood(community, { ...parts, now, wrap: () => mortal, cluster: membership, channels: () => channels, ...(dutyOn === undefined ? {} : { dutyOn: () => dutyOn(mortal, now) }) })
  let isOver = false
  async function end(): Promise<void> {
    if (isOver) return
    isOver = true
    await place.engine.stop()
    await membership.stop()
    await store.close()
  }
  onTestFinished(end)
  return {
    url, place, engine: place.engine, store, membership, end,
    get isDead() { return isDead },
    dieAt(n, how) {
      commits = 0
      dies = { at: n, how }
    },
  }
}

/** Resolves once each of the living knows the others, and only them. */
export async function knowEachOther(processes: readonly MortalProcess[]): Promise<void> {
  const living = processes.filter(({ isDead }) => !isDead)
  await vi.waitFor(() => {
    for (const { membership } of living) if (membership.others().length !== living.length - 1) throw new Error(`${membership.others().length} others`)
  }, 10_000)
}

/** The others find out at their next sign of life that it is dead, not only when it has given none for six seconds. */
export async function findDead({ url, store }: MortalProcess): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(`update yichuang.processes set beat_at = beat_at - interval '7 s' where id = $1`, [store.processId])
  } finally {
    await client.end()
  }
}
