/** What the desk's server and its page of small projects say to each other. Types only. */
import type { Proposal } from '../programmes/proposal.js'

/** GET /api/desk/proposals/:community */
export interface ProposalList {
  /** What residents proposed and nobody has looked at, the oldest first. */
  readonly waiting: readonly { readonly requestId: string; readonly rev: number; readonly requestNumber: string; readonly words: string; readonly filedAt: number }[]
  /** Open ones by how many people support them, then what has a result, the newest first. */
  readonly proposals: readonly (Pick<Proposal, 'id' | 'rev' | 'number' | 'words' | 'state' | 'result' | 'publishedAt' | 'endedAt'> & { readonly supporters: number; readonly requestNumber: string })[]
}

/** POST /api/desk/proposals/:community/… → ProposalList. publish {request, rev, words} · decline {request, rev, reason} · end {proposal, rev, state, result} (leads) */
export type ProposalAct = 'publish' | 'decline' | 'end'
