import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { actorOf, staffOf } from './caller.js'
import { communityId, communitiesFor, notFound, readPath } from './scope.js'
import { canSee } from './sign-in.js'
import type { LearningQueue, RoomList, TrainingView, UnsaidList } from './understanding-types.js'
import { readInput } from '../http/input.js'
import type { Community, CommunityId } from '../knowledge/community.js'
import type { TrainingDesk } from '../learning/training.js'
import type { RoomSetting } from '../learning/records.js'
import { gateModes, type RoomSettings } from '../learning/room-settings.js'
import { labels, type LearningWork } from '../learning/work.js'
import type { Intent } from '../nlu/intents.js'
import type { Store } from '../store/store.js'

export interface UnderstandingParts {
  readonly work: LearningWork
  readonly rooms: RoomSettings
  readonly training: TrainingDesk
  readonly intents: () => Iterable<Intent>
}

/** Rows shown of a queue, and of what was left unsaid in a room; the newest. */
const rowsShown = 200

const readers = ['lead', 'admin', 'auditor'] as const
const judges = ['lead', 'admin'] as const

const listQuery = z.object({ community: communityId.optional() })
const labelBody = z.object({ label: z.enum(labels).nullable() })
const roomBody = z.object({ mode: z.enum(gateModes).optional(), trial: z.boolean().optional() })

/** What was not understood and what people make of it; when to speak in which room. */
export function understandingRoutes(app: FastifyInstance, parts: UnderstandingParts & { readonly store: Store; readonly communities: () => readonly Community[] }): void {
  const { work, rooms, training, store } = parts

  async function view(): Promise<TrainingView> {
    const { fresh, published } = await work.labelled()
    return { training: await training.state(), fresh: fresh.length, published: published.length, titles: Object.fromEntries([...parts.intents()].map(({ name, title }) => [name, title])) }
  }

  async function checkRoom(community: CommunityId, id: string): Promise<void> {
    if (!(await rooms.list()).some((room) => room.id === id && room.communityId === community)) throw notFound()
  }

  app.get('/api/desk/understanding', { config: { access: readers, does: '没听懂的话', query: listQuery } }, async (request): Promise<LearningQueue> => {
    const { community } = readInput(listQuery, request.query)
    const visible = new Set(communitiesFor(request, parts.communities(), community))
    const waiting = (await work.waiting(community ?? null)).filter((one) => visible.has(one.communityId))
    return {
      rows: waiting.slice(0, rowsShown).map(({ communityId, row: { id, at, text, why, understood, chosen } }) => ({ communityId, id, at, text, why, understood, chosen })),
      waiting: waiting.length,
      intents: [...parts.intents()].map(({ name, title, description }) => ({ name, title, description })),
    }
  })

  app.post('/api/desk/understanding/:community/:id/label', { config: { access: judges, does: '给一句话标注', body: labelBody } }, async (request, reply) => {
    const { community, id } = readPath(request)
    if ((await store.get(community, 'learning', id)) === null) throw notFound()
    await work.label(id, readInput(labelBody, request.body).label)
    return reply.code(204).send()
  })

  app.get('/api/desk/training', { config: { access: readers, does: '重新训练的情况和报告' } }, view)
  app.post('/api/desk/training/start', { config: { access: ['admin'], does: '开始重新训练' } }, async (request) => {
    await training.start(actorOf(request).name)
    return view()
  })
  app.post('/api/desk/training/publish', { config: { access: ['admin'], does: '用上新训练的' } }, async () => {
    await training.publish()
    return view()
  })
  app.post('/api/desk/training/discard', { config: { access: ['admin'], does: '丢掉新训练的' } }, async () => {
    await training.discard()
    return view()
  })

  app.get('/api/desk/rooms', { config: { access: readers, does: '群的设置', query: listQuery } }, async (request): Promise<RoomList> => {
    const { community } = readInput(listQuery, request.query)
    const { account } = staffOf(request)
    return { rooms: (await rooms.list()).filter((room) => canSee(account, room.communityId) && (community === undefined || room.communityId === community)) }
  })

  app.post('/api/desk/rooms/:community/:id', { config: { access: judges, does: '改一个群的设置', body: roomBody } }, async (request): Promise<RoomSetting> => {
    const { community, id } = readPath(request)
    await checkRoom(community, id)
    return rooms.set(id, readInput(roomBody, request.body))
  })

  app.get('/api/desk/rooms/:community/:id/unsaid', { config: { access: readers, does: '试运行的群里本来会说的话' } }, async (request): Promise<UnsaidList> => {
    const { community, id } = readPath(request)
    await checkRoom(community, id)
    return { unsaid: (await rooms.unsaid(id, rowsShown)).map(({ id, at, text, reply, outcome, reason }) => ({ id, at, text, reply, outcome, reason })) }
  })
}
