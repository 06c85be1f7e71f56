import type { Invitation, StaffAccount } from './accounts.js'
import { hashPassword, passwordFault } from './passwords.js'
import { accountOf } from './sign-in.js'
import { InputError, StoreError } from '../errors.js'
import { hashToken, looksLikeToken, newToken } from '../http/tokens.js'
import { PLATFORM } from '../knowledge/community.js'
import type { Store, Write } from '../store/store.js'

/** How long a one-time link holds, ms. */
const holdsForMs = 24 * 3_600_000

/** A link's path; it stands nowhere else, only its hash is kept. */
export interface OneTimeLink {
  readonly path: string
  readonly expiresAt: number
}

/** Whether an admin is still to be made. */
export async function needsFirstAdmin(store: Store): Promise<boolean> {
  const accounts = await store.find(PLATFORM, 'staff', { limit: 10_000 })
  return !accounts.some(({ role, disabled }) => role === 'admin' && !disabled)
}

/** While there is no admin: the path of a new one-time link that makes one (earlier ones end); `null` once there is. */
export async function ensureFirstAdminInvitation(store: Store, now: number): Promise<string | null> {
  if (!(await needsFirstAdmin(store))) return null
  const open = (await store.find(PLATFORM, 'invitations', { limit: 10_000 })).filter(({ usedAt, role, staffId }) => usedAt === null && role === 'admin' && staffId === null)
  const ended = open.map(({ id, rev }): Write => ({ op: 'remove', table: 'invitations', id, rev }))
  return (await invite(store, { role: 'admin', scope: 'all', staffId: null }, now, ended)).path
}

/** A one-time link with which an admin who lost the password sets a new one. Throws InputError when there is no such admin. */
export async function resetAdmin(store: Store, login: string, now: number): Promise<string> {
  const account = await accountOf(store, login)
  if (account?.role !== 'admin') throw new InputError('not-found', `admin reset: 没有名为 ${login} 的管理员`)
  return (await invite(store, { role: account.role, scope: account.scope, staffId: account.id }, now)).path
}

/** Lets a colleague make an account. Throws InputError when the scope reaches beyond the inviting admin's. */
export async function inviteColleague(store: Store, by: StaffAccount, invited: Pick<Invitation, 'role' | 'scope'>, now: number): Promise<OneTimeLink> {
  const mine = by.scope
  const isWithin = mine === 'all' || (invited.scope !== 'all' && invited.scope.every((id) => mine.includes(id)))
  if (!isWithin) throw new InputError('forbidden', '只能邀请人到您自己负责的社区')
  return invite(store, { role: invited.role, scope: invited.scope, staffId: null }, now)
}

async function invite(store: Store, what: Pick<Invitation, 'role' | 'scope' | 'staffId'>, now: number, besides: readonly Write[] = []): Promise<OneTimeLink> {
  const token = newToken()
  const row: Invitation = { ...what, id: hashToken(token), rev: 0, expiresAt: now + holdsForMs, usedAt: null }
  await store.commit(PLATFORM, [...besides, { op: 'put', table: 'invitations', row }])
  return { path: `/desk/invite/${token}`, expiresAt: row.expiresAt }
}

/** The invitation of a link, and the account it resets. Throws InputError `gone` when it is unknown, used or too old: all the same to the caller. */
export async function readInvitation(store: Store, token: string, now: number): Promise<{ readonly invitation: Invitation; readonly resets: StaffAccount | null }> {
  const invitation = looksLikeToken(token) ? await store.get(PLATFORM, 'invitations', hashToken(token)) : null
  if (!invitation || invitation.usedAt !== null || invitation.expiresAt <= now) throw gone()
  const resets = invitation.staffId === null ? null : await store.get(PLATFORM, 'staff', invitation.staffId)
  if (invitation.staffId !== null && !resets) throw gone()
  return { invitation, resets }
}

/** Uses a link: makes the account, or sets its new password and ends its sessions. `login` and `name` count for a new account only. */
export async function acceptInvitation(
  store: Store, token: string, given: { readonly login: string; readonly name: string; readonly password: string }, parts: { readonly now: () => number; readonly newId: () => string },
): Promise<StaffAccount> {
  const { invitation, resets } = await readInvitation(store, token, parts.now())
  const login = resets?.login ?? given.login.toLowerCase()
  const fault = passwordFault(given.password, login)
  if (fault !== null) throw new InputError('bad-input', fault)
  if (!resets && !/^[a-z0-9][a-z0-9._-]{2,31}$/.test(login)) throw new InputError('bad-input', '用户名用 3 到 32 个字母、数字、点或横线')
  if (!resets && given.name.trim() === '') throw new InputError('bad-input', '请填写姓名，居民会看到')
  const passwordHash = await hashPassword(given.password)
  const account: StaffAccount = resets
    ? { ...resets, passwordHash, failures: 0, lockedUntil: null, disabled: false }
    : {
        id: `staff-${parts.newId()}`, rev: 0, login, name: given.name.trim(), passwordHash, role: invitation.role, scope: invitation.scope,
        failures: 0, lockedUntil: null, disabled: false, createdAt: parts.now(),
      }
  const sessions = resets ? await store.find(PLATFORM, 'staffSessions', { by: 'staffId', equals: resets.id, limit: 10_000 }) : []
  try {
    await store.commit(PLATFORM, [
      { op: 'put', table: 'invitations', row: { ...invitation, usedAt: parts.now() } },
      { op: 'put', table: 'staff', row: account },
      ...sessions.map(({ id, rev }): Write => ({ op: 'remove', table: 'staffSessions', id, rev })),
    ])
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'conflict' || resets) throw error
    // Either the link was used at the same moment, or the login is taken.
    await readInvitation(store, token, parts.now())
    throw new InputError('conflict', '这个用户名已经有人用了，请换一个')
  }
  return account
}

function gone(): InputError {
  return new InputError('gone', '这个链接已经用过或过期了，请再要一个')
}
