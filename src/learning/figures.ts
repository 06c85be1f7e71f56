/** Lines by what is done with them, and how often that is right. */
export interface CertaintyFigures {
  readonly sure: { readonly n: number; readonly right: number }
  /** Right: the intent is among those offered. */
  readonly asked: { readonly n: number; readonly right: number }
  readonly outOfScope: number
}

export interface IntentFigures {
  readonly intent: string
  readonly precision: number
  readonly recall: number
  readonly f1: number
  readonly n: number
}

export interface Bin {
  readonly from: number
  readonly n: number
  readonly right: number
  readonly meanConfidence: number
}

export interface ClassifierFigures {
  readonly n: number
  readonly accuracy: number
  readonly macroF1: number
  /** Expected calibration error over ten bins, 0–1. */
  readonly ece: number
  /** Share of lines of no intent that were told to be none (below the bar of scope). */
  readonly rejected: number | null
  readonly intents: readonly IntentFigures[]
  /** Gold, predicted, how often; only what was wrong, most first. */
  readonly confusions: readonly (readonly [string, string, number])[]
  /** Of the lines with an intent that is told in private chats. */
  readonly certainty: CertaintyFigures
  /** Ten bins of confidence. */
  readonly bins: readonly Bin[]
}

/** The classifier with newly labelled lines beside the one in use. */
export interface Retraining {
  /** Both judged on the same lines: those that the version before knows. */
  readonly before: ClassifierFigures
  readonly after: ClassifierFigures
  /** On the newly labelled lines alone: right before, right after, how many. */
  readonly fresh: { readonly before: number; readonly after: number; readonly n: number }
  /** Why it must not be published; empty when it may. */
  readonly losses: readonly string[]
}

/** A retraining as people see it. One at a time. `interrupted`: the process ended before it was done. */
export type Training =
  | { readonly kind: 'none' }
  | { readonly kind: 'running'; readonly by: string; readonly startedAt: number; readonly step: number; readonly of: number }
  | { readonly kind: 'done'; readonly by: string; readonly at: number; readonly change: Retraining; readonly lines: number }
  | { readonly kind: 'failed'; readonly at: number }
  | { readonly kind: 'interrupted'; readonly by: string; readonly startedAt: number }
