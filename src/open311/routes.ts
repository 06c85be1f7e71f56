import { createHash, randomUUID } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { createKeyLimits, refusalOfKey, type ApiKey, type KeyRight } from './api-key.js'
import { formats, mediaTypes, Open311Error, writeAnswer, writeErrors, type Format, type Value } from './answer-format.js'
import { messageOf, readReport } from './report.js'
import { toOpen311Request } from './request-view.js'
import { find, readParameters, readSearch, valueOf, type Parameters } from './search.js'
import { offeredServices, toOpen311Definition, toOpen311Service } from './services.js'
import type { Filer } from '../conversation/filing.js'
import { refusalOf } from '../http/refusals.js'
import { hashToken, looksLikeToken } from '../http/tokens.js'
import { closingOf } from '../knowledge/closing.js'
import { PLATFORM, type Community, type CommunityId } from '../knowledge/community.js'
import type { Due } from '../requests/clock.js'
import type { ServiceRequest } from '../requests/service-request.js'
import type { ServiceCatalogue } from '../requests/services.js'
import type { Store } from '../store/store.js'

export interface Open311Parts {
  readonly store: Pick<Store, 'get' | 'commit'>
  readonly filer: Filer
  readonly services: () => Pick<ServiceCatalogue, 'services' | 'byCode'>
  readonly communities: () => readonly Community[]
  /** Newest first. */
  readonly requestsOf: (communityId: CommunityId) => Promise<readonly ServiceRequest[]>
  readonly dueOf: (communityId: CommunityId, request: ServiceRequest) => Due
  /** Where people reach us; `null`: it is read off the request. */
  readonly publicUrl: string | null
  /** How long a client waits for the number before it gets a token instead, ms. Default 5 s. */
  readonly numberWaitMs?: number
  readonly now: () => number
}

const usualNumberWaitMs = 5_000

/** A key's last use is written down at most so often, ms. */
const noteUseMs = 3_600_000

/** Looks of one address in a minute. */
const lookLimit = { max: 120, timeWindow: '1 minute' }

/** Reports of one address in a minute; each key has a limit of its own besides. */
const postLimit = { max: 600, timeWindow: '1 minute' }

/** Changes of what this way in offers, for GeoReport's discovery. */
const changeset = '2026-11-23T00:00:00+08:00'

const specification = 'http://wiki.open311.org/GeoReport_v2'

const common = { jurisdiction_id: z.string().optional().describe('社区，只有一个社区时可以不写') }
const key = { api_key: z.string().optional().describe('接口钥匙') }
/** Forms for the description of the API; what is read is checked one by one, so that each fault is named. */
const forms = {
  services: z.object(common),
  requests: z.object({
    ...common, ...key, service_request_id: z.string().optional(), service_code: z.string().optional(), start_date: z.string().optional(), end_date: z.string().optional(),
    updated_after: z.string().optional(), updated_before: z.string().optional(), status: z.string().optional(), page: z.string().optional(), page_size: z.string().optional(),
  }),
  one: z.object({ ...common, ...key }),
  post: z.object({
    ...common, api_key: z.string(), service_code: z.string(), address_string: z.string().optional(), lat: z.string().optional(), long: z.string().optional(), description: z.string().optional(),
    first_name: z.string().optional(), last_name: z.string().optional(), phone: z.string().optional(), email: z.string().optional(), media_url: z.string().optional(), 'attribute[code]': z.string().optional(),
  }),
} as const

/** Open311 GeoReport v2 at /open311/v2, in JSON and XML. What everybody may see needs no key; filing and particulars do. */
export function open311Routes(app: FastifyInstance, parts: Open311Parts): void {
  const { store, filer, now } = parts
  const limits = createKeyLimits(now)

  function communityOf(given: Parameters): Community {
    const [communities, id] = [parts.communities(), valueOf(given, 'jurisdiction_id')]
    const [only] = communities
    if (id === null) {
      if (only === undefined || communities.length > 1) throw new Open311Error(400, 'jurisdiction_id was not provided')
      return only
    }
    const found = communities.find((one) => one.id === id)
    if (found === undefined) throw new Open311Error(404, 'jurisdiction_id was not found')
    return found
  }

  async function keyOf(given: Parameters): Promise<ApiKey> {
    const token = valueOf(given, 'api_key')
    if (token === null) throw new Open311Error(403, 'api_key was not provided')
    const row = looksLikeToken(token) ? await store.get(PLATFORM, 'apiKeys', hashToken(token)) : null
    if (row === null || row.revokedAt !== null) throw new Open311Error(403, 'api_key is not valid')
    return row
  }

  async function use(row: ApiKey, right: KeyRight, communityId: CommunityId): Promise<void> {
    const refused = refusalOfKey(row, right, communityId)
    if (refused !== null) throw new Open311Error(403, refused)
    if (now() - (row.lastUsedAt ?? 0) > noteUseMs) await store.commit(PLATFORM, [{ op: 'put', table: 'apiKeys', row: { ...row, lastUsedAt: now() } }]).catch(() => undefined)
  }

  /** A key that is given has to be right, also where none is needed. */
  async function detailsFor(given: Parameters, communityId: CommunityId): Promise<boolean> {
    if (valueOf(given, 'api_key') === null) return false
    await use(await keyOf(given), 'details', communityId)
    return true
  }

  function viewOf(community: Community, request: ServiceRequest, withDetails: boolean): Value {
    return { ...toOpen311Request(request, { service: parts.services().byCode(request.serviceCode), communityName: community.name, due: parts.dueOf(community.id, request), withDetails }) }
  }

  async function post(request: FastifyRequest): Promise<Value> {
    const given = new Map([...readParameters(request.query), ...readParameters(request.body)])
    // What was sent in GBK decodes to nothing that could be given back.
    if ([...given.values()].flat().some((value) => value.includes('\ufffd'))) throw new Open311Error(400, 'the form has to be in UTF-8')
    const by = await keyOf(given)
    const community = communityOf(given)
    await use(by, 'file', community.id)
    const sent = readReport(given, offeredServices(parts.services().services))
    if (!limits.take(by)) throw new Open311Error(429, `api_key may file ${by.perMinute} requests in a minute`)
    const token = tokenOf(request, by)
    const earlier = await filer.known(community.id, 'open311', token)
    if (earlier !== null) return [numbered(earlier.request, token, null)]
    const filed = await filer.file(messageOf(sent, { communityId: community.id, token, keyName: by.name, now: now() }), parts.numberWaitMs ?? usualNumberWaitMs)
    if (filed.kind === 'refused') throw new Open311Error(400, filed.says)
    return [filed.kind === 'pending' ? numbered(null, token, null) : numbered(filed.request, token, filed.receipt)]
  }

  const routes: readonly Route[] = [
    { path: '/discovery', root: 'discovery', does: '开放接口：有哪些入口', answer: async (_given, request) => discovery(parts.publicUrl ?? `${request.protocol}://${request.host}`) },
    {
      path: '/services', root: 'services', does: '开放接口：可以报哪些事', query: forms.services,
      // A closed window takes up nothing new; what was filed there is still told.
      answer: async (given) => (closingOf(communityOf(given), now()) === null ? offeredServices(parts.services().services).map((service) => ({ ...toOpen311Service(service) })) : []),
    },
    {
      path: '/services/:code', root: 'service_definition', does: '开放接口：一件事要填什么', query: forms.services,
      answer: async (given, request) => {
        communityOf(given)
        const service = offeredServices(parts.services().services).find(({ code }) => code === (request.params as { code: string }).code)
        if (service === undefined) throw new Open311Error(404, 'service_code was not found')
        return toOpen311Definition(service) as unknown as Value
      },
    },
    {
      path: '/requests', root: 'service_requests', does: '开放接口：公开的工单', query: forms.requests,
      answer: async (given) => {
        const community = communityOf(given)
        const withDetails = await detailsFor(given, community.id)
        return find(await parts.requestsOf(community.id), readSearch(given, now()), parts.services()).map((one) => viewOf(community, one, withDetails))
      },
    },
    {
      path: '/requests/:id', root: 'service_requests', does: '开放接口：一张公开的工单', query: forms.one,
      answer: async (given, request) => {
        const community = communityOf(given)
        const withDetails = await detailsFor(given, community.id)
        const found = find(await parts.requestsOf(community.id), { kind: 'ids', ids: [(request.params as { id: string }).id] }, parts.services())
        if (found.length === 0) throw new Open311Error(404, 'service_request_id was not found')
        return found.map((one) => viewOf(community, one, withDetails))
      },
    },
    {
      path: '/tokens/:token', root: 'service_requests', does: '开放接口：凭回执号查工单号', query: forms.services,
      answer: async (given, request) => {
        const { token } = request.params as { token: string }
        const known = await filer.known(communityOf(given).id, 'open311', token)
        if (known === null) throw new Open311Error(404, 'token was not found')
        return [{ service_request_id: known.request?.number ?? null, token }]
      },
    },
  ]

  void app.register(async (scope) => {
    scope.addContentTypeParser('application/x-www-form-urlencoded', { parseAs: 'string' }, (_request, body, done) => { done(null, readForm(body as string)) })
    scope.setErrorHandler((error: unknown, request, reply) => refuse(error, request, reply))
    for (const format of formats) {
      for (const { path, root, does, query, answer } of routes) {
        scope.get(`/open311/v2${path}.${format}`, { config: { access: 'public', rateLimit: lookLimit, does, ...(query === undefined ? {} : { query }) } }, async (request, reply) =>
          send(reply, format, 200, writeAnswer(root, await answer(readParameters(request.query), request), format)))
      }
      scope.post(`/open311/v2/requests.${format}`, { config: { access: 'key', rateLimit: postLimit, does: '开放接口：登记一张工单', body: forms.post } }, async (request, reply) =>
        send(reply, format, 200, writeAnswer('service_requests', await post(request), format)))
    }
    scope.get('/open311/*', { config: { access: 'public', rateLimit: lookLimit, does: '开放接口：没有的地址' } }, async () => { throw new Open311Error(404, 'there is no such resource; see /open311/v2/discovery.json') })
  })
}

interface Route {
  readonly path: string
  readonly root: string
  readonly does: string
  readonly query?: z.ZodType
  readonly answer: (given: Parameters, request: FastifyRequest) => Promise<Value>
}

function discovery(base: string): Value {
  return {
    changeset, contact: '请找本社区', key_service: '接口钥匙由一窗的管理员在工作台「对接」里发',
    endpoints: [{ specification, url: `${base}/open311/v2`, changeset, type: 'production', formats: formats.map((format) => mediaTypes[format].split(';')[0] ?? '') }],
  }
}

/** Number or token, one of the two (GeoReport v2). */
function numbered(request: ServiceRequest | null, token: string, notice: string | null): Value {
  return { ...(request === null ? { token } : { service_request_id: request.number }), service_notice: notice, account_id: null }
}

/** A client that sends its key of idempotency again (IETF httpapi-idempotency-key-header) asks for the same request; anything else is a new one. */
function tokenOf(request: FastifyRequest, by: ApiKey): string {
  const once = request.headers['idempotency-key']
  return typeof once === 'string' && once !== '' ? createHash('sha256').update(`${by.id}|${once}`).digest('hex').slice(0, 40) : randomUUID()
}

function readForm(body: string): Readonly<Record<string, readonly string[]>> {
  const form = new URLSearchParams(body)
  return Object.fromEntries([...new Set(form.keys())].map((name) => [name, form.getAll(name)]))
}

function send(reply: FastifyReply, format: Format, status: number, text: string): FastifyReply {
  return reply.code(status).type(mediaTypes[format]).header('cache-control', 'no-store').send(text)
}

/** Errors in the form that the address asked for. */
function refuse(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const format: Format = /\.json(\?|$)/.test(request.url) ? 'json' : 'xml'
  if (error instanceof Open311Error) return send(reply, format, error.status, writeErrors(error, format))
  const { status, body } = refusalOf(error)
  if (status >= 500) request.log.error({ route: request.routeOptions.url, code: body.code }, 'request failed')
  return send(reply, format, status, writeErrors({ status: status as Open311Error['status'], description: body.message }, format))
}
