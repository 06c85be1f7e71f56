import { randomBytes } from 'node:crypto'
import { afterAll } from 'vitest'
import { openPostgresStore } from '../../src/store/postgres.js'
import type { Store } from '../../src/store/store.js'
import { postgresOfFile } from './postgres-server.js'
import { openTempStore } from './temp-store.js'

/** For the tests of a file: what a store lies in, and how a new, empty one is opened, twice where two processes share it. */
export function bothStoresOfFile(): readonly (readonly [name: string, open: () => Promise<readonly [one: Store, other: Store]>])[] {
  const key = randomBytes(32)
  const databases = postgresOfFile(key)
  const closing: (() => Promise<void>)[] = []
  afterAll(async () => { for (const close of closing) await close() })
  return [
    ['a data folder', async () => {
      const temp = await openTempStore()
      closing.push(() => temp.close())
      return [temp.store, temp.store]
    }],
    ['PostgreSQL, by two processes', async () => {
      const url = await databases.newMade()
      const [one, other] = await Promise.all([openPostgresStore({ url, key }), openPostgresStore({ url, key })])
      closing.push(() => one.close(), () => other.close())
      return [one, other]
    }],
  ]
}
