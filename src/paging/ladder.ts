import { nightEnds } from '../conversation/notices.js'
import type { Candidate, Page, PageCause, PageStep } from './page.js'

const minuteMs = 60_000

/**
 * How long one person has before the next is called, ms. Danger: 2 minutes, as an ambulance is under way for 15 and a wait must not be the
 * longest part. Else 10: tools for on-call work advise 5–10 minutes for each level.
 */
const waitMs: Readonly<Record<PageCause['kind'], number>> = { danger: 2 * minuteMs, person: 10 * minuteMs, channel: 5 * minuteMs, overdue: 10 * minuteMs, 'no-time': 30 * minuteMs, test: 5 * minuteMs }
/** How often each person is called before it ends: who was in the lift the first time hears the second. */
const rounds: Readonly<Record<PageCause['kind'], number>> = { danger: 2, person: 1, channel: 2, overdue: 1, 'no-time': 1, test: 1 }
/** A held call is looked at this often, ms. */
const lookAgainMs = 30_000
/** A held call ends after this, ms: whoever comes next finds the conversation at the desk. */
const heldForMs = 24 * 60 * minuteMs

/** Whether it goes out at any hour. */
export function isUrgent(cause: PageCause): boolean {
  return cause.kind === 'danger' || cause.kind === 'test' || cause.kind === 'channel'
}

export function newPage(given: Pick<Page, 'id' | 'number' | 'cause' | 'conversationId'>, now: number): Page {
  return { ...given, rev: 0, at: now, state: 'held', steps: [], nextAt: now, answeredBy: null, endedAt: null }
}

export function isGoing(page: Pick<Page, 'state'>): boolean {
  return page.state === 'held' || page.state === 'calling'
}

/** What is to be done with a call now. */
export type NextMove =
  | { readonly kind: 'wait' }
  | { readonly kind: 'call'; readonly who: Candidate }
  /** Looked at again later. */
  | { readonly kind: 'hold'; readonly until: number }
  /** Everybody was called and nobody answered. */
  | { readonly kind: 'end' }

export function nextMove(page: Page, candidates: readonly Candidate[], now: number): NextMove {
  if (!isGoing(page) || now < page.nextAt) return { kind: 'wait' }
  const night = isUrgent(page.cause) ? null : nightEnds(now)
  if (night !== null) return { kind: 'hold', until: night }
  const who = whoIsNext(page, candidates)
  if (who !== null) return { kind: 'call', who }
  if (page.state === 'calling' || now - page.at >= heldForMs) return { kind: 'end' }
  return { kind: 'hold', until: now + lookAgainMs }
}

/** The first who can be reached and was called less often than the others may have been. */
function whoIsNext({ cause, steps }: Page, candidates: readonly Candidate[]): Candidate | null {
  for (let round = 1; round <= rounds[cause.kind]; round += 1) {
    const found = candidates.find(({ staffId, by }) => by.length > 0 && steps.filter((step) => step.staffId === staffId).length < round)
    if (found !== undefined) return found
  }
  return null
}

export function called(page: Page, who: Candidate, rowIds: readonly string[], now: number): Page {
  const step: PageStep = { at: now, staffId: who.staffId, name: who.name, by: who.by, rowIds, failed: false }
  return { ...page, state: 'calling', steps: [...page.steps, step], nextAt: now + waitMs[page.cause.kind] }
}

export function held(page: Page, until: number): Page {
  return { ...page, state: page.steps.length === 0 ? 'held' : page.state, nextAt: until }
}

/** A message of a step will never arrive. When nothing else calls that person, the next is called at once. `null`: none of its. */
export function rowFailed(page: Page, rowId: string, now: number): Page | null {
  const index = page.steps.findIndex((step) => step.rowIds.includes(rowId))
  const step = page.steps[index]
  if (step === undefined || !isGoing(page)) return null
  const rowIds = step.rowIds.filter((id) => id !== rowId)
  const failed = rowIds.length === 0 && !step.by.includes('desk')
  const steps = page.steps.with(index, { ...step, rowIds, failed })
  return { ...page, steps, nextAt: failed && index === page.steps.length - 1 ? now : page.nextAt }
}

export function answered(page: Page, by: { readonly id: string; readonly name: string }, now: number): Page {
  return { ...page, state: 'answered', answeredBy: by, endedAt: now }
}

export function ended(page: Page, state: 'unanswered' | 'over', now: number): Page {
  return { ...page, state, endedAt: now }
}

/** A resident who waited for a person is in danger now: called anew, at once. */
export function raised(page: Page, cause: PageCause, now: number): Page {
  return { ...page, cause, steps: [], state: 'held', nextAt: now }
}
