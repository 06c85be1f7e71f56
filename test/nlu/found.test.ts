import { describe, expect, it } from 'vitest'
import { matchesIn } from '../../src/nlu/found.js'

describe('finding all matches of a pattern', () => {
  it.each([
    ['3栋2单元灯坏了，5栋也坏了', /\d(?=[栋单])/g],
    ['灯坏了', /电梯/g],
    ['好好好', /好{0,1}?/gu],
    ['a1b22', /(?<letter>[a-z])(?<digits>\d+)/gu],
    ['', /x*/g],
  ])('finds in 「%s」 what matchAll finds', (text, pattern) => {
    const all = [...text.matchAll(pattern)]
    expect(matchesIn(text, pattern)).toEqual(all)
    // Asked again it begins anew.
    expect(matchesIn(text, pattern)).toEqual(all)
  })
})
