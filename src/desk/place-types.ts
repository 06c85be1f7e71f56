/** What the routes of communities, groups and days say to each other with their pages. Types only. */
import type { ChannelName } from '../channels/channel.js'
import type { Closing } from '../knowledge/closing.js'
import type { Grid, Jurisdiction, LocalFact } from '../knowledge/community.js'
import type { KnowledgeVersion } from '../publication/version.js'
import type { OpeningHours, YearCalendar } from '../requests/working-time.js'
import type { ChannelRow } from './duty-types.js'
import type { SheetFault } from './grid-sheet.js'

/** Changes that wait to be checked, approved and published. */
export type WaitingDraft = Pick<KnowledgeVersion, 'number' | 'state' | 'author' | 'reason' | 'at'>

/** GET /api/desk/places/:community → what is in use. */
export interface PlaceView {
  /** The version in use; sent back with a change, so that nobody's is undone. */
  readonly base: number
  readonly drafts: readonly WaitingDraft[]
  readonly numberPrefix: string
  readonly chain: readonly Jurisdiction[]
  readonly facts: readonly LocalFact[]
  readonly places: readonly string[]
  readonly grids: readonly Grid[]
  readonly hours: OpeningHours | null
  /** Since when and why its window is closed, or will be; `null`: it is served. */
  readonly closed: Closing | null
  /** Whoever looks after all communities may close one, or open it again. */
  readonly mayClose: boolean
}

/** POST …/:community/grids/check (multipart, one CSV) → nothing is changed yet. GET …/:community/grids.csv → the same table of what is in use. */
export type GridCheck =
  | { readonly kind: 'faults'; readonly faults: readonly SheetFault[] }
  /** `added`, `gone`: buildings and places; `moved`: those that change their grid, with both. */
  | { readonly kind: 'grids'; readonly grids: readonly Grid[]; readonly added: readonly string[]; readonly gone: readonly string[]; readonly moved: readonly string[] }

/** POST …/:community/grids {base, reason, grids} · …/:community/hours {base, reason, hours} · /api/desk/calendar {base, reason, year} (admins) → 201: a draft; 409 where another version is in use by now. */
export interface Drafted { readonly number: number }

/** GET /api/desk/calendar. */
export interface CalendarView {
  readonly base: number
  readonly drafts: readonly WaitingDraft[]
  readonly years: readonly YearCalendar[]
  /** The year now, and the next from November on, where nobody entered it: nothing can be promised in it. */
  readonly missing: readonly number[]
  /** `2026-11-23`, in China. */
  readonly today: string
}

/** GET /api/desk/groups/:community → paired rooms; POST …/codes {kind: room, use, again?} | {kind: resident} | {kind: staff, staffId} (leads, admins) → 201: a code, shown once. */
export interface GroupList { readonly groups: readonly GroupRow[]; readonly people: readonly { readonly id: string; readonly name: string }[] }
export interface GroupRow {
  readonly id: string
  readonly channel: ChannelName
  readonly use: 'residents' | 'staff'
  readonly pairedAt: number
  /** As the platform calls it; empty where nothing was said in it yet. */
  readonly title: string
}
export interface PairingCodeShown { readonly code: string; readonly minutes: number }

/** GET /api/desk/health (admins, auditors). */
export interface HealthView {
  readonly startedAt: number
  readonly channels: readonly ChannelRow[]
  /** Messages of ours that are on their way or will never arrive. */
  readonly outbox: { readonly due: number; readonly oldestDueAt: number | null; readonly failed: number; readonly unsure: number }
  readonly knowledge: { readonly number: number; readonly liveAt: number | null; readonly drafts: number }
  readonly missingYears: readonly number[]
  /** Communities whose window has no hours: no time is promised there. */
  readonly withoutHours: readonly string[]
  /** Messages that nobody has labelled. */
  readonly misunderstood: number
}
