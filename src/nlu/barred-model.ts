import { assignFolds, decodeModel, encodeModel, openModel, trainClassifier, type Model } from './classifier.js'
import { extractFeatures } from './features.js'
import { seededRandom } from './random.js'

/** One decision, yes or no, with two bars: plain data, so that it can be kept in a file. */
export interface BarredModel {
  readonly model: Model
  /** Scores from which on the answer is yes, the stricter first. */
  readonly bars: readonly [strict: number, ready: number]
}

/** One line, already taken apart. */
export interface BarredExample {
  readonly features: readonly string[]
  readonly yes: boolean
}

const yesLabel = 'yes'
const seed = 20261122
/** Features in fewer lines than this are forgotten. */
const minimumCount = 2
const folds = 4

/** Trains the decision; each bar is the score that only this share (0–1) of the no-lines reach when they are held out. */
export function trainBarred(examples: readonly BarredExample[], falseShares: readonly [strict: number, ready: number]): BarredModel {
  const scores = scoreHeldOut(examples)
  const wrong = [...scores].filter((_, index) => !examples[index]!.yes).sort((one, other) => other - one)
  const bar = (share: number) => wrong[Math.floor(share * wrong.length)] ?? 0
  return { model: train(examples), bars: [bar(falseShares[0]), bar(falseShares[1])] }
}

/** Makes the decision ready: the score of a line, unbounded, to be compared with the bars. */
export function openBarred({ model }: Pick<BarredModel, 'model'>): (features: readonly string[]) => number {
  const { decide } = openModel(model)
  return (features) => scoreOf(decide(features))
}

/** The score of each line by a model that did not see it, in the lines' order. */
export function scoreHeldOut(examples: readonly BarredExample[]): Float64Array {
  const fold = assignFolds(examples.map(({ yes }) => ({ label: yes ? yesLabel : null })), folds, seededRandom(seed))
  const scores = new Float64Array(examples.length)
  for (let part = 0; part < folds; part += 1) {
    const score = openBarred({ model: train(examples.filter((_, index) => fold[index] !== part)) })
    examples.forEach(({ features }, index) => {
      if (fold[index] === part) scores[index] = score(features)
    })
  }
  return scores
}

function train(examples: readonly BarredExample[]): Model {
  const labelled = examples.map(({ features, yes }) => ({ features, label: yes ? yesLabel : null }))
  return trainClassifier(labelled, { random: seededRandom(seed), calibrationFolds: 0, minimumCount })
}

/** Decision value of yes minus that of no. */
function scoreOf(values: Float64Array): number {
  return (values[0] ?? 0) - (values[1] ?? 0)
}

let last: { readonly text: string; readonly features: readonly string[] } = { text: '', features: [] }

/** The features of a text, worked out once where several models look at the same message. */
export function featuresOnce(text: string): readonly string[] {
  if (last.text !== text) last = { text, features: extractFeatures(text) }
  return last.features
}

/** The model as bytes: the two bars, then the rest. */
export function encodeBarred({ model, bars }: BarredModel): Buffer {
  const head = Buffer.alloc(16)
  head.writeDoubleLE(bars[0], 0)
  head.writeDoubleLE(bars[1], 8)
  return Buffer.concat([head, encodeModel(model)])
}

/** Reads `encodeBarred`'s bytes; `null` when they are anything else. */
export function decodeBarred(bytes: Buffer): BarredModel | null {
  if (bytes.length < 16) return null
  const model = decodeModel(bytes.subarray(16))
  return model === null ? null : { model, bars: [bytes.readDoubleLE(0), bytes.readDoubleLE(8)] }
}
