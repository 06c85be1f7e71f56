import type { FastifyInstance } from 'fastify'
import type { AuditLog } from '../audit/log.js'
import type { CommunityId } from '../knowledge/community.js'

/**
 * Writes down what members of staff call: every change and every route that names an act, before the answer leaves; and
 * what they were refused. A line that can't be written is an answer that is not given.
 */
export function writeDown(app: FastifyInstance, audit: AuditLog): void {
  app.addHook('onSend', async (request, reply, payload) => {
    const { signedIn } = request
    if (signedIn === null || signedIn === undefined || request.is404) return payload
    // Pages ask before the second step is set up: no refusal of a person.
    if (signedIn.owesSecondStep && reply.statusCode === 403) return payload
    const { audit: how, does } = request.routeOptions.config
    const isLook = request.method === 'GET' || request.method === 'HEAD'
    const result = reply.statusCode === 403 ? 'refused' : reply.statusCode < 400 ? 'done' : null
    if (result === null || (result === 'done' && (how === 'itself' || (isLook && how === undefined)))) return payload
    const { community, id } = request.params as { readonly community?: CommunityId; readonly id?: string }
    const { account } = signedIn
    await audit.record({
      who: { id: account.id, name: account.name, role: account.role },
      act: how === undefined || how === 'itself' ? 'change' : how,
      communityId: community ?? null, about: id ?? null, words: does ?? `${request.method} ${request.routeOptions.url ?? ''}`, result,
    })
    return payload
  })
}
