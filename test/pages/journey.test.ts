import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServerProcess } from '../../src/bench/server-process.js'
import { aFolder, aServer } from '../journeys/running.js'
import { findBarriers, openBrowser, openPage } from './browser.js'
import { ChatPage } from './chat-page.js'
import { DeskPage, firstInvitation } from './desk-page.js'

/** The whole product: two browsers, one server, nothing made up. */
describe('a resident and a member of staff, each at a browser', () => {
  let browser: Browser
  let server: ServerProcess
  beforeAll(async () => {
    server = await aServer(aFolder())
    browser = await openBrowser()
  })
  afterAll(() => browser.close())

  it('go from a broken lamp to a lamp that is mended', async () => {
    const phone = await openPage(browser)
    const screen = await openPage(browser, { viewport: { width: 1280, height: 800 } })
    const resident = new ChatPage(phone.page)
    const staff = new DeskPage(screen.page)
    await staff.acceptInvitation(firstInvitation(server), { login: 'lin', name: '林工', password: 'a long enough word' })
    await screen.page.getByText('没有未办结的工单').waitFor()

    await resident.open(`${server.url}/?community=huzhou-demo`)
    await resident.box.waitFor()
    await resident.say('3栋2单元楼道灯坏了')
    const receipt = await (await resident.lineWith('已受理')).innerText()
    const number = /HZ-\d{4}-\d{4}/.exec(receipt)?.[0] ?? 'no number'

    await staff.row(number).waitFor()
    await staff.openRequest(number)
    await staff.act('接单')
    await screen.page.getByText('接单：已办好').waitFor()
    await staff.write('师傅今天下午去修')
    expect(await (await resident.lineWith('师傅今天下午去修')).innerText()).toContain('林工（工作人员）')
    await staff.write('灯泡已换好', '办结')
    await resident.lineWith('解决了吗')
    // The resident's phone may hear of it before the desk's own page does.
    await staff.status.filter({ hasText: '待居民确认' }).waitFor()

    await phone.page.getByRole('log').getByRole('button', { name: '解决了' }).first().click()
    await screen.page.locator('.page-head .el-tag', { hasText: '已解决' }).waitFor()
    expect([...(await findBarriers(phone.page)), ...(await findBarriers(screen.page)), ...phone.faults, ...screen.faults]).toEqual([])
  })

  it('talk with each other when the resident asks for a person; the bot is silent meanwhile', async () => {
    const phone = await openPage(browser)
    const screen = await openPage(browser, { viewport: { width: 1280, height: 800 } })
    const resident = new ChatPage(phone.page)
    const staff = new DeskPage(screen.page)
    await staff.open(server.url)
    await staff.logIn('lin', 'a long enough word')
    await resident.open(`${server.url}/?community=puyang-demo`)
    await resident.box.waitFor()
    await resident.askForPerson()
    await resident.lines('bot').first().waitFor()
    await screen.page.locator('.waiting a.talk-row').first().click()
    await staff.takeConversation()
    await resident.lineWith('林工已经看到')
    const botLines = await resident.lines('bot').count()
    await resident.say('一个社区配几个工作人员')
    await screen.page.locator('.said', { hasText: '一个社区配几个工作人员' }).waitFor()
    await staff.sayInConversation('您好，我来查一下')
    await resident.lineWith('我来查一下')
    expect(await resident.lines('bot').count()).toBe(botLines)
    await staff.releaseConversation()
    await screen.page.getByRole('button', { name: '接手' }).waitFor()
    expect([...phone.faults, ...screen.faults]).toEqual([])
  })

  it('hear different, sourced answers to one question in two places', async () => {
    const answers: string[] = []
    for (const community of ['huzhou-demo', 'puyang-demo', 'langfang-demo']) {
      const { page, faults } = await openPage(browser)
      const resident = new ChatPage(page)
      await resident.open(`${server.url}/?community=${community}`)
      await resident.box.waitFor()
      await resident.say('一个社区配几个工作人员')
      await page.getByText('详情').first().click()
      answers.push(await page.locator('.citation').first().innerText())
      expect(faults).toEqual([])
    }
    expect(new Set(answers).size).toBe(3)
    for (const answer of answers) expect(answer).toMatch(/《.+》[\s\S]*位置[\s\S]*状态/)
    expect(answers[2]).toContain('征求意见稿')
  })
})
