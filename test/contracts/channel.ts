import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Address, Channel, InboundEvent, InboundMessage, Reply } from '../../src/channels/channel.js'
import type { Citation } from '../../src/retrieval/citation.js'
import { ChannelError } from '../../src/errors.js'

/** What a channel's own test brings: the channel, a resident who writes on its platform, and what that resident sees. */
export interface ChannelUnderTest {
  readonly channel: Channel
  /** The resident's private chat, and a group the resident is in. */
  readonly privateChat: Address
  readonly group: Address
  /** A conversation the platform does not know (any more). */
  readonly goneChat: Address
  /** The resident writes; `id` is the platform's own id of the message. Tells whether the platform was acknowledged. */
  write(chat: 'private' | 'group', text: string, id: string): Promise<'acknowledged' | 'refused'>
  /** The resident takes an own message back; `edit` changes it, where the platform can. */
  recall(chat: 'private' | 'group', id: string): Promise<'acknowledged' | 'refused'>
  readonly edit?: (chat: 'private' | 'group', id: string, text: string, changeId: string) => Promise<'acknowledged' | 'refused'>
  /** Texts of ours the resident sees in a chat, in order, each as often as it is shown. */
  seen(chat: 'private' | 'group'): Promise<readonly string[]>
  /** Everything of ours the resident sees in the private chat, the parts behind 详情 included. */
  seenWhole(): Promise<string>
  close(): Promise<void>
}

export function aReply(text: string, change: Partial<Reply> = {}): Reply {
  return { text, choices: [], citations: [], urgency: 'normal', from: { kind: 'bot' }, ...change }
}

const citation: Citation = {
  kind: 'policy', document: '示例市关于加强社区建设的实施意见', number: '示政发〔2026〕1号', section: '二/(三)/3', quote: '每个社区配备工作人员不少于5名',
  source: '每个社区配备工作人员不少于5名', status: 'draft', jurisdiction: '330500', date: '2026-01-01', clause: '3.每个社区配备工作人员不少于5名,按规模增加。',
}

/** What every channel promises to those who use it; run over each implementation. */
export function channelContract(name: string, open: () => Promise<ChannelUnderTest>): void {
  describe(`the ${name} channel`, () => {
    let it_: ChannelUnderTest
    let taken: InboundMessage[]
    let changes: Exclude<InboundEvent, InboundMessage>[]
    const keep = (event: InboundEvent): void => { if (event.kind === 'recalled' || event.kind === 'edited') changes.push(event); else taken.push(event) }
    const start = (): Promise<void> => it_.channel.start(async (event) => { keep(event) })

    beforeEach(async () => {
      it_ = await open()
      taken = []
      changes = []
    })
    afterEach(() => it_.close())

    describe('taking what residents write', () => {
      it('acknowledges the platform only after the message was taken', async () => {
        let release = (): void => undefined
        const order: string[] = []
        await it_.channel.start(() => new Promise((resolve) => { release = () => { order.push('kept'); resolve() } }))
        const acknowledged = it_.write('private', '灯坏了', 'm-00000001').then((how) => order.push(how))
        await waitFor(async () => { release(); return order.length > 0 })
        await acknowledged
        expect(order).toEqual(['kept', 'acknowledged'])
      })

      it('does not acknowledge what could not be kept, and takes it when it comes again', async () => {
        let isBroken = true
        await it_.channel.start(async (event) => {
          if (isBroken) throw new Error('disk full')
          keep(event)
        })
        expect(await it_.write('private', '灯坏了', 'm-00000001')).toBe('refused')
        isBroken = false
        expect(await it_.write('private', '灯坏了', 'm-00000001')).toBe('acknowledged')
        expect(taken.map(({ text }) => text)).toEqual(['灯坏了'])
      })

      it('does not acknowledge before it is started nor after it is stopped', async () => {
        expect(await it_.write('private', '早', 'm-00000001')).toBe('refused')
        await start()
        await it_.channel.stop()
        expect(await it_.write('private', '晚', 'm-00000002')).toBe('refused')
        expect(taken).toEqual([])
      })

      it('gives a message the same ids each time it comes, and different messages different ones', async () => {
        await start()
        await it_.write('private', '灯坏了', 'm-00000001')
        await it_.write('private', '灯坏了', 'm-00000002')
        expect(await it_.write('private', '灯坏了', 'm-00000001')).toBe('acknowledged')
        expect(new Set(taken.map(({ eventId }) => eventId)).size).toBe(2)
        expect(new Set(taken.map(({ messageId }) => messageId)).size).toBe(2)
      })

      it('says where it came from: channel, conversation, private or group, and composes ids that meet those of no other channel', async () => {
        await start()
        await it_.write('private', '灯坏了', 'm-00000001')
        await it_.write('group', '灯坏了', 'm-00000002')
        expect(taken.map(({ chat, conversationId }) => [chat, conversationId])).toEqual([
          ['private', it_.privateChat.conversationId], ['group', it_.group.conversationId],
        ])
        for (const message of taken) {
          expect(message.channel).toBe(it_.channel.name)
          for (const id of [message.messageId, message.conversationId, message.author.id]) expect(id.startsWith(`${it_.channel.name}:`)).toBe(true)
          expect(message.author.kind).toBe('resident')
        }
      })

      it('passes on every character: emoji, rare names, right-to-left, invisible ones, line feeds', async () => {
        await start()
        const text = '👨‍👩‍👧 𠮷野家 \u202eabc\u200b\n第二行 <b>&amp;</b> __proto__'
        await it_.write('private', text, 'm-00000001')
        expect(taken[0]?.text).toBe(text)
      })
    })

    describe('what residents take back or change', () => {
      it('names the message by the id it came under, and is acknowledged each time it comes', async () => {
        await start()
        await it_.write('private', '灯坏了', 'm-00000001')
        expect(await it_.recall('private', 'm-00000001')).toBe('acknowledged')
        expect(await it_.recall('private', 'm-00000001')).toBe('acknowledged')
        expect(new Set(changes.map(({ kind, messageId, conversationId }) => `${kind} ${messageId} ${conversationId}`)))
          .toEqual(new Set([`recalled ${taken[0]?.messageId ?? ''} ${it_.privateChat.conversationId}`]))
      })

      it('brings the whole message in its new words, under its own id and an id of the change', async () => {
        await start()
        await it_.write('group', '@小助手 3栋灯坏了', 'm-00000001')
        if (!it_.edit) return
        expect(await it_.edit('group', 'm-00000001', '@小助手 5栋灯坏了', 'c-00000001')).toBe('acknowledged')
        const [change] = changes
        expect(change).toMatchObject({ kind: 'edited', messageId: taken[0]?.messageId, chat: 'group', text: '@小助手 5栋灯坏了', author: taken[0]?.author })
        expect(change?.kind === 'edited' && change.eventId !== taken[0]?.eventId).toBe(true)
      })

      it('is not acknowledged when it could not be kept', async () => {
        await it_.channel.start(async (event) => {
          if (event.kind === 'recalled') throw new Error('disk full')
          keep(event)
        })
        await it_.write('private', '灯坏了', 'm-00000001')
        expect(await it_.recall('private', 'm-00000001')).toBe('refused')
      })
    })

    describe('sending', () => {
      it('shows text, choices and, behind 详情, title, number, section, quotation and that it is a draft', async () => {
        await start()
        await it_.channel.send(it_.privateChat, aReply('不少于5名。', { choices: ['人工', '不用了'], citations: [citation] }), 'k-1')
        const shown = await it_.seenWhole()
        for (const part of ['不少于5名。', '人工', '不用了', citation.document, '示政发〔2026〕1号', '二/(三)/3', citation.quote]) expect(shown).toContain(part)
        expect(shown).toMatch(/draft|征求意见稿/)
      })

      it('shows replies in the order in which they were sent', async () => {
        await start()
        for (let i = 0; i < 5; i += 1) await it_.channel.send(it_.privateChat, aReply(`第 ${i} 句`), `k-${i}`)
        expect(await it_.seen('private')).toEqual(['第 0 句', '第 1 句', '第 2 句', '第 3 句', '第 4 句'])
      })

      it('shows one message for one key, however often and however closely it is sent', async () => {
        await start()
        await Promise.all([1, 2, 3].map(() => it_.channel.send(it_.privateChat, aReply('已受理'), 'k-1')))
        await it_.channel.send(it_.privateChat, aReply('已受理'), 'k-1')
        await it_.channel.send(it_.privateChat, aReply('已受理'), 'k-2')
        expect(await it_.seen('private')).toEqual(['已受理', '已受理'])
      })

      it('keeps a private chat and a group apart', async () => {
        await start()
        await it_.channel.send(it_.privateChat, aReply('只给您'), 'k-1')
        await it_.channel.send(it_.group, aReply('给大家'), 'k-2')
        expect([await it_.seen('private'), await it_.seen('group')]).toEqual([['只给您'], ['给大家']])
      })

      it('says which member of staff speaks', async () => {
        await start()
        await it_.channel.send(it_.privateChat, aReply('我马上到', { from: { kind: 'staff', name: '李师傅' } }), 'k-1')
        expect(await it_.seenWhole()).toContain('李师傅')
      })

      it('fails with `gone` when there is no such conversation', async () => {
        await start()
        await expect(it_.channel.send(it_.goneChat, aReply('在吗'), 'k-1')).rejects.toMatchObject({ name: 'ChannelError', code: 'gone' })
      })

      it('fails with `unavailable` when it is not started or was stopped', async () => {
        await expect(it_.channel.send(it_.privateChat, aReply('在吗'), 'k-1')).rejects.toBeInstanceOf(ChannelError)
        await start()
        await it_.channel.stop()
        await expect(it_.channel.send(it_.privateChat, aReply('在吗'), 'k-1')).rejects.toMatchObject({ code: 'unavailable' })
      })
    })
  })
}

/** Tries until it holds; the turns of the loop in between are the platform's. */
async function waitFor(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setImmediate(resolve))
}
