import { normalise, tag, toSimplified } from '../text.js'
import { coverageOf, idf, type TermIndex } from './bm25.js'
import { searchPassages, type Hit, type PassageIndex } from './passage-index.js'
import { pairTerms, singleTerms, wordTerms, type Query } from './query.js'
import { cueOf } from './question.js'

/** A linear order of candidates, learned from questions whose right passages are known (listwise softmax). */
export interface Ranker {
  readonly weights: Float64Array
  readonly mean: Float64Array
  readonly scale: Float64Array
}

/** Candidates of one question with what is seen of each. */
export interface Candidates {
  readonly hits: readonly Hit[]
  readonly features: readonly Float64Array[]
}

/** How many of the best passages by formula F are put in order. */
const candidateDepth = 60

/** Candidates are the best of so many times more by F and by what stands around them. */
const wideShare = 3
const windowShare = 0.3

/** Passages over which the nearness to a document's best passage falls to about a third. */
const reach = 3

/** Names of places in a question, as the segmenter tags them. */
export function placesIn(question: string): string[] {
  return tag(question).flatMap(({ word, tag: kind }) => (kind.startsWith('ns') ? [word.replace(/[省市县区]$/, '')] : []))
}

/** The best passages by formula F with the features that the ranker weighs. */
export function findCandidates(index: PassageIndex, query: Query, allow?: (document: number) => boolean): Candidates {
  const wide = searchPassages(index, query, candidateDepth * wideShare, allow)
  const scoreOf = new Map(wide.map((hit) => [hit.passage, hit.passageScore]))
  const windowOf = ({ passage, document }: Hit) =>
    [-1, 0, 1].reduce((sum, step) => sum + (index.owner[passage + step] === document ? (scoreOf.get(passage + step) ?? 0) : 0), 0)
  const bestWindow = Math.max(1e-9, ...wide.map(windowOf))
  const lifted = wide.map((hit) => ({ hit, score: hit.score + (windowShare * windowOf(hit)) / bestWindow }))
  lifted.sort((one, other) => other.score - one.score)
  const hits = lifted.slice(0, candidateDepth).map(({ hit }) => hit)
  const places = placesIn(query.text)
  const placeShare = (text: string) => (places.length === 0 ? 0 : places.filter((place) => text.includes(place)).length / places.length)
  const placesOf = new Map<number, number>()
  for (const { document } of hits) if (!placesOf.has(document)) placesOf.set(document, placeShare(`${index.documents[document]!.title}\n${index.documents[document]!.passages.join('\n')}`))
  const bestPassage = Math.max(1e-9, ...hits.map((hit) => hit.passageScore))
  const bestDocument = Math.max(1e-9, ...hits.map((hit) => hit.documentScore))
  const bestScore = Math.max(1e-9, ...hits.map((hit) => hit.score))
  const bestOf = new Map<number, number>()
  const bestAt = new Map<number, number>()
  for (const hit of hits)
    if (!bestOf.has(hit.document) || hit.passageScore > bestOf.get(hit.document)!) {
      bestOf.set(hit.document, hit.passageScore)
      bestAt.set(hit.document, hit.passage)
    }
  const self = selfScore(index, query)
  const words = worthsOf(index.passage.pairs, new Set(wordTerms(query.matter)))
  const ofDocument = coverageOf(index.document.pairs, query.pairs)
  const cue = cueOf(query.text)
  const features = hits.map((hit) => {
    const { title, passages } = index.documents[hit.document]!
    const position = index.position[hit.passage]!
    const text = passages[position]!
    const clean = toSimplified(normalise(text))
    const cleanTitle = toSimplified(normalise(title))
    const neighbour = (step: number) => (position + step in passages ? (scoreOf.get(hit.passage + step) ?? 0) : 0)
    const own = coverage(index, query, text)
    const withTitle = coverage(index, query, `${title}\n${text}`)
    return Float64Array.of(
      hit.score / bestScore,
      hit.passageScore / bestPassage,
      hit.passageScore / self,
      hit.documentScore / bestDocument,
      hit.documentScore / self,
      (neighbour(-1) + neighbour(1)) / (2 * bestPassage),
      hit.passageScore / bestOf.get(hit.document)!,
      own,
      withTitle,
      coverage(index, query, title),
      Math.log1p(position),
      position === 0 ? 1 : 0,
      position / passages.length,
      Math.log1p(text.length) / 5,
      Math.log1p(passages.length),
      cue !== null && cue.given.test(text) ? 1 : 0,
      cue === null ? 1 : 0,
      bestOf.get(hit.document)! / bestPassage,
      windowOf(hit) / bestWindow,
      hit.passageScore,
      ofDocument[hit.document]!,
      shareOf(words, (word) => clean.includes(word)),
      shareOf(words, (word) => clean.includes(word) || cleanTitle.includes(word)),
      placesOf.get(hit.document)!,
      placeShare(text),
      // An answer often stands next to the passage that has the question's words.
      (Math.exp(-Math.abs(hit.passage - bestAt.get(hit.document)!) / reach) * hit.documentScore) / bestDocument,
    )
  })
  return { hits, features }
}

/** Words with their rarity, that of their rarest pair. */
function worthsOf(pairs: TermIndex, words: Iterable<string>): (readonly [word: string, worth: number])[] {
  return [...words].map((word) => [word, Math.max(...pairTerms(word).map((pair) => idf(pairs, pair)))])
}

/** Share of the words' rarity that is held. */
function shareOf(words: readonly (readonly [word: string, worth: number])[], holds: (word: string) => boolean): number {
  let all = 0
  let held = 0
  for (const [word, worth] of words) {
    all += worth
    if (holds(word)) held += worth
  }
  return all === 0 ? 0 : held / all
}

/** Share of the question's rarity that a text holds, pairs only. */
function coverage(index: PassageIndex, query: Query, text: string): number {
  const clean = toSimplified(normalise(text))
  const held = new Set([...pairTerms(clean), ...singleTerms(clean)])
  let all = 0
  let found = 0
  for (const [pair, weight] of query.pairs) {
    const worth = weight * idf(index.passage.pairs, pair)
    all += worth
    if (held.has(pair)) found += worth
  }
  return all === 0 ? 0 : found / all
}

function selfScore(index: PassageIndex, query: Query): number {
  let sum = 1e-9
  for (const [pair, weight] of query.pairs) sum += weight * idf(index.passage.pairs, pair) * 1.4
  return sum
}

/** AdaGrad's step, sweeps and ridge; from a laboratory of 1,262 questions, where they lay on a plateau. */
const step = 0.05
const sweeps = 40
const ridge = 1e-3

/** Learns from lists of candidates; `right` says which of each are. Lists without a right one teach nothing. */
export function trainRanker(lists: readonly { readonly features: readonly Float64Array[]; readonly right: readonly boolean[] }[], random: () => number): Ranker {
  const useful = lists.filter(({ right }) => right.includes(true) && right.includes(false))
  const width = useful[0]?.features[0]?.length ?? 0
  const { mean, scale } = spreadOf(useful.flatMap(({ features }) => features), width)
  // All candidates of a question in one array: a lesson runs over it forty times.
  const lessons = useful.map(({ features, right }) => ({ right, rows: Float64Array.from({ length: features.length * width }, (_, i) => (features[Math.floor(i / width)]![i % width]! - mean[i % width]!) / scale[i % width]!) }))
  const weights = new Float64Array(width)
  const history = new Float64Array(width).fill(1e-8)
  const slope = new Float64Array(width)
  const order = lessons.map((_, i) => i)
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    for (let i = order.length - 1; i > 0; i -= 1) {
      const j = Math.floor(random() * (i + 1))
      ;[order[i], order[j]] = [order[j]!, order[i]!]
    }
    for (const at of order) {
      const { rows, right } = lessons[at]!
      const scores = right.map((_, i) => weighed(weights, rows, i * width))
      const all = softmax(scores)
      const good = softmax(scores.map((score, i) => (right[i] ? score : -Infinity)))
      for (let f = 0; f < width; f += 1) slope[f] = ridge * weights[f]!
      for (let i = 0, start = 0; i < right.length; i += 1, start += width) {
        const pull = all[i]! - good[i]!
        for (let f = 0; f < width; f += 1) slope[f]! += pull * rows[start + f]!
      }
      for (let f = 0; f < width; f += 1) {
        history[f]! += slope[f]! ** 2
        weights[f]! -= (step * slope[f]!) / Math.sqrt(history[f]!)
      }
    }
  }
  return { weights, mean, scale }
}

/** Mean and standard deviation of each feature; 1 where it never differs. */
function spreadOf(rows: readonly Float64Array[], width: number): Pick<Ranker, 'mean' | 'scale'> {
  const mean = new Float64Array(width)
  const scale = new Float64Array(width)
  for (const row of rows) for (let i = 0; i < width; i += 1) mean[i]! += row[i]! / rows.length
  for (const row of rows) for (let i = 0; i < width; i += 1) scale[i]! += (row[i]! - mean[i]!) ** 2 / rows.length
  for (let i = 0; i < width; i += 1) scale[i] = Math.sqrt(scale[i]!) || 1
  return { mean, scale }
}

function weighed(weights: Float64Array, rows: Float64Array, start: number): number {
  let sum = 0
  for (let i = 0; i < weights.length; i += 1) sum += weights[i]! * rows[start + i]!
  return sum
}

/** Candidates in the learned order, best first, with the ranker's score (unbounded). */
export function rankCandidates(ranker: Ranker, { hits, features }: Candidates): Hit[] {
  return hits.map((hit, i) => ({ ...hit, score: scoreRow(ranker, features[i]!) })).sort((one, other) => other.score - one.score)
}

export function scoreRow({ weights, mean, scale }: Ranker, row: Float64Array): number {
  let sum = 0
  for (let i = 0; i < weights.length; i += 1) sum += weights[i]! * ((row[i]! - mean[i]!) / scale[i]!)
  return sum
}

function softmax(scores: readonly number[]): number[] {
  const top = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - top))
  const sum = powers.reduce((total, power) => total + power, 0)
  return powers.map((power) => power / sum)
}

