import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { staffOf } from './caller.js'
import type { FactFromAnswer, FactList, ReadPolicy, ServiceList, VersionRow } from './knowledge-types.js'
import { inPageWords, isWithin, pathsOf, rowOf, signatureOf } from './knowledge-versions.js'
import { notFound, readPath } from './scope.js'
import { mayHear } from '../conversation/confidence.js'
import { InputError } from '../errors.js'
import { readInput } from '../http/input.js'
import { readUpload } from '../http/upload.js'
import type { CommunityId, LocalFact } from '../knowledge/community.js'
import type { ImportedPolicy } from '../knowledge/import.js'
import { redact } from '../privacy.js'
import { newFactId, withFact, withService } from '../publication/edits.js'
import type { KnowledgeInUse } from '../publication/live-knowledge.js'
import type { Publication } from '../publication/publication.js'
import type { FileChanges } from '../publication/version.js'
import type { Store } from '../store/store.js'

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, '日期要写成 2026-11-01')
const moment = z.string().regex(/^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2})?$/, '日期要写成 2026-11-01').nullable()
const partDay = z.string().regex(/^\d{4}(?:-\d{2}(?:-\d{2})?)?$/, '日期要写成 2018-07-02、2018-07 或 2018').nullable()
const line = (what: string, most: number) => z.string().trim().min(1, `请写${what}`).max(most, `${what}最多 ${most} 个字`)
const reason = line('为什么改', 300)

const fact = z.object({
  topic: line('事情', 40), item: z.string().trim().max(60, '具体项目最多 60 个字'), text: line('内容', 500).nullable(),
  source: line('来源', 100), date: day, from: moment, until: moment,
}).refine(({ from, until }) => from === null || until === null || from <= until, '有效期的结束要在开始之后')
const factBody = z.object({ id: z.string().min(1).max(100).nullable(), fact: fact.nullable(), reason }).refine(({ id, fact: given }) => id !== null || given !== null, '请写内容')

const readQuery = z.object({ jurisdiction: z.string().regex(/^\d{6,12}$/, '行政区划代码要写六位以上的数字，如 330500'), name: line('文件名', 200) })
const entry = z.object({
  title: line('标题', 200), issuingBody: line('发文机关', 100).nullable(), number: line('文号', 60).nullable(), signed: partDay, issued: partDay, published: partDay,
  effective: partDay, validUntil: partDay, status: z.enum(['in-force', 'draft', 'expired', 'template']), jurisdiction: readQuery.shape.jurisdiction, jurisdictionName: line('适用地区', 60),
})
const policyBody = z.object({
  fileName: line('文件名', 200), raw: z.string().min(1), format: z.enum(['text', 'markdown', 'html', 'docx', 'pdf']),
  metadata: entry, replaces: z.string().min(1).max(200).nullable(), reason,
})

const term = z.object({ workdays: z.int().positive('工作日要写一个正整数'), source: line('时限的来源', 100), date: day })
const serviceBody = z.object({
  words: z.object({ name: line('名称', 40), about: z.string().trim().max(200, '说明最多 200 个字'), words: z.array(line('说法', 30)).max(60), materials: z.array(line('材料', 200)).max(40), term: term.nullable() }),
  reason,
})

/** What is entered or changed: texts, local facts and notices, services. Everything becomes a draft; nothing goes live here. */
export function knowledgeEntryRoutes(app: FastifyInstance, parts: { readonly publication: Publication; readonly inUse: () => KnowledgeInUse; readonly store: Store; readonly now: () => number }): void {
  const { publication, store } = parts

  async function draft(request: FastifyRequest, changes: FileChanges, why: string): Promise<VersionRow> {
    const { account } = staffOf(request)
    if (!isWithin(account, [...changes.keys()])) throw new InputError('forbidden', '这里改的是各社区共用的内容，要由管全部社区的管理员来改')
    return rowOf(await inPageWords(null, () => publication.draft(changes, signatureOf(account), why)))
  }

  async function openDrafts(touches: (paths: readonly string[]) => boolean): Promise<VersionRow[]> {
    const open = (await publication.versions()).filter(({ state }) => ['draft', 'checked', 'broken', 'approved'].includes(state))
    const found = await Promise.all(open.map(async (version) => (touches(await pathsOf(publication, version)) ? [rowOf(version)] : [])))
    return found.flat().reverse()
  }

  app.post('/api/desk/knowledge/policies/read', { config: { access: ['admin'], does: '读一份政策文件，还不保存', query: readQuery } }, async (request): Promise<ReadPolicy> => {
    const { jurisdiction, name } = readInput(readQuery, request.query)
    const bytes = await readUpload(request)
    const { importPolicy } = await import('../knowledge/import.js')
    const read = await importPolicy(bytes, { jurisdiction, fileName: name })
    const { policies } = await liveKnowledge()
    return {
      format: read.format, fileName: name, raw: read.policy.raw, metadata: read.metadata, warnings: read.warnings, clauses: clausesOf(read),
      existing: policies.filter((one) => one.jurisdiction === jurisdiction).map(({ id, title }) => ({ id, title })),
    }
  })

  app.post('/api/desk/knowledge/policies', { config: { access: ['admin'], does: '把读好的政策文件存成草稿', body: policyBody } }, async (request, reply) => {
    const given = readInput(policyBody, request.body)
    const [{ importText }, { writePolicyFile }] = await Promise.all([import('../knowledge/import.js'), import('../knowledge/policy-file.js')])
    const read = importText(given.raw, { jurisdiction: given.metadata.jurisdiction, fileName: given.fileName }, given.format)
    const { policies } = await liveKnowledge()
    const id = given.replaces ?? read.metadata.id
    const isKnown = policies.some((one) => one.id === id)
    if (given.replaces !== null && !isKnown) throw notFound()
    if (given.replaces === null && isKnown) throw new InputError('taken', '知识库里已有同名的文件；要换掉它请选「替换」，要并存请给文件换个名字再传')
    const text = writePolicyFile({ ...read.metadata, ...given.metadata }, read.tree)
    return reply.code(201).send(await draft(request, new Map([[`policies/raw/${id}.txt`, read.policy.raw], [`policies/${id}.md`, text]]), given.reason))
  })

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
    const id = given.id ?? newFactId(new Set(home.facts.map((one) => one.id)))
    const next: LocalFact | null = given.fact === null ? null : { id, ...given.fact }
    return reply.code(201).send(await draft(request, withFact(files, home.id, id, next), given.reason))
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
    services: parts.inUse().services.services.map(({ code, group, name, about, words, materials, term: promised }) => ({ code, group, name, about, words, materials, term: promised })),
  }))

  app.post('/api/desk/knowledge/services/:id', { config: { access: ['admin'], does: '改一个办事项目，存成草稿', body: serviceBody } }, async (request, reply) => {
    const { id } = readInput(z.object({ id: z.string().min(1).max(100) }), request.params)
    const given = readInput(serviceBody, request.body)
    const files = await publication.files(await publication.live())
    return reply.code(201).send(await draft(request, withService(files, id, given.words), given.reason))
  })

  async function liveKnowledge() {
    const { readKnowledge } = await import('../knowledge/knowledge.js')
    return readKnowledge(await publication.files(await publication.live()))
  }

  function known(id: CommunityId) {
    const found = parts.inUse().communities.get(id)
    if (found === undefined) throw notFound()
    return found
  }
}

function clausesOf({ tree }: ImportedPolicy): ReadPolicy['clauses'] {
  return tree.map(({ path, heading, paragraphs }) => ({
    path, heading,
    paragraphs: paragraphs.map(({ text, offsets }) => ({ text, from: offsets[0] ?? 0, to: offsets[text.length] ?? 0 })),
  }))
}
