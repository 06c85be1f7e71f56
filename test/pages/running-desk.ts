import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest'
import type { StaffAccount } from '../../src/desk/accounts.js'
import { runningServer, staffPassword, type RunningServer } from '../desk/running-server.js'
import { findBarriers, openBrowser, openPage, type Watched } from './browser.js'
import { DeskPage } from './desk-page.js'

/** Pictures for people to look at go there: SCREENSHOTS=/tmp/pages npx vitest run test/pages/… */
export const pictureFolder = process.env['SCREENSHOTS'] ?? ''

/** A server with the built pages for each test of a file, one browser for all of them; at the end of each, no page may have complained. */
export function runningDesk(given: Omit<NonNullable<Parameters<typeof runningServer>[0]>, 'pages'> = {}) {
  let browser: Browser
  let server: RunningServer
  let url: string
  let opened: Watched[] = []
  beforeAll(async () => {
    if (pictureFolder !== '') mkdirSync(pictureFolder, { recursive: true })
    browser = await openBrowser()
  })
  afterAll(() => browser.close())
  beforeEach(async () => {
    opened = []
    server = await runningServer({ ...given, pages: process.env['BUILT_PAGES'] ?? join(process.cwd(), 'dist/web') })
    url = await server.listen()
  })
  afterEach(async () => {
    const faults = opened.flatMap((each) => each.faults)
    await Promise.all(opened.map((each) => each.page.context().close()))
    await server.close()
    expect(faults).toEqual([])
  })
  return {
    get browser() { return browser },
    get server() { return server },
    get url() { return url },
    /** Somebody without an account, at a phone of their own. */
    async open(address: string): Promise<Page> {
      const watched = await openPage(browser, { chinese: pictureFolder !== '' })
      opened.push(watched)
      await watched.page.goto(address)
      return watched.page
    },
    /** Signs in at a computer of their own. */
    async logIn({ login }: Pick<StaffAccount, 'login'>, wish: Parameters<typeof openPage>[1] = {}): Promise<Page> {
      const watched = await openPage(browser, { viewport: { width: 1280, height: 900 }, chinese: pictureFolder !== '', ...wish })
      opened.push(watched)
      const desk = new DeskPage(watched.page)
      await desk.open(url)
      await desk.logIn(login, staffPassword)
      await watched.page.getByRole('navigation', { name: '主菜单' }).waitFor()
      return watched.page
    },
    /** Looks at it as it stands: no barrier, nothing to the side; and takes its pictures where they are wanted. */
    async look(page: Page, name: string): Promise<void> {
      expect(await findBarriers(page)).toEqual([])
      expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
      if (pictureFolder === '') return
      await page.evaluate('document.fonts.ready.then(() => 1)')
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await page.screenshot({ path: join(pictureFolder, `${name}-${colorScheme}.png`), fullPage: true })
      }
      await page.emulateMedia({ colorScheme: 'light' })
    },
  }
}
