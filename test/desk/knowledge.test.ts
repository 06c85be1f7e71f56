import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FactFromAnswer, FactList, FindingList, GapList, ReadPolicy, ServiceList, Trial, VersionDetail, VersionList, VersionRow } from '../../src/desk/knowledge-types.js'
import type { CommunityId } from '../../src/knowledge/community.js'
import { createLiveKnowledge } from '../../src/publication/live-knowledge.js'
import { createPublication } from '../../src/publication/publication.js'
import { invented } from '../publication/invented-knowledge.js'
import { puyang, runningServer, type Browser, type RunningServer } from './running-server.js'

const lotus = 'lotus-demo' as CommunityId
const base = '/api/desk/knowledge'

let server: RunningServer
beforeEach(async () => {
  const files = new Map([...invented, ['services/community.json', JSON.stringify([{
    code: 'lamp', name: '路灯报修', words: ['路灯'], intents: ['repair_env'], disclosure: 'public', filing: 'at-once', fields: [], forwardTo: null, books: false, purpose: '用来派人去修',
  }])]])
  server = await runningServer({
    knowledge: async (store, now) => {
      const publication = createPublication(store, now)
      await publication.begin(files)
      const live = await createLiveKnowledge(publication)
      return {
        publication, inUse: live.inUse, titleOf: (intent) => intent, takeUp: async () => { await live.reload() },
        tryOut: ({ id }) => Promise.resolve({ understanding: null, answer: { id, speaks: true, outcome: 'answered', intents: [], slots: [], reply: [], citations: [], ms: 1 } }),
      }
    },
  })
})
afterEach(() => server.close())

const notice = { topic: '通知', item: '停水', text: '周三九点到十二点停水检修', source: '居委会', date: '2026-11-19', from: null, until: '2026-11-30' }

async function enter(who: Browser, fact: unknown = notice, id: string | null = null): Promise<number> {
  const answer = await who.call('POST', `${base}/facts/${lotus}`, { id, fact, reason: '供水公司来电' })
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.json<VersionRow>().number
}

/** Until the questions have been put. */
async function check(who: Browser, number: number): Promise<VersionDetail> {
  let seen = (await who.call('POST', `${base}/versions/${number}/check`)).json<VersionDetail>()
  while (seen.checking !== null || (seen.check === null && seen.checkFault === null)) {
    await new Promise((resolve) => setImmediate(resolve))
    seen = (await who.call('GET', `${base}/versions/${number}`)).json<VersionDetail>()
  }
  return seen
}

describe('a notice that a lead proposes', () => {
  it('goes live when an admin has checked, and a second admin approved it; residents hear it at once', async () => {
    const [lead, admin, second] = [await server.staff('lead', [lotus]), await server.staff('admin', 'all'), await server.staff('admin', 'all')]
    const number = await enter(lead)
    expect((await lead.call('GET', `${base}/versions/${number}`)).json<VersionDetail>()).toMatchObject({ may: ['drop'], waitsFor: expect.stringContaining('管理员') as string, changes: [{ what: 'fact', before: null, after: expect.stringContaining('停水检修') as string }] })
    expect(await check(admin, number)).toMatchObject({ version: { state: 'checked', broken: 0 }, check: { asked: 3, broken: [] }, may: ['check', 'approve', 'drop'] })
    expect((await lead.call('POST', `${base}/versions/${number}/approve`)).statusCode).toBe(403)
    expect((await second.call('POST', `${base}/versions/${number}/approve`)).json<VersionDetail>()).toMatchObject({ version: { state: 'approved' }, may: ['check', 'publish', 'drop'] })
    expect((await admin.call('POST', `${base}/versions/${number}/publish`)).json<VersionDetail>()).toMatchObject({ version: { state: 'live' } })
    const trial = (await lead.call('POST', `${base}/trial/${lotus}`, { question: '停水通知是什么时候', chat: 'private', mentioned: false })).json<Trial>()
    expect(trial).toMatchObject({ version: number, answer: { kind: 'answered', citations: [{ kind: 'fact', quote: expect.stringContaining('周三九点') as string }] } })
    expect((await lead.call('GET', `${base}/facts/${lotus}`)).json<FactList>()).toMatchObject({ facts: [{ id: 'hours' }, { topic: '通知', source: '居委会' }], drafts: [] })
  })

  it('is never approved by the admin who wrote it, unless that is the only one, and then it says so', async () => {
    const admin = await server.staff('admin', 'all')
    const number = await enter(admin)
    expect((await check(admin, number)).may).toContain('approve')
    const second = await server.staff('admin', 'all')
    const refused = await admin.call('POST', `${base}/versions/${number}/approve`)
    expect([refused.statusCode, refused.json<{ message: string }>().message]).toEqual([409, '您是这一版的作者，要由另一位管理员批准'])
    await server.store.commit('platform' as CommunityId, [{ op: 'remove', table: 'staff', id: second.account.id, rev: 1 }])
    expect((await admin.call('POST', `${base}/versions/${number}/approve`)).json<VersionDetail>().version.approval).toMatchObject({ alone: true })
  })

  it('can be withdrawn by who proposed it, and by nobody else but an admin', async () => {
    const [lead, other] = [await server.staff('lead', [lotus]), await server.staff('lead', [lotus])]
    const number = await enter(lead)
    expect((await other.call('POST', `${base}/versions/${number}/drop`)).statusCode).toBe(409)
    expect((await lead.call('POST', `${base}/versions/${number}/drop`)).json<VersionDetail>().version.state).toBe('dropped')
  })

  it('needs its source, its day and a reason, said in plain words', async () => {
    const lead = await server.staff('lead', [lotus])
    const refused = await Promise.all([{ ...notice, source: ' ' }, { ...notice, date: '昨天' }, { ...notice, from: '2026-12-01' }].map((fact) => lead.call('POST', `${base}/facts/${lotus}`, { id: null, fact, reason: '来电' })))
    expect(refused.map((answer) => [answer.statusCode, answer.json<{ message: string }>().message])).toEqual([[400, '请写来源'], [400, '日期要写成 2026-11-01'], [400, '有效期的结束要在开始之后']])
  })
})

describe('an answer of a member of staff', () => {
  it('becomes a fact to be looked over: question, words, who said it and when, without personal data', async () => {
    const line = (id: string, from: 'resident' | 'staff', text: string) => ({ op: 'put', table: 'messages', row: { id, rev: 0, conversationId: 'c1', at: server.clock.now, from, authorId: from, authorName: from === 'staff' ? '王芳' : null, text, attachments: [], reply: null, requestId: null } } as const)
    await server.store.commit(lotus, [line('m1', 'resident', '我电话13800000021，活动室周日开吗'), line('m2', 'staff', '活动室周日上午九点到十一点开放，有事打13800000022')])
    const lead = await server.staff('lead', [lotus])
    const made = (await lead.call('GET', `${base}/facts/${lotus}/from/m2`)).json<FactFromAnswer>()
    expect(made).toMatchObject({ question: expect.stringContaining('活动室周日开吗') as string, fact: { text: expect.stringContaining('周日上午九点') as string, source: '王芳 2026-11-20 答复居民', date: '2026-11-20' } })
    expect(JSON.stringify(made)).not.toMatch(/1380000002/)
    expect((await lead.call('GET', `${base}/facts/${lotus}/from/m1`)).statusCode).toBe(404)
  })
})

describe('a policy file', () => {
  const text = `示例市居民楼道堆物管理办法\n\n示居发〔2025〕8号\n\n（2025年3月1日）\n\n一、总体要求\n\n${'楼道是大家的通道，任何人不得在楼道堆放杂物，影响通行和安全。'.repeat(6)}\n\n二、清理期限\n\n社区发现楼道堆物的，应当通知堆放人在三日内自行清理；逾期不清理的，由社区组织清理。\n`
  const upload = (who: Browser, content: string | Buffer, query = 'jurisdiction=990100&name=楼道办法.txt') => who.call('POST', `${base}/policies/read?${new URLSearchParams(query).toString()}`, undefined, {
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    payload: Buffer.concat([Buffer.from('--x\r\ncontent-disposition: form-data; name="file"; filename="a"\r\ncontent-type: application/octet-stream\r\n\r\n'), Buffer.from(content), Buffer.from('\r\n--x--\r\n')]),
  })

  it('is read, shown beside its original with what was found in it, corrected, and kept as a draft', async () => {
    const admin = await server.staff('admin', 'all')
    const read = (await upload(admin, text)).json<ReadPolicy>()
    expect(read).toMatchObject({ format: 'text', metadata: { title: '示例市居民楼道堆物管理办法', number: '示居发〔2025〕8号', signed: '2025-03-01' }, existing: [{ id: 'opinion' }] })
    const clause = read.clauses.find(({ path }) => path === '二')!.paragraphs.at(-1)!
    expect(read.raw.slice(clause.from, clause.to)).toContain('三日内自行清理')
    const { id: _id, sourceFile: _file, supersedes: _old, ...found } = read.metadata
    const metadata = { ...found, effective: '2025-04-01', validUntil: null, jurisdictionName: '示例市' }
    const kept = await admin.call('POST', `${base}/policies`, { fileName: read.fileName, raw: read.raw, format: read.format, metadata, replaces: null, reason: '新发的办法' })
    expect(kept.statusCode, kept.body).toBe(201)
    const detail = (await admin.call('GET', `${base}/versions/${kept.json<VersionRow>().number}`)).json<VersionDetail>()
    expect(detail.changes.map(({ what }) => what)).toEqual(expect.arrayContaining(['policy', 'clause']))
  })

  it('of a kind that can’t be read is refused with a sentence that says what to do', async () => {
    const admin = await server.staff('admin', 'all')
    expect((await upload(admin, '{\\rtf1 abc')).json()).toMatchObject({ message: expect.stringContaining('另存为 .docx') as string })
    expect((await upload(admin, text, 'jurisdiction=33&name=a.txt')).json()).toMatchObject({ message: expect.stringContaining('六位以上') as string })
  })

  it('holds everywhere: an admin of one community does not enter it, nor a service', async () => {
    const admin = await server.staff('admin', [lotus])
    const service = await admin.call('POST', `${base}/services/lamp`, { words: { name: '路灯', about: '', words: ['路灯'], materials: [], term: null }, reason: '改名' })
    expect([service.statusCode, (await enter(admin)) > 1]).toEqual([403, true])
  })
})

describe('a service', () => {
  it('is told otherwise by an admin, its time with source and day; the rest of it stays', async () => {
    const admin = await server.staff('admin', 'all')
    const words = { name: '路灯报修', about: '公共地方的路灯不亮', words: ['路灯', '灯杆'], materials: [], term: { workdays: 2, source: '居委会承诺', date: '2026-11-01' } }
    const { number } = (await admin.call('POST', `${base}/services/lamp`, { words, reason: '定了时限' })).json<VersionRow>()
    await check(admin, number)
    await admin.call('POST', `${base}/versions/${number}/approve`)
    await admin.call('POST', `${base}/versions/${number}/publish`)
    expect((await admin.call('GET', `${base}/services`)).json<ServiceList>().services).toEqual([{ code: 'lamp', group: '', ...words }])
  })
})

describe('what went live', () => {
  it('is taken back with a reason, as a new version', async () => {
    const admin = await server.staff('admin', 'all')
    const number = await enter(admin)
    await check(admin, number)
    await admin.call('POST', `${base}/versions/${number}/approve`)
    await admin.call('POST', `${base}/versions/${number}/publish`)
    expect((await admin.call('POST', `${base}/versions/1/rollback`, { reason: '' })).json()).toMatchObject({ message: expect.stringContaining('为什么') as string })
    await admin.call('POST', `${base}/versions/1/rollback`, { reason: '通知发错了' })
    const { versions } = (await admin.call('GET', `${base}/versions`)).json<VersionList>()
    expect(versions[0]).toMatchObject({ number: 3, state: 'live', origin: { kind: 'rollback', of: 1 }, reason: '通知发错了' })
  })
})

describe('what the knowledge lacks', () => {
  it('is listed: questions that nothing answered, by meaning and community; another community’s are not shown', async () => {
    const ask = (id: string, text: string) => ({ op: 'put', table: 'learning', row: { id, rev: 0, at: server.clock.now, conversationId: 'c1', text, understood: [], why: 'unanswered', chosen: null, label: 'drop', labelledAt: null, publishedAt: null } } as const)
    await server.store.commit(lotus, [ask('1', '游泳馆几点开门'), ask('2', '游泳馆开门时间'), ask('3', '旧衣服回收箱在哪里')])
    const gaps = async (who: Browser) => (await who.call('GET', `${base}/gaps`)).json<GapList>().gaps.map(({ count }) => count)
    expect([await gaps(await server.staff('lead', [lotus])), await gaps(await server.staff('lead', [puyang]))]).toEqual([[2, 1], []])
  })

  it('is listed: what is past or about to be', async () => {
    const lead = await server.staff('lead', [lotus])
    expect((await lead.call('GET', `${base}/findings`)).json<FindingList>()).toEqual({ findings: [] })
  })
})

describe('who only works at requests', () => {
  it('reads no drafts; an auditor reads and changes nothing', async () => {
    const [staff, auditor] = [await server.staff('staff', [lotus]), await server.staff('auditor', 'all')]
    expect([(await staff.call('GET', `${base}/versions`)).statusCode, (await auditor.call('GET', `${base}/versions/1`)).json<VersionDetail>().may, (await auditor.call('POST', `${base}/facts/${lotus}`, {})).statusCode]).toEqual([403, [], 403])
  })
})
