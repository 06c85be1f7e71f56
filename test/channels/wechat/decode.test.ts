import { describe, expect, it } from 'vitest'
import { readMessage, readQuotation, type ReadMessage } from '../../../src/channels/wechat/decode.js'
import { readMentions } from '../../../src/channels/wechat/mentions.js'
import type { PlatformMessage } from '../../../src/channels/wechat/wire.js'

const self = { id: '@bot', name: '小助手', alias: null }

function aMessage(given: Partial<PlatformMessage> = {}): PlatformMessage {
  return { id: '8001', kind: 'text', talker: { id: '@wang', name: '王阿姨', isAccount: false }, roomId: '@@lotus', text: '灯坏了', mentionIds: [], selfAlias: null, sentAt: 1_000, ...given }
}

function read(given: Partial<PlatformMessage>): ReadMessage {
  const decoded = readMessage(aMessage(given), self)
  if (decoded.kind !== 'message') throw new Error(decoded.kind)
  return decoded.read
}

describe('who is addressed in a room', () => {
  it.each([
    ['as WeChat fills it in', '@小助手\u2005三号楼灯坏了'],
    ['with a space', '@小助手 三号楼灯坏了'],
    ['with nothing behind it', '@小助手三号楼灯坏了'],
    ['with a full-width sign', '＠小助手 三号楼灯坏了'],
    ['in the middle of the line', '三号楼灯坏了@小助手\u2005快来看看'],
    ['at the end', '三号楼灯坏了@小助手'],
    ['after another person', '@老张\u2005你看，@小助手\u2005三号楼灯坏了'],
    ['on its own line', '三号楼灯坏了\n@小助手\u2005'],
  ])('is us, written %s', (_, text) => {
    expect(readMentions(text, [], self).mentions.bot).toBe(true)
  })

  it('is us by id, whatever the line calls us', () => {
    expect(readMentions('@小一\u2005三号楼灯坏了', ['@bot'], self).mentions.bot).toBe(true)
  })

  it('is us by the name we have in this room, and by a name with spaces', () => {
    expect(readMentions('@莲花 小帮手\u2005灯坏了', [], { ...self, alias: '莲花 小帮手' })).toMatchObject({ text: '@小助手 灯坏了', mentions: { bot: true, others: [] } })
    expect(readMentions('@莲花 小帮手 灯坏了', [], { ...self, alias: '莲花 小帮手' }).mentions.bot).toBe(true)
  })

  it.each([
    ['a neighbour', '@老张\u2005你家水费交了吗'],
    ['a neighbour whom the client names in two words', '@老 张\u2005你家水费交了吗'],
    ['nobody, in an address', '发到 wang@example.org 就行'],
  ])('is %s and not us', (_, text) => {
    expect(readMentions(text, [], self).mentions.bot).toBe(false)
  })

  it('is everybody when @所有人 is written, and that is not us', () => {
    expect(readMentions('@所有人\u2005明天停水', [], self).mentions).toMatchObject({ bot: false, everyone: true })
  })

  it('is another by id, though no name is known', () => {
    expect(readMentions('@老张\u2005看一下', ['@zhang'], self).mentions).toMatchObject({ bot: false, others: ['@zhang'] })
  })
})

describe('what is quoted', () => {
  const quoted = '「小助手：已受理：3栋楼下公共照明」\n- - - - - - - - - - - - - - -\n什么时候修好'

  it('is split from what is said to it', () => {
    expect(readQuotation(quoted)).toEqual({ name: '小助手', text: '已受理：3栋楼下公共照明', reply: '什么时候修好' })
    expect(read({ text: quoted })).toMatchObject({ text: '什么时候修好', quoted: { text: '已受理：3栋楼下公共照明', byBot: true } })
  })

  it('keeps lines and brackets of what was said', () => {
    expect(readQuotation('「老张：昨天「停水」\n今天又停」\n- - - - - - - - - - - - - - -\n@小助手\u2005几点来水')).toEqual({ name: '老张', text: '昨天「停水」\n今天又停', reply: '@小助手\u2005几点来水' })
  })

  it('is a neighbour’s when the name is', () => {
    expect(read({ text: quoted.replace('小助手', '老张') }).quoted?.byBot).toBe(false)
  })

  it('is nothing where brackets only are used', () => {
    expect(readQuotation('「通知：明天停水」')).toBeNull()
  })
})

describe('what a message is to us', () => {
  it.each([
    ['a picture is fetched', { kind: 'image', text: '<msg><img/></msg>' }, { text: '', carries: 'image' }],
    ['a file is fetched', { kind: 'file', text: '<msg/>' }, { text: '', carries: 'file' }],
    ['a voice with the platform’s words is those words', { kind: 'voice', text: '三号楼灯坏了' }, { text: '三号楼灯坏了', carries: null }],
    ['a voice without words is one', { kind: 'voice', text: '<msg><voicemsg length="900"/></msg>' }, { text: '', carries: 'voice' }],
    ['a place is where somebody is', { kind: 'location', text: '示例小区3号楼' }, { text: '我在示例小区3号楼', carries: null }],
    ['a card of a person is one', { kind: 'contact', text: '<msg username="x"/>' }, { text: '[名片]', carries: null }],
    ['a link is one', { kind: 'link', text: '全场一折' }, { text: '[链接]', carries: null }],
    ['a red packet is one', { kind: 'red-packet', text: '<msg/>' }, { text: '[红包]', carries: null }],
  ] as const)('%s', (_, given, expected) => {
    expect(read(given)).toMatchObject(expected)
  })

  it.each([
    ['our own words', { talker: { id: '@bot', name: '小助手', isAccount: false } }],
    ['a subscription account’s', { talker: { id: '@news', name: '某公众号', isAccount: true } }],
    ['WeChat’s grey lines', { kind: 'system', text: '"老张"邀请"小李"加入了群聊' }],
    ['a recall that names no message', { kind: 'recalled', text: '"王阿姨" 撤回了一条消息' }],
  ] as const)('%s are nothing', (_, given) => {
    expect(readMessage(aMessage(given), self).kind).toBe('nothing')
  })

  it('a recall names its message, bare or in WeChat’s XML', () => {
    expect(readMessage(aMessage({ kind: 'recalled', text: '7788990011' }), self)).toMatchObject({ platformId: '7788990011' })
    expect(readMessage(aMessage({ kind: 'recalled', text: '<sysmsg><revokemsg><msgid>11</msgid><newmsgid>7788990011</newmsgid></revokemsg></sysmsg>' }), self)).toMatchObject({ platformId: '7788990011' })
  })

  it('a private line stays as it was typed', () => {
    expect(read({ roomId: null, text: '「@小助手\u2005」' }).text).toBe('「@小助手\u2005」')
  })
})
