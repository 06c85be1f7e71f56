import { dayOf } from '../booking/slot.js'
import { meanOf } from './evaluation-rules.js'
import type { Recorder } from './recorder.js'

/** Who evaluates a property company (廊坊 四/(五)); all four have to. */
export const evaluationParties = ['社区党组织', '居委会', '业委会', '居民代表'] as const
export type EvaluationParty = (typeof evaluationParties)[number]

/** One evaluation of a property company. What follows from it is people's to decide: nothing here ends a contract. */
export interface PropertyEvaluation {
  readonly id: string
  readonly rev: number
  readonly company: string
  /** As staff name it, e.g. 2026年上半年. */
  readonly period: string
  /** Days whose complaints are shown beside it, `2026-01-01`, both included. */
  readonly from: string
  readonly until: string
  /** What each party gave (0–100), in its words. */
  readonly marks: Readonly<Partial<Record<EvaluationParty, PartyMark>>>
  /** `null` until all four have spoken and somebody has concluded it. */
  readonly verdict: { readonly passes: boolean; readonly mean: number; readonly passMark: number; /** Last day to put right what failed; `null`: it passed. */ readonly rectifyBy: string | null; readonly at: number; readonly by: Recorder } | null
  /** The failed one that this evaluates anew; `null`: it is the first. */
  readonly again: string | null
  readonly at: number
}

export interface PartyMark {
  readonly mark: number
  readonly words: string
  /** Who spoke for the party, and who of the staff entered it. */
  readonly spokeFor: string
  readonly enteredBy: Recorder
  readonly at: number
}

export function missingParties({ marks }: Pick<PropertyEvaluation, 'marks'>): readonly EvaluationParty[] {
  return evaluationParties.filter((party) => marks[party] === undefined)
}

/** Why it can't be concluded so, in a word; else the row with its verdict. A pass needs no day, a fail needs one after today. */
export function conclude(row: PropertyEvaluation, given: { readonly passMark: number; readonly rectifyBy: string | null; readonly by: Recorder; readonly now: number }): PropertyEvaluation | 'over' | 'parties-missing' | 'day-missing' {
  if (row.verdict !== null) return 'over'
  const mean = meanOf(evaluationParties.flatMap((party) => row.marks[party]?.mark ?? []))
  if (mean === null || missingParties(row).length > 0) return 'parties-missing'
  const passes = mean >= given.passMark
  if (!passes && (given.rectifyBy === null || given.rectifyBy <= dayOf(given.now))) return 'day-missing'
  return { ...row, verdict: { passes, mean, passMark: given.passMark, rectifyBy: passes ? null : given.rectifyBy, at: given.now, by: given.by } }
}
