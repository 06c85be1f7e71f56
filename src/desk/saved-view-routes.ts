import type { FastifyInstance } from 'fastify'
import { everyRole } from './account-routes.js'
import type { SavedViews } from './api-types.js'
import { staffOf } from './caller.js'
import { savedViewsBody } from './inbox-query.js'
import type { StaffViews } from './staff-views.js'
import { readInput } from '../http/input.js'
import { PLATFORM } from '../knowledge/community.js'
import type { Store } from '../store/store.js'

/** Lists of requests that a person keeps for themselves. */
export function savedViewRoutes(app: FastifyInstance, store: Store): void {
  async function viewsOf(staffId: string): Promise<SavedViews> {
    const row = await store.get(PLATFORM, 'staffViews', staffId)
    return { rev: row?.rev ?? 0, views: row?.views ?? [] }
  }

  app.get('/api/desk/views', { config: { access: everyRole, does: '自己存下的列表' } }, async (request) => viewsOf(staffOf(request).account.id))

  app.post('/api/desk/views', { config: { access: everyRole, does: '存自己的列表', body: savedViewsBody } }, async (request) => {
    const { rev, views } = readInput(savedViewsBody, request.body)
    const { id } = staffOf(request).account
    const row: StaffViews = { id, rev, views }
    await store.commit(PLATFORM, [{ op: 'put', table: 'staffViews', row }])
    return viewsOf(id)
  })
}
