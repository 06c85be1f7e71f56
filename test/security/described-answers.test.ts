import { readFile } from 'node:fs/promises'
import { generate } from 'otplib'
import fastify, { type FastifyInstance, type LightMyRequestResponse } from 'fastify'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BookableList, BookingDay } from '../../src/desk/booking-types.js'
import type { ActivityDetail, ActivityList } from '../../src/desk/activity-types.js'
import type { GroupList, PlaceView } from '../../src/desk/place-types.js'
import type { Invited, TemplateList } from '../../src/desk/api-types.js'
import type { ProjectList, PropertyView } from '../../src/desk/coordination-types.js'
import type { DisclosureList } from '../../src/desk/disclosure-types.js'
import type { TrainingView } from '../../src/desk/understanding-types.js'
import type { TopicList } from '../../src/desk/topic-types.js'
import type { WishList } from '../../src/desk/wish-types.js'
import type { FactList, PolicyList, PolicyShown, QuestionRow, ReadPolicy, VersionDetail } from '../../src/desk/knowledge-types.js'
import type { SecondStepBegun } from '../../src/desk/account-types.js'
import type { DeliveryShown, WebhookMade } from '../../src/exchange/exchange-types.js'
import { answersOf, readAnswers, type DescribedAnswers } from '../../src/http/answers.js'
import type { Reply } from '../../src/channels/channel.js'
import { seededRandom } from '../../src/random.js'
import { aPng } from '../journeys/running.js'
import { oneOfEach } from '../store/rows.js'
import { aRequest, huzhou, runningServer, staffPassword, type Browser, type RunningServer } from '../desk/running-server.js'

let server: RunningServer
let admin: Browser & { readonly account: { readonly id: string } }
let colleague: string
let described: DescribedAnswers
let judge: FastifyInstance
/** A text that waits to be published. */
let policyDraft: { readonly number: number }
/** Routes whose real answers were held against the description. */
const seen = new Set<string>()
const faults: string[] = []

beforeAll(async () => {
  described = await readAnswers()
  server = await runningServer()
  judge = fastify({ ajv: { customOptions: { strict: false, coerceTypes: false, removeAdditional: false, allErrors: false } } })
  judge.post('/', (request, reply) => reply.send(judgement(request.body as { schema: object; answer: unknown }, (schema) => request.compileValidationSchema(schema))))
  await judge.ready()
  const who = await server.staff('admin', 'all')
  admin = who
  colleague = (await server.staff('staff')).account.id
  const said = '我叫张小花，电话13800000042，3栋2单元灯坏了'
  await server.store.commit(huzhou, [
    {
      op: 'put', table: 'requests', row: aRequest('r1', {
        conversationId: 'web:c1', residentId: 'p1', description: said, fields: [{ name: 'phone', value: '13800000042', start: 0, end: 11 }], attachmentIds: ['a1'],
        reporters: [{ residentId: 'p1', conversationId: 'web:c1', chat: 'private', at: 1, words: said }], ratings: [{ at: 1, residentId: 'p1', stars: 1, words: '没人来' }],
        history: [{ at: 1, actor: { kind: 'staff', id: 's', name: '小周' }, from: 'accepted', to: 'in-progress', note: '打了电话' }],
        appointment: { slotId: null, at: '2026-11-20T10:00:00+08:00', what: '上门' },
      }),
    },
    { op: 'put', table: 'requests', row: aRequest('r2', { description: '4栋门口路灯不亮' }) },
    {
      op: 'put', table: 'requests', row: aRequest('r3', {
        description: '路灯不亮', history: [{ at: 1, actor: { kind: 'staff', id: 's', name: '小周' }, from: 'assigned', to: 'forwarded', note: '归供电', move: 'forward', brought: { kind: 'offer', to: { kind: 'unit', name: '供电所', citation: null } } }],
      }),
    },
    { op: 'put', table: 'conversations', row: { id: 'web:c1', rev: 0, channel: 'web', chat: 'private', residentId: 'p1', title: '张小花', mode: 'waiting', handover: { reason: '要人回电', at: 1, urgent: false }, takenBy: null, lastAt: 1 } },
    { op: 'put', table: 'conversations', row: { id: 'lark:room', rev: 0, channel: 'lark', chat: 'group', residentId: null, title: '业主群', mode: 'bot', handover: null, takenBy: null, lastAt: 1 } },
    { op: 'put', table: 'coordinations', row: { id: 'meeting-1', rev: 0, subject: '照明', openKey: '照明', requestIds: ['r2'], raisedAt: 1, rule: { least: 3, withinDays: 30 }, state: 'proposed', meeting: null, result: null, steps: [{ at: 1, by: null, to: 'proposed' }], endedAt: null } },
    { op: 'put', table: 'unsaid', row: { id: 'u1', rev: 0, at: 1, conversationId: 'lark:room', text: '灯坏了', reply: ['请问在哪儿'], outcome: 'clarifying', reason: 'public-fault' } },
    { op: 'put', table: 'residents', row: { id: 'p1', rev: 0, channel: 'web', name: '张小花', phone: '13800000042', privateConversationId: 'web:c1', noticedAt: null, createdAt: 1 } },
    {
      op: 'put', table: 'messages', row: {
        id: 'm1', rev: 0, conversationId: 'web:c1', at: 1, from: 'bot', authorId: 'bot', authorName: null, text: '按规定办', attachments: [], requestId: 'r1',
        reply: aReply({ text: '按规定办', citations: [{ kind: 'policy', document: '办法', number: '示发〔2025〕1号', section: '一', quote: '按规定办', source: '按规定办', status: 'in-force', jurisdiction: '示例市', date: '2025-01-01', clause: '按规定办' }] }),
      },
    },
    { op: 'put', table: 'messages', row: { id: 'm2', rev: 0, conversationId: 'web:c1', at: 2, from: 'staff', authorId: 's', authorName: '小周', text: '活动室周日开', attachments: [], reply: null, requestId: null } },
    { op: 'put', table: 'learning', row: { id: 'l1', rev: 0, at: 1, conversationId: 'web:c1', text: '嘎嘎本', understood: [{ intent: 'noise', confidence: 0.3 }], why: 'unclear', chosen: null, label: null, labelledAt: null, publishedAt: null } },
    { op: 'put', table: 'learning', row: { id: 'l2', rev: 0, at: 1, conversationId: 'web:c1', text: '游泳馆几点开', understood: [], why: 'unanswered', chosen: null, label: 'drop', labelledAt: null, publishedAt: null } },
    { op: 'put', table: 'pages', row: { id: 'call-9', rev: 0, number: 9, cause: { kind: 'danger', what: '有人摔倒' }, conversationId: 'web:c1', at: 1, state: 'calling', nextAt: 2, answeredBy: null, endedAt: null, steps: [] } },
  ])
  server.health.report('lark', { kind: 'offline', reason: '网络断了' })
})
afterAll(async () => {
  await judge.close()
  await server.close()
})

const aReply = (given: Pick<Reply, 'text' | 'citations'>): Reply => ({ choices: [], urgency: 'normal', from: { kind: 'bot' }, ...given })
const isJson = ({ headers }: LightMyRequestResponse): boolean => String(headers['content-type']).startsWith('application/json')

interface Validator { (answer: unknown): boolean; readonly errors?: readonly unknown[] | null }
function judgement({ schema, answer }: { readonly schema: object; readonly answer: unknown }, compile: (schema: Record<string, unknown>) => Validator): object {
  const validate = compile(exactly({ ...schema, components: { schemas: described.schemas } }) as Record<string, unknown>)
  return validate(answer) ? { fits: true } : { fits: false, why: validate.errors }
}

/** The form with nothing left open: an answer that brings more than it says is a leak. */
function exactly(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(exactly)
  if (typeof schema !== 'object' || schema === null) return schema
  const own = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, exactly(value)]))
  // The judge knows an older draft, in which the parts of a tuple stand under `items`.
  if ('prefixItems' in own) return { type: 'array', items: own['prefixItems'], additionalItems: false, minItems: own['minItems'] }
  return own['type'] === 'object' && 'properties' in own && !('additionalProperties' in own) ? { ...own, additionalProperties: false } : own
}

const urlOf = (method: string, path: string): string | null => {
  const [bare = ''] = path.split('?')
  const given = bare.split('/')
  const fits = (url: string): boolean => { const own = url.split('/'); return own.length === given.length && own.every((part, at) => part === given[at] || part.startsWith(':')) }
  const rows = server.app.accessTable.filter((row) => row.method === method && fits(row.url))
  return (rows.find(({ url }) => url === bare) ?? rows.sort((one, other) => one.url.split(':').length - other.url.split(':').length)[0])?.url ?? null
}

async function hold(method: 'GET' | 'POST', path: string, answer: LightMyRequestResponse): Promise<void> {
  const url = urlOf(method, path)
  if (url === null || answer.statusCode >= 300) return void faults.push(`${method} ${path}: ${answer.statusCode} ${answer.body.slice(0, 150)}`)
  const known = answersOf(described, method, url)?.[String(answer.statusCode)]
  if (known === undefined) return void faults.push(`${method} ${url}: answers ${answer.statusCode}, which is not described`)
  seen.add(`${method} ${url}`)
  if (known.schema === undefined) return void (isJson(answer) ? faults.push(`${method} ${url}: answers JSON that is not described`) : 0)
  const verdict = (await judge.inject({ method: 'POST', url: '/', payload: { schema: known.schema, answer: answer.json<unknown>() } })).json<{ fits: boolean; why: unknown }>()
  if (!verdict.fits) faults.push(`${method} ${url}: ${JSON.stringify(verdict.why ?? verdict)}`)
}

async function call<T = unknown>(method: 'GET' | 'POST', path: string, body?: unknown, who: Browser = admin): Promise<T> {
  const answer = await who.call(method, path, body)
  await hold(method, path, answer)
  return (isJson(answer) ? answer.json<T>() : null) as T
}
const post = <T = unknown>(path: string, body: unknown = {}): Promise<T> => call<T>('POST', path, body)

async function upload<T>(path: string, text: string): Promise<T> {
  const form = new FormData()
  form.append('file', new Blob([text], { type: 'text/csv' }), 'a.csv')
  const packed = new Response(form)
  const answer = await admin.call('POST', path, Buffer.from(await packed.arrayBuffer()), { headers: { 'content-type': packed.headers.get('content-type') ?? '' } })
  await hold('POST', path, answer)
  return answer.json<T>()
}

/** Read with something of its own to ask for, or after something was done: not by the walk over all that is read. */
const needsMore = /\/(?:stream|attachments\/:community\/:id|channels\/:channel\/qr|invitations\/:token|from\/:id|knowledge\/policies\/:id|webhooks\/:id\/log|communities\/names|files\/:item|workers\/:id|activities\/:community\/:id|list\.csv|:id\/people|units\.csv)$/

describe('what the desk answers', () => {
  it('is described for every route, with each form by name', () => {
    const missing = server.app.accessTable.filter(({ method, url }) => url.startsWith('/api/desk/') && method !== 'HEAD' && answersOf(described, method, url) === null)
    expect(missing.map(({ method, url }) => `${method} ${url}`), 'run: node scripts/describe-answers.mjs').toEqual([])
  })

  it('is what the description says, field for field, on every route that is read and on those that change', async () => {
    const at = `/api/desk`
    for (const { method, url, access } of server.app.accessTable) {
      if (method !== 'GET' || !url.startsWith('/api/desk/') || needsMore.test(url) || access === 'resident') continue
      const id = url.includes('/conversations/') ? 'web:c1' : url.includes('/rooms/') ? 'lark:room' : url.includes('/versions/') ? '1' : 'r1'
      const query = url.endsWith('/behind') ? '?by=service&rate=response' : url.endsWith('/requests') ? '?view=open' : ''
      await call('GET', url.replace(':community', huzhou).replace(':id', encodeURIComponent(id)) + query)
    }
    const here = `/${huzhou}`
    const talk = `${at}/conversations${here}/web%3Ac1`
    await post(`${talk}/unmask`, { reason: '回电核对' })
    await post(`${talk}/take`)
    await post(`${talk}/say`, { text: '我来看看' })
    await post(`${talk}/link-code`)
    await post(`${talk}/release`)
    await post(`${at}/requests${here}/r1/unmask`, { reason: '回电约时间' })
    const { rev } = (await call<{ request: { rev: number } }>('GET', `${at}/requests${here}/r1`)).request
    await post(`${at}/requests${here}/r1/moves`, { name: 'take', rev })
    await post(`${at}/absences${here}`, { away: { kind: 'staff', id: colleague }, until: server.clock.now + 86_400_000, standIn: null })
    await post(`${at}/absences${here}/${colleague}/end`)
    await post(`${at}/duty${here}`, { rev: 0, lines: [] })
    await post(`${at}/duty${here}/try`, { staffId: colleague })
    await post(`${at}/groups${here}/codes`, { kind: 'resident' })
    expect((await call<GroupList>('GET', `${at}/groups${here}`)).people.length).toBeGreaterThan(0)
    const { templates } = await post<TemplateList>(`${at}/templates${here}`, { id: null, serviceCode: null, title: '明天上门', text: '明天上午上门' })
    await post(`${at}/templates${here}/${templates[0]!.id}/remove`)
    const affair = { kind: '财务收支', title: '第三季度收支', period: { year: 2026, from: 7, until: 9 }, text: '收入 12 万元', source: '居务监督委员会', publishedOn: '2026-11-20', until: null, letOut: null }
    const affairs = `${at}/disclosures${here}`
    const { id: item, rev: first } = (await post<DisclosureList>(`${affairs}/publish`, affair)).items[0]!
    await post(`${affairs}/change`, { ...affair, item, rev: first })
    const filed = await upload<DisclosureList>(`${affairs}/files/${item}`, '%PDF-1.4\n%%EOF')
    await call('GET', `${affairs}/files/${item}`)
    await post(`${affairs}/take-down`, { item, rev: filed.items[0]!.rev, why: '数字有误' })
    const project = { title: '楼道加灯', need: '夜里看不见', organisation: '', socialWorker: '', volunteers: '' }
    const [made] = (await post<ProjectList>(`${at}/projects${here}/begin`, { ...project, requests: ['r2'] })).projects
    await post(`${at}/projects${here}/change`, { ...project, project: made!.id, rev: made!.rev, requests: [], state: 'running', note: '找到社工' })
    await post(`${at}/evaluations${here}/mark`, { request: 'r3', unit: '供电所', direction: 'of-unit', stars: 4, words: '来得快' })
    await post(`${at}/evaluations${here}/rules`, { rev: 0, coordination: { least: 3, withinDays: 30 }, passMark: 60, residentsPercent: 60 })
    await post(`${at}/evaluations${here}/workers/${colleague}`, { period: '2026H2', stars: 4, words: '' })
    await call('GET', `${at}/evaluations${here}/workers/${colleague}`)
    const audience = { rooms: ['lark:room'], subscribers: { kind: 'all' } }
    await post(`${at}/announcements${here}/count`, { kind: 'outage', audience })
    await post(`${at}/announcements${here}/send`, { kind: 'outage', audience, text: '周三停水' })
    await post(`${at}/property${here}/step`, { coordination: 'meeting-1', rev: 1, step: { to: 'convened', meeting: { at: '周六下午2点', place: '议事厅', parties: ['居委会', '物业公司'] } } })
    const begun = await post<PropertyView>(`${at}/property${here}/evaluate`, { company: '示例物业', period: '2026年', from: '2026-01-01', until: '2026-12-31', again: null })
    const evaluation = begun.evaluations[0]!.id
    for (const [index, party] of begun.evaluationParties.entries()) await post(`${at}/property${here}/mark`, { evaluation, rev: index + 1, party, mark: 80, words: '', spokeFor: '代表' })
    await post(`${at}/property${here}/conclude`, { evaluation, rev: begun.evaluationParties.length + 1, rectifyBy: null })
    await post(`${at}/views`, { rev: 0, views: [] })
    await post(`${at}/staff/${colleague}`, { kind: 'unlock' })
    await post(`${at}/staff/${colleague}/reset`)
    await post(`${at}/invitations`, { role: 'staff', scope: [huzhou] })
    const { base } = await call<PlaceView>('GET', `${at}/places${here}`)
    const table = '网格,负责人,职务,替岗人,替岗职务,类别,名称\r\n第一网格,李师傅,网格员,,,楼栋,1栋\r\n'
    await upload(`${at}/places${here}/grids/check`, table)
    await upload(`${at}/places${here}/grids/check`, '错的表')
    await post(`${at}/places${here}/grids`, { base, reason: '第一次登记', grids: [{ name: '第一网格', person: { name: '李师傅', role: '网格员' }, buildings: ['1栋'], areas: [] }] })
    const days = { monday: ['08:30-12:00'], tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [], sunday: [] }
    await post(`${at}/places${here}/hours`, { base, reason: '登记', hours: { seasons: [days], source: '社区公告', date: '2026-11-20' } })
    await post(`${at}/calendar`, { base, reason: '明年', year: { year: 2027, notice: '国办发明电〔2026〕9号', title: '示例通知', issued: '2026-11-10', holidays: [{ name: '元旦', from: '2027-01-01', until: '2027-01-03' }], workdays: [] } })
    await post(`${at}/knowledge/facts${here}`, { id: null, reason: '来电', fact: { topic: '通知', item: '停水', text: '周三停水', source: '居委会', date: '2026-11-19', from: null, until: '2026-11-30' } })
    await call('GET', `${at}/knowledge/facts${here}/from/m2`)
    await call('GET', `${at}/knowledge/versions/2`)
    await post(`${at}/knowledge/versions/2/check`)
    await post(`${at}/knowledge/versions/3/drop`)
    await post(`${at}/knowledge/trial${here}`, { question: '几点上班', chat: 'private', mentioned: false })
    const read = await upload<ReadPolicy>(`${at}/knowledge/policies/read?${new URLSearchParams({ jurisdiction: '330500', name: '办法.txt' }).toString()}`, `示例市居民楼道堆物管理办法\n\n示居发〔2025〕8号\n\n一、总体要求\n\n${'楼道是大家的通道，任何人不得在楼道堆放杂物，影响通行和安全。'.repeat(12)}\n`)
    expect(faults).toEqual([])
    const { id: _id, sourceFile: _file, supersedes: _old, ...metadata } = read.metadata
    policyDraft = await post<{ number: number }>(`${at}/knowledge/policies`, { fileName: read.fileName, raw: read.raw, format: read.format, metadata: { ...metadata, jurisdictionName: '示例市' }, replaces: null, reason: '新发' })
    const service = { code: 'new', name: '路灯报修', words: ['路灯'], intents: ['repair_env'], disclosure: 'public', filing: 'at-once', fields: [], forwardTo: null, books: false, purpose: '用来派人去修' }
    await post(`${at}/knowledge/services/new`, { service, reason: '新开' })
    await post(`${at}/knowledge/checklists/new`, { checklist: { checklist: 'new', name: '居住证', words: ['居住证'], communities: [huzhou], source: '窗口', date: '2026-11-01', questions: [], materials: [{ text: '身份证' }] }, reason: '窗口来的' })
    const { kept } = await post<QuestionRow>(`${at}/knowledge/questions`, { question: '几点上班', community: huzhou, expect: 'as-now' })
    await post(`${at}/knowledge/questions/${kept!.id}/drop`)
    const { keys } = await post<{ keys: readonly { id: string }[] }>(`${at}/api-keys`, { name: '市平台', scope: [huzhou], rights: ['details'] })
    await post(`${at}/api-keys/${keys[0]!.id}/revoke`)
    const { webhooks } = await post<{ webhooks: readonly { id: string }[] }>(`${at}/webhooks`, { name: '市平台', url: 'https://shequ.example/hook', scope: [huzhou], events: ['request.filed'] })
    await call('GET', `${at}/webhooks/${webhooks[0]!.id}/log`)
    await post(`${at}/webhooks/${webhooks[0]!.id}/state`, { on: false })
    await post(`${at}/webhooks/${webhooks[0]!.id}/remove`)
    await post(`${at}/rooms${here}/lark%3Aroom`, { trial: true })
    await post(`${at}/understanding${here}/l1/label`, { label: 'noise' })
    await post(`${at}/training/start`)
    while ((await admin.call('GET', `${at}/training`)).json<TrainingView>().training.kind === 'running') await new Promise((resolve) => setImmediate(resolve))
    await call('GET', `${at}/training`)
    await post(`${at}/training/discard`)
    const person = server.browser({ remoteAddress: '10.7.7.7' })
    await call('POST', `${at}/login`, { login: (await server.staff('staff')).account.login, password: staffPassword }, person)
    await call('POST', `${at}/me/password`, { current: staffPassword, password: '一个完全不同的密码' }, person)
    await call('POST', `${at}/logout`, {}, person)
    expect(faults).toEqual([])
  }, 60_000)

  it('is what the description says of what residents do together: topics, wishes, small projects, activities, who they are, and what is booked', async () => {
    const at = '/api/desk'
    const here = `/${huzhou}`
    const told = { channel: 'web', conversationId: 'web:c1', chat: 'private', residentId: 'p1' } as const
    const filed = (id: string, serviceCode: string, serviceName: string) => ({ op: 'put', table: 'requests', row: aRequest(id, { serviceCode, serviceName, intent: 'deliberation', residentId: 'p1', conversationId: 'web:c1', description: '3栋楼下加一排晾衣架' }) }) as const
    const ahead = { ...oneOfEach.activities, id: 'ahead', closesAt: Date.parse('2026-11-27T18:00:00+08:00'), at: '2026-11-28T08:30:00+08:00', until: '2026-11-28T10:30:00+08:00' }
    await server.store.commit(huzhou, [
      filed('t1', 'deliberation', '议题'), filed('t2', 'deliberation', '议题'), filed('w1', 'micro-wish', '微心愿'), filed('w2', 'micro-wish', '微心愿'), filed('w3', 'micro-wish', '微心愿'), filed('s1', 'micro-project', '微项目'), filed('s2', 'micro-project', '微项目'),
      { op: 'put', table: 'requests', row: aRequest('b1', { residentId: 'p1', conversationId: 'web:c1', appointment: { slotId: 'slot-1', at: '2026-11-23T09:00:00+08:00', what: '上门服务' } }) },
      { op: 'put', table: 'slots', row: { ...oneOfEach.slots, heldBy: ['b1'], taken: 1 } },
      { op: 'put', table: 'standings', row: { ...oneOfEach.standings, id: 'p1', state: 'told', decided: null, to: told } },
      { op: 'put', table: 'partyMembers', row: { ...oneOfEach.partyMembers, id: 'p1', state: 'waiting', decidedAt: null, to: told } },
      { op: 'put', table: 'praises', row: oneOfEach.praises },
      { op: 'put', table: 'volunteers', row: { ...oneOfEach.volunteers, id: 'p1' } },
      { op: 'put', table: 'activities', row: ahead },
      { op: 'put', table: 'activities', row: { ...oneOfEach.activities, id: 'over', at: '2026-11-18T08:30:00+08:00', until: '2026-11-18T10:30:00+08:00' } },
      { op: 'put', table: 'signUps', row: { ...oneOfEach.signUps, id: 'over-p1', activityId: 'over', residentId: 'p1', came: null, hours: null } },
    ])
    const topics = `${at}/topics${here}`
    await post(`${topics}/decline`, { request: 't1', rev: 1, reason: '物业已经在办' })
    let listed = await post<TopicList>(`${topics}/accept`, { request: 't2', rev: 1, title: '加一排晾衣架', about: '', procedure: null })
    const procedure = (await post<TopicList>(`${topics}/procedure`, { id: null, rev: 0, name: '一步一议', steps: ['张榜公布'], required: true })).procedures[0]!
    listed = await post<TopicList>(`${topics}/open`, { title: '楼道墙面刷什么颜色', about: '', procedure: procedure.id })
    expect(faults).toEqual([])
    const topic = (title: string) => { const found = listed.topics.find((one) => one.title === title)!; return { topic: found.id, rev: found.rev } }
    const [racks, walls] = ['加一排晾衣架', '楼道墙面刷什么颜色'] as const
    listed = await post(`${topics}/deliberate`, topic(walls))
    listed = await post(`${topics}/minutes`, { ...topic(walls), day: '2026-11-19', words: '到会十二人，多数想刷浅色' })
    listed = await post(`${topics}/step`, { ...topic(walls), words: '已经张榜' })
    listed = await post(`${topics}/vote`, { ...topic(walls), options: ['米黄色', '浅灰色'], opensAt: server.clock.now, closesAt: server.clock.now + 600_000, who: 'everyone', per: 'person', verifyHours: 0, quorum: null, majority: null })
    server.clock.now += 900_000
    listed = await call<TopicList>('GET', topics)
    listed = await post(`${topics}/publish`, { ...topic(walls), words: '刷米黄色，下月动工', rooms: [] })
    await post(`${topics}/call-off`, { ...topic(racks), reason: '改由业主自己办' })
    await post(`${topics}/drop-procedure`, { id: procedure.id, rev: procedure.rev })

    const wishes = `${at}/wishes${here}`
    await post(`${wishes}/kinds`, { names: ['生活用品', '陪伴'] })
    await post(`${wishes}/decline`, { request: 'w1', rev: 1, reason: '已经有人送来了' })
    const public_ = { words: '想要一副老花镜', kind: '生活用品', yuan: 50 }
    await post(`${wishes}/publish`, { request: 'w2', rev: 1, ...public_ })
    let wished = await post<WishList>(`${wishes}/publish`, { request: 'w3', rev: 1, ...public_ })
    const wish = (id: string) => ({ wish: id, rev: wished.wishes.find((one) => one.id === id)!.rev })
    wished = await post(`${wishes}/change`, { ...wish('w2'), ...public_, yuan: 60 })
    const claim = async (id: string, claimId: string): Promise<void> => {
      const row = (await server.store.get(huzhou, 'wishes', id))!
      await server.store.commit(huzhou, [{ op: 'put', table: 'wishes', row: { ...row, state: 'claimed', claimId } }, { op: 'put', table: 'wishClaims', row: { ...oneOfEach.wishClaims, id: claimId, wishId: id, residentId: 'p1', to: told } }])
      wished = await call<WishList>('GET', wishes)
    }
    await claim('w2', 'claim-2')
    await call('GET', `${wishes}/w2/people`)
    wished = await post(`${wishes}/give-back`, { ...wish('w2'), reason: '联系不上' })
    await post(`${wishes}/take-down`, { ...wish('w2'), reason: '不需要了' })
    await claim('w3', 'claim-3')
    await post(`${wishes}/delivered`, wish('w3'))

    const projects = `${at}/proposals${here}`
    await post(`${projects}/decline`, { request: 's1', rev: 1, reason: '没有地方' })
    await post(`${projects}/publish`, { request: 's2', rev: 1, words: '3栋楼下加一排晾衣架' })
    await post(`${projects}/end`, { proposal: 's2', rev: 1, state: 'funded', result: '十二月装好' })

    await post(`${at}/standings${here}/decide`, { standing: 'p1', rev: 1, tenure: 'owner', place: '3栋2单元301室', state: 'confirmed' })
    await post(`${at}/standings${here}/enter`, { number: 'HZ-2611-b1', tenure: 'tenant', place: '3栋2单元301室' })
    await post(`${at}/members${here}/decide`, { member: 'p1', rev: 1, unit: '市图书馆', state: 'confirmed' })
    await call('GET', `${at}/members${here}/units.csv?unit=${encodeURIComponent('市图书馆')}`)
    await post(`${at}/members${here}/remove`, { member: 'p1', rev: 2 })
    await post(`${at}/praises${here}/sort`, { praise: 'praise-1', rev: 1, state: 'kept' })
    await post(`${at}/volunteers${here}`, { rev: 0, skills: ['理发'], stars: [20, 60] })

    const activities = `${at}/activities${here}`
    const given = { kind: 'culture', title: '合唱排练', at: '2026-11-29T08:30', until: '2026-11-29T10:30', place: '活动室', places: 20, closes: null, audience: 'everybody', skills: [], grid: null, note: '', source: '公告栏' }
    const draft = (await post<ActivityList>(activities, { id: null, rev: 0, activity: given, publish: false })).ahead.find(({ title }) => title === given.title)!
    await post(`${activities}/${draft.id}/remove`, { rev: draft.rev })
    const invited = await post<ActivityDetail>(`${activities}/ahead/invite`, { rev: 1 })
    await post(`${activities}/ahead/call-off`, { rev: invited.activity.rev, reason: '下大雨' })
    await call('GET', `${activities}/over`)
    await post(`${activities}/over/came`, { signUp: 'over-p1', rev: 1, came: true })
    await post(`${activities}/over/hours`, { signUp: 'over-p1', rev: 2, hours: 2 })
    await call('GET', `${activities}/over/list.csv`)

    const bookings = `${at}/bookings${here}`
    const { slots } = await call<BookingDay>('GET', `${bookings}?day=2026-11-23`)
    await post(`${bookings}/places`, { day: '2026-11-23', slot: 'slot-1', rev: slots[0]!.rev, by: 1 })
    await post(`${bookings}/helper`, { request: 'b1', rev: 1, name: '李师傅' })
    await post(`${bookings}/came`, { request: 'b1', rev: 2, came: false })
    await post(`${bookings}/close`, { day: '2026-11-25', bookable: null, reason: '停电' })
    await post(`${bookings}/open`, { day: '2026-11-25', bookable: null })
    expect(faults).toEqual([])
  }, 60_000)

  it('is what the description says where something has to be done first: files, versions that go live, a second step, links, the field', async () => {
    const at = '/api/desk'
    const here = `/${huzhou}`
    const form = async (name: string, bytes: Uint8Array | string, type: string): Promise<{ readonly body: Buffer; readonly headers: Readonly<Record<string, string>> }> => {
      const packed = new FormData()
      packed.append('file', new Blob([Buffer.from(bytes)], { type }), name)
      const sent = new Response(packed)
      return { body: Buffer.from(await sent.arrayBuffer()), headers: { 'content-type': sent.headers.get('content-type') ?? '' } }
    }
    const send = async <T>(path: string, { body, headers }: Awaited<ReturnType<typeof form>>): Promise<T> => {
      const answer = await admin.call('POST', path, body, { headers })
      await hold('POST', path, answer)
      return answer.json<T>()
    }
    const photo = await form('a.png', aPng(400, seededRandom(1)), 'image/png')
    const { id: fileId } = await send<{ id: string }>(`${at}/requests${here}/r2/attachments`, photo)
    await call('GET', `${at}/attachments${here}/${fileId}`)
    await send(`${at}/imports${here}?dry=yes&refuse=line`, await form('a.csv', '工单编号,诉求内容,诉求地址\nGD-1,灯坏了,3栋\n', 'text/csv'))
    await post(`${at}/exports${here}`, { reason: '月底报给街道', format: 'csv', encoding: 'utf-8' })

    const step = (clientId: string, more: object) => ({ clientId, madeAt: server.clock.now, ...more })
    await post(`${at}/field${here}/r2/steps`, step('11111111-1111-4111-8111-111111111111', { kind: 'take' }))
    await send(`${at}/field${here}/r2/photos?client=22222222-2222-4222-8222-222222222222&made=${server.clock.now}`, photo)
    server.engine.undoMove = async (community, id) => (await server.store.get(community, 'requests', id))!
    await post(`${at}/requests${here}/r2/undo`)
    await post(`${at}/pages${here}/call-9/answer`)
    server.health.report('wechat', { kind: 'needs-login', reason: '请扫码', qr: 'https://login.example/1' })
    await call('GET', `${at}/channels/wechat/qr`)
    await call('GET', `${at}/knowledge/facts${here}/from/m2`)

    await call('GET', `${at}/communities/names?name=${encodeURIComponent('莲花社区')}`)
    const base = (await call<PlaceView>('GET', `${at}/places${here}`)).base
    const chain = [{ code: '330502003007', name: '莲花社区', level: 'community' }, { code: '330500', name: '湖州市', level: 'city' }]
    await post(`${at}/communities`, { base, reason: '开通', community: { id: 'lianhua', name: '莲花社区', numberPrefix: 'LH', chain, places: [] }, hours: null, phone: null })
    await post(`${at}/places${here}/profile`, { base, reason: '改名', name: '示例社区', chain: [{ ...chain[0], code: '330502001001' }, chain[1]], places: ['东门'] })

    const golive = async (number: string): Promise<void> => {
      await post(`${at}/knowledge/versions/${number}/check`)
      await expect.poll(async () => (await admin.call('GET', `${at}/knowledge/versions/${number}`)).json<VersionDetail>().version.state).toBe('checked')
      await post(`${at}/knowledge/versions/${number}/approve`)
      await post(`${at}/knowledge/versions/${number}/publish`)
    }
    await golive(String((await post<{ number: number }>(`${at}/knowledge/facts${here}`, { id: null, reason: '来电', fact: { topic: '通知', item: '停水', text: '周二', source: '居委会', date: '2026-11-19', from: null, until: null } })).number))
    const known = (await call<FactList>('GET', `${at}/knowledge/facts${here}`)).facts.at(-1)!
    const change = async (text: string): Promise<string> => String((await post<{ number: number }>(`${at}/knowledge/facts${here}`, { id: known.id, reason: '又来电', fact: { topic: '通知', item: '停水', text, source: '居委会', date: '2026-11-19', from: null, until: null } })).number)
    const [one, other] = [await change('周三'), await change('周四')]
    await golive(one)
    const { conflicts } = await call<VersionDetail>('GET', `${at}/knowledge/versions/${other}`)
    await post(`${at}/knowledge/versions/${other}/merge`, { choices: conflicts.map(({ key }) => ({ key, take: 'draft' })) })
    await post(`${at}/knowledge/versions/1/rollback`, { reason: '都发错了' })

    await golive(String(policyDraft.number))
    const { policies } = await call<PolicyList>('GET', `${at}/knowledge/policies`)
    const policy = `${at}/knowledge/policies/${encodeURIComponent(policies[0]!.id)}`
    const { metadata: { id: _id, sourceFile: _file, supersedes: _old, ...metadata } } = await call<PolicyShown>('GET', policy)
    await post(policy, { metadata: { ...metadata, status: 'expired' }, reason: '废止了' })

    // A time is booked for a service: there has to be one.
    const services = new Map([['services/community.json', await readFile('knowledge/services/community.json', 'utf8')]])
    await golive(String((await server.publication.draft(services, '沈工', '有了服务')).number))
    const latest = (await call<BookableList>('GET', `${at}/places${here}/bookables`)).base
    const window = { kind: 'window', name: '办事窗口', words: [], place: '', services: ['window-booking'], minutes: 30, capacity: 1, daysAhead: 14, noticeMinutes: 30, hours: null, source: '公告栏' }
    await golive(String((await post<{ number: number }>(`${at}/places${here}/bookables`, { base: latest, reason: '登记', id: null, bookable: window })).number))
    const { base: now, bookables } = await call<BookableList>('GET', `${at}/places${here}/bookables`)
    await post(`${at}/bookings${here}/times`, { day: '2026-11-24', bookable: bookables[0]!.id, time: '09:30' })
    await post(`${at}/places${here}/closing`, { base: now, reason: '合并', closed: { since: '2026-12-01', reason: '并入望溪社区', instead: '' } })

    const { webhooks } = await post<WebhookMade>(`${at}/webhooks`, { name: '市平台', url: 'https://shequ.example/hook', scope: [huzhou], events: ['request.filed'] })
    const hook = `${at}/webhooks/${webhooks[0]!.id}`
    await post(hook, { name: '市中心', url: 'https://shequ.example/hook', scope: [huzhou], events: ['request.filed'], withWords: true })
    await post(`${hook}/secret`)
    const { communityId, id: deliveryId } = await post<DeliveryShown>(`${hook}/test`)
    await post(`${hook}/resend`, { communityId, deliveryId })
    await call('GET', `${hook}/log`)

    await post(`${at}/understanding${here}/l1/label`, { label: 'noise' })
    await post(`${at}/training/start`)
    await expect.poll(async () => (await admin.call('GET', `${at}/training`)).json<TrainingView>().training.kind, { timeout: 30_000 }).toBe('done')
    await post(`${at}/training/publish`)

    const invited = (await post<Invited>(`${at}/invitations`, { role: 'staff', scope: [huzhou] })).path.split('/').at(-1) ?? ''
    const person = server.browser({ remoteAddress: '10.7.7.8' })
    await call('GET', `${at}/invitations/${invited}`, undefined, person)
    await call('POST', `${at}/invitations/${invited}`, { login: 'newcomer', name: '小沈', password: staffPassword }, person)
    const { secret } = await call<SecondStepBegun>('POST', `${at}/me/second-step`, { password: staffPassword }, person)
    const codeNow = (): Promise<string> => generate({ secret, epoch: Math.floor(server.clock.now / 1_000) })
    await call('POST', `${at}/me/second-step/confirm`, { code: await codeNow() }, person)
    server.clock.now += 60_000
    await call('POST', `${at}/me/second-step/drop`, { password: staffPassword, code: await codeNow() }, person)

    // What streams never ends: its head is all that is described.
    const stream = await fetch(`${await server.listen()}${at}/stream`, { headers: { cookie: `desk=${admin.cookies.get('desk') ?? ''}` } })
    await stream.body?.cancel()
    expect([stream.status, stream.headers.get('content-type'), answersOf(described, 'GET', `${at}/stream`)]).toMatchObject([200, expect.stringContaining('text/event-stream'), { 200: {} }])
    seen.add(`GET ${at}/stream`)
    expect(faults).toEqual([])
  }, 60_000)

  it('was held against the description on every route', () => {
    const all = server.app.accessTable.filter(({ method, url }) => url.startsWith('/api/desk/') && (method === 'GET' || method === 'POST')).map(({ method, url }) => `${method} ${url}`)
    console.log(`answers held against their description: ${seen.size} of ${all.length} routes of the desk`)
    expect(all.filter((route) => !seen.has(route)).sort()).toEqual([])
  })
})
