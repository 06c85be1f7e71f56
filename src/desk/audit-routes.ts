import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { AuditChecked, AuditPage } from './account-types.js'
import { staffOf } from './caller.js'
import { auditActs, auditId, type AuditEntry } from '../audit/entry.js'
import { verifyAudit } from '../audit/log.js'
import { readInput } from '../http/input.js'
import { PLATFORM } from '../knowledge/community.js'
import type { Store } from '../store/store.js'

const readers = ['admin', 'auditor'] as const

/** Lines of a page, and lines read at once to find them. */
const pageSize = 100
const batch = 1_000

const listQuery = z.object({ before: z.string().regex(/^\d{12}$/).optional(), act: z.enum(auditActs).optional() })

/** The log, for those who look after the whole installation; who looks after some communities sees what happened there. */
export function auditRoutes(app: FastifyInstance, parts: { readonly store: Store }): void {
  const { store } = parts

  function maySee(request: FastifyRequest, { communityId, who }: AuditEntry): boolean {
    const { account } = staffOf(request)
    return account.scope === 'all' || who?.id === account.id || (communityId !== null && account.scope.includes(communityId))
  }

  app.get('/api/desk/audit', { config: { access: readers, does: '操作记录，新的在前', query: listQuery } }, async (request): Promise<AuditPage> => {
    const { before, act } = readInput(listQuery, request.query)
    const found: AuditEntry[] = []
    for (let after = before; found.length <= pageSize;) {
      const rows = await store.find(PLATFORM, 'audit', { order: 'desc', limit: batch, ...(after === undefined ? {} : { after }) })
      for (const row of rows) if ((act === undefined || row.act === act) && maySee(request, row)) found.push(row)
      if (rows.length < batch || rows.at(-1)?.id === auditId(1)) break
      after = rows.at(-1)?.id
    }
    return {
      entries: found.slice(0, pageSize).map(({ id, at, who, act: what, communityId, about, words, result }) => ({ id, at, who, act: what, communityId, about, words, result })),
      more: found.length > pageSize,
    }
  })

  app.get('/api/desk/audit/check', { config: { access: readers, does: '操作记录有没有被改过、少过' } }, async (): Promise<AuditChecked> => verifyAudit(store))
}
