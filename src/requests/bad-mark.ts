import type { Rating, ServiceRequest } from './service-request.js'

/** At this mark (of 5) or below it is 差评: the last two of the five grades 非常满意、满意、基本满意、不满意、非常不满意 (国办发〔2019〕51号). */
export const badMark = 2

/** Ids of those who had it in hand until `before`: they don't call back about themselves. */
export function handlersOf(request: Pick<ServiceRequest, 'history'>, before = Number.POSITIVE_INFINITY): readonly string[] {
  const worked = request.history.flatMap(({ at, actor, move, from, to }) => (at <= before && actor.kind === 'staff' && (move === undefined ? from !== to : move !== 'reply' && move !== 'supervise' && move !== 'call-back' && move !== 'note') ? [actor.id] : []))
  return [...new Set(worked)]
}

/** The newest bad mark that nobody else than its handlers has called back about; `null` where there is none. */
export function openBadMark(request: Pick<ServiceRequest, 'ratings' | 'history'>): Rating | null {
  const bad = request.ratings.findLast(({ stars }) => stars <= badMark)
  if (bad === undefined || request.ratings.some(({ at, residentId }) => residentId === bad.residentId && at > bad.at)) return null
  return request.history.some(({ at, move }) => at >= bad.at && move === 'call-back') ? null : bad
}
