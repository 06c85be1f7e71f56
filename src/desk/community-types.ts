/** What the routes of communities say to their pages. Types only. */
import type { Closing } from '../knowledge/closing.js'
import type { Jurisdiction } from '../knowledge/community.js'
import type { OpeningHours } from '../requests/working-time.js'
import type { WaitingDraft } from './place-types.js'

/** GET /api/desk/communities (admins, auditors) → those one looks after. */
export interface CommunityList {
  readonly base: number
  readonly drafts: readonly WaitingDraft[]
  /** Whoever looks after all communities may add one. */
  readonly mayAdd: boolean
  readonly communities: readonly CommunityRow[]
  /** Divisions whose names are known: provinces, cities with texts, and what the communities belong to. */
  readonly divisions: readonly { readonly code: string; readonly name: string }[]
}
export interface CommunityRow {
  readonly id: string
  readonly name: string
  readonly numberPrefix: string
  /** Street to province, by name. */
  readonly belongsTo: readonly string[]
  readonly grids: number
  readonly hasHours: boolean
  readonly hasPhone: boolean
  /** Since when and why its window is closed, or will be; `null`: it is served. */
  readonly closed: Closing | null
}

/** GET /api/desk/communities/names?name= → free ones made of the name's sounds; empty where it has none. */
export interface CommunityNames { readonly id: string; readonly numberPrefix: string }

/** POST /api/desk/places/:community/profile {base, reason, …} (admins) → 201: a draft. */
export interface CommunityProfile {
  readonly name: string
  readonly chain: readonly Jurisdiction[]
  readonly places: readonly string[]
}

/** POST /api/desk/communities {base, reason, …} (who looks after all) → 201: a draft; 409 `taken` where id, number prefix or code are somebody's. */
export interface NewCommunity {
  readonly community: CommunityProfile & { readonly id: string; readonly numberPrefix: string }
  readonly hours: OpeningHours | null
  readonly phone: { readonly text: string; readonly source: string } | null
}

/** POST /api/desk/places/:community/closing {base, reason, closed} (who looks after all) → 201: a draft; `null`: it is served again. */
export interface CommunityClosing { readonly closed: Closing | null }
