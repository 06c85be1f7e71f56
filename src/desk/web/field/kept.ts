import type { Me } from '../../api-types.js'
import type { FieldDay } from '../../field-types.js'
import type { HeldStep } from './queue.js'
import type { Work } from './work.js'

/** What a phone keeps of the field: who works with it, the last list of each community, what is begun, what is not sent yet. */
const database = 'yichuang-field'

/** After so long a list is no longer shown without a line, ms: a day's round is over. */
const keptForMs = 24 * 3_600_000

let opened: Promise<IDBDatabase> | null = null

/** Rejects where the browser keeps nothing (private windows of old phones). */
function open(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const asked = indexedDB.open(database, 2)
    asked.onupgradeneeded = () => {
      const has = asked.result.objectStoreNames
      if (!has.contains('steps')) asked.result.createObjectStore('steps', { keyPath: 'clientId' })
      for (const store of ['days', 'who', 'works']) if (!has.contains(store)) asked.result.createObjectStore(store)
    }
    asked.onsuccess = () => {
      // Whoever signs out in another tab empties it: this one must not hold it.
      asked.result.onversionchange = () => { asked.result.close(); opened = null }
      resolve(asked.result)
    }
    asked.onerror = () => reject(asked.error ?? new Error('indexedDB'))
    asked.onblocked = () => reject(new Error('indexedDB blocked'))
  }).catch((error: unknown) => { opened = null; throw error })
  return opened
}

async function run<T>(store: 'steps' | 'days' | 'who' | 'works', mode: IDBTransactionMode, work: (rows: IDBObjectStore) => IDBRequest<T>): Promise<T> {
  const transaction = (await open()).transaction(store, mode)
  const asked = work(transaction.objectStore(store))
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve(asked.result)
    transaction.onerror = transaction.onabort = () => reject(transaction.error ?? new Error('indexedDB'))
  })
}

export async function readSteps(): Promise<readonly HeldStep[]> {
  const kept = await run('steps', 'readonly', (rows) => rows.getAll() as IDBRequest<HeldStep[]>).catch((): HeldStep[] => [])
  return kept.sort((one, other) => one.madeAt - other.madeAt || one.clientId.localeCompare(other.clientId))
}
export const keepStep = (step: HeldStep): Promise<unknown> => run('steps', 'readwrite', (rows) => rows.put(step))
export const dropStep = (clientId: string): Promise<unknown> => run('steps', 'readwrite', (rows) => rows.delete(clientId)).catch(() => undefined)

/** What is begun with one request; `null`: nothing. */
export const readWork = (key: string): Promise<Work | null> => run('works', 'readonly', (rows) => rows.get(key) as IDBRequest<Work | undefined>).then((kept) => kept ?? null, () => null)
export const keepWork = (key: string, work: Work): Promise<unknown> => run('works', 'readwrite', (rows) => rows.put(work, key)).catch(() => undefined)
export const dropWork = (key: string): Promise<unknown> => run('works', 'readwrite', (rows) => rows.delete(key)).catch(() => undefined)

/** `keptAt`: by the device's own clock, which the server's need not agree with. */
interface KeptDay { readonly day: FieldDay; readonly keptAt: number }
export const keepDay = (communityId: string, day: FieldDay, now: number): Promise<unknown> => run('days', 'readwrite', (rows) => rows.put({ day, keptAt: now } satisfies KeptDay, communityId)).catch(() => undefined)
/** The last list of a community, `null` where there is none or it is a day old (then it goes). */
export async function readDay(communityId: string, now: number): Promise<FieldDay | null> {
  const kept = await run('days', 'readonly', (rows) => rows.get(communityId) as IDBRequest<KeptDay | undefined>).catch(() => undefined)
  if (kept === undefined) return null
  if (now - kept.keptAt < keptForMs) return kept.day
  await run('days', 'readwrite', (rows) => rows.clear()).catch(() => undefined)
  return null
}

interface KeptPerson { readonly me: Me; readonly at: number }
export const keepPerson = (me: Me, now: number): Promise<unknown> => run('who', 'readwrite', (rows) => rows.put({ me, at: now } satisfies KeptPerson, 'me')).catch(() => undefined)
/** Who signed in on this device within the last day. */
export async function readPerson(now: number): Promise<Me | null> {
  const kept = await run('who', 'readonly', (rows) => rows.get('me') as IDBRequest<KeptPerson | undefined>).catch(() => undefined)
  return kept !== undefined && now - kept.at < keptForMs ? kept.me : null
}

/** The login has ended by itself: the list goes, what is begun or not sent yet waits for the same person. */
export async function forgetList(): Promise<void> {
  for (const store of ['days', 'who'] as const) await run(store, 'readwrite', (rows) => rows.clear()).catch(() => undefined)
}

/** Signed out, or somebody else signed in: nothing stays. */
export async function forgetAll(): Promise<void> {
  await forgetList()
  for (const store of ['steps', 'works'] as const) await run(store, 'readwrite', (rows) => rows.clear()).catch(() => undefined)
}
