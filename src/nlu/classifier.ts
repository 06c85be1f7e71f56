import { trainOneVsRest, type SparseRows } from './svm.js'

/** One labelled line, already taken apart. `label` `null` is a line that is no intent at all. */
export interface Example {
  readonly features: readonly string[]
  readonly label: string | null
  /** How much it counts, default 1; a description counts less than an utterance. */
  readonly weight?: number
}

/** What the classifier thinks of one utterance. */
export interface Verdict {
  /** Every label with its probability (they sum to 1), best first. */
  readonly ranked: readonly { readonly label: string; readonly confidence: number }[]
  /** Decision value of the best label minus that of "no intent"; bigger is surer that it is one. 0 where no such lines were given. */
  readonly margin: number
  /** 0–1: how likely it is an intent at all. 1 where no such lines were given. */
  readonly inScope: number
}

/** A trained model: plain numbers, so that it can be kept in a file. */
export interface Model {
  readonly labels: readonly string[]
  readonly hasNone: boolean
  readonly features: readonly string[]
  readonly idf: Float32Array
  /** By feature, then class (labels, then none), the biases last. */
  readonly weights: Float32Array
  /** Factor on decision values before softmax, fitted on lines held out. */
  readonly sharpness: number
  /** Platt's a and b over the margin, fitted on lines held out. */
  readonly scope: readonly [number, number]
}

export interface TrainSettings {
  readonly random: () => number
  /** Parts for calibration on held-out lines; 0 takes the defaults (sharpness 4.75) without holding out. */
  readonly calibrationFolds: number
  /** Features in fewer examples than this are forgotten, default 1. On thousands of lines 2 costs nothing and makes the model a quarter the size. */
  readonly minimumCount?: number
}

/** Cost 2 and balance 0.5: the middle of the plateau found by cross-validation on a public set of short utterances. */
const cost = 2
const balance = 0.5
/** Sharpness found on the same set; used when nothing is held out. */
const usualSharpness = 4.75

/** Trains one linear classifier per label and one for "no intent", and calibrates them on held-out parts. */
export function trainClassifier(examples: readonly Example[], settings: TrainSettings): Model {
  const labels = [...new Set(examples.flatMap((e) => (e.label === null ? [] : [e.label])))].sort()
  const minimum = settings.minimumCount ?? 1
  const model = fit(examples, labels, minimum, settings.random)
  if (settings.calibrationFolds < 2) return model
  const held: { values: Float64Array; example: Example }[] = []
  const folds = assignFolds(examples, settings.calibrationFolds, settings.random)
  for (let fold = 0; fold < settings.calibrationFolds; fold += 1) {
    const part = fit(examples.filter((e, i) => folds[i] !== fold || (e.weight ?? 1) < 1), labels, minimum, settings.random)
    const decide = openModel(part).decide
    examples.forEach((example, i) => {
      if (folds[i] === fold && (example.weight ?? 1) === 1) held.push({ values: decide(example.features), example })
    })
  }
  return { ...model, sharpness: fitSharpness(held, labels), scope: model.hasNone ? fitScope(held, labels) : [0, 50] }
}

/** Parts of equal size, each label spread evenly. */
export function assignFolds(examples: readonly { label: string | null }[], folds: number, random: () => number): Int32Array {
  const byLabel = new Map<string | null, number[]>()
  examples.forEach(({ label }, i) => {
    const list = byLabel.get(label)
    if (list) list.push(i)
    else byLabel.set(label, [i])
  })
  const fold = new Int32Array(examples.length)
  let next = 0
  for (const list of byLabel.values()) {
    for (let i = list.length - 1; i > 0; i -= 1) {
      const j = Math.floor(random() * (i + 1))
      const held = list[i]!
      list[i] = list[j]!
      list[j] = held
    }
    for (const i of list) fold[i] = next++ % folds
  }
  return fold
}

function fit(examples: readonly Example[], labels: readonly string[], minimum: number, random: () => number): Model {
  const { index, documents } = countDocuments(examples, minimum)
  const counted = examples.map(({ features }) => {
    const counts = new Map<number, number>()
    for (const feature of features) {
      const id = index.get(feature)
      if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1)
    }
    return counts
  })
  const idf = Float32Array.from(documents, (df) => Math.log((1 + examples.length) / (1 + df)) + 1)
  const rows = weigh(counted, idf)
  const hasNone = examples.some((e) => e.label === null)
  const ids = new Map(labels.map((label, i) => [label, i]))
  const classes = labels.length + (hasNone ? 1 : 0)
  const weights = trainOneVsRest(
    rows,
    Int32Array.from(examples, (e) => (e.label === null ? labels.length : ids.get(e.label)!)),
    Float32Array.from(examples, (e) => e.weight ?? 1),
    classes,
    index.size,
    { cost, balance, maxSweeps: 30, tolerance: 0.1, random },
  )
  return { labels, hasNone, features: [...index.keys()], idf, weights, sharpness: usualSharpness, scope: [4, 1] }
}

/** Every feature in at least `minimum` examples, numbered, with the number of examples that hold it. */
function countDocuments(examples: readonly Example[], minimum: number): { index: Map<string, number>; documents: number[] } {
  const frequency = new Map<string, number>()
  for (const { features } of examples) for (const feature of new Set(features)) frequency.set(feature, (frequency.get(feature) ?? 0) + 1)
  const index = new Map<string, number>()
  const documents: number[] = []
  for (const [feature, count] of frequency) {
    if (count < minimum) continue
    index.set(feature, documents.length)
    documents.push(count)
  }
  return { index, documents }
}

function weigh(counted: readonly Map<number, number>[], idf: Float32Array): SparseRows {
  let total = 0
  for (const counts of counted) total += counts.size
  const starts = new Int32Array(counted.length + 1)
  const columns = new Int32Array(total)
  const values = new Float32Array(total)
  let at = 0
  counted.forEach((counts, i) => {
    let norm = 0
    for (const [id, count] of counts) {
      const value = (1 + Math.log(count)) * idf[id]!
      columns[at] = id
      values[at] = value
      norm += value * value
      at += 1
    }
    const scale = norm > 0 ? 1 / Math.sqrt(norm) : 0
    for (let p = starts[i]!; p < at; p += 1) values[p]! *= scale
    starts[i + 1] = at
  })
  return { starts, columns, values }
}

export interface OpenClassifier {
  /** Decision value of every class, none last. */
  readonly decide: (features: readonly string[]) => Float64Array
  readonly classify: (features: readonly string[]) => Verdict
}

/** Makes a model ready to answer. */
export function openModel(model: Model): OpenClassifier {
  const { labels, idf, weights, sharpness, scope } = model
  const classes = labels.length + (model.hasNone ? 1 : 0)
  const index = new Map(model.features.map((feature, i) => [feature, i]))
  const biasAt = model.features.length * classes

  function decide(features: readonly string[]): Float64Array {
    const counts = new Map<number, number>()
    for (const feature of features) {
      const id = index.get(feature)
      if (id !== undefined) counts.set(id, (counts.get(id) ?? 0) + 1)
    }
    const values = new Float64Array(classes)
    let norm = 0
    for (const [id, count] of counts) {
      const value = (count === 1 ? 1 : 1 + Math.log(count)) * idf[id]!
      norm += value * value
      const base = id * classes
      for (let cls = 0; cls < classes; cls += 1) values[cls]! += value * weights[base + cls]!
    }
    const scale = norm > 0 ? 1 / Math.sqrt(norm) : 0
    for (let cls = 0; cls < classes; cls += 1) values[cls] = values[cls]! * scale + weights[biasAt + cls]!
    return values
  }

  function classify(features: readonly string[]): Verdict {
    const values = decide(features)
    const chances = softmax(values.subarray(0, labels.length), sharpness)
    const ranked = labels.map((label, i) => ({ label, confidence: chances[i]! })).sort((a, b) => b.confidence - a.confidence)
    if (!model.hasNone) return { ranked, margin: 0, inScope: 1 }
    const margin = marginOf(values, labels.length)
    return { ranked, margin, inScope: 1 / (1 + Math.exp(-(scope[0] * margin + scope[1]))) }
  }

  return { decide, classify }
}

function softmax(values: Float64Array, sharpness: number): Float64Array {
  let max = -Infinity
  for (const value of values) if (value > max) max = value
  const out = new Float64Array(values.length)
  let sum = 0
  for (let i = 0; i < values.length; i += 1) sum += out[i] = Math.exp(sharpness * (values[i]! - max))
  for (let i = 0; i < out.length; i += 1) out[i]! /= sum
  return out
}

function marginOf(values: Float64Array, none: number): number {
  let best = -Infinity
  for (let i = 0; i < none; i += 1) if (values[i]! > best) best = values[i]!
  return best - values[none]!
}

function fitSharpness(held: readonly { values: Float64Array; example: Example }[], labels: readonly string[]): number {
  const ids = new Map(labels.map((label, i) => [label, i]))
  let best = usualSharpness
  let bestLoss = Infinity
  for (let sharpness = 1; sharpness <= 12; sharpness += 0.25) {
    let loss = 0
    for (const { values, example } of held) {
      if (example.label === null) continue
      loss -= Math.log(softmax(values.subarray(0, labels.length), sharpness)[ids.get(example.label)!]! + 1e-9)
    }
    if (loss < bestLoss) {
      bestLoss = loss
      best = sharpness
    }
  }
  return best
}

/** Platt's logistic over the margin, by plain gradient descent (two numbers, a smooth convex loss). */
function fitScope(held: readonly { values: Float64Array; example: Example }[], labels: readonly string[]): [number, number] {
  const points = held.map(({ values, example }) => ({ x: marginOf(values, labels.length), y: example.label === null ? 0 : 1 }))
  const outside = points.filter((p) => p.y === 0).length
  let a = 3
  let b = 0
  for (let step = 0; step < 400; step += 1) {
    let da = 0
    let db = 0
    for (const { x, y } of points) {
      const error = 1 / (1 + Math.exp(-(a * x + b))) - y
      const share = y === 0 ? 0.5 / outside : 0.5 / (points.length - outside)
      da += share * error * x
      db += share * error
    }
    a -= 4 * da
    b -= 4 * db
  }
  return [a, b]
}

/** A model as bytes: a line of JSON, then the numbers. */
export function encodeModel(model: Model): Buffer {
  const head = JSON.stringify({ ...model, idf: model.idf.length, weights: model.weights.length })
  const text = Buffer.from(head)
  const padded = Buffer.alloc(8 + Math.ceil(text.length / 4) * 4, 0x20)
  padded.writeUInt32LE(padded.length - 8, 0)
  padded.writeUInt32LE(0x59434c46, 4)
  text.copy(padded, 8)
  return Buffer.concat([padded, bytesOf(model.idf), bytesOf(model.weights)])
}

/** Reads `encodeModel`'s bytes; `null` when they are anything else. */
export function decodeModel(bytes: Buffer): Model | null {
  try {
    if (bytes.readUInt32LE(4) !== 0x59434c46) return null
    const headLength = bytes.readUInt32LE(0)
    const head = JSON.parse(bytes.toString('utf8', 8, 8 + headLength)) as Omit<Model, 'idf' | 'weights'> & { idf: number; weights: number }
    const at = 8 + headLength
    if (bytes.length !== at + 4 * (head.idf + head.weights)) return null
    const idf = floatsOf(bytes, at, head.idf)
    return { ...head, idf, weights: floatsOf(bytes, at + 4 * head.idf, head.weights) }
  } catch {
    return null
  }
}

function bytesOf(floats: Float32Array): Buffer {
  return Buffer.from(floats.buffer, floats.byteOffset, floats.byteLength)
}

function floatsOf(bytes: Buffer, at: number, count: number): Float32Array {
  const start = bytes.byteOffset + at
  // Seen where it lies when it lies on a boundary of four, which spares a second copy of the model.
  if (start % 4 === 0) return new Float32Array(bytes.buffer, start, count)
  const out = new Float32Array(count)
  bytesOf(out).set(bytes.subarray(at, at + 4 * count))
  return out
}
