import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServerProcess } from '../../src/bench/server-process.js'
import { findBarriers, openBrowser, openPage } from './browser.js'
import { firstInvitation } from './desk-page.js'
import { deskAddresses, settle, type Address } from './every-page.js'
import { aNewServer, asCookies, populate, shownCommunity, type Populated } from './populated.js'

let browser: Browser
let server: ServerProcess
let populated: Populated
/** Nobody has an account yet. */
let empty: ServerProcess
beforeAll(async () => {
  browser = await openBrowser()
  server = await aNewServer()
  empty = await aNewServer()
  populated = await populate(server)
}, 300_000)
afterAll(() => browser.close())

const sizes = { screen: { width: 1280, height: 800 }, phone: { width: 360, height: 740 } } as const

/** A page that is signed in with this cookie; `null`: nobody. */
async function signedIn(cookie: string | null, viewport: { readonly width: number; readonly height: number }): Promise<{ readonly page: Page; readonly faults: string[] }> {
  const watched = await openPage(browser, { viewport })
  if (cookie !== null) await watched.page.context().addCookies(asCookies(cookie, server.url))
  return watched
}

/** Barriers of each page, and those that are wider than the screen. */
async function look(page: Page, addresses: readonly Address[], base = server.url): Promise<readonly string[]> {
  const found: string[] = []
  for (const { name, path } of addresses) {
    await page.goto(base + path)
    await settle(page)
    found.push(...(await findBarriers(page)).map((barrier) => `${name}: ${barrier}`))
    const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
    if (over > 0) found.push(`${name}: ${over} pixels wider than the screen`)
    if ((await page.locator('h1').count()) !== 1) found.push(`${name}: ${await page.locator('h1').count()} first headings`)
  }
  return found
}

describe.each(['screen', 'phone'] as const)('on a %s, by day and by night', (size) => {
  it('every page of the desk is free of barriers that axe knows, fits, and has one first heading', async () => {
    const { page, faults } = await signedIn(populated.cookies.admin, sizes[size])
    expect(await look(page, deskAddresses(populated.samples))).toEqual([])
    expect(faults).toEqual([])
    await page.context().close()
  }, 300_000)

  it('so is what is open to everybody: chat, board, signing in, an invitation', async () => {
    const { page, faults } = await signedIn(null, sizes[size])
    const open = [{ name: 'chat-choose', path: '/' }, { name: 'board-choose', path: '/board' }, { name: 'board', path: `/board?community=${shownCommunity}` }, { name: 'login', path: '/desk/' }, { name: 'invitation-used', path: '/desk/invite/none' }]
    expect(await look(page, open)).toEqual([])
    expect(await look(page, [{ name: 'invitation', path: new URL(firstInvitation(empty)).pathname }], empty.url)).toEqual([])
    await page.context().addCookies(asCookies(populated.resident.cookie, server.url))
    await page.goto(`${server.url}/?community=${shownCommunity}`)
    await page.locator('#tab-own').waitFor()
    const found = [...(await findBarriers(page))]
    await page.locator('#tab-own').click()
    await page.locator('#talk h2').first().waitFor()
    expect([...found, ...(await findBarriers(page))]).toEqual([])
    expect(faults).toEqual([])
    await page.context().close()
  }, 120_000)
})

describe('enlarged to 200 %', () => {
  it('every page still fits in width, and its menu and content can be reached', async () => {
    // A screen of 1280 by 800, of which twice the size leaves half.
    const { page } = await signedIn(populated.cookies.admin, { width: 640, height: 400 })
    const found: string[] = []
    for (const { name, path } of deskAddresses(populated.samples)) {
      await page.goto(server.url + path)
      await settle(page)
      const over = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')
      if (over > 0) found.push(`${name}: ${over} pixels too wide`)
      // What is fixed must leave room to read.
      const fixed = await page.evaluate<number>(`[...document.querySelectorAll('body *')].filter((one) => ['fixed', 'sticky'].includes(getComputedStyle(one).position) && one.closest('.el-notification') === null).reduce((sum, one) => sum + (one.offsetWidth > 300 ? one.offsetHeight : 0), 0)`)
      if (fixed > 200) found.push(`${name}: ${fixed} pixels of 400 stand still`)
    }
    expect(found).toEqual([])
    await page.context().close()
  }, 120_000)
})
