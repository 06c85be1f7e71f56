import { readCourtesy } from '../../nlu/answers.js'
import type { Danger, DangerKind, IntentName } from '../../nlu/understanding.js'
import { faultClass, statesFault } from '../../requests/faults.js'
import type { Service } from '../../requests/services.js'
import { lacksMeans } from '../../nlu/hardship.js'
import { dangerAdvice, dangerOver } from '../replies.js'
import { say, step, type Step, type Turn } from '../turn.js'
import { despair } from './hand-over.js'

/** How long what a person adds still belongs to the danger they reported, ms. */
export const dangerLastsMs = 30 * 60_000

/** What was called an emergency by its wording alone. */
const otherAdvice = { first: '听着很急。有危险请先打110、119或120，请告诉我在哪里。', next: '请先保护好自己，需要急救或报警马上打120、110；工作人员看得到您说的话。' }

/** An emergency that no rule knows by name: the numbers, then a person. */
export function meetOther(turn: Turn, words: string): Step {
  return step({ kind: 'handed-over', reason: 'danger:other' }, say(otherAdvice.first, { urgency: 'danger' }), {
    memory: { danger: { kind: 'other', at: turn.now }, form: null },
    handover: { reason: `居民说有急事：${words.slice(0, 40)}`, urgent: true },
  })
}

function isDangerKind(kind: string): kind is DangerKind {
  return kind in dangerAdvice
}

/** Somebody cries out, and says not what for. */
const bareCry = /^(快|赶紧)?来人[啊呀哪呐]?[!！。]*$/

/** The fixed advice first, then a person: nothing is asked. */
export function meetDanger(turn: Turn, danger: Danger): Step {
  // A bare cry names no danger: whatever it is, the numbers and where.
  if (bareCry.test(danger.words) && bareCry.test(turn.understanding.text)) return meetOther(turn, danger.words)
  const again = turn.memory.danger !== null && turn.memory.danger.kind === danger.kind && turn.now - turn.memory.danger.at < dangerLastsMs
  const advice = dangerAdvice[danger.kind]
  return call(turn, danger.kind, again ? `${advice.next}` : advice.first)
}

/** What the same person adds while the danger lasts: it goes to those who were called, with the next advice. */
export function followDanger(turn: Turn): Step | null {
  const { danger } = turn.memory
  if (danger === null || turn.now - danger.at > dangerLastsMs) return null
  const asked = askedAbout(danger.kind)
  if (asked !== null) return takeAnswer(turn, asked)
  if (isCalm(turn)) return null
  if (danger.kind !== 'self-harm' && isOver.test(turn.understanding.text)) return step({ kind: 'handed-over', reason: 'danger:over' }, dangerOver, { memory: { danger: null } })
  const address = turn.understanding.matters.flatMap((matter) => matter.slots).find((slot) => slot.name === 'addr')
  // An exact door is never repeated in a room.
  const passed = address === undefined ? '' : turn.message.chat === 'private' ? `地址「${address.value}」记下了，社区工作人员看得到。` : '地址记下了，社区工作人员看得到。'
  const kind = isDangerKind(danger.kind) ? danger.kind : null
  return call(turn, kind, passed + secrecy(turn) + (kind === null ? otherAdvice.next : dangerAdvice[kind].next))
}

/** Where a danger was only asked about, its kind stands behind this mark in memory. */
const askedMark = 'asked:'

function askedAbout(kind: string): DangerKind | null {
  const of = kind.startsWith(askedMark) ? kind.slice(askedMark.length) : ''
  return isDangerKind(of) ? of : null
}

const callFirst: Readonly<Record<DangerKind, string>> = {
  fire: '119', gas: '119', trapped: '119', electric: '119', collapse: '119', water: '119、120', medical: '120',
  violence: '110', fraud: '110', 'missing-person': '110', 'self-harm': '110或心理援助热线12356',
}

/** From this confidence on (0–1) a matter that people bring every day is served without asking whether somebody is in danger. */
const plainMatterAt = 0.8
/** As likely an emergency (0–1) as this beside a plain matter, it is asked all the same. */
const fearedAt = 0.3
/** What a person in danger may well be taken for. */
const mayBeDanger: readonly IntentName[] = ['emergency', 'counseling', 'human', 'chitchat', 'offtopic_group']

/** Somebody is meant, not a thing. */
const inPerson = /[我俺咱]|轻生|想不开|跳|站在|坐在|救|哭/

/** The public matter that words call by its name, and nobody's plight: 「有人在楼顶搭棚子」. */
export function namedThing(turn: Turn, text: string): Service | null {
  const named = turn.services.named(text)
  return named?.disclosure === 'public' && !inPerson.test(text) ? named : null
}

/** It sounds like danger, yet no rule knows it: the person is asked, with the number to call; nothing is recorded and nobody called yet. */
export function askSafety(turn: Turn): Step | null {
  const { doubt, matters } = turn.understanding
  if (doubt === undefined || turn.memory.form !== null) return null
  // Want is met by its own journey (hardship.ts), unless it sounds like the end of somebody's strength.
  if (lacksMeans(turn.understanding.text) && !despair.test(turn.understanding.text)) return null
  const [matter] = matters
  const alsoFeared = matters.some(({ ranked }) => ranked.some((one) => one.intent === 'emergency' && one.confidence >= fearedAt))
  if (!doubt.isSure && !alsoFeared && matter !== undefined && matter.confidence >= plainMatterAt) {
    if (!mayBeDanger.includes(matter.intent) || (matter.intent === 'counseling' && doubt.kind !== 'self-harm')) return null
  }
  // 「一楼搭了个棚子，来拆了它」: what is complained of by its name is asked after, not feared, unless somebody stands in it.
  const isNamed = namedThing(turn, turn.understanding.text) !== null
  if (isNamed && (doubt.kind === 'self-harm' || (!doubt.isSure && !alsoFeared))) return null
  if (!doubt.isSure && !alsoFeared && doubt.kind !== 'self-harm' && isAboutText(turn)) return null
  const words = `听着让人不放心，您和身边的人现在安全吗？要是正有危险，请马上打${callFirst[doubt.kind]}。回我「有危险」，我立刻叫社区值班人员；没事就回「安全」。`
  return step({ kind: 'clarifying', about: 'safety' }, say(words, { urgency: 'danger' }), { memory: { danger: { kind: `${askedMark}${doubt.kind}`, at: turn.now } } })
}

/** From this confidence of the texts on (0–1) a question is about what they say. */
const textAt = 0.85

/** 「残联这些组织在里头干啥」: a question that a text surely answers is no cry for help. */
function isAboutText(turn: Turn): boolean {
  if (turn.understanding.matters[0]?.intent !== 'policy_standard') return false
  const answer = turn.retriever.answer({ question: turn.understanding.text, community: turn.community, now: turn.now, includeFacts: false })
  return answer.kind === 'answered' && answer.confidence >= textAt
}

const saysSafe = /(?<![不没])安全|没(?:有)?(?:什么|啥)?(?:事|危险)|(?:不|没)要紧|开玩笑|虚惊|误会|^(?:不是|没有|不用|没|还好)[了的啊呀吧!。]*$/
const saysDanger = /危险|不安全|救|快来|害怕|还在|出事|怎么办|来不及|^(?:是|是的|有|有的|对|嗯+|要)[啊呀!。]*$/

/** The answer to whether somebody is in danger; what is neither yes nor no is served as any message. */
function takeAnswer(turn: Turn, kind: DangerKind): Step | null {
  const { text, doubt } = turn.understanding
  if (saysSafe.test(text)) return step({ kind: 'answered' }, '好的，没事就好。有危险随时打110、119、120，也可以马上告诉我。', { memory: { danger: null } })
  return saysDanger.test(text) || doubt !== undefined ? call(turn, kind, dangerAdvice[kind].first) : null
}

/** Whether what the person adds in a room, without a mention, is about the danger they reported or were asked about. */
export function addsToDanger(turn: Turn): boolean {
  const { danger } = turn.memory
  if (danger === null || turn.now - danger.at >= dangerLastsMs / 3 || turn.message.mentions.others.length > 0) return false
  return askedAbout(danger.kind) === null || saysSafe.test(turn.understanding.text) || saysDanger.test(turn.understanding.text)
}

/** How soon after a danger was reported in a room a neighbour's cry for help still means it, ms. */
const sameDangerMs = 10 * 60_000

/** What a neighbour adds in the room where somebody was called just now. */
export function joinDanger(turn: Turn): Step | null {
  const { handover } = turn.conversation
  if (turn.memory.danger !== null || turn.message.chat === 'private' || handover?.urgent !== true || turn.now - handover.at > sameDangerMs) return null
  return /快(来|点|去)|救(人|命|救)|来人|出人命|赶紧/.test(turn.understanding.text) ? call(turn, null, otherAdvice.next) : null
}

/** No promise of secrecy to a person in danger. */
function secrecy(turn: Turn): string {
  return /(别|不要|不许|不能)(跟|和|对|向|给)?.{0,4}(告诉|说|讲|通知)/.test(turn.understanding.text) ? '为了您的安全，我得让值班的工作人员知道，他们会替您保密、好好陪您。' : ''
}

/** Help has come, or the danger has passed, by the person's own word. */
const isOver = /(119|120|110|救护车|消防车?|警察|医生)(都|已经)?(来|到)了|没事了|没危险了|安全了|(火|烟)(都|已经)?灭了|救(出来|下来|上来)了|找到了|找着了|虚惊/

/** A person who plainly turns to another matter is served; thanks and small words stay with the danger. */
function isCalm(turn: Turn): boolean {
  // Thanks tell of nothing new.
  if (readCourtesy(turn.understanding.text.replace(/^[嗯哦中行好]+[,，。\s]*/, '')) === 'thanks') return true
  const [matter] = turn.understanding.matters
  if (matter?.intent === 'repair_env' && matter.confidence >= 0.7 && statesFault(matter.text) && faultClass(matter.text) !== null && matter.slots.some((slot) => slot.name === 'addr')) return true
  return matter !== undefined && matter.confidence >= 0.8 && ['track', 'policy_standard', 'ask_hours_place', 'ask_process', 'ask_materials', 'payment', 'rate_complain'].includes(matter.intent)
}

/** Who is called, and what may be said of it, follows from the hand-over (calling.ts). */
function call(turn: Turn, kind: DangerKind | null, advice: string): Step {
  return step({ kind: 'handed-over', reason: `danger:${kind ?? 'other'}` }, say(advice, { urgency: 'danger' }), {
    memory: { danger: { kind: kind ?? 'other', at: turn.now }, form: null },
    handover: { reason: kind === null ? '居民有急事' : dangerReasons[kind], urgent: true },
  })
}

const dangerReasons: Readonly<Record<DangerKind, string>> = {
  fire: '火情', gas: '燃气泄漏', trapped: '有人被困', violence: '暴力', medical: '急病', 'self-harm': '有轻生的话', fraud: '诈骗',
  water: '落水', electric: '电线危险', collapse: '坍塌', 'missing-person': '有人走失',
}
