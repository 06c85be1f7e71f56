import { randomBytes } from 'node:crypto'
import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { findBarriers, type PageWish } from './browser.js'
import { ChatPage } from './chat-page.js'
import { FixtureChat } from './fixture-chat.js'
import { madeUpPages } from './made-up-pages.js'

const here = madeUpPages(() => new FixtureChat())

async function openChat(wish: PageWish & { community?: string | null } = {}): Promise<ChatPage> {
  const { community = '东湖社区', ...rest } = wish
  const resident = new ChatPage(await here.open(rest))
  await resident.open(here.server.url)
  if (community !== null) await resident.chooseCommunity(community)
  return resident
}

const isWiderThanScreen = (page: Page) => page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')

describe('choosing a community', () => {
  it('is asked first, and remembered when the page is opened again', async () => {
    const resident = await openChat()
    await resident.page.reload()
    await resident.box.waitFor()
    expect(await resident.page.getByRole('heading', { level: 1 }).innerText()).toContain('东湖社区')
  })

  it('puts the one chosen last first when the server has forgotten the browser', async () => {
    const resident = await openChat({ community: '北门社区' })
    here.fixture.forgetResidents()
    await resident.page.reload()
    await resident.page.getByText('上次选的').waitFor()
    expect(await resident.page.locator('.community').first().innerText()).toContain('北门社区')
  })

  it('is done by a link that names the community, as on a notice at the door', async () => {
    const resident = await openChat({ community: null })
    await resident.open(`${here.server.url}/?community=north-gate`)
    await resident.box.waitFor()
    expect(await resident.page.getByRole('heading', { level: 1 }).innerText()).toContain('北门社区')
  })
})

describe('talking', () => {
  it('sends with Enter, makes a new line with Shift+Enter, and says that it arrived', async () => {
    const resident = await openChat()
    await resident.box.fill('第一行')
    await resident.box.press('Shift+Enter')
    await resident.box.pressSequentially('第二行')
    await resident.box.press('Enter')
    await resident.page.locator('.delivery', { hasText: '已送达' }).waitFor()
    expect(await resident.lines('me').locator('.text').innerText()).toBe('第一行\n第二行')
    expect(await resident.box.inputValue()).toBe('')
  })

  it('shows the short answers under the question and sends the one tapped', async () => {
    const resident = await openChat()
    await resident.say('3栋2单元楼道灯坏了')
    await resident.lineWith('已受理')
    await resident.choose('不对，我改一下')
    await resident.page.getByRole('button', { name: '转人工' }).waitFor()
    expect(await resident.lines('me').last().locator('.text').innerText()).toBe('不对，我改一下')
    expect(await resident.page.getByRole('button', { name: '不对，我改一下' }).count()).toBe(0)
  })

  it('shows behind 详情 the document, number, place in it, state, words, whole clause and raw text', async () => {
    const resident = await openChat()
    await resident.say('一个社区配几个工作人员')
    const line = await resident.openDetails('若干名')
    // The words that answer stand out, in the answer and in the quotation behind it.
    expect(await line.locator('strong.answer, blockquote strong').allTextContents()).toEqual(['若干名', '若干名'])
    const first = line.locator('.citation').nth(0)
    const words = await first.innerText()
    for (const part of ['《关于示例社区工作的实施意见》', '甲政发〔2019〕1号', '二 / (三) / 3', '2019-03-01', '现行文件', '每个社区配备示例人员若干名。']) expect(words).toContain(part)
    await first.getByText('整条原文').click()
    expect(await first.getByText('具体由街道安排').isVisible()).toBe(true)
    await first.getByText('文件里的原样文字').click()
    expect(await first.getByText('示例人员 若干名').isVisible()).toBe(true)
    expect(await line.locator('.citation').nth(1).innerText()).toContain('征求意见稿，还不是正式规定')
    expect(await line.locator('.citation').nth(2).innerText()).toContain('居委会登记')
  })

  it('puts advice in danger into a red box, read out at once, with the number to call one tap away', async () => {
    const resident = await openChat()
    await resident.say('楼上着火了')
    const line = await resident.lineWith('请马上离开')
    expect(await line.getByRole('link', { name: '拨打 119' }).getAttribute('href')).toBe('tel:119')
    expect(await resident.page.getByRole('alert').innerText()).toContain('请马上离开')
    expect(await line.getAttribute('class')).toContain('urgent')
  })

  it('has a person one tap away, from the room as well', async () => {
    const resident = await openChat()
    await resident.openTab('小区群')
    await resident.askForPerson()
    await resident.lineWith('已请值班人员来')
    expect(await resident.page.getByRole('tab', { name: '私聊' }).getAttribute('aria-selected')).toBe('true')
  })

  it('shows in the room what neighbours say, and counts what came while one looked elsewhere', async () => {
    const one = await openChat()
    const two = await openChat()
    await two.openTab('小区群')
    await two.say('今天停水吗')
    await one.page.locator('.unread', { hasText: '1' }).waitFor()
    await one.openTab('小区群')
    expect(await one.lines('neighbour').innerText()).toContain('今天停水吗')
    expect(await one.page.locator('.unread').count()).toBe(0)
    await two.say('@小助手 灯坏了')
    await one.lineWith('已受理')
    expect(await one.lines('me').count()).toBe(0)
  })

  it('shows that an answer is being written, until it comes', async () => {
    const resident = await openChat()
    await resident.say('你好')
    await resident.lineWith('没有写这个')
    here.fixture.typing(here.fixture.newestPrivate)
    await resident.page.getByText('正在回复').waitFor()
    here.fixture.say({ conversationId: here.fixture.newestPrivate, from: 'staff', name: '林工', text: '我来答' })
    await resident.lineWith('我来答')
    expect(await resident.page.getByText('正在回复').count()).toBe(0)
  })

  it('goes back through older lines without losing the place', async () => {
    const resident = await openChat()
    for (let i = 1; i <= 120; i += 1) here.fixture.say({ conversationId: here.fixture.newestPrivate, from: 'bot', text: `第${i}句` })
    await resident.page.reload()
    await resident.lineWith('第120句')
    expect(await resident.page.getByText('第71句', { exact: true }).count()).toBe(1)
    await resident.page.getByRole('button', { name: '看更早的' }).click()
    await resident.page.getByText('第21句', { exact: true }).waitFor()
    await resident.page.getByRole('button', { name: '看更早的' }).click()
    await resident.page.getByText('第1句', { exact: true }).waitFor()
    expect(await resident.page.getByRole('button', { name: '看更早的' }).count()).toBe(0)
    expect(await resident.lines('bot').count()).toBe(120)
  })
})

describe('a bad line', () => {
  it('loses nothing said while the network is gone and sends each once when it is back', async () => {
    const resident = await openChat()
    await resident.say('第一句')
    await resident.lineWith('没有写这个')
    await here.server.goDown()
    await resident.page.getByText('网络断了').waitFor()
    await resident.say('断网时说的')
    await resident.say('又说一句')
    await resident.page.getByText('等网络，连上就发').first().waitFor()
    await here.server.goUp()
    await resident.page.getByText('网络断了').waitFor({ state: 'detached' })
    await resident.lines('bot').nth(2).waitFor()
    expect(here.fixture.lines.filter((line) => line.from === 'me').map((line) => line.text)).toEqual(['第一句', '断网时说的', '又说一句'])
    expect(await resident.lines('me').locator('.text').allInnerTexts()).toEqual(['第一句', '断网时说的', '又说一句'])
  })

  it('keeps what waits over a reload of the page', async () => {
    const resident = await openChat()
    here.fixture.refusals.push({ status: 503, message: '没有登记成功，请稍后再发' })
    await resident.say('请别丢了我')
    await resident.page.getByText('没有登记成功，请稍后再发').waitFor()
    await resident.page.reload()
    await resident.page.getByRole('button', { name: '重发' }).click()
    await resident.lineWith('没有写这个')
    expect(new Set(here.fixture.posted).size).toBe(1)
    expect(here.fixture.lines.filter((line) => line.from === 'me').map((line) => line.text)).toEqual(['请别丢了我'])
  })

  it('shows what was said meanwhile once the stream stands again', async () => {
    const resident = await openChat()
    await resident.say('你好')
    await resident.lineWith('没有写这个')
    await here.server.goDown()
    here.fixture.say({ conversationId: here.fixture.newestPrivate, from: 'staff', name: '林工', text: '刚才您不在时说的' })
    await here.server.goUp()
    await resident.lineWith('刚才您不在时说的')
  })

  it('leaves no gap when much was said meanwhile', async () => {
    const resident = await openChat()
    await resident.say('你好')
    await resident.lineWith('没有写这个')
    await here.server.goDown()
    for (let i = 1; i <= 60; i += 1) here.fixture.say({ conversationId: here.fixture.newestPrivate, from: 'staff', name: '林工', text: `第${i}句` })
    await here.server.goUp()
    await resident.lineWith('第60句')
    await resident.page.getByRole('button', { name: '看更早的' }).click()
    await resident.page.getByText('第1句', { exact: true }).waitFor()
    expect(await resident.lines('staff').count()).toBe(60)
    expect(await resident.lines('me').count()).toBe(1)
  })

  it('asks for the community again when the server no longer knows the browser, and then sends what waited', async () => {
    const resident = await openChat()
    await here.server.goDown()
    await resident.say('别忘了我')
    here.fixture.forgetResidents()
    await here.server.goUp()
    await resident.page.getByText('请再选一次您的社区').waitFor()
    await resident.chooseCommunity('东湖社区')
    await resident.lineWith('没有写这个')
    expect(here.fixture.lines.filter((line) => line.from === 'me').map((line) => line.text)).toEqual(['别忘了我'])
  })

  it('keeps a line half written over a reload', async () => {
    const resident = await openChat()
    await resident.box.fill('写到一半')
    await resident.page.reload()
    await resident.box.waitFor()
    expect(await resident.box.inputValue()).toBe('写到一半')
  })
})

describe('pictures', () => {
  const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')

  it('are shown in the line once they have arrived', async () => {
    const resident = await openChat()
    await resident.sendPicture({ name: 'a.png', mimeType: 'image/png', buffer: png })
    await resident.page.locator('article.from-me .picture img[src^="/api/chat/attachments/"]').waitFor()
    expect([...here.fixture.uploads.values()][0]?.equals(png)).toBe(true)
  })

  it('that are none are refused with a sentence, and the resident can go on', async () => {
    const resident = await openChat()
    await resident.sendPicture({ name: 'a.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') })
    await resident.page.getByText('这不是能看的照片').waitFor()
    await resident.page.getByRole('button', { name: '不发了' }).click()
    await resident.say('灯坏了')
    await resident.lineWith('已受理')
  })

  it('above 10 MB that cannot be made smaller never leave the phone', async () => {
    const resident = await openChat()
    await resident.sendPicture({ name: 'a.jpg', mimeType: 'image/jpeg', buffer: randomBytes(10 * 1024 * 1024 + 1) })
    await resident.page.getByText('超过 10 MB').waitFor()
    expect(here.fixture.posted).toEqual([])
  })
})

describe('old eyes, small phones, no mouse', () => {
  it('is set in at least 20 px, larger on demand, and stays so', async () => {
    const resident = await openChat()
    const sizeOf = () => resident.page.evaluate<number>('parseFloat(getComputedStyle(document.querySelector("textarea")).fontSize)')
    expect(await sizeOf()).toBe(20)
    await resident.page.getByRole('button', { name: /^字号/ }).click()
    expect(await sizeOf()).toBe(24)
    await resident.page.getByRole('button', { name: /^字号/ }).click()
    expect(await sizeOf()).toBe(28)
    await resident.page.reload()
    await resident.box.waitFor()
    expect(await sizeOf()).toBe(28)
  })

  for (const [name, viewport] of [['320 px', { width: 320, height: 568 }], ['a phone on its side', { width: 640, height: 320 }], ['1280 px at 400 %', { width: 320, height: 200 }]] as const) {
    it(`needs no sideways scrolling on ${name}, in the largest type`, async () => {
      const resident = await openChat({ viewport })
      for (let i = 0; i < 2; i += 1) await resident.page.getByRole('button', { name: /^字号/ }).click()
      await resident.say('一个社区配几个工作人员')
      await resident.openDetails('若干名')
      await resident.say(`很长的一个词${'a'.repeat(200)}`)
      await resident.lineWith('没有写这个')
      expect(await isWiderThanScreen(resident.page)).toBe(false)
      expect(await resident.page.evaluate<boolean>('[...document.querySelectorAll(".log")].some((e) => e.scrollWidth > e.clientWidth)')).toBe(false)
    })
  }

  it('has targets of 48 px and more', async () => {
    const resident = await openChat()
    await resident.say('3栋2单元楼道灯坏了')
    await resident.page.getByRole('button', { name: '不对，我改一下' }).waitFor()
    const small = await resident.page.evaluate<string[]>(`[...document.querySelectorAll('button, textarea, summary')]
      .filter((e) => e.getBoundingClientRect().height < 48 || e.getBoundingClientRect().width < 44).map((e) => e.outerHTML)`)
    expect(small).toEqual([])
  })

  it('can be used from choosing to answering with the keyboard alone', async () => {
    const resident = await openChat({ community: null, viewport: { width: 1280, height: 800 } })
    const { page } = resident
    await page.getByRole('button', { name: '北门社区' }).waitFor()
    await page.keyboard.press('Tab')
    await page.keyboard.press('Enter')
    await page.locator('#say:focus').waitFor()
    await page.reload()
    await page.locator('#say:focus').waitFor()
    await page.evaluate('document.activeElement.blur(); scrollTo(0, 0)')
    await page.getByRole('tab', { name: '私聊' }).focus()
    for (let i = 0; i < 4; i += 1) await page.keyboard.press('Shift+Tab')
    expect(await page.evaluate('document.activeElement.textContent')).toBe('跳到输入框')
    await page.keyboard.press('Enter')
    await page.keyboard.type('灯坏了')
    await page.keyboard.press('Enter')
    await resident.lineWith('已受理')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('Shift+Tab')
    expect(await page.evaluate('document.activeElement.textContent.trim()')).toBe('对')
    await page.keyboard.press('Enter')
    await page.locator('#say:focus').waitFor()
    await page.getByRole('tab', { name: '私聊' }).focus()
    await page.keyboard.press('ArrowRight')
    await page.locator('#tab-group:focus').waitFor()
  })

  for (const colorScheme of ['light', 'dark'] as const) {
    it(`shows no barrier that axe knows, ${colorScheme}`, async () => {
      const resident = await openChat({ community: null, colorScheme })
      await resident.page.getByText('东湖社区').waitFor()
      expect(await findBarriers(resident.page)).toEqual([])
      await resident.chooseCommunity('东湖社区')
      expect(await findBarriers(resident.page)).toEqual([])
      await resident.say('一个社区配几个工作人员')
      const line = await resident.openDetails('若干名')
      await line.getByText('整条原文').first().click()
      await resident.say('着火了')
      await resident.lineWith('请马上离开')
      here.fixture.refusals.push({ status: 503, message: '没有登记成功，请稍后再发' })
      await resident.say('还有')
      await resident.page.getByRole('button', { name: '重发' }).waitFor()
      expect(await findBarriers(resident.page)).toEqual([])
      await resident.openTab('小区群')
      expect(await findBarriers(resident.page)).toEqual([])
    })
  }
})
