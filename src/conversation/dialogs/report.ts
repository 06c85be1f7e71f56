import type { FormQuestions } from '../../channels/channel.js'
import type { Matter, Slot, SlotName } from '../../nlu/understanding.js'
import { faultClass } from '../../requests/faults.js'
import { joinTouching } from '../../requests/place.js'
import { becomes, missingFields, optionsIn, type Service, type ServiceField } from '../../requests/services.js'
import type { Form } from '../memory.js'
import { asSaid, readBackLines, replies } from '../replies.js'
import { say, step, type Step, type Turn } from '../turn.js'
import { consentLines, withContact } from './consent.js'
import { withKnown } from './known-data.js'
import { settleTime } from './slots.js'
import { file } from './file.js'
import { offerLines } from './volunteer.js'
import { wantedIn } from '../../programmes/public-words.js'
import { shorten } from '../../text.js'

/** Takes up a matter that becomes a request: files it, reads it back, or asks for the first thing missing. */
export async function report(turn: Turn, matter: Matter, service: Service): Promise<Step> {
  const form = await withDoorToldNow(turn, newForm(turn, matter, service), service)
  if (service.disclosure === 'personal' && turn.message.chat === 'group') return moveToPrivate(turn, service, form)
  const begun = await advance(turn, form, service)
  // What may be a danger is said before anything is asked.
  return service.emergency === null ? begun : { ...begun, say: [say(service.emergency), ...begun.say] }
}

/** How soon a door told with another request is still where this person is, ms. */
const toldNowMs = 10 * 60_000

/** The form with the door that was told a moment ago for something else: it is read back before anything is filed. */
async function withDoorToldNow(turn: Turn, form: Form, service: Service): Promise<Form> {
  const last = turn.memory.lastRequest
  if (service.disclosure !== 'personal' || service.filing !== 'confirm' || turn.message.chat === 'group' || last?.filed !== true || turn.now - last.at > toldNowMs) return form
  if (!service.fields.some(({ slot }) => slot === 'addr') || form.fields.some(({ name }) => name === 'addr')) return form
  const request = await turn.records.request(last.id)
  // Of a noise it may be the neighbour's door that was told.
  const isOwn = request !== null && /[我俺咱](们)?(家)?(就)?(住|在|家|是)[^，,。]{0,12}\d/.test(request.description)
  const door = isOwn && request.residentId === turn.message.author.id ? request.fields.find(({ name, value, normal }) => name === 'addr' && /(室|\d{3,4})/.test(normal ?? value)) : undefined
  return door === undefined || turn.services.byCode(request?.serviceCode ?? '')?.disclosure === 'personal' ? form : { ...form, fields: [...form.fields, door] }
}

export function newForm(turn: Turn, matter: Matter, service: Service): Form {
  const { matters } = turn.understanding
  const isWhole = matters.length === 1 && matters[0]?.text === matter.text
  return {
    serviceCode: service.code,
    intent: matter.intent,
    description: isBare(matter, service) ? '' : asSaid(isWhole ? turn.message.text : matter.text),
    fields: describedFields(matter, service),
    asking: 'offer',
    asked: 0,
    sourceKey: `${turn.message.channel}:${turn.message.messageId}:${turn.part}`,
    attachmentIds: turn.message.attachments.map((attachment) => attachment.id),
    changes: null,
    startedAt: turn.now,
    updatedAt: turn.now,
    reminded: false,
  }
}

/** 「我报个修」「俺是5号楼的」 name no fault; anything longer than that describes one, even where no object word was found. */
function isBare(matter: Matter, service: Service): boolean {
  if (!service.fields.some((field) => field.slot === 'object')) return false
  if (matter.slots.some((slot) => slot.name === 'object' || slot.name === 'hazard') || faultClass(matter.text) !== null) return false
  const rest = matter.slots
    .filter((slot) => ['addr', 'place', 'phone', 'name', 'time'].includes(slot.name))
    .reduce((text, slot) => text.replace(slot.value, ''), matter.text)
    .replace(/(那就|就|我们?|俺们?|咱们?|想|要|来|给|帮|请|一下|下|个|有|东西|社区|你好|您好|在吗|小助手|@\S+|快|赶紧|这边|那边|那里|这里|住|是|在|的|家|人)/g, '')
    .replace(/(报修|报个?修|维修|修|反映|问题|情况|报事|事情?|坏了?|登记|[，。！？,.!?\s])/g, '')
  return [...rest].length < 2
}

function describedFields(matter: Matter, service: Service): Slot[] {
  const wanted = service.fields.map((field) => field.slot)
  const known: readonly SlotName[] = ['phone', 'person', 'age', 'name', 'time', 'need', 'object', 'target', 'matter', 'place', 'amount', 'count']
  const kept = withContact(service, joinTouching(matter.slots), matter.text).filter((slot) => wanted.includes(slot.name) || known.includes(slot.name))
  const has = (name: SlotName): boolean => kept.some((slot) => slot.name === name)
  if (wanted.includes('object') && !has('object') && !isBare(matter, service)) {
    const words = faultClass(matter.text)
    if (words !== null) kept.push({ name: 'object', value: words, start: 0, end: 0 })
    else if (matter.slots.length > 0 || [...matter.text].length > 4) kept.push({ name: 'object', value: matter.text.trim().slice(0, 40), start: 0, end: 0 })
  }
  kept.push(...optionsIn(service, matter.text).filter((option) => !has(option.name)))
  // A place said as a place serves where an address is asked; what is to be booked may be said as a place or a matter.
  const place = kept.find((slot) => slot.name === 'place')
  if (wanted.includes('addr') && !has('addr') && place && (service.disclosure === 'public' || /\d/.test(place.value))) kept.push({ ...place, name: 'addr' })
  const stand = place ?? kept.find((slot) => slot.name === 'matter')
  if (wanted.includes('need') && !has('need') && stand) kept.push({ ...stand, name: 'need' })
  // A wish is what is said, where it says more than that there is one.
  const wish = matter.text.replace(/^.{0,6}(心愿|愿望)(就是|[，,：:是\s])*/, '').trim()
  const thing = service.intents.includes('micro_wish') && !has('need') ? wantedIn(asSaid(wish)) : null
  if (thing !== null && [...wish].length > 4) kept.push({ name: 'need', value: thing.slice(0, 60), start: 0, end: 0 })
  return kept
}

/** The draft travels to the private chat (take-turn.ts keeps it as `carried`); the room hears no detail. */
export function moveToPrivate(turn: Turn, service: Service, form: Form): Step {
  const exposes = turn.understanding.personal.some((datum) => datum.kind !== 'door' && datum.kind !== 'name') ? `\n${replies.exposedPersonal}` : ''
  return step({ kind: 'clarifying', about: 'private' }, replies.moveToPrivate(service.name) + exposes, { memory: { form: { ...form, asking: 'carried', updatedAt: turn.now } } })
}

/** From what is known so far to the next thing: a question, the reading-back, or the filing. */
export async function advance(turn: Turn, form: Form, general: Service, lead = ''): Promise<Step> {
  const code = becomes(general, form.fields)
  const service = (code === null ? null : turn.services.byCode(code)) ?? general
  return service === general ? onward(turn, form, service, lead) : onward(turn, { ...form, serviceCode: service.code }, service, lead)
}

async function onward(turn: Turn, form: Form, service: Service, lead: string): Promise<Step> {
  const given = new Map(form.fields.map((slot) => [slot.name, slot]))
  // Of what is on record only its time is asked anew.
  const missing = missingFields(service, given).filter(({ slot }) => form.changes === null || slot === 'time' || slot === 'need')
  const next = missing[0]
  if (next) {
    const known = await withKnown(turn, form, service, missing)
    if (known.offer !== null) return askKnown(turn, known.form, missing, lead + known.offer)
    const both = missing.length > 1 && service.disclosure === 'personal' ? missing : [next]
    const asked = form.asking === next.slot ? form.asked + 1 : 1
    const question = both.length > 1 ? both.map((field) => field.question).join('\n') : replies.askField(next, service, asked > 1)
    const fields = missing.length > 1 && turn.message.chat === 'private' ? { form: questionsOf(service, missing) } : {}
    return step({ kind: 'clarifying', about: next.slot }, say(lead + question, fields), { memory: { form: { ...known.form, asking: next.slot, asked, updatedAt: turn.now } } })
  }
  const settled = await settleTime(turn, form)
  if ('outcome' in settled) return settled
  // A complaint of others with one's own telephone in it is read back first, with what it is for; a lamp is not, nor what is to stay without a name.
  const carriesData = turn.message.chat === 'private' && form.intent !== 'repair_env' && turn.memory.discretion === null && form.fields.some(({ name }) => name === 'phone')
  if (service.filing === 'at-once' && !carriesData) return file(turn, settled, service)
  return step({ kind: 'clarifying', about: 'confirm' }, readBack(settled, service, lead), { memory: { form: { ...settled, asking: 'confirm', asked: 1, updatedAt: turn.now } } })
}

/** What was told before is offered first; what was never told is asked beside it. */
function askKnown(turn: Turn, form: Form, missing: readonly ServiceField[], offer: string): Step {
  const first = missing.find((field) => form.known?.some((slot) => slot.name === field.slot))
  const others = missing.filter((field) => !form.known?.some((slot) => slot.name === field.slot))
  const asking = first?.slot ?? form.asking
  const asked = form.asking === asking ? form.asked + 1 : 1
  return step({ kind: 'clarifying', about: asking }, say([offer, ...others.map((field) => field.question)].join('\n'), { choices: ['对', '换一个'] }), { memory: { form: { ...form, asking, asked, updatedAt: turn.now } } })
}

/** Questions that are asked together, as fields to fill in. */
function questionsOf(service: Service, fields: readonly ServiceField[]): FormQuestions {
  return {
    serviceCode: service.code, title: service.name,
    fields: fields.map(({ slot, label, why, options }) => ({ name: slot, label, why, options: options.map(({ value }) => value) })),
  }
}

/** What was gathered, read back with what it is for. */
export function readBack(form: Form, service: Service, lead = ''): ReturnType<typeof say> {
  return say(lead + replies.readBack(service, [...readBackLines(service, form.fields, extraLines(service, form)), ...conditionLines(service), ...consentLines(form, service)]), { choices: ['对', '不对', '取消'] })
}

/** For whom it is and what to have ready, where somebody entered it. */
function conditionLines({ forWhom, materials, agency }: Service): string[] {
  return [forWhom === null ? '' : `谁能办：${forWhom}`, materials.length === 0 ? '' : `要备好：${materials.join('、')}`, agency === null ? '' : `由${agency}来办`].filter((line) => line !== '')
}

function extraLines(service: Service, form: Form): string[] {
  const shown = new Set(service.fields.map((field) => field.slot))
  const labels: Partial<Record<SlotName, string>> = { person: '为谁办', age: '年龄', matter: '要办的事', time: '时间', phone: '电话', name: '称呼' }
  // Where the words of the talk are the matter itself, they are what is read back.
  if (form.intent === 'mediation') return [`情况：${shorten(form.description, 60)}`]
  const offered = offerLines(form)
  const isUntold = service.agent && form.description !== '' && !form.fields.some((slot) => slot.name === 'matter' || slot.name === 'need')
  return (isUntold ? [`情况：${shorten(form.description, 60)}`] : []).concat(offered.slice(0, -1), Object.entries(labels).flatMap(([name, label]) => {
    if (name === 'time' && offered.length > 0) return []
    const found = form.fields.filter((slot) => slot.name === name && !shown.has(slot.name))
    return found.length > 0 ? [`${label}：${[...new Set(found.map((slot) => slot.value))].join('、')}`] : []
  }), offered.slice(-1))
}
