import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { PLATFORM } from '../../src/knowledge/community.js'
import { huzhou, runningServer, type RunningServer } from '../desk/running-server.js'
import { findBarriers, openBrowser, openPage, type Watched } from './browser.js'
import { settle } from './every-page.js'

/** Pictures for people to look at: SCREENSHOTS=/tmp/pages npx vitest run test/pages/exchange */
const folder = process.env['SCREENSHOTS'] ?? ''

let browser: Browser
let server: RunningServer
let url: string
let token: string
beforeAll(async () => {
  if (folder !== '') mkdirSync(folder, { recursive: true })
  browser = await openBrowser()
  server = await runningServer({ pages: join(process.cwd(), 'dist', 'web') })
  url = await server.listen()
  token = (await server.staff('admin', 'all')).cookies.get('desk') ?? ''
})
afterAll(async () => {
  await browser.close()
  await server.close()
})

async function openAt(path: string, width = 1280): Promise<Watched> {
  const watched = await openPage(browser, { viewport: { width, height: 900 }, chinese: folder !== '' })
  await watched.page.context().addCookies([{ name: 'desk', value: token, url }])
  await watched.page.goto(`${url}${path}`)
  await settle(watched.page)
  return watched
}

async function picture({ page }: Watched, name: string): Promise<void> {
  if (folder === '') return
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), fullPage: true })
  }
}

async function done({ page, faults }: Watched): Promise<void> {
  expect(await findBarriers(page)).toEqual([])
  expect(faults).toEqual([])
  await page.context().close()
}

it('shows what a file would bring, line by line, before anything is taken in; what is wrong comes first', async () => {
  const opened = await openAt('/desk/exchange')
  const { page } = opened
  await page.getByRole('link', { name: '对接' }).waitFor()
  await page.getByLabel(/^选文件/).setInputFiles({ name: '交办.csv', mimeType: 'text/csv', buffer: Buffer.from('工单编号,诉求内容,诉求地址,受理时间\nGD-1,灯坏了,3栋,2026-11-23 08:05\n,没有编号,5栋,\nGD-3,水管漏了,4栋,昨天\n') })
  await page.getByRole('button', { name: '试看' }).click()
  const table = page.getByRole('region', { name: '导入结果' })
  await table.getByText('没有工单编号').waitFor()
  expect(await page.getByRole('status').first().textContent()).toContain('只是试看，什么都没改。')
  expect((await table.locator('tbody tr td:first-child').allTextContents()).slice(0, 2)).toEqual(['2', '3'])
  await page.getByRole('button', { name: '导出' }).click()
  await page.getByText('请写明导出做什么用，至少 4 个字').waitFor()
  await picture(opened, 'exchange-files')
  await done(opened)
})

it('gives a key once, and takes it back', async () => {
  const opened = await openAt('/desk/api-keys')
  const { page } = opened
  await page.getByLabel('给谁用').fill('掌上城管')
  await page.getByRole('button', { name: '发钥匙' }).click()
  const shown = await page.locator('.link-once code').textContent()
  expect(shown).toMatch(/^[\w-]{43}$/)
  expect(await page.getByRole('list', { name: '钥匙列表' }).textContent()).toContain(`尾号 ${shown?.slice(-4) ?? ''}`)
  await picture(opened, 'exchange-keys')
  await page.getByRole('button', { name: '停用掌上城管的钥匙' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '停用', exact: true }).click()
  await page.getByRole('list', { name: '钥匙列表' }).getByText('停用了').waitFor()
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await done(opened)
})

it('adds a webhook, refuses an address inside, and shows the log of what was told', async () => {
  const opened = await openAt('/desk/webhooks')
  const { page } = opened
  await page.getByLabel('推给谁').fill('区网格平台')
  await page.getByLabel('地址（https）').fill('https://192.168.1.20/hooks')
  await page.getByRole('button', { name: '加上' }).click()
  await page.getByText('这是内部网络的地址').waitFor()
  await page.getByLabel('地址（https）').fill('https://hooks.example.org/in')
  await page.getByRole('button', { name: '加上' }).click()
  expect(await page.locator('.link-once code').textContent()).toMatch(/^whsec_/)
  const [hook] = await server.store.find(PLATFORM, 'webhooks', {})
  const at = server.clock.now
  await server.store.commit(huzhou, ([['d1', 'sent', 204], ['d2', 'failed', 503], ['d3', 'due', null]] as const).map(([id, state, status]) => ({
    op: 'put', table: 'webhookDeliveries',
    row: {
      id, rev: 0, webhookId: hook!.id, key: `${hook!.id}|${id}`, eventId: id, type: 'request.filed', number: `HZ-2611-000${id.slice(1)}`, body: '{}', state, attempts: state === 'due' ? 2 : 1, dueAt: at + 300_000,
      tries: [{ at, status, error: status === null ? 'ECONNREFUSED' : null, ms: 12 }], createdAt: at, endedAt: state === 'due' ? null : at,
    },
  })))
  await page.getByRole('button', { name: '区网格平台的推送记录' }).click()
  const log = page.getByRole('list', { name: '区网格平台的推送记录' })
  await log.getByText('没送到，不再试 对方答 503').waitFor()
  expect(await log.textContent()).toContain('对方没有开')
  await picture(opened, 'exchange-webhooks')
  await done(opened)
  const phone = await openAt('/desk/webhooks', 360)
  await phone.page.getByRole('button', { name: '区网格平台的推送记录' }).click()
  await phone.page.getByRole('list', { name: '区网格平台的推送记录' }).waitFor()
  expect(await phone.page.evaluate('document.documentElement.scrollWidth')).toBe(360)
  await picture(phone, 'exchange-webhooks-phone')
  await done(phone)
})

it('changes a webhook in place, and its secret with a day in which the old one still holds', async () => {
  const opened = await openAt('/desk/webhooks')
  const { page } = opened
  const list = page.getByRole('list', { name: '推送列表' })
  await page.getByRole('button', { name: '修改区网格平台' }).click()
  await page.getByLabel('推给谁').fill('区网格中心')
  await page.getByRole('checkbox', { name: '带上诉求内容' }).check()
  await page.getByRole('button', { name: '改好' }).click()
  await list.getByText('区网格中心').waitFor()
  const [changed] = await server.store.find(PLATFORM, 'webhooks', {})
  expect(changed).toMatchObject({ name: '区网格中心', withWords: true })
  await page.getByRole('button', { name: '给区网格中心换密钥' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '换密钥' }).click()
  const shown = await page.locator('.link-once code').textContent()
  await list.getByText(/旧密钥到.*还能用/).waitFor()
  const [renewed] = await server.store.find(PLATFORM, 'webhooks', {})
  expect([renewed?.secret, renewed?.previous?.secret]).toEqual([shown, changed?.secret])
  await page.getByRole('dialog').waitFor({ state: 'hidden' })
  await picture(opened, 'exchange-webhooks-renewed')
  await done(opened)
})

it('is an admin’s alone', async () => {
  const lead = (await server.staff('lead')).cookies.get('desk') ?? ''
  const watched = await openPage(browser, { viewport: { width: 1280, height: 900 } })
  await watched.page.context().addCookies([{ name: 'desk', value: lead, url }])
  await watched.page.goto(`${url}/desk/exchange`)
  await watched.page.getByRole('heading', { name: '没有这个页面' }).waitFor()
  expect(await watched.page.getByRole('link', { name: '对接' }).count()).toBe(0)
  await watched.page.context().close()
})
