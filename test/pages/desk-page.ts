import { expect } from 'vitest'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Locator, Page } from 'playwright-core'
import { deskPassword, type FixtureDesk } from './fixture-desk.js'
import type { FixtureServer } from './fixture-server.js'
import { madeUpPages } from './made-up-pages.js'

/** The one-time link that a started server prints while there is no admin. */
export function firstInvitation(server: { readonly url: string; output(): string }): string {
  const path = /\/desk\/invite\/[\w-]+/.exec(server.output())?.[0]
  if (path === undefined) throw new Error(`no invitation in what the server printed:\n${server.output()}`)
  return server.url + path
}

/** The desk, in the words of those who work at it. */
export class DeskPage {
  constructor(readonly page: Page) {}

  async open(url: string): Promise<void> {
    await this.page.goto(`${url}/desk/`)
  }

  /** Makes an account by a one-time link; ends in the inbox. */
  async acceptInvitation(link: string, account: { login: string; name: string; password: string }): Promise<void> {
    await this.page.goto(link)
    await this.page.getByLabel('登录名').fill(account.login)
    await this.page.getByLabel('姓名').fill(account.name)
    await this.page.getByLabel(/^密码/).fill(account.password)
    await this.page.getByLabel('再写一次密码').fill(account.password)
    await this.page.getByRole('button', { name: '建好账号' }).click()
  }

  async logIn(login: string, password: string): Promise<void> {
    await this.page.getByLabel('登录名').fill(login)
    await this.page.getByLabel('密码').fill(password)
    await this.page.getByRole('button', { name: '登录' }).click()
  }

  async logOut(): Promise<void> {
    await this.page.getByRole('button', { name: '退出' }).click()
  }

  /** Goes by the main menu, and by the area's own tabs where one is named. */
  async choose(area: string, tab?: string): Promise<void> {
    await this.page.getByRole('navigation', { name: '主菜单' }).getByRole('link', { name: area }).click()
    if (tab !== undefined) await this.page.getByRole('navigation', { name: area }).getByRole('link', { name: tab, exact: true }).click()
  }

  /** A row of the inbox, by number or any words in it. */
  row(text: string): Locator {
    return this.page.locator('a.request-row', { hasText: text })
  }

  waitingRow(text: string): Locator {
    return this.page.locator('.waiting a.talk-row', { hasText: text })
  }

  async openView(name: '未办结' | '我的' | '待接单' | '待确认' | '已结束' | '全部'): Promise<void> {
    await this.page.getByRole('navigation', { name: '工单范围' }).getByRole('link', { name: new RegExp(`^${name}`) }).click()
  }

  async openRequest(text: string): Promise<void> {
    await this.row(text).click()
    await this.page.getByRole('heading', { level: 1 }).waitFor()
  }

  /** Presses a button of the request page: 接单, 答复居民, 请居民补充, 办结, 不予受理, 重新办理. */
  async act(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).click()
  }

  get answer(): Locator {
    return this.page.locator('textarea#answer')
  }

  /** Writes to the resident and presses the button. */
  async write(text: string, button = '答复居民'): Promise<void> {
    await this.answer.fill(text)
    await this.act(button)
  }

  /** The state shown on an open request. */
  get status(): Locator {
    return this.page.locator('.page-head .el-tag')
  }

  /** Steps of 办理经过, newest first. */
  get steps(): Locator {
    return this.page.locator('.el-timeline .step')
  }

  async takeConversation(): Promise<void> {
    await this.act('接手')
  }

  async sayInConversation(text: string): Promise<void> {
    await this.page.locator('textarea#say').fill(text)
    await this.act('发送')
  }

  async releaseConversation(): Promise<void> {
    await this.act('交还给一窗')
  }
}

/** Where pictures for people to look at go: SCREENSHOTS=/tmp/pages npx vitest run test/pages/inbox. Empty: none are taken. */
const pictures = process.env['SCREENSHOTS'] ?? ''

/** A made-up desk behind real pages in a real browser, for one test file. */
export interface MadeUpDesk<Desk> {
  /** New for each test. */
  readonly desk: Desk
  readonly server: FixtureServer
  /** The desk at another computer, nobody signed in. */
  open(viewport?: { width: number; height: number }): Promise<DeskPage>
  /** The same, signed in. */
  logIn(viewport?: { width: number; height: number }): Promise<DeskPage>
  /** The same, where a heading with this text stands in this area, on this tab. */
  logInTo(place: { readonly area: string; readonly tab?: string; readonly heading: string }, viewport?: { width: number; height: number }): Promise<DeskPage>
  shot(staff: DeskPage, name: string): Promise<void>
}

/** An error in a page, or a report of its security policy, fails the test in which it happened. */
export function madeUpDesk<Desk extends FixtureDesk>(aDesk: () => Desk): MadeUpDesk<Desk> {
  const pages = madeUpPages(aDesk)
  async function open(viewport = { width: 1280, height: 800 }): Promise<DeskPage> {
    const staff = new DeskPage(await pages.open({ viewport, chinese: pictures !== '' }))
    await staff.open(pages.server.url)
    return staff
  }

  async function logIn(viewport?: { width: number; height: number }): Promise<DeskPage> {
    const staff = await open(viewport)
    await staff.logIn('lin', deskPassword)
    await staff.page.getByRole('navigation', { name: '主菜单' }).waitFor()
    // What is told before its line stands is read, but not announced.
    await expect.poll(() => pages.fixture.isHeard).toBe(true)
    return staff
  }

  return {
    get desk() { return pages.fixture },
    get server() { return pages.server },
    open,
    logIn,
    async logInTo({ area, tab, heading }, viewport = { width: 1280, height: 900 }) {
      const staff = await logIn(viewport)
      await staff.choose(area, tab)
      await staff.page.getByRole('heading', { name: heading }).first().waitFor()
      await staff.page.locator('.el-skeleton').waitFor({ state: 'detached' })
      return staff
    },
    async shot({ page }, name) {
      if (pictures === '') return
      mkdirSync(pictures, { recursive: true })
      await page.evaluate('document.fonts.ready.then(() => 1)')
      await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true })
    },
  }
}
