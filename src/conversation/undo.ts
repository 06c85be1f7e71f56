import { InputError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import type { ServiceRequest } from '../requests/service-request.js'
import { isConflict } from '../store/quicker.js'
import type { Store, Write } from '../store/store.js'
import type { StaffActor } from './engine.js'
import type { Outbox } from './outbox.js'
import type { OutboxRow } from './records.js'

/** How long a step made at the desk can be taken back, ms; its news to residents wait as long. */
export const undoMs = 10_000

/** From the last moment to take it back until its news go, ms: a commit that comes just in time is heard of by every process. */
export const graceMs = 500

/** Steps looked through for a request's: more than the desks of a community make until those that are over are dropped. */
const mostSteps = 10_000

/** A step made at the desk, with all that it takes to take it back: written by its own commit, so that any process may be asked. */
export interface Undoable {
  /** The request's: each has one last step. */
  readonly id: string
  readonly rev: number
  /** The account of who made it. */
  readonly by: string
  /** Not after this moment, ms since 1970. */
  readonly until: number
  /** The requests as they stood before, the one of the step first. */
  readonly before: readonly ServiceRequest[]
  /** Requests that came to be by it. */
  readonly filed: readonly string[]
  /** News of it that wait in the outbox. */
  readonly news: readonly string[]
  /** What waited for the resident and was no longer true after it. */
  readonly withdrawn: readonly OutboxRow[]
}

export interface UndoParts {
  readonly store: Store
  readonly outbox: Outbox
  readonly now: () => number
}

/** Holds news back for as long as they can be unsaid. What is held has its line in the talk when it has arrived. */
export function heldBack(rows: readonly OutboxRow[], requestId: string, now: number): readonly OutboxRow[] {
  return rows.map((row) => ({ ...row, dueAt: Math.max(row.dueAt, now + undoMs + graceMs), held: row.held ?? { about: requestId } }))
}

/** Whose steps go with a request: copies of it stand in them. */
export async function undoablesOf(store: Pick<Store, 'find'>, communityId: CommunityId, requestIds: ReadonlySet<string>): Promise<readonly Undoable[]> {
  if (requestIds.size === 0) return []
  const steps = await store.find(communityId, 'undoables', { limit: mostSteps })
  return steps.filter(({ before, filed }) => before.some(({ id }) => requestIds.has(id)) || filed.some((id) => requestIds.has(id)))
}

/** The last steps made at the desk, each as long as it can be taken back. */
export function createUndo({ store, outbox, now }: UndoParts) {
  async function stepOf(communityId: CommunityId, id: string, staffId: string): Promise<Undoable | null> {
    const step = await store.get(communityId, 'undoables', id)
    return step === null || step.by !== staffId || now() >= step.until ? null : step
  }

  /** The write that goes with a step, for it to be taken back. */
  async function noting(communityId: CommunityId, step: Omit<Undoable, 'rev' | 'until'>): Promise<Write> {
    const known = await store.get(communityId, 'undoables', step.id)
    return { op: 'put', table: 'undoables', row: { ...step, rev: known?.rev ?? 0, until: now() + undoMs } }
  }

  /** Until when this person can take their last step back, ms; `null`: there is none. */
  const until = async (communityId: CommunityId, id: string, staffId: string): Promise<number | null> => (await stepOf(communityId, id, staffId))?.until ?? null

  /** Puts everything back as it stood; throws InputError `too-late` where the time is over or somebody went on from there. */
  async function undo(communityId: CommunityId, id: string, by: StaffActor): Promise<ServiceRequest> {
    const step = await stepOf(communityId, id, by.id)
    if (step === null) throw tooLate()
    // What waits in another process is taken out there by the commit.
    const taken = outbox.withhold(communityId, (row) => step.news.includes(row.id))
    const writes: readonly Write[] = [
      { op: 'remove', table: 'undoables', id: step.id, rev: step.rev },
      // Each stood one revision lower before the step.
      ...step.before.map((row): Write => ({ op: 'put', table: 'requests', row: { ...row, rev: row.rev + 1 } })),
      // What came to be with it stands as it was made.
      ...step.filed.map((filed): Write => ({ op: 'remove', table: 'requests', id: filed, rev: 1 })),
      ...step.news.map((row): Write => ({ op: 'remove', table: 'outbox', id: row, rev: 1 })),
      ...step.withdrawn.map((row): Write => ({ op: 'put', table: 'outbox', row: { ...row, rev: 0 } })),
    ]
    try {
      await store.commit(communityId, writes)
    } catch (error) {
      const rows = await Promise.all(taken.map((row) => store.get(communityId, 'outbox', row)))
      outbox.push(communityId, rows.filter((row) => row !== null))
      if (isConflict(error)) throw tooLate()
      throw error
    }
    outbox.push(communityId, step.withdrawn.map((row) => ({ ...row, rev: 0 })))
    const row = await store.get(communityId, 'requests', id)
    if (row === null) throw tooLate()
    return row
  }

  return { noting, until, undo }
}

function tooLate(): InputError {
  return new InputError('too-late', '已经过了能撤销的时间，或后面又有人办了；要改请接着往下办。')
}
