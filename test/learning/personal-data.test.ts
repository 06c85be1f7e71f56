import { expect, it } from 'vitest'
import { makeMessages, measurePersonalData, writePersonalData } from '../../src/learning/personal-data.js'
import type { PersonalKind } from '../../src/nlu/understanding.js'

/** Aims of P1 (share found, whole), by kind. */
const aims: Readonly<Record<PersonalKind, number>> = { mobile: 0.99, 'id-number': 0.99, 'bank-card': 0.95, plate: 0.95, door: 0.9, landline: 0.95, name: 0.9 }

it.each([1, 2])('of what is personal in 2,400 made-up messages the finder finds what it must, and little that is not (seed %i)', (seed) => {
  const figures = measurePersonalData(makeMessages(2_400, seed))
  console.log([...writePersonalData(figures), ...figures.faults.map(({ text, says }) => `    ${text}  ← ${says}`)].join('\n'))
  expect(figures.recall.filter(({ kind, n, found }) => n < 50 || found / n < aims[kind])).toEqual([])
  expect(figures.right / figures.found).toBeGreaterThanOrEqual(0.97)
})
