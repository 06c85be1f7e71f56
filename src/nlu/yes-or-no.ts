import { openModel, trainClassifier, type Model } from './classifier.js'
import { seededRandom } from '../random.js'

/** One line, already taken apart. */
export interface YesOrNoExample {
  readonly features: readonly string[]
  readonly yes: boolean
}

const seed = 20261122
/** Features in fewer lines than this are forgotten. */
const minimumCount = 2

/** Learns one decision, going through the examples once; the same lines give the same model. */
export function trainYesOrNo(examples: Iterable<YesOrNoExample>): Model {
  const labelled = function* () {
    for (const { features, yes } of examples) yield { features, label: yes ? 'yes' : null }
  }
  return trainClassifier(labelled(), { random: seededRandom(seed), calibrationFolds: 0, minimumCount })
}

/** Makes the decision ready: the score of a line, unbounded, the bigger the surer that it is yes. */
export function openYesOrNo(model: Model): (features: readonly string[]) => number {
  const { decide } = openModel(model)
  return (features) => {
    const values = decide(features)
    return (values[0] ?? 0) - (values[1] ?? 0)
  }
}
