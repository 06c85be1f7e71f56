import { describe, expect, it } from 'vitest'
import { createPace } from '../../../src/channels/lark/pace.js'

/** When messages to so many people leave, ms, where so many processes send them. */
function leaving(receivers: number, processes: number): readonly number[] {
  return Array.from({ length: processes }, () => createPace(() => 0, () => processes))
    .flatMap((pace, of) => Array.from({ length: Math.ceil(receivers / processes) }, (_, n) => pace.place(`ou_${of}_${n}`, false))).sort((a, b) => a - b)
}

/** The most within any stretch of so many ms. */
function mostWithin(times: readonly number[], ms: number): number {
  return Math.max(...times.map((from, at) => times.slice(at).findIndex((time) => time - from >= ms)).map((count, at) => (count === -1 ? times.length - at : count)))
}

describe('what processes send together for one app', () => {
  it.each([1, 2, 3, 7])('of %i stays below 50 a second and 1,000 a minute', (processes) => {
    const times = leaving(2_000, processes)
    expect(mostWithin(times, 1_000)).toBeLessThanOrEqual(50)
    expect(mostWithin(times, 60_000)).toBeLessThanOrEqual(1_000)
  })

  it('is as quick as one alone would be', () => {
    for (const processes of [2, 3, 7]) expect(Math.max(...leaving(400, processes))).toBeLessThan(1.1 * Math.max(...leaving(400, 1)))
  })
})
