import { mkdir } from 'node:fs/promises'
import type { StoreError } from '../errors.js'
import { openEmbeddedStore, type EmbeddedStore } from './embedded.js'
import type { PostgresStore } from './postgres.js'
import type { Store } from './store.js'

/** Where everything is kept, as the settings name it. */
export interface StorePlace {
  readonly dataDir: string
  readonly databaseUrl: string | null
  /** 32 bytes; with a database never `null`. */
  readonly key: Buffer | null
}

export interface OpenOptions {
  /** Whether to make a store where the data folder holds none; a database is made ready in any case. */
  readonly create: boolean
  readonly now: () => number
  /** Called once when the store can't be relied on any more: the process must stop. */
  readonly onFatal: (error: StoreError) => void
  readonly onNotice: (message: string, error?: unknown) => void
}

/** A store that either implementation may be. */
export type AnyStore = Store & Pick<EmbeddedStore, 'backup'>

export type OpenedStore = { readonly kind: 'embedded'; readonly store: EmbeddedStore } | { readonly kind: 'postgres'; readonly store: PostgresStore }

/** Opens the store of an installation; PostgreSQL's client is loaded only where there is a database. */
export async function openStore({ dataDir, databaseUrl, key }: StorePlace, { create, now, onFatal, onNotice }: OpenOptions): Promise<OpenedStore> {
  if (databaseUrl === null || key === null) {
    return { kind: 'embedded', store: await openEmbeddedStore({ folder: dataDir, create, ...(key === null ? {} : { key }), now, onFatal, onNotice }) }
  }
  // What is not of the store (the control socket, a chat platform's login) lies there all the same.
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  const { openPostgresStore } = await import('./postgres.js')
  return { kind: 'postgres', store: await openPostgresStore({ url: databaseUrl, key, onNotice }) }
}
