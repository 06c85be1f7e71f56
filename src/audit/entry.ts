import { createHash } from 'node:crypto'
import type { Role } from '../desk/accounts.js'
import type { CommunityId } from '../knowledge/community.js'

/** What is written down. Moves of requests are not among the named ones: a request's own history tells them in full; here they are a `change`. */
export const auditActs = [
  'sign-in', 'sign-out', 'locked', 'unlock', 'invite', 'account-made', 'password', 'role', 'disable', 'enable', 'second-step', 'unmask', 'export', 'import', 'change',
] as const
export type AuditAct = (typeof auditActs)[number]

export interface AuditEvent {
  /** `null`: a command on the machine itself, or nobody who is known. */
  readonly who: { readonly id: string; readonly name: string; readonly role: Role } | null
  readonly act: AuditAct
  /** Where; `null`: the installation as a whole. */
  readonly communityId: CommunityId | null
  /** The row it is about: a request, a conversation, an account. */
  readonly about: string | null
  /** The reason given, or what exactly was done. */
  readonly words: string | null
  readonly result: 'done' | 'refused'
}

/** A line of the log. Each holds the hash of the one before, so that none can be changed, moved or taken out unseen. */
export interface AuditEntry extends AuditEvent {
  /** Serial from 1, twelve digits. */
  readonly id: string
  readonly rev: number
  readonly at: number
  /** Hash of the entry before; `''` for the first. */
  readonly previous: string
  readonly hash: string
}

/** Where the log ends; kept beside it, so that lines cut off at the end are missed too. */
export interface AuditHead {
  readonly id: 'head'
  readonly rev: number
  readonly count: number
  readonly hash: string
}

export const noHead: AuditHead = { id: 'head', rev: 0, count: 0, hash: '' }

export function auditId(serial: number): string {
  return String(serial).padStart(12, '0')
}

/** The next line, and the end of the log with it. */
export function chain(head: AuditHead, event: AuditEvent, at: number): { readonly entry: AuditEntry; readonly head: AuditHead } {
  const count = head.count + 1
  const body = { ...event, id: auditId(count), at, previous: head.hash }
  const hash = hashOf(body)
  return { entry: { ...body, rev: 0, hash }, head: { ...head, count, hash } }
}

/** SHA-256 over every field, in one fixed order. */
function hashOf({ id, at, who, act, communityId, about, words, result, previous }: Omit<AuditEntry, 'rev' | 'hash'>): string {
  return createHash('sha256').update(JSON.stringify([id, at, who === null ? null : [who.id, who.name, who.role], act, communityId, about, words, result, previous])).digest('hex')
}

/** Where a log stops being whole. */
export interface AuditFault {
  /** Serial of the line at which it shows. */
  readonly serial: number
  readonly kind: 'missing' | 'changed' | 'broken' | 'cut'
}

/** Follows a log from its first line; `fault` stays `null` as long as everything fits. */
export class AuditCheck {
  #head: AuditHead = noHead
  #fault: AuditFault | null = null

  get fault(): AuditFault | null {
    return this.#fault
  }

  take(entry: AuditEntry): void {
    const serial = this.#head.count + 1
    if (entry.id !== auditId(serial)) this.#fault ??= { serial, kind: 'missing' }
    else if (hashOf(entry) !== entry.hash) this.#fault ??= { serial, kind: 'changed' }
    else if (entry.previous !== this.#head.hash) this.#fault ??= { serial, kind: 'broken' }
    this.#head = { ...this.#head, count: serial, hash: entry.hash }
  }

  /** Ends at `head`; a head noted elsewhere may be given to compare with once its line is reached. */
  endAt(head: Pick<AuditHead, 'count' | 'hash'>): void {
    if (this.#head.count !== head.count || this.#head.hash !== head.hash) this.#fault ??= { serial: Math.min(this.#head.count, head.count) + 1, kind: 'cut' }
  }
}
