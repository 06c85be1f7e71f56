import { afterAll, beforeAll } from 'vitest'
import type { Address, Channel } from '../../../src/channels/channel.js'
import { huzhou } from '../../desk/running-server.js'
import { channelContract } from '../../contracts/channel.js'
import { bot, compileGateway, pairRoom, room, until, wang, wechatApp } from './app.js'
import { messageTypes, wechatStandIn, type WechatStandIn } from './stand-in.js'

let compiled: Awaited<ReturnType<typeof compileGateway>>
let wechat: WechatStandIn
/** The gateway is one for all and remembers messages: each test has ids of its own. */
let tests = 0
beforeAll(async () => {
  compiled = await compileGateway()
  wechat = await wechatStandIn()
})
afterAll(async () => {
  await wechat.close()
  await compiled.remove()
})

channelContract('wechat', async () => {
  const app = await wechatApp({ isIdle: true, script: compiled.script, wechat })
  const { pairing, health } = app
  const test = tests += 1
  const resident = `wechat:s1:${wang}`
  await pairing.remember(resident, 'wechat', { communityId: huzhou })
  const privateChat: Address = { channel: 'wechat', conversationId: `wechat:p2p:s1:${wang}`, chat: 'private', residentId: resident }
  const group = { channel: 'wechat' as const, conversationId: '', chat: 'group' as const, residentId: null }
  let isStarted = false
  /** Answers of the conversations, in order: WeChat itself knows no acknowledgement, a message that was not kept gets words. */
  const answers: ('acknowledged' | 'refused')[] = []
  const channel: Channel = {
    name: 'wechat',
    async start(deliver) {
      await app.channel.start((event) => deliver(event).then(() => { answers.push('acknowledged') }, (error: unknown) => { answers.push('refused'); throw error }))
      await until(() => health.all()[0]?.state.kind === 'online')
      group.conversationId = await pairRoom(wechat, pairing, room)
      wechat.written.length = 0
      isStarted = true
    },
    send: (to, reply, key) => app.channel.send(to, reply, key),
    async stop() {
      isStarted = false
      await app.channel.stop()
    },
  }
  const answered = async (work: () => Promise<unknown>): Promise<'acknowledged' | 'refused'> => {
    const before = answers.length
    await work()
    if (!isStarted) return 'refused'
    await until(() => answers.length > before)
    return answers[before] ?? 'refused'
  }
  const seenIn = (to: string) => app.textsIn(to)
  return {
    channel, privateChat, group,
    goneChat: { ...privateChat, conversationId: 'wechat:p2p:s1:nobody' },
    write: (chat, text, id) => answered(() => wechat.says(wang, chat === 'group' ? room : bot, text, { id: `${id}-${test}` })),
    recall: (chat, id) => answered(() => wechat.says(wang, chat === 'group' ? room : bot, `${id}-${test}`, { type: messageTypes.recalled })),
    seen: async (chat) => seenIn(chat === 'group' ? room : wang),
    seenWhole: async () => seenIn(wang).join('\n'),
    close: app.close,
  }
})
