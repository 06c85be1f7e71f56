import { findPersonalData, redact } from '../privacy.js'

/** How old somebody says they are, and nothing else. */
const onlyAge = /^(?:我|俺|今年|老人)*\d{2,3}岁?了?$/u

/** What is wanted, out of what a resident said: clauses that tell whose it is stay out, where others say what is wanted; else it is blotted out where it stands. */
export function withoutWhose(words: string): string {
  const clauses = words.split(/[，,。；;]+/u).map((clause) => clause.trim()).filter((clause) => clause !== '' && findPersonalData(clause).length === 0 && !onlyAge.test(clause))
  return clauses.length > 0 ? clauses.join('，') : redact(words)
}
