import type { Community } from '../knowledge/community.js'
import { levelOf } from '../knowledge/jurisdictions.js'
import type { Knowledge } from '../knowledge/knowledge.js'
import type { Policy } from '../knowledge/policy.js'
import { confidenceOf, readEvidence, type Evidence } from './abstain.js'
import { citeClause, citeRouting, citeSentences, notesFor, type Note } from './cite.js'
import type { Citation } from './citation.js'
import { citeFact, matchFacts } from './facts.js'
import { passageLength } from './passages.js'
import { scoreFamilies, searchPassages, type Hit } from './passage-index.js'
import { indexPolicies, type PolicyIndex } from './policy-index.js'
import { readQuery, type Query } from './query.js'
import { asksWhoIsResponsible, directReference, findPlaces, localMatter } from './question.js'

export interface PolicyQuestion {
  readonly question: string
  readonly community: Community
  /** ms since 1970. */
  readonly now: number
  /** Whether the community's own facts may answer. */
  readonly includeFacts: boolean
}

/** Whose texts were searched. */
export interface Scope {
  readonly jurisdiction: string
  readonly name: string
  readonly level: 'community' | 'street' | 'county' | 'city' | 'province'
  /** The question names this place and the community doesn't lie in it: the answer must say for whom it holds. */
  readonly asked: boolean
}

export type PolicyAnswer =
  /** The first citation answers; the others stand near it. */
  | { readonly kind: 'answered'; readonly citations: readonly Citation[]; readonly warnings: readonly Note[]; readonly scope: Scope; readonly scopes: readonly Scope[]; readonly confidence: number }
  /** May be to the point; to be shown as 可能相关 with the offer of a person. */
  | { readonly kind: 'related'; readonly citations: readonly Citation[]; readonly warnings: readonly Note[]; readonly scope: Scope; readonly scopes: readonly Scope[]; readonly confidence: number }
  | { readonly kind: 'no-passage'; readonly reason: NoPassage; readonly warnings: readonly Note[]; readonly scope: Scope; readonly scopes: readonly Scope[]; readonly confidence: number }

/**
 * `nothing`: no text on the matter. `not-set-here`: texts of other places set it, this place's doesn't.
 * `annex-missing`: it would stand in an annex that the text has lost. `local-only`: hours, phones, prices, papers: no
 * policy text holds them and no fact was entered. `no-text`: no text of the place named is known.
 */
export type NoPassage = 'nothing' | 'not-set-here' | 'annex-missing' | 'local-only' | 'no-text'

export interface Retriever {
  answer(question: PolicyQuestion): PolicyAnswer
}

/** Least confidence (0–1) to answer; chosen on the development questions so that of those with their gold clause taken away about one in ten is answered. */
export const answerConfidence = 0.5
/** Least confidence to show citations as perhaps related. Chosen the same way, at about one in five. */
export const relatedConfidence = 0.3

/** Further citations beside the first: at most this many, each at least this share of the first one's score. */
const further = { most: 2, share: 0.75 }
/** A neighbouring sentence joins the quotation from this share of the best score on. */
const joinShare = 0.8
const joinLength = 160

export function createRetriever(knowledge: Knowledge): Retriever {
  const index = indexPolicies(knowledge.policies)
  return {
    answer: (question) => answerQuestion(knowledge, index, question),
  }
}

function answerQuestion(knowledge: Knowledge, index: PolicyIndex, { question, community, now, includeFacts }: PolicyQuestion): PolicyAnswer {
  const plain = readQuery(question)
  const chainNames = community.chain.map((link) => [link.code, link.name] as const)
  const places = findPlaces(plain.text, chainNames)
  const scopes = scopesOf(knowledge, community, places)
  const facts = includeFacts && !scopes.some((scope) => scope.asked) ? matchFacts(question, community, now, knowledge.lexicon) : []
  const query = readQuery(places.reduce((text, place) => text.replaceAll(place.words, ' '), plain.text), knowledge.lexicon)

  const found = scopes.map((scope) => searchScope(knowledge, index, query, scope, community, now))
  const best = found.filter((each) => each.kind === 'answered')
  const shown = best.length > 0 ? best : found.filter((each) => each.kind === 'related')
  // Named places are all answered; along a community's own chain the narrowest level that answers is enough.
  const used = scopes.some((scope) => scope.asked) || places.length > 1 ? shown : shown.slice(0, 1)
  if (facts.length > 0) {
    const scope = ownScope(community)
    const policies = used.filter((each) => each.kind === 'answered').flatMap((each) => each.citations).slice(0, 1)
    return { kind: 'answered', citations: [...facts.map((fact) => citeFact(fact, community)), ...policies], warnings: [], scope, scopes: [scope], confidence: 1 }
  }
  const matter = localMatter(query.text)
  if (matter !== null && !used.some((each) => each.kind === 'answered' && each.holdsLocal)) {
    const scope = scopes[0] ?? ownScope(community)
    return { kind: 'no-passage', reason: 'local-only', warnings: [], scope, scopes, confidence: 0 }
  }
  if (used.length === 0) {
    const first = found.find((each) => each.kind === 'none' && each.reason !== 'nothing') ?? found[0]
    const scope = first?.scope ?? ownScope(community)
    return {
      kind: 'no-passage',
      reason: first?.kind === 'none' ? first.reason : 'no-text',
      warnings: first?.warnings ?? [],
      scope,
      scopes,
      confidence: first?.confidence ?? 0,
    }
  }
  return {
    kind: best.length > 0 ? 'answered' : 'related',
    citations: used.flatMap((each) => (used.length > 1 ? each.citations.slice(0, 2) : each.citations)),
    warnings: used.flatMap((each) => each.warnings),
    scope: used[0]!.scope,
    scopes: used.map((each) => each.scope),
    confidence: used[0]!.confidence,
  }
}

function ownScope(community: Community): Scope {
  const { code, name, level } = community.chain[0]!
  return { jurisdiction: code, name, level, asked: false }
}

/** The places whose texts may be quoted: those named, else the chain from narrow to wide. */
function scopesOf(knowledge: Knowledge, community: Community, places: readonly { code: string; name: string }[]): Scope[] {
  const own = new Map(community.chain.map((link) => [link.code, link]))
  const elsewhere = places.filter((place) => !own.has(place.code))
  const named = elsewhere.length > 0 ? places : places.filter((place) => textsOf(knowledge, place.code, community).length > 0)
  if (named.length > 0)
    return named.map(({ code, name }) => ({ jurisdiction: code, name, level: own.get(code)?.level ?? levelOf(code), asked: !own.has(code) }))
  return community.chain.map((link) => ({ jurisdiction: link.code, name: link.name, level: link.level, asked: false }))
}

function textsOf(knowledge: Knowledge, code: string, community: Community): Policy[] {
  const bound = code === community.chain[0]?.code ? community.policies : []
  return knowledge.policies.filter((policy) => policy.jurisdiction === code || bound.includes(policy.id))
}

type Found = { readonly scope: Scope; readonly warnings: readonly Note[]; readonly confidence: number; readonly citations: readonly Citation[] } & (
  | { readonly kind: 'answered' | 'related'; readonly holdsLocal: boolean }
  | { readonly kind: 'none'; readonly reason: NoPassage }
)

/** A figure that only a local fact could give but that this text does give. */
const localFigure = /\d{3,4}-\d{7,8}|\d\s*(?:万|亿)?元|\d\s*(?:个?工作日|日内)/

function searchScope(knowledge: Knowledge, index: PolicyIndex, query: Query, scope: Scope, community: Community, now: number): Found {
  const policies = new Set(textsOf(knowledge, scope.jurisdiction, community))
  const none = (reason: NoPassage, confidence = 0, warnings: Note[] = []): Found => ({ kind: 'none', reason, scope, warnings, confidence, citations: [] })
  if (policies.size === 0) return none('no-text')

  const reference = directReference(query.text)
  if (reference) {
    const clauses = index.clauses.filter(({ policy, clause }) => {
      const marks = clause.path.split('/')
      return policies.has(policy) && marks.length > 1 && (marks[0] === '附件') === reference.annex && Number(marks.at(-1)) === reference.item
    })
    const missing = missingAnnex(policies)
    if (clauses.length > 0) {
      const citations = clauses.slice(0, 3).map(({ policy, clause }) => citeClause(policy, clause))
      return { kind: clauses.length > 3 ? 'related' : 'answered', scope, citations, warnings: notesFor(citations, policies, now), confidence: 1, holdsLocal: false }
    }
    if (reference.annex && missing) return none('annex-missing', 0, [missing])
  }

  const hits = searchPassages(index.passages, query, 20, (document) => policies.has(index.clauses[document]!.policy))
  if (hits.length === 0) return none('nothing')
  if (asksWhoIsResponsible(query.text)) {
    const routed = routingAnswer(index, query, hits, policies, scope, now)
    if (routed) return routed
    const missing = missingAnnex(policies)
    if (missing && /牵头|责任单位|分工|附件|配合单位/.test(query.text)) return none('annex-missing', 0, [missing])
  }

  const evidence = readEvidence(index.passages, query, hits, bestAnywhere(index, query))
  const confidence = confidenceOf(evidence)
  if (confidence < relatedConfidence) return none((evidence.rivalry ?? 1) < 0.75 ? 'not-set-here' : 'nothing', confidence)
  const citations = quote(index, hits)
  return {
    kind: confidence >= answerConfidence ? 'answered' : 'related',
    scope,
    citations,
    warnings: notesFor(citations, policies, now),
    confidence,
    holdsLocal: localFigure.test(citations[0]!.quote),
  }
}

/** Score of the best sentence of any place's texts, `null` where all texts are of one place. */
function bestAnywhere(index: PolicyIndex, query: Query): number | null {
  const first = index.clauses[0]?.policy.jurisdiction
  if (index.clauses.every(({ policy }) => policy.jurisdiction === first)) return null
  return scoreFamilies(index.passages.passage, query).reduce((best, score) => Math.max(best, score), 0)
}

/** What the retriever saw of the best passage; for tuning and for explaining an answer. */
export function explain(knowledge: Knowledge, question: string, jurisdiction: string, without?: (clausePath: string) => boolean): { evidence: Evidence; confidence: number; section: string; quote: string } | null {
  const index = cachedIndex(knowledge)
  const query = readQuery(question, knowledge.lexicon)
  const allow = (document: number) => {
    const { policy, clause } = index.clauses[document]!
    return policy.jurisdiction === jurisdiction && !without?.(clause.path)
  }
  const hits = searchPassages(index.passages, query, 20, allow)
  if (hits.length === 0) return null
  const evidence = readEvidence(index.passages, query, hits, bestAnywhere(index, query))
  const first = quote(index, hits)[0]!
  return { evidence, confidence: confidenceOf(evidence), section: first.section, quote: first.quote }
}

const indexes = new WeakMap<Knowledge, PolicyIndex>()
function cachedIndex(knowledge: Knowledge): PolicyIndex {
  let index = indexes.get(knowledge)
  if (!index) indexes.set(knowledge, (index = indexPolicies(knowledge.policies)))
  return index
}

function missingAnnex(policies: ReadonlySet<Policy>): Note | null {
  for (const policy of policies) {
    const warning = policy.warnings.find((each) => each.kind === 'annex-missing')
    if (warning) return { kind: 'annex-missing', message: `《${policy.title}》:${warning.message}` }
  }
  return null
}

/** Who leads, from the units a clause lists; `null` where none of the clauses near the question lists any. */
function routingAnswer(index: PolicyIndex, query: Query, hits: readonly Hit[], policies: ReadonlySet<Policy>, scope: Scope, now: number): Found | null {
  const explicit = /牵头|责任单位|配合单位|分工|主管|列/.test(query.text)
  const short = query.matter.replace(/\s/g, '').length <= 10
  const routed = [...new Set(hits.map((hit) => hit.document))].filter((document) => index.clauses[document]!.clause.responsibility !== null)
  const first = routed[0]
  if (first === undefined || (!explicit && !short)) return null
  const { policy, clause } = index.clauses[first]!
  const citations = [citeRouting(policy, clause)]
  const hit = hits.find((each) => each.document === first)!
  if (clause.responsibility!.kind === 'lead') citations.push(...citeSentences([index.sentences[hit.passage]!]))
  return { kind: 'answered', scope, citations, warnings: notesFor(citations, policies, now), confidence: 0.9, holdsLocal: false }
}

/** The best sentence, with a neighbour that scores nearly as well, and a few others that stand near. */
function quote(index: PolicyIndex, hits: readonly Hit[]): Citation[] {
  const best = hits[0]!
  const joined = [best.passage]
  for (const step of [-1, 1]) {
    const other = hits.find((hit) => hit.passage === best.passage + step)
    if (!other || other.score < best.score * joinShare) continue
    const [from, to] = step < 0 ? [other.passage, best.passage] : [best.passage, other.passage]
    const a = index.sentences[from]!
    const b = index.sentences[to]!
    if (a.paragraph !== b.paragraph || b.span.end - a.span.start > Math.min(joinLength, passageLength)) continue
    joined.push(other.passage)
    joined.sort((x, y) => x - y)
    break
  }
  const rest = hits
    .filter((hit) => !joined.includes(hit.passage) && hit.score >= best.score * further.share)
    .slice(0, further.most)
  return [
    ...citeSentences(joined.map((passage) => index.sentences[passage]!)),
    ...rest.flatMap((hit) => citeSentences([index.sentences[hit.passage]!])),
  ]
}
