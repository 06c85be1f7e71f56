import { describe, expect, it } from 'vitest'
import { idMaker, madeAt } from '../../src/conversation/new-id.js'

const noon = Date.parse('2026-11-23T12:00:00+08:00')

describe('ids', () => {
  it('stand in the order in which they were made, within a millisecond and over many', () => {
    let clock = noon
    const newId = idMaker(() => clock)
    const ids = Array.from({ length: 3_000 }, (_, n) => {
      if (n % 1_000 === 999) clock += 1
      return newId()
    })
    expect([...ids].sort()).toEqual(ids)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('stand in that order when the clock is set back, too', () => {
    let clock = noon
    const newId = idMaker(() => clock)
    const before = newId()
    clock -= 60_000
    expect(newId() > before).toBe(true)
  })

  it('tell when they were made', () => {
    const id = idMaker(() => noon)()
    expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/)
    expect(madeAt(id)).toBe(noon)
  })

  it('of two makers at one moment are not the same', () => {
    expect(idMaker(() => noon)()).not.toBe(idMaker(() => noon)())
  })
})
