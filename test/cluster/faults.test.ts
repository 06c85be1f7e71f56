import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createMembership } from '../../src/cluster/membership.js'
import { StoreError } from '../../src/errors.js'
import { openPostgresStore, type PostgresStore } from '../../src/store/postgres.js'
import { postgresOfFile } from '../store/postgres-server.js'
import { aMessage, HUZHOU } from '../store/rows.js'
import { put } from '../store/writes.js'

const key = randomBytes(32)
const postgres = postgresOfFile(key)

async function openOn(url: string, connections = 4): Promise<PostgresStore> {
  const store = await openPostgresStore({ url, key, connections })
  onTestFinished(() => store.close())
  return store
}

/** Somebody who may end the connections of the others. */
async function operator(url: string): Promise<{ cutAll(): Promise<number>; close(isClosed: boolean): Promise<void> }> {
  const admin = new URL(url)
  const name = admin.pathname.slice(1)
  admin.pathname = '/postgres'
  const client = new pg.Client({ connectionString: admin.href })
  await client.connect()
  onTestFinished(() => client.end())
  return {
    cutAll: async () => (await client.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = $1', [name])).rowCount ?? 0,
    async close(isClosed) { await client.query(`alter database ${name} allow_connections ${String(!isClosed)}`) },
  }
}

/** What each kind of statement does, in a shape that can be looked at afterwards. */
const kinds = {
  commit: async (store: PostgresStore, n: number) => { await store.commit(HUZHOU, [put('messages', aMessage({ id: `m${n}`, text: `第${n}句` })), put('messages', aMessage({ id: `p${n}` }))]) },
  get: async (store: PostgresStore) => { await store.get(HUZHOU, 'messages', 'm0') },
  find: async (store: PostgresStore) => { await store.find(HUZHOU, 'messages', { limit: 20 }) },
  nextNumber: async (store: PostgresStore) => { await store.nextNumber(HUZHOU, 'HZ') },
  saveBlob: async (store: PostgresStore, n: number) => { await store.saveBlob(HUZHOU, `b${n}`, Buffer.from(`${n}`)) },
} as const

describe('a database that fails', () => {
  it.each(Object.keys(kinds) as (keyof typeof kinds)[])('ends its connections during %s: what was said to be kept is kept whole, what was refused is not there at all, and it goes on', { timeout: 60_000 }, async (kind) => {
    const url = await postgres.newMade()
    const store = await openOn(url)
    const { cutAll } = await operator(url)
    const kept = new Set<number>()
    const refused = new Set<number>()
    let [next, cuts] = [0, 0]
    const lane = async (): Promise<void> => {
      while (cuts < 40) {
        const n = next++
        await kinds[kind](store, n).then(() => kept.add(n), (error: unknown) => {
          expect(error).toBeInstanceOf(StoreError)
          refused.add(n)
        })
      }
    }
    const lanes = Promise.all([lane(), lane(), lane()])
    while (cuts < 40) cuts += (await cutAll()) > 0 ? 1 : 0
    await lanes
    await kinds[kind](store, next)
    expect(kept.size).toBeGreaterThan(0)
    if (kind === 'commit') {
      const there = new Set((await store.find(HUZHOU, 'messages', { limit: 10_000 })).map(({ id }) => id))
      for (const n of kept) expect([there.has(`m${n}`), there.has(`p${n}`)]).toEqual([true, true])
      for (const n of refused) expect(there.has(`m${n}`)).toBe(there.has(`p${n}`))
    }
    if (kind === 'saveBlob') for (const n of kept) expect(Buffer.from((await store.loadBlob(HUZHOU, `b${n}`)) ?? []).toString()).toBe(String(n))
  })

  it('is away for a while: nothing is taken meanwhile, and within ten seconds of its return all is well again', { timeout: 60_000 }, async () => {
    const url = await postgres.newMade()
    const store = await openOn(url)
    const { cutAll, close } = await operator(url)
    const membership = createMembership({
      processId: store.processId, share: (options) => store.share(options), single: [], clock: () => performance.now(), log: () => undefined, onFatal: (error) => { throw error },
      standing: () => ({ version: '1', serves: ['web'], channels: [], present: [] }),
    })
    await membership.start()
    onTestFinished(() => membership.stop())
    expect(membership.isMine(HUZHOU)).toBe(true)
    await close(true)
    await cutAll()
    await expect(kinds.commit(store, 1)).rejects.toMatchObject({ code: 'write-refused' })
    // Others could have taken over by now.
    await vi.waitFor(() => expect(membership.isMine(HUZHOU)).toBe(false), 8_000)
    let isTold = false
    membership.onChange(() => { isTold = true })
    await close(false)
    const backAt = Date.now()
    await vi.waitFor(() => expect(membership.isMine(HUZHOU)).toBe(true), 10_000)
    await kinds.commit(store, 2)
    expect(Date.now() - backAt).toBeLessThan(10_000)
    // Who hears it takes up what waits.
    expect(isTold).toBe(true)
    expect((await store.find(HUZHOU, 'messages', {})).map(({ id }) => id)).toEqual(['m2', 'p2'])
  })

  it('has no connection free: who waits too long is refused and nothing of theirs is kept, the others go through', { timeout: 60_000 }, async () => {
    const url = await postgres.newMade()
    const store = await openOn(url, 2)
    const holder = new pg.Client({ connectionString: url })
    await holder.connect()
    onTestFinished(() => holder.end())
    await kinds.commit(store, 0)
    // Two calls wait for a row that somebody else has in hand: no connection is left.
    await holder.query('begin')
    await holder.query(`select 1 from yichuang.messages where id = 'm0' for update`)
    const change = (text: string): Promise<void> => store.commit(HUZHOU, [put('messages', aMessage({ id: 'm0', rev: 1, text }))])
    const waiting = [change('甲'), change('乙')].map((one) => one.then(() => 'kept', (error: StoreError) => error.code))
    await expect(kinds.get(store)).rejects.toMatchObject({ code: 'write-refused' })
    await holder.query('rollback')
    expect((await Promise.all(waiting)).sort()).toEqual(['conflict', 'kept'])
    await kinds.commit(store, 1)
    expect(await store.get(HUZHOU, 'messages', 'm1')).not.toBeNull()
  })
})
