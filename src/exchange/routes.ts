import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { importRequests, type ImportParts } from './import-requests.js'
import { readExchangeFile } from './read-file.js'
import type { ImportResult } from './exchange-types.js'
import type { AuditLog } from '../audit/log.js'
import { staffOf } from '../desk/caller.js'
import { communityId, notFound } from '../desk/scope.js'
import { readInput } from '../http/input.js'
import { readUpload } from '../http/upload.js'
import type { Community } from '../knowledge/community.js'

const importParams = z.object({ community: communityId })
const importQuery = z.object({
  /** `yes`: only tells what would come of it. */
  dry: z.enum(['yes', 'no']).default('yes'),
  /** `file`: one wrong line keeps the whole file out. */
  refuse: z.enum(['line', 'file']).default('file'),
})

/** Requests of a platform above, from a file. */
export function importRoutes(app: FastifyInstance, parts: ImportParts & { readonly audit: AuditLog; readonly communities: () => readonly Community[] }): void {
  app.post('/api/desk/imports/:community', { config: { access: ['admin'], audit: 'itself', does: '从文件导入上级平台的工单，或先看看会怎样', query: importQuery } }, async (request): Promise<ImportResult> => {
    const { community } = readInput(importParams, request.params)
    if (!parts.communities().some(({ id }) => id === community)) throw notFound()
    const { dry, refuse } = readInput(importQuery, request.query)
    const lines = await readExchangeFile(await readUpload(request))
    const result = await importRequests(parts, community, lines, { isDry: dry === 'yes', refuse })
    const { account: { id, name, role } } = staffOf(request)
    if (!result.isDry) await parts.audit.record({ who: { id, name, role }, act: 'import', communityId: community, about: null, words: sayCounts(result), result: result.isRefused ? 'refused' : 'done' })
    return result
  })
}

export function sayCounts({ counts, isRefused, lines }: ImportResult): string {
  return isRefused ? `${lines.length} 行里有 ${counts.wrong} 行不对，整份没有导入` : `${lines.length} 行：新登记 ${counts.new}，并入同一件事 ${counts.joined}，转达答复 ${counts.replied}，早已有 ${counts.known}，不对 ${counts.wrong}`
}
