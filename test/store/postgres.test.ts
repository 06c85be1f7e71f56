import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { openPostgresStore, type PostgresStore } from '../../src/store/postgres.js'
import { storeModel } from '../contracts/store-model.js'
import { storeContract } from '../contracts/store.js'
import type { OpenStore } from '../contracts/store/held.js'
import { postgresOfFile } from './postgres-server.js'

const key = randomBytes(32)
const postgres = postgresOfFile(key)

async function openInNewDatabase(): Promise<OpenStore> {
  return openIn(await postgres.newMade())
}

let emptied: string | null = null

/** One database for all sequences, emptied before each: to make ten thousand would take longer than what they do. */
async function openEmptied(): Promise<OpenStore> {
  emptied ??= await postgres.newMade()
  const client = new pg.Client({ connectionString: emptied })
  await client.connect()
  try {
    const { rows } = await client.query<{ name: string }>(`select relname as name from pg_class where relnamespace = 'yichuang'::regnamespace and relkind = 'r' and relname <> 'meta'`)
    await client.query(rows.map(({ name }) => `delete from yichuang."${name}"`).join('; '))
  } finally {
    await client.end()
  }
  return openIn(emptied)
}

async function openIn(url: string): Promise<OpenStore> {
  let store: PostgresStore = await openPostgresStore({ url, key })
  return {
    store,
    async reopen() {
      await store.close()
      return (store = await openPostgresStore({ url, key }))
    },
    close: () => store.close(),
  }
}

storeContract('the store in PostgreSQL', openInNewDatabase)
storeModel('the store in PostgreSQL', openEmptied, 10)
