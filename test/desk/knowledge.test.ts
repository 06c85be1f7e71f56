import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FactFromAnswer, FactList, FindingList, GapList, QuestionList, QuestionRow, ReadPolicy, ServiceList, Trial, VersionDetail, VersionList, VersionRow } from '../../src/desk/knowledge-types.js'
import type { CommunityId } from '../../src/knowledge/community.js'
import { createLiveKnowledge } from '../../src/publication/live-knowledge.js'
import { createPublication } from '../../src/publication/publication.js'
import { invented } from '../publication/invented-knowledge.js'
import { huzhou, puyang, runningServer, type Browser, type RunningServer } from './running-server.js'

const lotus = 'lotus-demo' as CommunityId
const base = '/api/desk/knowledge'

const lamp = { code: 'lamp', name: '路灯报修', words: ['路灯'], intents: ['repair_env'], disclosure: 'public', filing: 'at-once', fields: [], forwardTo: null, books: false, purpose: '用来派人去修' }

let server: RunningServer
beforeEach(async () => {
  const files = new Map([...invented, ['services/community.json', JSON.stringify([lamp])]])
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
    const service = await admin.call('POST', `${base}/services/lamp`, { service: { ...lamp, name: '路灯' }, reason: '改名' })
    expect([service.statusCode, (await enter(admin)) > 1]).toEqual([403, true])
  })
})

const goLive = async (who: Browser, number: number): Promise<void> => {
  await check(who, number)
  for (const act of ['approve', 'publish']) expect((await who.call('POST', `${base}/versions/${number}/${act}`)).statusCode).toBe(200)
}

describe('a service', () => {
  it('is told otherwise by an admin, its time with source and day; what was not touched stays as it was written', async () => {
    const admin = await server.staff('admin', 'all')
    const { services: [before] } = (await admin.call('GET', `${base}/services`)).json<ServiceList>()
    const service = { ...before, about: '公共地方的路灯不亮', words: ['路灯', '灯杆'], term: { workdays: 2, source: '居委会承诺', date: '2026-11-01' } }
    const made = await admin.call('POST', `${base}/services/lamp`, { service, reason: '定了时限' })
    const { number } = made.json<VersionRow>()
    const { changes } = (await admin.call('GET', `${base}/versions/${number}`)).json<VersionDetail>()
    expect(changes).toMatchObject([{ what: 'service', where: 'lamp 路灯报修', after: expect.stringContaining('时限：2 个工作日（居委会承诺，2026-11-01）') as string }])
    await goLive(admin, number)
    expect((await admin.call('GET', `${base}/services`)).json<ServiceList>().services).toEqual([service])
    const files = await server.publication.files(await server.publication.live())
    expect(files.get('services/community.json')).not.toContain('claimHours')
  })

  it('is entered new, with what is asked for it, and residents can ask for it at once', async () => {
    const admin = await server.staff('admin', 'all')
    const fields = [{ slot: 'addr', label: '地点', question: '请问在哪儿？', why: '好找', required: true, options: [{ value: '东门', words: ['大门口'] }] }]
    const service = { ...lamp, code: 'new', name: '共享单车清理', words: ['单车乱停'], fields, forwardTo: null }
    expect((await admin.call('POST', `${base}/services/new`, { service: { ...service, intents: [] }, reason: '新开' })).json()).toMatchObject({ code: 'bad-input', message: expect.stringContaining('意图') as string })
    const { number } = (await admin.call('POST', `${base}/services/new`, { service, reason: '新开的服务' })).json<VersionRow>()
    await goLive(admin, number)
    const { services } = (await admin.call('GET', `${base}/services`)).json<ServiceList>()
    expect(services.map(({ name, code }) => [name, code.replace(/-.*/, '')])).toEqual([['路灯报修', 'lamp'], ['共享单车清理', 'local']])
    expect(services[1]?.fields).toMatchObject(fields)
  })

  it('can have a list of what to bring, with questions that change it; a question that changes nothing is refused', async () => {
    const admin = await server.staff('admin', 'all')
    const checklist = {
      checklist: 'new', name: '居住证', words: ['居住证'], communities: [lotus], source: '窗口', date: '2026-11-01',
      questions: [{ id: 'self', ask: '是您本人去办吗？', yes: ['本人'], no: [] }], materials: [{ text: '身份证', when: {} }, { text: '委托书', when: { self: 'no' } }],
    }
    const refused = await admin.call('POST', `${base}/checklists/new`, { checklist: { ...checklist, materials: [{ text: '身份证', when: {} }] }, reason: '窗口来的清单' })
    expect(refused.json()).toMatchObject({ message: '「self」问了也不改变清单' })
    const { number } = (await admin.call('POST', `${base}/checklists/new`, { checklist, reason: '窗口来的清单' })).json<VersionRow>()
    await goLive(admin, number)
    const { checklists } = (await admin.call('GET', `${base}/services`)).json<ServiceList>()
    expect(checklists).toMatchObject([{ name: '居住证', materials: checklist.materials }])
    expect((await admin.call('POST', `${base}/checklists/${checklists[0]!.checklist}`, { checklist: { ...checklists[0], source: '窗口公告' }, reason: '改来源' })).statusCode).toBe(201)
  })
})

describe('two drafts that change the same thing', () => {
  const hours = (monday: string) => ({ seasons: [{ monday: [monday], tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [], sunday: [] }], source: '公告', date: '2026-11-20' })
  const grid = (name: string, building: string) => ({ name, person: { name: '李师傅', role: '网格员' }, buildings: [building], areas: [] })

  it('are both kept: the page shows both wordings, and one is chosen for each; what only one changed is simply kept', async () => {
    await server.close()
    server = await runningServer()
    const admin = await server.staff('admin', 'all')
    const draft = async (change: object, what: 'hours' | 'grids'): Promise<number> => {
      const made = await admin.call('POST', `/api/desk/places/${huzhou}/${what}`, { base: 1, reason: '改一改', ...change })
      expect(made.statusCode, made.body).toBe(201)
      return made.json<{ number: number }>().number
    }
    const first = await draft({ hours: hours('08:30-12:00') }, 'hours')
    const second = await draft({ hours: hours('09:00-12:00') }, 'hours')
    const third = await draft({ grids: [grid('第一网格', '1栋')] }, 'grids')
    await goLive(admin, first)
    const seen = (await admin.call('GET', `${base}/versions/${second}`)).json<VersionDetail>()
    expect(seen).toMatchObject({ may: ['merge', 'drop'], waitsFor: expect.stringContaining('两份都留着') as string, conflicts: [{ name: '办公时间', before: null, draft: expect.stringContaining('周一 09:00-12:00') as string, live: expect.stringContaining('周一 08:30-12:00') as string }] })
    expect((await admin.call('POST', `${base}/versions/${second}/check`)).statusCode).toBe(409)
    // Grids and hours are two things.
    await goLive(admin, third)
    const { key } = seen.conflicts[0]!
    expect((await admin.call('POST', `${base}/versions/${second}/merge`, { choices: [{ key, take: 'live' }] })).json()).toMatchObject({ message: '和在用的一版没有不同，不用改' })
    expect((await admin.call('POST', `${base}/versions/${second}/merge`, { choices: [{ key, take: 'draft' }] })).json<VersionDetail>()).toMatchObject({ conflicts: [], version: { state: 'draft', base: third }, may: ['check', 'drop'] })
    await goLive(admin, second)
    const home = server.knowledge.inUse().communities.get(huzhou)
    expect([home?.hours?.seasons[0]?.monday, home?.grids.map(({ name }) => name)]).toEqual([['09:00-12:00'], ['第一网格']])
  })

  it('are sorted out by their author or an admin, and not by an admin of another place', async () => {
    const [admin, lead, other] = [await server.staff('admin', 'all'), await server.staff('lead', [lotus]), await server.staff('lead', [lotus])]
    const mine = await enter(lead, { ...notice, topic: '办公时间', item: '办事大厅', until: null }, 'hours')
    const theirs = await enter(admin, { ...notice, topic: '办公时间', item: '办事大厅', text: '九点开门', until: null }, 'hours')
    await goLive(admin, theirs)
    expect((await other.call('GET', `${base}/versions/${mine}`)).json<VersionDetail>().may).toEqual([])
    const { conflicts } = (await lead.call('GET', `${base}/versions/${mine}`)).json<VersionDetail>()
    expect((await other.call('POST', `${base}/versions/${mine}/merge`, { choices: [{ key: conflicts[0]!.key, take: 'draft' }] })).statusCode).toBe(409)
    expect((await lead.call('POST', `${base}/versions/${mine}/merge`, { choices: [{ key: conflicts[0]!.key, take: 'draft' }] })).json<VersionDetail>().conflicts).toEqual([])
  })
})

describe('questions that every change is put to', () => {
  const question = '楼道里能不能堆东西'

  it('are kept as they are answered now, or as they should be, and a change that answers otherwise does not pass', async () => {
    const [admin, lead] = [await server.staff('admin', 'all'), await server.staff('lead', [lotus])]
    const keep = (who: Browser, body: object) => who.call('POST', `${base}/questions`, { community: lotus, expect: 'as-now', ...body })
    expect((await keep(lead, { question: '办事大厅什么时候开门' })).json<QuestionRow>()).toMatchObject({ expect: { fact: expect.stringContaining('办公时间') as string }, kept: { author: expect.stringContaining('lead') as string }, mayDrop: true })
    expect((await keep(lead, { question, expect: { policy: 'opinion', section: '九' } })).json()).toMatchObject({ message: '这份文件里没有这一条' })
    expect((await keep(lead, { question, expect: 'refusal' })).statusCode).toBe(201)
    expect((await keep(admin, { question, expect: 'refusal' })).statusCode).toBe(409)
    const { questions, policies } = (await lead.call('GET', `${base}/questions`)).json<QuestionList>()
    expect(questions.map((one) => [one.question, one.expected, one.kept === null])).toEqual([[question, '不答', false], ['办事大厅什么时候开门', expect.stringContaining('办公时间'), false], ...Array.from({ length: 3 }, () => [expect.anything(), expect.anything(), true])])
    expect(policies).toMatchObject([{ id: 'opinion', sections: expect.arrayContaining(['二/（一）']) as unknown }])
    const number = await enter(admin, { ...notice, topic: '楼道', item: '堆东西', text: '楼道里不能堆东西', until: null })
    expect(await check(admin, number)).toMatchObject({ version: { state: 'broken' }, check: { asked: 5, broken: [{ question }] } })
  })

  it('are dropped by who kept them or by an admin', async () => {
    const [admin, lead, other] = [await server.staff('admin', 'all'), await server.staff('lead', [lotus]), await server.staff('lead', [lotus])]
    const { kept } = (await lead.call('POST', `${base}/questions`, { community: lotus, question, expect: 'refusal' })).json<QuestionRow>()
    const drop = async (who: Browser): Promise<number> => (await who.call('POST', `${base}/questions/${kept!.id}/drop`)).statusCode
    expect([await drop(other), await drop(await server.staff('lead', [puyang])), await drop(admin), await drop(lead)]).toEqual([403, 404, 200, 404])
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
