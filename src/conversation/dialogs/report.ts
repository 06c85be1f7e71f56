import { createHash } from 'node:crypto'
import { readCancel, readCorrection, readYesNo } from '../../nlu/answers.js'
import type { Matter, Slot, SlotName } from '../../nlu/understanding.js'
import { faultClass } from '../../requests/faults.js'
import { firstOwner } from '../../requests/routing.js'
import { fileRequest, isOpen, type ServiceRequest } from '../../requests/service-request.js'
import { missingFields, type Service } from '../../requests/services.js'
import type { Write } from '../../store/store.js'
import type { Form, Memory } from '../memory.js'
import { asSaid, readBackLines, replies } from '../replies.js'
import { say, step, type Step, type Turn } from '../turn.js'
import { bookedChange, bookingOf, checkBooking } from './book.js'
import { handOver } from './hand-over.js'

/** A draft is kept for a day (product rule 7), ms. */
export const draftLastsMs = 24 * 3_600_000

/** How often one question is asked before a person is called. */
const mostAsked = 2

/** Fields whose answer is whatever the resident says. */
const freeText: readonly SlotName[] = ['object', 'need', 'matter', 'topic']

/** Takes up a matter that becomes a request: files it, reads it back, or asks for the first thing missing. */
export async function report(turn: Turn, matter: Matter, service: Service): Promise<Step> {
  const form = newForm(turn, matter, service)
  if (service.disclosure === 'personal' && turn.message.chat === 'group') return moveToPrivate(turn, service, form)
  return advance(turn, form, service)
}

export function newForm(turn: Turn, matter: Matter, service: Service): Form {
  const sourceKey = `${turn.message.channel}:${turn.message.messageId}:${turn.understanding.matters.indexOf(matter)}`
  const slots = matter.slots
  return {
    serviceCode: service.code,
    intent: matter.intent,
    description: isBare(matter, service) ? '' : asSaid(turn.understanding.matters.length === 1 ? turn.message.text : matter.text),
    fields: describedFault(matter, service, slots),
    asking: 'offer',
    asked: 0,
    sourceKey,
    attachmentIds: turn.message.attachments.map((attachment) => attachment.id),
    changes: null,
    startedAt: turn.now,
    updatedAt: turn.now,
    reminded: false,
  }
}

/** 「我报个修」 names no fault; anything longer than that describes one, even where no object word was found. */
function isBare(matter: Matter, service: Service): boolean {
  if (!service.fields.some((field) => field.slot === 'object')) return false
  if (matter.slots.some((slot) => slot.name === 'object' || slot.name === 'hazard')) return false
  const rest = matter.text.replace(/(我|我们|咱|想|要|来|给|帮|请|一下|下|个|有|东西|社区|你好|您好|在吗|小助手|@\S+)/g, '').replace(/(报修|报个?修|维修|修|反映|问题|情况|报事|事情?|坏了?|登记|[，。！？,.!?\s])/g, '')
  return [...rest].length < 2
}

function describedFault(matter: Matter, service: Service, slots: readonly Slot[]): Slot[] {
  const wanted = service.fields.map((field) => field.slot)
  const kept = slots.filter((slot) => wanted.includes(slot.name) || ['phone', 'person', 'age', 'name', 'time', 'need', 'object', 'target', 'matter', 'place', 'amount', 'count'].includes(slot.name))
  if (wanted.includes('object') && !kept.some((slot) => slot.name === 'object') && !isBare(matter, service)) {
    const words = faultClass(matter.text)
    if (words !== null) kept.push({ name: 'object', value: words, start: 0, end: 0 })
    else if (matter.slots.length > 0 || [...matter.text].length > 4) kept.push({ name: 'object', value: matter.text.trim().slice(0, 40), start: 0, end: 0 })
  }
  // A place said as a place serves where an address is asked; what is to be booked may be said as a place or a matter.
  if (wanted.includes('addr') && !kept.some((slot) => slot.name === 'addr')) {
    const place = kept.find((slot) => slot.name === 'place')
    if (place) kept.push({ ...place, name: 'addr' })
  }
  if (wanted.includes('need') && !kept.some((slot) => slot.name === 'need')) {
    const stand = kept.find((slot) => slot.name === 'place') ?? kept.find((slot) => slot.name === 'matter')
    if (stand) kept.push({ ...stand, name: 'need' })
  }
  return kept
}

function moveToPrivate(turn: Turn, service: Service, form: Form): Step {
  // The draft travels to the private chat (see memory.ts `carried` in deliver); the room hears no detail.
  const exposes = turn.understanding.personal.some((datum) => datum.kind !== 'door' && datum.kind !== 'name') ? `\n${replies.exposedPersonal}` : ''
  return step({ kind: 'clarifying', about: 'private' }, replies.moveToPrivate(service.name) + exposes, {
    memory: { form: { ...form, asking: 'offer', updatedAt: turn.now }, unclear: 0 },
  })
}

/** From what is known so far to the next thing: a question, the reading-back, or the filing. */
export async function advance(turn: Turn, form: Form, service: Service, lead = ''): Promise<Step> {
  const given = new Map(form.fields.map((slot) => [slot.name, slot]))
  const missing = missingFields(service, given)
  const next = missing[0]
  if (next) {
    const both = missing.length > 1 && service.disclosure === 'personal' ? missing : [next]
    const asked = form.asking === next.slot ? form.asked + 1 : 1
    const question = both.length > 1 ? both.map((field) => field.question).join('\n') : replies.askField(next, service, asked > 1)
    return step({ kind: 'clarifying', about: next.slot }, lead + question, {
      memory: { form: { ...form, asking: next.slot, asked, updatedAt: turn.now }, unclear: 0 },
    })
  }
  if (service.books) {
    const refused = await checkBooking(turn, form)
    if (refused) return refused
  }
  if (service.filing === 'confirm') {
    return step({ kind: 'clarifying', about: 'confirm' }, say(lead + replies.readBack(service, readBackLines(service, form.fields, extraLines(service, form))), { choices: ['对', '不对', '取消'] }), {
      memory: { form: { ...form, asking: 'confirm', asked: 1, updatedAt: turn.now }, unclear: 0 },
    })
  }
  return file(turn, form, service)
}

function extraLines(service: Service, form: Form): string[] {
  const shown = new Set(service.fields.map((field) => field.slot))
  const labels: Partial<Record<SlotName, string>> = { person: '为谁办', age: '年龄', matter: '要办的事', time: '时间', phone: '电话', name: '称呼' }
  return Object.entries(labels).flatMap(([name, label]) => {
    const found = form.fields.filter((slot) => slot.name === name && !shown.has(slot.name))
    return found.length > 0 ? [`${label}：${[...new Set(found.map((slot) => slot.value))].join('、')}`] : []
  })
}

/** Puts it on record: joins an open report of the same fault and place, else files a new one. */
export async function file(turn: Turn, form: Form, service: Service): Promise<Step> {
  const known = await turn.records.requestBySource(form.sourceKey)
  if (known) return step({ kind: 'filed', requestId: known.id }, receipt(turn, known, service), { memory: { form: null } })
  const address = addressOf(form)
  if (form.changes !== null) return bookedChange(turn, form)
  const placeKey = placeKeyOf(service, form, address)
  if (placeKey !== null) {
    const open = await turn.records.openAt(placeKey)
    if (open && isOpen(open)) return join(turn, form, open, address ?? '')
  }
  const appointment = service.books ? await bookingOf(turn, form) : null
  const id = turn.newId()
  const request = fileRequest(
    {
      serviceCode: service.code,
      serviceName: service.name,
      intent: form.intent,
      description: descriptionOf(form, service),
      address,
      fields: form.fields,
      attachmentIds: form.attachmentIds,
      appointment: appointment?.appointment ?? null,
      sourceKey: form.sourceKey,
      residentId: turn.message.author.id,
      channel: turn.message.channel,
      conversationId: turn.resident.privateConversationId ?? turn.message.conversationId,
      chat: turn.message.chat,
      forwardTo: service.forwardTo,
    },
    { id, number: await turn.nextNumber(), now: turn.now, owner: firstOwner(turn.community.grids, address, form.fields.find((slot) => slot.name === 'addr')?.normal ?? null), placeKey },
  )
  const writes: Write[] = [{ op: 'put', table: 'requests', row: request }, ...(appointment?.writes ?? [])]
  return step({ kind: 'filed', requestId: id }, say(receipt(turn, request, service)), {
    writes,
    memory: { form: null, lastRequest: { id, at: turn.now, filed: true }, unclear: 0, cancelledAt: null },
  })
}

function receipt(turn: Turn, request: ServiceRequest, service: Service): string {
  return service.forwardTo === null ? replies.receipt(request, turn.message.chat === 'private') : replies.forwarded(request, service.forwardTo)
}

function descriptionOf(form: Form, service: Service): string {
  const words = form.description
  if (service.fields.some((field) => field.slot === 'need')) {
    const need = form.fields.find((slot) => slot.name === 'need')
    if (need && !words.includes(need.value)) return `${need.value}：${words}`
  }
  if (words !== '') return words
  return form.fields.filter((slot) => slot.name === 'object').map((slot) => slot.value).join('、')
}

function addressOf(form: Form): string | null {
  const places = form.fields.filter((slot) => slot.name === 'addr')
  return places.length === 0 ? null : [...new Set(places.map((slot) => slot.value))].join('、')
}

/** One fault has one key: service, kind of thing, place without the door. `null` where no kind is known or the matter is personal. */
function placeKeyOf(service: Service, form: Form, address: string | null): string | null {
  if (service.disclosure === 'personal' || service.books || address === null) return null
  const kind = faultClass(`${form.fields.filter((slot) => slot.name === 'object').map((slot) => slot.value).join('')} ${form.description}`)
  if (kind === null) return null
  const place = form.fields.find((slot) => slot.name === 'addr')
  const where = placeWithoutDoor(place?.normal ?? address)
  return createHash('sha256').update(`${service.code}|${kind}|${where}`).digest('hex').slice(0, 16)
}

/** `3栋2单元` of every spelling of it; a place without a building stays as it was said. */
function placeWithoutDoor(place: string): string {
  const plain = place.replace(/\s+/g, '').replace(/(幢|号楼|座|#)/g, '栋')
  const building = /^(.*?)(\d{1,4})栋(?:(\d{1,2})单元)?/.exec(plain)
  return building ? `${building[1] ?? ''}${building[2] ?? ''}栋${building[3] === undefined ? '' : `${building[3]}单元`}` : plain
}

async function join(turn: Turn, form: Form, open: ServiceRequest, place: string): Promise<Step> {
  const residentId = turn.message.author.id
  const mine = open.reporters.some((reporter) => reporter.residentId === residentId)
  const joined: ServiceRequest = {
    ...open,
    updatedAt: turn.now,
    attachmentIds: [...open.attachmentIds, ...form.attachmentIds],
    reporters: [
      ...open.reporters,
      { residentId, conversationId: turn.resident.privateConversationId ?? turn.message.conversationId, chat: turn.message.chat, at: turn.now, words: form.description },
    ],
  }
  return Promise.resolve(step({ kind: mine ? 'filed' : 'joined', requestId: open.id }, mine ? replies.added(joined) : replies.joined(joined, place), {
    writes: [{ op: 'put', table: 'requests', row: joined }],
    memory: { form: null, lastRequest: { id: open.id, at: turn.now, filed: mine }, unclear: 0 },
  }))
}

/** 「算了不报了，我找物业去」, heard while a form is open. */
const dropsForm = /^(那|就)?(算了|取消|不用了|作罢)|不(报|办|弄|订|约|登记|申请|用报|修)了(吧|[，,。!！]|$)/

/** What the open form makes of a message, or `null` when the message is something else and the form waits. */
export async function answerForm(turn: Turn, form: Form, service: Service): Promise<Step | null> {
  const { text } = turn.understanding
  if (readCancel(text) || dropsForm.test(text)) return cancelForm(turn, form, service)
  const correction = readCorrection(text)
  const slots = turn.understanding.matters.flatMap((matter) => matter.slots)
  const wanted = new Set<SlotName>([...service.fields.map((field) => field.slot), 'phone', 'age', 'person', 'name'])
  const found = slots.filter((slot) => wanted.has(slot.name))
  const attached = turn.message.attachments.map((attachment) => attachment.id)
  const base: Form = { ...form, attachmentIds: [...form.attachmentIds, ...attached] }

  if (form.asking === 'confirm') {
    const answer = readYesNo(text)
    if (answer === 'yes') return file(turn, base, service)
    if (found.length > 0) return advance(turn, replaceFields(base, found), service)
    if (answer === 'no') return step({ kind: 'clarifying', about: 'correction' }, '好的，哪里不对？直接说对的就行，比如「地址是2栋」；不办了回「取消」。', { memory: { form: { ...base, updatedAt: turn.now } } })
    return null
  }
  if (form.asking === 'offer') {
    const answer = readYesNo(text)
    const same = turn.understanding.matters.some((matter) => turn.services.forMatter(matter.intent, matter.text)?.code === service.code)
    if (answer === 'no') return cancelForm(turn, form, service)
    if (answer === 'yes' || same || found.length > 0 || /上门|代办|来一趟|来家/.test(text)) return advance(turn, withWords(mergeFields(base, found), text, answer), service)
    return null
  }
  if (correction !== null && form.fields.some((slot) => slot.name === 'addr') && found.some((slot) => slot.name === 'addr')) {
    return advance(turn, replaceFields(base, found), service)
  }
  if (isOtherMatter(turn, form, service, found)) return null
  const asked = found.filter((slot) => slot.name === form.asking)
  if (asked.length > 0) return advance(turn, withWords(mergeFields(base, found), text, null), service)
  const place = form.asking === 'addr' ? slots.find((slot) => slot.name === 'place') ?? bareWords('addr', text) : null
  if (place) return advance(turn, withWords(mergeFields(base, [{ ...place, name: 'addr' }, ...found]), text, null), service)
  if (freeText.includes(form.asking) && [...text].length >= 2) {
    return advance(turn, withWords(mergeFields(base, [{ name: form.asking, value: text.slice(0, 60), start: 0, end: text.length }, ...found]), text, null), service)
  }
  if (found.length > 0) return advance(turn, mergeFields(base, found), service)
  if (form.asked >= mostAsked) return handOver(turn, `没问清「${service.name}」：${form.description.slice(0, 40)}`, replies.notSure)
  const field = service.fields.find((one) => one.slot === form.asking)
  if (!field) return null
  return step({ kind: 'clarifying', about: form.asking }, replies.askField(field, service, true), { memory: { form: { ...base, asked: form.asked + 1, updatedAt: turn.now } } })
}

/** A place in plain words, where nothing better was found: short, and no question. */
function bareWords(name: SlotName, text: string): Slot | null {
  const plain = text.replace(/^(就?在|是|就是|嗯|哦|那个)/, '').trim()
  if ([...plain].length < 2 || [...plain].length > 24 || /[?？吗呢嘛]|怎么|谢|多少|为什么/.test(plain)) return null
  if (!/(门|口|楼|栋|幢|单元|层|路|街|巷|边|旁|前|后|东|南|西|北|里|上|下|侧|角|区|园|院|苑|场|库|亭|桥|店|站|社|村|组|队|号|杆|处)/.test(plain)) return null
  return { name, value: plain, start: 0, end: plain.length }
}

function isOtherMatter(turn: Turn, form: Form, service: Service, found: readonly Slot[]): boolean {
  const { matters, text } = turn.understanding
  const top = matters[0]
  if (!top) return false
  const asksAddress = form.asking === 'addr' && found.some((slot) => slot.name === 'addr')
  if (asksAddress && !/[?？]/.test(text)) return false
  if (/先(问|说|打听)|顺便问|问个别的|另外问/.test(text)) return true
  const same = turn.services.forMatter(top.intent, top.text)?.code === service.code || top.intent === form.intent
  if (same || top.intent === 'offtopic_group') return false
  if (['human', 'track', 'urge', 'policy_standard'].includes(top.intent) && top.confidence >= 0.5) return true
  const isQuestion = /[?？]|怎么|多少|哪里|哪儿|吗|几点|啥时候|什么/.test(text)
  if (top.intent === 'chitchat') return top.confidence >= 0.5 && [...text].length <= 10 && found.length === 0
  if (['repair_env', 'noise', 'property_complaint', 'mediation'].includes(top.intent)) return false
  return top.confidence >= 0.5 && isQuestion
}

function withWords(form: Form, text: string, answer: 'yes' | 'no' | null): Form {
  if (answer !== null) return form
  return { ...form, description: form.description === '' ? asSaid(text) : form.description.includes(asSaid(text)) ? form.description : `${form.description}；${asSaid(text)}` }
}

function mergeFields(form: Form, found: readonly Slot[]): Form {
  const fields = [...form.fields]
  for (const slot of found) if (!fields.some((known) => known.name === slot.name && known.value === slot.value)) fields.push(slot)
  return { ...form, fields }
}

/** New words for a field take the place of the old. */
export function replaceFields(form: Form, found: readonly Slot[]): Form {
  const names = new Set(found.map((slot) => slot.name))
  return { ...form, fields: [...form.fields.filter((slot) => !names.has(slot.name)), ...found] }
}

export function cancelForm(turn: Turn, form: Form, service: Service): Step {
  return step({ kind: 'cancelled' }, replies.cancelledForm(form.description.slice(0, 30) || service.name), {
    memory: { form: null, cancelledAt: turn.now, unclear: 0 },
  })
}

/** The question the form waits on, said again after something else was served. */
export function resumeForm(form: Form, service: Service): string | null {
  if (form.asking === 'offer') return null
  if (form.asking === 'confirm') return `刚才的「${service.name}」还没确认，对的话回「对」，不办了回「取消」。`
  const field = service.fields.find((one) => one.slot === form.asking)
  return field ? `咱们接着刚才的${service.name}：${field.question}` : null
}

/** Offers paperwork at home to a person who can't come; accepted, it becomes a form. */
export function offerHomeAgent(turn: Turn, matter: Matter, service: Service, lead: string): Step {
  const form: Form = { ...newForm(turn, matter, service), intent: 'home_agent', asking: 'offer' }
  if (turn.message.chat === 'group') return moveToPrivate(turn, service, form)
  return step({ kind: 'clarifying', about: 'home-agent' }, say(`${lead}不方便出门的话，可以申请上门或代办，不用本人跑窗口（能不能办由工作人员确认）。要上门吗？`, { choices: ['要上门', '不用'] }), {
    memory: { form, unclear: 0 } satisfies Partial<Memory>,
  })
}
