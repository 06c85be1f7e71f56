import { fileURLToPath } from 'node:url'
import cookies from '@fastify/cookie'
import multipart from '@fastify/multipart'
import rateLimit from '@fastify/rate-limit'
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { maxFileBytes } from './channels/web/media.js'
import { calendarRoutes } from './channels/web/calendar-routes.js'
import { boardRoutes } from './channels/web/board-routes.js'
import { ownDataRoutes } from './channels/web/own-data-routes.js'
import { chatRoutes } from './channels/web/routes.js'
import { chatSessions } from './channels/web/sessions.js'
import type { WebChannel } from './channels/web.js'
import type { Engine } from './conversation/engine.js'
import type { Announcer } from './conversation/announcer.js'
import type { Coordinations } from './conversation/coordinations.js'
import type { Activities } from './conversation/activities.js'
import type { Bookings } from './conversation/bookings.js'
import type { Teller } from './conversation/teller.js'
import type { Votes } from './conversation/votes.js'
import { createAuditLog } from './audit/log.js'
import { accountRoutes, everyRole } from './desk/account-routes.js'
import type { SecondStepRule } from './desk/accounts.js'
import { activityRoutes } from './desk/activity-routes.js'
import { auditRoutes } from './desk/audit-routes.js'
import { importRoutes } from './exchange/routes.js'
import { createFiler } from './conversation/filing.js'
import { bookingRoutes } from './desk/booking-routes.js'
import { disclosureRoutes } from './desk/disclosure-routes.js'
import { dutyRoutes, type DutyRouteParts } from './desk/duty-routes.js'
import { evaluationRoutes } from './desk/evaluation-routes.js'
import { exportRoutes } from './desk/export-routes.js'
import { fieldRoutes } from './desk/field-routes.js'
import { liveUpdates, type LiveUpdates } from './desk/live.js'
import { createMasking } from './desk/masking.js'
import { ownAccounts } from './desk/own-account.js'
import { signIns } from './desk/sign-in.js'
import { announcementRoutes } from './desk/announcement-routes.js'
import { absenceRoutes } from './desk/absence-routes.js'
import { createRequestIndex } from './desk/request-index.js'
import { placeRoutes, type PlaceParts } from './desk/place-routes.js'
import { projectRoutes } from './desk/project-routes.js'
import { propertyRoutes } from './desk/property-routes.js'
import { requestRoutes } from './desk/request-routes.js'
import { savedViewRoutes } from './desk/saved-view-routes.js'
import { supervisionRoutes } from './desk/supervision-routes.js'
import { knowledgeRoutes, type KnowledgeRouteParts } from './desk/knowledge-routes.js'
import { linkCodeRoutes } from './desk/link-code-routes.js'
import { standingRoutes } from './desk/standing-routes.js'
import { templateRoutes } from './desk/template-routes.js'
import { topicRoutes } from './desk/topic-routes.js'
import { understandingRoutes, type UnderstandingParts } from './desk/understanding-routes.js'
import { volunteerRoutes } from './desk/volunteer-routes.js'
import { memberRoutes } from './desk/member-routes.js'
import { countedProposals, proposalRoutes } from './desk/proposal-routes.js'
import { wishRoutes } from './desk/wish-routes.js'
import { workRoutes } from './desk/work-routes.js'
import { InputError } from './errors.js'
import { guardAccess } from './http/access.js'
import { writeDown } from './http/audited.js'
import { operationRoutes, type OperationParts } from './http/operation-routes.js'
import { answerErrors, refusalOf, sendRefusal } from './http/refusals.js'
import { keyRoutes } from './open311/key-routes.js'
import { open311Routes } from './open311/routes.js'
import { servePages } from './http/pages.js'
import { securityHeaders } from './http/security-headers.js'
import type { Community, CommunityId } from './knowledge/community.js'
import type { ResponsibleUnit } from './requests/routing.js'
import type { Service, ServiceCatalogue } from './requests/services.js'
import type { WorkingTime } from './requests/working-time.js'
import type { Citation } from './retrieval/citation.js'
import type { Store } from './store/store.js'
import { webhookRoutes, type WebhookRouteParts } from './webhooks/routes.js'

export interface ServerParts {
  readonly config: {
    /** Where people reach us, when a proxy stands in front; https makes cookies Secure. */
    readonly publicUrl: string | null
    readonly trustProxy: boolean
    /** Of whom of the staff a code is asked for after the password. Default `optional`. */
    readonly secondStep?: SecondStepRule
  }
  readonly store: Store
  readonly engine: Engine
  /** The web chat; started and stopped by whoever starts the other channels. */
  readonly web: WebChannel
  readonly communities: () => readonly Community[]
  /** ms since 1970. */
  readonly now: () => number
  /** Ids that grow with time. */
  readonly newId: () => string
  readonly log: FastifyBaseLogger
  /** What looks after bookings; absent, the desk shows none. */
  readonly bookings?: Pick<Bookings, 'offerOf' | 'commitAndTell' | 'closedNotice'>
  /** Sends to who wants to hear it, and brings complaints to one table; absent, the desk shows neither. */
  readonly announcer?: Announcer
  readonly coordinations?: Pick<Coordinations, 'look' | 'step'>
  /** Tells residents of what staff change in the programmes; absent, the desk shows none of them. */
  readonly teller?: Teller
  /** Counts votes that have closed; absent, the desk shows no topics. */
  readonly votes?: Pick<Votes, 'settle'>
  /** What looks after activities; absent, the desk shows neither them nor volunteers. */
  readonly activities?: Pick<Activities, 'commitAndTell'>
  /** Communities, groups, days and health; absent, the desk shows none of it. */
  readonly places?: PlaceParts
  /** What was not understood, and when to speak in rooms; absent, the desk shows none of it. */
  readonly understanding?: UnderstandingParts
  /** Calls for people; absent, the desk shows none. `attend` is told how to see who is at the desk. */
  readonly duty?: DutyRouteParts & { readonly attend: (present: LiveUpdates['present']) => void }
  /** The versions of the knowledge; absent, the desk shows none. */
  readonly knowledge?: KnowledgeRouteParts
  /** What requests are judged by: promised times, working time, who answers outside. */
  readonly work: {
    readonly services: () => Pick<ServiceCatalogue, 'byCode' | 'services'>
    /** What the knowledge says on a matter, the likeliest first; absent: nothing. */
    readonly grounds?: (communityId: CommunityId, words: string) => readonly Citation[]
    readonly workingTime: (communityId: CommunityId) => WorkingTime
    readonly responsibleFor: (communityId: CommunityId, serviceCode: string) => ResponsibleUnit | null
  }
  /** What other systems may report, and what they are told; absent, they are not spoken with. */
  readonly connections?: { readonly webhooks: Pick<WebhookRouteParts, 'sender' | 'guard'>; readonly services: () => ServiceCatalogue; readonly serviceFor: (words: string) => Promise<Service | null>; /** How long a report waits for its number, ms. Default 5 s. */ readonly numberWaitMs?: number }
  /** Whether it is ready, and its figures; absent, nobody can ask. */
  readonly operation?: OperationParts
  /** Ways in for platforms that call us. */
  readonly webhooks?: readonly ((app: FastifyInstance) => void)[]
  /** The built pages; default `web` beside the built server. */
  readonly pages?: string
}

/** Largest body of a request but an upload, bytes. */
const bodyLimit = 1024 * 1024

/** From listening until the requests are read for the desk: the first residents come first, ms. */
const warmAfterMs = 3_000

/** Raised when a client of the desk's or the chat's API has to change. */
const apiVersion = '1.0'

/** The one HTTP server: chat, desk, their pages, health. Not yet listening. */
export async function createServer(parts: ServerParts): Promise<FastifyInstance> {
  const { config, store, engine, web, communities, now, newId, log } = parts
  const app: FastifyInstance = fastify({
    loggerInstance: log,
    // Paths hold one-time tokens and queries ids: the lines below name the route instead.
    logController: new LogController({ disableRequestLogging: true }),
    trustProxy: config.trustProxy,
    bodyLimit,
    // A slow phone may take minutes for a photo; headers must come at once.
    requestTimeout: 300_000,
    http: { headersTimeout: 15_000 },
    // What is in hand is finished; lines that only listen are hung up by preClose.
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    routerOptions: { maxParamLength: 300 },
    frameworkErrors: answerBeforeRouting,
    clientErrorHandler: answerBrokenRequest,
  })
  // Answered also while it cannot yet know whose request it is: before any hook that may refuse.
  app.addHook('onRequest', async (_request, reply) => {
    reply.headers(securityHeaders)
  })
  app.addHook('onSend', async (request, reply, payload) => {
    if (request.url.startsWith('/api/') && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
    return payload
  })
  app.addHook('onResponse', async (request, reply) => {
    request.log.info({ method: request.method, route: request.routeOptions.url ?? null, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }, 'answered')
  })
  answerErrors(app)
  acceptOnlyJson(app)

  const isSecure = (request: FastifyRequest): boolean => (config.publicUrl?.startsWith('https:') ?? false) || request.protocol === 'https'
  const sessions = chatSessions({ store, communities, isSecure, now, newId })
  const secondStep = config.secondStep ?? 'optional'
  // The log's end goes into the log lines as well: who can write the data folder can't take it back from there.
  const audit = createAuditLog({ store, now, anchor: (serial, hash) => { log.info({ serial, hash }, 'audit') } })
  const signIn = signIns({ store, audit, secondStep, now, isSecure })
  const live = liveUpdates(store, signIn, parts.knowledge?.takeUp)
  app.addHook('preClose', async () => {
    live.stop()
    web.hangUp()
  })

  await app.register(cookies)
  await app.register(rateLimit, { global: false, errorResponseBuilder: () => new InputError('too-many', '操作太频繁了，请过一会儿再试') })
  await app.register(multipart, { limits: { fileSize: maxFileBytes, files: 1, fields: 2, parts: 3, headerPairs: 50 }, throwFileSizeLimit: false })
  guardAccess(app, { resident: (request) => sessions.resume(request), staff: (request) => signIn.resume(request) }, config.publicUrl)
  writeDown(app, audit)

  if (parts.operation !== undefined) operationRoutes(app, parts.operation)
  chatRoutes(app, { web, sessions, store, communities, now, newId })
  calendarRoutes(app, store)
  ownDataRoutes(app, { store, now })
  app.get('/api/openapi.json', { config: { access: everyRole, does: '这份说明' } }, async () => {
    const { describeApi } = await import('./http/openapi.js')
    return describeApi(app.accessTable, apiVersion)
  })
  accountRoutes(app, { store, audit, signIn, own: ownAccounts({ store, audit, secondStep, now }), communities, now, newId })
  auditRoutes(app, { store })
  disclosureRoutes(app, { store, communities, now, newId })
  const index = createRequestIndex({ store, termOf: (code) => parts.work.services().byCode(code)?.term ?? null, workingTime: parts.work.workingTime, now })
  let warming: NodeJS.Timeout | undefined
  app.addHook('onListen', async () => { warming = setTimeout(() => { index.warm(communities().map(({ id }) => id)).catch((error: unknown) => { log.warn({ error: String(error) }, 'request index') }) }, warmAfterMs) })
  app.addHook('onClose', () => { clearTimeout(warming); index.stop() })
  const masking = createMasking({ audit, now })
  boardRoutes(app, { communities, requestsOf: (id) => index.newestFirst(id), activitiesOf: (id) => store.find(id, 'activities', { limit: 10_000 }), topicsOf: (id) => store.find(id, 'topics', { limit: 10_000 }), disclosuresOf: (id) => store.find(id, 'disclosures', { limit: 10_000 }), wishesOf: (id) => store.find(id, 'wishes', { order: 'desc', limit: 10_000 }), proposalsOf: (id) => countedProposals(store, id), services: parts.work.services, workingTime: parts.work.workingTime, now })
  requestRoutes(app, { store, engine, index, masking, communities, services: parts.work.services, responsibleFor: parts.work.responsibleFor, grounds: parts.work.grounds ?? (() => []), now })
  savedViewRoutes(app, store)
  evaluationRoutes(app, { store, index, now })
  projectRoutes(app, { store, index, now, newId })
  if (parts.announcer !== undefined) announcementRoutes(app, { store, announcer: parts.announcer, communities, now })
  if (parts.coordinations !== undefined) propertyRoutes(app, { store, coordinations: parts.coordinations, index, now, newId })
  templateRoutes(app, { store, now, newId })
  supervisionRoutes(app, { index, audit, store, services: parts.work.services, workingTime: parts.work.workingTime, communities, now })
  exportRoutes(app, { index, audit, communities, now })
  absenceRoutes(app, { store, engine, communities, now })
  fieldRoutes(app, { store, engine, index, services: parts.work.services, communities, now })
  linkCodeRoutes(app, { store, now })
  workRoutes(app, { store, engine, live, masking, communities })
  if (parts.duty !== undefined) {
    parts.duty.attend(live.present)
    dutyRoutes(app, { ...parts.duty, store, communities, now })
  }
  if (parts.places !== undefined) placeRoutes(app, { ...parts.places, store, communities, now })
  if (parts.understanding !== undefined) understandingRoutes(app, { ...parts.understanding, store, communities })
  if (parts.knowledge !== undefined) knowledgeRoutes(app, { ...parts.knowledge, store, now })
  if (parts.bookings !== undefined) bookingRoutes(app, { store, bookings: parts.bookings, now, newId })
  if (parts.teller !== undefined) standingRoutes(app, { store, teller: parts.teller, now })
  if (parts.teller !== undefined && parts.votes !== undefined && parts.announcer !== undefined) topicRoutes(app, { store, teller: parts.teller, votes: parts.votes, announcer: parts.announcer, index, workingTime: parts.work.workingTime, now, newId })
  if (parts.teller !== undefined) {
    wishRoutes(app, { store, teller: parts.teller, index, masking, workingTime: parts.work.workingTime, now })
    memberRoutes(app, { store, teller: parts.teller, now })
    proposalRoutes(app, { store, teller: parts.teller, index, workingTime: parts.work.workingTime, now })
  }
  if (parts.activities !== undefined) {
    activityRoutes(app, { store, activities: parts.activities, audit, communities, now, newId })
    volunteerRoutes(app, { store, now })
  }
  if (parts.connections !== undefined) {
    const filer = createFiler({ store, engine })
    open311Routes(app, { ...parts.connections, store, filer, communities, requestsOf: (id) => index.newestFirst(id), dueOf: index.dueOf, publicUrl: config.publicUrl, now })
    keyRoutes(app, { store, now })
    webhookRoutes(app, { ...parts.connections.webhooks, store, communities, now, newId })
    importRoutes(app, { ...parts.connections, store, engine, filer, audit, communities, now, newId })
  }
  for (const open of parts.webhooks ?? []) open(app)
  await servePages(app, parts.pages ?? fileURLToPath(new URL('./web/', import.meta.url)))
  await app.ready()
  return app
}

/** Plain text goes (a foreign form can send it without asking); an empty body of a POST is no body. */
function acceptOnlyJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined)
    else void parse(request, body as string, done)
  })
}

/** An address that can't be read reaches no hook: it gets the headers here. */
function answerBeforeRouting(error: Error, request: FastifyRequest, reply: FastifyReply): void {
  reply.headers(securityHeaders)
  sendRefusal(error, request, reply)
}

interface RawSocket {
  readonly destroyed: boolean
  readonly writable: boolean
  write(text: string): unknown
  destroy(error?: Error): unknown
}

/** What is no HTTP at all, or too slow, or has too many headers, gets its answer on the bare socket. */
function answerBrokenRequest(error: Error & { code?: string }, socket: RawSocket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed) return
  const [line, statusCode] = error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? ['408 Request Timeout', 408]
    : error.code === 'HPE_HEADER_OVERFLOW' ? ['431 Request Header Fields Too Large', 413] : ['400 Bad Request', 400]
  const body = JSON.stringify(refusalOf({ statusCode }).body)
  const headers = Object.entries({ ...securityHeaders, 'content-type': 'application/json; charset=utf-8', 'content-length': String(Buffer.byteLength(body)), connection: 'close' })
  if (socket.writable) socket.write(`HTTP/1.1 ${line}\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`)
  socket.destroy(error)
}
