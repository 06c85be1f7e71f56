import type { Bookable } from '../booking/bookable.js'
import type { OpeningHours } from '../requests/working-time.js'
import type { Closing } from './closing.js'

/** Names a community (社区); `platform` is kept for what belongs to no community (accounts, sessions, audit). */
export type CommunityId = string & { readonly __brand: 'CommunityId' }

export const PLATFORM = 'platform' as CommunityId

/** Checks the form of an id: lower-case letters, digits and dashes, 2–40 characters. */
export function isCommunityId(value: string): value is CommunityId {
  return /^[a-z0-9][a-z0-9-]{1,39}$/.test(value)
}

/** One link of the chain 社区 → 街道 → 区县 → 市 → 省, narrowest first. */
export interface Jurisdiction {
  /** GB/T 2260 code, or a longer code for what lies below a county. */
  readonly code: string
  readonly name: string
  readonly level: 'community' | 'street' | 'county' | 'city' | 'province'
}

/** What an admin has entered for one community, with its source and date. */
export interface LocalFact {
  readonly id: string
  /** 办公时间, 地址, 电话, 缴费入口, 证明清单, 值班表, 通知 … */
  readonly topic: string
  /** What it is about, e.g. 办事大厅, 电费; empty when the topic says it all. */
  readonly item: string
  /** `null` says outright that nothing is set. */
  readonly text: string | null
  readonly source: string
  /** ISO date of the entry. */
  readonly date: string
  /** ISO local times between which it holds; `null` = open. */
  readonly from: string | null
  readonly until: string | null
}

/** A grid (网格): who looks after which buildings and places. */
export interface Grid {
  readonly name: string
  readonly person: { readonly name: string; readonly role: string }
  /** Who stands in when that person is away (AB岗); absent: the duty post. */
  readonly standIn?: { readonly name: string; readonly role: string } | undefined
  /** As residents write them: `3栋`, `3号楼`, `3座`. A building belongs to one grid. */
  readonly buildings: readonly string[]
  /** Shops, streets, gates and yards that belong to it. */
  readonly areas: readonly string[]
}

export interface Community {
  readonly id: CommunityId
  readonly name: string
  /** When its window is open; absent: nobody entered it, and no time is promised. */
  readonly hours?: OpeningHours | undefined
  /** Prefix of its request numbers, e.g. `HZ`. */
  readonly numberPrefix: string
  readonly chain: readonly Jurisdiction[]
  /** Windows, rooms and visitors that can be booked; absent: none was entered, and a wish for a time goes to staff. */
  readonly bookables?: readonly Bookable[] | undefined
  readonly grids: readonly Grid[]
  /** Gates, yards, roads and rooms by the names that residents use. */
  readonly places: readonly string[]
  readonly facts: readonly LocalFact[]
  /** Absent: it is served. */
  readonly closed?: Closing | undefined
  /** Ids in knowledge/policies (file names without `.md`) that bind it although no link of its chain has their code (the 范文 community). */
  readonly policies: readonly string[]
}
