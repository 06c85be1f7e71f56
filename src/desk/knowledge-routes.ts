import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { staffOf } from './caller.js'
import { knowledgeEntryRoutes } from './knowledge-entry-routes.js'
import { knowledgeLookRoutes, type TryOut } from './knowledge-look-routes.js'
import { knowledgePolicyRoutes } from './knowledge-policy-routes.js'
import { knowledgeQuestionRoutes } from './knowledge-question-routes.js'
import { actsOf, inPageWords, isWithin, pathsOf, rowOf, signatureOf, visibleChanges } from './knowledge-versions.js'
import type { VersionDetail, VersionList } from './knowledge-types.js'
import { notFound } from './scope.js'
import { canSee } from './sign-in.js'
import { InputError } from '../errors.js'
import { readInput } from '../http/input.js'
import type { IntentName } from '../nlu/understanding.js'
import { openStates, type CheckReport, type KnowledgeVersion, type Verdict } from '../publication/version.js'
import type { KnowledgeInUse } from '../publication/live-knowledge.js'
import type { Publication } from '../publication/publication.js'
import type { TitleOf } from '../publication/say-units.js'
import type { Store } from '../store/store.js'

export interface KnowledgeRouteParts {
  readonly publication: Publication
  readonly inUse: () => KnowledgeInUse
  /** Resolves once what is live in the store is in use. */
  readonly takeUp: () => Promise<void>
  readonly tryOut: TryOut
  /** What a person calls an intent. */
  readonly titleOf: (intent: IntentName) => string
}

const readers = ['lead', 'admin', 'auditor'] as const

const versionParams = z.object({ id: z.string().regex(/^\d{1,9}$/).transform(Number) })
const rollbackBody = z.object({ reason: z.string().trim().min(2, '请写为什么退回').max(300, '原因最多 300 个字') })

const mergeBody = z.object({ choices: z.array(z.object({ key: z.string().min(1).max(300), take: z.enum(['draft', 'live']) })).min(1).max(1_000) })

/** A check that runs, or has failed; gone when the process ends, and then simply made again. */
type Checking = { readonly kind: 'running'; readonly asked: number; readonly of: number } | { readonly kind: 'failed'; readonly words: string }

/** The versions of the knowledge: who changed what and why, from draft to live and back. */
export function knowledgeRoutes(app: FastifyInstance, parts: KnowledgeRouteParts & { readonly store: Store; readonly now: () => number }): void {
  const { publication } = parts
  const checks = new Map<number, Checking>()
  const titleOf: TitleOf = (intent) => parts.titleOf(intent as IntentName)

  async function found(request: FastifyRequest): Promise<KnowledgeVersion> {
    const parsed = versionParams.safeParse(request.params)
    if (!parsed.success) throw notFound()
    return inPageWords(null, () => publication.version(parsed.data.id))
  }

  async function detail(request: FastifyRequest, version: KnowledgeVersion): Promise<VersionDetail> {
    const { account } = staffOf(request)
    const [live, alone, paths] = await Promise.all([publication.live(), publication.isAlone(), pathsOf(publication, version)])
    const conflicts = openStates.includes(version.state) && version.base !== live.number ? await publication.conflicts(version.number, titleOf) : []
    const state = checks.get(version.number)
    return {
      version: rowOf(version),
      changes: version.base === null ? [] : visibleChanges(await publication.diff(version.base, version.number, titleOf), account),
      check: version.check === null ? null : reportFor(version.check, (community) => canSee(account, community)),
      conflicts: conflicts.filter(({ path }) => isWithin(account, [path]) || !path.startsWith('communities/')),
      checking: state?.kind === 'running' ? { asked: state.asked, of: state.of } : null,
      checkFault: state?.kind === 'failed' ? state.words : null,
      ...actsOf(version, { account, alone, isWithin: isWithin(account, paths), hasConflicts: conflicts.length > 0 }, live),
    }
  }

  /** The version, where this person may do this with it now. */
  async function allowed(request: FastifyRequest, act: VersionDetail['may'][number]): Promise<KnowledgeVersion> {
    const version = await found(request)
    const { may, waitsFor } = await detail(request, version)
    if (!may.includes(act)) throw new InputError('not-allowed', waitsFor ?? '现在不能这样办，可能刚刚有人办过，请刷新后再看')
    return version
  }

  function startCheck(version: KnowledgeVersion): void {
    if (checks.get(version.number)?.kind === 'running') return
    checks.set(version.number, { kind: 'running', asked: 0, of: 0 })
    inPageWords(version, () => publication.check(version.number, (asked, of) => { checks.set(version.number, { kind: 'running', asked, of }) })).then(
      () => { checks.delete(version.number) },
      (error: unknown) => { checks.set(version.number, { kind: 'failed', words: error instanceof InputError ? error.message : '核对没有做完，请再试一次' }) },
    )
  }

  app.get('/api/desk/knowledge/versions', { config: { access: readers, does: '知识库的各版' } }, async (): Promise<VersionList> => ({
    versions: (await publication.versions()).map(rowOf).reverse(), alone: await publication.isAlone(),
  }))

  app.get('/api/desk/knowledge/versions/:id', { config: { access: readers, does: '知识库的一版和它改了什么' } }, async (request) => detail(request, await found(request)))

  app.post('/api/desk/knowledge/versions/:id/check', { config: { access: ['admin'], does: '核对知识库的一版' } }, async (request) => {
    const version = await allowed(request, 'check')
    startCheck(version)
    return detail(request, version)
  })

  app.post('/api/desk/knowledge/versions/:id/approve', { config: { access: ['admin'], does: '批准知识库的一版' } }, async (request) => {
    const version = await allowed(request, 'approve')
    const by = signatureOf(staffOf(request).account)
    return detail(request, await inPageWords(version, async () => publication.approve(version.number, { by, alone: await publication.isAlone() })))
  })

  app.post('/api/desk/knowledge/versions/:id/publish', { config: { access: ['admin'], does: '让知识库的一版上线' } }, async (request) => {
    const version = await allowed(request, 'publish')
    const live = await inPageWords(version, () => publication.publish(version.number))
    await parts.takeUp()
    return detail(request, live)
  })

  app.post('/api/desk/knowledge/versions/:id/drop', { config: { access: ['lead', 'admin'], does: '作废知识库的一份草稿' } }, async (request) => {
    const version = await allowed(request, 'drop')
    return detail(request, await inPageWords(version, () => publication.drop(version.number)))
  })

  app.post('/api/desk/knowledge/versions/:id/merge', { config: { access: ['lead', 'admin'], does: '两份改了同一处，挑用哪一份', body: mergeBody } }, async (request) => {
    const { choices } = readInput(mergeBody, request.body)
    const version = await allowed(request, 'merge')
    return detail(request, await inPageWords(version, () => publication.merge(version.number, new Map(choices.map(({ key, take }) => [key, take])))))
  })

  app.post('/api/desk/knowledge/versions/:id/rollback', { config: { access: ['admin'], does: '知识库退回到以前的一版', body: rollbackBody } }, async (request) => {
    const { reason } = readInput(rollbackBody, request.body)
    const version = await allowed(request, 'rollback')
    const live = await inPageWords(version, () => publication.rollback(version.number, signatureOf(staffOf(request).account), reason))
    await parts.takeUp()
    return detail(request, live)
  })

  knowledgeEntryRoutes(app, parts)
  knowledgePolicyRoutes(app, parts)
  knowledgeLookRoutes(app, parts)
  knowledgeQuestionRoutes(app, parts)
}

function reportFor(report: CheckReport, maySee: (community: string) => boolean): CheckReport {
  const seen = (verdicts: readonly Verdict[]) => verdicts.filter(({ community }) => maySee(community))
  return { ...report, broken: seen(report.broken), stillWrong: seen(report.stillWrong), mended: seen(report.mended) }
}
