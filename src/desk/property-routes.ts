import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import { acting, signatureOf } from './caller.js'
import type { CoordinationRow, EvaluationRow, PropertyView } from './coordination-types.js'
import { linkedRows } from './linked-rows.js'
import type { RequestIndex } from './request-index.js'
import { viewerOf } from './request-routes.js'
import { opaqueId, readCommunity, rowAt } from './scope.js'
import { dayOf } from '../booking/slot.js'
import { evaluationRulesOf, type Coordinations } from '../conversation/coordinations.js'
import { InputError } from '../errors.js'
import { dayLike, readInput } from '../http/input.js'
import type { CommunityId } from '../knowledge/community.js'
import { coordinationParties, isPropertyComplaint, subjectOf, type Coordination } from '../programmes/coordination.js'
import { conclude, evaluationParties, missingParties, type PropertyEvaluation } from '../programmes/property-evaluation.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { Store } from '../store/store.js'

const rev = z.int().min(0)
const words = z.string().trim().min(2, '请写清楚').max(300, '最多 300 个字')
const day = dayLike('2026-10-12')
const stepBody = z.object({
  coordination: opaqueId, rev,
  step: z.union([
    z.object({ to: z.literal('convened'), meeting: z.object({ at: z.string().trim().min(2, '请写哪天几点').max(60), place: z.string().trim().min(2, '请写在哪里').max(60), parties: z.array(z.string().trim().min(1).max(30)).min(2, '至少两方').max(10) }) }),
    z.object({ to: z.literal('concluded'), result: words }),
    z.object({ to: z.literal('dropped'), result: words }),
  ]),
})
const beginBody = z.object({ company: z.string().trim().min(2, '请写物业公司').max(60), period: z.string().trim().min(2, '请写哪个时段').max(30), from: day, until: day, again: opaqueId.nullable() })
const markBody = z.object({ evaluation: opaqueId, rev, party: z.enum(evaluationParties), mark: z.int('请打整数分').min(0, '最低 0 分').max(100, '最高 100 分'), words: z.string().trim().max(300, '最多 300 个字'), spokeFor: z.string().trim().min(2, '请写谁代表这一方').max(30) })
const concludeBody = z.object({ evaluation: opaqueId, rev, rectifyBy: day.nullable() })

const refusals = {
  over: '这次评价已经有结论了；整改后请另开一次复评',
  'day-missing': '不合格要写整改到哪一天，须在今天以后',
} as const

/** Property companies at the desk: meetings raised by like complaints, and the evaluation by four parties. */
export function propertyRoutes(app: FastifyInstance, parts: { readonly store: Store; readonly coordinations: Pick<Coordinations, 'look' | 'step'>; readonly index: Pick<RequestIndex, 'newestFirst'>; readonly now: () => number; readonly newId: () => string }): void {
  const { store, coordinations, now } = parts

  async function show(community: CommunityId, caller: FastifyRequest): Promise<PropertyView> {
    const [rows, evaluations, rules, requests] = await Promise.all([
      store.find(community, 'coordinations', { order: 'desc', limit: 200 }), store.find(community, 'propertyEvaluations', { order: 'desc', limit: 200 }), evaluationRulesOf(store, community), parts.index.newestFirst(community),
    ])
    const viewer = viewerOf(caller)
    return {
      rule: rules.coordination, parties: coordinationParties, evaluationParties, passMark: rules.passMark, today: dayOf(now()),
      coordinations: rows.map((row) => describeCoordination(row, linkedRows(row.requestIds, requests, viewer))),
      evaluations: evaluations.map((row) => describeEvaluation(row, requests)),
    }
  }

  app.get('/api/desk/property/:community', { config: { access: everyRole, does: '物业协调和评价' } }, async (request) => {
    const community = readCommunity(request)
    // What a stop cut off before it was raised is raised now.
    await coordinations.look(community)
    return show(community, request)
  })

  app.post('/api/desk/property/:community/step', { config: { access: acting, does: '物业协调：召集、记结果或不开会', body: stepBody } }, async (request) => {
    const community = readCommunity(request)
    const { coordination: id, rev: known, step } = readInput(stepBody, request.body)
    const row = await rowAt(store, community, 'coordinations', id, known)
    if ((await coordinations.step(community, row, step, signatureOf(request))) === null) throw new InputError('not-allowed', row.openKey === null ? '这件事已经有结果了' : '还没有召集过，先定下时间、地点和参加的各方')
    return show(community, request)
  })

  app.post('/api/desk/property/:community/evaluate', { config: { access: acting, does: '开始一次物业评价', body: beginBody } }, async (request) => {
    const community = readCommunity(request)
    const given = readInput(beginBody, request.body)
    if (given.until < given.from) throw new InputError('bad-input', '起止日期反了')
    const before = given.again === null ? null : await store.get(community, 'propertyEvaluations', given.again)
    if (given.again !== null && before?.verdict?.passes !== false) throw new InputError('not-allowed', '只有不合格的才要复评')
    await store.commit(community, [{ op: 'put', table: 'propertyEvaluations', row: { ...given, id: parts.newId(), rev: 0, marks: {}, verdict: null, at: now() } }])
    return show(community, request)
  })

  app.post('/api/desk/property/:community/mark', { config: { access: acting, does: '物业评价：记一方的评价', body: markBody } }, async (request) => {
    const community = readCommunity(request)
    const { evaluation: id, rev: known, party, ...given } = readInput(markBody, request.body)
    const row = await rowAt(store, community, 'propertyEvaluations', id, known)
    if (row.verdict !== null) throw new InputError('not-allowed', refusals.over)
    await store.commit(community, [{ op: 'put', table: 'propertyEvaluations', row: { ...row, marks: { ...row.marks, [party]: { ...given, enteredBy: signatureOf(request), at: now() } } } }])
    return show(community, request)
  })

  app.post('/api/desk/property/:community/conclude', { config: { access: ['lead', 'admin'], does: '物业评价：下结论', body: concludeBody } }, async (request) => {
    const community = readCommunity(request)
    const { evaluation: id, rev: known, rectifyBy } = readInput(concludeBody, request.body)
    const row = await rowAt(store, community, 'propertyEvaluations', id, known)
    const { passMark } = await evaluationRulesOf(store, community)
    const after = conclude(row, { passMark, rectifyBy, by: signatureOf(request), now: now() })
    if (after === 'parties-missing') throw new InputError('not-allowed', `四方都评了才有结论，还差：${missingParties(row).join('、')}`)
    if (typeof after === 'string') throw new InputError('not-allowed', refusals[after])
    await store.commit(community, [{ op: 'put', table: 'propertyEvaluations', row: after }])
    return show(community, request)
  })
}

function describeCoordination({ id, rev: stands, subject, state, meeting, result, raisedAt, rule, steps }: Coordination, requests: CoordinationRow['requests']): CoordinationRow {
  return { id, rev: stands, subject, state, meeting, result, raisedAt, rule, requests, steps: steps.map(({ at, by, to }) => ({ at, by: by?.name ?? null, to })) }
}

function describeEvaluation(row: PropertyEvaluation, requests: readonly ServiceRequest[]): EvaluationRow {
  const { id, rev: stands, company, period, from, until, again, at, verdict } = row
  const counts = new Map<string, number>()
  for (const request of requests) {
    const on = dayOf(request.filedAt)
    if (!isPropertyComplaint(request) || on < from || on > until || ['draft', 'withdrawn', 'merged'].includes(request.status)) continue
    const subject = subjectOf(request.description)
    counts.set(subject, (counts.get(subject) ?? 0) + 1)
  }
  return {
    id, rev: stands, company, period, from, until, again, at,
    marks: evaluationParties.map((party) => { const mark = row.marks[party]; return { party, mark: mark?.mark ?? null, words: mark?.words ?? '', spokeFor: mark?.spokeFor ?? '' } }),
    verdict: verdict === null ? null : { passes: verdict.passes, mean: verdict.mean, passMark: verdict.passMark, rectifyBy: verdict.rectifyBy, by: verdict.by.name },
    complaints: [...counts].map(([subject, count]) => ({ subject, count })).sort((one, other) => other.count - one.count),
  }
}
