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
  /** The second step of signing in, a code from a phone; absent or `null`: none is set up. */
  readonly totp?: SecondStep | null
}

/** Codes that change every 30 s (RFC 6238), and the slips of paper for a lost phone. */
export interface SecondStep {
  /** Base32, 160 bit. */
  readonly secret: string
  /** `null`: begun and not yet proven by a code; asked of nobody till then. */
  readonly confirmedAt: number | null
  /** The last 30 s step of which a code was taken: it and all before it are used up. */
  readonly usedStep: number
  /** SHA-256 of the recovery codes that are left; each works once. */
  readonly recovery: readonly string[]
}

/** Whether a code is asked for after the password. */
export function hasSecondStep(account: Pick<StaffAccount, 'totp'>): boolean {
  return account.totp != null && account.totp.confirmedAt !== null
}

/** Of whom the second step is asked; whoever may leave it out may set it up all the same. */
export const secondStepRules = ['optional', 'admins', 'everyone'] as const
export type SecondStepRule = (typeof secondStepRules)[number]

/** Whether this person has to set it up before anything else. */
export function mustSetUpSecondStep(account: Pick<StaffAccount, 'totp' | 'role'>, rule: SecondStepRule): boolean {
  return !hasSecondStep(account) && (rule === 'everyone' || (rule === 'admins' && account.role === 'admin'))
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
  /** The second step goes with the old password: who lost the phone as well. Default false. */
  readonly dropsSecondStep?: boolean
  readonly expiresAt: number
  readonly usedAt: number | null
}
