import { coverageOf, idf } from './bm25.js'
import type { Hit, PassageIndex } from './passage-index.js'
import { pairTerms, wordTerms, type Query } from './query.js'
import { placesIn } from './ranker.js'
import { normalise, toSimplified } from '../text.js'

/** Whether a collection of long texts answers a question at all, learned from questions asked with and without their document. */
export interface Answerability {
  readonly bias: number
  readonly weights: Float64Array
}

/** What is seen of the best passage; `scores` are those the order was made by. `null` where nothing was found. */
export function readAnswerability(index: PassageIndex, query: Query, hits: readonly Hit[], scores: readonly number[]): Float64Array | null {
  const best = hits[0]
  if (!best) return null
  const source = index.documents[best.document]!
  const passage = toSimplified(normalise(`${source.title}\n${source.passages[index.position[best.passage]!]!}`))
  const other = hits.findIndex((hit) => hit.document !== best.document)
  const [all, held, rarest, rarestHeld] = heldOf(index, query, passage)
  const places = placesIn(query.text)
  const whole = [source.title, ...source.passages].join('\n')
  const rival = hits.reduce((most, hit) => (hit.document === best.document ? most : Math.max(most, hit.documentScore)), 0)
  const rivalPassage = hits.reduce((most, hit) => (hit.document === best.document ? most : Math.max(most, hit.passageScore)), 0)
  const self = [...query.pairs].reduce((sum, [pair, weight]) => sum + weight * idf(index.document.pairs, pair) * pairGain, 1e-9)
  return Float64Array.of(
    held / all,
    coverageOf(index.document.pairs, query.pairs)[best.document]!,
    Math.min(1.5, best.documentScore / self),
    other < 0 ? 1 : Math.min(3, scores[0]! - scores[other]!),
    rarestHeld / rarest,
    Math.min(1.5, best.passageScore / self),
    (best.documentScore - rival) / Math.max(1e-9, best.documentScore),
    (best.passageScore - rivalPassage) / Math.max(1e-9, best.passageScore),
    places.length === 0 ? 0 : places.filter((place) => whole.includes(place)).length / places.length,
    places.length === 0 ? 1 : 0,
  )
}

/** What BM25 gives a pair that stands in a text of mean length once, over its idf. */
const pairGain = 1.4

function heldOf({ passage: { pairs } }: PassageIndex, query: Query, passage: string): readonly [all: number, held: number, rarest: number, rarestHeld: number] {
  let [all, held, rarest, rarestHeld] = [1e-9, 0, 1e-9, 0]
  for (const [pair, weight] of query.pairs) {
    const worth = weight * idf(pairs, pair)
    all += worth
    if (passage.includes(pair)) held += worth
  }
  for (const word of new Set(wordTerms(query.matter))) {
    const worth = Math.max(...pairTerms(word).map((pair) => idf(pairs, pair)))
    rarest = Math.max(rarest, worth)
    if (passage.includes(word)) rarestHeld = Math.max(rarestHeld, worth)
  }
  return [all, held, rarest, rarestHeld]
}

/** Sweeps, step and ridge of the gradient descent; the loss is convex and these reach its floor. */
const sweeps = 400
const step = 0.3
const ridge = 1e-3

/** Logistic regression. */
export function trainAnswerability(rows: readonly { readonly seen: Float64Array; readonly answers: boolean }[]): Answerability {
  const width = rows[0]?.seen.length ?? 0
  const weights = new Float64Array(width)
  const history = new Float64Array(width + 1).fill(1e-8)
  const model = { bias: 0, weights }
  for (let sweep = 0; sweep < sweeps; sweep += 1) {
    const slope = new Float64Array(width + 1)
    for (const { seen, answers } of rows) {
      const off = chanceOf(model, seen) - (answers ? 1 : 0)
      for (let i = 0; i < width; i += 1) slope[i]! += off * seen[i]!
      slope[width]! += off
    }
    for (let i = 0; i <= width; i += 1) {
      const by = slope[i]! / rows.length + (i < width ? ridge * weights[i]! : 0)
      history[i]! += by * by
      const change = (step * by) / Math.sqrt(history[i]!)
      if (i < width) weights[i]! -= change
      else model.bias -= change
    }
  }
  return model
}

/** Chance (0–1) that the texts answer. */
export function chanceOf({ bias, weights }: Answerability, seen: Float64Array): number {
  let sum = bias
  for (let i = 0; i < weights.length; i += 1) sum += weights[i]! * seen[i]!
  return 1 / (1 + Math.exp(-sum))
}
