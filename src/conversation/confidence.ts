import { inConfidence } from './dialogs/hand-over.js'
import { dangerLastsMs } from './dialogs/danger.js'
import type { Confidence, Conversation } from './records.js'
import type { Step, Turn } from './turn.js'

/** How many of a conversation's confidences are told apart; of more the oldest become one. */
const mostKept = 20

/** Danger that nobody but who helps need know the words of. */
const confidedDangers: readonly string[] = ['self-harm', 'asked:self-harm', 'violence', 'asked:violence']

/** Whether what is said in this turn is for few ears: somebody is to listen, or a life is in danger by one's own hand or another's. */
function isConfided(turn: Turn, done: Step): boolean {
  const isNear = (danger: Turn['memory']['danger'] | undefined): boolean => danger != null && confidedDangers.includes(danger.kind) && turn.now - danger.at <= dangerLastsMs
  return isNear(turn.memory.danger) || isNear(done.memory.danger) || (done.handover !== null && inConfidence.includes(done.handover.reason))
}

/**
 * The conversation's confidences after a turn. In a private chat one lasts until the resident, with nobody awaited or there,
 * turns to something else; in a room it is the one message and its answer. `undefined`: there never was one.
 */
export function confidedAfter(turn: Turn, done: Step): Conversation['confided'] {
  const { conversation, now, message } = turn
  const known = conversation.confided
  const last = known?.at(-1)
  const isGoing = last?.until === null
  if (isConfided(turn, done)) {
    if (isGoing) return known
    const begun: Confidence = { from: now, until: message.chat === 'group' ? now + 1 : null, heardBy: conversation.takenBy === null ? [] : [conversation.takenBy.id] }
    return kept([...(known ?? []), begun])
  }
  return isGoing && conversation.mode === 'bot' ? [...(known ?? []).slice(0, -1), { ...last, until: now }] : known
}

function kept(all: readonly Confidence[]): readonly Confidence[] {
  const [first, second, ...rest] = all
  return all.length <= mostKept || first === undefined || second === undefined ? all : [{ from: first.from, until: second.until, heardBy: first.heardBy.filter((id) => second.heardBy.includes(id)) }, ...rest]
}

/** Whether something is being said in confidence now. */
export function isInConfidence({ confided }: Pick<Conversation, 'confided'>): boolean {
  return confided?.at(-1)?.until === null
}

/** The conversation as taken in hand by a member of staff: what is being confided is theirs to hear from now on. */
export function heardBy(conversation: Conversation, staffId: string): Conversation {
  const last = conversation.confided?.at(-1)
  if (last?.until !== null || last.heardBy.includes(staffId)) return conversation
  return { ...conversation, confided: [...(conversation.confided ?? []).slice(0, -1), { ...last, heardBy: [...last.heardBy, staffId] }] }
}

/** Whether what was said at this moment may be read by this person: heads of the community and who took it in hand then. */
export function mayHear({ confided }: Pick<Conversation, 'confided'>, at: number, person: { readonly id: string; readonly hearsAll?: boolean }): boolean {
  return person.hearsAll === true || (confided ?? []).every(({ from, until, heardBy: ears }) => at < from || (until !== null && at >= until) || ears.includes(person.id))
}
