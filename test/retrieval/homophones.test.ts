import { describe, expect, it } from 'vitest'
import { mistype } from '../../src/retrieval/homophones.js'
import { seededRandom } from '../../src/random.js'

const homophones = { 消: ['小', '销'], 防: ['房'] }

describe('a mistyped question', () => {
  it('has characters of the same sound and no others', () => {
    expect(mistype('消防栓', homophones, 1, seededRandom(1))).toMatch(/^[小销]房栓$/)
  })

  it('is the question itself where nothing is replaced', () => {
    expect(mistype('消防栓在哪', homophones, 0, seededRandom(1))).toBe('消防栓在哪')
  })

  it('is the same for the same seed', () => {
    const long = '消防'.repeat(50)
    expect(mistype(long, homophones, 0.5, seededRandom(7))).toBe(mistype(long, homophones, 0.5, seededRandom(7)))
    expect(mistype(long, homophones, 0.5, seededRandom(7))).not.toBe(mistype(long, homophones, 0.5, seededRandom(8)))
  })
})
