import type { FastifyContextConfig, FastifyInstance, FastifyRequest } from 'fastify'
import type { ZodType } from 'zod'
import type { ChatResident } from '../channels/web/sessions.js'
import type { AuditAct } from '../audit/entry.js'
import { InputError } from '../errors.js'
import type { Role } from '../desk/accounts.js'
import { canSee, type SignedIn } from '../desk/sign-in.js'

/** Who may call a route. Every route names it; a route that does not stops the server from being built. `key`: a program with a key, which the route reads itself (it may stand in the body). */
export type Access = 'public' | 'resident' | 'key' | readonly Role[]

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** Open also to who still has to set up the second step of signing in. Default false. */
    isOpenWhileOwing?: boolean
    /** What the route is for, in a few words; the log and the description of the API say it. */
    does?: string
    /** The form of the body, of a route that reads one. */
    body?: ZodType
    /** The same of the query. */
    query?: ZodType
    /** How a call of a member of staff is written down: under this act, or `itself` where the route does it. Default: a change is a `change`, a mere look is not written down. */
    audit?: AuditAct | 'itself'
  }
  interface FastifyInstance {
    /** Every route there is, with who may call it. */
    accessTable: readonly AccessRow[]
  }
  interface FastifyRequest {
    resident: ChatResident | null
    signedIn: SignedIn | null
  }
}

export interface AccessRow {
  readonly method: string
  readonly url: string
  readonly access: Access
  readonly config: FastifyContextConfig
}

/** How the caller of a request is known; `null` = not at all. */
export interface Callers {
  resident(request: FastifyRequest): Promise<ChatResident | null>
  staff(request: FastifyRequest): Promise<SignedIn | null>
}

/**
 * Refuses before the body is read: a change from another site (ASVS 5.0 3.5), a caller without the role the route names,
 * and, where the path names a `community`, one outside the caller's scope, as if it did not exist.
 */
export function guardAccess(app: FastifyInstance, callers: Callers, publicUrl: string | null): void {
  app.decorateRequest('resident', null)
  app.decorateRequest('signedIn', null)
  const table: AccessRow[] = []
  app.decorate('accessTable', table)
  app.addHook('onRoute', (route) => {
    const access = route.config?.access
    if (access === undefined) throw new Error(`http: route ${String(route.method)} ${route.url} names no access; give it config.access`)
    for (const method of [route.method].flat()) table.push({ method, url: route.url, access, config: route.config ?? {} })
  })
  app.addHook('onRequest', async (request) => {
    if (request.is404) return
    const access = request.routeOptions.config.access
    if (access === undefined) throw new InputError('forbidden', '您没有做这件事的权限')
    if (request.method !== 'GET' && request.method !== 'HEAD') refuseOtherSites(request, publicUrl)
    if (access === 'public' || access === 'key') return
    if (access === 'resident') {
      request.resident = await callers.resident(request)
      if (!request.resident) throw new InputError('unauthenticated', '请先选择您的社区')
      return
    }
    request.signedIn = await callers.staff(request)
    if (!request.signedIn) throw new InputError('unauthenticated', '请先登录')
    if (request.signedIn.owesSecondStep && request.routeOptions.config.isOpenWhileOwing !== true) throw new InputError('second-step-owed', '请先在「我的账号」里设好两步验证')
    if (!access.includes(request.signedIn.account.role)) throw new InputError('forbidden', '您没有做这件事的权限')
    const community = (request.params as { community?: string }).community
    if (community !== undefined && !canSee(request.signedIn.account, community)) throw new InputError('not-found', '没有找到')
  })
}

function refuseOtherSites(request: FastifyRequest, publicUrl: string | null): void {
  const site = request.headers['sec-fetch-site']
  if (site !== undefined && site !== 'same-origin' && site !== 'none') throw otherSite()
  const origin = request.headers.origin
  if (origin !== undefined && !isOwnOrigin(origin, request.host, publicUrl)) throw otherSite()
  // A form of another site cannot set a header of ours, also in a browser too old for the two above.
  if (request.url.startsWith('/api/desk/') && request.headers['x-yichuang'] !== 'desk') throw otherSite()
}

function isOwnOrigin(origin: string, host: string, publicUrl: string | null): boolean {
  if (!URL.canParse(origin)) return false
  const given = new URL(origin)
  return given.host === host || (publicUrl !== null && given.origin === new URL(publicUrl).origin)
}

function otherSite(): InputError {
  return new InputError('forbidden', '这个请求不是从本站页面发出的，已拒绝')
}
