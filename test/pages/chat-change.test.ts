import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { findBarriers, openBrowser, openPage, type Watched } from './browser.js'
import { ChatPage } from './chat-page.js'
import { FixtureChat } from './fixture-chat.js'
import { FixtureServer } from './fixture-server.js'

let browser: Browser
let chat: FixtureChat
let server: FixtureServer
let watched: Watched
let resident: ChatPage

/** The fixture's lines are said from nine in the morning on. */
const fiveMinutesLater = Date.UTC(2026, 10, 23, 1, 6)

beforeAll(async () => {
  browser = await openBrowser()
  server = await new FixtureServer((call) => chat.answer(call)).goUp()
})
afterAll(async () => {
  await browser.close()
  await server.goDown()
})
beforeEach(async () => {
  chat = new FixtureChat()
  server.reports.length = 0
  watched = await openPage(browser, {})
  resident = new ChatPage(watched.page)
  await watched.page.clock.setFixedTime(fiveMinutesLater)
  await resident.open(server.url)
  await resident.chooseCommunity('东湖社区')
  return async () => {
    await watched.page.context().close()
    expect([...watched.faults, ...server.reports]).toEqual([])
  }
})

const button = (name: string) => resident.page.getByRole('log').getByRole('button', { name, exact: true })

describe('an own line, soon after it was said', () => {
  it('is taken back with one button, and its words go from the page', async () => {
    await resident.say('3栋2单元楼道灯坏了')
    await resident.lineWith('已受理')
    await button('撤回').click()
    await resident.lineWith('您撤回了一条消息')
    expect(await resident.lines('me').allInnerTexts()).not.toContainEqual(expect.stringContaining('3栋2单元楼道灯坏了'))
    expect(await button('撤回').count()).toBe(0)
  })

  it('is changed where it stands, with the keyboard alone, and says that it was', async () => {
    await resident.say('3栋2单元楼道灯坏了')
    await resident.lineWith('已受理')
    await button('修改').focus()
    await resident.page.keyboard.press('Enter')
    await resident.page.locator('textarea[aria-label="改成"]:focus').waitFor()
    await resident.page.keyboard.press('ControlOrMeta+A')
    await resident.page.keyboard.type('5栋楼道灯坏了')
    await resident.page.keyboard.press('Tab')
    await resident.page.keyboard.press('Enter')
    await resident.page.locator('article.from-me', { hasText: '改过' }).waitFor()
    expect(await resident.lines('me').count()).toBe(1)
    expect(await resident.lines('me').first().locator('.text').innerText()).toBe('5栋楼道灯坏了')
    expect(await resident.page.evaluate('document.activeElement.getAttribute("role")')).toBe('log')
  })

  it('stays as it was when the change is dropped', async () => {
    await resident.say('灯坏了')
    await resident.lineWith('已受理')
    await button('修改').click()
    await resident.page.keyboard.press('Escape')
    expect(await resident.lines('me').first().locator('.text').innerText()).toBe('灯坏了')
  })

  it('says why when the server would not change it', async () => {
    await resident.say('灯坏了')
    await resident.lineWith('已受理')
    chat.refusals.push({ status: 409, message: '发出超过10分钟，不能再撤回或修改了；要更正请直接说' })
    await button('撤回').click()
    expect(await resident.page.getByRole('alert').filter({ hasText: '10分钟' }).innerText()).toContain('要更正请直接说')
  })

  it('has no barrier that axe knows, while it is changed and after', async () => {
    await resident.say('灯坏了')
    await resident.lineWith('已受理')
    expect(await findBarriers(resident.page)).toEqual([])
    await button('修改').click()
    expect(await findBarriers(resident.page)).toEqual([])
    await resident.page.keyboard.press('Escape')
    await button('撤回').click()
    await resident.lineWith('您撤回了一条消息')
    expect(await findBarriers(resident.page)).toEqual([])
  })
})

describe('an own line ten minutes later', () => {
  it('can no longer be changed here', async () => {
    await resident.say('灯坏了')
    await resident.lineWith('已受理')
    await resident.page.clock.setFixedTime(fiveMinutesLater + 12 * 60_000)
    await resident.page.reload()
    await resident.lineWith('已受理')
    expect(await button('撤回').count()).toBe(0)
  })
})
