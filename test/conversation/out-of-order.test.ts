import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { InboundEvent, InboundMessage } from '../../src/channels/channel.js'
import { aNeighbourhood } from './neighbourhood.js'

/**
 * A talk of a report, its place, an edit of the place and a recall of the report, delivered in every order and more than once.
 * Whatever the order, the words that were taken back are nowhere, nothing of them is filed, and nothing is filed twice.
 */
it('ends alike in whatever order a talk with an edit and a recall is delivered, each event up to five times', async () => {
  const home = await aNeighbourhood()
  let round = 0
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4, maxLength: 4 }), fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 4, maxLength: 4 }), async (order, times) => {
      round += 1
      const who = `阿姨${round}`
      const kept: InboundMessage = home.message(who, `${10 + round}号楼的井盖翘起来了`)
      const taken: InboundMessage = home.message(who, `${10 + round}号楼信箱里那只野猫挠得人心烦`)
      const events: readonly InboundEvent[] = [
        kept,
        { ...kept, kind: 'edited', eventId: `${kept.eventId}:e`, text: `${110 + round}号楼的井盖翘起来了` },
        taken,
        { kind: 'recalled', channel: 'memory', communityId: home.communityId, messageId: taken.messageId, conversationId: taken.conversationId, sentAt: taken.sentAt },
      ]
      for (const index of order) for (let i = 0; i < (times[index] ?? 1); i += 1) await home.channel.deliver(events[index] as InboundEvent)
      await home.engine.idle()
      const own = (await home.requests()).filter((request) => request.residentId === kept.author.id && request.description.includes('井盖'))
      expect(own.map(({ address }) => address)).toEqual([`${110 + round}号楼`])
      const everything = await Promise.all((['intake', 'messages', 'requests', 'dialogs', 'learning', 'conversations'] as const).map((table) => home.store.find(home.communityId, table, {})))
      expect(JSON.stringify(everything)).not.toContain('野猫')
    }),
    { numRuns: 40, seed: 7 },
  )
}, 60_000)
