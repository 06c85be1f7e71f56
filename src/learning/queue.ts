import { isInConfidence } from '../conversation/confidence.js'
import { takenCandidate } from '../conversation/dialogs/bare.js'
import { inConfidence } from '../conversation/dialogs/hand-over.js'
import type { Step, Turn } from '../conversation/turn.js'
import type { Matter } from '../nlu/understanding.js'
import { redact } from '../privacy.js'
import type { Write } from '../store/store.js'
import type { LearningReason, LearningRow, UnsaidRow } from './records.js'

/** A message longer than this is kept to here, characters: its head says what it is about. */
const keptLength = 200
/** What a few characters say (嗯, 好, 2) teaches nothing. */
const leastLength = 3

/** The row that this turn leaves for learning; `null` when it was understood, or there is nothing to learn. `done` `null`: a person had taken over and the bot was silent. */
export function learningRow(turn: Turn, done: Step | null): LearningRow | null {
  if (turn.message.author.kind !== 'resident' || turn.understanding.danger !== null) return null
  // What was said in confidence is nobody's lesson.
  if (isInConfidence(turn.conversation) || (done !== null && inConfidence.includes(done.handover?.reason ?? ''))) return null
  const taken = done === null ? null : takenCandidate(turn)
  const why = taken ? 'corrected-by-choice' : reasonOf(turn, done)
  const words = taken?.text ?? turn.understanding.text
  const text = redact([...words].slice(0, keptLength).join(''))
  if (why === null || [...text.replace(/[^\p{L}\p{N}]/gu, '')].length < leastLength) return null
  const readings = taken ? (turn.memory.candidates?.intents ?? []).map((intent) => ({ intent, confidence: 0 })) : readingsOf(turn.understanding.matters)
  return {
    id: turn.newId(), rev: 0, at: turn.now, conversationId: turn.conversation.id, text, understood: readings.slice(0, 3), why,
    // What was understood needs no label.
    chosen: taken?.intent ?? null, label: why === 'unanswered' ? 'drop' : null, labelledAt: null, publishedAt: null,
  }
}

/** The same as what is to be written with the turn: one row or none. */
export function learningWrites(turn: Turn, done: Step | null): Write[] {
  const row = learningRow(turn, done)
  return row === null ? [] : [{ op: 'put', table: 'learning', row }]
}

/** In a room on trial: what would have been said, for staff to see. */
export function unsaidRow(turn: Turn, done: Step): UnsaidRow {
  return {
    id: turn.newId(), rev: 0, at: turn.now, conversationId: turn.conversation.id, text: redact([...turn.message.text].slice(0, keptLength).join('')),
    reply: done.say.map((one) => redact(one.text, ['name'])), outcome: done.outcome.kind, reason: turn.understanding.gate.reason,
  }
}

/** Whether the room only tries: what nobody asked the bot for is kept instead of said; a mention, danger and an exposed number are answered. */
export function isTrial(turn: Turn): boolean {
  const { reason } = turn.understanding.gate
  return turn.conversation.gateDryRun === true && (reason === 'public-request' || reason === 'public-fault')
}

function reasonOf(turn: Turn, done: Step | null): LearningReason | null {
  const { matters } = turn.understanding
  const first = matters[0]
  const small = first === undefined || first.intent === 'chitchat' || first.intent === 'offtopic_group' || first.intent === 'praise'
  if (done === null) return small ? null : 'taken-over'
  const { outcome } = done
  if (outcome.kind === 'clarifying') return outcome.about === 'intent' || outcome.about === 'matter' ? 'unclear' : null
  if (outcome.kind === 'unanswerable') return outcome.reason === 'out-of-scope' ? 'out-of-scope' : 'unanswered'
  // Who asks for a person was understood.
  if (outcome.kind === 'handed-over') return first?.intent === 'human' || done.handover?.urgent === true ? null : 'taken-over'
  return null
}

function readingsOf(matters: readonly Matter[]): LearningRow['understood'] {
  const ranked = matters.length === 1 ? (matters[0]?.ranked ?? []) : matters
  return ranked.map(({ intent, confidence }) => ({ intent, confidence: Math.round(confidence * 100) / 100 }))
}
