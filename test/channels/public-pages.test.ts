import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ChatSessionInfo, OwnRequests, PublicBoard } from '../../src/channels/web-types.js'
import { huzhou, runningServer, type RunningServer } from '../desk/running-server.js'
import { aRequest } from '../pages/fixture-desk.js'
import type { Write } from '../../src/store/store.js'
import { aPng } from './pictures.js'

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

  it('say what was said and how it ended, with the pictures of it, which no neighbour sees', async () => {
    const resident = server.browser()
    const { residentId } = (await resident.call('POST', '/api/chat/session', { communityId: huzhou })).json<ChatSessionInfo>()
    const neighbour = await server.resident()
    const evidence = (attachmentIds: readonly string[]) => ({ at: 5, actor: { kind: 'staff', id: 's1', name: '林工' }, from: 'in-progress', to: 'done', note: '换了灯泡', move: 'close', brought: { kind: 'evidence', attachmentIds, statement: '换了灯泡' } }) as const
    const open = aRequest({ id: '1', residentId, filedAt: 1 })
    const ended = aRequest({ id: '2', residentId, filedAt: 2, status: 'resolved', description: '3栋2单元楼道灯坏了，老人晚上下楼看不见，已经摔过一次，请尽快来看看，谢谢您啊啊啊啊啊', history: [evidence(['att-after'])] })
    await server.store.saveBlob(huzhou, 'att-after', aPng())
    await server.store.commit(huzhou, [
      ...[open, ended].map((row): Write => ({ op: 'put', table: 'requests', row: { ...row, rev: 0 } })),
      { op: 'put', table: 'attachments', row: { id: 'att-after', rev: 0, residentId: 'staff:s1', conversationId: 'elsewhere', kind: 'image', mediaType: 'image/png', bytes: aPng().length, sha256: 'ab', at: 5 } },
    ])
    const { requests } = (await resident.call('GET', '/api/chat/requests')).json<OwnRequests>()
    expect(requests.map(({ words, end }) => [words, end])).toEqual([['3栋2单元楼道灯坏了，老人晚上下楼看不见，已经摔过一次，请尽快来看看，谢谢您啊…', { words: '换了灯泡', photos: ['att-after'] }], ['3栋2单元楼道灯坏了，老人看不见', null]])
    const see = async (page: Pick<typeof resident, 'call'>): Promise<number> => (await page.call('GET', '/api/chat/attachments/att-after')).statusCode
    expect([await see(resident), await see(neighbour)]).toEqual([200, 404])
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
