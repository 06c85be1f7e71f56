import { describe, expect, it } from 'vitest'
import type { Role } from '../../src/desk/accounts.js'
import type { AnnouncementList, AnnouncementReach } from '../../src/desk/announcement-types.js'
import type { ProjectList, PropertyView } from '../../src/desk/coordination-types.js'
import type { DisclosureList } from '../../src/desk/disclosure-types.js'
import type { EvaluationView, WorkerView } from '../../src/desk/evaluation-types.js'
import { evaluationParties } from '../../src/programmes/property-evaluation.js'
import { aNeighbourhoodDesk, type Answer } from './neighbourhood-desk.js'

async function aDesk() {
  const desk = await aNeighbourhoodDesk()
  const { app, home } = desk
  return {
    home,
    /** By this login, under which they may come back. */
    as: (role: Role, login?: string) => desk.as(role, login === undefined ? {} : { id: login, name: login }),
    board: async () => { home.pass(61_000); return desk.board() },
    file: async (path: string) => (await app.inject({ method: 'GET', url: path })).statusCode,
    async upload(role: Role, id: string, bytes: Buffer) {
      const boundary = '----form'
      const payload = Buffer.concat([Buffer.from(`--${boundary}\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\ncontent-type: application/pdf\r\n\r\n`), bytes, Buffer.from(`\r\n--${boundary}--\r\n`)])
      const answer = await app.inject({ method: 'POST', url: `/api/desk/disclosures/${town}/files/${id}`, headers: { 'x-yichuang': 'desk', 'content-type': `multipart/form-data; boundary=${boundary}` }, cookies: { desk: (await desk.signIn(role)).token }, payload })
      return { status: answer.statusCode, body: answer.json<DisclosureList>(), text: answer.body }
    },
  }
}

const town = 'huzhou-demo'

/** A PDF of one line. */
function aPaper(words: string): Buffer {
  const line = `BT /F1 12 Tf 20 200 Td (${words}) Tj ET`
  return Buffer.from([
    '%PDF-1.4', '1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj', '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj',
    '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj',
    `4 0 obj<</Length ${line.length}>>stream\n${line}\nendstream endobj`, '5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj', 'trailer<</Root 1 0 R>>', '%%EOF',
  ].join('\n'))
}
const accounts = { kind: '财务收支', title: '第三季度财务收支', period: { year: 2026, from: 7, until: 9 }, text: '收入 12 万元，支出 9 万元。', source: '居务监督委员会', publishedOn: '2026-11-20', until: '2026-11-30', letOut: null }

describe('published affairs at the desk', () => {
  it('are published by staff, answered from, and on the board until their last day; at the desk they stay', async () => {
    const { home, as, board } = await aDesk()
    const staff = await as('staff')
    expect((await staff<DisclosureList>('POST', `disclosures/${town}/publish`, accounts)).body.items).toMatchObject([{ title: '第三季度财务收支', periodName: '2026年第三季度', state: 'published' }])
    expect(await home.says('wang', '三季度的账公布了没')).toContain('收入 12 万元')
    expect((await board()).affairs).toMatchObject([{ title: '第三季度财务收支', period: '2026年第三季度', publishedOn: '2026-11-20', until: '2026-11-30' }])
    home.pass(8 * 86_400_000)
    expect((await board()).affairs).toEqual([])
    expect((await (await as('staff'))<DisclosureList>('GET', `disclosures/${town}`)).body.items).toMatchObject([{ state: 'over' }])
    expect(await home.says('wang', '三季度的账公布了没')).toContain('还没有在这里公布')
  })

  it('are refused with personal data in them, unless an admin says why; the refusal names the kind and not the datum', async () => {
    const { as } = await aDesk()
    const [staff, admin] = [await as('staff'), await as('admin')]
    const aid = { ...accounts, kind: '救助公示', title: '十月低保公示', text: '救助对象电话13800000012，住3栋2单元501室' }
    const refused = await staff('POST', `disclosures/${town}/publish`, aid)
    expect(refused.status).toBe(400)
    expect(refused.text).toMatch(/手机号.*公布前请去掉/)
    expect(refused.text).not.toContain('138')
    expect((await staff('POST', `disclosures/${town}/publish`, { ...aid, letOut: '本人书面同意公布' })).status).toBe(409)
    expect((await admin<DisclosureList>('POST', `disclosures/${town}/publish`, { ...aid, letOut: '本人书面同意公布' })).body.items).toMatchObject([{ letOut: '本人书面同意公布' }])
  })

  it('are read by auditors, changed by nobody who only reads, and a change of an old row is a conflict', async () => {
    const { as } = await aDesk()
    const [staff, auditor] = [await as('staff'), await as('auditor')]
    const { body } = await staff<DisclosureList>('POST', `disclosures/${town}/publish`, accounts)
    expect((await auditor('GET', `disclosures/${town}`)).status).toBe(200)
    expect((await auditor('POST', `disclosures/${town}/publish`, accounts)).status).toBe(403)
    const change = { ...accounts, title: '三季度收支', item: body.items[0]!.id, rev: body.items[0]!.rev }
    expect((await staff('POST', `disclosures/${town}/change`, change)).status).toBe(200)
    expect((await staff('POST', `disclosures/${town}/change`, change)).status).toBe(409)
    const now = (await staff<DisclosureList>('GET', `disclosures/${town}`)).body.items[0]!
    expect((await staff<DisclosureList>('POST', `disclosures/${town}/take-down`, { item: now.id, rev: now.rev, why: '数字有误' })).body.items).toMatchObject([{ state: 'taken-down', takenDown: { why: '数字有误' } }])
  })

  it('may have a file, which everybody opens from the board while it is published, and nobody after', async () => {
    const { home, as, board, file, upload } = await aDesk()
    const staff = await as('staff')
    const { body } = await staff<DisclosureList>('POST', `disclosures/${town}/publish`, { ...accounts, text: '' })
    const { id } = body.items[0]!
    expect(body.items[0]?.state).toBe('empty')
    expect((await board()).affairs).toEqual([])
    expect((await upload('staff', id, Buffer.from('%PDF-1.4\n%%EOF'))).body.items).toMatchObject([{ state: 'published', file: { mediaType: 'application/pdf' } }])
    expect((await board()).affairs).toMatchObject([{ hasFile: true }])
    expect(await file(`/api/board/${town}/files/${id}`)).toBe(200)
    expect((await upload('staff', id, Buffer.from('MZ not a paper'))).status).toBe(415)
    const telling = await upload('staff', id, aPaper('Income 120000, cost 90000. Call 13800000012 for more.'))
    expect([telling.status, telling.text]).toEqual([400, expect.stringContaining('手机号')])
    expect((await upload('staff', id, aPaper('Income 120000, cost 90000, balance 30000.'))).status).toBe(200)
    expect(await home.says('wang', '三季度的账公布了没')).toContain('附件在社区公开栏看')
    home.pass(30 * 86_400_000)
    expect(await file(`/api/board/${town}/files/${id}`)).toBe(404)
  })
})

describe('announcements at the desk', () => {
  it('say whom they would reach before they are sent, and are counted', async () => {
    const { home, as } = await aDesk()
    const staff = await as('staff')
    await home.says('wang', '订阅 停水')
    await home.saysInRoom('li', '@小助手 几点下班')
    const { rooms, kinds } = (await staff<AnnouncementList>('GET', `announcements/${town}`)).body
    expect(kinds[0]).toEqual({ kind: 'outage', name: '停水停电', subscribers: null })
    const wish = { kind: 'outage', audience: { rooms: rooms.map(({ id }) => id), subscribers: { kind: 'all' } } }
    expect((await staff<AnnouncementReach>('POST', `announcements/${town}/count`, wish)).body).toEqual({ persons: 1, rooms: 1, dueAt: null })
    const before = home.channel.shown.length
    expect((await staff<AnnouncementList>('POST', `announcements/${town}/send`, { ...wish, text: '明天上午检修停水' })).body.sent).toMatchObject([{ persons: 1, rooms: 1, withdrawn: 0 }])
    await home.engine.idle()
    expect(home.channel.shown.slice(before).map(({ to }) => to.conversationId).sort()).toEqual(['memory:private:wang', 'memory:room'])
    expect((await (await as('auditor'))('POST', `announcements/${town}/send`, { ...wish, text: '明天停水了' })).status).toBe(403)
  })
})

describe('property companies at the desk', () => {
  it('are concluded on by the head once four parties have spoken; who failed puts it right by a day and is evaluated anew; residents are told of no exit', async () => {
    const { home, as } = await aDesk()
    const [staff, lead] = [await as('staff'), await as('lead')]
    await home.says('wang', '投诉3栋物业保洁不干活')
    let view = (await staff<PropertyView>('POST', `property/${town}/evaluate`, { company: '示例物业', period: '2026年下半年', from: '2026-07-01', until: '2026-12-31', again: null })).body
    const row = (): PropertyView['evaluations'][number] => view.evaluations.find(({ again }) => again === null)!
    expect(row().complaints).toEqual([{ subject: '保洁', count: 1 }])
    const early = await lead('POST', `property/${town}/conclude`, { evaluation: row().id, rev: row().rev, rectifyBy: null })
    expect(early.text).toContain('还差：社区党组织、居委会、业委会、居民代表')
    for (const party of evaluationParties) view = (await staff<PropertyView>('POST', `property/${town}/mark`, { evaluation: row().id, rev: row().rev, party, mark: 40, words: '电梯老坏', spokeFor: '代表' })).body
    expect((await staff('POST', `property/${town}/conclude`, { evaluation: row().id, rev: row().rev, rectifyBy: '2026-12-31' })).status).toBe(403)
    expect((await lead('POST', `property/${town}/conclude`, { evaluation: row().id, rev: row().rev, rectifyBy: null })).text).toContain('整改到哪一天')
    view = (await lead<PropertyView>('POST', `property/${town}/conclude`, { evaluation: row().id, rev: row().rev, rectifyBy: '2026-12-31' })).body
    expect(row().verdict).toMatchObject({ passes: false, mean: 40, passMark: 60, rectifyBy: '2026-12-31' })
    const again = await staff<PropertyView>('POST', `property/${town}/evaluate`, { company: '示例物业', period: '2027年1月', from: '2027-01-01', until: '2027-01-31', again: row().id })
    expect(again.body.evaluations.filter((one) => one.again !== null)).toHaveLength(1)
    const before = home.channel.shown.length
    expect(await home.says('wang', '物业是不是要被换掉了')).not.toMatch(/退出|解聘|不合格/)
    expect(home.channel.shown.slice(before).every(({ reply }) => !reply.text.includes('40'))).toBe(true)
  })

  it('are brought to one table by staff, once, and the result needs a meeting', async () => {
    const { home, as } = await aDesk()
    const staff = await as('staff')
    for (const [who, words] of [['wang', '投诉3栋物业保洁不干活'], ['li', '5栋的物业保洁一个月没打扫，我要投诉'], ['zhao', '我投诉9栋物业，保洁态度差还不打扫']] as const) await home.says(who, words)
    const view = (await staff<PropertyView>('GET', `property/${town}`)).body
    expect(view.coordinations).toMatchObject([{ subject: '保洁', state: 'proposed', rule: { least: 3, withinDays: 30 } }])
    expect(view.coordinations[0]?.requests).toHaveLength(3)
    const [row] = view.coordinations
    const step = (rev: number, given: object): Promise<Answer<PropertyView>> => staff('POST', `property/${town}/step`, { coordination: row!.id, rev, step: given })
    expect((await step(row!.rev, { to: 'concluded', result: '月底前换新' })).text).toContain('还没有召集过')
    expect((await step(row!.rev, { to: 'convened', meeting: { at: '11月28日下午2点', place: '议事厅', parties: ['居委会', '物业公司'] } })).body.coordinations[0]?.state).toBe('convened')
    expect((await step(row!.rev, { to: 'dropped', result: '不开' })).status).toBe(409)
  })
})

describe('evaluations at the desk', () => {
  it('of a unit are given by who forwarded the task, in both directions, and reported with the task', async () => {
    const { home, as } = await aDesk()
    const [staff, other] = [await as('staff', 'wangshifu'), await as('staff', 'lishifu')]
    await home.says('wang', '3栋2单元楼道灯坏了')
    const [request] = await home.requests()
    const me = { kind: 'staff', id: 'wangshifu', name: 'wangshifu', isLead: false } as const
    const taken = await home.engine.actOnRequest(home.communityId, request!.id, request!.rev, { name: 'take', reason: null, brings: null }, me)
    await home.engine.actOnRequest(home.communityId, request!.id, taken.rev, { name: 'forward', reason: '路灯归供电', brings: { kind: 'offer', to: { kind: 'unit', name: '供电所', citation: null } } }, me)
    const mark = (direction: string, stars: number): object => ({ request: request!.id, unit: '供电所', direction, stars, words: '来得快' })
    expect((await other('POST', `evaluations/${town}/mark`, mark('of-unit', 4))).status).toBe(409)
    await staff('POST', `evaluations/${town}/mark`, mark('of-unit', 4))
    const { units } = (await staff<EvaluationView>('POST', `evaluations/${town}/mark`, mark('of-community', 5))).body
    expect(units).toMatchObject([{ unit: '供电所', meanOfUnit: 4, meanOfCommunity: 5, tasks: [{ number: request!.number, endedAt: null, ofUnit: { stars: 4 }, ofCommunity: { stars: 5 } }] }])
    expect(await home.store.find(home.communityId, 'unitMarks', {})).toHaveLength(2)
  })

  it('of a worker are seen by the worker and the head and by nobody else; the weight of residents stays over half', async () => {
    const { as } = await aDesk()
    const [worker, colleague, lead, admin, auditor] = [await as('staff', 'worker'), await as('staff', 'colleague'), await as('lead'), await as('admin'), await as('auditor')]
    const path = `evaluations/${town}/workers/worker`
    expect((await lead<WorkerView>('POST', path, { period: '2026H2', stars: 4, words: '上门勤' })).body).toMatchObject({ leadStars: 4, score: null, mayMark: true })
    expect((await worker<WorkerView>('GET', path)).body).toMatchObject({ name: 'worker', leadStars: 4, leadWords: '上门勤', mayMark: false })
    expect((await colleague('GET', path)).status).toBe(404)
    expect((await auditor('GET', path)).status).toBe(403)
    expect((await worker('POST', path, { period: '2026H2', stars: 5, words: '' })).status).toBe(403)
    expect((await worker<EvaluationView>('GET', `evaluations/${town}`)).body.workers).toEqual([])
    const rules = { rev: 0, coordination: { least: 2, withinDays: 10 }, passMark: 70 }
    expect((await admin('POST', `evaluations/${town}/rules`, { ...rules, residentsPercent: 50 })).text).toContain('一半以上')
    expect((await lead('POST', `evaluations/${town}/rules`, { ...rules, residentsPercent: 70 })).status).toBe(403)
    expect((await admin<EvaluationView>('POST', `evaluations/${town}/rules`, { ...rules, residentsPercent: 70 })).body.rules).toMatchObject({ residentsPercent: 70, coordination: { least: 2, withinDays: 10 } })
  })
})

describe('projects at the desk', () => {
  it('are made of a need that keeps coming back, and keep the requests they were made from', async () => {
    const { home, as } = await aDesk()
    const staff = await as('staff')
    for (const who of ['wang', 'li', 'zhao']) {
      await home.says(who, '给我妈约个助浴，3栋2单元501，电话13800000012')
      await home.says(who, '对')
    }
    const { needs } = (await staff<ProjectList>('GET', `projects/${town}`)).body
    expect(needs.map(({ service, requests }) => [service, requests.length])).toEqual([['助浴', 3]])
    expect(JSON.stringify(needs)).not.toContain('13800000012')
    const made = await staff<ProjectList>('POST', `projects/${town}/begin`, { title: '独居老人助浴', need: '老人洗澡难', organisation: '', socialWorker: '', volunteers: '', requests: needs[0]!.requests.map(({ id }) => id) })
    expect(made.body.needs).toEqual([])
    const [project] = made.body.projects
    const changed = await staff<ProjectList>('POST', `projects/${town}/change`, { project: project!.id, rev: project!.rev, title: '独居老人助浴', need: '老人洗澡难', organisation: '示例社工站', socialWorker: '小陈', volunteers: '', state: 'running', note: '找到社工站', requests: [] })
    expect(changed.body.projects).toMatchObject([{ organisation: '示例社工站', state: 'running', steps: [{ note: '立项，关联 3 件工单' }, { note: '找到社工站' }] }])
    expect(changed.body.projects[0]?.requests).toHaveLength(3)
  })
})
