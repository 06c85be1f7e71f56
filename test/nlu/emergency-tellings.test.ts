import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findDanger } from '../../src/nlu/emergency.js'

/** One telling a line: the kind of danger, or "-" for what only sounds like it, a tab, the message. */
const folders = ['intents/danger', 'test/fixtures/nlu/danger']
const tellings = folders.flatMap(folder => readdirSync(folder).filter(name => name.startsWith('round-')).sort().flatMap(name => readFileSync(join(folder, name), 'utf8').trim().split('\n').map((line) => {
  const [kind = '', text = ''] = line.split('\t')
  return { kind, text }
})))
const dangers = tellings.filter(telling => telling.kind !== '-')
const nearMisses = tellings.filter(telling => telling.kind === '-')

describe('danger told in many voices', () => {
  it('is found in all but one telling in a hundred', () => {
    const missed = dangers.filter(({ text }) => !findDanger(text)).map(({ text }) => text)
    expect(missed.length, missed.join('\n')).toBeLessThanOrEqual(dangers.length / 100)
  })

  it('is given its own kind nine times in ten', () => {
    const right = dangers.filter(({ kind, text }) => findDanger(text)?.kind === kind)
    expect(right.length).toBeGreaterThanOrEqual(dangers.length * 0.9)
  })

  it('is not seen in drills, repairs, jokes and questions, but for one in a hundred', () => {
    const wrong = nearMisses.filter(({ text }) => findDanger(text)).map(({ text }) => text)
    expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(nearMisses.length / 100)
  })

  it('is called by a known kind in every line', () => {
    expect(new Set(dangers.map(({ kind }) => kind))).toEqual(new Set(['fire', 'gas', 'trapped', 'water', 'electric', 'collapse', 'violence', 'self-harm', 'fraud', 'missing-person', 'medical']))
  })
})
