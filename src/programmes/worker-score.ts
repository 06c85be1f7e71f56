import { handlersOf } from '../requests/bad-mark.js'
import type { ServiceRequest } from '../requests/service-request.js'
import { leastMarks, meanOf } from './evaluation-rules.js'
import type { Recorder } from './recorder.js'

/** What the head of the community gave somebody who works there for a period (社区工作者评价). Seen by the two of them only. */
export interface WorkerMark {
  /** `staff|period` */
  readonly id: string
  readonly rev: number
  readonly staffId: string
  /** A year's half, `2026H2`. */
  readonly period: string
  /** 1–5 */
  readonly stars: number
  readonly words: string
  readonly by: Recorder
  readonly at: number
}

/** One worker's score in a period. There is no list of them. */
export interface WorkerScore {
  /** Residents' last marks of the requests this person had a hand in; the mean is `null` while there are too few to be shown. */
  readonly rated: number
  readonly residentsMean: number | null
  readonly leadStars: number | null
  readonly residentsPercent: number
  /** 1–5 to two decimals, of both parts by the weight; `null` until there are both. */
  readonly score: number | null
  /** What residents wrote with their marks, without saying who. */
  readonly words: readonly string[]
}

/** `2026H2`, in Asia/Shanghai. */
export function periodOf(now: number): string {
  const local = new Date(now + 8 * 3_600_000)
  return `${local.getUTCFullYear()}H${local.getUTCMonth() < 6 ? 1 : 2}`
}

export function scoreWorker(requests: readonly ServiceRequest[], mark: WorkerMark | null, { staffId, period, residentsPercent }: { readonly staffId: string; readonly period: string; readonly residentsPercent: number }): WorkerScore {
  const ratings = requests.flatMap((request) => {
    const last = request.ratings.findLast(({ residentId }) => residentId === request.residentId)
    return last !== undefined && periodOf(last.at) === period && handlersOf(request, last.at).includes(staffId) ? [last] : []
  })
  const enough = ratings.length >= leastMarks
  const stars = ratings.map((rating) => rating.stars)
  const mean = enough ? stars.reduce((sum, one) => sum + one, 0) / stars.length : null
  const leadStars = mark?.stars ?? null
  return {
    rated: ratings.length, residentsMean: enough ? meanOf(stars) : null, leadStars, residentsPercent,
    score: mean === null || leadStars === null ? null : Math.round(mean * residentsPercent + leadStars * (100 - residentsPercent)) / 100,
    words: enough ? ratings.map(({ words }) => words).filter((words) => words !== '') : [],
  }
}
