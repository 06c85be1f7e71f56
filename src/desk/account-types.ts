/** What the desk's server and its pages of accounts and of the log say to each other. Types only. */
import type { AuditEntry, AuditFault } from '../audit/entry.js'
import type { Role } from './accounts.js'

/** GET /api/desk/staff (admins) → the accounts one looks after; POST /api/desk/staff/:id {kind, role?, scope?}; POST …/:id/reset → Invited. */
export interface ColleagueList { readonly colleagues: readonly Colleague[] }
export interface Colleague {
  readonly id: string
  readonly login: string
  readonly name: string
  readonly role: Role
  readonly scope: 'all' | readonly string[]
  readonly disabled: boolean
  readonly lockedUntil: number | null
  readonly hasSecondStep: boolean
  readonly isSelf: boolean
}

/** POST /api/desk/me/password {current, password} · POST /api/desk/me/second-step {password} → SecondStepBegun · POST …/confirm {code} → RecoveryCodes · POST …/drop {password, code}. */
export interface SecondStepBegun { readonly secret: string; readonly uri: string; /** PNG in a data URL. */ readonly qr: string }
export interface RecoveryCodes { readonly codes: readonly string[] }

/** GET /api/desk/audit?before=&act= (admins and auditors of the installation) → newest first; GET /api/desk/audit/check → AuditChecked. */
export interface AuditPage { readonly entries: readonly Omit<AuditEntry, 'rev' | 'previous' | 'hash'>[]; readonly more: boolean }
export interface AuditChecked { readonly count: number; readonly hash: string; readonly fault: AuditFault | null }
