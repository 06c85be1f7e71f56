import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Role } from '../../src/desk/accounts.js'
import { huzhou, runningServer, type RunningServer } from '../desk/running-server.js'
import { findBarriers, openBrowser, openPage, type Watched } from './browser.js'

/** Pictures for people to look at: SCREENSHOTS=/tmp/pages npx vitest run test/pages/channels */
const folder = process.env['SCREENSHOTS'] ?? ''

let browser: Browser
let server: RunningServer
let url: string
const opened: Watched[] = []
beforeAll(async () => {
  if (folder !== '') mkdirSync(folder, { recursive: true })
  browser = await openBrowser()
  server = await runningServer({ pages: join(process.cwd(), 'dist/web') })
  url = await server.listen()
})
afterAll(async () => {
  await browser.close()
  await server.close()
})

async function openAs(role: Role, path: string): Promise<Page> {
  const { cookies } = await server.staff(role, role === 'admin' ? 'all' : [huzhou])
  const watched = await openPage(browser, { viewport: { width: 1280, height: 900 }, chinese: folder !== '' })
  opened.push(watched)
  await watched.page.context().addCookies([{ name: 'desk', value: cookies.get('desk') ?? '', url }])
  await watched.page.goto(`${url}${path}`)
  return watched.page
}
async function look(page: Page, name: string): Promise<void> {
  expect(await findBarriers(page)).toEqual([])
  if (folder !== '') await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}

it('a lost login is on the page of health with a link to its code, which an admin sees and staff do not; signed in again, it goes by itself', async () => {
  server.health.report('wechat', { kind: 'needs-login', reason: '微信要重新登录', qr: 'https://login.example/scan-me' })
  const admin = await openAs('admin', '/desk/health')
  await admin.getByRole('link', { name: /去处理\s*：微信/ }).waitFor()
  await look(admin, 'health-wanting')
  await admin.getByRole('link', { name: /去处理\s*：微信/ }).click()
  const code = admin.getByRole('img', { name: '微信登录码' })
  await code.waitFor()
  await expect.poll(() => admin.evaluate<number>(`document.querySelector('img.login-code').naturalWidth`)).toBeGreaterThan(200)
  await look(admin, 'channels-code')
  const staff = await openAs('staff', '/desk/channels')
  await staff.getByText('请管理员在这一页扫码登录。').waitFor()
  expect(await staff.getByRole('img').count()).toBe(0)
  server.health.report('wechat', { kind: 'online' })
  await code.waitFor({ state: 'detached', timeout: 15_000 })
  expect(opened.flatMap(({ faults }) => faults)).toEqual([])
})
