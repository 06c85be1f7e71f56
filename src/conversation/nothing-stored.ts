import type { Store } from '../store/store.js'

/** What a dry run stands on: a store that holds nothing and keeps nothing. Numbers it gives are never shown as filed. */
export const nothingStored: Store = {
  get: () => Promise.resolve(null),
  find: () => Promise.resolve([]),
  commit: () => Promise.resolve(),
  nextNumber: () => Promise.resolve(0),
  communities: () => Promise.resolve([]),
  saveBlob: () => Promise.resolve(),
  loadBlob: () => Promise.resolve(null),
  removeBlob: () => Promise.resolve(),
  archived: () => Promise.resolve([]),
  changeArchived: () => Promise.resolve(0),
  onCommit: () => () => undefined,
  retire: () => Promise.resolve(0),
  backup: () => Promise.resolve(),
  close: () => Promise.resolve(),
}
