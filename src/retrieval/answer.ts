import type { Community, Jurisdiction } from '../knowledge/community.js'
import type { ResponsibleFor } from '../knowledge/responsibility.js'
import type { Citation } from './citation.js'

export interface PolicyQuestion {
  readonly question: string
  readonly community: Community
  /** ms since 1970. */
  readonly now: number
  /** Whether the community's own facts may answer. */
  readonly includeFacts: boolean
  /** The question before it, where it is asked in a conversation: 「那农村呢」 is asked of that one. */
  readonly previous?: string | null
}

/** Whose texts were searched. */
export interface Scope {
  readonly jurisdiction: Jurisdiction
  readonly level: Jurisdiction['level']
  /** The question names this place and the community doesn't lie in it: the answer must say for whom it holds. */
  readonly asked: boolean
}

/**
 * `nothing`: no text on the matter. `only-elsewhere`: texts of other places set it, this place's doesn't; they are never
 * borrowed. `annex-missing`: it would stand in an annex that the text has lost. `not-set-here`: hours, phones, prices,
 * papers and the like, which no policy text holds and of which no fact was entered. `to-verify`: a certificate that the
 * community's list doesn't settle. `no-text`: no text of the place named is known.
 */
export type NoPassage = 'nothing' | 'only-elsewhere' | 'annex-missing' | 'not-set-here' | 'to-verify' | 'no-text'

interface Told {
  /** Sentences that must be said with the answer: a damaged figure, a draft, a target whose year has passed. */
  readonly warnings: readonly string[]
  readonly scope: Scope
  /** All places that were answered for, `scope` the first of them; several when a question names several. */
  readonly scopes: readonly Scope[]
  /** 0–1. */
  readonly confidence: number
}

/** Who answers for a matter, as one clause says it, with today's names where the alias table knows them. */
export interface Responsible extends ResponsibleFor {
  readonly document: string
  readonly formerly: readonly { readonly unit: string; readonly now: string; readonly year: number; readonly source: string }[]
}

export type PolicyAnswer =
  /** The first citation answers; the others stand near it. */
  | (Told & { readonly kind: 'answered'; readonly citations: readonly Citation[]; /** Set where the question asked who is responsible. */ readonly responsible?: readonly Responsible[] })
  /** May be to the point; to be shown as 可能相关 with the offer of a person. */
  | (Told & { readonly kind: 'related'; readonly reason: NoPassage; readonly citations: readonly Citation[]; /** Questions to choose from (您是不是想问), best first, at most three; each is answered when asked as it stands. */ readonly choices?: readonly string[] })
  | (Told & { readonly kind: 'no-passage'; readonly reason: NoPassage })
