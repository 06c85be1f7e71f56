import { describe, expect, it, onTestFinished } from 'vitest'
import { larkChannel, type LarkChannel } from '../../../src/channels/lark.js'
import { createPairing } from '../../../src/channels/pairing.js'
import { aNeighbourhood } from '../../conversation/neighbourhood.js'
import { aCommunity } from '../../desk/running-server.js'
import { seededRandom } from '../../../src/random.js'
import { larkStandIn, wordsOf } from './stand-in.js'

const seed = 20_261_122

describe('Lark’s redeliveries', () => {
  it('of each message one to five times, in any order, to any of three clients, with a restart in between, are one request and one reply each', async () => {
    const chance = seededRandom(seed)
    const lark = await larkStandIn({ chance })
    const channels: LarkChannel[] = []
    // Whatever client took the event, the reply leaves by the first.
    const hood = await aNeighbourhood('huzhou-demo', { channels: () => channels.slice(0, 1) })
    async function open(): Promise<void> {
      const pairing = createPairing({ store: hood.store, now: hood.now })
      for (let i = 0; i < 3; i += 1) {
        channels.push(larkChannel({
          settings: { appId: lark.appId, appSecret: lark.appSecret, domain: lark.domain, by: { kind: 'connection' } },
          store: hood.store, pairing, communities: () => [aCommunity(hood.communityId, '新荷社区')], onState: () => undefined, now: Date.now, log: () => undefined,
        }))
      }
      await Promise.all(channels.map((channel) => channel.start((event) => hood.engine.deliver(event))))
    }
    const shut = async (): Promise<void> => { for (const channel of channels.splice(0)) await channel.stop() }
    onTestFinished(async () => {
      await shut()
      await lark.close()
    })
    await open()

    const residents = 12
    const schedule = Array.from({ length: residents }, (_, i) => Array.from({ length: 1 + Math.floor(chance() * 5) }, () => ({ i, at: chance() }))).flat().sort((a, b) => a.at - b.at)
    const messages = Array.from({ length: residents }, (_, i) => lark.message(`ou_${i}`, `${i + 1}栋楼下的灯坏了`, { id: `om_${i}` }))
    const tookMs: number[] = []
    const deliver = async (i: number): Promise<void> => {
      const startedAt = performance.now()
      expect((await lark.event('im.message.receive_v1', messages[i] ?? {}, { eventId: `e-${i}` })).how).toBe('acknowledged')
      tookMs.push(performance.now() - startedAt)
    }
    const half = Math.floor(schedule.length / 2)
    await Promise.all(schedule.slice(0, half).map(({ i }) => deliver(i)))
    await hood.engine.idle()
    await shut()
    await hood.restart()
    await open()
    await Promise.all(schedule.slice(half).map(({ i }) => deliver(i)))
    await Promise.all(Array.from({ length: 50 }, () => deliver(0)))
    await hood.engine.idle()

    tookMs.sort((a, b) => a - b)
    console.log(`seed ${seed}: ${schedule.length + 50} deliveries of ${residents} messages; acknowledged p50 ${tookMs[Math.floor(tookMs.length / 2)]?.toFixed(0)} ms, p99 ${tookMs[Math.floor(tookMs.length * 0.99)]?.toFixed(0)} ms`)
    expect(await hood.requests()).toHaveLength(residents)
    for (let i = 0; i < residents; i += 1) {
      const replies = lark.shown.filter(({ to }) => to === `ou_${i}`).map(wordsOf)
      expect(replies).toEqual([expect.stringContaining('已受理')])
    }
  })
})
