import { segment } from '../text.js'

/**
 * Lay words to the words of the texts, from questions whose right texts are known: IBM model 1, question word → text
 * word, with a word NULL for what no question word accounts for.
 */
export type Translation = ReadonlyMap<string, readonly (readonly [word: string, chance: number])[]>

const rounds = 4
const nothing = ''
/** Text words kept a question word. */
const kept = 30

export function trainTranslation(pairs: readonly { readonly question: string; readonly text: string }[], isTelling: (word: string) => boolean): Translation {
  const rows = pairs.map(({ question, text }) => ({ from: [nothing, ...wordsOf(question)], to: wordsOf(text).filter(isTelling) }))
  let table = new Map<string, Map<string, number>>()
  for (let round = 0; round < rounds; round += 1) {
    const next = new Map<string, Map<string, number>>()
    for (const { from, to } of rows)
      for (const word of to) {
        let sum = 0
        for (const source of from) sum += round === 0 ? 1 : (table.get(source)?.get(word) ?? 0)
        if (sum === 0) continue
        for (const source of from) {
          const share = (round === 0 ? 1 : (table.get(source)?.get(word) ?? 0)) / sum
          if (share < 1e-4) continue
          let own = next.get(source)
          if (!own) next.set(source, (own = new Map<string, number>()))
          own.set(word, (own.get(word) ?? 0) + share)
        }
      }
    for (const own of next.values()) {
      let total = 0
      for (const count of own.values()) total += count
      for (const [word, count] of own) own.set(word, count / total)
    }
    table = next
  }
  table.delete(nothing)
  return new Map([...table].map(([source, own]) => [source, [...own].sort((one, other) => other[1] - one[1]).slice(0, kept)] as const))
}

/** The words a question stands for, with weights up to 1, best first. */
export function translate(table: Translation, question: string, most: number, worth: (word: string) => number): (readonly [word: string, weight: number])[] {
  const sums = new Map<string, number>()
  for (const word of wordsOf(question)) for (const [target, chance] of table.get(word) ?? []) sums.set(target, (sums.get(target) ?? 0) + chance)
  const best = [...sums].map(([word, chance]) => [word, chance * worth(word)] as const).sort((one, other) => other[1] - one[1]).slice(0, most)
  const top = best[0]?.[1] ?? 1
  return best.map(([word, weight]) => [word, weight / top] as const)
}

function wordsOf(text: string): string[] {
  return [...new Set(segment(text).filter((word) => /^\p{Script=Han}{2,}$/u.test(word)))]
}
