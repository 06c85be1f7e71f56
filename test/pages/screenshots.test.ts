import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServerProcess } from '../../src/bench/server-process.js'
import { openBrowser, openPage } from './browser.js'
import { ChatPage } from './chat-page.js'
import { DeskPage, firstInvitation } from './desk-page.js'
import { deskAddresses, settle, type Address } from './every-page.js'
import { withPalette } from './palette-png.js'
import { aNewServer, asCookies, chosen, populate, shownCommunity, type Populated } from './populated.js'

/** Every picture of docs/screenshots, of the whole product: PICTURES=1 npx vitest run test/pages/screenshots */
const isWanted = (process.env['PICTURES'] ?? '') !== ''
const folder = join(import.meta.dirname, '../../docs/screenshots')
/** Largest picture that is kept, bytes. */
const largest = 100_000

let browser: Browser
beforeAll(async () => { if (isWanted) browser = await openBrowser() })
afterAll(async () => { if (isWanted) await browser.close() })

async function shoot(page: Page, name: string): Promise<void> {
  // News come when they come; what was put in sight before the type was there has moved.
  await page.evaluate(`document.fonts.ready.then(() => {
    document.querySelectorAll('.el-notification').forEach((one) => one.remove())
    document.querySelectorAll('.shell-nav [aria-current], .programmes-tabs [aria-current]').forEach((one) => one.scrollIntoView({ block: 'nearest', inline: 'center' }))
  })`)
  const picture = withPalette(await page.screenshot())
  expect(`${name}: ${picture.length > largest ? picture.length : 'fits'}`).toBe(`${name}: fits`)
  writeFileSync(join(folder, `${name}.png`), picture)
}

describe.runIf(isWanted)('pictures of every page', () => {
  const looks = {
    light: { viewport: { width: 1280, height: 800 }, colorScheme: 'light' },
    dark: { viewport: { width: 1280, height: 800 }, colorScheme: 'dark' },
    phone: { viewport: { width: 360, height: 780 }, colorScheme: 'light' },
  } as const
  let server: ServerProcess
  let empty: ServerProcess
  let populated: Populated
  beforeAll(async () => {
    rmSync(join(folder, 'pages'), { recursive: true, force: true })
    mkdirSync(join(folder, 'pages'), { recursive: true })
    server = await aNewServer()
    empty = await aNewServer()
    populated = await populate(server)
  }, 300_000)

  it.each(['light', 'dark', 'phone'] as const)('%s', async (look) => {
    const { page } = await openPage(browser, { chinese: true, ...looks[look] })
    await page.addInitScript(chosen)
    const draw = async (addresses: readonly Address[], base = server.url): Promise<void> => {
      for (const { name, path } of addresses) {
        await page.goto(base + path)
        await settle(page)
        await shoot(page, `pages/${name}-${look}`)
      }
    }
    await draw([{ name: 'chat-choose', path: '/' }, { name: 'board-choose', path: '/board' }, { name: 'board', path: `/board?community=${shownCommunity}` }, { name: 'login', path: '/desk/' }])
    await draw([{ name: 'invitation', path: new URL(firstInvitation(empty)).pathname }], empty.url)
    for (const cookie of [populated.cookies.admin, populated.resident.cookie]) await page.context().addCookies(asCookies(cookie, server.url))
    await draw(deskAddresses(populated.samples))
    await page.goto(`${server.url}/?community=${shownCommunity}`)
    await settle(page)
    await page.evaluate(`(() => { const log = document.querySelector('.log'); log.scrollTop = log.scrollHeight })()`)
    await shoot(page, `pages/chat-${look}`)
    await page.locator('#tab-own').click()
    await settle(page)
    await shoot(page, `pages/chat-own-${look}`)
    await page.context().close()
  }, 300_000)
})

describe.runIf(isWanted)('pictures of README.md', () => {
  let running: ServerProcess
  beforeAll(async () => {
    running = await aNewServer()
  }, 200_000)

  it('draws a resident and a member of staff', async () => {
    const phone = (await openPage(browser, { chinese: true, viewport: { width: 360, height: 900 }, deviceScaleFactor: 1.5 })).page
    const screen = (await openPage(browser, { chinese: true, viewport: { width: 1280, height: 800 } })).page
    const resident = new ChatPage(phone)
    const staff = new DeskPage(screen)
    await resident.open(`${running.url}/?community=huzhou-demo`)
    await resident.box.waitFor()
    await phone.evaluate('document.fonts.ready.then(() => 1)')
    await resident.say('一个社区配几个工作人员')
    await resident.openDetails('6至12人')
    await phone.locator('.citation').first().waitFor()
    await phone.locator('.citation-quote').first().scrollIntoViewIfNeeded()
    await shoot(phone, 'chat-answer')
    await staff.acceptInvitation(firstInvitation(running), { login: 'lin', name: '林工', password: 'a long enough word 1' })
    await staff.page.getByRole('navigation', { name: '工单范围' }).waitFor()
    for (const text of ['3栋2单元楼道灯坏了', '5栋门口垃圾桶三天没清了', '着火了']) {
      await resident.say(text)
      await resident.lines('bot').nth(text === '着火了' ? 3 : text.startsWith('3') ? 1 : 2).waitFor()
    }
    await shoot(phone, 'chat-danger')
    await staff.row('垃圾桶').waitFor()
    await screen.reload()
    await staff.row('楼道灯').waitFor()
    await screen.locator('.waiting').waitFor()
    await shoot(screen, 'desk-inbox')
    await staff.openRequest('楼道灯')
    await staff.act('接单')
    await screen.getByText('接单：已办好').waitFor()
    await staff.write('师傅今天下午去修。')
    await screen.getByText('答复居民：已办好').waitFor()
    await screen.evaluate('scrollTo(0, 0)')
    await shoot(screen, 'desk-request')
    // After dark, and on the phone of whoever is in the field.
    await screen.emulateMedia({ colorScheme: 'dark' })
    await screen.reload()
    await screen.getByText('师傅今天下午去修').first().waitFor()
    await shoot(screen, 'desk-request-dark')
    await screen.setViewportSize({ width: 360, height: 780 })
    await shoot(screen, 'desk-request-phone')
    await staff.open(running.url)
    await staff.row('垃圾桶').waitFor()
    await shoot(screen, 'desk-inbox-phone')
    await phone.getByRole('tab', { name: '我的工单' }).click()
    await phone.getByText('还在办的').waitFor()
    await shoot(phone, 'chat-own-requests')
    await phone.emulateMedia({ colorScheme: 'dark' })
    await phone.goto(`${running.url}/board?community=huzhou-demo`)
    await phone.getByText('最近的工单').waitFor()
    await shoot(phone, 'board-dark')
  }, 120_000)
})
