import { clauseText, policyDate, sourceOf, type Clause, type Paragraph, type Policy, type PolicyWarning } from '../knowledge/policy.js'
import type { Citation } from './citation.js'
import { passageLength, splitSentences } from './passages.js'
import { routingLength, type Sentence } from './policy-index.js'

/** Something to be said with an answer: a damaged figure, a draft, a target whose year has passed. */
export interface Note {
  readonly kind: PolicyWarning['kind'] | 'draft' | 'template' | 'expired' | 'target-past' | 'historic-names' | 'no-lead'
  /** A sentence for people. */
  readonly message: string
}

function cite(policy: Policy, clause: Clause, paragraph: Paragraph, start: number, end: number): Citation {
  return {
    kind: 'policy',
    document: policy.title,
    number: policy.number,
    section: clause.path,
    quote: paragraph.text.slice(start, end).trim(),
    source: sourceOf(policy.raw, paragraph, start, end),
    status: policy.status,
    jurisdiction: policy.jurisdiction,
    date: policyDate(policy),
    clause: clauseText(clause),
  }
}

/** Neighbouring sentences of one paragraph as one quotation. */
export function citeSentences(sentences: readonly Sentence[]): Citation[] {
  const first = sentences[0]
  const last = sentences.at(-1)
  if (!first || !last) return []
  return [cite(first.policy, first.clause, first.paragraph, first.span.start, last.span.end)]
}

/** A whole clause, cut after the last sentence that fits. */
export function citeClause(policy: Policy, clause: Clause): Citation {
  const paragraph = clause.paragraphs.find((each) => each.kind !== 'heading') ?? clause.paragraphs[0]!
  const sentences = splitSentences(paragraph.text)
  let end = sentences[0]!.end
  for (const sentence of sentences) if (sentence.end <= passageLength) end = Math.max(end, sentence.end)
  return cite(policy, clause, paragraph, 0, end)
}

/** The line of a text that holds its number or its date; none where the text has lost it. */
export function citeHeader(policy: Policy, about: 'number' | 'date'): Citation[] {
  const pattern = about === 'number' ? policy.number : /\d{4}年\d{1,2}月(?:\d{1,2}日)?[)）]?$|\d{4}年\d{1,2}月\d{1,2}日印发/
  if (pattern === null) return []
  for (const clause of policy.clauses) {
    if (clause.path !== '篇首' && clause.path !== '篇尾') continue
    for (const paragraph of clause.paragraphs) {
      const found = typeof pattern === 'string' ? paragraph.text.indexOf(pattern) : paragraph.text.search(pattern)
      if (found < 0) continue
      return [cite(policy, clause, paragraph, typeof pattern === 'string' ? found : 0, typeof pattern === 'string' ? found + pattern.length : paragraph.text.length)]
    }
  }
  return []
}

/** The units a clause makes responsible: the bracket at its end, or the table row. */
export function citeRouting(policy: Policy, clause: Clause): Citation {
  const paragraph = clause.paragraphs.at(-1)!
  const { text } = paragraph
  if (paragraph.kind === 'row') {
    const start = text.length <= passageLength ? 0 : text.lastIndexOf('\n') + 1
    return cite(policy, clause, paragraph, start, text.length)
  }
  const start = text.length - routingLength(text, clause)
  const end = text.trimEnd().length
  const fits = end - start <= passageLength + 2 ? end - 1 : text.lastIndexOf('、', start + 1 + passageLength)
  return cite(policy, clause, paragraph, start + 1, fits)
}

/** Warnings for the person who imports only. */
const untold: ReadonlySet<PolicyWarning['kind']> = new Set(['name-removed', 'number-incomplete', 'bracket-mixed', 'annex-differs', 'numbers-drawn', 'pages-bare'])

/** What must be said with these citations. */
export function notesFor(citations: readonly Citation[], policies: ReadonlySet<Policy>, now: number): Note[] {
  const notes: Note[] = []
  const say = (note: Note) => {
    if (!notes.some((other) => other.message === note.message)) notes.push(note)
  }
  const year = new Date(now + 8 * 3_600_000).getUTCFullYear()
  for (const citation of citations) {
    const policy = [...policies].find((each) => each.title === citation.document && each.jurisdiction === citation.jurisdiction)
    if (!policy) continue
    if (policy.status === 'draft') say({ kind: 'draft', message: `《${policy.title}》是征求意见稿,不是正式规定` })
    if (policy.status === 'template') say({ kind: 'template', message: `《${policy.title}》是网上的范文,不是正式文件,不能当作依据` })
    if (policy.status === 'expired') say({ kind: 'expired', message: `《${policy.title}》已失效,只供参考` })
    for (const warning of policy.warnings)
      if (warning.section === citation.section && warning.words !== '' && citation.quote.includes(warning.words) && !untold.has(warning.kind))
        say({ kind: warning.kind, message: warning.message })
    for (const [words, target] of citation.quote.matchAll(/(?:到|至)(20\d{2})年|(?<!\d)20\d{2}年(?:底前|以前)/g)) {
      const past = Number(target ?? words.slice(0, 4))
      if (past < year) say({ kind: 'target-past', message: `文中「${words}」的目标期已过,今天的情况要另外核实` })
    }
  }
  return notes
}
