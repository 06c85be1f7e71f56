import { pino } from 'pino'
import type { InboundEvent } from '../../../src/channels/channel.js'
import { createHealthBoard, type HealthBoard } from '../../../src/channels/health.js'
import { larkChannel, type LarkChannel, type LarkParts } from '../../../src/channels/lark.js'
import { createPairing, type Pairing } from '../../../src/channels/pairing.js'
import type { Store } from '../../../src/store/store.js'
import { aCommunity, huzhou, puyang } from '../../desk/running-server.js'
import { openTempStore } from '../../store/temp-store.js'
import { larkStandIn, type LarkStandIn } from './stand-in.js'

export const group = 'oc_lotus'
export const wang = 'ou_wang'
export const zhang = 'ou_zhang'

/** Our channel connected to a Lark of its own. */
export interface LarkApp {
  readonly lark: LarkStandIn
  readonly channel: LarkChannel
  readonly store: Store
  readonly pairing: Pairing
  readonly health: HealthBoard
  now(): number
  /** The channel's clock goes on by so much, beside the time that really passes. */
  pass(ms: number): void
  /** What was handed to the conversations. */
  readonly taken: InboundEvent[]
  readonly logged: string[]
  close(): Promise<void>
}

export async function larkApp(given: Partial<LarkParts> & { readonly lark?: LarkStandIn; readonly isUnpaired?: boolean; readonly start?: (event: InboundEvent) => Promise<void>; readonly isIdle?: boolean } = {}): Promise<LarkApp> {
  const lark = given.lark ?? (await larkStandIn())
  const { store, close } = await openTempStore()
  let passed = 0
  const now = (): number => Date.now() + passed
  const pairing = createPairing({ store, now })
  const health = createHealthBoard(now)
  const taken: InboundEvent[] = []
  const logged: string[] = []
  // The real log format, kept to see what is in it.
  const log = pino({ level: 'trace', base: null }, { write: (line) => { logged.push(line) } })
  if (given.isUnpaired !== true) await pairing.pair({ id: `lark:chat:${group}`, channel: 'lark', communityId: huzhou, use: 'residents' })
  const channel = larkChannel({
    settings: { appId: lark.appId, appSecret: lark.appSecret, domain: lark.domain, by: { kind: 'connection' } },
    store, pairing, communities: () => [aCommunity(huzhou, '示例社区'), aCommunity(puyang, '另一个社区')],
    onState: (state) => { health.report('lark', state) }, now, log: (level, event, details) => { log[level](details, event) }, ...given,
  })
  if (given.isIdle !== true) await channel.start(given.start ?? (async (event) => { taken.push(event) }))
  return {
    lark, channel, store, pairing, health, taken, logged, now,
    pass: (ms) => { passed += ms },
    async close() {
      await channel.stop()
      await lark.close()
      await close()
    },
  }
}

/** Tries until it holds; what it waits for is a real socket's doing. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5))
}
