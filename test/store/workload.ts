import { StoreError } from '../../src/errors.js'
import { openEmbeddedStore, type EmbeddedStore } from '../../src/store/embedded.js'
import type { Files } from '../../src/store/files.js'
import type { Processes } from '../../src/store/lock.js'
import { put } from './writes.js'
import { aMessage, HUZHOU, oneOfEach } from './rows.js'

export const FOLDER = '/data'
export const KEY = Buffer.alloc(32, 7)
const DAY_MS = 86_400_000
const NOW = 100 * DAY_MS

let runs = 0

/** Each opening is a process of its own; those before it are gone. */
function aProcess(): Processes {
  const self = { pid: 1_000_000 + runs++, started: 'test' }
  return { self, isAlive: (holder) => holder.pid === self.pid }
}

export function openOn(files: Files, create: boolean, onFatal: (error: StoreError) => void = () => {}, lines = 6): Promise<EmbeddedStore> {
  return openEmbeddedStore({ folder: FOLDER, create, key: KEY, now: () => NOW, onFatal, files, processes: aProcess(), snapshotAfter: { lines, bytes: 1_000_000 } })
}

/** What became of each thing asked of the store. */
export interface Account {
  /** Message ids by what the store said; those in neither list were never answered. */
  readonly acknowledged: Set<string>
  readonly refused: Set<string>
  readonly blobs: Set<string>
  readonly refusedBlobs: Set<string>
  /** The highest `taken` of the slot that was acknowledged: the n-th change goes with message `s<n>`. */
  taken: number
  /** Numbers whose row was acknowledged. */
  readonly numbers: number[]
}

export function emptyAccount(): Account {
  return { acknowledged: new Set(), refused: new Set(), blobs: new Set(), refusedBlobs: new Set(), taken: 0, numbers: [] }
}

/** A little of everything the store does. `note` is called after each answer. */
export async function work(store: EmbeddedStore, account: Account, from: number, note: () => void = () => {}): Promise<void> {
  const answered = async (id: string, commit: Promise<void>): Promise<boolean> => {
    try {
      await commit
      account.acknowledged.add(id)
      return true
    } catch (error) {
      if (!(error instanceof StoreError)) throw error
      account.refused.add(id)
      return false
    } finally {
      note()
    }
  }
  const message = (id: string, at = NOW): ReturnType<typeof put> => put('messages', aMessage({ id, at, text: `正文 ${id}` }))
  for (let n = from; n < from + 4; n++) {
    const slot = await store.get(HUZHOU, 'slots', 'slot-1')
    const next = (slot?.taken ?? 0) + 1
    const id = `s${next}`
    if (account.refused.has(id)) account.refused.delete(id)
    if (await answered(id, store.commit(HUZHOU, [message(id), put('slots', { ...oneOfEach.slots, rev: slot?.rev ?? 0, taken: next })]))) account.taken = next
  }
  await Promise.all(Array.from({ length: 5 }, (_, n) => answered(`p${from}-${n}`, store.commit(HUZHOU, [message(`p${from}-${n}`)]))))
  const number = await store.nextNumber(HUZHOU, 'HZ').catch(() => null)
  if (number !== null && (await answered(`n${from}`, store.commit(HUZHOU, [message(`n${from}`)])))) account.numbers.push(number)
  for (const n of [1, 2]) await answered(`old${from}-${n}`, store.commit(HUZHOU, [message(`old${from}-${n}`, n * DAY_MS)]))
  const blob = `blob${from}`
  await store.saveBlob(HUZHOU, blob, Buffer.from(`图片 ${blob}`)).then(
    () => account.blobs.add(blob),
    () => account.refusedBlobs.add(blob),
  )
  note()
  await store.retire(NOW).catch(() => 0)
  await store.compact().catch(() => {})
  await answered(`last${from}`, store.commit(HUZHOU, [message(`last${from}`)]))
}

/** What the store holds, archive included, and what is wrong with it: the answers given must hold, and nothing be half. */
export async function faultsOf(store: EmbeddedStore, account: Account): Promise<string[]> {
  const faults: string[] = []
  const rows = [...(await store.find(HUZHOU, 'messages', {})), ...(await store.archived(HUZHOU, 'messages', '1970-01'))]
  const ids = new Set(rows.map(({ id }) => id))
  for (const row of rows) if (row.text !== `正文 ${row.id}`) faults.push(`${row.id} says ${row.text}`)
  for (const id of account.acknowledged) if (!ids.has(id)) faults.push(`${id} was acknowledged and is lost`)
  for (const id of account.refused) if (ids.has(id)) faults.push(`${id} was refused and is there`)
  const taken = (await store.get(HUZHOU, 'slots', 'slot-1'))?.taken ?? 0
  if (taken < account.taken) faults.push(`the slot fell back from ${account.taken} to ${taken}`)
  for (let n = 1; n <= taken; n++) if (!ids.has(`s${n}`)) faults.push(`half of transaction ${n} is there`)
  if (ids.has(`s${taken + 1}`)) faults.push(`the other half of transaction ${taken + 1} is there`)
  for (const blob of account.blobs) {
    const bytes = await store.loadBlob(HUZHOU, blob)
    if (bytes === null || Buffer.from(bytes).toString() !== `图片 ${blob}`) faults.push(`${blob} was acknowledged and is lost`)
  }
  const highest = Math.max(0, ...account.numbers)
  const next = await store.nextNumber(HUZHOU, 'HZ')
  if (next <= highest) faults.push(`number ${next} would be given again`)
  return faults
}
