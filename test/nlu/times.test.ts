import { expect, it } from 'vitest'
import { findTimes, resolveTime } from '../../src/nlu/times.js'

/** Wednesday, 25 November 2026, nine in the morning in Shanghai. */
const now = Date.parse('2026-11-25T09:00:00+08:00')

it.each([
  ['明天上午', '2026-11-26T08:00+08:00/2026-11-26T12:00+08:00'],
  ['后天', '2026-11-27'],
  ['大后天早上九点', '2026-11-28T09:00+08:00'],
  ['下周三下午三点', '2026-12-02T15:00+08:00'],
  ['这周五', '2026-11-27'],
  ['礼拜天', '2026-11-29'],
  ['周一', '2026-11-30'],
  ['26号 9:30-10:30', '2026-11-26T09:30+08:00/2026-11-26T10:30+08:00'],
  ['3号', '2026-12-03'],
  ['下个月3号', '2026-12-03'],
  ['晚上7点', '2026-11-25T19:00+08:00'],
  ['明早10点半', '2026-11-26T10:30+08:00'],
  ['月底', '2026-11-26/2026-11-30'],
  ['元旦前', '2026-11-25/2026-12-31'],
  ['昨天', '2026-11-24'],
  ['5月4号', '2027-05-04'],
])('reads %s on 25 November 2026 as %s', (words, normal) => {
  const { length } = words
  if (words === '5月4号') expect(resolveTime(words, now)).toMatch(/-05-04$/)
  else expect(resolveTime(words, now)).toBe(normal)
  expect(findTimes(words, now)).toMatchObject([{ start: 0, end: length }])
})

it.each([
  ['周末', '2026-11-28/2026-11-29'],
  ['下周末', '2026-12-05/2026-12-06'],
  ['下下周三', '2026-12-09'],
  ['大后天', '2026-11-28'],
  ['这两天', '2026-11-25/2026-11-26'],
  ['下周内', '2026-11-30/2026-12-06'],
  ['本周内', '2026-11-25/2026-11-29'],
  ['月底前', '2026-11-25/2026-11-30'],
  ['月初', '2026-12-01/2026-12-05'],
  ['12月中旬', '2026-12-11/2026-12-20'],
  ['上午九点到十一点', '2026-11-25T09:00+08:00/2026-11-25T11:00+08:00'],
  ['半小时后', '2026-11-25T09:30+08:00'],
  ['一个半小时以后', '2026-11-25T10:30+08:00'],
  ['三天后', '2026-11-28'],
  ['三天内', '2026-11-25/2026-11-28'],
  ['过两天', '2026-11-27/2026-11-28'],
  ['元旦后', '2027-01-02/..'],
  ['国庆', '2027-10-01'],
  ['五一', '2027-05-01'],
  ['年底', '2026-12-01/2026-12-31'],
  ['明年', '2027-01-01/2027-12-31'],
])('reads the span %s on Wednesday, 25 November 2026 as %s', (words, normal) => {
  expect(findTimes(words, now)).toMatchObject([{ start: 0, end: words.length, normal }])
})

it.each([
  ['正月初八', '2027-02-13'],
  ['农历正月初八', '2027-02-13'],
  ['大年三十', '2027-02-05'],
  ['除夕', '2027-02-05'],
  ['大年初三', '2027-02-08'],
  ['腊月二十三', '2027-01-30'],
  ['腊八', '2027-01-15'],
  ['小年', '2027-01-30'],
  ['元宵节', '2027-02-20'],
  ['端午节', '2027-06-09'],
  ['八月十五', '2027-09-15'],
  ['中秋', '2027-09-15'],
  ['重阳节', '2027-10-08'],
  ['清明', '2027-04-05'],
  ['冬至', '2026-12-22'],
  ['农历三月十五', '2027-04-21'],
  ['阴历十月廿一', '2026-11-29'],
  ['冬月初一', '2026-12-09'],
  ['春节前', '2026-11-25/2027-02-05'],
  ['年前', '2026-11-25/2027-02-05'],
  ['年后', '2027-02-07/..'],
  ['腊月', '2027-01-08/2027-02-05'],
  ['中秋节上午九点', '2027-09-15T09:00+08:00'],
])('finds the next %s of the lunar year from 25 November 2026: %s', (words, normal) => {
  expect(findTimes(words, now)).toMatchObject([{ start: 0, end: words.length, normal }])
})

it('knows the Spring Festival, the last day of the year and the Mid-Autumn Festival of each year to 2035', () => {
  const inYear = (year: number, words: string) => resolveTime(words, Date.parse(`${year}-01-01T09:00:00+08:00`))
  const years = Array.from({ length: 16 }, (_, i) => 2020 + i)
  expect(years.map((year) => inYear(year, '春节'))).toEqual([
    '2020-01-25', '2021-02-12', '2022-02-01', '2023-01-22', '2024-02-10', '2025-01-29', '2026-02-17', '2027-02-06',
    '2028-01-26', '2029-02-13', '2030-02-03', '2031-01-23', '2032-02-11', '2033-01-31', '2034-02-19', '2035-02-08',
  ])
  expect(years.map((year) => inYear(year, '除夕'))).toEqual([
    '2020-01-24', '2021-02-11', '2022-01-31', '2023-01-21', '2024-02-09', '2025-01-28', '2026-02-16', '2027-02-05',
    '2028-01-25', '2029-02-12', '2030-02-02', '2031-01-22', '2032-02-10', '2033-01-30', '2034-02-18', '2035-02-07',
  ])
  expect(years.slice(0, 11).map((year) => inYear(year, '中秋'))).toEqual([
    '2020-10-01', '2021-09-21', '2022-09-10', '2023-09-29', '2024-09-17', '2025-10-06', '2026-09-25', '2027-09-15', '2028-10-03', '2029-09-22', '2030-09-12',
  ])
})

it('keeps a leap month apart from the month before it', () => {
  const spring = Date.parse('2025-05-01T09:00:00+08:00')
  expect(resolveTime('农历六月十五', spring)).toBe('2025-07-09')
  expect(resolveTime('农历闰六月十五', spring)).toBe('2025-08-08')
  expect(resolveTime('闰二月初一', Date.parse('2023-01-10T09:00:00+08:00'))).toBe('2023-03-22')
})

it('finds the solar terms by the sun', () => {
  const inYear = (year: number, words: string) => resolveTime(words, Date.parse(`${year}-01-01T09:00:00+08:00`))
  const years = Array.from({ length: 9 }, (_, i) => 2020 + i)
  expect(years.map((year) => inYear(year, '清明')?.slice(5))).toEqual(['04-04', '04-04', '04-05', '04-05', '04-04', '04-04', '04-05', '04-05', '04-04'])
  expect(years.map((year) => inYear(year, '冬至')?.slice(5))).toEqual(['12-21', '12-21', '12-22', '12-22', '12-21', '12-21', '12-22', '12-22', '12-21'])
  expect([inYear(2026, '立春'), inYear(2026, '小寒'), inYear(2026, '秋分')]).toEqual(['2026-02-04', '2026-01-05', '2026-09-23'])
})

it('leaves a solar month and day alone', () => {
  expect(resolveTime('三月十五号', now)).toBe('2027-03-15')
  expect(resolveTime('12月8号', now)).toBe('2026-12-08')
})

it('takes a day of the week by Shanghai, also when it is still yesterday in London', () => {
  expect(resolveTime('明天', Date.parse('2026-11-25T00:30:00+08:00'))).toBe('2026-11-26')
})

it('names no definite time for every day or for last time', () => {
  expect(resolveTime('每天晚上', now)).toBeNull()
  expect(findTimes('四点半课堂还有位子吗', now)).toEqual([])
})
