import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServerProcess } from '../../src/bench/server-process.js'
import { aHouse } from '../cluster/house.js'
import { openBrowser, openPage } from './browser.js'
import { ChatPage } from './chat-page.js'
import { DeskPage, firstInvitation } from './desk-page.js'

/** Two processes on one database; the resident's phone is with the one, the desk with the other. */
describe('a resident and a member of staff whose browsers are with different processes', () => {
  let browser: Browser
  let residents: ServerProcess
  let staffs: ServerProcess
  beforeAll(async () => {
    const house = await aHouse()
    residents = await house.process()
    staffs = await house.process()
    browser = await openBrowser()
  }, 120_000)
  afterAll(() => browser.close())

  it('see each other’s words as they are written, in a request and in a conversation', async () => {
    const phone = await openPage(browser)
    const screen = await openPage(browser, { viewport: { width: 1280, height: 800 } })
    const resident = new ChatPage(phone.page)
    const staff = new DeskPage(screen.page)
    await staff.acceptInvitation(firstInvitation(residents).replace(residents.url, staffs.url), { login: 'lin', name: '林工', password: 'a long enough word' })
    await screen.page.getByText('没有未办结的工单').waitFor()

    await resident.open(`${residents.url}/?community=huzhou-demo`)
    await resident.box.waitFor()
    await resident.say('3栋2单元楼道灯坏了')
    const number = /HZ-\d{4}-\d{4}/.exec(await (await resident.lineWith('已受理')).innerText())?.[0] ?? 'no number'
    await staff.row(number).waitFor()
    await staff.openRequest(number)
    await staff.act('接单')
    await staff.write('灯泡已换好', '办结')
    await resident.lineWith('解决了吗')
    await phone.page.getByRole('log').getByRole('button', { name: '解决了' }).first().click()
    await screen.page.locator('.page-head .el-tag', { hasText: '已解决' }).waitFor()

    await resident.askForPerson()
    await staff.open(staffs.url)
    await screen.page.locator('.waiting a.talk-row').first().click()
    await staff.takeConversation()
    await resident.lineWith('林工已经看到')
    await resident.say('一个社区配几个工作人员')
    await screen.page.locator('.said', { hasText: '一个社区配几个工作人员' }).waitFor()
    await staff.sayInConversation('您好，我来查一下')
    await resident.lineWith('我来查一下')
    expect(await resident.lines('staff').filter({ hasText: '我来查一下' }).count()).toBe(1)
    expect([...phone.faults, ...screen.faults]).toEqual([])
  }, 90_000)
})
