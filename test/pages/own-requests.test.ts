import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { findBarriers } from './browser.js'
import { ChatPage } from './chat-page.js'
import { FixtureChat } from './fixture-chat.js'
import { madeUpPages } from './made-up-pages.js'

/** Pictures for people to look at: SCREENSHOTS=/tmp/pages npx vitest run test/pages/own-requests */
const folder = process.env['SCREENSHOTS'] ?? ''

const here = madeUpPages(() => new FixtureChat())

async function openOwn(viewport = { width: 360, height: 740 }): Promise<ChatPage> {
  const resident = new ChatPage(await here.open({ viewport, chinese: folder !== '' }))
  await resident.open(`${here.server.url}/?community=east-lake`)
  await resident.box.waitFor()
  await resident.page.getByRole('tab', { name: '我的工单' }).click()
  await resident.page.getByRole('heading', { name: '我的工单' }).waitFor()
  return resident
}

const at = Date.UTC(2026, 10, 22, 2, 0)
const mine = { number: 'DH-2611-0042', kind: '公共照明', status: '办理中', isOpen: true, filedAt: at, updatedAt: at, words: '3栋2单元楼道灯坏了', end: null }

describe('「我的工单」 in the web chat', () => {
  it('lists what is open and what has ended, and asks how one goes in the private chat', async () => {
    here.fixture.ownRequests.push(mine, { ...mine, number: 'DH-2611-0007', kind: '环境卫生', status: '已解决', isOpen: false, words: '8栋门口垃圾没人清', end: { words: '已清运', photos: [] } })
    const { page } = await openOwn()
    await page.getByText('还在办的').waitFor()
    expect(await page.locator('.own-list').nth(1).innerText()).toMatch(/DH-2611-0007[\s\S]*已解决[\s\S]*8栋门口垃圾没人清[\s\S]*办理结果：已清运/)
    await page.getByRole('button', { name: '问进展 DH-2611-0042' }).click()
    await page.locator('article.from-me', { hasText: '查进度 DH-2611-0042' }).waitFor()
    expect(await page.getByRole('tab', { name: '私聊' }).getAttribute('aria-selected')).toBe('true')
  })

  it('finds an earlier request by number and code, once both have their form', async () => {
    const { page } = await openOwn()
    await page.getByText('您在这里还没有登记过').waitFor()
    await page.getByLabel('工单编号').fill('0042')
    await page.getByLabel(/^查询码/).fill('12345')
    await page.getByRole('button', { name: '找回' }).click()
    await page.getByText('查询码是六位数字').last().waitFor()
    await page.getByLabel(/^查询码/).fill('123 456')
    await page.getByLabel(/^手机后四位/).fill('0042')
    await page.getByRole('button', { name: '找回' }).click()
    await page.locator('article.from-me', { hasText: '0042 查询码 123456 尾号0042' }).waitFor()
  })

  it('is reached and left by the arrow keys', async () => {
    const { page } = await openOwn()
    await page.getByRole('tab', { name: '我的工单' }).focus()
    await page.keyboard.press('ArrowLeft')
    expect(await page.getByRole('tab', { name: '小区群' }).getAttribute('aria-selected')).toBe('true')
    await page.keyboard.press('ArrowRight')
    await page.getByRole('heading', { name: '我的工单' }).waitFor()
  })

  it.each([{ width: 360, height: 740 }, { width: 320, height: 640 }])('has no barrier that axe knows and fits $width pixels', async (viewport) => {
    here.fixture.ownRequests.push(mine)
    const { page } = await openOwn(viewport)
    await page.getByText('DH-2611-0042').waitFor()
    expect(await findBarriers(page)).toEqual([])
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    if (folder !== '') {
      await page.evaluate('document.fonts.ready.then(() => 1)')
      await page.screenshot({ path: join(folder, `own-requests-${viewport.width}.png`) })
    }
  })
})
