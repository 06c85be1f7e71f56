import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServerProcess } from '../../src/bench/server-process.js'
import { aFolder, aServer } from '../journeys/running.js'
import { findBarriers, openBrowser, openPage } from './browser.js'
import { ChatPage } from './chat-page.js'
import { DeskPage, firstInvitation } from './desk-page.js'

/** Pictures for people to look at, drawn when asked for: SCREENSHOTS=/tmp/pages npx vitest run test/pages/duty */
const pictures = process.env['SCREENSHOTS'] ?? ''

/** The whole product: a resident at a phone, a lead at the desk. */
describe('duty', () => {
  let browser: Browser
  let server: ServerProcess
  beforeAll(async () => {
    server = await aServer(aFolder())
    browser = await openBrowser()
  })
  afterAll(() => browser.close())

  it('is entered, tried, called for and answered; the resident hears who has answered', async () => {
    const phone = await openPage(browser, { chinese: pictures !== '' })
    const screen = await openPage(browser, { viewport: { width: 1280, height: 800 }, chinese: pictures !== '' })
    const { page } = screen
    const barriers: string[] = []
    const look = async (name: string): Promise<void> => {
      barriers.push(...(await findBarriers(page)))
      if (pictures !== '') await page.screenshot({ path: join(pictures, `duty-${name}.png`), fullPage: true })
    }
    const resident = new ChatPage(phone.page)
    const staff = new DeskPage(page)

    // Nobody has ever been at the desk: the resident is not told that anybody is called.
    await resident.open(`${server.url}/?community=huzhou-demo`)
    await resident.box.waitFor()
    await resident.say('着火了')
    expect(await (await resident.lineWith('119')).innerText()).toContain('现在联系不上社区值班人员')

    await staff.acceptInvitation(firstInvitation(server), { login: 'lin', name: '林工', password: 'a long enough word' })
    await staff.choose('值班')
    await page.getByText('还没有值班表').waitFor()
    await page.getByLabel('看哪个社区').selectOption({ label: '新荷社区(示例)' })
    await page.getByRole('button', { name: '加一班' }).click()
    await page.getByLabel('名称').fill('全天')
    await page.getByLabel('加一个人').selectOption({ label: '林工' })
    await look('editing')
    await page.getByRole('button', { name: '保存' }).click()
    await page.getByText('已保存').waitFor()
    await page.getByRole('button', { name: /试呼叫/ }).click()
    await page.getByText(/已发到林工的工作台/).waitFor()
    await look('roster')

    // Whom nobody could be called for says it again: now somebody can be.
    await resident.say('还在着火')
    await page.getByRole('navigation', { name: '值班' }).getByRole('link', { name: '呼叫' }).click()
    const burning = page.getByRole('listitem').filter({ hasText: '火情' })
    await burning.getByText('正在呼叫').waitFor()
    await look('calls')
    await burning.getByRole('button', { name: '应答' }).click()
    await page.getByText('接手后一窗不再插话').waitFor()
    await resident.lineWith('林工已经看到，马上联系您')
    await staff.choose('值班', '呼叫')
    await burning.getByText('已应答').waitFor()
    await page.getByRole('listitem').filter({ hasText: '试一下呼叫' }).getByRole('button', { name: '应答' }).click()
    await page.getByText('正在呼叫').waitFor({ state: 'hidden' })
    await look('answered')

    await page.getByRole('navigation', { name: '值班' }).getByRole('link', { name: '渠道' }).click()
    await page.getByText('没有接飞书或微信').waitFor()
    await look('channels')
    if (pictures !== '') {
      await page.emulateMedia({ colorScheme: 'dark' })
      await page.setViewportSize({ width: 360, height: 740 })
      for (const name of ['值班表', '呼叫'] as const) {
        await page.getByRole('navigation', { name: '值班' }).getByRole('link', { name }).click()
        await page.getByText(name === '呼叫' ? '已应答' : '加一班').first().waitFor()
        await look(`phone-${name}`)
      }
    }
    expect([...barriers, ...phone.faults, ...screen.faults]).toEqual([])
  }, 180_000)
})
