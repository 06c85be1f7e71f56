import { z } from 'zod'
import { KnowledgeError } from '../errors.js'
import { normalise, pinyin } from '../text.js'

/** Words of the street and what policy texts call the same. */
export interface Lexicon {
  readonly groups: readonly LexiconGroup[]
  /** Phrases of asking (请问, 怎么办 …) that carry no matter. */
  readonly drop: readonly string[]
  /** Words of a dialect (几多) with those everybody writes (多少), longest first; none where left out. */
  readonly dialect?: readonly (readonly [spoken: string, plain: string])[]
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
  /** Left: a word of a dialect; right: the common one. */
  dialect: z.array(z.tuple([z.string().min(1), z.string().min(1)])).default([]),
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
  const dialect = checked.data.dialect.map(([spoken, plain]) => [normalise(spoken), normalise(plain)] as const).sort(([a], [b]) => b.length - a.length)
  // What people say is looked for in plain words, so it is kept in them.
  const said = (words: readonly string[]) => [...new Set(words.map((word) => inPlainWords(normalise(word), { dialect })))]
  const both = same.map((group) => ({ says: said(group), means: group.map(normalise) }))
  return {
    groups: [...both, ...lay.map(([says, means]) => ({ says: said(says), means: means.map(normalise) }))],
    // Longest first, so that 是什么 goes before 什么.
    drop: said(drop).sort((a, b) => b.length - a.length),
    dialect,
  }
}

/** A normalised question with the words of a dialect as everybody writes them: 边个话事 as 谁话事. */
export function inPlainWords(question: string, { dialect = [] }: Pick<Lexicon, 'dialect'>): string {
  return dialect.reduce((text, [spoken, plain]) => text.replaceAll(spoken, plain), question)
}

/** A phrase of the lexicon found in a question, with all it is searched for. */
export interface Found {
  readonly says: string
  readonly means: readonly string[]
}

/** Least characters of a phrase that is also found by its sound; shorter ones sound like too much else. */
const soundLength = 3

/** A lexicon's phrases by their first character and by their first sound. */
interface PhraseBook {
  readonly written: ReadonlyMap<string, readonly Found[]>
  readonly spoken: ReadonlyMap<string, readonly (Found & { readonly sounds: readonly string[] })[]>
}

const books = new WeakMap<Lexicon, PhraseBook>()

function bookOf(lexicon: Lexicon): PhraseBook {
  const known = books.get(lexicon)
  if (known) return known
  const written = new Map<string, Found[]>()
  const spoken = new Map<string, (Found & { sounds: string[] })[]>()
  for (const { says, means } of lexicon.groups)
    for (const word of says) {
      const own = written.get(word[0]!) ?? []
      written.set(word[0]!, own)
      own.push({ says: word, means })
      if (word.length < soundLength) continue
      const sounds = [...word].map(pinyin)
      const alike = spoken.get(sounds[0]!) ?? []
      spoken.set(sounds[0]!, alike)
      alike.push({ says: word, means, sounds })
    }
  const book = { written, spoken }
  books.set(lexicon, book)
  return book
}

/** Phrases of the lexicon in a normalised question, written as they are or with characters that sound alike. */
export function lookUp(question: string, lexicon: Lexicon): Found[] {
  const { written, spoken } = bookOf(lexicon)
  const sounds = [...question].map(pinyin)
  const found = new Set<Found>()
  for (const first of new Set(question)) for (const phrase of written.get(first) ?? []) if (question.includes(phrase.says)) found.add(phrase)
  for (const [i, sound] of sounds.entries())
    // The whole question is read last, where the sounds agree: somebody may paste 20,000 characters.
    for (const phrase of spoken.get(sound) ?? [])
      if (soundsAt(sounds, i, phrase.sounds) && !found.has(phrase) && !question.includes(phrase.says)) found.add(phrase)
  return [...found]
}

function soundsAt(sounds: readonly string[], at: number, said: readonly string[]): boolean {
  for (let k = 1; k < said.length; k += 1) if (said[k] !== sounds[at + k]) return false
  return true
}

/** What a normalised question is searched for besides its own words. */
export function expand(question: string, lexicon: Lexicon): string[] {
  return [...new Set(lookUp(question, lexicon).flatMap(({ means }) => means))].filter((word) => !question.includes(word))
}
