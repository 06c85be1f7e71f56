import type { EvaluationRules } from '../programmes/evaluation-rules.js'
import type { WorkerScore } from '../programmes/worker-score.js'

/** What the desk's server and pages say to each other of who is evaluated by whom. Types only. */

/** GET /api/desk/evaluations/:community */
export interface EvaluationView {
  readonly rules: Pick<EvaluationRules, 'rev' | 'coordination' | 'passMark' | 'residentsPercent'>
  /** Units that tasks were forwarded to, by name. */
  readonly units: readonly UnitRow[]
  /** Who does bought services, by name; `mean` is `null` while fewer than `least` are rated. */
  readonly providers: readonly { readonly provider: string; readonly rated: number; readonly mean: number | null }[]
  /** Fewest marks of which a mean is shown. */
  readonly least: number
  /** Who works here, for heads to look at one at a time; empty for everybody else. */
  readonly workers: readonly { readonly id: string; readonly name: string }[]
}

export interface UnitRow {
  readonly unit: string
  readonly meanOfUnit: number | null
  readonly meanOfCommunity: number | null
  readonly tasks: readonly {
    readonly requestId: string
    readonly number: string
    readonly forwardedAt: number
    /** When it was done, taken back or refused; `null`: it lies there. */
    readonly endedAt: number | null
    readonly ofUnit: ShownMark | null
    readonly ofCommunity: ShownMark | null
    /** Whether this person may mark it: who forwarded it, and the heads. */
    readonly mayMark: boolean
  }[]
}

export interface ShownMark { readonly stars: number; readonly words: string; readonly by: string; readonly at: number }

/** GET /api/desk/evaluations/:community/workers/:id?period=2026H2: one's own, or, for heads, one worker's. */
export interface WorkerView extends WorkerScore {
  readonly period: string
  readonly name: string
  readonly leadWords: string
  /** Whether this person may give the head's mark. */
  readonly mayMark: boolean
}
