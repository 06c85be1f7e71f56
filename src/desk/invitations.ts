import type { Invitation, StaffAccount } from './accounts.js'
import { hashPassword, passwordFault } from './passwords.js'
import { isWithin, pairOf } from './colleagues.js'
import { accountOf } from './sign-in.js'
import { createAuditLog, type AuditLog } from '../audit/log.js'
import { InputError } from '../errors.js'
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
  const link = await invite({ store, audit: createAuditLog({ store, now: () => now }) }, async () => {
    const open = (await store.find(PLATFORM, 'invitations', { limit: 10_000 })).filter(({ usedAt, role, staffId }) => usedAt === null && role === 'admin' && staffId === null)
    return { by: null, what: { role: 'admin', scope: 'all', staffId: null }, words: '第一位管理员', besides: open.map(({ id, rev }): Write => ({ op: 'remove', table: 'invitations', id, rev })) }
  }, now)
  return link.path
}

/** A one-time link with which an admin who lost the password, the phone, or both sets a new password; the second step is to be set up anew. Throws InputError when there is no such admin. */
export async function resetAdmin(store: Store, login: string, now: number): Promise<string> {
  const link = await invite({ store, audit: createAuditLog({ store, now: () => now }) }, async () => {
    const account = await accountOf(store, login)
    if (account?.role !== 'admin') throw new InputError('not-found', `admin reset: 没有名为 ${login} 的管理员`)
    return { by: null, what: { role: account.role, scope: account.scope, staffId: account.id, dropsSecondStep: true }, words: `重设 ${account.login}（本机命令）`, besides: [] }
  }, now)
  return link.path
}

interface InvitationParts { readonly store: Store; readonly audit: AuditLog }

/** Lets a colleague make an account. Throws InputError when the scope reaches beyond the inviting admin's. */
export function inviteColleague(parts: InvitationParts, byId: string, invited: Pick<Invitation, 'role' | 'scope'>, now: number): Promise<OneTimeLink> {
  return invite(parts, async () => {
    const by = await parts.store.get(PLATFORM, 'staff', byId)
    if (by?.role !== 'admin' || by.disabled) throw new InputError('forbidden', '您没有做这件事的权限')
    if (!isWithin(invited.scope, by.scope)) throw new InputError('forbidden', '只能邀请人到您自己负责的社区')
    return { by, what: { role: invited.role, scope: invited.scope, staffId: null }, words: `${invited.role}（${invited.scope === 'all' ? '全部社区' : invited.scope.join('、')}）`, besides: [] }
  }, now)
}

/** A one-time link with which a colleague sets a new password. */
export function resetColleague(parts: InvitationParts, byId: string, id: string, now: number): Promise<OneTimeLink> {
  return invite(parts, async () => {
    const { by, account } = await pairOf(parts.store, byId, id)
    if (account.disabled) throw new InputError('not-allowed', '这个账号停用了，请先启用')
    return { by, what: { role: account.role, scope: account.scope, staffId: account.id }, words: `重设 ${account.login}`, besides: [] }
  }, now)
}

async function invite(
  { audit }: InvitationParts,
  decide: () => Promise<{ readonly by: StaffAccount | null; readonly what: Pick<Invitation, 'role' | 'scope' | 'staffId' | 'dropsSecondStep'>; readonly words: string; readonly besides: readonly Write[] }>,
  now: number,
): Promise<OneTimeLink> {
  const token = newToken()
  return audit.commit(async () => {
    const { by, what, words, besides } = await decide()
    const row: Invitation = { ...what, id: hashToken(token), rev: 0, expiresAt: now + holdsForMs, usedAt: null }
    return {
      event: { who: by === null ? null : { id: by.id, name: by.name, role: by.role }, act: 'invite', communityId: null, about: what.staffId, words, result: 'done' },
      writes: [...besides, { op: 'put', table: 'invitations', row }],
      value: { path: `/desk/invite/${token}`, expiresAt: row.expiresAt },
    }
  })
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
  parts: InvitationParts & { readonly now: () => number; readonly newId: () => string }, token: string, given: { readonly login: string; readonly name: string; readonly password: string },
): Promise<StaffAccount> {
  const { store, audit, now, newId } = parts
  const { resets: first } = await readInvitation(store, token, now())
  const login = first?.login ?? given.login.toLowerCase()
  const fault = passwordFault(given.password, login)
  if (fault !== null) throw new InputError('bad-input', fault)
  if (!first && !/^[a-z0-9][a-z0-9._-]{2,31}$/.test(login)) throw new InputError('bad-input', '用户名用 3 到 32 个字母、数字、点或横线')
  if (!first && given.name.trim() === '') throw new InputError('bad-input', '请填写姓名，居民会看到')
  const passwordHash = await hashPassword(given.password)
  return audit.commit(async () => {
    const { invitation, resets } = await readInvitation(store, token, now())
    if (!resets && (await accountOf(store, login)) !== null) throw new InputError('conflict', '这个用户名已经有人用了，请换一个')
    const account: StaffAccount = resets
      ? { ...resets, passwordHash, failures: 0, lockedUntil: null, disabled: false, ...(invitation.dropsSecondStep === true ? { totp: null } : {}) }
      : {
          id: `staff-${newId()}`, rev: 0, login, name: given.name.trim(), passwordHash, role: invitation.role, scope: invitation.scope,
          failures: 0, lockedUntil: null, disabled: false, createdAt: now(),
        }
    const sessions = resets ? await store.find(PLATFORM, 'staffSessions', { by: 'staffId', equals: resets.id, limit: 10_000 }) : []
    return {
      event: { who: { id: account.id, name: account.name, role: account.role }, act: resets ? 'password' : 'account-made', communityId: null, about: account.id, words: login, result: 'done' },
      writes: [
        { op: 'put', table: 'invitations', row: { ...invitation, usedAt: now() } },
        { op: 'put', table: 'staff', row: account },
        ...sessions.map(({ id, rev }): Write => ({ op: 'remove', table: 'staffSessions', id, rev })),
      ],
      value: account,
    }
  })
}

function gone(): InputError {
  return new InputError('gone', '这个链接已经用过或过期了，请再要一个')
}
