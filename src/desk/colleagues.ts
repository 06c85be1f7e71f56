import { hasSecondStep, type Role, type StaffAccount } from './accounts.js'
import type { Colleague } from './account-types.js'
import { notFound } from './scope.js'
import type { AuditAct } from '../audit/entry.js'
import type { AuditLog } from '../audit/log.js'
import { InputError } from '../errors.js'
import { PLATFORM, type CommunityId } from '../knowledge/community.js'
import type { Store, Write } from '../store/store.js'

/** What an admin can do to a colleague's account. */
export type AccountChange =
  | { readonly kind: 'role'; readonly role: Role; readonly scope: 'all' | readonly CommunityId[] }
  | { readonly kind: 'disable' | 'enable' | 'unlock' | 'drop-second-step' }

const actOf: Readonly<Record<AccountChange['kind'], AuditAct>> = { role: 'role', disable: 'disable', enable: 'enable', unlock: 'unlock', 'drop-second-step': 'second-step' }

/** Whether a scope lies within another. */
export function isWithin(scope: 'all' | readonly CommunityId[], mine: 'all' | readonly CommunityId[]): boolean {
  return mine === 'all' || (scope !== 'all' && scope.every((id) => mine.includes(id)))
}

/** The accounts that an admin looks after: those whose communities are all among the admin's own. */
export async function listColleagues(store: Pick<Store, 'find'>, by: StaffAccount, now: number): Promise<readonly Colleague[]> {
  const accounts = await store.find(PLATFORM, 'staff', { limit: 10_000 })
  return accounts.filter(({ scope }) => isWithin(scope, by.scope)).map((one) => ({
    id: one.id, login: one.login, name: one.name, role: one.role, scope: one.scope, disabled: one.disabled,
    lockedUntil: one.lockedUntil !== null && one.lockedUntil > now ? one.lockedUntil : null,
    hasSecondStep: hasSecondStep(one), isSelf: one.id === by.id,
  }))
}

/**
 * Changes a colleague's account; what it takes away holds from the next request. Throws InputError `not-found` outside the
 * admin's scope, `forbidden` for one's own account, `not-allowed` when nobody would be left to look after the accounts.
 */
export async function changeColleague(parts: { readonly store: Store; readonly audit: AuditLog }, byId: string, id: string, change: AccountChange): Promise<void> {
  const { store, audit } = parts
  await audit.commit(async () => {
    // Read again here: what was true when the request came may be over, as the right of who asks.
    const { by, account } = await pairOf(store, byId, id)
    if (change.kind === 'role' && !isWithin(change.scope, by.scope)) throw new InputError('forbidden', '只能派到您自己负责的社区')
    const after = changed(account, change)
    await keepAnAdmin(store, account, after)
    return {
      event: { who: { id: by.id, name: by.name, role: by.role }, act: actOf[change.kind], communityId: null, about: id, words: wordsOf(account, change), result: 'done' },
      writes: [{ op: 'put', table: 'staff', row: after }, ...(change.kind === 'disable' || change.kind === 'drop-second-step' ? await endingsOf(store, id, change.kind === 'disable') : [])],
      value: undefined,
    }
  })
}

/** Who asks, still an admin, and the colleague within that admin's scope. */
export async function pairOf(store: Pick<Store, 'get'>, byId: string, id: string): Promise<{ readonly by: StaffAccount; readonly account: StaffAccount }> {
  const [by, account] = await Promise.all([store.get(PLATFORM, 'staff', byId), store.get(PLATFORM, 'staff', id)])
  if (!by || by.disabled || by.role !== 'admin') throw new InputError('forbidden', '您没有做这件事的权限')
  if (!account || !isWithin(account.scope, by.scope)) throw notFound()
  if (account.id === by.id) throw new InputError('forbidden', '自己的账号请另一位管理员来改')
  return { by, account }
}

function changed(account: StaffAccount, change: AccountChange): StaffAccount {
  switch (change.kind) {
    case 'role': return { ...account, role: change.role, scope: change.scope }
    case 'disable': return { ...account, disabled: true }
    case 'enable': return { ...account, disabled: false, failures: 0, lockedUntil: null }
    case 'unlock': return { ...account, failures: 0, lockedUntil: null }
    case 'drop-second-step': return { ...account, totp: null }
  }
}

const looksAfterAll = (one: StaffAccount): boolean => one.role === 'admin' && !one.disabled && one.scope === 'all'

async function keepAnAdmin(store: Pick<Store, 'find'>, before: StaffAccount, after: StaffAccount): Promise<void> {
  if (!looksAfterAll(before) || looksAfterAll(after)) return
  const others = (await store.find(PLATFORM, 'staff', { limit: 10_000 })).filter((one) => one.id !== before.id && looksAfterAll(one))
  if (others.length === 0) throw new InputError('not-allowed', '这是最后一位管理员，请先请另一位同事做管理员')
}

/** What ends with an account's rights: its sessions, and, where it is closed, the links that would set a new password. */
async function endingsOf(store: Pick<Store, 'find'>, staffId: string, withLinks: boolean): Promise<readonly Write[]> {
  const sessions = await store.find(PLATFORM, 'staffSessions', { by: 'staffId', equals: staffId, limit: 10_000 })
  const links = withLinks ? (await store.find(PLATFORM, 'invitations', { limit: 10_000 })).filter((one) => one.staffId === staffId && one.usedAt === null) : []
  return [
    ...sessions.map(({ id, rev }): Write => ({ op: 'remove', table: 'staffSessions', id, rev })),
    ...links.map(({ id, rev }): Write => ({ op: 'remove', table: 'invitations', id, rev })),
  ]
}

function wordsOf({ login, role }: StaffAccount, change: AccountChange): string {
  return change.kind === 'role' ? `${login}：${role} → ${change.role}（${change.scope === 'all' ? '全部社区' : change.scope.join('、')}）` : login
}
