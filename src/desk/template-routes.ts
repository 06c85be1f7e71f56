import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import type { TemplateList } from './api-types.js'
import { signatureOf } from './caller.js'
import { firstTemplates, type KeptTemplate } from './kept-template.js'
import { maxTextLength } from './move-body.js'
import { notFound, opaqueId, readCommunity, readPath } from './scope.js'
import { InputError } from '../errors.js'
import { readInput } from '../http/input.js'
import type { CommunityId } from '../knowledge/community.js'
import type { Store } from '../store/store.js'

/** Most templates of a community. */
const mostTemplates = 200

const leads = ['lead', 'admin'] as const
const templateBody = z.object({
  id: opaqueId.nullable(), serviceCode: opaqueId.nullable(),
  title: z.string().trim().min(1, '请写个标题').max(20, '标题最多 20 个字'), text: z.string().trim().min(1, '请写模板的话').max(maxTextLength, `最多 ${maxTextLength} 个字`),
})

/** Words that are often needed: read by all, kept by leads. */
export function templateRoutes(app: FastifyInstance, parts: { readonly store: Store; readonly now: () => number; readonly newId: () => string }): void {
  const { store } = parts

  async function list(community: CommunityId): Promise<TemplateList> {
    const kept = await store.find(community, 'templates', { limit: mostTemplates })
    const own = kept.map(({ id, serviceCode, title, text }) => ({ id, serviceCode, title, text, isFirst: false }))
    return { templates: [...own.sort((one, other) => one.title.localeCompare(other.title, 'zh')), ...firstTemplates] }
  }

  app.get('/api/desk/templates/:community', { config: { access: everyRole, does: '常用的答复' } }, async (request) => list(readCommunity(request)))

  app.post('/api/desk/templates/:community', { config: { access: leads, does: '记下一条常用的答复', body: templateBody } }, async (request) => {
    const community = readCommunity(request)
    const { id, serviceCode, title, text } = readInput(templateBody, request.body)
    const known = id === null ? null : await store.get(community, 'templates', id)
    if (id !== null && known === null) throw notFound()
    if (known === null && (await store.find(community, 'templates', { limit: mostTemplates })).length >= mostTemplates) throw new InputError('not-allowed', `最多 ${mostTemplates} 条，请先删掉不用的`)
    const row: KeptTemplate = { id: known?.id ?? parts.newId(), rev: known?.rev ?? 0, serviceCode, title, text, by: signatureOf(request), at: parts.now() }
    await store.commit(community, [{ op: 'put', table: 'templates', row }])
    return list(community)
  })

  app.post('/api/desk/templates/:community/:id/remove', { config: { access: leads, does: '删掉一条常用的答复' } }, async (request) => {
    const { community, id } = readPath(request)
    const known = await store.get(community, 'templates', id)
    if (known === null) throw notFound()
    await store.commit(community, [{ op: 'remove', table: 'templates', id, rev: known.rev }])
    return list(community)
  })
}
