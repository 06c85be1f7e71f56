import type { Address } from '../channels/channel.js'
import type { Standing } from './standing.js'

/** Whose voice counts in a vote: of everybody who writes here, of residents on record, of owners. */
export const electorates = ['everyone', 'residents', 'owners'] as const
export type Electorate = (typeof electorates)[number]
/** Whether each person has a ballot, or each home. */
export const ballotUnits = ['person', 'household'] as const
export type BallotUnit = (typeof ballotUnits)[number]

/** A vote (表决) and its rule, as the admin set it for this topic. It is open and known to be: no secret ballot, so no election. */
export interface Vote {
  readonly options: readonly string[]
  /** ms since 1970; ballots are taken from the one to just before the other. */
  readonly opensAt: number
  readonly closesAt: number
  readonly who: Electorate
  readonly per: BallotUnit
  /** Hours after the close in which staff may still confirm who somebody is; 0: none. */
  readonly verifyHours: number
  /** Least valid ballots for a result; `null`: nobody set one. */
  readonly quorum: number | null
  /** Of the valid ballots, abstentions among them, more than this share (percent) makes an option the result; `null`: nobody set one. */
  readonly majority: number | null
  /** Frozen after the close; `null` before. */
  readonly count: VoteCount | null
}

export interface VoteCount {
  readonly at: number
  /** Ballots that count, abstentions among them. */
  readonly valid: number
  /** In the order of the options. */
  readonly options: readonly number[]
  readonly abstained: number
  /** Of people whom nobody confirmed in time. */
  readonly unverified: number
}

/** What somebody chose: the place of an option from 0, nothing (弃权), or that they take their ballot back. */
export type Choice = number | 'abstain' | 'withdrawn'

/** One person's last word in one vote. Nobody of the staff is shown the choice. */
export interface Ballot {
  /** `topicId|residentId`. */
  readonly id: string
  readonly rev: number
  readonly topicId: string
  readonly residentId: string
  readonly choice: Choice
  readonly at: number
  /** Where its news go. */
  readonly to: Address
  /** When the vote closes, ms. */
  readonly until: number
}

export function ballotId(topicId: string, residentId: string): string {
  return `${topicId}|${residentId}`
}

/** When the ballots are counted: at the close, or once staff have had their time to confirm. */
export function countsAt({ closesAt, verifyHours }: Pick<Vote, 'closesAt' | 'verifyHours'>): number {
  return closesAt + verifyHours * 3_600_000
}

export function isOpenFor({ opensAt, closesAt }: Pick<Vote, 'opensAt' | 'closesAt'>, now: number): boolean {
  return now >= opensAt && now < closesAt
}

/** Whether somebody's ballot counts, by what is known of them. */
export type Right =
  | { readonly kind: 'counts'; /** Where the rule asks who they are. */ readonly standing: Standing | null }
  /** Told and not confirmed yet: kept, and counted once it is. */
  | { readonly kind: 'unverified'; readonly standing: Standing }
  /** Nothing is known of them, and the rule asks. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'refused'; readonly why: 'not-owner' | 'not-on-record' }

/** By the rule of the vote and all that is known of one person, under whatever identity. */
export function rightOf(rule: Pick<Vote, 'who' | 'per'>, standings: readonly Standing[]): Right {
  if (rule.who === 'everyone' && rule.per === 'person') return { kind: 'counts', standing: null }
  const fits = standings.filter((one) => one.state !== 'refused' && (rule.who !== 'owners' || one.tenure === 'owner'))
  const confirmed = fits.find(({ state }) => state === 'confirmed')
  if (confirmed !== undefined) return { kind: 'counts', standing: confirmed }
  const told = fits[0]
  if (told !== undefined) return { kind: 'unverified', standing: told }
  if (standings.some(({ state }) => state !== 'refused')) return { kind: 'refused', why: 'not-owner' }
  return standings.length > 0 ? { kind: 'refused', why: 'not-on-record' } : { kind: 'unknown' }
}

/** Who is behind a resident's id: the person, and what is known of them under all their identities. */
export type VoterOf = (residentId: string) => { readonly person: string; readonly standings: readonly Standing[] }

export interface Tally {
  /** One for each voter: the last word of the person, or of the household. */
  readonly valid: readonly Ballot[]
  readonly unverified: readonly Ballot[]
  /** A later ballot of the same voter stands in their place. */
  readonly replaced: readonly Ballot[]
  readonly refused: readonly Ballot[]
  /** Homes of the valid ballots; empty where each person votes. */
  readonly households: readonly string[]
}

/** Sorts the ballots of a vote: of one voter only the last word counts, also where that takes the ballot back. */
export function tallyOf(rule: Pick<Vote, 'who' | 'per'>, ballots: readonly Ballot[], voterOf: VoterOf): Tally {
  const last = new Map<string, { ballot: Ballot; household: string | null }>()
  const waiting = new Map<string, Ballot>()
  const [replaced, refused]: [Ballot[], Ballot[]] = [[], []]
  for (const ballot of [...ballots].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) {
    const { person, standings } = voterOf(ballot.residentId)
    const right = rightOf(rule, standings)
    if (right.kind === 'unverified') {
      const before = waiting.get(person)
      if (before !== undefined) replaced.push(before)
      waiting.set(person, ballot)
    } else if (right.kind === 'counts') {
      const household = rule.per === 'household' ? (right.standing?.household ?? null) : null
      const voter = household === null ? person : `household|${right.standing?.householdKey ?? ''}`
      const before = last.get(voter)
      if (before !== undefined) replaced.push(before.ballot)
      last.set(voter, { ballot, household })
    } else refused.push(ballot)
  }
  const given = ({ choice }: Ballot): boolean => choice !== 'withdrawn'
  const valid = [...last.values()].filter(({ ballot }) => given(ballot))
  return {
    valid: valid.map(({ ballot }) => ballot), unverified: [...waiting.values()].filter(given), replaced: replaced.filter(given), refused: refused.filter(given),
    households: valid.flatMap(({ household }) => (household === null ? [] : [household])).sort(),
  }
}

export function countOf({ options }: Pick<Vote, 'options'>, { valid, unverified }: Pick<Tally, 'valid' | 'unverified'>, now: number): VoteCount {
  return { at: now, valid: valid.length, options: options.map((_, index) => valid.filter(({ choice }) => choice === index).length), abstained: valid.filter(({ choice }) => choice === 'abstain').length, unverified: unverified.length }
}

/** What the count comes to by what was set beforehand; without a rule the numbers are all there is to say. */
export type Verdict = { readonly kind: 'numbers' } | { readonly kind: 'too-few' } | { readonly kind: 'none' } | { readonly kind: 'passed'; readonly option: string }

export function verdictOf({ options, quorum, majority }: Pick<Vote, 'options' | 'quorum' | 'majority'>, count: VoteCount): Verdict {
  if (quorum !== null && count.valid < quorum) return { kind: 'too-few' }
  if (majority === null) return { kind: 'numbers' }
  const option = options.find((_, index) => (count.options[index] ?? 0) * 100 > majority * count.valid)
  return option === undefined ? { kind: 'none' } : { kind: 'passed', option }
}
