import { hidden } from '../knowledge/clean.js'
import type { Clause, Paragraph, Policy } from '../knowledge/policy.js'
import { misreadings } from '../knowledge/warnings.js'
import { normalise, toSimplified } from '../text.js'
import { indexPassages, type PassageIndex, type PassageSource } from './passage-index.js'
import { splitSentences, type Span } from './passages.js'

/** A sentence of a clause that may be quoted. */
export interface Sentence {
  readonly policy: Policy
  readonly clause: Clause
  readonly paragraph: Paragraph
  readonly span: Span
}

/** A sentence, its headings and its whole clause as they are compared: normalised and simplified. */
export interface SentenceForm {
  readonly text: string
  readonly title: string
  readonly clause: string
}

/** Every sentence of every policy, indexed under its clause's headings; document c of `passages` is `clauses[c]`. */
export interface PolicyIndex {
  readonly passages: PassageIndex
  readonly sentences: readonly Sentence[]
  /** `forms[i]` of `sentences[i]`. */
  readonly forms: readonly SentenceForm[]
  readonly clauses: readonly { readonly policy: Policy; readonly clause: Clause }[]
}

export function indexPolicies(policies: readonly Policy[]): PolicyIndex {
  const sources: PassageSource[] = []
  const sentences: Sentence[] = []
  const forms: SentenceForm[] = []
  const clauses: { policy: Policy; clause: Clause }[] = []
  for (const policy of policies)
    for (const clause of policy.clauses) {
      const own = clause.paragraphs.flatMap((paragraph) =>
        quotableSpans(paragraph, clause).map((span): Sentence => ({ policy, clause, paragraph, span })),
      )
      if (own.length === 0) continue
      sentences.push(...own)
      clauses.push({ policy, clause })
      const source = {
        title: searchForm([...clause.trail.slice(-1), clause.heading ?? ''].join('\n')),
        passages: own.map(({ paragraph, span }) => searchForm(paragraph.text.slice(span.start, span.end))),
      }
      sources.push(source)
      const title = toSimplified(normalise(source.title))
      const whole = toSimplified(normalise([source.title, ...source.passages].join('\n')))
      forms.push(...source.passages.map((text) => ({ text: toSimplified(normalise(text)), title, clause: whole })))
    }
  return { passages: indexPassages(sources, { sounds: true }), sentences, forms, clauses }
}

/** Mark at a paragraph's start (`3.`, `（二）`, `(4)`), with the heading sentence where it is one. */
const mark = /^(?:[一二三四五六七八九十]{1,3}、|[(（][一二三四五六七八九十\d]{1,3}[)）][、.]?|\d{1,3}[.．、]\s*|第[一二三四五六七八九十百零〇\d]+[编章条][\s、]*)/

function quotableSpans(paragraph: Paragraph, clause: Clause): Span[] {
  const { text, kind } = paragraph
  if (kind === 'heading') return []
  if (kind === 'row') return splitRow(text)
  let start = mark.exec(text)?.[0].length ?? 0
  if (start > 0 && clause.heading !== null && text.startsWith(clause.heading, start)) start += clause.heading.length
  const end = text.length - routingLength(text, clause)
  return splitSentences(text.slice(0, end)).flatMap((span): Span[] => {
    const from = Math.max(span.start, start)
    const words = text.slice(from, span.end)
    // Header lines, a lone mark, words hidden for a person's sake: nothing to quote.
    if (words.replace(/[^\p{L}\p{N}]/gu, '').length < 6 || hidden.test(words)) return []
    if (clause.path === '篇首' && !/[。；;]/.test(words)) return []
    return [{ start: from, end: span.end }]
  })
}

/** A table row is quoted whole where it is short enough; else the task, and the last cell, apart. */
function splitRow(text: string): Span[] {
  if (text.length <= 200) return [{ start: 0, end: text.length }]
  const last = text.lastIndexOf('\n')
  return [...splitSentences(text.slice(0, last)), { start: last + 1, end: text.length }]
}

/** Length of the bracket at a paragraph's end that names units. */
export function routingLength(text: string, clause: Clause): number {
  if (clause.responsibility?.kind !== 'lead') return 0
  return /[(（][^()（）]+[)）]\s*$/.exec(text)?.[0].length ?? 0
}

/** The words as they are searched: plain misreadings under what they were meant to be, of the same length. */
export function searchForm(text: string): string {
  let form = text
  for (const [found, meant] of misreadings) form = form.replaceAll(found, meant)
  return form
}
