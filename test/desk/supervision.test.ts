import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { AbsenceList, Receivers, RequestDetail, RequestList, Uploaded } from '../../src/desk/api-types.js'
import type { Behind, Supervision } from '../../src/desk/supervision-types.js'
import type { Community } from '../../src/knowledge/community.js'
import type { ServiceRequest } from '../../src/requests/service-request.js'
import type { Service } from '../../src/requests/services.js'
import { aJpeg } from '../channels/pictures.js'
import { at, doneAt, filedAt, moved, officeTime } from '../requests/neighbours.js'
import { aCommunity, huzhou, puyang, runningServer, type RunningServer } from './running-server.js'

const service: Pick<Service, 'term' | 'claimHours'> = { term: { workdays: 1, source: '测试', date: '2026-01-01' }, claimHours: null }
let server: RunningServer
beforeEach(async () => {
  server = await runningServer({ workingTime: officeTime, service })
  server.clock.now = at('2026-11-25T10:00')
})
afterEach(() => server.close())

async function keep(...requests: readonly ServiceRequest[]): Promise<void> {
  await server.store.commit(huzhou, requests.map((row) => ({ op: 'put', table: 'requests', row })))
}
const supervision = async (): Promise<Supervision> => (await (await server.staff('lead')).call('GET', `/api/desk/supervision?community=${huzhou}&month=2026-11`)).json()
const marked = (request: ServiceRequest, stars: number): ServiceRequest => ({ ...request, ratings: [{ at: at('2026-11-19T10:00'), residentId: 'memory:甲', stars, words: '电话13800000001，没人来' }] })

describe('what a lead looks after', () => {
  it('is what is late, the highest climbed first; what only a lead decides; who has how much in hand', async () => {
    const late = filedAt('2026-11-20T09:00', '1')
    const climbed = moved(filedAt('2026-11-23T09:00', '2'), '2026-11-25T09:00', 'escalate', 'bot', { kind: 'level', level: 'community' })
    const asked = moved(moved(filedAt('2026-11-25T09:00', '3'), '2026-11-25T09:10', 'take', 'li'), '2026-11-25T09:20', 'ask-extension', 'li', { kind: 'extension', workdays: 2 })
    await keep(late, climbed, asked)
    const seen = await supervision()
    expect(seen.overdue.map(({ id, level }) => [id, level])).toEqual([['2', 'community'], ['1', 'grid']])
    expect(seen.overdueCount).toBe(2)
    expect(seen.undecided.map(({ id }) => id)).toEqual(['3'])
    expect(seen.load).toEqual([{ id: 'post:duty', communityId: huzhou, name: '社区值班人员', isPost: true, open: 2, overdue: 2 }, { id: 'staff:li', communityId: null, name: 'li', isPost: false, open: 1, overdue: 0 }])
  })

  it('counts who was not called, and lists bad marks to be called back by somebody else, until when, without a phone', async () => {
    const done = doneAt(filedAt('2026-11-16T09:00', '1'), '2026-11-16T10:00', '2026-11-17T10:00')
    await keep(moved(done, '2026-11-18T09:00', 'reopen', '甲', null, '居民反映没人联系'), marked(doneAt(filedAt('2026-11-16T09:00', '2'), '2026-11-16T10:00', '2026-11-17T10:00'), 1))
    const seen = await supervision()
    expect(seen.unreached.map(({ id }) => id)).toEqual(['1'])
    expect(seen.callBacks).toMatchObject([{ stars: 1, notBy: ['li'], until: expect.any(Number), row: { id: '2' } }])
    expect(seen.callBacks[0]?.words).not.toContain('13800000001')
  })

  it('shows rates whose every number opens the list behind it', async () => {
    await keep(marked(doneAt(filedAt('2026-11-16T09:00', '1'), '2026-11-16T10:00', '2026-11-16T16:00'), 5), marked(doneAt(filedAt('2026-11-16T09:00', '2'), '2026-11-16T17:00', '2026-11-19T10:00'), 2))
    const { figures } = await supervision()
    expect(figures.service.total.rates.satisfied).toEqual({ of: 2, counted: 1, share: 0.5 })
    expect(figures.staff.rows.map(({ title, rates }) => [title, rates.response.counted, rates['in-time'].counted])).toEqual([['li', 1, 1]])
    const list = (await (await server.staff('auditor')).call('GET', `/api/desk/supervision/behind?community=${huzhou}&month=2026-11&by=staff&key=staff:li&rate=response`)).json<Behind>()
    expect(list.requests.map(({ id, counted }) => [id, counted])).toEqual([['2', false], ['1', true]])
  })

  it('counts every request of a month, also those that have gone to the archive, and opens the list behind each number', async () => {
    const ended = (id: string, stars: number): ServiceRequest => ({ ...marked(doneAt(filedAt('2026-11-16T09:00', id), '2026-11-16T10:00', '2026-11-16T16:00'), stars), status: 'archived', settledAt: at('2026-11-17T09:00') })
    await keep(ended('1', 5), ended('2', 1), ended('3', 4), doneAt(filedAt('2026-11-30T09:00', '4'), '2026-11-30T09:10', '2026-11-30T10:00'))
    const before = (await supervision()).figures
    server.clock.now = at('2027-05-04T10:00')
    expect((await supervision()).figures).toEqual(before)
    await server.store.retire(server.clock.now)
    expect((await server.store.find(huzhou, 'requests', {})).map(({ id }) => id)).toEqual(['4'])
    expect((await supervision()).figures).toEqual(before)
    const list = (await (await server.staff('auditor')).call('GET', `/api/desk/supervision/behind?community=${huzhou}&month=2026-11&by=service&rate=satisfied`)).json<Behind>()
    expect(list.requests.map(({ id, counted }) => [id, counted])).toEqual([['3', true], ['2', false], ['1', true]])
    const december = (await (await server.staff('lead')).call('GET', `/api/desk/supervision?community=${huzhou}&month=2026-12`)).json<Supervision>()
    expect(december.figures.service.rows).toEqual([])
  })

  it('shows where matters pile up: buildings by week, what most is about; what gathers this week stands first', async () => {
    const dark = { serviceCode: 'light', serviceName: '公共照明', address: '5栋' }
    await keep(...[1, 2, 3, 4].map((n) => filedAt(`2026-11-${10 + n}T09:00`, `${n}`)), ...[5, 6, 7].map((n) => filedAt('2026-11-24T09:00', `${n}`, n === 7 ? { address: '5栋' } : dark)))
    const { hotSpots } = await supervision()
    expect(hotSpots.weeks.at(-1)).toBe('2026-11-23')
    expect(hotSpots.rows).toEqual([
      { communityId: huzhou, building: '5', counts: [0, 0, 0, 0, 0, 3], most: { serviceCode: 'light', name: '公共照明', count: 2 }, isRising: true },
      { communityId: huzhou, building: '3', counts: [0, 0, 0, 4, 0, 0], most: { serviceCode: 'public-fault', name: '公共设施报修', count: 4 }, isRising: false },
    ])
  })

  it('shows what is open in each grid, those in no grid apart', async () => {
    await server.close()
    const home = { ...aCommunity(huzhou, '示例社区'), grids: [{ name: '第一网格', person: { name: '沈芳', role: '网格员' }, buildings: ['3栋'], areas: [] }, { name: '第二网格', person: { name: '吴刚', role: '网格员' }, buildings: ['8栋'], areas: [] }] } as Community
    server = await runningServer({ workingTime: officeTime, service, communities: [home] })
    server.clock.now = at('2026-11-25T10:00')
    await keep(filedAt('2026-11-20T09:00', '1'), filedAt('2026-11-25T09:00', '2'), filedAt('2026-11-25T09:00', '3', { address: '99栋' }))
    expect((await supervision()).grids).toEqual([{ communityId: huzhou, name: '第一网格', open: 2, overdue: 1 }, { communityId: huzhou, name: '第二网格', open: 0, overdue: 0 }, { communityId: huzhou, name: null, open: 1, overdue: 0 }])
    const list = (await (await server.staff('lead')).call('GET', `/api/desk/requests?grid=${encodeURIComponent('第一网格')}`)).json<RequestList>()
    expect(list.requests.map(({ id }) => id)).toEqual(['2', '1'])
  })

  it('adds up the communities of who looks after several, tells them apart, and keeps what only has the same name apart', async () => {
    await keep(marked(doneAt(filedAt('2026-11-16T09:00', '1'), '2026-11-16T10:00', '2026-11-16T16:00'), 5), filedAt('2026-11-20T09:00', '3'))
    await server.store.commit(puyang, [marked(doneAt(filedAt('2026-11-16T09:00', '2'), '2026-11-16T10:00', '2026-11-16T16:00'), 1), filedAt('2026-11-19T09:00', '4')].map((row) => ({ op: 'put', table: 'requests', row })))
    const auditor = await server.staff('auditor', 'all')
    const seen = (await auditor.call('GET', '/api/desk/supervision?month=2026-11')).json<Supervision>()
    expect(seen.overdue.map(({ id, communityId }) => [id, communityId])).toEqual([['4', puyang], ['3', huzhou]])
    expect(seen.figures.community.rows.map(({ key, title, rates }) => [key, title, rates.satisfied.counted, rates.satisfied.of])).toEqual([[huzhou, '示例社区', 1, 1], [puyang, '另一个社区', 0, 1]])
    expect(seen.figures.service.total.rates.satisfied).toEqual({ of: 2, counted: 1, share: 0.5 })
    expect(seen.figures.service.rows.map(({ rates }) => rates.satisfied.of)).toEqual([2])
    expect(seen.figures.building.rows.map(({ title }) => title)).toEqual(['另一个社区 3栋', '示例社区 3栋'])
    expect(seen.load.map(({ id, communityId, open }) => [id, communityId, open])).toEqual([['post:duty', huzhou, 1], ['post:duty', puyang, 1]])
    expect(seen.hotSpots.rows.map(({ communityId, building }) => [communityId, building])).toEqual([[huzhou, '3'], [puyang, '3']])
    const behind = (await auditor.call('GET', `/api/desk/supervision/behind?month=2026-11&by=building&key=${encodeURIComponent(`${puyang}/3`)}&rate=satisfied`)).json<Behind>()
    expect(behind.requests.map(({ id, communityId }) => [id, communityId])).toEqual([['2', puyang]])
    const sheet = await auditor.call('GET', '/api/desk/supervision/month.csv?month=2026-11')
    expect(sheet.body).toContain('2 个社区,2026-11,社区,另一个社区')
    // Who looks after one sees that one, and no other by asking for it.
    const lead = await server.staff('lead')
    expect((await lead.call('GET', '/api/desk/supervision?month=2026-11')).json<Supervision>().overdue.map(({ id }) => id)).toEqual(['3'])
    expect((await lead.call('GET', `/api/desk/supervision?community=${puyang}`)).statusCode).toBe(404)
  })

  it('gives the month as a sheet in which no cell is a formula', async () => {
    await keep(filedAt('2026-11-16T09:00', '1', { serviceName: '=HYPERLINK("http://x")' }), filedAt('2026-11-16T09:00', '2', { serviceCode: 'b', serviceName: '@SUM(1)' }))
    const sheet = await (await server.staff('lead')).call('GET', `/api/desk/supervision/month.csv?community=${huzhou}&month=2026-11`)
    expect(sheet.headers['content-type']).toContain('text/csv')
    expect(sheet.body).toContain(`"'=HYPERLINK(""http://x"")"`)
    expect(sheet.body).toContain(`'@SUM(1)`)
    expect(sheet.body.split(/\r\n|,/).filter((cell) => /^"?[=+\-@\t]/.test(cell))).toEqual([])
  })

  it('is not for staff', async () => {
    expect((await (await server.staff('staff')).call('GET', `/api/desk/supervision`)).statusCode).toBe(403)
  })
})

describe('the inbox', () => {
  it('has the late, those that wait for the resident, and those that wait for this person', async () => {
    const staff = await server.staff('staff')
    const waiting = moved(moved(filedAt('2026-11-25T09:00', '2'), '2026-11-25T09:10', 'take', 'li'), '2026-11-25T09:20', 'ask-resident', 'li', null, '几单元')
    const offered = moved(moved(filedAt('2026-11-25T09:00', '3'), '2026-11-25T09:10', 'take', 'li'), '2026-11-25T09:20', 'forward', 'li', { kind: 'offer', to: { kind: 'staff', id: staff.account.id, name: '李师傅' } })
    await keep(filedAt('2026-11-20T09:00', '1'), waiting, offered)
    const ids = async (view: string) => (await staff.call('GET', `/api/desk/requests?view=${view}`)).json<RequestList>().requests.map(({ id }) => id)
    expect([await ids('overdue'), await ids('awaiting'), await ids('mentioned')]).toEqual([['1'], ['2'], ['3']])
    // What changes after the list was first asked for is in the next one.
    await keep({ ...filedAt('2026-11-19T09:00', '4') })
    expect(await ids('overdue')).toEqual(['4', '1'])
  })

  it('finds by the end of a number, by words, by the end of a phone, and by several of them', async () => {
    const staff = await server.staff('staff')
    await keep(
      filedAt('2026-11-20T09:00', '1', { description: '楼道灯坏了，电话13800000042' }), filedAt('2026-11-20T09:00', '2', { description: '电梯困人', address: '6栋' }), filedAt('2026-11-20T09:00', '42'),
    )
    const find = async (words: string) => (await staff.call('GET', `/api/desk/requests?view=all&search=${encodeURIComponent(words)}`)).json<RequestList>().requests.map(({ id }) => id)
    expect(await find('0042')).toEqual(['42', '1'])
    expect(await find('电梯')).toEqual(['2'])
    expect(await find('hz-2611-0002')).toEqual(['2'])
    expect(await find('灯 0042')).toEqual(['42', '1'])
    expect(await find('楼道灯坏了 0000042')).toEqual(['1'])
    expect(await find('没有这个')).toEqual([])
  })
})

describe('a request at the desk', () => {
  it('shows its clock, its first owner, to whom it is offered; a complaint is not there for whom it is about', async () => {
    const staff = await server.staff('staff')
    const offered = moved(moved(filedAt('2026-11-25T09:00', '1'), '2026-11-25T09:10', 'take', 'li'), '2026-11-25T09:20', 'forward', 'li', { kind: 'offer', to: { kind: 'staff', id: 'fang', name: '王芳' } })
    await keep(offered, filedAt('2026-11-25T09:00', '2', { intent: 'rate_complain', description: '李师傅态度差' }))
    expect((await staff.call('GET', `/api/desk/requests/${huzhou}/1`)).json<RequestDetail>()).toMatchObject({ clock: { kind: 'running', stage: 'early' }, firstOwner: { id: 'duty' }, offer: { name: '王芳' }, level: 'grid', extension: null })
    expect((await staff.call('GET', `/api/desk/requests/${huzhou}/2`)).statusCode).toBe(404)
    expect((await staff.call('GET', '/api/desk/requests?view=all')).json<RequestList>().requests.map(({ id }) => id)).toEqual(['1'])
  })

  it('is closed, or answered, with a photo sent from the desk; a file of somebody else goes with neither', async () => {
    const staff = await server.staff('staff')
    const mine = { kind: 'staff', id: staff.account.id, name: '李师傅' } as const
    await keep({ ...filedAt('2026-11-25T09:00', '1'), status: 'in-progress', owner: mine })
    const boundary = 'xyzzy'
    const form = Buffer.concat([Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="x.jpg"\r\nContent-Type: image/jpeg\r\n\r\n`), aJpeg(), Buffer.from(`\r\n--${boundary}--\r\n`)])
    const up = await staff.call('POST', `/api/desk/requests/${huzhou}/1/attachments`, form, { headers: { 'content-type': `multipart/form-data; boundary=${boundary}` } })
    expect(up.statusCode).toBe(201)
    const answer = (name: string, files: readonly string[]) => staff.call('POST', `/api/desk/requests/${huzhou}/1/moves`, { name, rev: 1, reason: '师傅发来的照片', files })
    expect([(await answer('reply', ['att-of-another'])).statusCode, (await answer('note', [up.json<Uploaded>().id])).statusCode]).toEqual([400, 400])
    const close = (attachmentIds: readonly string[]) => staff.call('POST', `/api/desk/requests/${huzhou}/1/moves`, { name: 'close', rev: 1, brings: { kind: 'evidence', attachmentIds, statement: '' } })
    expect((await close(['att-of-another'])).statusCode).toBe(400)
    expect((await close([up.json<Uploaded>().id])).json<RequestDetail>().request.attachmentIds).toEqual([up.json<Uploaded>().id])
    await keep({ ...filedAt('2026-11-25T09:00', '2'), status: 'in-progress', owner: mine, attachmentIds: [up.json<Uploaded>().id] })
    expect((await staff.call('POST', `/api/desk/requests/${huzhou}/2/moves`, { name: 'reply', rev: 1, reason: '师傅发来的照片', files: [up.json<Uploaded>().id] })).statusCode).toBe(200)
    expect(server.engine.sent).toEqual([up.json<Uploaded>().id])
  })
})

describe('who is away', () => {
  it('is entered by a lead for anybody and by each for themselves; what lies open goes to who stands in', async () => {
    const [lead, staff] = [await server.staff('lead'), await server.staff('staff')]
    await keep({ ...filedAt('2026-11-25T09:00', '1'), status: 'in-progress', owner: { kind: 'staff', id: staff.account.id, name: '李师傅' } })
    const away = (page: typeof lead, id: string) => page.call('POST', `/api/desk/absences/${huzhou}`, { away: { kind: 'staff', id }, until: at('2026-11-27T18:00'), standIn: { kind: 'staff', id: lead.account.id } })
    expect((await away(staff, lead.account.id)).statusCode).toBe(403)
    expect((await away(staff, staff.account.id)).json<AbsenceList>().absences).toMatchObject([{ id: staff.account.id, standIn: { id: lead.account.id } }])
    expect(await server.store.get(huzhou, 'requests', '1')).toMatchObject({ status: 'in-progress', owner: { id: lead.account.id } })
    expect((await lead.call('GET', `/api/desk/receivers/${huzhou}`)).json<Receivers>().staff.map(({ id, load, awayUntil }) => [id, load, awayUntil !== null])).toEqual([[lead.account.id, 1, false], [staff.account.id, 0, true]])
    expect((await lead.call('POST', `/api/desk/absences/${huzhou}/${staff.account.id}/end`)).json<AbsenceList>().absences).toEqual([])
  })
})
