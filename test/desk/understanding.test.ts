import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { LearningQueue, RoomList, TrainingView, UnsaidList } from '../../src/desk/understanding-types.js'
import type { Conversation } from '../../src/conversation/records.js'
import type { Room } from '../../src/channels/pairing.js'
import { PLATFORM, type CommunityId } from '../../src/knowledge/community.js'
import type { LearningRow } from '../../src/learning/records.js'
import { huzhou, puyang, runningServer, type RunningServer } from './running-server.js'

let server: RunningServer
beforeAll(async () => {
  server = await runningServer()
  await misunderstood(huzhou, 'a', '楼上拖椅子吵死人')
  await misunderstood(huzhou, 'b', '暖气费咋交')
  await misunderstood(puyang, 'far', '别的社区的话')
  await room(huzhou, 'web:room:1')
  await room(puyang, 'web:room:2')
})
afterAll(() => server.close())

async function misunderstood(community: CommunityId, id: string, text: string): Promise<void> {
  const row: LearningRow = { id, rev: 0, at: 1, conversationId: 'web:1', text, understood: [{ intent: 'payment', confidence: 0.4 }], why: 'unclear', chosen: null, label: null, labelledAt: null, publishedAt: null }
  await server.store.commit(community, [{ op: 'put', table: 'learning', row }])
}
async function room(community: CommunityId, id: string): Promise<void> {
  const row: Conversation = { id, rev: 0, channel: 'web', chat: 'group', residentId: null, title: '三栋邻里群', mode: 'bot', handover: null, takenBy: null, lastAt: 1 }
  await server.store.commit(community, [{ op: 'put', table: 'conversations', row }])
}

describe('what was not understood', () => {
  it('is shown to those who look after the community, labelled by them, and the label taken back', async () => {
    const [lead, auditor, clerk] = [await server.staff('lead'), await server.staff('auditor'), await server.staff('staff')]
    const queue = async () => (await lead.call('GET', '/api/desk/understanding')).json<LearningQueue>()
    expect((await queue()).rows.map(({ text }) => text)).toEqual(['暖气费咋交', '楼上拖椅子吵死人'])
    expect((await queue()).intents.map(({ title }) => title)).toEqual(['噪声扰民', '缴费'])
    const label = (who: typeof lead, community: string, id: string, said: unknown) => who.call('POST', `/api/desk/understanding/${community}/${id}/label`, { label: said })
    expect((await label(lead, huzhou, 'a', 'noise')).statusCode).toBe(204)
    expect(await queue()).toMatchObject({ waiting: 1, rows: [{ id: 'b' }] })
    expect((await label(lead, huzhou, 'a', null)).statusCode).toBe(204)
    expect((await queue()).waiting).toBe(2)
    expect((await label(lead, huzhou, 'a', 'no such thing')).statusCode).toBe(400)
    expect((await label(auditor, huzhou, 'a', 'noise')).statusCode).toBe(403)
    expect((await clerk.call('GET', '/api/desk/understanding')).statusCode).toBe(403)
    // A row of another community is not there, also where the path names one's own.
    expect((await label(lead, huzhou, 'far', 'noise')).statusCode).toBe(404)
    expect((await server.store.get(puyang, 'learning', 'far'))?.label).toBeNull()
  })

  it('is trained with once somebody has labelled it, judged, and published or discarded by an admin', async () => {
    const [admin, lead] = [await server.staff('admin'), await server.staff('lead')]
    const training = async () => (await admin.call('GET', '/api/desk/training')).json<TrainingView>()
    expect((await admin.call('POST', '/api/desk/training/start', {})).statusCode).toBe(409)
    for (const [id, label] of [['a', 'noise'], ['b', 'payment']]) await admin.call('POST', `/api/desk/understanding/${huzhou}/${id}/label`, { label })
    expect((await lead.call('POST', '/api/desk/training/start', {})).statusCode).toBe(403)
    expect((await admin.call('POST', '/api/desk/training/start', {})).json<TrainingView>()).toMatchObject({ fresh: 2, published: 0, training: { kind: 'running', by: '李师傅' } })
    await expect.poll(async () => (await training()).training.kind, { timeout: 20_000 }).toBe('done')
    const { training: done } = await training()
    expect(done.kind === 'done' && [done.lines, done.change.before.n, done.change.fresh.n]).toEqual([2, 12, 2])
    // What was judged is what goes live: a label said otherwise since is not.
    await admin.call('POST', `/api/desk/understanding/${huzhou}/b/label`, { label: 'noise' })
    expect((await admin.call('POST', '/api/desk/training/publish', {})).json<{ message: string }>().message).toContain('重新训练')
    await admin.call('POST', `/api/desk/understanding/${huzhou}/b/label`, { label: 'payment' })
    expect((await admin.call('POST', '/api/desk/training/publish', {})).json<TrainingView>()).toMatchObject({ fresh: 0, published: 2, training: { kind: 'none' } })
    expect((await admin.call('POST', '/api/desk/training/publish', {})).statusCode).toBe(409)
  })
})

describe('a room', () => {
  it('is told when to speak and to try first; what it would have said is shown', async () => {
    const [lead, auditor] = [await server.staff('lead'), await server.staff('auditor', 'all')]
    expect((await lead.call('GET', '/api/desk/rooms')).json<RoomList>().rooms).toEqual([{ communityId: huzhou, id: 'web:room:1', title: '三栋邻里群', mode: 'careful', trial: false }])
    expect((await auditor.call('GET', '/api/desk/rooms')).json<RoomList>().rooms).toHaveLength(2)
    const path = `/api/desk/rooms/${huzhou}/${encodeURIComponent('web:room:1')}`
    expect((await lead.call('POST', path, { mode: 'helpful', trial: true })).json()).toMatchObject({ mode: 'helpful', trial: true })
    expect((await lead.call('POST', path, { mode: 'loud' })).statusCode).toBe(400)
    expect((await auditor.call('POST', path, { trial: false })).statusCode).toBe(403)
    expect((await lead.call('POST', `/api/desk/rooms/${huzhou}/${encodeURIComponent('web:room:2')}`, { trial: true })).statusCode).toBe(404)
    await server.store.commit(huzhou, [{ op: 'put', table: 'unsaid', row: { id: 'u1', rev: 0, at: 5, conversationId: 'web:room:1', text: '灯坏了', reply: ['已受理'], outcome: 'filed', reason: 'public-fault' } }])
    expect((await lead.call('GET', `${path}/unsaid`)).json<UnsaidList>().unsaid).toMatchObject([{ text: '灯坏了', reply: ['已受理'] }])
  })

  it('can be told from the moment it is paired, before anything was answered in it; one that is left, or of the staff, is not listed', async () => {
    const lead = await server.staff('lead')
    const pair = (id: string, more: Partial<Room>) => server.store.commit(PLATFORM, [{ op: 'put', table: 'rooms', row: { id, rev: 0, channel: 'lark', communityId: huzhou, use: 'residents', pairedAt: 1, leftAt: null, ...more } }])
    await pair('lark:chat:new', {})
    await pair('lark:chat:left', { leftAt: 2 })
    await pair('lark:chat:staff', { use: 'staff' })
    await pair('lark:chat:far', { communityId: puyang })
    const listed = async () => (await lead.call('GET', '/api/desk/rooms')).json<RoomList>().rooms.filter(({ id }) => id.startsWith('lark:'))
    expect(await listed()).toEqual([{ communityId: huzhou, id: 'lark:chat:new', title: '小区群', mode: 'careful', trial: false }])
    const set = (id: string) => lead.call('POST', `/api/desk/rooms/${huzhou}/${encodeURIComponent(id)}`, { mode: 'only-when-addressed' })
    expect([(await set('lark:chat:new')).statusCode, (await set('lark:chat:left')).statusCode, (await set('lark:chat:far')).statusCode]).toEqual([200, 404, 404])
    expect(await listed()).toMatchObject([{ mode: 'only-when-addressed' }])
    expect(await server.store.get(huzhou, 'conversations', 'lark:chat:new')).toMatchObject({ chat: 'group', gateMode: 'only-when-addressed' })
  })
})
