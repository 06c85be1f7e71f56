import { parseNumber } from '../../nlu/numbers.js'
import type { Slot } from '../../nlu/understanding.js'
import { faultClass } from '../../requests/faults.js'
import { isOpen, type ServiceRequest } from '../../requests/service-request.js'
import { replies, requestLine } from '../replies.js'
import { step, type Step, type Turn } from '../turn.js'
import { withdrawnSay } from './booked.js'
import { bookingWords, timeOf } from './booking-words.js'
import { advance } from './report.js'
import { changeForm, offerTimes, wantedSpan, whatMeant } from './slots.js'
import { withdraw } from './track.js'

/** Wants another time, whatever one. */
const otherTime = /(改|换|调)(个|一个|一下|下|换)?(时间|日子|日期|天|点)|改期|改约|换(一)?天/
/** Wants the time that is said with it. */
const thisTime = /改(到|成|约|在)|换(到|成)|挪|推(迟|后|到)|往(后|前)(推|挪|延|提)|延(后|到|期)|提(前|早)/
const cannotCome = /(去|来|到|赶)不(了|成|及)|不(去|来|约|预约|上门|用来|用上门|用去)了|不用(再)?(来|上门|去)|没(空|时间|工夫)(去|来|了)|(取消|退)(掉|了)?.{0,8}(预约|约的|号|上门)|(预约|约的|号|上门).{0,6}(取消|退|不要|不去|作废)|(都|全|全部)(给我)?(取消|退|不去|不要)/
const all = /都|全/
const asksWhen = /^(我|俺|那|请问|明天|后天|今天)?.{0,5}(几点|什么时候|啥时候|哪天|哪一天|什么时间|几号)(去|来|到|办|的|过去|过来|上门)?(来着|啊|呢|呀|来)?[?？。]*$/
const asksWhere = /^(我|俺|那|请问|到时候)?(要|该|得)?(去|到|在|上)?(哪儿?|哪里|哪块|什么地方|啥地方)(去|办|找|来|报到)?(啊|呢|呀)?[?？。]*$/
const lists = /我的?预约|(我|俺)(都)?约了(什么|哪些|几|啥)|预约了(哪些|几|啥|什么)/
/** 往后推一天, 推迟半个小时, 提前两天 */
const shift = /(往后|推迟|推后|延后|往前|提前|提早)(?:再)?(?:推|挪|延|提)?(?:个)?(半|一|两|二|三|四|五|六|七|[1-7])?(?:个)?(天|小时|钟头|周|星期|礼拜)/
const anyOfThese = [otherTime, thisTime, cannotCome, asksWhen, asksWhere, lists]

/** Longer than this it is more than a word about a booking, characters. */
const shortWords = 24

/** What is said of a booking one has: when and where it is, another time, that one can't come. `null`: nothing of the kind. */
export async function answerOwnBooking(turn: Turn): Promise<Step | null> {
  const { text } = turn.understanding
  if ([...text].length > shortWords || !anyOfThese.some((words) => words.test(text)) || faultClass(text) !== null) return null
  const own = (await turn.records.requestsOf(turn.message.author.id)).filter((request) => isOpen(request) && isAhead(request, turn.now))
  if (own.length === 0) return null
  if (lists.test(text) && !cannotCome.test(text)) return tell(turn, own)
  if (cannotCome.test(text) && !otherTime.test(text) && !thisTime.test(text)) return giveUp(turn, own)
  const last = turn.memory.lastRequest
  const [target = own.at(-1)] = meantBy(turn, own, text)
  if (target === undefined) return null
  if (asksWhen.test(text) || asksWhere.test(text)) return last === null || last.id === target.id ? tell(turn, [target]) : null
  return otherTime.test(text) || thisTime.test(text) ? changeTime(turn, target) : null
}

function isAhead({ appointment }: ServiceRequest, now: number): boolean {
  return appointment !== null && appointment.slotId !== null && Date.parse(appointment.until ?? appointment.at) > now
}

/** Which of one's bookings words mean: by what was booked, by its day, else the one spoken of last; all of them where nothing tells. */
function meantBy(turn: Turn, own: readonly ServiceRequest[], words: string): readonly ServiceRequest[] {
  if (own.length < 2) return own
  const bookables = turn.community.bookables ?? []
  const what = whatMeant({ bookables: bookables.filter((one) => own.some((request) => request.appointment?.what === one.name)) }, [], words.replace(/预约|取消|办|号/g, ''))
  const named = own.filter((request) => request.appointment?.what === what)
  if (named.length > 0) return named
  const visits = /上门/.test(words) ? own.filter((request) => bookables.find((one) => one.name === request.appointment?.what)?.kind === 'visitor') : []
  if (visits.length > 0) return visits
  const day = wantedSpan(turn.readSlots(words).find((slot) => slot.name === 'time'))?.from.slice(0, 10)
  const thatDay = own.filter((request) => request.appointment?.at.slice(0, 10) === day)
  if (thatDay.length > 0) return thatDay
  const last = own.filter((request) => request.id === turn.memory.lastRequest?.id)
  return last.length > 0 ? last : own
}

function tell(turn: Turn, own: readonly ServiceRequest[]): Step {
  if (turn.message.chat === 'group') return step({ kind: 'status-given', requestId: null }, bookingWords.ownInRoom(own.map((request) => request.number)))
  const lines = own.map((request) => bookingWords.own(request, requestLine(request), timeOf(request.appointment ?? { at: '' }, kindOf(turn, request)), kindOf(turn, request)))
  const [only] = own
  return step({ kind: 'status-given', requestId: only?.id ?? null }, lines.join('\n'), own.length === 1 && only ? { memory: { lastRequest: { id: only.id, at: turn.now, filed: false } } } : {})
}

function kindOf(turn: Turn, request: ServiceRequest): 'window' | 'room' | 'visitor' | null {
  return turn.community.bookables?.find((one) => one.name === request.appointment?.what)?.kind ?? null
}

/** 「律师那个不去了，窗口照旧」: what the piece with the refusal means goes, the rest stays. */
async function giveUp(turn: Turn, own: readonly ServiceRequest[]): Promise<Step> {
  const { text } = turn.understanding
  const pieces = text.split(/[，,。；;！!\s]+/).filter((piece) => cannotCome.test(piece))
  const words = pieces.join('，') || text
  const meant = all.test(words) ? own : meantBy(turn, own, /照(旧|常|样)|不变|留着|还去/.test(text) ? words : text)
  const [only] = meant
  if (meant.length === 1 && only) return withdraw(turn, only)
  if (!all.test(words)) {
    return step({ kind: 'clarifying', about: 'request' }, `${replies.statusList(meant)}\n不去哪一个？回编号就行。`, { memory: { picking: { intent: 'cancel_change', numbers: meant.map((one) => one.number) } } })
  }
  const steps: Step[] = []
  for (const request of meant) steps.push(await withdraw(turn, request))
  // Two of them may hold places of one time: what the second gives back stands on what the first left.
  const slots = new Set(meant.map((request) => request.appointment?.slotId))
  if (slots.size < meant.length || steps.some((done) => done.outcome.kind !== 'cancelled')) return withdraw(turn, meant[0] as ServiceRequest)
  return { ...step({ kind: 'cancelled' }, null, { writes: steps.flatMap((done) => done.writes), memory: steps.at(-1)?.memory ?? {} }), say: meant.map((request) => withdrawnSay(turn, request, '')) }
}

/** To the time that was said, or moved by so much; without either, free times are named. */
async function changeTime(turn: Turn, request: ServiceRequest): Promise<Step | null> {
  const { text } = turn.understanding
  const service = turn.services.byCode(request.serviceCode)
  if (service === null || request.appointment === null) return null
  const moved = shifted(text, request.appointment.at)
  const said = turn.understanding.matters.flatMap((matter) => matter.slots).findLast((slot) => slot.name === 'time') ?? turn.readSlots(text).findLast((slot) => slot.name === 'time')
  const time: Slot | undefined = moved ?? said
  if (time === undefined) {
    if (!otherTime.test(text)) return null
    const form = changeForm(turn, request, { name: 'time', value: '', start: 0, end: 0 }, text)
    return offerTimes(turn, { ...form, description: '', fields: form.fields.filter((slot) => slot.name !== 'time') })
  }
  const form = changeForm(turn, request, time, text)
  return advance(turn, moved === null ? form : { ...form, fields: form.fields.map((slot) => (slot.name === 'time' ? moved : slot)) }, service)
}

const hourMs = 3_600_000
const unitMs: Readonly<Record<string, number>> = { 天: 24 * hourMs, 小时: hourMs, 钟头: hourMs, 周: 168 * hourMs, 星期: 168 * hourMs, 礼拜: 168 * hourMs }

/** 「往后推一天」 counted from the time that was booked. */
function shifted(text: string, at: string): Slot | null {
  const match = shift.exec(text)
  const begins = Date.parse(at)
  if (!match || Number.isNaN(begins)) return null
  const [value, direction = '', amount = '一', unit = '天'] = match
  const count = amount === '半' ? 0.5 : (parseNumber(amount) ?? 1)
  const moment = begins + (/前|早/.test(direction) ? -1 : 1) * count * (unitMs[unit] ?? 0)
  return { name: 'time', value, start: 0, end: 0, normal: `${new Date(moment + 8 * hourMs).toISOString().slice(0, 16)}:00+08:00` }
}
