import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import { openPostgresStore, type PostgresStore } from '../../src/store/postgres.js'
import { storeModel } from '../contracts/store-model.js'
import { storeContract } from '../contracts/store.js'
import type { OpenStore } from '../contracts/store/held.js'
import { startPostgresMade, type PostgresServer } from './postgres-server.js'

let server: PostgresServer
/** A database whose schema is made: the others are copies of it. */
let made: string
const key = randomBytes(32)
beforeAll(async () => {
  ({ server, made } = await startPostgresMade(key))
}, 120_000)
afterAll(() => server.stop())

async function openInNewDatabase(): Promise<OpenStore> {
  const url = await server.newDatabase(made)
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
storeModel('the store in PostgreSQL', openInNewDatabase, 10)
