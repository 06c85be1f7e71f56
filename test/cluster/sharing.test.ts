import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { homeOf } from '../../src/cluster/homes.js'
import { createMembership, type Membership } from '../../src/cluster/membership.js'
import type { Committed } from '../../src/store/store.js'
import { openPostgresStore, type PostgresStore } from '../../src/store/postgres.js'
import { ruleOf } from '../../src/store/state.js'
import { tableNames } from '../../src/store/tables.js'
import { postgresOfFile } from '../store/postgres-server.js'
import { anIntake, HUZHOU, oneOfEach, PUYANG, requestNamed } from '../store/rows.js'
import { put, remove } from '../store/writes.js'

const key = randomBytes(32)
const postgres = postgresOfFile(key)

async function open(url: string): Promise<PostgresStore> {
  const store = await openPostgresStore({ url, key, connections: 4 })
  onTestFinished(() => store.close())
  return store
}

interface Joined {
  readonly store: PostgresStore
  readonly membership: Membership
  readonly heard: Committed[]
  /** Set on or stopped by the test; time of this process only. */
  readonly clock: { ms: number }
  /** Signs of life that it has begun to give. */
  readonly beats: () => number
}

/** A process of the cluster, without conversations, that has not begun yet. */
function aProcess(store: PostgresStore, serves: readonly string[] = ['web'], single: readonly string[] = []): Joined {
  const clock = { ms: 0 }
  const from = performance.now()
  let beats = 0
  const membership = createMembership({
    processId: store.processId, share: (options) => store.share(options), single, clock: () => performance.now() - from + clock.ms, log: () => undefined,
    standing: () => {
      beats += 1
      return { version: '1', serves, channels: [], present: [] }
    },
    onFatal: (error) => { throw error },
  })
  const heard: Committed[] = []
  store.onCommit((committed) => heard.push(committed))
  onTestFinished(() => membership.stop())
  return { store, membership, heard, clock, beats: () => beats }
}

async function join(url: string, serves: readonly string[] = ['web'], single: readonly string[] = []): Promise<Joined> {
  const process = aProcess(await open(url), serves, single)
  await process.membership.start()
  return process
}

const talks = Array.from({ length: 100 }, (_, n) => `web:huzhou-demo:${n}`)
const having = (all: readonly Joined[], talk: string): readonly Joined[] => all.filter(({ membership }) => membership.isMine(HUZHOU, talk))
const eachHasOne = (all: readonly Joined[]): void => { for (const talk of talks) expect(having(all, talk)).toHaveLength(1) }

/** Looks all the while whether two think one talk theirs. Returns how to end, which tells how often it looked, and how often two did. */
function watchForTwo(all: readonly Joined[]): () => { readonly looks: number; readonly twice: number } {
  let [looks, twice, isOver] = [0, 0, false]
  const look = (): void => {
    looks += 1
    twice += talks.filter((talk) => having(all, talk).length > 1).length
    if (!isOver) setImmediate(look)
  }
  look()
  return () => {
    isOver = true
    return { looks, twice }
  }
}

describe('what is whose', () => {
  const members = ['a', 'b', 'c', 'd']
  const keys = Array.from({ length: 4_000 }, (_, n) => `huzhou-demo|web:huzhou-demo:${n}`)

  it('is spread evenly, and agreed on whatever the order in which members are known', () => {
    const count = new Map<string | null, number>()
    for (const one of keys) count.set(homeOf(members, one), (count.get(homeOf(members, one)) ?? 0) + 1)
    for (const member of members) expect(Math.abs((count.get(member) ?? 0) - 1_000)).toBeLessThan(150)
    for (const one of keys) expect(homeOf([...members].reverse(), one)).toBe(homeOf(members, one))
  })

  it('moves only from the one that went, and only to the one that came', () => {
    for (const one of keys) {
      const before = homeOf(members, one)
      if (before !== 'b') expect(homeOf(['a', 'c', 'd'], one)).toBe(before)
      expect([before, 'e']).toContain(homeOf([...members, 'e'], one))
    }
  })

  it('is nobody’s where there is nobody', () => {
    expect(homeOf([], 'any')).toBeNull()
  })
})

describe('processes on one database', () => {
  it('hear what the others commit, each once, in the order of one who writes, and as it stands', async () => {
    const url = await postgres.newMade()
    const [one, other] = [await join(url), await join(url)]
    await vi.waitFor(() => expect(one.membership.others()).toHaveLength(1), 5_000)
    for (let n = 0; n < 50; n += 1) await one.store.commit(HUZHOU, [put('requests', requestNamed(`r${String(n).padStart(3, '0')}`))])
    await one.store.commit(HUZHOU, [remove('requests', 'r000', 1)])
    const ids = (): string[] => other.heard.flatMap(({ writes, elsewhere }) => (elsewhere === true ? writes.map((write) => (write.op === 'put' ? write.row.id : `-${write.id}`)) : []))
    await vi.waitFor(() => expect(ids().at(-1)).toBe('-r000'), 5_000)
    expect(ids()).toEqual([...Array.from({ length: 50 }, (_, n) => `r${String(n).padStart(3, '0')}`).filter((id) => ids().includes(id)), '-r000'])
    expect(ids().length).toBeGreaterThanOrEqual(50)
    const put1 = other.heard.flatMap(({ writes }) => writes).find((write) => write.op === 'put' && write.row.id === 'r001')
    expect(put1).toMatchObject({ op: 'put', row: { rev: 1, description: requestNamed('r001').description } })
    expect(one.heard.every(({ elsewhere }) => elsewhere === undefined)).toBe(true)
  })

  it('hear within seconds of what a command wrote, which tells nobody', async () => {
    const url = await postgres.newMade()
    const process = await join(url)
    const command = await open(url)
    await command.commit(HUZHOU, [put('requests', requestNamed('by-command'))])
    await vi.waitFor(() => expect(process.heard.map(({ writes }) => writes[0]?.op === 'put' && writes[0].row.id)).toEqual(['by-command']), 5_000)
  })

  it('hear when they ask of all that was committed before, though it was not said and an older commit is still under way; and once', async () => {
    const url = await postgres.newMade()
    const process = await join(url)
    const command = await open(url)
    const slow = new pg.Client({ connectionString: url })
    await slow.connect()
    await slow.query('begin; select pg_current_xact_id()')
    await command.commit(HUZHOU, [put('requests', requestNamed('while-it-runs'))])
    await process.membership.catchUp()
    const ids = () => process.heard.map(({ writes }) => writes[0]?.op === 'put' && writes[0].row.id)
    expect(ids()).toEqual(['while-it-runs'])
    await process.membership.catchUp()
    await slow.query('commit')
    await slow.end()
    await command.commit(HUZHOU, [put('requests', requestNamed('afterwards'))])
    await process.membership.catchUp()
    await process.membership.catchUp()
    expect(ids()).toEqual(['while-it-runs', 'afterwards'])
  })

  it('read an arrival only where it is to be served', async () => {
    const url = await postgres.newMade()
    const all = [await join(url), await join(url), await join(url)]
    await vi.waitFor(() => { for (const { membership } of all) expect(membership.others()).toHaveLength(2) }, 5_000)
    const writer = await open(url)
    for (let n = 0; n < 30; n += 1) await writer.commit(HUZHOU, [put('intake', anIntake({ id: `i${n}`, eventKey: `web:i${n}`, conversationId: `web:huzhou-demo:${n}` }))])
    await vi.waitFor(() => expect(all.flatMap(({ heard }) => heard)).toHaveLength(30), 8_000)
    for (const { heard, membership } of all) {
      expect(heard.length).toBeGreaterThan(0)
      for (const { writes } of heard) for (const write of writes) if (write.op === 'put' && write.table === 'intake') expect(membership.isMine(HUZHOU, write.row.conversationId)).toBe(true)
    }
  })

  it('begin with nothing of another’s before that one has let go of it, however they come and go', async () => {
    const url = await postgres.newMade()
    const all: Joined[] = [await join(url)]
    const end = watchForTwo(all)
    for (let n = 0; n < 3; n += 1) {
      const made = aProcess(await open(url))
      all.push(made)
      await made.membership.start()
      expect(talks.filter((talk) => made.membership.isMine(HUZHOU, talk)).length).toBeGreaterThan(0)
    }
    await all[1]?.membership.stop()
    await vi.waitFor(() => { eachHasOne(all) }, 8_000)
    const { looks, twice } = end()
    expect(looks).toBeGreaterThan(100)
    expect(twice).toBe(0)
  })

  it('leave with another what that one is sending just now, until it is noted as sent', async () => {
    const url = await postgres.newMade()
    const one = await join(url)
    let finish = (): void => undefined
    one.membership.onLoss(() => new Promise((resolve) => { finish = resolve }))
    const other = aProcess(await open(url))
    let isIn = false
    const starting = other.membership.start().then(() => { isIn = true })
    const moving = talks.filter((talk) => homeOf([one.store.processId, other.store.processId], `huzhou-demo|${talk}`) === other.store.processId)
    await vi.waitFor(() => { for (const talk of moving) expect(one.membership.isMine(HUZHOU, talk)).toBe(false) }, 5_000)
    const [ones, others] = [one.beats(), other.beats()]
    await vi.waitFor(() => { expect(Math.min(one.beats() - ones, other.beats() - others)).toBeGreaterThan(2) }, 2_500)
    expect(isIn).toBe(false)
    expect(moving.some((talk) => other.membership.isMine(HUZHOU, talk))).toBe(false)
    finish()
    await starting
    expect(moving.every((talk) => other.membership.isMine(HUZHOU, talk))).toBe(true)
  })

  it('that come back at one moment, each the other dead for it, do nothing twice', async () => {
    const url = await postgres.newMade()
    const all = [await join(url), await join(url)]
    await vi.waitFor(() => { eachHasOne(all) }, 5_000)
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    const end = watchForTwo(all)
    for (const { clock } of all) clock.ms += 10_000
    expect(talks.flatMap((talk) => having(all, talk))).toEqual([])
    await client.query(`update yichuang.processes set beat_at = beat_at - interval '10 seconds'`)
    await vi.waitFor(() => { eachHasOne(all) }, 8_000)
    expect(end().twice).toBe(0)
  })

  it('agree on whose a conversation is, take over what a stopped one had, and do nothing while they can’t be sure', async () => {
    const url = await postgres.newMade()
    const [one, other] = [await join(url), await join(url)]
    const conversations = Array.from({ length: 100 }, (_, n) => `web:huzhou-demo:${n}`)
    await vi.waitFor(() => expect(one.membership.others()).toHaveLength(1), 5_000)
    for (const id of conversations) expect(one.membership.isMine(HUZHOU, id)).not.toBe(other.membership.isMine(HUZHOU, id))
    // As after a long stop of the machine: until its sign of life is out nothing is its own.
    one.clock.ms += 4_100
    expect(conversations.some((id) => one.membership.isMine(HUZHOU, id))).toBe(false)
    let changes = 0
    one.membership.onChange(() => { changes += 1 })
    await vi.waitFor(() => expect(conversations.some((id) => one.membership.isMine(HUZHOU, id))).toBe(true), 5_000)
    expect(changes).toBeGreaterThan(0)
    await other.membership.stop()
    await vi.waitFor(() => { for (const id of conversations) expect(one.membership.isMine(HUZHOU, id)).toBe(true) }, 5_000)
  })

  it('give a channel that exists once to one of them, and its conversations with it', async () => {
    const url = await postgres.newMade()
    const [one, other] = [await join(url, ['web'], ['wechat']), await join(url, ['web'], ['wechat'])]
    await vi.waitFor(() => expect(other.membership.others()[0]?.standing.serves).toContain('wechat'), 5_000)
    expect([one.membership.holds(), other.membership.holds()]).toEqual([['wechat'], []])
    for (let n = 0; n < 20; n += 1) expect(other.membership.isMine(HUZHOU, `wechat:room:${n}`)).toBe(false)
    await one.membership.stop()
    await vi.waitFor(() => expect(other.membership.holds()).toEqual(['wechat']), 5_000)
    await vi.waitFor(() => expect(other.membership.isMine(HUZHOU, 'wechat:room:1')).toBe(true), 5_000)
  })

  it('hear what is said between them and kept nowhere, however long, and the database never sees a word of it', async () => {
    const url = await postgres.newMade()
    const [one, other] = [await join(url), await join(url)]
    await vi.waitFor(() => expect(one.membership.others()).toHaveLength(1), 5_000)
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    await client.query('listen yichuang')
    const seen: string[] = []
    client.on('notification', ({ payload }) => seen.push(payload ?? ''))
    const words = '灯又不亮了'.repeat(4_000)
    const said: unknown[] = []
    other.membership.hear('room', (one) => said.push(one))
    one.membership.say('room', { words })
    await vi.waitFor(() => expect(said).toEqual([{ words }]), 5_000)
    expect(seen.length).toBeGreaterThan(1)
    expect(seen.join('')).not.toContain('灯')
  })

  it('tell apart an older version beside them, and share the work with it', async () => {
    const url = await postgres.newMade()
    const now = await join(url)
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    // What a version that knows less tells of itself.
    await client.query('select * from yichuang.beat($1, $2, $3, $4, $5)', ['platform', 'older', JSON.stringify({ version: '0.0.9', serves: ['web'] }), [], 6_000])
    await vi.waitFor(() => expect(now.membership.others().map(({ standing }) => standing.version)).toEqual(['0.0.9']), 5_000)
    const mine = Array.from({ length: 100 }, (_, n) => now.membership.isMine(HUZHOU, `web:huzhou-demo:${n}`))
    expect(new Set(mine)).toEqual(new Set([true, false]))
  })
})

describe('a later version beside this one', () => {
  it('writes to tables that this one does not know, and rows that it can’t read: what it knows it goes on hearing', async () => {
    const url = await postgres.newMade()
    const [now, other] = [await join(url), await join(url)]
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    await client.query(`create table yichuang."ofTheFuture" (like yichuang.requests including all)`)
    const told = (touched: unknown): Promise<unknown> => client.query(`insert into yichuang.changes (community_id, writer, told) values ($1, 'later', $2)`, [HUZHOU, JSON.stringify(touched)])
    await told([['ofTheFuture', 'f1', 1], ['ofTheFuture', 'f2', 0]])
    await client.query(`insert into yichuang.messages (community_id, id, rev, row, keys) values ($1, 'unreadable', 1, '{"id":"unreadable","rev":1,"text":{"~":"ffffffff.AAAA"}}', '{}')`, [HUZHOU])
    await told([['messages', 'unreadable', 1]])
    await other.store.commit(HUZHOU, [put('requests', requestNamed('known'))])
    await vi.waitFor(() => { expect(now.heard.flatMap(({ writes }) => writes.map((write) => (write.op === 'put' ? write.row.id : write.id)))).toEqual(expect.arrayContaining(['known'])) }, 6_000)
    expect(now.heard.every(({ writes }) => writes.every(({ table }) => tableNames.includes(table)))).toBe(true)
  })
})

describe('row-level security', () => {
  it('shows nothing to a query that forgot whose rows it wants, and nothing of another community, in any table', async () => {
    const url = await postgres.newMade()
    const store = await open(url)
    for (const table of tableNames) await store.commit(HUZHOU, [put(table, oneOfEach[table])])
    await store.saveBlob(HUZHOU, 'file-1', Buffer.from('x'))
    await store.nextNumber(HUZHOU, 'HZ')
    const client = new pg.Client({ connectionString: url, options: '-c role=yichuang_app' })
    await client.connect()
    onTestFinished(() => client.end())
    const { rows: found } = await client.query<{ name: string }>(`select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'yichuang' and c.relkind = 'r' and c.relname <> 'meta'`)
    expect(found.length).toBeGreaterThan(tableNames.length)
    let seenByOwn = 0
    for (const { name } of found) {
      await client.query(`select set_config('yichuang.community', '', false)`)
      expect((await client.query(`select * from yichuang."${name}"`)).rows, name).toEqual([])
      await client.query(`select set_config('yichuang.community', $1, false)`, [PUYANG])
      expect((await client.query(`select * from yichuang."${name}"`)).rows, name).toEqual([])
      await expect(client.query(`insert into yichuang."${name}" (community_id) values ($1)`, [HUZHOU]), name).rejects.toThrow('row-level security')
      await client.query(`select set_config('yichuang.community', $1, false)`, [HUZHOU])
      seenByOwn += (await client.query(`select * from yichuang."${name}"`)).rows.length
    }
    expect(seenByOwn).toBeGreaterThan(tableNames.length)
    for (const [table, row] of Object.entries(oneOfEach)) expect(await store.get(PUYANG, table as 'messages', row.id)).toBeNull()
  })

  it('begins every key and unique constraint with the community', async () => {
    const client = new pg.Client({ connectionString: await postgres.newMade() })
    await client.connect()
    onTestFinished(() => client.end())
    const { rows } = await client.query<{ name: string; first: string }>(`select c.relname as name, a.attname as first from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0] where n.nspname = 'yichuang' and i.indisunique and c.relname <> 'meta'`)
    expect(rows.length).toBeGreaterThan(tableNames.length)
    expect(rows.filter(({ first }) => first !== 'community_id')).toEqual([])
  })
})

describe('the paths of a message', () => {
  it('walk over no table: each search of each table stands on an index of its own', async () => {
    const url = await postgres.newMade()
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    onTestFinished(() => client.end())
    // As they stand in use: many rows, of several communities, of which a search means few.
    for (const table of tableNames) {
      const keys = [...ruleOf(table).indexes, ...ruleOf(table).unique].map((field) => `'${field}', '"' || n % 1500 || '"'`)
      await client.query(`insert into yichuang."${table}" (community_id, id, rev, row, keys) select $1 || n % 3, lpad(n::text, 26, '0'), 1, '{}', jsonb_build_object(${keys.join(', ')}) from generate_series(1, 3000) n`, [HUZHOU])
      await client.query(`analyze yichuang."${table}"`)
    }
    await client.query(`insert into yichuang.unique_values select $1 || n % 3, 'intake', 'eventKey', n::text, n::text from generate_series(1, 3000) n`, [HUZHOU])
    await client.query('analyze yichuang.unique_values')
    await client.query('set role yichuang_app')
    await client.query(`select set_config('yichuang.community', $1, false)`, [`${HUZHOU}1`])
    const planOf = async (text: string): Promise<string> => (await client.query<{ 'QUERY PLAN': string }>(`explain ${text}`)).rows.map((row) => row['QUERY PLAN']).join('\n')
    for (const table of tableNames) {
      const of = `from yichuang."${table}" where community_id = 'huzhou-demo1'`
      const asked = [`select row ${of} and id = 'x'`, `select row ${of} and id > '0' order by id collate "C" limit 50`, ...[...ruleOf(table).indexes, ...ruleOf(table).unique].map((field) => `select row ${of} and "key_${field}" = '"7"' order by id collate "C" limit 50`)]
      for (const text of asked) {
        const plan = await planOf(text)
        expect(plan, text).not.toMatch(/Seq Scan/)
        // What is sought is met in the index, not looked for among what the community has.
        if (text.includes('key_')) expect(plan, text).toMatch(/Index Cond: .*key_/)
      }
    }
    expect(await planOf(`delete from yichuang.unique_values where community_id = 'huzhou-demo1' and table_name = 'intake' and id = 'x'`)).toMatch(/unique_values_id/)
    expect(await planOf(`select 1 from yichuang.unique_values where community_id = 'huzhou-demo1' and table_name = 'intake' and field = 'eventKey' and value = 'x'`)).not.toMatch(/Seq Scan/)
  })
})
