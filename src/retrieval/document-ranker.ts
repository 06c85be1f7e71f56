import { addScores, coverageOf, idf, indexTerms, type TermIndex } from './bm25.js'
import type { Families } from './passage-index.js'
import { indexFamilies, scoreFamilies } from './passage-index.js'
import { moved, nearness, nearnessOf, pointOf, trainQuestionMap, type MeaningSpace, type QuestionMap } from './meaning-space.js'
import { pairTerms, readQuery, wordTerms, type Query } from './query.js'
import { scoreRow, trainRanker, type Ranker } from './ranker.js'
import type { Lexicon } from './lexicon.js'
import { extractFeatures } from '../nlu/features.js'
import { topicsOf, trainTopics, type TopicClassifier } from './topic-classifier.js'
import { normalise, toSimplified } from '../text.js'
import { trainTranslation, translate, type Translation } from './translation.js'

/**
 * Whole texts ranked for lay questions, learned from questions whose right texts are known. First a sum of signals over
 * every text (`recall`): words, words that the question stands for, the law it is likely about, texts that answered
 * similar questions. Then the best of these in a learned linear order.
 */
export interface Corpus {
  readonly texts: readonly string[]
  /** The law or document each text belongs to. */
  readonly groups: readonly string[]
  readonly families: Families
  /** The texts by whole words (`indexWords`). */
  readonly words: TermIndex
  readonly lexicon: Lexicon
  readonly space: MeaningSpace
}

/** Texts by their words of two characters and more. */
export function indexWords(texts: readonly string[]): TermIndex {
  return indexTerms(texts.map((text) => wordTerms(toSimplified(normalise(text)))))
}

export interface JudgedQuestion {
  readonly question: string
  /** Indexes of the right texts. */
  readonly relevant: readonly number[]
  /** An answer in someone's own words, where there is one: more words to learn from. */
  readonly answer?: string
}

interface Signals {
  readonly topics: readonly Topic[]
  readonly translation: Translation
  /** The questions learned from, searched as texts. */
  readonly known: Families
  readonly knownRight: readonly (readonly number[])[]
  readonly cited: ReadonlyMap<number, number>
  readonly map: QuestionMap
}

/** The texts in parts, and which part a question is about. */
interface Topic {
  readonly classifier: TopicClassifier
  readonly division: Division
}

interface Division {
  /** The number of each text's part. */
  readonly partOf: Int32Array
  readonly parts: number
  /** Weight in the first sum. */
  readonly share: number
}

export interface DocumentRanker {
  readonly corpus: Corpus
  readonly signals: Signals
  readonly ranker: Ranker
}

/** Weights of the first sum; by hand, not searched. */
const share = { translated: 0.4, law: 0.12, stretch: 0.06, known: 0.5, meaning: 0.8 }
/** Texts in a row of one law that are taken for one matter, and by how many the second such division is shifted: no text lies at an edge of both. */
const stretch = { length: 20, shift: 10 }
/** Texts that are put in the learned order, and how many of them one question teaches with. */
const depth = 400
const taught = { best: 60, others: 40 }
/** Words that a question is taken to stand for, and similar questions that are asked for their texts. */
const most = { translated: 25, known: 10 }
/** Signals are learned apart from the questions whose candidates teach the order. */
const crossFolds = 5

export function trainDocuments(corpus: Corpus, questions: readonly JudgedQuestion[], random: () => number): DocumentRanker {
  const fold = questions.map(() => Math.floor(random() * crossFolds))
  const lists = Array.from({ length: crossFolds }, (_, n) => {
    const signals = learnSignals(corpus, questions.filter((_, i) => fold[i] !== n), random)
    return questions
      .filter((_, i) => fold[i] === n)
      .map((question) => {
        const candidates = findCandidates(corpus, signals, question.question)
        const right = new Set(question.relevant)
        const chosen = candidates.texts.flatMap((text, i) => (right.has(text) || i < taught.best || random() < taught.others / depth ? [i] : []))
        return { features: chosen.map((i) => candidates.features[i]!), right: chosen.map((i) => right.has(candidates.texts[i]!)) }
      })
  }).flat()
  return { corpus, signals: learnSignals(corpus, questions, random), ranker: trainRanker(lists, random) }
}

/** The best texts for a question, best first. */
export function rankDocuments({ corpus, signals, ranker }: DocumentRanker, question: string, limit: number): number[] {
  const { texts, features } = findCandidates(corpus, signals, question)
  const scores = features.map((row) => scoreRow(ranker, row))
  return texts.map((text, i) => ({ text, score: scores[i]! })).sort((one, other) => other.score - one.score).slice(0, limit).map(({ text }) => text)
}

/** Laws, and stretches of them twice: a long law has chapters on many matters. */
function divide(groups: readonly string[]): readonly Division[] {
  const starts = new Int32Array(groups.length)
  for (let i = 1; i < groups.length; i += 1) starts[i] = groups[i] === groups[i - 1] ? starts[i - 1]! : i
  const by = (weight: number, nameOf: (text: number) => string): Division => {
    const numbers = new Map<string, number>()
    const partOf = Int32Array.from(groups, (_, text) => {
      const name = nameOf(text)
      const known = numbers.get(name)
      if (known === undefined) numbers.set(name, numbers.size)
      return known ?? numbers.size - 1
    })
    return { partOf, parts: numbers.size, share: weight }
  }
  const stretches = (shift: number) => by(share.stretch, (text) => `${groups[text]!} ${Math.floor((text - starts[text]! + shift) / stretch.length)}`)
  return [by(share.law, (text) => groups[text]!), stretches(0), stretches(stretch.shift)]
}

function learnSignals(corpus: Corpus, questions: readonly JudgedQuestion[], random: () => number): Signals {
  const cited = new Map<number, number>()
  for (const text of questions.flatMap(({ relevant }) => relevant)) cited.set(text, (cited.get(text) ?? 0) + 1)
  const telling = (word: string) => worthOf(corpus.families.pairs, word) > 2
  const features = questions.map(({ question }) => extractFeatures(question))
  return {
    topics: divide(corpus.groups).map((division) => ({
      division,
      classifier: trainTopics(questions.flatMap(({ relevant }, i) => [...new Set(relevant.map((text) => division.partOf[text]!))].map((part) => ({ features: features[i]!, part }))), random),
    })),
    translation: trainTranslation(questions.map(({ question, relevant, answer }) => ({ question, text: [...relevant.map((text) => corpus.texts[text]!), answer ?? ''].join('\n') })), telling),
    known: indexFamilies(questions.map(({ question }) => question)),
    knownRight: questions.map(({ relevant }) => relevant),
    cited,
    map: trainQuestionMap(
      corpus.space,
      questions.map(({ question, relevant }) => {
        const query = readQuery(question, corpus.lexicon)
        const near = largestOf(scoreFamilies(corpus.families, query), contrast.near)
        const wrong = [...near.filter(() => random() < contrast.share), ...Array.from({ length: contrast.any }, () => Math.floor(random() * corpus.texts.length))]
        return { point: pointOf(corpus.space, query.pairs), right: relevant, wrong: wrong.filter((text) => !relevant.includes(text)) }
      }),
      random,
    ),
  }
}

/** What a question is moved away from: about half of the texts nearest by words, and as many of any. */
const contrast = { near: 50, share: 0.5, any: 25 }

/** Rarity of a word by its pairs; of one that no text holds, nothing. */
function worthOf(pairs: TermIndex, word: string): number {
  const own = pairTerms(word)
  return own.every((pair) => pairs.terms.has(pair)) ? Math.min(...own.map((pair) => idf(pairs, pair))) : 0
}

function findCandidates(corpus: Corpus, signals: Signals, question: string): { readonly texts: readonly number[]; readonly features: readonly Float64Array[] } {
  const { families, groups } = corpus
  const query = readQuery(question, corpus.lexicon)
  const single = scoreOf(families.single, query.single)
  const pairs = scoreOf(families.pairs, query.pairs)
  const asked = new Map(wordTerms(query.matter).map((word) => [word, 1] as const))
  const whole = scoreOf(corpus.words, asked)
  const wholeHeld = coverageOf(corpus.words, asked)
  const words = translate(signals.translation, query.text, most.translated, (word) => worthOf(families.pairs, word))
  const translated = scoreOf(families.pairs, new Map(words.flatMap(([word, weight]) => pairTerms(word).map((pair) => [pair, weight] as const))))
  const known = knownScores(signals, query, families.pairs.size)
  const asking = extractFeatures(question)
  const topics = signals.topics.map((topic) => liftsOf(topic, asking))
  const point = pointOf(corpus.space, query.pairs)
  const there = moved(signals.map, point)
  const length = Math.hypot(...there) || 1
  const meaning = nearness(corpus.space, there.map((part) => part / length))
  const held = coverageOf(families.pairs, query.pairs)
  const top = { single: largest(single), pairs: largest(pairs), sum: largest(single, pairs), translated: largest(translated), whole: largest(whole) }
  const size = families.pairs.size
  const first = new Float64Array(size)
  for (let i = 0; i < size; i += 1)
    first[i] = (single[i]! + pairs[i]!) / top.sum + (share.translated * translated[i]!) / top.translated + share.meaning * Math.max(0, meaning[i]!)
  for (const { division, lifts } of topics) for (let i = 0; i < size; i += 1) first[i]! += division.share * Math.max(0, lifts[division.partOf[i]!]!)
  for (const [text, memory] of known) first[text]! += share.known * Math.min(1, memory)
  const texts = largestOf(first, depth)

  const bestOf = new Map<string, number>()
  const sumOf = new Map<string, number>()
  for (const [i, text] of texts.entries()) {
    const score = (single[text]! + pairs[text]!) / top.sum
    const group = groups[text]!
    bestOf.set(group, Math.max(bestOf.get(group) ?? 1e-9, score))
    if (i < 100) sumOf.set(group, (sumOf.get(group) ?? 0) + score)
  }
  const self = selfScore(families.pairs, query)
  const near = (text: number, step: number) => (groups[text + step] === groups[text] ? ((single[text + step] ?? 0) + (pairs[text + step] ?? 0)) / top.sum : 0)
  const features = texts.map((text) => {
    const group = groups[text]!
    const both = (single[text]! + pairs[text]!) / top.sum
    const memory = known.get(text) ?? 0
    return Float64Array.of(
      first[text]!,
      both,
      single[text]! / top.single,
      pairs[text]! / top.pairs,
      pairs[text]! / self,
      held[text]!,
      whole[text]! / top.whole,
      wholeHeld[text]!,
      translated[text]! / top.translated,
      meaning[text]!,
      nearnessOf(corpus.space, text, point),
      (near(text, -1) + near(text, 1)) / 2,
      ...topics.flatMap(({ division, lifts }) => [lifts[division.partOf[text]!]!, lifts[division.partOf[text]!]! > leastLift ? 1 : 0]),
      Math.min(1, memory),
      memory > 0 ? 1 : 0,
      Math.log1p(signals.cited.get(text) ?? 0),
      bestOf.get(group)!,
      Math.log1p(sumOf.get(group) ?? 0),
      both / bestOf.get(group)!,
      Math.log1p(families.pairs.norms[text]!),
      query.text.includes(group.replace(/^中华人民共和国/, '')) ? 1 : 0,
    )
  })
  return { texts, features }
}

/** Lift of a part that no question was known of; below that of any other. */
const leastLift = liftOf(0)

/** How much likelier than by chance, on a scale where even chances are about 0.5. */
function liftOf(odds: number): number {
  return Math.log(odds + 0.001) / 3 + 0.5
}

/** The lift of every part of a division, in an array so that the sum over all texts looks nothing up. */
function liftsOf({ classifier, division }: Topic, asking: readonly string[]): { readonly division: Division; readonly lifts: Float64Array } {
  const lifts = new Float64Array(division.parts).fill(leastLift)
  for (const { part, chance } of topicsOf(classifier, asking)) lifts[part] = liftOf(chance * classifier.known)
  return { division, lifts }
}

function scoreOf(index: TermIndex, words: ReadonlyMap<string, number>): Float64Array {
  const scores = new Float64Array(index.size)
  addScores(index, words, scores)
  return scores
}

/** Texts that answered the most similar known questions, by how similar these are. */
function knownScores({ known, knownRight }: Signals, query: Query, size: number): ReadonlyMap<number, number> {
  const scores = scoreFamilies(known, query)
  const self = 1.5 * Math.max(1e-9, selfScore(known.pairs, query))
  const found = new Map<number, number>()
  for (const question of largestOf(scores, most.known))
    if (scores[question]! > 0) for (const text of knownRight[question]!) if (text < size) found.set(text, (found.get(text) ?? 0) + scores[question]! / self)
  return found
}

/** 1.4 a pair is what BM25 gives a word that stands in a text of mean length once. */
function selfScore(index: TermIndex, query: Query): number {
  let sum = 1e-9
  for (const [pair, weight] of query.pairs) sum += weight * idf(index, pair) * 1.4
  return sum
}

function largest(one: Float64Array, other?: Float64Array): number {
  let best = 1e-9
  for (let i = 0; i < one.length; i += 1) best = Math.max(best, one[i]! + (other?.[i] ?? 0))
  return best
}

/** Places of the highest scores above 0, best first, earlier ones before later ones of the same score. */
export function largestOf(scores: Float64Array, limit: number): number[] {
  const places: number[] = []
  for (let i = 0; i < scores.length; i += 1) {
    const score = scores[i]!
    if (score <= 0 || (places.length === limit && score <= scores[places[limit - 1]!]!)) continue
    let low = 0
    let high = places.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (scores[places[middle]!]! >= score) low = middle + 1
      else high = middle
    }
    places.splice(low, 0, i)
    if (places.length > limit) places.pop()
  }
  return places
}
