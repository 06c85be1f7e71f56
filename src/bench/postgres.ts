import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { openPostgresStore } from '../store/postgres.js'
import { Sealer } from '../store/seal.js'
import { ruleOf, sealRow } from '../store/state.js'
import { communityId } from './life-cycle.js'
import { aRequest } from './seed.js'

/** Requests that lie in the community before, one step after the other in one database. */
const sizes = [10_000, 100_000, 1_000_000] as const
/** Processes at the last size. */
const counts = [1, 2, 4] as const
/** Life cycles before the clock starts, and while it runs, over all processes. */
const warmUps = 400
const cycles = 1_000
/** Buildings with faults, shared out among the processes. */
const places = 900

/** What a process is told: how many lives, by whose name, at which of the places. */
interface Order {
  readonly cycles: number
  readonly run: string
  readonly from: number
  readonly places: number
}

interface LifeFigures {
  readonly seconds: number
  readonly cpuMsPerCycle: number
  readonly cycleMs: unknown
}

/** Whole lives of requests on PostgreSQL with durability on, over the product's own engine: how the rate holds as the table grows and processes are added. The server is brought along, or the one that DATABASE_URL names. */
export async function benchPostgres(tell: (line: string) => void): Promise<unknown> {
  const given = process.env['DATABASE_URL']
  const server = given === undefined ? await (await import('./own-postgres.js')).ownPostgres() : { url: given, stop: async () => undefined }
  const key = randomBytes(32)
  const client = new pg.Client({ connectionString: server.url })
  try {
    await client.connect()
    const name = `yichuang_bench_${randomBytes(4).toString('hex')}`
    await client.query(`create database ${name}`)
    const made = new URL(server.url)
    made.pathname = `/${name}`
    try {
      return await measure(made.href, key, tell)
    } finally {
      await client.query(`drop database ${name} with (force)`)
    }
  } finally {
    await client.end()
    await server.stop()
  }
}

async function measure(url: string, key: Buffer, tell: (line: string) => void): Promise<unknown> {
  const bySize: Record<string, unknown> = {}
  const byProcesses: Record<string, unknown> = {}
  await (await openPostgresStore({ url, key })).close()
  let filled = 0
  for (const size of sizes) {
    const started = performance.now()
    await fill(url, key, filled, size)
    filled = size
    tell(`  库里 ${size} 件工单（装入 ${Math.round((performance.now() - started) / 1_000)} 秒）`)
    bySize[String(size)] = await cyclesWith(url, key, 1, tell)
  }
  for (const count of counts) {
    tell(`  ${count} 个进程`)
    byProcesses[String(count)] = await cyclesWith(url, key, count, tell)
  }
  return { bySize, byProcesses }
}

/**
 * Rows as a year of use leaves them, two thirds settled: keys of their own, the sealed text of one (which opens nowhere else:
 * nothing here reads it). The database makes them, so that a million takes minutes.
 */
async function fill(url: string, key: Buffer, from: number, until: number): Promise<void> {
  const rule = ruleOf('requests')
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const isSettled of [false, true]) {
      const row = { ...aRequest(isSettled ? 1 : 0, Date.now()), rev: 1 }
      const text = JSON.stringify(sealRow(new Sealer(key), communityId, 'requests', row).sealed)
      const keys = [...rule.indexes, ...rule.unique].map((field) => `'${field}', ${keyOfNth(field, isSettled)}`)
      await client.query(`insert into yichuang.requests (community_id, id, rev, row, keys, settled_at)
        select $1, lpad(n::text, 26, '0'), 1, $2, jsonb_build_object(${keys.join(', ')}), ${isSettled ? `${Date.now()} - (n % 2400) * 3600000::bigint` : 'null'}
        from generate_series($3::int, $4::int - 1) n where (n % 3 <> 0) = $5`, [communityId, text, from, until, isSettled])
    }
    for (const field of rule.unique) {
      await client.query(`insert into yichuang.unique_values (community_id, table_name, field, value, id)
        select $1, 'requests', $2, value, id
        from (select lpad(n::text, 26, '0') id, case when n % 3 <> 0 then ${keyOfNth(field, true)} else ${keyOfNth(field, false)} end value from generate_series($3::int, $4::int - 1) n) rows
        where value <> 'null'`, [communityId, field, from, until])
    }
    // A server would have come round to it.
    for (const table of ['requests', 'unique_values']) await client.query(`vacuum analyze yichuang.${table}`)
    await client.query('checkpoint')
  } finally {
    await client.end()
  }
}

/** The key of the nth row, as SQL. */
function keyOfNth(field: string, isSettled: boolean): string {
  switch (field) {
    case 'number': return `'"SD-2601-' || n || '"'`
    case 'sourceKey': return `'"seed:' || n || ':0"'`
    case 'residentId': return `'"web:seed-' || n % 2000 || '"'`
    case 'conversationId': return `'"web:seed:' || n % 2000 || '"'`
    case 'status': return isSettled ? `'"resolved"'` : `'"accepted"'`
    default: return isSettled ? `'null'` : `'"seed:' || n || '"'`
  }
}

async function cyclesWith(url: string, key: Buffer, count: number, tell: (line: string) => void): Promise<unknown> {
  const workers = await Promise.all(Array.from({ length: count }, () => startWorker(url, key)))
  try {
    const each = (total: number, run: string): Promise<readonly LifeFigures[]> => Promise.all(workers.map((worker, at) => worker.live({ cycles: Math.ceil(total / count), run, from: at * Math.floor(places / count), places: Math.floor(places / count) })))
    await each(warmUps, `w${count}-${Date.now()}`)
    const started = performance.now()
    const figures = await each(cycles, `r${count}-${Date.now()}`)
    const seconds = (performance.now() - started) / 1_000
    const of = (value: number): number => Math.round(value * 10) / 10
    tell(`  每秒 ${of(cycles / seconds)} 轮`)
    return { cyclesPerSecond: of(cycles / seconds), cpuMsPerCycle: of(figures.reduce((sum, one) => sum + one.cpuMsPerCycle, 0) / count), cycleMs: figures[0]?.cycleMs }
  } finally {
    await Promise.all(workers.map((worker) => worker.end()))
  }
}

async function startWorker(url: string, key: Buffer): Promise<{ live(order: Order): Promise<LifeFigures>; end(): Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, [fileURLToPath(new URL('./postgres-life.js', import.meta.url))], {
    env: { ...process.env, DATABASE_URL: url, YICHUANG_KEY: key.toString('base64') }, stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  const lines = createInterface({ input: child.stdout ?? process.stdin })[Symbol.asyncIterator]()
  const next = async (): Promise<string> => {
    const line = await lines.next()
    if (line.done === true) throw new Error('a process of the measurement ended early; what it said stands above')
    return line.value
  }
  await next()
  return {
    async live(order) {
      child.stdin?.write(`${JSON.stringify(order)}\n`)
      return JSON.parse(await next()) as LifeFigures
    },
    async end() {
      child.stdin?.end()
      await ended
    },
  }
}
