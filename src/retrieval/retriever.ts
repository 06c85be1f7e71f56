import type { Community, Jurisdiction } from '../knowledge/community.js'
import { levelOf } from '../knowledge/jurisdictions.js'
import type { Knowledge } from '../knowledge/knowledge.js'
import { policyDate, statusAt, type Policy } from '../knowledge/policy.js'
import { responsibilities } from '../knowledge/responsibility.js'
import { unitToday } from '../knowledge/units.js'
import { normalise } from '../text.js'
import { confidenceOf, readEvidence, type Evidence, type Rival } from './abstain.js'
import { markAnswer, type AnswerSpan } from './answer-span.js'
import type { NoPassage, PolicyAnswer, PolicyQuestion, Responsible, Scope } from './answer.js'
import { citeClause, citeHeader, citeRouting, citeSentences, notesFor, type Note } from './cite.js'
import type { Citation } from './citation.js'
import { certificateToVerify, citeFact, matchFacts } from './facts.js'
import { citeItem, findItem, indexItems, itemMatter, mostChoices, surelyNamed, type ItemIndex, type ItemMatter } from './items.js'
import { splitFollowUp, wholeQuestion } from './follow-up.js'
import { lookUp, type Lexicon } from './lexicon.js'
import { missesNamed } from './named-things.js'
import { passageLength } from './passages.js'
import { searchPassages, type Hit } from './passage-index.js'
import { indexPolicies, type PolicyIndex } from './policy-index.js'
import { readQuery, type Query } from './query.js'
import { aboutDocument, asksWhoIsResponsible, directReference, findPlaces, localMatter, tellsLocally, withoutRouting } from './question.js'
import { askIndex, type AskedIndex, type SentenceFeatures } from './sentence-ranker.js'

export interface Retriever {
  answer(question: PolicyQuestion): PolicyAnswer
}

/** A retriever that also shows how it weighed the texts. */
export interface OpenRetriever extends Retriever {
  explain(question: PolicyQuestion): ScopeRanking[]
}

/** Least confidence (0–1) to answer: in five-fold validation more than nine of ten answerable questions are above it, and one of twenty that no text answers. */
export const answerConfidence = 0.43
/** Least confidence to show citations as perhaps related. */
export const relatedConfidence = 0.06

/** Further citations beside the first: at most this many, each with at least these odds against it. */
const further = { most: 2, odds: 0.0001 }
/** A neighbouring sentence joins the quotation from these odds against the best on. */
const joinOdds = 0.003
const joinLength = 160

export function createRetriever(knowledge: Knowledge): OpenRetriever {
  const index = indexPolicies(knowledge.policies)
  const items = (knowledge.items ?? []).map(indexItems)
  const texts: Texts = { knowledge, index, offers: new Map() }
  // The first question would otherwise wait for the dictionary.
  readQuery('社区', knowledge.lexicon)
  return {
    answer: (question) => withStatus(answerQuestion(texts, items, question), knowledge, question.now),
    explain: (question) => explainRanking(texts, question),
  }
}

/** The texts that are searched. */
interface Texts {
  readonly knowledge: Knowledge
  readonly index: PolicyIndex
  /** By clause (a document of the index) and the texts that may be quoted: the question by which it is offered, `null` where it does not answer that. */
  readonly offers: Map<string, string | null>
}

/** Citations with the status of their text on the day of the question. */
function withStatus(answer: PolicyAnswer, { policies }: Knowledge, now: number): PolicyAnswer {
  if (answer.kind === 'no-passage') return answer
  const citations = answer.citations.map((citation) => {
    const policy = citation.kind === 'policy' ? policies.find((each) => each.title === citation.document && each.jurisdiction === citation.jurisdiction) : undefined
    const status = policy === undefined ? citation.status : statusAt(policy, policies, now)
    return status === citation.status || status === 'not-yet' ? citation : { ...citation, status }
  })
  return { ...answer, citations }
}

function answerQuestion(texts: Texts, items: readonly ItemIndex[], { question: asked, previous, community, now, includeFacts }: PolicyQuestion): PolicyAnswer {
  const { knowledge, index } = texts
  const { question, plain, places, scopes, query } = readAsked(knowledge, { question: asked, community, now, includeFacts, ...(previous === undefined ? {} : { previous }) })
  const elsewhere = scopes.some((scope) => scope.asked)
  const home = scopeOf(community.chain[0]!, false)
  const useFacts = includeFacts && !elsewhere
  if (useFacts && certificateToVerify(plain.text, community, now)) return refuse('to-verify', home)
  const item = answerFromItems(items, question, knowledge.lexicon, community, home)
  // An item may have another place in its name (往来香港通行证); it is still an item of here.
  if (item?.sure) return item.answer
  const facts = useFacts ? matchFacts(question, community, now, knowledge.lexicon) : []

  if (item !== null && !elsewhere && facts.length === 0) return item.answer
  const asking = askIndex(index, query)
  const found = scopes.map((scope) => withNamed(plain.text, searchScope(texts, asking, scope, community, now)))
  const answered = found.filter((each) => each.kind === 'answered')
  const shown = answered.length > 0 ? answered : found.filter((each) => each.kind === 'related')
  // Named places are all answered; along a community's own chain the narrowest level that answers is enough.
  const used = elsewhere || places.length > 1 ? shown : shown.slice(0, 1)
  // Who is in charge of a matter stands in the texts; a fact that only names the matter does not say it.
  const responsible = used.flatMap((each) => (each.kind === 'answered' ? (each.responsible ?? []) : []))
  if (facts.length > 0 && responsible.length === 0) {
    const policies = localMatter(query.text) === null ? used.filter((each) => each.kind === 'answered').flatMap((each) => each.citations).slice(0, 1) : []
    const citations = [...facts.map((fact) => citeFact(fact, community)), ...policies]
    return { kind: 'answered', citations, warnings: [], scope: home, scopes: [home], confidence: 1 }
  }
  if (localMatter(query.text) !== null && !used.some((each) => each.kind === 'answered' && each.holdsLocal)) return refuse('not-set-here', elsewhere ? scopes[0]! : home)
  const first = used[0]
  if (!first) {
    const none = found.find((each) => each.kind === 'none' && each.reason !== 'nothing' && each.reason !== 'no-text') ?? found.find((each) => each.kind === 'none' && each.reason !== 'no-text') ?? found[0]
    if (none?.kind !== 'none') return refuse('no-text', home)
    return { ...refuse(none.reason, none.scope), warnings: messages(none.warnings), confidence: none.confidence }
  }
  const told = {
    citations: used.flatMap((each) => (used.length > 1 ? each.citations.slice(0, 2) : each.citations)),
    warnings: messages(used.flatMap((each) => each.warnings)),
    scope: first.scope,
    scopes: used.map((each) => each.scope),
    confidence: first.confidence,
  }
  return answered.length > 0 ? { kind: 'answered', ...told, ...(responsible.length > 0 ? { responsible } : {}) } : { kind: 'related', reason: 'nothing', ...told, choices: used.flatMap((each) => (each.kind === 'related' ? (each.choices ?? []) : [])).slice(0, mostChoices) }
}

/** A question made whole, where it is asked about, and its terms without the names of places. */
function readAsked(knowledge: Knowledge, { question: asked, previous, community, now }: PolicyQuestion) {
  const line = previous === undefined || previous === null ? splitFollowUp(asked) : { previous, question: asked }
  const question = wholeQuestion(line.question, line.previous)
  const plain = readQuery(question)
  const places = findPlaces(plain.text, community.chain.map((link) => [link.code, link.name] as const))
  const query = readQuery(places.reduce((text, place) => text.replaceAll(place.words, ' '), plain.text), knowledge.lexicon)
  return { question, plain, places, scopes: scopesOf(knowledge, community, places, now), query }
}

/** One place's sentences as they were weighed for a question; `confidence` 0–1 is against `answerConfidence` and `relatedConfidence`. */
export interface ScopeRanking {
  readonly scope: Scope
  readonly texts: readonly string[]
  readonly confidence: number
  readonly evidence: Evidence | null
  /** Best first; `score` is the odds against the best, 0–1. */
  readonly sentences: readonly { readonly policy: Policy; readonly section: string; readonly text: string; readonly score: number; readonly features: SentenceFeatures }[]
}

/** Sentences shown of each place. */
const explained = 8

function explainRanking({ knowledge, index }: Texts, asked: PolicyQuestion): ScopeRanking[] {
  const { scopes, query } = readAsked(knowledge, asked)
  const asking = askIndex(index, query)
  return scopes.flatMap((scope): ScopeRanking[] => {
    const policies = new Set(textsOf(knowledge, scope.jurisdiction.code, asked.community, asked.now))
    if (policies.size === 0) return []
    const hits = asking.explain(isOf(index, policies))
    const evidence = hits.length === 0 ? null : readEvidence(index, query, hits, rivalOf(asking, hits))
    const sentences = hits.slice(0, explained).map(({ passage, score, features }) => {
      const { policy, clause, paragraph, span } = index.sentences[passage]!
      return { policy, section: clause.path, text: paragraph.text.slice(span.start, span.end), score, features }
    })
    return [{ scope, texts: [...policies].map(({ title }) => title), confidence: evidence === null ? 0 : confidenceOf(evidence), evidence, sentences }]
  })
}

/** What the imported lists of the community's own jurisdictions say; `sure`: the item was all but named in full. */
function answerFromItems(items: readonly ItemIndex[], question: string, lexicon: Lexicon, community: Community, home: Scope): { readonly sure: boolean; readonly answer: PolicyAnswer } | null {
  const matter = itemMatter(normalise(question))
  const own = items.filter(({ catalogue }) => community.chain.some(({ code }) => code === catalogue.jurisdiction))
  if (matter === null || own.length === 0) return null
  const found = findItem(own, question) ?? otherNames(question, lexicon).reduce<ReturnType<typeof findItem>>((known, other) => known ?? findItem(own, other), null)
  if (found === null) return null
  const hits = found.kind === 'found' ? [found.hit] : found.hits
  const { catalogue } = hits[0]!
  const scope = scopeOf(community.chain.find(({ code }) => code === catalogue.jurisdiction)!, false)
  const told = { scope, scopes: [scope], confidence: hits[0]!.held }
  if (found.kind === 'several') {
    const choices = hits.map((hit) => `${hit.items[0]!.name}${askItem[matter]}`)
    return { sure: false, answer: { kind: 'related', reason: 'nothing', ...told, warnings: [], citations: hits.flatMap((hit) => citeItem(hit.items[0]!, hit.catalogue, matter) ?? []), choices } }
  }
  const all = found.hit.items.map((each) => citeItem(each, catalogue, matter))
  const citations = all.filter((each) => each !== null)
  const different = [...new Map(citations.map((each) => [each.quote, each])).values()]
  const sure = found.hit.named >= surelyNamed
  if (different.length === 0) return { sure, answer: refuse('not-set-here', home) }
  const warnings = different.length > 1 ? [`同名事项有 ${different.length} 种办理情形,说法不一样,请按您的情况核对`] : []
  return { sure, answer: { kind: 'answered', ...told, warnings, citations: different.slice(0, 3) } }
}

/** The question with what it names called by its other names (残疾证, 残疾人证). */
function otherNames(question: string, lexicon: Lexicon): string[] {
  const text = normalise(question)
  return lookUp(text, lexicon).flatMap(({ says, means }) => (means.includes(says) && text.includes(says) ? means.filter((other) => other !== says).map((other) => text.replace(says, other)) : []))
}

/** How a question goes on after the name of an item. */
const askItem: Readonly<Record<ItemMatter, string>> = { materials: '要什么材料', time: '几天办好', place: '在哪办', way: '怎么办' }

function refuse(reason: NoPassage, scope: Scope): PolicyAnswer {
  return { kind: 'no-passage', reason, warnings: [], scope, scopes: [scope], confidence: 0 }
}

function messages(notes: readonly Note[]): string[] {
  return [...new Set(notes.map((note) => note.message))]
}

function scopeOf(jurisdiction: Jurisdiction, asked: boolean): Scope {
  return { jurisdiction, level: jurisdiction.level, asked }
}

/** The places whose texts may be quoted: those named, else the chain from narrow to wide. */
function scopesOf(knowledge: Knowledge, community: Community, places: readonly { code: string; name: string }[], now: number): Scope[] {
  const own = new Map(community.chain.map((link) => [link.code, link]))
  const elsewhere = places.some((place) => !own.has(place.code))
  const named = elsewhere ? places : places.filter((place) => textsOf(knowledge, place.code, community, now).length > 0)
  if (named.length > 0)
    return named.map(({ code, name }) => scopeOf(own.get(code) ?? { code, name, level: levelOf(code) }, !own.has(code)))
  return community.chain.map((link) => scopeOf(link, false))
}

/** Texts of a place that may be quoted on a day: none that does not hold yet, and one that has expired only where no other is left. */
function textsOf(knowledge: Knowledge, code: string, community: Community, now: number): Policy[] {
  const bound = code === community.chain[0]?.code ? community.policies : []
  const texts = knowledge.policies.filter((policy) => (policy.jurisdiction === code || bound.includes(policy.id)) && statusAt(policy, knowledge.policies, now) !== 'not-yet')
  const holding = texts.filter((policy) => statusAt(policy, knowledge.policies, now) !== 'expired')
  return holding.length > 0 ? holding : texts
}

type Found = { readonly scope: Scope; readonly warnings: readonly Note[]; readonly confidence: number; readonly citations: readonly Citation[] } & (
  | { readonly kind: 'answered' | 'related'; readonly holdsLocal: boolean; readonly responsible?: readonly Responsible[]; readonly choices?: readonly string[] }
  | { readonly kind: 'none'; readonly reason: NoPassage }
)

function searchScope(texts: Texts, asking: AskedIndex, scope: Scope, community: Community, now: number): Found {
  const { knowledge, index } = texts
  const { query } = asking
  const policies = new Set(textsOf(knowledge, scope.jurisdiction.code, community, now))
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
      const routing = asksWhoIsResponsible(query.text)
      const citations = clauses.slice(0, 3).map(({ policy, clause }) => (routing && clause.responsibility !== null ? citeRouting(policy, clause) : citeClause(policy, clause)))
      return { kind: clauses.length > 3 ? 'related' : 'answered', scope, citations, warnings: notesFor(citations, policies, now), confidence: 1, holdsLocal: false }
    }
    if (reference.annex && missing) return none('annex-missing', 0, [missing])
  }

  const about = aboutDocument(query.text)
  if (about) {
    const citations = [...policies].flatMap((policy) => citeHeader(policy, about)).slice(0, 3)
    return citations.length > 0 ? { kind: 'answered', scope, citations, warnings: notesFor(citations, policies, now), confidence: 1, holdsLocal: false } : none('nothing')
  }

  if (asksWhoIsResponsible(query.text)) {
    const routed = routingAnswer(knowledge, index, query, policies, scope, now)
    if (routed) return routed
    const missing = missingAnnex(policies)
    if (missing && /牵.?头|责任单位|分工|附件|配合单位/.test(query.text)) return none('annex-missing', 0, [missing])
    const said = sentenceAnswer(texts, asking, policies, scope, now)
    // A sentence about the matter that names nobody is no answer where the table of duties is lost.
    if (missing && (said.kind !== 'answered' || !namesActor.test(said.citations[0]!.quote))) return none('annex-missing', said.confidence, [missing])
    return said
  }
  return sentenceAnswer(texts, asking, policies, scope, now)
}

/** What is found, if it speaks of what the question names. */
function withNamed(question: string, found: Found): Found {
  const [first] = found.citations
  if (found.kind === 'none' || first === undefined || !missesNamed(question, `${first.clause}${first.quote}`)) return found
  return { kind: 'none', reason: 'nothing', scope: found.scope, warnings: [], confidence: 0, citations: [] }
}

/** Words by which a sentence says who does a thing. */
const namesActor = /负责|牵头|主管|由[\p{Script=Han}、()（）]{2,24}(?:部门|局|厅|委|政府|办事处|居委会|委员会|党组织|党委|中心|公司|企业|开发商)/u

/** Whether a document of the index is a clause of one of these texts. */
function isOf({ clauses }: PolicyIndex, policies: ReadonlySet<Policy>): (document: number) => boolean {
  return (document) => policies.has(clauses[document]!.policy)
}

function sentenceAnswer(texts: Texts, asking: AskedIndex, policies: ReadonlySet<Policy>, scope: Scope, now: number): Found {
  const { index, query } = asking
  const none = (reason: NoPassage, confidence = 0): Found => ({ kind: 'none', reason, scope, warnings: [], confidence, citations: [] })

  const hits = asking.rank(isOf(index, policies))
  if (hits.length === 0) return none('nothing')
  const confidence = confidenceOf(readEvidence(index, query, hits, rivalOf(asking, hits)))
  if (confidence < relatedConfidence) return none(answeredElsewhere(asking, policies) ? 'only-elsewhere' : 'nothing', confidence)
  const citations = quote(index, query, hits)
  return {
    kind: confidence >= answerConfidence ? 'answered' : 'related',
    scope,
    citations,
    warnings: notesFor(citations, policies, now),
    confidence,
    holdsLocal: tellsLocally(query.text, citations[0]!.quote),
    ...(confidence < answerConfidence ? { choices: nearQuestions(texts, hits, policies) } : {}),
  }
}

/** Least share of the best score for a clause to be offered. */
const choiceShare = 0.75

/** Questions for the clauses that stand near, by their headings; only such as are answered from that clause when asked. */
function nearQuestions(texts: Texts, hits: readonly Hit[], policies: ReadonlySet<Policy>): string[] {
  const near = hits.filter((hit) => hit.score >= hits[0]!.score * choiceShare)
  const clauses = [...new Set(near.map((hit) => hit.document))].slice(0, 2 * mostChoices)
  return clauses.flatMap((document) => offerOf(texts, document, policies) ?? []).slice(0, mostChoices)
}

/** Found out once for each clause: nothing of it depends on who asks what. */
function offerOf(texts: Texts, document: number, policies: ReadonlySet<Policy>): string | null {
  const key = `${document}|${[...policies].map(({ id }) => id).join('|')}`
  const known = texts.offers.get(key)
  if (known !== undefined) return known
  const offer = findOffer(texts, document, policies)
  texts.offers.set(key, offer)
  return offer
}

function findOffer({ knowledge, index }: Texts, document: number, policies: ReadonlySet<Policy>): string | null {
  const { heading } = index.clauses[document]!.clause
  if (heading === null) return null
  const choice = `${heading.replace(/[。.]$/, '')},文件怎么写的`
  const asking = askIndex(index, readQuery(choice, knowledge.lexicon))
  const found = asking.rank(isOf(index, policies))
  const answers = found[0]?.document === document && confidenceOf(readEvidence(index, asking.query, found, rivalOf(asking, found))) >= answerConfidence
  return answers ? choice : null
}

function answeredElsewhere(asking: AskedIndex, policies: ReadonlySet<Policy>): boolean {
  const isOwn = isOf(asking.index, policies)
  const hits = asking.rank((document) => !isOwn(document))
  return hits.length > 0 && confidenceOf(readEvidence(asking.index, asking.query, hits, rivalOf(asking, hits))) >= answerConfidence
}

/** The best sentence of any place's texts and where these hits stand beside it; `null` where all texts are of one place. */
function rivalOf({ index, everywhere }: AskedIndex, hits: readonly Hit[]): Rival | null {
  const first = index.clauses[0]?.policy.jurisdiction
  if (index.clauses.every(({ policy }) => policy.jurisdiction === first)) return null
  const all = everywhere()
  const own = new Set(hits.map((hit) => hit.passage))
  return {
    passageScore: all.reduce((best, hit) => Math.max(best, hit.passageScore), 0),
    odds: all.find((hit) => own.has(hit.passage))?.score ?? 0,
  }
}

function missingAnnex(policies: ReadonlySet<Policy>): Note | null {
  for (const policy of policies) {
    const warning = policy.warnings.find((each) => each.kind === 'annex-missing')
    if (warning) return { kind: 'annex-missing', message: `《${policy.title}》:${warning.message}` }
  }
  return null
}

/** Who leads, from the units that the nearest clause with units lists; `null` where none is near or a sentence answers better. */
function routingAnswer(knowledge: Knowledge, index: PolicyIndex, query: Query, policies: ReadonlySet<Policy>, scope: Scope, now: number): Found | null {
  const matter = readQuery(withoutRouting(query.text), knowledge.lexicon)
  const explicit = /牵.?头|责任单位|配合单位|分工|主管/.test(query.text)
  if (!explicit && matter.matter.replace(/\s/g, '').length > routingLength) return null
  const routed = (document: number) => policies.has(index.clauses[document]!.policy) && index.clauses[document]!.clause.responsibility !== null
  const hits = searchPassages(index.passages, matter, depth, routed)
  const best = hits[0]
  if (!best) return null
  // That another place says more of the matter is no reason to keep this one's units back.
  const confidence = confidenceOf(readEvidence(index, matter, hits, null))
  if (confidence < routingConfidence) return null
  const { policy, clause } = index.clauses[best.document]!
  const citations = [citeRouting(policy, clause)]
  if (clause.responsibility!.kind === 'lead') citations.push(...citeSentences([index.sentences[best.passage]!]))
  else {
    // A table without leads may list a matter in several rows.
    const near = [...new Set(hits.filter((hit) => hit.score >= best.score * rowShare).map((hit) => hit.document))].slice(1, 1 + further.most)
    citations.push(...near.map((document) => citeRouting(index.clauses[document]!.policy, index.clauses[document]!.clause)))
  }
  const responsible = citations.flatMap((citation) => responsibleIn(knowledge, policies, citation)).filter((each, i, all) => all.findIndex((other) => other.path === each.path && other.document === each.document) === i)
  const warnings = [...responsibleNotes(responsible), ...notesFor(citations, policies, now)]
  return { kind: 'answered', scope, citations, warnings, confidence, holdsLocal: false, responsible }
}

function responsibleIn(knowledge: Knowledge, policies: ReadonlySet<Policy>, citation: Citation): Responsible[] {
  const policy = [...policies].find((each) => each.title === citation.document && each.jurisdiction === citation.jurisdiction)
  if (!policy) return []
  const year = Number(policyDate(policy)?.slice(0, 4) ?? NaN)
  return responsibilities(policy)
    .filter((row) => row.path === citation.section)
    .map((row) => ({
      ...row,
      document: policy.title,
      formerly: row.units.flatMap((unit) => {
        const today = unitToday(unit, Number.isNaN(year) ? null : year, knowledge.units ?? [])
        return today ? [{ unit, now: today.now, year: today.year, source: today.source }] : []
      }),
    }))
}

/** No lead where none is named; former names as 原文所列 with who has the duties today. */
function responsibleNotes(rows: readonly Responsible[]): Note[] {
  const notes: Note[] = []
  if (rows.some((row) => row.lead === null)) notes.push({ kind: 'no-lead', message: '文件只列了责任单位,没有写哪个牵头' })
  const formerly = new Map(rows.flatMap((row) => row.formerly.map((each) => [each.unit, each] as const)))
  for (const { unit, now, year } of formerly.values())
    notes.push({ kind: 'historic-names', message: `「${unit}」是原文所列名称,${year}年机构改革后相应职责归${now}` })
  return notes
}

/** How many sentences of clauses with units are looked at. */
const depth = 20
/** Least confidence (0–1) to name units. */
const routingConfidence = 0.15
/** Least share of the best score for another row of a table of duties. */
const rowShare = 0.65

/** Longest matter (characters) of a question for the one in charge that asks for nothing else. */
const routingLength = 10

/** The best sentence, with a neighbour that scores nearly as well, and a few others that stand near. */
function quote(index: PolicyIndex, query: Query, hits: readonly Hit[]): Citation[] {
  const best = hits[0]!
  const joined = [best.passage]
  for (const step of [-1, 1]) {
    const other = hits.find((hit) => hit.passage === best.passage + step)
    if (!other || other.score < joinOdds * best.score) continue
    const [from, to] = step < 0 ? [other.passage, best.passage] : [best.passage, other.passage]
    const a = index.sentences[from]!
    const b = index.sentences[to]!
    if (a.paragraph !== b.paragraph || b.span.end - a.span.start > Math.min(joinLength, passageLength)) continue
    joined.push(other.passage)
    joined.sort((x, y) => x - y)
    break
  }
  const rest = hits
    .filter((hit) => !joined.includes(hit.passage) && hit.score >= best.score * further.odds)
    .slice(0, further.most)
  const { paragraph, span } = index.sentences[best.passage]!
  const sentence = paragraph.text.slice(span.start, span.end)
  const marked = markAnswer(index.passages.passage, query, sentence)
  return [
    ...citeSentences(joined.map((passage) => index.sentences[passage]!)).map((citation) => withAnswer(citation, sentence, marked)),
    ...rest.flatMap((hit) => citeSentences([index.sentences[hit.passage]!])),
  ]
}

/** The citation with its answer marked, where that is less than the whole quotation. */
function withAnswer(citation: Citation, sentence: string, marked: AnswerSpan): Citation {
  const at = citation.quote.indexOf(sentence.trim())
  if (at < 0) return citation
  const start = at + marked.start - (sentence.length - sentence.trimStart().length)
  const end = start + marked.end - marked.start
  return start <= 0 && end >= citation.quote.length ? citation : { ...citation, answer: { start: Math.max(0, start), end: Math.min(citation.quote.length, end) } }
}
