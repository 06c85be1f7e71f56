/** What somebody is called for. `what` is for staff, without personal data. */
export type PageCause =
  | { readonly kind: 'danger'; readonly what: string }
  /** A resident asked for a person, or is to be met by one. */
  | { readonly kind: 'person'; readonly what: string }
  /** Residents are not heard on a channel. */
  | { readonly kind: 'channel'; readonly what: string; readonly channel: string }
  /** Late, and no level is left above. */
  | { readonly kind: 'overdue'; readonly what: string; readonly requestId: string }
  /** No working time can be counted: a year's holidays, or the opening hours, stand nowhere. */
  | { readonly kind: 'no-time'; readonly what: string }
  /** Somebody tries whether the call arrives. */
  | { readonly kind: 'test'; readonly what: string; readonly staffId: string }

/** How somebody is reached: the desk's page that is open now, or a private chat. */
export type Means = 'desk' | 'lark' | 'wechat'

/** One person called. */
export interface PageStep {
  readonly at: number
  readonly staffId: string
  readonly name: string
  readonly by: readonly Means[]
  /** Outbox rows of it. */
  readonly rowIds: readonly string[]
  /** Nothing of it arrived. */
  readonly failed: boolean
}

/** A call for a person (呼叫), one at a time for each conversation, from the first to be called until somebody answers. */
export interface Page {
  readonly id: string
  readonly rev: number
  /** Of the whole installation: 「应 12」 means it. */
  readonly number: number
  readonly cause: PageCause
  /** Who waits; `null`: nobody does. */
  readonly conversationId: string | null
  readonly at: number
  /** `held`: nobody could be reached, or it is night; called as soon as somebody can be. `over`: it needs nobody any more. */
  readonly state: 'held' | 'calling' | 'answered' | 'unanswered' | 'over'
  readonly steps: readonly PageStep[]
  /** When the next person is called, or the call ends; of a held one, when it is looked at again. */
  readonly nextAt: number
  readonly answeredBy: { readonly id: string; readonly name: string } | null
  readonly endedAt: number | null
}

/** Somebody who may be called, in the order of calling. */
export interface Candidate {
  readonly staffId: string
  readonly name: string
  /** Empty: can't be reached now. */
  readonly by: readonly Means[]
}
