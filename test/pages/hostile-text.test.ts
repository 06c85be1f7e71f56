import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChatLine } from '../../src/channels/web-types.js'
import type { Citation } from '../../src/retrieval/citation.js'
import { openBrowser, openPage } from './browser.js'
import { ChatPage } from './chat-page.js'
import { DeskPage } from './desk-page.js'
import { FixtureChat } from './fixture-chat.js'
import { deskAddresses, settle } from './every-page.js'
import { deskPassword, FixtureDesk } from './fixture-desk.js'
import { FixtureServer } from './fixture-server.js'
import { hostileTexts, writtenByHand } from './hostile-texts.js'
import { aNewServer, asCookies, chosen, populate, shownCommunity } from './populated.js'

const hostileCitation = (text: string): Citation => ({
  kind: 'policy', document: text, number: text, section: text, quote: text, source: `${text} `, status: 'draft', jurisdiction: text, date: text, clause: `${text}  `,
})

let browser: Browser
beforeAll(async () => {
  browser = await openBrowser()
})
afterAll(() => browser.close())

/** Opens a page that counts what runs, and hands back how often something did. */
async function openCounting(): Promise<{ page: Page; hits: () => Promise<number>; faults: string[] }> {
  const { page, faults } = await openPage(browser, { viewport: { width: 1280, height: 800 } })
  let hits = 0
  await page.exposeFunction('hit', () => { hits += 1 })
  page.on('dialog', (dialog) => {
    hits += 1
    void dialog.dismiss()
  })
  return { page, hits: async () => (await page.evaluate('1'), hits), faults }
}

/** Gives every element the focus and the pointer once, so that what waits for them would run. */
const touchEverything = `for (const e of document.querySelectorAll('*')) {
  for (const type of ['focus', 'blur', 'mouseover', 'toggle']) e.dispatchEvent(new Event(type, { bubbles: true }))
}
for (const e of document.querySelectorAll('details')) e.open = true`

/** Of a list, so many rows hold all the strings in each field; the rows after them one string by itself in each. */
const fullRows = 2

/** Puts hostile strings in the place of all words in what the server answers; says in how many fields, and which stood by themselves. */
async function spoilAnswers(page: Page): Promise<{ fields: number; readonly alone: Set<string> }> {
  const spoiled = { fields: 0, alone: new Set<string>() }
  const joined = hostileTexts.join('\n')
  let next = 0
  const one = (): string => {
    const text = hostileTexts[next++ % hostileTexts.length] ?? ''
    spoiled.alone.add(text)
    return text
  }
  // Words hold Chinese; what has none is an id, a state, a time, by which a page finds its way.
  const spoil = (value: unknown, isFull: boolean): unknown => {
    if (typeof value === 'string') {
      if (!/[\u3400-\u9fff]/.test(value)) return value
      spoiled.fields += 1
      return isFull ? joined : one()
    }
    if (Array.isArray(value)) return value.map((each, index) => spoil(each, isFull && index < fullRows))
    return value === null || typeof value !== 'object' ? value : Object.fromEntries(Object.entries(value).map(([key, each]) => [key, spoil(each, isFull)]))
  }
  await page.route(/\/api\/(?!.*stream)/, async (route) => {
    const response = await route.fetch()
    if (response.headers()['content-type']?.includes('json') !== true) return route.fulfill({ response })
    return route.fulfill({ response, json: spoil(await response.json(), true) })
  })
  return spoiled
}

describe('words made to run', () => {
  it(`are only shown in the chat, in every field a person can fill (${hostileTexts.length} of them)`, async () => {
    const chat = new FixtureChat(hostileTexts.map((text, index) => ({ id: `c${index}`, name: `${text}#${index}`, place: text })))
    const server = await new FixtureServer((call) => chat.answer(call)).goUp()
    const { page, hits, faults } = await openCounting()
    const resident = new ChatPage(page)
    await resident.open(server.url)
    await page.locator('.community').nth(hostileTexts.length - 1).waitFor()
    expect(await page.locator('.community-name').first().innerText()).toContain(hostileTexts[0])
    await page.locator('.community').last().click()
    await resident.box.waitFor()
    await resident.box.fill(hostileTexts.join('\n'))
    await resident.box.press('Enter')
    await resident.lineWith('没有写这个')
    for (const from of ['bot', 'staff', 'neighbour'] satisfies ChatLine['from'][]) {
      for (const text of writtenByHand) {
        chat.say({
          conversationId: chat.newestPrivate, from, name: text, text, choices: [text, text], citations: [hostileCitation(text)], urgent: from === 'bot',
          attachments: [{ id: text, kind: 'image', mediaType: text }, { id: text, kind: 'voice', mediaType: text }, { id: text, kind: 'file', mediaType: text }],
        })
      }
    }
    await page.locator('article.from-neighbour').nth(writtenByHand.length - 1).waitFor()
    await page.evaluate(touchEverything)
    chat.refusals.push({ status: 503, message: hostileTexts[5] ?? '' })
    await resident.say('再来')
    await page.getByRole('button', { name: '重发' }).waitFor()
    expect(await page.locator('article.from-bot .text').nth(1).innerText()).toBe(hostileTexts[0])
    expect(await hits()).toBe(0)
    expect([...faults, ...server.reports]).toEqual([])
    await page.context().close()
    await server.goDown()
  })

  it('are only shown in the news that come while the desk is open', async () => {
    const desk = new FixtureDesk()
    const server = await new FixtureServer((call) => desk.answer(call)).goUp()
    const { page, hits, faults } = await openCounting()
    const staff = new DeskPage(page)
    await staff.open(server.url)
    await staff.logIn('lin', deskPassword)
    await page.getByRole('navigation', { name: '主菜单' }).waitFor()
    await expect.poll(() => desk.isHeard).toBe(true)
    for (const text of writtenByHand) desk.tell({ type: 'request', communityId: text, id: text, number: text, isNew: true })
    await page.locator('.el-notification').nth(writtenByHand.length - 1).waitFor()
    await page.evaluate(touchEverything)
    expect(await hits()).toBe(0)
    expect([...faults, ...server.reports]).toEqual([])
    await page.context().close()
    await server.goDown()
  })

  it(`are only shown on every page of the desk, the chat and the board, in every field that holds words (${hostileTexts.length} of them in each, and each by itself)`, async () => {
    const product = await aNewServer()
    const { samples, cookies, resident } = await populate(product)
    const { page, hits, faults } = await openCounting()
    const spoiled = await spoilAnswers(page)
    await page.addInitScript(`addEventListener('securitypolicyviolation', (event) => hit())`)
    await page.addInitScript(chosen)
    for (const cookie of [cookies.admin, resident.cookie]) await page.context().addCookies(asCookies(cookie, product.url))
    const pages = [...deskAddresses(samples), { name: 'chat', path: `/?community=${shownCommunity}` }, { name: 'chat-choose', path: '/?community=nowhere' }, { name: 'board', path: `/board?community=${shownCommunity}` }, { name: 'board-choose', path: '/board' }]
    const empty: string[] = []
    for (const { name, path } of pages) {
      const before = spoiled.fields
      await page.goto(product.url + path)
      await settle(page)
      await page.evaluate(touchEverything)
      if (name === 'chat') {
        await page.locator('#tab-own').click()
        await settle(page)
        await page.evaluate(touchEverything)
      }
      if (spoiled.fields === before) empty.push(name)
      if ((await hits()) > 0) throw new Error(`${name}: something ran, or the policy was broken`)
    }
    // What names its page by its address alone has nothing to show.
    expect(empty).toEqual([])
    expect(spoiled.fields).toBeGreaterThan(500)
    expect(spoiled.alone.size).toBe(hostileTexts.length)
    expect(faults).toEqual([])
    await page.context().close()
  }, 600_000)

  it('would be noticed if they ran', async () => {
    const server = await new FixtureServer(() => ({ status: 404 })).goUp()
    const { page, hits } = await openCounting()
    await page.goto(server.url)
    await page.evaluate('document.body.insertAdjacentHTML("beforeend", "<img src=x onerror=hit()>"); hit()')
    await expect.poll(() => server.reports.length).toBeGreaterThan(0)
    await expect.poll(hits).toBe(1)
    await page.context().close()
    await server.goDown()
  })
})
