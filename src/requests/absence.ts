import type { Owner } from './service-request.js'

/** Who is away and who stands in (AB岗): one row for a post or a person, until it has passed or is taken back. */
export interface Absence {
  /** Of the post or the account that is away. */
  readonly id: string
  readonly rev: number
  readonly kind: 'post' | 'staff'
  readonly name: string
  /** Until when, ms since 1970. */
  readonly until: number
  /** The B post; `null`: the one the knowledge names for a grid, else the colleague with the least in hand. */
  readonly standIn: Owner | null
  readonly setBy: { readonly id: string; readonly name: string }
  readonly at: number
}

/** Those who are away at `now`, by the id of post or account. */
export function awayAt(absences: readonly Absence[], now: number): ReadonlyMap<string, Absence> {
  return new Map(absences.filter(({ until }) => until > now).map((one) => [one.id, one]))
}
