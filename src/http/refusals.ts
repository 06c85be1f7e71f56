import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { ApiError } from '../channels/web-types.js'
import { InputError, StoreError } from '../errors.js'

/** HTTP status of each InputError code of the two APIs; any other code is a 400. */
const statusByCode: Readonly<Record<string, number>> = {
  'bad-input': 400,
  unauthenticated: 401,
  'code-needed': 401,
  forbidden: 403,
  'second-step-owed': 403,
  'not-found': 404,
  'no-request': 404,
  'no-conversation': 404,
  conflict: 409,
  'not-allowed': 409,
  'too-late': 409,
  taken: 409,
  'not-taken': 409,
  gone: 410,
  'too-large': 413,
  'unsupported-media': 415,
  locked: 429,
  'too-many': 429,
  'not-recorded': 503,
  'no-space': 507,
}

interface Refusal {
  readonly status: number
  readonly body: ApiError
}

/** The sentence and code a person gets for an error; what we don't know is a 500 without particulars. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof InputError) return { status: statusByCode[error.code] ?? 400, body: { code: error.code, message: error.message } }
  if (error instanceof StoreError) {
    if (error.code === 'conflict') return refusal(409, 'conflict', '刚刚有人改过了，请刷新后再试')
    if (error.code === 'write-refused') return refusal(507, 'no-space', '没有登记成功，请稍后再发')
    return refusal(503, 'not-recorded', '没有登记成功，请稍后再发')
  }
  const status = (error as Partial<FastifyError> | null)?.statusCode
  switch (status) {
    case 400: return refusal(400, 'bad-input', '请求的内容不对，请刷新页面再试')
    case 404: return notFound
    case 406:
    case 415: return refusal(415, 'unsupported-media', '请求的格式不对')
    case 408: return refusal(408, 'timeout', '网络太慢，没有收完整，请再试一次')
    case 413: return refusal(413, 'too-large', '内容太长了，请分几次发（一次最多 2 万字，文件最多 10 MB）')
    case 414: return refusal(414, 'bad-input', '地址太长了')
    case 429: return refusal(429, 'too-many', '操作太频繁了，请过一会儿再试')
    default: return refusal(500, 'internal', '服务出了点问题，请稍后再试')
  }
}

function refusal(status: number, code: string, message: string): Refusal {
  return { status, body: { code, message } }
}

const notFound = refusal(404, 'not-found', '没有找到')

/** Errors leave as an ApiError, never with a stack; what is our own fault is logged with route and code, not with what people wrote. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: unknown, request, reply) => sendRefusal(error, request, reply))
  app.setNotFoundHandler((_request, reply) => reply.code(notFound.status).header('cache-control', 'no-store').send(notFound.body))
}

export function sendRefusal(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { status, body } = refusalOf(error)
  if (status >= 500) {
    const known = error as { code?: unknown; name?: unknown; stack?: unknown }
    request.log.error({ route: request.routeOptions?.url, code: known?.code, name: known?.name, stack: status === 500 ? known?.stack : undefined }, 'request failed')
  }
  return reply.code(status).type('application/json; charset=utf-8').header('cache-control', 'no-store').send(body)
}
