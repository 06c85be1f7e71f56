import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FieldConflict, FieldDay, FieldTask } from '../../src/desk/field-types.js'
import type { ServiceRequest } from '../../src/requests/service-request.js'
import { aJpeg } from '../channels/pictures.js'
import { aClientId, aCommunity, aRequest, huzhou, runningServer, type Browser, type RunningServer } from './running-server.js'

const home = { ...aCommunity(huzhou, '示例社区'), grids: [{ name: '第一网格', person: { name: '李师傅', role: '网格员' }, buildings: ['3栋', '4栋'], areas: [] }] }

let server: RunningServer
beforeEach(async () => {
  server = await runningServer({ communities: [home] })
})
afterEach(() => server.close())

type Staff = Browser & { readonly account: { readonly id: string } }
const mine = ({ account }: Staff) => ({ kind: 'staff', id: account.id, name: '李师傅' }) as const
const file = (id: string, change: Partial<ServiceRequest> = {}) => server.store.commit(huzhou, [{ op: 'put', table: 'requests', row: aRequest(id, change) }])
const kept = async (id: string): Promise<ServiceRequest> => (await server.store.get(huzhou, 'requests', id))!
const day = async (page: Browser): Promise<FieldDay> => (await page.call('GET', `/api/desk/field/${huzhou}`)).json()
const step = (page: Browser, id: string, body: object) => page.call('POST', `/api/desk/field/${huzhou}/${id}/steps`, { madeAt: server.clock.now, ...body })
const spot = { latitude: 30.89, longitude: 120.09, accuracyM: 31.6 }

function photo(page: Browser, id: string, client: string) {
  const boundary = 'x'
  const form = Buffer.concat([Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`), aJpeg(), Buffer.from(`\r\n--${boundary}--\r\n`)])
  return page.call('POST', `/api/desk/field/${huzhou}/${id}/photos?client=${client}&made=${server.clock.now}`, form, { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } })
}

describe('a day in the field', () => {
  it('shows the visits of today first, then what is mine, then what waits for anybody; what a colleague has in hand is theirs', async () => {
    const staff = await server.staff('staff')
    await file('r1', { address: '3栋' })
    await file('r2', { owner: { kind: 'staff', id: 'other', name: '陈工' }, status: 'in-progress' })
    await file('r3', { owner: mine(staff), status: 'in-progress', description: '回电13800000001' })
    await file('r4', { address: '4栋1单元', appointment: { slotId: null, at: '2026-11-20T10:00:00+08:00', what: '上门' }, consent: { at: 1, by: 'web:r1', forWhom: '我妈', allows: 'visit', matter: '认证', asked: '', answered: '对' } })
    await file('r5', { status: 'resolved', settledAt: 2 })
    const { tasks, today, grids } = await day(staff)
    expect(tasks.map(({ id }) => id)).toEqual(['r4', 'r3', 'r1'])
    expect(tasks[0]).toMatchObject({ grid: '第一网格', visit: { at: Date.parse('2026-11-20T10:00:00+08:00'), consent: { allows: 'visit', forWhom: '我妈' } }, moves: expect.arrayContaining(['take']) as unknown })
    expect(tasks[1]!.words).toBe('回电138****0001')
    expect([today, grids]).toEqual(['2026-11-20', [{ name: '第一网格', buildings: ['3栋', '4栋'] }]])
  })

  it('is for those who act: an auditor has none', async () => {
    expect((await (await server.staff('auditor', 'all')).call('GET', `/api/desk/field/${huzhou}`)).statusCode).toBe(403)
  })
})

describe('上门签到', () => {
  it('is kept with time and place, and stands once in the history however often the phone sends it', async () => {
    const staff = await server.staff('staff')
    await file('r1', { owner: mine(staff), status: 'in-progress' })
    const given = { clientId: aClientId(), kind: 'arrive', position: spot }
    for (let i = 0; i < 5; i += 1) expect((await step(staff, 'r1', given)).statusCode).toBe(200)
    expect((await kept('r1')).history.map(({ note }) => note)).toEqual(['上门签到，位置误差约 32 米'])
    expect((await day(staff)).tasks[0]!.arrived).toEqual({ at: server.clock.now, name: '李师傅', accuracyM: 31.6 })
    expect((await server.store.get(huzhou, 'visitSteps', given.clientId))!.position).toEqual(spot)
  })

  it('needs no place, and says when it was done if the line came back later', async () => {
    const staff = await server.staff('staff')
    await file('r1', { owner: mine(staff), status: 'in-progress' })
    await step(staff, 'r1', { clientId: aClientId(), kind: 'arrive', position: null, madeAt: server.clock.now - 25 * 60_000 })
    expect((await kept('r1')).history.at(-1)!.note).toBe('上门签到，没有记位置（08:35 在现场记下，当时没有网络）')
    expect((await day(staff)).tasks[0]!.arrived!.at).toBe(server.clock.now - 25 * 60_000)
  })

  it('is refused under the id of another step, and where there is no such place on earth', async () => {
    const staff = await server.staff('staff')
    await file('r1', { owner: mine(staff), status: 'in-progress' })
    await file('r2', { owner: mine(staff), status: 'in-progress' })
    const clientId = aClientId()
    await step(staff, 'r1', { clientId, kind: 'arrive', position: null })
    expect((await step(staff, 'r2', { clientId, kind: 'arrive', position: null })).statusCode).toBe(400)
    expect((await step(staff, 'r1', { clientId: aClientId(), kind: 'arrive', position: { ...spot, latitude: 91 } })).statusCode).toBe(400)
  })
})

describe('what a phone kept while there was no line', () => {
  it('counts once: order taken, photo, closed with the photo as evidence, each sent twice', async () => {
    const staff = await server.staff('staff')
    await file('r1', { status: 'assigned' })
    const [take, picture, close] = [aClientId(), aClientId(), aClientId()]
    const seen = (await day(staff)).tasks[0]!.seen
    for (let i = 0; i < 2; i += 1) expect((await step(staff, 'r1', { clientId: take, kind: 'take' })).statusCode).toBe(200)
    for (let i = 0; i < 2; i += 1) expect((await photo(staff, 'r1', picture)).statusCode).toBe(200)
    for (let i = 0; i < 2; i += 1) expect((await step(staff, 'r1', { clientId: close, kind: 'close', statement: '换了灯泡', photos: [picture], seen, anyway: false })).statusCode).toBe(200)
    const row = await kept('r1')
    expect(row.history.map(({ move, note }) => [move ?? 'note', note])).toEqual([['take', null], ['note', '现场照片'], ['close', '换了灯泡']])
    expect(row.attachmentIds).toHaveLength(1)
    expect([row.status, row.owner.name]).toEqual(['done', '李师傅'])
  })

  it('was made, though the answer was lost before the step was noted: it is not made again', async () => {
    const staff = await server.staff('staff')
    await file('r1', { status: 'assigned' })
    const clientId = aClientId()
    await server.store.commit(huzhou, [{ op: 'put', table: 'visitSteps', row: { id: clientId, rev: 0, requestId: 'r1', staffId: staff.account.id, kind: 'take', state: 'begun', madeAt: server.clock.now, receivedAt: server.clock.now, position: null, attachmentId: null } }])
    await server.engine.actOnRequest(huzhou, 'r1', (await kept('r1')).rev, { name: 'take', reason: null, brings: null }, { kind: 'staff', id: staff.account.id, name: '李师傅', isLead: false })
    expect((await step(staff, 'r1', { clientId, kind: 'take' })).statusCode).toBe(200)
    expect((await kept('r1')).history).toHaveLength(1)
  })

  it('meets what others did meanwhile: nothing is closed, what was done is told, and it can be sent all the same', async () => {
    const staff = await server.staff('staff')
    await file('r1', { status: 'in-progress', owner: mine(staff) })
    const seen = (await day(staff)).tasks[0]!.seen
    await step(staff, 'r1', { clientId: aClientId(), kind: 'arrive', position: null })
    const row = await kept('r1')
    await server.store.commit(huzhou, [{ op: 'put', table: 'requests', row: { ...row, history: [...row.history, { at: 5, actor: { kind: 'resident', id: 'web:r1' }, from: 'in-progress', to: 'in-progress', note: '是4栋，电话13800000001', move: 'supplement' }] } }])
    const close = { clientId: aClientId(), kind: 'close', statement: '换了灯泡', photos: [], seen, anyway: false }
    const answer = await step(staff, 'r1', close)
    expect([answer.statusCode, answer.json<FieldConflict>().since.map(({ actor, move, note }) => [actor.kind, move, note])]).toEqual([409, [['resident', 'supplement', '是4栋，电话138****0001']]])
    expect((await kept('r1')).status).toBe('in-progress')
    expect((await step(staff, 'r1', { ...close, anyway: true })).json<FieldTask>().status).toBe('done')
  })

  it('is refused when a colleague took the order first', async () => {
    const [staff, other] = [await server.staff('staff'), await server.staff('staff')]
    await file('r1', { status: 'assigned' })
    await step(other, 'r1', { clientId: aClientId(), kind: 'take' })
    const answer = await step(staff, 'r1', { clientId: aClientId(), kind: 'take' })
    expect(answer.statusCode).toBeGreaterThanOrEqual(400)
    expect((await kept('r1')).owner.id).toBe(other.account.id)
  })

  it('takes pictures only, and none of another community', async () => {
    const staff = await server.staff('staff')
    await file('r1', { owner: mine(staff), status: 'in-progress' })
    expect((await staff.call('GET', '/api/desk/field/puyang-test')).statusCode).toBe(404)
    expect((await step(staff, 'r1', { clientId: aClientId(), kind: 'close', statement: '好了', photos: [aClientId()], seen: 0, anyway: false })).json<{ message: string }>().message).toContain('照片还没有传上来')
  })
})
