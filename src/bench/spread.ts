/** How values spread; `null` throughout when there were none. */
export interface Spread {
  readonly n: number
  readonly p50: number | null
  readonly p95: number | null
  readonly p99: number | null
  readonly max: number | null
}

/** Nearest-rank percentiles, rounded to hundredths. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)])
  return { n: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: round(sorted.at(-1)) }
}

function round(value: number | undefined): number | null {
  return value === undefined ? null : Math.round(value * 100) / 100
}
