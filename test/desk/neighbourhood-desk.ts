import type { FastifyInstance } from 'fastify'
import { pino } from 'pino'
import { afterAll } from 'vitest'
import type { PublicBoard } from '../../src/channels/web-types.js'
import { webChannel } from '../../src/channels/web.js'
import type { EngineParts } from '../../src/conversation/create-engine.js'
import type { Role } from '../../src/desk/accounts.js'
import { createServer } from '../../src/http.js'
import { hashToken, newToken } from '../../src/http/tokens.js'
import { PLATFORM } from '../../src/knowledge/community.js'
import { loadKnowledge } from '../../src/knowledge/knowledge.js'
import type { ServiceCatalogue } from '../../src/requests/services.js'
import { aNeighbourhood, type Neighbourhood } from '../conversation/neighbourhood.js'

const knowledge = await loadKnowledge('knowledge')

/** `body`: what the desk answers in JSON. */
export interface Answer<T> { readonly status: number; readonly body: T; readonly text: string }
export type Call = <T>(method: 'GET' | 'POST', path: string, body?: object) => Promise<Answer<T>>

/** A community with its residents' chat and its desk, on Monday, 2026-11-23, at 9:30. */
export interface NeighbourhoodDesk {
  readonly home: Neighbourhood
  readonly app: FastifyInstance
  /** Asks as a member of staff, below `/api/desk/` where the path doesn't begin with `/`. Who has signed in before keeps their `id`. */
  as(role: Role, who?: { readonly id?: string; readonly name?: string }): Promise<Call & { readonly id: string }>
  /** The cookie of a member of staff. */
  signIn(role: Role, who?: { readonly id?: string; readonly name?: string }): Promise<{ readonly id: string; readonly token: string }>
  /** What a resident was told in private, in its order. */
  told(who: string): readonly string[]
  board(): Promise<PublicBoard>
}

export async function aNeighbourhoodDesk(given: { readonly years?: EngineParts['years']; readonly services?: ServiceCatalogue } = {}): Promise<NeighbourhoodDesk> {
  const { years } = given
  const home = await aNeighbourhood('huzhou-demo', years === undefined ? {} : { years })
  const { engine, store, now } = home
  let serial = 0
  const newId = (): string => `desk-${String((serial += 1)).padStart(4, '0')}`
  const app = await createServer({
    config: { publicUrl: null, trustProxy: false }, store, engine, web: webChannel({ store, now, newId }), communities: () => [...knowledge.communities.values()], now, newId, log: pino({ level: 'silent' }),
    activities: engine.activities, announcer: engine.announcer, bookings: engine.bookings, coordinations: engine.coordinations, teller: engine.teller, votes: engine.votes,
    work: { services: () => given.services ?? { byCode: () => null, services: [] }, workingTime: () => ({ years: years ?? new Map(), hours: null }), responsibleFor: () => null },
  })
  afterAll(() => app.close())

  const signIn: NeighbourhoodDesk['signIn'] = async (role, { id = newId(), name = '李师傅' } = {}) => {
    const token = newToken()
    const known = await store.get(PLATFORM, 'staff', id)
    await store.commit(PLATFORM, [
      { op: 'put', table: 'staff', row: { id, rev: known?.rev ?? 0, login: id, name, passwordHash: '-', role, scope: [home.communityId], failures: 0, lockedUntil: null, disabled: false, createdAt: 0 } },
      { op: 'put', table: 'staffSessions', row: { id: hashToken(token), rev: 0, staffId: id, createdAt: now(), lastAt: now() } },
    ])
    return { id, token }
  }

  return {
    home, app, signIn,
    async as(role, who) {
      const { id, token } = await signIn(role, who)
      const call: Call = async <T>(method: 'GET' | 'POST', path: string, body?: object) => {
        const answer = await app.inject({ method, url: path.startsWith('/') ? path : `/api/desk/${path}`, headers: { 'x-yichuang': 'desk' }, cookies: { desk: token }, ...(body === undefined ? {} : { payload: body }) })
        await engine.idle()
        return { status: answer.statusCode, body: (String(answer.headers['content-type']).includes('json') ? answer.json() : null) as T, text: answer.body }
      }
      return Object.assign(call, { id })
    },
    told: (who) => home.channel.shown.filter(({ to }) => to.conversationId === `memory:private:${who}`).map(({ reply }) => reply.text),
    board: async () => (await app.inject({ url: `/api/board/${home.communityId}` })).json<PublicBoard>(),
  }
}
