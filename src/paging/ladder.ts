import { nightEnds } from '../conversation/notices.js'

/** What somebody is called for. `what` is for staff, without personal data. */
export type PageCause =
  | { readonly kind: 'danger'; readonly what: string }
  /** A resident asked for a person, or is to be met by one. */
  | { readonly kind: 'person'; readonly what: string }
  /** Residents are not heard on a channel. */
  | { readonly kind: 'channel'; readonly what: string; readonly channel: string }
  /** Late, and no level is left above. */
  | { readonly kind: 'overdue'; readonly what: string; readonly requestId: string }
  /** Somebody tries whether the call arrives. */
  | { readonly kind: 'test'; readonly what: string; readonly staffId: string }

/** How somebody is reached: the desk's page that is open now, or a private chat. */
export type Means = 'desk' | 'lark' | 'wechat'

/** One person called. */
export interface PageStep {
  readonly at: number
  readonly staffId: string
  readonly name: string
  readonly by: readonly Means[]
  /** Outbox rows of it. */
  readonly rowIds: readonly string[]
  /** Nothing of it arrived. */
  readonly failed: boolean
}

/** A call for a person (呼叫), one at a time for each conversation, from the first to be called until somebody answers. */
export interface Page {
  readonly id: string
  readonly rev: number
  /** Of the whole installation: 「应 12」 means it. */
  readonly number: number
  readonly cause: PageCause
  /** Who waits; `null`: nobody does. */
  readonly conversationId: string | null
  readonly at: number
  /** `held`: nobody could be reached, or it is night; called as soon as somebody can be. `over`: it needs nobody any more. */
  readonly state: 'held' | 'calling' | 'answered' | 'unanswered' | 'over'
  readonly steps: readonly PageStep[]
  /** When the next person is called, or the call ends; of a held one, when it is looked at again. */
  readonly nextAt: number
  readonly answeredBy: { readonly id: string; readonly name: string } | null
  readonly endedAt: number | null
}

/** Somebody who may be called, in the order of calling. */
export interface Candidate {
  readonly staffId: string
  readonly name: string
  /** Empty: can't be reached now. */
  readonly by: readonly Means[]
}

const minuteMs = 60_000

/**
 * How long one person has before the next is called, ms. Danger: 2 minutes, as an ambulance is under way for 15 and a wait must not be the
 * longest part. Else 10: tools for on-call work advise 5–10 minutes for each level.
 */
const waitMs: Readonly<Record<PageCause['kind'], number>> = { danger: 2 * minuteMs, person: 10 * minuteMs, channel: 5 * minuteMs, overdue: 10 * minuteMs, test: 5 * minuteMs }
/** How often each person is called before it ends: who was in the lift the first time hears the second. */
const rounds: Readonly<Record<PageCause['kind'], number>> = { danger: 2, person: 1, channel: 2, overdue: 1, test: 1 }
/** A held call is looked at this often, ms. */
const lookAgainMs = minuteMs
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
