import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import type { Role, StaffAccount } from './accounts.js'
import type { InvitationInfo, Invited, Me, SetupInfo } from './api-types.js'
import { acceptInvitation, inviteColleague, needsFirstAdmin, readInvitation } from './invitations.js'
import { canSee, type SignIn } from './sign-in.js'
import { staffOf } from './caller.js'
import { readInput } from '../http/input.js'
import { isCommunityId, type Community } from '../knowledge/community.js'
import type { Store } from '../store/store.js'
import { InputError } from '../errors.js'

/** Everybody at the desk. */
export const everyRole = ['staff', 'lead', 'admin', 'auditor'] as const satisfies readonly Role[]

/** Guesses from one address: 20 in 5 minutes (the account's own lock is stricter). */
const loginLimit = { max: 20, timeWindow: '5 minutes' }

const loginBody = z.object({ login: z.string().min(1).max(64), password: z.string().min(1).max(256) })
const acceptBody = z.object({ login: z.string().max(64).default(''), name: z.string().max(40).default(''), password: z.string().max(256) })
const tokenParams = z.object({ token: z.string().max(100) })
const inviteBody = z.object({
  role: z.enum(everyRole),
  scope: z.union([z.literal('all'), z.array(z.string().refine(isCommunityId)).min(1).max(200)]),
})

/** Logging in and out, and how accounts are made. */
export function accountRoutes(app: FastifyInstance, parts: {
  readonly store: Store
  readonly signIn: SignIn
  readonly communities: () => readonly Community[]
  readonly now: () => number
  readonly newId: () => string
}): void {
  const { store, signIn, communities, now, newId } = parts
  const describe = (account: StaffAccount): Me => ({
    id: account.id, login: account.login, name: account.name, role: account.role,
    communities: communities().filter(({ id }) => canSee(account, id)).map(({ id, name }) => ({ id, name })),
  })

  app.get('/api/desk/setup', { config: { access: 'public' } }, async (): Promise<SetupInfo> => ({ needed: await needsFirstAdmin(store) }))

  app.post('/api/desk/login', { config: { access: 'public', rateLimit: loginLimit } }, async (request, reply) => {
    const { login, password } = readInput(loginBody, request.body, '请填写用户名和密码')
    return describe(await signIn.signIn(request, reply, login, password))
  })

  app.post('/api/desk/logout', { config: { access: everyRole } }, async (request, reply) => {
    await signIn.signOut(staffOf(request), request, reply)
    return reply.code(204).send()
  })

  app.get('/api/desk/me', { config: { access: everyRole } }, async (request) => describe(staffOf(request).account))

  app.get('/api/desk/invitations/:token', { config: { access: 'public', rateLimit: loginLimit } }, async (request): Promise<InvitationInfo> => {
    const { token } = readInput(tokenParams, request.params)
    const { invitation, resets } = await readInvitation(store, token, now())
    return { role: invitation.role, expiresAt: invitation.expiresAt, resets: resets?.login ?? null }
  })

  app.post('/api/desk/invitations/:token', { config: { access: 'public', rateLimit: loginLimit } }, async (request, reply: FastifyReply) => {
    const { token } = readInput(tokenParams, request.params)
    const given = readInput(acceptBody, request.body)
    const account = await acceptInvitation(store, token, given, { now, newId })
    // Logged in at once: the person has just shown the link and set the password.
    return describe(await signIn.signIn(request, reply, account.login, given.password))
  })

  app.post('/api/desk/invitations', { config: { access: ['admin'] } }, async (request, reply) => {
    const { role, scope } = readInput(inviteBody, request.body)
    if (scope !== 'all' && !scope.every((id) => communities().some((community) => community.id === id))) throw new InputError('not-found', '没有找到这个社区')
    const invited: Invited = await inviteColleague(store, staffOf(request).account, { role, scope }, now())
    return reply.code(201).send(invited)
  })
}
