import { isFree, slotsAhead } from '../../booking/slot.js'
import { fitsSpan } from '../../booking/waiting.js'
import type { Matter, Slot } from '../../nlu/understanding.js'
import type { Service } from '../../requests/services.js'
import { dayWords } from '../replies.js'
import { say, step, type Step, type Turn } from '../turn.js'
import { ask } from './ask.js'
import { bookingWords } from './booking-words.js'
import { newForm, report } from './report.js'
import { isUsual, offer, offeredTimes, offerOf, wantedSpan, whatMeant } from './slots.js'
import { cancelOrChange } from './track.js'

/** A time wanted, moved, or only asked after. */
export async function book(turn: Turn, matter: Matter): Promise<Step> {
  const service = turn.services.forMatter('book', matter.text)
  if (!service) return ask(turn, matter)
  const last = turn.memory.lastQuestion
  const leans = last?.intent === 'book' && turn.now - last.at < 600_000 && !matter.slots.some((slot) => slot.name === 'need')
  const whole = leans && last ? withEarlier(matter, last.text, turn) : matter
  const isMoved = /改(到|成|约|在|期)|换(到|成|个)|挪|推迟|提前/.test(matter.text) || matter.slots.some(({ name, value }) => name === 'time' && matter.text.includes(`改${value}`))
  if (isMoved && matter.slots.some((slot) => slot.name === 'time')) return (await cancelOrChange(turn, matter)) ?? ask(turn, matter)
  const asksOnly = /(还有|有)(没有)?(号|位|空)|(还有|有没有|有).{1,8}的?(号|空位|位子)(吗|没|么|不|呢|[?？]|$)|空不空|空着|(什么时候|啥时候|哪天|几点).{0,3}(有空|有号|有位|能约|可以约|约得上)|有空(吗|没)|有号(吗|没)/.test(matter.text) && !/(就|帮|给)(我|俺)?.{0,3}(约|订|定|留)|约上/.test(matter.text)
  if (asksOnly) {
    const free = await answerAvailability(turn, whole, service)
    if (free) return free
  }
  const strange = await notBookable(turn, whole, service)
  if (strange) return strange
  const named = whole.slots.some((slot) => slot.name === 'need') ? null : await namedBookable(turn, whole.text, service)
  return report(turn, named === null ? whole : { ...whole, slots: [...whole.slots, named] }, service)
}

/** What of the words is neither a wish, a time nor a person: the thing that is to be booked. */
function thingIn(matter: Matter): string {
  const data = matter.slots.filter((slot) => ['time', 'addr', 'phone', 'person', 'name', 'age', 'ticket', 'count'].includes(slot.name))
  return data.reduce((text, slot) => text.replace(slot.value, ''), matter.text)
    .replace(/[我俺咱](们)?(想|要|得)?|你们?|您|请|麻烦|帮(我|忙|个忙)?|替我?|给(我|俺)?|能不能|可不可以|可以|能|想|要|需要|预约|预定|预订|约(一下|个|一个|上|定)?|订(一下|个|一个|张|桌)?|定个|租(一下|个)?|留个?|占个?|排个?|安排|登记|一下|[吗吧呢啊呀哈哦嘛么]|行不行?|[，,。.！!？?\s]/g, '')
    .replace(/^(再|还|也|个|一个|位|一位|次|一次|的|到|去|来|在|把|先|那|就)+|(的|个|一个|一次|时间|上门)+$/g, '')
}

/** A booking of what nobody here can be booked for: said at once, with what there is. `null`: nothing else is named, or nobody entered what can be booked. */
async function notBookable(turn: Turn, matter: Matter, service: Service): Promise<Step | null> {
  const serving = (turn.community.bookables ?? []).filter((one) => one.services.includes(service.code))
  const thing = thingIn(matter)
  if (serving.length === 0 || [...thing].length < 2 || isUsual(matter.text) || (await whatOf(turn, matter.text, service)) !== null) return null
  return step({ kind: 'unanswerable', reason: 'not-set' }, say(bookingWords.notHere([...thing].length <= 8 ? thing : null, turn.community.name, serving.map(({ name }) => name)), { choices: ['人工'] }), { memory: { offered: matter.text.slice(0, 200) } })
}

function withEarlier(matter: Matter, earlier: string, turn: Turn): Matter {
  const slots = turn.readSlots(earlier).filter((slot) => !matter.slots.some((own) => own.name === slot.name))
  return { ...matter, text: `${earlier} ${matter.text}`, slots: [...matter.slots, ...slots] }
}

/** The bookable thing that words mean, as the slot a form asks for. */
async function namedBookable(turn: Turn, words: string, service: Service): Promise<Slot | null> {
  const what = await whatOf(turn, words, service)
  return what === null ? null : { name: 'need', value: what, start: 0, end: 0 }
}

async function whatOf(turn: Turn, words: string, service: Service): Promise<string | null> {
  const here = await offerOf(turn)
  return whatMeant({ bookables: here.bookables.filter((one) => one.services.includes(service.code)) }, slotsAhead(here, service.code, turn.now), words)
}

/** Whether something is still free, without booking it. */
async function answerAvailability(turn: Turn, matter: Matter, service: Service): Promise<Step | null> {
  const what = await whatOf(turn, matter.text, service)
  if (what === null) return null
  const span = wantedSpan(matter.slots.find((slot) => slot.name === 'time'))
  const then = slotsAhead(await offerOf(turn), service.code, turn.now).filter((slot) => slot.what === what && (span === null || fitsSpan(slot, span)))
  const free = then.filter(isFree)
  const memory = { lastQuestion: { text: matter.text, at: turn.now, status: null, intent: 'book' as const } }
  if (then.length === 0 && turn.community.bookables?.some((one) => one.name === what) === true) return step({ kind: 'answered' }, bookingWords.notOpenThen(what), { memory })
  if (free.length === 0) {
    const taken = span === null || then.length === 0 || turn.message.chat === 'group' ? null : { serviceCode: service.code, what, from: span.from, until: span.to, at: turn.now }
    return step({ kind: 'answered' }, bookingWords.noneThen(what) + (taken === null ? '' : bookingWords.mayWait), { memory: { ...memory, taken } })
  }
  const form = offer(turn, newForm(turn, { ...matter, slots: [...matter.slots.filter((slot) => slot.name !== 'need'), { name: 'need', value: what, start: 0, end: 0 }] }, service))
  return step({ kind: 'answered' }, bookingWords.free(what, free.slice(0, offeredTimes).map((slot) => dayWords(slot.at))), { memory: { ...memory, form } })
}
