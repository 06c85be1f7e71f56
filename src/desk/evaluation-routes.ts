import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import { acting, actorOf, signatureOf, staffOf } from './caller.js'
import type { EvaluationView, ShownMark, WorkerView } from './evaluation-types.js'
import type { RequestIndex } from './request-index.js'
import { viewerOf } from './request-routes.js'
import { notFound, opaqueId, readCommunity, readPath } from './scope.js'
import { canSee } from './sign-in.js'
import { evaluationRulesOf } from '../conversation/coordinations.js'
import { InputError } from '../errors.js'
import { readInput } from '../http/input.js'
import { PLATFORM, type CommunityId } from '../knowledge/community.js'
import { leastMarks, usualRules } from '../programmes/evaluation-rules.js'
import { forwardedTasks, providerReports, unitMarkId, unitReports, type ForwardedTask, type UnitMark } from '../programmes/unit-mark.js'
import { periodOf, scoreWorker } from '../programmes/worker-score.js'
import { maySee } from '../requests/routing.js'
import type { Store } from '../store/store.js'

const period = z.string().regex(/^20\d{2}H[12]$/, '时段要写成 2026H2')
const workerQuery = z.object({ period: period.optional() })
const stars = z.int().min(1, '1 到 5 分').max(5, '1 到 5 分')
const words = z.string().trim().max(200, '最多 200 个字')
const markBody = z.object({ request: opaqueId, unit: z.string().min(1).max(60), direction: z.enum(['of-unit', 'of-community']), stars, words })
const workerBody = z.object({ period, stars, words })
const rulesBody = z.object({
  rev: z.int().min(0),
  coordination: z.object({ least: z.int().min(2, '至少 2 户').max(50), withinDays: z.int().min(1).max(365) }),
  passMark: z.int().min(1).max(100),
  residentsPercent: z.int().min(51, '群众满意度要占一半以上').max(100),
})

/** Evaluations at the desk: units and the community of each other, providers by those they serve, a worker by residents and the head. */
export function evaluationRoutes(app: FastifyInstance, parts: { readonly store: Store; readonly index: Pick<RequestIndex, 'newestFirst'>; readonly now: () => number }): void {
  const { store, now } = parts

  async function show(community: CommunityId, caller: FastifyRequest): Promise<EvaluationView> {
    const [rules, marks, all] = await Promise.all([evaluationRulesOf(store, community), store.find(community, 'unitMarks', { limit: 10_000 }), parts.index.newestFirst(community)])
    const viewer = viewerOf(caller)
    const requests = all.filter((request) => maySee(request, viewer))
    const { rev, coordination, passMark, residentsPercent } = rules
    return {
      rules: { rev, coordination, passMark, residentsPercent }, least: leastMarks, providers: providerReports(all),
      units: unitReports(requests, marks).map(({ tasks, ...report }) => ({
        ...report,
        tasks: tasks.map((task) => ({ requestId: task.requestId, number: task.number, forwardedAt: task.forwardedAt, endedAt: task.endedAt, ofUnit: shown(task.ofUnit), ofCommunity: shown(task.ofCommunity), mayMark: mayMark(task, caller) })),
      })),
      workers: actorOf(caller).isLead ? await workersOf(community) : [],
    }
  }

  /** Who forwarded it; what the program forwarded by itself, and in the place of a colleague, the heads. */
  function mayMark(task: ForwardedTask, caller: FastifyRequest): boolean {
    const { id, isLead } = actorOf(caller)
    return staffOf(caller).account.role !== 'auditor' && (isLead || task.by === id)
  }

  async function workersOf(community: CommunityId): Promise<EvaluationView['workers']> {
    const staff = await store.find(PLATFORM, 'staff', { limit: 10_000 })
    return staff.filter((account) => account.role === 'staff' && !account.disabled && canSee(account, community)).map(({ id, name }) => ({ id, name })).sort((one, other) => one.name.localeCompare(other.name, 'zh'))
  }

  /** The worker of the path: oneself, or for heads one who works here. Nobody else learns that there is such a score. */
  async function workerOf(request: FastifyRequest): Promise<{ readonly community: CommunityId; readonly id: string; readonly name: string; readonly isLead: boolean }> {
    const { community, id } = readPath(request)
    const me = actorOf(request)
    if (id === me.id) return { community, id, name: me.name, isLead: false }
    const worker = me.isLead ? (await workersOf(community)).find((one) => one.id === id) : undefined
    if (worker === undefined) throw notFound()
    return { community, ...worker, isLead: true }
  }

  async function showWorker(request: FastifyRequest, of: string): Promise<WorkerView> {
    const { community, id, name, isLead } = await workerOf(request)
    const [rules, mark, requests] = await Promise.all([evaluationRulesOf(store, community), store.get(community, 'workerMarks', `${id}|${of}`), parts.index.newestFirst(community)])
    return { ...scoreWorker(requests, mark, { staffId: id, period: of, residentsPercent: rules.residentsPercent }), period: of, name, leadWords: mark?.words ?? '', mayMark: isLead }
  }

  app.get('/api/desk/evaluations/:community', { config: { access: everyRole, does: '单位和服务机构的评价' } }, (request) => show(readCommunity(request), request))

  app.post('/api/desk/evaluations/:community/mark', { config: { access: acting, does: '给转办单位打分，或记下单位给社区的分', body: markBody } }, async (request) => {
    const community = readCommunity(request)
    const { request: id, unit, direction, ...given } = readInput(markBody, request.body)
    const row = await store.get(community, 'requests', id)
    if (row === null || !maySee(row, viewerOf(request))) throw notFound()
    const task = forwardedTasks(row).find((one) => one.unit === unit)
    if (task === undefined) throw new InputError('not-allowed', '这件没有转给过这个单位')
    if (!mayMark(task, request)) throw new InputError('not-allowed', '由转办的人来评')
    const key = unitMarkId(direction, task)
    const mark: UnitMark = { id: key, rev: (await store.get(community, 'unitMarks', key))?.rev ?? 0, requestId: id, unit, direction, ...given, by: signatureOf(request), at: now() }
    await store.commit(community, [{ op: 'put', table: 'unitMarks', row: mark }])
    return show(community, request)
  })

  app.post('/api/desk/evaluations/:community/rules', { config: { access: ['admin'], does: '改评价的规则', body: rulesBody } }, async (request) => {
    const community = readCommunity(request)
    await store.commit(community, [{ op: 'put', table: 'evaluationRules', row: { id: usualRules.id, ...readInput(rulesBody, request.body) } }])
    return show(community, request)
  })

  app.get('/api/desk/evaluations/:community/workers/:id', { config: { access: acting, does: '一位社区工作者的评价', query: workerQuery } }, (request) => showWorker(request, readInput(workerQuery, request.query).period ?? periodOf(now())))

  app.post('/api/desk/evaluations/:community/workers/:id', { config: { access: ['lead', 'admin'], does: '给一位社区工作者打分', body: workerBody } }, async (request) => {
    const { community, id, isLead } = await workerOf(request)
    if (!isLead) throw new InputError('not-allowed', '自己不能给自己打分')
    const { period: of, ...given } = readInput(workerBody, request.body)
    const key = `${id}|${of}`
    const known = await store.get(community, 'workerMarks', key)
    await store.commit(community, [{ op: 'put', table: 'workerMarks', row: { id: key, rev: known?.rev ?? 0, staffId: id, period: of, ...given, by: signatureOf(request), at: now() } }])
    return showWorker(request, of)
  })
}

function shown(mark: UnitMark | null): ShownMark | null {
  return mark === null ? null : { stars: mark.stars, words: mark.words, by: mark.by.name, at: mark.at }
}
