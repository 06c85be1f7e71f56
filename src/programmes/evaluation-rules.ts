/** What an admin has settled on how work is evaluated here. One row, `rules`. */
export interface EvaluationRules {
  readonly id: string
  readonly rev: number
  /** So many people with like complaints within so many days raise a coordination meeting. */
  readonly coordination: { readonly least: number; readonly withinDays: number }
  /** Least mean (0–100) of the four parties with which a property company passes. */
  readonly passMark: number
  /** Weight of residents' marks in a worker's score, percent; over 50 (群众满意度占主要权重). */
  readonly residentsPercent: number
}

/** Where nobody settled anything. The numbers are ours: the texts order the mechanisms and name none. */
export const usualRules: EvaluationRules = { id: 'rules', rev: 0, coordination: { least: 3, withinDays: 30 }, passMark: 60, residentsPercent: 60 }

/** Fewest marks of which a mean is shown: of fewer it would tell what one person said. */
export const leastMarks = 5

/** The mean of marks to one decimal; `null` of none. */
export function meanOf(marks: readonly number[]): number | null {
  return marks.length === 0 ? null : Math.round((marks.reduce((sum, mark) => sum + mark, 0) / marks.length) * 10) / 10
}
