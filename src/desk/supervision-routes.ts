import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { withArchived } from './archived-requests.js'
import type { RequestIndex } from './request-index.js'
import { viewerOf } from './request-routes.js'
import { communityId, notFound, opaqueId } from './scope.js'
import { writeSheet } from './sheet.js'
import { behind, monthOf, sheetOf, superviseOf, type SupervisionGiven } from './supervision.js'
import type { Behind, Supervision } from './supervision-types.js'
import { readInput } from '../http/input.js'
import type { Community, CommunityId } from '../knowledge/community.js'
import { rateNames } from '../requests/figures.js'
import { maySee } from '../requests/routing.js'
import { usualClaimHours, type ServiceCatalogue } from '../requests/services.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { WorkingTime } from '../requests/working-time.js'
import type { Store } from '../store/store.js'

const readers = ['lead', 'admin', 'auditor'] as const

const communityParams = z.object({ community: communityId })
const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, '月份要写成 2026-11 这样').optional()
const monthQuery = z.object({ month })
const behindQuery = z.object({ month, by: z.enum(['service', 'building', 'staff']), key: opaqueId.or(z.literal('')).optional(), rate: z.enum(rateNames) })

/** What a lead looks after, and the month's figures with the list behind each. */
export function supervisionRoutes(app: FastifyInstance, parts: {
  readonly index: RequestIndex
  readonly store: Pick<Store, 'archived'>
  readonly services: () => Pick<ServiceCatalogue, 'byCode'>
  readonly workingTime: (communityId: CommunityId) => WorkingTime
  readonly communities: () => readonly Community[]
  readonly now: () => number
}): void {
  const { index } = parts

  async function given(request: FastifyRequest, asked: string | undefined): Promise<{ readonly home: Community; readonly requests: readonly ServiceRequest[]; readonly given: SupervisionGiven }> {
    const { community } = readInput(communityParams, request.params)
    const home = parts.communities().find(({ id }) => id === community)
    if (home === undefined) throw notFound()
    const now = parts.now()
    const viewer = viewerOf(request)
    return {
      home,
      requests: (await withArchived(parts.store, community, await index.newestFirst(community), { since: asked ?? monthOf(now), now })).filter((one) => maySee(one, viewer)),
      given: {
        communityId: community, month: asked ?? monthOf(now), services: parts.services(), time: parts.workingTime(community), now,
        // No text gives hours for an answer; work that nobody took climbs after them.
        responseHours: usualClaimHours,
        dueOf: (one) => index.dueOf(community, one),
        grids: home.grids,
      },
    }
  }

  app.get('/api/desk/supervision/:community', { config: { access: readers, does: '一个月的督导：超期、待定、不满意、比率', query: monthQuery } }, async (request): Promise<Supervision> => {
    const found = await given(request, readInput(monthQuery, request.query).month)
    return superviseOf(found.requests, found.given)
  })

  app.get('/api/desk/supervision/:community/behind', { config: { access: readers, does: '一个数字背后的工单', query: behindQuery } }, async (request): Promise<Behind> => {
    const { month: asked, by, key, rate } = readInput(behindQuery, request.query)
    const found = await given(request, asked)
    return { requests: behind(found.requests, { by, key: key ?? null, rate }, found.given) }
  })

  app.get('/api/desk/supervision/:community/month.csv', { config: { access: readers, audit: 'export', does: '导出一个月的数字' } }, async (request, reply) => {
    const found = await given(request, readInput(monthQuery, request.query).month)
    const text = await writeSheet(sheetOf(superviseOf(found.requests, found.given), found.home.name))
    return reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${found.given.communityId}-${found.given.month}.csv"`).send(text)
  })
}
