import { normalise, pinyin, tag, toSimplified, units } from '../text.js'

/** Tags of jieba whose words are names of something: people, places, bodies, other names, numbers, times, Latin. */
const nameTags = new Set(['nr', 'ns', 'nt', 'nz', 'm', 't', 'eng'])

/**
 * What the classifier sees of an utterance: 1–3 characters in a row, words, parts of speech, word sequences with names
 * replaced by their kind, 1–2 syllables in a row without tones (so that homophones weigh little), first and last
 * character, a bucket of length. Recipe P of the project's own trials; a feature may stand several times.
 */
export function extractFeatures(text: string): string[] {
  const clean = toSimplified(normalise(text))
  const features: string[] = []
  const chars = units(clean)
  const signs = ['^']
  const sounds = ['^']
  for (const char of chars) {
    const first = char.charCodeAt(0)
    const isDigits = first >= 48 && first <= 57
    const sign = isDigits ? `#${Math.min(char.length, 5)}` : char
    signs.push(sign)
    sounds.push(first > 0x2e7f ? pinyin(char) : sign)
  }
  signs.push('$')
  sounds.push('$')
  const last = signs.length - 1
  for (let i = 0; i <= last; i += 1) {
    const one = signs[i]!
    const inside = i > 0 && i < last
    if (inside) {
      features.push(`c${one}`, `p${sounds[i]!}`)
    }
    if (i < last) {
      features.push(`c${one}${signs[i + 1]!}`, `p${sounds[i]!} ${sounds[i + 1]!}`)
      if (i + 1 < last) features.push(`c${one}${signs[i + 1]!}${signs[i + 2]!}`)
    }
  }
  if (chars.length > 0) features.push(`f${signs[1]!}`, `l${signs[last - 1]!}`)
  features.push(`n${Math.min(6, Math.floor(Math.log2(chars.length + 1) * 1.5))}`)
  addWords(clean, features)
  return features
}

function addWords(clean: string, features: string[]): void {
  const words: string[] = ['^']
  const isName: boolean[] = [false]
  for (const { word, tag: partOfSpeech } of tag(clean)) {
    if (!/[\p{Script=Han}a-z0-9]/u.test(word)) continue
    const named = nameTags.has(partOfSpeech)
    words.push(named ? `<${partOfSpeech}>` : word)
    isName.push(named)
    features.push(`w${word}`, `t${partOfSpeech}`)
  }
  words.push('$')
  isName.push(false)
  for (let i = 0; i + 1 < words.length; i += 1) {
    if (isName[i] || isName[i + 1]) features.push(`s${words[i]!} ${words[i + 1]!}`)
    if (i + 2 < words.length && (isName[i] || isName[i + 1] || isName[i + 2])) {
      features.push(`s${words[i]!} ${words[i + 1]!} ${words[i + 2]!}`)
    }
  }
}

/** The features of the texts in hand, oldest first; many conversations are in hand at once. */
const taken = new Map<string, readonly string[]>()
const mostTaken = 64

/** The features of a text, worked out once where several models look at the same message. */
export function featuresOnce(text: string): readonly string[] {
  const known = taken.get(text)
  if (known !== undefined) return known
  const features = extractFeatures(text)
  if (taken.size >= mostTaken) for (const oldest of taken.keys()) {
    taken.delete(oldest)
    break
  }
  taken.set(text, features)
  return features
}
