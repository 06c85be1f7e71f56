/** What the supervision routes and their pages say to each other. Types only. */
import type { FigureRow, GroupBy, RateName } from '../requests/figures.js'
import type { Level } from '../requests/moves.js'
import type { RequestRow } from './api-types.js'

/** GET /api/desk/supervision?month=2026-11&community= (leads, admins, auditors): of one community, or of all that the caller looks after. */
export interface Supervision {
  /** The month that the rates and hot spots are of. */
  readonly month: string
  /** Past their time, the highest climbed first, then the longest late; at most 200 of `overdueCount`. */
  readonly overdue: readonly (RequestRow & { readonly level: Level })[]
  readonly overdueCount: number
  /** Only a lead can decide on them: 申请延期, 退回. */
  readonly undecided: readonly RequestRow[]
  /** Sent back because nobody got in touch (没人联系我), open now. */
  readonly unreached: readonly RequestRow[]
  readonly callBacks: readonly CallBack[]
  /** What each has in hand; `id` as the inbox is filtered by (`staff:id`, `post:id`); `communityId`: whose post it is, `null` for a person. */
  readonly load: readonly { readonly id: string; readonly communityId: string | null; readonly name: string; readonly isPost: boolean; readonly open: number; readonly overdue: number }[]
  /** What is open in each grid, in the grids' own order; `null`: in none of them. */
  readonly grids: readonly { readonly communityId: string; readonly name: string | null; readonly open: number; readonly overdue: number }[]
  readonly rates: Readonly<Record<RateName, { readonly title: string; readonly formula: string }>>
  readonly figures: Readonly<Record<FigureGroup, { readonly total: FigureCounts; readonly rows: readonly FigureCounts[] }>>
  readonly hotSpots: HotSpots
}

/** By what rates are told apart; `community`: rows only where there are several. */
export type FigureGroup = GroupBy | 'community'

/** A bad mark that somebody else than its handlers calls back about. */
export interface CallBack {
  readonly row: RequestRow
  readonly stars: number
  /** Redacted. */
  readonly words: string
  readonly at: number
  /** By when; `null`: the days can't be counted. */
  readonly until: number | null
  /** Names of those who had it in hand. */
  readonly notBy: readonly string[]
}

export interface FigureCounts extends Pick<FigureRow, 'key' | 'title'> {
  readonly rates: Readonly<Record<RateName, { readonly of: number; readonly counted: number; readonly share: number | null }>>
}

/** Requests of each building by week, those where something gathers first, then those with most. */
export interface HotSpots {
  /** Mondays, e.g. `2026-11-16`, the newest last. */
  readonly weeks: readonly string[]
  readonly rows: readonly HotSpot[]
}
export interface HotSpot {
  readonly communityId: string
  /** The number of the building, `3`. */
  readonly building: string
  readonly counts: readonly number[]
  /** What comes up most there. */
  readonly most: { readonly serviceCode: string; readonly name: string; readonly count: number }
  /** This week clearly more than the weeks before: worth a look before the next one asks (未诉先办). */
  readonly isRising: boolean
}

/** GET /api/desk/supervision/behind?month=&community=&by=&key=&rate= → the list behind a number; `counted`: those that count for it. */
export interface Behind { readonly requests: readonly (RequestRow & { readonly counted: boolean })[] }
