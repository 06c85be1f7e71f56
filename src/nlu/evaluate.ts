import { readFile, writeFile } from 'node:fs/promises'
import { checkAreas, type Area } from './areas.js'
import { assignFolds, openModel, trainClassifier, type Example, type Verdict } from './classifier.js'
import { extractFeatures } from './features.js'
import type { Nlu } from './load-nlu.js'
import { startStockNlpjs } from './nlpjs.js'
import { seededRandom } from '../random.js'
import type { UtteranceView } from './understanding.js'

export interface ClassifierTrial {
  /** JSONL of `{text,label}` or `{title,detail,label}`. */
  readonly train: string
  /** Held-out lines; without it the training lines are cross-validated. */
  readonly test?: string
  /** Lines that are no intent, of the same form; labels are ignored. */
  readonly none?: string
  /** Catalogue of areas (`checkAreas`): a label that bears an area's name learns from what the area covers. */
  readonly areas?: string
  /** Held-out lines that are no intent: what rejection is measured on. Lines of `test` whose label never occurs in `train` count too. */
  readonly folds?: number
  readonly seed?: number
  /** Where `{text,label,predicted,confidence}` of each test line is written. */
  readonly out?: string
  readonly baseline?: 'nlpjs'
}

export interface ClassifierReport {
  readonly accuracy: number
  readonly macroF1: number
  /** Area under the curve of telling intents from none. */
  readonly auroc?: number
  /** Share of lines with an intent that are accepted and right when 5 % of the others are accepted. */
  readonly accuracyAt5FA?: number
  /** Expected calibration error, 10 bins. */
  readonly ece: number
  readonly trainMs: number
  readonly usPerUtterance: number
  readonly n: number
}

interface Line {
  readonly text: string
  readonly detail: string | null
  readonly label: string
}

interface Judged {
  readonly line: Line
  readonly verdict: Verdict
}

type Predict = (line: Line) => Promise<Verdict>

/** Most characters of a long text that are read: the head of a message says what it is about. */
const detailLength = 300
const defaultFolds = 5

/** Trains the product's classifier on lines from a file and measures it on others. */
export async function evaluateClassifier(trial: ClassifierTrial): Promise<ClassifierReport> {
  const seed = trial.seed ?? 1
  const train = await readLines(trial.train)
  const none = trial.none ? await readLines(trial.none) : []
  const areas = trial.areas ? checkAreas(await readFile(trial.areas, 'utf8'), trial.areas) : []
  const labels = new Set(train.map(({ label }) => label))
  let trainMs = 0
  let answerMs = 0
  const judged: Judged[] = []
  const judge = async (predict: Predict, lines: readonly Line[]) => {
    const begin = performance.now()
    for (const line of lines) judged.push({ line, verdict: await predict(line) })
    answerMs += performance.now() - begin
  }
  const prepare = async (lines: readonly Line[], round: number) => {
    const begin = performance.now()
    const predict = trial.baseline === 'nlpjs' ? await prepareStock(lines) : prepareOwn(lines, none, areas, seed + round)
    trainMs += performance.now() - begin
    return predict
  }
  if (trial.test) await judge(await prepare(train, 0), await readLines(trial.test))
  else {
    const folds = trial.folds ?? defaultFolds
    const assigned = assignFolds(train, folds, seededRandom(seed))
    for (let fold = 0; fold < folds; fold += 1) {
      await judge(await prepare(train.filter((_, i) => assigned[i] !== fold), fold), train.filter((_, i) => assigned[i] === fold))
    }
    trainMs /= folds
  }
  if (trial.out) await writeFile(trial.out, judged.map(({ line, verdict }) => JSON.stringify({ text: line.text, label: line.label, predicted: verdict.ranked[0]!.label, confidence: verdict.ranked[0]!.confidence })).join('\n') + '\n')
  const inside = judged.filter(({ line }) => labels.has(line.label))
  const outside = judged.filter(({ line }) => !labels.has(line.label))
  const right = ({ line, verdict }: Judged) => verdict.ranked[0]!.label === line.label
  return {
    accuracy: share(inside, right),
    macroF1: macroF1(inside.map(({ line, verdict }) => [line.label, verdict.ranked[0]!.label])),
    ...(outside.length > 0 ? rejection(inside, outside, right) : {}),
    ece: calibrationError(inside.map((item) => ({ confidence: item.verdict.ranked[0]!.confidence, right: right(item) }))),
    trainMs: Math.round(trainMs),
    usPerUtterance: Math.round((answerMs / judged.length) * 1000),
    n: inside.length,
  }
}

/** What describes a label counts this much of a line that was labelled. */
const descriptionWeight = 0.3

function prepareOwn(lines: readonly Line[], none: readonly Line[], areas: readonly Area[], seed: number): Predict {
  const hasDetail = lines.some(({ detail }) => detail !== null)
  const examples: Example[] = [
    ...lines.map((line) => ({ features: featuresOf(line, hasDetail), label: line.label })),
    ...none.map((line) => ({ features: featuresOf(line, hasDetail), label: null })),
    ...describeLabels(new Set(lines.map(({ label }) => label)), areas, hasDetail),
  ]
  const model = openModel(trainClassifier(examples, { random: seededRandom(seed), calibrationFolds: 5 }))
  return (line) => Promise.resolve(model.classify(featuresOf(line, hasDetail)))
}

/** The name of a label is a little text about it, and so is each thing that an area of this name covers, as a title and as what is told. */
function describeLabels(labels: ReadonlySet<string>, areas: readonly Area[], hasDetail: boolean): Example[] {
  const covered = new Map(areas.map(({ name, covers }) => [name, covers]))
  return [...labels]
    .filter((label) => /\p{Script=Han}/u.test(label))
    .flatMap((label) =>
      [label, ...(covered.get(label) ?? [])].flatMap((words) => {
        const features = extractFeatures(words)
        return (hasDetail ? [features.map(inTitle), features] : [features]).map((one): Example => ({ features: one, label, weight: descriptionWeight }))
      }),
    )
}

function inTitle(feature: string): string {
  return `@${feature}`
}

/** Letters put for the name of a place (A市, K3区) so that nobody is known by it. */
const blackened = /[A-Z]\d*(?=[省市州县区镇乡村])/gu

/** A title says more than the text below it: its features count among the others, and apart from them twice. */
function featuresOf(line: Line, hasDetail: boolean): string[] {
  const features = extractFeatures(line.text.replace(blackened, ''))
  if (!hasDetail) return features
  const title = features.map(inTitle)
  return [...title, ...title, ...features, ...extractFeatures((line.detail ?? '').replace(blackened, '').trim().slice(0, detailLength))]
}

async function prepareStock(lines: readonly Line[]): Promise<Predict> {
  const whole = ({ text, detail }: Line) => (detail === null ? text : `${text} ${detail.slice(0, detailLength)}`)
  const classify = await startStockNlpjs(lines.map((line) => ({ text: whole(line), label: line.label })))
  return (line) => classify(whole(line))
}

async function readRows(file: string): Promise<Record<string, unknown>[]> {
  const text = await readFile(file, 'utf8')
  return text.split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Record<string, unknown>)
}

/** A field as words; what is neither text nor number counts as empty. */
function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value : typeof value === 'number' ? String(value) : ''
}

async function readLines(file: string): Promise<Line[]> {
  return (await readRows(file)).map((row) => ({
    text: wordsOf(row['text'] ?? row['title']),
    detail: typeof row['detail'] === 'string' ? row['detail'] : null,
    label: wordsOf(row['label']),
  }))
}

function share<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.length === 0 ? 0 : round(items.filter(holds).length / items.length)
}

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000
}

/** Mean over labels of F1; `pairs` are gold and predicted. */
function macroF1(pairs: readonly (readonly [string, string])[]): number {
  const labels = [...new Set(pairs.map(([gold]) => gold))]
  const scores = labels.map((label) => {
    const hit = pairs.filter(([gold, predicted]) => gold === label && predicted === label).length
    const given = pairs.filter(([, predicted]) => predicted === label).length
    const wanted = pairs.filter(([gold]) => gold === label).length
    return hit === 0 ? 0 : (2 * hit) / (given + wanted)
  })
  return round(scores.reduce((a, b) => a + b, 0) / Math.max(1, scores.length))
}

function rejection(inside: readonly Judged[], outside: readonly Judged[], right: (item: Judged) => boolean): { auroc: number; accuracyAt5FA: number } {
  const score = ({ verdict }: Judged) => (verdict.margin === 0 ? verdict.ranked[0]!.confidence : verdict.margin)
  let above = 0
  for (const a of inside) for (const b of outside) above += score(a) > score(b) ? 1 : score(a) === score(b) ? 0.5 : 0
  const falsehoods = outside.map(score).sort((a, b) => b - a)
  const bar = falsehoods[Math.floor(0.05 * falsehoods.length)] ?? -Infinity
  return { auroc: round(above / (inside.length * outside.length)), accuracyAt5FA: share(inside, (item) => score(item) > bar && right(item)) }
}

function calibrationError(items: readonly { confidence: number; right: boolean }[]): number {
  let error = 0
  for (let bin = 0; bin < 10; bin += 1) {
    const inBin = items.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === bin)
    if (inBin.length === 0) continue
    const mean = inBin.reduce((sum, { confidence }) => sum + confidence, 0) / inBin.length
    error += Math.abs(mean - inBin.filter(({ right }) => right).length / inBin.length) * inBin.length
  }
  return round(error / Math.max(1, items.length))
}

interface UtteranceRow {
  readonly id: string
  readonly text: string
  readonly intent: string
  readonly also: readonly string[]
  readonly slots: Readonly<Record<string, string | readonly string[]>>
  readonly in_group: boolean
  readonly should_bot_speak: boolean
  readonly gray?: boolean
}

export interface Fault {
  readonly id: string
  readonly text: string
  readonly what: 'intent' | 'also' | 'slot' | 'speak' | 'danger'
  readonly expected: string
  readonly got: string
}

export interface UtteranceReport {
  readonly n: number
  readonly intentAccuracy: number
  readonly macroF1: number
  readonly alsoRecall: number
  /** Share of messages with one matter in which more were found. */
  readonly falselySplit: number
  readonly slotF1: number
  readonly slots: Readonly<Record<string, { precision: number; recall: number; f1: number; n: number }>>
  /** In groups, without a mention. */
  readonly speak: { readonly precision: number; readonly recall: number; readonly falseSpeak: number; readonly missed: number }
  readonly danger: { readonly precision: number; readonly recall: number }
  readonly usPerUtterance: number
  readonly faults: readonly Fault[]
}

/** Measures the whole understanding on labelled messages (fields as in `test/fixtures/nlu/utterances.jsonl`). `now` resolves times. */
export async function evaluateUtterances(nlu: Nlu, file: string, now: number): Promise<UtteranceReport> {
  const rows = (await readRows(file)) as unknown as UtteranceRow[]
  const faults: Fault[] = []
  const pairs: [string, string][] = []
  const tally = new Map<string, { hit: number; given: number; wanted: number }>()
  const danger = { hit: 0, given: 0, wanted: 0 }
  const speak = { hit: 0, given: 0, wanted: 0, silent: 0 }
  let alsoHit = 0
  let alsoWanted = 0
  let split = 0
  let single = 0
  let ms = 0
  for (const row of rows) {
    const view = viewOf(row, now)
    const begin = performance.now()
    const seen = await nlu.understand(view)
    ms += performance.now() - begin
    const intents = seen.matters.map(({ intent }) => intent as string)
    const fault = (what: Fault['what'], expected: string, got: string) => faults.push({ id: row.id, text: row.text, what, expected, got })
    pairs.push([row.intent, intents[0]!])
    if (intents[0] !== row.intent) fault('intent', row.intent, seen.matters[0]!.ranked.slice(0, 3).map((r) => `${r.intent} ${r.confidence.toFixed(2)}`).join(', '))
    for (const also of row.also) {
      alsoWanted += 1
      // Whichever comes first, both must be found.
      if (intents.includes(also) && intents.length > 1) alsoHit += 1
      else fault('also', `${row.intent}+${also}`, intents.join('+'))
    }
    if (row.also.length === 0) {
      single += 1
      if (intents.length > 1) {
        split += 1
        fault('also', row.intent, intents.join('+'))
      }
    }
    const wanted = Object.entries(row.slots).flatMap(([name, value]) => (typeof value === 'string' ? [value] : value).map((v) => `${name}=${v}`))
    const given = [...new Set(seen.matters.flatMap(({ slots }) => slots.map(({ name, value }) => `${name}=${value}`)))]
    for (const item of new Set([...wanted, ...given])) {
      const name = item.slice(0, item.indexOf('='))
      const counts = tally.get(name) ?? { hit: 0, given: 0, wanted: 0 }
      tally.set(name, counts)
      if (wanted.includes(item)) counts.wanted += 1
      if (given.includes(item)) counts.given += 1
      if (wanted.includes(item) && given.includes(item)) counts.hit += 1
    }
    if (wanted.join() !== given.join()) fault('slot', wanted.filter((w) => !given.includes(w)).join(' '), given.filter((g) => !wanted.includes(g)).join(' '))
    const isEmergency = row.intent === 'emergency' || row.also.includes('emergency')
    count(danger, isEmergency, seen.danger !== null)
    if (isEmergency !== (seen.danger !== null)) fault('danger', String(isEmergency), seen.danger?.words ?? '-')
    if (row.in_group && !view.mentions.bot) {
      count(speak, row.should_bot_speak, seen.gate.speak)
      if (!row.should_bot_speak) speak.silent += 1
      if (row.should_bot_speak !== seen.gate.speak) fault('speak', String(row.should_bot_speak), seen.gate.reason)
    }
  }
  const total = [...tally.values()].reduce((sum, c) => ({ hit: sum.hit + c.hit, given: sum.given + c.given, wanted: sum.wanted + c.wanted }), { hit: 0, given: 0, wanted: 0 })
  return {
    n: rows.length,
    intentAccuracy: round(pairs.filter(([gold, got]) => gold === got).length / rows.length),
    macroF1: macroF1(pairs),
    alsoRecall: round(alsoHit / Math.max(1, alsoWanted)),
    falselySplit: round(split / Math.max(1, single)),
    slotF1: scoresOf(total).f1,
    slots: Object.fromEntries([...tally].sort(([a], [b]) => a.localeCompare(b)).map(([name, counts]) => [name, { ...scoresOf(counts), n: counts.wanted }])),
    speak: { precision: scoresOf(speak).precision, recall: scoresOf(speak).recall, falseSpeak: round((speak.given - speak.hit) / Math.max(1, speak.silent)), missed: round((speak.wanted - speak.hit) / Math.max(1, speak.wanted)) },
    danger: { precision: scoresOf(danger).precision, recall: scoresOf(danger).recall },
    usPerUtterance: Math.round((ms / rows.length) * 1000),
    faults,
  }
}

function count(counts: { hit: number; given: number; wanted: number }, wanted: boolean, given: boolean): void {
  if (wanted) counts.wanted += 1
  if (given) counts.given += 1
  if (wanted && given) counts.hit += 1
}

function scoresOf({ hit, given, wanted }: { hit: number; given: number; wanted: number }): { precision: number; recall: number; f1: number } {
  return { precision: round(hit / Math.max(1, given)), recall: round(hit / Math.max(1, wanted)), f1: round((2 * hit) / Math.max(1, given + wanted)) }
}

function viewOf(row: UtteranceRow, now: number): UtteranceView {
  return {
    text: row.text,
    chat: row.in_group ? 'group' : 'private',
    mentions: { bot: /@小助手/.test(row.text), others: [], everyone: false },
    quoted: null,
    authorKind: 'resident',
    before: [],
    now,
  }
}
