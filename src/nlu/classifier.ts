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
  /** How many of these parts are held out, one after the other, default all. Of thousands of lines one half is enough to calibrate on. */
  readonly heldOut?: number
  /** Features in fewer examples than this are forgotten, default 1. On thousands of lines 2 costs nothing and makes the model a quarter the size. */
  readonly minimumCount?: number
}

/** Cost 2 and balance 0.5: the middle of the plateau found by cross-validation on a public set of short utterances. */
const cost = 2
const balance = 0.5
/** Where descent stops: 0.1 costs a third more time and is no better on any set. */
const tolerance = 0.3
/** Sharpness found on the same set; used when nothing is held out. */
const usualSharpness = 4.75

/** Trains one linear classifier per label and one for "no intent", and calibrates them on held-out parts. Examples are gone through once. */
export function trainClassifier(examples: Iterable<Example>, settings: TrainSettings): Model {
  const read = readExamples(examples)
  const everything = Int32Array.from(read.labelled, (_, i) => i)
  const { model } = fit(read, everything, settings)
  if (settings.calibrationFolds < 2) return model
  const held: Held[] = []
  const folds = assignFolds(read.labelled, settings.calibrationFolds, settings.random)
  for (let fold = 0; fold < (settings.heldOut ?? settings.calibrationFolds); fold += 1) {
    const decide = decideBy(read, fit(read, everything.filter((i) => folds[i] !== fold || read.weights[i]! < 1), settings))
    for (const i of everything) if (folds[i] === fold && read.weights[i] === 1) held.push({ values: decide(i), wanted: read.classOf[i]! })
  }
  return { ...model, sharpness: fitSharpness(held, read.labels.length), scope: read.hasNone ? fitScope(held, read.labels.length) : [0, 50] }
}

/** Examples as numbers: example `i` holds features `ids[starts[i] … starts[i+1])`, each as often as `counts` says. */
interface ReadExamples {
  readonly labelled: readonly { readonly label: string | null }[]
  readonly labels: readonly string[]
  readonly hasNone: boolean
  /** By example: its label's number; that after the last is "no intent". */
  readonly classOf: Int32Array
  readonly weights: Float32Array
  readonly features: readonly string[]
  readonly starts: Int32Array
  readonly ids: Int32Array
  readonly counts: Float32Array
}

/** The decision values of an example that was held out, and the class that it should have got. */
interface Held {
  readonly values: Float64Array
  readonly wanted: number
}

function readExamples(examples: Iterable<Example>): ReadExamples {
  const index = new Map<string, number>()
  const labelled: { label: string | null }[] = []
  const weights: number[] = []
  const starts = [0]
  const ids: number[] = []
  const counts: number[] = []
  /** By feature: where in `ids` the example being read holds it; below its start, it doesn't yet. */
  const places: number[] = []
  for (const { features, label, weight } of examples) {
    const start = ids.length
    for (const feature of features) {
      let id = index.get(feature)
      if (id === undefined) {
        id = index.size
        index.set(feature, id)
        places.push(-1)
      }
      const place = places[id]!
      if (place >= start) counts[place]! += 1
      else {
        places[id] = ids.length
        ids.push(id)
        counts.push(1)
      }
    }
    labelled.push({ label })
    weights.push(weight ?? 1)
    starts.push(ids.length)
  }
  const labels = [...new Set(labelled.flatMap(({ label }) => (label === null ? [] : [label])))].sort()
  const numbers = new Map(labels.map((label, i) => [label, i]))
  return {
    labelled,
    labels,
    hasNone: labelled.some(({ label }) => label === null),
    classOf: Int32Array.from(labelled, ({ label }) => (label === null ? labels.length : numbers.get(label)!)),
    weights: Float32Array.from(weights),
    features: [...index.keys()],
    starts: Int32Array.from(starts),
    ids: Int32Array.from(ids),
    counts: Float32Array.from(counts),
  }
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

/** Trains on the examples `chosen`. */
function fit(read: ReadExamples, chosen: Int32Array, { minimumCount = 1, random }: TrainSettings): { readonly model: Model; readonly column: Int32Array } {
  const { column, kept, documents } = countDocuments(read, chosen, minimumCount)
  const idf = Float32Array.from(documents, (df) => Math.log((1 + chosen.length) / (1 + df)) + 1)
  const weights = trainOneVsRest(
    weigh(read, chosen, column, idf),
    Int32Array.from(chosen, (i) => read.classOf[i]!),
    Float32Array.from(chosen, (i) => read.weights[i]!),
    read.labels.length + (read.hasNone ? 1 : 0),
    idf.length,
    { cost, balance, maxSweeps: 30, tolerance, random },
  )
  return { model: { labels: read.labels, hasNone: read.hasNone, features: kept, idf, weights, sharpness: usualSharpness, scope: [4, 1] }, column }
}

/** The features in at least `minimum` of the examples chosen, in how many each is, and by feature its column, −1 where it has none. */
function countDocuments(read: ReadExamples, chosen: Int32Array, minimum: number): { column: Int32Array; kept: string[]; documents: number[] } {
  const frequency = new Int32Array(read.features.length)
  for (const i of chosen) for (let p = read.starts[i]!; p < read.starts[i + 1]!; p += 1) frequency[read.ids[p]!]! += 1
  const column = new Int32Array(read.features.length).fill(-1)
  const kept: string[] = []
  const documents: number[] = []
  for (const [id, feature] of read.features.entries()) {
    const count = frequency[id]!
    if (count === 0 || count < minimum) continue
    column[id] = kept.length
    kept.push(feature)
    documents.push(count)
  }
  return { column, kept, documents }
}

/** The weight of a feature within one example, before its length is made one. */
function weightOf(count: number, idf: number): number {
  return (count === 1 ? 1 : 1 + Math.log(count)) * idf
}

function weigh(read: ReadExamples, chosen: Int32Array, column: Int32Array, idf: Float32Array): SparseRows {
  let total = 0
  for (const i of chosen) for (let p = read.starts[i]!; p < read.starts[i + 1]!; p += 1) if (column[read.ids[p]!]! >= 0) total += 1
  const starts = new Int32Array(chosen.length + 1)
  const columns = new Int32Array(total)
  const values = new Float32Array(total)
  let at = 0
  chosen.forEach((example, i) => {
    let norm = 0
    for (let p = read.starts[example]!; p < read.starts[example + 1]!; p += 1) {
      const id = column[read.ids[p]!]!
      if (id < 0) continue
      const value = weightOf(read.counts[p]!, idf[id]!)
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

/** What a model decides of an example that has been read already. */
function decideBy(read: ReadExamples, { model, column }: ReturnType<typeof fit>): (example: number) => Float64Array {
  return (example) => {
    const ids: number[] = []
    const counts: number[] = []
    for (let p = read.starts[example]!; p < read.starts[example + 1]!; p += 1) {
      const id = column[read.ids[p]!]!
      if (id < 0) continue
      ids.push(id)
      counts.push(read.counts[p]!)
    }
    return decideFor(model, ids, counts)
  }
}

/** The decision value of every class for features by their columns, each as often as `counts` says. */
function decideFor({ labels, hasNone, idf, weights }: Model, ids: readonly number[], counts: readonly number[]): Float64Array {
  const classes = labels.length + (hasNone ? 1 : 0)
  const values = new Float64Array(classes)
  let norm = 0
  for (let at = 0; at < ids.length; at += 1) {
    const id = ids[at]!
    const value = weightOf(counts[at]!, idf[id]!)
    norm += value * value
    const base = id * classes
    for (let cls = 0; cls < classes; cls += 1) values[cls]! += value * weights[base + cls]!
  }
  const scale = norm > 0 ? 1 / Math.sqrt(norm) : 0
  const biasAt = idf.length * classes
  for (let cls = 0; cls < classes; cls += 1) values[cls] = values[cls]! * scale + weights[biasAt + cls]!
  return values
}

export interface OpenClassifier {
  /** Decision value of every class, none last. */
  readonly decide: (features: readonly string[]) => Float64Array
  readonly classify: (features: readonly string[]) => Verdict
}

/** Makes a model ready to answer. */
export function openModel(model: Model): OpenClassifier {
  const { labels, sharpness, scope } = model
  const index = new Map(model.features.map((feature, i) => [feature, i]))
  /** How often each feature stands in the line that is being read; nothing but noughts between two lines. */
  const counted = new Uint16Array(model.features.length)

  function decide(features: readonly string[]): Float64Array {
    const ids: number[] = []
    for (const feature of features) {
      const id = index.get(feature)
      if (id === undefined) continue
      if (counted[id] === 0) ids.push(id)
      counted[id]! += 1
    }
    const counts = ids.map((id) => counted[id]!)
    for (const id of ids) counted[id] = 0
    return decideFor(model, ids, counts)
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

/** The sharpness that the held-out lines find likeliest; the loss is convex in it, so that the range is narrowed from both sides. */
function fitSharpness(held: readonly Held[], labels: number): number {
  const inside = held.filter(({ wanted }) => wanted < labels).map(({ values, wanted }) => ({ values: values.subarray(0, labels), wanted }))
  const lossAt = (sharpness: number) => {
    let loss = 0
    for (const { values, wanted } of inside) {
      let sum = 0
      for (let k = 0; k < labels; k += 1) sum += Math.exp(sharpness * (values[k]! - values[wanted]!))
      loss += Math.log(sum)
    }
    return loss
  }
  if (inside.length === 0) return usualSharpness
  const golden = (Math.sqrt(5) - 1) / 2
  let [low, high] = [1, 12]
  let [left, right] = [high - golden * (high - low), low + golden * (high - low)]
  let [lossLeft, lossRight] = [lossAt(left), lossAt(right)]
  while (high - low > 0.1) {
    if (lossLeft < lossRight) {
      ;[high, right, lossRight] = [right, left, lossLeft]
      left = high - golden * (high - low)
      lossLeft = lossAt(left)
    } else {
      ;[low, left, lossLeft] = [left, right, lossRight]
      right = low + golden * (high - low)
      lossRight = lossAt(right)
    }
  }
  return (low + high) / 2
}

/** Platt's logistic over the margin, by plain gradient descent (two numbers, a smooth convex loss). */
function fitScope(held: readonly Held[], labels: number): [number, number] {
  const points = held.map(({ values, wanted }) => ({ x: marginOf(values, labels), y: wanted === labels ? 0 : 1 }))
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
