import type { PolicyStatus } from '../retrieval/citation.js'
import type { MappedText } from '../text.js'

/** What is known of a policy text besides its words; each was read in the text or entered by an admin. */
export interface PolicyMetadata {
  /** File name without `.md`. */
  readonly id: string
  readonly title: string
  readonly issuingBody: string | null
  /** 文号, as it stands in the text. */
  readonly number: string | null
  /** ISO dates, of reduced precision (`2017-06`, `2020`) where the text says no more. */
  readonly signed: string | null
  readonly issued: string | null
  readonly published: string | null
  readonly status: PolicyStatus
  /** ISO dates from which on and up to which it holds, where the text says so. */
  readonly effective?: string | null
  readonly validUntil?: string | null
  /** Titles of the texts that it says it replaces. */
  readonly supersedes?: readonly string[]
  /** Administrative division code (GB/T 2260) and name of where it holds. */
  readonly jurisdiction: string
  readonly jurisdictionName: string
  /** Name of the file it was imported from; no path. */
  readonly sourceFile: string
}

/** What a reader must be told about a place in the text, because the meaning was not repaired. */
export interface PolicyWarning {
  readonly kind:
    | 'damaged-figure'
    | 'masked'
    | 'garbled'
    | 'misread'
    | 'number-incomplete'
    | 'annex-missing'
    | 'name-removed'
    | 'date-relative'
    /** The last four are for the person who imports; an answer does not repeat them. */
    | 'bracket-mixed'
    | 'annex-differs'
    | 'numbers-drawn'
    | 'pages-bare'
  /** Path of the clause, empty for the whole document. */
  readonly section: string
  /** The words concerned, as cleaned. */
  readonly words: string
  /** A sentence for people. */
  readonly message: string
}

/** Who a document makes answer for a clause. A list without order (湖州's 责任单位) names no lead. */
export type Responsibility =
  | { readonly kind: 'lead'; readonly lead: readonly string[]; readonly support: readonly string[] }
  | { readonly kind: 'listed'; readonly units: readonly string[] }

/** A clause (条款): its own words, without those of the clauses below it. */
export interface Clause {
  /** Path in the document's own marks: `二/(三)/3`, `附件/22`, `篇首`, `篇尾`. */
  readonly path: string
  /** Headings of the clauses above it, outermost first. */
  readonly trail: readonly string[]
  /** Its own heading, `null` where it has none. */
  readonly heading: string | null
  /** Cleaned paragraphs; the offsets lead into `Policy.raw`. `row` is a table row, its cells parted by line feeds. */
  readonly paragraphs: readonly Paragraph[]
  readonly responsibility: Responsibility | null
}

export interface Paragraph extends MappedText {
  readonly kind: 'heading' | 'text' | 'row'
}

export interface Policy extends PolicyMetadata {
  readonly clauses: readonly Clause[]
  readonly warnings: readonly PolicyWarning[]
  /**
   * The text as it was taken out of the file (a Word or PDF file's own marks are gone), without adverts and persons'
   * names; quotations point into it. Empty when only the cleaned text is kept.
   */
  readonly raw: string
}

/** The date a citation shows: signed, else issued, else published. */
export function policyDate(policy: PolicyMetadata): string | null {
  return policy.signed ?? policy.issued ?? policy.published
}

/** Whether a text is the rule on a day (ms since 1970): past its term or replaced by a text of the same place that holds already, it has expired. */
export function statusAt(policy: PolicyMetadata, all: readonly PolicyMetadata[], now: number): PolicyStatus | 'not-yet' {
  const today = new Date(now + 8 * 3_600_000).toISOString().slice(0, 10)
  const begun = (one: PolicyMetadata) => (one.effective ?? '') <= today
  if (!begun(policy)) return 'not-yet'
  if ((policy.validUntil ?? '9999') < today) return 'expired'
  const replaced = all.some((other) => other.id !== policy.id && other.status === 'in-force' && other.jurisdiction === policy.jurisdiction && begun(other) && (other.supersedes ?? []).includes(policy.title))
  return replaced ? 'expired' : policy.status
}

/** A clause's words in one string, paragraphs parted by line feeds. */
export function clauseText(clause: Clause): string {
  return clause.paragraphs.map((paragraph) => paragraph.text).join('\n')
}

/** The raw words behind a stretch of a paragraph, with whatever cleaning took out between them. */
export function sourceOf(raw: string, paragraph: Paragraph, start: number, end: number): string {
  const source = raw.slice(paragraph.offsets[start], paragraph.offsets[end]).trim()
  return source === '' ? paragraph.text.slice(start, end) : source
}
