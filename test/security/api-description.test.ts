import { writeFileSync } from 'node:fs'
import fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { described } from '../../src/http/openapi.js'
import { runningServer, type RunningServer } from '../desk/running-server.js'

interface Operation {
  readonly summary?: string
  readonly security?: unknown[]
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: unknown }>> }
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema: unknown }[]
  readonly responses?: Readonly<Record<string, { readonly description: string }>>
}
interface Described {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, unknown>> }
}

let server: RunningServer
let api: Described
beforeAll(async () => {
  server = await runningServer()
  api = (await (await server.staff('staff')).call('GET', '/api/openapi.json')).json()
})
afterAll(() => server.close())

const asPath = (url: string): string => url.replace(/:(\w+)/g, '{$1}')

describe('the description of the API', () => {
  it('is OpenAPI 3.1 and for those who are signed in', async () => {
    expect(api.openapi).toBe('3.1.0')
    expect((await server.browser().call('GET', '/api/openapi.json')).statusCode).toBe(401)
    expect((await (await server.resident()).call('GET', '/api/openapi.json')).statusCode).toBe(401)
  })

  it('has every route of both APIs, each with what it is for in Chinese', () => {
    const missing = described(server.app.accessTable).filter(({ method, url }) => !/\p{Script=Han}/u.test(api.paths[asPath(url)]?.[method.toLowerCase()]?.summary ?? ''))
    expect(missing.map(({ method, url }) => `${method} ${url}`)).toEqual([])
    expect(Object.keys(api.paths).length).toBeGreaterThan(40)
  })

  it('holds together: every form that is named is there, every name in a path is asked for, every answer is told, every schema is one', async () => {
    const faults: string[] = []
    const named = (value: unknown): readonly string[] => (Array.isArray(value) ? value.flatMap(named) : typeof value !== 'object' || value === null ? [] : Object.entries(value).flatMap(([key, each]) => (key === '$ref' ? [String(each)] : named(each))))
    const there = (ref: string): unknown => ref.replace(/^#\//, '').split('/').reduce<unknown>((at, step) => (at as Record<string, unknown> | undefined)?.[step.replace(/~1/g, '/').replace(/~0/g, '~')], api)
    for (const ref of new Set(named(api))) if (there(ref) === undefined) faults.push(`${ref} is nowhere`)
    const judge = fastify({ ajv: { customOptions: { strict: false, coerceTypes: false } } })
    judge.get('/', (request) => {
      const compile = (what: string, schema: unknown): void => {
        try {
          request.compileValidationSchema({ ...(schema as object), components: api.components })
        } catch (error) {
          faults.push(`${what}: ${String(error)}`)
        }
      }
      for (const [name, schema] of Object.entries(api.components.schemas)) compile(name, schema)
      for (const [path, operations] of Object.entries(api.paths)) for (const [method, { parameters = [], requestBody, responses }] of Object.entries(operations)) {
        const what = `${method} ${path}`
        const inPath = parameters.filter((one) => one.in === 'path')
        if (String(inPath.filter((one) => one.required === true).map(({ name }) => name).sort()) !== String([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort())) faults.push(`${what}: its path names others than it asks for`)
        if (new Set(parameters.map((one) => `${one.in} ${one.name}`)).size !== parameters.length) faults.push(`${what}: a parameter twice`)
        for (const one of parameters) compile(`${what} ${one.name}`, one.schema)
        for (const [media, { schema }] of Object.entries(requestBody?.content ?? {})) if (schema !== undefined) compile(`${what} ${media}`, schema)
        if (Object.values(responses ?? {}).length === 0 || Object.values(responses ?? {}).some(({ description }) => description === '')) faults.push(`${what}: its answers are not told`)
      }
      return null
    })
    await judge.inject('/')
    await judge.close()
    expect(faults).toEqual([])
    if (process.env['API_FILE'] !== undefined) writeFileSync(process.env['API_FILE'], JSON.stringify(api))
  })

  it('says what a body has to hold, what a path names and who is let in', () => {
    const move = api.paths['/api/desk/requests/{community}/{id}/moves']?.['post']
    expect(JSON.stringify(move?.requestBody)).toContain('"rev"')
    expect(move?.parameters?.map(({ name }) => name).sort()).toEqual(['community', 'id'])
    const report = api.paths['/open311/v2/requests.json']?.['post']
    expect(Object.keys(report?.requestBody?.content ?? {})).toEqual(['application/x-www-form-urlencoded'])
    expect(JSON.stringify(report?.responses?.['default'])).toContain('"required":["code","description"]')
    expect([move?.security, api.paths['/api/desk/login']?.['post']?.security]).toEqual([[{ desk: [] }], []])
    expect(api.paths['/api/desk/requests']?.['get']?.parameters?.map(({ name }) => name)).toContain('view')
  })
})
