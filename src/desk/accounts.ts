import type { CommunityId } from '../knowledge/community.js'

export type Role = 'staff' | 'lead' | 'admin' | 'auditor'

/** A person who works at the desk. Kept under the platform, not under a community. */
export interface StaffAccount {
  readonly id: string
  readonly rev: number
  /** Login name, unique, lower case. */
  readonly login: string
  readonly name: string
  /** argon2id, PHC string. */
  readonly passwordHash: string
  readonly role: Role
  /** Communities this person may see; `all` only for admins and auditors of the installation. */
  readonly scope: 'all' | readonly CommunityId[]
  readonly failures: number
  readonly lockedUntil: number | null
  readonly disabled: boolean
  readonly createdAt: number
}

/** A member of staff as the one who acts. */
export interface StaffActor {
  readonly kind: 'staff'
  readonly id: string
  readonly name: string
  /** The right of the community's head: orders, approvals, 督办. */
  readonly isLead: boolean
}

/** The person behind an account as the one who acts; an admin stands in for the head of a community that has none. */
export function actorFrom(account: Pick<StaffAccount, 'id' | 'name' | 'role'>): StaffActor {
  return { kind: 'staff', id: account.id, name: account.name, isLead: account.role === 'lead' || account.role === 'admin' }
}

/** A login. The id is the SHA-256 of the token in the cookie. */
export interface StaffSession {
  readonly id: string
  readonly rev: number
  readonly staffId: string
  readonly createdAt: number
  readonly lastAt: number
}

/** A one-time link that makes an account. The id is the SHA-256 of the token. */
export interface Invitation {
  readonly id: string
  readonly rev: number
  readonly role: Role
  readonly scope: 'all' | readonly CommunityId[]
  /** The account whose password it resets; `null` makes a new account. */
  readonly staffId: string | null
  readonly expiresAt: number
  readonly usedAt: number | null
}
