import { readCancel, readCorrection, readCourtesy, readYesNo } from '../../nlu/answers.js'
import { parseNumber } from '../../nlu/numbers.js'
import { resolveTime } from '../../nlu/times.js'
import type { IntentName, Slot, SlotName } from '../../nlu/understanding.js'
import { faultClass, statesFault } from '../../requests/faults.js'
import { buildingNumber, joinTouching, mergePlace, placePiece, replacePlace } from '../../requests/place.js'
import { optionsIn, type Service } from '../../requests/services.js'
import { isAsking, sureEnough, wantsAct } from '../matters.js'
import type { Form } from '../memory.js'
import { asSaid, replies } from '../replies.js'
import { step, type Step, type Turn } from '../turn.js'
import { givesConsent, refuseConsent, withContact } from './consent.js'
import { isBooked, offerTimes, pickOffered } from './slots.js'
import { correct, correctedSlots } from './correct.js'
import { file } from './file.js'
import { handOver } from './hand-over.js'
import { answerKnown, askWhich } from './known-data.js'
import { advance, readBack } from './report.js'
import { cancelOrChange } from './track.js'
import { withOffer } from './volunteer.js'
import { shorten } from '../../text.js'
import { wantedIn } from '../../programmes/public-words.js'
import { wishService } from '../../programmes/wish.js'

/** How often one question is asked before a person is called. */
const mostAsked = 2

/** Fields whose answer is whatever the resident says. */
const freeText: readonly SlotName[] = ['object', 'need', 'matter', 'topic']

/** Any time will do. */
const anyTime = /^(那就?)?(都行|都可以|都中|随便|随时|什么时候都行|哪天都行|你们?定|您定|看你们?).{0,4}$/
/** A number by itself, where a place was asked for, is the building's. */
const bareNumber = /^\s*(?:就?是|在)?\s*(\d{1,2}|[一二三四五六七八九十]{1,3})\s*[。.]?$/

/** 「算了，不报了」, heard while a form is open. */
const dropsForm = /^(那|就)?(算了|取消|不用了|先不用|不要了|作罢)|不(报|办|弄|订|约|登记|申请|用报|用管|用来|用修|用|需要|修)了(吧|[，,。!！]|$)|没事了/
/** 「不去了」「改天再约」, to a booking that is not made yet. */
const givesUpGoing = /^(那|就|我|俺|还是|先|这次|这回|哎|唉|嗯|不好意思|[，,\s])*(不(想|打算|准备)?(去|来|约|过去|订|要)|[去来]不(了|成)|没(空|时间|工夫)([去来]|过去)?|改天|下次|回头|以后)(了|啦|咧|喽|哦|啊|吧|再(说|约|去|来))*[。.!！~]*$/
/** 「明天不行」 of the time that was read back: another is wanted, none is named. */
const notThen = /(不行|没空|没时间|不方便|有事|[去来]不了|不得空|走不开|赶不上)[了啊呀哦呢]*[。.!！]*$/
/** What stands around a time that is only moved. */
const movesTime = /改(到|成|为|在)?|换(到|成)?|挪(到)?|推(迟|后)?(到)?|提前(到)?|调(到|整到)?|那就|就|吧|行吗|可以吗|可以|好吗|[我想要能的了吗呢啊，,。.!！?？\s]/g
/** The answer to a reminder. */
const goesOn = /^(好的?|嗯|那)?(就)?(继续|接着)(办|报|说|来|弄|登记|填)?(吧|啊|呗)?[。!！]*$/

/** Words of who comes from the room to go on in private. */
const saysCarried = /群里|刚才|刚刚|私聊|来了|那个|那件|你好|您好|在吗/

/** 「有哪些时间可以选」 */
const asksWhichTimes = /^(那|都|还)*(有|还剩)?(几个|哪些|哪几个|什么|啥|多少)(个)?(时间|时段|空位?|号).{0,8}[?？]?$|^(那|都)?(有|还有)(没有)?(别的|其他|其它)?(时间|时段|号)(吗|没|么|可以?选|可选|呢).{0,4}$|(什么|啥|哪个|哪些)(时间|时候|时段)(有|还有)(号|空|位)/

/** 「啥时候修好」 before it is on record. */
const asksHowSoon = /^(那|大概|请问|你们)?(得|要|需要)?(多久|多长时间|几天|几时|几点|啥时候|什么时候|什么时间|哪天|哪阵子|好久|几耐|多会儿|何时)(才|能|可以|会|得|有|派)*(来|到|修|弄|办|搞|整|好|人|处理|解决|管|清|换|通).{0,6}$/

/** What has to be said first, and the question again. */
function notYet(turn: Turn, form: Form, service: Service): Step {
  const again = resumeForm(form, service)
  return step({ kind: 'clarifying', about: form.asking }, again === null ? replies.notFiledYet : `${replies.notFiledYet}\n${again}`, { memory: { form: { ...form, updatedAt: turn.now } } })
}

/** What the open form makes of a message, or `null` when the message is something else and the form waits. */
export async function answerForm(turn: Turn, form: Form, service: Service): Promise<Step | null> {
  const { text } = turn.understanding
  if (readCancel(text) || dropsForm.test(text) || (form.changes === null && isBooked(turn, service) && givesUpGoing.test(text))) return (await dropOther(turn, form)) ?? cancelForm(turn, form, service)
  if (asksHowSoon.test(text) && service.disclosure === 'public' && !service.books && form.changes === null && [...text].length <= 14) return notYet(turn, form, service)
  const attached = turn.message.attachments.map((attachment) => attachment.id)
  const base: Form = { ...form, attachmentIds: [...form.attachmentIds, ...attached] }
  const found = answersIn(turn, form, service)
  const filled = filledIn(turn, service)
  if (filled.length > 0) return advance(turn, replaceFields(base, filled), service)
  if (asksWhichTimes.test(text) && isBooked(turn, service)) {
    const times = await offerTimes(turn, { ...base, fields: base.fields.filter((slot) => slot.name !== 'time') })
    if (times) return times
  }
  switch (form.asking) {
    case 'confirm':
      return answerReadBack(turn, base, service, found)
    case 'offer':
    case 'carried':
      return takeUpOffer(turn, base, service, found)
    default:
      return answerField(turn, base, service, form.asking, found)
  }
}

/** What was filled in on a card, each in its field and as it was written; of a telephone the number alone. */
function filledIn(turn: Turn, service: Service): Slot[] {
  const { filled } = turn.message
  if (filled?.serviceCode !== service.code) return []
  return filled.answers.flatMap(({ name, value }) => {
    const slot = service.fields.find((field) => field.slot === name)?.slot
    if (slot === undefined) return []
    const read = turn.readSlots(value).find((one) => one.name === slot)
    return [slot === 'phone' && read !== undefined ? read : { name: slot, start: 0, end: 0, ...read, value }]
  })
}

/** 「6栋那个不用了」 while the form is about another building: the report filed there is withdrawn. */
async function dropOther(turn: Turn, form: Form): Promise<Step | null> {
  const matter = turn.understanding.matters.find((one) => one.slots.some((slot) => slot.name === 'addr'))
  const named = matter === undefined ? null : buildingNumber(matter.slots.find((slot) => slot.name === 'addr')?.normal ?? '')
  const own = form.fields.filter((slot) => slot.name === 'addr').map((slot) => buildingNumber(slot.normal ?? slot.value))
  return matter === undefined || named === null || own.includes(named) ? null : cancelOrChange(turn, matter)
}

/** What of the service's fields the message holds, by the whole message and by every piece of it. */
function answersIn(turn: Turn, form: Form, service: Service): Slot[] {
  const { text, matters } = turn.understanding
  const wanted = new Set<SlotName>([...service.fields.map((field) => field.slot), 'phone', 'age', 'person', 'name', 'time'])
  const found: Slot[] = []
  const add = (slots: readonly Slot[]): void => {
    for (const slot of slots) if (wanted.has(slot.name) && !isSpeaker(slot, text) && !found.some((known) => known.name === slot.name && known.value === slot.value)) found.push(slot)
  }
  add(withContact(service, joinTouching(matters.flatMap((matter) => matter.slots)), text))
  add(withContact(service, turn.readSlots(text), text).filter((slot) => !found.some((known) => known.name === slot.name)))
  const wish = wishTold(form, service, text)
  if (wish !== null) return [...found.filter((slot) => slot.name !== 'need'), wish]
  if (!found.some((slot) => slot.name === 'need')) add(optionsIn(service, text))
  const piece = found.some((slot) => slot.name === 'addr') ? null : placePiece(text)
  if (piece !== null && form.fields.some((slot) => slot.name === 'addr')) add([{ name: 'addr', value: piece, start: 0, end: 0 }])
  return found
}

/** The wish itself, told together with whose it is. */
function wishTold(form: Form, service: Service, text: string): Slot | null {
  if (service.code !== wishService || (form.asking !== 'need' && form.asking !== 'carried') || isAsking.test(text) || readYesNo(text) !== null || goesOn.test(text) || saysCarried.test(text)) return null
  const value = wantedIn(asSaid(text))?.slice(0, 60) ?? ''
  return [...value].length < 2 ? null : { name: 'need', value, start: 0, end: 0 }
}

/** 「我是他女儿」 says who speaks, not for whom it is. */
function isSpeaker({ name, value }: Slot, text: string): boolean {
  return name === 'person' && /[我俺](?:就)?是$/.test(text.slice(0, text.indexOf(value)))
}

/** 「我在3栋」, a place that was sent: where it is, not what. */
function isOnlyWhere(text: string, found: readonly Slot[]): boolean {
  const place = found.find((slot) => slot.name === 'addr')
  return place !== undefined && /^(?:我|人)?(?:就)?在[。.]?$/.test(text.replace(place.value, '').trim())
}

/** What a field is called by who wants another than was read back. */
const fieldWords: readonly (readonly [SlotName, RegExp])[] = [
  ['time', /时间|日子|[哪一]?天|点/], ['addr', /地址|地方|位置|门牌/], ['phone', /电话|号码|手机/], ['name', /名字|姓名/],
]

/** 「换个时间」, with none named: the field that is to be asked again; `null`: none that the form holds. */
function otherIn(text: string, form: Form): SlotName | null {
  const named = /(?:换|改|重新(?:选|填|说|约))(?:个|一个|一下|下|换)?([^，,。]{1,4})$/.exec(text.replace(/[吧呢啊呀行吗好么。?？!！]+$/u, ''))?.[1]
  if (named === undefined) return null
  const meant = fieldWords.find(([, words]) => words.test(named))?.[0]
  return meant !== undefined && form.fields.some((slot) => slot.name === meant) ? meant : null
}

/** 「第一个」, 「就第二个吧」 */
const isOrdinal = /^(那|就|要|选|我要|我选)*(第[一二三四五1-5]个?|[一二三四五1-5]个)(吧|啊|呗)?[。.!！]*$/

/** 「改到后天」 of 「明天上午」 keeps the hours. */
function onOtherDay(turn: Turn, form: Form, changed: readonly Slot[]): readonly Slot[] {
  const known = form.fields.findLast((slot) => slot.name === 'time')
  const hours = known?.value.replace(/^(?:[今明后]天|大后天|[今明]儿个?|后儿个?|(?:这|下|本)?(?:周|星期|礼拜)[一二三四五六日天]|\d{1,2}月\d{1,2}[日号](?:\(周.\)|（周.）)?|\d{1,2}[日号])/u, '') ?? ''
  if (known === undefined || hours === '' || hours === known.value || !/\d|点|上午|下午|早|晚|中午/.test(hours)) return changed
  return changed.map((slot) => {
    if (slot.name !== 'time' || slot.normal === undefined || !/^\d{4}-\d{2}-\d{2}$/.test(slot.normal)) return slot
    const normal = resolveTime(`${slot.value}${hours}`, turn.now)
    return normal === null ? slot : { ...slot, value: `${slot.value}${hours}`, normal }
  })
}

async function answerReadBack(turn: Turn, form: Form, service: Service, found: readonly Slot[]): Promise<Step | null> {
  const { text } = turn.understanding
  const refused = refuseConsent(turn, service)
  if (refused) return refused
  const answer = givesConsent(service, text) ? 'yes' : readYesNo(text)
  if (answer === 'yes') return service.code === 'volunteer' ? withOffer(turn, form, await file(turn, form, service)) : file(turn, form, service)
  // 「第一个」 of what was read back alone chooses nothing else.
  if (goesOn.test(text) || (isBooked(turn, service) && isOrdinal.test(text))) return step({ kind: 'clarifying', about: 'confirm' }, readBack(form, service), { memory: { form: { ...form, updatedAt: turn.now } } })
  const corrected = readCorrection(text, turn.now)?.to
  // 「饭要软一点」 beside a meal that is arranged names no other service.
  const isSaidBeside = (slot: Slot): boolean => slot.name === 'need' && !service.books && corrected === undefined && form.fields.some(({ name }) => name === 'need') && optionsIn(service, text).length === 0
  const said = correctedSlots(text, found, turn.now).filter((slot) => !isSaidBeside(slot))
  // 「明天没空」 names the time that can't be.
  const isRefusedTime = isBooked(turn, service) && notThen.test(text) && said.every((slot) => slot.name === 'time') && said.length > 0
  if (isRefusedTime) return advance(turn, { ...form, fields: form.fields.filter((slot) => slot.name !== 'time'), updatedAt: turn.now }, service)
  const changed = onOtherDay(turn, form, said)
  const named = corrected === undefined ? [] : optionsIn(service, corrected)
  if (changed.length + named.length > 0) return advance(turn, replaceFields(form, [...changed.filter((slot) => !named.some((one) => one.name === slot.name)), ...named]), service)
  const unsaid = otherIn(text, form)
  if (unsaid !== null) return advance(turn, { ...form, fields: form.fields.filter((slot) => slot.name !== unsaid), updatedAt: turn.now }, service)
  if (answer === 'no') return step({ kind: 'clarifying', about: 'correction' }, replies.whatIsWrong, { memory: { form: { ...form, updatedAt: turn.now } } })
  return noteBeside(turn, form, service)
}

/** 「她有糖尿病不能吃甜的」 before the yes: written beside what was read back. `null`: it is a matter of its own. */
function noteBeside(turn: Turn, form: Form, service: Service): Step | null {
  const { text, matters } = turn.understanding
  const [only] = matters
  if (matters.length !== 1 || only === undefined || form.changes !== null || isAsking.test(text) || wantsAct.test(text) || [...text].length < 4) return null
  const isOfIt = only.confidence < 0.5 || service.intents.includes(only.intent)
  if (!isOfIt || ['human', 'cancel_change', 'urge', 'track', 'emergency'].includes(only.intent)) return null
  const noted: Form = { ...form, description: form.description === '' ? asSaid(text) : `${form.description}；${asSaid(text)}`, updatedAt: turn.now }
  return step({ kind: 'clarifying', about: 'confirm' }, readBack(noted, service, `记下了：${shorten(asSaid(text), 40)}。\n`), { memory: { form: noted } })
}

async function takeUpOffer(turn: Turn, form: Form, service: Service, found: readonly Slot[]): Promise<Step | null> {
  const { text, matters } = turn.understanding
  const picked = isBooked(turn, service) ? await pickOffered(turn, form, text) : null
  if (picked) return advance(turn, replaceFields(form, [picked]), service)
  const answer = readYesNo(text)
  if (answer === 'no') return cancelForm(turn, form, service)
  const same = matters.some((matter) => turn.services.forMatter(matter.intent, matter.text)?.code === service.code)
  const comesFromRoom = form.asking === 'carried' && (goesOn.test(text) || saysCarried.test(text))
  const accepts = answer === 'yes' || goesOn.test(text) || same || found.length > 0 || comesFromRoom || /上门|代办|来一趟|来家/.test(text)
  if (!accepts) return null
  // A wish told whole again stands in place of what was said of it in the room.
  const wish = service.code === wishService ? found.find(({ name }) => name === 'need') : undefined
  const told = wish === undefined ? form : { ...form, fields: form.fields.filter(({ name }) => name !== 'need') }
  return advance(turn, withWords(mergeFields(told, found), text, found, comesFromRoom ? 'yes' : answer), service)
}

async function answerField(turn: Turn, form: Form, service: Service, asking: SlotName, found: readonly Slot[]): Promise<Step | null> {
  const { text } = turn.understanding
  const field = service.fields.find((one) => one.slot === asking)
  const which = form.asked <= 1 ? askWhich(form, service, text) : null
  if (which !== null) return step({ kind: 'clarifying', about: asking }, which, { memory: { form: { ...form, asked: form.asked + 1, updatedAt: turn.now } } })
  const offered = answerKnown(form, text, found)
  if (offered !== null) return advance(turn, { ...mergeFields(form, [...found, ...offered.taken]), known: [...offered.known], asked: 0 }, service)
  if (goesOn.test(text) && field) return step({ kind: 'clarifying', about: asking }, replies.askField(field, service, false), { memory: { form: { ...form, updatedAt: turn.now } } })
  // 「嗯」「好的」, and the service's own name, hear the question, they don't answer it.
  if (field && form.asked <= mostAsked && found.length === 0 && (readYesNo(text) === 'yes' || /^(我)?(就)?(要|想)?(上门|代办)(服务)?[的吧啊]?$/.test(text)) && !(asking === 'time' && anyTime.test(text))) {
    return step({ kind: 'clarifying', about: asking }, replies.askField(field, service, false), { memory: { form: { ...form, asked: form.asked + 1, updatedAt: turn.now } } })
  }
  if (asking === 'time' && anyTime.test(text)) return advance(turn, mergeFields(form, [{ name: 'time', value: '都行', start: 0, end: 0 }]), service)
  if (asking === 'addr' && bareNumber.test(text)) return advance(turn, mergeFields(form, [{ name: 'addr', value: `${parseNumber(bareNumber.exec(text)?.[1] ?? '') ?? ''}号楼`, start: 0, end: 0 }]), service)
  const changed = correctedSlots(text, found, turn.now)
  const correction = readCorrection(text, turn.now)
  const [first] = turn.understanding.matters
  if (first && correction?.from != null && !form.fields.some((known) => known.value.includes(correction.from ?? ''))) {
    const earlier = await correct(turn, first)
    if (earlier) return earlier
  }
  const isCorrection = correction !== null && changed.some((slot) => form.fields.some((known) => known.name === slot.name))
  if (isCorrection) return advance(turn, replaceFields(form, changed), service)
  const picked = asking === 'time' && isBooked(turn, service) && !found.some((slot) => slot.name === 'time') ? await pickOffered(turn, form, text) : null
  if (picked) return advance(turn, replaceFields(form, [picked]), service)
  if (field && service.disclosure === 'personal' && isScrap(turn, found)) return step({ kind: 'clarifying', about: asking }, replies.notedAsk(field), { memory: { form: { ...withWords(form, text, found, null), updatedAt: turn.now } } })
  if (isOtherMatter(turn, form, service, found)) return null
  const known = found.some((slot) => slot.name === asking)
  if (known) return advance(turn, withWords(mergeFields(form, found), text, found, null), service)
  const same = asking === 'addr' && sameAsBefore.test(text) ? await lastPlace(turn) : null
  if (same !== null) return advance(turn, mergeFields(form, [same, ...found]), service)
  const place = asking === 'addr' ? (turn.understanding.matters.flatMap((matter) => matter.slots).find((slot) => slot.name === 'place') ?? placeInWords(text)) : null
  if (place) return advance(turn, withWords(mergeFields(form, [{ ...place, name: 'addr' }, ...found]), text, [place, ...found], null), service)
  if (asking === 'phone' && /没(有|得)?(电话|手机|号码?)|不(方便|想)(留|给|说)/.test(text)) {
    return advance(turn, mergeFields(form, [{ name: 'phone', value: '没有留，请当面联系', start: 0, end: 0 }, ...found]), service)
  }
  // A door and a phone beside each other answer other questions than this one.
  const isData = isOnlyWhere(text, found) || (found.some((slot) => slot.name === 'addr') && found.some((slot) => slot.name === 'phone'))
  const rest = found.reduce((words, slot) => words.replace(slot.value, ''), text).replace(/电话|手机|地址|[是在的我，,。.\s]/g, '')
  const onlyMoves = found.some((slot) => slot.name === 'time') && found.reduce((words, slot) => words.replace(slot.value, ''), text).replace(movesTime, '') === ''
  const isProtest = /[?？]/.test(text) || (asking === 'object' && isAsking.test(text) && faultClass(text) === null) || /(没|已经|早就?)(登记|报)|打电话/.test(text)
  if (freeText.includes(asking) && !isData && !onlyMoves && !isProtest && [...rest].length >= 2 && [...text].length >= 2 && readYesNo(text) === null && placePiece(text) === null) {
    return advance(turn, withWords(mergeFields(form, [{ name: asking, value: text.slice(0, 60), start: 0, end: text.length }, ...found]), text, found, null), service)
  }
  if (found.length > 0) return advance(turn, { ...mergeFields(form, found), asked: 0 }, service)
  // More of the same is kept, and the question stays.
  if (field && tellsMoreOf(turn, form) && service.disclosure === 'public') return step({ kind: 'clarifying', about: asking }, replies.notedAsk(field), { memory: { form: { ...withWords(form, text, found, null), updatedAt: turn.now } } })
  if (form.asked >= mostAsked) {
    const called = handOver(turn, `没问清「${service.name}」：${form.description.slice(0, 40)}`, replies.notSure)
    // What is answered after all still counts.
    return service.disclosure === 'public' ? { ...called, memory: { ...called.memory, form: { ...form, updatedAt: turn.now } } } : called
  }
  if (!field) return null
  return step({ kind: 'clarifying', about: asking }, replies.askField(field, service, true), { memory: { form: { ...form, asked: form.asked + 1, updatedAt: turn.now } } })
}

/** Matters that are told of as they are: what is said next of them is more of the same. */
const toldOf: readonly IntentName[] = ['repair_env', 'noise', 'property_complaint', 'mediation', 'offtopic_group']

/** A statement less sure (0–1) than this to be of another intent is more of the same. */
const leastOther = 0.6
const ofItsOwn: readonly IntentName[] = ['human', 'track', 'urge', 'cancel_change', 'chitchat', 'emergency', 'counseling', 'offtopic_group']

/** Whether a statement goes on with what the form is about, and answers nothing that was asked. */
function tellsMoreOf({ understanding: { text, matters } }: Turn, form: Form): boolean {
  const [only] = matters
  return matters.length === 1 && only !== undefined && form.description !== '' && [...text].length >= 4 && toldOf.includes(form.intent) && (toldOf.includes(only.intent) ? only.intent !== 'offtopic_group' : only.confidence < (ofItsOwn.includes(only.intent) ? sureEnough : leastOther)) && !isAsking.test(text) && readYesNo(text) === null
}

/** 「布洛芬」「要两盒」: a few words that answer nothing asked and belong to what is being arranged. */
function isScrap({ understanding: { text, matters } }: Turn, found: readonly Slot[]): boolean {
  const [only] = matters
  return found.length === 0 && matters.length === 1 && only !== undefined && only.intent === 'chitchat' && only.confidence < 0.7 && /^[\u4e00-\u9fff\d a-zA-Z]{2,12}$/.test(text) && readYesNo(text) === null && readCourtesy(text) === null && !isAsking.test(text)
    && !/你好|您好|在吗|谢|哈|嗯|好的?|行|早|再见|拜|机器|真人|笑|天气|吃了|节|新年|快乐|别急|等|随便|不知|不清|不懂|名字|是谁/.test(text)
}

/** 「也是那儿」 */
const sameAsBefore = /^(也|就|都|还|是|在)*(那|这)(儿|里|边|块儿?|个地方|地方)[的吧啊哈]*[。.！!]?$|同一?个?(地方|位置)|(地方|位置)(一样|没变)|跟(刚才|上面|前面|那个)(那个)?(一样|一个地方)/

/** Where the request told last is; `null`: there is none, or it has no place. */
async function lastPlace(turn: Turn): Promise<Slot | null> {
  const last = turn.memory.lastRequest
  const request = last === null ? null : await turn.records.request(last.id)
  if (request?.residentId !== turn.message.author.id || request.address === null) return null
  const told = request.fields.find((slot) => slot.name === 'addr' && slot.value === request.address)
  return told ?? { name: 'addr', value: request.address, start: 0, end: 0 }
}

/** A place in plain words, where nothing better was found: short, and no question. */
export function placeInWords(text: string): Slot | null {
  const plain = text.replace(/^(就?在|是|就是|嗯|哦|那个)/, '').trim()
  // Every building has one of these: nobody finds the place by it.
  if (/^(我|俺|咱)?们?家?(楼道|楼下|门口|楼上|家里|屋里|小区|院子|楼)(里|内|那儿|这边)?的?$/.test(plain)) return null
  if ([...plain].length < 2 || [...plain].length > 20 || isAsking.test(plain) || /[我他她你您想要告等谢叫来去派约]|知道|通知|为什么|周|礼拜|星期|[上下]午|[今明]天|早上|晚上/.test(plain)) return null
  if (!/(门|口|楼|栋|幢|单元|层|路|街|巷|边|旁|前|后|东|南|西|北|里|上|下|侧|角|区|园|院|苑|场|库|亭|桥|店|站|社|村|组|队|号|杆|处)/.test(plain)) return null
  return { name: 'addr', value: plain, start: 0, end: plain.length }
}

function isOtherMatter(turn: Turn, form: Form, service: Service, found: readonly Slot[]): boolean {
  const { matters, text } = turn.understanding
  const top = matters[0]
  if (!top) return false
  const hasPlace = found.some((slot) => slot.name === 'addr')
  if (hasPlace && isOtherFault(form, text)) return true
  const named = faultClass(text) === null && wantsAct.test(text) ? turn.services.named(text) : null
  if (named !== null && named.code !== service.code) return true
  if (form.asking === 'addr' && hasPlace && !/[?？]/.test(text)) return false
  if (/先(等|问|说|打听)|等(一)?下|顺便问|问个别的|另外问/.test(text)) return true
  const same = turn.services.forMatter(top.intent, top.text)?.code === service.code || top.intent === form.intent
  if (same || top.intent === 'offtopic_group') return false
  // 「想办个居住证」 is no place and no fault.
  if (service.disclosure === 'public' && found.length === 0 && /(想|要|打算|准备|来|去)(办|领|申请)[^，,。]{0,8}(证|卡|补贴|津贴|低保|户口|社保|医保)[^，,。]{0,3}$/.test(text)) return true
  if (/^(我|俺)?(还|也)?(要|想)(举报|投诉|反映|报修|预约|申请|查)/.test(text)) return true
  if (['human', 'track', 'urge', 'policy_standard'].includes(top.intent) && top.confidence >= 0.5) return true
  const isQuestion = /[?？]|有没有|能不能|怎么|多少|哪里|哪儿|吗|几点|啥时候|什么/.test(text)
  if (top.intent === 'chitchat') return top.confidence >= 0.5 && [...text].length <= 10 && found.length === 0
  if (['repair_env', 'noise', 'property_complaint', 'mediation'].includes(top.intent)) return false
  return top.confidence >= 0.5 && isQuestion
}

/** Another thing is broken at another place, while the place of the first is asked. */
function isOtherFault(form: Form, text: string): boolean {
  const known = faultClass(`${form.fields.filter((slot) => slot.name === 'object').map((slot) => slot.value).join('')} ${form.description}`)
  const told = faultClass(text)
  return known !== null && told !== null && known !== told && statesFault(text)
}

/** Adds what was said to the description, unless it is nothing but the data found in it. */
function withWords(form: Form, text: string, found: readonly Slot[], answer: 'yes' | 'no' | null): Form {
  if (answer !== null) return form
  const rest = found.reduce((words, slot) => words.replace(slot.value, ''), text).replace(/电话|手机|地址|住址?|家住|就是|就在|那边|这边|[在是我家的了嗯哦啊吧呢哈，。,.、:：;；!！\s-]/g, '')
  const words = asSaid(text)
  if (form.description === '') return { ...form, description: words }
  return rest === '' || form.description.includes(words) ? form : { ...form, description: `${form.description}；${words}` }
}

function mergeFields(form: Form, found: readonly Slot[]): Form {
  const fields = [...form.fields]
  for (const slot of found) if (!fields.some((known) => known.name === slot.name && known.value === slot.value)) fields.push(slot)
  return { ...form, fields }
}

/** New words for a field take the place of the old, in the resident's own words too. */
function replaceFields(form: Form, changed: readonly Slot[]): Form {
  let { description } = form
  const now = changed.map((slot): Slot => {
    const old = form.fields.find((known) => known.name === slot.name)
    if (!old) return slot
    const value = slot.name === 'addr' ? mergePlace(old.value, slot.value) : slot.value
    description = slot.name === 'addr' ? replacePlace(description, old.value, value) : description.replaceAll(old.value, value)
    const { normal: _normal, ...words } = slot
    return value === slot.value ? slot : { ...words, value }
  })
  const names = new Set(changed.map((slot) => slot.name))
  return { ...form, description, fields: [...form.fields.filter((slot) => !names.has(slot.name)), ...now] }
}

/** The form ends, with nothing filed. */
export function cancelForm(turn: Turn, form: Form, service: Service): Step {
  if (form.changes !== null) return step({ kind: 'cancelled' }, replies.bookingKept, { memory: { form: null } })
  const isShort = service.disclosure === 'public' && form.description !== '' && [...form.description].length <= 16
  return step({ kind: 'cancelled' }, replies.cancelledForm(isShort ? form.description : service.name), { memory: { form: null, cancelledAt: turn.now } })
}

/** The question the form waits on, said again after something else was served. */
export function resumeForm(form: Form, service: Service): string | null {
  switch (form.asking) {
    case 'offer':
      return null
    case 'carried':
      return replies.resumeCarried(service)
    case 'confirm':
      return replies.resumeConfirm(service)
    default: {
      const field = service.fields.find((one) => one.slot === form.asking)
      return field ? replies.resumeField(service, field) : null
    }
  }
}
