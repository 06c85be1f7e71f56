import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { PublicBoard } from '../../src/channels/web-types.js'
import { formulas } from '../../src/requests/figures.js'
import { findBarriers, openBrowser, openPage } from './browser.js'
import { FixtureServer } from './fixture-server.js'

/** Pictures for people to look at: SCREENSHOTS=/tmp/pages npx vitest run test/pages/board */
const folder = process.env['SCREENSHOTS'] ?? ''

const at = Date.UTC(2026, 10, 23, 1, 0)
let board: PublicBoard = {
  community: { id: 'east-lake', name: '东湖社区（示例）' }, at, month: '2026-11', filed: 12, finished: 8, open: 5,
  kinds: [{ name: '公共照明', filed: 7, finished: 5 }, { name: '环境卫生', filed: 5, finished: 3 }],
  rates: [{ name: 'solved', ...formulas.solved, counted: 7, of: 8 }],
  requests: [
    { number: 'DH-2611-0012', kind: '公共照明', state: 'taken', filedAt: at - 3_600_000, endedAt: null },
    { number: 'DH-2611-0011', kind: '环境卫生', state: 'finished', filedAt: at - 90_000_000, endedAt: at - 7_200_000 },
  ],
  results: [{ id: 'n2', title: '楼道加灯', text: '11月20日议事会：同意在3栋加装两盏，26户到会，24户赞成。', source: '居民议事会', date: '2026-11-21' }],
  notices: [{ id: 'n1', title: '停水', text: '11月25日8时至12时，3栋停水检修。', source: '社区通知', date: '2026-11-22' }],
  affairs: [{ id: 'd1', kind: '财务收支', title: '第三季度财务收支', period: '2026年第三季度', text: '收入 12 万元，支出 9 万元，结余 3 万元。', hasFile: true, source: '居务监督委员会', publishedOn: '2026-10-12', until: '2026-12-31' }],
  activities: [{ id: 'river', kind: 'service', title: '清理河边步道', at: '2026-11-28T08:30:00+08:00', until: '2026-11-28T10:30:00+08:00', place: '河边凉亭', note: '带手套', source: '社区公告栏', closesAt: at + 4 * 86_400_000, free: 3, state: 'open' }],
  topics: [{
    number: 3, title: '楼道墙面刷什么颜色', about: '', stage: 'voting', reason: null, minutes: [{ day: '2026-11-20', words: '12户到会，大家先看样板再定。' }], result: null,
    dates: [{ stage: 'proposed', at: at - 9 * 86_400_000 }, { stage: 'accepted', at: at - 8 * 86_400_000 }, { stage: 'deliberating', at: at - 3 * 86_400_000 }, { stage: 'voting', at: at - 86_400_000 }],
    vote: { options: ['米黄色', '浅灰色'], closesAt: at + 3 * 86_400_000, who: 'owners', per: 'household', count: null },
  }],
  proposals: [],
  wishes: [{ number: 2, words: '想要一副大字的老花镜', kind: '生活用品', yuan: 50, state: 'open' }],
}

let browser: Browser
let server: FixtureServer
let isUp = true
beforeAll(async () => {
  if (folder !== '') mkdirSync(folder, { recursive: true })
  browser = await openBrowser()
  server = await new FixtureServer(({ path }) => {
    if (!isUp) return { status: 503, json: { code: 'failed', message: '请稍后再试' } }
    if (path === '/api/board/east-lake') return { status: 200, json: board }
    if (path === '/api/chat/communities') return { status: 200, json: { communities: [{ ...board.community, place: '湖州市 · 吴兴区' }] } }
    return { status: 404, json: { code: 'not-found', message: '没有找到' } }
  }).goUp()
})
afterAll(async () => {
  await browser.close()
  await server.goDown()
})

describe('the public board', () => {
  it.each([{ width: 1280, height: 900 }, { width: 360, height: 740 }, { width: 320, height: 640 }])('shows the month and its matters at $width pixels, without a barrier that axe knows', async (viewport) => {
    const { page, faults } = await openPage(browser, { viewport, chinese: folder !== '' })
    await page.goto(`${server.url}/board?community=east-lake`)
    await page.getByRole('heading', { name: '东湖社区（示例） 公开栏' }).waitFor()
    expect(await page.locator('.sums').innerText()).toMatch(/本月登记\s*12 件\s*已办结\s*8 件\s*正在办\s*5 件/)
    expect(await page.getByRole('listitem').filter({ hasText: 'DH-2611-0011' }).innerText()).toMatch(/DH-2611-0011[\s\S]*环境卫生[\s\S]*已办结/)
    await page.getByText('3栋停水检修').waitFor()
    expect(await page.locator('.card', { has: page.getByRole('heading', { name: '结果公示' }) }).innerText()).toMatch(/24户赞成[\s\S]*来源：居民议事会，2026-11-21/)
    expect(await page.getByRole('region', { name: '居务公开' }).innerText()).toMatch(/第三季度财务收支\s*财务收支 · 2026年第三季度\s*收入 12 万元[\s\S]*2026年10月12日公布，公示到2026年12月31日，来源：居务监督委员会/)
    await page.getByText('7 ÷ 8 件').waitFor()
    expect(await findBarriers(page)).toEqual([])
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    if (folder !== '') for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      await page.evaluate('document.fonts.ready.then(() => 1)')
      await page.screenshot({ path: join(folder, `board-${viewport.width}-${colorScheme}.png`), fullPage: true })
    }
    expect(faults).toEqual([])
    await page.context().close()
  })

  it('lets who names no community, or a wrong one, choose', async () => {
    const { page } = await openPage(browser)
    await page.goto(`${server.url}/board?community=nowhere`)
    await page.getByText('没有找到这个社区').waitFor()
    await page.getByRole('link', { name: '东湖社区（示例）' }).click()
    await page.getByRole('heading', { name: /公开栏/ }).waitFor()
    await page.context().close()
  })

  it('that hangs in a hall is true again by itself, and stays where the line fails', async () => {
    const { page } = await openPage(browser)
    await page.goto(`${server.url}/board?community=east-lake`)
    await page.getByText('12 件').waitFor()
    const look = () => page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`)
    board = { ...board, filed: 13 }
    await look()
    await page.getByText('13 件').waitFor()
    isUp = false
    const failed = page.waitForResponse((response) => response.status() === 503)
    await look()
    await failed
    isUp = true
    expect(await page.getByText('13 件').isVisible()).toBe(true)
    await page.context().close()
  })

  it('says when it could not be fetched, and fetches it when asked again', async () => {
    const { page } = await openPage(browser)
    isUp = false
    await page.goto(`${server.url}/board?community=east-lake`)
    await page.getByText('没有取到数据').waitFor()
    isUp = true
    await page.getByRole('button', { name: '再试一次' }).click()
    await page.getByText('DH-2611-0012').waitFor()
    await page.context().close()
  })
})
