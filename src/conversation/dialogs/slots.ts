import { readChoice, readYesNo } from '../../nlu/answers.js'
import { resolveTime } from '../../nlu/times.js'
import type { Slot } from '../../nlu/understanding.js'
import { isOpen, type Appointment, type ServiceRequest } from '../../requests/service-request.js'
import type { Write } from '../../store/store.js'
import type { Form } from '../memory.js'
import type { BookableSlot } from '../records.js'
import { dayWords, replies } from '../replies.js'
import { step, type Step, type Turn } from '../turn.js'

/** Lay words for what can be booked. */
const layWords: readonly (readonly [what: RegExp, words: RegExp])[] = [
  [/法律/, /律师|法律|打官司/],
  [/心理/, /心理|心里老师|聊聊/],
  [/窗口/, /窗口|大厅|号|办/],
  [/活动室|多功能厅|会议室|棋牌|乒乓|图书/, /活动室|多功能厅|会议室|棋牌|乒乓|图书|场地/],
]

/** What of the bookable things the words mean; `null` when none does. */
export function whatMeant(slots: readonly BookableSlot[], words: string): string | null {
  const whats = [...new Set(slots.map((slot) => slot.what))]
  return (
    whats.find((what) => words.includes(what)) ??
    whats.find((what) => layWords.some(([kind, lay]) => kind.test(what) && lay.test(words))) ??
    null
  )
}

/** A wanted time as `from` and `to` in ISO local time; an instant has both alike. */
export function wantedSpan(time: Slot | undefined): { readonly from: string; readonly to: string } | null {
  if (time?.normal === undefined) return null
  const [from, to] = time.normal.split('/')
  if (from === undefined || !/^\d{4}-\d{2}-\d{2}/.test(from)) return null
  if (to === '..') return { from: from.slice(0, 16), to: '9999' }
  // A span of days lasts to the end of its last one.
  if (to !== undefined) return { from: from.slice(0, 16), to: to.length > 10 ? to.slice(0, 16) : `${to}T23:59` }
  return from.length > 10 ? { from: from.slice(0, 16), to: from.slice(0, 16) } : { from: `${from}T00:00`, to: `${from}T23:59` }
}

function wordsOf(form: Form): string {
  return [...form.fields.filter((slot) => slot.name !== 'time').map((slot) => slot.value), form.description].join(' ')
}

async function slotFor(turn: Turn, form: Form): Promise<{ readonly slot: BookableSlot | null; readonly what: string; readonly others: readonly BookableSlot[] } | null> {
  const slots = await turn.records.slots()
  const what = whatMeant(slots, wordsOf(form))
  if (what === null) return null
  const span = wantedSpan(lastTime(form))
  const free = slots.filter((slot) => slot.what === what && slot.taken < slot.capacity && Date.parse(slot.at) > turn.now)
  const fitting = span === null ? [] : free.filter((slot) => slot.at.slice(0, 16) >= span.from && slot.at.slice(0, 16) <= span.to)
  return { slot: fitting[0] ?? null, what, others: free }
}

function lastTime(form: Form): Slot | undefined {
  return form.fields.findLast((slot) => slot.name === 'time' && slot.normal !== undefined) ?? form.fields.findLast((slot) => slot.name === 'time')
}

/** The form with its time made exact by a free place; a step where no such time is free. A community without bookable times keeps the form as it is. */
export async function settleTime(turn: Turn, form: Form): Promise<Form | Step> {
  const found = await slotFor(turn, form)
  if (found === null) return form
  const { slot } = found
  if (slot) return { ...form, fields: form.fields.map((field) => (field === lastTime(form) ? { ...field, normal: slot.at } : field)) }
  const others = found.others.slice(0, offeredTimes).map((other) => dayWords(other.at))
  const lastQuestion = { text: form.description, at: turn.now, status: null, intent: 'book' as const }
  const stays = form.changes === null ? '' : replies.bookingStays
  if (others.length === 0) return step({ kind: 'answered' }, replies.allTaken(found.what) + stays, { memory: { form: null, lastQuestion } })
  return step({ kind: 'answered' }, replies.otherTimes(found.what, others) + stays, { memory: { form: offer(turn, form), lastQuestion } })
}

/** Free times named at once, so many. */
export const offeredTimes = 3

/** The form without its time, open to any of the times just named. */
export function offer(turn: Turn, form: Form): Form {
  return { ...form, fields: form.fields.filter((slot) => slot.name !== 'time'), asking: 'offer', asked: 0, updatedAt: turn.now }
}

/** Which of the times just named is taken: by its place in the list, or with a yes where there is only one. */
export async function pickOffered(turn: Turn, form: Form, text: string): Promise<Slot | null> {
  if (form.fields.some((slot) => slot.name === 'time')) return null
  const found = await slotFor(turn, form)
  const named = form.description === '' ? undefined : turn.readSlots(form.description).findLast((slot) => slot.name === 'time')
  const span = wantedSpan(named)
  const all = found?.others ?? []
  const within = span === null ? [] : all.filter((slot) => slot.at.slice(0, 16) >= span.from && slot.at.slice(0, 16) <= span.to)
  const shown = (within.length > 0 ? within : all).slice(0, offeredTimes)
  const index = readChoice(text, shown.length) ?? (shown.length === 1 && (readYesNo(text) === 'yes' || /就?(约|要|订|定)?(那|这)(个|一个)/.test(text)) ? 1 : null)
  const slot = index === null ? undefined : shown[index - 1]
  return slot === undefined ? null : { name: 'time', value: dayWords(slot.at), start: 0, end: 0, normal: slot.at }
}

/** The appointment of a confirmed form, and the place it takes. A community without bookable times gets a request for staff to arrange. */
export async function bookingOf(turn: Turn, form: Form): Promise<{ appointment: Appointment; writes: Write[] } | null> {
  const found = await slotFor(turn, form)
  const time = lastTime(form)
  if (found?.slot) {
    const { slot } = found
    return {
      appointment: { slotId: slot.id, at: slot.at, what: found.what },
      writes: [{ op: 'put', table: 'slots', row: { ...slot, taken: slot.taken + 1 } }],
    }
  }
  if (time === undefined) return null
  const need = form.fields.find((slot) => slot.name === 'need')?.value ?? '预约'
  return { appointment: { slotId: null, at: time.normal?.split('/')[0] ?? time.value, what: need }, writes: [] }
}

/** Moves a confirmed booking to its new time: the old place is given back. */
export async function bookedChange(turn: Turn, form: Form): Promise<Step> {
  const request = form.changes === null ? null : await turn.records.request(form.changes)
  const booking = await bookingOf(turn, form)
  if (!request || !booking || !isOpen(request)) return step({ kind: 'unanswerable', reason: 'not-set' }, replies.noRequests, { memory: { form: null } })
  const moved: ServiceRequest = {
    ...request,
    appointment: { ...booking.appointment, what: request.appointment?.what ?? booking.appointment.what },
    updatedAt: turn.now,
    history: [...request.history, { at: turn.now, actor: { kind: 'resident', id: turn.message.author.id }, from: request.status, to: request.status, note: '改约' }],
  }
  return step({ kind: 'filed', requestId: request.id }, replies.receipt(moved, { howToCorrect: false, term: '' }), {
    writes: [{ op: 'put', table: 'requests', row: moved }, ...(await giveBack(turn, request, booking.appointment.slotId)), ...booking.writes],
    memory: { form: null, lastRequest: { id: request.id, at: turn.now, filed: true } },
  })
}

/** The write that frees the place a booking held; none where it held none or keeps it. */
export async function giveBack(turn: Turn, request: ServiceRequest, keep: string | null = null): Promise<Write[]> {
  const slotId = request.appointment?.slotId ?? null
  if (slotId === null || slotId === keep) return []
  const slot = (await turn.records.slots()).find((one) => one.id === slotId)
  return slot && slot.taken > 0 ? [{ op: 'put', table: 'slots', row: { ...slot, taken: slot.taken - 1 } }] : []
}

/** 「改到那周的周四下午两点」: a form that moves the booking, its time read from the day it now has. */
export function changeForm(turn: Turn, request: ServiceRequest, time: Slot, text: string): Form {
  const anchor = request.appointment ? Date.parse(request.appointment.at) : turn.now
  const relative = /那(一)?(个)?(周|星期|礼拜|天)/.test(text)
  const normal = relative ? resolveTime(time.value.replace(/那(一)?个?(周|星期|礼拜)的?/, '这周').replace(/这周(这周|周|星期|礼拜)/, '这周'), anchor) : (time.normal ?? resolveTime(time.value, turn.now))
  return {
    serviceCode: request.serviceCode,
    intent: 'book',
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
