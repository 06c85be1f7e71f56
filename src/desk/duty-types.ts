/** What the duty routes and their pages say to each other. Types only. */
import type { Means, Page, PageStep } from '../paging/page.js'
import type { DutyLine } from '../paging/roster.js'
import type { Role } from './accounts.js'

/** GET /api/desk/duty/:community ; POST the same {rev, lines} (leads, admins) → the new view, or 409 when somebody was quicker. */
export interface DutyView {
  /** 0: nothing was entered yet. */
  readonly rev: number
  readonly lines: readonly DutyLine[]
  readonly changedAt: number | null
  readonly changedBy: string | null
  /** Who may be on duty. */
  readonly people: readonly { readonly id: string; readonly name: string; readonly role: Role }[]
  /** Who would be called for danger now, in order; nobody reachable has an empty `by`. */
  readonly order: readonly { readonly staffId: string; readonly name: string; readonly by: readonly Means[] }[]
}

/** GET /api/desk/pages?community= → those going on first, then the newest 100. POST /api/desk/pages/:community/:id/answer; POST /api/desk/duty/:community/try {staffId} → the row. */
export interface PageList { readonly pages: readonly PageRow[] }
export interface PageRow extends Pick<Page, 'id' | 'number' | 'cause' | 'conversationId' | 'at' | 'state' | 'nextAt' | 'answeredBy' | 'endedAt'> {
  readonly communityId: string
  readonly steps: readonly Omit<PageStep, 'rowIds'>[]
}

/** GET /api/desk/channels. What a code says is shown as a picture only: /api/desk/channels/:channel/qr (admins). */
export interface ChannelList { readonly channels: readonly ChannelRow[] }
export interface ChannelRow {
  readonly channel: string
  readonly kind: 'connecting' | 'online' | 'offline' | 'needs-login'
  readonly reason: string | null
  readonly since: number
  /** Changes with the code, so that the picture is asked for anew; `null`: there is none to scan. */
  readonly qr: string | null
}
