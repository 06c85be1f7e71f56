import { pino } from 'pino'
import type { InboundEvent } from '../../src/channels/channel.js'
import { fetchedChannel } from '../../src/channels/fetched.js'
import { webChannel } from '../../src/channels/web.js'
import type { ApiKey } from '../../src/open311/api-key.js'
import { idMaker } from '../../src/conversation/new-id.js'
import { createServer } from '../../src/http.js'
import { hashToken, newToken } from '../../src/http/tokens.js'
import type { Closing } from '../../src/knowledge/closing.js'
import { PLATFORM, type Community } from '../../src/knowledge/community.js'
import { loadKnowledge } from '../../src/knowledge/knowledge.js'
import { loadServices } from '../../src/knowledge/services.js'
import { createAddressGuard } from '../../src/webhooks/address-guard.js'
import { aNeighbourhood, type Neighbourhood } from '../conversation/neighbourhood.js'
import { geoReportClient, type GeoReportClient } from './client.js'

/** A community whose real conversations other systems reach over a real port. */
export interface OpenHouse {
  readonly home: Neighbourhood
  readonly community: Community
  readonly base: string
  client(format: 'json' | 'xml'): GeoReportClient
  key(change?: Partial<ApiKey>): Promise<string>
  /** Lets the reports that wait be filed. */
  letGo(): Promise<void>
  close(): Promise<void>
}

export async function anOpenHouse(given: { readonly communities?: readonly string[]; /** Reports wait until `letGo`. */ readonly isSlow?: boolean; /** The windows are shut. */ readonly closed?: Closing } = {}): Promise<OpenHouse> {
  const [knowledge, services] = await Promise.all([loadKnowledge('knowledge'), loadServices('knowledge')])
  const { closed } = given
  const communities = [...knowledge.communities.values()].filter(({ id }) => (given.communities ?? ['huzhou-demo']).includes(id)).map((one): Community => (closed === undefined ? one : { ...one, closed }))
  const [community] = communities
  if (community === undefined) throw new Error('no community')
  const home = await aNeighbourhood('huzhou-demo', { besides: [fetchedChannel('open311'), fetchedChannel('exchange')], community: () => community })
  const web = webChannel({ store: home.store, now: home.now, newId: idMaker(home.now) })
  const held: InboundEvent[] = []
  const app = await createServer({
    config: { publicUrl: null, trustProxy: false }, store: home.store, engine: given.isSlow === true ? { ...home.engine, deliver: async (event) => void held.push(event) } : home.engine, web, communities: () => communities, now: home.now, newId: idMaker(home.now), log: pino({ level: 'silent' }),
    work: { services: () => services, workingTime: () => ({ years: new Map(), hours: null }), responsibleFor: () => null }, connections: { webhooks: { sender: { sendNow: () => Promise.resolve(null) }, guard: createAddressGuard([]) }, services: () => services, serviceFor: () => Promise.resolve(null), ...(given.isSlow === true ? { numberWaitMs: 0 } : {}) },
  })
  const base = `${await app.listen({ host: '127.0.0.1', port: 0 })}/open311/v2`
  return {
    home, base, community,
    client: (format) => geoReportClient(base, format),
    async key(change = {}) {
      const token = newToken()
      const row: ApiKey = { id: hashToken(token), rev: 0, name: '掌上城管', scope: 'all', rights: ['file'], perMinute: 60, tail: token.slice(-4), createdAt: home.now(), createdBy: '陈主任', lastUsedAt: null, revokedAt: null, ...change }
      await home.store.commit(PLATFORM, [{ op: 'put', table: 'apiKeys', row }])
      return token
    },
    async letGo() {
      for (const event of held.splice(0)) await home.engine.deliver(event)
      await home.engine.idle()
    },
    close: () => app.close(),
  }
}
