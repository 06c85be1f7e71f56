import { describe, expect, it } from 'vitest'
import type { Address, InboundMessage } from '../../src/channels/channel.js'
import { memoryChannel } from '../../src/channels/memory.js'
import type { CommunityId } from '../../src/knowledge/community.js'
import { aReply, channelContract } from '../contracts/channel.js'

const privateChat: Address = { channel: 'memory', conversationId: 'memory:p1', chat: 'private', residentId: 'memory:r1' }
const group: Address = { channel: 'memory', conversationId: 'memory:g1', chat: 'group', residentId: null }
const goneChat: Address = { ...privateChat, conversationId: 'memory:gone' }

function aMessage(chat: 'private' | 'group', text: string, id: string): InboundMessage {
  return {
    channel: 'memory', communityId: 'huzhou-test' as CommunityId, eventId: `memory:${id}`, messageId: `memory:${id}`,
    conversationId: (chat === 'group' ? group : privateChat).conversationId, chat, author: { id: 'memory:r1', name: '王阿姨', kind: 'resident' },
    text, attachments: [], mentions: { bot: false, others: [], everyone: false }, quoted: null, sentAt: 1,
  }
}

channelContract('memory', async () => {
  const channel = memoryChannel()
  channel.forget(goneChat.conversationId)
  const shownIn = (to: Address) => channel.shown.filter((shown) => shown.to.conversationId === to.conversationId)
  return {
    channel, privateChat, group, goneChat,
    write: (chat, text, id) => channel.deliver(aMessage(chat, text, id)).then(() => 'acknowledged' as const, () => 'refused' as const),
    recall: (chat, id) => {
      const { channel: name, communityId, messageId, conversationId } = aMessage(chat, '', id)
      return channel.deliver({ kind: 'recalled', channel: name, communityId, messageId, conversationId, sentAt: 2 }).then(() => 'acknowledged' as const, () => 'refused' as const)
    },
    edit: (chat, id, text, changeId) => channel.deliver({ ...aMessage(chat, text, id), kind: 'edited', eventId: `memory:${id}:${changeId}` }).then(() => 'acknowledged' as const, () => 'refused' as const),
    seen: async (chat) => shownIn(chat === 'group' ? group : privateChat).map(({ reply }) => reply.text),
    seenWhole: async () => JSON.stringify(shownIn(privateChat).map(({ reply }) => reply)),
    close: () => channel.stop(),
  }
})

describe('the memory channel told to fail', () => {
  it('fails as often as told, with the code told, and shows nothing of it', async () => {
    const channel = memoryChannel()
    await channel.start(async () => undefined)
    channel.failNext('rate-limited', 2)
    for (let i = 0; i < 2; i += 1) await expect(channel.send(privateChat, aReply('一'), 'k-1')).rejects.toMatchObject({ code: 'rate-limited' })
    await channel.send(privateChat, aReply('一'), 'k-1')
    expect(channel.shown.map(({ key }) => key)).toEqual(['k-1'])
  })

  it('shows a reply of unknown delivery once, also when it is sent again', async () => {
    const channel = memoryChannel()
    await channel.start(async () => undefined)
    channel.failNext('unknown-delivery')
    await expect(channel.send(privateChat, aReply('一'), 'k-1')).rejects.toMatchObject({ code: 'unknown-delivery' })
    await channel.send(privateChat, aReply('一'), 'k-1')
    expect(channel.shown).toHaveLength(1)
  })
})
