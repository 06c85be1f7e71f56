import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChatHistory } from '../../src/channels/web-types.js'
import { copyOwnData } from '../../src/conversation/own-copy.js'
import { aNeighbourhood } from '../conversation/neighbourhood.js'
import { aRequest, huzhou, runningServer, type RunningServer } from '../desk/running-server.js'

describe('a copy of one’s own data', () => {
  it('holds requests, words, data and steps of this person and of nobody else', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '给我妈订个送餐，3栋2单元501，电话13800000017')
    await here.says('wang', '对')
    await here.says('li', '5栋楼道灯坏了，我是李芳')
    await here.says('wang', '5栋楼道灯不亮')
    const copy = await copyOwnData(here.store, { id: here.communityId, name: '新荷社区' }, 'memory:wang', here.now())
    expect(copy.requests).toMatchObject([{ service: '助餐', address: '3栋2单元501', data: { phone: '+8613800000017' }, filedAt: '2026-11-23T09:30:00+08:00', steps: [{ status: '已提交' }, { status: '已受理' }, { status: '已派单' }] }])
    expect(copy.joined).toMatchObject([{ words: ['5栋楼道灯不亮'] }])
    expect(copy.lines.filter(({ from }) => from === 'me').map(({ text }) => text)).toContain('5栋楼道灯不亮')
    expect(JSON.stringify(copy)).not.toContain('李芳')
  })

  it('goes with the words of 「我的数据」', async () => {
    const here = await aNeighbourhood()
    await here.says('wang', '5栋楼道灯坏了')
    await here.says('wang', '我的数据')
    expect(here.channel.shown.at(-1)?.reply.ownData).toBe(true)
  })
})

describe('the web chat', () => {
  let server: RunningServer
  beforeAll(async () => { server = await runningServer() })
  afterAll(() => server.close())

  it('hands it to the browser whose it is, never to be kept on the way, and to no other', async () => {
    const [own, other] = [await server.resident(), await server.resident()]
    await server.store.commit(huzhou, [{ op: 'put', table: 'requests', row: aRequest('r1', { residentId: own.session.residentId, description: '电话13800000018' }) }])
    const answer = await own.call('GET', '/api/chat/my-data.json')
    expect([answer.statusCode, answer.headers['cache-control'], answer.headers['content-disposition']]).toEqual([200, 'private, no-store', 'attachment; filename="my-data.json"'])
    expect(answer.body).toContain('13800000018')
    expect((await other.call('GET', '/api/chat/my-data.json')).body).not.toContain('13800000018')
    expect((await server.browser().call('GET', '/api/chat/my-data.json')).statusCode).toBe(401)
    expect((await own.call('GET', `/api/chat/messages?conversation=${encodeURIComponent(own.privateId)}`)).json<ChatHistory>().lines.every((line) => line.ownData === undefined)).toBe(true)
  })
})
