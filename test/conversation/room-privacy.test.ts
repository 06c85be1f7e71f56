import { describe, expect, it } from 'vitest'
import { moveInWords } from '../../src/requests/apply-move.js'
import type { Nlu } from '../../src/nlu/load-nlu.js'
import { aNeighbourhood, clerk, nlu, type Neighbourhood } from './neighbourhood.js'
import { aRoomTalk, leaksIn, type RoomStep } from './room-talks.js'

/** All of them in the long run, a part otherwise; each by its seed, so that one can be played again. */
const talks = process.env['LONG'] === '1' ? 5_000 : 120
const perNeighbourhood = 120
const firstSeed = 20_261_122

/** Understanding that fails when it is told to, once. */
function frail(): { readonly nlu: Nlu; failNext(): void } {
  let fails = false
  return {
    nlu: { ...nlu, understand: (view) => (fails ? ((fails = false), Promise.reject(new TypeError('a mistake of ours'))) : nlu.understand(view)) },
    failNext: () => { fails = true },
  }
}

async function play(here: Neighbourhood, step: RoomStep, fault: () => void): Promise<void> {
  switch (step.kind) {
    case 'fault':
      fault()
      return
    case 'room':
      await here.saysInRoom(step.who, step.text)
      return
    case 'private':
      await here.says(step.who, step.text)
      return
    case 'staff': {
      const request = (await here.requests()).at(-1)
      if (request === undefined || !here.engine.movesFor(request, clerk).includes(step.move)) return
      await here.engine.actOnRequest(here.communityId, request.id, request.rev, step.move === 'decline' ? { name: 'decline', reason: step.text, brings: { kind: 'route', route: 'other-unit' } } : moveInWords(step.move, step.text), clerk)
      break
    }
    case 'staff-in-room':
      if ((await here.store.get(here.communityId, 'conversations', 'memory:room')) === null) return
      await here.engine.takeConversation(here.communityId, 'memory:room', clerk)
      await here.engine.say(here.communityId, 'memory:room', step.text, clerk)
      await here.engine.releaseConversation(here.communityId, 'memory:room', clerk)
  }
  await here.engine.idle()
}

describe('what is said in a room', () => {
  it(`holds nobody’s phone, number, card, plate, door or name in ${talks} talks with staff and faults among them`, { timeout: talks * 400 + 30_000 }, async () => {
    const leaks: string[] = []
    let said = 0
    for (let from = 0; from < talks; from += perNeighbourhood) {
      const mind = frail()
      const here = await aNeighbourhood('huzhou-demo', { nlu: mind.nlu })
      for (let seed = firstSeed + from; seed < firstSeed + Math.min(talks, from + perNeighbourhood); seed += 1) {
        const { planted, steps } = aRoomTalk(seed)
        for (const step of steps) {
          const before = here.channel.shown.length
          await play(here, step, mind.failNext)
          for (const { to, reply } of here.channel.shown.slice(before)) {
            if (to.chat !== 'group') continue
            said += 1
            const found = leaksIn([reply.text, ...reply.choices, ...reply.citations.map(({ quote }) => quote)].join('\n'), planted)
            if (found.length > 0) leaks.push(`${seed} ${found.join('+')}: ${JSON.stringify(step)} → ${reply.text}`)
          }
        }
        here.pass(3 * 60_000)
      }
      await here.engine.stop()
    }
    console.log(`${talks} talks from seed ${firstSeed}: ${said} messages in rooms, ${leaks.length} with personal data`)
    expect(leaks).toEqual([])
    // Were the rooms silent, nothing would have been shown.
    expect(said).toBeGreaterThan(talks)
  })
})
