import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConversationDetail, DeskEvent, InboxChoices, RequestContext, RequestDetail, RequestList, SavedViews, TemplateList } from '../../src/desk/api-types.js'
import type { Conversation, Message } from '../../src/conversation/records.js'
import type { ServiceRequest, StatusChange } from '../../src/requests/service-request.js'
import { listen } from '../channels/listening-page.js'
import { aRequest, huzhou, puyang, runningServer, type Browser, type RunningServer } from './running-server.js'

let server: RunningServer
beforeEach(async () => {
  server = await runningServer()
})
afterEach(() => server.close())

async function file(id: string, change: Partial<ServiceRequest> = {}): Promise<void> {
  await server.store.commit(huzhou, [{ op: 'put', table: 'requests', row: aRequest(id, change) }])
}
async function say(conversation: Partial<Conversation> & { readonly id: string }, line: Partial<Message>): Promise<void> {
  if ((await server.store.get(huzhou, 'conversations', conversation.id)) === null) {
    await server.store.commit(huzhou, [{ op: 'put', table: 'conversations', row: { rev: 0, channel: 'web', chat: 'private', residentId: 'web:r1', title: '邻居AC34', mode: 'bot', handover: null, takenBy: null, lastAt: 1, ...conversation } }])
  }
  await server.store.commit(huzhou, [{ op: 'put', table: 'messages', row: { id: server.newId(), rev: 0, conversationId: conversation.id, at: 1, from: 'resident', authorId: 'web:r1', authorName: null, text: '', attachments: [], reply: null, requestId: null, ...line } }])
}
const ids = ({ requests }: RequestList): string[] => requests.map(({ id }) => id)
const list = async (page: Browser, query: string): Promise<RequestList> => (await page.call('GET', `/api/desk/requests?view=all&${query}`)).json()
const at = (local: string): number => Date.parse(`${local}:00+08:00`)
const contextOf = async (page: Browser, id: string): Promise<RequestContext> => (await page.call('GET', `/api/desk/requests/${huzhou}/${id}/context`)).json()

describe('a list of requests', () => {
  beforeEach(async () => {
    await file('r1', { address: '3栋2单元', filedAt: at('2026-11-16T00:00') })
    await file('r2', { address: '13栋', serviceCode: 'waste', serviceName: '垃圾清运', status: 'in-progress', owner: { kind: 'staff', id: 's9', name: '王芳' }, filedAt: at('2026-11-17T23:59') })
    await file('r3', { address: null, filedAt: at('2026-11-18T00:00') })
  })

  it('is narrowed to a service, a state, a building, an owner, the days of filing, and the counts with it', async () => {
    const staff = await server.staff('staff')
    for (const [query, found] of [
      ['service=waste', ['r2']], ['status=accepted', ['r3', 'r1']], ['building=3', ['r1']], ['owner=staff:s9', ['r2']], ['grid=-', ['r3', 'r2', 'r1']],
      ['from=2026-11-17&until=2026-11-17', ['r2']], ['from=2026-11-17&service=repair', ['r3']], ['building=99', []],
    ] as const) expect([query, ids(await list(staff, query))]).toEqual([query, found])
    expect((await list(staff, 'service=waste')).counts).toMatchObject({ all: 1, open: 1, unclaimed: 0 })
  })

  it('refuses a day that is none, and says how one is written', async () => {
    const answer = await (await server.staff('staff')).call('GET', '/api/desk/requests?from=11月17日')
    expect([answer.statusCode, answer.json<{ message: string }>().message]).toEqual([400, '日子要写成 2026-11-23 这样'])
  })

  it('offers to choose from what there is', async () => {
    const choices = (await (await server.staff('staff')).call('GET', '/api/desk/inbox-choices')).json<InboxChoices>()
    expect(choices.services.map(({ id }) => id).sort()).toEqual(['repair', 'waste'])
    expect(choices.owners.map(({ id }) => id).sort()).toEqual(['post:grid', 'staff:s9'])
    expect(choices.buildings).toEqual(['3', '13'])
  })

  it('is kept by each person for themselves, and not overwritten from another window', async () => {
    const [staff, other] = [await server.staff('staff'), await server.staff('staff')]
    const mine = { name: '3栋的报修', view: 'open', search: '灯', filters: { building: '3', service: 'repair' } }
    const saved = (await staff.call('POST', '/api/desk/views', { rev: 0, views: [mine] })).json<SavedViews>()
    expect(saved).toEqual({ rev: 1, views: [mine] })
    expect((await other.call('GET', '/api/desk/views')).json<SavedViews>().views).toEqual([])
    expect((await staff.call('POST', '/api/desk/views', { rev: 0, views: [] })).statusCode).toBe(409)
    expect((await staff.call('GET', '/api/desk/views')).json<SavedViews>().views).toHaveLength(1)
  })
})

describe('a colleague called by name in a note', () => {
  const noted = (staff: readonly { id: string; name: string }[], by = 's9'): StatusChange => ({ at: 9, actor: { kind: 'staff', id: by, name: '王芳' }, from: 'accepted', to: 'accepted', note: '@李师傅 看一下', move: 'note', brought: { kind: 'mentions', staff } })
  const filler: StatusChange = { at: 1, actor: { kind: 'bot' }, from: 'submitted', to: 'accepted', note: null }

  it('has the request under 提到我的 until they have done something, also when it has ended', async () => {
    const staff = await server.staff('staff')
    const me = { id: staff.account.id, name: staff.account.name }
    await file('r1', { history: [filler, filler, filler, noted([me])] })
    await file('r2', { history: [filler, filler, filler, noted([me]), { ...noted([]), actor: { kind: 'staff', ...me }, note: '看过了' }] })
    await file('r3', { status: 'archived', settledAt: 9, history: [filler, filler, filler, noted([me])] })
    await file('r4', { history: [filler, filler, filler, { ...noted([]), note: '随便记一笔' }] })
    expect(ids((await staff.call('GET', '/api/desk/requests?view=mentioned')).json())).toEqual(['r3', 'r1'])
  })

  it('hears of it at once, with who called; colleagues of other communities hear nothing', async () => {
    const [staff, stranger] = [await server.staff('staff'), await server.staff('staff', [puyang])]
    const url = await server.listen()
    const here = await listen(url, '/api/desk/stream', staff)
    const there = await listen(url, '/api/desk/stream', stranger)
    await file('r1', { updatedAt: 9, history: [noted([{ id: staff.account.id, name: '李师傅' }])] })
    await file('r2', { updatedAt: 9, history: [noted([])] })
    await here.until((events) => events.some(({ type, data }) => type === 'request' && (data as { id: string }).id === 'r2'))
    expect(here.events.filter(({ type }) => type === 'mention').map(({ data }) => data as DeskEvent)).toEqual([{ type: 'mention', communityId: huzhou, id: 'r1', number: 'HZ-2611-r1', staffIds: [staff.account.id], by: '王芳' }])
    await server.store.commit(puyang, [{ op: 'put', table: 'requests', row: aRequest('p1') }])
    await there.until((events) => events.some(({ type }) => type === 'request'))
    expect(there.events.map(({ type }) => type)).toEqual(['ready', 'request'])
    await Promise.all([here.close(), there.close()])
  })
})

describe('the desk’s news', () => {
  it('tell of bookings by their day, of closed days and their opening, and of versions of the knowledge', async () => {
    const staff = await server.staff('staff')
    const page = await listen(await server.listen(), '/api/desk/stream', staff)
    const day = { id: '2026-11-25', rev: 0, day: '2026-11-25', bookable: null, reason: '停电', by: { id: 's1', name: '李师傅' }, at: 1 }
    await server.store.commit(huzhou, [{ op: 'put', table: 'slots', row: { id: 's', rev: 0, what: '窗口', at: '2026-11-24T09:00:00+08:00', capacity: 1, taken: 1 } }])
    await server.store.commit(huzhou, [{ op: 'put', table: 'closedDays', row: day }])
    await server.store.commit(huzhou, [{ op: 'remove', table: 'closedDays', id: day.id, rev: 1 }])
    const version = await server.publication.draft(new Map([['communities/note.txt', '改电话']]), '林工', '改电话')
    await page.until((events) => events.some(({ type }) => type === 'version'))
    const news = page.events.map(({ data }) => data as DeskEvent)
    expect(news.flatMap((event) => (event.type === 'booking' ? [event.day] : []))).toEqual(['2026-11-24', '2026-11-25', '2026-11-25'])
    expect(news.filter(({ type }) => type === 'version')).toEqual([{ type: 'version', number: version.number, state: 'draft' }])
    await page.close()
  })
})

describe('beside a request', () => {
  it('stand the person’s earlier requests, those of the same service and building, and those it belongs with', async () => {
    const staff = await server.staff('staff')
    await file('r1', { serviceCode: 'waste', residentId: 'web:r1', filedAt: 1 })
    await file('r2', { address: '3栋1单元', residentId: 'web:r2', filedAt: 2 })
    await file('r3', { address: '5栋', residentId: 'web:r3', filedAt: 3 })
    await file('r4', { address: '13栋', residentId: 'web:r4', filedAt: 4, linked: [{ id: 'r5', number: 'HZ-2611-r5' }] })
    await file('r5', { address: '3栋2单元', residentId: 'web:r1', filedAt: 5 })
    const context = await contextOf(staff, 'r5')
    expect([context.earlier, context.similar, context.linked].map((rows) => rows.map(({ id }) => id))).toEqual([['r1'], ['r2'], ['r4']])
  })

  it('stand an old one of the same building no more once it has ended two weeks ago', async () => {
    const staff = await server.staff('staff')
    const long = server.clock.now - 15 * 86_400_000
    await file('r1', { address: '3栋', residentId: 'web:r2', status: 'archived', filedAt: long, settledAt: long })
    await file('r2', { address: '3栋', residentId: 'web:r3', filedAt: long })
    await file('r3', { address: '3栋' })
    expect((await contextOf(staff, 'r3')).similar.map(({ id }) => id)).toEqual(['r2'])
  })

  it('stands what the same person said of it elsewhere; what neighbours said of it in private does not', async () => {
    const staff = await server.staff('staff')
    await server.store.commit(huzhou, ['web:r1', 'wechat:r1'].map((id) => ({ op: 'put', table: 'identities', row: { id, rev: 0, personId: 'p1', linkedAt: 1 } })))
    await file('r1', { conversationId: 'web:r1:p' })
    await say({ id: 'web:r1:p' }, { text: '灯坏了', requestId: 'r1' })
    await say({ id: 'wechat:r1:p', channel: 'wechat', residentId: 'wechat:r1' }, { text: '修得怎么样了，我电话13800000001', requestId: 'r1' })
    await say({ id: 'wechat:r1:p', channel: 'wechat', residentId: 'wechat:r1' }, { text: '医保怎么办' })
    await say({ id: 'web:r2:p', residentId: 'web:r2' }, { text: '我家也黑', requestId: 'r1' })
    const { talks } = await contextOf(staff, 'r1')
    expect(talks.map(({ id, lines }): [string, string[]] => [id, lines.map(({ text }: ConversationDetail['lines'][number]) => text)])).toEqual([['wechat:r1:p', ['修得怎么样了，我电话138****0001']]])
  })

  it('stands nothing that would tell whose an anonymous one is', async () => {
    const staff = await server.staff('staff')
    await file('r1', { residentId: 'web:r1' })
    await file('r2', { residentId: 'web:r1', discretion: 'anonymous' })
    await say({ id: 'web:r9:p' }, { text: '说一声', requestId: 'r2' })
    expect(await contextOf(staff, 'r2')).toMatchObject({ earlier: [], talks: [] })
    expect((await contextOf(staff, 'r1')).earlier).toEqual([])
  })
})

describe('words that are often needed', () => {
  it('are there from the first day, kept by leads, read by all, and by no other community', async () => {
    const [lead, staff, other] = [await server.staff('lead'), await server.staff('staff'), await server.staff('lead', [puyang])]
    const path = `/api/desk/templates/${huzhou}`
    const saved = (await lead.call('POST', path, { id: null, serviceCode: 'repair', title: '等升降车', text: '{编号}要等升降车，周三到。' })).json<TemplateList>()
    const own = saved.templates.find(({ isFirst }) => !isFirst)
    expect(own).toMatchObject({ serviceCode: 'repair', title: '等升降车' })
    expect((await staff.call('GET', path)).json<TemplateList>().templates.length).toBeGreaterThan(3)
    expect((await staff.call('POST', path, { id: null, serviceCode: null, title: '我的', text: '话' })).statusCode).toBe(403)
    expect((await other.call('GET', path)).statusCode).toBe(404)
    const changed = (await lead.call('POST', path, { id: own?.id, serviceCode: null, title: '等升降车', text: '改过的话' })).json<TemplateList>()
    expect(changed.templates.filter(({ isFirst }) => !isFirst).map(({ text }) => text)).toEqual(['改过的话'])
    const gone = (await lead.call('POST', `${path}/${own?.id ?? ''}/remove`)).json<TemplateList>()
    expect(gone.templates.every(({ isFirst }) => isFirst)).toBe(true)
  })
})

describe('a step at the desk', () => {
  it('is taken back by its own route; too late, it is refused in a sentence', async () => {
    const staff = await server.staff('staff')
    await file('r1')
    const detail = (await staff.call('POST', `/api/desk/requests/${huzhou}/r1/moves`, { name: 'take', rev: 1 })).json<RequestDetail>()
    expect(detail.request.status).toBe('in-progress')
    const late = await staff.call('POST', `/api/desk/requests/${huzhou}/r1/undo`)
    expect([late.statusCode, late.json<{ code: string }>().code]).toEqual([409, 'too-late'])
  })
})
