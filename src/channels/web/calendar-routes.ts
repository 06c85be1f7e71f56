import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { calendarFile } from '../../booking/calendar-file.js'
import { InputError } from '../../errors.js'
import { readInput } from '../../http/input.js'
import { isOpen } from '../../requests/service-request.js'
import { identitiesOf } from '../../residents/identities.js'
import type { Store } from '../../store/store.js'

const idParams = z.object({ id: z.string().min(1).max(200) })

/** The calendar file of a resident's own booking, as the booking stands now; once it is off, a file that takes it out. */
export function calendarRoutes(app: FastifyInstance, store: Store): void {
  app.get('/api/chat/bookings/:id/calendar.ics', { config: { access: 'resident', does: '一个预约的日历文件' } }, async (request, reply) => {
    const { resident } = request
    const { id } = readInput(idParams, request.params)
    if (!resident) throw new InputError('unauthenticated', '请先选择您的社区')
    const { id: communityId, name } = resident.community
    const row = await store.get(communityId, 'requests', id)
    const isOwn = row !== null && (await identitiesOf(store, communityId, resident.id)).includes(row.residentId)
    if (row === null || !isOwn || row.appointment === null || row.appointment.slotId === null) throw new InputError('not-found', '没有找到这个预约')
    const isCancelled = !isOpen(row) && (row.status === 'withdrawn' || row.status === 'declined' || row.status === 'merged')
    const file = calendarFile({ uid: `${communityId}.${row.id}@yichuang`, number: row.number, appointment: row.appointment, isCancelled, community: name, changedAt: row.updatedAt })
    return reply
      .type('text/calendar; charset=utf-8')
      .header('content-disposition', `attachment; filename="${row.number}.ics"`)
      .header('cache-control', 'private, no-store')
      .send(file)
  })
}
