import { afterEach, describe, expect, it } from 'vitest'
import type { Address, InboundEvent } from '../../../src/channels/channel.js'
import { createPace } from '../../../src/channels/lark/pace.js'
import { aReply } from '../../contracts/channel.js'
import { group, larkApp, until, wang, zhang, type LarkApp } from './app.js'
import type { ChannelError } from '../../../src/errors.js'
import { seededRandom } from '../../../src/random.js'
import { larkStandIn, wordsOf, type Fault } from './stand-in.js'

let app: LarkApp
afterEach(() => app.close())

const toWang: Address = { channel: 'lark', conversationId: `lark:p2p:${wang}`, chat: 'private', residentId: `lark:${wang}` }
const toGroup: Address = { channel: 'lark', conversationId: `lark:chat:${group}`, chat: 'group', residentId: null }
const hear = (text: string, how: Parameters<LarkApp['lark']['message']>[2] = {}, more: Parameters<LarkApp['lark']['event']>[2] = {}) =>
  app.lark.event('im.message.receive_v1', app.lark.message(wang, text, { chat: group, ...how }), more)

describe('the line to Lark', () => {
  it('brings an event in five pieces as one', async () => {
    app = await larkApp()
    const text = '停电了'.repeat(8_000)
    expect((await hear(text, {}, { fragments: 5 })).how).toBe('acknowledged')
    expect(app.taken).toMatchObject([{ text }])
  })

  it('cut, is opened again; the state says so, and what was not acknowledged comes again', async () => {
    app = await larkApp()
    const seen: string[] = []
    app.health.onChange(({ state }) => { seen.push(state.kind) })
    app.lark.drop()
    await until(() => app.lark.connections() === 1 && seen.includes('online'))
    expect(seen).toEqual(['offline', 'online'])
    expect((await hear('灯坏了')).how).toBe('acknowledged')
  })

  it('that is half-open is known by round trip, given up and opened again', async () => {
    app = await larkApp({ limits: { probeEveryMs: 60 } })
    const seen: string[] = []
    app.health.onChange(({ state }) => { seen.push(state.kind) })
    app.lark.freeze()
    await until(() => seen.at(-1) === 'online')
    expect(seen).toContain('offline')
    await until(async () => (await hear('灯坏了', {}, { withinMs: 300 })).how === 'acknowledged')
    expect(app.logged.join('')).toContain('lark.half-open')
  })

  it('that is quiet but alive stays', async () => {
    // A machine that is busy may be late to answer a probe, too; a line that nobody probed would be given up after two.
    app = await larkApp({ limits: { probeEveryMs: 250 } })
    const seen: string[] = []
    app.health.onChange(({ state }) => { seen.push(state.kind) })
    await new Promise((resolve) => setTimeout(resolve, 1_200))
    expect([seen, app.lark.connections()]).toEqual([[], 1])
  })

  it('that was away for long brings what was written meanwhile, each message once, also what came before', async () => {
    app = await larkApp()
    await hear('先说的', { id: 'om_1' })
    const at = app.now()
    const item = (id: string, text: string, sender = { id: wang, sender_type: 'user' }, more = {}) => ({ message_id: id, msg_type: 'text', create_time: String(at + 1_000), sender, body: { content: JSON.stringify({ text }) }, ...more })
    app.lark.history.set(group, [
      item('om_1', '先说的'), item('om_2', '@_user_1 断线时说的', undefined, { mentions: [{ key: '@_user_1', id: 'ou_bot', id_type: 'open_id', name: '新荷小助手' }] }),
      item('om_3', '我们自己的', { id: app.lark.appId, sender_type: 'app' }), item('om_4', '撤回了的', undefined, { deleted: true }),
    ])
    app.lark.drop(true)
    await until(() => app.health.all()[0]?.state.kind === 'offline')
    app.pass(20 * 60_000)
    app.lark.up()
    await until(() => app.taken.length === 3)
    expect(app.taken.map((event) => event.kind === 'message' && [event.eventId, event.text, event.mentions.bot])).toEqual([['om_1', '先说的', false], ['om_1', '先说的', false], ['om_2', '@小助手 断线时说的', true]])
    expect(app.lark.shown).toEqual([])
  })

  it('that was away for long, where the history may not be read, tells each group once what it may have to say again', async () => {
    app = await larkApp()
    app.lark.hideHistory()
    app.lark.drop(true)
    await until(() => app.health.all()[0]?.state.kind === 'offline')
    app.pass(20 * 60_000)
    app.lark.up()
    await until(() => app.lark.shown.length > 0)
    app.lark.drop()
    await until(() => app.lark.connections() === 1 && app.health.all()[0]?.state.kind === 'online')
    expect(app.lark.shown.map((one) => [one.to, wordsOf(one)])).toEqual([[group, expect.stringContaining('约20分钟')]])
  })

  it('refused for a wrong secret says what to correct and does not end the process', async () => {
    const lark = await larkStandIn()
    lark.refuseApp(true)
    app = await larkApp({ lark, isIdle: true })
    await expect(app.channel.start(async () => undefined)).rejects.toThrow()
    expect(app.health.all()).toMatchObject([{ channel: 'lark', state: { kind: 'needs-login', reason: expect.stringContaining('LARK_APP_SECRET') } }])
  })

  it('carries an event that nobody can read without falling over', async () => {
    app = await larkApp()
    expect((await app.lark.event('im.message.receive_v1', { nothing: 'known' })).how).toBe('acknowledged')
    expect((await hear('灯坏了')).how).toBe('acknowledged')
    expect(app.taken).toHaveLength(1)
  })
})

describe('an event', () => {
  it('whose keeping takes longer than Lark waits is refused, kept all the same, and one when it comes again', async () => {
    let keep = (): void => undefined
    const taken: InboundEvent[] = []
    app = await larkApp({ limits: { budgetMs: 50 }, start: (event) => new Promise((resolve) => { taken.push(event); keep = resolve }) })
    const id = 'om_slow'
    expect((await hear('灯坏了', { id })).how).toBe('refused')
    expect((await hear('灯坏了', { id })).how).toBe('refused')
    expect(taken).toHaveLength(1)
    keep()
    await until(() => taken.length === 1)
    const again = hear('灯坏了', { id })
    // What is no longer in hand is handed on again: the conversations know it by its id.
    await until(() => taken.length === 2)
    keep()
    expect((await again).how).toBe('acknowledged')
    expect(new Set(taken.map((event) => event.kind === 'message' && event.eventId))).toEqual(new Set([id]))
  })

  it('that a handler breaks on is never acknowledged, and the next one is', async () => {
    let times = 0
    const lost: unknown[] = []
    const note = (reason: unknown): void => { lost.push(reason) }
    process.on('unhandledRejection', note)
    app = await larkApp({ start: async () => { if ((times += 1) < 4) throw new Error('disk full') } })
    const answers = [await hear('一'), await hear('二'), await hear('三'), await hear('四')]
    expect(answers.map(({ how }) => how)).toEqual(['refused', 'refused', 'refused', 'acknowledged'])
    await new Promise((resolve) => setImmediate(resolve))
    process.off('unhandledRejection', note)
    expect(lost).toEqual([])
  })

  it('seven hours old brings the resident’s own time', async () => {
    app = await larkApp()
    const at = app.now() - 7 * 3_600_000
    await hear('灯坏了', { at })
    expect(app.taken).toMatchObject([{ sentAt: at }])
  })

  it('of one person waits for the one before; nobody waits for another, and danger for nobody', async () => {
    const order: string[] = []
    let release = (): void => undefined
    app = await larkApp({ start: async (event) => {
      if (event.kind !== 'message') return
      if (event.text === '一') await new Promise<void>((resolve) => { release = resolve })
      order.push(event.text)
    } })
    const all = [hear('一'), hear('二'), app.lark.event('im.message.receive_v1', app.lark.message(zhang, '三', { chat: group })), hear('着火了快救命')]
    await until(() => order.length === 2)
    release()
    await Promise.all(all)
    expect([order.slice(0, 2).sort(), order.slice(2)]).toEqual([['三', '着火了快救命'].sort(), ['一', '二']])
  })
})

describe('sending', () => {
  it('asks for one token for ten messages at once, and for another when that one was revoked', async () => {
    app = await larkApp()
    await Promise.all(Array.from({ length: 10 }, (_, i) => app.channel.send({ ...toWang, conversationId: `lark:p2p:ou_${i}` }, aReply('好'), `k-${i}`)))
    expect(app.lark.tokensGiven).toBe(1)
    app.lark.revokeTokens()
    await app.channel.send(toWang, aReply('还在'), 'k-x')
    expect([app.lark.tokensGiven, app.lark.shown.length]).toEqual([2, 11])
  })

  it('that Lark took although the answer was lost shows one message when it is tried again', async () => {
    app = await larkApp()
    app.lark.failNext({ status: 502, code: 1, butDone: true })
    await expect(app.channel.send(toWang, aReply('已受理'), 'k-1')).rejects.toMatchObject({ code: 'unavailable' })
    await app.channel.send(toWang, aReply('已受理'), 'k-1')
    expect(app.lark.shown).toHaveLength(1)
  })

  it.each([
    [{ status: 429, code: 99991400, resetSeconds: 7 }, 'rate-limited', 7_000],
    [{ status: 400, code: 99991400, resetSeconds: 60 }, 'rate-limited', 60_000],
    [{ status: 200, code: 99991400, resetSeconds: 2 }, 'rate-limited', 2_000],
    [{ status: 400, code: 230020 }, 'rate-limited', 1_000],
    [{ status: 400, code: 11232 }, 'rate-limited', 30_000],
    [{ status: 500, code: 2200 }, 'unavailable', null],
    [{ status: 400, code: 230027 }, 'unavailable', null],
    [{ status: 400, code: 230002 }, 'gone', null],
    [{ status: 400, code: 230013 }, 'gone', null],
    [{ status: 400, code: 230053 }, 'gone', null],
    [{ status: 400, code: 230022 }, 'rejected', null],
  ] as const)('that meets %j fails with %s and the wait that Lark named', async (fault, code, retryAfterMs) => {
    app = await larkApp()
    app.lark.failNext(fault)
    await expect(app.channel.send(toWang, aReply('好'), 'k-1')).rejects.toMatchObject({ name: 'ChannelError', code, retryAfterMs })
    expect(app.lark.calls).toHaveLength(1)
  })

  it('is given up on when Lark does not answer, and the next message goes', async () => {
    app = await larkApp({ limits: { callMs: 200 } })
    app.lark.failNext('hang')
    await expect(app.channel.send(toWang, aReply('好'), 'k-1')).rejects.toMatchObject({ code: 'timeout' })
    await app.channel.send(toWang, aReply('好'), 'k-1')
    expect(app.lark.shown).toHaveLength(1)
  })

  it('that was limited holds back what follows for as long as Lark said', async () => {
    app = await larkApp()
    app.lark.failNext({ status: 429, code: 99991400, resetSeconds: 1 })
    await expect(app.channel.send(toWang, aReply('一'), 'k-1')).rejects.toMatchObject({ code: 'rate-limited' })
    await app.channel.send(toGroup, aReply('二'), 'k-2')
    const [first, second] = app.lark.calls
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(1_000)
  })

  it('goes under the message it answers, and on its own when that was taken back', async () => {
    app = await larkApp()
    await hear('灯坏了', { id: 'om_a' })
    await app.channel.send({ ...toGroup, inReplyTo: 'lark:om_a' }, aReply('已受理'), 'k-1')
    app.lark.takenBack.add('om_a')
    await app.channel.send({ ...toGroup, inReplyTo: 'lark:om_a' }, aReply('还有一句'), 'k-2')
    expect(app.lark.shown.map((one) => [one.to, one.replyTo, wordsOf(one)])).toEqual([[group, 'om_a', '已受理'], [group, null, '还有一句']])
  })

  it('in private to somebody it may not write to asks them in their group to begin, without the words that were private', async () => {
    app = await larkApp()
    await hear('我的事怎么样了', { id: 'om_a' })
    app.lark.gone.set(wang, 230013)
    for (const key of ['k-1', 'k-2']) await expect(app.channel.send(toWang, aReply('您家3栋502的事办好了'), key)).rejects.toMatchObject({ code: 'gone' })
    expect(app.lark.shown.map((one) => [one.to, one.replyTo, wordsOf(one)])).toEqual([[group, 'om_a', expect.stringContaining('请点我的头像')]])
  })

  it('of what cannot be drawn falls back to plain words', async () => {
    app = await larkApp()
    app.lark.failNext({ status: 400, code: 230099 })
    await app.channel.send(toWang, aReply('解决了吗？', { choices: ['1 解决了', '2 没解决'] }), 'k-1')
    expect(app.lark.shown.map(({ type, content }) => [type, JSON.parse(content)])).toEqual([['text', { text: '解决了吗？\n1 解决了　2 没解决' }]])
  })

  it('of two hundred messages to forty chats arrives once each and in order at a Lark that keeps its limits', async () => {
    app = await larkApp()
    app.lark.keepLimits()
    const send = async (chat: number): Promise<void> => {
      for (let i = 0; i < 5;) {
        try {
          await app.channel.send({ ...toWang, conversationId: `lark:p2p:ou_${chat}` }, aReply(`${i}`), `k-${chat}-${i}`)
          i += 1
        } catch (error) {
          // On a busy machine what left apart may arrive together; as the outbox does, it is sent again.
          expect(error).toMatchObject({ code: 'rate-limited' })
        }
      }
    }
    await Promise.all(Array.from({ length: 40 }, (_, chat) => send(chat)))
    for (let chat = 0; chat < 40; chat += 1) expect(app.lark.shown.filter(({ to }) => to === `ou_${chat}`).map(wordsOf)).toEqual(['0', '1', '2', '3', '4'])
    console.log(`200 messages to 40 chats: ${app.lark.calls.filter(({ code }) => code !== 0).length} refused by limits`)
  })

  const messages = process.env['LONG'] === '1' ? 500 : 120
  it(`of ${messages} messages each arrives once and in order, whatever Lark answers in between`, { timeout: 120_000 }, async () => {
    const seed = 20_261_123
    const chance = seededRandom(seed)
    app = await larkApp({ limits: { callMs: 300 } })
    const reset = (): number => 1 + Math.floor(chance() * 60)
    const kinds: readonly (readonly [string, () => Fault])[] = [
      ['429', () => ({ status: 429, code: 99991400, resetSeconds: reset() })], ['400 99991400', () => ({ status: 400, code: 99991400, resetSeconds: reset() })], ['230020', () => ({ status: 400, code: 230020 })],
      ['11232', () => ({ status: 400, code: 11232 })], ['500', () => ({ status: 500, code: 1 })], ['502, arrived', () => ({ status: 502, code: 1, butDone: true })], ['no answer', () => 'hang'],
    ]
    const met = new Map<string, number>()
    const chats = 20
    const send = async (chat: number): Promise<void> => {
      for (let i = 0; i < messages / chats; i += 1) {
        for (let isSent = false; !isSent;) {
          const kind = chance() < 0.25 ? kinds[Math.floor(chance() * kinds.length)] : undefined
          if (kind !== undefined) {
            met.set(kind[0], (met.get(kind[0]) ?? 0) + 1)
            app.lark.failNext(kind[1]())
          }
          try {
            await app.channel.send({ ...toWang, conversationId: `lark:p2p:ou_${chat}` }, aReply(`${i}`), `k-${chat}-${i}`)
            isSent = true
          } catch (error) {
            const { code, retryAfterMs } = error as ChannelError
            expect(['rate-limited', 'unavailable', 'timeout']).toContain(code)
            // As the outbox does: not before the time that Lark named, under the same key.
            app.pass(retryAfterMs ?? 1_000)
          }
        }
      }
    }
    await Promise.all(Array.from({ length: chats }, (_, chat) => send(chat)))
    console.log(`seed ${seed}: ${messages} messages, ${app.lark.calls.length} calls; faults ${[...met].map(([name, times]) => `${name} ×${times}`).join(', ')}`)
    for (let chat = 0; chat < chats; chat += 1) expect(app.lark.shown.filter(({ to }) => to === `ou_${chat}`).map(wordsOf)).toEqual(Array.from({ length: messages / chats }, (_, i) => `${i}`))
  })

  it('never writes a token, a secret or anybody’s words into the log', async () => {
    app = await larkApp({ limits: { callMs: 200 }, start: async () => { throw new Error('disk full') } })
    app.lark.failNext({ status: 500, code: 1 }, 'hang')
    await hear('我的电话13800000001')
    for (const key of ['k-1', 'k-2']) await app.channel.send(toWang, aReply('您的电话是13800000001'), key).catch(() => undefined)
    const logged = app.logged.join('\n')
    expect(logged).not.toBe('')
    for (const secret of [...app.lark.tokens, app.lark.appSecret, '13800000001', '我的电话']) expect(logged).not.toContain(secret)
  })
})

describe('the pace', () => {
  it('of any schedule keeps every second and minute below Lark’s limits', () => {
    app = { close: async () => undefined } as LarkApp
    let seed = 20_261_122
    const chance = (): number => ((seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) / 2_147_483_648)
    let clock = 0
    const pace = createPace(() => clock)
    const left: { at: number; to: string }[] = []
    for (let i = 0; i < 3_000; i += 1) {
      const to = `ou_${Math.floor(chance() * 12)}`
      left.push({ at: clock + pace.place(to, false), to })
      clock += Math.floor(chance() * 30)
    }
    const most = (times: readonly number[], width: number): number => Math.max(...times.map((start) => times.filter((time) => time >= start && time < start + width).length))
    const times = left.map(({ at }) => at).sort((a, b) => a - b)
    expect([most(times, 1_000) <= 50, most(times, 60_000) <= 1_000]).toEqual([true, true])
    for (let i = 0; i < 12; i += 1) expect(most(left.filter(({ to }) => to === `ou_${i}`).map(({ at }) => at), 1_000)).toBeLessThanOrEqual(5)
  })

  it('holds nothing back for danger but what Lark has called out', () => {
    app = { close: async () => undefined } as LarkApp
    const pace = createPace(() => 0)
    for (let i = 0; i < 50; i += 1) pace.place('ou_1', false)
    expect(pace.place('ou_1', true)).toBe(0)
    pace.hold(null, 2_000)
    expect(pace.place('ou_1', true)).toBe(2_000)
  })
})
