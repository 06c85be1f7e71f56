import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChatLine } from '../../src/channels/web-types.js'
import type { Citation } from '../../src/retrieval/citation.js'
import { openBrowser, openPage } from './browser.js'
import { ChatPage } from './chat-page.js'
import { DeskPage } from './desk-page.js'
import { FixtureChat } from './fixture-chat.js'
import { aConversation, aRequest, deskPassword, FixtureDesk } from './fixture-desk.js'
import { FixtureServer } from './fixture-server.js'

/** What people write to make a page run their words: each would call `hit()` if the page let it. */
const hostileTexts: readonly string[] = [
  '<script>hit()</script>',
  '</textarea><script>hit()</script>',
  '</title><script>hit()</script>',
  '</script><script>hit()</script>',
  '<ScRiPt src=data:text/javascript,hit()></ScRiPt>',
  '<img src=x onerror=hit()>',
  '<img src=x onerror="hit()" alt="',
  '"><img src=x onerror=hit()>',
  "'><img src=x onerror=hit()>",
  '`"\'><img src=x onerror=hit()>',
  '<svg onload=hit()>',
  '<svg><script>hit()</script></svg>',
  '<svg><animate onbegin=hit() attributeName=x dur=1s>',
  '<body onload=hit()>',
  '<iframe srcdoc="<script>parent.hit()</script>"></iframe>',
  '<iframe src="javascript:parent.hit()"></iframe>',
  '<object data="javascript:hit()"></object>',
  '<embed src="javascript:hit()">',
  '<a href="javascript:hit()">点这里</a>',
  'javascript:hit()',
  'JaVaScRiPt:hit()//',
  'data:text/html,<script>hit()</script>',
  '<details open ontoggle=hit()>',
  '<video><source onerror=hit()></video>',
  '<audio src=x onerror=hit()>',
  '<input autofocus onfocus=hit()>',
  '<select autofocus onfocus=hit()>',
  '<marquee onstart=hit()>',
  '<style>@import "javascript:hit()";</style>',
  '<div style="background:url(javascript:hit())">',
  '<link rel=stylesheet href="javascript:hit()">',
  '<meta http-equiv=refresh content="0;url=javascript:hit()">',
  '<base href="javascript:hit()//">',
  '<form><button formaction=javascript:hit()>X</button></form>',
  '<math><mtext></table><img src=x onerror=hit()></mtext></math>',
  '{{constructor.constructor("hit()")()}}',
  '{{ $el.ownerDocument.defaultView.hit() }}',
  '${hit()}',
  '<noscript><p title="</noscript><img src=x onerror=hit()>">',
  '\u202e<img src=x onerror=hit()>\u0000\u200b\ufeff',
  '<x contenteditable onblur=hit()>lose focus',
  '&lt;img src=x onerror=hit()&gt;&#x3C;script&#x3E;hit()',
]

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
      for (const text of hostileTexts) {
        chat.say({
          conversationId: chat.newestPrivate, from, name: text, text, choices: [text, text], citations: [hostileCitation(text)], urgent: from === 'bot',
          attachments: [{ id: text, kind: 'image', mediaType: text }, { id: text, kind: 'voice', mediaType: text }, { id: text, kind: 'file', mediaType: text }],
        })
      }
    }
    await page.locator('article.from-neighbour').nth(hostileTexts.length - 1).waitFor()
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

  it('are only shown at the desk, in every field that a resident or a colleague fills', async () => {
    const desk = new FixtureDesk()
    const server = await new FixtureServer((call) => desk.answer(call)).goUp()
    const { page, hits, faults } = await openCounting()
    const staff = new DeskPage(page)
    hostileTexts.forEach((text, index) => {
      desk.requests.set(String(index), aRequest({ id: String(index), description: text, serviceName: text, owner: { kind: 'post', id: 'p', name: text } }))
    })
    desk.requests.set('all', aRequest({
      id: 'all', number: 'DH-2611-9999', serviceName: hostileTexts[5] ?? '', description: hostileTexts.join('\n'), address: hostileTexts.join(' '),
      owner: { kind: 'staff', id: 's9', name: hostileTexts.join(' ') },
      fields: hostileTexts.map((value) => ({ name: 'object', value, start: 0, end: 0 })), attachmentIds: [...hostileTexts],
      ratings: hostileTexts.map((words, at) => ({ at, residentId: 'r', stars: 1, words })), appointment: { slotId: null, at: hostileTexts[5] ?? '', what: hostileTexts[0] ?? '' },
      history: hostileTexts.map((note, at) => ({ at, actor: { kind: 'staff', id: 's9', name: note }, from: 'assigned', to: 'in-progress', note })),
    }))
    desk.conversations.set('web:r1', aConversation({
      id: 'web:r1', title: hostileTexts.join(' '), mode: 'waiting', reason: hostileTexts[5] ?? '', urgent: true,
      lines: hostileTexts.map((text, index) => ({
        id: String(index), at: index, from: 'resident', name: text, text, citations: [hostileCitation(text)], requestId: text,
        attachments: [{ id: text, kind: 'image', mediaType: text }, { id: text, kind: 'voice', mediaType: text }, { id: text, kind: 'file', mediaType: text }],
      })),
    }))
    await staff.open(server.url)
    await staff.logIn('lin', deskPassword)
    await staff.row('DH-2611-9999').waitFor()
    expect(await staff.row('DH-2611-0000').locator('.row-summary').innerText()).toBe(hostileTexts[0])
    await page.evaluate(touchEverything)
    for (const text of hostileTexts) desk.tell({ type: 'request', communityId: text, id: text, number: text, isNew: true })
    await page.locator('.el-notification').nth(hostileTexts.length - 1).waitFor()
    await staff.openRequest('DH-2611-9999')
    await page.locator('.said').nth(hostileTexts.length - 1).waitFor()
    await page.evaluate(touchEverything)
    expect(await page.locator('.said-text').nth(5).innerText()).toBe(hostileTexts[5])
    for (const path of ['/desk/conversations', '/desk/conversations/east-lake/web%3Ar1']) {
      await page.goto(server.url + path)
      await page.locator(path.endsWith('s') ? 'a.talk-row' : '.said').first().waitFor()
      await page.evaluate(touchEverything)
    }
    expect(await hits()).toBe(0)
    expect([...faults, ...server.reports]).toEqual([])
    await page.context().close()
    await server.goDown()
  })

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
