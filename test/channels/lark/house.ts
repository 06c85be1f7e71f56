import { larkChannel, type LarkChannel } from '../../../src/channels/lark.js'
import { createPairing, type Pairing } from '../../../src/channels/pairing.js'
import { aNeighbourhood, type Neighbourhood } from '../../conversation/neighbourhood.js'
import { aCommunity } from '../../desk/running-server.js'
import { group } from './app.js'
import { larkStandIn, type LarkStandIn } from './stand-in.js'

/** The whole house with Lark for a channel. */
export interface House {
  readonly hood: Neighbourhood
  readonly lark: LarkStandIn
  readonly channel: LarkChannel
  readonly pairing: Pairing
  close(): Promise<void>
}

export async function aHouse(): Promise<House> {
  const lark = await larkStandIn()
  let channel: LarkChannel | null = null
  const hood = await aNeighbourhood('huzhou-demo', { channels: () => (channel === null ? [] : [channel]) })
  const pairing = createPairing({ store: hood.store, now: hood.now })
  await pairing.pair({ id: `lark:chat:${group}`, channel: 'lark', communityId: hood.communityId, use: 'residents' })
  channel = larkChannel({
    settings: { appId: lark.appId, appSecret: lark.appSecret, domain: lark.domain, by: { kind: 'connection' } },
    work: { engine: hood.engine, isForAll: (code) => code !== 'staff-complaint' && code !== 'mediation' },
    store: hood.store, pairing, communities: () => [aCommunity(hood.communityId, '新荷社区')], onState: () => undefined, now: Date.now, log: () => undefined,
  })
  const opened = channel
  await opened.start((event) => hood.engine.deliver(event))
  return { hood, lark, channel: opened, pairing, close: async () => { await opened.stop(); await lark.close() } }
}
