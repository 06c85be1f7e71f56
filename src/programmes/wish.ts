import type { Address } from '../channels/channel.js'

/**
 * The public face of a micro wish (微心愿) once staff have let it out. Its words hold nothing that tells whose it is; the
 * request it came from has the rest. It changes only through the store's revision check, so that of two who claim it one does.
 */
export interface Wish {
  /** That of its request, so that a request has one public face at most. */
  readonly id: string
  readonly rev: number
  /** What it is called in public, from 1 in each community, never given twice. */
  readonly number: number
  /** As staff published them. */
  readonly words: string
  /** One of the community's kinds. */
  readonly kind: string
  /** About what it costs, yuan; `null`: nobody said, or it costs nothing. */
  readonly yuan: number | null
  readonly state: WishState
  /** Of whoever has it now, or had it at the end; `null`: nobody. */
  readonly claimId: string | null
  readonly publishedAt: number
  readonly changedAt: number
  /** When it was fulfilled or taken down; `null` while it lives. */
  readonly endedAt: number | null
}

/** open 待认领 → claimed 已认领 → delivered 已送达，等确认 → fulfilled 已实现; taken-down 已撤下 ends it early. */
export type WishState = 'open' | 'claimed' | 'delivered' | 'fulfilled' | 'taken-down'

/** Somebody's word that they will meet a wish. */
export interface WishClaim {
  readonly id: string
  readonly rev: number
  readonly wishId: string
  readonly residentId: string
  /** Where its news go. */
  readonly to: Address
  /** How staff reach them, told in private for this; `null`: not told. */
  readonly contact: { readonly name: string | null; readonly phone: string | null } | null
  readonly state: 'held' | 'given-back' | 'delivered' | 'fulfilled'
  readonly claimedAt: number
  /** Files that show it was brought. */
  readonly photoIds: readonly string[]
  /** When it was given back, or the wish came to its end; `null` while it is held. */
  readonly endedAt: number | null
}

/** What an admin lets wishes be sorted by. One row, `kinds`. */
export interface WishKinds {
  readonly id: string
  readonly rev: number
  readonly names: readonly string[]
}
