import { InputError, StoreError } from '../errors.js'
import type { CommunityId } from '../knowledge/community.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { Store, Write } from '../store/store.js'
import type { StaffActor } from './engine.js'
import type { Outbox } from './outbox.js'
import type { OutboxRow } from './records.js'

/** How long a step made at the desk can be taken back, ms; its news to residents wait as long. */
export const undoMs = 10_000

/** From the last moment to take it back until its news go, ms: a commit that comes just in time is heard of by every process. */
export const graceMs = 500

/** A step that was made, with all that it changed. */
export interface Undoable {
  readonly by: string
  readonly until: number
  /** The requests as they stood before, the one of the step first. */
  readonly before: readonly ServiceRequest[]
  /** Requests that came to be by it. */
  readonly filed: readonly ServiceRequest[]
  /** News of it that wait. */
  readonly rows: readonly OutboxRow[]
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

/** The last steps made at the desk, each as long as it can be taken back. They live in this process: after a restart what was done is done. */
export function createUndo({ store, outbox, now }: UndoParts) {
  const steps = new Map<string, Undoable>()
  const keyOf = (communityId: CommunityId, id: string): string => `${communityId}|${id}`

  function stepOf(communityId: CommunityId, id: string, staffId: string): Undoable | null {
    const step = steps.get(keyOf(communityId, id))
    return step === undefined || step.by !== staffId || now() >= step.until ? null : step
  }

  function note(communityId: CommunityId, id: string, step: Undoable): void {
    for (const [key, { until }] of steps) if (until <= now()) steps.delete(key)
    steps.set(keyOf(communityId, id), step)
  }

  /** Until when this person can take their last step back, ms; `null`: there is none. */
  const until = (communityId: CommunityId, id: string, staffId: string): number | null => stepOf(communityId, id, staffId)?.until ?? null

  /** Puts everything back as it stood; throws InputError `too-late` where the time is over or somebody went on from there. */
  async function undo(communityId: CommunityId, id: string, by: StaffActor): Promise<ServiceRequest> {
    const step = stepOf(communityId, id, by.id)
    if (step === null) throw tooLate()
    steps.delete(keyOf(communityId, id))
    const waiting = new Set(step.rows.map((row) => row.id))
    // What waits in another process is taken out there by the commit.
    const taken = outbox.withhold(communityId, (row) => waiting.has(row.id))
    const back = (): void => outbox.push(communityId, step.rows.filter((row) => taken.includes(row.id)))
    const writes: readonly Write[] = [
      // Each stood one revision lower before the step.
      ...step.before.map((row): Write => ({ op: 'put', table: 'requests', row: { ...row, rev: row.rev + 1 } })),
      ...step.filed.map((row): Write => ({ op: 'remove', table: 'requests', id: row.id, rev: row.rev + 1 })),
      ...step.rows.map((row): Write => ({ op: 'remove', table: 'outbox', id: row.id, rev: row.rev + 1 })),
      ...step.withdrawn.map((row): Write => ({ op: 'put', table: 'outbox', row: { ...row, rev: 0 } })),
    ]
    try {
      await store.commit(communityId, writes)
    } catch (error) {
      back()
      if (error instanceof StoreError && error.code === 'conflict') throw tooLate()
      throw error
    }
    outbox.push(communityId, step.withdrawn.map((row) => ({ ...row, rev: 0 })))
    const row = await store.get(communityId, 'requests', id)
    if (row === null) throw tooLate()
    return row
  }

  return { note, until, undo }
}

function tooLate(): InputError {
  return new InputError('too-late', '已经过了能撤销的时间，或后面又有人办了；要改请接着往下办。')
}
