import pg from 'pg'

/** A statement that takes longer has lost its server, ms: the line is made anew. */
const answersWithinMs = 3_000

/** A connection of its own beside the pool: for what must not wait behind the work (signs of life) and for being told at once. */
export interface Line {
  /** Rejects when the server can't be reached now; the next call tries anew. */
  ask<R>(text: string, values?: readonly unknown[]): Promise<readonly R[]>
  close(): Promise<void>
}

export interface LineParts {
  /** What a new connection needs, the role included. */
  readonly settings: pg.ClientConfig
  /** The name listened to; what is said there comes to `onSaid`. */
  readonly listensTo: string
  readonly onSaid: (payload: string) => void
  /** A connection stands, the first or a new one: what was said meanwhile was missed. */
  readonly onConnected: () => void
  readonly onNotice: (message: string, error?: unknown) => void
}

/** Not yet connected: the first call does it. */
export function createLine(parts: LineParts): Line {
  let current: Promise<pg.Client> | null = null
  let isClosed = false

  async function connect(): Promise<pg.Client> {
    const client = new pg.Client({ ...parts.settings, connectionTimeoutMillis: answersWithinMs, query_timeout: answersWithinMs, keepAlive: true })
    client.on('error', (error) => { lose(client, error) })
    client.on('end', () => { lose(client, null) })
    client.on('notification', ({ payload }) => { if (payload !== undefined) parts.onSaid(payload) })
    try {
      await client.connect()
      await client.query(`listen ${parts.listensTo}`)
    } catch (error) {
      void client.end().catch(() => undefined)
      throw error
    }
    known.add(client)
    return client
  }
  const known = new Set<pg.Client>()

  function lose(client: pg.Client, error: Error | null): void {
    if (!known.delete(client)) return
    current = null
    if (!isClosed) parts.onNotice('store: the line to PostgreSQL was lost', error ?? undefined)
    void client.end().catch(() => undefined)
  }

  function line(): Promise<pg.Client> {
    if (isClosed) return Promise.reject(new Error('the line is closed'))
    if (current === null) {
      const fresh = connect()
      current = fresh
      fresh.then(() => { parts.onConnected() }, () => { if (current === fresh) current = null })
    }
    return current
  }

  /** One statement after the other. */
  let last: Promise<unknown> = Promise.resolve()

  async function query<R>(text: string, values: readonly unknown[]): Promise<readonly R[]> {
    const client = await line()
    try {
      return (await client.query<R & pg.QueryResultRow>(text, [...values])).rows
    } catch (error) {
      // An error that the server tells leaves the line as it is.
      if (!(error instanceof pg.DatabaseError) || error.code?.startsWith('57P') === true) lose(client, error instanceof Error ? error : null)
      throw error
    }
  }

  return {
    ask<R>(text: string, values: readonly unknown[] = []) {
      const mine = last.then(() => query<R>(text, values))
      last = mine.catch(() => undefined)
      return mine
    },
    async close() {
      isClosed = true
      const client = await current?.catch(() => null)
      await client?.end().catch(() => undefined)
    },
  }
}
