import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import { staffOf } from './caller.js'
import { bookableRoutes } from './bookable-routes.js'
import { communityRoutes } from './community-routes.js'
import { channelRows } from './duty-routes.js'
import { gridSheet, gridsFault, longestCell, readGrids } from './grid-sheet.js'
import { change, draftOn, waitingDrafts } from './place-drafts.js'
import type { CalendarView, GridCheck, GroupList, HealthView, PairingCodeShown, PlaceView } from './place-types.js'
import { communityId, notFound } from './scope.js'
import { readSheet, writeSheet } from './sheet.js'
import { canSee } from './sign-in.js'
import { dayOf } from '../booking/slot.js'
import type { HealthBoard } from '../channels/health.js'
import { codeHoldsMs, type CodeUse, type Pairing } from '../channels/pairing.js'
import { readInput } from '../http/input.js'
import { readUpload } from '../http/upload.js'
import { closingOf } from '../knowledge/closing.js'
import { PLATFORM, type Community, type CommunityId, type Grid } from '../knowledge/community.js'
import type { LearningWork } from '../learning/work.js'
import type { KnowledgeInUse } from '../publication/live-knowledge.js'
import { withPlace, withYear } from '../publication/place-edits.js'
import type { Publication } from '../publication/publication.js'
import { openingHoursSchema, yearCalendarSchema } from '../requests/working-time.js'
import type { Store } from '../store/store.js'

export interface PlaceParts {
  readonly publication: Pick<Publication, 'versions' | 'version' | 'files' | 'draft'>
  readonly inUse: () => KnowledgeInUse
  readonly pairing: Pick<Pairing, 'rooms' | 'room' | 'issue'>
  readonly health: Pick<HealthBoard, 'all'>
  readonly work: Pick<LearningWork, 'waiting'>
}

/** From this month on the next year's days are asked for: the State Council's notice comes in it. */
const noticeMonth = 11

const readers = ['lead', 'admin', 'auditor'] as const

const communityParams = z.object({ community: communityId })
const cell = (what: string) => z.string().trim().min(1, `请写${what}`).max(longestCell, `${what}最多 ${longestCell} 个字`)
const person = z.object({ name: cell('负责人'), role: cell('职务') })
const grid = z.object({ name: cell('网格的名称'), person, standIn: person.optional(), buildings: z.array(cell('楼栋')), areas: z.array(cell('地点')) })
const gridsBody = change.extend({
  grids: z.array(grid).min(1, '至少要有一个网格').max(500).superRefine((grids, context) => {
    const fault = gridsFault(grids)
    if (fault !== null) context.addIssue({ code: 'custom', message: fault })
  }),
})
const hoursBody = change.extend({ hours: openingHoursSchema })
const yearBody = change.extend({ year: yearCalendarSchema })
const codeBody = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('room'), use: z.enum(['residents', 'staff']), again: z.string().min(1).max(200).optional() }),
  z.object({ kind: z.literal('resident') }),
  z.object({ kind: z.literal('staff'), staffId: z.string().min(1).max(100) }),
])

/** Communities with their grids, hours and groups, the days of the year, and whether all is well. What is knowledge is changed as a draft. */
export function placeRoutes(app: FastifyInstance, parts: PlaceParts & { readonly store: Store; readonly communities: () => readonly Community[]; readonly now: () => number }): void {
  const { publication, inUse, pairing, store, now } = parts
  const startedAt = now()

  function homeOf(request: FastifyRequest): Community {
    const { community } = readInput(communityParams, request.params)
    const home = parts.communities().find(({ id }) => id === community)
    if (home === undefined) throw notFound()
    return home
  }

  /** Years in which no promise can be counted although they are near. */
  function missingYears(): readonly number[] {
    const [year, month] = dayOf(now()).split('-').map(Number) as [number, number]
    return [year, ...(month >= noticeMonth ? [year + 1] : [])].filter((one) => !inUse().years.has(one))
  }

  app.get('/api/desk/places/:community', { config: { access: everyRole, does: '一个社区的网格、时间和资料' } }, async (request): Promise<PlaceView> => {
    const { numberPrefix, chain, facts, places, grids, hours, closed } = homeOf(request)
    const { account } = staffOf(request)
    return { base: inUse().version.number, drafts: await waitingDrafts(publication), numberPrefix, chain, facts, places, grids, hours: hours ?? null, closed: closed ?? null, mayClose: account.role === 'admin' && account.scope === 'all' }
  })

  app.get('/api/desk/places/:community/grids.csv', { config: { access: readers, does: '网格表格' } }, async (request, reply) => {
    const { id, grids } = homeOf(request)
    return reply.type('text/csv; charset=utf-8').header('content-disposition', `attachment; filename="${id}-grids.csv"`).send(await writeSheet(gridSheet(grids)))
  })

  app.post('/api/desk/places/:community/grids/check', { config: { access: ['admin'], does: '试读一份网格表格' } }, async (request): Promise<GridCheck> => {
    const { grids } = homeOf(request)
    const read = readGrids(await readSheet(await readUpload(request)))
    return read.kind === 'faults' ? read : { kind: 'grids', grids: read.grids, ...compareGrids(grids, read.grids) }
  })

  app.post('/api/desk/places/:community/grids', { config: { access: ['admin'], does: '换上一份网格表格', body: gridsBody } }, async (request, reply) => {
    const { id } = homeOf(request)
    const given = readInput(gridsBody, request.body)
    return reply.code(201).send(await draftOn(parts, request, given, (files) => withPlace(files, id, { grids: given.grids.map(({ standIn, ...grid }) => ({ ...grid, ...(standIn === undefined ? {} : { standIn }) })) })))
  })

  app.post('/api/desk/places/:community/hours', { config: { access: ['admin'], does: '改办公时间', body: hoursBody } }, async (request, reply) => {
    const { id } = homeOf(request)
    const given = readInput(hoursBody, request.body)
    return reply.code(201).send(await draftOn(parts, request, given, (files) => withPlace(files, id, { hours: given.hours })))
  })

  communityRoutes(app, parts)
  bookableRoutes(app, parts)

  app.get('/api/desk/calendar', { config: { access: everyRole, does: '节假日和调休' } }, async (): Promise<CalendarView> => ({
    base: inUse().version.number, drafts: await waitingDrafts(publication), years: [...inUse().years.values()].sort((one, other) => one.year - other.year), missing: missingYears(), today: dayOf(now()),
  }))

  app.post('/api/desk/calendar', { config: { access: ['admin'], does: '改节假日和调休', body: yearBody } }, async (request, reply) => {
    const given = readInput(yearBody, request.body)
    return reply.code(201).send(await draftOn(parts, request, given, (files) => withYear(files, given.year)))
  })

  async function peopleOf(community: CommunityId): Promise<GroupList['people']> {
    const accounts = await store.find(PLATFORM, 'staff', { limit: 10_000 })
    return accounts.filter((one) => !one.disabled && canSee(one, community)).map(({ id, name }) => ({ id, name }))
  }

  app.get('/api/desk/groups/:community', { config: { access: readers, does: '已配对的群' } }, async (request): Promise<GroupList> => {
    const { id: community } = homeOf(request)
    const rooms = (await Promise.all((['lark', 'wechat'] as const).map((channel) => pairing.rooms(channel)))).flat().filter((room) => room.communityId === community)
    return {
      groups: await Promise.all(rooms.map(async ({ id, channel, use, pairedAt }) => ({ id, channel, use, pairedAt, title: (await store.get(community, 'conversations', id))?.title ?? '' }))),
      people: await peopleOf(community),
    }
  })

  app.post('/api/desk/groups/:community/codes', { config: { access: ['lead', 'admin'], does: '领一个配对码', body: codeBody } }, async (request, reply) => {
    const { id } = homeOf(request)
    const code = await pairing.issue(await useOf(id, readInput(codeBody, request.body)))
    const shown: PairingCodeShown = { code, minutes: codeHoldsMs / 60_000 }
    return reply.code(201).send(shown)
  })

  async function useOf(communityId: CommunityId, given: z.infer<typeof codeBody>): Promise<CodeUse> {
    switch (given.kind) {
      case 'resident': return { kind: 'resident', communityId }
      case 'staff':
        if (!(await peopleOf(communityId)).some(({ id }) => id === given.staffId)) throw notFound()
        return { kind: 'staff', staffId: given.staffId }
      case 'room':
        if (given.again !== undefined && (await pairing.room(given.again))?.communityId !== communityId) throw notFound()
        return { kind: 'room', communityId, use: given.use, ...(given.again === undefined ? {} : { again: given.again }) }
    }
  }

  app.get('/api/desk/health', { config: { access: ['admin', 'auditor'], does: '运行情况' } }, async (request): Promise<HealthView> => {
    const { account } = staffOf(request)
    const visible = parts.communities().filter(({ id }) => canSee(account, id))
    const waiting = (await Promise.all(visible.map(({ id }) => store.find(id, 'outbox', { limit: 10_000 })))).flat()
    const due = waiting.filter(({ state }) => state === 'due')
    const { version } = inUse()
    return {
      startedAt, channels: channelRows(parts.health),
      outbox: {
        due: due.length, oldestDueAt: due.length === 0 ? null : Math.min(...due.map(({ dueAt }) => dueAt)),
        failed: waiting.filter(({ state }) => state === 'failed').length, unsure: waiting.filter(({ state }) => state === 'unsure').length,
      },
      knowledge: { number: version.number, liveAt: version.liveAt, drafts: (await waitingDrafts(publication)).length },
      missingYears: missingYears(),
      withoutHours: visible.filter((one) => one.hours === undefined && closingOf(one, now()) === null).map(({ name }) => name),
      misunderstood: (await Promise.all(visible.map(({ id }) => parts.work.waiting(id)))).flat().length,
    }
  })
}

/** Buildings and places that come, go, or change their grid. */
function compareGrids(before: readonly Grid[], after: readonly Grid[]): Pick<Extract<GridCheck, { kind: 'grids' }>, 'added' | 'gone' | 'moved'> {
  const was = gridByName(before)
  const is = gridByName(after)
  return {
    added: [...is.keys()].filter((name) => !was.has(name)),
    gone: [...was.keys()].filter((name) => !is.has(name)),
    moved: [...is].flatMap(([name, grid]) => { const old = was.get(name); return old === undefined || old === grid ? [] : [`${name}：${old} → ${grid}`] }),
  }
}

function gridByName(grids: readonly Grid[]): ReadonlyMap<string, string> {
  return new Map(grids.flatMap(({ name, buildings, areas }) => [...buildings, ...areas].map((held) => [held, name] as const)))
}
