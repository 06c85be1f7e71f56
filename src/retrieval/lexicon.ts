import { z } from 'zod'
import { KnowledgeError } from '../errors.js'
import { normalise, pinyin } from '../text.js'

/** Words of the street and what policy texts call the same. */
export interface Lexicon {
  readonly groups: readonly LexiconGroup[]
  /** Phrases of asking (请问, 怎么办 …) that carry no matter. */
  readonly drop: readonly string[]
}

/** Where a question has one of `says`, it is searched for `means` too. */
export interface LexiconGroup {
  readonly says: readonly string[]
  readonly means: readonly string[]
}

const words = z.array(z.string().min(1)).min(1)
const file = z.strictObject({
  /** Words that stand for one another in both directions. */
  same: z.array(words),
  /** Left: what people say; right: what texts write. */
  lay: z.array(z.tuple([words, words])),
  drop: z.array(z.string().min(1)),
})

export function readLexicon(text: string, name: string): Lexicon {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new KnowledgeError('lexicon', `${name}: 不是完整的 JSON:${error instanceof Error ? error.message : String(error)}`, { cause: error })
  }
  const checked = file.safeParse(value)
  if (!checked.success)
    throw new KnowledgeError('lexicon', checked.error.issues.map((issue) => `${name} ${issue.path.join('.')}: ${issue.message}`).join('\n'))
  const { same, lay, drop } = checked.data
  const both = same.map((group) => ({ says: group.map(normalise), means: group.map(normalise) }))
  return {
    groups: [...both, ...lay.map(([says, means]) => ({ says: says.map(normalise), means: means.map(normalise) }))],
    // Longest first, so that 是什么 goes before 什么.
    drop: drop.map(normalise).sort((a, b) => b.length - a.length),
  }
}

/** A phrase of the lexicon found in a question, with all it is searched for. */
export interface Found {
  readonly says: string
  readonly means: readonly string[]
}

/** Least characters of a phrase that is also found by its sound; shorter ones sound like too much else. */
const soundLength = 3

/** Sounds of the lexicon's phrases, worked out once each. */
const phraseSounds = new Map<string, string>()

function soundOfPhrase(phrase: string): string {
  const known = phraseSounds.get(phrase) ?? soundOf(phrase)
  phraseSounds.set(phrase, known)
  return known
}

/** Phrases of the lexicon in a normalised question, written as they are or with characters that sound alike. */
export function lookUp(question: string, lexicon: Lexicon): Found[] {
  const sound = soundOf(question)
  return lexicon.groups.flatMap(({ says, means }) =>
    says.filter((word) => question.includes(word) || (word.length >= soundLength && sound.includes(soundOfPhrase(word)))).map((word) => ({ says: word, means })),
  )
}

const sounds = new Map<string, string>()

/** Toneless syllables, each between spaces. */
function soundOf(text: string): string {
  let sound = sounds.get(text)
  if (sound !== undefined) return sound
  sound = ` ${[...text].map(pinyin).join(' ')} `
  // Phrases of the lexicon come again with every question, questions don't.
  if (text.length <= 12 && sounds.size < 5_000) sounds.set(text, sound)
  return sound
}

/** What a normalised question is searched for besides its own words. */
export function expand(question: string, lexicon: Lexicon): string[] {
  return [...new Set(lookUp(question, lexicon).flatMap(({ means }) => means))].filter((word) => !question.includes(word))
}
