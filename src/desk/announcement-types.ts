import type { Audience } from '../programmes/announcement.js'

/** What the desk's server and pages say to each other of what is sent to who wants to hear it. Types only. */

/** GET /api/desk/announcements/:community */
export interface AnnouncementList {
  /** Kinds with how many people have subscribed to each; fewer than five are told as `null`. */
  readonly kinds: readonly { readonly kind: string; readonly name: string; readonly subscribers: number | null }[]
  readonly rooms: readonly { readonly id: string; readonly channel: string; readonly title: string }[]
  readonly grids: readonly string[]
  /** The newest first. */
  readonly sent: readonly AnnouncementRow[]
}

export interface AnnouncementRow {
  readonly id: string
  readonly kindName: string
  readonly text: string
  readonly persons: number
  readonly rooms: number
  /** Who had left before it went out. */
  readonly withdrawn: number
  readonly by: string
  readonly at: number
  /** From when on it goes out, ms since 1970. */
  readonly dueAt: number
}

/** POST …/count {kind, audience} → whom it would reach now. */
export interface AnnouncementReach { readonly persons: number; readonly rooms: number; /** When it would go out; `null`: at once. */ readonly dueAt: number | null }

/** POST …/send {kind, text, audience} → the list as it stands then. */
export interface AnnouncementWish { readonly kind: string; readonly text: string; readonly audience: Audience }
