import type { Verdict } from './classifier.js'
import { findHints } from './hints.js'
import type { Piece } from './matters.js'
import type { IntentName } from './understanding.js'

/** A message that is two: up to `end` one matter, from `start` on another. */
export interface TwoMatters {
  readonly first: { readonly label: string; readonly start: number; readonly end: number }
  readonly second: { readonly label: string; readonly start: number; readonly end: number }
}

/**
 * What speaks for two matters in a message that its pieces leave one, in nats. Learned by logistic regression over all cuts and the two
 * best readings on either side, from messages of five authors with one matter and with two, each judged by a classifier that had learned
 * from the others. Judged likewise, it finds one in four of those still missed, at one message in two hundred wrongly taken apart.
 */
const weight = {
  /** How probable the first is before the cut and in the whole, and the second after the cut, before it and in the whole. */
  firstBefore: 1.67, firstAfter: 0.3, firstInWhole: 0.32, secondAfter: 1.47, secondInWhole: 0.93, surestInWhole: 0.48,
  /** Only a comma between them; few words after it; those ask, both ask, they neither ask nor want anything. */
  comma: -1.43, short: -0.95, asks: -0.48, bothAsk: 1.26, tells: -0.9,
  /** What is said after the cut names the second's field (and how probable it makes that), or says its act; the first's act before it. */
  field: 0.59, fieldProbable: 0.97, act: 1.15, actBefore: 0.69,
  /** The second is spoken of before the cut, the first after it. */
  secondBefore: 2.23, firstAgain: 0.48,
  isAct: -0.29, none: -0.26,
} as const

/** Intents that are something to do about a matter, whatever its field. */
const acts = new Set<string>([
  'ask_process', 'ask_materials', 'ask_hours_place', 'book', 'home_agent', 'payment', 'track', 'urge', 'cancel_change', 'rate_complain', 'praise', 'human',
] satisfies IntentName[])
/** No matters beside another: danger leads by rules of its own, a greeting asks for nothing. */
const neverOne = new Set<string>(['emergency', 'chitchat', 'offtopic_group'] satisfies IntentName[])

const question = /[吗么嘛呢不没伐冇]$|[?]|怎么|咋|哪|啥|什么|多少|几[点号时天个成]|能不能|可不可以|有没有|是不是|行不|谁|如何|要不要|多久|能.{0,8}[吗不]|多大|几时/u
const request = /帮|给我|想|要|请|派|麻烦|赶紧|快|来人|替|改|换|退|撤|取消|约|报|投|谢|差评|分|催|叫|找|登/u

/** Fewer Han characters than this after a cut are few. */
const fewWords = 5
/** More pieces than this are a story: it is not looked at again. */
const mostPieces = 5
const readingsEachSide = 2

/** Looks again at a message whose pieces all seem to be about one matter; `null` when it is. `classify` is asked about the parts on both sides of each cut. */
export function findSecondMatter(text: string, pieces: readonly Piece[], whole: Verdict, classify: (start: number, end: number) => Verdict): TwoMatters | null {
  const last = pieces.at(-1)
  if (last === undefined || pieces.length < 2 || pieces.length > mostPieces) return null
  const hints = pieces.map(({ start, end }) => findHints(text.slice(start, end)))
  const surest = whole.ranked[0]?.confidence ?? 0
  let best: TwoMatters | null = null
  let most = 0
  for (const [cut, piece] of pieces.entries()) {
    const before = pieces[cut - 1]
    if (before === undefined) continue
    const [left, right] = [classify(0, before.end), classify(piece.start, last.end)]
    const sides = sidesOf(text.slice(0, before.end), text.slice(piece.start, last.end), piece)
    const [hintsBefore, hintsAfter] = [new Set(hints.slice(0, cut).flat()), new Set(hints.slice(cut).flat())]
    for (const { label: first, confidence: firstBefore } of left.ranked.slice(0, readingsEachSide)) {
      for (const { label: second, confidence: secondAfter } of right.ranked.slice(0, readingsEachSide)) {
        if (first === second || neverOne.has(first) || neverOne.has(second)) continue
        const field = hintsAfter.has(`h${second}`)
        const act = hintsAfter.has(`h${second}_act`)
        const score =
          sides +
          weight.firstBefore * likely(firstBefore) + weight.firstAfter * likely(chanceOf(right, first)) + weight.firstInWhole * likely(chanceOf(whole, first)) +
          weight.secondAfter * likely(secondAfter) + weight.secondInWhole * likely(chanceOf(whole, second)) + weight.surestInWhole * surest +
          (field ? weight.field : 0) + (act ? weight.act : 0) + (field || act ? weight.fieldProbable * likely(secondAfter) : 0) +
          (hintsBefore.has(`h${first}_act`) ? weight.actBefore : 0) +
          (hintsBefore.has(`h${second}`) || hintsBefore.has(`h${second}_act`) ? weight.secondBefore : 0) +
          (hintsAfter.has(`h${first}`) || hintsAfter.has(`h${first}_act`) ? weight.firstAgain : 0) +
          (acts.has(second) ? weight.isAct : 0)
        if (score <= most) continue
        most = score
        best = { first: { label: first, start: 0, end: before.end }, second: { label: second, start: piece.start, end: last.end } }
      }
    }
  }
  return best
}

/** What the words on both sides of a cut say for it, whatever they are about. */
function sidesOf(left: string, right: string, { joint }: Piece): number {
  const asks = question.test(right)
  return (
    weight.none +
    (joint === 'comma' ? weight.comma : 0) +
    ((right.match(/\p{Script=Han}/gu)?.length ?? 0) < fewWords ? weight.short : 0) +
    (asks ? weight.asks : 0) +
    (asks && question.test(left) ? weight.bothAsk : 0) +
    (asks || request.test(right) ? 0 : weight.tells)
  )
}

function chanceOf({ ranked }: Verdict, label: string): number {
  return ranked.find((one) => one.label === label)?.confidence ?? 0
}

/** Of a chance (0–1), its logarithm, not below a thousandth's. */
function likely(chance: number): number {
  return Math.log(Math.max(chance, 1e-3)) / 3
}
