import type { OutcomeKind } from '../conversation/outcome.js'
import type { CommunityId } from '../knowledge/community.js'
import type { Training } from './figures.js'
import type { Gate, GateMode, IntentName } from '../nlu/understanding.js'

/**
 * Why a message is worth a person's look: not understood, understood only by a choice, left to a person, or said to be no
 * matter of a community. `unanswered` was understood, and no text or fact answers it: it tells what the knowledge lacks.
 */
export const learningReasons = ['unclear', 'corrected-by-choice', 'taken-over', 'out-of-scope', 'unanswered'] as const
export type LearningReason = (typeof learningReasons)[number]

/** What a person says a message was: an intent, no intent at all, or not to be learned from. */
export type Label = IntentName | 'none' | 'drop'

/** A message to learn from, without personal data. */
export interface LearningRow {
  readonly id: string
  readonly rev: number
  readonly at: number
  readonly conversationId: string
  /** Redacted. */
  readonly text: string
  /** The best readings, best first, at most 3. */
  readonly understood: readonly { readonly intent: IntentName; readonly confidence: number }[]
  readonly why: LearningReason
  /** What the resident chose of the candidates; `null` where none were taken. */
  readonly chosen: IntentName | null
  /** `null` until a person has looked. */
  readonly label: Label | null
  readonly labelledAt: number | null
  /** When the classifier was last trained and published with this line, ms; `null`: never. */
  readonly publishedAt: number | null
}

/** What the bot would have said in a room where it only tries. Redacted, for staff; nobody else sees it. */
export interface UnsaidRow {
  readonly id: string
  readonly rev: number
  readonly at: number
  readonly conversationId: string
  readonly text: string
  readonly reply: readonly string[]
  readonly outcome: OutcomeKind
  readonly reason: Gate['reason']
}

/** The latest retraining, of the installation. */
export interface KeptTraining {
  readonly id: string
  readonly rev: number
  readonly state: Training
  /** The lines it was trained with, and what tells whether one of them was changed since; `null` where there is no result. */
  readonly trained: { readonly ids: readonly string[]; readonly key: string } | null
  /** Of several processes the one it runs in; absent otherwise. */
  readonly runner?: string
}

/** What residents asked in nearly the same words and nothing answered. */
export interface Gap {
  /** The question that stands nearest to all of them. Redacted, as it was kept. */
  readonly question: string
  readonly count: number
  readonly lastAt: number
  /** How often, by community, most first. */
  readonly communities: readonly { readonly communityId: CommunityId; readonly count: number }[]
  /** Other wordings, a few. */
  readonly others: readonly string[]
}

/** A room and when the bot speaks in it. */
export interface RoomSetting {
  readonly communityId: CommunityId
  readonly id: string
  readonly title: string
  readonly mode: GateMode
  readonly trial: boolean
}
