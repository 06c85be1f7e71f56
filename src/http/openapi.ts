import type { AccessRow } from './access.js'
import { answersOf, readAnswers, type DescribedAnswer } from './answers.js'

/** The description of the API (OpenAPI 3.1), made of the routes themselves when somebody asks for it: starting costs nothing. */
export async function describeApi(routes: readonly AccessRow[], version: string): Promise<object> {
  const [{ default: fastify }, { default: swagger }, { z }] = await Promise.all([import('fastify'), import('@fastify/swagger'), import('zod')])
  const formOf = (schema: AccessRow['config']['body']): object => {
    const { $schema: _, ...form } = z.toJSONSchema(schema ?? z.unknown(), { io: 'input', unrepresentable: 'any' })
    return form
  }
  const app = fastify()
  try {
    // Only described, never called.
    app.setValidatorCompiler(() => () => true)
    app.setSerializerCompiler(() => JSON.stringify)
    await app.register(swagger, {
      openapi: {
        openapi: '3.1.0',
        info: { title: '一窗', description: '居民的聊天和工作台用的接口。工作台的每个改动都要带 X-Yichuang: desk；出错时是 {code, message}，message 可以给人看。', version },
        components: {
          securitySchemes: { desk: { type: 'apiKey', in: 'cookie', name: '__Host-desk' }, chat: { type: 'apiKey', in: 'cookie', name: '__Host-chat' } },
        },
      },
    })
    for (const { method, url, access, config } of described(routes)) {
      const params = [...url.matchAll(/:(\w+)/g)].map(([, name = '']) => name)
      app.route({
        method, url,
        schema: {
          summary: config.does ?? '',
          ...(typeof access === 'string' ? {} : { description: `给：${access.join('、')}` }),
          tags: [url.split('/')[2] ?? ''],
          security: access === 'public' || access === 'key' ? [] : access === 'resident' ? [{ chat: [] }] : [{ desk: [] }],
          ...(params.length === 0 ? {} : { params: { type: 'object', properties: Object.fromEntries(params.map((name) => [name, { type: 'string' }])), required: params } }),
          ...(config.query === undefined ? {} : { querystring: formOf(config.query) }),
          ...(config.body === undefined ? {} : { body: formOf(config.body) }),
          ...(isOpen311(url) ? { consumes: ['application/x-www-form-urlencoded'], externalDocs: { url: 'https://wiki.open311.org/GeoReport_v2/' } } : {}),
        },
        handler: () => Promise.resolve(null),
      })
    }
    await app.ready()
    return await withAnswers(app.swagger(), routes)
  } finally {
    await app.close()
  }
}

interface DescribedApi {
  readonly paths?: object | undefined
  readonly components?: object | undefined
}

/** The description with what each route answers, and what it says when it refuses. */
async function withAnswers(api: DescribedApi, routes: readonly AccessRow[]): Promise<object> {
  const known = await readAnswers()
  const responsesOf = (method: string, url: string): object => isOpen311(url) ? open311Responses(url) : ({
    ...Object.fromEntries(Object.entries(answersOf(known, method, url) ?? {}).map(([status, answer]) => [status, responseOf(answer)])),
    default: { description: '没有办成', content: { 'application/json': { schema: { $ref: '#/components/schemas/ApiError' } } } },
  })
  const drawn = (api.paths ?? {}) as Readonly<Record<string, Readonly<Record<string, object>>>>
  const paths: Record<string, Record<string, object>> = {}
  for (const { method, url } of described(routes)) {
    const path = url.replace(/:(\w+)/g, '{$1}')
    const verb = method.toLowerCase()
    paths[path] = { ...paths[path], [verb]: { ...drawn[path]?.[verb], responses: responsesOf(method, url) } }
  }
  return { ...api, paths, components: { ...api.components, schemas: { ...known.schemas, ApiError: refusal } } }
}

function isOpen311(url: string): boolean {
  return url.startsWith('/open311/')
}

/** What is answered there stands in the specification of GeoReport v2, in JSON and XML. */
function open311Responses(url: string): object {
  const [media, schema] = url.endsWith('.xml') ? ['text/xml', {}] as const : ['application/json', { type: 'array', items: { type: 'object', properties: { code: { type: 'number' }, description: { type: 'string' } }, required: ['code', 'description'] } }] as const
  return { 200: { description: '办成了', content: { [media]: {} } }, default: { description: '没有办成', content: { [media]: { schema } } } }
}

const refusal = { type: 'object', properties: { code: { type: 'string' }, message: { type: 'string' } }, required: ['code', 'message'] }

function responseOf({ schema, media }: DescribedAnswer): object {
  const description = media === undefined && schema === undefined ? '办成了，没有内容' : '办成了'
  if (schema !== undefined) return { description, content: { 'application/json': { schema } } }
  return media === undefined ? { description } : { description, content: { [media]: {} } }
}

/** The routes of the API; what Fastify adds by itself (HEAD) and the pages are none. */
export function described(routes: readonly AccessRow[]): readonly AccessRow[] {
  return routes.filter(({ method, url }) => (url.startsWith('/api/') || url.startsWith('/open311/v2/')) && method !== 'HEAD')
}
