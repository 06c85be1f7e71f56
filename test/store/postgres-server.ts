import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect } from 'vitest'
import { ownPostgres, type OwnPostgres } from '../../src/bench/own-postgres.js'
import { openPostgresStore } from '../../src/store/postgres.js'

export interface PostgresServer {
  /** A database of its own: empty, or as another stands (which nobody may be using). */
  newDatabase(like?: string): Promise<string>
  stop(): Promise<void>
}

/** A real PostgreSQL server on a port of the system's choice; `DATABASE_URL` names one that runs already (see vitest.config.ts). */
export async function startPostgres(): Promise<PostgresServer> {
  const given = process.env['TEST_DATABASE_URL']
  return given === undefined ? startOwnPostgres() : { newDatabase: (like) => createIn(given, like), stop: async () => {} }
}

/** A server with a database whose schema is made, which others are copies of: that is much quicker than making each. */
export async function startPostgresMade(key: Buffer): Promise<{ readonly server: PostgresServer; readonly made: string }> {
  const server = await startPostgres()
  const made = await server.newDatabase()
  await (await openPostgresStore({ url: made, key })).close()
  return { server, made }
}

/** A server with a database whose schema is made for all tests of a file, from before the first until after the last. */
export function postgresOfFile(key: Buffer): { newDatabase(like?: string): Promise<string>; newMade(): Promise<string> } {
  let started: Awaited<ReturnType<typeof startPostgresMade>> | null = null
  const running = () => started ?? expect.fail('the server of a file runs while its tests do')
  beforeAll(async () => { started = await startPostgresMade(key) }, 120_000)
  afterAll(() => started?.server.stop())
  return { newDatabase: (like) => running().server.newDatabase(like), newMade: () => running().server.newDatabase(running().made) }
}

/** A server of our own; what a power cut would take is not what these tests are about (`settings` may say otherwise). */
export async function startOwnPostgres(settings: readonly string[] = [], from: { readonly folder: string; readonly password: string } | null = null): Promise<PostgresServer & OwnPostgres> {
  const server = await ownPostgres(['fsync=off', ...settings], from)
  return { ...server, newDatabase: (like) => createIn(server.url, like) }
}

async function createIn(url: string, like?: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const name = `yichuang_test_${randomBytes(6).toString('hex')}`
    await client.query(`create database ${name}${like === undefined ? '' : ` template ${new URL(like).pathname.slice(1)}`}`)
    const made = new URL(url)
    made.pathname = `/${name}`
    return made.href
  } finally {
    await client.end()
  }
}
