import type { Address } from '../../../src/channels/channel.js'
import { channelContract } from '../../contracts/channel.js'
import { huzhou } from '../../desk/running-server.js'
import { group as groupChat, larkApp, wang } from './app.js'
import { wordsOf } from './stand-in.js'

channelContract('lark', async () => {
  const app = await larkApp({ isIdle: true })
  const { lark, channel } = app
  await app.pairing.remember(`lark:${wang}`, 'lark', { communityId: huzhou })
  lark.gone.set('oc_nowhere', 230002)
  const privateChat: Address = { channel: 'lark', conversationId: `lark:p2p:${wang}`, chat: 'private', residentId: `lark:${wang}` }
  const group: Address = { channel: 'lark', conversationId: `lark:chat:${groupChat}`, chat: 'group', residentId: null }
  const placeOf = (chat: 'private' | 'group') => (chat === 'group' ? { chat: groupChat } : {})
  const seenIn = (to: string): readonly string[] => lark.shown.filter((one) => one.to === to).map(wordsOf)
  return {
    channel, privateChat, group,
    goneChat: { ...group, conversationId: 'lark:chat:oc_nowhere' },
    write: async (chat, text, id) => (await lark.event('im.message.receive_v1', lark.message(wang, text, { ...placeOf(chat), id: `om_${id}` }))).how,
    recall: async (chat, id) => (await lark.event('im.message.recalled_v1', { message_id: `om_${id}`, chat_id: chat === 'group' ? groupChat : `oc_p2p_${wang}`, recall_time: String(Date.now()), recall_type: 'message_owner' })).how,
    seen: async (chat) => seenIn(chat === 'group' ? groupChat : wang),
    seenWhole: async () => seenIn(wang).join('\n'),
    close: app.close,
  }
})
