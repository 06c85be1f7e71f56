/** What the desk's server and its pages of wishes, members and praise say to each other. Types only. */
import type { Praise } from '../programmes/praise.js'
import type { PartyMember } from '../programmes/party-member.js'
import type { Wish, WishClaim } from '../programmes/wish.js'

/** GET /api/desk/wishes/:community */
export interface WishList {
  readonly kinds: readonly string[]
  /** Wishes that wait for somebody to look at them, the oldest first. */
  readonly waiting: readonly WaitingWish[]
  /** The living ones, then what ended of late, the newest first. */
  readonly wishes: readonly WishRow[]
}

export interface WaitingWish {
  readonly requestId: string
  /** Of the request: sent back with what is decided. */
  readonly rev: number
  readonly requestNumber: string
  /** What was wished, with what tells whose it is blotted out: to begin the public words with. */
  readonly words: string
  readonly yuan: number | null
  readonly filedAt: number
}

export interface WishRow extends Pick<Wish, 'id' | 'rev' | 'number' | 'words' | 'kind' | 'yuan' | 'state' | 'publishedAt' | 'endedAt'> {
  readonly requestNumber: string
  readonly claim: (Pick<WishClaim, 'claimedAt' | 'state' | 'photoIds'> & { /** Of a member whom staff confirmed; `null`: not one. */ readonly unit: string | null }) | null
}

/** GET /api/desk/wishes/:community/:id/people → who wished and who claims, for whoever brings them together; numbers shortened until a reason is given (POST …/unmask of the request). */
export interface WishPeople {
  readonly wisher: Person
  readonly claimer: Person | null
  /** Numbers in it are shortened. */
  readonly isMasked: boolean
}
export interface Person { readonly name: string | null; readonly phone: string | null; readonly address: string | null; /** Where to write to them, `null`: nowhere. */ readonly conversationId: string | null }

/**
 * POST /api/desk/wishes/:community/… → WishList. publish {request, rev, words, kind, yuan} · decline {request, rev, reason} · change {wish, rev, words, kind, yuan} ·
 * give-back {wish, rev, reason} · delivered {wish, rev} · take-down {wish, rev, reason} · kinds {names} (admins)
 */
export type WishAct = 'publish' | 'decline' | 'change' | 'give-back' | 'delivered' | 'take-down' | 'kinds'

/** GET /api/desk/members/:community; POST …/decide {member, rev, unit, state}, …/remove {member, rev} → the same; GET …/units.csv?unit= */
export interface MemberList { readonly members: readonly MemberRow[]; readonly units: readonly string[] }
export interface MemberRow extends Pick<PartyMember, 'id' | 'rev' | 'name' | 'unit' | 'state' | 'registeredAt'> {
  /** Wishes they claimed and did not give back, by their numbers. */
  readonly wishes: readonly number[]
}

/** GET /api/desk/praises/:community, the newest first; POST …/sort {praise, rev, state} → the same. */
export interface PraiseList { readonly praises: readonly (Pick<Praise, 'id' | 'rev' | 'about' | 'words' | 'at' | 'state'>)[] }
