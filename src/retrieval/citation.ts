/** Whether a text is the rule: `draft` 征求意见稿, `template` 范文 (an essay, never a rule). */
export type PolicyStatus = 'in-force' | 'draft' | 'expired' | 'template'

/** Where an answer's words stand. Every factual sentence the bot says carries one. */
export interface Citation {
  /** `fact` is an entry of a community's admin, with its own source and date. */
  readonly kind: 'policy' | 'fact'
  /** The document's title. */
  readonly document: string
  /** 文号; `null` where the text has none. */
  readonly number: string | null
  /** Path in the document's own marks: `二/(三)/3`, `附件/22`, `篇首`. Empty for a fact. */
  readonly section: string
  /** The cleaned words, at most 200 characters. */
  readonly quote: string
  /** The words of `quote` that answer, UTF-16 offsets in it; absent where the whole is the answer. */
  readonly answer?: { readonly start: number; readonly end: number }
  /** The same span as it stands in the raw text. */
  readonly source: string
  readonly status: PolicyStatus
  /** Administrative division code (GB/T 2260), e.g. `330500`. */
  readonly jurisdiction: string
  /** ISO date of the document (signed, else issued, else published) or of the fact; `null` where unknown. */
  readonly date: string | null
  /** The whole clause the quote stands in, for 详情. */
  readonly clause: string
  /** Of a service item: whose list it stands in, and its page there. A fact without it was entered by the community. */
  readonly origin?: { readonly issuer: string; readonly url: string | null }
  /** The version of the knowledge it was taken from, by number and the beginning of its hash; absent where no version was published (`ask`). */
  readonly knowledge?: { readonly version: number; readonly hash: string }
}
