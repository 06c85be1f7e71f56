import { describe, expect, it } from 'vitest'
import { certaintyOf, onlyPossible } from '../../src/nlu/certainty.js'
import type { Verdict } from '../../src/nlu/classifier.js'

const verdict = (chances: Readonly<Record<string, number>>, inScope = 1): Verdict => ({ ranked: Object.entries(chances).map(([label, confidence]) => ({ label, confidence })), margin: 0, inScope })

describe('what is heard', () => {
  it('is acted on when it is probable and nothing else is near', () => {
    expect(certaintyOf(verdict({ noise: 0.7, mediation: 0.2 }))).toBe('sure')
  })
  it('is asked about when it is improbable or another is as likely', () => {
    expect(certaintyOf(verdict({ noise: 0.45, mediation: 0.1 }))).toBe('ambiguous')
    expect(certaintyOf(verdict({ noise: 0.55, mediation: 0.4 }))).toBe('ambiguous')
  })
  it('is said to be out of scope when it is hardly any matter, unless it says one plainly', () => {
    expect(certaintyOf(verdict({ noise: 0.6, mediation: 0.1 }, 0.2))).toBe('out-of-scope')
    expect(certaintyOf(verdict({ noise: 0.9, mediation: 0.05 }, 0.2))).toBe('sure')
  })
  it('in private is never neighbours’ talk, in a room it may be', () => {
    const heard = verdict({ offtopic_group: 0.5, noise: 0.4, track: 0.1 })
    expect(onlyPossible(heard, false).ranked.map(({ label }) => label)).toEqual(['noise', 'track'])
    expect(onlyPossible(heard, false).ranked[0]?.confidence).toBeCloseTo(0.8)
    expect(onlyPossible(heard, true).ranked[0]?.label).toBe('offtopic_group')
  })
  it('is no danger by its wording unless that can hardly mean anything else', () => {
    expect(onlyPossible(verdict({ emergency: 0.9, repair_env: 0.1 }), false).ranked.map(({ label }) => label)).toEqual(['repair_env'])
    expect(onlyPossible(verdict({ emergency: 0.98, repair_env: 0.02 }), false).ranked[0]?.label).toBe('emergency')
  })
})
