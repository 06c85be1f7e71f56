import { replies } from './replies.js'
import { carryWish } from './dialogs/wish-form.js'
import { step, type Step, type Turn } from './turn.js'

/** How long a question about recalling belongs to what was exposed, ms. */
const recallMs = 10 * 60_000

/** Personal data standing in the open: asked to be recalled, never repeated, never kept. `null` where there are none. */
export function meetExposure(turn: Turn): Step | null {
  const { understanding, message } = turn
  if (understanding.gate.reason === 'exposed-id') return exposed(turn)
  if (asksAboutRecall(turn)) return step({ kind: 'answered' }, replies.exposedAgain)
  if (message.chat === 'private') return null
  const kinds = understanding.personal.map((datum) => datum.kind)
  if (kinds.includes('id-number')) return exposed(turn)
  if (kinds.includes('mobile') || kinds.includes('bank-card')) return step({ kind: 'clarifying', about: 'private' }, replies.exposedPersonal, { memory: carryWish(turn) })
  return null
}

/** 「撤不回来了怎么办」, soon after an ID number stood in the open. */
export function asksAboutRecall(turn: Turn): boolean {
  const { exposedAt } = turn.memory
  return exposedAt !== null && turn.now - exposedAt < recallMs && /撤不?回|撤不了|删/.test(turn.understanding.text)
}

function exposed(turn: Turn): Step {
  return step({ kind: 'answered' }, replies.exposedId, { memory: { exposedAt: turn.now } })
}
