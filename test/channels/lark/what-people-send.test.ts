import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { aPng } from '../pictures.js'
import { group, wang } from './app.js'
import { aHouse, type House } from './house.js'
import { wordsOf, type LarkStandIn } from './stand-in.js'

let house: House
beforeEach(async () => { house = await aHouse() })
afterEach(() => house.close())

/** Sends a message of Lark's and waits until all of it is done; what was said to it. */
async function sends(type: string, content: object, how: Parameters<LarkStandIn['message']>[2] = {}): Promise<string> {
  const before = house.lark.shown.length
  expect((await house.lark.event('im.message.receive_v1', house.lark.message(wang, '', { type, content, ...how }))).how).toBe('acknowledged')
  await house.hood.engine.idle()
  return house.lark.shown.slice(before).map(wordsOf).join('\n')
}
const says = (text: string) => sends('text', { text })

describe('what a resident sends on Lark in private', () => {
  it.each([
    ['a red packet', 'hongbao', {}, '不能收红包'],
    ['a video', 'media', { file_key: 'f' }, '打字说一下'],
    ['somebody’s card', 'share_user', { user_id: 'ou_x' }, '名片我打不开'],
    ['a group’s card', 'share_chat', { chat_id: 'oc_x' }, '打不开'],
    ['forwarded messages', 'merge_forward', {}, '打不开'],
    ['a vote', 'vote', {}, '打不开'],
    ['a place without a name', 'location', {}, '看不出在哪儿'],
    ['a type that nobody knows', 'hologram', { any: 'thing' }, '打不开'],
  ])('%s is said to be of no use as it is, and a report goes on where it was', async (_, type, content, words) => {
    expect(await sends(type, content)).toContain(words)
    await says('我要报修')
    const again = await sends(type, content)
    expect(again).toContain(words)
    expect(again).toContain('什么坏了')
    await says('楼道灯不亮')
    expect(await says('3栋2单元')).toContain('已受理')
  })

  it('a sticker between question and answer is neither: the question stands, however many come', async () => {
    await says('我要报修')
    for (let i = 0; i < 4; i += 1) expect(await sends('sticker', { file_key: 'f' })).toMatch(/：请问是什么坏了/)
    await says('楼道灯不亮')
    expect(await says('3栋2单元')).toContain('已受理')
  })

  it('a place answers where, not what: what is wrong is still asked for', async () => {
    await says('我要报修')
    expect(await sends('location', { name: '新荷社区3栋', longitude: '120.1', latitude: '30.8' })).toContain('什么坏了')
    expect(await says('楼道灯不亮')).toMatch(/已受理.*3栋/)
  })

  it('a voice message is kept with the report just filed and called what it is; by itself it is asked for in writing', async () => {
    house.lark.files.set('om_v/file_1', Buffer.from('OggS voice')).set('om_w/file_1', Buffer.from('OggS voice'))
    expect(await sends('audio', { file_key: 'file_1', duration: 2_000 }, { id: 'om_v' })).toMatch(/录音收到了。我听不了录音，麻烦打字/)
    await says('楼道灯不亮')
    expect(await says('3栋2单元')).toContain('已受理')
    expect(await sends('audio', { file_key: 'file_1', duration: 2_000 }, { id: 'om_w' })).toContain('录音已放进工单')
    expect((await house.hood.requests())[0]?.attachmentIds).toHaveLength(2)
  })

  it('a paper is kept with the report and called a file', async () => {
    house.lark.files.set('om_f/file_1', Buffer.from('%PDF-1.4 示例'))
    expect(await says('3栋2单元楼道灯不亮')).toContain('已受理')
    expect(await sends('file', { file_key: 'file_1', file_name: '合同.pdf' }, { id: 'om_f' })).toContain('文件已放进工单')
  })
})

describe('what is sent in a group on Lark', () => {
  it('a post that calls the bot, with a picture in it, is filed with the picture', async () => {
    house.lark.files.set('om_p/img_1', aPng())
    const said = await sends('post', { content: [[{ tag: 'at', user_id: '@_user_1' }, { tag: 'text', text: ' 3栋2单元楼道灯不亮' }], [{ tag: 'img', image_key: 'img_1' }]] }, { id: 'om_p', chat: group, mentions: [{ key: '@_user_1', id: { open_id: house.lark.botOpenId }, name: '新荷小助手' }] })
    expect(said).toContain('已受理')
    expect((await house.hood.requests())[0]?.attachmentIds).toHaveLength(1)
  })

  it.each([['sticker', { file_key: 'f' }], ['location', { name: '新荷社区3栋' }], ['hongbao', {}], ['media', { file_key: 'f' }], ['share_user', { user_id: 'x' }]])('%s among neighbours is answered by nobody', async (type, content) => {
    expect(await sends(type, content, { chat: group })).toBe('')
  })

  it('a reaction is acknowledged and answered by nobody', async () => {
    await sends('text', { text: '@_user_1 3栋2单元楼道灯不亮' }, { chat: group, mentions: [{ key: '@_user_1', id: { open_id: house.lark.botOpenId }, name: '新荷小助手' }] })
    const before = house.lark.shown.length
    for (const type of ['im.message.reaction.created_v1', 'im.message.reaction.deleted_v1']) {
      expect((await house.lark.event(type, { message_id: house.lark.shown[0]?.id, reaction_type: { emoji_type: 'THUMBSUP' }, operator_type: 'user', user_id: { open_id: wang } })).how).toBe('acknowledged')
    }
    await house.hood.engine.idle()
    expect(house.lark.shown).toHaveLength(before)
  })
})
