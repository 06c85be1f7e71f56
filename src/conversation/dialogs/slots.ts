import type { Bookable } from '../../booking/bookable.js'
import { dayOf, endOf, givePlace, isFree, offersTimes, slotsAhead, takePlace, type BookableSlot, type Offer } from '../../booking/slot.js'
import { fitsSpan } from '../../booking/waiting.js'
import { readChoice, readYesNo } from '../../nlu/answers.js'
import { resolveTime } from '../../nlu/times.js'
import type { Slot } from '../../nlu/understanding.js'
import { isOpen, type Appointment, type ServiceRequest } from '../../requests/service-request.js'
import type { Service } from '../../requests/services.js'
import type { Write } from '../../store/store.js'
import type { Form } from '../memory.js'
import { dayWords, replies } from '../replies.js'
import { step, type Step, type Turn } from '../turn.js'
import { bookedSay } from './booked.js'
import { bookingWords, timeOf } from './booking-words.js'

/** Lay words for what can be booked; what is said of everything (号, 办) comes last. */
const layWords: readonly (readonly [what: RegExp, words: RegExp])[] = [
  [/法律/, /律师|法律|打官司/],
  [/心理/, /心理|心里老师|聊聊/],
  [/活动室|多功能厅|会议室|棋牌|乒乓|图书/, /活动室|多功能厅|会议室|棋牌|乒乓|图书|场地/],
  [/窗口/, /窗口|大厅|(?<!挂个?)号|办/],
]

/** Whether the words mean something that communities have times for, entered here or not: staff arrange it then. */
export function isUsual(words: string): boolean {
  return layWords.slice(0, -1).some(([, lay]) => lay.test(words)) || /窗口|大厅/.test(words)
}

/** What a community's times are made of, as it stands now. */
export async function offerOf(turn: Turn): Promise<Offer> {
  const [stored, closed] = await Promise.all([turn.records.slots(), turn.records.closedDays()])
  return { bookables: turn.community.bookables ?? [], workingTime: turn.workingTime, closed, stored }
}

/** Whether a service's form takes a time here: it always does, or somebody of this community can be booked for it. */
export function isBooked(turn: Turn, service: Service): boolean {
  return service.books || offersTimes({ bookables: turn.community.bookables ?? [] }, service.code)
}

/** What of the bookable things the words mean; `null` when none does. */
export function whatMeant(offer: Pick<Offer, 'bookables'>, slots: readonly BookableSlot[], words: string): string | null {
  const whats = [...new Set([...offer.bookables.map((one) => one.name), ...slots.map((slot) => slot.what)])]
  const called = offer.bookables.find((one) => one.words.some((word) => words.includes(word)))?.name
  return whats.find((what) => words.includes(what)) ?? called ?? layWords.flatMap(([kind, lay]) => (lay.test(words) ? whats.filter((what) => kind.test(what)) : []))[0] ?? null
}

/** A wanted time as `from` and `to` in ISO local time; an instant has both alike. */
export function wantedSpan(time: Slot | undefined): Span | null {
  if (time?.normal === undefined) return null
  const [from, to] = time.normal.split('/')
  if (from === undefined || !/^\d{4}-\d{2}-\d{2}/.test(from)) return null
  if (to === '..') return { from: from.slice(0, 16), to: '9999' }
  // A span of days lasts to the end of its last one.
  if (to !== undefined) return { from: from.slice(0, 16), to: to.length > 10 ? to.slice(0, 16) : `${to}T23:59` }
  return from.length > 10 ? { from: from.slice(0, 16), to: from.slice(0, 16) } : { from: `${from}T00:00`, to: `${from}T23:59` }
}

interface Span {
  readonly from: string
  readonly to: string
}

function wordsOf(form: Form): string {
  return [...form.fields.filter((slot) => slot.name !== 'time').map((slot) => slot.value), form.description].join(' ')
}

interface Found {
  readonly what: string
  readonly bookables: readonly Bookable[]
  /** The free time that fits what was said; `null`: none. */
  readonly slot: BookableSlot | null
  /** All free times, in order. */
  readonly free: readonly BookableSlot[]
  /** Free or taken. */
  readonly all: readonly BookableSlot[]
}

async function find(turn: Turn, form: Form): Promise<Found | null> {
  const service = turn.services.byCode(form.serviceCode)
  if (service === null || !isBooked(turn, service)) return null
  const offer = await offerOf(turn)
  const slots = slotsAhead(offer, service.code, turn.now)
  const serving = offer.bookables.filter((one) => one.services.includes(service.code))
  // Whoever comes to the home, comes: only what is gone to has to be named.
  const what = service.books ? whatMeant({ bookables: serving }, slots, wordsOf(form)) : serving.find((one) => wordsOf(form).includes(one.name))?.name ?? null
  if (what === null && service.books) return null
  const all = slots.filter((slot) => what === null || slot.what === what)
  // No time at all, as in a year whose holidays nobody knows: staff arrange one.
  if (all.length === 0) return null
  const free = all.filter(isFree)
  const span = wantedSpan(lastTime(form))
  return { what: what ?? service.name, bookables: offer.bookables, free, all, slot: span === null ? null : (free.find((slot) => fitsSpan(slot, span)) ?? null) }
}

function lastTime(form: Form): Slot | undefined {
  return form.fields.findLast((slot) => slot.name === 'time' && slot.normal !== undefined) ?? form.fields.findLast((slot) => slot.name === 'time')
}

function bookableOf(bookables: readonly Bookable[], slot: BookableSlot): Bookable | null {
  return bookables.find((one) => one.id === slot.bookable || one.name === slot.what) ?? null
}

function wordsFor(found: Found, slot: BookableSlot): string {
  return timeOf({ at: slot.at, until: endOf(slot) ?? undefined }, bookableOf(found.bookables, slot)?.kind ?? null)
}

/** 「明儿个上午」 told as two times is one: the day of the first, the hours of the second. */
function withOneTime(form: Form): Form {
  const [day, hours, ...others] = form.fields.filter((slot) => slot.name === 'time')
  const last = [hours, ...others].at(-1)
  // 「11月25日9点，10点都行」: the second hour is of the same day.
  if (day?.normal?.includes('T') === true && last?.normal?.includes('T') === true && namesDay.test(day.value) && !namesDay.test(last.value)) {
    const normal = last.normal.replace(/\d{4}-\d{2}-\d{2}/g, day.normal.slice(0, 10))
    return { ...form, fields: form.fields.map((slot) => (slot === last ? { ...last, normal } : slot)) }
  }
  const isSplit = day?.normal !== undefined && hours?.normal !== undefined && others.length === 0 && !day.normal.includes('T') && !day.normal.includes('/') && hours.normal.includes('T') && !namesDay.test(hours.value)
  if (!isSplit || day?.normal === undefined || hours?.normal === undefined) return form
  const normal = hours.normal.replace(/\d{4}-\d{2}-\d{2}/g, day.normal.slice(0, 10))
  return { ...form, fields: [...form.fields.filter((slot) => slot.name !== 'time'), { ...hours, value: `${day.value}${hours.value}`, normal }] }
}

/** Words that say which day a time is of. */
const namesDay = /[今明后昨]|大后天|周|星期|礼拜|[日号]|\d+[-/.]\d+|月|天(?!气)/

/** Names free times for a form without one. */
export async function offerTimes(turn: Turn, form: Form): Promise<Step | null> {
  const found = await find(turn, form)
  if (found === null || found.free.length === 0) return null
  const asked = form.description
  const stays = form.changes === null ? '' : bookingWords.stays
  const words = bookingWords.free(found.what, shownTimes(turn, asked, found).map((other) => wordsFor(found, other))) + stays
  return step({ kind: 'answered' }, words, { memory: { form: offer(turn, form), lastQuestion: { text: asked, at: turn.now, status: null, intent: 'book' } } })
}

/** The form with its time made exact by a free place; a step where no such time is free. A community without bookable times keeps the form as it is. */
export async function settleTime(turn: Turn, given: Form): Promise<Form | Step> {
  const form = withOneTime(given)
  const found = lastTime(form) === undefined ? null : await find(turn, form)
  if (found === null) return form
  const { slot, what } = found
  if (slot) {
    const known = await heldAlready(turn, form, slot)
    if (known) return step({ kind: 'status-given', requestId: known.id }, bookingWords.already(known), { memory: { form: null } })
    const [kind, until] = [bookableOf(found.bookables, slot)?.kind ?? 'window', endOf(slot)]
    const normal = kind !== 'window' && until !== null ? `${slot.at}/${until}` : slot.at
    return { ...form, fields: form.fields.map((field) => (field === lastTime(form) ? { ...field, normal } : field)) }
  }
  // What was wanted is remembered with the question: 「2」 picks from the same list.
  const wanted = lastTime(form)?.value ?? ''
  const asked = form.description.includes(wanted) ? form.description : `${form.description} ${wanted}`
  const others = shownTimes(turn, asked, found).map((other) => wordsFor(found, other))
  const lastQuestion = { text: asked, at: turn.now, status: null, intent: 'book' as const }
  const stays = form.changes === null ? '' : bookingWords.stays
  const span = wantedSpan(lastTime(form))
  const isTaken = span !== null && form.changes === null && turn.message.chat === 'private' && found.all.some((one) => fitsSpan(one, span))
  const taken = isTaken ? { serviceCode: form.serviceCode, what: found.all.find((one) => fitsSpan(one, span))?.what ?? what, from: span.from, until: span.to, at: turn.now } : null
  const wait = isTaken ? bookingWords.mayWait : ''
  if (others.length === 0) return step({ kind: 'answered' }, bookingWords.allTaken(what) + stays + wait, { memory: { form: null, lastQuestion, taken } })
  const last = found.all.at(-1)?.at.slice(0, 10)
  const isTooFar = span !== null && last !== undefined && span.from.slice(0, 10) > last
  // 「都行」 wants no time in particular.
  const words = span === null ? bookingWords.free(what, others) : isTooFar ? bookingWords.tooFar(what, dayWords(last), others) : bookingWords.otherTimes(what, others, found.all.some((one) => fitsSpan(one, span)))
  return step({ kind: 'answered' }, words + stays + wait, { memory: { form: offer(turn, form), lastQuestion, taken } })
}

/** The open booking by which this resident has this very time already. */
async function heldAlready(turn: Turn, form: Form, slot: BookableSlot): Promise<ServiceRequest | null> {
  const held = new Set(slot.heldBy ?? [])
  if (held.size === 0 || form.changes !== null) return null
  const own = await turn.records.requestsOf(turn.message.author.id)
  return own.find((request) => held.has(request.id) && isOpen(request)) ?? null
}

/** Free times named at once, so many. */
export const offeredTimes = 3

/** The free times that are named: those within what the words want, else the nearest to it. */
function shownTimes(turn: Turn, words: string, found: Found): readonly BookableSlot[] {
  const span = wantedSpan(words === '' ? undefined : turn.readSlots(words).findLast((slot) => slot.name === 'time'))
  if (span === null) return found.free.slice(0, offeredTimes)
  const within = found.free.filter((slot) => fitsSpan(slot, span))
  if (within.length > 0) return within.slice(0, offeredTimes)
  const wanted = Date.parse(`${span.from}+08:00`)
  const isNearer = (a: BookableSlot, b: BookableSlot): number => Math.abs(Date.parse(a.at) - wanted) - Math.abs(Date.parse(b.at) - wanted)
  const nearest = [...found.free].sort(isNearer).slice(0, offeredTimes)
  return found.free.filter((slot) => nearest.includes(slot))
}

/** The form without its time, open to any of the times just named. */
export function offer(turn: Turn, form: Form): Form {
  return { ...form, fields: form.fields.filter((slot) => slot.name !== 'time'), asking: 'offer', asked: 0, updatedAt: turn.now }
}

/** Which of the times just named is taken: by its place in the list, or with a yes where there is only one. */
export async function pickOffered(turn: Turn, form: Form, text: string): Promise<Slot | null> {
  const last = turn.memory.lastQuestion
  // 「2」 to 「要上门吗？1 要 2 不用」 picks no time.
  const named = last?.intent === 'book' && last.at === form.updatedAt ? last : null
  if ((form.asking === 'offer' && named === null) || form.fields.some((slot) => slot.name === 'time')) return null
  const found = await find(turn, form)
  if (found === null) return null
  const shown = shownTimes(turn, named?.text ?? form.description, found)
  const index = readChoice(text, shown.length) ?? (shown.length === 1 && (readYesNo(text) === 'yes' || /就?(约|要|订|定)?(那|这)(个|一个)/.test(text)) ? 1 : null)
  const slot = index === null ? undefined : shown[index - 1]
  return slot === undefined ? null : { name: 'time', value: wordsFor(found, slot), start: 0, end: 0, normal: slot.at }
}

/** The appointment of a confirmed form, and the place that `requestId` takes. A community without bookable times gets a request for staff to arrange. */
export async function bookingOf(turn: Turn, form: Form, requestId: string): Promise<{ appointment: Appointment; writes: Write[] } | null> {
  const found = await find(turn, form)
  const time = lastTime(form)
  if (found?.slot) {
    const { slot } = found
    const [until, place] = [endOf(slot), bookableOf(found.bookables, slot)?.place ?? '']
    return {
      appointment: { slotId: slot.id, at: slot.at, what: slot.what, bookedAt: turn.now, ...(until === null ? {} : { until }), ...(place === '' ? {} : { place }) },
      writes: [{ op: 'put', table: 'slots', row: takePlace(slot, requestId) }],
    }
  }
  if (time === undefined || turn.services.byCode(form.serviceCode)?.books !== true) return null
  const need = form.fields.find((slot) => slot.name === 'need')?.value ?? '预约'
  return { appointment: { slotId: null, at: time.normal?.split('/')[0] ?? time.value, what: need }, writes: [] }
}

/** The other time of a visit for which no times are cut: told to whoever comes. */
function rescheduled(turn: Turn, request: ServiceRequest, time: Slot | undefined): Step {
  const row: ServiceRequest = {
    ...request,
    fields: time === undefined ? request.fields : [...request.fields.filter((slot) => slot.name !== 'time'), time],
    updatedAt: turn.now,
    history: [...request.history, { at: turn.now, actor: { kind: 'resident', id: turn.message.author.id }, from: request.status, to: request.status, note: `改约：${time?.value ?? ''}` }],
  }
  return step({ kind: 'filed', requestId: request.id }, replies.changed(row), { writes: [{ op: 'put', table: 'requests', row }], memory: { form: null, lastRequest: { id: request.id, at: turn.now, filed: true } } })
}

/** Moves a confirmed booking to its new time: the old place is given back. */
export async function bookedChange(turn: Turn, form: Form): Promise<Step> {
  const request = form.changes === null ? null : await turn.records.request(form.changes)
  const booking = request && (await bookingOf(turn, form, request.id))
  if (!request || !isOpen(request) || (!booking && request.appointment !== null)) return step({ kind: 'unanswerable', reason: 'not-set' }, replies.noRequests, { memory: { form: null } })
  if (!booking) return rescheduled(turn, request, lastTime(form))
  const before = request.appointment
  const isSame = before?.slotId === booking.appointment.slotId && before.slotId !== null
  const time = lastTime(form)
  const moved: ServiceRequest = {
    ...request,
    appointment: {
      ...booking.appointment,
      what: booking.appointment.slotId === null ? (before?.what ?? booking.appointment.what) : booking.appointment.what,
      sequence: (before?.sequence ?? 0) + 1,
      ...(before?.helper === undefined ? {} : { helper: before.helper }),
    },
    fields: time === undefined ? request.fields : [...request.fields.filter((slot) => slot.name !== 'time'), time],
    updatedAt: turn.now,
    history: [...request.history, { at: turn.now, actor: { kind: 'resident', id: turn.message.author.id }, from: request.status, to: request.status, note: '改约' }],
  }
  return step({ kind: 'filed', requestId: request.id }, bookedSay(turn, moved) ?? replies.receipt(moved, { howToCorrect: false, term: '' }), {
    writes: [{ op: 'put', table: 'requests', row: moved }, ...(isSame ? [] : [...(await giveBack(turn, request)), ...booking.writes])],
    memory: { form: null, lastRequest: { id: request.id, at: turn.now, filed: true } },
  })
}

/** The write that frees the place a booking held; none where it held none. */
export async function giveBack(turn: Turn, request: ServiceRequest): Promise<Write[]> {
  const slotId = request.appointment?.slotId ?? null
  const slot = slotId === null ? undefined : (await turn.records.slots()).find((one) => one.id === slotId)
  return slot && slot.taken > 0 ? [{ op: 'put', table: 'slots', row: givePlace(slot, request.id) }] : []
}

/** 「改到那周的周四下午两点」: a form that moves the booking, its time read from the day it now has. */
export function changeForm(turn: Turn, request: ServiceRequest, time: Slot, text: string): Form {
  const anchor = request.appointment ? Date.parse(request.appointment.at) : turn.now
  const relative = /那(一)?(个)?(周|星期|礼拜|天)/.test(text)
  const normal = relative ? resolveTime(time.value.replace(/那(一)?个?(周|星期|礼拜)的?/, '这周').replace(/这周(这周|周|星期|礼拜)/, '这周'), anchor) : (onBookedDay(time, text, request) ?? time.normal ?? resolveTime(time.value, turn.now))
  return {
    serviceCode: request.serviceCode,
    intent: request.intent,
    description: request.description,
    fields: [
      ...request.fields.filter((slot) => slot.name !== 'time' && slot.name !== 'need'),
      { name: 'need', value: request.appointment?.what ?? request.serviceName, start: 0, end: 0 },
      { ...time, ...(normal === null ? {} : { normal }) },
    ],
    asking: 'confirm',
    asked: 1,
    sourceKey: `${turn.message.channel}:${turn.message.messageId}:change`,
    attachmentIds: [],
    changes: request.id,
    startedAt: turn.now,
    updatedAt: turn.now,
    reminded: false,
  }
}

/** 「改到下午三点」 names no day: it is the day that was booked. */
function onBookedDay(time: Slot, text: string, request: ServiceRequest): string | null {
  const begins = request.appointment === null ? NaN : Date.parse(request.appointment.at)
  if (Number.isNaN(begins) || namesDay.test(time.value) || namesDay.test(text.replace(time.value, '').replace(/预约|约的|那个/g, ''))) return null
  // Counted from the midnight of that day, the hour said is still to come.
  return resolveTime(time.value, Date.parse(`${dayOf(begins)}T00:00:00+08:00`))
}
