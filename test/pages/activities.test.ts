import { describe, expect, it } from 'vitest'
import type { ActivityDetail, ActivityList, ActivityRow, SignUpRow, VolunteerList } from '../../src/desk/activity-types.js'
import { findBarriers } from './browser.js'
import { madeUpDesk, type DeskPage } from './desk-page.js'
import { FixtureDesk } from './fixture-desk.js'
import type { Call, Said } from './fixture-server.js'

const anActivity = (given: Partial<ActivityRow> & { readonly id: string }): ActivityRow => ({
  rev: 1, kind: 'service', title: '清理河边步道', at: '2026-11-28T08:30:00+08:00', until: '2026-11-28T10:30:00+08:00', place: '河边凉亭', places: 10, closesAt: Date.parse('2026-11-27T18:00:00+08:00'), audience: 'everybody', skills: [], grid: null,
  note: '带手套，穿防滑鞋', source: '社区公告栏', state: 'published', reason: '', taken: 3, by: '林工', changedAt: 1, waiting: 0, ...given,
})
const aSignUp = (given: Partial<SignUpRow> & { readonly id: string; readonly place: number }): SignUpRow => ({ rev: 1, name: '王秀英', isFamily: false, phone: '138****0001', isVolunteer: false, state: 'in', at: 1, came: null, hours: null, ...given })

/** The desk with some activities, kept as the pages change them. */
class ActivityDesk extends FixtureDesk {
  list: ActivityList = {
    ahead: [
      anActivity({ id: 'river' }),
      anActivity({ id: 'haircut', title: '义务理发', at: '2026-11-29T14:00:00+08:00', until: '2026-11-29T16:00:00+08:00', closesAt: Date.parse('2026-11-29T14:00:00+08:00'), place: '3栋架空层', audience: 'volunteers', skills: ['理发'], grid: '一网格', places: 4, taken: 4, waiting: 2, note: '' }),
      anActivity({ id: 'draft', kind: 'hearing', title: '停车位划线恳谈会', at: '2026-12-03T19:00:00+08:00', until: '2026-12-03T21:00:00+08:00', closesAt: Date.parse('2026-12-03T19:00:00+08:00'), state: 'draft', places: null, taken: 0, note: '' }),
    ],
    past: [anActivity({ id: 'past', title: '重阳敬老包饺子', at: '2026-10-18T09:00:00+08:00', until: '2026-10-18T11:00:00+08:00', taken: 12, places: 12 }), anActivity({ id: 'off', title: '露天电影', state: 'called-off', reason: '下雨' })],
    skills: ['理发', '修水电', '照看老人'], grids: ['一网格', '二网格'],
  }
  hasBegun = true
  signUps: readonly SignUpRow[] = [aSignUp({ id: 'a', place: 1, isVolunteer: true, came: true }), aSignUp({ id: 'b', place: 2, name: '', phone: null }), aSignUp({ id: 'c', place: 3, name: '李桂芬', isFamily: true, phone: null, came: true }), aSignUp({ id: 'd', place: 4, name: '赵大爷', state: 'waiting' })]
  volunteers: VolunteerList = {
    volunteers: [
      { id: 'v1', name: '王**', skills: ['理发'], also: '会拉二胡', times: ['6-morning', '0-morning'], grids: [], joinedAt: Date.parse('2026-11-02T09:00:00+08:00'), hours: 6.5 },
      { id: 'v2', name: '', skills: [], also: '', times: [], grids: ['一网格'], joinedAt: Date.parse('2026-11-12T09:00:00+08:00'), hours: 0 },
    ],
    rules: { rev: 1, skills: ['理发', '修水电', '照看老人'], stars: [], by: '陈主任', at: 1 },
  }
  readonly asked: (readonly [path: string, given: Record<string, unknown>])[] = []

  override answer(call: Call): Said {
    const given = call.method === 'POST' ? (JSON.parse(call.body.toString()) as Record<string, unknown>) : {}
    if (call.path === '/api/desk/volunteers/east-lake') {
      if (call.method === 'POST') {
        this.asked.push(['volunteers', given])
        this.volunteers = { ...this.volunteers, rules: { ...this.volunteers.rules, ...(given as Pick<VolunteerList['rules'], 'skills' | 'stars'>), rev: 2 } }
      }
      return { status: 200, json: this.volunteers }
    }
    const match = /^\/api\/desk\/activities\/east-lake(?:\/([\w-]+)(?:\/([\w-]+))?)?$/.exec(call.path)
    if (!match) return super.answer(call)
    const [, id, act] = match
    if (call.method === 'POST') this.asked.push([act ?? 'save', given])
    if (act === 'came' || act === 'hours') this.signUps = this.signUps.map((one) => (one.id === given['signUp'] ? { ...one, rev: one.rev + 1, ...(act === 'came' ? { came: given['came'] as boolean | null } : { hours: given['hours'] as number | null }) } : one))
    if (act === 'call-off') this.list = { ...this.list, ahead: this.list.ahead.filter((one) => one.id !== id) }
    if (id === undefined || act === 'call-off') return { status: 200, json: this.list }
    const activity = [...this.list.ahead, ...this.list.past].find((one) => one.id === id)
    if (activity === undefined) return { status: 404, json: { code: 'not-found', message: '没有找到' } }
    const detail: ActivityDetail = { activity, hasBegun: this.hasBegun, lasts: 2, signUps: this.signUps, fitting: this.volunteers.volunteers.slice(0, 1), isToldAll: this.asked.some(([path]) => path === 'invite') }
    return { status: 200, json: detail }
  }
}

const here = madeUpDesk(() => new ActivityDesk())

const openPage = (name: '活动' | '志愿者', viewport?: { width: number; height: number }): Promise<DeskPage> => here.logInTo({ area: '居民参与', tab: name, heading: name }, viewport)

describe('the page of activities', () => {
  it('shows what is on with its places, and who comes in their order', async () => {
    const staff = await openPage('活动')
    const { page } = staff
    const rows = page.locator('li.call')
    expect(await rows.nth(0).innerText()).toMatch(/清理河边步道\s*已发布\s*志愿服务\s*11月28日 周六 08:30–10:30\s*河边凉亭\s*已报 3 \/ 10/)
    expect(await rows.nth(1).innerText()).toMatch(/已报 4 \/ 4，候补 2[^]*只请志愿者 · 要会：理发 · 在一网格/)
    await rows.nth(0).getByRole('button', { name: /报名的人/ }).click()
    expect(await page.locator('.people tbody tr').allInnerTexts()).toEqual([expect.stringMatching(/1\s*王秀英\s*志愿者/), expect.stringMatching(/2\s*居民（没留称呼）/), expect.stringMatching(/3\s*李桂芬\s*家属/), expect.stringMatching(/4\s*赵大爷[^]*候补/)])
    await here.shot(staff, 'activities')
    await page.emulateMedia({ media: 'print' })
    expect([await rows.nth(0).isVisible(), await rows.nth(1).isVisible(), await page.getByRole('navigation', { name: '居民参与' }).isVisible()]).toEqual([true, false, false])
  })

  it('ticks who came and confirms hours, by keyboard too', async () => {
    const { page } = await openPage('活动')
    await page.getByRole('button', { name: /报名的人\s*清理河边步道/ }).click()
    await page.getByRole('button', { name: '第 2 位 没来' }).click()
    await expect.poll(() => page.getByRole('button', { name: '第 2 位 没来' }).getAttribute('aria-pressed')).toBe('true')
    await page.getByLabel('第 1 位 志愿时长（小时）').fill('1.5')
    await page.keyboard.press('Enter')
    await page.getByText('已确认 1.5 小时').waitFor()
    expect(here.desk.asked).toEqual([['came', { signUp: 'b', rev: 1, came: false }], ['hours', { signUp: 'a', rev: 1, hours: 1.5 }]])
  })

  it('tells the volunteers who fit, once', async () => {
    here.desk.hasBegun = false
    const { page } = await openPage('活动')
    await page.getByRole('button', { name: /报名的人\s*清理河边步道/ }).click()
    await page.getByText('技能和时间对得上的志愿者（1 位，不分先后）').click()
    await page.getByRole('button', { name: '告诉他们' }).click()
    await page.getByRole('button', { name: '都告诉过了' }).waitFor()
    expect(here.desk.asked).toEqual([['invite', { rev: 1 }]])
  })

  it('is called off with a reason', async () => {
    const { page } = await openPage('活动')
    await page.getByRole('button', { name: /取消活动\s*义务理发/ }).click()
    await page.getByLabel(/为什么取消/).fill('理发师傅请假')
    await page.getByRole('button', { name: '取消活动', exact: true }).click()
    await page.getByText('已取消，报了名的会收到通知').waitFor()
    expect(here.desk.asked).toEqual([['call-off', { rev: 1, reason: '理发师傅请假' }]])
  })

  it('keeps what an activity says when it is changed', async () => {
    const { page } = await openPage('活动')
    await page.getByRole('button', { name: /修改\s*义务理发/ }).click()
    await page.getByLabel('地点').fill('5栋架空层')
    await page.getByRole('button', { name: '保存', exact: true }).click()
    await page.getByText('已保存，时间地点有变的会通知报了名的人').waitFor()
    expect(here.desk.asked[0]?.[1]).toMatchObject({ id: 'haircut', publish: true, activity: { title: '义务理发', at: '2026-11-29T14:00', until: '2026-11-29T16:00', closes: null, places: 4, place: '5栋架空层', skills: ['理发'], grid: '一网格' } })
  })

  it.each([{ width: 1280, height: 900 }, { width: 360, height: 740 }])('has no barrier that axe knows and fits $width pixels', async (viewport) => {
    const staff = await openPage('活动', viewport)
    const { page } = staff
    await page.getByRole('button', { name: /报名的人\s*清理河边步道/ }).click()
    await page.locator('.people tbody tr').first().waitFor()
    await here.shot(staff, `activities-people-${viewport.width}`)
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: '添加活动' }).click()
    await page.getByRole('radio', { name: '只请志愿者' }).check()
    await page.locator('.day-box').nth(2).waitFor()
    await here.shot(staff, `activity-form-${viewport.width}`)
    expect(await findBarriers(page)).toEqual([])
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
  })
})

describe('the page of volunteers', () => {
  it('lists what each can do and when, and lets an admin set skills and stars', async () => {
    here.desk.role = 'admin'
    const staff = await openPage('志愿者')
    const { page } = staff
    expect(await page.locator('tbody tr').first().innerText()).toMatch(/王\*\*\s*理发、会拉二胡\s*周日上午|王\*\*\s*理发、会拉二胡\s*周六上午、周日上午\s*都行\s*6.5 小时/)
    await here.shot(staff, 'volunteers')
    await page.getByRole('button', { name: '修改' }).click()
    await page.getByLabel(/一星到五星/).fill('20、60')
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('星级：一星 20 小时，二星 60 小时').waitFor()
    expect(here.desk.asked).toEqual([['volunteers', { rev: 1, skills: ['理发', '修水电', '照看老人'], stars: [20, 60] }]])
    expect(await findBarriers(page)).toEqual([])
  })
})
