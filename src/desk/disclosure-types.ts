import type { DisclosureState } from '../programmes/disclosure.js'

/** What the desk's server and pages say to each other of published affairs (村（居）务公开). Types only. */

/** GET /api/desk/disclosures/:community → everything ever published, the newest first. */
export interface DisclosureList {
  /** The day of Asia/Shanghai on which the states stand. */
  readonly today: string
  readonly kinds: readonly string[]
  readonly items: readonly DisclosureRow[]
}

export interface DisclosureRow {
  readonly id: string
  readonly rev: number
  readonly kind: string
  readonly title: string
  readonly period: { readonly year: number; readonly from: number; readonly until: number } | null
  /** 2026年第三季度; empty: about none in particular. */
  readonly periodName: string
  readonly text: string
  readonly file: { readonly mediaType: string; readonly bytes: number } | null
  readonly source: string
  readonly publishedOn: string
  readonly until: string | null
  readonly state: DisclosureState
  /** Why an admin let out what looks like somebody's data. */
  readonly letOut: string | null
  readonly by: string
  readonly takenDown: { readonly why: string; readonly by: string; readonly at: number } | null
}
