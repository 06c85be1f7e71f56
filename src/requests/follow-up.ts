import { apply, isRefusal, type Move, type Refusal } from './apply-move.js'
import { handlersOf, openBadMark } from './bad-mark.js'
import { addWorkdays, type Unknown, type WorkingTime } from './working-time.js'
import type { Rating, ServiceRequest } from './service-request.js'

/** Working days a resident has to say whether it is solved, told when they are asked; then it is filed away. Ours; no text gives a number. */
export const silenceWorkdays = 5

/** Working days within which what a bad mark is about is put right (国办发〔2019〕51号 leaves at most 15 for what takes long). */
export const correctionWorkdays = 15

/** What comes next after a request was done. */
export type FollowUp =
  /** Its resident is to be asked whether it is solved. */
  | { readonly kind: 'ask' }
  /** They were asked; silence until then files it away. `null`: no day was told, so nothing happens by itself. */
  | { readonly kind: 'waiting'; readonly until: number | null }
  | { readonly kind: 'lapsed' }
  /** A bad mark: another person than who handled it calls back, by then. */
  | { readonly kind: 'call-back'; readonly rating: Rating; readonly notBy: readonly string[]; readonly until: number }
  | { readonly kind: 'none' }
  /** The days of a call-back can't be counted. */
  | Unknown

/** The step of a request's follow-up (回访) at `now`. A bad mark comes before everything else. */
export function followUpOf(request: ServiceRequest, time: WorkingTime, now: number): FollowUp {
  const bad = openBadMark(request)
  if (bad !== null) {
    const until = addWorkdays(bad.at, correctionWorkdays, time)
    return until.kind === 'unknown' ? until : { kind: 'call-back', rating: bad, notBy: handlersOf(request), until: until.value }
  }
  if (request.status === 'done') return { kind: 'ask' }
  if (request.status !== 'confirming') return { kind: 'none' }
  const asked = request.history.findLast(({ from, to }) => to === 'confirming' && from !== 'confirming')
  const until = asked?.brought?.kind === 'deadline' ? asked.brought.dueAt : null
  return until !== null && now > until ? { kind: 'lapsed' } : { kind: 'waiting', until }
}

/** What is done, put to its resident at once, with the day on which silence files it away. */
export function putToResident(request: ServiceRequest, time: WorkingTime, now: number): ServiceRequest | Refusal {
  const until = silenceEnds(time, now)
  const ask: Move = until === null ? { name: 'ask-confirm', reason: null, brings: null } : { name: 'ask-confirm-by', reason: null, brings: { kind: 'deadline', dueAt: until } }
  return apply(request, ask, { actor: { kind: 'bot' }, isLead: false, now })
}

/** Done without a hand of the staff, as this statement says, and put to its resident at once. */
export function closeAndAsk(request: ServiceRequest, statement: string, time: WorkingTime, now: number): ServiceRequest | Refusal {
  const closed = apply(request, { name: 'close', reason: null, brings: { kind: 'evidence', statement, attachmentIds: [] } }, { actor: { kind: 'bot' }, isLead: false, now })
  return isRefusal(closed) ? closed : putToResident(closed, time, now)
}

/** Until when an answer to 「解决了吗」 asked at `now` is awaited, to be said with the question; unknown: no day is said and nothing lapses. */
export function silenceEnds(time: WorkingTime, now: number): number | null {
  const until = addWorkdays(now, silenceWorkdays, time)
  return until.kind === 'known' ? until.value : null
}

/** The request reopened by its resident's word (没解决, 没人联系, 差评): the same owner does it again, and the lead sees it. A refusal where it is not theirs to reopen. */
export function reopenFor(request: ServiceRequest, by: { readonly residentId: string; readonly reason: string; readonly now: number }): ServiceRequest | Refusal {
  const again = apply(request, { name: 'reopen', reason: by.reason, brings: null }, { actor: { kind: 'resident', id: by.residentId }, isLead: false, now: by.now })
  if (isRefusal(again)) return again
  const shown = apply(again, { name: 'escalate', reason: '居民要求重办，请负责人过问', brings: { kind: 'level', level: 'community' } }, { actor: { kind: 'bot' }, isLead: false, now: by.now })
  // What has climbed before is in the lead's sight, or above it, already.
  return isRefusal(shown) ? again : shown
}
