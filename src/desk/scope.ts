import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { StaffAccount } from './accounts.js'
import { staffOf } from './caller.js'
import { canSee } from './sign-in.js'
import { InputError } from '../errors.js'
import { isCommunityId, type Community, type CommunityId } from '../knowledge/community.js'

export const communityId = z.string().refine(isCommunityId)
export const opaqueId = z.string().min(1).max(200)
export const idParams = z.object({ id: opaqueId })
/** All communities, or some of them. */
export const wideScope = z.union([z.literal('all'), z.array(communityId).min(1, '请至少选一个社区').max(1_000)])
const rowParams = z.object({ community: communityId, id: opaqueId })

export function notFound(): InputError {
  return new InputError('not-found', '没有找到')
}

/** Community and id of a path, or not found. */
export function readPath(request: FastifyRequest): { readonly community: CommunityId; readonly id: string } {
  const parsed = rowParams.safeParse(request.params)
  if (!parsed.success) throw notFound()
  return parsed.data
}

/** The communities a list is made of: the caller's, or the one asked for. */
export function communitiesFor(request: FastifyRequest, all: readonly Community[], only: CommunityId | undefined): readonly CommunityId[] {
  const { account } = staffOf(request)
  const visible = all.map(({ id }) => id).filter((id) => canSee(account, id))
  if (only === undefined) return visible
  if (!visible.includes(only)) throw notFound()
  return [only]
}

/** Whether somebody looks after all that a key or a webhook reaches. */
export function mayHandle(account: StaffAccount, scope: 'all' | readonly CommunityId[]): boolean {
  return account.scope === 'all' || (scope !== 'all' && scope.every((id) => canSee(account, id)))
}
