import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConversationDetail, ConversationList, DeskEvent, InboxView, RequestConflict, RequestDetail, RequestList } from '../../src/desk/api-types.js'
import type { Conversation } from '../../src/conversation/records.js'
import { PLATFORM, type CommunityId } from '../../src/knowledge/community.js'
import type { ServiceRequest } from '../../src/requests/service-request.js'
import { listen } from '../channels/listening-page.js'
import { aClientId, aRequest, huzhou, puyang, runningServer, type Browser, type RunningServer } from './running-server.js'

let server: RunningServer
beforeEach(async () => {
  server = await runningServer()
})
afterEach(() => server.close())

async function file(id: string, change: Partial<ServiceRequest> = {}, community: CommunityId = huzhou): Promise<void> {
  await server.store.commit(community, [{ op: 'put', table: 'requests', row: aRequest(id, change) }])
}

async function talk(id: string, change: Partial<Conversation> = {}): Promise<void> {
  const row: Conversation = { id, rev: 0, channel: 'web', chat: 'private', residentId: 'web:r1', title: '邻居AC34', mode: 'bot', handover: null, takenBy: null, lastAt: 1, ...change }
  await server.store.commit(huzhou, [{ op: 'put', table: 'conversations', row }])
}

const list = async (page: Browser, view: InboxView, more = ''): Promise<RequestList> => (await page.call('GET', `/api/desk/requests?view=${view}${more}`)).json()
const ids = ({ requests }: RequestList): string[] => requests.map(({ id }) => id)

describe('the inbox', () => {
  it('sorts requests into views and counts them: open, mine, unclaimed, confirming, closed, all; a draft is in none', async () => {
    const staff = await server.staff('staff')
    const mine = { kind: 'staff', id: staff.account.id, name: '李师傅' } as const
    await file('r1')
    await file('r2', { status: 'in-progress', owner: mine })
    await file('r3', { status: 'confirming', owner: mine })
    await file('r4', { status: 'resolved', owner: mine, settledAt: 5 })
    await file('r5', { status: 'declined', settledAt: 5 })
    await file('r6', { status: 'draft' })
    expect((await list(staff, 'open')).counts).toEqual({ open: 2, mine: 1, unclaimed: 1, mentioned: 0, overdue: 0, awaiting: 0, confirming: 1, closed: 2, all: 5 })
    const views = ['open', 'mine', 'unclaimed', 'confirming', 'closed', 'all'] as const
    expect(await Promise.all(views.map(async (view) => ids(await list(staff, view))))).toEqual([['r2', 'r1'], ['r2'], ['r1'], ['r3'], ['r5', 'r4'], ['r5', 'r4', 'r3', 'r2', 'r1']])
  })

  it('shows the newest first, 50 a page, over all communities of the person', async () => {
    const lead = await server.staff('lead', [huzhou, puyang])
    for (let i = 0; i < 120; i += 1) await file(`r${String(i).padStart(3, '0')}`, {}, i % 2 === 0 ? huzhou : puyang)
    const pages: string[][] = []
    for (let after = '', more = true; more;) {
      const page = await list(lead, 'open', after === '' ? '' : `&after=${after}`)
      pages.push(ids(page))
      after = pages.at(-1)!.at(-1)!
      more = page.more
    }
    expect(pages.map((page) => page.length)).toEqual([50, 50, 20])
    expect(pages.flat()).toEqual(Array.from({ length: 120 }, (_, i) => `r${String(119 - i).padStart(3, '0')}`))
    expect(ids(await list(lead, 'open', `&community=${puyang}`)).every((id) => Number(id.slice(1)) % 2 === 1)).toBe(true)
  })

  it('masks phones and ID numbers in lists; the request itself shortens them, and shows them to who says what for', async () => {
    const staff = await server.staff('staff')
    await file('r1', { description: '我是独居老人 电话13800000001 身份证110101199003070038 灯坏了' })
    const row = (await list(staff, 'open')).requests[0]!
    expect(row.summary).not.toMatch(/13800000001|110101199003070038/)
    expect(row.summary).toContain('灯坏了')
    expect((await staff.call('GET', `/api/desk/requests/${huzhou}/r1`)).json<RequestDetail>().request.description).toContain('138****0001')
    expect((await staff.call('POST', `/api/desk/requests/${huzhou}/r1/unmask`, { reason: '回电' })).json<RequestDetail>().request.description).toContain('13800000001')
  })
})

describe('a request at the desk', () => {
  it('comes with its conversation and what this person may do; an auditor may do nothing', async () => {
    const resident = await server.resident()
    await resident.call('POST', '/api/chat/messages', { conversationId: resident.privateId, clientId: aClientId(), text: '灯坏了' })
    await file('r1', { conversationId: resident.privateId })
    const [staff, auditor] = [await server.staff('staff'), await server.staff('auditor')]
    const seen = (await staff.call('GET', `/api/desk/requests/${huzhou}/r1`)).json<RequestDetail>()
    expect([seen.conversation?.lines.map(({ from, text }) => `${from} ${text}`), seen.moves.includes('take')]).toEqual([['resident 灯坏了', 'bot 收到:灯坏了'], true])
    expect((await auditor.call('GET', `/api/desk/requests/${huzhou}/r1`)).json<RequestDetail>().moves).toEqual([])
  })

  it('filed in a room shows of the room only the lines about itself', async () => {
    await talk('web:room', { chat: 'group', residentId: null })
    const line = { rev: 0, conversationId: 'web:room', at: 1, from: 'resident', authorId: 'web:r1', authorName: '邻居', attachments: [], reply: null } as const
    await server.store.commit(huzhou, [
      { op: 'put', table: 'messages', row: { ...line, id: 'm1', text: '别的事', requestId: null } },
      { op: 'put', table: 'messages', row: { ...line, id: 'm2', text: '灯坏了', requestId: 'r1' } },
    ])
    await file('r1', { conversationId: 'web:room' })
    const seen = (await (await server.staff('staff')).call('GET', `/api/desk/requests/${huzhou}/r1`)).json<RequestDetail>()
    expect(seen.conversation?.lines.map(({ text }) => text)).toEqual(['灯坏了'])
  })

  it('is taken by the first of two; the second hears who was quicker and sees the newest', async () => {
    await file('r1')
    const [one, two] = [await server.staff('staff'), await server.staff('staff')]
    const take = (page: Browser) => page.call('POST', `/api/desk/requests/${huzhou}/r1/moves`, { name: 'take', rev: 1 })
    const first = await take(one)
    expect([first.statusCode, first.json<RequestDetail>().request.owner.id]).toEqual([200, one.account.id])
    const second = await take(two)
    expect([second.statusCode, second.json<RequestConflict>().code, second.json<RequestConflict>().newest.request.owner.id]).toEqual([409, 'conflict', one.account.id])
  })

  it('changes nothing but what the move says, whatever else is sent', async () => {
    await file('r1')
    const staff = await server.staff('staff')
    await staff.call('POST', `/api/desk/requests/${huzhou}/r1/moves`, { name: 'take', rev: 1, status: 'resolved', owner: 'nobody', communityId: puyang, description: 'x', by: 'staff-other' })
    expect(await server.store.get(huzhou, 'requests', 'r1')).toMatchObject({ status: 'in-progress', owner: { id: staff.account.id }, description: '3栋楼道灯坏了' })
  })

  it.each([['nothing', ''], ['too much', '长'.repeat(4_001)]])('refuses a reply of %s with a sentence', async (_what, text) => {
    await file('r1')
    const answer = await (await server.staff('staff')).call('POST', `/api/desk/requests/${huzhou}/r1/moves`, { name: 'reply', rev: 1, reason: text })
    expect([answer.statusCode, answer.json<{ message: string }>().message]).toEqual(text === '' ? [409, '请写一句说明，看工单的人要知道为什么。'] : [400, '最多 4000 个字'])
  })
})

describe('conversations at the desk', () => {
  it('stand in the order in which they need a person: urgent, waiting longest, taken, latest', async () => {
    await talk('web:old', { lastAt: 1 })
    await talk('web:new', { lastAt: 9 })
    await talk('web:taken', { mode: 'staff', takenBy: { id: 's', name: '李师傅' }, lastAt: 2 })
    await talk('web:waits', { mode: 'waiting', handover: { reason: '要找人', at: 3, urgent: false }, lastAt: 3 })
    await talk('web:waits-longer', { mode: 'waiting', handover: { reason: '要找人', at: 2, urgent: false }, lastAt: 2 })
    await talk('web:danger', { mode: 'waiting', handover: { reason: '燃气', at: 4, urgent: true }, lastAt: 4 })
    const { conversations, waiting } = (await (await server.staff('staff')).call('GET', '/api/desk/conversations')).json<ConversationList>()
    expect([conversations.map(({ id }) => id), waiting]).toEqual([['web:danger', 'web:waits-longer', 'web:waits', 'web:taken', 'web:new', 'web:old'], 3])
  })

  it('are taken over, answered under the person\'s own name, and given back; the resident reads it at once', async () => {
    const resident = await server.resident()
    await resident.call('POST', '/api/chat/messages', { conversationId: resident.privateId, clientId: aClientId(), text: '人工' })
    const address = await server.listen()
    const page = await listen(address, '/api/chat/stream', resident)
    const staff = await server.staff('staff')
    const path = `/api/desk/conversations/${huzhou}/${encodeURIComponent(resident.privateId)}`
    expect((await staff.call('POST', `${path}/take`, {})).json<ConversationDetail>()).toMatchObject({ mode: 'staff', takenBy: '李师傅' })
    expect((await staff.call('POST', `${path}/say`, { text: '我马上到' })).json<ConversationDetail>().lines.at(-1)).toMatchObject({ from: 'staff', name: '李师傅', text: '我马上到' })
    await page.until(() => page.lines().some(({ from, name, text }) => from === 'staff' && name === '李师傅' && text === '我马上到'))
    expect((await staff.call('POST', `${path}/release`)).json<ConversationDetail>()).toMatchObject({ mode: 'bot', takenBy: null })
    await page.close()
  })
})

describe('live updates of the desk', () => {
  it('tell of requests and waiting conversations of the person\'s own communities, and of nothing else', async () => {
    const [here, elsewhere] = [await server.staff('staff', [huzhou]), await server.staff('staff', [puyang])]
    const address = await server.listen()
    const [page, other] = [await listen(address, '/api/desk/stream', here), await listen(address, '/api/desk/stream', elsewhere)]
    await file('draft', { status: 'draft' })
    await file('r1')
    await talk('web:p1', { mode: 'waiting', handover: { reason: '燃气', at: 1, urgent: true } })
    await server.store.commit(huzhou, [{ op: 'put', table: 'requests', row: { ...(await server.store.get(huzhou, 'requests', 'r1'))!, status: 'assigned' } }])
    await file('last', {}, puyang)
    await other.until((events) => events.length === 2)
    const told = (events: readonly { readonly data: unknown }[]): DeskEvent[] => events.slice(1).map(({ data }) => data as DeskEvent)
    await page.until((events) => events.length === 4)
    expect(told(page.events)).toEqual([
      { type: 'request', communityId: huzhou, id: 'r1', number: 'HZ-2611-r1', isNew: true },
      { type: 'conversation', communityId: huzhou, id: 'web:p1', waiting: true, urgent: true },
      { type: 'request', communityId: huzhou, id: 'r1', number: 'HZ-2611-r1', isNew: false },
    ])
    expect(told(other.events)).toEqual([{ type: 'request', communityId: puyang, id: 'last', number: 'HZ-2611-last', isNew: true }])
    await Promise.all([page.close(), other.close()])
  })

  it('end at once with the session: by logout, and when the account is disabled', async () => {
    const address = await server.listen()
    const [leaver, disabled] = [await server.staff('staff'), await server.staff('staff')]
    const pages = [await listen(address, '/api/desk/stream', leaver), await listen(address, '/api/desk/stream', disabled)]
    await leaver.call('POST', '/api/desk/logout')
    await pages[0]!.ended
    const row = (await server.store.get(PLATFORM, 'staff', disabled.account.id))!
    await server.store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: { ...row, disabled: true } }])
    await pages[1]!.ended
  })

  it('end when the server stops, so that it stops', async () => {
    const address = await server.listen()
    const page = await listen(address, '/api/desk/stream', await server.staff('staff'))
    const chat = await listen(address, '/api/chat/stream', await server.resident())
    await server.app.close()
    await Promise.all([page.ended, chat.ended])
  })
})
