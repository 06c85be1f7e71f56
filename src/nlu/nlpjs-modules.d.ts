/* What we use of nlp.js, which ships no types. */
declare module '@nlpjs/core' {
  export interface Container {
    use(plugin: unknown): string
    register(name: string, value: unknown, isSingleton?: boolean): void
    registerConfiguration(tag: string, configuration: object, overwrite?: boolean): void
    registerPipeline(tag: string, pipeline: readonly string[], overwrite?: boolean): void
    get(name: string, settings?: object): unknown
  }
  export function containerBootstrap(): Container
  export class Tokenizer {
    constructor(container?: Container, shouldTokenize?: boolean)
    name: string
    tokenize(text: string, normalize?: boolean): string[]
  }
  export class Normalizer {
    constructor(container?: Container)
    name: string
    normalize(text: string): string
  }
}
declare module '@nlpjs/nlu' {
  import type { Container } from '@nlpjs/core'
  export class Nlu {
    constructor(settings?: object, container?: Container)
    settings: Record<string, unknown>
    container: Container
    registerDefault(): void
    train(corpus: readonly { utterance: string; intent: string }[], settings?: object): Promise<unknown>
    process(utterance: string, settings?: object): Promise<unknown>
  }
}
declare module '@nlpjs/nlp' {
  import type { Container } from '@nlpjs/core'
  export class Nlp {
    constructor(settings?: object, container?: Container)
    container: Container
    addLanguage(locale: string): void
    addDocument(locale: string, utterance: string, intent: string): void
    useNlu(className: unknown, locale: string, domain: string, settings: object): void
    train(): Promise<unknown>
    /** What tells intents, without what comes before and after it. */
    readonly nluManager: { process(input: { readonly locale: string; readonly utterance: string; readonly settings: object }): Promise<{ readonly nluAnswer: { readonly verdict: unknown } }> }
    process(locale: string, utterance: string, context?: object): Promise<{
      readonly classifications: readonly { readonly intent: string; readonly score: number }[]
      readonly intent: string
      readonly score: number
      readonly nluAnswer: { readonly verdict: unknown }
    }>
  }
}
declare module '@nlpjs/lang-zh' {
  export class LangZh {
    register(container: unknown): void
  }
}
