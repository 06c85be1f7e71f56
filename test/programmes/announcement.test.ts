import { describe, expect, it } from 'vitest'
import { kindsIn, readersOf, sayKinds, type Audience, type Subscription } from '../../src/programmes/announcement.js'

const subscriber = (id: string, given: Partial<Subscription> = {}): Subscription => ({ id, rev: 1, kinds: ['outage'], building: null, to: { channel: 'web', conversationId: `web:${id}`, chat: 'private', residentId: id }, since: 0, ...given })
const to = (subscribers: Audience['subscribers']): Audience => ({ rooms: [], subscribers })
const persons = new Map([['wechat:wang', 'p1'], ['web:wang', 'p1']])
const personOf = (id: string): string => persons.get(id) ?? id

describe('who hears of an announcement', () => {
  const all = [subscriber('wechat:wang', { building: '3' }), subscriber('web:wang', { building: '3' }), subscriber('li', { building: '5' }), subscriber('zhao'), subscriber('sun', { kinds: ['activity'] })]
  const readers = (audience: Audience): readonly string[] => readersOf(all, { kind: 'outage', audience, buildings: ['3', '4'], personOf }).map(({ id }) => id)

  it('is who subscribed to its kind, each person once however many identities they have', () => {
    expect(readers(to({ kind: 'all' }))).toEqual(['wechat:wang', 'li', 'zhao'])
  })

  it('is, of a grid, only who told one of its buildings', () => {
    expect(readers(to({ kind: 'grid', name: '第一网格' }))).toEqual(['wechat:wang'])
  })

  it('is nobody where only rooms are chosen', () => {
    expect(readers({ rooms: ['room-1'], subscribers: { kind: 'none' } })).toEqual([])
  })
})

describe('kinds of announcements', () => {
  it.each([['订阅 停水', '停水停电'], ['有活动叫我一声', '活动'], ['停电和投票的通知', '停水停电、议题'], ['居务公开', '居务公开'], ['天气', '']])('%s names %s', (words, said) => {
    expect(sayKinds(kindsIn(words))).toBe(said)
  })
})
