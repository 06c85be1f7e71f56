import { createHash } from 'node:crypto'
import { access, mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { checkIntents, type Intent, type IntentSet } from './intents.js'
import { decodeModel, encodeModel } from './classifier.js'
import type { Gazetteer } from './addresses.js'
import { decodeSecondLook, encodeSecondLook, openSecondLook, readTellings, secondLookVersion, trainSecondLook, type SecondLook, type Telling } from './danger-model.js'
import { gateVersion, openGate, trainGate, type LearnedGate } from './gate-model.js'
import { businessWords, lexicon, needWords } from './lexicon.js'
import { startNlpjs, type NlpjsCorpus } from './nlpjs.js'
import { teachWords } from '../text.js'
import { readRoomLines, type RoomLine } from './room-lines.js'
import type { IntentName, Understanding, UtteranceView } from './understanding.js'
import { mentionsOf, understandWith } from './understand.js'

/** A resident's message, without personal data, and what a person says it was. */
export interface LearnedLine {
  readonly text: string
  readonly label: IntentName | null
}

export interface NluSettings {
  /** Folder of the intent files. */
  readonly intentsDir: string
  /** Where trained models are kept, by content; `null` trains anew each time. */
  readonly cacheDir: string | null
  /** Names of places in the communities served. */
  readonly gazetteer?: Gazetteer
  /** Messages of residents that people labelled; `null` is no intent. */
  readonly learned?: readonly LearnedLine[]
  /** Names by which the bot is mentioned in plain text, default 小助手 and 一窗. */
  readonly botNames?: readonly string[]
}

export interface Nlu {
  /** Everything the bot makes of a message before it decides what to do. */
  understand(view: UtteranceView): Promise<Understanding>
  readonly intents: ReadonlyMap<IntentName, Intent>
}

/** Raised when features or training change, so that older cached models are not used. */
const modelVersion = 6
const trainingSeed = 20261122
/** One half is held out to calibrate on. */
const calibrationFolds = 2
const heldOut = 1
const minimumCount = 2
/** A description counts this much of an utterance. */
const descriptionWeight = 0.3

/** Reads and checks the intents, trains the classifier or takes it from the cache, and is ready. Throws KnowledgeError. */
export async function createNlu(settings: NluSettings): Promise<Nlu> {
  const set = await readIntents(settings.intentsDir)
  const { intents } = set
  teachLexicon()
  const frame = await startCached(corpusOf(set, settings.learned ?? []), settings.cacheDir)
  const rooms = await readRooms(join(settings.intentsDir, 'rooms'))
  const gate = await gateOf(rooms, settings.cacheDir)
  const tellings = await readFolderOfTellings(join(settings.intentsDir, 'danger'))
  const secondLook = await secondLookOf(tellings, [...rooms.map(({ text }) => text), ...harmlessOf(set)], settings.cacheDir)
  const parts = { classify: frame.classify, classifyPart: frame.classifyPart, gazetteer: settings.gazetteer ?? null, mentions: mentionsOf(settings.botNames ?? ['小助手', '一窗']), gate, secondLook }
  return {
    understand: (view) => understandWith(parts, view),
    intents,
  }
}

/** The words of the field, as the segmentation must know them before anything is trained or understood. */
export function teachLexicon(): void {
  teachWords([...lexicon.flatMap(([, words]) => words.split(' ')), ...businessWords, ...needWords].filter((word) => word.length > 1))
}

/** Reads and checks the intent files of a folder. Throws KnowledgeError. */
export async function readIntents(folder: string): Promise<IntentSet> {
  return checkIntents(await readFolder(folder))
}

/** What the classifier is trained on; of two labels for the same words the person's holds. */
export function corpusOf({ intents, none }: IntentSet, learned: readonly LearnedLine[]): NlpjsCorpus {
  const told = new Set(learned.map(({ text }) => text))
  const ours = [
    ...[...intents.values()].flatMap((intent) => [
      ...intent.utterances.map((text) => ({ text, label: intent.name })),
      { text: `${intent.title} ${intent.description}`, label: intent.name, weight: descriptionWeight },
    ]),
    ...none.map((text) => ({ text, label: null })),
  ]
  return { examples: [...(told.size === 0 ? ours : ours.filter(({ text }) => !told.has(text))), ...learned], seed: trainingSeed, calibrationFolds, heldOut, minimumCount }
}

async function readFolder(folder: string): Promise<{ path: string; text: string }[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json')).sort()
  return Promise.all(names.map(async (name) => ({ path: join(folder, name), text: await readFile(join(folder, name), 'utf8') })))
}

/** Whether the classifier for these lines lies in the cache; to learn it takes seconds in which nothing else is done. */
export async function isLearned({ intentsDir, cacheDir, learned = [] }: Pick<NluSettings, 'intentsDir' | 'learned'> & { readonly cacheDir: string }): Promise<boolean> {
  return access(classifierFile(corpusOf(await readIntents(intentsDir), learned), cacheDir)).then(() => true, () => false)
}

function classifierFile(corpus: NlpjsCorpus, cacheDir: string): string {
  const hash = createHash('sha256').update(JSON.stringify([modelVersion, corpus])).digest('hex').slice(0, 24)
  return join(cacheDir, `intents-${hash}.model`)
}

async function startCached(corpus: NlpjsCorpus, cacheDir: string | null) {
  if (cacheDir === null) return startNlpjs(corpus, null)
  const file = classifierFile(corpus, cacheDir)
  const cached = await readFile(file).then(decodeModel, () => null)
  const frame = await startNlpjs(corpus, cached)
  if (cached === null) await keep(file, encodeModel(frame.model))
  return frame
}

/** A cache that can't be written costs a training at the next start, nothing else. */
async function keep(file: string, bytes: Buffer): Promise<void> {
  await mkdir(dirname(file), { recursive: true })
    .then(() => writeFile(`${file}.${process.pid}`, bytes))
    .then(() => rename(`${file}.${process.pid}`, file))
    .catch(() => undefined)
}

/** Room talk to learn from: files below `answered` and `silent` of a folder, none where there is no such folder. */
export async function readRooms(folder: string): Promise<RoomLine[]> {
  const lines: RoomLine[] = []
  for (const part of ['answered', 'silent'] as const) {
    const names = await readdir(join(folder, part)).catch(() => [])
    for (const name of names.filter((one) => one.endsWith('.txt')).sort()) {
      lines.push(...readRoomLines(`${part}/${name}`, await readFile(join(folder, part, name), 'utf8'), part === 'answered'))
    }
  }
  return lines
}

/** When to speak in rooms; `null` where there is nothing to learn from. */
async function gateOf(lines: readonly RoomLine[], cacheDir: string | null): Promise<LearnedGate | null> {
  if (lines.length === 0) return null
  const codec = { encode: encodeModel, decode: decodeModel }
  return openGate(await learnedOnce('rooms', [gateVersion, lines], codec, () => trainGate(lines), cacheDir))
}

async function readFolderOfTellings(folder: string): Promise<Telling[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.txt')).sort()
  return (await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')))).flatMap(readTellings)
}

/** Every fifth utterance of the intents that are no danger: what people write when nothing is wrong. */
function harmlessOf({ intents }: IntentSet): string[] {
  return [...intents.values()].flatMap(({ name, utterances }) => (name === 'emergency' ? [] : utterances.filter((_, index) => index % 5 === 0)))
}

/** The second look at danger; `null` where there is nothing to learn from or learning failed: the rules stand without it. */
async function secondLookOf(tellings: readonly Telling[], harmless: readonly string[], cacheDir: string | null): Promise<SecondLook | null> {
  if (tellings.length === 0) return null
  const all = [...tellings, ...harmless.map((text) => ({ text, kind: null }))]
  const codec = { encode: encodeSecondLook, decode: decodeSecondLook }
  return learnedOnce('danger', [secondLookVersion, all], codec, () => trainSecondLook(all), cacheDir).then(openSecondLook, () => null)
}

/** What was learned from the same lines before, or what is learned now and kept. */
async function learnedOnce<M>(
  name: string, from: readonly unknown[], codec: { readonly encode: (model: M) => Buffer; readonly decode: (bytes: Buffer) => M | null }, learn: () => M, cacheDir: string | null,
): Promise<M> {
  if (cacheDir === null) return learn()
  const hash = createHash('sha256').update(JSON.stringify([modelVersion, from])).digest('hex').slice(0, 24)
  const file = join(cacheDir, `${name}-${hash}.model`)
  const cached = await readFile(file).then(codec.decode, () => null)
  if (cached !== null) return cached
  const model = learn()
  await keep(file, codec.encode(model))
  return model
}
