import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Address } from '../../src/channels/channel.js'
import type { ChatHistory, ChatLine } from '../../src/channels/web-types.js'
import { maxTextLength } from '../../src/channels/web.js'
import { decodeMentions } from '../../src/channels/web/mentions.js'
import { aReply, channelContract } from '../contracts/channel.js'
import { aClientId, huzhou, puyang, runningServer, type RunningServer } from '../desk/running-server.js'
import { listen } from './listening-page.js'

channelContract('web', async () => {
  const server = await runningServer({ isChannelIdle: true })
  const resident = await server.resident()
  const address = await server.listen()
  const page = await listen(address, '/api/chat/stream', resident)
  const privateChat: Address = { channel: 'web', conversationId: resident.privateId, chat: 'private', residentId: resident.session.residentId }
  const group: Address = { channel: 'web', conversationId: resident.roomId, chat: 'group', residentId: null }
  const oursIn = async (id: string): Promise<readonly ChatLine[]> => {
    // Lines of a stream come in order: once this one is there, all before it are.
    const end = randomUUID()
    await server.web.send(privateChat, aReply(end), end)
    await page.until(() => page.lines().some(({ text }) => text === end))
    return page.lines().filter((line) => line.conversationId === id && line.id !== end && (line.from === 'bot' || line.from === 'staff'))
  }
  return {
    channel: server.web, privateChat, group,
    goneChat: { ...privateChat, conversationId: `web:${huzhou}:nobody` },
    async write(chat, text, id) {
      const answer = await resident.call('POST', '/api/chat/messages', { conversationId: chat === 'group' ? resident.roomId : resident.privateId, clientId: id, text })
      return answer.statusCode === 202 ? 'acknowledged' : 'refused'
    },
    async recall(chat, id) {
      const answer = await resident.call('POST', `/api/chat/messages/${id}/recall`, { conversationId: chat === 'group' ? resident.roomId : resident.privateId })
      return answer.statusCode === 202 ? 'acknowledged' : 'refused'
    },
    async edit(chat, id, text, changeId) {
      const answer = await resident.call('POST', `/api/chat/messages/${id}/edit`, { conversationId: chat === 'group' ? resident.roomId : resident.privateId, changeId, text })
      return answer.statusCode === 202 ? 'acknowledged' : 'refused'
    },
    seen: async (chat) => (await oursIn(chat === 'group' ? resident.roomId : resident.privateId)).map(({ text }) => text),
    seenWhole: async () => JSON.stringify(await oursIn(resident.privateId)),
    async close() {
      await page.close()
      await server.close()
    },
  }
})

let server: RunningServer
beforeEach(async () => {
  server = await runningServer()
})
afterEach(() => server.close())

type Page = Awaited<ReturnType<RunningServer['resident']>>
const say = (page: Page, text: string, more: { room?: boolean; clientId?: string; attachmentIds?: readonly string[] } = {}) =>
  page.call('POST', '/api/chat/messages', { conversationId: more.room ? page.roomId : page.privateId, clientId: more.clientId ?? aClientId(), text, attachmentIds: more.attachmentIds ?? [] })
const history = async (page: Page, conversationId: string, before = ''): Promise<ChatHistory> =>
  (await page.call('GET', `/api/chat/messages?conversation=${encodeURIComponent(conversationId)}${before === '' ? '' : `&before=${before}`}`)).json()

describe('a browser', () => {
  it('chooses a community and is a neighbour with a name of four characters, the same one when it comes back', async () => {
    const communities = (await server.browser().call('GET', '/api/chat/communities')).json()
    expect(communities).toEqual({ communities: [{ id: huzhou, name: '示例社区', place: '浙江省 · 湖州市' }, { id: puyang, name: '另一个社区', place: '浙江省 · 湖州市' }] })
    const page = await server.resident(huzhou)
    expect((await server.store.get(huzhou, 'residents', page.session.residentId))?.name).toMatch(/^邻居[A-Z0-9]{4}$/)
    await page.call('POST', '/api/chat/session', { communityId: puyang })
    expect((await page.call('GET', '/api/chat/session')).json().community.id).toBe(puyang)
    expect((await page.call('POST', '/api/chat/session', { communityId: huzhou })).json()).toEqual(page.session)
    expect((await page.call('POST', '/api/chat/session', { communityId: 'nowhere' })).statusCode).toBe(404)
  })

  it('is known by a cookie that no script reads, of which only the hash is kept', async () => {
    const page = server.browser()
    const answer = await page.call('POST', '/api/chat/session', { communityId: huzhou })
    const token = page.cookies.get(`chat-${huzhou}`)!
    expect(answer.headers['set-cookie']).toContainEqual(`chat-${huzhou}=${token}; Max-Age=34560000; Path=/; HttpOnly; SameSite=Lax`)
    expect(JSON.stringify(await server.store.find(huzhou, 'chatSessions', {}))).not.toContain(token)
  })

  it('cannot be another resident: neither by a made-up cookie nor by a conversation that is not its own', async () => {
    const one = await server.resident()
    const two = await server.resident()
    expect((await two.call('GET', `/api/chat/messages?conversation=${one.privateId}`)).statusCode).toBe(404)
    expect((await two.call('POST', '/api/chat/messages', { conversationId: one.privateId, clientId: aClientId(), text: '早' })).statusCode).toBe(404)
    const stranger = server.browser()
    stranger.cookies.set('chat', huzhou).set(`chat-${huzhou}`, 'A'.repeat(43))
    expect((await stranger.call('GET', '/api/chat/session')).statusCode).toBe(401)
    // The token of one community opens no other.
    stranger.cookies.set('chat', puyang).set(`chat-${puyang}`, one.cookies.get(`chat-${huzhou}`)!)
    expect((await stranger.call('GET', '/api/chat/session')).statusCode).toBe(401)
  })
})

describe('a message', () => {
  it('sent in 50 copies at once is one message, one reply, and 50 acknowledgements', async () => {
    const page = await server.resident()
    const clientId = aClientId()
    const answers = await Promise.all(Array.from({ length: 50 }, () => say(page, '3栋楼道灯坏了', { clientId })))
    expect(answers.map(({ statusCode }) => statusCode)).toEqual(Array.from({ length: 50 }, () => 202))
    expect(server.engine.taken).toHaveLength(1)
    expect((await history(page, page.privateId)).lines.map(({ from }) => from)).toEqual(['me', 'bot'])
  })

  it('of two residents under one id is two messages', async () => {
    const [one, two] = [await server.resident(), await server.resident()]
    const clientId = aClientId()
    await say(one, '早', { clientId })
    await say(two, '早', { clientId })
    expect(server.engine.taken).toHaveLength(2)
  })

  it('of 20,000 characters is taken whole; a longer one is cut there, between two characters, and the resident is told', async () => {
    const page = await server.resident()
    const address = await server.listen()
    const stream = await listen(address, '/api/chat/stream', page)
    expect((await say(page, '长'.repeat(maxTextLength))).json()).toMatchObject({ cut: false })
    expect((await say(page, `${'长'.repeat(maxTextLength - 1)}😀😀`)).json()).toMatchObject({ cut: true })
    expect(server.engine.taken.map(({ text }) => text.length)).toEqual([maxTextLength, maxTextLength - 1])
    await stream.until(() => stream.lines().some(({ text }) => text.includes('只收下了前 20000 个字')))
    await stream.close()
  })

  it.each([['nothing', ''], ['only spaces', ' \n\t ']])('of %s is refused with a sentence', async (_what, text) => {
    const answer = await say(await server.resident(), text)
    expect([answer.statusCode, answer.json().message]).toEqual([400, '请写点什么再发送'])
  })

  it('beyond a mebibyte gets a 413 that says what to do', async () => {
    const answer = await say(await server.resident(), '长'.repeat(400_000))
    expect([answer.statusCode, answer.json().message]).toEqual([413, '内容太长了，请分几次发（一次最多 2 万字，文件最多 10 MB）'])
  })

  it('arrives without a broken character wherever the network cuts it', async () => {
    const page = await server.resident()
    const address = await server.listen()
    const text = '电梯停了𠮷'.repeat(20)
    const cookie = [...page.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    for (let cut = 1; cut < 40; cut += 1) {
      const bytes = Buffer.from(JSON.stringify({ conversationId: page.privateId, clientId: aClientId(), text, attachmentIds: [] }))
      server.clock.now += 1_000
      const answer = await fetch(`${address}/api/chat/messages`, {
        method: 'POST', headers: { cookie, 'content-type': 'application/json' }, duplex: 'half',
        body: new ReadableStream({
          async start(controller) {
            const at = bytes.length - 250 + cut
            controller.enqueue(bytes.subarray(0, at))
            await new Promise((resolve) => setImmediate(resolve))
            controller.enqueue(bytes.subarray(at))
            controller.close()
          },
        }),
      })
      expect(answer.status).toBe(202)
    }
    expect(new Set(server.engine.taken.map((message) => message.text))).toEqual(new Set([text]))
  })

  it('after ten at once waits for its turn, one a second; danger never waits', async () => {
    const page = await server.resident()
    const burst = await Promise.all(Array.from({ length: 12 }, () => say(page, '在吗')))
    expect(burst.map(({ statusCode }) => statusCode).sort()).toEqual([...Array.from({ length: 10 }, () => 202), 429, 429])
    expect((await say(page, '3栋着火了,快来救人')).statusCode).toBe(202)
    const refused = await say(page, '在吗')
    expect([refused.statusCode, refused.headers['retry-after'], refused.json().message]).toEqual([429, '1', '您发得太快了，请稍等几秒再发'])
    server.clock.now += 1_000
    expect((await say(page, '在吗')).statusCode).toBe(202)
    expect((await say(await server.resident(), '别人不受影响')).statusCode).toBe(202)
  })

  it('that comes again is never held up by the pace', async () => {
    const page = await server.resident()
    const clientId = aClientId()
    await say(page, '在吗', { clientId })
    const again = await Promise.all(Array.from({ length: 30 }, () => say(page, '在吗', { clientId })))
    expect(new Set(again.map(({ statusCode }) => statusCode))).toEqual(new Set([202]))
  })
})

describe('history', () => {
  it('shows the newest 50 lines, oldest first, and leads further back without a gap or a double', async () => {
    const page = await server.resident()
    for (let i = 0; i < 60; i += 1) {
      server.clock.now += 1_000
      await say(page, `第 ${i} 句`)
    }
    const texts: string[] = []
    let before = ''
    for (let more = true; more;) {
      const part = await history(page, page.privateId, before)
      texts.unshift(...part.lines.filter(({ from }) => from === 'me').map(({ text }) => text))
      expect(part.lines.length).toBeLessThanOrEqual(50)
      before = part.lines[0]!.id
      more = part.more
    }
    expect(texts).toEqual(Array.from({ length: 60 }, (_, i) => `第 ${i} 句`))
  })

  it('gives a page its own lines with the ids it had given them', async () => {
    const page = await server.resident()
    const clientId = aClientId()
    await say(page, '早', { clientId })
    await say(page, '@小助手 早', { clientId: `${clientId}-room`, room: true })
    expect((await history(page, page.privateId)).lines[0]).toMatchObject({ from: 'me', clientId })
    expect((await history(page, page.roomId)).lines[0]).toMatchObject({ from: 'me', clientId: `${clientId}-room` })
  })
})

describe('the room of a community', () => {
  it('shows every line to every neighbour at once, the bot silent or not, and none twice', async () => {
    const [wang, zhang, elsewhere] = [await server.resident(), await server.resident(), await server.resident(puyang)]
    const address = await server.listen()
    const [atWangs, atZhangs, atOthers] = [await listen(address, '/api/chat/stream', wang), await listen(address, '/api/chat/stream', zhang), await listen(address, '/api/chat/stream', elsewhere)]
    await say(wang, '今天天气好', { room: true })
    await say(zhang, '@小助手 3栋灯坏了', { room: true })
    const seen = (lines: readonly ChatLine[]) => lines.map(({ from, text }) => `${from} ${text}`)
    const forWang = ['me 今天天气好', 'neighbour @小助手 3栋灯坏了', 'bot 收到:@小助手 3栋灯坏了']
    const forZhang = ['neighbour 今天天气好', 'me @小助手 3栋灯坏了', 'bot 收到:@小助手 3栋灯坏了']
    await atWangs.until(() => atWangs.lines().length === 3)
    await atZhangs.until(() => atZhangs.lines().length === 3)
    const inOrder = (lines: readonly ChatLine[]) => seen([...lines].sort((a, b) => (a.id < b.id ? -1 : 1)))
    expect([inOrder(atWangs.lines()), inOrder(atZhangs.lines())]).toEqual([forWang, forZhang])
    expect([seen((await history(wang, wang.roomId)).lines), seen((await history(zhang, zhang.roomId)).lines)]).toEqual([forWang, forZhang])
    expect(atOthers.lines()).toEqual([])
    expect(atWangs.lines().find(({ from }) => from === 'neighbour')).toMatchObject({ name: expect.stringMatching(/^邻居/), clientId: null })
    await Promise.all([atWangs.close(), atZhangs.close(), atOthers.close()])
  })

  it('keeps nothing of what neighbours say to one another', async () => {
    const page = await server.resident()
    await say(page, '今天天气好', { room: true })
    expect(await server.store.find(huzhou, 'messages', {})).toEqual([])
  })

  it('masks an ID number in the open for everybody, live and later', async () => {
    const [wang, zhang] = [await server.resident(), await server.resident()]
    await say(wang, '我的身份证110101199003070038能办吗', { room: true })
    expect((await history(zhang, zhang.roomId)).lines.map(({ text }) => text)).toEqual(['我的身份证[身份证号]能办吗'])
    expect(server.engine.taken[0]?.text).toContain('110101199003070038')
  })

  it('shows a private word to nobody else', async () => {
    const [wang, zhang] = [await server.resident(), await server.resident()]
    const address = await server.listen()
    const atZhangs = await listen(address, '/api/chat/stream', zhang)
    await say(wang, '我的低保怎么办')
    await say(zhang, '早')
    await atZhangs.until(() => atZhangs.lines().length === 2)
    expect(JSON.stringify(atZhangs.events)).not.toContain('低保')
    await atZhangs.close()
  })
})

describe('the stream', () => {
  it('gives a page that comes back exactly what it missed', async () => {
    const page = await server.resident()
    const address = await server.listen()
    const first = await listen(address, '/api/chat/stream', page)
    await say(page, '第一句')
    await first.until(() => first.lines().length === 2)
    const last = first.lastId()
    await first.close()
    await say(page, '第二句')
    await say(page, '群里一句', { room: true })
    const second = await listen(address, '/api/chat/stream', page, last)
    await second.until((events) => events.some(({ type }) => type === 'ready'))
    expect(second.lines().map(({ text }) => text)).toEqual(['第二句', '收到:第二句', '群里一句'])
    await say(page, '第三句')
    await second.until(() => second.lines().length === 5)
    await second.close()
  })

  it('after a restart gives the newest lines again, with the ids they had', async () => {
    const page = await server.resident()
    const address = await server.listen()
    await say(page, '第一句')
    const back = await listen(address, `/api/chat/stream?after=${randomUUID()}.7`, page)
    await back.until((events) => events.some(({ type }) => type === 'ready'))
    expect(back.lines()).toEqual((await history(page, page.privateId)).lines)
    await back.close()
  })

  it('ends the oldest of more than six pages of one resident, and all when the server stops', async () => {
    const page = await server.resident()
    const address = await server.listen()
    const pages = []
    for (let i = 0; i < 7; i += 1) pages.push(await listen(address, '/api/chat/stream', page))
    await pages[0]!.ended
    await say(page, '早')
    await Promise.all(pages.slice(1).map((each) => each.until(() => each.lines().length === 2)))
    await server.web.stop()
    await Promise.all(pages.map(({ ended }) => ended))
  })
})

describe('whom a line addresses', () => {
  it.each([
    '@小助手 灯坏了', '＠小助手灯坏了', '灯坏了@ 小助手', '@小\u200b助手 在吗', '@一窗小助手', '@机器人 人呢', '大家好 @小助手', '@小助手,灯坏了',
  ])('%s: the bot', (text) => {
    expect(decodeMentions(text)).toEqual({ bot: true, others: [], everyone: false })
  })

  it.each([
    ['@王阿姨 灯好了', { bot: false, others: ['王阿姨'], everyone: false }],
    ['@所有人 明天停水', { bot: false, others: [], everyone: true }],
    ['@王阿姨 @小助手 看看', { bot: true, others: ['王阿姨'], everyone: false }],
    ['写信到 wang@example.com', { bot: false, others: [], everyone: false }],
    ['小助手 在吗', { bot: false, others: [], everyone: false }],
    ['1@', { bot: false, others: [], everyone: false }],
  ])('%s', (text, mentions) => {
    expect(decodeMentions(text)).toEqual(mentions)
  })
})

describe('a message that its resident takes back or changes', () => {
  const change = (page: Page, clientId: string, what: 'recall' | 'edit', more: { readonly room?: boolean; readonly text?: string } = {}) =>
    page.call('POST', `/api/chat/messages/${clientId}/${what}`, { conversationId: more.room ? page.roomId : page.privateId, ...(what === 'edit' ? { changeId: aClientId(), text: more.text ?? '' } : {}) })

  it('is handed on with the id of the message, as often as it is asked for', async () => {
    const page = await server.resident()
    const clientId = aClientId()
    await say(page, '灯坏了', { clientId })
    expect((await change(page, clientId, 'recall')).statusCode).toBe(202)
    expect((await change(page, clientId, 'edit', { text: '5栋灯坏了' })).statusCode).toBe(202)
    expect(server.engine.changes.map(({ kind, messageId }) => [kind, messageId])).toEqual([
      ['recalled', server.engine.taken[0]?.messageId], ['edited', server.engine.taken[0]?.messageId],
    ])
  })

  it('is gone from the room for the neighbours too, at once and for pages that come back', async () => {
    const [one, two] = [await server.resident(), await server.resident()]
    const address = await server.listen()
    const clientId = aClientId()
    const neighbour = await listen(address, '/api/chat/stream', two)
    await say(one, '谁有梯子借用一下', { room: true, clientId })
    await neighbour.until(() => neighbour.lines().some(({ text }) => text === '谁有梯子借用一下'))
    await change(one, clientId, 'recall', { room: true })
    await neighbour.until(() => neighbour.lines().some(({ changed }) => changed === 'recalled'))
    expect((await history(two, two.roomId)).lines.map(({ text, changed }) => [text, changed])).toEqual([['', 'recalled']])
    await neighbour.close()
  })

  it('must be one\'s own and younger than ten minutes', async () => {
    const [one, two] = [await server.resident(), await server.resident()]
    const clientId = aClientId()
    await say(one, '灯坏了', { clientId })
    expect((await change(two, clientId, 'recall')).statusCode).toBe(404)
    server.clock.now += 10 * 60_000 + 1
    const late = await change(one, clientId, 'recall')
    expect([late.statusCode, late.json<{ message: string }>().message]).toEqual([409, '发出超过10分钟，不能再撤回或修改了；要更正请直接说'])
    expect(server.engine.changes).toEqual([])
  })

  it('has its ID numbers masked in the room, in the new words as in the old', async () => {
    const page = await server.resident()
    const clientId = aClientId()
    await say(page, '早上好', { room: true, clientId })
    await change(page, clientId, 'edit', { room: true, text: '我的号110101190001010010' })
    expect((await history(page, page.roomId)).lines.map(({ text }) => text)).toEqual(['我的号[身份证号]'])
  })

  it('shows on the page in its own place when the kept line changes', async () => {
    const page = await server.resident()
    await say(page, '灯坏了')
    const [row] = (await server.store.find(huzhou, 'messages', {})).filter(({ from }) => from === 'resident')
    await server.store.commit(huzhou, [{ op: 'put', table: 'messages', row: { ...row!, text: '（居民撤回了这条消息）', changed: 'recalled' } }])
    const { lines } = await history(page, page.privateId)
    expect(lines.filter(({ from }) => from === 'me').map(({ id, changed }) => [id, changed])).toEqual([[row!.id, 'recalled']])
  })
})
