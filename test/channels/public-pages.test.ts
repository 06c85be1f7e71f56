import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChatSessionInfo, OwnRequests, PublicBoard } from '../../src/channels/web-types.js'
import { huzhou, runningServer, type RunningServer } from '../desk/running-server.js'
import { aRequest } from '../pages/fixture-desk.js'

let server: RunningServer
beforeEach(async () => {
  server = await runningServer({})
})
afterEach(() => server.close())

describe('own requests', () => {
  it('are those of this resident alone, without drafts, the newest first', async () => {
    const resident = server.browser()
    const { residentId } = (await resident.call('POST', '/api/chat/session', { communityId: huzhou })).json<ChatSessionInfo>()
    const rows = [
      aRequest({ id: '1', residentId, filedAt: 1 }), aRequest({ id: '2', residentId, filedAt: 2, status: 'confirming' }), aRequest({ id: '3', residentId, status: 'draft' }), aRequest({ id: '4', residentId: 'web:another' }),
    ]
    await server.store.commit(huzhou, rows.map((row) => ({ op: 'put', table: 'requests', row: { ...row, rev: 0 } })))
    const { requests } = (await resident.call('GET', '/api/chat/requests')).json<OwnRequests>()
    expect(requests.map(({ number, status }) => [number, status])).toEqual([['DH-2611-0002', '待您确认'], ['DH-2611-0001', '已派单']])
  })

  it('are nothing to whoever has no session', async () => {
    expect((await server.browser().call('GET', '/api/chat/requests')).statusCode).toBe(401)
  })
})

describe('the public board', () => {
  it('is open to everybody, of this community alone', async () => {
    const answer = await server.browser().call('GET', `/api/board/${huzhou}`)
    expect(answer.statusCode).toBe(200)
    expect(answer.json<PublicBoard>()).toMatchObject({ community: { id: huzhou }, filed: 0, requests: [], notices: [] })
  })

  it('of a community that is not there is not found', async () => {
    expect((await server.browser().call('GET', '/api/board/nowhere')).statusCode).toBe(404)
  })
})
