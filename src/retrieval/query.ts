import { normalise, pinyin, segment, toSimplified, units } from '../text.js'
import { inPlainWords, lookUp, type Found, type Lexicon } from './lexicon.js'

/** A question made ready for the index: its terms by family with their weights. */
export interface Query {
  /** Normalised and simplified, question phrases included. */
  readonly text: string
  /** Without question phrases. */
  readonly matter: string
  readonly single: ReadonlyMap<string, number>
  readonly pairs: ReadonlyMap<string, number>
  /** Neighbouring pairs by their toneless sound, for words written with a character that sounds alike. */
  readonly sounds: ReadonlyMap<string, number>
  /** Its words of two characters and more, and the lexicon's phrases found in it with what they mean. */
  readonly words: readonly QueryWord[]
  /** Terms of the question itself, without those the lexicon added. */
  readonly own: { readonly single: ReadonlyMap<string, number>; readonly pairs: ReadonlyMap<string, number> }
}

export interface QueryWord {
  readonly word: string
  /** The word itself and whatever the lexicon takes for the same. */
  readonly means: readonly string[]
}

const empty: Lexicon = { groups: [], drop: [] }

/** Weight of a term that only the lexicon brought in, the question's own having 1. Chosen on the development questions. */
const expansionWeight = 0.6

/** Weight of a pair that only sounds alike (消房 for 消防). Chosen on the development questions with one character in ten replaced. */
const soundWeight = 0.4

export function readQuery(question: string, lexicon: Lexicon = empty): Query {
  const text = yearsInDigits(inPlainWords(toSimplified(normalise(question)), lexicon))
  const matter = dropPhrases(text, lexicon.drop)
  const single = new Map<string, number>()
  const pairs = new Map<string, number>()
  for (const term of singleTerms(matter)) single.set(term, 1)
  for (const term of pairTerms(matter)) pairs.set(term, 1)
  const own = { single: new Map(single), pairs: new Map(pairs) }
  const found = lookUp(text, lexicon)
  for (const words of new Set(found.flatMap(({ means }) => means))) {
    if (text.includes(words)) continue
    for (const term of singleTerms(words)) if (!single.has(term)) single.set(term, expansionWeight)
    for (const term of pairTerms(words)) if (!pairs.has(term)) pairs.set(term, expansionWeight)
  }
  const sounds = new Map(soundTerms(matter).map((term) => [term, soundWeight] as const))
  return { text, matter, single, pairs, sounds, words: wordsOf(text, found, lexicon.drop), own }
}

/** 二零二零年 as the texts write it: 2020年. */
function yearsInDigits(text: string): string {
  return text.replace(/[一二两][零〇一二三四五六七八九]{3}(?=年)/g, (year) => [...year].map((char) => (char === '两' ? 2 : char === '〇' ? 0 : '零一二三四五六七八九'.indexOf(char))).join(''))
}

/** Phrases of the lexicon first, longest first, also those that hold a question phrase (配几个人); what is left without question phrases is cut into words. */
function wordsOf(text: string, found: readonly Found[], drop: readonly string[]): QueryWord[] {
  const words: QueryWord[] = []
  let rest = text
  for (const { says, means } of [...found].sort((a, b) => b.says.length - a.says.length)) {
    if (!text.includes(says)) continue
    const same = words.find((each) => each.word.includes(says) || says.includes(each.word))
    if (same) {
      words.splice(words.indexOf(same), 1, { word: same.word, means: [...same.means, ...means] })
      continue
    }
    words.push({ word: says, means: [says, ...means] })
    rest = rest.replaceAll(says, ' ')
  }
  for (const word of segment(dropPhrases(rest, drop))) if (/^\p{Script=Han}{2,}$/u.test(word) && !words.some((each) => each.word === word)) words.push({ word, means: [word] })
  return words
}

/** Takes out question phrases, unless fewer than two characters would stay. */
function dropPhrases(text: string, phrases: readonly string[]): string {
  let matter = text
  for (const phrase of phrases) matter = matter.replaceAll(phrase, ' ')
  return units(matter).length < 2 ? text : matter
}

/** Single characters and runs. Expects normalised text. */
export function singleTerms(text: string): string[] {
  return units(text)
}

/** Neighbouring pairs; punctuation and spaces part them. */
export function pairTerms(text: string): string[] {
  return pairsOf(text, (own) => own)
}

/** Words of two Han characters and more, each as often as it stands. */
export function wordTerms(text: string): string[] {
  return segment(text).filter((word) => /^\p{Script=Han}{2,}$/u.test(word))
}

/** Neighbouring pairs of sounds. */
export function soundTerms(text: string): string[] {
  return pairsOf(text, (own) => own.map((unit) => `${pinyin(unit)} `))
}

function pairsOf(text: string, form: (own: string[]) => string[]): string[] {
  const pairs: string[] = []
  for (const stretch of text.split(/[^\p{Script=Han}a-z0-9]+/u)) {
    const own = form(units(stretch))
    for (let i = 1; i < own.length; i += 1) pairs.push(own[i - 1]! + own[i]!)
  }
  return pairs
}
