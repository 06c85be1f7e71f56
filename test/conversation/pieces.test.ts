import { describe, expect, it } from 'vitest'
import type { After } from '../../src/conversation/pieces.js'
import { aNeighbourhood, type Neighbourhood } from './neighbourhood.js'

/** Waits that end when the test says so. */
interface Waits {
  readonly after: After
  /** How long is waited now, ms; empty where nothing is. */
  readonly pending: () => readonly number[]
  end(): void
}

function waits(): Waits {
  const open = new Map<object, { readonly ms: number; readonly work: () => void }>()
  return {
    after: (ms, work) => { const key = {}; open.set(key, { ms, work }); return () => { open.delete(key) } },
    pending: () => [...open.values()].map(({ ms }) => ms),
    end: () => { const all = [...open.values()]; open.clear(); for (const { work } of all) work() },
  }
}

async function withWaits(): Promise<{ readonly here: Neighbourhood; readonly held: Waits; readonly waited: () => Promise<string> }> {
  const held = waits()
  const here = await aNeighbourhood('huzhou-demo', { after: held.after })
  return {
    here, held,
    async waited() {
      const before = here.channel.shown.length
      held.end()
      await here.engine.idle()
      return here.channel.shown.slice(before).map(({ reply }) => reply.text).join('\n')
    },
  }
}

describe('several short messages within seconds', () => {
  it('are one report with one answer, its place from the first and its fault from the second', async () => {
    const { here, waited } = await withWaits()
    expect(await here.says('王阿姨', '3栋2单元的')).toBe('')
    expect(await here.says('王阿姨', '楼道灯坏了')).toBe('')
    expect(await waited()).toContain('已受理')
    const requests = await here.requests()
    expect(requests).toHaveLength(1)
    expect(requests[0]?.address).toContain('3栋2单元')
    expect(here.channel.shown).toHaveLength(1)
  })

  it('keep a line each, in the order they were said', async () => {
    const { here, waited } = await withWaits()
    await here.says('王阿姨', '3栋2单元的')
    await here.says('王阿姨', '楼道灯坏了')
    await waited()
    const lines = await here.store.find(here.communityId, 'messages', { by: 'conversationId', equals: 'memory:private:王阿姨' })
    expect(lines.map(({ text }) => text).slice(0, 2)).toEqual(['3栋2单元的', '楼道灯坏了'])
    expect(lines[2]?.from).toBe('bot')
  })

  it('are answered together when the last one plainly ends', async () => {
    const { here, held } = await withWaits()
    await here.says('王阿姨', '您好')
    expect(await here.says('王阿姨', '3栋2单元楼道灯坏了，麻烦来看看。')).toContain('已受理')
    expect(held.pending()).toEqual([])
  })

  it('begun by calling the bot in a room are all for the bot', async () => {
    const { here, waited } = await withWaits()
    await here.saysInRoom('王阿姨', '@小助手')
    await here.saysInRoom('王阿姨', '3栋2单元楼道灯坏了')
    expect(await waited()).toContain('已受理')
  })

  it('of two people are two', async () => {
    const { here, held, waited } = await withWaits()
    await here.saysInRoom('王阿姨', '@小助手 请问一下')
    await here.saysInRoom('老张', '@小助手 请问')
    expect(held.pending()).toHaveLength(2)
    await waited()
    expect(here.channel.shown.length).toBe(2)
  })

  it('wait no longer than five seconds, and no piece more than two and a half', async () => {
    const { here, held } = await withWaits()
    await here.says('王阿姨', '我想问一下')
    expect(Math.max(...held.pending())).toBeLessThanOrEqual(2_500)
    here.pass(4_900)
    await here.says('王阿姨', '那个')
    expect(held.pending()).toEqual([100])
  })
})

describe('what waits for nothing', () => {
  it.each(['3栋2单元楼道灯坏了', '人工', '居住证怎么办', '谢谢', '1', '对', '取消', '社区几点上班？'])('is an ordinary line: %s', async (text) => {
    const { here, held } = await withWaits()
    expect(await here.says('王阿姨', text)).not.toBe('')
    expect(held.pending()).toEqual([])
  })

  it('is an answer to an open question, however short', async () => {
    const { here, held } = await withWaits()
    await here.says('王阿姨', '楼道灯坏了')
    expect(await here.says('王阿姨', '3栋2单元')).toContain('3栋2单元')
    expect(held.pending()).toEqual([])
  })

  it('is danger, and what was begun before it goes with it', async () => {
    const { here, held } = await withWaits()
    await here.says('王阿姨', '5栋2单元')
    expect(await here.says('王阿姨', '着火了')).toContain('119')
    expect(held.pending()).toEqual([])
  })

  it('is neighbours’ talk in a room', async () => {
    const { here, held } = await withWaits()
    await here.saysInRoom('王阿姨', '3栋的')
    expect(held.pending()).toEqual([])
  })
})

describe('pieces', () => {
  it('delivered twice are one', async () => {
    const { here, waited } = await withWaits()
    const first = here.message('王阿姨', '3栋2单元的')
    const second = here.message('王阿姨', '楼道灯坏了')
    for (const message of [first, first, second, first, second]) await here.channel.deliver(message)
    await waited()
    for (const message of [first, second]) await here.channel.deliver(message)
    await waited()
    expect(await here.requests()).toHaveLength(1)
    expect(here.channel.shown).toHaveLength(1)
  })

  it('taken back while they wait are never heard; the others are', async () => {
    const { here, waited } = await withWaits()
    const first = here.message('王阿姨', '3栋2单元的')
    await here.channel.deliver(first)
    await here.channel.deliver(here.message('王阿姨', '楼道灯坏了'))
    await here.channel.deliver({ kind: 'recalled', channel: 'memory', communityId: here.communityId, messageId: first.messageId, conversationId: first.conversationId, sentAt: here.now() })
    await waited()
    await here.engine.idle()
    const lines = await here.store.find(here.communityId, 'messages', { by: 'conversationId', equals: first.conversationId })
    expect(lines.some(({ text }) => text.includes('3栋'))).toBe(false)
    expect(lines.some(({ text }) => text.includes('楼道灯坏了'))).toBe(true)
  })

  it('taken back after they were served leave the line and the request', async () => {
    const { here, waited } = await withWaits()
    const first = here.message('王阿姨', '我家门口有个小伙子天天抽烟，')
    await here.channel.deliver(first)
    await here.says('王阿姨', '3栋2单元楼道灯坏了')
    await waited()
    await here.channel.deliver({ kind: 'recalled', channel: 'memory', communityId: here.communityId, messageId: first.messageId, conversationId: first.conversationId, sentAt: here.now() })
    await here.engine.idle()
    expect(JSON.stringify(await here.requests())).not.toContain('抽烟')
    const lines = await here.store.find(here.communityId, 'messages', { by: 'conversationId', equals: first.conversationId })
    expect(lines.filter(({ from }) => from === 'resident').some(({ text }) => text.includes('抽烟'))).toBe(false)
  })

  it('changed while they wait are served in their new words', async () => {
    const { here, waited } = await withWaits()
    const first = here.message('王阿姨', '3栋2单元的')
    await here.channel.deliver(first)
    await here.channel.deliver(here.message('王阿姨', '楼道灯坏了'))
    await here.channel.deliver({ ...first, kind: 'edited', eventId: `${first.eventId}:1`, text: '5栋2单元的' })
    await waited()
    await here.engine.idle()
    const [request] = await here.requests()
    expect(request?.address).toContain('5栋2单元')
  })

  it('that wait when the process is killed are served after the restart, together', async () => {
    const { here } = await withWaits()
    await here.channel.deliver(here.message('王阿姨', '3栋2单元的'))
    await here.channel.deliver(here.message('王阿姨', '楼道灯坏了'))
    expect(here.channel.shown).toHaveLength(0)
    await here.restart()
    await here.engine.idle()
    const requests = await here.requests()
    expect(requests).toHaveLength(1)
    expect(requests[0]?.address).toContain('3栋2单元')
    const left = await here.store.find(here.communityId, 'intake', { by: 'state', equals: 'pending' })
    expect(left).toHaveLength(0)
  })
})
