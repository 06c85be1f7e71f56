import { createHash, randomInt } from 'node:crypto'
import type { CommunityId } from '../knowledge/community.js'
import type { Write } from '../store/store.js'

/** A one-time code that proves on another channel who somebody is. The id is its hash; the code stands nowhere. */
export interface LinkCode {
  readonly id: string
  readonly rev: number
  /** Whose it is: who types it becomes one person with this resident. */
  readonly residentId: string
  /** The private chat that is told when it is used; `null` where there is none. */
  readonly conversationId: string | null
  /** The member of staff who handed it out; `null`: the resident asked for it. */
  readonly staffId: string | null
  readonly expiresAt: number
  readonly usedAt: number | null
}

/** The secret (查询码) with which a request opens again for who lost their account. The id is the request's. */
export interface ClaimCode {
  readonly id: string
  readonly rev: number
  readonly hash: string
}

/** Wrong codes of one resident, one request, or (`all`) of a whole community: when, ms since 1970, the newest last. */
export interface WrongCodes {
  readonly id: string
  readonly rev: number
  readonly at: readonly number[]
}

/** How long a link code holds, ms. */
export const linkCodeHoldsMs = 10 * 60_000
/** Wrong codes of one person, or for one request, within `wrongCountsMs`; more are not looked at. Of 10^6 codes five find one with 5 in a million. */
const mostWrong = 5
/** The same for all of a community together: new browsers cost nothing, so persons alone are no limit. */
const mostWrongInCommunity = 50
export const wrongCountsMs = 10 * 60_000
/** The row that counts for all of a community. */
export const everybody = 'all'

/** The machine's own chance; whoever wants another gives it. */
export function sixDigits(): string {
  return String(randomInt(1_000_000)).padStart(6, '0')
}

export function hashLinkCode(communityId: CommunityId, code: string): string {
  return createHash('sha256').update(`link|${communityId}|${code}`).digest('hex')
}

export function hashClaimCode(requestId: string, code: string): string {
  return createHash('sha256').update(`claim|${requestId}|${code}`).digest('hex')
}

/** Whether this one (a resident, a request, everybody) may try another code now. */
export function mayTry(id: string, wrong: WrongCodes | null, now: number): boolean {
  return recent(wrong, now).length < (id === everybody ? mostWrongInCommunity : mostWrong)
}

/** Writes one more wrong code down. */
export function countWrong(id: string, wrong: WrongCodes | null, now: number): Write {
  return { op: 'put', table: 'wrongCodes', row: { id, rev: wrong?.rev ?? 0, at: [...recent(wrong, now), now] } }
}

function recent(wrong: WrongCodes | null, now: number): readonly number[] {
  return (wrong?.at ?? []).filter((at) => now - at < wrongCountsMs)
}

/** A new code for this resident, in place of those that still held. `known`: the row the code's hash has already, if any; a live one of somebody else is no place for it. */
export function issueWrites(given: Omit<LinkCode, 'rev' | 'usedAt' | 'expiresAt'>, before: readonly LinkCode[], known: LinkCode | null, now: number): readonly Write[] | null {
  if (known !== null && isLive(known, now) && known.residentId !== given.residentId) return null
  const spent = before.filter((code) => isLive(code, now) && code.id !== given.id)
  return [
    ...spent.map((code): Write => ({ op: 'put', table: 'linkCodes', row: { ...code, usedAt: now } })),
    { op: 'put', table: 'linkCodes', row: { ...given, rev: known?.rev ?? 0, expiresAt: now + linkCodeHoldsMs, usedAt: null } },
  ]
}

export function isLive(code: LinkCode, now: number): boolean {
  return code.usedAt === null && code.expiresAt > now
}

/** Words without the digits of a 绑定码 or 查询码, for whoever of the staff reads along: who has them is the resident. */
export function withoutCodes(text: string): string {
  return text.replace(/((?:查询码|绑定码?)[\s:：是]*)\d{3}[\s-]?\d{3}(?!\d)/g, '$1••••••')
}
