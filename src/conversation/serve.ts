import { readChoice, readCourtesy, readStars } from '../nlu/answers.js'
import type { IntentName, Matter } from '../nlu/understanding.js'
import { answerStanding, ask, offTopic, pay } from './dialogs/ask.js'
import { answerAvailability, namedBookable } from './dialogs/book.js'
import { followDanger, meetDanger, meetOther } from './dialogs/danger.js'
import { despair, handOver, listen } from './dialogs/hand-over.js'
import { awaitingWord, answerSolved, isBareMark, mark } from './dialogs/rate.js'
import { answerForm, draftLastsMs, offerHomeAgent, report, resumeForm } from './dialogs/report.js'
import { smallTalk, takePraise } from './dialogs/small-talk.js'
import { addToLast, cancelOrChange, correct, dropsOneOfTwo, track, urge } from './dialogs/track.js'
import type { Form } from './memory.js'
import { faultClass } from '../requests/faults.js'
import { asksWhoIsResponsible, directReference } from '../retrieval/question.js'
import { joinOutcomes } from './outcome.js'
import { findRefusal, pleadsAgain, refusalLastsMs, refusals, type Refusal } from './refusals.js'
import { replies } from './replies.js'
import { after, say, step, type Say, type Step, type Turn } from './turn.js'

/** Below this an intent is not acted on but asked about (0–1). Chosen on development dialogues. */
const sureEnough = 0.35
/** An intent below this (0–1) is not worth offering as a candidate. */
const candidateAt = 0.18

/** Serves a message while no question is open. The order of the list is the order of precedence. */
export async function serveMessage(turn: Turn): Promise<Step> {
  const first = (await beforeMatters(turn)) ?? (await onceOpen(turn))
  if (first) return first
  return serveMatters(turn)
}

/** Serves a message while the form's question is open: `resumes` tells whether the question stays open. */
export async function serveAnswer(turn: Turn): Promise<Step> {
  const { form } = turn.memory
  const service = form === null ? null : turn.services.byCode(form.serviceCode)
  if (form === null || service === null) return serveMessage(turn)
  const first = await beforeMatters(turn)
  if (first) return first
  const answered = await answerForm(turn, form, service)
  if (answered) return answered
  const served = await serveMatters(turn)
  if (served.memory.form !== undefined) return served
  const again = resumeForm(form, service)
  return again === null || served.outcome.kind === 'handed-over' ? served : { ...served, say: [...served.say, say(again)] }
}

/** Whether the person has a question open that a plain word may answer. */
export function openForm(turn: Turn): Form | null {
  const { form } = turn.memory
  if (form === null || turn.now - form.updatedAt > draftLastsMs) return null
  // A draft that was sent to the private chat waits there, not in the room.
  const service = turn.services.byCode(form.serviceCode)
  if (service === null || (service.disclosure === 'personal' && turn.message.chat === 'group')) return null
  return form
}

/** What comes before any matter is considered: danger, exposed data, what must never be done. */
async function beforeMatters(turn: Turn): Promise<Step | null> {
  const { understanding, message, memory } = turn
  if (understanding.danger) return meetDanger(turn, understanding.danger)
  if (understanding.gate.reason === 'exposed-id') return exposed(turn)
  const following = memory.danger === null ? null : followDanger(turn)
  if (following) return following
  if (memory.exposedAt !== null && turn.now - memory.exposedAt < 600_000 && /撤不?回|撤不了|删/.test(understanding.text)) {
    return step({ kind: 'answered' }, replies.exposedAgain)
  }
  if (message.chat === 'group' && understanding.personal.some((datum) => datum.kind === 'id-number')) return exposed(turn)
  if (message.chat === 'group' && understanding.personal.some((datum) => datum.kind === 'mobile' || datum.kind === 'bank-card')) {
    return step({ kind: 'clarifying', about: 'private' }, replies.exposedPersonal, { memory: { unclear: 0 } })
  }
  const refusal = findRefusal(understanding.text)
  if (refusal) return refuse(turn, refusal)
  if (memory.refused !== null && turn.now - memory.refused.at < refusalLastsMs && pleadsAgain(understanding.text)) {
    const again = refusals.find((one) => one.name === memory.refused?.name)
    if (again) return refuse(turn, again)
  }
  return Promise.resolve(null)
}

function exposed(turn: Turn): Step {
  return step({ kind: 'answered' }, replies.exposedId, { memory: { exposedAt: turn.now } })
}

function refuse(turn: Turn, refusal: Refusal): Step {
  const remembered = { refused: { name: refusal.name, at: turn.now }, unclear: 0 }
  return step(refusal.outcome, refusal.text, { memory: remembered, handover: refusal.handover === null ? null : { reason: refusal.handover, urgent: false } })
}

/** Bare answers to what was asked outside a form: solved or not, a mark, a candidate, a correction. */
async function onceOpen(turn: Turn): Promise<Step | null> {
  const { text } = turn.understanding
  if (readCourtesy(text) !== null) return smallTalk(turn)
  const standing = answerStanding(turn)
  if (standing) return standing
  const waiting = await awaitingWord(turn)
  const stars = readStars(text) ?? (waiting && [...text].length <= 24 ? starsWithin(text) : null)
  // Typed as a digit, or tapped as the button that says both.
  const bareDigit = /^\s*[123]\s*(?:解决了|没解决|没人联系我)?\s*[。.!！]?\s*$/.test(text)
  if (waiting && bareDigit) return answerSolved(turn, waiting, Number(text.replace(/\D/g, '')) as 1 | 2 | 3)
  if (stars !== null) {
    const marked = await mark(turn, stars)
    if (marked) return marked
  }
  if (waiting) {
    if (/没人(联系|来|管|理)/.test(text)) return answerSolved(turn, waiting, 3)
    if (/没(有)?(解决|修好|弄好|好)|还(是)?(没|不|坏|漏|那样)|又(坏|漏|堵)/.test(text)) return answerSolved(turn, waiting, 2)
    if (/^(已经)?(解决|修好|弄好|好|可以|行|中|对)(了|啦|咧|的)?[,，。!！]*/.test(text) && [...text].length <= 12) return answerSolved(turn, waiting, 1)
  }
  const whole: Matter = { intent: 'track', confidence: 1, text, slots: turn.understanding.matters.flatMap((matter) => matter.slots), ranked: [] }
  if (turn.memory.lastRequest !== null && /谁.{0,3}(催|办|管|负责|处理|修|接|跟)|(单子|工单|登记)上?(写|记|登)的/.test(text)) return track(turn, whole)
  if (/(不去|来不了|去不了|不约)了?[，,。!！]?|退(掉|了|号)/.test(text) && [...text].length <= 16) {
    const booked = (await turn.records.requestsOf(turn.message.author.id)).some((request) => request.appointment !== null && request.settledAt === null)
    if (booked) return cancelOrChange(turn, { ...whole, intent: 'cancel_change' })
  }
  if (turn.memory.cancelledAt !== null && turn.now - turn.memory.cancelledAt < 600_000 && /没.{0,5}(记|登|报|派)/.test(text)) return track(turn, whole)
  if (dropsOneOfTwo(text)) return cancelOrChange(turn, { ...whole, intent: 'cancel_change' })
  const { candidates } = turn.memory
  if (candidates !== null) {
    const chosen = readChoice(text, candidates.intents.length)
    const intent = chosen === null ? undefined : candidates.intents[chosen - 1]
    if (intent) {
      const matter: Matter = { intent, confidence: 1, text: candidates.text, slots: turn.understanding.matters[0]?.slots ?? [], ranked: [] }
      return serveMatter({ ...turn, memory: { ...turn.memory, candidates: null } }, matter).then((done) => ({ ...done, memory: { candidates: null, ...done.memory } }))
    }
  }
  return null
}

function starsWithin(text: string): number | null {
  const match = /([1-5一二三四五])\s*(?:分|颗?星)/.exec(text)
  return match?.[1] === undefined ? null : '一二三四五'.includes(match[1]) ? '一二三四五'.indexOf(match[1]) + 1 : Number(match[1])
}

/** Each matter in turn, one reply for all. */
async function serveMatters(turn: Turn): Promise<Step> {
  const { matters, text } = turn.understanding
  if (turn.message.attachments.length > 0 && !/[\p{L}\p{N}]/u.test(text)) return pictureOnly(turn)
  if (matters.length === 0) return text.trim() === '' && turn.message.text.trim() !== '' ? smallTalk(turn) : unclear(turn)
  let current = turn
  const done: Step[] = []
  for (const matter of foldData(matters)) {
    const served = await serveMatter(current, matter)
    const open = current === turn ? null : current.memory.form
    if (open !== null && served.memory.form) {
      // One form at a time: what else was said about it goes into its words.
      const form: Form = { ...open, description: `${open.description}；${matter.text.trim()}` }
      done.push(step({ kind: 'clarifying', about: open.asking }, null, { memory: { form } }))
      current = after(current, done.at(-1) ?? served)
      continue
    }
    done.push(served)
    current = after(current, served)
  }
  return joinSteps(done)
}

/** A piece that is nothing but data (「5幢2单元301，电话…」) belongs to the matter it stands beside. */
function foldData(matters: readonly Matter[]): Matter[] {
  const folded: Matter[] = []
  for (const matter of matters) {
    const rest = matter.slots
      .filter((slot) => ['addr', 'phone', 'id_no', 'name', 'age', 'time', 'person'].includes(slot.name))
      .reduce((text, slot) => text.replace(slot.value, ''), matter.text)
      .replace(/电话|手机|地址|住址?|家住|在|是|我|姓|叫|号|联系|方式|[\s，。,.、:：;；!！-]/g, '')
    const before = folded.at(-1)
    const bareQuestion = matter.slots.length === 0 && [...rest].length <= 5 && isAsking.test(matter.text)
    if (before && (rest === '' || bareQuestion)) folded[folded.length - 1] = { ...before, text: `${before.text}，${matter.text}`, slots: [...before.slots, ...matter.slots] }
    else folded.push(matter)
  }
  return folded
}

/** One step from those of several matters. */
export function joinSteps(steps: readonly Step[]): Step {
  const [only] = steps
  if (steps.length === 1 && only) return only
  const said: Say[] = steps.flatMap((one) => one.say)
  return {
    outcome: joinOutcomes(steps.map((one) => one.outcome)),
    say: said,
    writes: steps.flatMap((one) => one.writes),
    memory: Object.assign({}, ...steps.map((one) => one.memory)) as Step['memory'],
    handover: steps.find((one) => one.handover !== null)?.handover ?? null,
  }
}

/** A picture without a word is asked about once; with an earlier report just filed it belongs to that. */
async function pictureOnly(turn: Turn): Promise<Step> {
  const last = turn.memory.lastRequest
  const request = last !== null && turn.now - last.at < 600_000 ? await turn.records.request(last.id) : null
  if (request?.residentId === turn.message.author.id) {
    const row = { ...request, updatedAt: turn.now, attachmentIds: [...request.attachmentIds, ...turn.message.attachments.map((one) => one.id)] }
    return step({ kind: 'filed', requestId: row.id }, `图片已放进工单 ${row.number}。`, { writes: [{ op: 'put', table: 'requests', row }] })
  }
  const service = turn.services.forMatter('repair_env', '')
  if (!service) return step({ kind: 'clarifying', about: 'picture' }, replies.pictureOnly)
  const form: Form = {
    serviceCode: service.code, intent: 'repair_env', description: '', fields: [], asking: 'object', asked: 1,
    sourceKey: `${turn.message.channel}:${turn.message.messageId}:0`, attachmentIds: turn.message.attachments.map((one) => one.id),
    changes: null, startedAt: turn.now, updatedAt: turn.now, reminded: false,
  }
  return step({ kind: 'clarifying', about: 'picture' }, replies.pictureOnly, { memory: { form } })
}

/** Not understood: one question, then a person. */
function unclear(turn: Turn): Step {
  if (turn.memory.unclear >= 1) return handOver(turn, `没听明白：${turn.understanding.text.slice(0, 40)}`, replies.notSure)
  return step({ kind: 'clarifying', about: 'matter' }, replies.unclear, { memory: { unclear: turn.memory.unclear + 1 } })
}

const mobility = /(走不(动|成|了|脱)|下不了(楼|床)|出不了门|腿(脚)?(不好|不行|不便|断|骨折|摔|走不)|卧床|瘫|轮椅|中风|脑梗|看不见|失明|残疾|动不了|月子|起不来床|行动不便|(8|9)\d岁|[八九]十多)/
const wantsAct = /(想|要|帮|给|替)(我|俺|我们|咱)?.{0,6}(订|定|约|办|来|派|送|装|申请|安排|弄|报|登记)|上门|预约|代办|派人|来人|来一趟|怎么登记|报名/
const isAsking = /[?？]|多少|几(点|折|个|块|岁|成)|怎么|咋|哪(里|儿|个|些|家)|有没有|能不能|可以.{0,4}吗|行不|(吗|么|不|没|伐|呢)[。!！]*$|什么|啥/

/** Serves one matter by its intent. */
async function serveMatter(turn: Turn, matter: Matter): Promise<Step> {
  const fault = matter.intent === 'repair_env' ? null : plainFault(turn, matter)
  if (fault) return serveMatter(turn, fault)
  if (isAboutText(turn, matter)) return ask(turn, { ...matter, intent: 'policy_standard' })
  if (matter.confidence < sureEnough && matter.intent !== 'chitchat') return unsure(turn, matter)
  switch (matter.intent) {
    case 'emergency':
      // Fixed rules (nlu/emergency.ts) know danger; the classifier alone is believed when no fault explains the words.
      if (despair.test(matter.text)) return listen(turn)
      return faultClass(matter.text) !== null ? reportOrAsk(turn, { ...matter, intent: 'repair_env' }) : matter.confidence >= 0.6 ? meetOther(turn, matter.text) : unsure(turn, matter)
    case 'counseling':
      return listen(turn)
    case 'human':
      return handOver(turn, matter.text.slice(0, 60) || '居民要求人工')
    case 'repair_env':
      return noticed(turn, matter) ?? (await correctFirst(turn, matter)) ?? (await addToLast(turn, matter)) ?? reportOrAsk(turn, matter)
    case 'noise':
    case 'property_complaint':
    case 'mediation':
      return (await correctFirst(turn, matter)) ?? reportOrAsk(turn, matter)
    case 'book':
      return book(turn, matter)
    case 'elderly_service':
    case 'home_agent':
      return careOrAsk(turn, matter)
    case 'micro_wish':
    case 'volunteer':
    case 'deliberation':
      return isAsking.test(matter.text) && !wantsAct.test(matter.text) ? ask(turn, matter) : reportOrAsk(turn, matter)
    case 'social_assistance':
      return /看看|走访|上门看|看望/.test(matter.text) ? reportOrAsk(turn, matter) : askOrOffer(turn, matter)
    case 'payment':
      return pay(turn, matter)
    case 'ask_process':
    case 'ask_materials':
    case 'ask_hours_place':
    case 'social_insurance':
    case 'employment':
    case 'schooling':
    case 'housing':
    case 'policy_standard':
      return askOrOffer(turn, matter)
    case 'track':
      return track(turn, matter)
    case 'urge':
      return urge(turn, matter)
    case 'cancel_change':
      return cancelOrChange(turn, matter)
    case 'rate_complain':
      return complain(turn, matter)
    case 'praise':
      return takePraise(turn)
    case 'chitchat':
      return smallTalk(turn)
    case 'offtopic_group':
      return turn.message.chat === 'private' && [...matter.text].length > 6 ? offTopic() : smallTalk(turn)
  }
}

/** A broken thing with its place, or words that name a service, are that, whatever the classifier is unsure between. */
function plainFault(turn: Turn, matter: Matter): Matter | null {
  if (matter.confidence >= 0.7) return null
  const hasPlace = matter.slots.some((slot) => slot.name === 'addr')
  const again = /(我也|也要|再|另外|还|单独)(要|来)?报/.test(matter.text)
  const asks = isAsking.test(matter.text)
  if (hasPlace && !asks && (faultClass(matter.text) !== null || again)) return { ...matter, intent: 'repair_env', confidence: 0.7 }
  if (matter.confidence < 0.5 && !asks && turn.services.named(matter.text) !== null) return { ...matter, intent: 'repair_env', confidence: 0.7 }
  return null
}

/** Asks for what the texts say or who is named in them, whatever else its words sound like; or goes on with another place. */
function isAboutText(turn: Turn, matter: Matter): boolean {
  if (asksWhoIsResponsible(matter.text) || directReference(matter.text) !== null) return true
  const last = turn.memory.lastQuestion
  const goesOn = last !== null && turn.now - last.at < 600_000 && ['policy_standard', 'ask_process', 'ask_hours_place'].includes(last.intent)
  return goesOn && (matter.slots.some((slot) => slot.name === 'jurisdiction') || (matter.confidence < 0.5 && isAsking.test(matter.text)) || /^.{1,6}呢[?？]?$/.test(matter.text))
}

/** 「停水几点来」: a notice of the community answers before a report is taken. */
function noticed(turn: Turn, matter: Matter): Step | null {
  if (!turn.withFacts || !/几点|什么时候|啥时候|多久|多会儿|何时/.test(matter.text)) return null
  const told = ask(turn, matter)
  return told.outcome.kind === 'answered' && told.say.some((one) => one.citations.some((citation) => citation.kind === 'fact')) ? told : null
}

async function correctFirst(turn: Turn, matter: Matter): Promise<Step | null> {
  return /不对|错了|写错|说错|不是.{1,10}(是|,|，)|是.{1,14}不是|应该是|更正|改成/.test(turn.understanding.text) ? correct(turn, matter) : null
}

async function reportOrAsk(turn: Turn, matter: Matter): Promise<Step> {
  const service = turn.services.forMatter(matter.intent, matter.text)
  if (!service) return ask(turn, matter)
  return report(turn, matter, service)
}

async function askOrOffer(turn: Turn, matter: Matter): Promise<Step> {
  const agent = turn.services.forMatter('home_agent', '')
  if (agent && mobility.test(turn.understanding.text) && ['ask_process', 'ask_materials', 'social_insurance', 'ask_hours_place'].includes(matter.intent)) {
    return offerHomeAgent(turn, matter, agent, '')
  }
  return ask(turn, matter)
}

async function careOrAsk(turn: Turn, matter: Matter): Promise<Step> {
  const service = turn.services.forMatter(matter.intent, matter.text)
  if (!service) return ask(turn, matter)
  const hasData = matter.slots.some((slot) => ['addr', 'phone'].includes(slot.name))
  if (matter.intent === 'home_agent' && !hasData && mobility.test(turn.understanding.text) && isAsking.test(matter.text)) return offerHomeAgent(turn, matter, service, '')
  if (hasData || wantsAct.test(matter.text) || !isAsking.test(matter.text)) {
    return matter.intent === 'home_agent' && isAsking.test(matter.text) && !hasData ? offerHomeAgent(turn, matter, service, '') : report(turn, matter, service)
  }
  const answered = ask(turn, matter)
  if (answered.outcome.kind === 'answered') return answered
  return matter.intent === 'home_agent' ? offerHomeAgent(turn, matter, service, '') : answered
}

async function book(turn: Turn, matter: Matter): Promise<Step> {
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

async function complain(turn: Turn, matter: Matter): Promise<Step> {
  const stars = readStars(matter.text)
  const marked = stars === null ? null : await mark(turn, stars)
  if (marked) return marked
  if (isBareMark(matter)) return step({ kind: 'status-given', requestId: null }, '现在没有等您评价的工单。有什么意见直接告诉我，我转给社区负责人。')
  return reportOrAsk(turn, matter)
}

const intentTitles: Partial<Record<IntentName, string>> = {
  repair_env: '报修或反映环境问题', property_complaint: '反映物业问题', mediation: '申请调解', noise: '反映噪音', elderly_service: '申请养老服务',
  home_agent: '申请上门代办', book: '预约', ask_process: '问怎么办事', ask_materials: '问要什么材料', ask_hours_place: '问时间地点', track: '查进度',
  urge: '催办', cancel_change: '撤销或修改', payment: '问缴费', policy_standard: '问政策规定', human: '找工作人员', social_assistance: '问救助补贴',
  social_insurance: '问社保医保', employment: '问就业', schooling: '问入学', housing: '问住房', rate_complain: '提意见', volunteer: '志愿服务', micro_wish: '微心愿',
  deliberation: '居民议事',
}

/** Not sure: one question with at most three candidates; with none worth offering, the plain question. */
function unsure(turn: Turn, matter: Matter): Step {
  const intents = matter.ranked.filter((one) => one.confidence >= candidateAt && intentTitles[one.intent] !== undefined).slice(0, 3).map((one) => one.intent)
  if (turn.memory.unclear >= 1 || intents.length < 2) return unclear(turn)
  const names = intents.map((intent) => intentTitles[intent] ?? intent)
  return step({ kind: 'clarifying', about: 'intent' }, say(replies.unclearChoices(names), { choices: [...names, '人工'] }), {
    memory: { unclear: turn.memory.unclear + 1, candidates: { text: matter.text, intents } },
  })
}
