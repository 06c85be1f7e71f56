import type { IntentName, Matter } from '../nlu/understanding.js'
import { statesFault } from '../requests/faults.js'
import type { Turn } from './turn.js'

/** Words that ask, wider than those that tell a question from a wish: a clause can be asked for in many ways. */
const asks = /[?？]|多少|几(点|折|个|块|岁|成|倍|级|家|人|年|号|户|平)|怎么|咋|哪|有没有|能不能|该不该|算不算|要不要|还来不来|是不是|可以.{0,4}吗|行不|(吗|么|不|没|伐|呢|㗎)[。!！]*$|什么|啥|谁|还是|何|多大|多久|归|提倡|列没列|说法/
/** The question names the kind of text it asks about. */
const namesText = /文件|政策|规定|章程|方案|条例|范文|意见(稿|里|书|上)|办法|原文|哪一?条/
/** Matters that ask the texts and the facts by themselves, when the classifier is sure of them. */
const askedAnyway: ReadonlySet<IntentName> = new Set(['ask_process', 'ask_materials', 'ask_hours_place', 'social_insurance', 'employment', 'schooling', 'housing', 'payment', 'policy_standard'])
/** Matters that a text never stands in for, unless the classifier is unsure of them itself. */
const ownMatters: ReadonlySet<IntentName> = new Set([
  'emergency', 'counseling', 'human', 'chitchat', 'track', 'urge', 'cancel_change', 'praise', 'book', 'home_agent', 'micro_wish', 'elderly_service', 'offtopic_group',
])

/**
 * How sure the texts must be of their answer (0–1) before a question is theirs, by how sure the classifier is of something else.
 * Chosen on development questions: of 102 that a text answers, 33 more reach it; of 230 other messages, 2 do that should not.
 */
function neededConfidence(matter: Matter): number | null {
  const sure = matter.confidence
  if (ownMatters.has(matter.intent) && sure >= 0.85) return null
  if (ownMatters.has(matter.intent) && sure >= 0.5) return 0.8
  if (namesText.test(matter.text) || sure < 0.5) return 0.45
  return sure < 0.7 ? 0.6 : sure < 0.85 ? 0.72 : 0.78
}

/** Whether a message that sounds like a matter of its own is a question that a text answers, or one that only a text could answer. */
export function asksForText(turn: Turn, matter: Matter): boolean {
  if (!asks.test(matter.text) || (askedAnyway.has(matter.intent) && matter.confidence >= 0.5)) return false
  // Somebody's own door, phone or number makes it their own matter.
  if (matter.slots.some((slot) => slot.name === 'phone' || slot.name === 'ticket' || slot.name === 'id_no' || (slot.name === 'addr' && slot.normal !== undefined))) return false
  const needed = neededConfidence(matter)
  if (needed === null) return false
  const answer = turn.retriever.answer({ question: matter.text, community: turn.community, now: turn.now, includeFacts: false })
  if (answer.kind === 'answered') return answer.confidence >= needed
  if (matter.confidence >= 0.5) return namesText.test(matter.text) && answer.kind === 'related'
  // Unsure of anything else: what the texts come near, or set elsewhere, is told rather than asked back.
  if (answer.kind === 'related' || answer.reason === 'only-elsewhere') return true
  return matter.ranked.slice(0, 2).some((one) => one.intent === 'policy_standard' && one.confidence >= 0.2)
}

/** A question told in two sentences (「老院子一直没物业，谁来管？文件给了什么法子」) is one, when the texts answer it whole and no piece is a fault or a wish of its own. */
export function asOneQuestion(turn: Turn): Matter | null {
  const { matters, text } = turn.understanding
  const [first] = matters
  if (!first || matters.length < 2) return null
  if (matters.some((matter) => statesFault(matter.text) || ownMatters.has(matter.intent) || matter.slots.some((slot) => slot.name === 'addr'))) return null
  const whole: Matter = { ...first, text, slots: matters.flatMap((matter) => matter.slots), confidence: Math.min(...matters.map((matter) => matter.confidence), 0.6) }
  return asksForText(turn, whole) ? { ...whole, intent: 'policy_standard' } : null
}
