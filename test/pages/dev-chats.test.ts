import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import type { Browser, Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { aPng } from '../journeys/running.js'
import { findBarriers, openBrowser, openPage, type Watched } from './browser.js'
import { seededRandom } from '../../src/random.js'

/** SCREENSHOTS=folder keeps pictures of what was played. */
const folder = process.env['SCREENSHOTS']
const photo = { name: 'p.png', mimeType: 'image/png', buffer: aPng(20_000, seededRandom(1)) }

let browser: Browser
let played: ChildProcess | null = null
beforeAll(async () => {
  browser = await openBrowser()
  if (folder !== undefined) mkdirSync(folder, { recursive: true })
})
afterEach(async () => {
  const mine = played
  played = null
  if (mine === null || mine.exitCode !== null) return
  await new Promise((resolve) => { mine.once('exit', resolve); mine.kill('SIGTERM') })
})
afterAll(() => browser.close())

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => { server.listen(0, '127.0.0.1', () => { resolve() }) })
  const { port } = server.address() as AddressInfo
  await new Promise<void>((resolve) => { server.close(() => { resolve() }) })
  return port
}

/** `npm run dev:…` as anybody starts it, and its page in a browser. */
async function play(platform: 'lark' | 'wechat', viewport = { width: 1280, height: 900 }): Promise<Watched> {
  const [port, pagePort] = [await freePort(), await freePort()]
  const mine = spawn(process.execPath, [join('scripts', `dev-${platform}.mjs`)], { env: { ...process.env, YICHUANG_PORT: String(port), [`DEV_${platform.toUpperCase()}_PORT`]: String(pagePort) }, stdio: ['ignore', 'ignore', 'pipe'] })
  played = mine
  let said = ''
  await new Promise<void>((resolve, reject) => {
    mine.once('exit', (code) => { reject(new Error(`dev-${platform} ended with ${String(code)}: ${said}`)) })
    mine.stderr?.on('data', (chunk: Buffer) => { if ((said += String(chunk)).includes('工作台：')) resolve() })
  })
  const watched = await openPage(browser, { chinese: true, viewport })
  await watched.page.goto(`http://127.0.0.1:${pagePort}/`)
  await watched.page.getByRole('heading', { level: 2 }).first().waitFor()
  return watched
}

/** One chat of the page. */
class Column {
  readonly place: Locator
  constructor(readonly page: Page, title: RegExp) {
    this.place = page.locator('section').filter({ has: page.getByRole('heading', { level: 2, name: title }) })
  }

  async says(text: string, isCalled = false): Promise<void> {
    const box = this.place.getByRole('checkbox')
    if ((await box.count()) > 0) await box.setChecked(isCalled)
    await this.place.getByRole('textbox', { name: '说什么' }).fill(text)
    await this.place.getByRole('button', { name: '发送' }).click()
  }

  async posts(): Promise<void> { await this.place.getByLabel('发照片', { exact: true }).setInputFiles(photo) }

  /** The newest line with these words, once it is there. */
  async line(words: RegExp): Promise<Locator> {
    const found = this.place.locator('li', { hasText: words }).last()
    await found.waitFor()
    return found
  }

  pictures(): Locator { return this.place.getByRole('img', { name: '照片' }) }
}

async function draw(page: Page, name: string): Promise<void> {
  if (folder === undefined) return
  await page.evaluate('document.fonts.ready.then(() => 1)')
  await page.screenshot({ path: join(folder, `${name}.png`) })
}

describe('anyone, without an account,', () => {
  it('plays a resident and staff on Lark: asks, reports, fills in a card, sends photos, works by buttons and in the thread, marks', { timeout: 180_000 }, async () => {
    const { page, faults } = await play('lark')
    const [group, own, staff] = [new Column(page, /^居民群/), new Column(page, /私聊/), new Column(page, /^工作群/)]
    await own.says('一个社区配几个工作人员')
    await own.line(/湖委发〔2018〕20/)
    await group.says('3栋楼下的灯又坏了', true)
    await group.line(/已受理/)
    const card = await staff.line(/公共设施报修/)
    await card.getByRole('button', { name: '接单' }).click()
    await staff.line(/小周负责/)
    await staff.place.locator('li', { hasText: '公共设施报修' }).last().click()
    await staff.says('灯管领到了')
    await own.line(/小周】灯管领到了/)
    await staff.posts()
    await own.pictures().first().waitFor()
    await own.says('好的，我在楼下')
    await staff.line(/居民：好的，我在楼下/)
    await own.posts()
    await expect.poll(() => staff.pictures().count(), { timeout: 20_000 }).toBe(2)
    await draw(page, 'dev-lark')
    await staff.says('办结 换了灯管')
    await (await own.line(/解决了吗/)).getByRole('button', { name: '1 解决了' }).click()
    await (await own.line(/评一评/)).getByRole('button', { name: '5分 非常满意' }).click()
    await own.line(/评价已记录：5分/)
    await own.says('我要报修')
    const form = await own.line(/填好了|哪里|什么/)
    await form.getByRole('button', { name: '填好了' }).waitFor()
    await draw(page, 'dev-lark-form')
    expect(await findBarriers(page)).toEqual([])
    await page.setViewportSize({ width: 360, height: 740 })
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    await draw(page, 'dev-lark-phone')
    expect(faults).toEqual([])
  })

  it('plays a resident and staff on WeChat: asks, reports, works by short commands, sends photos both ways, marks, and loses the line', { timeout: 240_000 }, async () => {
    const { page, faults } = await play('wechat')
    const [group, own, staff] = [new Column(page, /^居民群/), new Column(page, /私聊/), new Column(page, /^工作群/)]
    await own.says('一个社区配几个工作人员')
    await own.line(/湖委发〔2018〕20/)
    await own.says('3栋2单元楼道灯坏了')
    const number = /HZ-\d{4}-(\d{4})/.exec((await (await own.line(/已受理/)).textContent()) ?? '')?.[1] ?? ''
    await staff.line(new RegExp(`接 ${number}`))
    await staff.says(`接 ${number}`)
    await staff.line(/办理中，小周负责/)
    await staff.says(`图 ${number}`)
    await staff.line(/请发/)
    await staff.posts()
    await staff.says(`回 ${number} 灯管领到了`)
    await own.line(/小周】灯管领到了/)
    await own.pictures().first().waitFor()
    await own.posts()
    await expect.poll(() => own.pictures().count(), { timeout: 20_000 }).toBe(2)
    await group.says('有人一起拼快递吗')
    await group.says('有人吗', true)
    await group.line(/@小助手\s有人吗/)
    await staff.says(`结 ${number} 换了灯管`)
    await own.line(/解决了吗/)
    await own.says('1')
    await own.line(/评一评/)
    await own.says('5分')
    await own.line(/评价已记录：5分/)
    await draw(page, 'dev-wechat')
    await page.getByRole('button', { name: '断开线路' }).click()
    await page.getByRole('button', { name: '恢复线路' }).waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.setViewportSize({ width: 360, height: 740 })
    expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
    await draw(page, 'dev-wechat-phone')
    expect(faults).toEqual([])
  })
})
