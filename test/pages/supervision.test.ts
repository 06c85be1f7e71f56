import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { RequestRow } from '../../src/desk/api-types.js'
import type { FigureCounts, Supervision } from '../../src/desk/supervision-types.js'
import { formulas } from '../../src/requests/figures.js'
import { findBarriers, openBrowser, openPage, type Watched } from './browser.js'
import { DeskPage } from './desk-page.js'
import { aRequest, deskPassword, FixtureDesk } from './fixture-desk.js'
import { FixtureServer } from './fixture-server.js'

/** Pictures for people to look at: SCREENSHOTS=/tmp/pages npx vitest run test/pages/supervision */
const folder = process.env['SCREENSHOTS'] ?? ''

let browser: Browser
let desk: FixtureDesk
let server: FixtureServer
let opened: Watched[] = []
beforeAll(async () => {
  if (folder !== '') mkdirSync(folder, { recursive: true })
  browser = await openBrowser()
  server = await new FixtureServer((call) => desk.answer(call)).goUp()
})
afterAll(async () => {
  await browser.close()
  await server.goDown()
})
beforeEach(() => {
  desk = new FixtureDesk()
  desk.role = 'lead'
  for (const id of ['1', '2', '3']) desk.requests.set(id, aRequest({ id }))
  desk.supervision = aSupervision()
  opened = []
  return async () => {
    const faults = opened.flatMap((each) => each.faults)
    await Promise.all(opened.map((each) => each.page.context().close()))
    expect(faults).toEqual([])
  }
})

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
  const byService = { total: counts('', '全部', [[40, 44], [30, 33], [18, 20], [38, 44]]), rows: [counts('lighting', '公共照明', [[20, 22], [15, 16], [9, 10], [20, 22]]), counts('waste', '垃圾清运', [[20, 22], [15, 17], [9, 10], [18, 22]])] }
  return {
    month: '2026-11', undecided: [row('3', { status: 'extended' })], unreached: [row('2', { status: 'reopened' })], rates: formulas,
    overdue: [{ ...row('1', { dueAt: at, stage: 'overdue' }), level: 'street' }, { ...row('2', { dueAt: at + 1, stage: 'overdue' }), level: 'grid' }],
    overdueCount: 2,
    callBacks: [{ row: row('2'), stars: 1, words: '等了一个星期没人来', at, until: at + 86_400_000, notBy: ['陈工'] }],
    load: [{ id: 'post:duty', name: '社区值班人员', isPost: true, open: 4, overdue: 1 }, { id: 'staff:s2', name: '陈工', isPost: false, open: 3, overdue: 1 }],
    grids: [{ name: '第一网格', open: 5, overdue: 2 }, { name: null, open: 2, overdue: 0 }],
    figures: { service: byService, building: { total: byService.total, rows: [counts('3', '3栋', [[20, 22], [0, 0], [0, 0], [20, 22]])] }, staff: byService },
    hotSpots: { weeks: ['2026-10-12', '2026-10-19', '2026-10-26', '2026-11-02', '2026-11-09', '2026-11-16'], rows: [{ building: '3', counts: [0, 1, 2, 3, 4, 6], most: { serviceCode: 'lighting', name: '公共照明', count: 9 }, isRising: true }, { building: '5', counts: [1, 0, 0, 0, 1, 0], most: { serviceCode: 'waste', name: '垃圾清运', count: 2 }, isRising: false }] },
  }
}

async function logIn(viewport = { width: 1280, height: 900 }): Promise<DeskPage> {
  const watched = await openPage(browser, { viewport, chinese: folder !== '' })
  opened.push(watched)
  const lead = new DeskPage(watched.page)
  await lead.open(server.url)
  await lead.logIn('lin', deskPassword)
  return lead
}
const shot = async ({ page }: DeskPage, name: string): Promise<void> => {
  if (folder === '') return
  await page.evaluate('document.fonts.ready.then(() => 1)')
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
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
    expect(await lead.page.getByRole('link', { name: /下载表格/ }).getAttribute('href')).toBe('/api/desk/supervision/east-lake/month.csv?month=2026-11')
    expect(await findBarriers(lead.page)).toEqual([])
    await shot(lead, 'supervision')
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
    desk.role = 'staff'
    const staff = await logIn()
    await staff.page.getByRole('navigation', { name: '工单范围' }).waitFor()
    expect(await staff.page.getByRole('link', { name: '督导' }).count()).toBe(0)
  })
})

describe('who is away', () => {
  it('is entered with who stands in, and shown', async () => {
    const lead = await logIn()
    await lead.page.goto(`${server.url}/desk/absences`)
    await lead.page.getByText('都在岗').waitFor()
    expect(await findBarriers(lead.page)).toEqual([])
    await shot(lead, 'absences')
  })
})

describe('a request with its clock', () => {
  it('shows until when, who answered first, and every move in reach', async () => {
    desk.requests.set('1', aRequest({ id: '1', status: 'in-progress', owner: { kind: 'staff', id: 's1', name: '林工' } }))
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
