import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { EditedMessage, InboundEvent } from '../../src/channels/channel.js'
import { readMemory, type Form } from '../../src/conversation/memory.js'
import { dialogId } from '../../src/conversation/turn-state.js'
import { aNeighbourhood, type Neighbourhood } from './neighbourhood.js'

/** The whole count is 2,000; every day a sample of it. */
const runs = process.env['LONG'] === undefined ? 40 : 2_000

interface Talk {
  readonly who: string
  readonly events: readonly InboundEvent[]
}

/** A meal for a parent, told in pieces: the home, a number that is corrected by an edit, and a word that is taken back. */
function talkOf(home: Neighbourhood, who: string, door: string, phones: readonly [string, string], secret: string): Talk {
  const [asks, where, call, slip] = ['想给我妈订个助餐', `${door}`, `电话${phones[0]}`, `我家${secret}你别往外说`].map((text) => home.message(who, text))
  if (!asks || !where || !call || !slip) throw new Error('a message is missing')
  const edit: EditedMessage = { ...call, kind: 'edited', eventId: `${call.eventId}:e`, text: `电话${phones[1]}` }
  const recall: InboundEvent = { kind: 'recalled', channel: slip.channel, communityId: slip.communityId, messageId: slip.messageId, conversationId: slip.conversationId, sentAt: slip.sentAt }
  return { who, events: [asks, where, call, edit, slip, recall] }
}

/** Where the talk stands: the open form's data, and the last thing asked. */
async function standing(home: Neighbourhood, { who }: Talk): Promise<{ readonly form: Form | null; readonly last: string }> {
  const conversation = `memory:private:${who}`
  const dialog = await home.store.get(home.communityId, 'dialogs', dialogId(conversation, `memory:${who}`))
  const said = (await home.store.find(home.communityId, 'messages', { by: 'conversationId', equals: conversation })).filter(({ from }) => from === 'bot')
  return { form: dialog === null ? null : readMemory(dialog.memory).form, last: said.at(-1)?.text ?? '' }
}

const dataOf = (form: Form | null): string => ['addr', 'phone'].map((name) => form?.fields.findLast((slot) => slot.name === name)?.value ?? '').join('|')

it(`a form told in any order, with an edit and a recall, ends as in order or in a clear question, and two talks never mix (${runs} orders of two talks)`, async () => {
  const home = await aNeighbourhood()
  let round = 0
  const ends = { inOrder: 0, asks: 0 }
  await fc.assert(
    fc.asyncProperty(fc.shuffledSubarray(Array.from({ length: 12 }, (_, i) => i), { minLength: 12, maxLength: 12 }), async (order) => {
      round += 1
      const number = (n: number): string => `138${String(round * 10 + n).padStart(8, '0')}`
      const talks = [
        talkOf(home, `甲${round}`, '5栋1单元302', [number(1), number(2)], `甲猫${round}`),
        talkOf(home, `乙${round}`, '8栋2单元501', [number(3), number(4)], `乙猫${round}`),
      ] as const
      for (const at of order) await home.channel.deliver(talks[at < 6 ? 0 : 1].events[at % 6] as InboundEvent)
      await home.engine.idle()
      for (const [index, talk] of talks.entries()) {
        const [own, others] = index === 0 ? ['5栋1单元302', ['8栋2单元501', number(3), number(4)]] : ['8栋2单元501', ['5栋1单元302', number(1), number(2)]]
        const { form, last } = await standing(home, talk)
        const right = `${own}|${number(index * 2 + 2)}`
        const asks = /[?？]|请(?!慢|放)|吗|回「/.test(last)
        expect(dataOf(form) === right || asks, `${talk.who}: ${dataOf(form)} after 「${last}」`).toBe(true)
        if (dataOf(form) === right) ends.inOrder += 1
        else ends.asks += 1
        const kept = JSON.stringify([form, await home.store.find(home.communityId, 'messages', { by: 'conversationId', equals: `memory:private:${talk.who}` }), await home.store.find(home.communityId, 'requests', { by: 'residentId', equals: `memory:${talk.who}` })])
        for (const foreign of others) expect(kept, `${talk.who} has what is another's`).not.toContain(foreign)
        expect(kept).not.toContain(`${index === 0 ? '甲' : '乙'}猫${round}`)
        expect(JSON.stringify(form?.fields ?? []), `${talk.who} has the old number`).not.toContain(number(index * 2 + 1))
      }
    }),
    { numRuns: runs, seed: 11 },
  )
  console.log(`form orders: ${runs}; as in order ${ends.inOrder}, in a clear question ${ends.asks}`)
  // Many orders can't be told from a talk that left something out: there it asks. One in four at least can.
  expect(ends.inOrder).toBeGreaterThan((ends.inOrder + ends.asks) / 4)
}, 1_200_000)
