import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServiceRequest } from '../../src/requests/service-request.js'
import { oneOfEach } from '../store/rows.js'
import { aRequest, huzhou, runningServer, type RunningServer } from '../desk/running-server.js'

let server: RunningServer
beforeAll(async () => { server = await runningServer() })
afterAll(() => server.close())

/** A resident with a booking of their own. */
async function booked(id: string, given: Partial<ServiceRequest> = {}) {
  const resident = await server.resident()
  const request = aRequest(id, {
    residentId: resident.session.residentId, appointment: { slotId: 'window@2026-11-25T09:00', at: '2026-11-25T09:00:00+08:00', until: '2026-11-25T09:30:00+08:00', what: '办事窗口', place: '一楼大厅' }, ...given,
  })
  await server.store.commit(huzhou, [{ op: 'put', table: 'requests', row: request }])
  return { resident, url: `/api/chat/bookings/${id}/calendar.ics` }
}

describe('the calendar file of a booking', () => {
  it('is given to whose booking it is, as a file to be added', async () => {
    const { resident, url } = await booked('c1')
    const answer = await resident.call('GET', url)
    expect(answer.statusCode).toBe(200)
    expect(answer.headers['content-type']).toBe('text/calendar; charset=utf-8')
    expect(answer.headers['content-disposition']).toBe('attachment; filename="HZ-2611-c1.ics"')
    expect(answer.body).toContain('SUMMARY:办事窗口')
    expect(answer.body).toContain('METHOD:PUBLISH')
  })

  it('is not found by a neighbour, nor without a session', async () => {
    const { url } = await booked('c2')
    expect((await (await server.resident()).call('GET', url)).statusCode).toBe(404)
    expect((await server.browser().call('GET', url)).statusCode).toBe(401)
  })

  it('takes the entry out once the booking is given up', async () => {
    const { resident, url } = await booked('c3', { status: 'withdrawn', settledAt: 2 })
    expect((await resident.call('GET', url)).body).toContain('METHOD:CANCEL')
  })

  it('is not there for a wish that nobody has settled yet', async () => {
    const { resident, url } = await booked('c4', { appointment: { slotId: null, at: '2026-11-25', what: '窗口' } })
    expect((await resident.call('GET', url)).statusCode).toBe(404)
  })

  it('of an activity that was signed up for is given to whose place it is, and takes the entry out once it is called off', async () => {
    const resident = await server.resident()
    const id = `river|${resident.session.residentId}`
    await server.store.commit(huzhou, [{ op: 'put', table: 'activities', row: { ...oneOfEach.activities, id: 'river' } }, { op: 'put', table: 'signUps', row: { ...oneOfEach.signUps, id, activityId: 'river', residentId: resident.session.residentId } }])
    const url = `/api/chat/bookings/${encodeURIComponent(id)}/calendar.ics`
    expect((await resident.call('GET', url)).body).toMatch(/METHOD:PUBLISH[^]*SUMMARY:清理河边步道/)
    expect((await (await server.resident()).call('GET', url)).statusCode).toBe(404)
    await server.store.commit(huzhou, [{ op: 'put', table: 'activities', row: { ...oneOfEach.activities, id: 'river', rev: 1, state: 'called-off', reason: '下雨' } }])
    expect((await resident.call('GET', url)).body).toContain('METHOD:CANCEL')
  })
})
