import type { Bin, CertaintyFigures, ClassifierFigures, IntentFigures } from './figures.js'
import { certaintyOf, offered, onlyPossible } from '../nlu/certainty.js'
import { assignFolds, type Verdict } from '../nlu/classifier.js'
import { corpusOf, teachLexicon, type LearnedLine } from '../nlu/load-nlu.js'
import type { IntentSet } from '../nlu/intents.js'
import { startNlpjs, type NlpjsCorpus } from '../nlu/nlpjs.js'
import { seededRandom } from '../random.js'
import type { Certainty } from '../nlu/understanding.js'

/** A line judged by a classifier that was trained without it. */
export interface Judged {
  readonly text: string
  /** `null`: no intent. */
  readonly label: string | null
  readonly predicted: string
  /** 0–1. */
  readonly confidence: number
  /** What would have been done with it in a private chat. */
  readonly certainty: Certainty
  /** What would have been offered to choose from there, best first. */
  readonly offered: readonly string[]
}

export const usualFolds = 5
const foldSeed = 7

/** Judges every line of the intents, and every learned one, by a classifier trained on the other folds. Lines of `held` are judged but never trained on. `onFold` is called after each. */
export async function crossValidate(set: IntentSet, learned: readonly LearnedLine[], held: readonly LearnedLine[], folds: number, onFold: () => void = () => undefined): Promise<Judged[]> {
  teachLexicon()
  const whole = corpusOf(set, [...learned, ...held])
  const heldTexts = new Set(held.map(({ text }) => text))
  const lines = whole.examples
  const assigned = assignFolds(lines, folds, seededRandom(foldSeed))
  const judged: Judged[] = []
  for (let fold = 0; fold < folds; fold += 1) {
    const corpus: NlpjsCorpus = { ...whole, examples: lines.filter((line, index) => isDescription(line) || (assigned[index] !== fold && !heldTexts.has(line.text))) }
    const { classify } = await startNlpjs(corpus, null)
    for (const [index, line] of lines.entries()) {
      if (assigned[index] !== fold || isDescription(line)) continue
      judged.push(judge(line, await classify(line.text)))
    }
    onFold()
  }
  return judged
}

function judge({ text, label }: NlpjsCorpus['examples'][number], verdict: Verdict): Judged {
  const best = verdict.ranked[0]
  const possible = onlyPossible(verdict, false)
  return {
    text, label, predicted: best?.label ?? '', confidence: best?.confidence ?? 0,
    certainty: certaintyOf(possible), offered: possible.ranked.slice(0, offered).map((one) => one.label),
  }
}

function isDescription(line: NlpjsCorpus['examples'][number]): boolean {
  return (line.weight ?? 1) < 1
}

/** Everything that is said of a classifier, from lines that it did not know. */
export function figuresOf(judged: readonly Judged[]): ClassifierFigures {
  const inside = judged.filter((one) => one.label !== null)
  const outside = judged.filter((one) => one.label === null)
  const names = [...new Set(inside.map((one) => one.label ?? ''))].sort()
  const intents = names.map((intent) => figuresFor(intent, inside))
  const bins = Array.from({ length: 10 }, (_, bin): Bin => {
    const held = inside.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === bin)
    return { from: bin / 10, n: held.length, right: held.filter(isRight).length, meanConfidence: held.length === 0 ? 0 : held.reduce((sum, one) => sum + one.confidence, 0) / held.length }
  })
  const n = Math.max(1, inside.length)
  return {
    n: inside.length,
    accuracy: inside.filter(isRight).length / n,
    macroF1: intents.reduce((sum, one) => sum + one.f1, 0) / Math.max(1, intents.length),
    ece: bins.reduce((sum, bin) => sum + Math.abs(bin.meanConfidence * bin.n - bin.right), 0) / n,
    rejected: outside.length === 0 ? null : outside.filter(({ certainty }) => certainty === 'out-of-scope').length / outside.length,
    intents,
    confusions: confusionsOf(inside),
    certainty: certaintyFiguresOf(inside.filter(({ label }) => label !== 'offtopic_group' && label !== 'emergency')),
    bins,
  }
}

function certaintyFiguresOf(judged: readonly Judged[]): CertaintyFigures {
  const sure = judged.filter(({ certainty }) => certainty === 'sure')
  const asked = judged.filter(({ certainty }) => certainty === 'ambiguous')
  return {
    sure: { n: sure.length, right: sure.filter((one) => one.offered[0] === one.label).length },
    asked: { n: asked.length, right: asked.filter((one) => one.offered.some((label) => label === one.label)).length },
    outOfScope: judged.length - sure.length - asked.length,
  }
}

function isRight(one: Judged): boolean {
  return one.label === one.predicted
}

function figuresFor(intent: string, judged: readonly Judged[]): IntentFigures {
  const wanted = judged.filter(({ label }) => label === intent).length
  const given = judged.filter(({ predicted }) => predicted === intent).length
  const hit = judged.filter(({ label, predicted }) => label === intent && predicted === intent).length
  return { intent, precision: given === 0 ? 0 : hit / given, recall: wanted === 0 ? 0 : hit / wanted, f1: given + wanted === 0 ? 0 : (2 * hit) / (given + wanted), n: wanted }
}

function confusionsOf(judged: readonly Judged[]): [string, string, number][] {
  const counts = new Map<string, number>()
  for (const one of judged) if (!isRight(one)) counts.set(`${one.label ?? ''} ${one.predicted}`, (counts.get(`${one.label ?? ''} ${one.predicted}`) ?? 0) + 1)
  return [...counts].map(([key, count]): [string, string, number] => [key.slice(0, key.indexOf(' ')), key.slice(key.indexOf(' ') + 1), count]).sort((a, b) => b[2] - a[2] || a[0].localeCompare(b[0]))
}
