import { randomBytes } from 'node:crypto'
import { Kysely, PostgresDialect, sql } from 'kysely'
import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import { StoreError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import { checkQuery, checkWrites } from './checks.js'
import { freeze, frozenCopy } from './frozen.js'
import { touchedBy } from './postgres/changes.js'
import { hear, type Hearing, type Sharing, type SharingOptions } from './postgres/hearing.js'
import { appRole, bringUpToDate, keepKeyId, readMoveMark } from './postgres/schema.js'
import { refuseMoved } from './moved.js'
import { Sealer } from './seal.js'
import { openCell, ruleOf, sealRow, type StoredRow } from './state.js'
import type { Committed, Query, Store, Write } from './store.js'
import { tableNames, type Row, type TableName } from './tables.js'

export interface PostgresOptions {
  /** `postgres://user:password@host:port/database`; the user must own the database's schema `yichuang` or be able to make it. */
  readonly url: string
  /** 32 bytes; the same for every process. */
  readonly key: Buffer
  /** Connections of this process; default 10. */
  readonly connections?: number
  /** Hears what is worth a line in the log: a lost connection, a listener that failed. */
  readonly onNotice?: (message: string, error?: unknown) => void
}

export interface PostgresStore extends Store {
  /** As of the port; `withKey` puts the key beside the rows (without it the backup opens only with the key given). */
  backup(folder: string, options?: { readonly withKey?: boolean }): Promise<void>
  /** This process among those that share the database. */
  readonly processId: string
  /** From now on `onCommit` tells of what the others commit, too. Once for a store; resolves when it listens. */
  share(options: SharingOptions): Promise<Sharing>
}

/** Connections of one process unless told otherwise: a turn holds one for about a millisecond. */
const connectionsUnlessTold = 10
/** How long a call waits for a free connection, or for the server to be back, ms: then the sender hears that it was not kept. */
const waitsMs = 5_000
/** How often a commit that met a deadlock, or lost its connection, is tried again. */
const mostTries = 5
/** Waited before the next try, ms, once more for each: a server that starts anew takes a second or so. */
const triesAgainMs = 150
/** Rows that leave in one statement. */
const retireRows = 500
const dayMs = 86_400_000

/** No statement of ours takes so long, ms: one that does has met a lock that nobody gives back. */
const longestStatementMs = 20_000
const workingAs = `-c role=${appRole} -c statement_timeout=${longestStatementMs}`

/** Opens the store in a PostgreSQL database and brings its schema up to date. Rejects with `missing` where it can't be reached or made, `wrong-key` where it was sealed with another key. */
export async function openPostgresStore(options: PostgresOptions): Promise<PostgresStore> {
  const onNotice = options.onNotice ?? (() => {})
  const connect = (settings: pg.PoolConfig): Kysely<unknown> => {
    const pool = new pg.Pool({ connectionString: options.url, connectionTimeoutMillis: waitsMs, keepAlive: true, application_name: 'yichuang', ...settings })
    // One that is at work when it is cut off says so beside the call that fails: unheard, that would end the process.
    pool.on('connect', (client) => { client.on('error', () => undefined) })
    pool.on('error', (error) => { onNotice('store: a connection to PostgreSQL was lost', error) })
    return new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) })
  }
  const owner = connect({ max: 1 })
  try {
    await bringUpToDate(owner)
  } catch (error) {
    if (error instanceof StoreError) throw error
    throw new StoreError('missing', `store: the database can't be used: ${error instanceof Error ? error.message : String(error)}; check DATABASE_URL, and that its user may create a schema and was given the role ${appRole} or may create it`, { cause: error })
  } finally {
    await owner.destroy()
  }
  // Row-level security holds for whoever does not own the tables.
  const db = connect({ max: options.connections ?? connectionsUnlessTold, options: workingAs })
  const sealer = new Sealer(options.key)
  const keyId = await keepKeyId(db, sealer.keyId)
  if (keyId !== sealer.keyId) {
    await db.destroy()
    throw new StoreError('wrong-key', `store: the database is sealed with key ${keyId}, the key given is ${sealer.keyId}; start with the key it was made with`)
  }
  const move = await readMoveMark(db)
  if (move !== null) await db.destroy()
  refuseMoved('the database', move)
  return new Postgres(db, sealer, onNotice, { connectionString: options.url, application_name: 'yichuang', options: workingAs }, options.key)
}

class Postgres implements PostgresStore {
  readonly processId = randomBytes(8).toString('hex')
  #hearing: Hearing | null = null
  readonly #listeners = new Set<(committed: Committed) => void>()
  #closing: Promise<void> | null = null
  /** The last commit asked for, by community. */
  readonly #tails = new Map<CommunityId, Promise<void>>()
  /** Calls that are under way. */
  readonly #running = new Set<Promise<unknown>>()

  constructor(
    readonly db: Kysely<unknown>,
    readonly sealer: Sealer,
    readonly onNotice: (message: string, error?: unknown) => void,
    readonly line: pg.ClientConfig,
    readonly key: Buffer,
  ) {}

  async share(options: SharingOptions): Promise<Sharing> {
    if (this.#hearing !== null) throw new TypeError('store: it is shared already')
    this.#hearing = await hear({
      ...options, writer: this.processId, settings: this.line, sealer: this.sealer, onNotice: this.onNotice,
      read: async (communityId, rows) => {
        const found = await this.#ask<{ row: string | null }>(sql`select of_row as row from yichuang.get_rows(${communityId}, ${rows.map(([table]) => table)}, ${rows.map(([, id]) => id)}) order by of_place`)
        return rows.map(([table], at) => {
          const text = found[at]?.row ?? null
          try {
            return text === null ? null : this.#open(communityId, table, text)
          } catch (error) {
            // It won't be readable later either, and nothing else is to wait for it.
            this.onNotice(`store: a row of ${table} that another process wrote can’t be read`, error)
            return null
          }
        })
      },
      tell: (committed) => { this.#tell(committed) },
    })
    return this.#hearing
  }

  async get<T extends TableName>(communityId: CommunityId, table: T, id: string): Promise<Row<T> | null> {
    checkWrites(communityId, [])
    if (!isText(id)) return null
    const [found] = await this.#ask<{ row: string | null }>(sql`select yichuang.get_row(${communityId}, ${table}, ${id}) as row`)
    return found?.row == null ? null : this.#open(communityId, table, found.row)
  }

  async find<T extends TableName>(communityId: CommunityId, table: T, query: Query<T>): Promise<readonly Row<T>[]> {
    checkWrites(communityId, [])
    const limit = checkQuery(table, query)
    const equals = query.by === undefined ? null : JSON.stringify(query.equals)
    const found = await this.#ask<{ row: string }>(
      sql`select row from yichuang.find_rows(${communityId}, ${table}, ${query.by ?? null}, ${equals}, ${query.order === 'desc'}, ${query.after ?? null}, ${limit}) as row`,
    )
    return found.map(({ row }) => this.#open(communityId, table, row))
  }

  commit(communityId: CommunityId, writes: readonly Write[]): Promise<void> {
    return this.#run(() => this.#commit(communityId, writes))
  }

  async #commit(communityId: CommunityId, writes: readonly Write[]): Promise<void> {
    checkWrites(communityId, writes)
    if (writes.length === 0) return
    const sealed = writes.map((write) => this.#prepare(communityId, write))
    const touched = touchedBy(writes)
    const told = this.#inOrder(communityId)
    try {
      const id = await this.#write(communityId, sealed, touched === null ? null : JSON.stringify(touched))
      if (id !== null && touched !== null) this.#hearing?.committed({ id, communityId, touched })
      await told.before
      this.#tell({ communityId, writes: writes.map((write, at) => (write.op === 'put' ? ({ ...write, row: sealed[at]?.told } as Write) : { ...write })) })
    } finally {
      told.done()
    }
  }

  /** Takes its place among the commits of a community: they are told in the order in which they were asked for. */
  #inOrder(communityId: CommunityId): { readonly before: Promise<void>; done(): void } {
    const before = this.#tails.get(communityId) ?? Promise.resolve()
    let done = (): void => {}
    const own = new Promise<void>((resolve) => (done = resolve))
    const tail = before.then(() => own)
    this.#tails.set(communityId, tail)
    return {
      before,
      done: () => {
        done()
        if (this.#tails.get(communityId) === tail) this.#tails.delete(communityId)
      },
    }
  }

  /** The change's number, by which other processes know it; `null` where there is nothing to hear, or it is not known. */
  async #write(communityId: CommunityId, sealed: readonly Prepared[], told: string | null): Promise<string | null> {
    const text = sql<{ id: string | null }>`select yichuang.commit_told(${communityId}, ${sealed.map(({ table }) => table)}, ${sealed.map(({ id }) => id)}, ${sealed.map(({ rev }) => rev)}, ${sealed.map(({ row }) => row)}, ${sealed.map(({ keys }) => keys)}::jsonb[], ${sealed.map(({ uniques }) => uniques)}::jsonb[], ${sealed.map(({ settledAt }) => settledAt)}, ${this.processId}, ${told}) as id`
    for (let tried = 1; ; tried += 1) {
      try {
        return (await text.execute(this.db)).rows[0]?.id ?? null
      } catch (error) {
        if (sqlState(error) === 'YC409') {
          // Cut off after the server had taken it, the commit meets its own rows: what is sealed is never sealed alike twice.
          if (tried > 1 && (await this.#stands(communityId, sealed))) return null
          throw new StoreError('conflict', `store: ${(error as Error).message}; read it again and decide again`)
        }
        if (tried >= mostTries || !mayPassSoon(error)) throw new StoreError('write-refused', `store: PostgreSQL did not take it (${String(error)}); nothing was changed`, { cause: error })
        this.onNotice('store: a commit is tried again', error)
        await wait(tried * triesAgainMs)
      }
    }
  }

  async nextNumber(communityId: CommunityId, series: string): Promise<number> {
    checkWrites(communityId, [])
    const [given] = await this.#ask<{ number: string }>(sql`select yichuang.next_number(${communityId}, ${series}) as number`)
    return Number(given?.number)
  }

  async communities(): Promise<readonly CommunityId[]> {
    const found = await this.#ask<{ id: CommunityId }>(sql`select id from yichuang.communities() as id order by id collate "C"`)
    return found.map(({ id }) => id)
  }

  async saveBlob(communityId: CommunityId, id: string, bytes: Uint8Array): Promise<void> {
    checkWrites(communityId, [])
    const name = JSON.stringify(id)
    const sealed = this.sealer.sealBytes(bytes, blobPlace(communityId, id))
    const [kept] = await this.#ask<{ kept: boolean }>(sql`select yichuang.save_blob(${communityId}, ${name}, ${sealed}) as kept`)
    if (kept?.kept === true) return
    // Cut off after the server had taken them, they meet themselves: nothing is ever sealed alike twice.
    const [found] = await this.#ask<{ bytes: Buffer | null }>(sql`select yichuang.load_blob(${communityId}, ${name}) as bytes`)
    if (found?.bytes?.equals(sealed) !== true) throw new StoreError('conflict', `store: there is an attachment ${id} already`)
  }

  async loadBlob(communityId: CommunityId, id: string): Promise<Uint8Array | null> {
    checkWrites(communityId, [])
    const [found] = await this.#ask<{ bytes: Buffer | null }>(sql`select yichuang.load_blob(${communityId}, ${JSON.stringify(id)}) as bytes`)
    return found?.bytes == null ? null : this.sealer.openBytes(found.bytes, blobPlace(communityId, id))
  }

  async removeBlob(communityId: CommunityId, id: string): Promise<void> {
    checkWrites(communityId, [])
    await this.#ask(sql`select yichuang.remove_blob(${communityId}, ${JSON.stringify(id)})`)
  }

  onCommit(listener: (committed: Committed) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async retire(now: number): Promise<number> {
    let left = 0
    for (const communityId of await this.communities()) {
      for (const table of tableNames) {
        const { retire } = ruleOf(table)
        if (retire === null) continue
        for (;;) {
          const [gone] = await this.#ask<{ gone: number }>(sql`select yichuang.retire_rows(${communityId}, ${table}, ${now - retire.afterDays * dayMs}, ${retire.to === 'archive'}, ${retireRows}) as gone`)
          left += gone?.gone ?? 0
          if ((gone?.gone ?? 0) < retireRows) break
        }
      }
    }
    return left
  }

  async archived<T extends TableName>(communityId: CommunityId, table: T, month: string): Promise<readonly Row<T>[]> {
    const found = await this.#ask<{ row: string }>(sql`select row from yichuang.archived_rows(${communityId}, ${table}, ${month}) as row`)
    return found.map(({ row }) => this.#open(communityId, table, row))
  }

  async changeArchived<T extends TableName>(communityId: CommunityId, table: T, change: (row: Row<T>) => Row<T> | null): Promise<number> {
    checkWrites(communityId, [])
    let changed = 0
    for (let month = '', id = ''; ;) {
      const page = await this.#ask<{ month: string; id: string; row: string }>(sql`select of_month as month, of_id as id, of_row as row from yichuang.archived_after(${communityId}, ${table}, ${month}, ${id}, ${retireRows})`)
      const changes = page.flatMap((one) => {
        const row = this.#open(communityId, table, one.row)
        const after = change(row)
        return after === row ? [] : [{ ...one, row: after === null ? null : JSON.stringify(sealRow(this.sealer, communityId, table, frozenCopy(after) as unknown as StoredRow).sealed) }]
      })
      if (changes.length > 0) await this.#ask(sql`select yichuang.change_archived(${communityId}, ${table}, ${changes.map((one) => one.month)}, ${changes.map((one) => one.id)}, ${changes.map((one) => one.row)})`)
      changed += changes.length
      const last = page.at(-1)
      if (last === undefined || page.length < retireRows) return changed
      month = last.month
      id = last.id
    }
  }

  backup(folder: string, options?: { readonly withKey?: boolean }): Promise<void> {
    return this.#run(async () => {
      const { backUpDatabase } = await import('./postgres/backup.js')
      await backUpDatabase({ url: this.line.connectionString ?? '', sealer: this.sealer, to: folder, key: options?.withKey === true ? this.key : null })
    })
  }

  close(): Promise<void> {
    this.#closing ??= Promise.allSettled([...this.#running, this.#hearing?.leave()]).then(() => this.db.destroy())
    return this.#closing
  }

  /** For what may be asked twice. */
  #ask<R>(text: ReturnType<typeof sql>): Promise<readonly R[]> {
    return this.#run(async () => {
      for (let tried = 1; ; tried += 1) try {
        return (await text.execute(this.db)).rows as readonly R[]
      } catch (error) {
        if (tried < mostTries && mayPassSoon(error)) {
          await wait(tried * triesAgainMs)
          continue
        }
        throw new StoreError('write-refused', `store: PostgreSQL did not answer (${String(error)}); nothing was changed`, { cause: error })
      }
    })
  }

  /** Runs a call that closing waits for. */
  async #run<R>(call: () => Promise<R>): Promise<R> {
    if (this.#closing !== null) throw new StoreError('closed', 'store: it is closed')
    const running = call()
    this.#running.add(running)
    try {
      return await running
    } finally {
      this.#running.delete(running)
    }
  }

  #open<T extends TableName>(communityId: CommunityId, table: T, text: string): Row<T> {
    return openCell(this.sealer, communityId, table, { sealed: JSON.parse(text) as StoredRow, opened: null }) as unknown as Row<T>
  }

  #prepare(communityId: CommunityId, write: Write): Prepared {
    const { table } = write
    const rule = ruleOf(table)
    if (write.op === 'remove') {
      return { table, id: write.id, rev: write.rev, row: null, keys: '{}', uniques: JSON.stringify(Object.fromEntries(rule.unique.map((field) => [field, 'null']))), settledAt: null, told: null }
    }
    const given = frozenCopy(write.row) as unknown as StoredRow
    const told: StoredRow = freeze({ ...given, rev: given.rev + 1 })
    const keyOf = (field: string): [string, string] => [field, JSON.stringify(told[field] ?? null)]
    return {
      table, id: given.id, rev: given.rev, told,
      row: JSON.stringify(sealRow(this.sealer, communityId, table, told).sealed),
      keys: JSON.stringify(Object.fromEntries([...rule.indexes, ...rule.unique].map(keyOf))),
      uniques: JSON.stringify(Object.fromEntries(rule.unique.map(keyOf))),
      settledAt: rule.settledAt(told),
    }
  }

  /** Whether the rows of a commit stand as it wrote them. */
  async #stands(communityId: CommunityId, sealed: readonly Prepared[]): Promise<boolean> {
    for (const { table, id, row } of sealed) {
      const { rows: [found] } = await sql<{ row: string | null }>`select yichuang.get_row(${communityId}, ${table}, ${id}) as row`.execute(this.db)
      if ((found?.row ?? null) !== row) return false
    }
    return true
  }

  #tell(committed: Committed): void {
    for (const listener of this.#listeners) {
      try {
        listener(committed)
      } catch (error) {
        this.onNotice('store: a listener to commits failed', error)
      }
    }
  }
}

/** One write as the database takes it. */
interface Prepared {
  readonly table: TableName
  readonly id: string
  readonly rev: number
  /** The row sealed, as JSON; `null` = it goes. */
  readonly row: string | null
  readonly keys: string
  readonly uniques: string
  readonly settledAt: number | null
  /** The row as listeners hear it. */
  readonly told: StoredRow | null
}

/** Deadlocks, serialisation, a server that stops or starts, a lost connection: the same may go through a moment later. */
const mayPass = /^(40001|40P01|57P0\d|08\w{3}|53300)$/

/** Whether the same may go through a moment later. Who waited in vain for a free connection has waited long enough. */
function mayPassSoon(error: unknown): boolean {
  const code = sqlState(error)
  return code === null ? !(error instanceof Error && error.message === 'timeout exceeded when trying to connect') : mayPass.test(code)
}

/** The SQLSTATE of an error from the server; `null` for one of the connection. */
function sqlState(error: unknown): string | null {
  return error instanceof pg.DatabaseError ? (error.code ?? null) : null
}

/** PostgreSQL keeps no NUL in a text. */
function isText(id: string): boolean {
  return !id.includes('\u0000')
}

function blobPlace(communityId: CommunityId, id: string): string {
  return `${communityId}/blob/${id}`
}
