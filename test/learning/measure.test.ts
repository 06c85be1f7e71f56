import { describe, expect, it } from 'vitest'
import type { ClassifierFigures } from '../../src/learning/figures.js'
import { figuresOf, type Judged } from '../../src/learning/measure.js'
import { drawReport } from '../../src/learning/page.js'
import { writeReport } from '../../src/learning/report.js'
import { lossesOf } from '../../src/learning/retrain.js'

function judged(label: string | null, predicted: string, confidence: number, times: number): Judged[] {
  return Array.from({ length: times }, (_, index) => ({ text: `${label ?? 'none'} ${predicted} ${index}`, label, predicted, confidence, certainty: label === null ? 'out-of-scope' : confidence < 0.5 ? 'ambiguous' : 'sure', offered: [predicted, 'noise', 'track'] }))
}
const lines = [...judged('noise', 'noise', 0.95, 8), ...judged('noise', 'repair_env', 0.45, 2), ...judged('repair_env', 'repair_env', 0.85, 9), ...judged('repair_env', 'noise', 0.35, 1), ...judged(null, 'noise', 0.2, 4)]
const figures = figuresOf(lines)

describe('the figures of a classifier', () => {
  it('are those of the lines that have an intent; lines of none count for rejection alone', () => {
    expect(figures.n).toBe(20)
    expect(figures.accuracy).toBeCloseTo(17 / 20)
    expect(figures.rejected).toBe(1)
    expect(figures.intents).toEqual([
      { intent: 'noise', precision: 8 / 9, recall: 0.8, f1: 16 / 19, n: 10 },
      { intent: 'repair_env', precision: 9 / 11, recall: 0.9, f1: 18 / 21, n: 10 },
    ])
    expect(figures.confusions).toEqual([['noise', 'repair_env', 2], ['repair_env', 'noise', 1]])
  })
  it('say what would be acted on, what asked about with three to choose from, and how often rightly', () => {
    expect(figures.certainty).toEqual({ sure: { n: 17, right: 17 }, asked: { n: 3, right: 2 }, outOfScope: 0 })
  })
  it('say how far confidence can be trusted', () => {
    expect(figures.bins.map(({ n }) => n)).toEqual([0, 0, 0, 1, 2, 0, 0, 0, 9, 8])
    expect(figures.bins[8]).toMatchObject({ right: 9, meanConfidence: expect.closeTo(0.85) as unknown })
    expect(figures.ece).toBeCloseTo((0.35 + 0.9 + 9 * 0.15 + 8 * 0.05) / 20)
  })
})

describe('a new version', () => {
  const with_ = (macroF1: number, noise: number, n = 100): ClassifierFigures => ({ ...figures, macroF1, intents: [{ intent: 'noise', precision: noise, recall: noise, f1: noise, n }] })
  it('may be published when nothing got worse beyond chance', () => {
    expect(lossesOf(with_(0.9, 0.9), with_(0.897, 0.87), 0)).toEqual([])
    expect(lossesOf(with_(0.9, 0.9, 10), with_(0.9, 0.8, 10), 0)).toEqual([])
    // One line in a hundred worse as a whole, where four changed either way.
    expect(lossesOf({ ...with_(0.9, 0.9), n: 100 }, with_(0.89, 0.9), 4)).toEqual([])
  })
  it('is refused for what it loses as a whole or in one intent', () => {
    expect(lossesOf(with_(0.9, 0.9), with_(0.89, 0.9), 0)).toEqual([expect.stringContaining('总体')])
    expect(lossesOf(with_(0.9, 0.9), with_(0.9, 0.8), 0)).toEqual([expect.stringContaining('noise')])
    // People read what it is called.
    expect(lossesOf(with_(0.9, 0.9), with_(0.9, 0.8), 0, () => '噪声扰民')).toEqual([expect.stringMatching(/^噪声扰民 的 F1 降了/)])
  })
})

describe('the report', () => {
  const report = { at: Date.parse('2026-11-22T10:00:00+08:00'), titles: new Map(), figures, change: { before: figures, after: figures, fresh: { before: 1, after: 2, n: 3 }, losses: ['<b>noise</b>'] }, rooms: { silent: 1_000, deserving: 100, falseSpeak: 0.012, missed: 0.03, faults: [] } }
  it('tells as text what each intent is taken for', () => {
    const text = writeReport(report).join('\n')
    expect(text).toMatch(/noise\s+repair_env 2/)
    expect(text).toContain('拿得准 85.0%，其中对的 100.0%')
    expect(text).toContain('请人选 15.0%，三个里有对的 66.7%')
    expect(text).toContain('1.2%')
    expect(text).toContain('不能发布')
  })
  it('stands alone as a page: plots drawn in it, no script, nothing fetched, words escaped', () => {
    const page = drawReport(report)
    expect(page.match(/role="img"/g)?.length).toBe(3)
    expect(page).not.toMatch(/<script|https?:|src=|url\(|@import/i)
    expect(page).toContain('&#60;b&#62;noise')
    expect(page).not.toMatch(/NaN|undefined|Infinity/)
  })
})
