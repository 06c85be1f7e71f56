import { resolveTime } from '../../nlu/times.js'
import type { Matter, Slot } from '../../nlu/understanding.js'
import { isOpen, type Appointment, type ServiceRequest } from '../../requests/service-request.js'
import type { Write } from '../../store/store.js'
import type { Form } from '../memory.js'
import type { BookableSlot } from '../records.js'
import { dayWords, replies } from '../replies.js'
import { step, type Step, type Turn } from '../turn.js'
import { ask } from './ask.js'
import { report } from './report.js'
import { cancelOrChange } from './track.js'

/** Lay words for what can be booked. */
const layWords: readonly (readonly [what: RegExp, words: RegExp])[] = [
  [/法律/, /律师|法律|打官司/],
  [/心理/, /心理|心里老师|聊聊/],
  [/窗口/, /窗口|大厅|号|办/],
  [/活动室|多功能厅|会议室|棋牌|乒乓|图书/, /活动室|多功能厅|会议室|棋牌|乒乓|图书|场地/],
]

/** What of the bookable things the words mean; `null` when none does. */
function whatMeant(slots: readonly BookableSlot[], words: string): string | null {
  const whats = [...new Set(slots.map((slot) => slot.what))]
  return (
    whats.find((what) => words.includes(what)) ??
    whats.find((what) => layWords.some(([kind, lay]) => kind.test(what) && lay.test(words))) ??
    null
  )
}

/** A wanted time as `from` and `to` in ISO local time; an instant has both alike. */
function wantedSpan(time: Slot | undefined): { readonly from: string; readonly to: string } | null {
  if (time?.normal === undefined) return null
  const [from, to] = time.normal.split('/')
  if (from === undefined || !/^\d{4}-\d{2}-\d{2}/.test(from)) return null
  if (to !== undefined) return { from: from.slice(0, 16), to: to.slice(0, 16) }
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
  const others = found.others.slice(0, 3).map((other) => dayWords(other.at))
  return step({ kind: 'answered' }, others.length > 0 ? replies.otherTimes(found.what, others) : replies.allTaken(found.what), {
    memory: { form: null, lastQuestion: { text: form.description, at: turn.now, status: null, intent: 'book' } },
  })
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
  return step({ kind: 'filed', requestId: request.id }, replies.receipt(moved, { howToCorrect: false, noTermSet: false }), {
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

/** The bookable thing that words mean, as the slot a form asks for. */
async function namedBookable(turn: Turn, words: string): Promise<Slot | null> {
  const what = whatMeant(await turn.records.slots(), words)
  return what === null ? null : { name: 'need', value: what, start: 0, end: 0 }
}

/** Whether something is still free, without booking it. */
async function answerAvailability(turn: Turn, matter: Matter): Promise<Step | null> {
  const slots = await turn.records.slots()
  const what = whatMeant(slots, matter.text)
  if (what === null) return null
  const span = wantedSpan(matter.slots.find((slot) => slot.name === 'time'))
  const free = slots
    .filter((slot) => slot.what === what && slot.taken < slot.capacity && Date.parse(slot.at) > turn.now)
    .filter((slot) => span === null || (slot.at.slice(0, 16) >= span.from && slot.at.slice(0, 16) <= span.to))
  const memory = { lastQuestion: { text: matter.text, at: turn.now, status: null, intent: 'book' as const } }
  if (free.length === 0) return step({ kind: 'answered' }, `${what}这个时间没有号了，已经约满。有人退号您可以再问我。`, { memory })
  return step({ kind: 'answered' }, `${what}还有号：${free.slice(0, 3).map((slot) => dayWords(slot.at)).join('、')}。要约哪个？`, { memory })
}

/** 「改到那周的周五上午十点」: a form that moves the booking, its time read from the day it now has. */
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

/** A time wanted, moved, or only asked after. */
export async function book(turn: Turn, matter: Matter): Promise<Step> {
  const service = turn.services.forMatter('book', matter.text)
  if (!service) return ask(turn, matter)
  const last = turn.memory.lastQuestion
  const leans = last?.intent === 'book' && turn.now - last.at < 600_000 && !matter.slots.some((slot) => slot.name === 'need')
  const whole = leans && last ? withEarlier(matter, last.text, turn) : matter
  if (/改(到|成|约|在|期)|换(到|成|个)|挪|推迟|提前/.test(matter.text) && matter.slots.some((slot) => slot.name === 'time')) return cancelOrChange(turn, matter)
  const asksOnly = /(还有|有)(没有)?(号|位|空)|空不空|有空(吗|没)|有号(吗|没)/.test(matter.text) && !/(就|帮|给)(我|俺)?.{0,3}(约|订|定|留)|约上/.test(matter.text)
  if (asksOnly) {
    const free = await answerAvailability(turn, whole)
    if (free) return free
  }
  const named = whole.slots.some((slot) => slot.name === 'need') ? null : await namedBookable(turn, whole.text)
  return report(turn, named === null ? whole : { ...whole, slots: [...whole.slots, named] }, service)
}

function withEarlier(matter: Matter, earlier: string, turn: Turn): Matter {
  const slots = turn.readSlots(earlier).filter((slot) => !matter.slots.some((own) => own.name === slot.name))
  return { ...matter, text: `${earlier} ${matter.text}`, slots: [...matter.slots, ...slots] }
}
