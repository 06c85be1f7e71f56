import { expect, it } from 'vitest'
import { codeAmong, shortCode } from '../../src/knowledge/place-code.js'

it('a code of twelve digits means the same place as the short one', () => {
  expect(['440000000000', '330500000000', '330502000000', '330502001000', '330502001001', '330500', '330502001', '440000000'].map(shortCode)).toEqual(['440000', '330500', '330502', '330502001', '330502001001', '330500', '330502001', '440000'])
})

it('a code is found among those of the house, as they write it', () => {
  expect(codeAmong('330502001000', ['330500', '330502001'])).toBe('330502001')
  expect(codeAmong('330500', ['330500000000'])).toBe('330500000000')
  expect(codeAmong('110000', ['330500'])).toBeNull()
})
