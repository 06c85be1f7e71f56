import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { withArchived } from './archived-requests.js'
import { staffOf } from './caller.js'
import type { RequestIndex } from './request-index.js'
import { viewerOf } from './request-routes.js'
import { communitiesFor, communityId, opaqueId } from './scope.js'
import { writeSheet } from './sheet.js'
import { behind, monthOf, sheetOf, superviseOf, type Supervised } from './supervision.js'
import type { Behind, Supervision } from './supervision-types.js'
import type { AuditLog } from '../audit/log.js'
import { readInput } from '../http/input.js'
import type { Community, CommunityId } from '../knowledge/community.js'
import { rateNames } from '../requests/figures.js'
import { maySee } from '../requests/routing.js'
import { usualClaimHours, type ServiceCatalogue } from '../requests/services.js'
import type { WorkingTime } from '../requests/working-time.js'
import type { Store } from '../store/store.js'

const readers = ['lead', 'admin', 'auditor'] as const

const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, '月份要写成 2026-11 这样').optional()
/** Without a community: all that the caller looks after, together. */
const monthQuery = z.object({ month, community: communityId.optional() })
const behindQuery = monthQuery.extend({ by: z.enum(['service', 'building', 'staff', 'community']), key: opaqueId.or(z.literal('')).optional(), rate: z.enum(rateNames) })

/** What a lead looks after, and the month's figures with the list behind each. */
export function supervisionRoutes(app: FastifyInstance, parts: {
  readonly index: RequestIndex
  readonly audit: AuditLog
  readonly store: Pick<Store, 'archived'>
  readonly services: () => Pick<ServiceCatalogue, 'byCode'>
  readonly workingTime: (communityId: CommunityId) => WorkingTime
  readonly communities: () => readonly Community[]
  readonly now: () => number
}): void {
  const { index } = parts

  async function given(request: FastifyRequest, { month: asked, community }: z.infer<typeof monthQuery>): Promise<{ readonly month: string; readonly now: number; readonly homes: readonly Community[]; readonly all: readonly Supervised[] }> {
    const now = parts.now()
    const since = asked ?? monthOf(now)
    const viewer = viewerOf(request)
    const wanted = communitiesFor(request, parts.communities(), community)
    const homes = parts.communities().filter(({ id }) => wanted.includes(id))
    const all = await Promise.all(homes.map(async ({ id, name, grids }): Promise<Supervised> => ({
      communityId: id, name, grids, services: parts.services(), time: parts.workingTime(id), now,
      requests: (await withArchived(parts.store, id, await index.newestFirst(id), { since, now })).filter((one) => maySee(one, viewer)),
      // No text gives hours for an answer; work that nobody took climbs after them.
      responseHours: usualClaimHours,
      dueOf: (one) => index.dueOf(id, one),
    })))
    return { month: since, now, homes, all }
  }

  app.get('/api/desk/supervision', { config: { access: readers, does: '一个月的督导：超期、待定、不满意、比率', query: monthQuery } }, async (request): Promise<Supervision> => {
    const { all, month: shown, now } = await given(request, readInput(monthQuery, request.query))
    return superviseOf(all, shown, now)
  })

  app.get('/api/desk/supervision/behind', { config: { access: readers, does: '一个数字背后的工单', query: behindQuery } }, async (request): Promise<Behind> => {
    const { by, key, rate, ...asked } = readInput(behindQuery, request.query)
    const { all, month: shown } = await given(request, asked)
    return { requests: behind(all, shown, { by, key: key ?? null, rate }) }
  })

  app.get('/api/desk/supervision/month.csv', { config: { access: readers, audit: 'itself', does: '导出一个月的数字', query: monthQuery } }, async (request, reply) => {
    const asked = readInput(monthQuery, request.query)
    const { all, month: shown, homes, now } = await given(request, asked)
    const place = homes.length === 1 ? (homes[0]?.name ?? '') : `${homes.length} 个社区`
    const { account: { id, name, role } } = staffOf(request)
    await parts.audit.record({ who: { id, name, role }, act: 'export', communityId: asked.community ?? null, about: null, words: `${shown} 月报：${place}`, result: 'done' })
    const text = await writeSheet(sheetOf(superviseOf(all, shown, now), place))
    return reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${asked.community ?? 'all'}-${shown}.csv"`).send(text)
  })
}
