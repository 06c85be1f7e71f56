import { openModel, trainClassifier, type OpenClassifier } from '../nlu/classifier.js'

/**
 * Which part of the texts (which law, which stretch of it) a question is about: the classifier of intents, taught with
 * questions whose right texts are known. Parts with fewer than two questions share one class that says nothing.
 */
export interface TopicClassifier {
  readonly classifier: OpenClassifier
  /** Parts that have a class of their own. */
  readonly known: number
}

const least = 2
const rest = ''

export function trainTopics(examples: readonly { readonly features: readonly string[]; readonly part: number }[], random: () => number): TopicClassifier {
  const counts = new Map<number, number>()
  for (const { part } of examples) counts.set(part, (counts.get(part) ?? 0) + 1)
  const model = trainClassifier(
    examples.map(({ features, part }) => ({ features, label: counts.get(part)! < least ? rest : String(part) })),
    { random, calibrationFolds: 0, minimumCount: 2 },
  )
  return { classifier: openModel(model), known: model.labels.filter((label) => label !== rest).length }
}

/** Chance (0–1) of each known part; what is left over belongs to parts hardly ever asked about. */
export function topicsOf({ classifier }: TopicClassifier, features: readonly string[]): { readonly part: number; readonly chance: number }[] {
  return classifier.classify(features).ranked.flatMap(({ label, confidence }) => (label === rest ? [] : [{ part: Number(label), chance: confidence }]))
}
