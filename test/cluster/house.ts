import { randomBytes } from 'node:crypto'
import { openPostgresStore } from '../../src/store/postgres.js'
import type { ServerOptions, ServerProcess } from '../../src/bench/server-process.js'
import { aFolder, aServer, atTheEnd } from '../journeys/running.js'
import { startPostgres, type PostgresServer } from '../store/postgres-server.js'
import type { Intake } from '../../src/conversation/records.js'
import type { CommunityId } from '../../src/knowledge/community.js'
import type { ServiceRequest } from '../../src/requests/service-request.js'

/** An installation of several processes on one database. */
export interface House {
  readonly url: string
  readonly key: Buffer
  /** One more process, ready. */
  process(more?: Partial<ServerOptions>): Promise<ServerProcess>
  /** What lies in the database now. */
  stored(communityId: CommunityId): Promise<{ readonly requests: readonly ServiceRequest[]; readonly pending: readonly Intake[]; readonly due: number }>
}

/** A database of its own on a real server (`on`: this one); ended after the file's tests. */
export async function aHouse(on?: PostgresServer): Promise<House> {
  const server = on ?? await startPostgres()
  atTheEnd(() => server.stop())
  const url = await server.newDatabase()
  const key = randomBytes(32)
  // Trained once, read by all.
  const cache = process.env['YICHUANG_CACHE_DIR'] ?? './.cache'
  return {
    url, key,
    process: (more = {}) => aServer(aFolder(), { ...more, env: { DATABASE_URL: url, YICHUANG_KEY: key.toString('base64'), YICHUANG_CACHE_DIR: cache, ...more.env } }),
    async stored(communityId) {
      const store = await openPostgresStore({ url, key })
      try {
        return {
          requests: await store.find(communityId, 'requests', { limit: 10_000 }),
          pending: await store.find(communityId, 'intake', { by: 'state', equals: 'pending' }),
          due: (await store.find(communityId, 'outbox', { by: 'state', equals: 'due', limit: 10_000 })).length,
        }
      } finally {
        await store.close()
      }
    },
  }
}
