import { join } from 'node:path'
import axe from 'axe-core'
import { generate } from 'otplib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PLATFORM } from '../../src/knowledge/community.js'
import { aRequest, huzhou, runningServer, staffPassword, type RunningServer } from '../desk/running-server.js'
import { openBrowser, openPage, type Watched } from './browser.js'
import { DeskPage } from './desk-page.js'

let server: RunningServer
let browser: Browser
let url: string
beforeAll(async () => {
  server = await runningServer({ pages: join(process.cwd(), 'dist/web'), secondStep: 'admins' })
  url = await server.listen()
  browser = await openBrowser()
  await server.store.commit(huzhou, [{ op: 'put', table: 'requests', row: aRequest('r1', { description: '楼道灯坏了，电话13800000042，晚上在家' }) }])
})
afterAll(async () => {
  await browser.close()
  await server.close()
})

const pictures = process.env['SCREENSHOTS'] ?? ''
async function look(page: Page, name: string): Promise<void> {
  // What fades in, or changes its colours, is looked at when it has.
  await page.evaluate('Promise.all(document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity).map((one) => one.finished.catch(() => 0))).then(() => 1)')
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: { run(): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }> } }).axe.run())
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${name}: ${id} ${nodes[0]?.html ?? ''}`)).toEqual([])
  if (pictures !== '') await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
}

async function aPage(wish: Parameters<typeof openPage>[1] = {}): Promise<Watched & { readonly desk: DeskPage }> {
  const watched = await openPage(browser, { viewport: { width: 1100, height: 800 }, chinese: pictures !== '', ...wish })
  const desk = new DeskPage(watched.page)
  await desk.open(url)
  return { ...watched, desk }
}

it('an admin sets up the second step before anything else, and from then on signs in with a code', async () => {
  const { account } = await server.staff('admin', 'all')
  const { page, desk, faults } = await aPage()
  await desk.logIn(account.login, staffPassword)
  await page.getByText('请先设好两步验证').waitFor()
  await page.getByLabel('现在的密码').first().fill(staffPassword)
  await page.getByRole('button', { name: '开始设置' }).click()
  await page.getByAltText('两步验证的二维码').waitFor()
  await look(page, 'account-qr')
  const secret = (await server.store.get(PLATFORM, 'staff', account.id))!.totp!.secret
  await page.getByLabel('6 位验证码').fill(await generate({ secret, epoch: Math.floor(server.clock.now / 1_000) }))
  await page.getByRole('button', { name: '设好' }).click()
  await page.getByRole('list', { name: '备用码' }).waitFor()
  expect(await page.getByRole('list', { name: '备用码' }).getByRole('listitem').count()).toBe(10)
  await look(page, 'account-codes')
  await desk.logOut()
  server.clock.now += 60_000
  await desk.logIn(account.login, staffPassword)
  await page.getByLabel(/手机验证码/).fill(await generate({ secret, epoch: Math.floor(server.clock.now / 1_000) }))
  await look(page, 'login-code')
  await page.getByRole('button', { name: '登录' }).click()
  await desk.choose('同事')
  await page.getByRole('list', { name: '同事的账号' }).waitFor()
  await look(page, 'colleagues')
  await desk.choose('记录')
  await page.getByRole('button', { name: '核对有没有被改过' }).click()
  await page.getByText('一条不少').waitFor()
  await look(page, 'audit')
  await page.setViewportSize({ width: 360, height: 740 })
  await page.emulateMedia({ colorScheme: 'dark' })
  await look(page, 'audit-phone-dark')
  expect(faults).toEqual([])
})

it('a member of staff sees a shortened number, says what for, and sees it whole; the log says so', async () => {
  const { account } = await server.staff('staff')
  const { page, desk, faults } = await aPage({ viewport: { width: 360, height: 740 } })
  await desk.logIn(account.login, staffPassword)
  await page.getByRole('navigation', { name: '主菜单' }).waitFor()
  await page.goto(`${url}/desk/requests/${huzhou}/r1`)
  await page.getByText('138****0042').waitFor()
  await page.getByRole('button', { name: '看完整号码' }).click()
  await look(page, 'unmask-phone')
  await page.getByRole('button', { name: '回电联系居民' }).click()
  await page.getByText('13800000042').waitFor()
  const lines = await server.store.find(PLATFORM, 'audit', {})
  expect(lines.filter(({ act }) => act === 'unmask').map(({ who, words }) => [who?.id, words])).toEqual([[account.id, '回电联系居民']])
  expect(faults).toEqual([])
})

it('an admin is asked in for one community alone, and another role later does not widen what they look after', async () => {
  const { account, cookies } = await server.staff('admin', 'all')
  await server.store.commit(PLATFORM, [{ op: 'put', table: 'staff', row: { ...(await server.store.get(PLATFORM, 'staff', account.id))!, totp: { secret: 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP', confirmedAt: server.clock.now, usedStep: -1, recovery: [] } } }])
  const { page, faults } = await aPage()
  await page.context().addCookies([{ name: 'desk', value: cookies.get('desk') ?? '', url }])
  await page.goto(`${url}/desk/colleagues`)
  await page.getByRole('radio', { name: '管理员' }).check()
  expect(await page.getByRole('checkbox', { name: '全部社区' }).isChecked()).toBe(true)
  await page.getByRole('checkbox', { name: '全部社区' }).uncheck()
  await page.getByRole('button', { name: '做一个链接' }).click()
  await page.getByText('请至少选一个社区').waitFor()
  await page.getByRole('checkbox', { name: '示例社区' }).check()
  await page.getByRole('button', { name: '做一个链接' }).click()
  const path = new URL(await page.locator('.link-once p').first().innerText()).pathname.replace('/desk/invite/', '/api/desk/invitations/')
  await server.browser().call('POST', path, { login: 'chenguan', name: '陈管理', password: staffPassword })
  const invited = async () => (await server.store.find(PLATFORM, 'staff', {})).find(({ login }) => login === 'chenguan')
  expect(await invited()).toMatchObject({ role: 'admin', scope: [huzhou] })
  await page.reload()
  await page.getByRole('button', { name: '改角色：陈管理' }).click()
  const form = page.getByRole('list', { name: '同事的账号' }).locator('form')
  await form.getByRole('radio', { name: '审计员' }).check()
  expect(await form.getByRole('checkbox', { name: '全部社区' }).isChecked()).toBe(false)
  await look(page, 'colleagues-scope')
  await form.getByRole('button', { name: '存下' }).click()
  await page.getByText('陈管理：现在是审计员').waitFor()
  expect(await invited()).toMatchObject({ role: 'auditor', scope: [huzhou] })
  // The log calls roles and communities as people do.
  await page.goto(`${url}/desk/audit`)
  await page.getByText('管理员（示例社区）').waitFor()
  await page.getByText('chenguan：管理员 → 审计员（示例社区）').waitFor()
  expect(faults).toEqual([])
})
