import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { CalendarView, Drafted, GridCheck, GroupList, HealthView, PairingCodeShown, PlaceView } from '../../src/desk/place-types.js'
import { createPairing } from '../../src/channels/pairing.js'
import type { Community } from '../../src/knowledge/community.js'
import type { YearCalendar } from '../../src/requests/working-time.js'
import { huzhou, puyang, runningServer, type Browser, type RunningServer } from './running-server.js'

let server: RunningServer
beforeAll(async () => { server = await runningServer() })
afterAll(() => server.close())

const place = async (who: Browser): Promise<PlaceView> => (await who.call('GET', `/api/desk/places/${huzhou}`)).json<PlaceView>()
/** Sends a file as a page does. */
async function upload(who: Browser, url: string, text: string) {
  const form = new FormData()
  form.append('file', new Blob([text], { type: 'text/csv' }), 'grids.csv')
  const packed = new Response(form)
  return who.call('POST', url, Buffer.from(await packed.arrayBuffer()), { headers: { 'content-type': packed.headers.get('content-type') ?? '' } })
}
/** What a draft would make of the community. */
async function inDraft(number: number): Promise<Community> {
  const files = await server.publication.files(await server.publication.version(number))
  return JSON.parse(files.get(`communities/${huzhou}.json`)!) as Community
}

const sheet = '网格,负责人,职务,替岗人,替岗职务,类别,名称\r\n第一网格,李师傅,网格员,,,楼栋,1栋\r\n第一网格,李师傅,网格员,,,地点,东门\r\n'

describe('buildings and grids', () => {
  it('come in as a table, are looked at, and become a draft that changes nothing yet', async () => {
    const admin = await server.staff('admin')
    const checked = (await upload(admin, `/api/desk/places/${huzhou}/grids/check`, sheet)).json<GridCheck>()
    expect(checked).toMatchObject({ kind: 'grids', added: ['1栋', '东门'], gone: [], moved: [] })
    if (checked.kind !== 'grids') return
    const { base } = await place(admin)
    const made = await admin.call('POST', `/api/desk/places/${huzhou}/grids`, { base, reason: '第一次登记', grids: checked.grids })
    expect(made.statusCode).toBe(201)
    expect((await inDraft(made.json<Drafted>().number)).grids).toMatchObject([{ name: '第一网格', buildings: ['1栋'], areas: ['东门'] }])
    expect(await place(admin)).toMatchObject({ base, grids: [], drafts: [{ reason: '第一次登记', author: `李师傅（${admin.account.login}）` }] })
  })

  it('with one wrong line are not taken at all, and every wrong line is named', async () => {
    const admin = await server.staff('admin')
    const answer = await upload(admin, `/api/desk/places/${huzhou}/grids/check`, `${sheet}第二网格,沈师傅,网格员,,,楼栋,1栋\r\n第二网格,,,,,楼栋,2栋\r\n`)
    expect(answer.json<GridCheck>()).toMatchObject({ kind: 'faults', faults: [{ line: 4, says: '「1栋」第 2 行已经写在第一网格了' }, { line: 5 }, { line: 5 }] })
  })

  it('go out as a table that comes in again', async () => {
    const [admin, clerk] = [await server.staff('admin'), await server.staff('staff')]
    const table = await admin.call('GET', `/api/desk/places/${huzhou}/grids.csv`)
    expect([table.headers['content-type'], table.headers['content-disposition']]).toEqual(['text/csv; charset=utf-8', `attachment; filename="${huzhou}-grids.csv"`])
    expect(table.body).toContain('网格,负责人,职务')
    expect((await clerk.call('GET', `/api/desk/places/${huzhou}/grids.csv`)).statusCode).toBe(403)
  })
})

const week = { monday: ['08:30-12:00', '14:00-17:30'], tuesday: ['08:30-12:00'], wednesday: [], thursday: [], friday: [], saturday: [], sunday: [] }

describe('hours', () => {
  it('become a draft with their source; spans that overlap are refused with a sentence', async () => {
    const [admin, lead] = [await server.staff('admin'), await server.staff('lead')]
    const { base } = await place(admin)
    const send = (who: Browser, monday: readonly string[], given = base) => who.call('POST', `/api/desk/places/${huzhou}/hours`, { base: given, reason: '冬季', hours: { seasons: [{ ...week, monday }], source: '社区公告', date: '2026-11-20' } })
    const made = await send(admin, week.monday)
    expect((await inDraft(made.json<Drafted>().number)).hours?.seasons[0]?.monday).toEqual(week.monday)
    expect((await send(admin, ['14:00-17:30', '08:30-12:00'])).json()).toMatchObject({ code: 'bad-input', message: '时段要从早到晚，不能重叠' })
    expect((await send(lead, week.monday)).statusCode).toBe(403)
    // Made from what is no longer in use.
    expect((await send(admin, week.monday, base + 1)).statusCode).toBe(409)
  })
})

describe('the days of the year', () => {
  const next: YearCalendar = { year: 2027, notice: '国办发明电〔2026〕9号', title: '示例通知', issued: '2026-11-10', holidays: [{ name: '元旦', from: '2027-01-01', until: '2027-01-03' }], workdays: ['2027-01-10'] }

  it('are known with their notice; the next year is missed from November on, and entered as a draft by who looks after all communities', async () => {
    const admin = await server.staff('admin', 'all')
    const view = (await admin.call('GET', '/api/desk/calendar')).json<CalendarView>()
    expect(view).toMatchObject({ today: '2026-11-20', missing: [2027], years: [{ year: 2026, notice: '国办发明电〔2025〕7号' }] })
    const made = await admin.call('POST', '/api/desk/calendar', { base: view.base, reason: '明年放假安排', year: next })
    const files = await server.publication.files(await server.publication.version(made.json<Drafted>().number))
    expect(JSON.parse(files.get('calendar/2027.json')!)).toEqual(next)
    expect((await (await server.staff('admin')).call('POST', '/api/desk/calendar', { base: view.base, reason: '明年放假安排', year: next })).statusCode).toBe(403)
    expect((await admin.call('POST', '/api/desk/calendar', { base: view.base, reason: '写错', year: { ...next, workdays: ['2027-01-11'] } })).json()).toMatchObject({ message: '2027-01-11 不是周末，不用调休' })
  })

  it('of the year that comes are not missed in the spring', async () => {
    const admin = await server.staff('admin')
    const { now } = server.clock
    server.clock.now = Date.parse('2026-03-01T09:00:00+08:00')
    expect((await admin.call('GET', '/api/desk/calendar')).json<CalendarView>().missing).toEqual([])
    server.clock.now = now
  })
})

describe('groups', () => {
  it('are paired by a code that works once, for a community one looks after', async () => {
    const lead = await server.staff('lead')
    const pairing = createPairing({ store: server.store, now: () => server.clock.now })
    const made = await lead.call('POST', `/api/desk/groups/${huzhou}/codes`, { kind: 'room', use: 'residents' })
    const { code, minutes } = made.json<PairingCodeShown>()
    expect([made.statusCode, minutes]).toEqual([201, 30])
    expect(await pairing.redeem(code.replace('-', ''), 'lark:someone')).toEqual({ kind: 'room', communityId: huzhou, use: 'residents' })
    expect(await pairing.redeem(code.replace('-', ''), 'lark:someone')).toBeNull()
    await pairing.pair({ id: 'lark:oc_1', channel: 'lark', communityId: huzhou, use: 'residents' })
    await pairing.pair({ id: 'lark:oc_2', channel: 'lark', communityId: puyang, use: 'staff' })
    expect((await lead.call('GET', `/api/desk/groups/${huzhou}`)).json<GroupList>().groups).toMatchObject([{ id: 'lark:oc_1', use: 'residents' }])
    // Neither a room nor a colleague of another community.
    const far = await server.staff('staff', [puyang])
    expect((await lead.call('POST', `/api/desk/groups/${huzhou}/codes`, { kind: 'room', use: 'residents', again: 'lark:oc_2' })).statusCode).toBe(404)
    expect((await lead.call('POST', `/api/desk/groups/${huzhou}/codes`, { kind: 'staff', staffId: far.account.id })).statusCode).toBe(404)
  })
})

it('how all is going is told to admins: channels, what did not arrive, what is missing', async () => {
  const admin = await server.staff('admin')
  server.health.report('lark', { kind: 'offline', reason: '网络断了' })
  const health = (await admin.call('GET', '/api/desk/health')).json<HealthView>()
  expect(health).toMatchObject({ channels: [{ channel: 'lark', kind: 'offline', reason: '网络断了' }], outbox: { due: 0, failed: 0 }, missingYears: [2027], withoutHours: ['示例社区'], knowledge: { number: 1 } })
  expect((await (await server.staff('lead')).call('GET', '/api/desk/health')).statusCode).toBe(403)
})
