import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, it } from 'vitest'
import type { ServerProcess } from '../../src/bench/server-process.js'
import { aFolder, aServer } from '../journeys/running.js'
import { openBrowser, openPage } from './browser.js'
import { ChatPage } from './chat-page.js'
import { DeskPage, firstInvitation } from './desk-page.js'
import { FixtureChat } from './fixture-chat.js'
import { aConversation, aRequest, deskPassword, FixtureDesk } from './fixture-desk.js'
import { FixtureServer } from './fixture-server.js'

/** Pictures for people to look at, drawn when asked for: SCREENSHOTS=/tmp/pages npx vitest run test/pages/screenshots */
const folder = process.env['SCREENSHOTS'] ?? ''
/** The pictures of README.md, of the whole product: README_SCREENSHOTS=docs/screenshots npx vitest run test/pages/screenshots */
const readmeFolder = process.env['README_SCREENSHOTS'] ?? ''

describe.runIf(readmeFolder !== '')('pictures of the product', () => {
  let running: ServerProcess
  let browser: Browser
  beforeAll(async () => {
    mkdirSync(readmeFolder, { recursive: true })
    running = await aServer(aFolder())
    browser = await openBrowser()
  })
  afterAll(() => browser.close())

  it('draws a resident and a member of staff', async () => {
    const phone = (await openPage(browser, { chinese: true, viewport: { width: 360, height: 900 }, deviceScaleFactor: 1.5 })).page
    const screen = (await openPage(browser, { chinese: true, viewport: { width: 1280, height: 800 } })).page
    const resident = new ChatPage(phone)
    const staff = new DeskPage(screen)
    const shot = (page: Page, name: string) => page.screenshot({ path: join(readmeFolder, `${name}.png`) })
    await resident.open(`${running.url}/?community=huzhou-demo`)
    await resident.box.waitFor()
    await phone.evaluate('document.fonts.ready.then(() => 1)')
    await resident.say('一个社区配几个工作人员')
    await resident.openDetails('6至12人')
    await phone.locator('.citation').first().waitFor()
    await phone.locator('.citation-quote').first().scrollIntoViewIfNeeded()
    await shot(phone, 'chat-answer')
    await staff.acceptInvitation(firstInvitation(running), { login: 'lin', name: '林工', password: 'a long enough word 1' })
    await staff.page.getByRole('navigation', { name: '工单范围' }).waitFor()
    for (const text of ['3栋2单元楼道灯坏了', '5栋门口垃圾桶三天没清了', '着火了']) {
      await resident.say(text)
      await resident.lines('bot').nth(text === '着火了' ? 3 : text.startsWith('3') ? 1 : 2).waitFor()
    }
    await shot(phone, 'chat-danger')
    await staff.row('垃圾桶').waitFor()
    await screen.reload()
    await staff.row('楼道灯').waitFor()
    await screen.locator('.waiting').waitFor()
    await shot(screen, 'desk-inbox')
    await staff.openRequest('楼道灯')
    await staff.act('接单')
    await screen.getByText('接单：已办好').waitFor()
    await staff.write('师傅今天下午去修。')
    await screen.getByText('答复居民：已办好').waitFor()
    await screen.evaluate('scrollTo(0, 0)')
    await shot(screen, 'desk-request')
    // After dark, and on the phone of whoever is in the field.
    await screen.emulateMedia({ colorScheme: 'dark' })
    await screen.reload()
    await screen.getByText('师傅今天下午去修').first().waitFor()
    await shot(screen, 'desk-request-dark')
    await screen.setViewportSize({ width: 360, height: 780 })
    await shot(screen, 'desk-request-phone')
    await staff.open(running.url)
    await staff.row('垃圾桶').waitFor()
    await shot(screen, 'desk-inbox-phone')
    await phone.getByRole('tab', { name: '我的工单' }).click()
    await phone.getByText('还在办的').waitFor()
    await shot(phone, 'chat-own-requests')
    await phone.emulateMedia({ colorScheme: 'dark' })
    await phone.goto(`${running.url}/board?community=huzhou-demo`)
    await phone.getByText('最近的工单').waitFor()
    await shot(phone, 'board-dark')
  }, 120_000)
})

describe.runIf(folder !== '')('pictures of every page', () => {
  const chat = new FixtureChat()
  const desk = new FixtureDesk()
  let server: FixtureServer
  let browser: Browser
  beforeAll(async () => {
    mkdirSync(folder, { recursive: true })
    server = await new FixtureServer((call) => (call.path.startsWith('/api/desk') ? desk.answer(call) : chat.answer(call))).goUp()
    browser = await openBrowser()
  })
  afterAll(async () => {
    await browser.close()
    await server.goDown()
  })

  const sizes = { phone: { width: 360, height: 740 }, screen: { width: 1280, height: 800 }, narrow: { width: 320, height: 640 } } as const
  const cases = [
    { name: 'phone', viewport: sizes.phone, colorScheme: 'light', size: 'normal' },
    { name: 'phone-dark', viewport: sizes.phone, colorScheme: 'dark', size: 'normal' },
    { name: 'narrow-huge', viewport: sizes.narrow, colorScheme: 'light', size: 'huge' },
    { name: 'screen', viewport: sizes.screen, colorScheme: 'light', size: 'normal' },
    { name: 'screen-dark', viewport: sizes.screen, colorScheme: 'dark', size: 'normal' },
  ] as const

  for (const { name, viewport, colorScheme, size } of cases) {
    it(`draws the chat on ${name}`, async () => {
      const { page } = await openPage(browser, { chinese: true, viewport, colorScheme })
      const resident = new ChatPage(page)
      const shot = async (what: string) => page.screenshot({ path: join(folder, `chat-${what}-${name}.png`) })
      await resident.open(server.url)
      await page.getByText('东湖社区').waitFor()
      await page.evaluate(`localStorage.setItem('yichuang-text-size', '${size}'); document.documentElement.dataset.textSize = '${size}'; document.fonts.ready.then(() => 1)`)
      await shot('choose')
      await resident.chooseCommunity('东湖社区')
      await shot('welcome')
      await resident.say('一个社区配几个工作人员？')
      const line = await resident.openDetails('若干名')
      await line.locator('.citation').first().getByText('整条原文').click()
      await shot('details')
      await resident.say('3栋2单元楼道灯坏了')
      await resident.lineWith('已受理')
      chat.say({ conversationId: chat.newestPrivate, from: 'staff', name: '林工', text: '您好，我是社区的林工，下午去看。' })
      await resident.lineWith('下午去看')
      chat.refusals.push({ status: 503, message: '没有登记成功，请稍后再发' })
      await resident.say('门口还有一盏')
      await page.getByRole('button', { name: '重发' }).waitFor()
      await shot('talk')
      await resident.say('着火了')
      await resident.lineWith('请马上离开')
      await shot('danger')
      await resident.openTab('小区群')
      chat.say({ conversationId: 'room:east-lake', from: 'neighbour', name: '邻居乙', text: '3栋门口的灯也不亮' })
      await resident.say('我们那也是 @小助手 灯坏了')
      await resident.lineWith('已受理')
      await shot('room')
    })
  }

  for (const { name, viewport, colorScheme } of cases.filter(({ size }) => size === 'normal')) {
    it(`draws the desk on ${name}`, async () => {
      const { page } = await openPage(browser, { chinese: true, viewport, colorScheme })
      const staff = new DeskPage(page)
      const shot = async (what: string) => page.screenshot({ path: join(folder, `desk-${what}-${name}.png`), fullPage: true })
      desk.requests.clear()
      desk.conversations.clear()
      desk.isSetUp = false
      await staff.open(server.url)
      await page.getByText('第一次使用').waitFor()
      await page.evaluate('document.fonts.ready.then(() => 1)')
      await shot('login')
      await page.goto(`${server.url}/desk/invite/good`)
      await page.getByRole('button', { name: '建好账号' }).waitFor()
      await shot('invitation')
      await staff.open(server.url)
      await staff.logIn('lin', deskPassword)
      await page.getByText('没有未办结的工单').waitFor()
      await shot('empty')
      desk.requests.set('1', aRequest({ id: '1' }))
      desk.requests.set('2', aRequest({ id: '2', serviceName: '环境卫生', description: '垃圾桶三天没清了，味道很大，小区门口东侧', urges: [{ at: 0, residentId: 'r1' }], status: 'in-progress', owner: { kind: 'staff', id: 's1', name: '林工' } }))
      desk.requests.set('3', aRequest({ id: '3', serviceName: '养老服务', description: '想给母亲约助餐，每天中午', status: 'confirming' }))
      desk.conversations.set('web:r1', aConversation({ id: 'web:r1' }))
      desk.wait(aConversation({ id: 'web:r2', title: '居民乙', mode: 'waiting', urgent: true, reason: '居民说家里着火' }))
      desk.wait(aConversation({ id: 'web:r3', title: '居民丙', mode: 'waiting', reason: '居民要找人工' }))
      desk.file(aRequest({ id: '4', description: '单元门锁坏了' }))
      await staff.row('0004').waitFor()
      await page.locator('.el-notification').nth(2).waitFor()
      await shot('inbox')
      await page.reload()
      await staff.openRequest('0001')
      await shot('request')
      await staff.answer.fill('今天下午三点去修，请留门。')
      desk.colleagueTakes('1')
      await staff.act('接单')
      await page.getByText('刚刚有人更新').waitFor()
      await shot('conflict')
      await page.getByRole('link', { name: '对话' }).first().click()
      await page.getByText('居民乙').first().waitFor()
      await shot('conversations')
      await page.getByText('居民乙').first().click()
      await page.getByRole('button', { name: '接手' }).waitFor()
      await shot('conversation-waiting')
      await staff.takeConversation()
      await page.locator('textarea#say').waitFor()
      await shot('conversation-taken')
    })
  }
})
