import type { Danger, DangerKind } from '../../nlu/understanding.js'
import { faultClass, statesFault } from '../../requests/faults.js'
import { dangerAdvice, dangerCalling, dangerOver } from '../replies.js'
import { say, step, type Step, type Turn } from '../turn.js'

/** How long what a person adds still belongs to the danger they reported, ms. */
export const dangerLastsMs = 30 * 60_000

/** What was called an emergency by its wording alone. */
const otherAdvice = { first: '听着很急。有危险请先打110、119或120，请告诉我在哪里。', next: '请先保护好自己，需要急救或报警马上打120、110；工作人员看得到您说的话。' }

/** An emergency that no rule knows by name: the numbers, then a person. */
export function meetOther(turn: Turn, words: string): Step {
  return step({ kind: 'handed-over', reason: 'danger:other' }, say(`${otherAdvice.first}\n${dangerCalling}`, { urgency: 'danger' }), {
    memory: { danger: { kind: 'other', at: turn.now }, form: null },
    handover: { reason: `居民说有急事：${words.slice(0, 40)}`, urgent: true },
  })
}

function isDangerKind(kind: string): kind is DangerKind {
  return kind in dangerAdvice
}

/** The fixed advice first, then a person: nothing is asked. */
export function meetDanger(turn: Turn, danger: Danger): Step {
  const again = turn.memory.danger !== null && turn.memory.danger.kind === danger.kind && turn.now - turn.memory.danger.at < dangerLastsMs
  const advice = dangerAdvice[danger.kind]
  return call(turn, danger.kind, again ? `${advice.next}` : advice.first)
}

/** What the same person adds while the danger lasts: it goes to those who were called, with the next advice. */
export function followDanger(turn: Turn): Step | null {
  const { danger } = turn.memory
  if (danger === null || turn.now - danger.at > dangerLastsMs || isCalm(turn)) return null
  if (danger.kind !== 'self-harm' && isOver.test(turn.understanding.text)) return step({ kind: 'handed-over', reason: 'danger:over' }, dangerOver, { memory: { danger: null } })
  const address = turn.understanding.matters.flatMap((matter) => matter.slots).find((slot) => slot.name === 'addr')
  // An exact door is never repeated in a room.
  const passed = address === undefined ? '' : turn.message.chat === 'private' ? `地址「${address.value}」已转给值班人员。` : '地址已转给值班人员。'
  const kind = isDangerKind(danger.kind) ? danger.kind : null
  return call(turn, kind, passed + secrecy(turn) + (kind === null ? otherAdvice.next : dangerAdvice[kind].next))
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
  const [matter] = turn.understanding.matters
  if (matter?.intent === 'repair_env' && matter.confidence >= 0.7 && statesFault(matter.text) && faultClass(matter.text) !== null && matter.slots.some((slot) => slot.name === 'addr')) return true
  return matter !== undefined && matter.confidence >= 0.8 && ['track', 'policy_standard', 'ask_hours_place', 'ask_process', 'ask_materials', 'payment', 'rate_complain'].includes(matter.intent)
}

function call(turn: Turn, kind: DangerKind | null, advice: string): Step {
  const words = advice.includes('值班') ? advice : `${advice}\n${dangerCalling}`
  return step({ kind: 'handed-over', reason: `danger:${kind ?? 'other'}` }, say(words, { urgency: 'danger' }), {
    memory: { danger: { kind: kind ?? 'other', at: turn.now }, form: null },
    handover: { reason: kind === null ? '居民有急事' : dangerReasons[kind], urgent: true },
  })
}

const dangerReasons: Readonly<Record<DangerKind, string>> = {
  fire: '火情', gas: '燃气泄漏', trapped: '有人被困', violence: '暴力', medical: '急病', 'self-harm': '有轻生的话', fraud: '诈骗',
  water: '落水', electric: '电线危险', collapse: '坍塌', 'missing-person': '有人走失',
}
