import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import type { BookableList } from './booking-types.js'
import { change, draftOn, waitingDrafts } from './place-drafts.js'
import { communityId, notFound, opaqueId } from './scope.js'
import type { Bookable } from '../booking/bookable.js'
import { bookableOf, dayOf } from '../booking/slot.js'
import { InputError } from '../errors.js'
import { readInput } from '../http/input.js'
import type { Community, CommunityId } from '../knowledge/community.js'
import { newEntryId, withListed } from '../publication/edits.js'
import type { KnowledgeInUse } from '../publication/live-knowledge.js'
import type { Publication } from '../publication/publication.js'
import type { ServiceCatalogue } from '../requests/services.js'
import { openingHoursSchema } from '../requests/working-time.js'
import type { Store } from '../store/store.js'

const line = (what: string) => z.string().trim().max(60, `${what}最多 60 个字`)
const count = (what: string, least: number, most: number) => z.int(`${what}要写整数`).min(least, `${what}至少是 ${least}`).max(most, `${what}最多是 ${most}`)
const bookableBody = change.extend({
  id: opaqueId.nullable(),
  bookable: z.object({
    kind: z.enum(['window', 'room', 'visitor']),
    name: line('名称').min(2, '请写名称'),
    words: z.array(line('居民的叫法').min(1)).max(20, '居民的叫法最多写 20 个'),
    place: line('地点'),
    services: z.array(z.string().max(60)).min(1, '请至少选一种用它的服务'),
    minutes: count('每次多少分钟', 5, 480),
    capacity: count('同时几个号', 1, 500),
    daysAhead: count('最多提前几天', 1, 90),
    noticeMinutes: count('开始前几分钟截止', 0, 10_080),
    hours: openingHoursSchema.nullable(),
    source: line('来源').min(1, '请写来源'),
  }).nullable(),
})
const params = z.object({ community: communityId })

/** What of a community can be booked, and when: changed as a draft, like its hours. */
export function bookableRoutes(app: FastifyInstance, parts: {
  readonly publication: Pick<Publication, 'versions' | 'draft'>
  readonly inUse: () => KnowledgeInUse
  readonly store: Pick<Store, 'find'>
  readonly now: () => number
}): void {
  const { publication, inUse, store, now } = parts

  function homeOf(given: unknown): Community {
    const home = inUse().communities.get(readInput(params, given).community)
    if (home === undefined) throw notFound()
    return home
  }

  async function aheadOf(community: CommunityId, bookables: readonly Bookable[]): Promise<ReadonlyMap<Bookable | null, number>> {
    const held = new Map<Bookable | null, number>()
    for (const slot of await store.find(community, 'slots', { limit: 10_000 })) {
      if (Date.parse(slot.at) <= now()) continue
      const of = bookableOf(slot, bookables)
      held.set(of, (held.get(of) ?? 0) + (slot.heldBy?.length ?? 0))
    }
    return held
  }

  app.get('/api/desk/places/:community/bookables', { config: { access: everyRole, does: '可以预约的窗口、场地和上门' } }, async (request): Promise<BookableList> => {
    const { id, bookables = [], hours } = homeOf(request.params)
    const { version, services } = inUse()
    const ahead = await aheadOf(id, bookables)
    return {
      base: version.number, drafts: await waitingDrafts(publication), services: bookableServices(services, bookables),
      bookables: bookables.map((one) => ({ ...one, ahead: ahead.get(one) ?? 0 })), hasHours: hours !== undefined,
    }
  })

  app.post('/api/desk/places/:community/bookables', { config: { access: ['admin'], does: '添加、修改或去掉可以预约的', body: bookableBody } }, async (request, reply) => {
    const { id: community, bookables = [] } = homeOf(request.params)
    const given = readInput(bookableBody, request.body)
    if (given.id !== null && !bookables.some(({ id }) => id === given.id)) throw notFound()
    const id = given.id ?? newEntryId('item', new Set(bookables.map((one) => one.id)), now())
    return reply.code(201).send(await draftOn(parts, request, given, (files) => withListed(files, community, 'bookables', id, given.bookable === null ? null : entryOf(id, given.bookable, bookables))))
  })

  function entryOf(id: string, { hours, ...given }: NonNullable<z.infer<typeof bookableBody>['bookable']>, bookables: readonly Bookable[]): Bookable {
    if (bookables.some((one) => one.id !== id && one.name === given.name)) throw new InputError('taken', `已经有「${given.name}」了，请换一个名称`)
    const known = new Set(bookableServices(inUse().services, bookables).map(({ code }) => code))
    if (given.services.some((code) => !known.has(code))) throw new InputError('bad-input', '没有这种服务，请刷新后再选')
    return { id, ...given, ...(hours === null ? {} : { hours }), date: dayOf(now()) }
  }
}

/** Services that book, or for which somebody comes, and those that one takes times of already. */
function bookableServices({ services }: Pick<ServiceCatalogue, 'services'>, bookables: readonly Bookable[]): BookableList['services'] {
  const taken = new Set(bookables.flatMap((one) => one.services))
  return services.filter(({ code, books, visit, agent }) => books || visit || agent || taken.has(code)).map(({ code, name }) => ({ code, name }))
}
