import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import type { AnnouncementList, AnnouncementReach } from './announcement-types.js'
import { acting, signatureOf } from './caller.js'
import { opaqueId, readCommunity } from './scope.js'
import type { Announcer } from '../conversation/announcer.js'
import { nightEnds } from '../conversation/notices.js'
import { readInput } from '../http/input.js'
import type { Community, CommunityId } from '../knowledge/community.js'
import { announcementKindNames, announcementKinds } from '../programmes/announcement.js'
import { leastMarks } from '../programmes/evaluation-rules.js'
import type { Store } from '../store/store.js'

const kind = z.enum(Object.keys(announcementKinds) as [keyof typeof announcementKinds])
const audience = z.object({
  rooms: z.array(opaqueId).max(200),
  subscribers: z.union([z.object({ kind: z.literal('none') }), z.object({ kind: z.literal('all') }), z.object({ kind: z.literal('grid'), name: z.string().min(1).max(60) })]),
})
const countBody = z.object({ kind, audience })
const sendBody = z.object({ kind, audience, text: z.string().trim().min(4, '请写通知的内容').max(500, '最多 500 个字') })

/** Sent announcements shown. */
const sentShown = 100

/** What staff send to rooms they choose and to who has subscribed; by day only. */
export function announcementRoutes(app: FastifyInstance, parts: { readonly store: Store; readonly announcer: Announcer; readonly communities: () => readonly Community[]; readonly now: () => number }): void {
  const { store, announcer } = parts

  async function show(community: CommunityId): Promise<AnnouncementList> {
    const [sent, rooms, subscriptions] = await Promise.all([store.find(community, 'announcements', { order: 'desc', limit: sentShown }), announcer.rooms(community), store.find(community, 'subscriptions', { limit: 10_000 })])
    return {
      kinds: announcementKindNames.map((one) => {
        const count = subscriptions.filter(({ kinds }) => kinds.includes(one)).length
        return { kind: one, name: announcementKinds[one].name, subscribers: count < leastMarks && count > 0 ? null : count }
      }),
      rooms: rooms.map(({ id, channel, title }) => ({ id, channel, title })),
      grids: parts.communities().find(({ id }) => id === community)?.grids.map(({ name }) => name) ?? [],
      sent: sent.map(({ id, kind: of, text, persons, rooms: inRooms, withdrawn, by, at, dueAt }) => ({ id, kindName: announcementKinds[of].name, text, persons, rooms: inRooms, withdrawn, by: by.name, at, dueAt })),
    }
  }

  app.get('/api/desk/announcements/:community', { config: { access: everyRole, does: '发给订阅的人和群的通知' } }, (request) => show(readCommunity(request)))

  app.post('/api/desk/announcements/:community/count', { config: { access: acting, does: '数一数通知会发给多少人', body: countBody } }, async (request): Promise<AnnouncementReach> => {
    const given = readInput(countBody, request.body)
    return { persons: await announcer.count(readCommunity(request), given.kind, given.audience), rooms: given.audience.rooms.length, dueAt: nightEnds(parts.now()) }
  })

  app.post('/api/desk/announcements/:community/send', { config: { access: acting, does: '发一条通知', body: sendBody } }, async (request) => {
    const community = readCommunity(request)
    await announcer.announce(community, { ...readInput(sendBody, request.body), by: signatureOf(request) })
    return show(community)
  })
}
