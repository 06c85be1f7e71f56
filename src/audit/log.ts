import { AuditCheck, auditId, chain, noHead, type AuditEntry, type AuditEvent, type AuditFault } from './entry.js'
import { PLATFORM } from '../knowledge/community.js'
import { decideAgain } from '../store/quicker.js'
import type { Store, Write } from '../store/store.js'

/** Lines read from the store at once. */
const batch = 1_000


/** Who did what, when, and with what result; lines are only ever added. */
export interface AuditLog {
  record(event: AuditEvent): Promise<void>
  /** Commits changes of the installation's own rows together with their line; `decide` is asked again when the rows moved on, and one asks after the other. */
  commit<T>(decide: () => Promise<{ readonly event: AuditEvent; readonly writes: readonly Write[]; readonly value: T }>): Promise<T>
}

/** `anchor` is told each new end of the log (serial and hash, nothing personal), to be kept where who can write the store can't. */
export function createAuditLog(parts: { readonly store: Pick<Store, 'get' | 'commit'>; readonly now: () => number; readonly anchor?: (serial: number, hash: string) => void }): AuditLog {
  const { store, now, anchor } = parts
  let last: Promise<unknown> = Promise.resolve()

  function write<T>(decide: () => Promise<{ readonly event: AuditEvent; readonly writes: readonly Write[]; readonly value: T }>): Promise<T> {
    return decideAgain(async () => {
      const before = (await store.get(PLATFORM, 'auditHeads', 'head')) ?? noHead
      const { event, writes, value } = await decide()
      const { entry, head } = chain(before, event, now())
      await store.commit(PLATFORM, [...writes, { op: 'put', table: 'audit', row: entry }, { op: 'put', table: 'auditHeads', row: head }])
      anchor?.(head.count, head.hash)
      return value
    })
  }

  const commit: AuditLog['commit'] = (decide) => {
    const done = last.then(() => write(decide))
    last = done.catch(() => undefined)
    return done
  }
  return { commit, record: (event) => commit(async () => ({ event, writes: [], value: undefined })) }
}

/** What a look through the whole log found. */
export interface AuditVerdict {
  readonly count: number
  readonly hash: string
  readonly fault: AuditFault | null
}

/** Reads the log from its first line. `noted`: an end of it that was written down elsewhere, which must still be in it. */
export async function verifyAudit(store: Pick<Store, 'get' | 'find'>, noted: { readonly serial: number; readonly hash: string } | null = null): Promise<AuditVerdict> {
  const check = new AuditCheck()
  const head = (await store.get(PLATFORM, 'auditHeads', 'head')) ?? noHead
  let isNotedMet = noted === null
  for await (const entry of entries(store)) {
    // Lines added while it reads are looked at next time.
    if (entry.id > auditId(head.count)) break
    check.take(entry)
    if (noted !== null && entry.id === auditId(noted.serial)) isNotedMet = entry.hash === noted.hash
  }
  check.endAt(head)
  return { count: head.count, hash: head.hash, fault: check.fault ?? (isNotedMet || noted === null ? null : { serial: noted.serial, kind: 'cut' }) }
}

async function* entries(store: Pick<Store, 'find'>): AsyncGenerator<AuditEntry> {
  for (let after: string | undefined; ;) {
    const rows = await store.find(PLATFORM, 'audit', { limit: batch, ...(after === undefined ? {} : { after }) })
    yield* rows
    if (rows.length < batch) return
    after = rows.at(-1)?.id
  }
}
