import type { IntentSet } from '../nlu/intents.js'
import type { LearnedLine } from '../nlu/load-nlu.js'
import type { ClassifierFigures, Retraining } from './figures.js'
import { bothNames } from './report.js'
import { crossValidate, figuresOf, usualFolds } from './measure.js'

/** The loss (0–1) of macro-F1 on the lines both versions know, from which on a version is not published, when it is more than chance. */
export const worstLoss = 0.005
/** A loss in lines is more than chance from this many standard errors on; one is the root of the lines judged otherwise than before. */
const chanceErrors = 2
/** The loss of one intent's F1 that is not published either, when it is more than chance: the lines lost are at least this many. */
export const worstIntentLoss = 0.05
const leastLinesLost = 3

/** Compares the classifier with and without the newly labelled lines, each line judged by one that was trained without it. `onStep` is called after each training, with how many there are. */
export async function compareRetrained(set: IntentSet, published: readonly LearnedLine[], labelled: readonly LearnedLine[], folds = usualFolds, onStep: (of: number) => void = () => undefined): Promise<Retraining> {
  const step = (): void => { onStep(labelled.length === 0 ? folds : 2 * folds) }
  const isFresh = new Set(labelled.map(({ text }) => text))
  const judgedBefore = await crossValidate(set, published, labelled, folds, step)
  const judgedAfter = labelled.length === 0 ? judgedBefore : await crossValidate(set, [...published, ...labelled], [], folds, step)
  const known = (judged: typeof judgedBefore) => figuresOf(judged.filter(({ text }) => !isFresh.has(text)))
  const rightOf = (judged: typeof judgedBefore) => judged.filter((one) => isFresh.has(one.text) && one.label !== null && one.label === one.predicted).length
  const before = known(judgedBefore)
  const after = known(judgedAfter)
  const rightBefore = new Set(judgedBefore.filter((one) => one.label === one.predicted).map(({ text }) => text))
  const changed = judgedAfter.filter((one) => !isFresh.has(one.text) && one.label !== null && rightBefore.has(one.text) !== (one.label === one.predicted)).length
  const n = labelled.filter(({ label }) => label !== null).length
  return { before, after, fresh: { before: rightOf(judgedBefore), after: rightOf(judgedAfter), n }, losses: lossesOf(before, after, changed, (intent) => bothNames(intent, set.intents)) }
}

/** What got worse by more than may be; each as a sentence. `changed`: how many lines are right now and were not, or the other way round; `nameOf`: what an intent is called. */
export function lossesOf(before: ClassifierFigures, after: ClassifierFigures, changed: number, nameOf: (intent: string) => string = (intent) => intent): string[] {
  const losses: string[] = []
  const whole = before.macroF1 - after.macroF1
  if (whole > worstLoss && whole * before.n > chanceErrors * Math.sqrt(changed)) losses.push(`总体 macro-F1 降了 ${points(whole)}（最多允许 ${points(worstLoss)}）`)
  for (const was of before.intents) {
    const is = after.intents.find(({ intent }) => intent === was.intent)
    const loss = was.f1 - (is?.f1 ?? 0)
    if (loss > worstIntentLoss && loss * was.n >= leastLinesLost) losses.push(`${nameOf(was.intent)} 的 F1 降了 ${points(loss)}（最多允许 ${points(worstIntentLoss)}）`)
  }
  return losses
}

function points(share: number): string {
  return `${(share * 100).toFixed(1)} 个百分点`
}
