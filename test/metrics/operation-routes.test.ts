import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, describe, expect, it } from 'vitest'
import { answerErrors } from '../../src/http/refusals.js'
import { operationRoutes } from '../../src/http/operation-routes.js'
import type { Metrics } from '../../src/metrics/metrics.js'
import type { Standing } from '../../src/metrics/readiness.js'

const token = 'a-token-of-a-collector'

describe('the ways in for operators', () => {
  let app: FastifyInstance
  afterEach(() => app.close())
  function open({ metricsToken = null, standing = { ready: true, faults: [] } }: { metricsToken?: string | null; standing?: Standing } = {}): void {
    app = fastify()
    answerErrors(app)
    const metrics = { text: () => Promise.resolve({ mediaType: 'text/plain; version=0.0.4', body: 'yichuang_ready 1\n' }), answered: () => {} } as unknown as Metrics
    operationRoutes(app, { readiness: { standing: () => Promise.resolve(standing), drain: () => {} }, metrics, metricsToken })
  }
  const ask = (headers: Record<string, string> = {}, remoteAddress = '127.0.0.1') => app.inject({ url: '/metrics', headers, remoteAddress })

  it('say whether it is ready, and what is wrong', async () => {
    open({ standing: { ready: false, faults: [{ what: 'store', detail: 'write-refused' }] } })
    const answer = await app.inject('/readyz')
    expect([answer.statusCode, answer.json()]).toEqual([503, { ready: false, faults: [{ what: 'store', detail: 'write-refused' }] }])
    expect((await app.inject('/healthz')).statusCode).toBe(200)
  })
  it('give the figures to this machine, and to nobody who comes through a proxy or from elsewhere', async () => {
    open()
    expect((await ask()).body).toBe('yichuang_ready 1\n')
    expect((await ask({}, '::ffff:127.0.0.1')).statusCode).toBe(200)
    expect((await ask({}, '10.0.0.7')).statusCode).toBe(404)
    for (const header of ['x-forwarded-for', 'x-real-ip', 'forwarded', 'via', 'x-forwarded-host']) expect([header, (await ask({ [header]: '10.0.0.7' })).statusCode]).toEqual([header, 404])
  })
  it('give them to whoever has the token, from anywhere, and to nobody without it', async () => {
    open({ metricsToken: token })
    expect((await ask({ authorization: `Bearer ${token}` }, '10.0.0.7')).statusCode).toBe(200)
    expect((await ask()).statusCode).toBe(404)
    for (const wrong of ['', token, `Bearer ${token}x`, `Bearer ${token.slice(0, -1)}`, `bearer  ${token}`]) expect([wrong, (await ask({ authorization: wrong })).statusCode]).toEqual([wrong, 404])
  })
})
