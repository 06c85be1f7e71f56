import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChatCommunities, ChatSessionInfo, PublicBoard } from '../../src/channels/web-types.js'
import type { Me } from '../../src/desk/api-types.js'
import type { VersionDetail } from '../../src/desk/knowledge-types.js'
import type { CommunityList, CommunityNames, NewCommunity } from '../../src/desk/community-types.js'
import type { Drafted, PlaceView } from '../../src/desk/place-types.js'
import type { Community } from '../../src/knowledge/community.js'
import { huzhou, puyang, runningServer, type Browser, type RunningServer } from './running-server.js'

let server: RunningServer
beforeAll(async () => { server = await runningServer() })
afterAll(() => server.close())

const week = { monday: ['08:30-12:00'], tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [], sunday: [] }
const lotus: NewCommunity = {
  community: {
    id: 'lianhua', name: '莲花社区', numberPrefix: 'LH', places: ['小区东门'],
    chain: [
      { code: '330502003007', name: '莲花社区', level: 'community' }, { code: '330502003', name: '爱山街道', level: 'street' }, { code: '330502', name: '吴兴区', level: 'county' },
      { code: '330500', name: '湖州市', level: 'city' }, { code: '330000', name: '浙江省', level: 'province' },
    ],
  },
  hours: { seasons: [week], closed: [], source: '公告栏', date: '2026-11-20' },
  phone: { text: '0572-2100000', source: '居委会公告' },
}
const list = async (who: Browser): Promise<CommunityList> => (await who.call('GET', '/api/desk/communities')).json<CommunityList>()
async function add(who: Browser, change: Partial<NewCommunity['community']> = {}, more: Partial<NewCommunity> = {}) {
  return who.call('POST', '/api/desk/communities', { base: server.knowledge.inUse().version.number, reason: '开通一窗', ...lotus, ...more, community: { ...lotus.community, ...change } })
}
const filesOf = async (number: number) => server.publication.files(await server.publication.version(number))

describe('a new community', () => {
  it('is entered by who looks after all communities, with hours and telephone, and changes nothing until it is published', async () => {
    const admin = await server.staff('admin', 'all')
    const made = await add(admin)
    expect(made.statusCode).toBe(201)
    const community = JSON.parse((await filesOf(made.json<Drafted>().number)).get('communities/lianhua.json')!) as Community
    expect(community).toMatchObject({ id: 'lianhua', numberPrefix: 'LH', grids: [], policies: [], hours: { seasons: [week] }, facts: [{ topic: '电话', text: '0572-2100000', source: '居委会公告', date: '2026-11-20' }] })
    expect((await list(admin)).communities.map(({ id }) => id)).toEqual([huzhou, puyang])
    expect((await list(admin)).drafts).toMatchObject([{ reason: '开通一窗' }])
  })

  it('is not for an admin of some communities, nor for anybody else, and an auditor sees all without a button', async () => {
    expect((await add(await server.staff('admin'), { id: 'other-1', numberPrefix: 'OT' })).json()).toMatchObject({ code: 'forbidden', message: '要由管全部社区的管理员来添加社区' })
    for (const role of ['staff', 'lead', 'auditor'] as const) expect((await add(await server.staff(role, 'all'))).statusCode).toBe(403)
    expect(await list(await server.staff('auditor', 'all'))).toMatchObject({ mayAdd: false, communities: [{ id: huzhou }, { id: puyang }] })
    expect((await list(await server.staff('admin'))).communities.map(({ id }) => id)).toEqual([huzhou])
  })

  it('takes nobody’s short name, number prefix or code, not even those of a draft', async () => {
    const admin = await server.staff('admin', 'all')
    const chain = (code: string) => lotus.community.chain.map((link, at) => (at === 0 ? { ...link, code } : link))
    const says = async (change: Partial<NewCommunity['community']>): Promise<unknown> => { const answer = await add(admin, change); return [answer.statusCode, answer.json<{ message: string }>().message] }
    expect(await says({ id: huzhou, numberPrefix: 'QQ', chain: chain('330502003009') })).toEqual([409, '示例社区已经用了这个短名，请换一个'])
    expect(await says({ id: 'lianhua-2', numberPrefix: 'LH', chain: chain('330502003009') })).toEqual([409, '莲花社区已经用了这个工单号开头，请换一个'])
    expect(await says({ id: 'lianhua-2', numberPrefix: 'LHA' })).toEqual([409, '莲花社区已经用了这个区划代码，请换一个'])
  })

  it('is refused with a sentence that says what to write', async () => {
    const admin = await server.staff('admin', 'all')
    const says = async (change: Partial<NewCommunity['community']>, more: Partial<NewCommunity> = {}) => (await add(admin, { id: 'new-1', numberPrefix: 'NEW', ...change }, more)).json<{ message: string }>().message
    const [own, street] = lotus.community.chain
    expect(await says({ id: '莲花' })).toBe('网址里的短名只用小写字母、数字和 -，2 到 40 个')
    expect(await says({ numberPrefix: 'L1' })).toBe('工单号的开头写 2 到 4 个大写字母')
    expect(await says({ chain: [own!] })).toBe('至少要写到上面的一级，居民才问得到那里的规定')
    expect(await says({ chain: [own!, { ...street!, code: '330503003' }] })).toBe('爱山街道的代码 330503003 和社区的代码 330502003007 对不上')
    expect(await says({ chain: [own!, { ...street!, level: 'community' }] })).toBe('要从社区写到省，由小到大')
    expect(await says({}, { phone: { text: '找老王', source: '公告' } })).toBe('电话只写号码，几个号码用顿号隔开')
  })

  it('gets a short name and a prefix from the sounds of its name that nobody has', async () => {
    const admin = await server.staff('admin', 'all')
    const names = async (name: string) => (await admin.call('GET', `/api/desk/communities/names?name=${encodeURIComponent(name)}`)).json<CommunityNames>()
    expect(await names('莲花社区')).toEqual({ id: 'lianhua-2', numberPrefix: 'LHA' })
    expect(await names('绿城社区(示例)')).toEqual({ id: 'lvcheng', numberPrefix: 'LC' })
    expect(await names('')).toEqual({ id: '', numberPrefix: '' })
  })
})

describe('what a community says of itself', () => {
  it('is changed as a draft: name, what it belongs to, places', async () => {
    const admin = await server.staff('admin')
    const { base, chain } = (await admin.call('GET', `/api/desk/places/${huzhou}`)).json<PlaceView>()
    const profile = { name: '新名社区', chain: chain.map((link, at) => (at === 0 ? { ...link, name: '新名社区' } : link)), places: ['小区北门'] }
    const made = await admin.call('POST', `/api/desk/places/${huzhou}/profile`, { base, reason: '改名', ...profile })
    expect(JSON.parse((await filesOf(made.json<Drafted>().number)).get(`communities/${huzhou}.json`)!)).toMatchObject({ id: huzhou, numberPrefix: 'HZ', ...profile })
    expect((await admin.call('POST', `/api/desk/places/${puyang}/profile`, { base, reason: '改名', ...profile })).statusCode).toBe(404)
  })
})

describe('a community that closes', () => {
  const closed = { since: '2026-11-25', reason: '并入望溪社区', instead: '新的事请找望溪社区。' }
  const send = async (who: Browser, given: object) => who.call('POST', `/api/desk/places/${huzhou}/closing`, { base: server.knowledge.inUse().version.number, reason: '合并', ...given })

  it('does so when a second person has published it: from its day on residents and staff read so, and it can open again', async () => {
    let [admin, second] = [await server.staff('admin', 'all'), await server.staff('admin', 'all')]
    const resident = await server.resident()
    const act = async (who: Browser, number: number, name: string) => (await who.call('POST', `/api/desk/knowledge/versions/${number}/${name}`, {})).statusCode
    const publish = async (number: number) => {
      await act(admin, number, 'check')
      await expect.poll(async () => (await admin.call('GET', `/api/desk/knowledge/versions/${number}`)).json<VersionDetail>().checking).toBeNull()
      expect(await act(admin, number, 'approve')).toBe(409)
      expect([await act(second, number, 'approve'), await act(second, number, 'publish')]).toEqual([200, 200])
    }
    const told = async () => [
      (await resident.call('GET', '/api/chat/session')).json<ChatSessionInfo>().community.closed ?? null,
      (await resident.call('GET', '/api/chat/communities')).json<ChatCommunities>().communities.find(({ id }) => id === huzhou)?.closed ?? null,
      (await admin.call('GET', '/api/desk/me')).json<Me>().communities.find(({ id }) => id === huzhou)?.isShut,
    ]
    const made = await send(admin, { closed })
    expect(made.statusCode).toBe(201)
    await publish(made.json<Drafted>().number)
    expect(await told()).toEqual([null, null, false])
    expect((await list(admin)).communities.find(({ id }) => id === huzhou)?.closed).toEqual(closed)
    server.clock.now += 5 * 24 * 3_600_000
    ;[admin, second] = [await server.staff('admin', 'all'), await server.staff('admin', 'all')]
    const says = '2026年11月25日起停用：并入望溪社区。新的事请找望溪社区。'
    expect(await told()).toEqual([says, says, true])
    expect((await resident.call('GET', `/api/board/${huzhou}`)).json<PublicBoard>().closed).toBe(says)
    expect((await admin.call('GET', `/api/desk/places/${huzhou}`)).statusCode).toBe(200)
    await publish((await send(admin, { closed: null })).json<Drafted>().number)
    expect(await told()).toEqual([null, null, false])
  })

  it('does so by who looks after all, with a reason, not from a day that is past', async () => {
    const all = await server.staff('admin', 'all')
    expect((await send(await server.staff('admin'), { closed })).json()).toMatchObject({ code: 'forbidden', message: '要由管全部社区的管理员来停用或恢复社区' })
    for (const role of ['staff', 'lead', 'auditor'] as const) expect((await send(await server.staff(role, 'all'), { closed })).statusCode).toBe(403)
    expect((await send(all, { closed: { ...closed, since: '2026-11-01' } })).json()).toMatchObject({ message: '停用不能从已经过去的日子算起' })
    expect((await send(all, { closed: { ...closed, reason: ' ' } })).json()).toMatchObject({ message: '请写为什么停用，居民会看到' })
  })
})

describe('grids that are typed', () => {
  it('stand side by side: one name once, one building in one of them', async () => {
    const admin = await server.staff('admin')
    const { base } = (await admin.call('GET', `/api/desk/places/${huzhou}`)).json<PlaceView>()
    const grid = { name: '第一网格', person: { name: '李师傅', role: '网格员' }, buildings: ['1栋'], areas: [] }
    const send = async (...grids: readonly object[]) => { const answer = await admin.call('POST', `/api/desk/places/${huzhou}/grids`, { base, reason: '登记', grids }); return answer.statusCode === 201 ? 201 : answer.json<{ message: string }>().message }
    expect(await send(grid, { ...grid, buildings: ['2栋'] })).toBe('有两个网格都叫「第一网格」')
    expect(await send(grid, { ...grid, name: '第二网格' })).toBe('「1栋」同时写在第一网格和第二网格')
    expect(await send({ ...grid, areas: ['1栋'] })).toBe('第一网格里「1栋」写了两次')
    expect(await send({ ...grid, person: { name: ' ', role: '网格员' } })).toBe('请写负责人')
    expect(await send(grid, { ...grid, name: '第二网格', buildings: [], areas: ['小区东门'] })).toBe(201)
  })
})
