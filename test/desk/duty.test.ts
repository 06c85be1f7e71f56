import { get } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChannelList, DutyView, PageList, PageRow } from '../../src/desk/duty-types.js'
import type { DutyLine } from '../../src/paging/roster.js'
import { huzhou, puyang, runningServer, type RunningServer } from './running-server.js'

let server: RunningServer
beforeAll(async () => { server = await runningServer() })
afterAll(() => server.close())

const line = (staffIds: readonly string[], given: Partial<DutyLine> = {}): DutyLine => ({ name: '夜班', weekdays: [1, 2, 3, 4, 5, 6, 7], dates: null, from: '22:00', until: '07:00', staffIds: [...staffIds], ...given })

describe('the duty roster', () => {
  it('is entered by a lead, and read by the staff of the community', async () => {
    const [lead, clerk, far] = [await server.staff('lead'), await server.staff('staff'), await server.staff('staff', [puyang])]
    const before = (await lead.call('GET', `/api/desk/duty/${huzhou}`)).json<DutyView>()
    expect(before).toMatchObject({ rev: 0, lines: [], changedBy: null })
    const after = await lead.call('POST', `/api/desk/duty/${huzhou}`, { rev: before.rev, lines: [line([clerk.account.id])] })
    expect(after.json<DutyView>()).toMatchObject({ rev: 1, lines: [{ staffIds: [clerk.account.id] }], changedBy: '李师傅' })
    expect((await clerk.call('GET', `/api/desk/duty/${huzhou}`)).json<DutyView>().lines).toHaveLength(1)
    expect((await clerk.call('POST', `/api/desk/duty/${huzhou}`, { rev: 1, lines: [] })).statusCode).toBe(403)
    expect((await far.call('GET', `/api/desk/duty/${huzhou}`)).statusCode).toBe(404)
    // Somebody else was quicker.
    expect((await lead.call('POST', `/api/desk/duty/${huzhou}`, { rev: 0, lines: [] })).statusCode).toBe(409)
  })

  it('takes no line without a day, a person or a name, and nobody of another community', async () => {
    const [lead, far] = [await server.staff('lead'), await server.staff('staff', [puyang])]
    const { rev } = (await lead.call('GET', `/api/desk/duty/${huzhou}`)).json<DutyView>()
    for (const wrong of [line([]), line([lead.account.id], { weekdays: [] }), line([lead.account.id], { name: ' ' }), line([lead.account.id], { from: '25:00' }), line([far.account.id]), line([lead.account.id], { dates: { from: '2026-11-30', until: '2026-11-01' } })]) {
      expect((await lead.call('POST', `/api/desk/duty/${huzhou}`, { rev, lines: [wrong] })).statusCode).toBe(400)
    }
  })
})

describe('a call', () => {
  it('is tried on somebody who can’t be reached, seen as such, and answered at the desk', async () => {
    const [lead, clerk, auditor] = [await server.staff('lead'), await server.staff('staff'), await server.staff('auditor', 'all')]
    const tried = (await lead.call('POST', `/api/desk/duty/${huzhou}/try`, { staffId: clerk.account.id })).json<PageRow>()
    expect(tried).toMatchObject({ state: 'held', steps: [], cause: { kind: 'test' } })
    const listed = (await auditor.call('GET', '/api/desk/pages')).json<PageList>().pages
    expect(listed.map(({ id }) => id)).toContain(tried.id)
    expect((await auditor.call('POST', `/api/desk/pages/${huzhou}/${tried.id}/answer`, {})).statusCode).toBe(403)
    expect((await clerk.call('POST', `/api/desk/pages/${huzhou}/${tried.id}/answer`, {})).json<PageRow>()).toMatchObject({ state: 'answered', answeredBy: { id: clerk.account.id } })
    expect((await clerk.call('POST', `/api/desk/pages/${huzhou}/nothing/answer`, {})).statusCode).toBe(404)
  })

  it('shows nobody the calls of another community, nor those of the installation to who is not of it', async () => {
    const [lead, far] = [await server.staff('lead'), await server.staff('lead', [puyang])]
    await lead.call('POST', `/api/desk/duty/${huzhou}/try`, { staffId: lead.account.id })
    expect((await far.call('GET', '/api/desk/pages')).json<PageList>().pages).toEqual([])
    expect((await far.call('POST', '/api/desk/pages/platform/any/answer', {})).statusCode).toBe(404)
  })

  it('knows who has a page of the desk open, until it is closed', async () => {
    const clerk = await server.staff('staff')
    const base = await server.listen()
    const cookie = [...clerk.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const call = get(`${base}/api/desk/stream`, { headers: { cookie } })
    await new Promise<void>((resolve) => { call.on('response', (answer) => answer.once('data', () => { resolve() })) })
    expect([...(await server.present())]).toEqual([clerk.account.id])
    // Half an hour without use ends the session: whoever is asleep at the desk is not there.
    server.clock.now += 31 * 60_000
    expect([...(await server.present())]).toEqual([])
    server.clock.now -= 31 * 60_000
    call.destroy()
    await expect.poll(async () => [...(await server.present())]).toEqual([])
  })
})

describe('channels', () => {
  it('show their states to all, and the login code as a picture to administrators only', async () => {
    const [admin, lead] = [await server.staff('admin', 'all'), await server.staff('lead')]
    server.health.report('wechat', { kind: 'needs-login', reason: '请用微信扫码登录', qr: 'https://login.example/secret' })
    const shown = await lead.call('GET', '/api/desk/channels')
    expect(shown.json<ChannelList>().channels).toMatchObject([{ channel: 'wechat', kind: 'needs-login', reason: '请用微信扫码登录' }])
    expect(shown.body).not.toContain('secret')
    expect((await lead.call('GET', '/api/desk/channels/wechat/qr')).statusCode).toBe(403)
    const picture = await admin.call('GET', '/api/desk/channels/wechat/qr')
    expect([picture.headers['content-type'], picture.headers['cache-control'], picture.rawPayload.subarray(1, 4).toString()]).toEqual(['image/png', 'no-store', 'PNG'])
    server.health.report('wechat', { kind: 'online' })
    expect((await admin.call('GET', '/api/desk/channels/wechat/qr')).statusCode).toBe(404)
  })
})
