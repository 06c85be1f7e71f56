import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { clerk } from '../conversation/neighbourhood.js'
import { moveInWords } from '../../src/requests/apply-move.js'
import { anOpenHouse, type OpenHouse } from './open-house.js'

let house: OpenHouse
let key: string
beforeAll(async () => {
  house = await anOpenHouse()
  key = await house.key({ rights: ['file', 'details'], perMinute: 1_000 })
})
afterAll(() => house.close())

const lamp = { service_code: 'public-fault', address_string: '3栋2单元502室门口', description: '楼道灯坏了，晚上看不见路。我姓王，电话13800000012', attribute: '' }
const dates = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\+08:00$/

describe.each(['json', 'xml'] as const)('GeoReport v2 in %s', (format) => {
  const client = () => house.client(format)

  it('says where it is and in which formats', async () => {
    const { status, value, type } = await client().get('discovery')
    expect([status, type]).toEqual([200, format === 'json' ? 'application/json; charset=utf-8' : 'text/xml; charset=utf-8'])
    expect(JSON.stringify(value)).toContain(`${house.base}`)
    const { endpoints } = value as { endpoints: unknown }
    const [endpoint] = (format === 'json' ? endpoints : (endpoints as { endpoint: unknown }).endpoint) as Record<string, unknown>[]
    expect(Object.keys(value as object).sort()).toEqual(['changeset', 'contact', 'endpoints', 'key_service'])
    expect(endpoint).toMatchObject({ specification: 'http://wiki.open311.org/GeoReport_v2', url: house.base, type: 'production', formats: format === 'json' ? ['application/json', 'text/xml'] : { format: ['application/json', 'text/xml'] } })
  })

  it('lists what can be reported, and nothing of a private life', async () => {
    const { rows } = await client().get('services')
    expect(rows.map((one) => one['service_code'])).toEqual(['public-fault', 'illegal-building', 'noise', 'property-complaint', 'volunteer', 'deliberation', 'micro-project', 'disclosure-request'])
    expect(Object.keys(rows[0] ?? {})).toEqual(['service_code', 'service_name', 'description', 'metadata', 'type', 'keywords', 'group'])
  })

  it('defines what one of them asks for', async () => {
    const { value } = await client().get('services/public-fault')
    expect(value).toMatchObject({ service_code: 'public-fault', attributes: expect.anything() as unknown })
    const { attributes } = value as { attributes: unknown }
    const rows = (format === 'json' ? attributes : (attributes as { attribute: unknown }).attribute) as Record<string, unknown>[]
    for (const [at, one] of rows.entries()) {
      expect(Object.keys(one).filter((name) => name !== 'values')).toEqual(['variable', 'code', 'datatype', 'required', 'datatype_description', 'order', 'description'])
      expect(['string', 'number', 'datetime', 'text', 'singlevaluelist', 'multivaluelist']).toContain(one['datatype'])
      expect([String(one['variable']), String(one['order'])]).toEqual(['true', String(at + 1)])
    }
    expect((await client().get('services/staff-complaint')).status).toBe(404)
    expect((await client().get('services/meal-help')).rows).toEqual([{ code: format === 'json' ? 404 : '404', description: 'service_code was not found' }])
  })

  it('files a report through the same desk as every other, and shows how far it is', async () => {
    const sent = await client().post({ ...lamp, address_string: format === 'json' ? '3栋2单元502室门口' : '5栋1单元301室门口', lat: '30.8671', long: '120.0934', first_name: '小明', last_name: '王', phone: '13800000013', email: 'wang@example.org', api_key: key })
    expect([sent.status, sent.text]).toEqual([200, expect.stringContaining('service_request_id')])
    const number = String(sent.rows[0]?.['service_request_id'])
    expect(number).toMatch(/^HZ-2611-\d{4}$/)
    expect(String(sent.rows[0]?.['service_notice'])).toContain(number)
    expect(Object.keys(sent.rows[0] ?? {})).toEqual(['service_request_id', 'service_notice', 'account_id'])
    const [row] = await house.home.store.find(house.home.communityId, 'requests', { by: 'number', equals: number })
    expect(row).toMatchObject({ status: 'assigned', channel: 'open311', serviceCode: 'public-fault' })
    expect(row?.owner.name).not.toBe('')
    expect(row?.history[0]).toMatchObject({ move: 'submit', note: '由「掌上城管」经开放接口（Open311）提交' })
    const [shown] = (await client().get(`requests/${number}`)).rows
    expect(shown).toMatchObject({ service_request_id: number, status: 'open', service_code: 'public-fault', service_name: '公共设施报修' })
    // What the specification names, in its order, and nothing else.
    expect(Object.keys(shown ?? {})).toEqual(['service_request_id', 'status', 'status_notes', 'service_name', 'service_code', 'description', 'agency_responsible', 'service_notice', 'requested_datetime', 'updated_datetime', 'expected_datetime', 'address', 'address_id', 'zipcode', 'lat', 'long', 'media_url'])
    if (format === 'json') expect(Object.values(shown ?? {}).map((one) => (one === null ? 'null' : typeof one)).slice(0, 5)).toEqual(['string', 'string', 'string', 'string', 'string'])
    for (const name of ['requested_datetime', 'updated_datetime']) expect(shown?.[name]).toMatch(dates)
    expect([String(shown?.['lat']), String(shown?.['long'])]).toEqual(['30.8671', '120.0934'])
  })

  it('shows nobody’s name, number, mail or door', async () => {
    for (const query of [{}, { api_key: key }] as Record<string, string>[]) {
      const { text } = await client().get('requests', query)
      expect(text).toContain('楼道灯坏了')
      for (const secret of ['13800000012', '13800000013', '小明', '王', 'wang@', '502', '301']) expect([secret, text.includes(secret)]).toEqual([secret, false])
    }
  })

  it('says what is wrong as the specification asks for', async () => {
    const wrong = async (form: Record<string, string>) => { const { status, rows } = await client().post(form); return [status, Number(rows[0]?.['code']), rows[0]?.['description']] }
    expect(await wrong(lamp)).toEqual([403, 403, 'api_key was not provided'])
    expect(await wrong({ ...lamp, api_key: 'x' })).toEqual([403, 403, 'api_key is not valid'])
    expect(await wrong({ address_string: '3栋', api_key: key })).toEqual([400, 400, 'service_code was not provided'])
    expect(await wrong({ ...lamp, service_code: 'potholes', api_key: key })).toEqual([404, 404, 'service_code was not found'])
    expect(await wrong({ service_code: 'public-fault', description: '灯坏了', api_key: key })).toEqual([400, 400, 'lat and long, or address_string, was not provided'])
    expect(await wrong({ service_code: 'public-fault', description: '灯坏了', lat: '30.1', api_key: key })).toEqual([400, 400, 'lat and long have to be sent together'])
    expect(await wrong({ ...lamp, lat: '91', long: '0', api_key: key })).toEqual([400, 400, 'lat and long have to be degrees (WGS84)'])
    expect(await wrong({ ...lamp, jurisdiction_id: 'city.gov', api_key: key })).toEqual([404, 404, 'jurisdiction_id was not found'])
    expect((await client().get('requests', { start_date: '2026-11-01' })).rows[0]).toMatchObject({ description: 'start_date has to be in W3C format with its zone, as 2026-11-23T08:05:00Z' })
    expect((await client().get('requests', { start_date: '2026-01-01T00:00:00Z', end_date: '2026-06-01T00:00:00Z' })).rows[0]).toMatchObject({ description: 'start_date and end_date are more than 90 days apart' })
    expect((await client().get('requests/HZ-0000-0000')).rows[0]).toMatchObject({ description: 'service_request_id was not found' })
    expect((await client().get('tokens/none')).rows[0]).toMatchObject({ description: 'token was not found' })
    expect((await client().get('nothing')).status).toBe(404)
    // A form of another encoding would be filed as signs that nobody can read.
    expect(await wrong({ ...lamp, description: '路灯不亮 \ufffd\ufffd', api_key: key })).toEqual([400, 400, 'the form has to be in UTF-8'])
    const other = await fetch(`${house.base}/requests.${format}`, { method: 'POST', headers: { 'content-type': 'application/xml' }, body: '<request/>' })
    expect([other.status, other.headers.get('content-type'), (await other.text()).includes('415')]).toEqual([415, format === 'json' ? 'application/json; charset=utf-8' : 'text/xml; charset=utf-8', true])
  })
})

describe('what came in by Open311', () => {
  const client = () => house.client('json')
  const file = async (form: Record<string, string>, headers = {}) => (await client().post({ api_key: key, ...form }, headers)).rows[0] ?? {}

  it('joins the report of a neighbour about the same fault', async () => {
    const said = await house.home.says('邻居', '7栋2单元电梯坏了')
    const number = /HZ-2611-\d{4}/.exec(said)?.[0]
    expect(number).toBeDefined()
    expect(await file({ service_code: 'public-fault', address_string: '7栋2单元', description: '电梯坏了，停在五楼' })).toMatchObject({ service_request_id: number })
    const [row] = await house.home.store.find(house.home.communityId, 'requests', { by: 'number', equals: number! })
    expect(row?.reporters).toHaveLength(2)
    // What was said in a talk is not published; with a key for particulars its words are, masked.
    expect((await client().get(`requests/${number!}`)).rows[0]).toMatchObject({ description: null, address: null })
    expect((await client().get(`requests/${number!}`, { api_key: key })).rows[0]).toMatchObject({ description: expect.stringContaining('电梯坏了') as unknown, address: '7栋2单元' })
  })

  it('is told how it went by its state, and its news wait in its conversation', async () => {
    const { service_request_id: number } = await file({ service_code: 'noise', address_string: '9栋', description: '楼上夜里装修' })
    const find = async () => (await house.home.store.find(house.home.communityId, 'requests', { by: 'number', equals: String(number) }))[0]!
    const lead = { ...clerk, isLead: true }
    for (const words of ['', '已上门劝导，不再夜间施工']) {
      const row = await find()
      await house.home.engine.actOnRequest(house.home.communityId, row.id, row.rev, moveInWords(words === '' ? 'take' : 'close', words), lead)
    }
    await house.home.engine.idle()
    expect((await client().get(`requests/${String(number)}`)).rows[0]).toMatchObject({ status: 'closed', status_notes: '待居民确认' })
    const row = await find()
    const lines = await house.home.store.find(house.home.communityId, 'messages', { by: 'conversationId', equals: row.conversationId })
    expect(lines.map(({ text }) => text).join('\n')).toContain('已上门劝导')
    expect(await house.home.store.find(house.home.communityId, 'outbox', { by: 'state', equals: 'failed' })).toEqual([])
  })

  it('calls people when its words are of danger, and is filed all the same', async () => {
    const filed = await file({ service_code: 'public-fault', address_string: '6栋1单元', description: '楼道里一股煤气味，像是漏气了' })
    expect(filed['service_request_id']).toMatch(/^HZ-/)
    expect(filed['service_notice']).toMatch(/119|燃气|撤/)
    const waiting = await house.home.store.find(house.home.communityId, 'conversations', { by: 'mode', equals: 'waiting' })
    expect(waiting.some(({ channel, handover }) => channel === 'open311' && handover?.urgent === true)).toBe(true)
  })

  it('is filed once when the client sends it twice under one key of idempotency', async () => {
    const form = { service_code: 'noise', address_string: '11栋', description: '广场舞声音太大' }
    const first = await file(form, { 'idempotency-key': 'a-1' })
    expect(await file(form, { 'idempotency-key': 'a-1' })).toMatchObject({ service_request_id: first['service_request_id'] })
    expect((await file(form, { 'idempotency-key': 'a-2' }))['service_request_id']).not.toBe(first['service_request_id'])
  })

  it('needs a key with the right, for this community, not revoked, within its limit', async () => {
    const form = { service_code: 'noise', address_string: '12栋', description: '太吵了' }
    const refused = async (api_key: string) => (await file({ ...form, api_key }))['description']
    expect(await refused(await house.key({ rights: ['details'] }))).toBe('api_key has no right to file service requests')
    expect(await refused(await house.key({ scope: [] }))).toBe('api_key is not valid for this jurisdiction_id')
    expect(await refused(await house.key({ revokedAt: 1 }))).toBe('api_key is not valid')
    expect((await client().get('requests', { api_key: await house.key() })).status).toBe(403)
    const few = await house.key({ perMinute: 1 })
    expect((await file({ ...form, api_key: few }))['service_request_id']).toMatch(/^HZ-/)
    expect(await refused(few)).toBe('api_key may file 1 requests in a minute')
  })

  it('keeps to itself what its sender has not said should be public: complaints about staff are not listed', async () => {
    await house.home.says('不满的人', '我要投诉网格员态度差，骂人')
    const listed = (await client().get('requests')).rows.map((one) => one['service_code'])
    expect(listed).not.toContain('staff-complaint')
  })
})

describe('a search', () => {
  const list = async (query: Record<string, string>) => (await house.client('json').get('requests', query)).rows

  it('is by state, service, span, number and page', async () => {
    const all = await list({})
    expect(all.length).toBeGreaterThan(5)
    expect((await list({ status: 'closed' })).every((one) => one['status'] === 'closed')).toBe(true)
    expect((await list({ status: 'open,closed' })).length).toBe(all.length)
    expect(new Set((await list({ service_code: 'noise,public-fault' })).map((one) => one['service_code']))).toEqual(new Set(['noise', 'public-fault']))
    const two = all.slice(0, 2).map((one) => String(one['service_request_id']))
    expect((await list({ service_request_id: two.join(','), status: 'nonsense' })).map((one) => one['service_request_id'])).toEqual(two)
    expect((await list({ page: '2', page_size: '2' })).map((one) => one['service_request_id'])).toEqual(all.slice(2, 4).map((one) => one['service_request_id']))
    expect(await list({ end_date: '2026-10-01T00:00:00Z' })).toEqual([])
    expect((await list({ start_date: '2026-11-01T00:00:00+08:00' })).length).toBe(all.length)
    expect((await list({ updated_after: '2026-11-23T00:00:00+08:00' })).length).toBe(all.length)
  })
})

it('asks for the jurisdiction where there are several, and gives a token while there is no number yet', async () => {
  const two = await anOpenHouse({ communities: ['huzhou-demo', 'puyang-demo'], isSlow: true })
  try {
    const form = { jurisdiction_id: 'huzhou-demo', api_key: await two.key(), service_code: 'noise', address_string: '4栋', description: '太吵了' }
    const [sent] = (await two.client('xml').post(form)).rows
    expect(sent).toMatchObject({ token: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown, account_id: '' })
    expect(sent).not.toHaveProperty('service_request_id')
    const token = String(sent?.['token'])
    await two.letGo()
    const [found] = (await two.client('json').get(`tokens/${token}`, { jurisdiction_id: 'huzhou-demo' })).rows
    expect(found).toEqual({ service_request_id: expect.stringMatching(/^HZ-2611-/) as unknown, token })
    expect((await two.client('json').get('services')).rows).toEqual([{ code: 400, description: 'jurisdiction_id was not provided' }])
    expect((await two.client('json').get('services', { jurisdiction_id: 'huzhou-demo' })).status).toBe(200)
  } finally {
    await two.close()
  }
})

it('a closed window lists nothing that could be reported, takes nothing, and still tells of what was filed', async () => {
  const shut = await anOpenHouse({ closed: { since: '2026-01-01', reason: '并入别的社区', instead: '请到新社区的窗口办理。' } })
  const its = shut.client('json')
  expect((await its.get('services')).value).toEqual([])
  const sent = await its.post({ ...lamp, api_key: await shut.key() })
  expect(sent.status).toBe(400)
  expect(sent.text).toContain('不再登记新的事')
  expect(await shut.home.requests()).toEqual([])
  expect((await its.get('requests')).value).toEqual([])
  await shut.close()
})
