/**
 * BM25 over typed arrays: a Map from term to a run of postings, documents and counts side by side. One index holds one
 * family of terms (single characters, pairs, …), so that each family has its own lengths.
 */
export interface TermIndex {
  readonly size: number
  readonly terms: ReadonlyMap<string, number>
  /** Postings of term t: `starts[t]` to `starts[t + 1]`. */
  readonly starts: Uint32Array
  readonly documents: Uint32Array
  readonly counts: Uint16Array
  /** `k1 * (1 - b + b * length / mean length)` of each document. */
  readonly norms: Float64Array
}

/** Term saturation and length normalisation: the plateau over three corpora of policy and statute text. */
const k1 = 1.2
const b = 0.75

export function indexTerms(documents: readonly (readonly string[])[]): TermIndex {
  const terms = new Map<string, number>()
  const perTerm: number[] = []
  let postings = 0
  const perDocument: Map<number, number>[] = []
  let total = 0
  for (const words of documents) {
    const counts = new Map<number, number>()
    for (const word of words) {
      let term = terms.get(word)
      if (term === undefined) {
        term = terms.size
        terms.set(word, term)
        perTerm.push(0)
      }
      const count = counts.get(term)
      if (count === undefined) {
        perTerm[term]! += 1
        postings += 1
      }
      counts.set(term, (count ?? 0) + 1)
    }
    perDocument.push(counts)
    total += words.length
  }
  const starts = new Uint32Array(terms.size + 1)
  for (let t = 0; t < terms.size; t += 1) starts[t + 1] = starts[t]! + perTerm[t]!
  const next = starts.slice()
  const ids = new Uint32Array(postings)
  const counts = new Uint16Array(postings)
  for (const [d, own] of perDocument.entries())
    for (const [term, count] of own) {
      const at = next[term]!
      ids[at] = d
      counts[at] = Math.min(count, 65_535)
      next[term] = at + 1
    }
  const mean = total / Math.max(1, documents.length) || 1
  const norms = Float64Array.from(documents, (words) => k1 * (1 - b + (b * words.length) / mean))
  return { size: documents.length, terms, starts, documents: ids, counts, norms }
}

/** How rare a term is: 0 for one in every document, about ln(size) for one in a single document or none. */
export function idf(index: TermIndex, word: string): number {
  const term = index.terms.get(word)
  const df = term === undefined ? 0 : index.starts[term + 1]! - index.starts[term]!
  return Math.log(1 + (index.size - df + 0.5) / (df + 0.5))
}

/** Adds each document's BM25 score for the weighted words to `scores`. */
export function addScores(index: TermIndex, words: ReadonlyMap<string, number>, scores: Float64Array): void {
  for (const [word, weight] of words) {
    const term = index.terms.get(word)
    if (term === undefined) continue
    const gain = weight * idf(index, word) * (k1 + 1)
    for (let p = index.starts[term]!; p < index.starts[term + 1]!; p += 1) {
      const d = index.documents[p]!
      const count = index.counts[p]!
      scores[d]! += (gain * count) / (count + index.norms[d]!)
    }
  }
}

/** Share of the weighted words' rarity that each document holds, 0–1. */
export function coverageOf(index: TermIndex, terms: ReadonlyMap<string, number>): Float64Array {
  const held = new Float64Array(index.size)
  let all = 0
  for (const [word, weight] of terms) {
    const worth = weight * idf(index, word)
    all += worth
    const term = index.terms.get(word)
    if (term === undefined) continue
    for (let p = index.starts[term]!; p < index.starts[term + 1]!; p += 1) held[index.documents[p]!]! += worth
  }
  if (all > 0) for (let i = 0; i < held.length; i += 1) held[i]! /= all
  return held
}
