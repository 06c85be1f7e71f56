import type { TermIndex } from './bm25.js'
import { idf } from './bm25.js'

/**
 * Texts and questions as points of few dimensions: latent semantic analysis of the pairs index (randomized singular
 * value decomposition), and a map of questions learned from those whose right texts are known.
 */
export interface MeaningSpace {
  readonly dimensions: number
  /** Unit vector of text i at `texts[i * dimensions]`. */
  readonly texts: Float32Array
  /** What a term adds to a question's point; zeros for rare terms. */
  readonly terms: Float32Array
  readonly index: TermIndex
}

const dimensions = 128
const powerIterations = 2
/** Directions weaker than this share of the strongest are rounding only. */
const leastStrength = 1e-9
/** Terms in fewer texts say nothing of a topic. */
const leastTexts = 4

export function buildMeaningSpace(index: TermIndex, random: () => number): MeaningSpace {
  const weights = weightsOf(index)
  const terms = index.terms.size
  const d = Math.min(dimensions, index.size)
  let basis: Float32Array = Float32Array.from({ length: terms * d }, () => random() + random() + random() - 1.5)
  let texts = timesTerms(index, weights, basis, d)
  orthonormalise(texts, index.size, d)
  for (let i = 0; i < powerIterations; i += 1) {
    basis = timesTexts(index, weights, texts, d)
    texts = timesTerms(index, weights, basis, d)
    orthonormalise(texts, index.size, d)
  }
  basis = timesTexts(index, weights, texts, d)
  // X ≈ texts · basisᵀ; the singular values and directions are those of the small matrix basisᵀ · basis.
  const { values, vectors } = eigen(gram(basis, terms, d), d)
  const turned = new Float32Array(terms * d)
  const least = Math.max(1e-12, leastStrength * values.reduce((best, value) => Math.max(best, value), 0))
  for (let t = 0; t < terms; t += 1)
    for (let k = 0; k < d; k += 1) {
      let sum = 0
      for (let j = 0; j < d; j += 1) sum += basis[t * d + j]! * vectors[j * d + k]!
      // V · S^-½: directions weigh by the root of their strength.
      turned[t * d + k] = values[k]! < least ? 0 : sum / values[k]! ** 0.75
    }
  const placed = timesTerms(index, weights, turned, d)
  normaliseRows(placed, index.size, d)
  return { dimensions: d, texts: placed, terms: turned, index }
}

/** Point of a question, of length 1; zeros where no term of it is known. */
export function pointOf({ dimensions: d, terms, index }: MeaningSpace, words: ReadonlyMap<string, number>): Float32Array {
  const point = new Float32Array(d)
  for (const [word, weight] of words) {
    const term = index.terms.get(word)
    if (term === undefined) continue
    const worth = weight * idf(index, word)
    for (let k = 0; k < d; k += 1) point[k]! += worth * terms[term * d + k]!
  }
  normaliseRows(point, 1, d)
  return point
}

/** Nearness (−1 to 1) of every text to a point. */
export function nearness({ dimensions: d, texts, index }: MeaningSpace, point: Float32Array): Float64Array {
  const near = new Float64Array(index.size)
  for (let i = 0; i < index.size; i += 1) near[i] = dot(texts, i * d, point, d)
  return near
}

/** Nearness of one text. */
export function nearnessOf({ dimensions: d, texts }: MeaningSpace, text: number, point: Float32Array): number {
  return dot(texts, text * d, point, d)
}

/** A question's own map: `point + map · point`, row k of the map at `map[k * dimensions]`. */
export type QuestionMap = Float32Array

/** Sharpness of the contrast, passes, rate and decay (AdamW), size of a step's batch. */
const learning = { scale: 15, epochs: 12, rate: 0.004, decay: 0.02, batch: 16 }

/** Learns to move questions nearer to their right texts than to others: softmax contrast. */
export function trainQuestionMap(
  space: MeaningSpace,
  examples: readonly { readonly point: Float32Array; readonly right: readonly number[]; readonly wrong: readonly number[] }[],
  random: () => number,
): QuestionMap {
  const d = space.dimensions
  const map = new Float32Array(d * d)
  const slope = new Float32Array(d * d)
  const mean = new Float32Array(d * d)
  const square = new Float32Array(d * d)
  const order = examples.map((_, i) => i)
  let steps = 0
  for (let epoch = 0; epoch < learning.epochs; epoch += 1) {
    for (let i = order.length - 1; i > 0; i -= 1) {
      const j = Math.floor(random() * (i + 1))
      ;[order[i], order[j]] = [order[j]!, order[i]!]
    }
    for (let start = 0; start < order.length; start += learning.batch) {
      const batch = order.slice(start, start + learning.batch)
      slope.fill(0)
      for (const at of batch) addSlope(space, map, examples[at]!, slope, 1 / batch.length)
      steps += 1
      const [fast, slow] = [1 - 0.9 ** steps, 1 - 0.999 ** steps]
      for (let i = 0; i < map.length; i += 1) {
        mean[i] = 0.9 * mean[i]! + 0.1 * slope[i]!
        square[i] = 0.999 * square[i]! + 0.001 * slope[i]! ** 2
        map[i]! -= learning.rate * (mean[i]! / fast / (Math.sqrt(square[i]! / slow) + 1e-8) + learning.decay * map[i]!)
      }
    }
  }
  return map
}

export function moved(map: QuestionMap, point: Float32Array): Float32Array {
  const d = point.length
  return Float32Array.from(point, (own, k) => own + dot(map, k * d, point, d))
}

function addSlope({ dimensions: d, texts }: MeaningSpace, map: QuestionMap, { point, right, wrong }: { readonly point: Float32Array; readonly right: readonly number[]; readonly wrong: readonly number[] }, slope: Float32Array, share: number): void {
  if (right.length === 0) return
  const there = moved(map, point)
  const all = [...right, ...wrong]
  const scores = all.map((text) => learning.scale * dot(texts, text * d, there, d))
  const top = Math.max(...scores)
  const powers = scores.map((score) => Math.exp(score - top))
  const sum = powers.reduce((total, power) => total + power, 0)
  const good = powers.slice(0, right.length).reduce((total, power) => total + power, 0)
  const pull = new Float32Array(d)
  for (const [i, text] of all.entries()) {
    const by = (powers[i]! / sum - (i < right.length ? powers[i]! / good : 0)) * learning.scale * share
    for (let k = 0; k < d; k += 1) pull[k]! += by * texts[text * d + k]!
  }
  for (let k = 0; k < d; k += 1) for (let j = 0, at = k * d; j < d; j += 1, at += 1) slope[at]! += pull[k]! * point[j]!
}

function dot(rows: Float32Array, start: number, point: Float32Array, d: number): number {
  let sum = 0
  for (let k = 0; k < d; k += 1) sum += rows[start + k]! * point[k]!
  return sum
}

/** (1 + ln count) · idf of each posting, every text of length 1; 0 for rare terms. */
function weightsOf(index: TermIndex): Float32Array {
  const weights = new Float32Array(index.documents.length)
  const lengths = new Float64Array(index.size)
  for (const [word, term] of index.terms) {
    const [start, end] = [index.starts[term]!, index.starts[term + 1]!]
    if (end - start < leastTexts) continue
    const worth = idf(index, word)
    for (let p = start; p < end; p += 1) {
      weights[p] = (1 + Math.log(index.counts[p]!)) * worth
      lengths[index.documents[p]!]! += weights[p]! ** 2
    }
  }
  for (let p = 0; p < weights.length; p += 1) weights[p]! /= Math.sqrt(lengths[index.documents[p]!]!) || 1
  return weights
}

/** Texts × terms times terms × d. */
function timesTerms(index: TermIndex, weights: Float32Array, terms: Float32Array, d: number): Float32Array {
  const out = new Float32Array(index.size * d)
  eachPosting(index, weights, (term, text, weight) => {
    for (let k = 0; k < d; k += 1) out[text * d + k]! += weight * terms[term * d + k]!
  })
  return out
}

/** Terms × texts times texts × d. */
function timesTexts(index: TermIndex, weights: Float32Array, texts: Float32Array, d: number): Float32Array {
  const out = new Float32Array(index.terms.size * d)
  eachPosting(index, weights, (term, text, weight) => {
    for (let k = 0; k < d; k += 1) out[term * d + k]! += weight * texts[text * d + k]!
  })
  return out
}

function eachPosting(index: TermIndex, weights: Float32Array, see: (term: number, text: number, weight: number) => void): void {
  for (let term = 0; term < index.terms.size; term += 1)
    for (let p = index.starts[term]!; p < index.starts[term + 1]!; p += 1) if (weights[p]! !== 0) see(term, index.documents[p]!, weights[p]!)
}

/** Columns made orthonormal (modified Gram–Schmidt, twice for what rounding leaves). */
function orthonormalise(rows: Float32Array, n: number, d: number): void {
  const columns = Array.from({ length: d }, (_, k) => Float64Array.from({ length: n }, (__, i) => rows[i * d + k]!))
  for (const [k, column] of columns.entries()) {
    for (let pass = 0; pass < 2; pass += 1)
      for (let j = 0; j < k; j += 1) {
        const other = columns[j]!
        let sum = 0
        for (let i = 0; i < n; i += 1) sum += column[i]! * other[i]!
        for (let i = 0; i < n; i += 1) column[i]! -= sum * other[i]!
      }
    let length = 0
    for (let i = 0; i < n; i += 1) length += column[i]! ** 2
    length = Math.sqrt(length) || 1
    for (let i = 0; i < n; i += 1) rows[i * d + k] = column[i]! /= length
  }
}

function normaliseRows(rows: Float32Array, n: number, d: number): void {
  for (let i = 0; i < n; i += 1) {
    let length = 0
    for (let k = 0; k < d; k += 1) length += rows[i * d + k]! ** 2
    length = Math.sqrt(length) || 1
    for (let k = 0; k < d; k += 1) rows[i * d + k]! /= length
  }
}

function gram(rows: Float32Array, n: number, d: number): Float64Array {
  const out = new Float64Array(d * d)
  for (let i = 0; i < n; i += 1)
    for (let a = 0; a < d; a += 1) {
      const own = rows[i * d + a]!
      if (own !== 0) for (let b = a; b < d; b += 1) out[a * d + b]! += own * rows[i * d + b]!
    }
  for (let a = 0; a < d; a += 1) for (let b = 0; b < a; b += 1) out[a * d + b] = out[b * d + a]!
  return out
}

/** Eigenvalues and vectors (column k) of a symmetric matrix, by Jacobi's rotations. */
function eigen(matrix: Float64Array, d: number): { readonly values: Float64Array; readonly vectors: Float64Array } {
  const vectors = new Float64Array(d * d)
  for (let k = 0; k < d; k += 1) vectors[k * d + k] = 1
  for (let sweep = 0; sweep < 12; sweep += 1) {
    let off = 0
    for (let p = 0; p < d; p += 1) for (let q = p + 1; q < d; q += 1) off += matrix[p * d + q]! ** 2
    if (off < 1e-18) break
    for (let p = 0; p < d; p += 1)
      for (let q = p + 1; q < d; q += 1) {
        const apq = matrix[p * d + q]!
        if (Math.abs(apq) < 1e-15) continue
        const theta = (matrix[q * d + q]! - matrix[p * d + p]!) / (2 * apq)
        const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1))
        const c = 1 / Math.sqrt(t * t + 1)
        const s = t * c
        for (let k = 0; k < d; k += 1) {
          const [kp, kq] = [matrix[k * d + p]!, matrix[k * d + q]!]
          matrix[k * d + p] = c * kp - s * kq
          matrix[k * d + q] = s * kp + c * kq
        }
        for (let k = 0; k < d; k += 1) {
          const [pk, qk] = [matrix[p * d + k]!, matrix[q * d + k]!]
          matrix[p * d + k] = c * pk - s * qk
          matrix[q * d + k] = s * pk + c * qk
          const [vp, vq] = [vectors[k * d + p]!, vectors[k * d + q]!]
          vectors[k * d + p] = c * vp - s * vq
          vectors[k * d + q] = s * vp + c * vq
        }
      }
  }
  return { values: Float64Array.from({ length: d }, (_, k) => matrix[k * d + k]!), vectors }
}
