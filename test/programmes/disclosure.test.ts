import { describe, expect, it } from 'vitest'
import { findDisclosures, isPublished, personalIn, readDisclosureQuestion, sayWanted, stateOf, type Disclosure } from '../../src/programmes/disclosure.js'
import { goOnPeriod, isPast, meets, readPeriod, sayPeriod, withoutPeriod } from '../../src/programmes/disclosure-period.js'

const now = Date.parse('2026-11-23T09:30:00+08:00')
const at = (day: string): number => Date.parse(`${day}T09:30:00+08:00`)

function item(given: Partial<Disclosure>): Disclosure {
  return { id: 'one', rev: 1, kind: '财务收支', title: '第三季度财务收支', period: { year: 2026, from: 7, until: 9 }, text: '收入 12 万元，支出 9 万元。', file: null, source: '居务监督委员会', publishedOn: '2026-10-12', until: null, by: { id: 's', name: '李师傅' }, at: 0, ...given }
}

describe('the period that words name', () => {
  it.each([
    ['三季度的账公布了没', '2026年第三季度'], ['第2季度的财务', '2026年第二季度'], ['上季度花了多少', '2026年第三季度'], ['这个季度的', '2026年第四季度'], ['上半年的账', '2026年上半年'], ['去年下半年', '2025年下半年'],
    ['9月份的收支', '2026年9月'], ['十一月的', '2026年11月'], ['十月的账', '2026年10月'], ['上个月的账', '2026年10月'], ['去年的账', '2025年'], ['2024年的决算', '2024年'], ['今年的账', '2026年'],
  ])('%s is %s', (words, said) => {
    const period = readPeriod(words, now)
    expect(period === null ? null : sayPeriod(period)).toBe(said)
  })

  it('without a year is the last one that has begun', () => {
    expect(readPeriod('第四季度的账', at('2026-02-10'))).toEqual({ year: 2025, from: 10, until: 12 })
    expect(readPeriod('上个月的账', at('2026-01-10'))).toEqual({ year: 2025, from: 12, until: 12 })
    expect(readPeriod('上季度的账', at('2026-02-10'))).toEqual({ year: 2025, from: 10, until: 12 })
  })

  it.each(['社区的账在哪看', '3月5日那次活动', '两个月没公布了'])('%s names none', (words) => {
    expect(readPeriod(words, now)).toBeNull()
  })

  it('meets what holds it or what it holds, of the same year only', () => {
    expect(meets({ year: 2026, from: 7, until: 9 }, { year: 2026, from: 8, until: 8 })).toBe(true)
    expect(meets({ year: 2026, from: 1, until: 12 }, { year: 2026, from: 7, until: 9 })).toBe(true)
    expect(meets({ year: 2026, from: 7, until: 9 }, { year: 2026, from: 9, until: 10 })).toBe(false)
    expect(meets({ year: 2025, from: 7, until: 9 }, { year: 2026, from: 7, until: 9 })).toBe(false)
  })
})

describe('a period asked for after another', () => {
  it.each([
    ['去年的呢', '2026年第三季度', '2025年第三季度'], ['二季度呢', '2025年第三季度', '2025年第二季度'], ['上个月的', '2025年第三季度', '2026年10月'], ['去年全年的', '2026年第三季度', '2025年'], ['2024年一季度的', '2026年9月', '2024年第一季度'], ['去年的呢', '2026年', '2025年'],
  ])('%s after %s is %s', (words, before, said) => {
    const period = goOnPeriod(words, readPeriod(before, now), now)
    expect(period === null ? null : sayPeriod(period)).toBe(said)
  })

  it('of this year is of last year where it has yet to begin', () => {
    expect(goOnPeriod('四季度呢', { year: 2026, from: 1, until: 3 }, at('2026-05-10'))).toEqual({ year: 2025, from: 10, until: 12 })
  })

  it('names none where none is named, and leaves the other words as they are', () => {
    expect(goOnPeriod('物业的呢', { year: 2026, from: 1, until: 3 }, now)).toBeNull()
    expect(withoutPeriod('去年四季度村里的账公布了没')).toBe('村里的账公布了没')
    expect(withoutPeriod('2026年上半年公共收益')).toBe('公共收益')
  })

  it('lies behind once its last month is over', () => {
    expect(isPast({ year: 2026, from: 7, until: 9 }, now)).toBe(true)
    expect(isPast({ year: 2026, from: 10, until: 12 }, now)).toBe(false)
    expect(isPast({ year: 2026, from: 11, until: 11 }, now)).toBe(false)
    expect(isPast({ year: 2025, from: 1, until: 12 }, now)).toBe(true)
  })
})

describe('a published item', () => {
  it('may be read from its first day to its last, in the time of Shanghai', () => {
    const one = item({ publishedOn: '2026-11-20', until: '2026-11-30' })
    expect([at('2026-11-19'), at('2026-11-20'), at('2026-11-30'), at('2026-12-01')].map((moment) => stateOf(one, moment))).toEqual(['ahead', 'published', 'published', 'over'])
    expect(stateOf(one, Date.parse('2026-11-19T16:30:00Z'))).toBe('published')
  })

  it('is not to be read while it has neither words nor a file, or once it was taken down', () => {
    expect(stateOf(item({ text: '' }), now)).toBe('empty')
    expect(stateOf(item({ text: '', file: { id: 'f', mediaType: 'application/pdf', bytes: 1 } }), now)).toBe('published')
    expect(isPublished(item({ takenDown: { at: 0, why: '写错了', by: { id: 's', name: '李师傅' } } }), now)).toBe(false)
  })

  it('tells which kinds of personal data stand in words, without the data', () => {
    const found = personalIn('低保公示：张秀英，电话13800000012，3栋2单元501室')
    expect(found).toContain('手机号')
    expect(found).toContain('门牌')
    expect(found.join()).not.toContain('138')
    expect(personalIn('公示期内有意见，监督电话：0572-2000000')).toEqual([])
    expect(personalIn('张阿姨家电话 0572-2000000')).toEqual(['电话号码'])
    expect(personalIn('收入 120000 元，支出 90000 元，结余 30000 元。')).toEqual([])
  })
})

describe('what is asked for', () => {
  const items = [
    item({ id: 'q3' }), item({ id: 'q2', title: '第二季度财务收支', period: { year: 2026, from: 4, until: 6 }, publishedOn: '2026-07-10' }),
    item({ id: 'property', kind: '物业收支', title: '公共收益收支表', period: { year: 2026, from: 1, until: 6 }, publishedOn: '2026-08-05' }),
    item({ id: 'lift', kind: '工程项目', title: '5栋电梯大修', period: null, publishedOn: '2026-09-01' }), item({ id: 'aid', kind: '救助公示', title: '十月低保公示', period: { year: 2026, from: 10, until: 10 }, publishedOn: '2026-10-08' }),
  ]
  const found = (words: string): readonly string[] => findDisclosures(items, readDisclosureQuestion(words, now)).map(({ id }) => id)

  it.each([
    ['三季度的账公布了没', ['q3']], ['财务收支给看看', ['q3', 'q2']], ['今年的账呢', ['q3', 'q2']], ['8月的账', ['q3']], ['物业费收支给看看', ['property']], ['公共收益花哪去了', ['property']],
    ['电梯大修花了多少钱', ['lift']], ['低保公示出来没', ['aid']], ['去年的账公布没', []], ['第四季度的账', []], ['维修基金用了多少', ['property']], ['党费收支公开没', []],
  ])('%s finds %j, the latest first', (words, ids) => {
    expect(found(words)).toEqual(ids)
  })

  it('is named by kind and period', () => {
    expect(sayWanted(readDisclosureQuestion('三季度的账公布了没', now))).toBe('2026年第三季度的财务收支')
    expect(sayWanted(readDisclosureQuestion('公共收益呢', now))).toBe('物业收支')
  })
})
