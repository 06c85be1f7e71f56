import type { Page } from 'playwright-core'
import { describe, expect, it } from 'vitest'
import { findBarriers } from './browser.js'
import { madeUpDesk } from './desk-page.js'
import { aConversation, aRequest, deskPassword, FixtureDesk } from './fixture-desk.js'

const here = madeUpDesk(() => new FixtureDesk())
const { logIn: logInToDesk, open: openDesk } = here

const focused = (page: Page) => page.evaluate<string>('document.activeElement.textContent')

describe('logging in', () => {
  it('says the same for a wrong name and a wrong password, and keeps the name typed', async () => {
    const staff = await openDesk()
    await staff.logIn('lin', 'wrong')
    await staff.page.getByText('登录名或密码不对').waitFor()
    expect(await staff.page.getByLabel('登录名').inputValue()).toBe('lin')
    expect(await staff.page.getByLabel('密码').inputValue()).toBe('')
  })

  it('shows the page that was asked for afterwards', async () => {
    here.desk.requests.set('1', aRequest({ id: '1' }))
    const staff = await openDesk()
    await staff.page.goto(`${here.server.url}/desk/requests/east-lake/1`)
    await staff.logIn('lin', deskPassword)
    await staff.page.getByRole('heading', { name: /DH-2611-0001/ }).waitFor()
  })

  it('tells at the first start where the first account comes from', async () => {
    here.desk.isSetUp = false
    const staff = await openDesk()
    await staff.page.getByText('一次性链接').waitFor()
  })

  it('makes the first admin from the one-time link, not before name and passwords fit', async () => {
    const staff = await openDesk()
    await staff.acceptInvitation(`${here.server.url}/desk/invite/good`, { login: 'Lin', name: '林工', password: 'short' })
    await staff.page.getByText('密码至少 8 个字符').waitFor()
    await staff.acceptInvitation(`${here.server.url}/desk/invite/good`, { login: 'Lin', name: '林工', password: deskPassword })
    await staff.page.getByRole('navigation', { name: '工单范围' }).waitFor()
  })

  it('says of a link that is used or broken what to do', async () => {
    const staff = await openDesk()
    await staff.page.goto(`${here.server.url}/desk/invite/bad`)
    await staff.page.getByText('请找管理员再要一个').waitFor()
  })

  it('ends with 退出, and nothing half written is left for the next person', async () => {
    here.desk.requests.set('1', aRequest({ id: '1' }))
    const staff = await logInToDesk()
    await staff.openRequest('0001')
    await staff.answer.fill('写到一半')
    await staff.logOut()
    await staff.page.getByRole('button', { name: '登录' }).waitFor()
    expect(await staff.page.evaluate('JSON.stringify(sessionStorage)')).toBe('{}')
  })

  it('shows the login form by itself when the server has ended the login', async () => {
    const staff = await logInToDesk()
    here.desk.endSessions()
    await here.server.goDown()
    await here.server.goUp()
    await staff.page.getByText('登录已结束').waitFor()
  })

  it('keeps what is half written when the login ends by itself', async () => {
    here.desk.requests.set('1', aRequest({ id: '1' }))
    const staff = await logInToDesk()
    await staff.openRequest('0001')
    await staff.answer.fill('写到一半')
    here.desk.endSessions()
    await staff.act('答复居民')
    await staff.page.getByText('登录已结束').waitFor()
    await staff.logIn('lin', deskPassword)
    await staff.answer.waitFor()
    expect(await staff.answer.inputValue()).toBe('写到一半')
  })
})

describe('colleagues', () => {
  it('are asked in by an admin with a one-time link, for the communities chosen', async () => {
    here.desk.role = 'admin'
    const staff = await logInToDesk()
    await staff.page.getByRole('link', { name: '同事' }).click()
    await staff.act('做一个链接')
    await staff.page.getByText('请至少选一个社区').waitFor()
    await staff.page.getByRole('checkbox', { name: '北门社区' }).check()
    await staff.act('做一个链接')
    await staff.page.getByText(`${here.server.url}/desk/invite/good`).waitFor()
    expect(here.desk.invited).toEqual([{ role: 'staff', scope: ['north-gate'] }])
    expect(await findBarriers(staff.page)).toEqual([])
  })

  it('are no business of those who are no admin', async () => {
    const staff = await logInToDesk()
    await staff.page.goto(`${here.server.url}/desk/colleagues`)
    await staff.page.getByText('没有这个页面').waitFor()
    expect(await staff.page.getByRole('link', { name: '同事' }).count()).toBe(0)
  })
})

describe('the inbox', () => {
  it('is empty with a sentence, and live: a new request comes in by itself and is announced', async () => {
    const staff = await logInToDesk()
    await staff.page.getByText('没有未办结的工单').waitFor()
    here.desk.file(aRequest({ id: '7', description: '单元门锁坏了' }))
    await staff.row('单元门锁坏了').waitFor()
    await staff.page.getByText('新工单 DH-2611-0007').click()
    await staff.page.getByRole('heading', { level: 1, name: /DH-2611-0007/ }).waitFor()
  })

  it('counts each view and shows what belongs to it', async () => {
    here.desk.requests.set('1', aRequest({ id: '1' }))
    here.desk.requests.set('2', aRequest({ id: '2', owner: { kind: 'staff', id: 's1', name: '林工' } }))
    const staff = await logInToDesk()
    await staff.openView('我的')
    await staff.row('0002').waitFor()
    expect(await staff.page.locator('a.request-row').count()).toBe(1)
    expect(await staff.page.getByRole('navigation', { name: '工单范围' }).innerText()).toMatch(/未办结\s*2\s*我的\s*1\s*待接单\s*1/)
    expect(staff.page.url()).toContain('view=mine')
    // They follow what comes in, wherever one looks.
    here.desk.file(aRequest({ id: '3' }))
    await expect.poll(() => staff.page.getByRole('navigation', { name: '工单范围' }).innerText()).toMatch(/未办结\s*3\s*我的\s*1\s*待接单\s*2/)
  })

  it('puts residents who wait for a person on top, those in danger first', async () => {
    const staff = await logInToDesk()
    here.desk.wait(aConversation({ id: 'web:r3', title: '居民丙', mode: 'waiting' }))
    here.desk.wait(aConversation({ id: 'web:r2', title: '居民乙', mode: 'waiting', urgent: true, reason: '居民说家里着火' }))
    await staff.waitingRow('居民乙').waitFor()
    await staff.waitingRow('居民丙').waitFor()
    expect(await staff.page.locator('.waiting a.talk-row').allInnerTexts()).toEqual([expect.stringContaining('居民乙'), expect.stringContaining('居民丙')])
    expect(await staff.waitingRow('居民乙').getAttribute('class')).toContain('is-urgent')
    await expect.poll(() => staff.page.title()).toBe('(2) 一窗工作台')
    await staff.page.getByText('有人遇到急事').waitFor()
    here.desk.wait(aConversation({ id: 'web:r2', title: '居民乙', mode: 'staff', takenBy: '陈工' }))
    await staff.page.getByText('有人遇到急事').waitFor({ state: 'detached' })
    await staff.waitingRow('居民乙').waitFor({ state: 'detached' })
  })

  it('is worked with j, k, t, r and Enter', async () => {
    for (const id of ['1', '2', '3']) here.desk.requests.set(id, aRequest({ id }))
    const staff = await logInToDesk()
    const { page } = staff
    await staff.row('0003').waitFor()
    await page.keyboard.press('j')
    expect(await focused(page)).toContain('DH-2611-0003')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('k')
    expect(await focused(page)).toContain('DH-2611-0002')
    await page.keyboard.press('t')
    await page.getByText('DH-2611-0002 已接单').waitFor()
    expect(here.desk.requests.get('2')?.owner).toEqual({ kind: 'staff', id: 's1', name: '林工' })
    await page.locator('a.request-row:focus', { hasText: 'DH-2611-0002' }).waitFor()
    await page.keyboard.press('r')
    await page.locator('#answer:focus').waitFor()
    await page.goBack()
    await page.locator('a.request-row:focus', { hasText: 'DH-2611-0002' }).waitFor()
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: /DH-2611-0001/ }).waitFor()
  })

  it('says that the network is gone, and catches up when it is back', async () => {
    const staff = await logInToDesk()
    await here.server.goDown()
    await staff.page.getByText('与服务器断开了').waitFor()
    here.desk.requests.set('9', aRequest({ id: '9', description: '断线时来的' }))
    await here.server.goUp()
    await staff.row('断线时来的').waitFor()
    expect(await staff.page.getByText('与服务器断开了').count()).toBe(0)
  })
})

describe('a request', () => {
  const talk = () => aConversation({ id: 'web:r1' })

  it('shows what it is about, the talk with its sources, and its life in Chinese', async () => {
    here.desk.requests.set('1', aRequest({ id: '1' }))
    here.desk.conversations.set('web:r1', talk())
    const staff = await logInToDesk()
    await staff.openRequest('0001')
    expect(await staff.status.innerText()).toBe('已派单')
    expect(await staff.steps.allInnerTexts()).toEqual(['一窗：已受理 → 已派单', '一窗：已提交 → 已受理', '居民：已提交'])
    await staff.page.getByText('详情').click()
    expect(await staff.page.locator('.citation').first().innerText()).toContain('甲政发〔2019〕1号')
  })

  it('is taken, answered and closed; the resident is asked whether it is solved', async () => {
    here.desk.requests.set('1', aRequest({ id: '1' }))
    const staff = await logInToDesk()
    await staff.openRequest('0001')
    await staff.act('接单')
    await staff.page.getByRole('button', { name: '办结', exact: true }).waitFor()
    await staff.write('今天下午去修')
    await staff.page.getByText('答复居民：已办好').waitFor()
    expect(await staff.answer.inputValue()).toBe('')
    await staff.write('已修好', '办结')
    await staff.page.getByText('办结：已办好').waitFor()
    expect(await staff.status.innerText()).toBe('待居民确认')
    expect(here.desk.made).toEqual([{ name: 'take', reason: null, brings: null }, { name: 'reply', reason: '今天下午去修', brings: null }, { name: 'close', reason: null, brings: { kind: 'evidence', attachmentIds: [], statement: '已修好' } }])
  })

  it('is not answered with nothing', async () => {
    here.desk.requests.set('1', aRequest({ id: '1' }))
    const staff = await logInToDesk()
    await staff.openRequest('0001')
    await staff.act('答复居民')
    await staff.page.getByText('要先写几句').waitFor()
    expect(here.desk.made).toEqual([])
  })

  it('is declined only after a second thought', async () => {
    here.desk.requests.set('1', aRequest({ id: '1' }))
    const staff = await logInToDesk()
    await staff.openRequest('0001')
    await staff.act('接单')
    await staff.act('不予受理')
    const asked = staff.page.getByRole('dialog')
    await asked.getByLabel('说明').fill('这件事归供电公司，请拨 95598')
    await asked.getByRole('button', { name: '再想想' }).click()
    await asked.waitFor({ state: 'hidden' })
    await staff.act('不予受理')
    // What was written is still there; without a way for the resident it is not sent.
    expect(await asked.getByLabel('说明').inputValue()).toContain('供电公司')
    await asked.getByRole('button', { name: '不予受理' }).click()
    await asked.getByText('请选居民可以走的途径').waitFor()
    await asked.getByLabel(/由别的单位负责/).check()
    expect(await findBarriers(staff.page)).toEqual([])
    await asked.getByRole('button', { name: '不予受理' }).click()
    await staff.page.getByText('不予受理：已办好').waitFor()
    expect(here.desk.made.slice(1)).toEqual([{ name: 'decline', reason: '这件事归供电公司，请拨 95598', brings: { kind: 'route', route: 'other-unit' } }])
  })

  it('is given to a colleague by the lead, from a list with what each has in hand', async () => {
    here.desk.role = 'lead'
    here.desk.requests.set('1', aRequest({ id: '1', status: 'in-progress', owner: { kind: 'staff', id: 's2', name: '陈工' } }))
    const staff = await logInToDesk()
    await staff.openRequest('0001')
    await staff.act('改派')
    const asked = staff.page.getByRole('dialog')
    await asked.locator('.el-select').click()
    await staff.page.getByRole('option', { name: '王芳，手上 2 件' }).click()
    await asked.getByLabel('说明').fill('陈工休假')
    await asked.getByRole('button', { name: '改派' }).click()
    await staff.page.getByText('改派：已办好').waitFor()
    expect(here.desk.made).toEqual([{ name: 'reassign', reason: '陈工休假', brings: { kind: 'owner', owner: { kind: 'staff', id: 's3', name: '王芳' } } }])
    expect(await staff.steps.first().innerText()).toContain('改派给王芳')
  })

  it('whose dialog is open when a colleague is quicker keeps what was written, and says what happened', async () => {
    here.desk.requests.set('1', aRequest({ id: '1' }))
    const staff = await logInToDesk()
    await staff.openRequest('0001')
    await staff.act('接单')
    await staff.act('退回')
    const asked = staff.page.getByRole('dialog')
    await asked.getByLabel('说明').fill('不在我这片')
    const known = here.desk.requests.get('1')
    if (known === undefined) throw new Error('no request')
    here.desk.requests.set('1', { ...known, rev: known.rev + 1, urges: [{ at: 1, residentId: 'r1' }] })
    await asked.getByRole('button', { name: '退回' }).click()
    await asked.getByText('您写的话还在').waitFor()
    expect(await asked.getByLabel('说明').inputValue()).toBe('不在我这片')
  })

  it('that a colleague was quicker with shows what changed and keeps the words', async () => {
    here.desk.requests.set('1', aRequest({ id: '1' }))
    const staff = await logInToDesk()
    await staff.openRequest('0001')
    await staff.answer.fill('今天下午去修')
    here.desk.colleagueTakes('1')
    await staff.act('答复居民')
    await staff.page.getByText('刚刚有人更新了这张工单').waitFor()
    expect(await staff.page.locator('.meanwhile').innerText()).toContain('陈工：接单，已派单 → 办理中')
    expect(await staff.answer.inputValue()).toBe('今天下午去修')
    expect(here.desk.made).toEqual([])
    await staff.act('答复居民')
    await staff.page.getByText('答复居民：已办好').waitFor()
  })

  it('follows a colleague live', async () => {
    here.desk.requests.set('1', aRequest({ id: '1' }))
    const staff = await logInToDesk()
    await staff.openRequest('0001')
    here.desk.colleagueTakes('1')
    here.desk.tell({ type: 'request', communityId: 'east-lake', id: '1', number: 'DH-2611-0001', isNew: false })
    await staff.page.locator('.page-head .el-tag', { hasText: '办理中' }).waitFor()
  })

  it('of another community, or none, is not there', async () => {
    const staff = await logInToDesk()
    await staff.page.goto(`${here.server.url}/desk/requests/elsewhere/404`)
    await staff.page.getByText('没有这张工单，或不在您的社区').waitFor()
  })
})

describe('a conversation', () => {
  it('is taken over, answered and given back', async () => {
    here.desk.conversations.set('web:r2', aConversation({ id: 'web:r2', title: '居民乙', mode: 'waiting' }))
    const staff = await logInToDesk()
    await staff.waitingRow('居民乙').click()
    await staff.takeConversation()
    await staff.sayInConversation('您好，我是林工')
    await staff.page.locator('.said.by-staff', { hasText: '您好，我是林工' }).waitFor()
    await staff.releaseConversation()
    await staff.page.getByRole('button', { name: '接手' }).waitFor()
    expect(here.desk.conversations.get('web:r2')?.mode).toBe('bot')
  })

  it('shows what the resident says meanwhile, at once', async () => {
    here.desk.conversations.set('web:r2', aConversation({ id: 'web:r2', title: '居民乙', mode: 'staff', takenBy: '林工' }))
    const staff = await logInToDesk()
    await staff.page.goto(`${here.server.url}/desk/conversations/east-lake/web%3Ar2`)
    await staff.page.getByText('3栋2单元楼道灯坏了').waitFor()
    const now = here.desk.conversations.get('web:r2') ?? aConversation({ id: 'web:r2' })
    here.desk.wait({ ...now, lines: [...now.lines, { id: '9', at: 0, from: 'resident', name: '居民乙', text: '还在吗', citations: [], attachments: [], requestId: null }] })
    await staff.page.getByText('还在吗').waitFor()
  })

  it('marks a line that its author took back or changed', async () => {
    const said = { at: 0, from: 'resident', name: '居民乙', citations: [], attachments: [], requestId: null } as const
    const lines = [{ ...said, id: '7', text: '（居民撤回了这条消息）', changed: 'recalled' }, { ...said, id: '8', text: '是2栋的灯', changed: 'edited' }, { ...said, id: '9', text: '还在吗' }] as const
    here.desk.conversations.set('web:r2', aConversation({ id: 'web:r2', title: '居民乙', mode: 'staff', takenBy: '林工', lines }))
    const staff = await logInToDesk()
    await staff.page.goto(`${here.server.url}/desk/conversations/east-lake/web%3Ar2`)
    await staff.page.getByText('是2栋的灯').waitFor()
    expect(await staff.page.locator('.said-changed').allTextContents()).toEqual(['居民撤回', '已修改'])
  })
})

describe('every page of the desk', () => {
  it('shows no barrier that axe knows', async () => {
    here.desk.requests.set('1', aRequest({ id: '1', urges: [{ at: 0, residentId: 'r1' }] }))
    here.desk.requests.set('2', aRequest({ id: '2', status: 'confirming' }))
    here.desk.conversations.set('web:r1', aConversation({ id: 'web:r1' }))
    here.desk.conversations.set('web:r2', aConversation({ id: 'web:r2', title: '居民乙', mode: 'waiting', urgent: true }))
    here.desk.role = 'lead'
    const staff = await openDesk()
    const { page } = staff
    const found: string[] = []
    const look = async (where: string) => found.push(...(await findBarriers(page)).map((barrier) => `${where}: ${barrier}`))
    await page.getByRole('button', { name: '登录' }).waitFor()
    await look('login')
    await page.goto(`${here.server.url}/desk/invite/good`)
    await page.getByRole('button', { name: '建好账号' }).waitFor()
    await look('invitation')
    await staff.open(here.server.url)
    await staff.logIn('lin', deskPassword)
    await staff.row('0001').waitFor()
    here.desk.tell({ type: 'conversation', communityId: 'east-lake', id: 'web:r2', waiting: true, urgent: true })
    await page.getByText('有人遇到急事').waitFor()
    await look('inbox')
    await staff.openRequest('0001')
    await page.getByText('详情').click()
    await staff.answer.fill('写')
    here.desk.colleagueTakes('1')
    await staff.act('答复居民')
    await page.getByText('刚刚有人更新').waitFor()
    await look('request')
    await staff.act('不予受理')
    await page.getByRole('button', { name: '再想想' }).waitFor()
    await look('dialog')
    await page.getByRole('button', { name: '再想想' }).click()
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await page.getByRole('link', { name: /^对话/ }).click()
    await page.locator('a.talk-row', { hasText: '居民乙' }).waitFor()
    await look('conversations')
    await page.locator('a.talk-row', { hasText: '居民乙' }).click()
    await page.getByText('居民可能有危险').waitFor()
    await look('conversation')
    await staff.takeConversation()
    await page.locator('textarea#say').waitFor()
    await look('conversation taken')
    expect(found).toEqual([])
  })

  it('needs no sideways scrolling on a phone', async () => {
    here.desk.requests.set('1', aRequest({ id: '1', description: `很长${'a'.repeat(200)}` }))
    here.desk.conversations.set('web:r1', aConversation({ id: 'web:r1', title: 'b'.repeat(120), mode: 'waiting' }))
    const staff = await logInToDesk({ width: 320, height: 640 })
    const isWide = () => staff.page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth')
    await staff.row('0001').waitFor()
    expect(await isWide()).toBe(false)
    await staff.openRequest('0001')
    expect(await isWide()).toBe(false)
    await staff.page.getByRole('link', { name: '打开整段对话' }).click()
    await staff.page.getByRole('button', { name: '接手' }).waitFor()
    expect(await isWide()).toBe(false)
  })
})
