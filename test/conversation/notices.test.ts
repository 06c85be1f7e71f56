import { describe, expect, it } from 'vitest'
import { asOne, batchSize, nightEnds, noticeRow, noticeWrites, withdrawals, type Notice } from '../../src/conversation/notices.js'
import type { OutboxRow } from '../../src/conversation/records.js'
import { aNeighbourhood, clerk, type Neighbourhood } from './neighbourhood.js'

const at = (time: string): number => Date.parse(`2026-11-23T${time}+08:00`)
const morning = Date.parse('2026-11-24T07:00:00+08:00')
const hour = 3_600_000

function notice(given: Partial<Notice> = {}): Notice {
  return { to: { channel: 'memory', conversationId: 'memory:a', chat: 'private', residentId: 'memory:甲' }, text: '灯修好了', about: null, when: 'by-day', ...given }
}
function row(given: Partial<Notice>, now: number, lastAt = now - hour, id = 'n'): OutboxRow {
  return noticeRow(notice(given), { lastAt }, { id, now })
}

describe('the night', () => {
  it('lasts from 22:00 to 7:00 in Asia/Shanghai', () => {
    expect([at('07:00:00'), at('21:59:59')].map(nightEnds)).toEqual([null, null])
    expect(nightEnds(at('22:00:00'))).toBe(morning)
    expect(nightEnds(Date.parse('2026-11-24T06:59:59+08:00'))).toBe(morning)
    expect(nightEnds(Date.parse('2026-11-24T00:00:00+08:00'))).toBe(morning)
  })
})

describe('a notice', () => {
  it('leaves by day, and waits for the morning at night', () => {
    expect(row({}, at('15:00:00'))).toMatchObject({ dueAt: at('15:00:00') })
    expect(row({}, at('23:00:00'))).toMatchObject({ dueAt: morning, held: { about: null } })
  })

  it('reaches at night who wrote just now, and whoever waits for it', () => {
    expect(row({}, at('23:00:00'), at('22:55:00')).held).toBeUndefined()
    expect(row({ when: 'now' }, at('23:00:00')).held).toBeUndefined()
  })

  it('of a later moment waits for it, and for the morning after it', () => {
    expect(row({ when: at('18:00:00') }, at('09:00:00'), at('09:00:00'))).toMatchObject({ dueAt: at('18:00:00'), held: { about: null } })
    expect(row({ when: at('23:30:00') }, at('09:00:00'))).toMatchObject({ dueAt: morning })
  })

  it('that is held has its line in the talk only when it has arrived', () => {
    expect(noticeWrites([row({}, at('15:00:00'))], at('15:00:00'), null).map(({ table }) => table)).toEqual(['outbox', 'messages'])
    expect(noticeWrites([row({}, at('23:00:00'))], at('23:00:00'), null).map(({ table }) => table)).toEqual(['outbox'])
  })

  it('that is held can be withdrawn by what it is about', () => {
    const rows = [row({ about: 'r1' }, at('23:00:00'), 0, 'a'), row({ about: 'r2' }, at('23:00:00'), 0, 'b'), row({ about: 'r1' }, at('15:00:00'), 0, 'c')]
    expect(withdrawals(rows, (about) => about === 'r1')).toEqual([{ op: 'remove', table: 'outbox', id: 'a', rev: 0 }])
  })

  it('goes into one message with the others held for the same moment, up to the first that asks something', () => {
    const night = at('23:00:00')
    const rows = [row({ text: '一' }, night, 0, '1'), row({ text: '二？', choices: ['是'] }, night, 0, '2'), row({ text: '三' }, night, 0, '3')]
    expect(batchSize(rows)).toBe(2)
    const [first, second] = rows
    if (!first || !second) throw new Error('no rows')
    expect(asOne([first, second])).toMatchObject({ id: '1', reply: { text: '一\n二？', choices: ['是'] } })
    expect(batchSize([first, row({}, at('15:00:00'))])).toBe(1)
    expect(batchSize([row({ when: at('18:00:00') }, at('09:00:00')), first])).toBe(1)
  })
})

describe('news of the night', () => {
  let made = 0
  const texts = (place: Neighbourhood): string[] => place.channel.shown.map(({ reply }) => reply.text)
  /** Half past eleven at night, two faults of one resident taken and one closed. */
  async function aNight(): Promise<Neighbourhood> {
    const place = await aNeighbourhood('puyang-demo')
    await place.says('甲', '3号楼2单元楼道灯坏了')
    await place.says('甲', '5号楼门口井盖坏了')
    place.pass(14 * hour)
    return place
  }
  async function hold(place: Neighbourhood, text: string, when: Notice['when'] = 'by-day', about: string | null = null): Promise<OutboxRow> {
    const conversation = await place.store.get(place.communityId, 'conversations', 'memory:private:甲')
    const row = noticeRow(notice({ to: { channel: 'memory', conversationId: 'memory:private:甲', chat: 'private', residentId: 'memory:甲' }, text, when, about }), conversation, { id: `held-${(made += 1)}`, now: place.now() })
    await place.store.commit(place.communityId, noticeWrites([row], place.now(), null))
    return row
  }
  const lines = async (place: Neighbourhood): Promise<string[]> => (await place.store.find(place.communityId, 'messages', { by: 'conversationId', equals: 'memory:private:甲' })).map(({ text }) => text)

  it('is one message in the morning, after a restart too, once, and stands in the talk from then on', async () => {
    const place = await aNight()
    await hold(place, '灯修好了。')
    await hold(place, '井盖也换了。')
    await place.restart()
    await place.engine.idle()
    expect(texts(place)).toEqual([])
    expect(await lines(place)).not.toContain('灯修好了。')
    place.pass(8 * hour)
    place.engine.release()
    await place.engine.idle()
    expect(texts(place)).toEqual(['灯修好了。\n井盖也换了。'])
    expect((await lines(place)).at(-1)).toBe('灯修好了。\n井盖也换了。')
    await place.restart()
    await place.engine.idle()
    expect(texts(place)).toEqual([])
  })

  it('keeps nobody waiting who asks something at night', async () => {
    const place = await aNight()
    await hold(place, '灯修好了。')
    await place.restart()
    expect(await place.says('甲', '进度')).toContain('井盖')
    expect(texts(place)).toHaveLength(1)
  })

  it('is never said when what it tells has ceased to be true', async () => {
    const place = await aNight()
    const made = await hold(place, '灯修好了。', 'by-day', 'r1')
    await place.restart()
    const held = await place.store.find(place.communityId, 'outbox', { by: 'conversationId', equals: made.conversationId })
    await place.store.commit(place.communityId, withdrawals(held, (about) => about === 'r1'))
    place.pass(8 * hour)
    place.engine.release()
    await place.engine.idle()
    expect(texts(place)).toEqual([])
  })

  it('asks nothing in the morning that the night has settled: closed at eleven, reopened at midnight', async () => {
    const place = await aNight()
    const [request] = await place.requests()
    if (request === undefined) throw new Error('no request')
    const make = async (rev: number, move: Parameters<Neighbourhood['engine']['actOnRequest']>[3]): Promise<number> => (await place.engine.actOnRequest(place.communityId, request.id, rev, move, clerk)).rev
    const closed = await make(await make(request.rev, { name: 'take', reason: null, brings: null }), { name: 'close', reason: null, brings: { kind: 'evidence', attachmentIds: [], statement: '换了灯泡' } })
    place.pass(hour)
    await make(closed, { name: 'reopen', reason: '又灭了', brings: null })
    place.pass(8 * hour)
    place.engine.release()
    await place.engine.idle()
    const morning = texts(place).slice(2)
    expect(morning).toHaveLength(1)
    expect(morning[0]).not.toContain('解决了吗')
    expect(morning[0]).toContain('重新办理')
  })

  it('does not hold the words of a person who talks with the resident', async () => {
    const place = await aNight()
    await place.engine.takeConversation(place.communityId, 'memory:private:甲', clerk)
    await place.engine.say(place.communityId, 'memory:private:甲', '我在路上了', clerk)
    await place.engine.idle()
    expect(texts(place).at(-1)).toBe('我在路上了')
  })
})
