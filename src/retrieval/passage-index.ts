import { normalise, toSimplified } from '../text.js'
import { addScores, indexTerms, type TermIndex } from './bm25.js'
import { pairTerms, singleTerms, soundTerms, type Query } from './query.js'
import { cueOf } from './question.js'

/** A document whose passages are found one by one; `title` is searched with each of them. */
export interface PassageSource {
  readonly title: string
  readonly passages: readonly string[]
}

export interface PassageIndex {
  readonly documents: readonly PassageSource[]
  /** Passage p is `documents[owner[p]].passages[position[p]]`. */
  readonly owner: Uint32Array
  readonly position: Uint32Array
  readonly passage: Families
  readonly document: Families
}

export interface Families {
  readonly single: TermIndex
  readonly pairs: TermIndex
  /** `null` where words that sound alike are not looked for. */
  readonly sounds: TermIndex | null
}

export interface IndexOptions {
  /** Also finds words written with characters that sound alike; a third more to index. */
  readonly sounds: boolean
}

export interface Hit {
  readonly passage: number
  readonly document: number
  /** Formula F, 0–2: share of the best passage's score plus share of the best document's. */
  readonly score: number
  readonly passageScore: number
  readonly documentScore: number
}

/** Indexes passages of documents: pass `splitPassages(text)` or sentences, whatever is to be quoted. */
export function indexPassages(documents: readonly PassageSource[], options: IndexOptions = { sounds: false }): PassageIndex {
  const owner: number[] = []
  const position: number[] = []
  const texts: string[] = []
  for (const [d, { title, passages }] of documents.entries())
    for (const [i, text] of passages.entries()) {
      owner.push(d)
      position.push(i)
      texts.push(`${title}\n${text}`)
    }
  return {
    documents,
    owner: Uint32Array.from(owner),
    position: Uint32Array.from(position),
    passage: indexFamilies(texts, options),
    document: indexFamilies(documents.map(({ title, passages }) => `${title}\n${passages.join('\n')}`), options),
  }
}

export function indexFamilies(texts: readonly string[], options: IndexOptions = { sounds: false }): Families {
  const clean = texts.map((text) => toSimplified(normalise(text)))
  return {
    single: indexTerms(clean.map(singleTerms)),
    pairs: indexTerms(clean.map(pairTerms)),
    sounds: options.sounds ? indexTerms(clean.map(soundTerms)) : null,
  }
}

/** Scores of every document of an index for a question, all families summed. */
export function scoreFamilies(families: Families, query: Pick<Query, 'single' | 'pairs' | 'sounds'>): Float64Array {
  const scores = new Float64Array(families.single.size)
  addScores(families.single, query.single, scores)
  addScores(families.pairs, query.pairs, scores)
  if (families.sounds) addScores(families.sounds, query.sounds, scores)
  return scores
}

/** How many of the best passages by F are looked through for it. */
const cueDepth = 60

/** What every passage and every document of an index scores for a question, whoever may answer. */
export interface PassageScores {
  readonly passage: Float64Array
  readonly document: Float64Array
}

export function scorePassages(index: PassageIndex, query: Query): PassageScores {
  return { passage: scoreFamilies(index.passage, query), document: scoreFamilies(index.document, query) }
}

/**
 * The best passages by formula F (no training): T(p) / max T + D(doc) / max D, where T scores title and passage and D
 * the whole document; a question for a figure, a date, a list prefers passages with one. `allow` says which documents may answer;
 * maxima are taken among these. Who searches for one question several times gives its `scores`.
 */
export function searchPassages(index: PassageIndex, query: Query, limit: number, allow?: (document: number) => boolean, scores: PassageScores = scorePassages(index, query)): Hit[] {
  const cue = cueOf(query.text)
  if (cue === null) return rankPassages(index, scores, limit, allow)
  return rankPassages(index, scores, Math.max(limit, cueDepth), allow)
    .map((hit) => {
      const passage = index.documents[hit.document]!.passages[index.position[hit.passage]!]!
      return cue.given.test(passage) ? { ...hit, score: hit.score + cue.gain } : hit
    })
    .sort((one, other) => other.score - one.score)
    .slice(0, limit)
}

function rankPassages(index: PassageIndex, { passage: passageScores, document: allScores }: PassageScores, limit: number, allow?: (document: number) => boolean): Hit[] {
  const documentScores = allScores.slice()
  let bestPassage = 0
  let bestDocument = 0
  for (let d = 0; d < documentScores.length; d += 1) {
    if (allow && !allow(d)) documentScores[d] = -1
    else if (documentScores[d]! > bestDocument) bestDocument = documentScores[d]!
  }
  for (let p = 0; p < passageScores.length; p += 1)
    if (documentScores[index.owner[p]!]! >= 0 && passageScores[p]! > bestPassage) bestPassage = passageScores[p]!
  const hits: Hit[] = []
  if (bestDocument === 0) return hits
  for (let p = 0; p < passageScores.length; p += 1) {
    const document = index.owner[p]!
    const documentScore = documentScores[document]!
    if (documentScore <= 0) continue
    const passageScore = passageScores[p]!
    const score = (bestPassage > 0 ? passageScore / bestPassage : 0) + documentScore / bestDocument
    if (hits.length < limit || score > hits[hits.length - 1]!.score) insert(hits, { passage: p, document, score, passageScore, documentScore }, limit)
  }
  return hits
}

/** Keeps `hits` sorted, best first, earlier passages before later ones of the same score. */
function insert(hits: Hit[], hit: Hit, limit: number): void {
  let low = 0
  let high = hits.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (hits[middle]!.score >= hit.score) low = middle + 1
    else high = middle
  }
  hits.splice(low, 0, hit)
  if (hits.length > limit) hits.pop()
}
