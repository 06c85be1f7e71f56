import { idf } from './bm25.js'
import { otherSideOf } from './follow-up.js'
import { scorePassages, searchPassages, type Families, type Hit } from './passage-index.js'
import type { PolicyIndex, SentenceForm } from './policy-index.js'
import { pairTerms, type Query } from './query.js'
import { cueOf, figureAsked, type FigureCue } from './question.js'

/** What is seen of a sentence beside the others that may answer. All 0–1 but `found`, 0–2, and `length`. */
export interface SentenceFeatures {
  /** Its score with its headings over the best one's. */
  readonly passage: number
  /** That plus its clause's score over the best clause's. */
  readonly found: number
  /** Share of the question's rarity, lexicon counted, that the sentence holds; that its headings hold. */
  readonly pairs: number
  readonly headingPairs: number
  /** Share of the question's words, the lexicon's phrases counted as one, in sentence or headings; in the whole clause. */
  readonly words: number
  readonly clauseWords: number
  /** The rarest word that it holds over the question's rarest. */
  readonly rarest: number
  /** Share of the question's characters. */
  readonly single: number
  /** It holds the kind of words asked for; a figure is asked for and it holds none. */
  readonly cue: number
  readonly figureMissing: number
  readonly row: number
  /** It speaks of the city only where the country was asked about, or the like. */
  readonly otherSide: number
  /** ln(characters) / 5. */
  readonly length: number
  /** The better of its neighbours' `words`, sentence only. */
  readonly beside: number
}

/**
 * Learned by listwise softmax (`trainRanker`) from 430 questions put to five texts, those of `test/fixtures/knowledge`
 * among them, 240 of which in words that the lexicon did not know yet: words it knows would seem surer than they are.
 * In words new to both, the right sentence stands first in 78 % and among three in 88 %. `otherSide` is by hand: a rule
 * for the city is never quoted for the country.
 */
export const sentenceWeights: { readonly [name in keyof SentenceFeatures]: number } = {
  passage: 3.59, found: 1.16, pairs: 0.23, headingPairs: -1.57, words: 3.09, clauseWords: 0.24, rarest: 0.77, single: 7.86,
  cue: 2.95, figureMissing: -1.2, row: -1.49, otherSide: -8, length: -2.52, beside: 1.29,
}

/** How many sentences, best by formula F, are put in the learned order. */
const depth = 60

/** A sentence with what was seen of it; its score is its odds against the best (0–1). */
export interface SeenSentence extends Hit {
  readonly features: SentenceFeatures
}

/** One question put to an index. What it asks for is read once, and every sentence is looked at once, for however many places it is asked. */
export interface AskedIndex {
  readonly index: PolicyIndex
  readonly query: Query
  /** The sentences that may answer, best first, their scores as odds against the best (0–1); `allow` says which documents may. */
  readonly rank: (allow: (document: number) => boolean) => readonly Hit[]
  /** The same among the sentences of all documents. */
  readonly everywhere: () => readonly Hit[]
  /** The same with what was seen of each sentence. */
  readonly explain: (allow: (document: number) => boolean) => readonly SeenSentence[]
}

/** How a sentence stands among the others. */
type Place = Pick<SentenceFeatures, 'passage' | 'found' | 'beside'>

/** What is seen of a sentence whichever others may answer beside it. */
interface Look extends Omit<SentenceFeatures, 'passage' | 'found' | 'beside'> {
  /** Share of the question's words that the sentence itself holds. */
  readonly sentence: number
}

export function askIndex(index: PolicyIndex, query: Query): AskedIndex {
  const scores = scorePassages(index.passages, query)
  const asked = readAsked(index.passages.passage, query)
  const isOtherSide = otherSideOf(query.text)
  // Sentences of a clause share its headings and its words.
  const clauseOf = remembered((_document, { title, clause }: SentenceForm) => ({
    titlePairs: shareOf(asked.pairs, title),
    titleWords: asked.words.map(({ word, means }) => headingShare * heldIn(title, word, means)),
    words: clauseShare(asked, clause),
  }))
  const lookAt = remembered((passage: number, document: number): Look => {
    const form = index.forms[passage]!
    const clause = clauseOf(document, form)
    const { sentence, near, rarest } = wordsIn(asked, form.text, clause.titleWords)
    return {
      sentence,
      pairs: shareOf(asked.pairs, form.text),
      headingPairs: clause.titlePairs,
      words: near,
      clauseWords: clause.words,
      rarest,
      single: shareOf(asked.single, form.text),
      cue: asked.cue?.test(form.text) ? 1 : 0,
      figureMissing: asked.figure !== null && !asked.figure.given.test(form.text) ? 1 : 0,
      row: index.sentences[passage]!.paragraph.kind === 'row' ? 1 : 0,
      otherSide: isOtherSide(form.text) ? 1 : 0,
      length: Math.log(form.text.length) / 5,
    }
  })

  /** The candidates, and how to see each of them beside the others. */
  function among(allow: (document: number) => boolean): { readonly hits: readonly Hit[]; readonly placeOf: (hit: Hit) => Place } {
    const hits = searchPassages(index.passages, query, depth, allow, scores)
    const top = { passage: 1e-9, document: 1e-9 }
    for (const hit of hits) {
      top.passage = Math.max(top.passage, hit.passageScore)
      top.document = Math.max(top.document, hit.documentScore)
    }
    const passages = new Set(hits.map((hit) => hit.passage))
    const wordsAt = (passage: number, document: number) => (passages.has(passage) && index.passages.owner[passage] === document ? lookAt(passage, document).sentence : 0)
    return {
      hits,
      placeOf: (hit) => ({
        passage: hit.passageScore / top.passage,
        found: hit.passageScore / top.passage + hit.documentScore / top.document,
        beside: Math.max(wordsAt(hit.passage - 1, hit.document), wordsAt(hit.passage + 1, hit.document)),
      }),
    }
  }

  function rank(allow: (document: number) => boolean): Hit[] {
    const { hits, placeOf } = among(allow)
    const sums = hits.map((hit) => weigh(lookAt(hit.passage, hit.document), placeOf(hit)))
    const best = sums.reduce((top, sum) => Math.max(top, sum), -Infinity)
    return hits.map((hit, i) => ({ ...hit, score: Math.exp(sums[i]! - best) })).sort((one, other) => other.score - one.score)
  }

  function explain(allow: (document: number) => boolean): SeenSentence[] {
    const { hits, placeOf } = among(allow)
    const placed = new Map(hits.map((hit) => [hit.passage, placeOf(hit)]))
    return rank(allow).map((hit) => {
      const { sentence: _sentence, ...look } = lookAt(hit.passage, hit.document)
      const { passage, found, beside } = placed.get(hit.passage)!
      return { ...hit, features: { passage, found, ...look, beside } }
    })
  }

  let all: readonly Hit[] | null = null
  return { index, query, rank, explain, everywhere: () => (all ??= rank(() => true)) }
}

/** Written out: this runs for sixty sentences a search. */
function weigh(look: Look, { passage, found, beside }: Place): number {
  const weight = sentenceWeights
  return (
    weight.passage * passage + weight.found * found + weight.pairs * look.pairs + weight.headingPairs * look.headingPairs + weight.words * look.words +
    weight.clauseWords * look.clauseWords + weight.rarest * look.rarest + weight.single * look.single + weight.cue * look.cue + weight.figureMissing * look.figureMissing +
    weight.row * look.row + weight.otherSide * look.otherSide + weight.length * look.length + weight.beside * beside
  )
}

interface Term {
  readonly term: string
  readonly worth: number
}

/** A question's terms with what they are worth, the same for every sentence. */
interface Asked {
  readonly pairs: readonly Term[]
  readonly single: readonly Term[]
  readonly words: readonly { readonly word: string; readonly means: readonly string[]; readonly worth: number }[]
  readonly cue: RegExp | null
  readonly figure: FigureCue | null
}

function readAsked(families: Families, query: Query): Asked {
  return {
    pairs: [...query.pairs].map(([pair, weight]) => ({ term: pair, worth: weight * idf(families.pairs, pair) })),
    single: [...query.own.single].map(([unit, weight]) => ({ term: unit, worth: weight * idf(families.single, unit) })),
    words: query.words.map(({ word, means }) => ({ word, means, worth: Math.max(...pairTerms(word).map((pair) => idf(families.pairs, pair)), 0) })),
    cue: cueOf(query.text)?.given ?? null,
    figure: figureAsked(query.text),
  }
}

function shareOf(terms: readonly Term[], text: string): number {
  let all = 0
  let held = 0
  for (const { term, worth } of terms) {
    all += worth
    if (text.includes(term)) held += worth
  }
  return all === 0 ? 0 : held / all
}

/** Worth of what the lexicon takes for the same, the word itself being 1; and of what only the headings hold. */
const meantShare = 0.9
const headingShare = 0.8

function wordsIn({ words }: Asked, text: string, inTitle: readonly number[]): { readonly sentence: number; readonly near: number; readonly rarest: number } {
  let [all, sentence, near, rarest, top] = [0, 0, 0, 0, 1e-9]
  for (const [at, { word, means, worth }] of words.entries()) {
    const own = heldIn(text, word, means)
    all += worth
    sentence += worth * own
    near += worth * Math.max(own, inTitle[at] ?? 0)
    rarest = Math.max(rarest, worth * own)
    top = Math.max(top, worth)
  }
  return { sentence: sentence / (all || 1), near: near / (all || 1), rarest: rarest / top }
}

function heldIn(text: string, word: string, means: readonly string[]): number {
  return text.includes(word) ? 1 : means.some((each) => text.includes(each)) ? meantShare : 0
}

function clauseShare({ words }: Asked, clause: string): number {
  let [all, held] = [0, 0]
  for (const { means, worth } of words) {
    all += worth
    if (means.some((each) => clause.includes(each))) held += worth
  }
  return held / (all || 1)
}

/** `work` once for each number. */
function remembered<More, T>(work: (key: number, more: More) => T): (key: number, more: More) => T {
  const known = new Map<number, T>()
  return (key, more) => {
    const found = known.get(key)
    if (found !== undefined) return found
    const made = work(key, more)
    known.set(key, made)
    return made
  }
}
