import { afterEach, beforeEach, describe } from 'vitest'
import { HUZHOU } from '../store/rows.js'
import type { HeldStore, OpenStore } from './store/held.js'
import { keepingContract } from './store/keeping.js'
import { readingContract } from './store/reading.js'
import { writingContract } from './store/writing.js'

/** What any store must do; a new one has only to be named. */
export function storeContract(name: string, open: () => Promise<OpenStore>): void {
  describe(`${name} keeps the store's contract`, () => {
    let opened: OpenStore
    let store: OpenStore['store']
    const held: HeldStore = {
      get store() {
        return store
      },
      commit: (...writes) => store.commit(HUZHOU, writes),
      reopen: async () => void (store = await opened.reopen()),
    }
    beforeEach(async () => {
      opened = await open()
      store = opened.store
    })
    afterEach(() => opened.close())

    writingContract(held)
    readingContract(held)
    keepingContract(held)
  })
}
