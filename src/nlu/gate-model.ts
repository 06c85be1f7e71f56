import { normalise, toSimplified } from '../text.js'
import { assignFolds, decodeModel, encodeModel, openModel, trainClassifier, type Example, type Model } from './classifier.js'
import { findEntities } from './entities.js'
import { extractFeatures } from './features.js'
import { findBuild, findCues, readWords, type GateWords, type Surroundings } from './gate-cues.js'
import { seededRandom } from './random.js'
import type { RoomLine } from './room-lines.js'

/** What was learned from room talk about when to speak: plain data, so that it can be kept in a file. */
export interface GateModel {
  readonly model: Model
  /** Scores from which on the bot speaks, in a careful and in a helpful room. */
  readonly bars: { readonly careful: number; readonly helpful: number }
}

/** How much a message without a mention sounds like one that deserves an answer. */
export interface LearnedGate {
  /** Unbounded; compare with `bars`. */
  readonly score: (words: GateWords, around: Surroundings) => number
  readonly bars: GateModel['bars']
}

/** Raised when features or training change, so that older cached gates are not used. */
export const gateVersion = 2

const speaks = 'speak'
const folds = 4
const seed = 20261122
/**
 * Shares of the silent lines, held out of training, at which the bot would speak: what a careful and a helpful room put up with.
 * Every second of these lines is a close call; on a room's usual talk it is half of that or less (0.5 % and 2 % at most).
 */
const falseSpeak = { careful: 0.01, helpful: 0.03 } as const
/** Features in fewer lines than this are forgotten. */
const minimumCount = 2

/** Learns from room talk when to speak; the bars are set on lines held out. The same lines give the same gate. */
export function trainGate(lines: readonly RoomLine[]): GateModel {
  const examples = lines.map((line): Example => ({ features: featuresOf(wordsOf(line.text), line), label: line.deserves ? speaks : null }))
  const scores = scoreHeldOut(examples)
  const silent = [...scores].filter((_, index) => examples[index]!.label === null).sort((one, other) => other - one)
  const bar = (share: number) => silent[Math.floor(share * silent.length)] ?? 0
  return { model: train(examples), bars: { careful: bar(falseSpeak.careful), helpful: bar(falseSpeak.helpful) } }
}

/** Makes what was learned ready to answer. */
export function openGate({ model, bars }: GateModel): LearnedGate {
  const { decide } = openModel(model)
  return { score: (words, around) => scoreOf(decide(featuresOf(words, around))), bars }
}

/** The score of each line by a gate that did not see it, in the lines' order. */
export function scoreLinesHeldOut(lines: readonly RoomLine[]): Float64Array {
  return scoreHeldOut(lines.map((line): Example => ({ features: featuresOf(wordsOf(line.text), line), label: line.deserves ? speaks : null })))
}

function scoreHeldOut(examples: readonly Example[]): Float64Array {
  const fold = assignFolds(examples.map(({ label }) => ({ label })), folds, seededRandom(seed))
  const scores = new Float64Array(examples.length)
  for (let part = 0; part < folds; part += 1) {
    const { decide } = openModel(train(examples.filter((_, index) => fold[index] !== part)))
    examples.forEach(({ features }, index) => {
      if (fold[index] === part) scores[index] = scoreOf(decide(features))
    })
  }
  return scores
}

function train(examples: readonly Example[]): Model {
  return trainClassifier(examples, { random: seededRandom(seed), calibrationFolds: 0, minimumCount })
}

/** Decision value of speaking minus that of silence. */
function scoreOf(values: Float64Array): number {
  return (values[0] ?? 0) - (values[1] ?? 0)
}

function wordsOf(line: string): GateWords {
  const text = toSimplified(normalise(line))
  return readWords(text, findEntities(text, { now: 0, gazetteer: null }))
}

function featuresOf(words: GateWords, around: Surroundings): string[] {
  return [...extractFeatures(words.text), ...findCues(words, around), ...findBuild(words.text)]
}

/** A gate as bytes: the two bars, then the model. */
export function encodeGate({ model, bars }: GateModel): Buffer {
  const head = Buffer.alloc(16)
  head.writeDoubleLE(bars.careful, 0)
  head.writeDoubleLE(bars.helpful, 8)
  return Buffer.concat([head, encodeModel(model)])
}

/** Reads `encodeGate`'s bytes; `null` when they are anything else. */
export function decodeGate(bytes: Buffer): GateModel | null {
  if (bytes.length < 16) return null
  const model = decodeModel(bytes.subarray(16))
  return model === null ? null : { model, bars: { careful: bytes.readDoubleLE(0), helpful: bytes.readDoubleLE(8) } }
}
