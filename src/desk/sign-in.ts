import type { FastifyReply, FastifyRequest } from 'fastify'
import { hasSecondStep, mustSetUpSecondStep, type SecondStepRule, type StaffAccount, type StaffSession } from './accounts.js'
import { hashPassword, verifyPassword } from './passwords.js'
import { useCode } from './second-step.js'
import type { AuditEvent } from '../audit/entry.js'
import type { AuditLog } from '../audit/log.js'
import { InputError } from '../errors.js'
import { hashToken, looksLikeToken, newToken } from '../http/tokens.js'
import { PLATFORM } from '../knowledge/community.js'
import { unlessQuicker } from '../store/quicker.js'
import type { Store, Write } from '../store/store.js'

/** A member of staff whose session holds. */
export interface SignedIn {
  readonly account: StaffAccount
  readonly sessionId: string
  /** The second step has to be set up before anything else. */
  readonly owesSecondStep: boolean
}

/** A session ends this long after it was last used, ms. */
export const idleMs = 30 * 60_000

/** A session ends this long after the login whatever happens, ms. */
export const absoluteMs = 12 * 3_600_000

/** Wrong passwords that lock an account, and for how long, ms. */
export const lockout = { failures: 5, forMs: 15 * 60_000 } as const

/** The last use is written down at most this often, ms. */
const touchEveryMs = 60_000

/** Logins of nobody whose failures are remembered. */
const strangersRemembered = 10_000

/** Whether an account may know of a community. */
export function canSee(account: StaffAccount, communityId: string): boolean {
  return account.scope === 'all' || account.scope.some((id) => id === communityId)
}

export interface SignIn {
  /** Who the request's cookie belongs to; `null` when the session has ended or the account is disabled. */
  resume(request: FastifyRequest): Promise<SignedIn | null>
  /** The same for a page that only listens: does not count as use. */
  stillHolds(sessionId: string): Promise<SignedIn | null>
  /** Checks the password, and the code where there is a second step, and opens a new session, ending the one the browser had. An account that wrong guesses have locked still opens to a right code with the right password. Throws InputError `unauthenticated`, `code-needed` or `locked`. */
  signIn(request: FastifyRequest, reply: FastifyReply, given: SignInGiven): Promise<SignedIn>
  signOut(signedIn: SignedIn, request: FastifyRequest, reply: FastifyReply): Promise<void>
}

export interface SignInGiven {
  readonly login: string
  readonly password: string
  /** Of the phone, or a recovery code; `''`: none given. */
  readonly code: string
}

interface Failures {
  readonly failures: number
  readonly lockedUntil: number | null
}

export function signIns(parts: {
  readonly store: Store
  readonly audit: AuditLog
  readonly secondStep: SecondStepRule
  readonly now: () => number
  readonly isSecure: (request: FastifyRequest) => boolean
}): SignIn {
  const { store, audit, now, isSecure } = parts
  // A login that nobody has behaves in every way as one that somebody has: same work, same lock.
  const strangers = new Map<string, Failures>()
  const turns = new Map<string, Promise<void>>()
  const nobodysHash = hashPassword(newToken())
  nobodysHash.catch(() => undefined)

  const cookieName = (request: FastifyRequest): string => (isSecure(request) ? '__Host-desk' : 'desk')
  const cookie = (request: FastifyRequest) => ({ path: '/', httpOnly: true, sameSite: 'strict', secure: isSecure(request) }) as const

  async function holding(sessionId: string): Promise<(SignedIn & { readonly session: StaffSession }) | null> {
    const session = await store.get(PLATFORM, 'staffSessions', sessionId)
    if (!session || now() - session.lastAt > idleMs || now() - session.createdAt > absoluteMs) return null
    const account = await store.get(PLATFORM, 'staff', session.staffId)
    return account && !account.disabled ? { ...signedIn(account, sessionId), session } : null
  }

  const signedIn = (account: StaffAccount, sessionId: string): SignedIn => ({ account, sessionId, owesSecondStep: mustSetUpSecondStep(account, parts.secondStep) })

  function sessionIdIn(request: FastifyRequest): string | null {
    const token = request.cookies[cookieName(request)]
    return looksLikeToken(token) ? hashToken(token) : null
  }

  /** Writes a failure down. Whoever guesses does not wait for it (a stranger's needs no disk, and would answer sooner); the next guess does. */
  async function noteFailure(login: string, after: Failures): Promise<void> {
    for (;;) {
      const account = await accountOf(store, login)
      if (account) {
        if (!(await changed(store, [{ op: 'put', table: 'staff', row: { ...account, ...after } }]))) continue
        if (after.lockedUntil !== null) await audit.record({ ...eventOf(account, 'locked'), who: null, words: `${lockout.failures} 次密码或验证码不对`, result: 'refused' })
        return
      }
      strangers.set(login, after)
      if (strangers.size > strangersRemembered) for (const oldest of strangers.keys()) { strangers.delete(oldest); break }
      return
    }
  }

  async function attempt(request: FastifyRequest, reply: FastifyReply, login: string, given: SignInGiven, meanwhile: (work: Promise<void>) => void): Promise<SignedIn> {
    const account = await accountOf(store, login)
    const before = standing(account ?? strangers.get(login) ?? noFailures, now())
    if (before.lockedUntil !== null) {
      // What strangers guessed must not shut out whoever holds the phone. The code comes first: it is used up when it is right, and without it no password is looked at.
      const proven = account === null || account.disabled ? null : await proveByPhone(account, given.code)
      if (proven === null || !(await verifyPassword(proven.passwordHash, given.password))) throw lockedOut(reply, before.lockedUntil - now())
      return enter(request, reply, proven, null)
    }
    const isRight = await verifyPassword(account?.passwordHash ?? (await nobodysHash), given.password)
    if (!isRight || !account || account.disabled) throw failed(reply, login, before, '用户名或密码不对', meanwhile)
    if (hasSecondStep(account) && given.code === '') throw new InputError('code-needed', '请输入手机上的 6 位验证码')
    return enter(request, reply, account, given.code).catch((error: unknown) => {
      throw error instanceof InputError && error.code === 'unauthenticated' ? failed(reply, login, before, error.message, meanwhile) : error
    })
  }

  /** Opens a session and hands its cookie over; `code` `null`: it was used up already. */
  async function enter(request: FastifyRequest, reply: FastifyReply, account: StaffAccount, code: string | null): Promise<SignedIn> {
    const token = newToken()
    const opened = await audit.commit(async () => {
      const open = await openSession(request, account, code, hashToken(token))
      return { event: { ...eventOf(account, 'sign-in'), words: hasSecondStep(account) ? '密码和验证码' : '密码' }, ...open }
    })
    void reply.setCookie(cookieName(request), token, cookie(request))
    return opened
  }

  /** The account with this code of its phone used up; `null` where it has no second step, or the code is wrong or was used. */
  async function proveByPhone(account: StaffAccount, code: string): Promise<StaffAccount | null> {
    const totp = code !== '' && account.totp != null && hasSecondStep(account) ? await useCode(account.totp, code, now()) : null
    return totp !== null && (await changed(store, [{ op: 'put', table: 'staff', row: { ...account, totp } }])) ? store.get(PLATFORM, 'staff', account.id) : null
  }

  /** A new session instead of the browser's old one, with the code used up. */
  async function openSession(request: FastifyRequest, known: StaffAccount, code: string | null, sessionId: string): Promise<{ readonly writes: readonly Write[]; readonly value: SignedIn }> {
    const account = await store.get(PLATFORM, 'staff', known.id)
    // Changed since the password was looked at.
    if (!account || account.disabled || account.passwordHash !== known.passwordHash) throw new InputError('unauthenticated', '用户名或密码不对')
    const totp = code !== null && account.totp != null && hasSecondStep(account) ? await useCode(account.totp, code, now()) : account.totp
    if (totp === null && hasSecondStep(account)) throw new InputError('unauthenticated', '验证码不对，或已经用过了')
    const writes: Write[] = [{ op: 'put', table: 'staffSessions', row: { id: sessionId, rev: 0, staffId: account.id, createdAt: now(), lastAt: now() } }]
    if (account.failures > 0 || account.lockedUntil !== null || totp !== account.totp) writes.push({ op: 'put', table: 'staff', row: { ...account, ...noFailures, ...(totp === undefined ? {} : { totp }) } })
    const old = sessionIdIn(request)
    const oldSession = old === null ? null : await store.get(PLATFORM, 'staffSessions', old)
    if (oldSession) writes.push({ op: 'remove', table: 'staffSessions', id: oldSession.id, rev: oldSession.rev })
    return { writes, value: signedIn(account, sessionId) }
  }

  /** Counts a wrong guess, and says what the guesser hears. */
  function failed(reply: FastifyReply, login: string, before: Failures, sentence: string, meanwhile: (work: Promise<void>) => void): InputError {
    const failures = before.failures + 1
    const lockedUntil = failures >= lockout.failures ? now() + lockout.forMs : null
    meanwhile(noteFailure(login, { failures, lockedUntil }))
    return lockedUntil === null ? new InputError('unauthenticated', sentence) : lockedOut(reply, lockedUntil - now())
  }

  return {
    async resume(request) {
      const sessionId = sessionIdIn(request)
      const held = sessionId === null ? null : await holding(sessionId)
      if (!held) return null
      // Ended or touched by somebody else meanwhile: then that stands.
      if (now() - held.session.lastAt > touchEveryMs) await changed(store, [{ op: 'put', table: 'staffSessions', row: { ...held.session, lastAt: now() } }])
      return signedIn(held.account, held.sessionId)
    },

    stillHolds: holding,

    signIn: (request, reply, given) => {
      // One guess at a time for each login, so that guesses sent at once are counted like guesses one by one.
      const key = given.login.toLowerCase()
      const before = turns.get(key) ?? Promise.resolve()
      let work: Promise<void> = Promise.resolve()
      const answer = before.then(() => attempt(request, reply, key, given, (begun) => { work = begun }))
      // A failure that can't be written down (a full disk) does not keep people out; the address's limit still holds.
      const turn = answer.then(() => undefined, () => undefined).then(() => work).catch(() => undefined)
      turns.set(key, turn)
      void turn.then(() => {
        if (turns.get(key) === turn) turns.delete(key)
      })
      return answer
    },

    async signOut({ account, sessionId }, request, reply) {
      await audit.commit(async () => {
        const session = await store.get(PLATFORM, 'staffSessions', sessionId)
        return { event: eventOf(account, 'sign-out'), writes: session ? [{ op: 'remove', table: 'staffSessions', id: session.id, rev: session.rev }] : [], value: undefined }
      })
      void reply.clearCookie(cookieName(request), cookie(request))
    },
  }
}

const noFailures: Failures = { failures: 0, lockedUntil: null }

function eventOf({ id, name, role }: StaffAccount, act: AuditEvent['act']): AuditEvent {
  return { who: { id, name, role }, act, communityId: null, about: id, words: null, result: 'done' }
}

/** What counts now: a lock that has run out takes its failures with it. */
function standing({ failures, lockedUntil }: Failures, now: number): Failures {
  return lockedUntil !== null && lockedUntil <= now ? noFailures : { failures, lockedUntil }
}

function lockedOut(reply: FastifyReply, waitMs: number): InputError {
  void reply.header('retry-after', Math.ceil(waitMs / 1_000))
  return new InputError('locked', `密码错了太多次，请 ${Math.ceil(waitMs / 60_000)} 分钟后再试；设了两步验证的，连同手机验证码现在就能登录`)
}

export async function accountOf(store: Store, login: string): Promise<StaffAccount | null> {
  const [account] = await store.find(PLATFORM, 'staff', { by: 'login', equals: login.toLowerCase(), limit: 1 })
  return account ?? null
}

/** Commits; `false` when somebody else was quicker. */
function changed(store: Store, writes: readonly Write[]): Promise<boolean> {
  return unlessQuicker(store.commit(PLATFORM, writes))
}
