import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BookableChange, BookableList } from '../../src/desk/booking-types.js'
import type { VersionDetail } from '../../src/desk/knowledge-types.js'
import type { Drafted } from '../../src/desk/place-types.js'
import type { KnowledgeRouteParts } from '../../src/desk/knowledge-routes.js'
import type { Community } from '../../src/knowledge/community.js'
import { huzhou, puyang, runningServer, type Browser, type RunningServer } from './running-server.js'
import { servedKnowledge } from './served-knowledge.js'

let server: RunningServer
let knowledge: KnowledgeRouteParts
beforeAll(async () => {
  server = await runningServer({ knowledge: async (store, now) => (knowledge = await servedKnowledge(store, now)) })
})
afterAll(() => server.close())

const at = `/api/desk/places/${huzhou}/bookables`
const list = async (who: Browser): Promise<BookableList> => (await who.call('GET', at)).json<BookableList>()
const room: NonNullable<BookableChange['bookable']> = {
  kind: 'room', name: '活动室', words: ['棋牌室'], place: '二楼', services: ['window-booking'], minutes: 120, capacity: 1, daysAhead: 30, noticeMinutes: 120, source: '公告栏',
  hours: { seasons: [{ monday: ['09:00-11:00'], tuesday: [], wednesday: [], thursday: [], friday: [], saturday: [], sunday: [] }], closed: [], source: '公告栏', date: '2026-11-20' },
}
async function send(who: Browser, given: BookableChange) {
  return who.call('POST', at, { base: (await list(who)).base, reason: '登记', ...given })
}
async function inDraft(number: number): Promise<Community['bookables']> {
  const files = await knowledge.publication.files(await knowledge.publication.version(number))
  return (JSON.parse(files.get(`communities/${huzhou}.json`)!) as Community).bookables
}
/** A second admin checks, approves and publishes. */
async function publish(who: Browser, number: number): Promise<void> {
  const at = `/api/desk/knowledge/versions/${number}`
  await who.call('POST', `${at}/check`, {})
  // The questions are put beside the answer to the page.
  await expect.poll(async () => (await who.call('GET', at)).json<VersionDetail>().checking).toBeNull()
  for (const act of ['approve', 'publish']) expect((await who.call('POST', `${at}/${act}`, {})).statusCode).toBe(200)
}

describe('what can be booked', () => {
  it('is one more once a second admin has published it: with its hours, and the services that use it', async () => {
    const [admin, second, clerk] = [await server.staff('admin', 'all'), await server.staff('admin', 'all'), await server.staff('staff')]
    const made = await send(admin, { id: null, bookable: room })
    expect(made.statusCode).toBe(201)
    expect((await list(clerk)).bookables.map(({ name }) => name)).toEqual(['办事窗口'])
    await publish(second, made.json<Drafted>().number)
    const shown = await list(clerk)
    expect(shown.bookables[1]).toMatchObject({ name: '活动室', words: ['棋牌室'], minutes: 120, ahead: 0, date: '2026-11-20', hours: { seasons: [{ monday: ['09:00-11:00'] }] } })
    expect(shown.services.map(({ code }) => code)).toContain('window-booking')
  })

  it('is changed and taken out by itself: the others stay as they are, and who has booked it is counted', async () => {
    const admin = await server.staff('admin')
    await server.store.commit(huzhou, [{ op: 'put', table: 'slots', row: { id: 'window@2026-11-23T09:00', rev: 0, what: '办事窗口', at: '2026-11-23T09:00:00+08:00', capacity: 2, taken: 2, bookable: 'window', heldBy: ['r1', 'r2'] } }])
    expect((await list(admin)).bookables[0]).toMatchObject({ id: 'window', ahead: 2 })
    const changed = await send(admin, { id: 'window', bookable: { ...room, kind: 'window', name: '便民窗口', hours: null } })
    expect((await inDraft(changed.json<Drafted>().number))?.map(({ id, name, hours }) => [id === 'window', name, hours === undefined])).toEqual([[true, '便民窗口', true], [false, '活动室', false]])
    const gone = await send(admin, { id: 'window', bookable: null })
    expect((await inDraft(gone.json<Drafted>().number))?.map(({ name }) => name)).toEqual(['活动室'])
  })

  it('drafts of two people that change different ones both go live', async () => {
    const [admin, second] = [await server.staff('admin', 'all'), await server.staff('admin', 'all')]
    const rooms = await list(admin)
    const mine = await send(admin, { id: 'window', bookable: { ...room, kind: 'window', name: '服务窗口' } })
    const other = await send(second, { id: rooms.bookables[1]!.id, bookable: { ...room, name: '多功能厅' } })
    await publish(second, mine.json<Drafted>().number)
    await publish(admin, other.json<Drafted>().number)
    expect((await list(admin)).bookables.map(({ name }) => name)).toEqual(['服务窗口', '多功能厅'])
  })

  it('is refused with a sentence that says what to write', async () => {
    const admin = await server.staff('admin')
    const says = async (change: Partial<NonNullable<BookableChange['bookable']>>, id: string | null = null) => (await send(admin, { id, bookable: { ...room, name: '新的', ...change } })).json<{ message: string }>().message
    expect(await says({ name: '服务窗口' })).toBe('已经有「服务窗口」了，请换一个名称')
    expect(await says({ services: [] })).toBe('请至少选一种用它的服务')
    expect(await says({ services: ['nowhere'] })).toBe('没有这种服务，请刷新后再选')
    expect(await says({ minutes: 3 })).toBe('每次多少分钟至少是 5')
    expect(await says({ source: ' ' })).toBe('请写来源')
    expect(await says({}, 'nowhere')).toMatch(/没有找到/)
  })

  it('is entered by admins of the place alone', async () => {
    for (const role of ['staff', 'lead', 'auditor'] as const) expect((await send(await server.staff(role), { id: null, bookable: room })).statusCode).toBe(403)
    expect((await (await server.staff('admin', [puyang])).call('GET', at)).statusCode).toBe(404)
  })
})
