import { pairTerms, singleTerms } from './query.js'

/**
 * Which group of documents (which law, which policy) a question is about: softmax regression over characters, pairs and
 * triples, learned with AdaGrad. Groups with fewer than two questions share one class that says nothing.
 */
export interface TopicClassifier {
  readonly terms: ReadonlyMap<string, number>
  readonly groups: readonly string[]
  /** `weights[term * groups.length + group]`. */
  readonly weights: Float32Array
}

/** Passes over the questions, step and ridge; from the plateau in five-fold validation on 1,234 lay questions. */
const epochs = 12
const step = 0.5
const ridge = 1e-5
const least = 2

export function trainTopics(examples: readonly { readonly text: string; readonly group: string }[], random: () => number): TopicClassifier {
  const counts = new Map<string, number>()
  for (const { group } of examples) counts.set(group, (counts.get(group) ?? 0) + 1)
  const groups = ['', ...[...counts].filter(([, count]) => count >= least).map(([group]) => group).sort()]
  const numberOf = new Map(groups.map((group, i) => [group, i]))
  const terms = new Map<string, number>()
  const rows = examples.map(({ text, group }) => {
    const own = featuresOf(text).map((feature) => {
      let term = terms.get(feature)
      if (term === undefined) terms.set(feature, (term = terms.size))
      return term
    })
    return { own, gold: numberOf.get(group) ?? 0 }
  })
  const width = groups.length
  const weights = new Float32Array(terms.size * width)
  const history = new Float32Array(terms.size * width).fill(1e-6)
  const order = rows.map((_, i) => i)
  for (let epoch = 0; epoch < epochs; epoch += 1) {
    for (let i = order.length - 1; i > 0; i -= 1) {
      const j = Math.floor(random() * (i + 1))
      ;[order[i], order[j]] = [order[j]!, order[i]!]
    }
    for (const at of order) {
      const { own, gold } = rows[at]!
      if (own.length === 0) continue
      const value = 1 / Math.sqrt(own.length)
      const chances = softmax(scoresOf(own, value, weights, width))
      chances[gold]! -= 1
      for (const term of own)
        for (let g = 0, w = term * width; g < width; g += 1, w += 1) {
          const slope = chances[g]! * value + ridge * weights[w]!
          history[w]! += slope * slope
          weights[w]! -= (step * slope) / Math.sqrt(history[w]!)
        }
    }
  }
  return { terms, groups, weights }
}

/** Chance (0–1) of each known group; what is left over belongs to groups never asked about. */
export function topicsOf({ terms, groups, weights }: TopicClassifier, text: string): ReadonlyMap<string, number> {
  const own = featuresOf(text).flatMap((feature) => terms.get(feature) ?? [])
  const chances = softmax(scoresOf(own, own.length === 0 ? 0 : 1 / Math.sqrt(own.length), weights, groups.length))
  return new Map(groups.map((group, i) => [group, chances[i]!] as const).filter(([group]) => group !== ''))
}

function featuresOf(text: string): string[] {
  const single = singleTerms(text)
  const triples = single.slice(2).map((unit, i) => single[i]! + single[i + 1]! + unit)
  return [...new Set([...single, ...pairTerms(text), ...triples])]
}

function scoresOf(own: readonly number[], value: number, weights: Float32Array, width: number): Float64Array {
  const scores = new Float64Array(width)
  for (const term of own) for (let g = 0, w = term * width; g < width; g += 1, w += 1) scores[g]! += value * weights[w]!
  return scores
}

function softmax(scores: Float64Array): Float64Array {
  const top = scores.reduce((best, score) => Math.max(best, score), -Infinity)
  let sum = 0
  for (let i = 0; i < scores.length; i += 1) sum += scores[i] = Math.exp(scores[i]! - top)
  for (let i = 0; i < scores.length; i += 1) scores[i]! /= sum
  return scores
}
