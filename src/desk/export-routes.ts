import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { staffOf } from './caller.js'
import type { RequestIndex } from './request-index.js'
import { viewerOf } from './request-routes.js'
import { communityId, notFound } from './scope.js'
import { writeSheet } from './sheet.js'
import type { AuditLog } from '../audit/log.js'
import { readInput } from '../http/input.js'
import type { Community } from '../knowledge/community.js'
import { redact } from '../privacy.js'
import { isOpen, type ServiceRequest } from '../requests/service-request.js'
import { maySee } from '../requests/routing.js'

const exportParams = z.object({ community: communityId })
const exportBody = z.object({ reason: z.string().trim().min(4, '请写明导出做什么用').max(200, '理由最多 200 个字') })

const zoneMs = 8 * 3_600_000
/** `2026-11-22 18:05` in Asia/Shanghai. */
const timeOf = (at: number): string => new Date(at + zoneMs).toISOString().slice(0, 16).replace('T', ' ')

/** The requests of a community as a table that may leave the house: without numbers, names and doors of residents, and with who took it out and what for in it. */
export function exportRoutes(app: FastifyInstance, parts: { readonly index: RequestIndex; readonly audit: AuditLog; readonly communities: () => readonly Community[]; readonly now: () => number }): void {
  const { index, audit, now } = parts

  app.post('/api/desk/exports/:community', { config: { access: ['admin'], audit: 'itself', does: '导出一个社区的工单表格', body: exportBody } }, async (request, reply) => {
    const { community } = readInput(exportParams, request.params)
    const { reason } = readInput(exportBody, request.body, '请写明导出做什么用')
    const home = parts.communities().find(({ id }) => id === community)
    if (home === undefined) throw notFound()
    const { account: { id, login, name, role } } = staffOf(request)
    const rows = (await index.newestFirst(community)).filter((one) => maySee(one, viewerOf(request)))
    await audit.record({ who: { id, name, role }, act: 'export', communityId: community, about: null, words: `${rows.length} 张工单：${reason}`, result: 'done' })
    const mark = `${name}（${login}）于 ${timeOf(now())} 从一窗导出${home.name}的工单 ${rows.length} 张，用途：${reason}。仅限此用途，请勿外传。`
    const head = ['编号', '事项', '状态', '登记时间', '最近更新', '负责', '地点', '诉求', '反映户数', '催办次数']
    // As wide as the rest (RFC 4180, 2.4).
    const line = (text: string): string[] => head.map((_, column) => (column === 0 ? text : ''))
    return reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${community}-requests.csv"`)
      .send(await writeSheet([line(mark), head, ...rows.map(cellsOf), line(mark)]))
  })
}

function cellsOf(one: ServiceRequest): readonly (string | number)[] {
  return [
    one.number, one.serviceName, isOpen(one) ? '在办' : '已结束', timeOf(one.filedAt), timeOf(one.updatedAt), one.owner.name,
    one.address === null ? '' : redact(one.address), redact(one.description), one.reporters.length, one.urges.length,
  ]
}
