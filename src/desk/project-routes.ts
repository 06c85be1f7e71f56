import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import { acting, signatureOf } from './caller.js'
import type { ProjectList } from './coordination-types.js'
import { linkedRow, linkedRows } from './linked-rows.js'
import type { RequestIndex } from './request-index.js'
import { viewerOf } from './request-routes.js'
import { opaqueId, readCommunity, rowAt } from './scope.js'
import { InputError } from '../errors.js'
import { readInput } from '../http/input.js'
import type { CommunityId } from '../knowledge/community.js'
import type { Project } from '../programmes/project.js'
import { maySee } from '../requests/routing.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { Store } from '../store/store.js'

const text = (most: number) => z.string().trim().max(most, `最多 ${most} 个字`)
const fields = { title: text(40).min(2, '请写项目的名字'), need: text(200).min(2, '请写是什么需求'), organisation: text(40), socialWorker: text(40), volunteers: text(60) }
const requestIds = z.array(opaqueId).min(1, '至少关联一件工单').max(200)
const beginBody = z.object({ ...fields, requests: requestIds })
const changeBody = z.object({ ...fields, project: opaqueId, rev: z.int().min(0), requests: z.array(opaqueId).max(200), state: z.enum(['planned', 'running', 'ended']), note: text(120).min(2, '请写一句改了什么') })

/** Of so many requests for one service within so long it is said that they keep coming back. Ours. */
const leastForNeed = 3
const needMs = 90 * 86_400_000

/** Services asked for by people, of which a project can be made. */
const needIntents: readonly ServiceRequest['intent'][] = ['elderly_service', 'home_agent', 'social_assistance', 'counseling', 'mediation', 'volunteer', 'micro_wish', 'deliberation']

/** Needs that keep coming back, made projects: the requests they were made from stay linked. */
export function projectRoutes(app: FastifyInstance, parts: { readonly store: Store; readonly index: Pick<RequestIndex, 'newestFirst'>; readonly now: () => number; readonly newId: () => string }): void {
  const { store, now } = parts

  async function show(community: CommunityId, caller: FastifyRequest): Promise<ProjectList> {
    const [projects, all] = await Promise.all([store.find(community, 'projects', { order: 'desc', limit: 500 }), parts.index.newestFirst(community)])
    const viewer = viewerOf(caller)
    const made = new Set(projects.flatMap((project) => project.requestIds))
    const needs = new Map<string, ServiceRequest[]>()
    for (const request of all) {
      if (request.filedAt < now() - needMs || made.has(request.id) || !needIntents.includes(request.intent) || ['draft', 'withdrawn', 'merged'].includes(request.status) || !maySee(request, viewer)) continue
      needs.set(request.serviceName, [...(needs.get(request.serviceName) ?? []), request])
    }
    return {
      projects: projects.map(({ id, rev, title, need, organisation, socialWorker, volunteers, state, steps, requestIds: ids }) => ({
        id, rev, title, need, organisation, socialWorker, volunteers, state, requests: linkedRows(ids, all, viewer), steps: steps.map(({ at, by, note }) => ({ at, by: by.name, note })),
      })),
      needs: [...needs].filter(([, requests]) => requests.length >= leastForNeed).sort(([, one], [, other]) => other.length - one.length).map(([service, requests]) => ({ service, requests: requests.map(linkedRow) })),
    }
  }

  /** Each stands in this community and may be seen by whoever links it. */
  async function refuseUnknown(community: CommunityId, ids: readonly string[], caller: FastifyRequest): Promise<void> {
    const found = await Promise.all(ids.map((id) => store.get(community, 'requests', id)))
    if (found.some((request) => request === null || !maySee(request, viewerOf(caller)))) throw new InputError('bad-input', '有的工单找不到了，请刷新页面再选')
  }

  app.get('/api/desk/projects/:community', { config: { access: everyRole, does: '服务项目' } }, (request) => show(readCommunity(request), request))

  app.post('/api/desk/projects/:community/begin', { config: { access: acting, does: '把常来的需求立成项目', body: beginBody } }, async (request) => {
    const community = readCommunity(request)
    const { requests, ...given } = readInput(beginBody, request.body)
    await refuseUnknown(community, requests, request)
    const row: Project = { ...given, id: parts.newId(), rev: 0, requestIds: requests, state: 'planned', steps: [{ at: now(), by: signatureOf(request), note: `立项，关联 ${requests.length} 件工单` }], endedAt: null }
    await store.commit(community, [{ op: 'put', table: 'projects', row }])
    return show(community, request)
  })

  app.post('/api/desk/projects/:community/change', { config: { access: acting, does: '修改服务项目', body: changeBody } }, async (request) => {
    const community = readCommunity(request)
    const { project: id, rev, requests, note, ...given } = readInput(changeBody, request.body)
    const row = await rowAt(store, community, 'projects', id, rev)
    // What it was made from stays with it, also what this person may not see.
    const linked = [...new Set([...row.requestIds, ...requests])]
    await refuseUnknown(community, linked.filter((one) => !row.requestIds.includes(one)), request)
    await store.commit(community, [{ op: 'put', table: 'projects', row: { ...row, ...given, requestIds: linked, steps: [...row.steps, { at: now(), by: signatureOf(request), note }], endedAt: given.state === 'ended' ? (row.endedAt ?? now()) : null } }])
    return show(community, request)
  })
}
