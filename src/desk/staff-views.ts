import type { SavedView } from './api-types.js'

/** The lists that one person keeps; the id is the account's. */
export interface StaffViews {
  readonly id: string
  readonly rev: number
  readonly views: readonly SavedView[]
}
