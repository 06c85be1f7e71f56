import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { acting, actorOf, staffOf } from './caller.js'
import type { FieldConflict, FieldDay, FieldTask } from './field-types.js'
import { maskRequest } from './masking.js'
import type { RequestIndex } from './request-index.js'
import { communityId, notFound, readPath } from './scope.js'
import { dayOf } from '../booking/slot.js'
import { keepFile } from '../channels/kept-files.js'
import type { Engine } from '../conversation/engine.js'
import { InputError } from '../errors.js'
import { readInput } from '../http/input.js'
import { readUpload } from '../http/upload.js'
import type { Community, CommunityId } from '../knowledge/community.js'
import { maskNumbers } from '../privacy.js'
import type { Move } from '../requests/apply-move.js'
import { asStaffSee } from '../requests/discretion.js'
import { gridOf, maySee } from '../requests/routing.js'
import { isOpen, type ServiceRequest, type StatusChange } from '../requests/service-request.js'
import type { ServiceCatalogue } from '../requests/services.js'
import { isConflict, unlessQuicker } from '../store/quicker.js'
import type { Store } from '../store/store.js'
import { sayStep } from '../visits/say-step.js'
import { doneAt, type Position, type VisitStep } from '../visits/step.js'

/** Most tasks that one page is sent: a day has fewer, and a phone shows no more. */
const mostTasks = 100
/** Longest account of what was done, characters. */
const longestStatement = 4_000
/** Most photos of one end. */
const mostPhotos = 20
/** How often a note is written again when the request moved under it. */
const mostTries = 5

const clientId = z.uuid()
const madeAt = z.int().min(0)
const position = z.object({ latitude: z.number().min(-90).max(90), longitude: z.number().min(-180).max(180), accuracyM: z.number().min(0).max(100_000) }).nullable()
const stepBody = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('take'), clientId, madeAt }),
  z.object({ kind: z.literal('arrive'), clientId, madeAt, position }),
  z.object({ kind: z.literal('close'), clientId, madeAt, statement: z.string().trim().max(longestStatement, `最多 ${longestStatement} 个字`), photos: z.array(clientId).max(mostPhotos), seen: z.int().min(0), anyway: z.boolean() }),
])
const photoQuery = z.object({ client: clientId, made: z.coerce.number().int().min(0) })
const params = z.object({ community: communityId })

export interface FieldRouteParts {
  readonly store: Store
  readonly engine: Pick<Engine, 'movesFor' | 'actOnRequest'>
  readonly index: Pick<RequestIndex, 'newestFirst' | 'dueOf'>
  readonly services: () => Pick<ServiceCatalogue, 'byCode'>
  readonly communities: () => readonly Community[]
  readonly now: () => number
}

/** Work on the spot: what there is to do today, and steps that a phone may have kept for hours; each counts once. */
export function fieldRoutes(app: FastifyInstance, parts: FieldRouteParts): void {
  const { store, engine, index, now } = parts

  async function find(request: FastifyRequest, community: CommunityId, id: string): Promise<ServiceRequest> {
    const row = await store.get(community, 'requests', id)
    if (!row || row.status === 'draft' || !maySee(row, actorOf(request))) throw notFound()
    return row
  }

  /** Mine, or anybody's: what a colleague has in hand is theirs. A visit that names me is mine too. */
  function isForMe(request: FastifyRequest, row: ServiceRequest): boolean {
    const { id, name } = actorOf(request)
    return isOpen(row) && maySee(row, actorOf(request)) && (row.owner.kind === 'post' || row.owner.id === id || visitOf(row)?.helper === name)
  }

  async function describe(request: FastifyRequest, community: CommunityId, row: ServiceRequest): Promise<FieldTask> {
    const shown = maskRequest(asStaffSee(row), maskNumbers)
    const grids = parts.communities().find((one) => one.id === community)?.grids ?? []
    const due = index.dueOf(community, row)
    const visit = visitOf(row)
    // A visit left a line of its own in the history.
    const wasThere = row.history.some(({ actor, move }) => actor.kind === 'staff' && move === undefined)
    const steps = wasThere ? await store.find(community, 'visitSteps', { by: 'requestId', equals: row.id }) : []
    const arrived = steps.filter(({ kind, state }) => kind === 'arrive' && state === 'done').sort((one, other) => doneAt(one) - doneAt(other) || one.madeAt - other.madeAt).at(-1)
    return {
      id: row.id, communityId: community, number: row.number, serviceName: row.serviceName, status: row.status,
      words: shown.description, address: shown.address, grid: gridOf(grids, row.address)?.name ?? null,
      isMine: row.owner.kind === 'staff' && row.owner.id === actorOf(request).id, ownerName: row.owner.name, seen: row.history.length,
      ...(visit === null ? {} : { visit: { ...visit, consent: row.consent === undefined ? null : { allows: row.consent.allows, forWhom: row.consent.forWhom === null ? null : maskNumbers(row.consent.forWhom) } } }),
      arrived: arrived === undefined ? null : { at: doneAt(arrived), name: nameIn(row, arrived), accuracyM: arrived.position?.accuracyM ?? null },
      photoIds: row.attachmentIds, urges: row.urges.length, dueAt: due.kind === 'running' ? due.dueAt : null,
      needsPhoto: parts.services().byCode(row.serviceCode)?.photo === true, moves: engine.movesFor(row, actorOf(request)),
    }
  }

  /** The step under this id, new or as it came before; of another request or person it is none. */
  async function begin(request: FastifyRequest, community: CommunityId, requestId: string, given: Pick<VisitStep, 'id' | 'kind' | 'madeAt'> & { readonly position?: Position | null; readonly attachmentId?: string }): Promise<VisitStep> {
    const known = await store.get(community, 'visitSteps', given.id)
    const staffId = staffOf(request).account.id
    if (known !== null && (known.requestId !== requestId || known.staffId !== staffId || known.kind !== given.kind)) throw new InputError('bad-input', '这一步和先前送来的不是同一件事')
    return known ?? { id: given.id, rev: 0, requestId, staffId, kind: given.kind, state: 'begun', madeAt: given.madeAt, receivedAt: now(), position: given.position ?? null, attachmentId: given.attachmentId ?? null }
  }

  /** A step that changes no state: it stands in the history, with its photo, in one commit with itself. */
  async function note(request: FastifyRequest, community: CommunityId, step: VisitStep, words: string): Promise<void> {
    const { id, name } = actorOf(request)
    for (let attempt = 1; step.state !== 'done'; attempt += 1) {
      const row = await find(request, community, step.requestId)
      const line: StatusChange = { at: Math.max(now(), row.history.at(-1)?.at ?? 0), actor: { kind: 'staff', id, name }, from: row.status, to: row.status, note: words }
      const attachmentIds = step.attachmentId === null || row.attachmentIds.includes(step.attachmentId) ? row.attachmentIds : [...row.attachmentIds, step.attachmentId]
      try {
        return await store.commit(community, [
          { op: 'put', table: 'visitSteps', row: { ...step, state: 'done' } },
          { op: 'put', table: 'requests', row: { ...row, attachmentIds, updatedAt: now(), history: [...row.history, line] } },
        ])
      } catch (error) {
        if (!isConflict(error)) throw error
        // The same step by another line, or the request moved under it.
        if ((await store.get(community, 'visitSteps', step.id)) !== null) return
        if (attempt >= mostTries) throw error
      }
    }
  }

  /** A move of the table, once: cut off after it was made, it is read off the request that it was. */
  async function moveOnce(request: FastifyRequest, community: CommunityId, step: VisitStep, move: Move): Promise<void> {
    if (step.state === 'done') return
    const by = actorOf(request)
    if (step.rev === 0) await unlessQuicker(store.commit(community, [{ op: 'put', table: 'visitSteps', row: step }]))
    const row = await find(request, community, step.requestId)
    const isMade = row.history.some(({ move: made, actor, at }) => (made === move.name || (move.name === 'take' && made === 'take-over')) && actor.kind === 'staff' && actor.id === by.id && at >= step.receivedAt)
    const isMine = move.name === 'take' && row.owner.kind === 'staff' && row.owner.id === by.id && row.status !== 'reopened' && row.status !== 'returned' && row.status !== 'assigned'
    if (!isMade && !isMine) await engine.actOnRequest(community, row.id, row.rev, move, by)
    const kept = await store.get(community, 'visitSteps', step.id)
    if (kept !== null && kept.state === 'begun') await unlessQuicker(store.commit(community, [{ op: 'put', table: 'visitSteps', row: { ...kept, state: 'done' } }]))
  }

  /** What others did with it that the phone had not seen; what falls due by itself is no such thing. */
  function since(request: FastifyRequest, row: ServiceRequest, seen: number): readonly StatusChange[] {
    const { id } = staffOf(request).account
    return row.history.slice(seen).filter(({ actor }) => actor.kind === 'resident' || (actor.kind === 'staff' && actor.id !== id))
  }

  /** The photos of this request sent under these ids. */
  async function photosOf(community: CommunityId, requestId: string, ids: readonly string[]): Promise<readonly string[]> {
    const steps = await Promise.all(ids.map((id) => store.get(community, 'visitSteps', id)))
    return steps.map((step) => {
      if (step === null || step.requestId !== requestId || step.attachmentId === null) throw new InputError('bad-target', '有一张照片还没有传上来，请再传一次')
      return step.attachmentId
    })
  }

  app.get('/api/desk/field/:community', { config: { access: acting, does: '外勤：今天的上门和附近的工单' } }, async (request): Promise<FieldDay> => {
    const { community } = readInput(params, request.params)
    const home = parts.communities().find((one) => one.id === community)
    if (home === undefined) throw notFound()
    const today = dayOf(now())
    const rows = (await index.newestFirst(community)).filter((row) => isForMe(request, row))
    const isToday = (row: ServiceRequest): boolean => dayOf(visitOf(row)?.at ?? 0) === today
    const rank = (row: ServiceRequest): number => (isToday(row) ? 0 : row.owner.kind === 'staff' ? 1 : 2)
    const sorted = [...rows].sort((one, other) => rank(one) - rank(other) || (rank(one) === 0 ? (visitOf(one)?.at ?? 0) - (visitOf(other)?.at ?? 0) : 0))
    return {
      at: now(), today, grids: home.grids.map(({ name, buildings }) => ({ name, buildings })),
      tasks: await Promise.all(sorted.slice(0, mostTasks).map((row) => describe(request, community, row))), more: sorted.length > mostTasks,
    }
  })

  app.post('/api/desk/field/:community/:id/steps', { config: { access: acting, does: '外勤：接单、上门签到、办结', body: stepBody } }, async (request, reply) => {
    const { community, id } = readPath(request)
    const row = await find(request, community, id)
    const given = readInput(stepBody, request.body)
    const step = await begin(request, community, id, { id: given.clientId, kind: given.kind, madeAt: given.madeAt, position: given.kind === 'arrive' ? given.position : null })
    switch (given.kind) {
      case 'take':
        await moveOnce(request, community, step, { name: 'take', reason: null, brings: null })
        break
      case 'arrive':
        await note(request, community, step, sayStep(step))
        break
      case 'close': {
        const news = step.state === 'done' || given.anyway ? [] : since(request, row, given.seen)
        if (news.length > 0) return reply.code(409).send(await conflict(request, community, row, news))
        await moveOnce(request, community, step, { name: 'close', reason: null, brings: { kind: 'evidence', attachmentIds: await photosOf(community, id, given.photos), statement: given.statement } })
      }
    }
    return describe(request, community, await find(request, community, id))
  })

  async function conflict(request: FastifyRequest, community: CommunityId, row: ServiceRequest, news: readonly StatusChange[]): Promise<FieldConflict> {
    return {
      code: 'conflict', message: '这期间有人动过这张工单，您写的和拍的都还在手机里，请看一下再决定', newest: await describe(request, community, row),
      since: news.map(({ at, actor, move, note }) => ({ at, actor, ...(move === undefined ? {} : { move }), note: note === null ? null : maskNumbers(note) })),
    }
  }

  app.post('/api/desk/field/:community/:id/photos', { config: { access: acting, does: '外勤：现场照片', query: photoQuery } }, async (request) => {
    const { community, id } = readPath(request)
    const row = await find(request, community, id)
    const { client, made } = readInput(photoQuery, request.query)
    const of = { communityId: community, residentId: `staff:${staffOf(request).account.id}`, conversationId: row.conversationId, from: `field:${client}` }
    const { id: attachmentId, kind } = await keepFile({ store, now }, of, () => readUpload(request))
    if (kind !== 'image') throw new InputError('bad-input', '这里只收照片')
    const step = await begin(request, community, id, { id: client, kind: 'photo', madeAt: made, attachmentId })
    await note(request, community, step, sayStep(step))
    return describe(request, community, await find(request, community, id))
  })
}

/** When somebody goes there: planned at the desk, or booked by the resident; `null`: no time is set, or the resident comes to us. */
function visitOf({ visit, appointment, consent }: ServiceRequest): { readonly at: number; readonly until: number | null; readonly helper: string | null } | null {
  if (visit != null) return { at: visit.at, until: visit.until, helper: visit.helper }
  if (appointment === null || (consent === undefined && appointment.place !== undefined)) return null
  return { at: Date.parse(appointment.at), until: appointment.until === undefined ? null : Date.parse(appointment.until), helper: appointment.helper ?? null }
}

/** Who made a step, by the line that it left in the history. */
function nameIn(row: ServiceRequest, { staffId }: VisitStep): string {
  const actor = row.history.findLast((one) => one.actor.kind === 'staff' && one.actor.id === staffId)?.actor
  return actor?.kind === 'staff' ? actor.name : ''
}
