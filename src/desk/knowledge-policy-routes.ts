import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { staffOf } from './caller.js'
import { line, reason } from './knowledge-entry-routes.js'
import type { PolicyList, PolicyShown, ReadPolicy, VersionRow } from './knowledge-types.js'
import { draftAs, rowOf } from './knowledge-versions.js'
import { notFound } from './scope.js'
import { InputError } from '../errors.js'
import { readInput } from '../http/input.js'
import { readUpload } from '../http/upload.js'
import { readKnowledge, type Knowledge } from '../knowledge/knowledge.js'
import { withMetadata, writePolicyFile } from '../knowledge/policy-file.js'
import { statusAt, type Clause, type Policy } from '../knowledge/policy.js'
import type { KnowledgeInUse } from '../publication/live-knowledge.js'
import type { Publication } from '../publication/publication.js'
import type { FileChanges } from '../publication/version.js'

const partDay = z.string().regex(/^\d{4}(?:-\d{2}(?:-\d{2})?)?$/, '日期要写成 2018-07-02、2018-07 或 2018').nullable()
const readQuery = z.object({ jurisdiction: z.string().regex(/^\d{6,12}$/, '行政区划代码要写六位以上的数字，如 330500'), name: line('文件名', 200) })
const entry = z.object({
  title: line('标题', 200), issuingBody: line('发文机关', 100).nullable(), number: line('文号', 60).nullable(), signed: partDay, issued: partDay, published: partDay,
  effective: partDay, validUntil: partDay, status: z.enum(['in-force', 'draft', 'expired', 'template']), jurisdiction: readQuery.shape.jurisdiction, jurisdictionName: line('适用地区', 60),
})
const policyBody = z.object({
  fileName: line('文件名', 200), raw: z.string().min(1), format: z.enum(['text', 'markdown', 'html', 'docx', 'pdf']),
  metadata: entry, replaces: z.string().min(1).max(200).nullable(), reason,
})
const changeBody = z.object({ metadata: entry.nullable(), reason })
const policyParams = z.object({ id: z.string().min(1).max(200) })

const readers = ['lead', 'admin', 'auditor'] as const

/** The policy texts: which are in use, what they say, a new one read and kept, what is known of one corrected. All of it becomes a draft. */
export function knowledgePolicyRoutes(app: FastifyInstance, parts: { readonly publication: Publication; readonly inUse: () => KnowledgeInUse; readonly now: () => number }): void {
  const { publication, inUse, now } = parts
  /** Reading all texts takes a while where there are hundreds: kept for the version. */
  let kept: { readonly version: number; readonly knowledge: Knowledge } | null = null

  function known(): Knowledge {
    const { version, files } = inUse()
    if (kept?.version !== version.number) kept = { version: version.number, knowledge: readKnowledge(files) }
    return kept.knowledge
  }

  function found(request: FastifyRequest): Policy {
    const { id } = readInput(policyParams, request.params)
    const policy = known().policies.find((one) => one.id === id)
    if (policy === undefined) throw notFound()
    return policy
  }

  async function draft(request: FastifyRequest, changes: FileChanges, why: string): Promise<VersionRow> {
    return rowOf(await draftAs(publication, staffOf(request).account, changes, why))
  }

  app.get('/api/desk/knowledge/policies', { config: { access: readers, does: '在用的政策文件' } }, async (): Promise<PolicyList> => {
    const { policies, communities } = known()
    return {
      policies: policies.map((one) => ({
        id: one.id, title: one.title, issuingBody: one.issuingBody, number: one.number, jurisdiction: one.jurisdiction, jurisdictionName: one.jurisdictionName,
        effective: one.effective ?? null, validUntil: one.validUntil ?? null, status: statusAt(one, policies, now()), clauses: one.clauses.length, warnings: one.warnings.length,
        communities: [...communities.values()].filter(({ chain, policies: own }) => own.includes(one.id) || chain.some(({ code }) => code === one.jurisdiction)).map(({ name }) => name),
      })),
    }
  })

  app.get('/api/desk/knowledge/policies/:id', { config: { access: readers, does: '一份政策文件的条款、原文和疑点' } }, async (request): Promise<PolicyShown> => {
    const { raw, clauses, warnings, ...metadata } = found(request)
    return { raw, metadata, warnings, clauses: clausesOf(clauses) }
  })

  app.post('/api/desk/knowledge/policies/:id', { config: { access: ['admin'], does: '更正一份政策文件的信息，或者撤下，存成草稿', body: changeBody } }, async (request, reply) => {
    const policy = found(request)
    const given = readInput(changeBody, request.body)
    const [path, rawPath] = [`policies/${policy.id}.md`, `policies/raw/${policy.id}.txt`]
    if (given.metadata === null) {
      const held = [...inUse().communities.values()].find(({ policies }) => policies.includes(policy.id))
      if (held !== undefined) throw new InputError('not-allowed', `${held.name}单独用着这一份，不能撤下；不再有效请把效力改成「失效」`)
      return reply.code(201).send(await draft(request, new Map([[path, null], ...(inUse().files.has(rawPath) ? [[rawPath, null] as const] : [])]), given.reason))
    }
    return reply.code(201).send(await draft(request, new Map([[path, withMetadata(inUse().files.get(path) ?? '', { ...policy, ...given.metadata }, path)]]), given.reason))
  })

  app.post('/api/desk/knowledge/policies/read', { config: { access: ['admin'], does: '读一份政策文件，还不保存', query: readQuery } }, async (request): Promise<ReadPolicy> => {
    const { jurisdiction, name } = readInput(readQuery, request.query)
    const bytes = await readUpload(request)
    const { importPolicy } = await import('../knowledge/import.js')
    const read = await importPolicy(bytes, { jurisdiction, fileName: name })
    return {
      format: read.format, fileName: name, raw: read.policy.raw, metadata: read.metadata, warnings: read.warnings, clauses: clausesOf(read.tree),
      existing: known().policies.filter((one) => one.jurisdiction === jurisdiction).map(({ id, title }) => ({ id, title })),
    }
  })

  app.post('/api/desk/knowledge/policies', { config: { access: ['admin'], does: '把读好的政策文件存成草稿', body: policyBody } }, async (request, reply) => {
    const given = readInput(policyBody, request.body)
    const { importText } = await import('../knowledge/import.js')
    const read = importText(given.raw, { jurisdiction: given.metadata.jurisdiction, fileName: given.fileName }, given.format)
    const id = given.replaces ?? read.metadata.id
    const isKnown = known().policies.some((one) => one.id === id)
    if (given.replaces !== null && !isKnown) throw notFound()
    if (given.replaces === null && isKnown) throw new InputError('taken', '知识库里已有同名的文件；要换掉它请选「替换」，要并存请给文件换个名字再传')
    const text = writePolicyFile({ ...read.metadata, ...given.metadata }, read.tree)
    return reply.code(201).send(await draft(request, new Map([[`policies/raw/${id}.txt`, read.policy.raw], [`policies/${id}.md`, text]]), given.reason))
  })
}

function clausesOf(clauses: readonly Clause[]): ReadPolicy['clauses'] {
  return clauses.map(({ path, heading, paragraphs }) => ({
    path, heading,
    paragraphs: paragraphs.map(({ text, offsets }) => ({ text, from: offsets[0] ?? 0, to: offsets[text.length] ?? 0 })),
  }))
}
