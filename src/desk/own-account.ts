import { hasSecondStep, mustSetUpSecondStep, type SecondStepRule, type StaffAccount } from './accounts.js'
import type { RecoveryCodes, SecondStepBegun } from './account-types.js'
import { hashPassword, passwordFault, verifyPassword } from './passwords.js'
import { beginSecondStep, hashRecovery, picture, recoveryCodes, useCode } from './second-step.js'
import type { SignedIn } from './sign-in.js'
import type { AuditAct } from '../audit/entry.js'
import type { AuditLog } from '../audit/log.js'
import { InputError } from '../errors.js'
import { PLATFORM } from '../knowledge/community.js'
import type { Store, Write } from '../store/store.js'

/** What a member of staff does to their own account. Each asks for the password again: a browser left open is not its owner. */
export interface OwnAccount {
  /** Ends every other session. */
  changePassword(who: SignedIn, given: { readonly current: string; readonly password: string }): Promise<void>
  beginSecondStep(who: SignedIn, password: string): Promise<SecondStepBegun>
  confirmSecondStep(who: SignedIn, code: string): Promise<RecoveryCodes>
  dropSecondStep(who: SignedIn, given: { readonly password: string; readonly code: string }): Promise<void>
}

export function ownAccounts(parts: { readonly store: Store; readonly audit: AuditLog; readonly secondStep: SecondStepRule; readonly now: () => number }): OwnAccount {
  const { store, audit, now } = parts

  async function checkPassword(account: StaffAccount, password: string): Promise<void> {
    if (!(await verifyPassword(account.passwordHash, password))) throw new InputError('bad-input', '现在的密码不对')
  }

  function change<T>({ account: { id } }: SignedIn, act: AuditAct, words: string, decide: (account: StaffAccount) => Promise<{ readonly account: StaffAccount; readonly writes?: readonly Write[]; readonly value: T }>): Promise<T> {
    return audit.commit(async () => {
      const known = await store.get(PLATFORM, 'staff', id)
      if (!known || known.disabled) throw new InputError('unauthenticated', '请先登录')
      const { account, writes = [], value } = await decide(known)
      return {
        event: { who: { id, name: account.name, role: account.role }, act, communityId: null, about: id, words, result: 'done' },
        writes: [{ op: 'put', table: 'staff', row: account }, ...writes],
        value,
      }
    })
  }

  async function otherSessions({ account, sessionId }: SignedIn): Promise<readonly Write[]> {
    const sessions = await store.find(PLATFORM, 'staffSessions', { by: 'staffId', equals: account.id, limit: 10_000 })
    return sessions.filter(({ id }) => id !== sessionId).map(({ id, rev }) => ({ op: 'remove', table: 'staffSessions', id, rev }))
  }

  return {
    async changePassword(who, { current, password }) {
      await checkPassword(who.account, current)
      const fault = passwordFault(password, who.account.login)
      if (fault !== null) throw new InputError('bad-input', fault)
      const passwordHash = await hashPassword(password)
      await change(who, 'password', '本人修改', async (account) => ({ account: { ...account, passwordHash }, writes: await otherSessions(who), value: undefined }))
    },

    async beginSecondStep(who, password) {
      await checkPassword(who.account, password)
      const totp = await beginSecondStep()
      await change(who, 'second-step', '开始设置', async (account) => {
        if (hasSecondStep(account)) throw new InputError('not-allowed', '两步验证已经设好了；要换手机，请先停用再重设')
        return { account: { ...account, totp }, value: undefined }
      })
      return { secret: totp.secret, ...(await picture(totp.secret, who.account.login)) }
    },

    confirmSecondStep(who, code) {
      const codes = recoveryCodes()
      return change(who, 'second-step', '设好', async (account) => {
        if (account.totp == null || account.totp.confirmedAt !== null) throw new InputError('not-allowed', '请先扫码再输入验证码')
        const used = await useCode(account.totp, code, now())
        if (used === null) throw new InputError('bad-input', '验证码不对，请看看手机的时间准不准，再输入新的一个')
        return { account: { ...account, totp: { ...used, confirmedAt: now(), recovery: hashRecovery(codes) } }, writes: await otherSessions(who), value: { codes } }
      })
    },

    async dropSecondStep(who, { password, code }) {
      await checkPassword(who.account, password)
      await change(who, 'second-step', '本人停用', async (account) => {
        if (account.totp == null || !hasSecondStep(account)) throw new InputError('not-allowed', '还没有设两步验证')
        if ((await useCode(account.totp, code, now())) === null) throw new InputError('bad-input', '验证码不对，或已经用过了')
        if (mustSetUpSecondStep({ ...account, totp: null }, parts.secondStep)) throw new InputError('not-allowed', '本单位要求两步验证，不能停用；换手机请找另一位管理员重设')
        return { account: { ...account, totp: null }, writes: await otherSessions(who), value: undefined }
      })
    },
  }
}
