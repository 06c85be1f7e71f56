/** How a turn ended; each turn ends in exactly one. Desk, metrics and tests group by `kind`. */
export type Outcome =
  | { readonly kind: 'handed-over'; readonly reason: string }
  | { readonly kind: 'filed'; readonly requestId: string | null }
  | { readonly kind: 'joined'; readonly requestId: string }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'clarifying'; readonly about: string }
  | { readonly kind: 'status-given'; readonly requestId: string | null }
  | { readonly kind: 'answered' }
  | { readonly kind: 'unanswerable'; readonly reason: 'no-passage' | 'not-set' | 'out-of-scope' }
  | { readonly kind: 'silent'; readonly reason: string }
  | { readonly kind: 'failed'; readonly code: string }

export type OutcomeKind = Outcome['kind']

/** A message with several matters ends in the one that stands first here. */
export const outcomeOrder: readonly OutcomeKind[] = [
  'handed-over', 'filed', 'joined', 'cancelled', 'clarifying', 'status-given', 'answered', 'unanswerable', 'failed', 'silent',
]

/** The outcome of a turn from those of its matters; silence when there was none. */
export function joinOutcomes(outcomes: readonly Outcome[]): Outcome {
  for (const kind of outcomeOrder) {
    const found = outcomes.find((outcome) => outcome.kind === kind)
    if (found) return found
  }
  return { kind: 'silent', reason: 'empty' }
}
