import { createHash } from 'node:crypto'
import { describe, expect, it, vi } from 'vitest'
import type { Address, Channel } from '../../src/channels/channel.js'
import { memoryChannel } from '../../src/channels/memory.js'
import { nothingStored } from '../../src/conversation/nothing-stored.js'
import { noticeRow, noticeWrites } from '../../src/conversation/notices.js'
import { createOutbox } from '../../src/conversation/outbox.js'
import type { OutboxRow } from '../../src/conversation/records.js'
import { showConversation } from '../../src/desk/conversations.js'
import { ChannelError, type ChannelErrorCode } from '../../src/errors.js'
import type { CommunityId } from '../../src/knowledge/community.js'
import type { Write } from '../../src/store/store.js'
import { aNeighbourhood, clerk } from './neighbourhood.js'

/** 0–1, the same for the same words: the schedule of faults is these words. */
function chance(...words: readonly (string | number)[]): number {
  return createHash('sha256').update(words.join('|')).digest().readUInt32BE() / 2 ** 32
}

const rooms = 200
const minute = 60_000

describe('a notice to 200 rooms', () => {
  const seed = 'seed-7'
  it(`arrives in each room once and in order, whatever fails for now and however often it is stopped (${seed})`, async () => {
    const memory = memoryChannel()
    await memory.start(() => Promise.resolve())
    const tries = new Map<string, number>()
    const lark: Channel = {
      ...memory, name: 'lark',
      async send(to: Address, reply, key) {
        const attempt = (tries.get(key) ?? 0) + 1
        tries.set(key, attempt)
        // A third of the first tries fail, and a few a second time; some of those arrived all the same.
        if (chance(seed, key, attempt) < (attempt === 1 ? 0.33 : 0.05)) {
          if (chance(seed, 'arrived', key) < 0.3) await memory.send(to, reply, key)
          throw new ChannelError(chance(seed, 'code', key) < 0.5 ? 'unavailable' : 'rate-limited', 'told to fail')
        }
        return memory.send(to, reply, key)
      },
    }
    const place = await aNeighbourhood('huzhou-demo', { besides: [lark] })
    const rows = Array.from({ length: rooms }, (_, room) => ['一', '二', '三'].map((text, part) => noticeRow(
      { to: { channel: 'lark', conversationId: `lark:chat:oc_${room}`, chat: 'group', residentId: null }, text, about: null, when: 'now' }, null, { id: `n-${String(room).padStart(3, '0')}-${part}`, now: place.now() },
    ))).flat()
    await place.store.commit(place.communityId, noticeWrites(rows, place.now(), null))
    // Each start tries again at once what was left.
    for (let start = 1; start <= 8; start += 1) await place.restart()
    await place.engine.idle()
    const byRoom = new Map<string, string>()
    for (const { to, reply } of memory.shown) byRoom.set(to.conversationId, (byRoom.get(to.conversationId) ?? '') + reply.text)
    expect(byRoom.size).toBe(rooms)
    expect([...byRoom.values()].filter((texts) => texts !== '一二三')).toEqual([])
    expect(await place.store.find(place.communityId, 'outbox', {})).toEqual([])
    // Only what failed was tried again.
    expect([...tries].filter(([key, count]) => count > 1 && chance(seed, key, 1) >= 0.33)).toEqual([])
  })
})

describe('what fails for now', () => {
  it('is tried again after 1 s, 5 s, 30 s and 5 min, then every 30 min, under the same key', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    const at: number[] = []
    const keys = new Set<string>()
    const outbox = createOutbox({
      store: nothingStored, now: Date.now, log: () => undefined,
      channel: () => ({ ...memoryChannel(), send: (_to, _reply, key) => { at.push(Date.now()); keys.add(key); return Promise.reject(new ChannelError('unavailable', 'down')) } }),
    })
    const begun = Date.now()
    outbox.push('huzhou-demo' as CommunityId, [noticeRow({ to: { channel: 'memory', conversationId: 'c', chat: 'private', residentId: null }, text: '好了', about: null, when: 'now' }, null, { id: 'k', now: begun })])
    await vi.advanceTimersByTimeAsync(100 * minute)
    const waits = at.map((time, i) => (time - (at[i - 1] ?? begun)) / 1_000)
    expect([waits, [...keys]]).toEqual([[0, 1, 5, 30, 300, 1_800, 1_800, 1_800], ['k']])
    await outbox.stop()
    vi.useRealTimers()
  })

  it('keeps no warning waiting behind it', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const channel = memoryChannel()
    await channel.start(() => Promise.resolve())
    channel.failNext('unavailable', 1)
    const outbox = createOutbox({ store: nothingStored, channel: () => channel, now: () => 0, log: () => undefined })
    const row = (text: string): OutboxRow => noticeRow({ to: { channel: 'memory', conversationId: 'c', chat: 'private', residentId: null }, text, about: null, when: 'now' }, null, { id: text, now: 0 })
    outbox.push('huzhou-demo' as CommunityId, [row('灯修好了')])
    await vi.advanceTimersByTimeAsync(10)
    outbox.push('huzhou-demo' as CommunityId, [{ ...row('先打119'), reply: { ...row('先打119').reply, urgency: 'danger' } }])
    await vi.advanceTimersByTimeAsync(100)
    expect(channel.shown.map(({ reply }) => reply.text)).toEqual(['先打119', '灯修好了'])
    await outbox.stop()
    vi.useRealTimers()
  })
})

describe('what can never arrive', () => {
  it.each<[ChannelErrorCode, string]>([['gone', 'failed'], ['rejected', 'failed'], ['unknown-delivery', 'unsure']])('with %s is tried once', async (code, state) => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const written: Write[] = []
    let tries = 0
    const outbox = createOutbox({
      store: { ...nothingStored, commit: (_id, writes) => { written.push(...writes); return Promise.resolve() } }, now: () => 0, log: () => undefined,
      channel: () => ({ ...memoryChannel(), send: () => { tries += 1; return Promise.reject(new ChannelError(code, 'no')) } }),
    })
    outbox.push('huzhou-demo' as CommunityId, [noticeRow({ to: { channel: 'memory', conversationId: 'c', chat: 'private', residentId: null }, text: '好了', about: null, when: 'now' }, null, { id: 'k', now: 0 })])
    await vi.advanceTimersByTimeAsync(24 * 60 * minute)
    expect(tries).toBe(1)
    expect(written).toMatchObject([{ table: 'outbox', row: { state, error: code } }])
    await outbox.stop()
    vi.useRealTimers()
  })

  it('stands with the request as 通知未送达 for staff as soon as it is known', async () => {
    const place = await aNeighbourhood()
    await place.says('甲', '3栋2单元楼道灯坏了')
    const [request] = await place.requests()
    if (request === undefined) throw new Error('no request')
    place.channel.forget('memory:private:甲')
    await place.engine.actOnRequest(place.communityId, request.id, request.rev, { name: 'take', reason: null, brings: null }, clerk)
    await place.engine.idle()
    const shown = await showConversation(place.store, place.communityId, 'memory:private:甲', clerk, request.id)
    expect(shown?.lines.at(-1)).toMatchObject({ from: 'bot', requestId: request.id, undelivered: 'failed' })
    expect(shown?.lines.filter((line) => line.undelivered !== undefined)).toHaveLength(1)
  })
})
