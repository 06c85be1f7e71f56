import { describe, expect, it } from 'vitest'
import type { RequestRow } from '../../src/desk/api-types.js'
import type { FigureCounts, Supervision } from '../../src/desk/supervision-types.js'
import { formulas } from '../../src/requests/figures.js'
import { findBarriers } from './browser.js'
import { madeUpDesk } from './desk-page.js'
import { aRequest, FixtureDesk } from './fixture-desk.js'

const here = madeUpDesk(() => {
  const desk = new FixtureDesk()
  desk.role = 'lead'
  for (const id of ['1', '2', '3']) desk.requests.set(id, aRequest({ id }))
  desk.supervision = aSupervision()
  return desk
})
const { shot } = here
/** Looking at one community. */
async function logIn(viewport?: { width: number; height: number }) {
  const staff = await here.logIn(viewport)
  await staff.page.getByLabel('看哪个社区').selectOption('east-lake')
  return staff
}

const at = Date.UTC(2026, 10, 20, 2, 0)
const row = (id: string, given: Partial<RequestRow> = {}): RequestRow => ({
  id, communityId: 'east-lake', number: `DH-2611-000${id}`, serviceName: '公共照明', status: 'in-progress', summary: '3栋2单元楼道灯坏了，老人看不见', owner: { kind: 'staff', id: 's2', name: '陈工' },
  filedAt: at, updatedAt: at, reporters: 1, urges: 0, ...given,
})
const counts = (key: string, title: string, given: readonly (readonly [counted: number, of: number])[]): FigureCounts => {
  const rate = (index: number) => {
    const [counted, of] = given[index] ?? [0, 0]
    return { counted, of, share: of === 0 ? null : counted / of }
  }
  return { key, title, rates: { response: rate(0), solved: rate(1), satisfied: rate(2), 'in-time': rate(3) } }
}
function aSupervision(): Supervision {
  const own = 'east-lake'
  const byService = { total: counts('', '全部', [[40, 44], [30, 33], [18, 20], [38, 44]]), rows: [counts('lighting', '公共照明', [[20, 22], [15, 16], [9, 10], [20, 22]]), counts('waste', '垃圾清运', [[20, 22], [15, 17], [9, 10], [18, 22]])] }
  return {
    month: '2026-11', undecided: [row('3', { status: 'extended' })], unreached: [row('2', { status: 'reopened' })], rates: formulas,
    overdue: [{ ...row('1', { dueAt: at, stage: 'overdue' }), level: 'street' }, { ...row('2', { dueAt: at + 1, stage: 'overdue' }), level: 'grid' }],
    overdueCount: 2,
    callBacks: [{ row: row('2'), stars: 1, words: '等了一个星期没人来', at, until: at + 86_400_000, notBy: ['陈工'] }],
    load: [{ id: 'post:duty', communityId: own, name: '社区值班人员', isPost: true, open: 4, overdue: 1 }, { id: 'staff:s2', communityId: null, name: '陈工', isPost: false, open: 3, overdue: 1 }],
    grids: [{ communityId: own, name: '第一网格', open: 5, overdue: 2 }, { communityId: own, name: null, open: 2, overdue: 0 }],
    figures: { service: byService, building: { total: byService.total, rows: [counts('3', '3栋', [[20, 22], [0, 0], [0, 0], [20, 22]])] }, staff: byService, community: { total: byService.total, rows: [] } },
    hotSpots: { weeks: ['2026-10-12', '2026-10-19', '2026-10-26', '2026-11-02', '2026-11-09', '2026-11-16'], rows: [{ communityId: own, building: '3', counts: [0, 1, 2, 3, 4, 6], most: { serviceCode: 'lighting', name: '公共照明', count: 9 }, isRising: true }, { communityId: own, building: '5', counts: [1, 0, 0, 0, 1, 0], most: { serviceCode: 'waste', name: '垃圾清运', count: 2 }, isRising: false }] },
  }
}

describe('the lead’s page', () => {
  it('shows what is late and how far it climbed, whom to call back, and opens the list behind a rate', async () => {
    const lead = await logIn()
    await lead.page.getByRole('link', { name: '督导' }).click()
    await lead.page.getByRole('heading', { name: /逾期/ }).waitFor()
    expect(await lead.page.getByRole('list', { name: '逾期的工单' }).innerText()).toContain('已报街道')
    expect(await lead.page.getByRole('list', { name: '要回访的差评' }).innerText()).toMatch(/等了一个星期没人来[\s\S]*不由陈工回访/)
    await lead.page.getByLabel('按楼栋').check()
    await lead.page.getByRole('button', { name: /^3栋响应率\s*91%\s*20\/22/ }).click()
    await lead.page.getByText('3栋：响应率 91%（20 ÷ 22）').waitFor()
    expect(await lead.page.getByRole('list', { name: '数字后面的工单' }).innerText()).toMatch(/计入[\s\S]*未计入/)
    expect(await lead.page.getByRole('link', { name: /下载表格/ }).getAttribute('href')).toBe('/api/desk/supervision/month.csv?month=2026-11&community=east-lake')
    expect(await findBarriers(lead.page)).toEqual([])
    await shot(lead, 'supervision')
  })

  it('opens the list behind what each has in hand, what lies in a grid, and what a building reported in a week', async () => {
    const lead = await logIn()
    for (const [name, query] of [['5 第一网格在办，看这些工单', 'view=open&community=east-lake&grid=第一网格'], ['1 陈工逾期，看这些工单', 'view=overdue&community=east-lake&owner=staff:s2'], ['3栋，11月16日起，6 件，看这些工单', 'view=all&community=east-lake&building=3&from=2026-11-16&until=2026-11-22']] as const) {
      await lead.choose('督导')
      await lead.page.getByRole('link', { name }).click()
      await expect.poll(() => here.desk.listed.at(-1)).toBe(query)
    }
  })

  it('adds up all communities of who looks after several, names whose a post, a grid and a building is, and opens the list of that one', async () => {
    const lead = await here.logIn()
    const own = here.desk.supervision ?? aSupervision()
    here.desk.supervision = { ...own, figures: { ...own.figures, community: { total: own.figures.service.total, rows: [counts('east-lake', '东湖社区（示例）', [[30, 30]]), counts('north-gate', '北门社区（示例）', [[10, 14]])] } } }
    await lead.page.goto(`${here.server.url}/desk/supervision`)
    await lead.page.getByRole('heading', { name: '督导 全部 2 个社区' }).waitFor()
    await lead.page.getByLabel('按社区').check()
    expect(await lead.page.getByRole('row', { name: /^北门社区（示例）/ }).innerText()).toMatch(/71%\s*10\/14/)
    await lead.page.getByRole('rowheader', { name: '东湖社区（示例） · 第一网格' }).waitFor()
    await lead.page.getByRole('rowheader', { name: '东湖社区（示例） 3栋' }).waitFor()
    expect(await lead.page.getByRole('link', { name: /下载表格/ }).getAttribute('href')).toBe('/api/desk/supervision/month.csv?month=2026-11')
    expect(await findBarriers(lead.page)).toEqual([])
    await shot(lead, 'supervision-all')
    await lead.page.getByRole('link', { name: '5 东湖社区（示例） · 第一网格在办，看这些工单' }).click()
    await expect.poll(() => here.desk.listed.at(-1)).toBe('view=open&community=east-lake&grid=第一网格')
  })

  it('shows a month before from the list of months', async () => {
    const lead = await logIn()
    await lead.page.goto(`${here.server.url}/desk/supervision`)
    await lead.page.getByLabel('月份').selectOption({ index: 1 })
    // The page may just be asking once more for the month it shows.
    await expect.poll(() => here.desk.supervised.at(-1)).toMatch(/^month=(?!2026-11)\d{4}-\d{2}&community=east-lake$/)
  })

  it('is printed as the month’s report: rates, their formulas and the buildings, without what is only for the screen', async () => {
    const lead = await logIn()
    await lead.page.goto(`${here.server.url}/desk/supervision`)
    await lead.page.getByRole('heading', { name: '2026年11月 月报' }).waitFor()
    await lead.page.emulateMedia({ media: 'print' })
    for (const [name, isPrinted] of [['2026年11月 月报', true], ['哪栋楼报得多', true], [/^逾期/, false], ['谁手上有多少', false]] as const) {
      expect([name, await lead.page.getByRole('heading', { name }).isVisible()]).toEqual([name, isPrinted])
    }
    expect(await lead.page.getByText('居民确认解决的件数 ÷').isVisible()).toBe(true)
    expect(await lead.page.getByRole('navigation', { name: '主菜单' }).isVisible()).toBe(false)
  })

  it('names the building where something gathers before the next resident asks', async () => {
    const lead = await logIn()
    await lead.page.goto(`${here.server.url}/desk/supervision`)
    expect(await lead.page.getByRole('rowheader', { name: '3栋' }).innerText()).toContain('这周多起来了')
    expect(await lead.page.getByRole('row', { name: /^3栋/ }).innerText()).toContain('公共照明 9 件')
    expect(await lead.page.getByRole('rowheader', { name: '5栋' }).innerText()).not.toContain('多起来')
  })

  it('fits a phone', async () => {
    const lead = await logIn({ width: 360, height: 740 })
    await lead.page.getByRole('link', { name: '督导' }).click()
    await lead.page.getByRole('heading', { name: /逾期/ }).waitFor()
    expect(await lead.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    expect(await findBarriers(lead.page)).toEqual([])
    await shot(lead, 'supervision-phone')
  })

  it('is not there for staff', async () => {
    here.desk.role = 'staff'
    const staff = await logIn()
    await staff.page.getByRole('navigation', { name: '工单范围' }).waitFor()
    expect(await staff.page.getByRole('link', { name: '督导' }).count()).toBe(0)
  })
})

describe('who is away', () => {
  it('is entered with who stands in, and shown', async () => {
    const lead = await logIn()
    await lead.page.goto(`${here.server.url}/desk/absences`)
    await lead.page.getByText('都在岗').waitFor()
    expect(await findBarriers(lead.page)).toEqual([])
    await shot(lead, 'absences')
  })
})

describe('a request with its clock', () => {
  it('shows until when, who answered first, and every move in reach', async () => {
    here.desk.requests.set('1', aRequest({ id: '1', status: 'in-progress', owner: { kind: 'staff', id: 's1', name: '林工' } }))
    const lead = await logIn()
    await lead.openRequest('0001')
    await lead.page.getByText('没有登记承诺时限').waitFor()
    await shot(lead, 'request')
    await lead.act('转办')
    await lead.page.getByRole('dialog').waitFor()
    expect(await findBarriers(lead.page)).toEqual([])
    await shot(lead, 'request-dialog')
  })
})
