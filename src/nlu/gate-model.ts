import { normalise, toSimplified } from '../text.js'
import type { Model } from './classifier.js'
import { findEntities } from './entities.js'
import { featuresOnce } from './features.js'
import { findBuild, findCues, readWords, type GateWords, type Surroundings } from './gate-cues.js'
import type { RoomLine } from './room-lines.js'
import { openYesOrNo, trainYesOrNo } from './yes-or-no.js'

/** How much a message without a mention sounds like one that deserves an answer. Unbounded; compare with `gateBars`. */
export type LearnedGate = (words: GateWords, around: Surroundings) => number

/** Raised when features or training change, so that older cached gates are not used. */
export const gateVersion = 4

/**
 * Scores over which the bot speaks in a careful and in a helpful room. At these, lines held out of training by fourths are broken
 * into at most once and thrice in a hundred; every second of them is a close call, on a room's usual talk it is half of that or less.
 */
export const gateBars = { careful: 0.75, helpful: 0.2 } as const

/** Learns from room talk when to speak. The same lines give the same gate. */
export function trainGate(lines: readonly RoomLine[]): Model {
  const examples = function* () {
    for (const line of lines) yield { features: featuresOf(readLine(line.text), line), yes: line.deserves }
  }
  return trainYesOrNo(examples())
}

/** Makes what was learned ready to answer. */
export function openGate(model: Model): LearnedGate {
  const score = openYesOrNo(model)
  return (words, around) => score(featuresOf(words, around))
}

/** The words of a line as it was written, where no place of a community is known by name. */
export function readLine(line: string): GateWords {
  const text = toSimplified(normalise(line))
  return readWords(text, findEntities(text, { now: 0, gazetteer: null }))
}

function featuresOf(words: GateWords, around: Surroundings): string[] {
  return [...featuresOnce(words.text), ...findCues(words, around), ...findBuild(words.text)]
}
