import { beforeAll, describe, expect, it } from 'vitest'
import { call, enterChat } from '../../src/bench/chat-client.js'
import type { ServerProcess } from '../../src/bench/server-process.js'
import type { DeskEvent, RequestDetail, RequestList } from '../../src/desk/api-types.js'
import { listen, type ListeningPage } from '../channels/listening-page.js'
import { aHouse } from '../cluster/house.js'
import { firstInvitation } from '../pages/desk-page.js'
import { asCookies, joinDesk, signedAs, type Signed } from '../pages/populated.js'
import { talkAs } from './running.js'

const communityId = 'huzhou-demo'
const at = encodeURIComponent(communityId)

describe('the desk of an installation of several processes', () => {
  let here: ServerProcess
  let there: ServerProcess
  let admin: Signed
  beforeAll(async () => {
    const house = await aHouse()
    // The first alone shows the link that makes the first admin.
    here = await house.process()
    there = await house.process()
    admin = await joinDesk(here.url, firstInvitation(here), 'lin', '林工')
  }, 120_000)

  const pageAt = (server: ServerProcess): Promise<ListeningPage> =>
    listen(server.url, '/api/desk/stream', { cookies: new Map(asCookies(admin.cookie, server.url).map(({ name, value }) => [name, value])) })
  const toldOf = (page: ListeningPage, text: string, passes: (event: Extract<DeskEvent, { type: 'request' }>) => boolean): Promise<void> =>
    page.until((events) => events.some(({ data }) => { const event = data as DeskEvent; return event.type === 'request' && passes(event) })).catch((error: unknown) => { throw new Error(`${text}: ${String(error)}`) })

  it('hears at each process what is filed and done at another, and a page ends wherever it is open when its person signs out', { timeout: 60_000 }, async () => {
    const [pageHere, pageThere] = [await pageAt(here), await pageAt(there)]
    const resident = await talkAs(await enterChat(here.url, communityId, '127.10.0.1'))
    const filed = await resident.ask('12栋2单元楼道灯坏了')
    resident.close()
    const number = /HZ-\d{4}-\d{4}/.exec(filed.text)?.[0] ?? expect.fail(filed.text)
    for (const page of [pageHere, pageThere]) await toldOf(page, 'filed', (event) => event.number === number && event.isNew)

    const desk = signedAs(there.url, admin.cookie)
    const { requests } = await desk.get<RequestList>(`/requests?view=open&community=${at}`)
    const { request } = await desk.get<RequestDetail>(`/requests/${at}/${requests.find((one) => one.number === number)?.id ?? ''}`)
    await desk.post(`/requests/${at}/${request.id}/moves`, { name: 'reply', rev: request.rev, reason: '今天下午来换灯。' })
    for (const page of [pageHere, pageThere]) await toldOf(page, 'moved', (event) => event.number === number && !event.isNew)

    await call(here.url, '/api/desk/logout', { method: 'POST', cookie: admin.cookie, headers: { 'x-yichuang': 'desk' } })
    await Promise.all([pageHere.ended, pageThere.ended])
    expect((await call(there.url, '/api/desk/requests?view=open', { cookie: admin.cookie, headers: { 'x-yichuang': 'desk' } })).status).toBe(401)
  })
})
