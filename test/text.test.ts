import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { normalise, normaliseMapped, pinyin, segment, teachWords, toSimplified, units } from '../src/text.js'

describe('normalise', () => {
  it('makes full-width letters, digits and brackets comparable', () => {
    expect(normalise('ＡＢ岗（３０㎡）')).toBe('ab岗(30m2)')
  })

  it('removes what nobody sees: zero-width, bidi marks, variation selectors, half surrogates', () => {
    expect(normalise('灯\u200b坏\u202e了\ufe0f\ud800')).toBe('灯坏了')
  })

  it('gives the same text with and without the map, whatever is written', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.oneof(fc.constantFrom('灯', 'Ａ', 'ｶ', 'ﾞ', 'Σ', 'İ', 'é', 'e', '\u0301', '\u200b', '㎡', '(', '\ud83d'), fc.string({ unit: 'binary', maxLength: 1 })) }), (text) => {
        const mapped = normaliseMapped(text)
        expect(normalise(text)).toBe(mapped.text)
        expect(mapped.offsets).toHaveLength(mapped.text.length + 1)
      }),
      { seed: 7, numRuns: 500 },
    )
  })

  it('leads every character back to where it stood', () => {
    const text = '3\u200b栋 ２单元㎡楼'
    const { text: clean, offsets } = normaliseMapped(text)
    expect(text[offsets[clean.indexOf('2')]!]).toBe('２')
    expect(text[offsets[clean.indexOf('m')]!]).toBe('㎡')
    expect(text[offsets[clean.indexOf('楼')]!]).toBe('楼')
  })
})

describe('toSimplified', () => {
  it('keeps length, so that offsets hold', () => {
    const text = '民政局加強城市社區建設實施意見'
    expect(toSimplified(text)).toBe('民政局加强城市社区建设实施意见')
    expect(toSimplified(text)).toHaveLength(text.length)
  })
})

describe('words and sounds', () => {
  it('takes Han characters one by one and keeps runs of letters and digits', () => {
    expect(units('3栋201室,wifi坏')).toEqual(['3', '栋', '201', '室', 'wifi', '坏'])
  })

  it('joins the words of a sentence to the sentence again', () => {
    const sentence = '社区活动室的水电费,是按住家的价算?'
    expect(segment(sentence).join('')).toBe(sentence)
  })

  it('keeps a word together once it was taught', () => {
    teachWords(['幸福邻里中心'])
    expect(segment('离幸福邻里中心多远')).toContain('幸福邻里中心')
  })

  it('hears 灯 and 登 as the same sound', () => {
    expect(pinyin('灯')).toBe(pinyin('登'))
    expect(pinyin('a')).toBe('a')
  })
})
