import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { staffOf } from './caller.js'
import type { FactFromAnswer, FactList, ServiceList, VersionRow } from './knowledge-types.js'
import { draftAs, pathsOf, rowOf } from './knowledge-versions.js'
import { notFound, readPath } from './scope.js'
import { mayHear } from '../conversation/confidence.js'
import { readInput } from '../http/input.js'
import type { CommunityId, LocalFact } from '../knowledge/community.js'
import { intentNames, type IntentName } from '../nlu/understanding.js'
import { redact } from '../privacy.js'
import { newEntryId, withEntry, withListed } from '../publication/edits.js'
import type { KnowledgeInUse } from '../publication/live-knowledge.js'
import type { Publication } from '../publication/publication.js'
import { openStates, type FileChanges } from '../publication/version.js'
import { checklistSchema } from '../requests/checklist.js'
import { serviceSchema } from '../requests/services.js'
import type { Store } from '../store/store.js'

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, '日期要写成 2026-11-01')
const moment = z.string().regex(/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2})?$/, '日期要写成 2026-11-01').nullable()
/** One line of text that has to be there; `what` names it for people. */
export const line = (what: string, most: number) => z.string().trim().min(1, `请写${what}`).max(most, `${what}最多 ${most} 个字`)
/** Why something is changed. */
export const reason = line('为什么改', 300)

const fact = z.object({
  topic: line('事情', 40), item: z.string().trim().max(60, '具体项目最多 60 个字'), text: line('内容', 500).nullable(),
  source: line('来源', 100), date: day, from: moment, until: moment,
}).refine(({ from, until }) => from === null || until === null || from <= until, '有效期的结束要在开始之后')
const factBody = z.object({ id: z.string().min(1).max(100).nullable(), fact: fact.nullable(), reason }).refine(({ id, fact: given }) => id !== null || given !== null, '请写内容')

const serviceBody = z.object({ service: serviceSchema, reason })
const checklistBody = z.object({ checklist: checklistSchema, reason })
const entryParams = z.object({ id: z.string().min(1).max(100) })
/** In the place of an id: there is none yet. */
const newEntry = 'new'

/** What is entered or changed: local facts and notices, services. Everything becomes a draft; nothing goes live here. */
export function knowledgeEntryRoutes(app: FastifyInstance, parts: { readonly publication: Publication; readonly inUse: () => KnowledgeInUse; readonly titleOf: (intent: IntentName) => string; readonly store: Store; readonly now: () => number }): void {
  const { publication, store } = parts

  async function draft(request: FastifyRequest, changes: FileChanges, why: string): Promise<VersionRow> {
    return rowOf(await draftAs(publication, staffOf(request).account, changes, why))
  }

  async function openDrafts(touches: (paths: readonly string[]) => boolean): Promise<VersionRow[]> {
    const open = (await publication.versions()).filter(({ state }) => openStates.includes(state))
    const found = await Promise.all(open.map(async (version) => (touches(await pathsOf(publication, version)) ? [rowOf(version)] : [])))
    return found.flat().reverse()
  }

  app.get('/api/desk/knowledge/facts/:community', { config: { access: ['lead', 'admin', 'auditor'], does: '社区登记的信息和通知' } }, async (request): Promise<FactList> => {
    const { community } = readInput(z.object({ community: z.string() }), request.params)
    const { facts } = known(community as CommunityId)
    return { facts, drafts: await openDrafts((paths) => paths.includes(`communities/${community}.json`)) }
  })

  app.post('/api/desk/knowledge/facts/:community', { config: { access: ['lead', 'admin'], does: '改一条社区信息，存成草稿', body: factBody } }, async (request, reply) => {
    const { community } = readInput(z.object({ community: z.string() }), request.params)
    const given = readInput(factBody, request.body)
    const home = known(community as CommunityId)
    const files = await publication.files(await publication.live())
    const id = given.id ?? newEntryId('fact', new Set(home.facts.map((one) => one.id)), parts.now())
    const next: LocalFact | null = given.fact === null ? null : { id, ...given.fact }
    return reply.code(201).send(await draft(request, withListed(files, home.id, 'facts', id, next), given.reason))
  })

  app.get('/api/desk/knowledge/facts/:community/from/:id', { config: { access: ['lead', 'admin'], does: '用工作人员的答复起草一条社区信息' } }, async (request): Promise<FactFromAnswer> => {
    const { community, id } = readPath(request)
    const said = await store.get(community, 'messages', id)
    const talk = said === null ? null : await store.get(community, 'conversations', said.conversationId)
    // What was confided becomes nobody's knowledge.
    if (said?.from !== 'staff' || (talk !== null && !mayHear(talk, said.at, { id: '', hearsAll: false }))) throw notFound()
    const before = await store.find(community, 'messages', { by: 'conversationId', equals: said.conversationId, order: 'desc', limit: 50, after: said.id })
    const asked = before.find(({ from, at }) => from === 'resident' && at <= said.at)
    const date = new Date(said.at + 8 * 3_600_000).toISOString().slice(0, 10)
    return {
      question: asked === undefined ? '' : redact(asked.text),
      fact: { topic: '', item: '', text: redact(said.text), source: `${said.authorName ?? '工作人员'} ${date} 答复居民`, date, from: null, until: null },
    }
  })

  app.get('/api/desk/knowledge/services', { config: { access: ['lead', 'admin', 'auditor'], does: '办事项目' } }, async (): Promise<ServiceList> => ({
    services: parts.inUse().services.services,
    checklists: parts.inUse().services.checklists.map(({ knowledge: _stamp, ...list }) => list),
    intents: intentNames.map((name) => ({ name, title: parts.titleOf(name) })),
  }))

  async function enterEntry(request: FastifyRequest, kind: 'service' | 'checklist', { code: _code, checklist: _checklist, ...given }: Readonly<Record<string, unknown>>, why: string): Promise<VersionRow> {
    const { id } = readInput(entryParams, request.params)
    const { services: { services, checklists } } = parts.inUse()
    const taken = new Set([...services.map(({ code }) => code), ...checklists.map(({ checklist }) => checklist)])
    const files = await publication.files(await publication.live())
    return draft(request, withEntry(files, kind, id === newEntry ? null : id, given, newEntryId('local', taken, parts.now())), why)
  }

  app.post('/api/desk/knowledge/services/:id', { config: { access: ['admin'], does: '登记或改一个办事项目，存成草稿', body: serviceBody } }, async (request, reply) => {
    const given = readInput(serviceBody, request.body, '有一项没填好：名称、用途、意图和要问的每一项都要写')
    return reply.code(201).send(await enterEntry(request, 'service', given.service, given.reason))
  })

  app.post('/api/desk/knowledge/checklists/:id', { config: { access: ['admin'], does: '登记或改一份材料清单，存成草稿', body: checklistBody } }, async (request, reply) => {
    const given = readInput(checklistBody, request.body, '有一项没填好：名称、说法、社区、来源和材料都要写')
    return reply.code(201).send(await enterEntry(request, 'checklist', given.checklist, given.reason))
  })

  function known(id: CommunityId) {
    const found = parts.inUse().communities.get(id)
    if (found === undefined) throw notFound()
    return found
  }
}
