import { describe, expect, it } from 'vitest'
import type { RequestRow } from '../../src/desk/api-types.js'
import { findBarriers } from './browser.js'
import { madeUpDesk, type DeskPage } from './desk-page.js'
import { aConversation, aRequest, FixtureDesk } from './fixture-desk.js'

const here = madeUpDesk(() => new FixtureDesk())
const mine = { status: 'in-progress', owner: { kind: 'staff', id: 's1', name: '林工' } } as const

async function openRequest(given: Parameters<typeof aRequest>[0] = { id: '1', ...mine }, viewport?: { width: number; height: number }): Promise<DeskPage> {
  here.desk.requests.set(given.id, aRequest(given))
  const staff = await here.logIn(viewport)
  await staff.openRequest(given.id.padStart(4, '0'))
  return staff
}
const undoBar = ({ page }: DeskPage) => page.getByRole('group', { name: '刚才的一步' })

describe('a list of requests', () => {
  it('is narrowed, the address says how, and it is kept under a name of one’s own', async () => {
    here.desk.requests.set('1', aRequest({ id: '1' }))
    here.desk.requests.set('2', aRequest({ id: '2', address: '5栋', serviceCode: 'waste', serviceName: '垃圾清运' }))
    const staff = await here.logIn()
    const { page } = staff
    await page.getByRole('button', { name: '筛选', exact: true }).click()
    await page.getByLabel('楼栋').selectOption('5')
    await staff.row('0001').waitFor({ state: 'detached' })
    await staff.row('0002').waitFor()
    expect(page.url()).toContain('building=5')
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: '存成我的列表' }).click()
    await page.getByLabel('列表的名字').fill('5栋的')
    await page.getByRole('button', { name: '存下' }).click()
    await page.getByRole('link', { name: '5栋的' }).waitFor()
    await here.shot(staff, 'inbox-filters')
    await page.getByRole('button', { name: '去掉「楼栋」' }).click()
    await staff.row('0001').waitFor()
    await page.getByRole('link', { name: '5栋的' }).click()
    await staff.row('0001').waitFor({ state: 'detached' })
    expect(here.desk.views.views).toEqual([{ name: '5栋的', view: 'open', search: '', filters: { building: '5' } }])
    await page.getByRole('button', { name: '删掉列表「5栋的」' }).click()
    await page.getByRole('link', { name: '5栋的' }).waitFor({ state: 'detached' })
  })

  it('reads on by itself as one scrolls down, and the newest stays on top when something comes in', async () => {
    for (let id = 100; id < 250; id += 1) here.desk.requests.set(String(id), aRequest({ id: String(id) }))
    const { page } = await here.logIn()
    await page.locator('a.request-row').first().waitFor()
    await expect.poll(async () => {
      await page.mouse.wheel(0, 20_000)
      return page.locator('a.request-row').count()
    }, { timeout: 15_000 }).toBe(150)
    here.desk.file(aRequest({ id: '250' }))
    await expect.poll(() => page.locator('a.request-row').first().textContent()).toContain('0250')
    expect(await page.locator('a.request-row').count()).toBe(151)
  })

  it('is worked through from request to request, and come back to as it stood, at the row one was on', async () => {
    for (const id of ['1', '2', '3', '4']) here.desk.requests.set(id, aRequest({ id, ...(id === '4' ? { address: '5栋', serviceCode: 'waste', serviceName: '垃圾清运' } : {}) }))
    const staff = await here.logIn()
    const { page } = staff
    await page.goto(`${here.server.url}/desk/?view=unclaimed&service=lighting`)
    const heading = (id: string) => page.getByRole('heading', { level: 1, name: new RegExp(`DH-2611-000${id}`) })
    await staff.row('0003').click()
    await heading('3').waitFor()
    await page.getByRole('link', { name: '下一张' }).click()
    await heading('2').waitFor()
    await page.keyboard.press('j')
    await heading('1').waitFor()
    expect(await page.getByRole('link', { name: '下一张' }).count()).toBe(0)
    await page.keyboard.press('k')
    await heading('2').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('link', { name: '← 回到「待接单」' }).click()
    await staff.row('0002').waitFor()
    expect(page.url()).toMatch(/view=unclaimed&service=lighting$/)
    await expect.poll(() => page.evaluate<string>('document.activeElement.textContent')).toContain('0002')
    await page.keyboard.press('j')
    await expect.poll(() => page.evaluate<string>('document.activeElement.textContent')).toContain('0001')
  })

  it('says until when each is promised', async () => {
    here.desk.requests.set('1', aRequest({ id: '1' }))
    here.desk.dues.set('1', { dueAt: Date.UTC(2099, 10, 24, 9, 0), stage: 'early' })
    const staff = await here.logIn()
    await expect.poll(() => staff.row('0001').textContent()).toContain('2099年11月24日 17:00前')
  })

  it('tells its shortcuts at ?, and finds and filters by key', async () => {
    const staff = await here.logIn()
    const { page } = staff
    await page.getByText('没有未办结的工单').waitFor()
    await page.keyboard.press('?')
    const sheet = page.getByRole('dialog', { name: '键盘快捷键' })
    await sheet.waitFor()
    expect(await sheet.innerText()).toMatch(/j\s*下一张[\s\S]*u\s*撤销刚才的一步/)
    expect(await findBarriers(page)).toEqual([])
    await here.shot(staff, 'keys')
    await page.keyboard.press('Escape')
    await sheet.waitFor({ state: 'hidden' })
    await page.keyboard.press('f')
    await page.getByLabel('状态').waitFor()
    await page.keyboard.press('/')
    await page.keyboard.type('灯?')
    expect(await page.getByLabel('找工单').inputValue()).toBe('灯?')
    expect(await sheet.count()).toBe(0)
  })
})

describe('the last step', () => {
  it('is taken back within ten seconds, by button or by key, and the request stands as before', async () => {
    const staff = await openRequest({ id: '1' })
    await staff.act('接单')
    await undoBar(staff).getByText(/DH-2611-0001 接单，\d+ 秒内可以撤销/).waitFor()
    expect(await staff.status.innerText()).toBe('办理中')
    expect(await findBarriers(staff.page)).toEqual([])
    await here.shot(staff, 'undo')
    await staff.page.keyboard.press('u')
    await staff.page.getByText('DH-2611-0001 接单已撤销，没有通知居民').waitFor()
    expect(await staff.status.innerText()).toBe('已派单')
  })

  it('can still be taken back from the list', async () => {
    const staff = await openRequest({ id: '1' })
    await staff.act('接单')
    await staff.page.keyboard.press('i')
    await staff.row('0001').waitFor()
    await undoBar(staff).getByRole('button', { name: '撤销' }).click()
    await staff.page.getByText('接单已撤销').waitFor()
    expect(here.desk.requests.get('1')?.status).toBe('assigned')
  })

  it('is no longer offered once its time is over', async () => {
    here.desk.undoMs = 600
    const staff = await openRequest({ id: '1' })
    await staff.act('接单')
    await undoBar(staff).waitFor()
    await undoBar(staff).waitFor({ state: 'detached' })
  })
})

describe('words that are often needed', () => {
  it('stand in the box after three keys, with number and name filled in', async () => {
    here.desk.templates = [
      { id: 't1', serviceCode: 'waste', title: '清运', text: '明早清运', isFirst: false }, { id: 't2', serviceCode: null, title: '收到了', text: '您好，{编号}（{事项}）收到了，由我{姓名}跟进。{没有这个}', isFirst: true },
      { id: 't3', serviceCode: 'lighting', title: '换灯', text: '{地址}的灯今天换。', isFirst: false },
    ]
    const staff = await openRequest()
    for (const key of ['r', '/', '2']) {
      if (key === '2') await staff.page.getByText('收到了', { exact: true }).waitFor()
      await staff.page.keyboard.press(key)
    }
    await expect.poll(() => staff.answer.inputValue()).toBe('您好，DH-2611-0001（公共照明）收到了，由我林工跟进。{没有这个}')
    await staff.answer.fill('')
    await staff.page.keyboard.press('/')
    await staff.page.getByText('换灯').waitFor()
    expect(await staff.page.locator('.template strong').allInnerTexts()).toEqual(['换灯', '收到了'])
    expect(await findBarriers(staff.page)).toEqual([])
    await here.shot(staff, 'templates')
    await staff.page.keyboard.press('Escape')
    await staff.page.getByText('换灯').waitFor({ state: 'detached' })
    expect(await staff.answer.inputValue()).toBe('')
  })
})

describe('a note between colleagues', () => {
  it('calls a colleague by @, and is no answer to the resident', async () => {
    const staff = await openRequest()
    await staff.page.keyboard.press('n')
    await staff.page.locator('#note:focus').waitFor()
    await staff.page.keyboard.type('@王')
    await staff.page.getByRole('button', { name: '@王芳' }).waitFor()
    await staff.page.keyboard.press('Enter')
    await staff.page.keyboard.type('这家有老人，语气缓一点')
    await staff.act('记下')
    await staff.page.getByText('备注记下了，已告诉王芳').waitFor()
    expect(here.desk.made).toEqual([{ name: 'note', reason: '@王芳 这家有老人，语气缓一点', brings: { kind: 'mentions', staff: [{ id: 's3', name: '王芳' }] } }])
    expect(await staff.steps.first().innerText()).toContain('林工：内部备注')
    expect(await staff.page.locator('#note').inputValue()).toBe('')
  })

  it('in which I am called is announced to me, wherever I am', async () => {
    const staff = await here.logIn()
    here.desk.requests.set('1', aRequest({ id: '1' }))
    here.desk.tell({ type: 'mention', communityId: 'east-lake', id: '1', number: 'DH-2611-0001', staffIds: ['s2'], by: '王芳' })
    here.desk.tell({ type: 'mention', communityId: 'east-lake', id: '1', number: 'DH-2611-0001', staffIds: ['s1'], by: '陈工' })
    await staff.page.getByText('陈工在 DH-2611-0001 里叫您').click()
    await staff.page.getByRole('heading', { level: 1, name: /DH-2611-0001/ }).waitFor()
    expect(await staff.page.getByText('王芳在 DH-2611-0001').count()).toBe(0)
  })
})

describe('two matters in one request', () => {
  it('are split: the second is written down with its service', async () => {
    const staff = await openRequest({ id: '1', ...mine, description: '3栋灯坏了，还有门口垃圾没人清' })
    await staff.act('分单')
    const asked = staff.page.getByRole('dialog', { name: '分单' })
    await asked.getByRole('button', { name: '分单' }).click()
    await asked.getByText('请选事项').waitFor()
    await asked.getByLabel('分出来的事').fill('门口垃圾没人清')
    await asked.locator('.el-select').click()
    await staff.page.getByRole('option', { name: '垃圾清运' }).click()
    expect(await findBarriers(staff.page)).toEqual([])
    await here.shot(staff, 'split')
    await asked.getByRole('button', { name: '分单' }).click()
    await staff.page.getByText('分单：已办好').waitFor()
    expect(here.desk.made).toEqual([{ name: 'split', reason: null, brings: { kind: 'matter', serviceCode: 'waste', words: '门口垃圾没人清', filed: null } }])
  })
})

describe('work that goes from hand to hand', () => {
  const asked = ({ page }: DeskPage, name: string) => page.getByRole('dialog', { name })

  it('is offered to a colleague, and taken back as long as nobody took it', async () => {
    const staff = await openRequest()
    await staff.act('转办')
    await asked(staff, '转办').locator('.el-select').click()
    await staff.page.getByRole('option', { name: '王芳，手上 2 件' }).click()
    await asked(staff, '转办').getByLabel('说明').fill('王芳管照明')
    await asked(staff, '转办').getByRole('button', { name: '转办' }).click()
    await staff.page.getByText('转办：已办好').waitFor()
    expect(await staff.page.getByRole('region', { name: '时限和负责' }).innerText()).toMatch(/等承接\s*王芳，承接以前仍由 林工/)
    await staff.act('收回转办')
    await asked(staff, '收回转办').getByRole('button', { name: '收回转办' }).click()
    await staff.page.getByText('收回转办：已办好').waitFor()
    expect(here.desk.made).toMatchObject([{ name: 'forward', reason: '王芳管照明', brings: { kind: 'offer', to: { kind: 'staff', id: 's3' } } }, { name: 'recall-forward' }])
  })

  it('is handed back with the day by which it has to be given to somebody else', async () => {
    const staff = await openRequest()
    await staff.act('退回')
    await asked(staff, '退回').getByLabel('哪天以前派定').fill('2099-11-24')
    await asked(staff, '退回').getByLabel('哪天以前派定').press('Enter')
    await asked(staff, '退回').getByLabel('说明').fill('不归照明管')
    await asked(staff, '退回').getByRole('button', { name: '退回' }).click()
    await staff.page.getByText('退回：已办好').waitFor()
    expect(await staff.status.innerText()).toBe('退回')
    expect(here.desk.made).toMatchObject([{ name: 'return', reason: '不归照明管', brings: { kind: 'deadline', dueAt: Date.parse('2099-11-24T23:59:00+08:00') } }])
  })

  it('is called back about after a bad mark, with what the resident said', async () => {
    here.desk.role = 'lead'
    const staff = await openRequest({ id: '1', status: 'resolved', owner: { kind: 'staff', id: 's2', name: '陈工' }, ratings: [{ at: 1, residentId: 'r1', stars: 1, words: '等了一个星期' }] })
    expect(await staff.page.locator('.facts').first().innerText()).toMatch(/评价\s*1 分 等了一个星期/)
    await staff.act('回访')
    await asked(staff, '回访').getByLabel('说明').fill('已道歉，师傅明天再去看')
    await asked(staff, '回访').getByRole('button', { name: '回访' }).click()
    await staff.page.getByText('回访：已办好').waitFor()
    expect(here.desk.made).toEqual([{ name: 'call-back', reason: '已道歉，师傅明天再去看', brings: null }])
  })
})

describe('a visit', () => {
  it('is planned with time and person; into a home only with the resident’s yes', async () => {
    const staff = await openRequest()
    await staff.act('约定上门')
    const asked = staff.page.getByRole('dialog', { name: '约定上门' })
    await asked.getByLabel('什么时候去').fill('2099-11-24 09:30')
    await asked.getByLabel('什么时候去').press('Enter')
    await asked.locator('.day-box .el-select').click()
    await staff.page.getByRole('option', { name: '10:30' }).click()
    await asked.getByLabel('谁去').fill('周师傅')
    await asked.getByLabel('进居民家').check()
    await asked.getByRole('button', { name: '约定上门' }).click()
    await asked.getByText(/请写明居民哪天、怎么同意的/).waitFor()
    expect(here.desk.made).toEqual([])
    expect(await findBarriers(staff.page)).toEqual([])
    await here.shot(staff, 'visit')
    await asked.getByLabel('居民哪天、怎么同意的').fill('23日电话里说可以来')
    await asked.getByRole('button', { name: '约定上门' }).click()
    await staff.page.getByText('约定上门：已办好').waitFor()
    expect(here.desk.made[0]).toMatchObject({ name: 'plan-visit', reason: '23日电话里说可以来', brings: { visit: { at: Date.parse('2099-11-24T09:30:00+08:00'), until: Date.parse('2099-11-24T10:30:00+08:00'), helper: '周师傅', where: 'home' } } })
    expect(await staff.page.locator('.facts').first().innerText()).toMatch(/上门\s*2099年11月24日 09:30 到 2099年11月24日 10:30，周师傅，进居民家/)
    await staff.act('取消上门')
  })
})

describe('what stands beside a request', () => {
  const row = (id: string, given: Partial<RequestRow> = {}): RequestRow => ({
    id, communityId: 'east-lake', number: `DH-2611-000${id}`, serviceName: '公共照明', status: 'in-progress', summary: '楼道灯坏了', owner: { kind: 'staff', id: 's2', name: '陈工' }, filedAt: 1, updatedAt: 1, reporters: 1, urges: 0, ...given,
  })

  it('is the person’s earlier requests, what may be the same, what was said elsewhere, and a text that applies', async () => {
    here.desk.context = {
      earlier: [row('7', { status: 'archived' })], similar: [row('8')], linked: [row('9', { serviceName: '垃圾清运' })],
      talks: [aConversation({ id: 'wechat:r1', channel: 'wechat', lines: [{ id: 'w1', at: 1, from: 'resident', name: '居民甲', text: '修得怎么样了', citations: [], attachments: [], requestId: '1' }] })],
      grounds: aConversation({ id: 'x' }).lines[1]?.citations ?? [],
    }
    const staff = await openRequest()
    const beside = staff.page.getByRole('region', { name: '来龙去脉' })
    await beside.getByRole('list', { name: '可能是同一件事' }).waitFor()
    expect(await beside.innerText()).toMatch(/依据[\s\S]*可能是同一件事[\s\S]*0008[\s\S]*相关的工单[\s\S]*0009 垃圾清运[\s\S]*以前的工单[\s\S]*0007[\s\S]*在微信私聊里说的[\s\S]*修得怎么样了/)
    expect(await findBarriers(staff.page)).toEqual([])
    await here.shot(staff, 'request-context')
  })

  it('lets a request be merged into one that stands there, without its number being typed', async () => {
    here.desk.role = 'lead'
    here.desk.context = { similar: [row('8'), row('6', { status: 'archived' })] }
    const staff = await openRequest()
    await staff.act('并到这张 DH-2611-0008')
    expect(await staff.page.getByRole('button', { name: '并到这张 DH-2611-0006' }).count()).toBe(0)
    const asked = staff.page.getByRole('dialog')
    await asked.getByText('DH-2611-0008 公共照明 楼道灯坏了').waitFor()
    await asked.locator('#move-reason').fill('是一回事')
    await asked.getByRole('button', { name: '并单' }).click()
    await staff.page.getByText('并单：已办好').waitFor()
    expect(here.desk.made).toMatchObject([{ name: 'merge', reason: '是一回事', brings: { kind: 'into', requestId: '8', number: 'DH-2611-0008' } }])
  })

  it('fits a phone', async () => {
    here.desk.conversations.set('web:r1', aConversation({ id: 'web:r1' }))
    const staff = await openRequest({ id: '1', ...mine }, { width: 360, height: 740 })
    await staff.page.getByRole('region', { name: '来龙去脉' }).waitFor()
    expect(await staff.page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(360)
    await here.shot(staff, 'request-phone')
  })
})

describe('when two write at once, or the line breaks', () => {
  it('both texts stand beside each other, and mine goes only when I say so again', async () => {
    const staff = await openRequest({ id: '1' })
    await staff.answer.fill('今天下午去修')
    const known = here.desk.requests.get('1')
    if (known === undefined) throw new Error('no request')
    here.desk.requests.set('1', { ...known, rev: known.rev + 1, history: [...known.history, { at: 9, actor: { kind: 'staff', id: 's2', name: '陈工' }, from: 'assigned', to: 'assigned', move: 'reply', note: '明天上午去修' }] })
    await staff.act('答复居民')
    const both = staff.page.locator('.both')
    await both.waitFor()
    expect(await both.innerText()).toMatch(/刚刚的更新[\s\S]*陈工：答复[\s\S]*明天上午去修[\s\S]*您写的，还没提交[\s\S]*今天下午去修/)
    expect(await findBarriers(staff.page)).toEqual([])
    await here.shot(staff, 'conflict')
    expect(here.desk.made).toEqual([])
    await staff.act('答复居民')
    await staff.page.getByText('答复居民：已办好').waitFor()
  })

  it('what was written stays when the line breaks, and is not sent twice when it had arrived after all', async () => {
    const staff = await openRequest({ id: '1', ...mine })
    await staff.answer.fill('今天下午去修')
    // The answer is lost on its way back, the step is not.
    await staff.page.route('**/moves', async (route) => {
      await route.fetch()
      await route.abort()
    })
    await staff.act('答复居民')
    await staff.page.getByText('不知道有没有办成').waitFor()
    expect(await staff.answer.inputValue()).toBe('今天下午去修')
    await here.server.goDown()
    await staff.page.getByText('与服务器断开了').waitFor()
    await here.server.goUp()
    await staff.page.getByText('答复居民：刚才其实已经办好了').waitFor()
    expect(await staff.answer.inputValue()).toBe('')
    expect(here.desk.made).toHaveLength(1)
  })

  it('what never arrived is still there to be sent when the line is back', async () => {
    const staff = await openRequest({ id: '1', ...mine })
    await staff.answer.fill('今天下午去修')
    await here.server.goDown()
    await staff.act('答复居民')
    await staff.page.getByText('不知道有没有办成').waitFor()
    await here.server.goUp()
    await staff.page.getByText('不知道有没有办成').waitFor({ state: 'detached' })
    expect(await staff.answer.inputValue()).toBe('今天下午去修')
    await staff.act('答复居民')
    await staff.page.getByText('答复居民：已办好').waitFor()
    expect(here.desk.made).toHaveLength(1)
  })
})

describe('a conversation beside a request', () => {
  it('keeps the words when the line breaks, and does not say them twice when they had arrived', async () => {
    here.desk.conversations.set('web:r1', aConversation({ id: 'web:r1', mode: 'staff', takenBy: '林工' }))
    const staff = await here.logIn()
    await staff.page.goto(`${here.server.url}/desk/conversations/east-lake/${encodeURIComponent('web:r1')}`)
    await staff.page.route('**/say', async (route) => {
      await route.fetch()
      await route.abort()
    })
    await staff.sayInConversation('师傅在路上了')
    await staff.page.getByText('连不上服务器').waitFor()
    expect(await staff.page.locator('#say').inputValue()).toBe('师傅在路上了')
    here.desk.tell({ type: 'conversation', communityId: 'east-lake', id: 'web:r1', waiting: false, urgent: false })
    await expect.poll(() => staff.page.locator('#say').inputValue()).toBe('')
    expect(await staff.page.locator('.said', { hasText: '师傅在路上了' }).count()).toBe(1)
  })

  it('is taken over from the request, and the bot is silent from then on', async () => {
    here.desk.conversations.set('web:r1', aConversation({ id: 'web:r1' }))
    const staff = await openRequest()
    await staff.act('接手对话')
    await staff.page.getByRole('button', { name: '交还给一窗' }).waitFor()
    expect(here.desk.conversations.get('web:r1')?.mode).toBe('staff')
  })
})
