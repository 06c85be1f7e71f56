import type { Address } from '../channels/channel.js'
import type { RequestStatus } from '../requests/service-request.js'

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
  readonly contact: { readonly name: string | null; readonly phone: string | null; readonly at: number } | null
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

/** The service by which residents tell a wish (knowledge/services). */
export const wishService = 'micro-wish'

/** What a wish is said to cost, yuan; `null` where no sum is named. */
export function yuanOf(words: string): number | null {
  const found = /(\d{1,6})\s*(?:元|块)/.exec(words)?.[1]
  return found === undefined ? null : Number(found)
}

/** By what wishes are sorted until an admin says otherwise. */
export const firstKinds: readonly string[] = ['生活用品', '家里小修', '学习', '陪伴', '跑腿帮忙', '其他']

export const kindsRow = 'kinds'

export const livingStates = ['open', 'claimed', 'delivered'] as const satisfies readonly WishState[]

/** A wish as it first stands in public. */
export function publishWish(given: { readonly requestId: string; readonly number: number; readonly words: string; readonly kind: string; readonly yuan: number | null }, now: number): Wish {
  const { requestId, ...rest } = given
  return { id: requestId, rev: 0, ...rest, state: 'open', claimId: null, publishedAt: now, changedAt: now, endedAt: null }
}

/** The wish with its claim, or why it can't be claimed. */
export function claimWish(wish: Wish, claimer: { readonly claimId: string; readonly residentId: string; readonly to: Address }, now: number): { readonly wish: Wish; readonly claim: WishClaim } | 'taken' | 'over' {
  if (wish.state === 'claimed' || wish.state === 'delivered') return 'taken'
  if (wish.state !== 'open') return 'over'
  const { claimId, residentId, to } = claimer
  return {
    wish: { ...wish, state: 'claimed', claimId, changedAt: now },
    claim: { id: claimId, rev: 0, wishId: wish.id, residentId, to, contact: null, state: 'held', claimedAt: now, photoIds: [], endedAt: null },
  }
}

/** Both once nobody has it any more: the wish waits for another. */
export function giveBack(wish: Wish, claim: WishClaim, now: number): { readonly wish: Wish; readonly claim: WishClaim } {
  return { wish: { ...wish, state: 'open', claimId: null, changedAt: now }, claim: { ...claim, state: 'given-back', endedAt: now } }
}

/** Both once the claimer, or staff, say that it was brought. */
export function deliver(wish: Wish, claim: WishClaim, photoIds: readonly string[], now: number): { readonly wish: Wish; readonly claim: WishClaim } {
  return { wish: { ...wish, state: 'delivered', changedAt: now }, claim: { ...claim, state: 'delivered', photoIds: [...claim.photoIds, ...photoIds] } }
}

/** What became of a wish, seen from its request; `null`: nothing to change. */
export function wishAfter(wish: Wish, status: RequestStatus): 'fulfilled' | 'taken-down' | 'not-yet' | null {
  if (wish.endedAt !== null) return null
  switch (status) {
    case 'resolved': case 'archived': return 'fulfilled'
    case 'withdrawn': case 'declined': case 'merged': return 'taken-down'
    case 'reopened': return wish.state === 'delivered' ? 'not-yet' : null
    default: return null
  }
}

/** Both as they stand after that. */
export function followRequest(wish: Wish, claim: WishClaim | null, became: NonNullable<ReturnType<typeof wishAfter>>, now: number): { readonly wish: Wish; readonly claim: WishClaim | null } {
  const change = (state: WishState, more: Partial<Wish>, claimed: Partial<WishClaim>) => ({ wish: { ...wish, state, changedAt: now, ...more }, claim: claim === null ? null : { ...claim, ...claimed } })
  switch (became) {
    case 'fulfilled': return change('fulfilled', { endedAt: now }, { state: 'fulfilled', endedAt: now })
    case 'taken-down': return change('taken-down', { endedAt: now }, { state: 'given-back', endedAt: now })
    case 'not-yet': return change('claimed', {}, { state: 'held' })
  }
}

/** A fulfilled wish is still shown so long, ms. */
const shownFulfilledMs = 30 * 86_400_000
/** Wishes shown to everybody at once. */
const mostShown = 100
const order = { open: 0, claimed: 1, fulfilled: 2 } as const

/** What everybody may know: the words, the number and how far it is. What was brought and waits for the wisher's word counts as claimed. */
export function publicWishes(wishes: readonly Wish[], now: number): readonly (Pick<Wish, 'number' | 'words' | 'kind' | 'yuan'> & { readonly state: keyof typeof order })[] {
  return wishes
    .flatMap(({ number, words, kind, yuan, state, endedAt }) => {
      if (state === 'taken-down' || (endedAt !== null && now - endedAt > shownFulfilledMs)) return []
      return [{ number, words, kind, yuan, state: state === 'delivered' ? ('claimed' as const) : state }]
    })
    .sort((one, other) => order[one.state] - order[other.state] || one.number - other.number)
    .slice(0, mostShown)
}
