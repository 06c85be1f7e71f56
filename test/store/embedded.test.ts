import type { EmbeddedStore } from '../../src/store/embedded.js'
import { storeModel } from '../contracts/store-model.js'
import { storeContract } from '../contracts/store.js'
import { MemoryDisk } from './memory-disk.js'
import { openTempStore } from './temp-store.js'
import { openOn } from './workload.js'

const often = { lines: 12, bytes: 1_000_000 }

storeContract('the embedded store', () => openTempStore())
storeContract('the embedded store with a snapshot after every third line', () => openTempStore({ snapshotAfter: { lines: 3, bytes: 1_000_000 } }))
storeModel('the embedded store', () => openTempStore({ snapshotAfter: often }), 30)
storeModel(
  'the embedded store on a disk in memory',
  async () => {
    const disk = new MemoryDisk()
    let store: EmbeddedStore = await openOn(disk, true)
    return {
      store,
      async reopen() {
        await store.close()
        return (store = await openOn(disk, false))
      },
      close: () => store.close(),
    }
  },
  500,
)
