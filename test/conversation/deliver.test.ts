import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { alone } from '../../src/cluster/cluster.js'
import { StoreError } from '../../src/errors.js'
import { longestMessage } from '../../src/conversation/take-turn.js'
import { moveInWords } from '../../src/requests/apply-move.js'
import type { Store } from '../../src/store/store.js'
import { aNeighbourhood, overStore } from './neighbourhood.js'

describe('one message', () => {
  it('delivered fifty times at once is one request and one reply', async () => {
    const here = await aNeighbourhood()
    const message = here.message('王阿姨', '3栋2单元楼道灯坏了')
    await Promise.all(Array.from({ length: 50 }, () => here.channel.deliver(message)))
    await here.engine.idle()
    expect(await here.requests()).toHaveLength(1)
    expect(here.channel.shown).toHaveLength(1)
  })

  it('delivered again after a restart, and again hours later, does nothing more', async () => {
    const here = await aNeighbourhood()
    const message = here.message('王阿姨', '3栋2单元楼道灯坏了')
    await here.channel.deliver(message)
    await here.engine.idle()
    await here.restart()
    here.pass(7 * 3_600_000)
    await here.channel.deliver(message)
    await here.engine.idle()
    expect(await here.requests()).toHaveLength(1)
    expect(here.channel.shown).toHaveLength(0)
  })

  it('that came under another event id still files once', async () => {
    const here = await aNeighbourhood()
    const message = here.message('王阿姨', '3栋2单元楼道灯坏了')
    await here.channel.deliver(message)
    await here.engine.idle()
    await here.channel.deliver({ ...message, eventId: 'second-event' })
    await here.engine.idle()
    expect(await here.requests()).toHaveLength(1)
  })

  it('accepted but not finished before a kill is answered after the restart', async () => {
    const here = await aNeighbourhood()
    const message = here.message('王阿姨', '3栋2单元楼道灯坏了')
    await here.engine.stop()
    await here.store.commit(here.communityId, [{
      op: 'put', table: 'intake',
      row: { id: '0', rev: 0, eventKey: `memory:${message.eventId}`, conversationId: message.conversationId, state: 'pending', message, outcome: null, receivedAt: here.now(), doneAt: null },
    }])
    await here.restart()
    await here.engine.idle()
    expect(await here.requests()).toHaveLength(1)
    expect(here.channel.shown[0]?.reply.text).toContain('已受理')
  })

  it('of the bot itself is not even taken in', async () => {
    const here = await aNeighbourhood()
    await here.says('bot', '3栋2单元楼道灯坏了', { author: { id: 'bot', name: null, kind: 'bot' } })
    expect(await here.requests()).toHaveLength(0)
    expect(await here.store.find(here.communityId, 'intake', {})).toHaveLength(0)
  })
})

describe('a storm', () => {
  it.each([['with one report before', true], ['with none before', false]])('of sixty residents who report one fault at one moment, %s, is one request with all of them, and everyone hears so', async (_, isKnown) => {
    const here = await aNeighbourhood()
    if (isKnown) await here.says('甲', '3栋2单元楼道灯坏了')
    const residents = Array.from({ length: 60 }, (_, index) => `住户${index}`)
    await Promise.all(residents.map((who) => here.channel.deliver(here.message(who, '3栋2单元楼道灯坏了'))))
    await here.engine.idle()
    const requests = await here.requests()
    expect(requests).toHaveLength(1)
    expect(new Set(requests[0]?.reporters.map((one) => one.residentId)).size).toBe(isKnown ? 61 : 60)
    expect(here.channel.shown.filter((shown) => shown.reply.text.includes('已并入'))).toHaveLength(isKnown ? 60 : 59)
    expect(here.log).not.toContain('turn.failed')
  })
})

describe('messages of one conversation', () => {
  it('are served in their order, one at a time', async () => {
    const here = await aNeighbourhood()
    const texts = ['下水道堵了', '3幢1单元门口', '进度']
    await Promise.all(texts.map((text) => here.channel.deliver(here.message('李大爷', text))))
    await here.engine.idle()
    expect(here.outcomes.map((outcome) => outcome.kind)).toEqual(['clarifying', 'filed', 'status-given'])
  })
})

describe('when the store refuses', () => {
  it('the platform is not acknowledged', async () => {
    const here = await aNeighbourhood('huzhou-demo', { wrap: (store) => overStore(store, { commit: () => Promise.reject(new StoreError('write-refused', 'disk full')) }) })
    await expect(here.channel.deliver(here.message('王阿姨', '3栋2单元楼道灯坏了'))).rejects.toMatchObject({ code: 'write-refused' })
    expect(here.channel.shown).toHaveLength(0)
  })

  it('a turn whose result was refused tells the resident, shows no number, and is taken again at the next start', async () => {
    let refuse = true
    const here = await aNeighbourhood('huzhou-demo', {
      wrap: (store) => overStore(store, {
        commit: (communityId, writes) => (refuse && writes.some((write) => write.table === 'requests') ? Promise.reject(new StoreError('write-refused', 'disk full')) : store.commit(communityId, writes)),
      }),
    })
    const reply = await here.says('王阿姨', '3栋2单元楼道灯坏了')
    expect(reply).toContain('没有登记成功')
    expect(reply).not.toMatch(/HZ-/)
    refuse = false
    await here.restart()
    await here.engine.idle()
    expect(await here.requests()).toHaveLength(1)
    expect(here.channel.shown[0]?.reply.text).toMatch(/HZ-2611-\d{4}/)
  })

  it('what is said after a turn whose result was refused has it taken again at once, before its own', async () => {
    let refuse = true
    const here = await aNeighbourhood('huzhou-demo', {
      wrap: (store) => overStore(store, {
        commit: (communityId, writes) => (refuse && writes.some((write) => write.table === 'requests' || write.table === 'messages') ? Promise.reject(new StoreError('write-refused', 'disk full')) : store.commit(communityId, writes)),
      }),
    })
    await here.says('王阿姨', '3栋2单元楼道灯坏了')
    expect(await here.says('王阿姨', '4栋1单元门锁坏了')).toBe('')
    refuse = false
    await here.says('王阿姨', '进度')
    expect(here.outcomes.map((outcome) => outcome.kind)).toEqual(['filed', 'filed', 'status-given'])
    const lines = await here.store.find(here.communityId, 'messages', { by: 'conversationId', equals: here.message('王阿姨', '').conversationId })
    expect(lines.filter(({ from }) => from === 'resident').map(({ text }) => text)).toEqual(['3栋2单元楼道灯坏了', '4栋1单元门锁坏了', '进度'])
  })

  /** It keeps the first message, and can't say so any more: its answer is lost on the way. */
  const unheard = (): { readonly wrap: (store: Store) => Store } => {
    let isLost = true
    return {
      wrap: (store) => overStore(store, {
        async commit(communityId, writes) {
          await store.commit(communityId, writes)
          if (isLost && writes.some((write) => write.table === 'intake')) {
            isLost = false
            throw new StoreError('write-refused', 'no answer')
          }
        },
      }),
    }
  }

  it('a message that was kept all the same is served when it is delivered again', async () => {
    const here = await aNeighbourhood('huzhou-demo', unheard())
    const message = here.message('王阿姨', '3栋2单元楼道灯坏了')
    await expect(here.channel.deliver(message)).rejects.toMatchObject({ code: 'write-refused' })
    await here.channel.deliver(message)
    await here.engine.idle()
    expect(await here.requests()).toHaveLength(1)
    expect(here.channel.shown).toHaveLength(1)
  })

  it('a message that was kept all the same is served though nobody delivers it again, where the store is a server', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => { vi.useRealTimers() })
    const here = await aNeighbourhood('huzhou-demo', { ...unheard(), cluster: alone })
    await expect(here.channel.deliver(here.message('王阿姨', '3栋2单元楼道灯坏了'))).rejects.toMatchObject({ code: 'write-refused' })
    await vi.advanceTimersByTimeAsync(2_000)
    vi.useRealTimers()
    await vi.waitFor(async () => { expect(await here.requests()).toHaveLength(1) })
    await here.engine.idle()
    expect(here.channel.shown).toHaveLength(1)
  })

  it('a row that somebody at the desk has just moved makes the turn look again', async () => {
    const here = await aNeighbourhood()
    await here.says('王阿姨', '3栋2单元楼道灯坏了')
    const [request] = await here.requests()
    if (!request) throw new Error('no request')
    await Promise.all([
      here.engine.actOnRequest(here.communityId, request.id, request.rev, moveInWords('take', ''), { kind: 'staff', id: 's', name: '小周', isLead: false }),
      here.says('王阿姨', '催一下'),
    ])
    await here.engine.idle()
    const [after] = await here.requests()
    expect(after?.owner.name).toBe('小周')
    expect(after?.urges).toHaveLength(1)
  })
})

describe('when a journey throws or is too slow', () => {
  it('the resident gets an apology and a person is called, and the next message is served', async () => {
    let broken = true
    const here = await aNeighbourhood('huzhou-demo', {
      wrap: (store) => overStore(store, {
        find: (communityId, table, query) => {
          if (broken && table === 'requests') throw new TypeError('a mistake in our code')
          return store.find(communityId, table, query)
        },
      }),
    })
    expect(await here.says('王阿姨', '3栋2单元楼道灯坏了')).toContain('抱歉')
    expect(here.outcomes.at(-1)).toEqual({ kind: 'failed', code: 'turn-failed' })
    expect((await here.store.get(here.communityId, 'conversations', 'memory:private:王阿姨'))?.mode).toBe('waiting')
    broken = false
    expect(await here.says('王阿姨', '3栋2单元楼道灯坏了')).toContain('已受理')
  })

  it('a turn past its deadline is given up', async () => {
    const here = await aNeighbourhood('huzhou-demo', { turnDeadlineMs: 20, nlu: { understand: () => new Promise(() => undefined), intents: new Map() } })
    expect(await here.says('王阿姨', '你好')).toContain('抱歉')
    expect(here.outcomes.at(-1)).toEqual({ kind: 'failed', code: 'deadline' })
  })
})

describe('odd input', () => {
  const odd: readonly (readonly [name: string, text: string])[] = [
    ['nothing', ''], ['spaces', '  \n '], ['emoji only', '😀😀'], ['right-to-left and zero-width', '\u202e灯\u200b坏\u200d了\u2066'], ['a lone surrogate', 'a\ud800b'],
    ['__proto__', '__proto__'], ['constructor', 'constructor'], ['html', '<img src=x onerror=alert(1)>'], ['mustache', '{{vars.x}} {{{constructor}}}'],
    ['control characters', '灯\u0000坏\u001b[31m了'], ['a very long word', '灯'.repeat(5_000)],
  ]
  it.each(odd)('%s gets a sentence, not an apology', async (_name, text) => {
    const here = await aNeighbourhood()
    const reply = await here.says('王阿姨', text)
    expect(reply).not.toBe('')
    expect(reply).not.toContain('抱歉')
    expect(here.log).not.toContain('turn.failed')
  })

  it('more than 20,000 characters are cut, and the cut is said', async () => {
    const here = await aNeighbourhood()
    expect(await here.says('王阿姨', `3栋2单元楼道灯坏了。${'很'.repeat(longestMessage)}`)).toContain('只看了前')
  })
})
