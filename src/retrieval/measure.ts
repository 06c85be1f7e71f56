import { normalise } from '../text.js'

/** Figures of ranked lists: shares of questions with a right one among the first 1, 3, 5, 10 and 100; mean reciprocal rank of the first 10. */
export interface RankFigures {
  readonly hit1: number
  readonly hit3: number
  readonly hit5: number
  readonly hit10: number
  readonly recall100: number
  readonly mrr10: number
}

/** `ranks`: for each question the places (0 = first) of its right ones in the list, and how many right ones there are. */
export function rankFigures(ranks: readonly { readonly places: readonly number[]; readonly relevant: number }[]): RankFigures {
  const n = Math.max(1, ranks.length)
  const first = ranks.map(({ places }) => Math.min(Infinity, ...places))
  const hit = (k: number) => round(first.filter((place) => place < k).length / n)
  return {
    hit1: hit(1),
    hit3: hit(3),
    hit5: hit(5),
    hit10: hit(10),
    recall100: round(ranks.reduce((sum, { places, relevant }) => sum + places.filter((place) => place < 100).length / Math.max(1, relevant), 0) / n),
    mrr10: round(first.reduce((sum, place) => sum + (place < 10 ? 1 / (place + 1) : 0), 0) / n),
  }
}

/** Chance (0–1) that one of `yes` is above one of `no`; ties count half. */
export function auroc(yes: readonly number[], no: readonly number[]): number {
  let above = 0
  for (const one of yes) for (const other of no) above += one > other ? 1 : one === other ? 0.5 : 0
  return round(above / Math.max(1, yes.length * no.length))
}

/** How often what was said with about this confidence held; tenths without a case are left out. */
export interface ReliabilityPoint {
  readonly confidence: number
  readonly held: number
  readonly n: number
}

/** The reliability curve, by tenths of confidence. */
export function reliability(said: readonly { readonly confidence: number; readonly held: boolean }[]): ReliabilityPoint[] {
  return Array.from({ length: 10 }, (_, tenth) => said.filter(({ confidence }) => Math.min(9, Math.floor(confidence * 10)) === tenth)).flatMap((own) =>
    own.length === 0 ? [] : [{ confidence: round(own.reduce((sum, { confidence }) => sum + confidence, 0) / own.length, 3), held: round(own.filter(({ held }) => held).length / own.length, 3), n: own.length }],
  )
}

/** The p-th quantile (0–1) of figures. */
export function quantile(figures: readonly number[], p: number): number {
  const sorted = [...figures].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? 0
}

export function round(figure: number, digits = 4): number {
  return Number(figure.toFixed(digits))
}

/** Text for comparison: normalised, without white space. */
export function squeeze(text: string): string {
  return normalise(text).replace(/\s/g, '')
}

/** Overlap of two texts in characters as F1, 0–1. */
export function characterF1(found: string, gold: string): number {
  const counts = new Map<string, number>()
  for (const char of squeeze(gold)) counts.set(char, (counts.get(char) ?? 0) + 1)
  let shared = 0
  const own = squeeze(found)
  for (const char of own) {
    const left = counts.get(char) ?? 0
    if (left > 0) {
      shared += 1
      counts.set(char, left - 1)
    }
  }
  const total = own.length + squeeze(gold).length
  return total === 0 ? 0 : (2 * shared) / total
}
