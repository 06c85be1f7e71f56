import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ServerProcess } from '../../src/bench/server-process.js'
import type { Role } from '../../src/desk/accounts.js'
import { aFolder, aServer } from '../journeys/running.js'
import { aPng } from '../channels/pictures.js'
import { findBarriers, openBrowser, openPage, type Watched } from './browser.js'
import { ChatPage } from './chat-page.js'
import { DeskPage, firstInvitation } from './desk-page.js'

const password = 'a long enough word'
const wide = { viewport: { width: 1280, height: 900 } }

/** The whole product: colleagues at a browser each, a resident at another, one server, nothing made up. */
describe('colleagues at the same request', () => {
  let browser: Browser
  let server: ServerProcess
  let admin: DeskPage
  let lead: DeskPage
  let auditor: DeskPage
  let resident: ChatPage
  let number = ''
  const opened: Watched[] = []

  async function atDesk(link: string, login: string, name: string): Promise<DeskPage> {
    const watched = await openPage(browser, wide)
    opened.push(watched)
    const desk = new DeskPage(watched.page)
    await desk.acceptInvitation(link, { login, name, password })
    await watched.page.getByRole('navigation', { name: '工单范围' }).waitFor()
    return desk
  }
  async function invite(role: Role): Promise<string> {
    const path = await admin.page.evaluate<string>(`fetch('/api/desk/invitations', { method: 'POST', headers: { 'x-yichuang': 'desk', 'content-type': 'application/json' }, body: ${JSON.stringify(JSON.stringify({ role, scope: 'all' }))} }).then((answer) => answer.json()).then(({ path }) => path)`)
    return server.url + path
  }

  beforeAll(async () => {
    server = await aServer(aFolder())
    browser = await openBrowser()
    admin = await atDesk(firstInvitation(server), 'lin', '林工')
    lead = await atDesk(await invite('lead'), 'fang', '王芳')
    auditor = await atDesk(await invite('auditor'), 'shen', '沈审')
    const phone = await openPage(browser)
    opened.push(phone)
    resident = new ChatPage(phone.page)
    await resident.open(`${server.url}/?community=huzhou-demo`)
    await resident.box.waitFor()
    await resident.say('3栋2单元楼道灯坏了')
    number = /HZ-\d{4}-\d{4}/.exec(await (await resident.lineWith('已受理')).innerText())?.[0] ?? 'no number'
    await admin.openRequest(number)
    await lead.openRequest(number)
    await auditor.openRequest(number)
  })
  afterAll(async () => {
    await browser.close()
    expect(opened.flatMap(({ faults }) => faults)).toEqual([])
  })

  it('what was closed by mistake is taken back before the resident hears of it; both desks see it as it stands', async () => {
    await admin.act('接单')
    await resident.lineWith('已有人接手')
    await admin.write('灯换好了', '办结')
    await lead.status.filter({ hasText: '待居民确认' }).waitFor()
    await admin.page.getByRole('group', { name: '刚才的一步' }).getByRole('button', { name: '撤销' }).click()
    await admin.page.getByText('办结已撤销，没有通知居民').waitFor()
    await lead.status.filter({ hasText: '办理中' }).waitFor()
    expect(await resident.page.getByText('灯换好了').count()).toBe(0)
  })

  it('a colleague called by name hears it at once and finds it under 提到我的; the resident does not', async () => {
    await lead.page.getByRole('link', { name: /^← 回到/ }).click()
    await admin.page.locator('#note').fill('@王')
    await admin.page.locator('#note').press('End')
    await admin.page.getByRole('button', { name: '@王芳' }).click()
    await admin.page.locator('#note').pressSequentially('这家有老人，语气缓一点')
    await admin.act('记下')
    await admin.page.getByText('备注记下了，已告诉王芳').waitFor()
    await lead.page.getByText(`林工在 ${number} 里叫您`).waitFor()
    await lead.page.getByRole('navigation', { name: '工单范围' }).getByRole('link', { name: /^提到我的\s*1/ }).click()
    await lead.openRequest(number)
    await lead.page.getByText('这家有老人，语气缓一点').waitFor()
    expect(await resident.page.getByText('语气缓一点').count()).toBe(0)
  })

  it('two who write at once lose nothing: the second reads what the first wrote beside the own words, and decides', async () => {
    await admin.answer.fill('师傅今天下午去')
    await lead.answer.fill('师傅明天上午去')
    // Both are sent before either is answered.
    let sent = 0
    let letGo = (): void => undefined
    const bothSent = new Promise<void>((resolve) => { letGo = resolve })
    for (const { page } of [admin, lead]) {
      await page.route((url) => url.pathname.endsWith('/moves'), async (route) => {
        if (++sent === 2) letGo()
        await bothSent
        await route.continue()
      })
    }
    await Promise.all([admin.act('答复居民'), lead.act('答复居民')])
    const [done, warned] = [admin, lead].map(({ page }) => [page.getByText('答复居民：已办好'), page.locator('.both')] as const)
    if (done === undefined || warned === undefined) throw new Error('two desks')
    await expect.poll(async () => (await Promise.all([done[0].count(), warned[0].count()])).reduce((sum, one) => sum + one, 0)).toBeGreaterThan(0)
    const second = (await done[0].count()) > 0 ? lead : admin
    const [mine, theirs] = second === lead ? ['师傅明天上午去', '师傅今天下午去'] : ['师傅今天下午去', '师傅明天上午去']
    await second.page.locator('.both').waitFor()
    expect(await second.page.locator('.both').innerText()).toMatch(new RegExp(`${theirs}[\\s\\S]*${mine}`))
    expect(await second.answer.inputValue()).toBe(mine)
    await second.answer.fill('')
    await resident.lineWith(theirs)
    expect(await resident.page.getByText(mine).count()).toBe(0)
  })

  it('a second matter is split off; the resident is told once, with both numbers', async () => {
    await admin.act('分单')
    const asked = admin.page.getByRole('dialog', { name: '分单' })
    await asked.getByLabel('分出来的事').fill('门口垃圾也没人清')
    await asked.locator('.el-select').click()
    await admin.page.locator('.el-select-dropdown__item:visible').first().click()
    await asked.getByRole('button', { name: '分单' }).click()
    await admin.page.getByText('分单：已办好').waitFor()
    const told = await (await resident.lineWith('分成两张一起办')).innerText()
    expect(new Set(told.match(/HZ-\d{4}-\d{4}/g)).size).toBe(2)
    await admin.page.getByRole('list', { name: '相关的工单' }).getByRole('link').waitFor()
  })

  it('a photo goes with an answer, also when the page was read anew in between, and its resident sees it', async () => {
    await admin.page.locator('.answer input[type=file]').setInputFiles({ name: 'lamp.png', mimeType: 'image/png', buffer: aPng() })
    await admin.page.getByRole('link', { name: '第 1 份' }).waitFor()
    await admin.page.reload()
    await admin.page.getByRole('link', { name: '第 1 份' }).waitFor()
    const seen = resident.page.waitForResponse((response) => response.url().includes('/api/chat/attachments/'))
    await admin.write('这是换好以后的样子')
    await resident.lineWith('这是换好以后的样子')
    expect((await seen).status()).toBe(200)
    expect(await admin.page.getByRole('link', { name: '第 1 份' }).count()).toBe(0)
  })

  it('an auditor reads it and can change nothing', async () => {
    await auditor.steps.first().waitFor()
    expect(await auditor.page.getByText('这家有老人，语气缓一点').count()).toBe(1)
    for (const name of ['接单', '答复居民', '办结', '记下', '分单', '接手对话']) expect([name, await auditor.page.getByRole('button', { name, exact: true }).count()]).toEqual([name, 0])
    await auditor.page.goto(`${server.url}/desk/supervision`)
    await auditor.page.getByRole('heading', { name: /月报/ }).waitFor()
    expect(await findBarriers(auditor.page)).toEqual([])
  })

  it('a lead sees who and which grid has how much in hand, and opens the list behind it', async () => {
    await lead.page.goto(`${server.url}/desk/supervision`)
    await lead.page.getByLabel('看哪个社区').selectOption('huzhou-demo')
    await lead.page.getByRole('link', { name: /林工在办，看这些工单/ }).click()
    await lead.row(number).waitFor()
    expect(lead.page.url()).toMatch(/owner=staff/)
    expect(await findBarriers(lead.page)).toEqual([])
  })
})
