import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CommunityId } from '../../src/knowledge/community.js'
import type { Message } from '../../src/conversation/records.js'
import type { StaffAccount } from '../../src/desk/accounts.js'
import type { Write } from '../../src/store/store.js'
import { aMessage, aStaffAccount, HUZHOU, PUYANG } from '../store/rows.js'
import { put, remove } from '../store/writes.js'
import type { OpenStore } from './store/held.js'

/** What a store is, said as plainly as possible: rows by community and table. */
class Model {
  messages = new Map<string, Message>()
  staff = new Map<string, StaffAccount>()
  numbers = new Map<string, number>()

  /** The same rules as the store's, one write after the other; `false` and unchanged on a conflict. */
  commit(community: CommunityId, writes: readonly Write[]): boolean {
    const messages = new Map(this.messages)
    const staff = new Map(this.staff)
    for (const write of writes) {
      const rows = (write.table === 'messages' ? messages : staff) as Map<string, Message | StaffAccount>
      const id = write.op === 'put' ? write.row.id : write.id
      const rev = write.op === 'put' ? write.row.rev : write.rev
      const key = `${community} ${id}`
      if ((rows.get(key)?.rev ?? 0) !== rev || (write.op === 'remove' && !rows.has(key))) return false
      if (write.op === 'remove') {
        rows.delete(key)
        continue
      }
      if (write.table === 'staff') {
        for (const [other, row] of staff) if (other !== key && other.startsWith(`${community} `) && row.login === write.row.login) return false
      }
      rows.set(key, { ...write.row, rev: rev + 1 } as Message | StaffAccount)
    }
    this.messages = messages
    this.staff = staff
    return true
  }

  copy(): Model {
    const copy = new Model()
    copy.messages = new Map(this.messages)
    copy.staff = new Map(this.staff)
    return copy
  }

  all(table: 'messages' | 'staff', community: CommunityId): (Message | StaffAccount)[] {
    const rows = [...this[table]].filter(([key]) => key.startsWith(`${community} `)).map(([, row]) => row)
    return rows.sort((a, b) => (a.id < b.id ? -1 : 1))
  }

  find(community: CommunityId, conversationId: string, order: 'asc' | 'desc', limit: number, after: string | undefined): Message[] {
    const sign = order === 'asc' ? 1 : -1
    return [...this.messages]
      .filter(([key, row]) => key.startsWith(`${community} `) && row.conversationId === conversationId)
      .map(([, row]) => row)
      .sort((a, b) => (a.id < b.id ? -1 : 1) * sign)
      .filter((row) => after === undefined || (order === 'asc' ? row.id > after : row.id < after))
      .slice(0, limit)
  }
}

const community = fc.constantFrom(HUZHOU, PUYANG)
const id = fc.constantFrom('a', 'b', 'c', 'd')
const room = fc.constantFrom('x', 'y')
const text = fc.string({ unit: 'grapheme', maxLength: 12 })
/** How far a write's revision is from the one that stands: mostly right. */
const off = fc.oneof({ weight: 6, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.constantFrom(-1, 1) })

const draft = fc.oneof(
  fc.record({ op: fc.constant('message' as const), id, room, text, off }),
  fc.record({ op: fc.constant('staff' as const), id, login: fc.constantFrom('li', 'wang', 'zhao'), off }),
  fc.record({ op: fc.constant('remove' as const), table: fc.constantFrom('messages' as const, 'staff' as const), id, off }),
)
const command = fc.oneof(
  { weight: 8, arbitrary: fc.record({ kind: fc.constant('commit' as const), community, drafts: fc.array(draft, { minLength: 1, maxLength: 4 }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('race' as const), community, drafts: fc.array(draft, { minLength: 2, maxLength: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('find' as const), community, room, order: fc.constantFrom('asc' as const, 'desc' as const), limit: fc.nat(4), after: fc.option(id, { nil: undefined }) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('get' as const), community, id }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('number' as const), community, series: fc.constantFrom('s', 't') }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('restart' as const) }) },
)

type Draft = typeof draft extends fc.Arbitrary<infer T> ? T : never

/** A write aimed at what the model holds now. */
function aim(model: Model, of: CommunityId, given: Draft): Write {
  const table = given.op === 'message' ? 'messages' : given.op === 'staff' ? 'staff' : given.table
  const rev = Math.max(0, (model[table].get(`${of} ${given.id}`)?.rev ?? 0) + given.off)
  if (given.op === 'message') return put('messages', aMessage({ id: given.id, rev, conversationId: given.room, text: given.text }))
  if (given.op === 'staff') return put('staff', aStaffAccount({ id: given.id, rev, login: given.login }))
  return remove(given.table, given.id, rev)
}

/** All orders of 0 … n-1, the plain one first. */
function ordersOf(n: number): number[][] {
  if (n === 0) return [[]]
  return ordersOf(n - 1).flatMap((order) => Array.from({ length: n }, (_, at) => [...order.slice(0, n - 1 - at), n - 1, ...order.slice(n - 1 - at)]))
}

/**
 * Runs commands drawn at random on the store and on the model, and expects the same of both. `sequences` of up to 40
 * commands; LONG=1 runs twenty times as many, STORE_SEQUENCES=n n times. STORE_SEED=n draws them as another run did
 * (a failing one tells its seed), so that many can be run piece by piece.
 */
export function storeModel(name: string, open: () => Promise<OpenStore>, sequences: number): void {
  describe(`${name} as the model says`, () => {
    const runs = sequences * Number(process.env['STORE_SEQUENCES'] ?? (process.env['LONG'] ? 20 : 1))
    const seed = process.env['STORE_SEED']
    it(`does in ${runs} random sequences of commands and restarts what a plain map would do`, { timeout: 60_000 + runs * 500 }, async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 40 }), async (commands) => {
          const opened = await open()
          let store = opened.store
          const model = new Model()
          const commit = async (of: CommunityId, writes: readonly Write[]): Promise<boolean> =>
            store.commit(of, writes).then(
              () => true,
              (error: { code?: string }) => {
                expect(error.code).toBe('conflict')
                return false
              },
            )
          try {
            for (const next of commands) {
              if (next.kind === 'commit') {
                const writes = next.drafts.map((given) => aim(model, next.community, given))
                expect(await commit(next.community, writes)).toBe(model.commit(next.community, writes))
              } else if (next.kind === 'race') {
                // Sent at once, they take effect one after the other, in whatever order.
                const writes = next.drafts.map((given) => aim(model, next.community, given))
                const done = await Promise.all(writes.map((write) => commit(next.community, [write])))
                const messages = await store.find(next.community, 'messages', {})
                const staff = await store.find(next.community, 'staff', {})
                const order = ordersOf(writes.length).find((order) => {
                  const tried = model.copy()
                  const isSame = order.every((at) => tried.commit(next.community, [writes[at] as Write]) === done[at])
                  return isSame && isDeepStrictEqual([tried.all('messages', next.community), tried.all('staff', next.community)], [messages, staff])
                })
                expect(order, 'an order that explains what came of the writes').toBeDefined()
                for (const at of order ?? []) model.commit(next.community, [writes[at] as Write])
              } else if (next.kind === 'find') {
                const found = await store.find(next.community, 'messages', { by: 'conversationId', equals: next.room, order: next.order, limit: next.limit, ...(next.after === undefined ? {} : { after: next.after }) })
                expect(found).toEqual(model.find(next.community, next.room, next.order, next.limit, next.after))
              } else if (next.kind === 'get') {
                expect(await store.get(next.community, 'staff', next.id)).toEqual(model.staff.get(`${next.community} ${next.id}`) ?? null)
              } else if (next.kind === 'number') {
                const key = `${next.community} ${next.series}`
                const number = await store.nextNumber(next.community, next.series)
                expect(number).toBe((model.numbers.get(key) ?? 0) + 1)
                model.numbers.set(key, number)
                // Its row makes it durable.
                const write = put('messages', aMessage({ id: `number ${next.series} ${number}` }))
                expect(await commit(next.community, [write])).toBe(model.commit(next.community, [write]))
              } else {
                store = await opened.reopen()
              }
            }
            for (const of of [HUZHOU, PUYANG]) {
              for (const table of ['messages', 'staff'] as const) {
                expect(await store.find(of, table, {})).toEqual(model.all(table, of))
              }
            }
          } finally {
            await opened.close()
          }
        }),
        { numRuns: runs, ...(seed === undefined ? {} : { seed: Number(seed) }) },
      )
    })
  })
}
