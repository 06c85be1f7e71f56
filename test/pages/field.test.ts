import { join } from 'node:path'
import type { Browser, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { ServiceRequest } from '../../src/requests/service-request.js'
import { aCommunity, aRequest, huzhou, runningServer, type RunningServer } from '../desk/running-server.js'
import { findBarriers, openBrowser, openPage, type Watched } from './browser.js'
import { openLine, type Line } from './line.js'

/** Pictures for people to look at, drawn when asked for: SCREENSHOTS=/tmp/pages npx vitest run test/pages/field */
const folder = process.env['SCREENSHOTS'] ?? ''
const pages = join(import.meta.dirname, '../../dist/web')
const home = { ...aCommunity(huzhou, '示例社区'), grids: [
  { name: '第一网格', person: { name: '李师傅', role: '网格员' }, buildings: ['3栋', '4栋'], areas: [] },
  { name: '第二网格', person: { name: '周师傅', role: '网格员' }, buildings: ['8栋'], areas: [] },
] }

let browser: Browser
let server: RunningServer
let line: Line
let url: string
let opened: Watched[]
beforeAll(async () => { browser = await openBrowser() })
afterAll(() => browser.close())
beforeEach(async () => {
  opened = []
  server = await runningServer({ communities: [home], pages })
  line = await openLine(await server.listen())
  url = line.url
})
afterEach(async () => {
  // A page that is cut off from the server says so in the console; that is what it is cut off for.
  const faults = opened.flatMap((each) => each.faults).filter((fault) => !/net::ERR_/.test(fault))
  await Promise.all(opened.map((each) => each.page.context().close()))
  await line.close()
  await server.close()
  expect(faults).toEqual([])
})

const file = (id: string, change: Partial<ServiceRequest> = {}) => server.store.commit(huzhou, [{ op: 'put', table: 'requests', row: aRequest(id, { status: 'assigned', ...change }) }])
const kept = async (id: string): Promise<ServiceRequest> => (await server.store.get(huzhou, 'requests', id))!
const historyOf = async (id: string) => (await kept(id)).history.map(({ move, note }) => `${move ?? 'note'}:${note ?? ''}`)

/** A grid worker with a phone, at the field page. */
async function atWork(): Promise<{ page: Page; worker: { id: string; name: string } }> {
  const { account, cookies } = await server.staff('staff')
  const watched = await openPage(browser, { viewport: { width: 360, height: 740 }, hasTouch: true, chinese: folder !== '', geolocation: { latitude: 30.89, longitude: 120.09, accuracy: 24 } })
  opened.push(watched)
  await watched.page.context().addCookies([{ name: 'desk', value: cookies.get('desk')!, url }])
  await watched.page.goto(`${url}/desk/field`)
  await watched.page.getByRole('heading', { name: '外勤' }).waitFor()
  return { page: watched.page, worker: account }
}

/** The phone says that it has no network, and there is none. */
async function loseLine(page: Page): Promise<void> {
  line.cut()
  await page.context().setOffline(true)
}
async function findLine(page: Page): Promise<void> {
  line.mend()
  await page.context().setOffline(false)
}

const card = (page: Page, id: string) => page.getByRole('article', { name: `HZ-2611-${id}` })
/** The browser keeps the page only once its worker has all files. */
const whenKept = (page: Page) => page.evaluate(`(async () => {
  await navigator.serviceWorker.ready
  for (;;) {
    const kept = (await (await caches.open('yichuang-desk')).keys()).map(({ url }) => new URL(url).pathname)
    if (kept.includes('/desk/') && kept.some((path) => path.includes('field-page'))) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
})()`)

/** A picture as a phone's camera makes it: far larger than it need be. */
async function aLargePhoto(page: Page): Promise<Buffer> {
  const made = await page.evaluate<string>(`(() => {
    const canvas = document.createElement('canvas'); canvas.width = 3200; canvas.height = 2400
    const pen = canvas.getContext('2d'); pen.fillStyle = '#246'; pen.fillRect(0, 0, 3200, 2400); pen.fillStyle = '#fd6'; pen.fillRect(900, 700, 800, 800)
    return canvas.toDataURL('image/jpeg', 0.9).split(',')[1]
  })()`)
  return Buffer.from(made, 'base64')
}
const shoot = async (page: Page, id: string) => card(page, id).locator('input[type=file]').setInputFiles({ name: 'camera.jpg', mimeType: 'image/jpeg', buffer: await aLargePhoto(page) })

/** Width and height that a JPEG file says it has. */
function sizeOf(jpeg: Buffer): readonly [number, number] {
  for (let at = 2; at < jpeg.length;) {
    const marker = jpeg[at + 1] ?? 0
    if (marker >= 0xc0 && marker <= 0xc2) return [jpeg.readUInt16BE(at + 7), jpeg.readUInt16BE(at + 5)]
    at += 2 + jpeg.readUInt16BE(at + 2)
  }
  throw new Error('no size in this picture')
}

describe('the field page', () => {
  it('shows the visits of today first and what is near before what is far', async () => {
    await file('r1', { address: '8栋1单元' })
    await file('r2', { address: '4栋2单元' })
    await file('r3', { address: '3栋', appointment: { slotId: null, at: '2026-11-20T14:00:00+08:00', until: '2026-11-20T15:00:00+08:00', what: '上门' }, consent: { at: 1, by: 'web:r1', forWhom: '我妈', allows: 'visit', matter: '认证', asked: '', answered: '对' } })
    const { page } = await atWork()
    const numbers = () => page.evaluate<string[]>(`[...document.querySelectorAll('article')].map((one) => one.getAttribute('aria-label'))`)
    await card(page, 'r3').waitFor()
    expect(await card(page, 'r3').innerText()).toMatch(/14:00[\s\S]*上门[\s\S]*代「我妈」登记，称其同意上门/)
    await page.getByLabel('我在哪一片').selectOption('8栋')
    await expect.poll(numbers).toEqual(['HZ-2611-r3', 'HZ-2611-r1', 'HZ-2611-r2'])
    await page.getByLabel('我在哪一片').selectOption('3栋')
    await expect.poll(numbers).toEqual(['HZ-2611-r3', 'HZ-2611-r2', 'HZ-2611-r1'])
  })

  it('signs in on the spot: with the place and how exact it is where that is wished, without it where not, or not allowed', async () => {
    await file('r1')
    const { page } = await atWork()
    await card(page, 'r1').getByRole('button', { name: '上门签到' }).click()
    await card(page, 'r1').getByText('签到记下了，没有记位置').waitFor()
    await page.getByLabel('签到时记下位置').check()
    await card(page, 'r1').getByRole('button', { name: '上门签到' }).click()
    await card(page, 'r1').getByText('浏览器没有允许取位置').waitFor()
    await page.context().grantPermissions(['geolocation'], { origin: url })
    await card(page, 'r1').getByRole('button', { name: '上门签到' }).click()
    await card(page, 'r1').getByText('签到记下了，位置误差约 24 米').waitFor()
    await expect.poll(() => historyOf('r1')).toEqual(['note:上门签到，没有记位置', 'note:上门签到，没有记位置', 'note:上门签到，位置误差约 24 米'])
    await card(page, 'r1').getByText(/李师傅.*到过，位置误差约 24 米/).waitFor()
  })

  it('works through a lost line: order taken, photo, end; the page opens again without a line, and all goes out once when it is back', async () => {
    await file('r1', { address: '3栋2单元' })
    const { page } = await atWork()
    await card(page, 'r1').waitFor()
    await whenKept(page)
    await loseLine(page)
    await card(page, 'r1').getByRole('button', { name: '接单' }).click()
    await card(page, 'r1').getByRole('button', { name: '上门签到' }).click()
    await shoot(page, 'r1')
    await card(page, 'r1').getByText('照片记下了').waitFor()
    await card(page, 'r1').getByRole('button', { name: '办结' }).click()
    await page.getByLabel('办得怎样，居民会看到').fill('换了灯泡，已亮')
    await card(page, 'r1').getByText('带上照片 1 张').waitFor()
    await card(page, 'r1').getByRole('button', { name: '办结' }).click()
    await page.getByText('4 步还在手机里，有网络就送出').waitFor()
    if (folder !== '') await page.screenshot({ path: join(folder, 'field-offline.png'), fullPage: true })
    await page.reload()
    await page.getByText('没有网络。下面是上次取到的内容').waitFor()
    await page.getByText('4 步还在手机里，有网络就送出').waitFor()
    expect(await card(page, 'r1').innerText()).toMatch(/3栋2单元[\s\S]*接单[\s\S]*上门签到[\s\S]*现场照片[\s\S]*办结[\s\S]*已办结，等网络送出/)
    expect(await kept('r1')).toMatchObject({ status: 'assigned', history: [] })
    await findLine(page)
    await page.getByText('都送出了').waitFor()
    expect(await historyOf('r1')).toEqual(['take:', 'note:上门签到，没有记位置', 'note:现场照片', 'close:换了灯泡，已亮'])
    const { attachmentIds, status } = await kept('r1')
    expect([status, attachmentIds.length]).toEqual(['done', 1])
    expect(sizeOf(Buffer.from((await server.store.loadBlob(huzhou, attachmentIds[0]!))!))).toEqual([1600, 1200])
  })

  it('keeps the photos and the words of an end through a reload: they go with it, though the photos were sent before', async () => {
    await file('r1')
    const { page } = await atWork()
    await card(page, 'r1').getByRole('button', { name: '接单' }).click()
    await shoot(page, 'r1')
    await page.getByText('都送出了').waitFor()
    await card(page, 'r1').getByRole('button', { name: '办结' }).click()
    await page.getByLabel('办得怎样，居民会看到').fill('换了灯泡')
    await expect.poll(() => page.evaluate<number>(`(async () => {
      const kept = await new Promise((done) => { const asked = indexedDB.open('yichuang-field'); asked.onsuccess = () => { const all = asked.result.transaction('works').objectStore('works').getAll(); all.onsuccess = () => { asked.result.close(); done(all.result) } } })
      return kept.filter(({ statement, taken }) => statement === '换了灯泡' && taken.length === 1).length
    })()`)).toBe(1)
    await page.reload()
    await card(page, 'r1').getByText('带上照片 1 张').waitFor()
    expect(await page.getByLabel('办得怎样，居民会看到').inputValue()).toBe('换了灯泡')
    await card(page, 'r1').getByRole('button', { name: '办结' }).click()
    await expect.poll(async () => (await kept('r1')).status).toBe('done')
    expect((await kept('r1')).attachmentIds).toHaveLength(1)
    expect((await kept('r1')).history.at(-1)).toMatchObject({ move: 'close', note: '换了灯泡' })
  })

  it('tells what others did meanwhile, keeps what was written, and sends it when its person still wants it', async () => {
    await file('r1')
    const { page } = await atWork()
    await card(page, 'r1').getByRole('button', { name: '接单' }).click()
    await page.getByText('都送出了').waitFor()
    expect((await kept('r1')).status).toBe('in-progress')
    await loseLine(page)
    await card(page, 'r1').getByRole('button', { name: '办结' }).click()
    await page.getByLabel('办得怎样，居民会看到').fill('换了灯泡')
    await card(page, 'r1').getByRole('button', { name: '办结' }).click()
    await page.getByText('1 步还在手机里').waitFor()
    const row = await kept('r1')
    await server.store.commit(huzhou, [{ op: 'put', table: 'requests', row: { ...row, history: [...row.history, { at: server.clock.now, actor: { kind: 'resident', id: 'web:r1' }, from: row.status, to: row.status, note: '四楼的也不亮', move: 'supplement' }] } }])
    await findLine(page)
    await page.getByText('办结没有送成').waitFor()
    expect(await card(page, 'r1').getByRole('alert').innerText()).toContain('都还在手机里')
    expect(await card(page, 'r1').innerText()).toMatch(/居民：居民补充 四楼的也不亮[\s\S]*「换了灯泡」/)
    if (folder !== '') await page.screenshot({ path: join(folder, 'field-conflict.png'), fullPage: true })
    expect((await kept('r1')).status).toBe('in-progress')
    await page.getByRole('button', { name: '仍然送出' }).click()
    await expect.poll(async () => (await kept('r1')).status).toBe('done')
  })

  it('leaves nothing of a person on the phone after signing out, and says first what would be lost', async () => {
    await file('r1', { description: '王阿姨家3栋灯坏了' })
    const { page } = await atWork()
    await card(page, 'r1').waitFor()
    await whenKept(page)
    await loseLine(page)
    await card(page, 'r1').getByRole('button', { name: '上门签到' }).click()
    await page.getByText('1 步还在手机里').waitFor()
    await findLine(page)
    // The step goes out by itself; what is asked about is what could not.
    await page.getByText('都送出了').waitFor()
    await loseLine(page)
    await shoot(page, 'r1')
    await page.getByText('1 步还在手机里').waitFor()
    await page.getByRole('button', { name: '退出', exact: true }).click()
    await page.getByText('手机里还有 1 步没有送出').waitFor()
    await page.getByRole('button', { name: '先不退出' }).click()
    await page.getByRole('button', { name: '退出', exact: true }).click()
    await page.getByRole('button', { name: '删掉并退出' }).click()
    await page.getByRole('button', { name: '登录' }).waitFor()
    const left = await page.evaluate<string>(`(async () => {
      const held = await new Promise((resolve, reject) => {
        const asked = indexedDB.open('yichuang-field')
        asked.onerror = () => reject(asked.error)
        asked.onsuccess = async () => {
          const rows = []
          for (const name of asked.result.objectStoreNames) rows.push(...await new Promise((done) => { const all = asked.result.transaction(name).objectStore(name).getAll(); all.onsuccess = () => done(all.result) }))
          resolve(rows)
        }
      })
      const cached = []
      for (const name of await caches.keys()) cached.push(...(await (await caches.open(name)).keys()).map(({ url }) => new URL(url).pathname))
      return JSON.stringify({ held, session: { ...sessionStorage }, local: Object.keys(localStorage).sort(), cached: cached.filter((path) => path !== '/desk/' && !path.startsWith('/assets/')) })
    })()`)
    expect(JSON.parse(left)).toEqual({ held: [], session: {}, local: ['yichuang-desk-leave', 'yichuang-desk-who'], cached: [] })
    await page.reload()
    await page.getByText('连不上服务器，正在重试').waitFor()
    expect(await page.getByText('王阿姨').count()).toBe(0)
    await findLine(page)
    await page.getByRole('button', { name: '登录' }).waitFor()
    expect(await page.evaluate('localStorage.getItem("yichuang-desk-leave")')).toBeNull()
  })

  it.each([{ width: 360, height: 740 }, { width: 320, height: 640 }, { width: 1280, height: 800 }])('has no barrier that axe knows, buttons of a thumb\'s size, and fits $width pixels', async (viewport) => {
    await file('r1', { address: '3栋2单元', urges: [{ at: 1, residentId: 'web:r1' }] })
    await file('r2', { address: '8栋', description: '单元门锁坏了，进出都要喊人开，老人孩子不方便' })
    const { page } = await atWork()
    await page.setViewportSize(viewport)
    await card(page, 'r1').getByRole('button', { name: '接单' }).click()
    await card(page, 'r1').getByRole('button', { name: '办结' }).click()
    if (folder !== '') await page.screenshot({ path: join(folder, `field-${viewport.width}.png`), fullPage: true })
    expect(await findBarriers(page)).toEqual([])
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    const heights = await page.evaluate<number[]>(`[...document.querySelectorAll('.task-buttons > *')].map((one) => one.getBoundingClientRect().height)`)
    expect(Math.min(...heights)).toBeGreaterThanOrEqual(44)
  })

  it('is worked by keyboard alone', async () => {
    await file('r1')
    const { page } = await atWork()
    await card(page, 'r1').getByRole('link').focus()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect.poll(async () => (await kept('r1')).status).toBe('in-progress')
    await card(page, 'r1').getByRole('link').focus()
    for (const name of ['上门签到', '拍照', '办结']) {
      await page.keyboard.press('Tab')
      expect(await page.evaluate<string>('document.activeElement.closest("label, button").innerText')).toContain(name)
    }
    await page.keyboard.press('Enter')
    await page.keyboard.type('换了灯泡')
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await expect.poll(async () => (await kept('r1')).status).toBe('done')
  })
})
