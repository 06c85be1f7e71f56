import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { nameMentions, readContent } from '../../../src/channels/lark/content.js'
import { decodeMessage, readMessage } from '../../../src/channels/lark/decode.js'
import { encodePlain, encodeReply } from '../../../src/channels/lark/encode.js'
import { readEvent } from '../../../src/channels/lark/events.js'
import { aReply } from '../../contracts/channel.js'
import { huzhou } from '../../desk/running-server.js'

const bot = 'ou_bot'
const header = { event_id: 'e-1', create_time: '1763800000000', app_id: 'cli_0000000000000000' }

function received(change: { type?: string; content?: unknown; chatType?: string; mentions?: unknown; senderType?: string; from?: string } = {}) {
  const event = readEvent('im.message.receive_v1', {
    ...header,
    sender: { sender_id: { open_id: change.from ?? 'ou_wang' }, sender_type: change.senderType ?? 'user' },
    message: {
      message_id: 'om_1', create_time: '1763800000123', chat_id: 'oc_1', chat_type: change.chatType ?? 'group', message_type: change.type ?? 'text',
      content: typeof change.content === 'string' ? change.content : JSON.stringify(change.content ?? { text: '电梯坏了' }), ...(change.mentions === undefined ? {} : { mentions: change.mentions }),
    },
  })
  if (event?.type !== 'im.message.receive_v1') throw new Error('unreadable')
  return readMessage(event.event, bot)
}

describe('a message of Lark', () => {
  it('knows by id, not by name, that the bot is called, and shows names where Lark put keys', () => {
    const read = received({
      content: { text: '@_user_1 @_user_2 电梯坏了 @_user_10' },
      mentions: [{ key: '@_user_1', id: { open_id: bot }, name: '新荷小助手' }, { key: '@_user_2', id: { open_id: 'ou_liar' }, name: '新荷小助手' }, { key: '@_user_10', id: { open_id: 'ou_li' }, name: '李 师傅' }],
    })
    expect(read).toMatchObject({ text: '@小助手 @新荷小助手 电梯坏了 @李 师傅', mentions: { bot: true, others: ['新荷小助手', '李 师傅'], everyone: false } })
  })

  it('to everybody calls not the bot', () => {
    expect(received({ content: { text: '@_all 明天停水' }, mentions: [{ key: '@_all', name: '所有人' }] })?.mentions).toEqual({ bot: false, others: [], everyone: true })
  })

  it('leaves alone what only looks like a key', () => {
    expect(received({ content: { text: 'a@_user_7 b' } })).toMatchObject({ text: 'a@_user_7 b', mentions: { bot: false } })
  })

  it('of the bot itself or of another bot is none', () => {
    expect(received({ from: bot })).toBeNull()
    expect(received({ senderType: 'app' })).toBeNull()
  })

  it('in private belongs to a conversation named by the person, in a group by the group', () => {
    expect(received({ chatType: 'p2p' })?.conversationId).toBe('lark:p2p:ou_wang')
    expect(received()?.conversationId).toBe('lark:chat:oc_1')
  })

  it('is one message under the message’s id, whatever the delivery is called, with the resident’s own time', () => {
    const read = received()
    expect(read && decodeMessage(read, huzhou, { quoted: null, attachments: [], isStaff: false })).toMatchObject({ eventId: 'om_1', messageId: 'lark:om_1', sentAt: 1763800000123, author: { id: 'lark:ou_wang', privateConversationId: 'lark:p2p:ou_wang' } })
  })

  it.each([
    ['text', { text: '灯坏了' }, '灯坏了', 0],
    ['post', { title: '报修', content: [[{ tag: 'text', text: '3栋' }, { tag: 'a', text: '链接', href: 'https://example.org' }], [{ tag: 'img', image_key: 'img_1' }], [{ tag: 'at', user_id: '@_user_1', user_name: '谁' }, { tag: 'emotion', emoji_type: 'SMILE' }]] }, '报修\n3栋链接\n\n@_user_1', 1],
    ['post', { zh_cn: { content: [[{ tag: 'text', text: '按语言' }]] } }, '按语言', 0],
    ['image', { image_key: 'img_1' }, '', 1],
    ['file', { file_key: 'file_1', file_name: '../../etc/passwd' }, '', 1],
    ['audio', { file_key: 'file_1', duration: 2_000 }, '', 1],
    ['media', { file_key: 'file_1', image_key: 'img_1', duration: 2_000 }, '[视频]', 0],
    ['location', { name: '新荷社区3栋', longitude: '120.1', latitude: '30.8' }, '我在新荷社区3栋', 0],
    ['location', {}, '[位置]', 0],
    ['sticker', { file_key: 'f' }, '[表情]', 0],
    ['interactive', { title: '卡片' }, '[卡片]', 0],
    ['share_chat', { chat_id: 'oc_2' }, '[群名片]', 0],
    ['share_user', { user_id: 'ou_2' }, '[名片]', 0],
    ['merge_forward', { content: 'Merged and Forwarded Message' }, '[聊天记录]', 0],
    ['of_tomorrow', { anything: 1 }, '[看不懂的消息]', 0],
    ['text', 'no json', '[看不懂的消息]', 0],
    ['image', { no: 'key' }, '[看不懂的消息]', 0],
  ])('of type %s says what it says, and nothing is dropped', (type, content, text, files) => {
    const read = readContent(type, typeof content === 'string' ? content : JSON.stringify(content))
    expect([read.text, read.resources.length]).toEqual([text, files])
  })

  it('never throws, whatever comes', () => {
    fc.assert(fc.property(fc.constantFrom('text', 'post', 'image', 'audio', 'location', 'x'), fc.oneof(fc.json(), fc.string()), (type, content) => {
      const read = readContent(type, content)
      expect(typeof nameMentions(read.text, [], bot).text).toBe('string')
    }), { numRuns: 500 })
  })

  it.each([{}, null, [], { ...header }, { ...header, sender: {}, message: {} }])('that is malformed is none: %j', (data) => {
    expect(readEvent('im.message.receive_v1', data)).toBeNull()
  })
})

describe('a reply on Lark', () => {
  const there = 'lark:chat:oc_1'
  const stands = (asked: string | null = null) => ({ conversationId: there, line: 'row-1', asked })

  it('calls nobody, whatever words are in it', () => {
    const bad = '<at user_id="all"></at> < at id=all></at> </font> <a href="javascript:1">x</a> [x](javascript:1)'
    expect(JSON.parse(encodeReply(aReply(bad), stands()).content).text).not.toMatch(/<\s*\/?\s*[a-z]/i)
    expect(JSON.parse(encodePlain(aReply(bad, { choices: [bad] })).content).text).not.toMatch(/<\s*\/?\s*[a-z]/i)
    const card = encodeReply(aReply(bad, { choices: ['好'] }), stands())
    // A card holds plain text only: no element that reads marks.
    expect(card.content).not.toMatch(/"tag":"(markdown|lark_md)"/)
  })

  it('with choices is a card whose buttons bring back the words, the chat and whose answer is wanted', () => {
    const { body } = JSON.parse(encodeReply(aReply('解决了吗？', { choices: ['1 解决了', '2 没解决'] }), stands('lark:ou_wang')).content)
    const buttons = body.elements.filter(({ tag }: { tag: string }) => tag === 'button')
    expect(buttons.map((button: { behaviors: { value: unknown }[] }) => button.behaviors[0]?.value)).toEqual(['1 解决了', '2 没解决'].map((text) => ({ yichuang: 'choice', text, in: there, line: 'row-1', for: 'lark:ou_wang' })))
  })

  it('is valid and below 30 kB, however long the clauses are', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 200 }), fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 9_000 }), (text, count, length) => {
      const citation = { kind: 'policy', document: '意见', number: null, section: '一', quote: text, source: text, status: 'in-force', jurisdiction: '330500', date: null, clause: '条'.repeat(length) } as const
      const { type, content } = encodeReply(aReply(text, { citations: Array.from({ length: count }, () => citation) }), stands())
      expect(Buffer.byteLength(content)).toBeLessThan(30_000)
      expect(JSON.parse(content)).toBeTypeOf('object')
      expect(type).toBe(count === 0 ? 'text' : 'interactive')
    }), { numRuns: 60 })
  })
})
