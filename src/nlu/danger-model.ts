import { normalise, toSimplified } from '../text.js'
import { decodeBarred, encodeBarred, featuresOnce, openBarred, trainBarred, type BarredModel } from './barred-model.js'
import { decodeModel, encodeModel, openModel, trainClassifier, type Model } from './classifier.js'
import { seededRandom } from './random.js'
import type { DangerKind, Doubt } from './understanding.js'

/** A telling and its kind of danger; `null` only sounds like danger, or not even that. */
export interface Telling {
  readonly text: string
  readonly kind: DangerKind | null
}

/** What was learned from tellings: whether it is danger, and which. */
export interface SecondLookModel {
  readonly danger: BarredModel
  readonly kinds: Model
}

/** A second look at what the rules let pass: whether the person had better be asked. */
export type SecondLook = (text: string) => Doubt | null

/**
 * Shares of harmless lines, held out of training, that sound like danger: one in two thousand may be asked about in a room, one in
 * a hundred and fifty in private. The lines learned from are full of near misses, a resident's usual messages are not.
 */
const falseShares = [0.0005, 0.007] as const

/** Raised when features or training change, so that older cached models are not used. */
export const secondLookVersion = 1

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
    danger: trainBarred(lines.map(({ features, kind }) => ({ features, yes: kind !== null })), falseShares),
    kinds: trainClassifier(lines.flatMap(({ features, kind }) => (kind === null ? [] : [{ features, label: kind }])), { random: seededRandom(1), calibrationFolds: 0, minimumCount: 2 }),
  }
}

/** Makes what was learned ready to judge a normalised, simplified text. */
export function openSecondLook({ danger, kinds }: SecondLookModel): SecondLook {
  const score = openBarred(danger)
  const { classify } = openModel(kinds)
  const [sure, maybe] = danger.bars
  return (text) => {
    const features = featuresOnce(text)
    const value = score(features)
    if (value <= maybe) return null
    return { kind: classify(features).ranked[0]!.label as DangerKind, isSure: value > sure }
  }
}

/** The models as bytes: the length of the first, the first, the second. */
export function encodeSecondLook({ danger, kinds }: SecondLookModel): Buffer {
  const first = encodeBarred(danger)
  const head = Buffer.alloc(8)
  head.writeUInt32LE(first.length, 0)
  return Buffer.concat([head, first, encodeModel(kinds)])
}

/** Reads `encodeSecondLook`'s bytes; `null` when they are anything else. */
export function decodeSecondLook(bytes: Buffer): SecondLookModel | null {
  if (bytes.length < 8) return null
  const end = 8 + bytes.readUInt32LE(0)
  const danger = decodeBarred(bytes.subarray(8, end))
  const kinds = decodeModel(bytes.subarray(end))
  return danger === null || kinds === null ? null : { danger, kinds }
}
