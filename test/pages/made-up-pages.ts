import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, expect } from 'vitest'
import { openBrowser, openPage, type PageWish, type Watched } from './browser.js'
import { FixtureServer, type Call, type Said } from './fixture-server.js'

/** The built pages before a made-up server, in a real browser, for the tests of one file. */
export interface MadeUpPages<Fixture> {
  /** What answers; new for each test. */
  readonly fixture: Fixture
  readonly server: FixtureServer
  /** A page of its own: another person at another device. */
  open(wish?: PageWish): Promise<Page>
}

/** An error in a page, or a report of its security policy, fails the test in which it happened. */
export function madeUpPages<Fixture extends { answer(call: Call): Said }>(make: () => Fixture): MadeUpPages<Fixture> {
  let browser: Browser
  let server: FixtureServer
  let fixture: Fixture
  let opened: Watched[] = []
  beforeAll(async () => {
    browser = await openBrowser()
    server = await new FixtureServer((call) => fixture.answer(call)).goUp()
  })
  afterAll(async () => {
    await browser.close()
    await server.goDown()
  })
  beforeEach(() => {
    fixture = make()
    opened = []
    server.reports.length = 0
    return async () => {
      const faults = opened.flatMap((each) => each.faults)
      await Promise.all(opened.map((each) => each.page.context().close()))
      expect([...faults, ...server.reports]).toEqual([])
    }
  })
  return {
    get fixture() { return fixture },
    get server() { return server },
    async open(wish) {
      const watched = await openPage(browser, wish)
      opened.push(watched)
      return watched.page
    },
  }
}
