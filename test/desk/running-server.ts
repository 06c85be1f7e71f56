import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify'
import { pino } from 'pino'
import type { ChatSessionInfo } from '../../src/channels/web-types.js'
import { createHealthBoard, type HealthBoard } from '../../src/channels/health.js'
import { createPairing } from '../../src/channels/pairing.js'
import { webChannel, type WebChannel } from '../../src/channels/web.js'
import { createActivities } from '../../src/conversation/activities.js'
import { createAnnouncer } from '../../src/conversation/announcer.js'
import { createBookings } from '../../src/conversation/bookings.js'
import { createCoordinations } from '../../src/conversation/coordinations.js'
import { createTeller } from '../../src/conversation/teller.js'
import { createVotes } from '../../src/conversation/votes.js'
import type { Role, SecondStepRule, StaffAccount } from '../../src/desk/accounts.js'
import type { KnowledgeRouteParts } from '../../src/desk/knowledge-routes.js'
import { hashPassword } from '../../src/desk/passwords.js'
import { createServer } from '../../src/http.js'
import { hashToken, newToken } from '../../src/http/tokens.js'
import { PLATFORM, type Community, type CommunityId } from '../../src/knowledge/community.js'
import { createLiveKnowledge, type LiveKnowledge } from '../../src/publication/live-knowledge.js'
import { createPublication, type Publication } from '../../src/publication/publication.js'
import { compareRetrained } from '../../src/learning/retrain.js'
import { createRoomSettings } from '../../src/learning/room-settings.js'
import { createTrainingDesk } from '../../src/learning/training.js'
import { createLearningWork } from '../../src/learning/work.js'
import { createOperation } from '../../src/metrics/operation.js'
import type { IntentSet } from '../../src/nlu/intents.js'
import type { ServiceRequest } from '../../src/requests/service-request.js'
import { createCatalogue, type Service } from '../../src/requests/services.js'
import type { WorkingTime } from '../../src/requests/working-time.js'
import type { Store } from '../../src/store/store.js'
import { createPager } from '../../src/paging/pager.js'
import { createReach } from '../../src/paging/reach.js'
import { createAddressGuard } from '../../src/webhooks/address-guard.js'
import { openTempStore } from '../store/temp-store.js'
import { standInEngine, type StandInEngine } from './stand-in-engine.js'

export const huzhou = 'huzhou-test' as CommunityId
export const puyang = 'puyang-test' as CommunityId

export function aCommunity(id: CommunityId, name: string): Community {
  return {
    id, name, numberPrefix: 'HZ', facts: [], policies: [], grids: [], places: [],
    chain: [
      { code: '330502001001', name, level: 'community' },
      { code: '330500', name: '湖州市', level: 'city' },
      { code: '330000', name: '浙江省', level: 'province' },
    ],
  }
}

/** A cookie jar with a browser's manners: what was set is sent again. */
export interface Browser {
  call(method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD', url: string, body?: unknown, more?: InjectOptions): Promise<LightMyRequestResponse>
  readonly cookies: Map<string, string>
}

export interface RunningServer {
  readonly app: FastifyInstance
  readonly store: Store
  readonly web: WebChannel
  readonly engine: StandInEngine
  readonly clock: { now: number }
  readonly newId: () => string
  /** What is known of the channels. */
  readonly health: HealthBoard
  /** The versions of the knowledge, and the one in use: the two communities and a year's holidays. */
  readonly publication: Publication
  readonly knowledge: LiveKnowledge
  /** Who has a page of the desk open, by the server's own account. */
  present(): Promise<ReadonlySet<string>>
  browser(more?: InjectOptions): Browser
  resident(community?: CommunityId): Promise<Browser & { readonly session: ChatSessionInfo; readonly privateId: string; readonly roomId: string }>
  staff(role: Role, scope?: 'all' | readonly CommunityId[]): Promise<Browser & { readonly account: StaffAccount }>
  /** Opens a port, for what needs a real connection; gives its address. */
  readonly listen: () => Promise<string>
  close(): Promise<void>
}

let passwordHash: Promise<string> | null = null
export const staffPassword = '一窗受理全程代办'

export async function runningServer(given: { readonly publicUrl?: string | null; readonly pages?: string; readonly secondStep?: SecondStepRule; /** Left to the test that starts the channel itself. */ readonly isChannelIdle?: boolean; readonly workingTime?: WorkingTime; /** What every service promises; absent: none is known. */ readonly service?: Pick<Service, 'term' | 'claimHours'>; readonly communities?: readonly Community[]; readonly knowledge?: (store: Store, now: () => number) => Promise<KnowledgeRouteParts> } = {}): Promise<RunningServer> {
  const { store, close } = await openTempStore()
  const clock = { now: Date.parse('2026-11-20T09:00:00+08:00') }
  let serial = 0
  const newId = (): string => `n${String((serial += 1)).padStart(8, '0')}`
  const now = (): number => clock.now
  const web = webChannel({ store, now, newId })
  const engine = standInEngine({ store, now, newId, channel: web })
  const publication = createPublication(store, now)
  const shown = await given.knowledge?.(store, now)
  if (shown === undefined) await publication.begin(new Map([
    ...[aCommunity(huzhou, '示例社区'), aCommunity(puyang, '另一个社区')].map((one) => [`communities/${one.id}.json`, JSON.stringify(one)] as const),
    ['calendar/2026.json', await readFile('knowledge/calendar/2026.json', 'utf8')],
  ]))
  const knowledge = await createLiveKnowledge(publication)
  const communities = () => given.communities ?? [...(shown?.inUse ?? knowledge.inUse)().communities.values()]
  const health = createHealthBoard(now)
  let present: () => Promise<ReadonlySet<string>> = () => Promise.resolve(new Set())
  const pairing = createPairing({ store, now })
  const reach = createReach({ store, pairing, health, present: () => present(), now })
  // Nobody is called over a chat platform here.
  const pager = createPager({ store, outbox: { push: () => undefined }, reach, nameOf: () => '示例社区', deskUrl: () => null, now, newId, log: () => undefined })
  if (given.isChannelIdle !== true) await web.start((message) => engine.deliver(message))
  const unsent = { push: () => undefined }
  const log = (): void => undefined
  const community = (id: CommunityId): Community => communities().find((one) => one.id === id) ?? aCommunity(id, id)
  const workingTime = (): WorkingTime => given.workingTime ?? { years: new Map(), hours: null }
  const teller = createTeller({ store, outbox: unsent, now, newId })
  const learning = createLearningWork(store, now)
  const operation = createOperation({ store, probeStore: () => store.commit(PLATFORM, []), isStarted: () => web.isStarted(), channels: () => health.all(), now, steady: () => performance.now(), onClockJump: () => undefined, onFailure: (error) => { throw error } })
  const app = await createServer({
    config: { publicUrl: given.publicUrl ?? null, trustProxy: false, secondStep: given.secondStep ?? 'optional' },
    store, engine, web, communities, now, newId, log: pino({ level: 'silent' }),
    work: {
      services: () => ({ byCode: () => (given.service === undefined ? null : (given.service as Service)), services: [] }),
      workingTime, responsibleFor: () => null,
    },
    teller,
    announcer: createAnnouncer({ store, outbox: unsent, community, now, newId }),
    coordinations: createCoordinations({ store, teller, now, newId, log }),
    votes: createVotes({ store, teller, now, log }),
    activities: createActivities({ store, teller, now, log }),
    bookings: createBookings({ store, teller, community, workingTime, now, newId, log }),
    operation: { ...operation, metricsToken: null },
    understanding: {
      work: learning, rooms: createRoomSettings(store), intents: () => fewIntents.intents.values(),
      training: createTrainingDesk({
        work: learning, store, now, reload: () => Promise.resolve(), onFailure: (error) => { throw error },
        train: ({ published, fresh }, onStep) => { let step = 0; return compareRetrained(fewIntents, published, fresh, 2, (of) => { onStep(step += 1, of) }) },
      }),
    },
    places: { publication: shown?.publication ?? publication, inUse: shown?.inUse ?? knowledge.inUse, pairing, health, work: learning },
    duty: { pager, reach, health, attend: (who) => { present = who } },
    connections: { webhooks: { sender: { sendNow: (_place, row) => Promise.resolve({ ...row, state: 'sent', attempts: row.attempts + 1, tries: [{ at: now(), status: 204, error: null, ms: 1 }], endedAt: now() }) }, guard: createAddressGuard([]) }, services: () => createCatalogue([]), serviceFor: () => Promise.resolve(null) },
    ...(given.pages === undefined ? {} : { pages: given.pages }),
    knowledge: shown ?? {
      publication, inUse: knowledge.inUse, titleOf: (intent) => intent, takeUp: async () => { await knowledge.reload() },
      tryOut: ({ id }) => Promise.resolve({ understanding: null, answer: { id, speaks: false, outcome: 'silent', intents: [], slots: [], reply: [], citations: [], ms: 0 } }),
    },
  })

  function browser(more: InjectOptions = {}): Browser {
    const cookies = new Map<string, string>()
    return {
      cookies,
      async call(method, url, body, besides = {}) {
        const answer = await app.inject({
          ...more, ...besides, method, url,
          headers: { 'x-yichuang': 'desk', ...more.headers, ...besides.headers },
          cookies: Object.fromEntries(cookies),
          ...(body === undefined ? {} : { payload: body as object }),
        })
        for (const { name, value, maxAge, expires } of answer.cookies) {
          if (maxAge === 0 || (expires !== undefined && expires.getTime() <= Date.now() - 1_000)) cookies.delete(name)
          else cookies.set(name, value)
        }
        return answer
      },
    }
  }

  return {
    app, store, web, engine, clock, newId, browser, health, publication, knowledge,
    present: () => present(),
    async resident(community = huzhou) {
      const page = browser()
      const session = (await page.call('POST', '/api/chat/session', { communityId: community })).json<ChatSessionInfo>()
      return { ...page, session, privateId: session.conversations[0]!.id, roomId: session.conversations[1]!.id }
    },
    async staff(role, scope = [huzhou]) {
      passwordHash ??= hashPassword(staffPassword)
      const account: StaffAccount = {
        id: `staff-${newId()}`, rev: 0, login: `${role}-${serial}`, name: '李师傅', passwordHash: await passwordHash, role, scope,
        failures: 0, lockedUntil: null, disabled: false, createdAt: now(),
      }
      const token = newToken()
      await store.commit(PLATFORM, [
        { op: 'put', table: 'staff', row: account },
        { op: 'put', table: 'staffSessions', row: { id: hashToken(token), rev: 0, staffId: account.id, createdAt: now(), lastAt: now() } },
      ])
      const page = browser()
      page.cookies.set('desk', token)
      return { ...page, account }
    },
    listen: () => app.listen({ host: '127.0.0.1', port: 0 }),
    async close() {
      await pager.stop()
      await web.stop()
      operation.stop()
      await app.close()
      await close()
    },
  }
}

const intent = (name: 'noise' | 'payment', title: string, utterances: readonly string[]) => [name, { name, title, description: title, leadsTo: 'report', utterances }] as const
/** Enough to train with in no time. */
const fewIntents: IntentSet = {
  intents: new Map([
    intent('noise', '噪声扰民', ['楼上太吵了', '半夜装修吵得睡不着', '广场舞声音太大', '隔壁天天放音响', '狗叫了一夜', '太吵了管管吧']),
    intent('payment', '缴费', ['物业费怎么交', '水费在哪里交', '电费能手机交吗', '停车费多少钱', '我要交物业费', '燃气费怎么缴']),
  ]),
  none: ['今天天气真好', '吃饭了吗', '哈哈哈', '晚上打牌吗'],
}

export function aRequest(id: string, change: Partial<ServiceRequest> = {}): ServiceRequest {
  return {
    id, rev: 0, number: `HZ-2611-${id}`, sourceKey: `web:m:${id}`, serviceCode: 'repair', serviceName: '公共设施报修', intent: 'repair_env', status: 'accepted',
    owner: { kind: 'post', id: 'grid', name: '网格员' }, residentId: 'web:r1', channel: 'web', conversationId: 'web:none', description: '3栋楼道灯坏了',
    address: null, placeKey: null, fields: [], attachmentIds: [], reporters: [], appointment: null, urges: [], ratings: [], history: [],
    filedAt: 1, updatedAt: 1, settledAt: null, ...change,
  }
}

export function aClientId(): string {
  return randomUUID()
}
