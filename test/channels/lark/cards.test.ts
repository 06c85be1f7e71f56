import { afterEach, describe, expect, it } from 'vitest'
import type { InboundMessage } from '../../../src/channels/channel.js'
import { aReply } from '../../contracts/channel.js'
import { huzhou } from '../../desk/running-server.js'
import { aJpeg } from '../pictures.js'
import { group, larkApp, wang, zhang, type LarkApp } from './app.js'
import { aHouse, type House } from './house.js'
import { buttonsOf, fieldsOf, wordsOf, type LarkStandIn, type Shown } from './stand-in.js'

let open: { close(): Promise<void> }
afterEach(() => open.close())

const anApp = async (): Promise<LarkApp> => { const app = await larkApp(); open = app; return app }
const anOpenHouse = async (): Promise<House> => { const house = await aHouse(); open = house; return house }
const toWang = { channel: 'lark', conversationId: `lark:p2p:${wang}`, chat: 'private', residentId: `lark:${wang}` } as const

const last = (lark: LarkStandIn, to = wang): Shown => lark.shown.findLast((one) => one.to === to) ?? { id: '', to, type: 'text', content: '{"text":""}', replyTo: null, at: 0 }

function press(lark: LarkStandIn, card: Shown, label: string, fields?: Readonly<Record<string, string>>, by = wang) {
  const value = buttonsOf(card).find(({ text }) => text.includes(label))?.value
  return lark.event('card.action.trigger', { operator: { open_id: by }, action: { tag: 'button', value, ...(fields === undefined ? {} : { form_value: fields }) }, context: { open_message_id: card.id, open_chat_id: card.to === by ? `oc_p2p_${by}` : card.to } })
}

describe('a form as a card', () => {
  async function aMealForm(): Promise<House> {
    const house = await anOpenHouse()
    await house.lark.event('im.message.receive_v1', house.lark.message(wang, '想给我妈申请上门助浴'))
    await house.hood.engine.idle()
    return house
  }

  it('asks all that is missing at once, says why, and asks it in words as well', async () => {
    const { lark } = await aMealForm()
    const card = last(lark)
    expect(card.type).toBe('interactive')
    expect(fieldsOf(card).map(({ name }) => name)).toEqual(expect.arrayContaining(['addr', 'phone']))
    expect(fieldsOf(card).every(({ words }) => words.length > 2)).toBe(true)
    expect(wordsOf(card)).toMatch(/电话/)
  })

  it('filled in once goes straight to the reading-back, and what was filled in stands where the fields were', async () => {
    const { lark, hood } = await aMealForm()
    const card = last(lark)
    const { answer } = await press(lark, card, '填好了', { need: '', addr: '3栋2单元', phone: '138 0000 0001' })
    const left = JSON.stringify((answer as { card: { data: unknown } }).card.data)
    expect(left).toContain('3栋2单元')
    expect(left).not.toContain('"input"')
    await hood.engine.idle()
    const read = wordsOf(last(lark))
    expect(read).toContain('3栋2单元')
    expect(read).toContain('138 0000 0001')
    await press(lark, last(lark), '对')
    await hood.engine.idle()
    const [request] = await hood.requests()
    expect(request).toMatchObject({ serviceCode: 'bath-help', status: 'assigned' })
  })

  it('filled in by half is asked for the rest, in words', async () => {
    const { lark, hood } = await aMealForm()
    await press(lark, last(lark), '填好了', { addr: '3栋2单元' })
    await hood.engine.idle()
    expect(wordsOf(last(lark))).toMatch(/电话/)
    await lark.event('im.message.receive_v1', lark.message(wang, '13800000001'))
    await hood.engine.idle()
    expect(wordsOf(last(lark))).toMatch(/3栋2单元[\s\S]*13800000001/)
  })

  it('of a public fault asks its first question in words and offers all fields, and filled in is filed at once', async () => {
    const { lark, hood } = await anOpenHouse()
    await lark.event('im.message.receive_v1', lark.message(wang, '我要报修'))
    await hood.engine.idle()
    const card = last(lark)
    expect(fieldsOf(card).map(({ name }) => name)).toEqual(['object', 'addr'])
    await press(lark, card, '填好了', { object: '楼道灯不亮', addr: '3栋2单元' })
    await hood.engine.idle()
    expect(await hood.requests()).toMatchObject([{ serviceCode: 'public-fault', description: expect.stringContaining('灯') }])
    expect(wordsOf(last(lark))).toMatch(/已受理.*3栋2单元/)
  })

  it('with nothing in it is not sent, and the form goes on by typing', async () => {
    const { lark, hood } = await aMealForm()
    const { answer } = await press(lark, last(lark), '填好了', { addr: ' ' })
    expect(answer).toMatchObject({ toast: { type: 'warning' } })
    await lark.event('im.message.receive_v1', lark.message(wang, '3栋2单元，电话13800000001'))
    await hood.engine.idle()
    expect(wordsOf(last(lark))).toMatch(/3栋2单元/)
  })

  it('of a service that is not being asked about fills in nothing of another', async () => {
    const { lark, hood } = await aMealForm()
    const old = last(lark)
    await lark.event('im.message.receive_v1', lark.message(wang, '取消'))
    await hood.engine.idle()
    await press(lark, old, '填好了', { phone: '13800000002' })
    await hood.engine.idle()
    expect(await hood.requests()).toEqual([])
  })

  it('that Lark does not draw is asked in plain words', async () => {
    const { lark, channel } = await anApp()
    lark.failNext({ status: 400, code: 230099 })
    const form = { serviceCode: 'elderly-service', title: '养老服务', fields: [{ name: 'addr', label: '地点', why: '好找到', options: [] }, { name: 'phone', label: '电话', why: '好联系', options: [] }] }
    await channel.send(toWang, aReply('住哪儿？电话多少？', { form }), 'k-1')
    expect(lark.shown).toMatchObject([{ type: 'text', content: JSON.stringify({ text: '住哪儿？电话多少？' }) }])
  })
})

describe('a rating', () => {
  it('of five grades is five buttons in a row; the one pressed takes their place and is the mark', async () => {
    const { lark, hood } = await anOpenHouse()
    await lark.event('im.message.receive_v1', lark.message(wang, '3栋楼下的灯坏了'))
    await hood.engine.idle()
    const [filed] = await hood.requests()
    const zhou = { kind: 'staff', id: 'staff-1', name: '小周', isLead: false } as const
    const taken = await hood.engine.actOnRequest(hood.communityId, filed?.id ?? '', filed?.rev ?? 0, { name: 'take', reason: null, brings: null }, zhou)
    await hood.engine.actOnRequest(hood.communityId, taken.id, taken.rev, { name: 'close', reason: null, brings: { kind: 'evidence', attachmentIds: [], statement: '换了灯管' } }, zhou)
    await hood.engine.idle()
    await press(lark, last(lark), '1 解决了')
    await hood.engine.idle()
    const card = last(lark)
    expect(buttonsOf(card).map(({ text }) => text)).toEqual(['5分 非常满意', '4分 满意', '3分 基本满意', '2分 不满意', '1分 非常不满意'])
    const { answer } = await press(lark, card, '4分')
    expect(JSON.stringify(answer)).toContain('✓ 4分 满意')
    await hood.engine.idle()
    expect((await hood.requests())[0]?.ratings).toMatchObject([{ stars: 4 }])
  })

  it('asked for before a restart is given once after it, and what was pressed takes the buttons’ place', async () => {
    const house = await anOpenHouse()
    const { lark, hood } = house
    await lark.event('im.message.receive_v1', lark.message(wang, '我要报修'))
    await hood.engine.idle()
    const card = last(lark)
    await house.restartChannel()
    const { answer } = await press(lark, card, '填好了', { object: '楼道灯不亮', addr: '3栋2单元' })
    const left = JSON.stringify((answer as { card: { data: unknown } }).card.data)
    expect(left).toContain('3栋2单元')
    expect(left).not.toContain('"input"')
    await hood.engine.idle()
    await house.restartChannel()
    const again = await press(lark, card, '填好了', { object: '电梯坏了', addr: '5栋' })
    await hood.engine.idle()
    expect(again.answer).toMatchObject({ toast: { content: expect.stringContaining('已经选过') } })
    expect(await hood.requests()).toMatchObject([{ address: expect.stringContaining('3栋2单元') }])
  })

  it('is given once: a second press on the old card changes nothing and says what was chosen', async () => {
    const app = await anApp()
    await app.channel.send(toWang, aReply('请评价', { choices: ['5分 非常满意', '1分 非常不满意'] }), 'k-1')
    const card = last(app.lark)
    await press(app.lark, card, '5分')
    const { answer } = await press(app.lark, card, '1分')
    expect(answer).toMatchObject({ toast: { content: expect.stringContaining('5分') } })
    expect(app.taken).toHaveLength(1)
  })
})

describe('files of a reply', () => {
  async function aKeptFile(app: LarkApp, kind: 'image' | 'file', bytes: Buffer) {
    const id = `att-${kind}`
    await app.store.saveBlob(huzhou, id, bytes)
    const mediaType = kind === 'image' ? 'image/jpeg' : 'application/pdf'
    await app.store.commit(huzhou, [{ op: 'put', table: 'attachments', row: { id, rev: 0, residentId: `lark:${wang}`, conversationId: toWang.conversationId, kind, mediaType, bytes: bytes.length, sha256: '', at: app.now() } }])
    return { id, kind, mediaType, bytes: bytes.length }
  }

  it('come after the words, pictures as pictures and papers as files, each once however often it is sent', async () => {
    const app = await anApp()
    const [picture, paper] = [aJpeg(), Buffer.from('%PDF-1.4 示例')]
    const attachments = [await aKeptFile(app, 'image', picture), await aKeptFile(app, 'file', paper)]
    app.lark.failNext({ status: 500, code: 1, butDone: true })
    await expect(app.channel.send(toWang, aReply('看这里', { attachments }), 'k-1')).rejects.toMatchObject({ code: 'unavailable' })
    await app.channel.send(toWang, aReply('看这里', { attachments }), 'k-1')
    expect(app.lark.shown.map(({ type }) => type)).toEqual(['text', 'image', 'file'])
    expect([...app.lark.uploads.values()]).toEqual([picture, paper])
  })

  it('that are no longer kept are left out', async () => {
    const app = await anApp()
    await app.channel.send(toWang, aReply('看这里', { attachments: [{ id: 'att-gone', kind: 'image', mediaType: 'image/jpeg', bytes: 3 }] }), 'k-1')
    expect(app.lark.shown.map(({ type }) => type)).toEqual(['text'])
  })
})

describe('what Lark tells of a message', () => {
  it('is heard in a thread and beside a quotation, by the id of who is called and not by the name', async () => {
    const app = await anApp()
    const hear = (text: string, how: Parameters<LarkStandIn['message']>[2]) => app.lark.event('im.message.receive_v1', app.lark.message(zhang, text, { chat: group, ...how }))
    await hear('@_user_1 灯坏了', { mentions: [{ key: '@_user_1', id: { open_id: 'ou_liar' }, name: '新荷小助手' }] })
    await hear('灯坏了', { mentionsBot: true, parent: 'om_somewhere' })
    expect((app.taken as InboundMessage[]).map(({ mentions, quoted }) => [mentions.bot, quoted?.messageId ?? null])).toEqual([[false, null], [true, 'lark:om_somewhere']])
  })

  it('a voice message is kept as a sound, a place is said in words, a sticker is no matter', async () => {
    const app = await anApp()
    app.lark.files.set('om_v/file_1', Buffer.from('OggS voice'))
    const hear = (type: string, content: object, id: string) => app.lark.event('im.message.receive_v1', app.lark.message(wang, '', { type, content, id }))
    await hear('audio', { file_key: 'file_1', duration: 2_000 }, 'om_v')
    await hear('location', { name: '新荷社区3栋', longitude: '120.1', latitude: '30.8' }, 'om_l')
    await hear('sticker', { file_key: 'f' }, 'om_s')
    expect((app.taken as InboundMessage[]).map(({ text, attachments }) => [text, attachments.map(({ kind }) => kind)])).toEqual([['', ['voice']], ['我在新荷社区3栋', []], ['[表情]', []]])
  })
})
