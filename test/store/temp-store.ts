import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openEmbeddedStore, type EmbeddedOptions, type EmbeddedStore } from '../../src/store/embedded.js'

export interface TempStore {
  readonly folder: string
  /** The store that is open now. */
  readonly store: EmbeddedStore
  /** Closes the store and opens its folder again. */
  reopen(): Promise<EmbeddedStore>
  /** Closes the store and removes the folder. */
  close(): Promise<void>
}

/** A real store in a folder of its own; call `close` in afterEach. */
export async function openTempStore(options: Partial<Omit<EmbeddedOptions, 'folder' | 'create'>> = {}): Promise<TempStore> {
  const folder = await tempFolder()
  const open = (create: boolean): Promise<EmbeddedStore> =>
    openEmbeddedStore({ now: Date.now, onFatal, ...options, folder, create })
  let store = await open(true)
  return {
    folder,
    get store() {
      return store
    },
    async reopen() {
      await store.close()
      return (store = await open(false))
    },
    async close() {
      await store.close()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The disk of a test does not fail unless the test makes it. */
function onFatal(error: Error): never {
  throw error
}

export function tempFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'yichuang-store-'))
}
