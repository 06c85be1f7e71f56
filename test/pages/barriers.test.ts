import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServerProcess } from '../../src/bench/server-process.js'
import { findBarriers, openBrowser, openPage } from './browser.js'
import { firstInvitation } from './desk-page.js'
import { deskAddresses, settle, type Address } from './every-page.js'
import { aNewServer, asCookies, chosen, populate, shownCommunity, type Populated } from './populated.js'

let browser: Browser
let server: ServerProcess
let populated: Populated
/** Nobody has an account yet. */
let empty: ServerProcess
beforeAll(async () => {
  ;[browser, server, empty] = await Promise.all([openBrowser(), aNewServer(), aNewServer()])
  populated = await populate(server)
}, 300_000)
afterAll(() => browser.close())

const screen = { width: 1280, height: 800 }
/** What enlarging to 200 % leaves of the screen. */
const enlarged = { width: 640, height: 400 }
const phone = { width: 360, height: 740 }

/** A page that is signed in with this cookie; `null`: nobody. */
async function signedIn(cookie: string | null): Promise<{ readonly page: Page; readonly faults: string[] }> {
  const watched = await openPage(browser, { viewport: screen })
  if (cookie !== null) await watched.page.context().addCookies(asCookies(cookie, server.url))
  await watched.page.addInitScript(chosen)
  return watched
}

/** By how much what is drawn is wider than the window. */
const pixelsOver = 'document.documentElement.scrollWidth - innerWidth'
/** How much of the window's height stands still while one scrolls. */
const pixelsFixed = `[...document.querySelectorAll('body *')].filter((one) => ['fixed', 'sticky'].includes(getComputedStyle(one).position) && one.closest('.el-notification') === null).reduce((sum, one) => sum + (one.offsetWidth > 300 ? one.offsetHeight : 0), 0)`

/** What is wrong with the page as it stands: on a screen, enlarged to 200 %, on a phone; by day and by night. */
async function look(page: Page, name: string): Promise<readonly string[]> {
  const found: string[] = []
  for (const [size, viewport] of [['screen', screen], ['enlarged', enlarged], ['phone', phone]] as const) {
    await page.setViewportSize(viewport)
    await settle(page)
    const over = await page.evaluate<number>(pixelsOver)
    if (over > 0) found.push(`${name} ${size}: ${over} pixels too wide`)
    if (size !== 'enlarged') found.push(...(await findBarriers(page)).map((barrier) => `${name} ${size}: ${barrier}`))
    else if ((await page.evaluate<number>(pixelsFixed)) > 200) found.push(`${name} ${size}: more than 200 pixels of ${viewport.height} stand still`)
  }
  const heads = await page.locator('h1').count()
  if (heads !== 1) found.push(`${name}: ${heads} first headings`)
  await page.setViewportSize(screen)
  return found
}

async function lookAt(page: Page, addresses: readonly Address[], base = server.url): Promise<readonly string[]> {
  const found: string[] = []
  for (const { name, path } of addresses) {
    await page.goto(base + path)
    await settle(page)
    found.push(...(await look(page, name)))
  }
  return found
}

describe('on a screen, enlarged to 200 % and on a phone, by day and by night', () => {
  it('every page of the desk is free of barriers that axe knows, fits, leaves room to read, and has one first heading', async () => {
    const { page, faults } = await signedIn(populated.cookies.admin)
    expect(await lookAt(page, deskAddresses(populated.samples))).toEqual([])
    expect(faults).toEqual([])
    await page.context().close()
  }, 300_000)

  it('so is what is open to everybody: chat, board, signing in, an invitation', async () => {
    const { page, faults } = await signedIn(null)
    const open = [{ name: 'chat-choose', path: '/' }, { name: 'board-choose', path: '/board' }, { name: 'board', path: `/board?community=${shownCommunity}` }, { name: 'login', path: '/desk/' }, { name: 'invitation-used', path: '/desk/invite/none' }]
    expect(await lookAt(page, open)).toEqual([])
    expect(await lookAt(page, [{ name: 'invitation', path: new URL(firstInvitation(empty)).pathname }], empty.url)).toEqual([])
    await page.context().addCookies(asCookies(populated.resident.cookie, server.url))
    await page.goto(`${server.url}/?community=${shownCommunity}`)
    await page.locator('#tab-own').waitFor()
    const found = [...(await look(page, 'chat'))]
    await page.locator('#tab-own').click()
    await page.locator('#talk h2').first().waitFor()
    expect([...found, ...(await look(page, 'chat-own'))]).toEqual([])
    expect(faults).toEqual([])
    await page.context().close()
  }, 120_000)
})

/** What an auditor, who reads, must find on no page. */
const acting = /^(接单|接手|应答|保存|存成草稿|登记|发一条通知|添加|修改|批准|上线|发布|做一个链接|导入|发钥匙|记下|关闭这一天|这天不开|加号|减号|停用|试呼叫|领码)/

describe('as each role', () => {
  it.each(['staff', 'lead', 'auditor'] as const)('every address of the desk shows what is for %s, or says that it is not: nothing is asked for that is refused', async (role) => {
    const { page, faults } = await signedIn(populated.cookies[role])
    const found: string[] = []
    let name = 'inbox'
    page.on('response', (answer) => { if (answer.status() >= 400) found.push(`${name}: ${answer.status()} ${new URL(answer.url()).pathname}`) })
    await page.goto(`${server.url}/desk/`)
    await settle(page)
    for (const address of deskAddresses(populated.samples)) {
      name = address.name
      await page.evaluate(`history.pushState(null, '', ${JSON.stringify(address.path)}); dispatchEvent(new PopStateEvent('popstate'))`)
      await settle(page)
      if ((await page.locator('h1').count()) !== 1) found.push(`${name}: no first heading`)
      if (role === 'auditor') found.push(...(await page.locator('main button').allInnerTexts()).filter((text) => acting.test(text.trim())).map((text) => `${name}: ${text}`))
    }
    expect(found).toEqual([])
    expect(faults).toEqual([])
    await page.context().close()
  }, 120_000)
})
