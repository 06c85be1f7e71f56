import { StoreError } from '../errors.js'

/** Throws `conflict` unless the row stands at the revision that whoever wants to change it has seen; `name`: what it is, for the log. */
export function mustStandAt(seenRev: number, row: { readonly id: string; readonly rev: number }, name: string): void {
  if (row.rev !== seenRev) throw new StoreError('conflict', `${name} ${row.id}: expected rev ${seenRev}, it stands at ${row.rev}`)
}
