import { describe, expect, it } from 'vitest'
import type { AnnouncementList } from '../../src/desk/announcement-types.js'
import type { ProjectList, PropertyView } from '../../src/desk/coordination-types.js'
import type { DisclosureList } from '../../src/desk/disclosure-types.js'
import type { EvaluationView, WorkerView } from '../../src/desk/evaluation-types.js'
import { findBarriers } from './browser.js'
import { madeUpDesk, type DeskPage } from './desk-page.js'
import { FixtureDesk } from './fixture-desk.js'
import type { Call, Said } from './fixture-server.js'

const at = Date.UTC(2026, 10, 23, 1, 0)
const linked = (number: string, words: string): PropertyView['coordinations'][number]['requests'][number] => ({ id: number, number: `DH-2611-${number}`, words, status: '办理中', filedAt: at })

const disclosures: DisclosureList = {
  today: '2026-11-23', kinds: ['财务收支', '物业收支', '救助公示', '其他'],
  items: [
    { id: 'd1', rev: 1, kind: '财务收支', title: '第三季度财务收支', period: { year: 2026, from: 7, until: 9 }, periodName: '2026年第三季度', text: '收入 12 万元，支出 9 万元，结余 3 万元。', file: { mediaType: 'application/pdf', bytes: 204_800 }, source: '居务监督委员会', publishedOn: '2026-10-12', until: '2026-12-31', state: 'published', letOut: null, by: '林工', takenDown: null },
    { id: 'd2', rev: 1, kind: '其他', title: '楼道加灯方案', period: null, periodName: '', text: '', file: null, source: '议事会', publishedOn: '2026-11-20', until: null, state: 'empty', letOut: null, by: '林工', takenDown: null },
    { id: 'd3', rev: 2, kind: '物业收支', title: '公共收益收支表', period: null, periodName: '', text: '收入 5 万元。', file: null, source: '业委会', publishedOn: '2026-08-05', until: null, state: 'taken-down', letOut: null, by: '陈工', takenDown: { why: '数字有误', by: '陈工', at } },
  ],
}
const announcements: AnnouncementList = {
  kinds: [{ kind: 'outage', name: '停水停电', subscribers: 46 }, { kind: 'activity', name: '活动', subscribers: null }], grids: ['第一网格', '第二网格'],
  rooms: [{ id: 'room-1', channel: 'wechat', title: '东湖一期邻里群' }, { id: 'room-2', channel: 'lark', title: '' }],
  sent: [{ id: 'a1', kindName: '停水停电', text: '11月25日8点到12点，3栋检修停水。', persons: 46, rooms: 1, withdrawn: 2, by: '林工', at, dueAt: at + 36_000_000 }],
}
const property: PropertyView = {
  rule: { least: 3, withinDays: 30 }, parties: ['社区党组织', '居委会', '业委会', '物业公司', '居民代表'], evaluationParties: ['社区党组织', '居委会', '业委会', '居民代表'], passMark: 60, today: '2026-11-23',
  coordinations: [
    { id: 'c1', rev: 1, subject: '保洁', state: 'proposed', meeting: null, result: null, raisedAt: at, rule: { least: 3, withinDays: 30 }, requests: [linked('0001', '3栋物业保洁不干活'), linked('0002', '5栋楼道一个月没打扫'), linked('0003', '9栋保洁态度差')], steps: [{ at, by: null, to: 'proposed' }] },
    { id: 'c2', rev: 2, subject: '电梯', state: 'convened', meeting: { at: '11月28日下午2点', place: '社区议事厅', parties: ['居委会', '业委会', '物业公司'] }, result: null, raisedAt: at, rule: { least: 3, withinDays: 30 }, requests: [linked('0004', '电梯天天停')], steps: [{ at, by: null, to: 'proposed' }, { at, by: '林工', to: 'convened' }] },
  ],
  evaluations: [
    { id: 'e1', rev: 3, company: '示例物业', period: '2026年上半年', from: '2026-01-01', until: '2026-06-30', again: null, at, complaints: [{ subject: '电梯', count: 7 }, { subject: '保洁', count: 3 }], marks: [{ party: '社区党组织', mark: 50, words: '维修慢', spokeFor: '王书记' }, { party: '居委会', mark: 55, words: '', spokeFor: '李主任' }, { party: '业委会', mark: 40, words: '账目不清', spokeFor: '赵老师' }, { party: '居民代表', mark: 45, words: '', spokeFor: '孙阿姨' }], verdict: { passes: false, mean: 47.5, passMark: 60, rectifyBy: '2026-12-31', by: '陈工' } },
    { id: 'e2', rev: 1, company: '示例物业', period: '2027年1月', from: '2027-01-01', until: '2027-01-31', again: 'e1', at, complaints: [], marks: [{ party: '社区党组织', mark: 70, words: '', spokeFor: '王书记' }, { party: '居委会', mark: null, words: '', spokeFor: '' }, { party: '业委会', mark: null, words: '', spokeFor: '' }, { party: '居民代表', mark: null, words: '', spokeFor: '' }], verdict: null },
  ],
}
const projects: ProjectList = {
  needs: [{ service: '助浴', requests: [linked('0011', '给老人洗澡'), linked('0012', '妈妈洗澡不方便'), linked('0013', '想约助浴')] }],
  projects: [{ id: 'p1', rev: 1, title: '独居老人送餐', need: '腿脚不便的老人吃饭难', organisation: '示例社工站', socialWorker: '小陈', volunteers: '', state: 'running', requests: [linked('0020', '订午饭')], steps: [{ at, by: '林工', note: '立项，关联 1 件工单' }] }],
}
const evaluations: EvaluationView = {
  rules: { rev: 0, coordination: { least: 3, withinDays: 30 }, passMark: 60, residentsPercent: 60 }, least: 5, workers: [{ id: 's3', name: '王芳' }],
  units: [{ unit: '供电所', meanOfUnit: 4, meanOfCommunity: null, tasks: [{ requestId: 'r1', number: 'DH-2611-0031', forwardedAt: at, endedAt: null, ofUnit: { stars: 4, words: '来得快', by: '林工', at }, ofCommunity: null, mayMark: true }] }],
  providers: [{ provider: '示例助餐点', rated: 8, mean: 4.4 }, { provider: '示例助浴队', rated: 2, mean: null }],
}
const worker: WorkerView = { period: '2026H2', name: '王芳', leadWords: '上门勤', mayMark: true, rated: 12, residentsMean: 4.6, leadStars: 4, residentsPercent: 60, score: 4.36, words: ['热心', '来得快'] }

/** The desk with something in each of these pages; what is changed is noted. */
class AffairDesk extends FixtureDesk {
  readonly asked: (readonly [path: string, given: unknown])[] = []

  override answer(call: Call): Said {
    const [noun, act] = /^\/api\/desk\/(disclosures|announcements|property|projects|evaluations)\/east-lake(?:\/(.+))?$/.exec(call.path)?.slice(1) ?? []
    if (noun === undefined) return super.answer(call)
    if (act !== undefined && call.method === 'POST') this.asked.push([`${noun}/${act}`, JSON.parse(call.body.toString())])
    if (act === 'count') return { status: 200, json: { persons: 46, rooms: 1, dueAt: null } }
    if (act?.startsWith('workers/') === true) return { status: 200, json: worker }
    return { status: 200, json: { disclosures, announcements, property, projects, evaluations }[noun] }
  }
}

const here = madeUpDesk(() => new AffairDesk())

async function open(tab: string, role: AffairDesk['role'] = 'admin', viewport?: { width: number; height: number }): Promise<DeskPage> {
  here.desk.role = role
  return here.logInTo({ area: '居民参与', tab, heading: tab }, viewport)
}

const tabs = [['居务公开', 'disclosures'], ['通知', 'announcements'], ['物业', 'property'], ['服务项目', 'projects'], ['评价', 'evaluations']] as const

describe('what the community publishes and how it is evaluated, at the desk', () => {
  it.each(tabs)('%s is read by everybody, at any width, without a barrier that axe knows; auditors change nothing', async (tab, name) => {
    const staff = await open(tab, 'auditor', { width: 360, height: 740 })
    const { page } = staff
    await page.getByRole('heading', { level: 1 }).waitFor()
    expect(await findBarriers(page)).toEqual([])
    expect(await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    expect(await page.locator('#main button').allInnerTexts()).toEqual([])
    await here.shot(staff, `${name}-phone`)
    await page.setViewportSize({ width: 1280, height: 900 })
    await here.shot(staff, name)
  })

  it('publishes an item with its period, source and days', async () => {
    const { page } = await open('居务公开')
    await page.getByRole('button', { name: '公布一项' }).click()
    await page.getByLabel('标题').fill('第四季度财务收支')
    await page.getByLabel('哪一年的').selectOption('2026')
    await page.getByLabel('从几月').selectOption('10')
    await page.getByLabel('正文').fill('收入 3 万元')
    await page.getByLabel('来源', { exact: true }).fill('居务监督委员会')
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: '公布', exact: true }).click()
    await page.getByText('已公布', { exact: true }).waitFor()
    expect(here.desk.asked).toEqual([['disclosures/publish', { title: '第四季度财务收支', kind: '财务收支', text: '收入 3 万元', source: '居务监督委员会', publishedOn: '2026-11-23', until: null, period: { year: 2026, from: 10, until: 12 }, letOut: null }]])
  })

  it('says whom a notice reaches before it is sent, and looks again when it is changed', async () => {
    const { page } = await open('通知', 'staff')
    await page.getByLabel('内容').fill('明天上午检修停水')
    await page.getByLabel('东湖一期邻里群').check()
    await page.getByRole('button', { name: '看看发给多少人' }).click()
    await page.getByText('会发给 46 人、1 个群').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await page.getByLabel('发给订阅的人').selectOption('grid:第一网格')
    await page.getByRole('button', { name: '看看发给多少人' }).click()
    await page.getByRole('button', { name: '发出' }).click()
    await page.getByText('已发出', { exact: true }).waitFor()
    expect(here.desk.asked.at(-1)).toEqual(['announcements/send', { kind: 'outage', text: '明天上午检修停水', audience: { rooms: ['room-1'], subscribers: { kind: 'grid', name: '第一网格' } } }])
  })

  it('convenes a meeting, and enters what a party says of the company', async () => {
    const { page } = await open('物业', 'lead')
    await page.getByRole('button', { name: /^召集\s*保洁$/ }).click()
    await page.getByLabel('哪天几点').fill('11月29日上午9点')
    await page.getByLabel('在哪里').fill('议事厅')
    expect(await findBarriers(page)).toEqual([])
    await page.getByRole('button', { name: '定下并告诉投诉的居民' }).click()
    await page.getByText('投诉的居民会收到通知').waitFor()
    await page.getByRole('button', { name: '记居委会的评价' }).click()
    await page.getByLabel('分数（0–100）').fill('80')
    await page.getByLabel('谁代表').fill('李主任')
    await page.getByRole('button', { name: '记下' }).click()
    await page.getByText('居委会的评价已记下').waitFor()
    expect(here.desk.asked.map(([path]) => path)).toEqual(['property/step', 'property/mark'])
  })

  it('marks a unit, and shows a head one worker at a time', async () => {
    const staff = await open('评价', 'lead')
    const { page } = staff
    await page.getByRole('button', { name: /打分\s*DH-2611-0031 单位评社区/ }).click()
    await page.getByRole('button', { name: '记下' }).click()
    await page.getByText('已记下', { exact: true }).waitFor()
    expect(here.desk.asked).toEqual([['evaluations/mark', { request: 'r1', unit: '供电所', direction: 'of-community', stars: 5, words: '' }]])
    await page.getByLabel('看一位同事的').selectOption('王芳')
    await page.getByText('总评 4.36 / 5').waitFor()
    expect(await findBarriers(page)).toEqual([])
    await here.shot(staff, 'worker')
  })
})
