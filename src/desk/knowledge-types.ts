/** What the knowledge pages and their server say to each other. Types only. */
import type { LocalFact } from '../knowledge/community.js'
import type { PolicyMetadata, PolicyWarning } from '../knowledge/policy.js'
import type { Gap } from '../learning/records.js'
import type { KnowledgeChange } from '../publication/diff.js'
import type { EditConflict } from '../publication/merge.js'
import type { Finding } from '../publication/conflicts.js'
import type { RegressionQuestion } from '../publication/questions.js'
import type { Checklist } from '../requests/checklist.js'
import type { Service } from '../requests/services.js'
import type { CheckReport, KnowledgeVersion } from '../publication/version.js'
import type { AskAnswer } from '../conversation/ask-answer.js'
import type { Gate, IntentName } from '../nlu/understanding.js'
import type { PolicyAnswer } from '../retrieval/answer.js'
import type { PolicyStatus } from '../retrieval/citation.js'
import type { Evidence } from '../retrieval/abstain.js'
import type { SentenceFeatures } from '../retrieval/sentence-ranker.js'

/** GET /api/desk/knowledge/versions → newest first. */
export interface VersionList {
  readonly versions: readonly VersionRow[]
  /** Nobody else could approve anything. */
  readonly alone: boolean
}
export interface VersionRow extends Pick<KnowledgeVersion, 'number' | 'state' | 'origin' | 'author' | 'reason' | 'at' | 'base' | 'approval' | 'liveAt' | 'retiredAt'> {
  /** Questions that it would answer worse; `null`: not checked. */
  readonly broken: number | null
}

export const versionActs = ['check', 'approve', 'publish', 'drop', 'rollback', 'merge'] as const
export type VersionAct = (typeof versionActs)[number]

/** GET /api/desk/knowledge/versions/:id (its number) ; POST …/check · …/approve · …/publish · …/drop · …/rollback {reason} · …/merge {choices} → the same. */
export interface VersionDetail {
  readonly version: VersionRow
  /** By which it differs from the one it was made from; what concerns communities out of the caller's reach is left out. */
  readonly changes: readonly KnowledgeChange[]
  readonly check: CheckReport | null
  /** What it and the version in use changed, each otherwise: both wordings, of which one has to be chosen before it goes on. */
  readonly conflicts: readonly EditConflict[]
  /** The questions are being put now. */
  readonly checking: { readonly asked: number; readonly of: number } | null
  /** Why the last check could not be made. */
  readonly checkFault: string | null
  /** What this person may do with it now. */
  readonly may: readonly VersionAct[]
  /** Who has to come; `null`: nobody else. */
  readonly waitsFor: string | null
}

/** GET /api/desk/knowledge/policies → the texts in use. */
export interface PolicyList { readonly policies: readonly PolicyRow[] }
export interface PolicyRow extends Pick<PolicyMetadata, 'id' | 'title' | 'issuingBody' | 'number' | 'jurisdiction' | 'jurisdictionName'> {
  readonly effective: string | null
  readonly validUntil: string | null
  /** Today. */
  readonly status: PolicyStatus | 'not-yet'
  readonly clauses: number
  readonly warnings: number
  /** Names of the communities where it holds. */
  readonly communities: readonly string[]
}

/** GET /api/desk/knowledge/policies/:id → one of them; POST the same {metadata, reason} → 201 VersionRow: the draft; `metadata` `null` takes the text out. */
export type PolicyShown = Pick<ReadPolicy, 'raw' | 'metadata' | 'clauses' | 'warnings'>

/** POST /api/desk/knowledge/policies/read?jurisdiction=&name= (multipart, one file) → what was read in it; nothing is kept. */
export interface ReadPolicy {
  readonly format: 'text' | 'markdown' | 'html' | 'docx' | 'pdf'
  readonly fileName: string
  readonly raw: string
  readonly metadata: PolicyMetadata
  readonly clauses: readonly ReadClause[]
  readonly warnings: readonly PolicyWarning[]
  /** Texts of the same place in use, which it may replace. */
  readonly existing: readonly { readonly id: string; readonly title: string }[]
}
export interface ReadClause {
  readonly path: string
  readonly heading: string | null
  /** `from`, `to`: where the words stand in `raw`. */
  readonly paragraphs: readonly { readonly text: string; readonly from: number; readonly to: number }[]
}
/** POST /api/desk/knowledge/policies {fileName, raw, format, metadata, replaces, reason} → 201 VersionRow: the draft. */
export type PolicyEntry = Pick<PolicyMetadata, 'title' | 'issuingBody' | 'number' | 'signed' | 'issued' | 'published' | 'effective' | 'validUntil' | 'jurisdiction' | 'jurisdictionName'> & { readonly status: PolicyStatus }

/** GET /api/desk/knowledge/facts/:community → what is in use, and what waits to be. */
export interface FactList {
  readonly facts: readonly LocalFact[]
  readonly drafts: readonly VersionRow[]
}
/** POST /api/desk/knowledge/facts/:community {id, fact, reason} → 201 VersionRow: the draft; `id` `null` is a new fact, `fact` `null` takes it out. */
export type FactEntry = Omit<LocalFact, 'id'>
/** GET /api/desk/knowledge/facts/:community/from/:id → a fact made of a line of staff, to be looked over. */
export interface FactFromAnswer {
  readonly question: string
  readonly fact: FactEntry
}

/** GET /api/desk/knowledge/services ; POST …/services/:id {service, reason} · …/checklists/:id {checklist, reason} → 201 VersionRow: the draft; the id `new` enters one. */
export interface ServiceList {
  readonly services: readonly Service[]
  readonly checklists: readonly Omit<Checklist, 'knowledge'>[]
  /** What a message can be, by its name. */
  readonly intents: readonly { readonly name: IntentName; readonly title: string }[]
}

/** GET /api/desk/knowledge/questions ; POST the same {question, community, expect} → 201 QuestionRow; POST …/questions/:id/drop → QuestionList. */
export interface QuestionList {
  readonly questions: readonly QuestionRow[]
  /** Texts whose clauses can be asked for. */
  readonly policies: readonly { readonly id: string; readonly title: string; readonly sections: readonly string[] }[]
}
export interface QuestionRow extends RegressionQuestion {
  /** `null`: it lies with the files of the knowledge, and is changed there. */
  readonly kept: { readonly id: string; readonly author: string; readonly at: number } | null
  /** What must come back, in words. */
  readonly expected: string
  readonly mayDrop: boolean
}
/** `as-now`: what the version in use answers. */
export type QuestionExpectation = RegressionQuestion['expect'] | 'as-now'

/** POST /api/desk/knowledge/trial/:community {question, chat, mentioned} → what would be said, and why. */
export interface Trial {
  readonly version: number
  readonly turn: AskAnswer
  /** What the intents of `turn` are called, in their order. */
  readonly titles: readonly string[]
  /** Why it speaks or keeps silent. */
  readonly gate: Gate['reason']
  readonly answer: PolicyAnswer
  readonly thresholds: { readonly answer: number; readonly related: number }
  readonly rankings: readonly TrialRanking[]
}
export interface TrialRanking {
  readonly place: string
  readonly texts: readonly string[]
  readonly confidence: number
  readonly evidence: Evidence | null
  readonly sentences: readonly {
    readonly document: string
    readonly section: string
    readonly text: string
    readonly score: number
    /** What each thing seen of it adds to or takes from its place, the weightiest first. */
    readonly parts: readonly { readonly name: keyof SentenceFeatures; readonly worth: number }[]
  }[]
}

/** GET /api/desk/knowledge/findings → what is past, about to be, or contradicts. */
export interface FindingList { readonly findings: readonly Finding[] }

/** GET /api/desk/knowledge/gaps?community= → what was asked and nothing answered, grouped. */
export interface GapList { readonly gaps: readonly Gap[]; readonly asked: number }
