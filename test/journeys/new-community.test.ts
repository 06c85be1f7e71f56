import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { call, enterChat } from '../../src/bench/chat-client.js'
import type { ServerProcess } from '../../src/bench/server-process.js'
import type { Invited, Me, RequestDetail, RequestList } from '../../src/desk/api-types.js'
import type { CommunityList, CommunityNames, NewCommunity } from '../../src/desk/community-types.js'
import type { Drafted, PairingCodeShown } from '../../src/desk/place-types.js'
import type { VersionDetail } from '../../src/desk/knowledge-types.js'
import { firstInvitation } from '../pages/desk-page.js'
import { joinDesk, signedAs } from '../pages/populated.js'
import { startPostgres, type PostgresServer } from '../store/postgres-server.js'
import { aFolder, aServer, talkAs } from './running.js'

const office = ['08:30-12:00', '14:00-17:30']
const lotus: NewCommunity = {
  community: {
    id: 'lianhua', name: '莲花社区(示例)', numberPrefix: 'LH', places: ['小区东门'],
    chain: [
      { code: '330599003007', name: '莲花社区(示例)', level: 'community' }, { code: '330599003', name: '莲池街道(示例)', level: 'street' },
      { code: '330500', name: '湖州市', level: 'city' }, { code: '330000', name: '浙江省', level: 'province' },
    ],
  },
  hours: { seasons: [{ monday: office, tuesday: office, wednesday: office, thursday: office, friday: office, saturday: [], sunday: [] }], closed: [], source: '公告栏', date: '2026-11-20' },
  phone: { text: '0572-2100000', source: '居委会公告' },
}

let postgres: PostgresServer
beforeAll(async () => { postgres = await startPostgres() }, 120_000)
afterAll(() => postgres.stop())

/** One process on a folder; or two on a database, the desk at the first, residents at the second. `again`: all of it after a restart. */
async function house(kind: 'embedded' | 'PostgreSQL'): Promise<{ readonly desk: ServerProcess; readonly street: ServerProcess; again(): Promise<ServerProcess> }> {
  if (kind === 'embedded') {
    const folder = aFolder()
    const server = await aServer(folder, { timeoutMs: 120_000 })
    return { desk: server, street: server, again: async () => { await server.end(); return aServer(folder) } }
  }
  const env = { DATABASE_URL: await postgres.newDatabase(), YICHUANG_KEY: Buffer.alloc(32, 5).toString('base64') }
  const desk = await aServer(aFolder(), { env, timeoutMs: 120_000 })
  const street = await aServer(aFolder(), { env, timeoutMs: 120_000 })
  return { desk, street, again: async () => { await Promise.all([desk.end(), street.end()]); return aServer(aFolder(), { env }) } }
}

describe.each(['embedded', 'PostgreSQL'] as const)('a community that did not exist when the program started (%s)', (kind) => {
  it('is added at the desk, let in by a second person, and serves: staff are invited, a room gets its code, a question is answered, a request filed, taken and closed', { timeout: 240_000 }, async () => {
    const { desk, street, again } = await house(kind)
    const admin = await joinDesk(desk.url, firstInvitation(desk), 'admin', '周管理')
    const second = await joinDesk(desk.url, (await admin.post<Invited>('/invitations', { role: 'admin', scope: 'all' })).path, 'second', '钱管理')
    expect(await admin.get<CommunityNames>(`/communities/names?name=${encodeURIComponent('莲花社区(示例)')}`)).toEqual({ id: 'lianhua', numberPrefix: 'LH' })
    const { base, mayAdd } = await admin.get<CommunityList>('/communities')
    expect(mayAdd).toBe(true)
    const { number } = await admin.post<Drafted>('/communities', { base, reason: '莲花社区开通一窗', ...lotus })
    await expect(enterChat(street.url, 'lianhua')).rejects.toThrow('404')

    await admin.post(`/knowledge/versions/${number}/check`, {})
    await expect.poll(async () => (await admin.get<VersionDetail>(`/knowledge/versions/${number}`)).version.state, { timeout: 60_000 }).toBe('checked')
    await expect(admin.post(`/knowledge/versions/${number}/approve`, {})).rejects.toThrow('由另一位管理员批准')
    await second.post(`/knowledge/versions/${number}/approve`, {})
    await second.post(`/knowledge/versions/${number}/publish`, {})

    await expect.poll(async () => (await call(street.url, '/api/chat/communities')).body, { timeout: 20_000 }).toContain('莲花社区')
    expect((await admin.get<Me>('/me')).communities).toContainEqual({ id: 'lianhua', name: '莲花社区(示例)', isShut: false })
    const clerk = await joinDesk(desk.url, (await admin.post<Invited>('/invitations', { role: 'staff', scope: ['lianhua'] })).path, 'clerk', '小周')
    expect((await clerk.get<Me>('/me')).communities.map(({ id }) => id)).toEqual(['lianhua'])
    expect((await admin.post<PairingCodeShown>('/groups/lianhua/codes', { kind: 'room', use: 'residents' })).code).toMatch(/^[2-9A-Z]{4}-[2-9A-Z]{4}$/)

    const resident = await enterChat(street.url, 'lianhua')
    const talk = await talkAs(resident)
    // The city's text holds here, by the chain that was entered.
    expect((await talk.ask('一个社区配几个工作人员')).text).toContain('6至12人')
    expect((await talk.ask('社区电话多少')).text).toContain('0572-2100000')
    const filed = await talk.ask('3栋2单元楼道灯坏了')
    expect(filed.text).toMatch(/LH-\d{4}-0001/)

    const { requests } = await clerk.get<RequestList>('/requests?view=open')
    expect(requests.map(({ summary }) => summary)).toEqual([expect.stringContaining('楼道灯')])
    const at = `/requests/lianhua/${requests[0]!.id}`
    const move = async (name: string, more: object = {}): Promise<void> => { await clerk.post(`${at}/moves`, { name, rev: (await clerk.get<RequestDetail>(at)).request.rev, ...more }) }
    await move('take')
    await move('close', { brings: { kind: 'evidence', attachmentIds: [], statement: '换了灯管' } })
    expect((await talk.until(({ text }) => text.includes('已办结'))).text).toContain('LH-')
    talk.close()

    const later = await again()
    expect((await signedAs(later.url, admin.cookie).get<CommunityList>('/communities')).communities.map(({ id }) => id)).toContain('lianhua')
    const back = await talkAs(resident.at(later.url))
    expect((await back.ask('查进度')).text).toContain('LH-')
    back.close()
  })
})
