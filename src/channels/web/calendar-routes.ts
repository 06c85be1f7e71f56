import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { calendarFile } from '../../booking/calendar-file.js'
import { InputError } from '../../errors.js'
import { readInput } from '../../http/input.js'
import type { CommunityId } from '../../knowledge/community.js'
import { isOpen } from '../../requests/service-request.js'
import { identitiesOf } from '../../residents/identities.js'
import type { Store } from '../../store/store.js'

const idParams = z.object({ id: z.string().min(1).max(200) })

/** The calendar file of a resident's own booking, or of an activity they signed up for, as it stands now; once it is off, a file that takes it out. */
export function calendarRoutes(app: FastifyInstance, store: Store): void {
  app.get('/api/chat/bookings/:id/calendar.ics', { config: { access: 'resident', does: '一个预约的日历文件' } }, async (request, reply) => {
    const { resident } = request
    const { id } = readInput(idParams, request.params)
    if (!resident) throw new InputError('unauthenticated', '请先选择您的社区')
    const { id: communityId, name } = resident.community
    const signedUp = await signUpFile(communityId, name, id, resident.id)
    if (signedUp !== null) return sendFile(reply, 'activity', signedUp)
    const row = await store.get(communityId, 'requests', id)
    const isOwn = row !== null && (await identitiesOf(store, communityId, resident.id)).includes(row.residentId)
    if (row === null || !isOwn || row.appointment === null || row.appointment.slotId === null) throw new InputError('not-found', '没有找到这个预约')
    const isCancelled = !isOpen(row) && (row.status === 'withdrawn' || row.status === 'declined' || row.status === 'merged')
    const file = calendarFile({ uid: `${communityId}.${row.id}@yichuang`, number: row.number, appointment: row.appointment, isCancelled, community: name, changedAt: row.updatedAt })
    return sendFile(reply, row.number, file)
  })

  /** The same of an activity that the resident signed up for; taken out once it is called off. `null`: the id is of none. */
  async function signUpFile(communityId: CommunityId, community: string, id: string, residentId: string): Promise<string | null> {
    const row = id.includes('|') ? await store.get(communityId, 'signUps', id) : null
    const activity = row === null || !(await identitiesOf(store, communityId, residentId)).includes(row.residentId) ? null : await store.get(communityId, 'activities', row.activityId)
    if (row === null || activity === null) return null
    return calendarFile({
      uid: `${communityId}.${id}@yichuang`, number: null, appointment: { at: activity.at, until: activity.until, what: activity.title, place: activity.place, slotId: null, sequence: activity.rev }, isCancelled: activity.state === 'called-off', community, changedAt: activity.changedAt,
    })
  }
}

function sendFile(reply: FastifyReply, name: string, file: string): FastifyReply {
  return reply.type('text/calendar; charset=utf-8').header('content-disposition', `attachment; filename="${name}.ics"`).header('cache-control', 'private, no-store').send(file)
}
