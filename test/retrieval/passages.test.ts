import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addScores, idf, indexTerms } from '../../src/retrieval/bm25.js'
import { indexPassages, searchPassages } from '../../src/retrieval/passage-index.js'
import { splitPassages, splitSentences } from '../../src/retrieval/passages.js'
import { readQuery } from '../../src/retrieval/query.js'

describe('splitting', () => {
  it('ends sentences after closing quotes and cuts long ones at commas', () => {
    const text = `他说“可以。”第二句;${'很长的一段话,'.repeat(40)}完。`
    const words = splitSentences(text).map(({ start, end }) => text.slice(start, end))
    expect(words.slice(0, 2)).toEqual(['他说“可以。”', '第二句;'])
    expect(words.every((each) => each.length <= 200)).toBe(true)
    expect(words.slice(2, -1).every((each) => each.endsWith(','))).toBe(true)
  })

  it('loses and changes nothing but white space, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('社', '区', '。', ';', ',', '”', ' ', '\n', '😀', 'a'), maxLength: 900 }), (text) => {
        const squeeze = (each: string) => each.replace(/\s/g, '')
        expect(squeeze(splitPassages(text).join(''))).toBe(squeeze(text))
        for (const passage of splitPassages(text)) expect(passage.length).toBeLessThanOrEqual(200)
      }),
      { seed: 11, numRuns: 300 },
    )
  })
})

describe('BM25', () => {
  it('counts a rare word for more than one that every text has', () => {
    const index = indexTerms([['社区', '网格'], ['社区', '物业'], ['社区', '养老']])
    expect(idf(index, '物业')).toBeGreaterThan(idf(index, '社区'))
    const scores = new Float64Array(3)
    addScores(index, new Map([['物业', 1], ['社区', 1]]), scores)
    expect([...scores.keys()].sort((a, b) => scores[b]! - scores[a]!)[0]).toBe(1)
  })

  it('prefers the shorter of two texts that both hold the word', () => {
    const index = indexTerms([['网格', '员', '队伍', '建设', '管理'], ['网格', '员']])
    const scores = new Float64Array(2)
    addScores(index, new Map([['网格', 1]]), scores)
    expect(scores[1]!).toBeGreaterThan(scores[0]!)
  })
})

describe('ranking sets', () => {
  const documents = [
    { title: '垃圾分类管理办法', passages: ['厨余垃圾每日清运。', '违反规定的,责令改正。'] },
    { title: '养老服务条例', passages: ['社区应当设立日间照料中心。', '老年人凭证享受优惠。', '违反规定的,责令改正。'] },
  ]
  const index = indexPassages(documents)
  const top = (question: string) => {
    const hit = searchPassages(index, readQuery(question), 3)[0]
    return hit ? `${hit.document}/${index.position[hit.passage]!}` : null
  }

  it.each([
    ['日间照料中心由谁设立', '1/0', 'the only passage with these words'],
    ['养老服务违反规定怎么处理', '1/2', 'the same sentence stands in both; the title decides'],
    ['垃圾分类违反规定怎么处理', '0/1', 'as above, the other way round'],
  ])('%s → %s: %s', (question, place) => {
    expect(top(question)).toBe(place)
  })

  it('documents that may not answer are not even counted for scale', () => {
    const hits = searchPassages(index, readQuery('养老服务违反规定怎么处理'), 5, (document) => document === 0)
    expect(new Set(hits.map(({ document }) => document))).toEqual(new Set([0]))
    expect(hits[0]!.score).toBeLessThanOrEqual(2)
  })

  it('a question that shares no character with any text finds nothing', () => {
    expect(searchPassages(index, readQuery('xyz'), 5)).toEqual([])
  })
})
