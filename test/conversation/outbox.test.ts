import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { memoryChannel } from '../../src/channels/memory.js'
import type { CommunityId } from '../../src/knowledge/community.js'
import { nothingStored } from '../../src/conversation/nothing-stored.js'
import { createOutbox } from '../../src/conversation/outbox.js'
import type { OutboxRow } from '../../src/conversation/records.js'
import type { Write } from '../../src/store/store.js'

const community = 'huzhou-demo' as CommunityId

function row(id: string, conversationId = 'memory:a'): OutboxRow {
  return {
    id, rev: 1, conversationId, to: { channel: 'memory', conversationId, chat: 'private', residentId: 'memory:甲' },
    reply: { text: id, choices: [], citations: [], urgency: 'normal', from: { kind: 'bot' } }, state: 'due', attempts: 0, dueAt: 0, error: null, endedAt: null,
  }
}

async function anOutbox() {
  const channel = memoryChannel()
  await channel.start(() => Promise.resolve())
  const written: Write[] = []
  const outbox = createOutbox({
    store: { ...nothingStored, commit: (_community, writes) => { written.push(...writes); return Promise.resolve() } },
    channel: () => channel, now: () => 5, log: () => undefined,
  })
  return { channel, outbox, written, shown: () => channel.shown.map((one) => one.reply.text) }
}

describe('the outbox', () => {
  beforeEach(() => { vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }) })
  afterEach(() => { vi.useRealTimers() })

  it('sends in order, and takes out what arrived', async () => {
    const { outbox, written, shown } = await anOutbox()
    outbox.push(community, [row('1'), row('2'), row('3')])
    await vi.advanceTimersByTimeAsync(100)
    expect(shown()).toEqual(['1', '2', '3'])
    expect(written.map((write) => (write.op === 'remove' ? write.id : write.op))).toEqual(['1', '2', '3'])
  })

  it('waits 1 s, 5 s and 30 s between tries and keeps the order meanwhile', async () => {
    const { channel, outbox, shown } = await anOutbox()
    channel.failNext('unavailable', 3)
    outbox.push(community, [row('1'), row('2')])
    await vi.advanceTimersByTimeAsync(999)
    outbox.push(community, [row('3')])
    await vi.advanceTimersByTimeAsync(5_001)
    expect(shown()).toEqual([])
    await vi.advanceTimersByTimeAsync(30_000)
    expect(shown()).toEqual(['1', '2', '3'])
  })

  it('does not hold up another conversation', async () => {
    const { channel, outbox, shown } = await anOutbox()
    channel.failNext('rate-limited')
    outbox.push(community, [row('1', 'memory:a')])
    await vi.advanceTimersByTimeAsync(1)
    outbox.push(community, [row('2', 'memory:b')])
    await vi.advanceTimersByTimeAsync(1)
    expect(shown()).toEqual(['2'])
    await vi.advanceTimersByTimeAsync(1_000)
    expect(shown()).toEqual(['2', '1'])
  })

  it('gives up what can never arrive at once, and keeps it for staff', async () => {
    const { channel, outbox, written, shown } = await anOutbox()
    channel.forget('memory:a')
    outbox.push(community, [row('1')])
    await vi.advanceTimersByTimeAsync(100)
    expect(shown()).toEqual([])
    expect(written).toMatchObject([{ op: 'put', table: 'outbox', row: { id: '1', state: 'failed', error: 'gone', attempts: 1 } }])
  })

  it('marks as unsure what may have arrived, and does not send it again', async () => {
    const { channel, outbox, written, shown } = await anOutbox()
    channel.failNext('unknown-delivery')
    outbox.push(community, [row('1')])
    await vi.advanceTimersByTimeAsync(60_000)
    expect(shown()).toEqual(['1'])
    expect(written).toMatchObject([{ op: 'put', table: 'outbox', row: { state: 'unsure' } }])
  })
})
