import { normalise, toSimplified } from '../text.js'
import { featuresOnce, openBarred, scoreHeldOut, trainBarred, type BarredExample, type BarredModel } from './barred-model.js'
import { findEntities } from './entities.js'
import { findBuild, findCues, readWords, type GateWords, type Surroundings } from './gate-cues.js'
import type { RoomLine } from './room-lines.js'

/** How much a message without a mention sounds like one that deserves an answer. */
export interface LearnedGate {
  /** Unbounded; compare with `bars`. */
  readonly score: (words: GateWords, around: Surroundings) => number
  /** Scores over which the bot speaks in a careful and in a helpful room. */
  readonly bars: { readonly careful: number; readonly helpful: number }
}

/** Raised when features or training change, so that older cached gates are not used. */
export const gateVersion = 3

/**
 * Shares of the silent lines, held out of training, at which the bot would speak: what a careful and a helpful room put up with.
 * Every second of these lines is a close call; on a room's usual talk it is half of that or less (0.5 % and 2 % at most).
 */
const falseSpeak = [0.01, 0.03] as const

/** Learns from room talk when to speak; the bars are set on lines held out. The same lines give the same gate. */
export function trainGate(lines: readonly RoomLine[]): BarredModel {
  return trainBarred(lines.map(exampleOf), falseSpeak)
}

/** Makes what was learned ready to answer. */
export function openGate(model: BarredModel): LearnedGate {
  const score = openBarred(model)
  return { score: (words, around) => score(featuresOf(words, around)), bars: { careful: model.bars[0], helpful: model.bars[1] } }
}

/** The score of each line by a gate that did not see it, in the lines' order. */
export function scoreLinesHeldOut(lines: readonly RoomLine[]): Float64Array {
  return scoreHeldOut(lines.map(exampleOf))
}

function exampleOf(line: RoomLine): BarredExample {
  const text = toSimplified(normalise(line.text))
  return { features: featuresOf(readWords(text, findEntities(text, { now: 0, gazetteer: null })), line), yes: line.deserves }
}

function featuresOf(words: GateWords, around: Surroundings): string[] {
  return [...featuresOnce(words.text), ...findCues(words, around), ...findBuild(words.text)]
}
