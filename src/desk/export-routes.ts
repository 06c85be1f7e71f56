import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { staffOf } from './caller.js'
import type { RequestIndex } from './request-index.js'
import { viewerOf } from './request-routes.js'
import { communityId, notFound } from './scope.js'
import type { AuditLog } from '../audit/log.js'
import { markOf, recordOf } from '../exchange/export-requests.js'
import { readTime } from '../exchange/times.js'
import { exportFormats, exportTypes, writeExchangeFile } from '../exchange/write-file.js'
import { readInput } from '../http/input.js'
import type { Community } from '../knowledge/community.js'
import { maySee } from '../requests/routing.js'

const exportParams = z.object({ community: communityId })
const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, '日期要写成 2026-11-23').refine((words) => readTime(words) !== null, '没有这一天')
const exportBody = z.object({
  reason: z.string().trim().min(4, '请写明导出做什么用').max(200, '理由最多 200 个字'),
  format: z.enum(exportFormats).default('csv'),
  /** Of a CSV: `gbk` for what knows nothing newer. */
  encoding: z.enum(['utf-8', 'gbk']).default('utf-8'),
  /** Days of filing, both included; absent: all. */
  from: day.optional(),
  until: day.optional(),
})

const dayMs = 86_400_000

/** The requests of a community as a file that may leave the house: without numbers, names and doors of residents, and with who took it out and what for in it. */
export function exportRoutes(app: FastifyInstance, parts: { readonly index: RequestIndex; readonly audit: AuditLog; readonly communities: () => readonly Community[]; readonly now: () => number }): void {
  const { index, audit, now } = parts

  app.post('/api/desk/exports/:community', { config: { access: ['admin'], audit: 'itself', does: '导出一个社区的工单表格', body: exportBody } }, async (request, reply) => {
    const { community } = readInput(exportParams, request.params)
    const { reason, format, encoding, from, until } = readInput(exportBody, request.body, '请写明导出做什么用')
    const home = parts.communities().find(({ id }) => id === community)
    if (home === undefined) throw notFound()
    const { account: { id, login, name, role } } = staffOf(request)
    const [first, last] = [from === undefined ? 0 : (readTime(from) ?? 0), until === undefined ? Infinity : (readTime(until) ?? 0) + dayMs]
    const rows = (await index.newestFirst(community)).filter((one) => one.filedAt >= first && one.filedAt < last && maySee(one, viewerOf(request)))
    await audit.record({ who: { id, name, role }, act: 'export', communityId: community, about: null, words: `${rows.length} 张工单：${reason}`, result: 'done' })
    const mark = markOf({ by: `${name}（${login}）`, at: now(), communityName: home.name, count: rows.length, reason })
    const type = encoding === 'gbk' && format === 'csv' ? 'text/csv; charset=gbk' : exportTypes[format]
    return reply.type(type).header('content-disposition', `attachment; filename="${community}-requests.${format}"`)
      .send(await writeExchangeFile(rows.map((one) => recordOf(one, index.dueOf(community, one))), mark, format, encoding))
  })
}
