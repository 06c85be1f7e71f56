import { idf } from './bm25.js'
import type { Families } from './passage-index.js'
import type { Query } from './query.js'
import { cueOf, figureAsked } from './question.js'
import { normaliseMapped, toSimplified } from '../text.js'

/** The words of a sentence that answer, as UTF-16 offsets: whole clauses, at least one. */
export interface AnswerSpan {
  readonly start: number
  readonly end: number
}

/** What a clause gains that holds the kind of words asked for, all of the question's rarity being 1; one that holds the figure asked for comes before all others. */
const cueGain = 0.4
/** A neighbouring clause belongs to the answer from this share of the best one's worth on. */
const besideShare = 0.7
/** Sentences up to this length (characters) are marked whole. */
const shortLength = 24

/** Where in a sentence the answer stands: the clause that holds most of what is asked, with those beside it that hold nearly as much. */
export function markAnswer(families: Families, query: Query, sentence: string): AnswerSpan {
  const whole = { start: 0, end: sentence.length }
  if (sentence.length <= shortLength) return whole
  const clauses = clausesOf(sentence)
  const cue = cueOf(query.text)
  const figure = figureAsked(query.text)
  const worths = clauses.map(({ start, end }) => {
    const text = toSimplified(normaliseMapped(sentence.slice(start, end)).text)
    let all = 1e-9
    let held = 0
    for (const [pair, weight] of query.pairs) {
      const worth = weight * idf(families.pairs, pair)
      all += worth
      if (text.includes(pair)) held += worth
    }
    return held / all + (cue?.given.test(text) ? cueGain : 0) + (figure?.given.test(text) ? 1 : 0)
  })
  const best = worths.reduce((top, worth) => Math.max(top, worth), 0)
  if (best === 0) return whole
  const at = worths.indexOf(best)
  let [from, to] = [at, at]
  while (from > 0 && worths[from - 1]! >= best * besideShare) from -= 1
  while (to < clauses.length - 1 && worths[to + 1]! >= best * besideShare) to += 1
  return { start: clauses[from]!.start, end: clauses[to]!.end }
}

/** Stretches between ，,；;：: and 。, without the mark after them. */
function clausesOf(sentence: string): AnswerSpan[] {
  return [...sentence.matchAll(/[^，,；;：:。！？\n]+/g)].map(({ index, 0: words }) => ({ start: index, end: index + words.length })).filter(({ start, end }) => sentence.slice(start, end).trim() !== '')
}
