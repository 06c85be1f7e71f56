/** Where a phone says that it is; kept only where its holder wanted it. */
export interface Position {
  /** WGS 84, degrees. */
  readonly latitude: number
  readonly longitude: number
  /** Radius within which the phone is with 95 %, metres (W3C Geolocation). */
  readonly accuracyM: number
}

/** What can be done on the spot. */
export const stepKinds = ['take', 'arrive', 'photo', 'close'] as const
export type StepKind = (typeof stepKinds)[number]

/** What a member of staff did on the spot, under the id that their phone gave it: sent again after a lost connection, it counts once. */
export interface VisitStep {
  readonly id: string
  readonly rev: number
  readonly requestId: string
  readonly staffId: string
  readonly kind: StepKind
  /** `begun`: whether the request has it is read off the request. */
  readonly state: 'begun' | 'done'
  /** By the phone's clock, ms since 1970. */
  readonly madeAt: number
  /** When it came here first, ms since 1970. */
  readonly receivedAt: number
  /** `null`: not measured, or not wished. */
  readonly position: Position | null
  /** The photo of a `photo`. */
  readonly attachmentId: string | null
}

/** A phone may have been without a line for so long; what says it is older is dated by its coming here, ms. */
const longestAwayMs = 7 * 86_400_000
/** Between doing and coming here that is not worth a word, ms. */
const atOnceMs = 2 * 60_000

/** When it was done: the phone's word, as long as that can be true. */
export function doneAt({ madeAt, receivedAt }: Pick<VisitStep, 'madeAt' | 'receivedAt'>): number {
  return madeAt > receivedAt || madeAt < receivedAt - longestAwayMs ? receivedAt : madeAt
}

/** Whether it waited in the phone for a line. */
export function wasHeld(step: Pick<VisitStep, 'madeAt' | 'receivedAt'>): boolean {
  return step.receivedAt - doneAt(step) > atOnceMs
}
