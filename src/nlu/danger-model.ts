import { normalise, toSimplified } from '../text.js'
import { decodeModel, encodeModel, openModel, trainClassifier, type Model } from './classifier.js'
import { seededRandom } from '../random.js'
import type { DangerKind, Doubt } from './understanding.js'
import { featuresOnce } from './features.js'
import { openYesOrNo, trainYesOrNo } from './yes-or-no.js'

/** A telling and its kind of danger; `null` only sounds like danger, or not even that. */
export interface Telling {
  readonly text: string
  readonly kind: DangerKind | null
}

/** What was learned from tellings: whether it is danger, and which. */
export interface SecondLookModel {
  readonly danger: Model
  readonly kinds: Model
}

/** A second look at what the rules let pass: whether the person had better be asked. */
export type SecondLook = (text: string) => Doubt | null

/**
 * Scores from which on a person is asked, in a room without being called and in private. Of harmless lines held out of training one
 * in two thousand reaches the first and one in a hundred and fifty the second; these lines are full of near misses, usual messages are not.
 */
const bars = { unasked: 1.4, asked: 0.15 } as const

/** Raised when features or training change, so that older cached models are not used. */
export const secondLookVersion = 2

/** Reads a file of tellings: the kind or `-`, a tab, the message; `# ` for remarks. */
export function readTellings(text: string): Telling[] {
  return text.split('\n').flatMap((line) => {
    const [kind, words] = line.split('\t')
    return words === undefined || line.startsWith('# ') ? [] : [{ text: words, kind: kind === '-' ? null : (kind as DangerKind) }]
  })
}

/** Learns danger from tellings and from lines that hold none. The same lines give the same model. */
export function trainSecondLook(tellings: readonly Telling[]): SecondLookModel {
  const lines = tellings.map(({ text, kind }) => ({ features: featuresOnce(toSimplified(normalise(text))), kind }))
  return {
    danger: trainYesOrNo(lines.map(({ features, kind }) => ({ features, yes: kind !== null }))),
    kinds: trainClassifier(lines.flatMap(({ features, kind }) => (kind === null ? [] : [{ features, label: kind }])), { random: seededRandom(1), calibrationFolds: 0, minimumCount: 2 }),
  }
}

/** Makes what was learned ready to judge a normalised, simplified text. */
export function openSecondLook({ danger, kinds }: SecondLookModel): SecondLook {
  const score = openYesOrNo(danger)
  const { classify } = openModel(kinds)
  return (text) => {
    const features = featuresOnce(text)
    const value = score(features)
    if (value <= bars.asked) return null
    return { kind: classify(features).ranked[0]!.label as DangerKind, isSure: value > bars.unasked }
  }
}

/** The models as bytes: the length of the first, the first, the second. */
export function encodeSecondLook({ danger, kinds }: SecondLookModel): Buffer {
  const first = encodeModel(danger)
  const head = Buffer.alloc(8)
  head.writeUInt32LE(first.length, 0)
  return Buffer.concat([head, first, encodeModel(kinds)])
}

/** Reads `encodeSecondLook`'s bytes; `null` when they are anything else. */
export function decodeSecondLook(bytes: Buffer): SecondLookModel | null {
  if (bytes.length < 8) return null
  const end = 8 + bytes.readUInt32LE(0)
  const danger = decodeModel(bytes.subarray(8, end))
  const kinds = decodeModel(bytes.subarray(end))
  return danger === null || kinds === null ? null : { danger, kinds }
}
