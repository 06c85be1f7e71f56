import { expect, it } from 'vitest'
import { sayTime } from '../../src/channels/say-time.js'

/** 23 November 2026, 00:30 in Asia/Shanghai. */
const now = Date.UTC(2026, 10, 22, 16, 30)

it.each([
  ['今天 00:05', Date.UTC(2026, 10, 22, 16, 5)], ['昨天 23:59', Date.UTC(2026, 10, 22, 15, 59)], ['明天 08:00', Date.UTC(2026, 10, 24, 0, 0)],
  ['11月3日 14:20', Date.UTC(2026, 10, 3, 6, 20)], ['2025年12月31日', Date.UTC(2025, 11, 31, 1, 0)], ['2027年1月4日 09:30', Date.UTC(2027, 0, 4, 1, 30)],
])('says %s as people do', (words, at) => {
  expect(sayTime(at, now)).toBe(words)
})
