import type { Danger, DangerKind } from '../../nlu/understanding.js'
import { dangerAdvice, dangerCalling } from '../replies.js'
import { say, step, type Step, type Turn } from '../turn.js'

/** How long what a person adds still belongs to the danger they reported, ms. */
export const dangerLastsMs = 30 * 60_000

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
  if (danger === null || turn.now - danger.at > dangerLastsMs || !isDangerKind(danger.kind)) return null
  const address = turn.understanding.matters.flatMap((matter) => matter.slots).find((slot) => slot.name === 'addr')
  // An exact door is never repeated in a room.
  const passed = address === undefined ? '' : turn.message.chat === 'private' ? `地址「${address.value}」已转给值班人员。` : '地址已转给值班人员。'
  return call(turn, danger.kind, passed + secrecy(turn) + dangerAdvice[danger.kind].next)
}

/** No promise of secrecy to a person in danger. */
function secrecy(turn: Turn): string {
  return /(别|不要|不许|不能)(跟|和|对|向|给)?.{0,4}(告诉|说|讲|通知)/.test(turn.understanding.text) ? '为了您的安全，我得让值班的工作人员知道，他们会替您保密、好好陪您。' : ''
}

function call(turn: Turn, kind: DangerKind, advice: string): Step {
  const words = advice.includes('值班') ? advice : `${advice}\n${dangerCalling}`
  return step({ kind: 'handed-over', reason: `danger:${kind}` }, say(words, { urgency: 'danger' }), {
    memory: { danger: { kind, at: turn.now }, form: null, unclear: 0 },
    handover: { reason: dangerReasons[kind], urgent: true },
  })
}

const dangerReasons: Readonly<Record<DangerKind, string>> = {
  fire: '火情', gas: '燃气泄漏', trapped: '有人被困', violence: '暴力', medical: '急病', 'self-harm': '有轻生的话', fraud: '诈骗',
  water: '落水', electric: '电线危险', collapse: '坍塌', 'missing-person': '有人走失',
}
