import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { InputError } from '../errors.js'
import type { Metrics } from '../metrics/metrics.js'
import type { Readiness } from '../metrics/readiness.js'

export interface OperationParts {
  readonly readiness: Readiness
  readonly metrics: Metrics
  /** What a collector says as `Authorization: Bearer …`; `null`: only this machine itself may read the figures. */
  readonly metricsToken: string | null
}

/** Any of these was set by a proxy: then the caller is not this machine, whatever the connection says. */
const forwardedBy = ['forwarded', 'via', 'x-forwarded-for', 'x-real-ip', 'x-forwarded-host']

/** For whoever keeps it running: alive, ready and why not, figures. Nothing in them is about a person. */
export function operationRoutes(app: FastifyInstance, { readiness, metrics, metricsToken }: OperationParts): void {
  app.get('/healthz', { config: { access: 'public' } }, async () => ({ alive: true }))
  app.get('/readyz', { config: { access: 'public' } }, async (_request, reply) => {
    const standing = await readiness.standing()
    return reply.code(standing.ready ? 200 : 503).send(standing)
  })
  app.get('/metrics', { config: { access: 'public' } }, async (request, reply) => {
    if (!mayRead(request, metricsToken)) throw new InputError('not-found', '没有找到')
    const { mediaType, body } = await metrics.text()
    return reply.type(mediaType).send(body)
  })
  app.addHook('onResponse', async (request, reply) => {
    metrics.answered(request.method, request.routeOptions.url ?? null, reply.statusCode, reply.elapsedTime)
  })
}

function mayRead(request: FastifyRequest, token: string | null): boolean {
  if (token !== null) return isEqual(request.headers.authorization ?? '', `Bearer ${token}`)
  const from = request.socket.remoteAddress ?? ''
  const isHere = from === '::1' || /^(::ffff:)?127\./.test(from)
  return isHere && !forwardedBy.some((name) => request.headers[name] !== undefined)
}

/** Takes the same time however much of it is right. */
function isEqual(given: string, wanted: string): boolean {
  const hash = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(wanted))
}
