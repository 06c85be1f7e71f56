import { describe, expect, it } from 'vitest'
import { showConversation } from '../../src/desk/conversations.js'
import { identitiesOf } from '../../src/residents/identities.js'
import { aNeighbourhood, clerk, type Neighbourhood } from '../conversation/neighbourhood.js'

const minuteMs = 60_000

/** A neighbourhood whose codes count up, so that a test can say them. */
async function withCodes(first = 482_913): Promise<Neighbourhood> {
  let next = first
  return aNeighbourhood('huzhou-demo', { newCode: () => String(next++).padStart(6, '0') })
}

/** 手机 and 电脑 are one person once they are linked. */
async function linked(here: Neighbourhood): Promise<void> {
  await here.says('手机', '绑定')
  await here.says('电脑', '绑定 482913')
}

describe('one person on two channels', () => {
  it('is one after the code shown on one is typed on the other: the same requests on both', async () => {
    const here = await withCodes()
    await here.says('手机', '3栋2单元楼道灯坏了')
    const [request] = await here.requests()
    expect(await here.says('电脑', '我报的那个到哪一步了')).not.toContain(request?.number)
    expect(await here.says('手机', '绑定')).toContain('482913')
    const both = await here.says('电脑', '绑定 482 913')
    expect(both).toContain('绑好了')
    expect(both).toContain('1件事')
    expect(await here.says('电脑', '我报的那个到哪一步了')).toContain(request?.number)
  })

  it('tells the first chat at once that it was linked, so that somebody else’s doing is seen', async () => {
    const here = await withCodes()
    await linked(here)
    const there = here.channel.shown.filter(({ to }) => to.conversationId === 'memory:private:手机')
    expect(there.at(-1)?.reply.text).toContain('不是您本人绑的')
  })

  it('may withdraw on one what was filed on the other, as its own', async () => {
    const here = await withCodes()
    await here.says('手机', '5栋门口的井盖坏了')
    await linked(here)
    await here.says('电脑', '井盖那个不用修了')
    expect((await here.requests())[0]?.status).toBe('withdrawn')
  })

  it('goes on elsewhere with a form begun here, and is not asked for it twice', async () => {
    const here = await withCodes()
    await here.says('手机', '我想给我妈订助餐')
    const asked = await here.says('手机', '换个地方接着办')
    expect(asked).toContain('绑定码')
    expect(await here.says('电脑', '绑定482913')).toContain('接着来')
    const dialog = await here.store.get(here.communityId, 'dialogs', 'memory:private:手机|memory:手机')
    expect((dialog?.memory as { form: unknown }).form).toBeNull()
  })

  it('is two again after 解绑, each with what was done there', async () => {
    const here = await withCodes()
    await here.says('手机', '3栋2单元楼道灯坏了')
    await linked(here)
    expect(await here.says('电脑', '解绑')).toContain('解绑好了')
    expect(await here.says('电脑', '我报过的都有哪些')).not.toContain('HZ-')
    expect(await here.says('手机', '我报过的都有哪些')).toContain('HZ-')
    expect(await identitiesOf(here.store, here.communityId, 'memory:手机')).toEqual(['memory:手机'])
    expect(await here.says('电脑', '解绑')).toContain('没有绑定过')
  })

  it('may be three: a third joins by the code of either', async () => {
    const here = await withCodes()
    await linked(here)
    await here.says('电脑', '绑定')
    await here.says('平板', '绑定 482914')
    expect([...(await identitiesOf(here.store, here.communityId, 'memory:手机'))].sort()).toEqual(['memory:平板', 'memory:手机', 'memory:电脑'].sort())
  })

  it('stays one after a restart', async () => {
    const here = await withCodes()
    await linked(here)
    await here.restart()
    expect(await identitiesOf(here.store, here.communityId, 'memory:电脑')).toEqual(['memory:电脑', 'memory:手机'])
  })
})

describe('a link code', () => {
  it('holds ten minutes and not a second longer', async () => {
    const here = await withCodes()
    await here.says('手机', '绑定')
    here.pass(10 * minuteMs)
    expect(await here.says('电脑', '绑定 482913')).toContain('不对、用过了或者过了时间')
  })

  it('is good once', async () => {
    const here = await withCodes()
    await linked(here)
    expect(await here.says('路人', '绑定 482913')).toContain('不对、用过了或者过了时间')
    expect(await identitiesOf(here.store, here.communityId, 'memory:路人')).toEqual(['memory:路人'])
  })

  it('takes the place of the one asked for before', async () => {
    const here = await withCodes()
    await here.says('手机', '绑定')
    await here.says('手机', '绑定')
    expect(await here.says('电脑', '绑定 482913')).toContain('不对、用过了或者过了时间')
    expect(await here.says('电脑', '绑定 482914')).toContain('绑好了')
  })

  it('is not looked at after five wrong ones of one person, though it be the right one', async () => {
    const here = await withCodes()
    await here.says('手机', '绑定')
    for (let wrong = 1; wrong <= 5; wrong += 1) await here.says('路人', `绑定 00000${wrong}`)
    expect(await here.says('路人', '绑定 482913')).toContain('试错的次数太多')
    expect(await here.says('路人', '482913')).not.toContain('绑好了')
    expect(await identitiesOf(here.store, here.communityId, 'memory:路人')).toEqual(['memory:路人'])
    expect(await here.says('电脑', '绑定 482913')).toContain('绑好了')
  })

  it('is not looked at after fifty wrong ones of many: new browsers don’t help a guesser', async () => {
    const here = await withCodes()
    await here.says('手机', '绑定')
    for (let guess = 0; guess < 50; guess += 1) await here.says(`路人${guess}`, `绑定 ${String(100_000 + guess)}`)
    expect(await here.says('又一个', '绑定 482913')).toContain('试错的次数太多')
  })

  it('stands nowhere in the store but by its hash, and in the sealed lines that showed it', async () => {
    const here = await withCodes()
    await here.says('手机', '绑定')
    const codes = await here.store.find(here.communityId, 'linkCodes', {})
    expect(codes).toHaveLength(1)
    expect(JSON.stringify(codes)).not.toContain('482913')
  })

  it('is never asked for in a room, and one typed there is spent at once', async () => {
    const here = await withCodes()
    expect(await here.saysInRoom('手机', '@小助手 绑定')).toContain('私聊')
    await here.says('手机', '绑定')
    expect(await here.saysInRoom('电脑', '绑定 482913')).toContain('作废')
    expect(await here.says('电脑', '绑定 482913')).toContain('不对、用过了或者过了时间')
  })

  it('counts as six bare digits only where it is a live one; other numbers are not its business', async () => {
    const here = await withCodes()
    expect(await here.says('电脑', '313000')).not.toContain('绑定码')
    await here.says('手机', '绑定')
    expect(await here.says('电脑', '482913')).toContain('绑好了')
  })

  it('typed back where it was shown tells where it belongs and is not spent', async () => {
    const here = await withCodes()
    await here.says('手机', '绑定')
    expect(await here.says('手机', '绑定 482913')).toContain('在另一边发')
    expect(await here.says('电脑', '绑定 482913')).toContain('绑好了')
  })
})

describe('a request filed without a phone', () => {
  it('opens again by its number and the code asked for in private, as the new account’s own', async () => {
    const here = await withCodes()
    await here.says('旧号', '3栋2单元楼道灯坏了')
    const [request] = await here.requests()
    const number = request?.number ?? ''
    expect(await here.says('旧号', '查询码')).toContain('482913')
    expect(await here.says('新号', `${number} 查询码 482913`)).toContain('找回来了')
    expect(await here.says('新号', '楼道灯那个修好没有')).toContain(number)
    expect((await here.requests())[0]?.residentId).toBe('memory:新号')
    // Where it was before hears of it.
    expect(here.channel.shown.findLast(({ to }) => to.conversationId === 'memory:private:旧号')?.reply.text).toContain('在另一处')
  })

  it('and the code is left out for staff who read along, in our words and in the resident’s', async () => {
    const here = await withCodes()
    await here.says('旧号', '3栋2单元楼道灯坏了')
    await here.says('旧号', '查询码')
    const number = (await here.requests())[0]?.number ?? ''
    await here.says('新号', `${number} 查询码 482913`)
    const read = await Promise.all(['旧号', '新号'].map((who) => showConversation(here.store, here.communityId, `memory:private:${who}`, { id: 'lead-1', name: '陈主任', isLead: true })))
    const lines = read.flatMap((one) => one?.lines ?? []).map(({ text }) => text)
    expect(lines.filter((text) => text.includes('••••••')).length).toBeGreaterThanOrEqual(2)
    expect(lines.join('\n')).not.toContain('482913')
  })

  it('opens by its short number too, in whatever order it is said', async () => {
    const here = await withCodes()
    await here.says('旧号', '3栋2单元楼道灯坏了')
    await here.says('旧号', '查询码')
    const tail = (await here.requests())[0]?.number.split('-').at(-1) ?? ''
    expect(await here.says('新号', `查询码482913，工单${tail}`)).toContain('找回来了')
  })

  it('opens neither by number alone nor by a wrong code, and five wrong ones close it for ten minutes', async () => {
    const here = await withCodes()
    await here.says('旧号', '3栋2单元楼道灯坏了')
    await here.says('旧号', '查询码')
    const number = (await here.requests())[0]?.number ?? ''
    expect(await here.says('路人', `${number}到哪了`)).not.toContain('李师傅')
    for (let guess = 0; guess < 5; guess += 1) expect(await here.says(`路人${guess}`, `${number} 查询码 00000${guess}`)).toContain('对不上')
    expect(await here.says('新号', `${number} 查询码 482913`)).toContain('试错的次数太多')
    here.pass(10 * minuteMs)
    expect(await here.says('新号', `${number} 查询码 482913`)).toContain('找回来了')
  })

  it('says the code with the receipt where an account may be lost, once, and never in the room', async () => {
    const here = await withCodes()
    await here.says('旧号', '3栋2单元楼道灯坏了', { channel: 'wechat' })
    const [request] = await here.requests()
    const lines = await here.store.find(here.communityId, 'messages', { by: 'conversationId', equals: 'memory:private:旧号' })
    expect(lines.filter(({ text }) => text.includes('482913'))).toHaveLength(1)
    expect(await here.saysInRoom('旧号', '@小助手 查询码')).toContain('私聊')
    expect(await here.says('新号', `${request?.number ?? ''} 查询码 482913`)).toContain('找回来了')
  })

  it('needs the phone’s last digits besides where one was left', async () => {
    const here = await withCodes()
    await here.says('旧号', '想给我妈订助餐，5幢2单元301，电话13800000012')
    await here.says('旧号', '对')
    const [request] = await here.requests()
    expect(request?.fields.some((slot) => slot.name === 'phone')).toBe(true)
    const shown = await here.says('旧号', '查询码')
    const code = /查询码：(\d{6})/.exec(shown)?.[1] ?? ''
    expect(await here.says('新号', `${request?.number ?? ''} 查询码 ${code}`)).toContain('对不上')
    expect(await here.says('新号', `${request?.number ?? ''} 查询码 ${code} 尾号0012`)).toContain('找回来了')
  })
})

describe('news of a request', () => {
  it('go to the chat the person used last, whichever they filed it in', async () => {
    const here = await withCodes()
    await here.says('手机', '3栋2单元楼道灯坏了')
    await linked(here)
    here.pass(30 * minuteMs)
    await here.says('电脑', '谢谢')
    const [request] = await here.requests()
    if (request === undefined) throw new Error('nothing was filed')
    const before = here.channel.shown.length
    await here.engine.actOnRequest(here.communityId, request.id, request.rev, { name: 'take', reason: null, brings: null }, clerk)
    await here.engine.idle()
    expect(here.channel.shown.slice(before).map(({ to }) => to.conversationId)).toEqual(['memory:private:电脑'])
    here.pass(minuteMs)
    await here.says('手机', '谢谢')
    const taken = await here.store.get(here.communityId, 'requests', request.id)
    await here.engine.actOnRequest(here.communityId, request.id, taken?.rev ?? 0, { name: 'reply', reason: '下午就到', brings: null }, clerk)
    await here.engine.idle()
    expect(here.channel.shown.at(-1)?.to.conversationId).toBe('memory:private:手机')
  })
})
