/** What the desk's server and its pages of topics and votes say to each other. Types only. */
import type { Standing } from '../programmes/standing.js'
import type { Topic, TopicProcedure } from '../programmes/topic.js'

/** GET /api/desk/topics/:community */
export interface TopicList {
  readonly now: number
  /** Proposals that wait for staff, the oldest first. */
  readonly proposals: readonly Proposal[]
  /** The living ones, then what ended of late, the newest first. */
  readonly topics: readonly TopicRow[]
  readonly procedures: readonly TopicProcedure[]
  /** Rooms that a result can be told to. */
  readonly rooms: readonly { readonly id: string; readonly title: string }[]
}

export interface Proposal {
  readonly requestId: string
  /** Of the request: sent back with what is decided. */
  readonly rev: number
  readonly number: string
  /** What was said, with what tells whose it is blotted out: to begin the public words with. */
  readonly words: string
  /** The same without 「提个议题」: a title to begin with. */
  readonly title: string
  readonly filedAt: number
}

export interface TopicRow extends Topic {
  /** Of the request it came from; `null`: staff opened it. */
  readonly requestNumber: string | null
  /** How the vote stands, without a word of what anybody chose; `null`: there is none. */
  readonly turnout: Turnout | null
}
export interface Turnout {
  readonly valid: number
  readonly unverified: number
  /** Homes that have voted, not how; empty where each person votes. */
  readonly households: readonly string[]
}

/**
 * POST /api/desk/topics/:community/… → TopicList. accept {request, rev, title, about, procedure} · decline {request, rev, reason} · open {title, about, procedure} ·
 * deliberate {topic, rev} · minutes {topic, rev, day, words} · step {topic, rev, words} · vote {topic, rev, options, opensAt, closesAt, who, per, verifyHours, quorum, majority} ·
 * publish {topic, rev, words, rooms} · call-off {topic, rev, reason} · procedure {id, rev, name, steps, required} (admins) · drop-procedure {id, rev} (admins)
 */
export type TopicAct = 'accept' | 'decline' | 'open' | 'deliberate' | 'minutes' | 'step' | 'vote' | 'publish' | 'call-off' | 'procedure' | 'drop-procedure'

/** GET /api/desk/standings/:community; POST …/decide {standing, rev, tenure, place, state} → the same · …/enter {number, tenure, place}: who filed the request of that number. */
export interface StandingList {
  readonly standings: readonly StandingRow[]
}
export interface StandingRow extends Pick<Standing, 'id' | 'rev' | 'tenure' | 'household' | 'state' | 'toldAt'> {
  readonly name: string
  readonly decided: { readonly at: number; readonly by: string } | null
}
