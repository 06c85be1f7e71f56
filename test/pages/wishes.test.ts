import { describe, expect, it } from 'vitest'
import type { ProposalList } from '../../src/desk/proposal-types.js'
import type { MemberList, PraiseList, WishList, WishPeople } from '../../src/desk/wish-types.js'
import { findBarriers } from './browser.js'
import { madeUpDesk, type DeskPage } from './desk-page.js'
import { FixtureDesk } from './fixture-desk.js'
import type { Call, Said } from './fixture-server.js'

const at = Date.UTC(2026, 10, 23, 1, 0)
const someWishes = (): WishList => ({
  kinds: ['生活用品', '学习', '陪伴'],
  waiting: [{ requestId: 'r9', rev: 2, requestNumber: 'DH-2611-0009', words: '我78了想要个大字的台历，[门牌]', yuan: null, filedAt: at }],
  wishes: [
    { id: 'r1', rev: 3, number: 1, words: '想有人教我用手机挂号', kind: '陪伴', yuan: null, state: 'open', publishedAt: at, endedAt: null, requestNumber: 'DH-2611-0001', claim: null },
    { id: 'r2', rev: 4, number: 2, words: '给上三年级的孩子一套课外书', kind: '学习', yuan: 80, state: 'claimed', publishedAt: at, endedAt: null, requestNumber: 'DH-2611-0002', claim: { claimedAt: at, state: 'held', photoIds: [], unit: '市水文站' } },
    { id: 'r3', rev: 5, number: 3, words: '厨房水龙头换一个好拧的', kind: '生活用品', yuan: 40, state: 'delivered', publishedAt: at, endedAt: null, requestNumber: 'DH-2611-0003', claim: { claimedAt: at, state: 'delivered', photoIds: ['p1'], unit: null } },
    { id: 'r4', rev: 6, number: 4, words: '一副大字的老花镜', kind: '生活用品', yuan: 50, state: 'fulfilled', publishedAt: at, endedAt: at, requestNumber: 'DH-2611-0004', claim: { claimedAt: at, state: 'fulfilled', photoIds: [], unit: null } },
  ],
})
const people: WishPeople = { wisher: { name: '刘**', phone: '138****0002', address: '4号楼', conversationId: 'c1' }, claimer: { name: '小孙', phone: null, address: null, conversationId: 'c2' }, isMasked: true }
const members: MemberList = {
  units: ['市水文站'],
  members: [
    { id: 'm1', rev: 1, name: '孙志远', unit: '水文站', state: 'waiting', registeredAt: at, wishes: [] },
    { id: 'm2', rev: 2, name: '李树青', unit: '市水文站', state: 'confirmed', registeredAt: at, wishes: [2, 5] },
  ],
}
const praises: PraiseList = { praises: [{ id: 'p1', rev: 1, about: '保洁李姐', words: '我要表扬保洁李姐，楼道扫得真干净', at, state: 'new' }, { id: 'p2', rev: 2, about: '物业王师傅', words: '感谢物业王师傅，半夜来修水管', at, state: 'kept' }] }

const proposals: ProposalList = {
  waiting: [{ requestId: 'r7', rev: 1, requestNumber: 'DH-2611-0007', words: '门口装一个充电棚', filedAt: at }],
  proposals: [
    { id: 'r5', rev: 1, number: 2, words: '大门口放一个修鞋摊', state: 'open', result: '', publishedAt: at, endedAt: null, supporters: 17, requestNumber: 'DH-2611-0005' },
    { id: 'r6', rev: 2, number: 1, words: '3栋楼下装一排晾衣架', state: 'funded', result: '由社区公益金支持，下月开始', publishedAt: at, endedAt: at, supporters: 9, requestNumber: 'DH-2611-0006' },
  ],
}

/** The desk with a few wishes, kept as the page changes them. */
class WishDesk extends FixtureDesk {
  shown = someWishes()
  readonly asked: (readonly [act: string, given: unknown])[] = []

  override answer(call: Call): Said {
    const [noun, act] = /^\/api\/desk\/(wishes|members|praises|proposals)\/east-lake(?:\/(.+))?$/.exec(call.path)?.slice(1) ?? []
    if (noun === undefined) return super.answer(call)
    if (act !== undefined && call.method === 'POST') this.#change(act, JSON.parse(call.body.toString()) as Record<string, unknown>)
    if (act?.endsWith('/people') === true) return { status: 200, json: people }
    return { status: 200, json: noun === 'wishes' ? this.shown : noun === 'members' ? members : noun === 'praises' ? praises : proposals }
  }

  #change(act: string, given: Record<string, unknown>): void {
    this.asked.push([act, given])
    if (act === 'publish') this.shown = { ...this.shown, waiting: [], wishes: [...this.shown.wishes, { id: 'r9', rev: 1, number: 9, words: String(given['words']), kind: String(given['kind']), yuan: null, state: 'open', publishedAt: at, endedAt: null, requestNumber: 'DH-2611-0009', claim: null }] }
    if (act === 'delivered') this.shown = { ...this.shown, wishes: this.shown.wishes.map((one) => (one.id === given['wish'] ? { ...one, rev: one.rev + 1, state: 'delivered' } : one)) }
  }
}

const here = madeUpDesk(() => new WishDesk())

const openWishes = (viewport?: { width: number; height: number }): Promise<DeskPage> => here.logInTo({ area: '居民参与', heading: '公示中' }, viewport)

describe('wishes at the desk', () => {
  it('are looked at and made public in words of the staff', async () => {
    const { page } = await openWishes()
    await page.getByRole('button', { name: '审核' }).click()
    await page.getByLabel(/公示的话/).fill('想要一个大字的台历')
    await page.getByRole('button', { name: '公示', exact: true }).click()
    await page.getByText('已公示，许愿的居民会收到编号').waitFor()
    expect(here.desk.asked).toEqual([['publish', { request: 'r9', rev: 2, words: '想要一个大字的台历', kind: '生活用品', yuan: null }]])
    expect(await page.getByRole('region', { name: '公示中' }).innerText()).toMatch(/9 号\s*想要一个大字的台历\s*待认领/)
  })
  it('show both sides to who brings them together, and what was brought', async () => {
    const { page } = await openWishes()
    const row = page.getByRole('listitem').filter({ hasText: '课外书' })
    await row.getByRole('button', { name: '牵线' }).click()
    await row.getByText('许愿的人').waitFor()
    expect(await row.innerText()).toMatch(/在职党员，市水文站[\s\S]*许愿的人\s*刘\*\* 138\*\*\*\*0002 4号楼[\s\S]*认领的人\s*小孙 没有留电话/)
    await row.getByRole('button', { name: '送到了' }).click()
    await page.getByText('已请许愿的居民确认').waitFor()
    expect(here.desk.asked).toEqual([['delivered', { wish: 'r2', rev: 4 }]])
  })
  it('are read by an auditor, who changes nothing', async () => {
    here.desk.role = 'auditor'
    const { page } = await openWishes()
    expect(await page.getByRole('button', { name: /审核|牵线|撤下|改/ }).count()).toBe(0)
  })
  it.each([{ width: 1280, height: 900 }, { width: 360, height: 740 }])('have no barrier that axe knows and fit $width pixels, members, praise and small projects as well', async (viewport) => {
    here.desk.role = 'admin'
    const staff = await openWishes(viewport)
    const { page } = staff
    await page.getByRole('button', { name: '审核' }).click()
    await page.getByRole('listitem').filter({ hasText: '课外书' }).getByRole('button', { name: '牵线' }).click()
    await page.getByText('许愿的人').waitFor()
    const fits = async (name: string): Promise<void> => {
      await here.shot(staff, `${name}-${viewport.width}`)
      expect([name, await findBarriers(page)]).toEqual([name, []])
      expect([name, await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')]).toEqual([name, 0])
    }
    await fits('wishes')
    const tabs = page.getByRole('navigation', { name: '居民参与' })
    await tabs.getByRole('link', { name: '在职党员' }).click()
    await page.getByRole('button', { name: '核实' }).first().click()
    await page.getByLabel('导出哪个单位').selectOption('市水文站')
    await fits('members')
    await tabs.getByRole('link', { name: '好人好事' }).click()
    await page.getByText('楼道扫得真干净').waitFor()
    await fits('praises')
    await tabs.getByRole('link', { name: '微项目' }).click()
    await page.getByRole('button', { name: '审核' }).click()
    await page.getByRole('button', { name: '定为资助' }).click()
    await fits('proposals')
  })
})
