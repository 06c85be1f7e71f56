/** Sparse rows: row `i` holds `columns[starts[i] … starts[i+1])` with `values` beside them. */
export interface SparseRows {
  readonly starts: Int32Array
  readonly columns: Int32Array
  readonly values: Float32Array
}

export interface SvmSettings {
  /** Cost of an error; bigger fits the examples closer. */
  readonly cost: number
  /** Positives' cost is multiplied by (negatives/positives) to this power; 0 leaves rare classes alone, 1 makes them equal. */
  readonly balance: number
  readonly maxSweeps: number
  /** Stops when no projected gradient is larger than this. */
  readonly tolerance: number
  /** Chance, 0 ≤ x < 1; the same sequence gives the same weights. */
  readonly random: () => number
}

/**
 * One linear separator with squared hinge loss per class, by dual coordinate descent with shrinking (Hsieh et al., "A Dual
 * Coordinate Descent Method for Large-scale Linear SVM", ICML 2008, algorithm 3). The bias is one more column of value 1.
 * Answers weights by column, then class: `weights[column * classes + class]`, the biases last.
 */
export function trainOneVsRest(
  rows: SparseRows,
  labels: Int32Array,
  rowCosts: Float32Array,
  classes: number,
  columns: number,
  settings: SvmSettings,
): Float32Array {
  const weights = new Float32Array((columns + 1) * classes)
  const norms = squaredNorms(rows)
  for (let cls = 0; cls < classes; cls += 1) {
    const w = trainOne(rows, norms, labels, rowCosts, cls, columns, settings)
    for (let column = 0; column <= columns; column += 1) weights[column * classes + cls] = w[column]!
  }
  return weights
}

function squaredNorms({ starts, values }: SparseRows): Float64Array {
  const norms = new Float64Array(starts.length - 1)
  for (let i = 0; i < norms.length; i += 1) {
    let sum = 1
    for (let p = starts[i]!; p < starts[i + 1]!; p += 1) sum += values[p]! * values[p]!
    norms[i] = sum
  }
  return norms
}

function trainOne(
  { starts, columns: cols, values }: SparseRows,
  norms: Float64Array,
  labels: Int32Array,
  rowCosts: Float32Array,
  cls: number,
  columns: number,
  { cost, balance, maxSweeps, tolerance, random }: SvmSettings,
): Float32Array {
  const n = labels.length
  let positives = 0
  for (let i = 0; i < n; i += 1) if (labels[i] === cls) positives += 1
  const positiveCost = cost * ((n - positives) / Math.max(1, positives)) ** balance
  const w = new Float32Array(columns + 1)
  const alpha = new Float64Array(n)
  const diagonal = new Float64Array(n)
  const active = new Int32Array(n)
  for (let i = 0; i < n; i += 1) {
    diagonal[i] = 0.5 / ((labels[i] === cls ? positiveCost : cost) * rowCosts[i]!)
    active[i] = i
  }
  let activeSize = n
  let oldMax = Infinity
  for (let sweep = 0; sweep < maxSweeps; sweep += 1) {
    let max = -Infinity
    let min = Infinity
    for (let a = 0; a < activeSize; a += 1) {
      const b = a + Math.floor(random() * (activeSize - a))
      const held = active[a]!
      active[a] = active[b]!
      active[b] = held
    }
    for (let a = 0; a < activeSize; a += 1) {
      const i = active[a]!
      const y = labels[i] === cls ? 1 : -1
      const from = starts[i]!
      const to = starts[i + 1]!
      let dot = w[columns]!
      for (let p = from; p < to; p += 1) dot += w[cols[p]!]! * values[p]!
      const gradient = y * dot - 1 + diagonal[i]! * alpha[i]!
      let projected = gradient
      if (alpha[i] === 0) {
        if (gradient > oldMax) {
          activeSize -= 1
          active[a] = active[activeSize]!
          active[activeSize] = i
          a -= 1
          continue
        }
        projected = Math.min(gradient, 0)
      }
      if (projected > max) max = projected
      if (projected < min) min = projected
      if (Math.abs(projected) > 1e-10) {
        const next = Math.max(alpha[i]! - gradient / (norms[i]! + diagonal[i]!), 0)
        const step = (next - alpha[i]!) * y
        alpha[i] = next
        w[columns]! += step
        for (let p = from; p < to; p += 1) w[cols[p]!]! += step * values[p]!
      }
    }
    if (max - min <= tolerance) {
      if (activeSize === n) break
      activeSize = n
      oldMax = Infinity
    } else {
      oldMax = max <= 0 ? Infinity : max
    }
  }
  return w
}
