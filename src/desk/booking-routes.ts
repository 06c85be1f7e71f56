import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { everyRole } from './account-routes.js'
import type { BookingDay, BookingHolder } from './booking-types.js'
import { acting, signatureOf } from './caller.js'
import { notFound, opaqueId, readCommunity } from './scope.js'
import { closedDayId, dayOf, endOf, slotsOn, type ClosedDay, type DaySlot } from '../booking/slot.js'
import type { Bookings } from '../conversation/bookings.js'
import { bookingWords } from '../conversation/dialogs/booking-words.js'
import { InputError } from '../errors.js'
import { dayLike, readInput } from '../http/input.js'
import type { CommunityId } from '../knowledge/community.js'
import { redact } from '../privacy.js'
import { withoutDoors } from '../requests/place.js'
import { isOpen, type Appointment, type ServiceRequest } from '../requests/service-request.js'
import { mustStandAt } from '../store/known-rev.js'
import type { Store, Write } from '../store/store.js'

const day = dayLike('2026-11-25')
const dayQuery = z.object({ day: day.optional() })
const name = z.string().trim().max(30, '最多 30 个字')
const rev = z.int().min(0)
const closeBody = z.object({ day, bookable: opaqueId.nullable(), reason: z.string().trim().min(1, '请写为什么，约好的居民会看到').max(60, '最多 60 个字') })
const openBody = z.object({ day, bookable: opaqueId.nullable() })
const placesBody = z.object({ day, slot: opaqueId, rev, by: z.union([z.literal(1), z.literal(-1)]) })
const timesBody = z.object({ day, bookable: opaqueId, time: z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, '时间要写成 14:30') })
const cameBody = z.object({ request: opaqueId, rev, came: z.boolean().nullable() })
const helperBody = z.object({ request: opaqueId, rev, name })

/** Bookings at the desk: a day of a community, and what staff may change in it. */
export function bookingRoutes(app: FastifyInstance, parts: { readonly store: Store; readonly bookings: Pick<Bookings, 'offerOf' | 'commitAndTell' | 'closedNotice'>; readonly now: () => number; readonly newId: () => string }): void {
  const { store, bookings, now } = parts

  async function showDay(community: CommunityId, on: string): Promise<BookingDay> {
    const offer = await bookings.offerOf(community)
    const slots = await Promise.all(slotsOn(on, offer).map(async (one) => ({ ...describeSlot(one), holders: await holdersOf(community, one) })))
    return {
      day: on,
      today: dayOf(now()),
      bookables: offer.bookables.map(({ id, kind, name: called, place, source, date }) => ({ id, kind, name: called, place, source, date })),
      closed: offer.closed.filter((one) => one.day === on).map(({ bookable, reason, by }) => ({ bookable, reason, by: by.name })),
      slots,
    }
  }

  async function holdersOf(community: CommunityId, { slot }: DaySlot): Promise<BookingHolder[]> {
    const found = await Promise.all((slot.heldBy ?? []).map((id) => store.get(community, 'requests', id)))
    return Promise.all(found.filter((request) => request !== null).map(async (request) => describeHolder(request, (await store.get(community, 'residents', request.residentId))?.name ?? null)))
  }

  async function slotOf(community: CommunityId, on: string, id: string, known: number): Promise<DaySlot['slot']> {
    const found = slotsOn(on, await bookings.offerOf(community)).find(({ slot }) => slot.id === id)
    if (!found) throw notFound()
    mustStandAt(known, found.slot, 'slots')
    return found.slot
  }

  /** The request of a booking, and the booking in it. */
  async function bookingOf(community: CommunityId, id: string, known: number): Promise<{ readonly request: ServiceRequest; readonly appointment: Appointment }> {
    const request = await store.get(community, 'requests', id)
    if (!request || request.appointment === null) throw notFound()
    mustStandAt(known, request, 'requests')
    return { request, appointment: request.appointment }
  }

  /** The request with its booking changed, and that somebody changed it. */
  function noted(request: ServiceRequest, appointment: Appointment, note: string, caller: FastifyRequest): ServiceRequest {
    return { ...request, appointment, updatedAt: now(), history: [...request.history, { at: now(), actor: { kind: 'staff', ...signatureOf(caller) }, from: request.status, to: request.status, note }] }
  }

  /** A change by a member of staff; it answers with the day as it stands then. */
  function act<T>(path: string, does: string, body: z.ZodType<T>, change: (community: CommunityId, given: T, caller: FastifyRequest) => Promise<string>): void {
    app.post(`/api/desk/bookings/:community/${path}`, { config: { access: acting, does, body } }, async (request) => {
      const community = readCommunity(request)
      return showDay(community, await change(community, readInput(body, request.body), request))
    })
  }

  app.get('/api/desk/bookings/:community', { config: { access: everyRole, does: '一天的预约', query: dayQuery } }, async (request) => {
    const { day: on } = readInput(dayQuery, request.query)
    return showDay(readCommunity(request), on ?? dayOf(now()))
  })

  act('close', '预约：关掉一天或一处', closeBody, async (community, { day: on, bookable, reason }, caller) => {
    const offer = await bookings.offerOf(community)
    if (bookable !== null && !offer.bookables.some((one) => one.id === bookable)) throw notFound()
    const closed: ClosedDay = { id: closedDayId(on, bookable), rev: 0, day: on, bookable, reason, by: signatureOf(caller), at: now() }
    const known = offer.closed.find((one) => one.id === closed.id)
    if (known) return on
    const hit = slotsOn(on, offer).filter((one) => one.shut === null && Date.parse(one.slot.at) > now() && (bookable === null || one.bookable?.id === bookable))
    const holders = (await Promise.all(hit.flatMap(({ slot }) => slot.heldBy ?? []).map((one) => store.get(community, 'requests', one)))).filter((request) => request !== null && isOpen(request)) as ServiceRequest[]
    const told = await Promise.all(holders.map(async (request) => ({ request, text: await bookings.closedNotice(community, request, closed) })))
    await bookings.commitAndTell(community, [{ op: 'put', table: 'closedDays', row: closed }], told)
    return on
  })

  act('open', '预约：重新开放', openBody, async (community, { day: on, bookable }) => {
    const known = await store.get(community, 'closedDays', closedDayId(on, bookable))
    if (known) await store.commit(community, [{ op: 'remove', table: 'closedDays', id: known.id, rev: known.rev }])
    return on
  })

  act('places', '预约：改一个时间的名额', placesBody, async (community, { day: on, slot: id, rev: known, by }) => {
    const slot = await slotOf(community, on, id, known)
    if (slot.capacity + by < slot.taken || slot.capacity + by < 0) throw new InputError('not-allowed', '已经约出去的号不能收回，请先和居民改约')
    const changed = { ...slot, capacity: slot.capacity + by, ...(slot.bookable === undefined ? {} : { added: (slot.added ?? 0) + by }) }
    await store.commit(community, [{ op: 'put', table: 'slots', row: changed }])
    return on
  })

  act('times', '预约：加一个时间', timesBody, async (community, { day: on, bookable, time }) => {
    const offer = await bookings.offerOf(community)
    const of = offer.bookables.find((one) => one.id === bookable)
    if (!of) throw notFound()
    const at = `${on}T${time}:00+08:00`
    if (Date.parse(at) <= now()) throw new InputError('not-allowed', '这个时间已经过了')
    if (slotsOn(on, offer).some((one) => one.slot.what === of.name && one.slot.at === at && one.shut !== 'not-in-hours')) throw new InputError('not-allowed', '这个时间已经有了，可以给它加号')
    await store.commit(community, [{ op: 'put', table: 'slots', row: { id: parts.newId(), rev: 0, what: of.name, at, capacity: 1, taken: 0, minutes: of.minutes } }])
    return on
  })

  act('came', '预约：记下来没来', cameBody, async (community, { request: id, rev: known, came }, caller) => {
    const { request, appointment } = await bookingOf(community, id, known)
    const { came: before, ...rest } = appointment
    const changed = noted(request, came === null ? rest : { ...rest, came: { yes: came, at: now(), by: signatureOf(caller) } }, came === null ? '取消到场标记' : came ? '到场' : '未到', caller)
    const isNews = came === false && before?.yes !== false && isOpen(request)
    const writes: Write[] = [{ op: 'put', table: 'requests', row: changed }]
    await bookings.commitAndTell(community, writes, isNews ? [{ request, text: bookingWords.missed(request) }] : [])
    return request.appointment?.at.slice(0, 10) ?? dayOf(now())
  })

  act('helper', '预约：定下谁上门', helperBody, async (community, { request: id, rev: known, name: who }, caller) => {
    const { request, appointment } = await bookingOf(community, id, known)
    const { helper: _before, ...rest } = appointment
    await store.commit(community, [{ op: 'put', table: 'requests', row: noted(request, who === '' ? rest : { ...rest, helper: who }, who === '' ? '上门的人待定' : `由${who}上门`, caller) }])
    return appointment.at.slice(0, 10)
  })
}

function describeSlot({ slot, bookable, shut }: DaySlot): Omit<BookingDay['slots'][number], 'holders'> {
  const { id, rev: stands, what, at, capacity, taken } = slot
  return { id, rev: stands, what, bookable: bookable?.id ?? null, at, until: endOf(slot), capacity, taken, shut }
}

function describeHolder(request: ServiceRequest, residentName: string | null): BookingHolder {
  const value = (slot: ServiceRequest['fields'][number]['name']): string | null => request.fields.findLast((one) => one.name === slot)?.value ?? null
  const phone = value('phone')
  const matters = [...new Set(request.fields.filter((one) => one.name === 'matter').map((one) => one.value))]
  return {
    requestId: request.id,
    rev: request.rev,
    number: request.number,
    service: request.serviceName,
    name: maskName(residentName ?? ''),
    phone: phone === null ? null : maskPhone(phone),
    address: request.address === null ? null : withoutDoors(request.address),
    matter: redact(matters.join('、')),
    contact: value('name'),
    consent: request.consent === undefined ? null : { allows: request.consent.allows, forWhom: request.consent.forWhom, at: request.consent.at },
    helper: request.appointment?.helper ?? null,
    came: request.appointment?.came ?? null,
  }
}

/** 王** of a name; names that we made ourselves (邻居A3K7) tell nothing and stay. */
export function maskName(full: string): string {
  if (full === '') return '居民'
  return /^邻居[A-Z0-9]{4}$/.test(full) ? full : `${[...full][0] ?? ''}**`
}

/** 138****0001 */
export function maskPhone(phone: string): string {
  return phone.length < 8 ? '****' : `${phone.slice(0, 3)}****${phone.slice(-4)}`
}
