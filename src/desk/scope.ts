import type { FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { StaffAccount } from './accounts.js'
import { staffOf } from './caller.js'
import { canSee } from './sign-in.js'
import { InputError } from '../errors.js'
import { isCommunityId, type Community, type CommunityId } from '../knowledge/community.js'
import { mustStandAt } from '../store/known-rev.js'
import type { Store } from '../store/store.js'
import type { Row, TableName } from '../store/tables.js'

export const communityId = z.string().refine(isCommunityId)
export const opaqueId = z.string().min(1).max(200)
export const idParams = z.object({ id: opaqueId })
/** All communities, or some of them. */
export const wideScope = z.union([z.literal('all'), z.array(communityId).min(1, '请至少选一个社区').max(1_000)])
const communityParams = z.object({ community: communityId })
const rowParams = z.object({ community: communityId, id: opaqueId })

export function notFound(): InputError {
  return new InputError('not-found', '没有找到')
}

/** Community of a path, or not found. */
export function readCommunity(request: FastifyRequest): CommunityId {
  const parsed = communityParams.safeParse(request.params)
  if (!parsed.success) throw notFound()
  return parsed.data.community
}

/** Community and id of a path, or not found. */
export function readPath(request: FastifyRequest): { readonly community: CommunityId; readonly id: string } {
  const parsed = rowParams.safeParse(request.params)
  if (!parsed.success) throw notFound()
  return parsed.data
}

/** The row as the caller has seen it: not found, or `conflict` where it has moved on since. */
export async function rowAt<T extends TableName>(store: Pick<Store, 'get'>, community: CommunityId, table: T, id: string, seenRev: number): Promise<Row<T>> {
  const row = await store.get(community, table, id)
  if (row === null) throw notFound()
  mustStandAt(seenRev, row, table)
  return row
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
