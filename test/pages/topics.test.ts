import { describe, expect, it } from 'vitest'
import type { StandingList, TopicList, TopicRow } from '../../src/desk/topic-types.js'
import { findBarriers } from './browser.js'
import { madeUpDesk, type DeskPage } from './desk-page.js'
import { FixtureDesk } from './fixture-desk.js'
import type { Call, Said } from './fixture-server.js'

const at = Date.UTC(2026, 10, 23, 1, 0)
const day = 86_400_000
const by = { id: 's1', name: '林工' }

const topic = (given: Partial<TopicRow> & Pick<TopicRow, 'number' | 'title' | 'stage'>): TopicRow => ({
  id: `t${given.number}`, rev: 1, requestId: `r${given.number}`, requestNumber: `DH-2611-000${given.number}`, about: '', procedure: null, taken: [], minutes: [], vote: null, result: null, reason: null, endedAt: null, turnout: null,
  dates: [{ stage: 'proposed', at: at - 6 * day }, { stage: 'accepted', at: at - 5 * day }], ...given,
})
const vote = { options: ['米黄色', '浅灰色', '白色'], opensAt: at - day, closesAt: at + 3 * day, who: 'owners', per: 'household', verifyHours: 24, quorum: 20, majority: 50, count: null } as const

const someTopics = (): TopicList => ({
  now: at, rooms: [{ id: 'room-1', title: '东湖一期业主群' }, { id: 'room-2', title: '东湖二期邻居群' }],
  proposals: [{ requestId: 'r9', rev: 2, number: 'DH-2611-0009', words: '提个议题：电动车充电棚装在哪', title: '电动车充电棚装在哪', filedAt: at }],
  procedures: [{ id: 'p1', rev: 1, name: '四议两公开（示例）', steps: ['支部提议', '两委商议', '大会审议', '会议决议'], required: false, by, at }],
  topics: [
    topic({ number: 3, title: '楼道墙面刷什么颜色', about: '3栋、4栋两个单元，墙面粉刷和栏杆一起做。', stage: 'voting', vote, turnout: { valid: 14, unverified: 2, households: ['3栋1单元101室', '3栋1单元102室', '4栋2单元301室'] }, minutes: [{ day: '2026-11-20', words: '12户到会，先看样板再定。', by, at }], dates: [{ stage: 'proposed', at: at - 6 * day }, { stage: 'accepted', at: at - 5 * day }, { stage: 'deliberating', at: at - 3 * day }, { stage: 'voting', at: at - day }] }),
    topic({ number: 2, title: '村口水渠怎么修', stage: 'deliberating', requestId: null, requestNumber: null, procedure: { name: '四议两公开（示例）', steps: ['支部提议', '两委商议', '大会审议', '会议决议'] }, taken: [{ words: '支部会上提的', by, at: at - 2 * day }], dates: [{ stage: 'proposed', at: at - 4 * day }, { stage: 'accepted', at: at - 4 * day }, { stage: 'deliberating', at: at - 2 * day }] }),
    topic({ number: 1, title: '北门停车位重新划线', stage: 'published', endedAt: at - day, vote: { ...vote, options: ['A方案', 'B方案'], closesAt: at - 2 * day, count: { at: at - 2 * day, valid: 31, options: [20, 10], abstained: 1, unverified: 1 } }, turnout: { valid: 31, unverified: 1, households: [] }, result: { words: '按A方案，12月划线。', by, at: at - day } }),
  ],
})
const standings: StandingList = {
  standings: [
    { id: 'a', rev: 1, tenure: 'owner', household: '3栋2单元301室', state: 'told', toldAt: at, name: '王**', decided: null },
    { id: 'b', rev: 2, tenure: 'tenant', household: '5栋1单元101室', state: 'confirmed', toldAt: at - day, name: '邻居A3K7', decided: { at, by: '林工' } },
    { id: 'c', rev: 2, tenure: 'owner', household: '9栋9单元909室', state: 'refused', toldAt: at - day, name: '居民', decided: { at, by: '林工' } },
  ],
}

/** The desk with topics, and who told which home. */
class TopicDesk extends FixtureDesk {
  shown = someTopics()
  readonly asked: (readonly [act: string, given: Record<string, unknown>])[] = []

  override answer(call: Call): Said {
    const [noun, act] = /^\/api\/desk\/(topics|standings)\/(?:east-lake|north-gate)(?:\/(.+))?$/.exec(call.path)?.slice(1) ?? []
    if (noun === undefined) return super.answer(call)
    if (act !== undefined) this.asked.push([act, JSON.parse(call.body.toString()) as Record<string, unknown>])
    if (act === 'accept') this.shown = { ...this.shown, proposals: [] }
    return { status: 200, json: noun === 'topics' ? this.shown : standings }
  }
}

const here = madeUpDesk(() => new TopicDesk())

const openTab = (name: string, viewport?: { width: number; height: number }): Promise<DeskPage> => here.logInTo({ area: '居民参与', tab: name, heading: name }, viewport)

describe('topics at the desk', () => {
  it('are taken up from what residents propose, in words of the staff', async () => {
    const staff = await openTab('议题与表决')
    const { page } = staff
    await here.shot(staff, 'topics')
    await page.getByRole('button', { name: /^受理\s?DH-2611-0009/ }).click()
    expect(await page.getByLabel(/^议题（谁都看得到/).inputValue()).toBe('电动车充电棚装在哪')
    await page.getByRole('button', { name: '受理', exact: true }).click()
    await page.getByText('已受理，提议的居民会收到').waitFor()
    expect(here.desk.asked).toEqual([['accept', { request: 'r9', rev: 2, title: '电动车充电棚装在哪', about: '', procedure: null }]])
  })

  it('show how many have voted and which homes, never how', async () => {
    const { page } = await openTab('议题与表决')
    const row = page.getByRole('listitem').filter({ hasText: '楼道墙面刷什么颜色' }).first()
    expect(await row.innerText()).toMatch(/有效票 14 张，待核实 2 张，截止后才看得到各得多少/)
    await row.getByText('投过票的户（3）').click()
    expect(await row.innerText()).toMatch(/3栋1单元101室、3栋1单元102室、4栋2单元301室/)
    expect(await row.getByRole('button', { name: /公示结果/ }).count()).toBe(0)
  })

  it('are put to the vote by a rule, and let no step be skipped', async () => {
    const staff = await openTab('议题与表决')
    const { page } = staff
    const row = page.getByRole('listitem').filter({ hasText: '村口水渠怎么修' }).first()
    expect(await row.getByRole('button', { name: /公示结果/ }).count()).toBe(0)
    await row.getByRole('button', { name: '走完「两委商议」' }).waitFor()
    await row.getByRole('button', { name: /发起表决/ }).click()
    await row.getByLabel('选项，一行一个').fill('硬化\n清淤')
    await row.getByLabel('怎么算票').selectOption('person')
    await here.shot(staff, 'topics-vote')
    await row.getByRole('button', { name: '发起表决', exact: true }).click()
    await expect.poll(() => here.desk.asked.length).toBe(1)
    expect(here.desk.asked[0]).toMatchObject(['vote', { topic: 't2', rev: 1, options: ['硬化', '清淤'], who: 'owners', per: 'person', verifyHours: 24, quorum: null, majority: null }])
  })

  it('are written for one community: when another is chosen, what was begun is put away and not opened there', async () => {
    const { page } = await openTab('议题与表决')
    await page.getByRole('button', { name: '社区提一个议题' }).click()
    await page.getByLabel(/^议题（谁都看得到/).fill('东湖的凉亭修不修')
    await page.getByLabel('看哪个社区').selectOption('北门社区（示例）')
    await page.getByRole('button', { name: '社区提一个议题' }).waitFor()
    expect(await page.getByLabel(/^议题（谁都看得到/).count()).toBe(0)
  })

  it('and who lives where is checked by staff', async () => {
    const staff = await openTab('居住身份')
    const { page } = staff
    await here.shot(staff, 'standings')
    await page.getByRole('button', { name: /^核对/ }).click()
    await page.getByRole('button', { name: '核实无误' }).click()
    await page.getByText('已核实，本人会收到').waitFor()
    expect(here.desk.asked).toEqual([['decide', { standing: 'a', rev: 1, tenure: 'owner', place: '3栋2单元301室', state: 'confirmed' }]])
  })

  it('put no barrier in anybody’s way, on a phone either', async () => {
    for (const name of ['议题与表决', '居住身份']) {
      const staff = await openTab(name, { width: 390, height: 844 })
      expect(await findBarriers(staff.page)).toEqual([])
      expect(await staff.page.evaluate('document.documentElement.scrollWidth')).toBe(390)
      await here.shot(staff, `phone-${name === '居住身份' ? 'standings' : 'topics'}`)
    }
  })
})
