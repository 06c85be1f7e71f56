import type { Store, Write } from '../../../src/store/store.js'

/** A store that is open, how to open the same one again, and how to be rid of it. */
export interface OpenStore {
  readonly store: Store
  reopen(): Promise<Store>
  close(): Promise<void>
}

/** The store of the test that runs now. */
export interface HeldStore {
  readonly store: Store
  /** Writes in one community, 湖州. */
  commit(...writes: readonly Write[]): Promise<void>
  /** Opens the same store again; `store` is the new one. */
  reopen(): Promise<void>
}

export function idsOf(rows: readonly { readonly id: string }[]): string[] {
  return rows.map(({ id }) => id)
}
