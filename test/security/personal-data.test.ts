import { parse } from 'csv-parse/sync'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { ConversationDetail, RequestDetail } from '../../src/desk/api-types.js'
import { writeSheet } from '../../src/desk/sheet.js'
import { PLATFORM } from '../../src/knowledge/community.js'
import { maskNumbers } from '../../src/privacy.js'
import { aRequest, huzhou, puyang, runningServer, type Browser, type RunningServer } from '../desk/running-server.js'

const phone = '13800000042'
const idNumber = '370102199001011234'
const door = '3栋2单元501室'

let server: RunningServer
beforeEach(async () => {
  server = await runningServer()
  const said = `我叫张小花，电话${phone}，身份证${idNumber}`
  await server.store.commit(huzhou, [
    {
      op: 'put', table: 'requests',
      row: aRequest('r1', {
        conversationId: 'web:c1', residentId: 'p1', description: `${door}漏水，${said}`, address: door,
        fields: [{ name: 'phone', value: '138 0000 0042', normal: `+86${phone}`, start: 0, end: 11 }, { name: 'id_no', value: '证号12345678', start: 0, end: 9 }],
        reporters: [{ residentId: 'p1', conversationId: 'web:c1', chat: 'private', at: 1, words: said }],
        ratings: [{ at: 1, residentId: 'p1', stars: 1, words: `没人来，打${phone}` }],
        history: [{ at: 1, actor: { kind: 'staff', id: 's', name: '小周' }, from: 'accepted', to: 'in-progress', note: `打了${phone}，没人接` }],
      }),
    },
    { op: 'put', table: 'conversations', row: { id: 'web:c1', rev: 0, channel: 'web', chat: 'private', residentId: 'p1', title: `张小花 ${phone}`, mode: 'waiting', handover: { reason: `要人回电${phone}`, at: 1, urgent: false }, takenBy: null, lastAt: 1 } },
    { op: 'put', table: 'residents', row: { id: 'p1', rev: 0, channel: 'web', name: '张小花', phone, privateConversationId: 'web:c1', noticedAt: null, createdAt: 1 } },
    { op: 'put', table: 'messages', row: { id: 'm1', rev: 0, conversationId: 'web:c1', at: 1, from: 'resident', authorId: 'p1', authorName: `张小花${phone}`, text: said, attachments: [], reply: null, requestId: 'r1' } },
    { op: 'put', table: 'pages', row: { id: 'page-1', rev: 0, number: 1, cause: { kind: 'danger', what: `有人摔倒，电话${phone}` }, conversationId: 'web:c1', at: 1, state: 'calling', nextAt: 2, answeredBy: null, endedAt: null, steps: [] } },
  ])
})
afterEach(() => server.close())

const canaries = [phone, '138 0000 0042', idNumber, '证号12345678']
const request = async (who: Browser): Promise<RequestDetail> => (await who.call('GET', `/api/desk/requests/${huzhou}/r1`)).json()
const unmasked = async (): Promise<string[]> => (await server.store.find(PLATFORM, 'audit', {})).filter(({ act }) => act === 'unmask').map(({ who, about, words, communityId }) => `${who?.name ?? ''} ${communityId ?? ''} ${about ?? ''} ${words ?? ''}`)

describe('numbers of residents', () => {
  it('are nowhere on the desk before somebody says why they are needed: each route that can be read, each role', async () => {
    const leaks: string[] = []
    let read = 0
    for (const role of ['staff', 'lead', 'admin', 'auditor'] as const) {
      const who = await server.staff(role)
      for (const { method, url, access } of server.app.accessTable) {
        if (method !== 'GET' || !url.startsWith('/api/desk/') || url.endsWith('/stream') || !Array.isArray(access) || !access.includes(role)) continue
        const id = url.includes('/conversations/') ? 'web%3Ac1' : 'r1'
        const { body } = await who.call('GET', url.replace(':community', huzhou).replace(':id', id).replace(/:\w+/g, 'x'))
        read += 1
        for (const canary of canaries) if (body.includes(canary)) leaks.push(`${role} ${url} ${canary}`)
      }
    }
    expect(leaks).toEqual([])
    expect(read).toBeGreaterThan(40)
  })

  it('are shortened so that two can be told apart', () => {
    expect(maskNumbers(`打${phone}或 +86 138-0000-0043，证件${idNumber}，座机0379-6666888`)).toBe('打138****0042或 138****0043，证件3701**********1234，座机037*****888')
    expect(maskNumbers('3栋2单元501室，2026年11月22日，工单HZ-2611-0042')).toBe('3栋2单元501室，2026年11月22日，工单HZ-2611-0042')
  })

  it('are seen by who gives a reason, in this login, for half an hour, and the log says so before they are', async () => {
    const [staff, colleague] = [await server.staff('staff'), await server.staff('lead')]
    expect((await request(staff)).isMasked).toBe(true)
    expect((await staff.call('POST', `/api/desk/requests/${huzhou}/r1/unmask`, { reason: ' ' })).statusCode).toBe(400)
    expect(await unmasked()).toEqual([])
    const open = (await staff.call('POST', `/api/desk/requests/${huzhou}/r1/unmask`, { reason: '回电约上门时间' })).json<RequestDetail>()
    expect([open.request.description.includes(phone), open.conversation?.lines[0]?.text.includes(idNumber), open.isMasked]).toEqual([true, true, undefined])
    expect(await unmasked()).toEqual([`李师傅 ${huzhou} r1 回电约上门时间`])
    expect((await request(staff)).request.description).toContain(phone)
    expect((await request(colleague)).request.description).not.toContain(phone)
    server.clock.now += 29 * 60_000
    expect((await request(staff)).request.description).toContain(phone)
    server.clock.now += 60_000
    await staff.call('GET', '/api/desk/me')
    expect((await request(staff)).request.description).toContain('138****0042')
  })

  it('in a conversation are opened by themselves, not with a request', async () => {
    const staff = await server.staff('staff')
    const path = `/api/desk/conversations/${huzhou}/web%3Ac1`
    await staff.call('POST', `/api/desk/requests/${huzhou}/r1/unmask`, { reason: '回电约上门时间' })
    expect((await staff.call('GET', path)).json<ConversationDetail>()).toMatchObject({ isMasked: true })
    expect((await staff.call('POST', `${path}/unmask`, { reason: '核对身份' })).json<ConversationDetail>().lines[0]?.text).toContain(idNumber)
    expect(await unmasked()).toHaveLength(2)
  })

  it('stay closed to auditors, with names and doors, and to another community', async () => {
    const [auditor, foreign] = [await server.staff('auditor', 'all'), await server.staff('admin', [puyang])]
    expect((await auditor.call('POST', `/api/desk/requests/${huzhou}/r1/unmask`, { reason: '抽查' })).statusCode).toBe(403)
    const { request: row } = await request(auditor)
    expect([row.description.includes('张小花'), row.address]).toEqual([false, '[门牌]'])
    expect((await foreign.call('POST', `/api/desk/requests/${huzhou}/r1/unmask`, { reason: '抽查一下' })).statusCode).toBe(404)
    expect(await unmasked()).toEqual([])
  })
})

describe('a photo that a resident sent', () => {
  it('is seen by those who work, each look once in half an hour in the log; an auditor learns not even that there is one', async () => {
    await server.store.saveBlob(huzhou, 'a1', Buffer.from('jpeg'))
    const file = { rev: 0, conversationId: 'web:c1', kind: 'image', mediaType: 'image/jpeg', bytes: 4, sha256: '', at: 2 } as const
    const talk = (await server.store.get(huzhou, 'messages', 'm1'))!
    await server.store.commit(huzhou, [
      { op: 'put', table: 'attachments', row: { ...file, id: 'a1', residentId: 'p1' } },
      { op: 'put', table: 'messages', row: { ...talk, attachments: [{ id: 'a1', kind: 'image', mediaType: 'image/jpeg', bytes: 4 }] } },
    ])
    const [staff, auditor] = [await server.staff('staff'), await server.staff('auditor')]
    const look = async (who: Browser): Promise<number> => (await who.call('GET', `/api/desk/attachments/${huzhou}/a1`)).statusCode
    expect([await look(staff), await look(staff), await look(auditor)]).toEqual([200, 200, 403])
    expect(await unmasked()).toEqual([`李师傅 ${huzhou} a1 看居民发的照片或文件`])
    server.clock.now += 20 * 60_000
    await staff.call('GET', '/api/desk/me')
    server.clock.now += 11 * 60_000
    expect([await look(staff), (await unmasked()).length]).toEqual([200, 2])
    const shown = (who: Browser) => who.call('GET', `/api/desk/conversations/${huzhou}/web%3Ac1`)
    expect([(await shown(staff)).body.includes('a1'), (await shown(auditor)).body.includes('"a1"')]).toEqual([true, false])
  })
})

describe('a table that leaves the house', () => {
  it('is an admin\'s, with a reason that stands in its first and last line and in the log', async () => {
    const admin = await server.staff('admin')
    for (const role of ['staff', 'lead', 'auditor'] as const) expect((await (await server.staff(role)).call('POST', `/api/desk/exports/${huzhou}`, { reason: '月度分析' })).statusCode).toBe(403)
    expect((await admin.call('POST', `/api/desk/exports/${puyang}`, { reason: '月度分析' })).statusCode).toBe(404)
    expect((await admin.call('POST', `/api/desk/exports/${huzhou}`, {})).statusCode).toBe(400)
    const answer = await admin.call('POST', `/api/desk/exports/${huzhou}`, { reason: '月度分析' })
    expect(answer.headers['content-disposition']).toContain('attachment')
    const rows = parse(answer.body, { bom: true, columns: false })
    expect(rows).toHaveLength(4)
    for (const at of [0, 3]) expect(rows[at]?.[0]).toMatch(/李师傅（admin-\d+）于 2026-11-20 09:00 .*用途：月度分析/)
    for (const personal of [...canaries, '张小花', '501室']) expect(answer.body).not.toContain(personal)
    const log = await server.store.find(PLATFORM, 'audit', {})
    expect(log.filter(({ act, result }) => act === 'export' && result === 'done').map(({ words }) => words)).toEqual(['1 张工单：月度分析'])
  })

  it('has no cell that runs, whatever stands in front of the sign', async () => {
    const before = ['', ' ', '\t', '\r', '\n', '\0', '\u200b', '\ufeff', "'"]
    const cells = before.flatMap((lead) => ['=', '+', '-', '@', '＝', '＋', '－', '＠'].map((sign) => `${lead}${sign}cmd|'/c calc'!A0`))
    const rows = parse(await writeSheet([cells, cells.map(() => '平常的话')]), { bom: true, columns: false })
    expect(rows[0]).toHaveLength(cells.length)
    expect(rows[0]?.filter((cell) => !cell.startsWith("'"))).toEqual([])
    expect(rows[1]?.every((cell) => cell === '平常的话')).toBe(true)
  })
})
