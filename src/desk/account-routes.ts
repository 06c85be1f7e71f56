import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { hasSecondStep, type Role } from './accounts.js'
import type { ColleagueList } from './account-types.js'
import type { InvitationInfo, Me, SetupInfo } from './api-types.js'
import { changeColleague, listColleagues } from './colleagues.js'
import { acceptInvitation, inviteColleague, needsFirstAdmin, readInvitation, resetColleague } from './invitations.js'
import type { OwnAccount } from './own-account.js'
import { communityId, opaqueId } from './scope.js'
import { canSee, type SignedIn, type SignIn } from './sign-in.js'
import { staffOf } from './caller.js'
import type { AuditLog } from '../audit/log.js'
import { readInput } from '../http/input.js'
import { closingOf } from '../knowledge/closing.js'
import type { Community, CommunityId } from '../knowledge/community.js'
import type { Store } from '../store/store.js'
import { InputError } from '../errors.js'

/** Everybody at the desk. */
export const everyRole = ['staff', 'lead', 'admin', 'auditor'] as const satisfies readonly Role[]

/** Guesses from one address: 20 in 5 minutes (the account's own lock is stricter). */
const loginLimit = { max: 20, timeWindow: '5 minutes' }

const password = z.string().min(1).max(256)
/** Of the phone, or a recovery code. */
const code = z.string().trim().max(40)
const loginBody = z.object({ login: z.string().min(1).max(64), password, code: code.default('') })
const acceptBody = z.object({ login: z.string().max(64).default(''), name: z.string().max(40).default(''), password: z.string().max(256) })
const tokenParams = z.object({ token: z.string().max(100) })
const scope = z.union([z.literal('all'), z.array(communityId).min(1, '请至少选一个社区').max(200)])
const inviteBody = z.object({ role: z.enum(everyRole), scope })
const staffParams = z.object({ id: opaqueId })
const changeBody = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('role'), role: z.enum(everyRole), scope }),
  z.object({ kind: z.enum(['disable', 'enable', 'unlock', 'drop-second-step']) }),
])
const passwordBody = z.object({ current: password, password: z.string().max(256) })
const beginBody = z.object({ password })
const confirmBody = z.object({ code: code.min(1, '请输入验证码') })
const dropBody = z.object({ password, code: code.min(1, '请输入验证码') })

/** Logging in and out, and how accounts are made. */
export function accountRoutes(app: FastifyInstance, parts: {
  readonly store: Store
  readonly audit: AuditLog
  readonly signIn: SignIn
  readonly own: OwnAccount
  readonly communities: () => readonly Community[]
  readonly now: () => number
  readonly newId: () => string
}): void {
  const { store, audit, signIn, own, communities, now, newId } = parts
  const describe = ({ account, owesSecondStep }: SignedIn): Me => ({
    id: account.id, login: account.login, name: account.name, role: account.role,
    communities: communities().filter(({ id }) => canSee(account, id)).map((one) => ({ id: one.id, name: one.name, isShut: closingOf(one, now()) !== null })),
    hasSecondStep: hasSecondStep(account), owesSecondStep,
  })

  function checkCommunities(scope: 'all' | readonly CommunityId[]): void {
    if (scope !== 'all' && !scope.every((id) => communities().some((community) => community.id === id))) throw new InputError('not-found', '没有找到这个社区')
  }

  app.get('/api/desk/setup', { config: { access: 'public', does: '是否还没有管理员' } }, async (): Promise<SetupInfo> => ({ needed: await needsFirstAdmin(store) }))

  app.post('/api/desk/login', { config: { access: 'public', rateLimit: loginLimit, does: '登录', body: loginBody } }, async (request, reply) =>
    describe(await signIn.signIn(request, reply, readInput(loginBody, request.body, '请填写用户名和密码'))))

  app.post('/api/desk/logout', { config: { access: everyRole, isOpenWhileOwing: true, audit: 'itself', does: '退出' } }, async (request, reply) => {
    await signIn.signOut(staffOf(request), request, reply)
    return reply.code(204).send()
  })

  app.get('/api/desk/me', { config: { access: everyRole, isOpenWhileOwing: true, does: '我是谁、管哪些社区' } }, async (request) => describe(staffOf(request)))

  app.post('/api/desk/me/password', { config: { access: everyRole, rateLimit: loginLimit, isOpenWhileOwing: true, audit: 'itself', does: '换自己的密码', body: passwordBody } }, async (request, reply) => {
    await own.changePassword(staffOf(request), readInput(passwordBody, request.body, '请填写现在的密码和新密码'))
    return reply.code(204).send()
  })

  app.post('/api/desk/me/second-step', { config: { access: everyRole, rateLimit: loginLimit, isOpenWhileOwing: true, audit: 'itself', does: '开始设两步验证', body: beginBody } }, async (request) =>
    own.beginSecondStep(staffOf(request), readInput(beginBody, request.body, '请填写现在的密码').password))

  app.post('/api/desk/me/second-step/confirm', { config: { access: everyRole, rateLimit: loginLimit, isOpenWhileOwing: true, audit: 'itself', does: '用一个验证码设好两步验证', body: confirmBody } }, async (request) =>
    own.confirmSecondStep(staffOf(request), readInput(confirmBody, request.body).code))

  app.post('/api/desk/me/second-step/drop', { config: { access: everyRole, rateLimit: loginLimit, audit: 'itself', does: '停用自己的两步验证', body: dropBody } }, async (request, reply) => {
    await own.dropSecondStep(staffOf(request), readInput(dropBody, request.body))
    return reply.code(204).send()
  })

  app.get('/api/desk/staff', { config: { access: ['admin'], does: '同事的账号' } }, async (request): Promise<ColleagueList> => ({ colleagues: await listColleagues(store, staffOf(request).account, now()) }))

  app.post('/api/desk/staff/:id', { config: { access: ['admin'], audit: 'itself', does: '改同事的账号：角色、停用、启用、解锁、重设两步验证', body: changeBody } }, async (request): Promise<ColleagueList> => {
    const { id } = readInput(staffParams, request.params)
    const change = readInput(changeBody, request.body)
    if (change.kind === 'role') checkCommunities(change.scope)
    const { account } = staffOf(request)
    await changeColleague({ store, audit }, account.id, id, change)
    return { colleagues: await listColleagues(store, account, now()) }
  })

  app.post('/api/desk/staff/:id/reset', { config: { access: ['admin'], audit: 'itself', does: '给同事一个重设密码的一次性链接' } }, async (request, reply) => {
    const { id } = readInput(staffParams, request.params)
    return reply.code(201).send(await resetColleague({ store, audit }, staffOf(request).account.id, id, now()))
  })

  app.get('/api/desk/invitations/:token', { config: { access: 'public', rateLimit: loginLimit, does: '一次性链接是做什么的' } }, async (request): Promise<InvitationInfo> => {
    const { token } = readInput(tokenParams, request.params)
    const { invitation, resets } = await readInvitation(store, token, now())
    return { role: invitation.role, expiresAt: invitation.expiresAt, resets: resets?.login ?? null }
  })

  app.post('/api/desk/invitations/:token', { config: { access: 'public', rateLimit: loginLimit, does: '用一次性链接建账号或设新密码', body: acceptBody } }, async (request, reply: FastifyReply) => {
    const { token } = readInput(tokenParams, request.params)
    const given = readInput(acceptBody, request.body)
    const account = await acceptInvitation({ store, audit, now, newId }, token, given)
    // Whoever has a second step signs in with it; the rest are in at once: they have just shown the link and set the password.
    if (hasSecondStep(account)) return reply.code(204).send()
    return describe(await signIn.signIn(request, reply, { login: account.login, password: given.password, code: '' }))
  })

  app.post('/api/desk/invitations', { config: { access: ['admin'], audit: 'itself', does: '做一个一次性链接，请同事加入', body: inviteBody } }, async (request, reply) => {
    const { role, scope } = readInput(inviteBody, request.body)
    checkCommunities(scope)
    return reply.code(201).send(await inviteColleague({ store, audit }, staffOf(request).account.id, { role, scope }, now()))
  })
}
