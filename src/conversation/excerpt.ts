/** At most `length` characters of a quotation, in whole clauses, the ones nearest to the question; what is left out shows as an ellipsis. */
export function excerpt(quote: string, question: string, length: number): string {
  if ([...quote].length <= length) return quote
  const clauses = quote.match(/[^，。；;,、]*[，。；;,、]?/gu)?.filter((clause) => clause !== '') ?? [quote]
  const asked = pairsOf(question)
  const wantsFigure = /多少|几|多大|多久/.test(question)
  const worth = clauses.map((clause) => [...pairsOf(clause)].filter((pair) => asked.has(pair)).length + (wantsFigure && /[\d一二三四五六七八九十百千]+\s*[-—至～]?\s*[\d一二三四五六七八九十百千]*(?:户|人|名|平|元|%|万|天|个|年|岁)/.test(clause) ? 3 : 0))
  let best = { from: 0, to: 1, worth: -1, letters: 0 }
  for (let from = 0; from < clauses.length; from += 1) {
    let sum = 0
    let letters = 0
    for (let to = from; to < clauses.length; to += 1) {
      letters += [...(clauses[to] ?? '')].length
      if (letters > length && to > from) break
      sum += worth[to] ?? 0
      if (sum > best.worth || (sum === best.worth && letters > best.letters)) best = { from, to: to + 1, worth: sum, letters }
    }
  }
  const body = clauses.slice(best.from, best.to).join('')
  const cut = [...body].length > length ? `${[...body].slice(0, length - 1).join('')}…` : body
  return `${best.from > 0 ? '…' : ''}${cut}${best.to < clauses.length && !cut.endsWith('…') ? '…' : ''}`
}

function pairsOf(text: string): Set<string> {
  const letters = [...text.replace(/[^\p{L}\p{N}]/gu, '')]
  return new Set(letters.slice(1).map((letter, index) => `${letters[index] ?? ''}${letter}`))
}
