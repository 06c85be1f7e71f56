import type { AccessRow } from './access.js'

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
          security: access === 'public' ? [] : access === 'resident' ? [{ chat: [] }] : [{ desk: [] }],
          ...(params.length === 0 ? {} : { params: { type: 'object', properties: Object.fromEntries(params.map((name) => [name, { type: 'string' }])), required: params } }),
          ...(config.query === undefined ? {} : { querystring: formOf(config.query) }),
          ...(config.body === undefined ? {} : { body: formOf(config.body) }),
        },
        handler: () => Promise.resolve(null),
      })
    }
    await app.ready()
    return app.swagger()
  } finally {
    await app.close()
  }
}

/** The routes of the API; what Fastify adds by itself (HEAD) and the pages are none. */
export function described(routes: readonly AccessRow[]): readonly AccessRow[] {
  return routes.filter(({ method, url }) => url.startsWith('/api/') && method !== 'HEAD')
}
