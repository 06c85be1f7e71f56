import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { described } from '../../src/http/openapi.js'
import { runningServer, type RunningServer } from '../desk/running-server.js'

interface Described {
  readonly openapi: string
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly summary?: string; readonly security?: unknown[]; readonly requestBody?: { readonly content: object }; readonly parameters?: readonly { readonly name: string }[] }>>>>
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

  it('says what a body has to hold, what a path names and who is let in', () => {
    const move = api.paths['/api/desk/requests/{community}/{id}/moves']?.['post']
    expect(JSON.stringify(move?.requestBody)).toContain('"rev"')
    expect(move?.parameters?.map(({ name }) => name).sort()).toEqual(['community', 'id'])
    expect([move?.security, api.paths['/api/desk/login']?.['post']?.security]).toEqual([[{ desk: [] }], []])
    expect(api.paths['/api/desk/requests']?.['get']?.parameters?.map(({ name }) => name)).toContain('view')
  })
})
