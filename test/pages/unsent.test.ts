import { describe, expect, it } from 'vitest'
import type { Answer } from '../../src/channels/web-chat/api.js'
import { createUnsentQueue, type UnsentQueue, type UnsentWorld } from '../../src/channels/web-chat/unsent.js'
import type { ChatSend } from '../../src/channels/web-types.js'

const refused = (status: number, retryAfterMs: number | null = null): Answer<never> => ({ ok: false, status, message: '没有登记成功，请稍后再发', retryAfterMs })
const taken: Answer<unknown> = { ok: true, value: {} }

function aWorld(answers: Answer<unknown>[] = []) {
  const posted: ChatSend[] = []
  const kept = new Map<string, string>()
  const waits: { work: () => void; ms: number }[] = []
  let lost = 0
  const world: UnsentWorld = {
    post: async (message) => {
      posted.push(message)
      return answers.shift() ?? taken
    },
    upload: async () => ({ ok: true, value: { id: 'file1', kind: 'image', mediaType: 'image/png', bytes: 3 } }),
    conversationOf: (line) => (line.communityId === 'east-lake' ? `conversation-${line.chat}` : null),
    sessionLost: () => { lost += 1 },
    storage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) },
    later: (work, ms) => void waits.push({ work, ms }),
  }
  return { world, posted, waits, lostTimes: () => lost }
}

const add = (queue: UnsentQueue, clientId: string, more: { communityId?: string; file?: string } = {}) =>
  queue.add({ clientId, communityId: 'east-lake', chat: 'private', text: clientId, file: null, at: 0, ...more })
const settled = () => new Promise<void>((resolve) => setImmediate(resolve))

describe('what a resident has said and the server has not taken yet', () => {
  it('goes out in the order it was said', async () => {
    const { world, posted } = aWorld()
    const queue = createUnsentQueue(world)
    for (const id of ['一', '二', '三']) add(queue, id)
    await settled()
    expect(posted.map((message) => message.clientId)).toEqual(['一', '二', '三'])
    expect(queue.lines.value.map((line) => line.state)).toEqual(['delivered', 'delivered', 'delivered'])
  })

  it('waits when the network is gone and goes out under the same id, longer pauses each time', async () => {
    const { world, posted, waits } = aWorld([refused(0), refused(0), taken])
    const queue = createUnsentQueue(world)
    add(queue, '一')
    await settled()
    expect(queue.lines.value[0]?.state).toBe('waiting')
    for (const nth of [0, 1]) {
      waits[nth]?.work()
      await settled()
    }
    expect(waits.map((wait) => wait.ms)).toEqual([1000, 2000])
    expect(posted.map((message) => message.clientId)).toEqual(['一', '一', '一'])
    expect(queue.lines.value[0]?.state).toBe('delivered')
  })

  it('does not overtake: what was said later waits for what was said before', async () => {
    const { world, posted, waits } = aWorld([refused(0)])
    const queue = createUnsentQueue(world)
    add(queue, '一')
    add(queue, '二')
    await settled()
    expect(posted).toHaveLength(1)
    waits[0]?.work()
    await settled()
    expect(posted.map((message) => message.clientId)).toEqual(['一', '一', '二'])
  })

  it('survives a reload of the page, a picture included', async () => {
    const { world, posted } = aWorld()
    add(createUnsentQueue({ ...world, upload: async () => refused(0) }), '一', { file: 'data:image/png;base64,AAAA' })
    await settled()
    const again = createUnsentQueue(world)
    expect(again.lines.value.map((line) => [line.clientId, line.state, line.file])).toEqual([['一', 'waiting', 'data:image/png;base64,AAAA']])
    await again.flush()
    expect(posted.at(-1)).toMatchObject({ clientId: '一', attachmentIds: ['file1'] })
  })

  it('stays with its reason when the server could not keep it, until the resident asks again', async () => {
    const { world, posted } = aWorld([refused(503), taken, taken])
    const queue = createUnsentQueue(world)
    add(queue, '一')
    add(queue, '二')
    await settled()
    expect(queue.lines.value.map((line) => [line.state, line.reason])).toEqual([['refused', '没有登记成功，请稍后再发'], ['delivered', null]])
    queue.again('一')
    await settled()
    expect(posted.map((message) => message.clientId)).toEqual(['一', '二', '一'])
  })

  it('waits as long as the server asks when one writes too fast', async () => {
    const { world, waits } = aWorld([refused(429, 7000)])
    add(createUnsentQueue(world), '一')
    await settled()
    expect(waits.map((wait) => wait.ms)).toEqual([7000])
  })

  it('asks for the community again when the server no longer knows the browser, and keeps the words', async () => {
    const { world, lostTimes } = aWorld([refused(401)])
    const queue = createUnsentQueue(world)
    add(queue, '一')
    await settled()
    expect(lostTimes()).toBe(1)
    expect(queue.lines.value.map((line) => line.state)).toEqual(['waiting'])
  })

  it('never goes to another community than the one it was said in', async () => {
    const { world, posted } = aWorld()
    add(createUnsentQueue(world), '一', { communityId: 'north-gate' })
    await settled()
    expect(posted).toEqual([])
  })

  it('is forgotten once the server has shown it back', async () => {
    const { world } = aWorld()
    const queue = createUnsentQueue(world)
    add(queue, '一')
    await settled()
    queue.seen(['一', '别的'])
    expect(queue.lines.value).toEqual([])
  })

  it('says nothing lost when what the browser kept is damaged', () => {
    const { world } = aWorld()
    world.storage.setItem('yichuang-unsent', '{not json')
    expect(createUnsentQueue(world).lines.value).toEqual([])
  })
})
