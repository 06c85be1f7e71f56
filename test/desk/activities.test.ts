import { describe, expect, it } from 'vitest'
import type { ActivityDetail, ActivityGiven, ActivityList, VolunteerList } from '../../src/desk/activity-types.js'
import { oneOfEach } from '../store/rows.js'
import { aNeighbourhoodDesk, type Answer, type Call } from './neighbourhood-desk.js'

const hourMs = 3_600_000
const town = 'huzhou-demo'
const river: ActivityGiven = { kind: 'service', title: '清理河边步道', at: '2026-11-24T15:00', until: '2026-11-24T17:00', place: '河边凉亭', places: 2, closes: null, audience: 'everybody', skills: [], grid: null, note: '带手套', source: '社区公告栏' }
const save = (call: Call, activity: Partial<ActivityGiven> = {}, more: { readonly id?: string; readonly rev?: number; readonly publish?: boolean } = {}): Promise<Answer<ActivityList>> =>
  call('POST', `activities/${town}`, { id: more.id ?? null, rev: more.rev ?? 0, publish: more.publish ?? true, activity: { ...river, ...activity } })

describe('activities at the desk', () => {
  it('are made, published, and then found in chat and on the board; a draft is found by nobody', async () => {
    const { home, as } = await aNeighbourhoodDesk()
    const staff = await as('staff')
    const { body } = await save(staff, {}, { publish: false })
    expect(body.ahead).toMatchObject([{ title: '清理河边步道', state: 'draft', by: '李师傅' }])
    expect(await home.says('甲', '清理河边步道给我报名')).not.toMatch(/报上了/)
    const [draft] = body.ahead
    expect((await save(staff, {}, { id: draft?.id ?? '', rev: draft?.rev ?? 0 })).body.ahead).toMatchObject([{ state: 'published' }])
    expect(await home.says('甲', '清理河边步道给我报名')).toMatch(/报上了/)
    const board = await staff<{ activities: unknown[] }>('GET', `/api/board/${town}`)
    expect(board.body.activities).toMatchObject([{ title: '清理河边步道', free: 1, state: 'open' }])
    expect(board.text).not.toContain('memory:甲')
  })

  it.each([
    [{ until: '2026-11-24T14:00' }, /结束要晚于开始/], [{ at: '2026-11-22T15:00', until: '2026-11-22T17:00' }, /已经过了/], [{ closes: '2026-11-25T15:00' }, /开始以前截止/], [{ note: '找张三13800000012报到' }, /个人信息/], [{ source: '' }, /来源/], [{ places: 0 }, /至少 1 个/],
  ] satisfies [Partial<ActivityGiven>, RegExp][])('refuse what cannot be: %j', async (activity, why) => {
    const { as } = await aNeighbourhoodDesk()
    const refused = await save(await as('staff'), activity)
    expect([refused.status >= 400, refused.text]).toEqual([true, expect.stringMatching(why)])
  })

  it('changed in time or place, and called off, are told to who signed up, with the reason', async () => {
    const { home, as, told } = await aNeighbourhoodDesk()
    const staff = await as('staff')
    const [made] = (await save(staff)).body.ahead
    await home.says('甲', '清理河边步道给我报名')
    const [signed] = (await staff<ActivityList>('GET', `activities/${town}`)).body.ahead
    expect((await save(staff, { at: '2026-11-24T16:00', until: '2026-11-24T18:00' }, { id: made?.id ?? '', rev: made?.rev ?? 0 })).status).toBe(409)
    const moved = await save(staff, { at: '2026-11-24T16:00', until: '2026-11-24T18:00' }, { id: made?.id ?? '', rev: signed?.rev ?? 0 })
    await home.engine.idle()
    expect(told('甲').at(-1)).toMatch(/您报的「清理河边步道」.*时间改到11月24日（周二）16:00—18:00/)
    const [after] = moved.body.ahead
    expect((await save(staff, { places: 1, at: '2026-11-24T16:00', until: '2026-11-24T18:00' }, { id: after?.id ?? '', rev: after?.rev ?? 0 })).status).toBe(200)
    const [fewer] = (await staff<ActivityList>('GET', `activities/${town}`)).body.ahead
    const off = await staff<ActivityList>('POST', `activities/${town}/${fewer?.id ?? ''}/call-off`, { rev: fewer?.rev, reason: '下雨' })
    await home.engine.idle()
    expect(off.body.past).toMatchObject([{ state: 'called-off', reason: '下雨' }])
    expect(told('甲').at(-1)).toMatch(/取消了：下雨/)
  })

  it('have a list in the order of signing up; who came is ticked, and only confirmed hours count', async () => {
    const { home, as } = await aNeighbourhoodDesk()
    const staff = await as('staff')
    const [made] = (await save(staff, { places: 1 })).body.ahead
    const path = `activities/${town}/${made?.id ?? ''}`
    await home.says('王秀英', '清理河边步道给我报名')
    await home.says('李四', '清理河边步道给我报名')
    await home.says('李四', '候补')
    const listed = (await staff<ActivityDetail>('GET', path)).body
    expect(listed.signUps.map(({ place, name, state }) => [place, name, state])).toEqual([[1, '王秀英', 'in'], [2, '李四', 'waiting']])
    expect((await (await as('auditor'))<ActivityDetail>('GET', path)).body.signUps[0]?.name).toBe('王**')
    const [one] = listed.signUps
    expect((await staff('POST', `${path}/came`, { signUp: one?.id, rev: one?.rev, came: true })).text).toMatch(/开始以后/)
    home.pass(32 * hourMs)
    const later = await as('staff')
    const came = (await later<ActivityDetail>('POST', `${path}/came`, { signUp: one?.id, rev: one?.rev, came: true })).body.signUps[0]
    expect(came).toMatchObject({ came: true, hours: null })
    expect(await home.says('王秀英', '我的志愿时长')).toMatch(/还没有社区确认过/)
    expect((await later<ActivityDetail>('POST', `${path}/hours`, { signUp: one?.id, rev: came?.rev, hours: 2 })).body.signUps[0]).toMatchObject({ hours: 2 })
    expect(await home.says('王秀英', '我的志愿时长')).toMatch(/一共2小时/)
    const sheet = await later('GET', `${path}/list.csv`)
    expect(sheet.text).toMatch(/1,王秀英,,已报,来了,2/)
  })

  it('keep a name that would run as a formula asleep in the sheet', async () => {
    const { home, as } = await aNeighbourhoodDesk()
    const staff = await as('staff')
    const [made] = (await save(staff)).body.ahead
    await home.says('=1+1', '清理河边步道给我报名')
    expect((await staff('GET', `activities/${town}/${made?.id ?? ''}/list.csv`)).text).toContain(`'=1+1`)
  })

  it('are read by auditors, and changed by none of them', async () => {
    const { as } = await aNeighbourhoodDesk()
    const auditor = await as('auditor')
    expect((await auditor('GET', `activities/${town}`)).status).toBe(200)
    expect((await save(auditor)).status).toBe(403)
    expect((await (await as('staff'))('GET', 'activities/puyang-demo')).status).toBe(404)
  })
})

describe('volunteers at the desk', () => {
  it('are matched by skill and time, listed in no order of merit, and only an admin sets what makes a star', async () => {
    const { home, as } = await aNeighbourhoodDesk()
    const admin = await as('admin')
    const set = await admin<VolunteerList>('POST', `volunteers/${town}`, { rev: 0, skills: ['理发', '修水电'], stars: [20, 60] })
    expect(set.body.rules).toMatchObject({ skills: ['理发', '修水电'], stars: [20, 60], by: '李师傅' })
    expect((await admin('POST', `volunteers/${town}`, { rev: 1, skills: [], stars: [60, 20] })).text).toMatch(/一级比一级多/)
    expect((await (await as('lead'))('POST', `volunteers/${town}`, { rev: 1, skills: [], stars: [] })).status).toBe(403)
    const row = (id: string, skills: readonly string[]) => ({ op: 'put' as const, table: 'volunteers' as const, row: { ...oneOfEach.volunteers, id, skills, times: [] } })
    await home.store.commit(home.communityId, [row('memory:甲', ['理发']), row('memory:乙', ['修水电'])])
    const [made] = (await save(admin, { title: '义务理发', audience: 'volunteers', skills: ['理发'] })).body.ahead
    expect((await admin<ActivityDetail>('GET', `activities/${town}/${made?.id ?? ''}`)).body.fitting.map(({ id }) => id)).toEqual(['memory:甲'])
    expect((await admin<VolunteerList>('GET', `volunteers/${town}`)).body.volunteers).toHaveLength(2)
  })

  it('who fit a task are told of it in private, each once, and sign up themselves', async () => {
    const { home, as, told } = await aNeighbourhoodDesk()
    const staff = await as('staff')
    await home.says('甲', '你好')
    await home.says('乙', '你好')
    const row = (id: string, skills: readonly string[]) => ({ op: 'put' as const, table: 'volunteers' as const, row: { ...oneOfEach.volunteers, id, skills, times: [] } })
    await home.store.commit(home.communityId, [row('memory:甲', ['理发']), row('memory:乙', ['修水电'])])
    const [made] = (await save(staff, { title: '义务理发', audience: 'volunteers', skills: ['理发'] })).body.ahead
    const path = `activities/${town}/${made?.id ?? ''}`
    const invited = await staff<ActivityDetail>('POST', `${path}/invite`, { rev: made?.rev })
    expect(invited.body.isToldAll).toBe(true)
    await staff('POST', `${path}/invite`, { rev: invited.body.activity.rev })
    await home.engine.idle()
    expect(told('甲').filter((text) => text.includes('义务理发'))).toEqual([expect.stringMatching(/和您登记的对得上.*报名义务理发/)])
    expect(told('乙').filter((text) => text.includes('义务理发'))).toEqual([])
    expect(await home.says('甲', '报名义务理发')).toMatch(/报上了/)
  })
})
