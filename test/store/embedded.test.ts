import { storeModel } from '../contracts/store-model.js'
import { storeContract } from '../contracts/store.js'
import { openTempStore } from './temp-store.js'

storeContract('the embedded store', () => openTempStore())
storeContract('the embedded store with a snapshot after every third line', () => openTempStore({ snapshotAfter: { lines: 3, bytes: 1_000_000 } }))
storeModel('the embedded store', () => openTempStore({ snapshotAfter: { lines: 12, bytes: 1_000_000 } }), 500)
