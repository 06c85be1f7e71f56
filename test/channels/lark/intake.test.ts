import { afterEach, describe, expect, it } from 'vitest'
import type { InboundMessage } from '../../../src/channels/channel.js'
import { aReply } from '../../contracts/channel.js'
import { huzhou, puyang } from '../../desk/running-server.js'
import { aJpeg, segment } from '../pictures.js'
import { group, larkApp, wang, zhang, type LarkApp } from './app.js'
import { wordsOf } from './stand-in.js'

let app: LarkApp
afterEach(() => app.close())

const received = 'im.message.receive_v1'
const shownIn = (to: string): string[] => app.lark.shown.filter((one) => one.to === to).map(wordsOf)
const texts = (): string[] => app.taken.filter((event): event is InboundMessage => event.kind === 'message').map(({ text }) => text)
const say = (from: string, text: string, how: Parameters<LarkApp['lark']['message']>[2] = {}) => app.lark.event(received, app.lark.message(from, text, how))

describe('a group that nobody paired', () => {
  it('is told once how to pair it when it calls the bot, and nothing of it is handed on or kept', async () => {
    app = await larkApp({ isUnpaired: true })
    for (const text of ['3栋灯坏了', '有人吗']) expect((await say(wang, text, { chat: group })).how).toBe('acknowledged')
    expect(shownIn(group)).toEqual([])
    for (const text of ['在吗', '还在吗']) await say(wang, text, { chat: group, mentionsBot: true })
    expect(shownIn(group)).toHaveLength(1)
    expect(shownIn(group)[0]).toContain('配对')
    expect(app.taken).toEqual([])
    expect(await app.store.communities()).toEqual([])
  })

  it('is paired by an admin’s code, once, within half an hour, and not by guessing', async () => {
    app = await larkApp({ isUnpaired: true })
    const code = await app.pairing.issue({ kind: 'room', communityId: huzhou, use: 'residents' })
    await say(wang, ' 配对 AAAA-BBBB', { chat: group, mentionsBot: true })
    expect(shownIn(group).at(-1)).toContain('不对')
    await say(wang, ` 配对 ${code.toLowerCase().replace('-', '')}`, { chat: group, mentionsBot: true })
    expect(shownIn(group).at(-1)).toContain('示例社区')
    await say(wang, '3栋灯坏了', { chat: group })
    expect(app.taken).toMatchObject([{ communityId: huzhou, conversationId: `lark:chat:${group}` }])
    await say(wang, `配对 ${code}`, { chat: 'oc_other' })
    expect(await app.pairing.room('lark:chat:oc_other')).toBeNull()
    const late = await app.pairing.issue({ kind: 'room', communityId: puyang, use: 'residents' })
    app.pass(31 * 60_000)
    await say(zhang, `配对 ${late}`, { chat: 'oc_other' })
    expect(await app.pairing.room('lark:chat:oc_other')).toBeNull()
    const good = await app.pairing.issue({ kind: 'room', communityId: puyang, use: 'residents' })
    for (let i = 0; i < 10; i += 1) await say(zhang, `配对 AAAA-22${String(i).padStart(2, '2')}`.replace(/[01]/g, '3'), { chat: 'oc_other' })
    await say(zhang, `配对 ${good}`, { chat: 'oc_other' })
    expect(await app.pairing.room('lark:chat:oc_other')).toBeNull()
  })
})

describe('a resident in private', () => {
  it('of the only group’s community is not asked where they live', async () => {
    app = await larkApp()
    await say(wang, '居住证怎么办')
    expect(app.taken).toMatchObject([{ communityId: huzhou, chat: 'private', conversationId: `lark:p2p:${wang}` }])
  })

  it('is asked where they live when the groups don’t tell, and what was said first is answered then', async () => {
    app = await larkApp()
    await app.pairing.pair({ id: 'lark:chat:oc_other', channel: 'lark', communityId: puyang, use: 'residents' })
    await say(wang, '居住证怎么办', { id: 'om_first' })
    expect(app.taken).toEqual([])
    expect(shownIn(wang)).toEqual([expect.stringMatching(/1 示例社区\n2 另一个社区/)])
    await say(wang, '什么意思')
    expect(app.taken).toEqual([])
    for (let i = 0; i < 3; i += 1) await say(wang, '2', { id: 'om_pick' })
    expect(app.taken).toMatchObject([{ communityId: puyang, text: '居住证怎么办', messageId: 'lark:om_first' }])
    await say(wang, '要带什么')
    expect(app.taken.at(-1)).toMatchObject({ communityId: puyang, text: '要带什么' })
  })

  it('is known from the group they write in', async () => {
    app = await larkApp()
    await app.pairing.pair({ id: 'lark:chat:oc_other', channel: 'lark', communityId: puyang, use: 'residents' })
    await say(zhang, '早', { chat: 'oc_other' })
    await say(zhang, '居住证怎么办')
    expect(app.taken.at(-1)).toMatchObject({ communityId: puyang, chat: 'private' })
  })

  it('in danger is not asked anything first', async () => {
    app = await larkApp()
    await app.pairing.pair({ id: 'lark:chat:oc_other', channel: 'lark', communityId: puyang, use: 'residents' })
    await say(wang, '家里着火了救命')
    expect(texts()).toEqual(['家里着火了救命'])
  })
})

describe('files', () => {
  const picture = { type: 'image', content: { image_key: 'img_1' } } as const

  it('in private are fetched, checked by their bytes and kept without place and device; the same message again keeps them once', async () => {
    app = await larkApp()
    app.lark.files.set('om_p/img_1', aJpeg({ besides: [segment(0xe1, 'Exif\0\0where and when')] }))
    for (let i = 0; i < 3; i += 1) expect((await say(wang, '', { ...picture, id: 'om_p' })).how).toBe('acknowledged')
    const [message] = app.taken as InboundMessage[]
    expect(message?.attachments).toMatchObject([{ kind: 'image', mediaType: 'image/jpeg' }])
    const kept = await app.store.loadBlob(huzhou, message?.attachments[0]?.id ?? '')
    expect(Buffer.from(kept ?? []).includes('Exif')).toBe(false)
    expect(await app.store.find(huzhou, 'attachments', {})).toHaveLength(1)
  })

  it('that are not what they seem are refused with a sentence, and what was written beside them is answered', async () => {
    app = await larkApp()
    app.lark.files.set('om_p/img_1', Buffer.from('<html>not a picture</html>'))
    await say(wang, '', { ...picture, id: 'om_p' })
    expect(app.taken).toEqual([])
    expect(shownIn(wang)).toEqual([expect.stringContaining('照片')])
    app.lark.files.set('om_q/img_1', Buffer.from('nothing'))
    await say(wang, '', { id: 'om_q', type: 'post', content: { content: [[{ tag: 'text', text: '灯坏了' }], [{ tag: 'img', image_key: 'img_1' }]] } })
    expect(app.taken).toMatchObject([{ text: '灯坏了', attachments: [] }])
  })

  it('that neighbours show each other are not looked at; those of somebody who just called the bot are', async () => {
    app = await larkApp()
    app.lark.files.set('om_a/img_1', aJpeg()).set('om_b/img_1', aJpeg())
    await say(zhang, '', { ...picture, chat: group, id: 'om_a' })
    await say(wang, '这个怎么修', { chat: group, mentionsBot: true })
    await say(wang, '', { ...picture, chat: group, id: 'om_b' })
    expect((app.taken as InboundMessage[]).map(({ text, attachments }) => [text, attachments.length])).toEqual([['[图片]', 0], ['@小助手 这个怎么修', 0], ['', 1]])
    expect(await app.store.find(huzhou, 'attachments', {})).toHaveLength(1)
  })

  it('that Lark does not give just now are not acknowledged, and taken when the message comes again', async () => {
    app = await larkApp()
    expect((await say(wang, '', { ...picture, id: 'om_p' })).how).toBe('refused')
    app.lark.files.set('om_p/img_1', aJpeg())
    expect((await say(wang, '', { ...picture, id: 'om_p' })).how).toBe('acknowledged')
    expect(app.taken).toHaveLength(1)
  })
})

describe('a quotation', () => {
  it('of our own words is known as ours, also when they are only with Lark', async () => {
    app = await larkApp()
    const { messageId } = await app.channel.send({ channel: 'lark', conversationId: `lark:chat:${group}`, chat: 'group', residentId: null }, aReply('已受理'), 'k-1')
    await say(wang, '什么时候来', { chat: group, parent: messageId?.replace('lark:', '') ?? '' })
    app.lark.history.set(group, [{ message_id: 'om_n', msg_type: 'text', create_time: '1', sender: { id: zhang, sender_type: 'user' }, body: { content: '{"text":"邻居的话"}' } }])
    await say(wang, '同意', { chat: group, parent: 'om_n' })
    await say(wang, '看不到了', { chat: group, parent: 'om_lost' })
    expect((app.taken as InboundMessage[]).map(({ quoted }) => quoted)).toEqual([
      { messageId, text: '已受理', byBot: true }, { messageId: 'lark:om_n', text: '邻居的话', byBot: false }, { messageId: 'lark:om_lost', text: '', byBot: false },
    ])
  })
})

describe('a button', () => {
  const press = (by: string, value: unknown, chat = `oc_p2p_${by}`, cardId = 'om_card', eventId?: string) =>
    app.lark.event('card.action.trigger', { operator: { open_id: by }, action: { tag: 'button', value }, context: { open_message_id: cardId, open_chat_id: chat } }, eventId === undefined ? {} : { eventId })
  const choice = (text: string, where: string, whose: string | null = null) => ({ yichuang: 'choice', text, in: where, for: whose })

  it('is as good as the typed answer; pressed twice and delivered five times it is one message', async () => {
    app = await larkApp()
    const value = choice('1 解决了', `lark:p2p:${wang}`)
    for (let i = 0; i < 5; i += 1) await press(wang, value, undefined, 'om_card', 'e-1')
    const { answer } = await press(wang, value)
    expect(answer).toMatchObject({ toast: { content: '已收到：1 解决了' } })
    expect(new Set((app.taken as InboundMessage[]).map(({ eventId }) => eventId)).size).toBe(1)
    expect(app.taken[0]).toMatchObject({ text: '1 解决了', chat: 'private', author: { id: `lark:${wang}` } })
  })

  it('takes the card’s buttons away once pressed, with what was chosen in their place', async () => {
    app = await larkApp()
    const { messageId } = await app.channel.send({ channel: 'lark', conversationId: `lark:p2p:${wang}`, chat: 'private', residentId: `lark:${wang}` }, aReply('解决了吗？', { choices: ['1 解决了', '2 没解决'] }), 'k-1')
    const { answer } = await press(wang, choice('2 没解决', `lark:p2p:${wang}`), undefined, messageId?.replace('lark:', '') ?? '')
    const card = JSON.stringify((answer as { card: { data: unknown } }).card.data)
    expect(card).toContain('解决了吗？')
    expect(card).toContain('✓ 2 没解决')
    expect(card).not.toContain('button')
  })

  it.each([
    ['passed on to another chat', () => press(wang, choice('对', `lark:chat:${group}`))],
    ['of somebody else’s private chat', () => press(wang, choice('对', `lark:p2p:${zhang}`))],
    ['of another neighbour in the group', () => press(wang, choice('对', `lark:chat:${group}`, `lark:${zhang}`), group)],
    ['with a value that is none of ours', () => press(wang, { anything: 'else' })],
    ['without a value', () => press(wang, undefined)],
  ])('%s does nothing and says so', async (_, how) => {
    app = await larkApp()
    const { how: acknowledged, answer } = await how()
    expect([acknowledged, app.taken]).toEqual(['acknowledged', []])
    expect((answer as { toast: { content: string } }).toast.content).toMatch(/失效|那位邻居/)
  })
})

describe('who comes and goes', () => {
  it('newcomers are welcomed once for all who come together, with the privacy notice', async () => {
    app = await larkApp()
    const joined = (name: string) => app.lark.event('im.chat.member.user.added_v1', { chat_id: group, users: [{ name, user_id: { open_id: `ou_${name}` } }] })
    for (const name of ['甲', '乙', '丙']) await joined(name)
    expect(shownIn(group)).toHaveLength(1)
    expect(shownIn(group)[0]).toMatch(/是程序，不是真人/)
    app.pass(11 * 60_000)
    await joined('丁')
    expect(shownIn(group)).toHaveLength(2)
  })

  it('the bot, put into a group, says how it is paired; taken out, the group is no longer one of ours', async () => {
    app = await larkApp()
    await app.lark.event('im.chat.member.bot.added_v1', { chat_id: 'oc_new' })
    expect(shownIn('oc_new')).toEqual([expect.stringContaining('配对')])
    await app.lark.event('im.chat.member.bot.deleted_v1', { chat_id: group })
    expect(await app.pairing.rooms('lark')).toEqual([])
    await app.lark.event('im.chat.member.bot.added_v1', { chat_id: group })
    expect(await app.pairing.rooms('lark')).toHaveLength(1)
    expect(shownIn(group)).toEqual([])
  })

  it('reactions and read receipts are acknowledged and mean nothing', async () => {
    app = await larkApp()
    expect((await app.lark.event('im.message.reaction.created_v1', { message_id: 'om_1', reaction_type: { emoji_type: 'OK' } })).how).toBe('acknowledged')
    expect(app.taken).toEqual([])
  })
})
