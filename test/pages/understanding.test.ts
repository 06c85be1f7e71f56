import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { writeFile } from 'node:fs/promises'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServerProcess } from '../../src/bench/server-process.js'
import { aFolder, aServer } from '../journeys/running.js'
import { fewIntents } from '../learning/few-intents.js'
import { findBarriers, openBrowser, openPage, type Watched } from './browser.js'
import { ChatPage } from './chat-page.js'
import { DeskPage, firstInvitation } from './desk-page.js'

/** Pictures for people to look at, drawn when asked for: SCREENSHOTS=/tmp/pages npx vitest run test/pages/understanding */
const pictures = process.env['SCREENSHOTS'] ?? ''
const widths = { wide: { width: 1280, height: 900 }, phone: { width: 360, height: 740 } } as const

/** The whole product, with few lines to train on: a resident who is not understood, an admin who teaches. */
describe('understanding, people and places', () => {
  let browser: Browser
  let server: ServerProcess
  let screen: Watched
  let phone: Watched
  const barriers: string[] = []

  async function look(name: string): Promise<void> {
    const { page } = screen
    barriers.push(...(await findBarriers(page)).map((one) => `${name}: ${one}`))
    if (pictures !== '') await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
    await page.setViewportSize(widths.phone)
    if ((await page.evaluate<number>('document.documentElement.scrollWidth')) > widths.phone.width) barriers.push(`${name}: wider than a phone`)
    if (pictures !== '') {
      await page.emulateMedia({ colorScheme: 'dark' })
      await page.screenshot({ path: join(pictures, `${name}-phone-dark.png`), fullPage: true })
      await page.emulateMedia({ colorScheme: 'light' })
    }
    await page.setViewportSize(widths.wide)
  }
  const menu = (nav: string, link: string) => screen.page.getByRole('navigation', { name: nav, exact: true }).getByRole('link', { name: link, exact: true }).click()

  beforeAll(async () => {
    const folder = aFolder()
    server = await aServer(join(folder, 'data'), { env: { YICHUANG_INTENTS_DIR: fewIntents(join(folder, 'intents')), YICHUANG_CACHE_DIR: join(folder, 'cache') }, timeoutMs: 120_000 })
    browser = await openBrowser()
    phone = await openPage(browser, {})
    screen = await openPage(browser, { viewport: widths.wide, chinese: pictures !== '' })
    const resident = new ChatPage(phone.page)
    await resident.open(`${server.url}/?community=huzhou-demo`)
    for (const words of ['嘎嘎本咋搞呀', '那个蓝本本弄一个']) {
      await resident.box.waitFor()
      await resident.say(words)
      await phone.page.getByRole('log').getByText(words).waitFor()
    }
    await new DeskPage(screen.page).acceptInvitation(firstInvitation(server), { login: 'lin', name: '林工', password: 'a long enough word' })
    await screen.page.getByLabel('看哪个社区').selectOption({ label: '新荷社区(示例)' })
  }, 180_000)
  afterAll(() => browser.close())

  it('labels what was not understood with one key, takes it back, trains and publishes', async () => {
    const { page } = screen
    await menu('主菜单', '听懂')
    const desk = page.getByRole('group', { name: '这句话是什么意思' })
    await desk.waitFor()
    await look('queue')
    const words = await desk.locator('blockquote').innerText()
    await desk.focus()
    await page.keyboard.press('a')
    await page.getByRole('status').filter({ hasText: `「${words}」记为` }).waitFor()
    await page.keyboard.press('z')
    await page.getByRole('status').filter({ hasText: '收回了' }).waitFor()
    expect(await desk.locator('blockquote').innerText()).toBe(words)
    await desk.focus()
    await page.keyboard.press('b')
    await page.getByRole('status').filter({ hasText: `「${words}」记为` }).waitFor()
    await menu('听懂', '训练和报告')
    await page.getByRole('button', { name: '带上新标的话训练' }).click()
    await page.getByRole('heading', { name: '和在用的比' }).waitFor({ timeout: 120_000 })
    await page.locator('.chart-matrix canvas').first().waitFor()
    await page.locator('.chart-bars canvas').first().waitFor()
    expect(await page.locator('.intents-sheet tbody tr').count()).toBeGreaterThan(10)
    await look('training')
    if (pictures !== '') for (const [name, at] of [['bars', '.chart-bars'], ['matrix', '.chart-matrix'], ['intents', '.intents-sheet']] as const) await page.locator(at).screenshot({ path: join(pictures, `training-${name}.png`) })
    const publish = page.getByRole('button', { name: /^发布/ })
    if (await publish.isVisible()) {
      await publish.click()
      await page.getByText('已发布').waitFor({ timeout: 60_000 })
    } else await page.getByText('退步太多，不能发布').waitFor()
  }, 240_000)

  it('sets when to speak in a room, from the next line on, and shows what would have been said while it only tries', async () => {
    const { page } = screen
    const chat = phone.page.request
    const { conversations } = (await (await chat.get(`${server.url}/api/chat/session`)).json()) as { conversations: readonly { id: string }[] }
    const say = async (text: string): Promise<void> => {
      const sent = await chat.post(`${server.url}/api/chat/messages`, { data: { conversationId: conversations[1]!.id, clientId: randomUUID(), text, attachmentIds: [] }, headers: { origin: server.url } })
      expect(sent.status()).toBe(202)
    }
    await say('@小助手 你好')
    await menu('主菜单', '听懂')
    await menu('听懂', '群里何时开口')
    await page.getByText('不管怎么设').waitFor()
    const room = page.getByRole('list', { name: '群', exact: true }).getByRole('listitem').first()
    // The room is known as soon as the turn has ended.
    await expect.poll(async () => { await page.reload(); await page.getByText('不管怎么设').waitFor(); return room.isVisible() }, { timeout: 20_000, interval: 500 }).toBe(true)
    await room.getByRole('radio', { name: /热心/ }).check()
    await page.getByRole('status').filter({ hasText: '热心' }).waitFor()
    await room.getByRole('checkbox', { name: '试运行，只记不说' }).check()
    await page.getByRole('status').filter({ hasText: '试运行，从下一句话起' }).waitFor()
    await say('3栋2单元楼道的灯坏了，麻烦来修一下')
    const unsaid = room.getByRole('list', { name: '本来会说的话' })
    await expect.poll(async () => {
      await room.getByRole('button', { name: /看本来会说什么/ }).click()
      if ((await unsaid.getByText('楼道的灯坏了').count()) > 0) return true
      await room.getByRole('button', { name: /收起/ }).click()
      return false
    }, { timeout: 20_000, interval: 500 }).toBe(true)
    expect(await unsaid.innerText()).toMatch(/本来会(?:登记工单|追问)/)
    await look('rooms')
  }, 120_000)

  it('shows a community, changes its grids by a table and its hours, knows the holidays, pairs groups and tells how all is', async () => {
    const { page } = screen
    await menu('主菜单', '社区')
    await page.getByText('从社区到省').waitFor()
    await look('place')
    await menu('社区', '楼栋和网格')
    await page.getByText('第一网格').first().waitFor()
    const table = join(aFolder(), '网格.csv')
    const rows = ['网格,负责人,职务,替岗人,替岗职务,类别,名称', '第一网格,李师傅,网格员,,,楼栋,1栋', '第一网格,李师傅,网格员,,,楼栋,1栋']
    await writeFile(table, rows.join('\r\n'))
    await page.getByLabel('换成改好的表格').setInputFiles(table)
    await page.getByText('第 3 行：「1栋」第 2 行已经写在第一网格了').waitFor()
    await look('grids-faults')
    await writeFile(table, [...rows.slice(0, 2), '第一网格,李师傅,网格员,,,楼栋,20栋'].join('\r\n'))
    await page.getByLabel('换成改好的表格').setInputFiles(table)
    await page.getByText('多了：20栋').waitFor()
    await page.getByLabel('为什么改').fill('新楼交付')
    await look('grids-preview')
    await page.getByRole('button', { name: '存成草稿' }).click()
    await page.getByText('已存成第 2 版草稿').waitFor()
    await menu('社区', '办公时间')
    await page.getByRole('button', { name: /登记办公时间|修改/ }).click()
    await page.getByLabel('来源').fill('社区公告栏 2026-11-20')
    await page.getByLabel('周六').fill('9：00～11：30')
    await page.getByLabel('为什么改').fill('登记')
    await look('hours-form')
    await page.getByRole('button', { name: '存成草稿' }).click()
    await page.getByText('已存成第 3 版草稿').waitFor()
    await menu('社区', '放假和调休')
    await page.getByText('国办发明电').first().waitFor()
    await page.getByRole('button', { name: '登记 2027 年' }).click()
    await page.getByLabel('发文字号').fill('国办发明电〔2026〕9号')
    await page.getByLabel('发文日期').fill('2026-11-10')
    await page.getByLabel('放假，一行一个：名称 第一天 最后一天').fill('元旦 2027-01-01 2027-01-03')
    await page.getByLabel('调休上班的周末，一行一天').fill('2027-01-11')
    await page.getByLabel('为什么改').fill('通知出来了')
    await page.getByRole('button', { name: '存成草稿' }).click()
    await page.getByText('2027-01-11 不是周末，不用调休').waitFor()
    await page.getByLabel('调休上班的周末，一行一天').fill('2027-01-10')
    await page.getByRole('button', { name: '存成草稿' }).click()
    await page.getByText('已存成第 4 版草稿').waitFor()
    await look('calendar')
    await menu('社区', '群和关联码')
    await page.getByRole('button', { name: '居民群配对码' }).click()
    expect(await page.locator('.link-code .code').innerText()).toMatch(/^[2-9A-Z]{4}-[2-9A-Z]{4}$/)
    await look('groups')
    await menu('社区', '运行情况')
    await page.getByText('条在路上').waitFor()
    await look('health')
  }, 240_000)

  it('has no fault in a page, and nothing that somebody could not use', () => {
    expect([...barriers, ...phone.faults, ...screen.faults]).toEqual([])
  })
})
