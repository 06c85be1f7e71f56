import type { CommunityId } from '../knowledge/community.js'
import type { IntentName, SlotName } from '../nlu/understanding.js'
import type { Citation } from '../retrieval/citation.js'
import type { OutcomeKind } from './outcome.js'

/** A line put by somebody without a history. */
export interface Question {
  readonly id: string
  readonly text: string
  readonly community: CommunityId
  readonly chat: 'private' | 'group'
  readonly mentioned: boolean
}

/** What would be said, and why. */
export interface AskAnswer {
  readonly id: string
  readonly speaks: boolean
  readonly outcome: OutcomeKind
  readonly intents: readonly { readonly name: IntentName; readonly confidence: number }[]
  readonly slots: readonly { readonly name: SlotName; readonly value: string; readonly normal?: string }[]
  readonly reply: readonly string[]
  readonly citations: readonly Omit<Citation, 'clause'>[]
  readonly reason?: string
  readonly ms: number
}
