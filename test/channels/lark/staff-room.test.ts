import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { encodeReply } from '../../../src/channels/web/lines.js'
import { PLATFORM } from '../../../src/knowledge/community.js'
import { aReply } from '../../contracts/channel.js'
import { aStaffAccount, PUYANG } from '../../store/rows.js'
import { aJpeg } from '../pictures.js'
import { group, until, wang, zhang } from './app.js'
import { aStaffedHouse, staffRoom, type StaffedHouse } from './house.js'
import { buttonsOf, fieldsOf, wordsOf } from './stand-in.js'

const li = 'ou_li'
const head = 'ou_head'
const paper = Buffer.from('%PDF-1.4 示例')

let house: StaffedHouse
beforeEach(async () => {
  house = await aStaffedHouse(() => [house.hood.channel])
  await house.link(li, '小李')
  await house.link(head, '赵主任', 'lead')
})
afterEach(() => house.close())

const request = async () => (await house.hood.requests())[0]
const follows = (words: string) => until(() => wordsOf(house.card()).includes(words))
const sentTo = (to: string, type: string) => house.lark.shown.filter((one) => one.to === to && one.type === type)
const bytesOf = (content: string | undefined) => { const { image_key: image, file_key: file } = JSON.parse(content ?? '{}'); return house.lark.uploads.get(image ?? file) }

describe('a card in the staff group', () => {
  it('offers 接单 first, then 办结, 退回, 转单 and 催办, and changes in its place', async () => {
    await house.aFault()
    expect(buttonsOf(house.card()).map(({ text }) => text)).toContain('接单')
    await house.press('接单')
    await follows('小周负责')
    expect(buttonsOf(house.card()).map(({ text }) => text)).toEqual(expect.arrayContaining(['办结', '退回', '转单', '催办']))
    expect(fieldsOf(house.card()).find(({ name }) => name === 'to')?.options.map(({ text }) => text)).toEqual(['小李', '赵主任'])
    expect(house.lark.shown.filter((one) => one.to === staffRoom && one.type === 'interactive')).toHaveLength(1)
  })

  it('handed on by its owner stays with the owner until the other accepts, and nobody else can', async () => {
    await house.aFault()
    await house.press('接单')
    await follows('小周负责')
    expect(await house.press('转单', { fields: { to: 'staff-li', words: '他管电工' } })).toContain('已办好')
    await follows('已转请小李办理')
    expect((await request())?.owner.id).toBe('staff-zhou')
    expect(await house.press('承接', { from: head })).toContain('没有转给您')
    expect(await house.press('承接', { from: li })).toContain('已办好')
    await follows('小李负责')
    expect((await request())?.owner.id).toBe('staff-li')
  })

  it('handed on by the head is the other’s at once', async () => {
    await house.aFault()
    expect(await house.press('转单', { from: head, fields: { to: 'staff-li' } })).toContain('已办好')
    expect((await request())?.owner.id).toBe('staff-li')
  })

  it('is handed on in words too, and says who there is when nobody is named', async () => {
    await house.aFault()
    await house.press('接单')
    await house.write('转单')
    expect(house.inThread().at(-1)).toMatch(/转给谁.*小李/)
    await house.write('转单 小李，他管电工')
    expect((await request())?.history.at(-1)).toMatchObject({ move: 'forward', note: '他管电工' })
  })

  it('is urged by the head and by nobody else, and shows how often', async () => {
    await house.aFault()
    expect(await house.press('催办', { fields: { words: '今天要有结果' } })).toContain('别的人')
    expect(await house.press('催办', { from: head, fields: { words: '今天要有结果' } })).toContain('已办好')
    await follows('负责人已催办1次')
    expect((await request())?.history.at(-1)).toMatchObject({ move: 'supervise', note: '今天要有结果' })
  })

  it('pressed by two at once is taken by one, and the other hears whose it is', async () => {
    await house.aFault()
    const said = await Promise.all([house.press('接单'), house.press('接单', { from: li })])
    expect(said.filter((words) => words.includes('已办好'))).toHaveLength(1)
    expect(said.filter((words) => words.includes('已经有人负责'))).toHaveLength(1)
  })

  it('is the same card after a restart, with what happened meanwhile', async () => {
    await house.aFault()
    const { id } = house.card()
    await house.restartChannel()
    await house.press('接单')
    await follows('小周负责')
    expect([house.card().id, house.lark.shown.filter((one) => one.to === staffRoom && one.type === 'interactive').length]).toEqual([id, 1])
    await house.write('办结 换了灯管')
    await house.restartChannel()
    await follows('待居民确认')
    expect(house.card().id).toBe(id)
  })

  it('that Lark does not draw is words, each change follows under the first, and what is written there reaches the resident', async () => {
    const undrawable = { status: 400, code: 230099 }
    house.lark.failNext(undrawable)
    await house.hood.says('li', '5栋电梯坏了')
    const inWords = () => house.lark.shown.find((one) => one.to === staffRoom && one.type === 'text' && one.content.includes('5栋'))
    await until(() => inWords() !== undefined)
    const root = inWords()
    expect(root && wordsOf(root)).toMatch(/^工单 HZ-[\s\S]*现在已派单/)
    const [first] = (await house.hood.requests()).filter(({ description }) => description.includes('电梯'))
    await until(async () => (await house.hood.store.find(house.hood.communityId, 'staffThreads', { by: 'rootId', equals: root?.id ?? '' })).length === 1)
    house.lark.failNext(undrawable)
    await house.say('ou_zhou', '接单', { chat: staffRoom, parent: root?.id ?? '' })
    await until(() => root !== undefined && house.inThread(root).some((line) => line.includes('小周负责')))
    expect((await house.hood.store.get(house.hood.communityId, 'requests', first?.id ?? ''))?.owner.id).toBe('staff-zhou')
    await house.say('ou_zhou', '我马上到', { chat: staffRoom, parent: root?.id ?? '' })
    await house.hood.engine.idle()
    expect(house.hood.channel.shown.map(({ reply }) => reply.text)).toContain('我马上到')
  })

  it('does nothing with a press for a request that has no card there', async () => {
    await house.aFault()
    const { answer } = await house.lark.event('card.action.trigger', { operator: { open_id: 'ou_zhou' }, action: { tag: 'button', value: { yichuang: 'staff', request: 'another', move: 'take' } }, context: { open_message_id: house.card().id, open_chat_id: staffRoom } })
    expect(answer).toMatchObject({ toast: { type: 'warning' } })
  })
})

describe('what staff write under a card', () => {
  it('reaches the resident under what they are and their name', async () => {
    await house.aFault()
    await house.write('我来看看', { from: head })
    await house.hood.engine.idle()
    expect(house.shownIn(wang)).toContain('【社区负责人 赵主任】我来看看')
  })

  it('with a picture or a paper brings it to the resident, once however often Lark repeats it', async () => {
    await house.aFault()
    house.lark.files.set('om_zp/img_1', aJpeg()).set('om_zf/file_1', paper)
    for (let i = 0; i < 3; i += 1) await house.write('', { id: 'om_zp', type: 'image', content: { image_key: 'img_1' } })
    await house.write('', { id: 'om_zf', type: 'file', content: { file_key: 'file_1', file_name: '告知书.pdf' } })
    await house.hood.engine.idle()
    expect(sentTo(wang, 'image')).toHaveLength(1)
    expect(bytesOf(sentTo(wang, 'file')[0]?.content)).toEqual(paper)
    expect(house.shownIn(wang).filter((words) => words.startsWith('【社区工作人员 小周】'))).toEqual(['【社区工作人员 小周】[图片]', '【社区工作人员 小周】[文件]'])
  })

  it('as 办结 with a photo closes with the photo as evidence, and the resident sees it beside the question whether it is solved', async () => {
    await house.aFault()
    await house.press('接单')
    house.lark.files.set('om_done/img_1', aJpeg())
    await house.write('', { id: 'om_done', type: 'post', content: { content: [[{ tag: 'text', text: '办结 换了灯管' }], [{ tag: 'img', image_key: 'img_1' }]] } })
    await house.hood.engine.idle()
    const done = await request()
    expect(done).toMatchObject({ status: 'confirming', attachmentIds: [expect.stringContaining('att-')] })
    await until(() => sentTo(wang, 'image').length === 1)
    expect(house.shownIn(wang).join('\n')).toMatch(/换了灯管[\s\S]*解决了/)
  })

  it('reaches a resident on another channel as well, files and all, and what they answer there comes back', async () => {
    await house.hood.says('li', '5栋电梯坏了')
    await until(() => wordsOf(house.card()).includes('5栋'))
    house.lark.files.set('om_zp/img_1', aJpeg())
    await house.write('', { id: 'om_zp', type: 'image', content: { image_key: 'img_1' } })
    await house.hood.engine.idle()
    const told = house.hood.channel.shown.at(-1)?.reply
    expect(told).toMatchObject({ text: '[图片]', from: { kind: 'staff', name: '小周', role: '社区工作人员' }, attachments: [{ kind: 'image' }] })
    expect(encodeReply('1', 'c', 0, told ?? aReply('')).line.attachments).toEqual([{ id: told?.attachments?.[0]?.id, kind: 'image', mediaType: 'image/jpeg' }])
    expect(await house.hood.store.loadBlob(house.hood.communityId, told?.attachments?.[0]?.id ?? '')).not.toBeNull()
    await house.hood.says('li', '对，就是这部')
    await until(() => house.inThread().includes('居民：对，就是这部'))
  })

  it('with a picture for who reported in the group reaches them in private, and the neighbours see none of it', async () => {
    await house.say(wang, ' 3栋楼下的灯坏了', { chat: group, mentionsBot: true })
    await house.hood.engine.idle()
    await until(() => house.card().id !== '')
    house.lark.files.set('om_zp/img_1', aJpeg())
    for (let i = 0; i < 2; i += 1) await house.write('', { id: 'om_zp', type: 'post', content: { content: [[{ tag: 'text', text: '灯管领到了' }], [{ tag: 'img', image_key: 'img_1' }]] } })
    await house.hood.engine.idle()
    expect([sentTo(wang, 'image'), sentTo(group, 'image')].map(({ length }) => length)).toEqual([1, 0])
    expect(house.shownIn(wang)).toContain('【社区工作人员 小周】灯管领到了')
  })

  it('that is no picture, sound or paper is not sent on, and they are told', async () => {
    await house.aFault()
    house.lark.files.set('om_x/file_1', Buffer.from('MZ a program'))
    await house.write('', { id: 'om_x', type: 'file', content: { file_key: 'file_1', file_name: '程序.exe' } })
    await until(() => house.inThread().length > 0)
    expect(house.inThread().at(-1)).toContain('照片')
    expect(sentTo(wang, 'file')).toEqual([])
  })
})

describe('what the resident answers', () => {
  it('comes back into the thread with every file, while the bot is silent', async () => {
    await house.aFault()
    await house.write('发个照片和合同看看')
    await house.hood.engine.idle()
    const before = house.shownIn(wang).length
    house.lark.files.set('om_p/img_1', aJpeg()).set('om_f/file_1', paper)
    await house.say(wang, '好的，在这儿')
    await house.say(wang, '', { id: 'om_p', type: 'image', content: { image_key: 'img_1' } })
    await house.say(wang, '', { id: 'om_f', type: 'file', content: { file_key: 'file_1', file_name: '合同.pdf' } })
    await house.hood.engine.idle()
    const under = (type: string) => house.lark.shown.filter(({ replyTo, type: one }) => replyTo === house.card().id && one === type)
    await until(() => under('file').length === 1 && under('image').length === 1)
    expect(bytesOf(under('file')[0]?.content)).toEqual(paper)
    expect(house.inThread()).toContain('居民：好的，在这儿')
    expect(house.shownIn(wang)).toHaveLength(before)
  })

  it('in the residents’ group never shows their door or phone there, whatever staff write', async () => {
    await house.say(wang, ' 3栋楼下的灯坏了', { chat: group, mentionsBot: true })
    await house.hood.engine.idle()
    await until(() => house.card().id !== '')
    await house.write('3栋2单元502的王阿姨，给您13800000001打过电话')
    await house.hood.engine.idle()
    expect(house.shownIn(group).join('\n')).not.toMatch(/502|13800000001/)
    expect(house.shownIn(wang).join('\n') + house.shownIn(group).join('\n')).toContain('【社区工作人员 小周】')
  })
})

describe('a staff group', () => {
  it('sees no phone number on a card or in a resident’s words', async () => {
    await house.aFault('3栋楼下的灯坏了，我电话13800000001')
    expect(wordsOf(house.card())).toContain((await request())?.number)
    await house.write('我十分钟后到')
    await house.say(wang, '好的，在单元门口，电话13800000001')
    await house.hood.engine.idle()
    await until(() => house.inThread().some((line) => line.includes('单元门口')))
    expect(house.shownIn(staffRoom).join('\n')).not.toContain('13800000001')
  })

  it('says each line once to the resident, and what ends the request ends the talk', async () => {
    await house.aFault()
    for (let i = 0; i < 3; i += 1) expect((await house.write('我十分钟后到', { id: 'om_z1' })).how).toBe('acknowledged')
    await house.hood.engine.idle()
    expect(house.shownIn(wang).filter((line) => line.includes('我十分钟后到'))).toEqual(['【社区工作人员 小周】我十分钟后到'])
    await house.write('接单')
    await house.write('办结 换了灯管')
    await house.hood.engine.idle()
    expect((await request())?.status).toBe('confirming')
    await house.say(wang, '1')
    await house.hood.engine.idle()
    expect((await request())?.status).toBe('resolved')
  })

  it('gets a new card where Lark no longer changes the old one, and is heard under it', async () => {
    await house.aFault()
    house.lark.takenBack.add(house.card().id)
    await house.write('接单')
    await until(() => house.lark.shown.filter((one) => one.to === staffRoom && one.type === 'interactive').length === 2)
    expect(wordsOf(house.card())).toContain('小周负责')
    await house.write('我马上到')
    await house.hood.engine.idle()
    expect(house.shownIn(wang)).toContain('【社区工作人员 小周】我马上到')
  })

  it('hears nobody who is not linked, and says so once', async () => {
    await house.aFault()
    for (const text of ['我来', '我真的来', '办结 好了']) await house.write(text, { from: zhang })
    await house.hood.engine.idle()
    expect(house.inThread()).toEqual([expect.stringContaining('关联')])
    expect(house.shownIn(wang).join('\n')).not.toContain('我来')
    expect(await house.press('接单', { from: zhang })).toContain('关联')
    expect((await request())?.owner.kind).toBe('post')
  })

  it('is served to nobody whose account is of another community', async () => {
    await house.aFault()
    await house.hood.store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: aStaffAccount({ id: 'staff-zhou', rev: 1, login: 'staff-zhou', name: '小周', scope: [PUYANG] }) }])
    await house.write('我来')
    expect(house.inThread()).toEqual([expect.stringContaining('不负责')])
  })

  it('hears of a resident who waits for a person, answers there, and hands back', async () => {
    await house.say(wang, '人工')
    await house.hood.engine.idle()
    await until(() => house.card().id !== '')
    await house.write('您好，我是小周')
    await house.hood.engine.idle()
    expect(house.shownIn(wang)).toContain('【社区工作人员 小周】您好，我是小周')
    await house.write('交还')
    await house.hood.engine.idle()
    expect((await house.hood.store.get(house.hood.communityId, 'conversations', `lark:p2p:${wang}`))?.mode).toBe('bot')
    await house.write('交还')
    expect(house.inThread().at(-1)).toContain('没有在和居民说话')
    await follows('已交还')
  })

  it('does not see what may be about one of them', async () => {
    await house.say(wang, '我要投诉网格员李师傅，态度太差了')
    await house.hood.engine.idle()
    if ((await house.hood.requests()).length > 0) await until(() => house.card().id !== '')
    expect(house.shownIn(staffRoom).join('\n')).not.toContain('态度')
  })
})
