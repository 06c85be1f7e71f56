import { containerBootstrap, Normalizer, Tokenizer, type Container } from '@nlpjs/core'
import { LangZh } from '@nlpjs/lang-zh'
import { Nlp } from '@nlpjs/nlp'
import { Nlu } from '@nlpjs/nlu'
import { normalise, toSimplified } from '../text.js'
import { openModel, trainClassifier, type Model, type OpenClassifier, type Verdict } from './classifier.js'
import { featuresOnce } from './features.js'
import { findHints } from './hints.js'
import { seededRandom } from '../random.js'

/** Label under which nlp.js is told of lines that are no intent. */
const noIntent = 'None'

/** Chinese analysis for nlp.js: its tokens are the classifier's features. */
class ChineseTokenizer extends Tokenizer {
  override name = 'tokenizer-zh'
  override tokenize(text: string): string[] {
    return [...featuresOnce(text), ...findHints(toSimplified(normalise(text)))]
  }
}

class ChineseNormalizer extends Normalizer {
  override name = 'normalizer-zh'
  override normalize(text: string): string {
    return toSimplified(normalise(text))
  }
}

/** Our linear classifier in the place of nlp.js's neural one. A model given in the settings is used as it is. */
class LinearNlu extends Nlu {
  private open: OpenClassifier | null = null
  model: Model | null = null

  override registerDefault(): void {
    super.registerDefault()
    this.container.register('LinearNlu', LinearNlu, false)
  }

  override async train(corpus: readonly { utterance: string; intent: string }[]): Promise<object> {
    const given = this.settings['given'] as GivenModel
    if (given.model === null) {
      const tokenizer = this.container.get('tokenizer-zh') as ChineseTokenizer
      const examples = function* () {
        for (const { utterance, intent } of corpus) yield { features: tokenizer.tokenize(utterance), label: intent === noIntent ? null : intent, weight: given.weightOf(utterance) }
      }
      given.model = trainClassifier(examples(), { random: seededRandom(given.seed), calibrationFolds: given.calibrationFolds, heldOut: given.heldOut, minimumCount: given.minimumCount })
    }
    this.open = openModel(given.model)
    given.open = this.open
    return { status: { trained: true } }
  }

  override async process(utterance: string): Promise<object> {
    const tokenizer = this.container.get('tokenizer-zh') as ChineseTokenizer
    const verdict = this.open!.classify(tokenizer.tokenize(utterance))
    return {
      classifications: verdict.ranked.map(({ label, confidence }) => ({ intent: label, score: confidence })),
      verdict,
    }
  }

  toJSON(): object {
    return {}
  }
}

interface GivenModel {
  /** A model from a cache, or null; the one trained is left here. */
  model: Model | null
  /** The model made ready, once nlp.js has trained. */
  open: OpenClassifier | null
  readonly seed: number
  readonly calibrationFolds: number
  readonly heldOut: number
  readonly minimumCount: number
  readonly weightOf: (utterance: string) => number
}

export interface NlpjsCorpus {
  readonly examples: readonly { readonly text: string; readonly label: string | null; readonly weight?: number }[]
  readonly seed: number
  readonly calibrationFolds: number
  readonly heldOut: number
  /** Features in fewer lines than this are forgotten. */
  readonly minimumCount: number
}

export interface IntentFrame {
  readonly classify: (text: string) => Promise<Verdict>
  /** The same for a part of a message: the classifier alone, without nlp.js's steps for whole messages. */
  readonly classifyPart: (text: string) => Verdict
  readonly model: Model
}

/** nlp.js with our analysis and our classifier as plug-ins of its container. `cached` spares the training. */
export async function startNlpjs(corpus: NlpjsCorpus, cached: Model | null): Promise<IntentFrame> {
  const container: Container = containerBootstrap()
  const tokenizer = new ChineseTokenizer(container)
  container.register('tokenizer-zh', tokenizer, true)
  container.register('normalizer-zh', new ChineseNormalizer(container), true)
  container.registerPipeline('domain-manager-zh-train', ['.generateCorpus', '.innerTrain', 'output.status'], true)
  const weights = new Map(corpus.examples.map(({ text, weight }) => [text, weight ?? 1]))
  const given: GivenModel = {
    model: cached,
    open: null,
    seed: corpus.seed,
    calibrationFolds: corpus.calibrationFolds,
    heldOut: corpus.heldOut,
    minimumCount: corpus.minimumCount,
    weightOf: (utterance) => weights.get(utterance) ?? 1,
  }
  const nlp = new Nlp({ container, autoSave: false, autoLoad: false, calculateSentiment: false, threshold: 0, nlu: { log: false } })
  container.registerConfiguration('domain-manager-zh', {
    nluByDomain: { default: { className: 'LinearNlu', settings: { given } } },
    useStemDict: false,
  })
  container.register('LinearNlu', LinearNlu, false)
  nlp.addLanguage('zh')
  if (cached === null) for (const { text, label } of corpus.examples) nlp.addDocument('zh', text, label ?? noIntent)
  await nlp.train()
  return {
    classify: async (text) => {
      // Its managers of talk, entities and answers have nothing to do here: Botkit, our entities and our journeys do that.
      const result = await nlp.nluManager.process({ locale: 'zh', utterance: text, settings: {} })
      return result.nluAnswer.verdict as Verdict
    },
    classifyPart: (text) => given.open!.classify(tokenizer.tokenize(text)),
    model: given.model!,
  }
}

/** The stock nlp.js pipeline for Chinese, as it comes: the baseline that ours is measured against. */
export async function startStockNlpjs(examples: readonly { text: string; label: string }[]): Promise<(text: string) => Promise<Verdict>> {
  const container: Container = containerBootstrap()
  container.use(LangZh)
  const nlp = new Nlp({ container, autoSave: false, autoLoad: false, calculateSentiment: false, nlu: { log: false } })
  nlp.addLanguage('zh')
  for (const { text, label } of examples) nlp.addDocument('zh', text, label)
  await nlp.train()
  return async (text) => {
    const result = await nlp.process('zh', text, {})
    const ranked = result.classifications.map(({ intent, score }) => ({ label: intent, confidence: score }))
    const top = ranked[0] ?? { label: noIntent, confidence: 0 }
    return { ranked: ranked.length > 0 ? ranked : [top], margin: top.confidence, inScope: top.confidence }
  }
}
